//! A configuration file as it was last read, and what is wrong with it.

use std::{fmt, sync::Arc};

use super::{
    edit::{Path, SyntaxError},
    store::{ConfigSyntax, FileContent, FileEntry, FileId, Revision, Stamp},
};
use crate::{
    traefik::Protocol,
    tree::{Kind, NodeRef, Position, Tree},
};

/// A file, its text and, where it can be read, its tree.
#[derive(Debug)]
pub struct SourceFile {
    id: FileId,
    path: String,
    stamp: Stamp,
    revision: Option<Revision>,
    text: Arc<str>,
    tree: Result<Tree, Problem>,
}

/// What is wrong with a file, for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The file.
    pub file: FileId,
    /// Where, if it is one place.
    pub position: Option<Position>,
    /// What is wrong and what to do.
    pub message: String,
    /// Whether the file is in order but its shape depends on Go templates, so that only its text can be edited.
    pub shaped_by_templates: bool,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.position {
            Some(at) => write!(f, "{}:{at}: {}", self.file, self.message),
            None => write!(f, "{}: {}", self.file, self.message),
        }
    }
}

impl Problem {
    /// A text that does not parse.
    pub fn syntax(file: &FileId, error: SyntaxError) -> Self {
        Self {
            file: file.clone(),
            position: Some(error.position),
            message: error.message,
            shaped_by_templates: error.shaped_by_templates,
        }
    }

    /// A problem of the file as a whole.
    pub fn of_file(file: &FileId, message: impl Into<String>) -> Self {
        Self { file: file.clone(), position: None, message: message.into(), shaped_by_templates: false }
    }
}

impl SourceFile {
    /// A file that was read.
    pub fn new(entry: FileEntry, content: FileContent, parsed: Result<Tree, SyntaxError>) -> Self {
        let FileEntry { id, path, stamp } = entry;
        let FileContent { text, revision } = content;
        let tree = parsed.map_err(|error| Problem::syntax(&id, error)).and_then(|tree| check_root(&id, tree));
        Self { id, path, stamp, revision: Some(revision), text, tree }
    }

    /// A static configuration file that was read.
    pub fn of_static(entry: FileEntry, content: FileContent, parsed: Result<Tree, SyntaxError>) -> Self {
        let FileEntry { id, path, stamp } = entry;
        let FileContent { text, revision } = content;
        let tree = parsed.map_err(|error| Problem::syntax(&id, error));
        let tree = tree.and_then(|tree| check_static_root(&id, tree));
        Self { id, path, stamp, revision: Some(revision), text, tree }
    }

    /// A file that is named in the configuration but does not exist yet.
    pub fn absent(entry: FileEntry, syntax: &dyn ConfigSyntax) -> Self {
        let FileEntry { id, path, stamp } = entry;
        let text: Arc<str> = Arc::from("");
        let tree = syntax.parse(Arc::clone(&text)).map_err(|error| Problem::syntax(&id, error));
        Self { id, path, stamp, revision: None, text, tree }
    }

    /// A file that is listed but cannot be read.
    pub fn unreadable(entry: FileEntry, message: impl Into<String>) -> Self {
        let FileEntry { id, path, stamp } = entry;
        let problem = Problem::of_file(&id, message);
        Self { id, path, stamp, revision: None, text: Arc::from(""), tree: Err(problem) }
    }

    /// The name.
    pub fn id(&self) -> &FileId {
        &self.id
    }

    /// The path, for people.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The stamp at the time of reading.
    pub fn stamp(&self) -> Stamp {
        self.stamp
    }

    /// The content's revision; `None` for a file that is not there yet or could not be read.
    pub fn revision(&self) -> Option<&Revision> {
        self.revision.as_ref()
    }

    /// The text.
    pub fn text(&self) -> &Arc<str> {
        &self.text
    }

    /// The tree.
    ///
    /// # Errors
    /// The [`Problem`] that keeps the file from being understood.
    pub fn tree(&self) -> Result<&Tree, &Problem> {
        self.tree.as_ref()
    }

    /// What is wrong with the file.
    pub fn problem(&self) -> Option<&Problem> {
        self.tree.as_ref().err()
    }

    /// The objects of a section: `routers`, `services`, `middlewares` or `serversTransports` of a protocol.
    pub fn objects<'t>(
        &'t self,
        protocol: Protocol,
        section: &str,
    ) -> impl Iterator<Item = (NodeRef<'t>, NodeRef<'t>)> + use<'t> {
        self.section(protocol.as_str(), section).into_iter().flat_map(|(_, node)| node.entries())
    }

    /// The path of a section as it is spelled in the file, and its node.
    pub(super) fn section(&self, root_key: &str, section: &str) -> Option<(Path, NodeRef<'_>)> {
        let root = self.tree.as_ref().ok()?.root()?;
        let (protocol_key, protocol_node) = root.field(root_key)?;
        let (section_key, section_node) = protocol_node.field(section)?;
        Some((Path::keys([protocol_key.text(), section_key.text()]), section_node))
    }

    /// The path of a section, in the file's own spelling where it is there and Traefik's where it is not.
    pub fn section_path(&self, protocol: Protocol, section: &str) -> Path {
        self.spelled(protocol.as_str(), section)
    }

    pub(super) fn spelled(&self, root_key: &str, section: &str) -> Path {
        let Some(root) = self.tree.as_ref().ok().and_then(Tree::root) else {
            return Path::keys([root_key, section]);
        };
        match root.field(root_key) {
            None => Path::keys([root_key, section]),
            Some((key, node)) => {
                Path::keys([key.text()]).key(node.field(section).map_or(section, |(name, _)| name.text()))
            }
        }
    }

    /// One object of a section.
    pub fn object(&self, protocol: Protocol, section: &str, name: &str) -> Option<NodeRef<'_>> {
        self.section(protocol.as_str(), section)?.1.get(name)
    }
}

/// Takes a tree for that of a file: Traefik's files are mappings, and anything else at the root is somebody's
/// mistake, which is never written over.
///
/// # Errors
/// The [`Problem`], where the root is something else.
pub(crate) fn check_root(id: &FileId, tree: Tree) -> Result<Tree, Problem> {
    must_be_a_mapping(id, tree, NO_MAPPING)
}

/// The same for a static configuration.
///
/// # Errors
/// The [`Problem`], where the root is something else.
pub(crate) fn check_static_root(id: &FileId, tree: Tree) -> Result<Tree, Problem> {
    must_be_a_mapping(id, tree, NO_STATIC_MAPPING)
}

/// What is said of a dynamic file that is no mapping.
pub(crate) const NO_MAPPING: &str =
    "the file must be a mapping with keys such as `http`, `tcp`, `udp` or `tls`";
/// What is said of a static one.
pub(crate) const NO_STATIC_MAPPING: &str =
    "the file must be a mapping with keys such as `entryPoints` or `providers`";

fn must_be_a_mapping(id: &FileId, tree: Tree, message: &str) -> Result<Tree, Problem> {
    let Some(root) = tree.root() else { return Ok(tree) };
    if root.kind() == Kind::Mapping || root.is_null() {
        return Ok(tree);
    }
    Err(Problem {
        file: id.clone(),
        position: Some(root.position()),
        message: message.to_owned(),
        shaped_by_templates: false,
    })
}
