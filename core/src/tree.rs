//! A configuration file as a tree whose nodes know where they stand in the text.
//!
//! The tree is what every rule reads. It is an arena over the file's own text: a scalar that needs no
//! unescaping is a slice of the source, so that ten thousand routers cost a few megabytes. A syntax adapter
//! builds it through [`Builder`]; nothing here knows YAML's grammar.
//!
//! Aliases are followed and merge keys (`<<`) applied by every reading method, because that is what Traefik
//! sees. [`NodeRef::own_entries`] and [`NodeRef::is_alias`] show what is literally written.

use std::{fmt, ops::Range, sync::Arc};

use crate::config::value::Value;

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
    /// A tree that says what `value` says and has no text of its own.
    pub fn from_value(value: &Value) -> Self {
        let mut builder = Builder::new(Arc::from(""));
        // The limits guard against files; a value that is deeper than them is cut off.
        let _ = builder.value(value);
        builder.finish()
    }

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
        self.entries()
            .filter(|(key, _)| key.text().eq_ignore_ascii_case(name))
            .max_by(|a, b| a.0.text().cmp(b.0.text()))
    }

    /// The value of a Traefik field, see [`Self::field`].
    pub fn value_of(&self, name: &str) -> Option<NodeRef<'t>> {
        self.field(name).map(|(_, value)| value).filter(|value| !value.is_null())
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

/// Builds a [`Tree`] from the events of a parser.
///
/// Spans are byte offsets into the text that the builder was given.
#[derive(Debug)]
pub struct Builder {
    tree: Tree,
    /// Open collections: node, its last child, nodes it unfolds to.
    open: Vec<(u32, u32, u64)>,
    unfolded: Vec<u64>,
    pending: Option<Properties>,
}

impl fmt::Debug for Properties {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Properties")
            .field("anchor", &self.anchor)
            .field("tag", &self.tag)
            .finish_non_exhaustive()
    }
}

/// A tree that may not be built.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BuildError {
    /// Collections are nested deeper than [`MAX_DEPTH`].
    #[error("nested deeper than {MAX_DEPTH} levels")]
    TooDeep,
    /// Aliases unfold to more than [`MAX_UNFOLDED_NODES`].
    #[error("aliases unfold to more than {MAX_UNFOLDED_NODES} values")]
    AliasBomb,
}

impl Builder {
    /// Starts a tree over `text`, which must be shorter than 4 GiB.
    pub fn new(text: Arc<str>) -> Self {
        let estimate = text.len() / 16;
        let tree = Tree {
            text,
            nodes: Vec::with_capacity(estimate),
            decoded: Vec::new(),
            properties: Vec::new(),
            aliases: Vec::new(),
            root: NONE,
        };
        Self { tree, open: Vec::new(), unfolded: Vec::with_capacity(estimate), pending: None }
    }

    /// Gives the next node an anchor or a tag; `start` is the offset of the first of them.
    pub fn properties(&mut self, start: usize, anchor: Option<Box<str>>, tag: Option<Box<str>>) {
        self.pending = Some(Properties { start: offset(start), anchor, tag });
    }

    /// Adds a scalar; `decoded` is its text where that is not the source itself, without its quotes.
    ///
    /// # Errors
    /// [`BuildError::AliasBomb`] when the tree has grown past its limit.
    pub fn scalar(
        &mut self,
        span: Range<usize>,
        style: Style,
        decoded: Option<Box<str>>,
        templated: bool,
    ) -> Result<NodeId, BuildError> {
        let link = decoded.map_or(NONE, |text| {
            self.tree.decoded.push(text);
            offset(self.tree.decoded.len() - 1)
        });
        self.push(span, Kind::Scalar, style, templated, link, 1)
    }

    /// Adds an alias of a node that is already complete.
    ///
    /// # Errors
    /// [`BuildError::AliasBomb`] when following every alias would pass the limit.
    pub fn alias(&mut self, span: Range<usize>, target: NodeId) -> Result<NodeId, BuildError> {
        let unfolds = self.unfolded.get(target.0 as usize).copied().unwrap_or(1);
        let id = self.push(span, Kind::Scalar, Style::Alias, false, target.0, unfolds)?;
        self.tree.aliases.push(id.0);
        Ok(id)
    }

