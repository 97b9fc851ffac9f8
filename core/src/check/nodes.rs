//! Reading nodes as Traefik does, without allocating where nothing is wrong.

use std::{borrow::Cow, vec};

use super::scalar::Scalar;
use crate::{
    config::edit::Path,
    tree::{Kind, NodeRef, OwnEntries},
};

/// The entries of a mapping, merge keys applied.
#[derive(Debug)]
pub(super) enum Entries<'t> {
    Own(OwnEntries<'t>),
    Merged(vec::IntoIter<(NodeRef<'t>, NodeRef<'t>)>),
}

impl<'t> Iterator for Entries<'t> {
    type Item = (NodeRef<'t>, NodeRef<'t>);

    fn next(&mut self) -> Option<Self::Item> {
        match self {
            Self::Own(entries) => entries.next(),
            Self::Merged(entries) => entries.next(),
        }
    }
}

/// See [`Entries`]; nothing for any other node.
pub(super) fn entries(node: NodeRef<'_>) -> Entries<'_> {
    if node.own_entries().any(|(key, _)| key.is_merge()) {
        Entries::Merged(node.entries().collect::<Vec<_>>().into_iter())
    } else {
        Entries::Own(node.own_entries())
    }
}

/// Whether anything stands below the node for Traefik: an entry with a value, or a mapping in a list.
pub(super) fn has_children(node: NodeRef<'_>) -> bool {
    match node.kind() {
        Kind::Scalar => false,
        Kind::Mapping => entries(node).any(|(key, value)| !value.is_null() && !key.is_null()),
        Kind::Sequence => node.items().any(|item| item.kind() == Kind::Mapping),
    }
}

/// Whether a section that may be empty is there for Traefik; `None` where a template decides.
pub(super) fn is_switched_on(node: NodeRef<'_>) -> Option<bool> {
    Some(match node.kind() {
        _ if node.is_null() => false,
        Kind::Mapping => true,
        // A list of single values is a text to Traefik, and one that says nothing of `true`.
        Kind::Sequence => !node.items().any(|item| item.kind() == Kind::Scalar),
        Kind::Scalar => match Scalar::of(node) {
            Scalar::Opaque => return None,
            scalar => {
                scalar.into_text().is_some_and(|text| text.is_empty() || text.eq_ignore_ascii_case("true"))
            }
        },
    })
}

/// A value that is there: of several spellings of a field the one that counts, and not null.
pub(super) fn value_of<'t>(node: NodeRef<'t>, name: &str) -> Option<NodeRef<'t>> {
    let (_, value) = node.field(name)?;
    if !value.is_null() {
        return Some(value);
    }
    // Traefik drops what is null before it looks at names, so that another spelling counts.
    let others =
        entries(node).filter(|(key, value)| !value.is_null() && key.text().eq_ignore_ascii_case(name));
    others.max_by(|a, b| a.0.text().cmp(b.0.text())).map(|(_, value)| value)
}

/// A section below a node that is there, and not switched off.
pub(super) fn section<'t>(node: NodeRef<'t>, name: &str) -> Option<NodeRef<'t>> {
    value_of(node, name).filter(|section| is_switched_on(*section) != Some(false))
}

/// The text of a field as Traefik reads it; `None` where there is none or a template decides.
///
/// A list where a text belongs becomes one text, with a sign of Traefik's own between the elements.
pub(super) fn text_of<'t>(node: NodeRef<'t>, name: &str) -> Option<Cow<'t, str>> {
    let value = value_of(node, name)?;
    match value.kind() {
        Kind::Scalar => Scalar::of(value).into_text(),
        Kind::Mapping => Some(Cow::Borrowed("")),
        Kind::Sequence => {
            let mut text = String::new();
            for item in value.items() {
                let item = Scalar::of(item);
                if item == Scalar::Opaque {
                    return None;
                }
                text.push_str(if text.is_empty() { "║24║" } else { "║" });
                text.push_str(&item.into_text().unwrap_or_default());
            }
            Some(Cow::Owned(text))
        }
    }
}

/// One element of a list of texts.
#[derive(Debug)]
pub(super) struct Element<'t> {
    pub(super) node: NodeRef<'t>,
    pub(super) index: Option<usize>,
    /// `None` where a template decides.
    pub(super) text: Option<Cow<'t, str>>,
}

/// The elements of a list of texts: those of a sequence as they are, those of one text between its commas.
pub(super) fn texts<'t>(node: NodeRef<'t>, name: &str) -> impl Iterator<Item = Element<'t>> + use<'t> {
    let value = value_of(node, name);
    let items = value.into_iter().flat_map(|value| value.items().enumerate()).filter_map(|(index, item)| {
        let scalar = (item.kind() == Kind::Scalar).then(|| Scalar::of(item))?;
        let text = if scalar == Scalar::Opaque { None } else { Some(trimmed(scalar.into_text()?)) };
        Some(Element { node: item, index: Some(index), text })
    });
    let scalar = value.filter(|value| value.kind() == Kind::Scalar).map(|value| (value, Scalar::of(value)));
    let parts = scalar.into_iter().flat_map(|(node, scalar)| {
        let element = move |text| Element { node, index: None, text };
        match scalar {
            Scalar::Opaque => vec![element(None)],
            scalar => match scalar.into_text() {
                Some(text) if !text.is_empty() => {
                    text.split(',').map(|part| element(Some(Cow::Owned(part.trim().to_owned())))).collect()
                }
                _ => Vec::new(),
            },
        }
    });
    items.chain(parts)
}

fn trimmed(text: Cow<'_, str>) -> Cow<'_, str> {
    match text {
        Cow::Borrowed(text) => Cow::Borrowed(text.trim()),
        Cow::Owned(text) => Cow::Owned(text.trim().to_owned()),
    }
}

/// The mappings of a list of mappings.
pub(super) fn structs<'t>(
    node: NodeRef<'t>,
    name: &str,
) -> impl Iterator<Item = (usize, NodeRef<'t>)> + use<'t> {
    let list = value_of(node, name);
    let items = list.into_iter().flat_map(|list| list.items()).filter(|item| item.kind() == Kind::Mapping);
    // A mapping where a list belongs has one element per key.
    let values = list
        .filter(|list| list.kind() == Kind::Mapping)
        .into_iter()
        .flat_map(|list| entries(list).map(|(_, value)| value).filter(|value| !value.is_null()));
    items.chain(values).enumerate()
}

/// Where a walk is.
#[derive(Debug, Default)]
pub(super) struct Steps<'t>(Vec<Step<'t>>);

#[derive(Debug, Clone, Copy)]
enum Step<'t> {
    Key(&'t str),
    Index(usize),
}

impl<'t> Steps<'t> {
    pub(super) fn push_key(&mut self, key: &'t str) {
        self.0.push(Step::Key(key));
    }

    pub(super) fn push_index(&mut self, index: usize) {
        self.0.push(Step::Index(index));
    }

    pub(super) fn pop(&mut self) {
        self.0.pop();
    }

    pub(super) fn path(&self) -> Path {
        self.0.iter().fold(Path::root(), |path, step| match step {
            Step::Key(key) => path.key(*key),
            Step::Index(index) => path.index(*index),
        })
    }
}
