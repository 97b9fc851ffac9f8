//! What two versions of the configuration differ in, object by object.
//!
//! It is what a change is called by in the audit trail, what Traefik is asked about afterwards, and what an undo
//! takes back where the file has gone on.

use std::collections::HashMap;

use super::{
    object::{ObjectKind, ObjectRef},
    store::FileId,
};
use crate::{
    config::value::Value,
    traefik::Protocol,
    tree::{NodeRef, Tree},
};

/// An object that was added, changed or removed.
#[derive(Debug, Clone, PartialEq)]
pub struct ObjectChange {
    /// Which one.
    pub object: ObjectRef,
    /// The file that it is in, or was.
    pub file: FileId,
    /// What it was; `None` for a new one.
    pub before: Option<Value>,
    /// What it is; `None` for one that is gone.
    pub after: Option<Value>,
}

/// The objects of one file that differ. Comments, order and spelling do not count.
///
/// It takes time linear in the trees.
pub fn of_file(file: &FileId, old: Option<&Tree>, new: Option<&Tree>) -> Vec<ObjectChange> {
    let mut changes = Vec::new();
    let (old, new) = (old.and_then(Tree::root), new.and_then(Tree::root));
    for kind in ObjectKind::ALL {
        for protocol in kind.protocols() {
            compare(&entries(old, *protocol, kind), &entries(new, *protocol, kind), |name, before, after| {
                changes.push(ObjectChange {
                    object: ObjectRef::new(*protocol, kind, name),
                    file: file.clone(),
                    before: before.map(Value::from),
                    after: after.map(Value::from),
                });
            });
        }
    }
    changes
}

/// Joins what moved from one file to another into one change, in the file that it came to.
#[must_use]
pub fn joined(changes: Vec<ObjectChange>) -> Vec<ObjectChange> {
    let mut joined: Vec<ObjectChange> = Vec::with_capacity(changes.len());
    // What came to a file or went from it, and has not met its other half.
    let mut halves: HashMap<ObjectRef, usize> = HashMap::new();
    for change in changes {
        let other = halves.get(&change.object).and_then(|at| joined.get_mut(*at));
        match other.filter(|other| other.after.is_none() != change.after.is_none()) {
            Some(gone) if gone.after.is_none() => {
                gone.after = change.after;
                gone.file = change.file;
            }
            Some(came) => came.before = change.before,
            None => {
                halves.entry(change.object.clone()).or_insert(joined.len());
                joined.push(change);
            }
        }
    }
    joined
}

type Entries<'t> = Vec<(&'t str, NodeRef<'t>)>;

fn entries(root: Option<NodeRef<'_>>, protocol: Option<Protocol>, kind: ObjectKind) -> Entries<'_> {
    let section = root
        .and_then(|root| root.value_of(protocol.map_or("tls", Protocol::as_str)))
        .and_then(|node| node.value_of(kind.section()));
    let Some(section) = section else { return Vec::new() };
    if kind == ObjectKind::TlsCertificate {
        return section.items().map(|item| (item.text_of("certFile"), item)).collect();
    }
    section.entries().map(|(key, value)| (key.text(), value)).collect()
}

/// Calls `differs` for every name whose nodes are not equal.
fn compare<'t>(
    old: &[(&'t str, NodeRef<'t>)],
    new: &[(&'t str, NodeRef<'t>)],
    mut differs: impl FnMut(&str, Option<NodeRef<'t>>, Option<NodeRef<'t>>),
) {
    let same = old.iter().zip(new).take_while(|(a, b)| a.0 == b.0 && a.1 == b.1).count();
    let (old, new) = (&old[same..], &new[same..]);
    let alike = old.iter().rev().zip(new.iter().rev()).take_while(|(a, b)| a.0 == b.0 && a.1 == b.1).count();
    let (old, new) = (&old[..old.len() - alike], &new[..new.len() - alike]);
    let mut left: HashMap<&str, NodeRef<'t>> = old.iter().copied().collect();
    for (name, after) in new {
        match left.remove(name) {
            Some(before) if before == *after => {}
            before => differs(name, before, Some(*after)),
        }
    }
    for (name, before) in old {
        if left.remove(name).is_some() {
            differs(name, Some(*before), None);
        }
    }
}
