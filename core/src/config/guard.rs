//! Proof that an edited file says what it should, before anybody writes it.
//!
//! A writer of YAML has a thousand ways to change more than it was asked to: a comment taken for text, an anchor
//! torn from its aliases, an indentation that moves a key under its neighbour. So the result of every edit is
//! read again and compared, node by node, with the old tree on which the same edits were made as data.

mod entries;

use std::{borrow::Cow, sync::Arc};

use super::{
    edit::{Edit, EditError, NewNode, Path, Segment},
    store::ConfigSyntax,
    value::Value,
};
use crate::tree::{Kind, NodeRef, Style, Tree};
use entries::Entries;

/// Makes edits and proves that they, and nothing else, were made.
///
/// # Errors
/// [`EditError`]; the tree given is as it was.
pub fn apply(syntax: &dyn ConfigSyntax, tree: &Tree, edits: &[Edit]) -> Result<Tree, EditError> {
    let new = syntax.apply(tree, edits)?;
    prove(syntax, &[Claim { old: tree, edits, new: &new }], || ()).map_err(|(_, error)| error)?;
    Ok(new)
}

/// That a tree is another one with these edits made, and nothing else.
#[derive(Debug, Clone, Copy)]
pub struct Claim<'a> {
    /// The tree before the edits.
    pub old: &'a Tree,
    /// The edits, in this order.
    pub edits: &'a [Edit],
    /// The tree with them, as it was read again.
    pub new: &'a Tree,
}

