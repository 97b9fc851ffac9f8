//! Edits as data: what shall differ in a file, without saying how it is written.

use std::fmt;

use super::value::Value;
use crate::tree::Position;

/// One step of a [`Path`].
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Segment {
    /// A key of a mapping, exactly as it is spelled in the file.
    Key(String),
    /// An element of a sequence, from 0.
    Index(usize),
}

/// The way from the root of a file to a node.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Path(Vec<Segment>);

impl Path {
    /// The root of the file.
    pub fn root() -> Self {
        Self::default()
    }

    /// A path of keys.
    pub fn keys<T: Into<String>>(keys: impl IntoIterator<Item = T>) -> Self {
        Self(keys.into_iter().map(|key| Segment::Key(key.into())).collect())
    }

    /// The path one key further down.
    #[must_use]
    pub fn key(&self, key: impl Into<String>) -> Self {
        self.with(Segment::Key(key.into()))
    }

    /// The path one list element further down.
    #[must_use]
    pub fn index(&self, index: usize) -> Self {
        self.with(Segment::Index(index))
    }

    /// The path that goes on with the steps of another.
    #[must_use]
    pub fn joined(mut self, rest: &Self) -> Self {
        self.0.extend_from_slice(&rest.0);
        self
    }

    fn with(&self, segment: Segment) -> Self {
        let mut segments = self.0.clone();
        segments.push(segment);
        Self(segments)
    }

    /// The steps, from the root.
    pub fn segments(&self) -> &[Segment] {
        &self.0
    }

    /// The last step and the path before it; `None` for the root.
    pub fn split_last(&self) -> Option<(&Segment, Path)> {
        let (last, init) = self.0.split_last()?;
        Some((last, Self(init.to_vec())))
    }

    /// The last key, where the path ends in one.
    pub fn last_key(&self) -> Option<&str> {
        match self.0.last()? {
            Segment::Key(key) => Some(key),
            Segment::Index(_) => None,
        }
    }
}

/// Written as `http.routers."my.app".middlewares[0]`: a key with anything but letters, digits, `-` and `_` in
/// it stands in quotes.
impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, segment) in self.0.iter().enumerate() {
            match segment {
                Segment::Index(index) => write!(f, "[{index}]")?,
                Segment::Key(key) => {
                    if position > 0 {
                        f.write_str(".")?;
                    }
                    let plain = |c: char| c.is_alphanumeric() || c == '-' || c == '_';
                    if !key.is_empty() && key.chars().all(plain) {
                        f.write_str(key)?;
                    } else {
                        write!(f, "{key:?}")?;
                    }
                }
            }
        }
        Ok(())
    }
}

/// What an edit writes.
#[derive(Debug, Clone, PartialEq)]
pub enum NewNode {
    /// A value; the writer chooses the spelling, after the style around it.
    Value(Value),
    /// The text of a whole mapping entry, key included, starting at column 0, comments and all.
    ///
    /// It must be one mapping with exactly the key that the edit's path ends in. It is indented to its new
    /// place and otherwise kept byte for byte.
    Entry(String),
}

/// One difference between a file and what it shall become.
#[derive(Debug, Clone, PartialEq)]
pub enum Edit {
    /// Makes the node at `path` be `node`; adds it at the end of its parent, and missing parents, if need be.
    Set {
        /// The node; it must not be the root and must not lead through an alias.
        path: Path,
        /// What it becomes.
        node: NewNode,
    },
    /// Adds an entry that does not exist yet, in front of the sibling `before` or at the end.
    Insert {
        /// The new entry.
        path: Path,
        /// What it holds.
        node: NewNode,
        /// The key of the sibling that it shall stand in front of; at the end where there is none such.
        before: Option<String>,
    },
    /// Takes a node out, with every ancestor that is left without children by it.
    Remove {
        /// The node.
        path: Path,
    },
    /// Gives a mapping entry another key; the value stays where it is.
    Rename {
        /// The entry.
        path: Path,
        /// The new key.
        to: String,
    },
}

impl Edit {
    /// Sets a value.
    pub fn set(path: Path, value: Value) -> Self {
        Self::Set { path, node: NewNode::Value(value) }
    }

    /// Removes a node.
    pub fn remove(path: Path) -> Self {
        Self::Remove { path }
    }

    /// The path that the edit names.
    pub fn path(&self) -> &Path {
        match self {
            Self::Set { path, .. }
            | Self::Insert { path, .. }
            | Self::Remove { path }
            | Self::Rename { path, .. } => path,
        }
    }
}

/// A text that is not what its syntax allows.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message} (line {}, column {})", position.line, position.column)]
pub struct SyntaxError {
    /// What is wrong, and where there is one, the remedy.
    pub message: String,
    /// Where.
    pub position: Position,
    /// Whether Go templates decide the document's shape, so that only Traefik can read it.
    pub shaped_by_templates: bool,
}

/// An edit that was not made. The file is as it was.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EditError {
    /// The named node, or the parent it should stand in, is not there or is of another kind.
    #[error("{path} {reason}")]
    Target {
        /// The node.
        path: Path,
        /// What is the matter with it.
        reason: String,
    },
    /// The entry exists already.
    #[error("{path} exists already")]
    Exists {
        /// The entry.
        path: Path,
    },
    /// The node is shared through an anchor, a merge key or an alias, so that more than it would change.
    #[error("{path} {reason}")]
    Shared {
        /// The node.
        path: Path,
        /// By what, and the remedy.
        reason: String,
    },
    /// An entry's own text does not parse.
    #[error("the new text does not parse: {0}")]
    Entry(SyntaxError),
    /// The edited text does not say what it should, so it was thrown away. This guards against mistakes of
    /// this program; please report it.
    #[error("the edit would also have changed {path}; it was not made")]
    Guard {
        /// Where the result differs from what was asked for.
        path: Path,
    },
}
