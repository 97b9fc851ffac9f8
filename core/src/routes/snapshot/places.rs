//! Where things stand in the files of a snapshot, and how they are found by their names.

use std::sync::Arc;

use super::Slot;
use crate::{
    config::source::SourceFile,
    lookup::Lookup,
    tree::{NodeId, NodeRef},
};

type Files = [Arc<SourceFile>];

/// An entry of a file.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    pub(super) file: usize,
    pub(super) key: NodeId,
    pub(super) node: NodeId,
}

impl Place {
    pub(super) fn name(self, files: &Files) -> &str {
        self.find(files, self.key).map(|key| key.text()).unwrap_or_default()
    }

    pub(super) fn find(self, files: &Files, id: NodeId) -> Option<NodeRef<'_>> {
        files.get(self.file)?.tree().ok()?.node(id)
    }
}

/// The services of one protocol. Of two with one name Traefik takes the first, and so only that is here.
#[derive(Debug, Default)]
pub(super) struct Services {
    all: Vec<Place>,
    by_name: Lookup,
}

impl Services {
    pub(super) fn add(&mut self, files: &Files, name: &str, place: Place) {
        let all = &self.all;
        let is_same = |at| all.get(at).is_some_and(|place: &Place| place.name(files) == name);
        if self.by_name.insert(&name, all.len(), is_same).is_none() {
            self.all.push(place);
        }
    }

    pub(super) fn get(&self, files: &Files, name: &str) -> Option<Place> {
        let is_meant = |at| self.all.get(at).is_some_and(|place: &Place| place.name(files) == name);
        self.all.get(self.by_name.find(&name, is_meant)?).copied()
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = Place> {
        self.all.iter().copied()
    }
}

/// The routes by their ids.
#[derive(Debug, Default)]
pub(super) struct Slots {
    pub(super) all: Vec<Slot>,
    by_id: Lookup,
}

impl Slots {
    /// Gives the id to the route that comes next; says whether no other has it.
    pub(super) fn reserve(&mut self, id: &str) -> bool {
        let all = &self.all;
        self.by_id.insert(&id, all.len(), |at| has_id(all, at, id)).is_none()
    }

    pub(super) fn get(&self, id: &str) -> Option<&Slot> {
        self.all.get(self.by_id.find(&id, |at| has_id(&self.all, at, id))?)
    }
}

fn has_id(all: &[Slot], at: usize, id: &str) -> bool {
    all.get(at).is_some_and(|slot| slot.id() == id)
}