/// Proves claims, and that a second reader reads the new texts as they are claimed to be; `meanwhile` is done at the same
/// time, which saves much of it for large files.
///
/// # Errors
/// The place of the claim that does not hold, and why. What was done meanwhile is worth nothing then.
pub fn prove<T>(
    syntax: &dyn ConfigSyntax,
    claims: &[Claim<'_>],
    meanwhile: impl FnOnce() -> T,
) -> Result<T, (usize, EditError)> {
    // A text that the edits leave as it is was not made here.
    let made: Vec<usize> = (0..claims.len())
        .filter(|at| {
            let is_made =
                |claim: &Claim<'_>| !Arc::ptr_eq(&claim.old.shared_text(), &claim.new.shared_text());
            claims.get(*at).is_some_and(is_made)
        })
        .collect();
    let trees: Vec<&Tree> = made.iter().filter_map(|at| Some(claims.get(*at)?.new)).collect();
    let (mut verified, mut meanwhile, mut done) = (Ok(()), Some(meanwhile), None);
    let agrees = syntax.agrees(&trees, &mut || {
        verified = claims.iter().enumerate().try_for_each(|(at, claim)| {
            verify(claim.old, claim.edits, claim.new, syntax).map_err(|error| (at, error))
        });
        done = meanwhile.take().map(|meanwhile| meanwhile());
    });
    verified?;
    if let Some(done) = done.filter(|_| agrees) {
        return Ok(done);
    }
    // Which of them it is makes no difference to whoever asked for all or nothing.
    let at = made.first().copied().unwrap_or_default();
    let first = claims.get(at).and_then(|claim| claim.edits.first());
    let path = first.map_or_else(Path::root, |edit| edit.path().clone());
    Err((at, EditError::Guard { path }))
}

/// Checks that `new` is `old` with the edits made, the order of untouched keys included.
///
/// It walks both trees once, in time linear in their size, and copies only the collections on the edits' paths.
///
/// # Errors
/// [`EditError::Guard`] with the first place that differs; [`EditError::Entry`] for an entry that does not parse.
pub fn verify(old: &Tree, edits: &[Edit], new: &Tree, syntax: &dyn ConfigSyntax) -> Result<(), EditError> {
    let mut entries = Vec::with_capacity(edits.len());
    for edit in edits {
        entries.push(match edit {
            Edit::Set { node: NewNode::Entry(text), .. }
            | Edit::Insert { node: NewNode::Entry(text), .. } => {
                Some(syntax.parse_entry(Arc::from(text.as_str())).map_err(EditError::Entry)?)
            }
            _ => None,
        });
    }
    let mut expected = old.root().map_or(Expected::Gone, Expected::Node);
    for (edit, entry) in edits.iter().zip(&entries) {
        make(&mut expected, edit, entry.as_ref())
            .ok_or_else(|| EditError::Guard { path: edit.path().clone() })?;
    }
    let mut place = Vec::new();
    let same = match new.root() {
        Some(root) => expected.is(root, &mut place),
        None => {
            matches!(expected, Expected::Gone) || matches!(&expected, Expected::Node(node) if node.is_null())
        }
    };
    if same {
        return Ok(());
    }
    let path = place.into_iter().rev().fold(Path::root(), |path, segment| match segment {
        Segment::Key(key) => path.key(key),
        Segment::Index(index) => path.index(index),
    });
    Err(EditError::Guard { path })
}

/// What a place of the new file should hold.
enum Expected<'a> {
    /// The same as this node, of the old file or of an entry's text.
    Node(NodeRef<'a>),
    Value(&'a Value),
    /// A mapping that an edit leads into; `merged` is where inherited keys come from.
    Map {
        entries: Entries<'a, Expected<'a>>,
        merged: Option<NodeRef<'a>>,
    },
    /// A list that an edit leads into.
    List(Vec<Expected<'a>>),
    /// Nothing.
    Gone,
}

/// Where a node goes.
#[derive(Clone, Copy)]
enum Place<'a> {
    /// In the place of one that may be there.
    Here,
    /// In front of a sibling, or at the end; there must not be one yet.
    New { before: Option<&'a str> },
}

/// Makes one edit; `None` when it cannot be made on this tree at all.
fn make<'a>(root: &mut Expected<'a>, edit: &'a Edit, entry: Option<&'a Tree>) -> Option<()> {
    let segments = edit.path().segments();
    match edit {
        Edit::Set { node, .. } => root.set(segments, new_node(node, entry, segments.last()?)?, Place::Here),
        Edit::Insert { node, before, .. } => root.set(
            segments,
            new_node(node, entry, segments.last()?)?,
            Place::New { before: before.as_deref() },
        ),
        Edit::Remove { .. } => {
            if root.remove(segments)? {
                *root = Expected::Gone;
            }
            Some(())
        }
        Edit::Rename { to, .. } => {
            let (Segment::Key(last), init) = segments.split_last()? else { return None };
            let mut node = root;
            for segment in init {
                node = node.child(segment)?;
            }
            let Expected::Map { entries, .. } = node.unfolded()? else { return None };
            entries.rename(last, to)
        }
    }
}

fn new_node<'a>(node: &'a NewNode, entry: Option<&'a Tree>, last: &Segment) -> Option<Expected<'a>> {
    match (node, entry) {
        (NewNode::Value(value), _) => Some(Expected::Value(value)),
        (NewNode::Entry(_), Some(tree)) => {
            let (key, value) = tree.root()?.own_entries().next()?;
            let Segment::Key(last) = last else { return None };
            (key.text() == last).then_some(Expected::Node(value))
        }
        (NewNode::Entry(_), None) => None,
    }
}

impl<'a> Expected<'a> {
    /// Makes the children of a collection their own; a null becomes an empty mapping.
    fn unfolded(&mut self) -> Option<&mut Self> {
        let new = match self {
            Self::Map { .. } | Self::List(_) => return Some(self),
            Self::Gone | Self::Value(Value::Null) => Self::Map { entries: Entries::default(), merged: None },
            Self::Node(node) if node.is_alias() => return None,
            Self::Node(node) if node.is_null() => Self::Map { entries: Entries::default(), merged: None },
            Self::Node(node) => match node.kind() {
                Kind::Scalar => return None,
                Kind::Sequence => Self::List(node.items().map(Self::Node).collect()),
                Kind::Mapping => Self::Map {
                    entries: node
                        .own_entries()
                        .map(|(key, value)| (Cow::Borrowed(key.text()), Self::Node(value)))
                        .collect(),
                    merged: Some(*node),
                },
            },
            Self::Value(Value::Map(entries)) => Self::Map {
                entries: entries
                    .iter()
                    .map(|(key, value)| (Cow::Borrowed(key.as_str()), Self::Value(value)))
                    .collect(),
                merged: None,
            },
            Self::Value(Value::List(items)) => Self::List(items.iter().map(Self::Value).collect()),
            Self::Value(_) => return None,
        };
        *self = new;
        Some(self)
    }

    fn child(&mut self, segment: &Segment) -> Option<&mut Self> {
        match (self.unfolded()?, segment) {
            (Self::Map { entries, .. }, Segment::Key(key)) => entries.get_mut(key),
            (Self::List(items), Segment::Index(index)) => items.get_mut(*index),
            _ => None,
        }
    }

    /// Puts a node at a path, with the parents that it needs.
    fn set(&mut self, segments: &'a [Segment], new: Self, place: Place<'_>) -> Option<()> {
        let Some((first, rest)) = segments.split_first() else {
            *self = new;
            return Some(());
        };
        if let Segment::Index(0) = first
            && let Self::Map { entries, .. } = self.unfolded()?
            && entries.is_empty()
        {
            *self = Self::List(Vec::new());
        }
        if let (Segment::Key(_), Self::List(items)) = (first, self.unfolded()?)
            && items.is_empty()
        {
            *self = Self::Map { entries: Entries::default(), merged: None };
        }
        match (self.unfolded()?, first) {
            (Self::List(items), Segment::Index(index)) => {
                if *index == items.len() {
                    items.push(Self::Gone);
                }
                items.get_mut(*index)?.set(rest, new, place)
            }
            (Self::Map { entries, merged }, Segment::Key(key)) => {
                if let Some(value) = entries.get_mut(key) {
                    return if rest.is_empty() && matches!(place, Place::New { .. }) {
                        None
                    } else {
                        value.set(rest, new, place)
                    };
                }
                if rest.is_empty()
                    && let (Self::Value(value), Some(inherited)) =
                        (&new, merged.and_then(|node| inherited(node, key)))
                    && value.matches(&inherited)
                {
                    return Some(());
                }
                let before = match place {
                    Place::New { before } if rest.is_empty() => before,
                    _ => None,
                };
                let mut value = Self::Gone;
                value.set(rest, new, place)?;
                entries.insert(before, key, value);
                Some(())
            }
            _ => None,
        }
    }

    /// Takes a node out; tells whether this one is left without children by it.
    fn remove(&mut self, segments: &[Segment]) -> Option<bool> {
        let Some((first, rest)) = segments.split_first() else { return Some(true) };
        if self.child(first)?.remove(rest)? {
            match (&mut *self, first) {
                (Self::Map { entries, .. }, Segment::Key(key)) => entries.remove(key),
                (Self::List(items), Segment::Index(index)) => {
                    items.remove(*index);
                }
                _ => return None,
            }
        }
        Some(match self {
            Self::Map { entries, .. } => entries.is_empty(),
            Self::List(items) => items.is_empty(),
            _ => false,
        })
    }

    /// Whether a node holds this; where not, `place` is filled with the way to it, the last step first.
    fn is(&self, node: NodeRef<'_>, place: &mut Vec<Segment>) -> bool {
        match self {
            Self::Gone => false,
            Self::Node(expected) => same(*expected, node, place),
            Self::Value(value) => value.matches(&node),
            Self::List(items) => {
                if node.is_alias() || node.kind() != Kind::Sequence || node.items().count() != items.len() {
                    return false;
                }
                let differs = items.iter().zip(node.items()).position(|(item, node)| !item.is(node, place));
                differs.map(|index| place.push(Segment::Index(index))).is_none()
            }
            Self::Map { entries, .. } => {
                if node.is_alias() || node.kind() != Kind::Mapping {
                    return false;
                }
                let mut written = node.own_entries();
                for (key, value) in entries.iter() {
                    let found = written.next();
                    if !found.is_some_and(|(name, node)| name.text() == key && value.is(node, place)) {
                        place.push(Segment::Key(key.to_owned()));
                        return false;
                    }
                }
                written.next().map(|(name, _)| place.push(Segment::Key(name.text().to_owned()))).is_none()
            }
        }
    }
}

/// What a mapping takes over through `<<` under a key that it does not have itself.
fn inherited<'a>(node: NodeRef<'a>, key: &str) -> Option<NodeRef<'a>> {
    node.own_entries().filter(|(name, _)| name.is_merge()).find_map(|(_, source)| match source.kind() {
        Kind::Sequence => source.items().find_map(|item| item.get(key)),
        _ => source.get(key),
    })
}

