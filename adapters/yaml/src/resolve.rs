//! From a path to nodes, and what must not be touched because others share it.

use std::ops::Range;

use traefik_manager_core::{
    config::edit::{EditError, Path, Segment},
    tree::{Kind, NodeId, NodeRef, Tree},
};

use crate::index::Index;

/// One step down the tree.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Hop<'t> {
    pub(crate) node: NodeRef<'t>,
    /// The key, for the value of a mapping.
    pub(crate) key: Option<NodeRef<'t>>,
    /// Its place among its siblings.
    pub(crate) index: usize,
    /// How many children its parent has.
    pub(crate) siblings: usize,
    /// Where the sibling before it ends; blank lines up to there may be a part of that one's text.
    pub(crate) floor: usize,
}

impl Hop<'_> {
    /// Where the entry or item starts, key, anchor and tag included (a dash is not).
    pub(crate) fn start(&self) -> usize {
        self.key.unwrap_or(self.node).span_with_properties().start
    }

    pub(crate) fn is_first(&self) -> bool {
        self.index == 0
    }

    pub(crate) fn is_last(&self) -> bool {
        self.index + 1 == self.siblings
    }
}

/// What a path leads to.
#[derive(Debug)]
pub(crate) struct Resolved<'t, 'p> {
    /// The nodes that exist, from the root; empty for an empty file.
    pub(crate) hops: Vec<Hop<'t>>,
    /// The steps that lead to nothing yet.
    pub(crate) rest: &'p [Segment],
}

pub(crate) fn target(path: &Path, reason: impl Into<String>) -> EditError {
    EditError::Target { path: path.clone(), reason: reason.into() }
}

fn shared(path: &Path, reason: String) -> EditError {
    EditError::Shared { path: path.clone(), reason }
}

/// Follows a path as far as nodes exist.
pub(crate) fn resolve<'t, 'p>(
    tree: &'t Tree,
    path: &'p Path,
    index: &Index<'t>,
) -> Result<Resolved<'t, 'p>, EditError> {
    let mut hops = Vec::with_capacity(path.segments().len() + 1);
    let mut rest = path.segments();
    let Some(root) = tree.root() else { return Ok(Resolved { hops, rest }) };
    hops.push(Hop { node: root, key: None, index: 0, siblings: 1, floor: 0 });
    let mut node = root;
    while let Some((first, behind)) = rest.split_first() {
        if node.is_alias() {
            let name = node.source();
            let line = node.resolved().position().line;
            let reason =
                format!("leads through the alias `{name}`; change it where it is defined, in line {line}");
            return Err(shared(path, reason));
        }
        let hop = match (first, node.kind()) {
            _ if node.is_null() => return Ok(Resolved { hops, rest }),
            (Segment::Key(key), Kind::Mapping) => {
                if key == "<<" {
                    return Err(target(path, "is a merge key; edit the file as text"));
                }
                match index.child(node, first).0 {
                    Some(hop) => hop,
                    None if !behind.is_empty() && node.get(key).is_some() => {
                        let reason = format!(
                            "leads through `{key}`, which is inherited through `<<`; change it where it is defined"
                        );
                        return Err(shared(path, reason));
                    }
                    None => return Ok(Resolved { hops, rest }),
                }
            }
            (Segment::Index(at), Kind::Sequence) => {
                let (found, siblings) = index.child(node, first);
                match found {
                    Some(hop) => hop,
                    None if *at == siblings => return Ok(Resolved { hops, rest }),
                    None => {
                        return Err(target(
                            path,
                            format!("does not exist: the list has {siblings} elements"),
                        ));
                    }
                }
            }
            (Segment::Index(0), Kind::Mapping) | (Segment::Key(_), Kind::Sequence) if node.is_vacant() => {
                return Ok(Resolved { hops, rest });
            }
            (_, kind) => {
                let is = match kind {
                    Kind::Scalar => "a single value",
                    Kind::Mapping => "a mapping",
                    Kind::Sequence => "a list",
                };
                let line = node.position().line;
                return Err(target(path, format!("cannot exist, because line {line} holds {is} instead")));
            }
        };
        node = hop.node;
        hops.push(hop);
        rest = behind;
    }
    Ok(Resolved { hops, rest })
}

/// Refuses to change what an alias elsewhere repeats: the nodes are changed inside, all in `range` goes.
pub(crate) fn check_shared(
    tree: &Tree,
    path: &Path,
    nodes: &[NodeId],
    range: &Range<usize>,
) -> Result<(), EditError> {
    for alias in tree.aliases() {
        let source = alias.resolved();
        if range.contains(&alias.span().start) {
            continue;
        }
        if range.contains(&source.span_with_properties().start) || nodes.contains(&source.id()) {
            let name = source.anchor().unwrap_or_default();
            let line = alias.position().line;
            let reason = format!(
                "holds the anchor `&{name}`, which line {line} uses, so that more than this would change; write the \
                 value out there first"
            );
            return Err(shared(path, reason));
        }
    }
    Ok(())
}

/// The nodes of these steps.
pub(crate) fn ids(hops: &[Hop<'_>]) -> Vec<NodeId> {
    hops.iter().map(|hop| hop.node.id()).collect()
}
