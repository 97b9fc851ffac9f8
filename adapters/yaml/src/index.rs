//! The children of collections by name and place, for many edits that go into the same collections.

use std::{
    cell::RefCell,
    collections::{HashMap, hash_map::Entry},
};

use traefik_manager_core::{
    config::edit::Segment,
    tree::{NodeId, NodeRef},
};

use crate::resolve::Hop;

/// How often a collection is walked through before its children are listed.
const FEW: usize = 8;

/// A child of a collection, and its key in a mapping.
type Child<'t> = (Option<NodeRef<'t>>, NodeRef<'t>);

/// What is known of the collections of one tree.
#[derive(Debug, Default)]
pub(crate) struct Index<'t>(RefCell<HashMap<NodeId, Known<'t>>>);

#[derive(Debug)]
enum Known<'t> {
    /// Nothing, but it was walked through so often.
    Walked(usize),
    Listed(Listing<'t>),
}

#[derive(Debug)]
struct Listing<'t> {
    children: Vec<Child<'t>>,
    /// Merge keys are not among them.
    by_name: HashMap<&'t str, usize>,
}

impl<'t> Index<'t> {
    /// The child that a step leads to, and how many there are.
    pub(crate) fn child(&self, parent: NodeRef<'t>, step: &Segment) -> (Option<Hop<'t>>, usize) {
        let mut known = self.0.borrow_mut();
        let known = match known.entry(parent.resolved().id()) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(unknown) => unknown.insert(Known::Walked(0)),
        };
        match known {
            Known::Walked(times) if *times < FEW => {
                *times += 1;
                walk(parent, step)
            }
            Known::Walked(_) => {
                let listing = Listing::of(parent);
                let found = listing.child(step);
                *known = Known::Listed(listing);
                found
            }
            Known::Listed(listing) => listing.child(step),
        }
    }

    /// Whether a mapping has a key of its own, merge keys aside.
    pub(crate) fn has_key(&self, parent: NodeRef<'t>, key: &str) -> bool {
        self.child(parent, &Segment::Key(key.to_owned())).0.is_some()
    }
}

impl<'t> Listing<'t> {
    fn of(parent: NodeRef<'t>) -> Self {
        let children: Vec<Child<'t>> = children(parent).collect();
        let mut by_name = HashMap::with_capacity(children.len());
        for (at, (key, _)) in children.iter().enumerate() {
            if let Some(key) = key.filter(|key| !key.is_merge()) {
                by_name.entry(key.text()).or_insert(at);
            }
        }
        Self { children, by_name }
    }

    fn child(&self, step: &Segment) -> (Option<Hop<'t>>, usize) {
        let siblings = self.children.len();
        let at = match step {
            Segment::Key(key) => self.by_name.get(key.as_str()).copied(),
            Segment::Index(index) => Some(*index),
        };
        let hop = at.and_then(|index| {
            let (key, node) = *self.children.get(index)?;
            let before = index.checked_sub(1).and_then(|before| self.children.get(before));
            Some(Hop { node, key, index, siblings, floor: before.map_or(0, |(_, node)| node.span().end) })
        });
        (hop, siblings)
    }
}

fn children(parent: NodeRef<'_>) -> impl Iterator<Item = Child<'_>> {
    parent.own_entries().map(|(key, value)| (Some(key), value)).chain(parent.items().map(|item| (None, item)))
}

fn walk<'t>(parent: NodeRef<'t>, step: &Segment) -> (Option<Hop<'t>>, usize) {
    let mut found: Option<Hop<'t>> = None;
    let (mut siblings, mut floor) = (0, 0);
    for (key, node) in children(parent) {
        let is_meant = found.is_none()
            && match (step, key) {
                (Segment::Key(name), Some(key)) => !key.is_merge() && key.text() == name,
                (Segment::Key(_), None) => false,
                (Segment::Index(index), _) => *index == siblings,
            };
        if is_meant {
            found = Some(Hop { node, key, index: siblings, siblings: 0, floor });
        }
        floor = node.span().end;
        siblings += 1;
    }
    (found.map(|hop| Hop { siblings, ..hop }), siblings)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use std::sync::Arc;

    use super::*;
    use crate::parse::{Dialect, parse};

    #[test]
    fn a_listing_finds_what_a_walk_finds() {
        let text: Arc<str> = "a: &a {x: 1}\nb:\n  <<: *a\n  y: 2\nc: [1, 2]\nd: {}\n".into();
        let tree = parse(&text, Dialect::default()).unwrap();
        let root = tree.root().unwrap();
        let nodes = std::iter::once(root).chain(root.own_entries().map(|(_, value)| value));
        let keys = ["a", "b", "c", "d", "e", "x", "y", "<<"].map(|key| Segment::Key(key.to_owned()));
        let steps: Vec<Segment> = keys.into_iter().chain((0..3).map(Segment::Index)).collect();
        for node in nodes {
            for step in &steps {
                let index = Index::default();
                let seen = |(hop, siblings): (Option<Hop<'_>>, usize)| {
                    let hop =
                        hop.map(|hop| (hop.node.id(), hop.key.map(|key| key.id()), hop.index, hop.floor));
                    (hop, siblings)
                };
                let first = seen(index.child(node, step));
                for _ in 0..2 * FEW {
                    assert_eq!(seen(index.child(node, step)), first, "{step:?} in {node:?}");
                }
            }
        }
    }
}