/// Whether two nodes of different texts say the same, anchors, tags and what aliases lead to included.
fn same(a: NodeRef<'_>, b: NodeRef<'_>, place: &mut Vec<Segment>) -> bool {
    if b.is_alias() && !a.is_alias() {
        // In an entry's own text an alias may stand unresolved.
        return a.style() == Style::Plain && a.text() == b.source();
    }
    if a.is_alias() != b.is_alias() || a.kind() != b.kind() || a.anchor() != b.anchor() || a.tag() != b.tag()
    {
        return false;
    }
    match a.kind() {
        Kind::Scalar => a == b,
        Kind::Sequence => {
            let (mut ours, mut theirs) = (a.items(), b.items());
            for index in 0.. {
                match (ours.next(), theirs.next()) {
                    (None, None) => break,
                    (Some(ours), Some(theirs)) if same(ours, theirs, place) => {}
                    _ => {
                        place.push(Segment::Index(index));
                        return false;
                    }
                }
            }
            true
        }
        Kind::Mapping => {
            let (mut ours, mut theirs) = (a.own_entries(), b.own_entries());
            loop {
                match (ours.next(), theirs.next()) {
                    (None, None) => return true,
                    (Some((key, value)), Some((name, node))) if key == name && same(value, node, place) => {}
                    (Some((key, _)), _) | (None, Some((key, _))) => {
                        place.push(Segment::Key(key.text().to_owned()));
                        return false;
                    }
                }
            }
        }
    }
}
