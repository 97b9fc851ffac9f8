//! How a parser makes a tree.

use std::{collections::HashMap, fmt, ops::Range, sync::Arc};

use super::{Kind, MAX_DEPTH, MAX_UNFOLDED_NODES, NONE, NodeData, NodeId, Properties, Style, Tree};

/// Builds a [`Tree`] from the events of a parser.
///
/// Spans are byte offsets into the text that the builder was given.
#[derive(Debug)]
pub struct Builder {
    tree: Tree,
    open: Vec<Open>,
    /// What each node with an anchor unfolds to: no others have aliases.
    unfolded: HashMap<u32, Unfolded>,
    pending: Option<Properties>,
}

/// A collection whose children are still coming.
#[derive(Debug)]
struct Open {
    id: u32,
    last_child: u32,
    unfolded: Unfolded,
}

/// How large a node is when every alias is followed.
#[derive(Debug, Clone, Copy)]
struct Unfolded {
    nodes: u64,
    /// Levels of collections.
    depth: usize,
}

/// A scalar.
const SINGLE: Unfolded = Unfolded { nodes: 1, depth: 0 };

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
    /// Collections are nested deeper than [`MAX_DEPTH`], aliases followed.
    #[error("nested deeper than {MAX_DEPTH} levels")]
    TooDeep,
    /// Aliases unfold to more than [`MAX_UNFOLDED_NODES`].
    #[error("aliases unfold to more than {MAX_UNFOLDED_NODES} values")]
    AliasBomb,
}

impl Unfolded {
    /// Counts a child in.
    fn add(&mut self, child: Self) {
        self.nodes = self.nodes.saturating_add(child.nodes);
        self.depth = self.depth.max(child.depth + 1);
    }
}

impl Builder {
    /// Starts a tree over `text`, which must be shorter than 4 GiB.
    pub fn new(text: Arc<str>) -> Self {
        // More than most files have: what is not used was never touched and goes back at the end, while growing copies all.
        let estimate = text.len() / 10;
        let tree = Tree {
            text,
            nodes: Vec::with_capacity(estimate),
            decoded: Vec::new(),
            properties: Vec::new(),
            aliases: Vec::new(),
            root: NONE,
        };
        Self { tree, open: Vec::new(), unfolded: HashMap::new(), pending: None }
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
        self.push(span, Kind::Scalar, style, templated, link, SINGLE)
    }

    /// Adds an alias of a node that is already complete.
    ///
    /// # Errors
    /// [`BuildError::AliasBomb`] when following every alias would pass the limit, [`BuildError::TooDeep`] when what it
    /// stands for reaches deeper than that.
    pub fn alias(&mut self, span: Range<usize>, target: NodeId) -> Result<NodeId, BuildError> {
        let unfolds = self.unfolded.get(&target.0).copied().unwrap_or(SINGLE);
        if self.open.len() + unfolds.depth > MAX_DEPTH {
            return Err(BuildError::TooDeep);
        }
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
        let id = self.push(start..start, kind, style, false, NONE, SINGLE)?;
        self.open.push(Open { id: id.0, last_child: NONE, unfolded: Unfolded { nodes: 1, depth: 1 } });
        Ok(id)
    }

    /// Closes the innermost open collection at `end`.
    ///
    /// # Errors
    /// [`BuildError::AliasBomb`] when following every alias would pass the limit.
    pub fn close(&mut self, end: usize) -> Result<(), BuildError> {
        let Some(Open { id, unfolded, .. }) = self.open.pop() else { return Ok(()) };
        self.tree.nodes[id as usize].end = offset(end);
        if self.tree.nodes[id as usize].properties != NONE {
            self.unfolded.insert(id, unfolded);
        }
        if let Some(parent) = self.open.last_mut() {
            parent.unfolded.add(unfolded);
        }
        if unfolded.nodes > MAX_UNFOLDED_NODES { Err(BuildError::AliasBomb) } else { Ok(()) }
    }

    /// Whether a collection is still open, and so not yet a valid target of an alias.
    pub fn is_open(&self, id: NodeId) -> bool {
        self.open.iter().any(|open| open.id == id.0)
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
        unfolds: Unfolded,
    ) -> Result<NodeId, BuildError> {
        let id = offset(self.tree.nodes.len());
        let properties = self.pending.take().map_or(NONE, |properties| {
            self.tree.properties.push(properties);
            offset(self.tree.properties.len() - 1)
        });
        let (start, end) = (offset(span.start), offset(span.end));
        self.tree.nodes.push(NodeData { style, kind, templated, start, end, link, next: NONE, properties });
        if let Some(parent) = self.open.last_mut() {
            if parent.last_child == NONE {
                self.tree.nodes[parent.id as usize].link = id;
            } else {
                self.tree.nodes[parent.last_child as usize].next = id;
            }
            parent.last_child = id;
            // An open collection adds what it unfolds to when it closes.
            if kind == Kind::Scalar {
                parent.unfolded.add(unfolds);
            }
        } else if self.tree.root == NONE {
            self.tree.root = id;
        }
        if unfolds.nodes > MAX_UNFOLDED_NODES { Err(BuildError::AliasBomb) } else { Ok(NodeId(id)) }
    }
}

/// Offsets fit: syntax adapters refuse texts of 4 GiB and more.
fn offset(value: usize) -> u32 {
    u32::try_from(value).unwrap_or(NONE - 1)
}
