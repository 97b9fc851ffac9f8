//! Whether a running Traefik serves what was written: asked of the real one.

#![expect(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod changes;
mod reference;
#[path = "../support/mod.rs"]
mod support;

use std::sync::Arc;

use support::traefik::Traefik;
use traefik_manager_core::{
    config::{
        confirm::Expectation,
        object::{ObjectKind, ObjectRef},
        store::ConfigSyntax as _,
    },
    traefik::{Protocol, live::ApiAddress},
    tree::{NodeRef, Tree},
};
use traefik_manager_yaml::Yaml;

fn address(traefik: &Traefik) -> ApiAddress {
    ApiAddress { url: traefik.api.clone(), credentials: None }
}

fn tree(text: &str) -> Tree {
    Yaml.parse(Arc::from(text)).unwrap()
}

fn object(protocol: Protocol, kind: ObjectKind, name: &str) -> ObjectRef {
    ObjectRef { protocol: Some(protocol), kind, name: name.to_owned() }
}

/// Every object of a file that Traefik's API shows.
fn objects(tree: &Tree) -> Vec<(ObjectRef, NodeRef<'_>)> {
    let Some(root) = tree.root() else { return Vec::new() };
    let mut found = Vec::new();
    for protocol in Protocol::ALL {
        for kind in [ObjectKind::Router, ObjectKind::Service, ObjectKind::Middleware] {
            let section = root.value_of(protocol.as_str()).and_then(|node| node.value_of(kind.section()));
            let entries = section.into_iter().flat_map(|node| node.entries());
            found.extend(entries.map(|(key, node)| (object(protocol, kind, key.text()), node)));
        }
    }
    found
}

/// What differs between two texts of the same files.
fn change(before: &str, after: &str) -> Vec<Expectation> {
    let (before, after) = (tree(before), tree(after));
    let (before, after) = (objects(&before), objects(&after));
    let mut expected = Vec::new();
    for (object, node) in &after {
        let old = before.iter().find(|(name, _)| name == object).map(|(_, node)| *node);
        if old != Some(*node) {
            expected.push(Expectation::changed(object.clone(), old, Some(*node)));
        }
    }
    for (object, node) in &before {
        if !after.iter().any(|(name, _)| name == object) {
            expected.push(Expectation::changed(object.clone(), Some(*node), None));
        }
    }
    expected
}
