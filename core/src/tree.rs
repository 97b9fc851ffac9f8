//! A configuration file as a tree whose nodes know where they stand in the text.
//!
//! The tree is what every rule reads. It is an arena over the file's own text: a scalar that needs no
//! unescaping is a slice of the source, so that ten thousand routers cost a few megabytes. A syntax adapter
//! builds it through [`Builder`]; nothing here knows YAML's grammar.
//!
//! Aliases are followed and merge keys (`<<`) applied by every reading method, because that is what Traefik
//! sees. [`NodeRef::own_entries`] and [`NodeRef::is_alias`] show what is literally written.

mod build;

use std::{fmt, ops::Range, sync::Arc};

pub use build::{BuildError, Builder};

/// The deepest nesting that a syntax adapter may accept.
///
/// Recursion over a tree is bounded by it, so no input can exhaust the stack.
pub const MAX_DEPTH: usize = 128;

/// The largest number of nodes that a tree may unfold to when every alias is followed.
///
/// It stops alias bombs: a tree within the limit can be walked without counting.
pub const MAX_UNFOLDED_NODES: u64 = 20_000_000;

const NONE: u32 = u32::MAX;

/// A file's text together with its nodes.
#[derive(Clone)]
pub struct Tree {
    text: Arc<str>,
    nodes: Vec<NodeData>,
    decoded: Vec<Box<str>>,
    properties: Vec<Properties>,
    aliases: Vec<u32>,
    root: u32,
}

/// Names one node of one [`Tree`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NodeId(u32);

/// What a node is once aliases are followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A single value; [`NodeRef::text`] is its decoded form.
    Scalar,
    /// Keys and values, in the order of the file.
    Mapping,
    /// A list.
    Sequence,
}

/// How a node is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// An unquoted scalar.
    Plain,
    /// `'…'`.
    SingleQuoted,
    /// `"…"`.
    DoubleQuoted,
    /// `|`.
    Literal,
    /// `>`.
    Folded,
    /// A mapping or sequence by indentation.
    Block,
    /// `{…}` or `[…]`.
    Flow,
    /// `*name`; the node has no content of its own.
    Alias,
}

/// A place in a text, both counted from one; the column counts characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// The line, from 1.
    pub line: usize,
    /// The character in the line, from 1.
    pub column: usize,
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.line, self.column)
    }
}

#[derive(Clone, Copy)]
struct NodeData {
    style: Style,
    kind: Kind,
    /// A scalar that holds a Go template; its text is the source as it stands.
    templated: bool,
    start: u32,
    end: u32,
    /// First child, decoded text, or the target of an alias, by `kind` and `style`.
    link: u32,
    next: u32,
    properties: u32,
}

#[derive(Clone)]
struct Properties {
    start: u32,
    anchor: Option<Box<str>>,
    tag: Option<Box<str>>,
}

impl Tree {
    /// The whole text of the file, byte for byte.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The text, shared.
    pub fn shared_text(&self) -> Arc<str> {
        Arc::clone(&self.text)
    }

    /// The root node, or `None` for a file that holds nothing but comments.
    pub fn root(&self) -> Option<NodeRef<'_>> {
        (self.root != NONE).then_some(NodeRef { tree: self, id: self.root })
    }

    /// The node with this id.
    ///
    /// An id of another tree gives some node or `None`; it never panics.
    pub fn node(&self, id: NodeId) -> Option<NodeRef<'_>> {
        ((id.0 as usize) < self.nodes.len()).then_some(NodeRef { tree: self, id: id.0 })
    }

    /// Line and column of a byte offset.
    pub fn position(&self, offset: usize) -> Position {
        position(&self.text, offset)
    }

    /// How many nodes the tree holds.
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Whether the file holds nothing but comments.
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    /// Every alias of the file; [`NodeRef::resolved`] gives what it stands for.
    pub fn aliases(&self) -> impl Iterator<Item = NodeRef<'_>> {
        self.aliases.iter().map(|id| NodeRef { tree: self, id: *id })
    }

    /// The names of all anchors, in the order of the file; a name may stand there more than once.
    pub fn anchors(&self) -> impl Iterator<Item = &str> {
        self.properties.iter().filter_map(|properties| properties.anchor.as_deref())
    }
}

impl fmt::Debug for Tree {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tree")
            .field("bytes", &self.text.len())
            .field("nodes", &self.nodes.len())
            .finish_non_exhaustive()
    }
}

/// Line and column of a byte offset in a text.
pub fn position(text: &str, offset: usize) -> Position {
    let mut offset = offset.min(text.len());
    while !text.is_char_boundary(offset) {
        offset -= 1;
    }
    let before = &text[..offset];
    let line_start = before.rfind('\n').map_or(0, |at| at + 1);
    Position {
        line: before.bytes().filter(|byte| *byte == b'\n').count() + 1,
        column: before[line_start..].chars().count() + 1,
    }
}

