//! What a new static configuration takes away from the dynamic files: an entry point, a resolver, a plugin or a provider
//! that they name. They count at once and the static configuration at the next restart, so such a loss shows late.

use super::{Snapshot, static_sections::users_in_files};
use crate::{
    check::{Effect, Finding, Level},
    config::{edit::Path, store::FileId},
    static_config::{Place, SECTIONS, Section},
    tree::{NodeRef, Tree},
};

/// How many users a finding names.
const NAMED_USERS: usize = 12;

/// The things that the old file has, the new one has not, and the dynamic files need.
pub(super) fn losses(snapshot: &Snapshot, file: &FileId, old: &Tree, new: &Tree) -> Vec<Finding> {
    let is_there = |place: &Place, tree: &Tree| place.node(tree).is_some_and(|node| !node.is_null());
    let mut places: Vec<Place> = SECTIONS
        .into_iter()
        .flat_map(|section| match section.noun() {
            Some(_) => {
                Place::names(section, old).into_iter().map(|name| Place::named(section, name)).collect()
            }
            None if section.is_provider() => vec![Place::once(section)],
            None => Vec::new(),
        })
        .collect();
    places.retain(|place| is_there(place, old) && !is_there(place, new) && !has_moved(place, new));
    places.iter().filter_map(|place| loss(snapshot, file, place, new)).collect()
}

/// Whether a plugin is of the other kind now, which middlewares do not notice.
fn has_moved(place: &Place, new: &Tree) -> bool {
    let other = match place.section {
        Section::PLUGINS => Section::LOCAL_PLUGINS,
        Section::LOCAL_PLUGINS => Section::PLUGINS,
        _ => return false,
    };
    place.name.as_ref().is_some_and(|name| Place::named(other, name).node(new).is_some())
}

fn loss(snapshot: &Snapshot, file: &FileId, place: &Place, new: &Tree) -> Option<Finding> {
    let users = users_in_files(snapshot, place);
    if users.is_empty() {
        return None;
    }
    let (path, at) = above(place, new);
    let span = at.map_or(0..0, |key| key.span());
    let is_one = users.len() == 1;
    let users = named(users);
    let message = if is_one {
        format!("{place} is taken away, and {users} needs it")
    } else {
        format!("{place} is taken away, and {users} need it")
    };
    Some(Finding {
        level: Level::Error,
        effect: Effect::DisablesObject,
        code: "still-in-use",
        file: file.clone(),
        position: new.position(span.start),
        span,
        path,
        message,
        remedy: "keep it, or change those first".to_owned(),
        disables: Vec::new(),
    })
}

/// A list of users, the first of very many.
pub(super) fn named(mut users: Vec<String>) -> String {
    let more = users.len().saturating_sub(NAMED_USERS);
    users.truncate(NAMED_USERS);
    if more > 0 {
        users.push(format!("{more} others"));
    }
    users.join(", ")
}

/// The last of the keys that lead to a place, as far as they are there.
fn above<'t>(place: &Place, tree: &'t Tree) -> (Path, Option<NodeRef<'t>>) {
    let (mut path, mut last) = (Path::root(), None);
    let mut node = tree.root();
    for key in place.section.way() {
        let Some((own, value)) = node.and_then(|node| node.field(key)) else { break };
        path = path.key(own.text());
        (last, node) = (Some(own), Some(value));
    }
    (path, last)
}