    /// Opens a mapping or sequence; its children follow, keys and values in turn.
    ///
    /// # Errors
    /// [`BuildError::TooDeep`] past [`MAX_DEPTH`].
    pub fn open(&mut self, start: usize, kind: Kind, style: Style) -> Result<NodeId, BuildError> {
        if self.open.len() >= MAX_DEPTH {
            return Err(BuildError::TooDeep);
        }
        let id = self.push(start..start, kind, style, false, NONE, 1)?;
        self.open.push((id.0, NONE, 1));
        Ok(id)
    }

    /// Closes the innermost open collection at `end`.
    ///
    /// # Errors
    /// [`BuildError::AliasBomb`] when following every alias would pass the limit.
    pub fn close(&mut self, end: usize) -> Result<(), BuildError> {
        let Some((id, _, unfolds)) = self.open.pop() else { return Ok(()) };
        self.tree.nodes[id as usize].end = offset(end);
        self.unfolded[id as usize] = unfolds;
        if let Some(parent) = self.open.last_mut() {
            parent.2 = parent.2.saturating_add(unfolds);
        }
        if unfolds > MAX_UNFOLDED_NODES { Err(BuildError::AliasBomb) } else { Ok(()) }
    }

    /// Whether a collection is still open, and so not yet a valid target of an alias.
    pub fn is_open(&self, id: NodeId) -> bool {
        self.open.iter().any(|(open, ..)| *open == id.0)
    }

    fn value(&mut self, value: &Value) -> Result<(), BuildError> {
        let plain = |text: String| (Style::Plain, text);
        let (style, text) = match value {
            Value::Null => plain("null".to_owned()),
            Value::Bool(flag) => plain(flag.to_string()),
            Value::Int(number) => plain(number.to_string()),
            Value::Verbatim(text) => plain(text.clone()),
            Value::Text(text) => (Style::DoubleQuoted, text.clone()),
            Value::List(items) => {
                self.open(0, Kind::Sequence, Style::Block)?;
                items.iter().try_for_each(|item| self.value(item))?;
                return self.close(0);
            }
            Value::Map(entries) => {
                self.open(0, Kind::Mapping, Style::Block)?;
                for (key, value) in entries {
                    self.scalar(0..0, Style::DoubleQuoted, Some(key.as_str().into()), false)?;
                    self.value(value)?;
                }
                return self.close(0);
            }
        };
        self.scalar(0..0, style, Some(text.into()), false).map(drop)
    }

    /// The tree.
    #[must_use]
    pub fn finish(mut self) -> Tree {
        self.tree.nodes.shrink_to_fit();
        self.tree
    }

    fn push(
        &mut self,
        span: Range<usize>,
        kind: Kind,
        style: Style,
        templated: bool,
        link: u32,
        unfolds: u64,
    ) -> Result<NodeId, BuildError> {
        let id = offset(self.tree.nodes.len());
        let properties = self.pending.take().map_or(NONE, |properties| {
            self.tree.properties.push(properties);
            offset(self.tree.properties.len() - 1)
        });
        let (start, end) = (offset(span.start), offset(span.end));
        self.tree.nodes.push(NodeData { style, kind, templated, start, end, link, next: NONE, properties });
        self.unfolded.push(unfolds);
        if let Some((parent, last, total)) = self.open.last_mut() {
            if *last == NONE {
                self.tree.nodes[*parent as usize].link = id;
            } else {
                self.tree.nodes[*last as usize].next = id;
            }
            *last = id;
            // An open collection adds what it unfolds to when it closes.
            if kind == Kind::Scalar {
                *total = total.saturating_add(unfolds);
            }
        } else if self.tree.root == NONE {
            self.tree.root = id;
        }
        if unfolds > MAX_UNFOLDED_NODES { Err(BuildError::AliasBomb) } else { Ok(NodeId(id)) }
    }
}

/// Offsets fit: syntax adapters refuse texts of 4 GiB and more.
fn offset(value: usize) -> u32 {
    u32::try_from(value).unwrap_or(NONE - 1)
}
