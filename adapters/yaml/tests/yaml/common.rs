//! Short ways to write paths and edits.

use std::sync::Arc;

use traefik_manager_core::{
    config::{
        edit::{Edit, EditError, NewNode, Path},
        guard,
        store::ConfigSyntax,
        value::Value,
    },
    tree::Tree,
};
use traefik_manager_yaml::Yaml;

/// `http.routers.a[0]`; a key with a dot in it cannot be written so.
pub(crate) fn path(text: &str) -> Path {
    let mut path = Path::root();
    for part in text.split('.').filter(|part| !part.is_empty()) {
        let mut steps = part.split('[');
        if let Some(key) = steps.next().filter(|key| !key.is_empty()) {
            path = path.key(key);
        }
        for index in steps {
            path = path.index(index.trim_end_matches(']').parse().unwrap_or_default());
        }
    }
    path
}

pub(crate) fn set(at: &str, value: Value) -> Edit {
    Edit::set(path(at), value)
}

pub(crate) fn entry(at: &str, text: &str) -> Edit {
    Edit::Set { path: path(at), node: NewNode::Entry(text.to_owned()) }
}

pub(crate) fn insert(at: &str, node: NewNode, before: Option<&str>) -> Edit {
    Edit::Insert { path: path(at), node, before: before.map(str::to_owned) }
}

pub(crate) fn remove(at: &str) -> Edit {
    Edit::remove(path(at))
}

pub(crate) fn rename(at: &str, to: &str) -> Edit {
    Edit::Rename { path: path(at), to: to.to_owned() }
}

pub(crate) fn text(text: &str) -> Value {
    Value::text(text)
}

pub(crate) fn map(entries: &[(&str, Value)]) -> Value {
    Value::map(entries.iter().map(|(key, value)| ((*key).to_owned(), value.clone())))
}

pub(crate) fn read(text: &str) -> Tree {
    match Yaml.parse(Arc::from(text)) {
        Ok(tree) => tree,
        Err(error) => panic!("{error}\n{text}"),
    }
}

/// The text after the edits, proven by the guard.
pub(crate) fn edited(before: &str, edits: &[Edit]) -> Result<String, EditError> {
    guard::apply(&Yaml, &read(before), edits).map(|tree| tree.text().to_owned())
}

#[track_caller]
pub(crate) fn check(before: &str, edits: &[Edit], after: &str) {
    match edited(before, edits) {
        Ok(found) if found == after => {}
        Ok(found) => panic!("from\n{before}\nexpected\n{after}\nfound\n{found}"),
        Err(error) => panic!("{error}\nfrom\n{before}\nby {edits:?}"),
    }
}

#[track_caller]
pub(crate) fn refused(before: &str, edits: &[Edit]) -> EditError {
    match edited(before, edits) {
        Ok(found) => panic!("not refused:\n{found}"),
        Err(error) => error,
    }
}
