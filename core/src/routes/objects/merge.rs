//! From what a node says to what it shall say, leaf by leaf: for list elements, whose text has no key to be replaced by.

use crate::{
    config::{
        edit::{Edit, Path},
        value::Value,
    },
    tree::{Kind, NodeRef},
};

/// The edits that make `old` at `path` say what `new` says; what both say alike is not touched.
pub(in crate::routes) fn merge(edits: &mut Vec<Edit>, path: &Path, old: NodeRef<'_>, new: NodeRef<'_>) {
    if old == new {
        return;
    }
    if old.kind() != Kind::Mapping || new.kind() != Kind::Mapping || old.is_alias() {
        edits.push(Edit::set(path.clone(), Value::from(new)));
        return;
    }
    for (key, value) in new.own_entries() {
        let below = path.key(key.text());
        match old.get(key.text()) {
            Some(old) => merge(edits, &below, old, value),
            None => edits.push(Edit::set(below, Value::from(value))),
        }
    }
    for (key, _) in old.own_entries() {
        if new.get(key.text()).is_none() {
            edits.push(Edit::remove(path.key(key.text())));
        }
    }
}