/// One node of a tree.
#[derive(Clone, Copy)]
pub struct NodeRef<'t> {
    tree: &'t Tree,
    id: u32,
}

impl fmt::Debug for NodeRef<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.kind() {
            Kind::Scalar => write!(f, "{:?}", self.text()),
            Kind::Sequence => f.debug_list().entries(self.items()).finish(),
            Kind::Mapping => f.debug_map().entries(self.entries()).finish(),
        }
    }
}

impl<'t> NodeRef<'t> {
    fn data(&self) -> &'t NodeData {
        &self.tree.nodes[self.id as usize]
    }

    fn at(&self, id: u32) -> Self {
        Self { tree: self.tree, id }
    }

    /// The node's id within its tree.
    pub fn id(&self) -> NodeId {
        NodeId(self.id)
    }

    /// The tree that the node belongs to.
    pub fn tree(&self) -> &'t Tree {
        self.tree
    }

    /// Whether the node is written as `*name`.
    pub fn is_alias(&self) -> bool {
        self.data().style == Style::Alias
    }

    /// The node that an alias stands for; any other node itself.
    #[must_use]
    pub fn resolved(&self) -> Self {
        if self.is_alias() { self.at(self.data().link) } else { *self }
    }

    /// What the node is, aliases followed.
    pub fn kind(&self) -> Kind {
        self.resolved().data().kind
    }

    /// How the node itself is written.
    pub fn style(&self) -> Style {
        self.data().style
    }

    /// Whether the node is a scalar with a Go template in it, whose value only Traefik knows.
    pub fn is_templated(&self) -> bool {
        self.resolved().data().templated
    }

    /// The bytes of the node, without anchor, tag and comments.
    pub fn span(&self) -> Range<usize> {
        let data = self.data();
        data.start as usize..data.end as usize
    }

    /// The bytes of the node with the anchor and tag in front of it.
    pub fn span_with_properties(&self) -> Range<usize> {
        let span = self.span();
        self.properties().map_or(span.start, |p| p.start as usize)..span.end
    }

    fn properties(&self) -> Option<&'t Properties> {
        self.tree.properties.get(self.data().properties as usize)
    }

    /// The anchor (`&name`) that the node carries.
    pub fn anchor(&self) -> Option<&'t str> {
        self.properties()?.anchor.as_deref()
    }

    /// The tag (`!name`) that the node carries.
    pub fn tag(&self) -> Option<&'t str> {
        self.properties()?.tag.as_deref()
    }

    /// Line and column of the node's first byte.
    pub fn position(&self) -> Position {
        self.tree.position(self.data().start as usize)
    }

    /// The text exactly as it is written, quotes included.
    pub fn source(&self) -> &'t str {
        &self.tree.text[self.span()]
    }

    /// The decoded text of a scalar; empty for anything else.
    pub fn text(&self) -> &'t str {
        let node = self.resolved();
        let data = node.data();
        if data.kind != Kind::Scalar {
            return "";
        }
        let (start, end) = (data.start as usize, data.end as usize);
        match self.tree.decoded.get(data.link as usize) {
            Some(text) => text,
            None if matches!(data.style, Style::SingleQuoted | Style::DoubleQuoted) => {
                self.tree.text.get(start + 1..end.saturating_sub(1)).unwrap_or_default()
            }
            None => &self.tree.text[start..end],
        }
    }

    /// The text of a scalar that is not null.
    pub fn as_str(&self) -> Option<&'t str> {
        (self.kind() == Kind::Scalar && !self.is_null()).then(|| self.text())
    }

    /// Whether the node is YAML's null: nothing, `~` or `null`, unquoted and untagged.
    pub fn is_null(&self) -> bool {
        let node = self.resolved();
        let data = node.data();
        data.kind == Kind::Scalar
            && data.style == Style::Plain
            && node.tag().is_none_or(|tag| tag == "!!null")
            && matches!(node.text(), "" | "~" | "null" | "Null" | "NULL")
    }

    /// Whether the node is a mapping or sequence without children, or null.
    pub fn is_vacant(&self) -> bool {
        self.is_null() || (self.kind() != Kind::Scalar && self.resolved().data().link == NONE)
    }

    /// The elements of a sequence; nothing for any other node.
    pub fn items(&self) -> Children<'t> {
        let node = self.resolved();
        let first = if node.data().kind == Kind::Sequence { node.data().link } else { NONE };
        Children { tree: self.tree, next: first }
    }

    /// The keys and values that are literally written in a mapping, `<<` among them.
    pub fn own_entries(&self) -> OwnEntries<'t> {
        let node = self.resolved();
        let first = if node.data().kind == Kind::Mapping { node.data().link } else { NONE };
        OwnEntries(Children { tree: self.tree, next: first })
    }

    /// The keys and values of a mapping with merge keys applied: written keys first, then inherited ones.
    pub fn entries(&self) -> Box<dyn Iterator<Item = (NodeRef<'t>, NodeRef<'t>)> + 't> {
        if !self.own_entries().any(|(key, _)| key.is_merge()) {
            return Box::new(self.own_entries());
        }
        let mut found = Vec::new();
        self.collect_entries(&mut found);
        Box::new(found.into_iter())
    }

    fn collect_entries(&self, found: &mut Vec<(Self, Self)>) {
        for (key, value) in self.own_entries() {
            if !key.is_merge() && !found.iter().any(|(seen, _)| seen.text() == key.text()) {
                found.push((key, value));
            }
        }
        for (_, source) in self.own_entries().filter(|(key, _)| key.is_merge()) {
            if source.kind() == Kind::Sequence {
                source.items().for_each(|item| item.collect_entries(found));
            } else {
                source.collect_entries(found);
            }
        }
    }

    /// Whether this key is the merge key `<<`.
    pub fn is_merge(&self) -> bool {
        self.style() == Style::Plain && self.text() == "<<"
    }

    /// The value under exactly this key, merge keys applied.
    pub fn get(&self, key: &str) -> Option<NodeRef<'t>> {
        self.entry(key).map(|(_, value)| value)
    }

    /// Key and value under exactly this key, merge keys applied.
    pub fn entry(&self, key: &str) -> Option<(NodeRef<'t>, NodeRef<'t>)> {
        let mut merges = false;
        for (name, value) in self.own_entries() {
            if name.text() == key && !name.is_merge() {
                return Some((name, value));
            }
            merges |= name.is_merge();
        }
        if merges { self.entries().find(|(name, _)| name.text() == key) } else { None }
    }

    /// The entry of a Traefik field, whose names ignore case (Traefik decodes by Go field name).
    ///
    /// Where two spellings are written, Traefik's last in byte order wins; so does ours.
    pub fn field(&self, name: &str) -> Option<(NodeRef<'t>, NodeRef<'t>)> {
        // Most keys differ in length already, and that is known without looking at the text.
        let is_meant = |key: &Self| {
            let data = key.data();
            let is_own = data.style == Style::Plain && data.link == NONE;
            let is_long_as = !is_own || (data.end - data.start) as usize == name.len();
            is_long_as && key.text().eq_ignore_ascii_case(name)
        };
        let mut found: Option<(Self, Self)> = None;
        for (key, value) in self.own_entries() {
            if key.is_merge() {
                // Rare, and then every entry counts, inherited or not.
                return self
                    .entries()
                    .filter(|(key, _)| is_meant(key))
                    .max_by(|a, b| a.0.text().cmp(b.0.text()));
            }
            if is_meant(&key) && found.is_none_or(|(other, _)| other.text() <= key.text()) {
                found = Some((key, value));
            }
        }
        found
    }

    /// The value of a Traefik field, see [`Self::field`].
    pub fn value_of(&self, name: &str) -> Option<NodeRef<'t>> {
        self.field(name).map(|(_, value)| value).filter(|value| !value.is_null())
    }

    /// The text of a Traefik field; empty where there is none, see [`Self::field`].
    pub fn text_of(&self, name: &str) -> &'t str {
        self.value_of(name).and_then(|value| value.as_str()).unwrap_or_default()
    }
}

