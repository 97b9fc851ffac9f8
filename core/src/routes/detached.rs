//! A mapping entry on its own, away from its file: a switched-off router, or one on its way to another file.

use std::sync::Arc;

use super::ChangeError;
use crate::{
    config::{
        edit::{Edit, NewNode, Path},
        guard,
        store::{ConfigSyntax, FileId},
        value::Value,
    },
    tree::{NodeRef, Tree},
};

/// A document of one entry.
#[derive(Debug)]
pub(super) struct Detached {
    tree: Tree,
    name: String,
}

impl Detached {
    /// The entry that `text` holds; `None` when it needs something of its file to be read, such as an anchor.
    pub(super) fn from_text(syntax: &dyn ConfigSyntax, name: &str, text: &str) -> Option<Self> {
        let tree = syntax.parse(Arc::from(text)).ok()?;
        tree.root()?.get(name)?;
        Some(Self { tree, name: name.to_owned() })
    }

    /// An entry that says what `value` says.
    pub(super) fn from_value(
        syntax: &dyn ConfigSyntax,
        name: &str,
        value: Value,
    ) -> Result<Self, ChangeError> {
        let empty = syntax.parse(Arc::from("")).map_err(ChangeError::Text)?;
        let edit = Edit::set(Path::keys([name]), value);
        let tree = apply(syntax, &empty, &[edit])?;
        Ok(Self { tree, name: name.to_owned() })
    }

    /// The value of the entry.
    pub(super) fn node(&self) -> Option<NodeRef<'_>> {
        self.tree.root()?.get(&self.name)
    }

    /// The path of the value within [`edited`](Self::edited).
    pub(super) fn path(&self) -> Path {
        Path::keys([self.name.as_str()])
    }

    /// The entry with edits made, and another name if need be.
    pub(super) fn edited(
        self,
        syntax: &dyn ConfigSyntax,
        mut edits: Vec<Edit>,
        name: &str,
    ) -> Result<Self, ChangeError> {
        if name != self.name {
            edits.push(Edit::Rename { path: self.path(), to: name.to_owned() });
        }
        if edits.is_empty() {
            return Ok(self);
        }
        Ok(Self { tree: apply(syntax, &self.tree, &edits)?, name: name.to_owned() })
    }

    /// The entry's text, to be inserted elsewhere.
    pub(super) fn text(&self) -> &str {
        self.tree.text()
    }

    /// The entry's value without its text.
    pub(super) fn value(&self) -> Value {
        self.node().map_or(Value::Null, Value::from)
    }

    /// The entry as something to write.
    pub(super) fn new_node(&self) -> NewNode {
        NewNode::Entry(self.text().to_owned())
    }
}

fn apply(syntax: &dyn ConfigSyntax, tree: &Tree, edits: &[Edit]) -> Result<Tree, ChangeError> {
    guard::apply(syntax, tree, edits)
        .map_err(|source| ChangeError::NotEditable { file: FileId::new("the route"), source })
}
