//! Where the static configuration names its own entry points and resolvers.

use super::{Place, Section};
use crate::{
    config::edit::Path,
    tree::{NodeRef, Tree},
};

/// A place that names something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mention {
    /// Where the name is written.
    pub path: Path,
    /// What names it.
    pub by: Place,
}

const REDIRECT: &[&str] = &["http", "redirections", "entryPoint", "to"];
const CHALLENGE: &[&str] = &["acme", "httpChallenge", "entryPoint"];
const RESOLVER: &[&str] = &["http", "tls", "certResolver"];

/// Where a file names one of the things of a section.
pub fn mentions(tree: &Tree, section: Section, name: &str) -> Vec<Mention> {
    let mut found = Vec::new();
    let Some(root) = tree.root() else { return found };
    let mut look = |by: Place, ways: &[&[&str]]| {
        let Some(node) = by.node(tree) else { return };
        for way in ways {
            let Some((path, written)) = descend(by.path(tree), node, way) else { continue };
            if written.as_str() == Some(name) {
                found.push(Mention { path, by: by.clone() });
            }
        }
    };
    let each = |of: Section| Place::names(of, tree).into_iter().map(move |name| Place::named(of, name));
    if section == Section::ENTRY_POINTS {
        each(Section::ENTRY_POINTS).for_each(|by| look(by, &[REDIRECT]));
        each(Section::RESOLVERS).for_each(|by| look(by, &[CHALLENGE]));
        for (key, way) in [("ping", &["entryPoint"][..]), ("metrics", &["prometheus", "entryPoint"])] {
            if let Some(of) = Section::find(key).filter(|_| root.field(key).is_some()) {
                look(Place::once(of), &[way]);
            }
        }
    } else if section == Section::RESOLVERS {
        each(Section::ENTRY_POINTS).for_each(|by| look(by, &[RESOLVER]));
    }
    found
}

fn descend<'t>(path: Path, node: NodeRef<'t>, way: &[&str]) -> Option<(Path, NodeRef<'t>)> {
    way.iter().try_fold((path, node), |(path, node), name| {
        let (key, value) = node.field(name)?;
        Some((path.key(key.text()), value))
    })
}