/// Two nodes are equal when they mean the same: kind, order, decoded scalars, and for plain scalars that they
/// are plain (so that `8080` and `"8080"` differ). Comments, quotes' flavour and positions do not count.
impl PartialEq for NodeRef<'_> {
    fn eq(&self, other: &Self) -> bool {
        let (a, b) = (self.resolved(), other.resolved());
        if a.kind() != b.kind() || a.tag() != b.tag() {
            return false;
        }
        match a.kind() {
            Kind::Scalar => {
                (a.style() == Style::Plain) == (b.style() == Style::Plain)
                    && (a.text() == b.text() || (a.is_null() && b.is_null()))
            }
            Kind::Sequence => a.items().eq(b.items()),
            Kind::Mapping => a.own_entries().eq(b.own_entries()),
        }
    }
}

impl Eq for NodeRef<'_> {}

/// The children of a node, in the order of the file.
#[derive(Clone)]
pub struct Children<'t> {
    tree: &'t Tree,
    next: u32,
}

impl fmt::Debug for Children<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.clone()).finish()
    }
}

impl<'t> Iterator for Children<'t> {
    type Item = NodeRef<'t>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.next == NONE {
            return None;
        }
        let node = NodeRef { tree: self.tree, id: self.next };
        self.next = node.data().next;
        Some(node)
    }
}

/// The written entries of a mapping.
#[derive(Debug, Clone)]
pub struct OwnEntries<'t>(Children<'t>);

impl<'t> Iterator for OwnEntries<'t> {
    type Item = (NodeRef<'t>, NodeRef<'t>);

    fn next(&mut self) -> Option<Self::Item> {
        Some((self.0.next()?, self.0.next()?))
    }
}
