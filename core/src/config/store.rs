//! The ports through which configuration files are read, written and backed up.

use std::{any::Any, fmt, sync::Arc};

use super::edit::{Edit, EditError, Path, SyntaxError};
use crate::{clock::Timestamp, tree::Tree};

/// The name of a configuration file: its path below `CONFIG_DIR`, or the base name of a listed file.
///
/// It is what clients send as `configFile` and what route ids begin with. Only a [`ConfigStore`] turns it into
/// a path, and only into one that it lists.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FileId(Arc<str>);

impl FileId {
    /// A name as a store lists it, or as a client sent it.
    pub fn new(name: &str) -> Self {
        Self(Arc::from(name))
    }

    /// The name of a new file that stands directly in the configuration folder; `.yml` is added where there is
    /// no YAML ending.
    ///
    /// # Errors
    /// [`StorageError::BadName`] for anything but a plain, visible file name of at most 200 bytes.
    pub fn for_new_file(name: &str) -> Result<Self, StorageError> {
        let reason = if name.is_empty() {
            "it is empty"
        } else if name.starts_with('.') {
            "a hidden file is easily overlooked"
        } else if name.contains(['/', '\\']) {
            "new files stand directly in the configuration folder, so a name has no `/` or `\\`"
        } else if name.chars().any(char::is_control) || name.trim() != name {
            "it has control characters, or blanks at an end"
        } else if name.len() > 200 {
            "it is longer than 200 bytes"
        } else {
            let complete = has_yaml_ending(name);
            return Ok(if complete { Self::new(name) } else { Self::new(&format!("{name}.yml")) });
        };
        Err(StorageError::BadName { name: name.to_owned(), reason: reason.to_owned() })
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The part after the last `/`.
    pub fn base_name(&self) -> &str {
        self.0.rsplit('/').next().unwrap_or(&self.0)
    }
}

/// Whether Traefik's file provider reads a file of that name as YAML; it ignores case.
pub fn has_yaml_ending(name: &str) -> bool {
    name.rsplit_once('.').is_some_and(|(stem, ending)| {
        !stem.is_empty() && ["yml", "yaml"].iter().any(|yaml| ending.eq_ignore_ascii_case(yaml))
    })
}

impl fmt::Display for FileId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Which content a file has: equal revisions mean equal bytes.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Revision(Box<str>);

impl Revision {
    /// A revision as a store spells it.
    pub fn new(text: impl Into<Box<str>>) -> Self {
        Self(text.into())
    }

    /// What stands for a file that is not there: whoever names it writes only where there is still none.
    pub fn absent() -> Self {
        Self::new("absent")
    }

    /// The spelling, safe inside an entity tag.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Revision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Revision({})", self.0)
    }
}

/// What a write expects to replace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WriteCondition {
    /// There must be no such file.
    CreateNew,
    /// The file must have exactly this content.
    Matches(Revision),
}

/// One file of a transaction: what it shall become, and what it must be for that.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileWrite<'a> {
    /// The file.
    pub id: &'a FileId,
    /// Its whole new text; `None` takes the file away.
    pub text: Option<&'a str>,
    /// What the write replaces.
    pub condition: WriteCondition,
}

/// A configuration file as a store lists it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileEntry {
    /// Its name.
    pub id: FileId,
    /// Its path, for people.
    pub path: String,
    /// Changes whenever the content may have: not to be read again while it is the same.
    pub stamp: Stamp,
}

/// A cheap mark of a file's content, such as its inode, size and times.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Stamp(pub u64);

/// A file's content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileContent {
    /// The text, byte for byte.
    pub text: Arc<str>,
    /// The text's revision.
    pub revision: Revision,
}

/// A failure of storage.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StorageError {
    /// There is no such file among those that may be touched.
    #[error("there is no file `{name}` here")]
    NotFound {
        /// The name that was asked for.
        name: String,
    },
    /// The file is not what the write expected to replace; nothing was written.
    #[error("`{name}` was changed by somebody else in the meantime")]
    Conflict {
        /// The file.
        name: String,
    },
    /// Writing is not allowed: a read-only file, folder or mount.
    #[error("`{name}` cannot be written: {reason}; allow this program to write the file and its folder")]
    ReadOnly {
        /// The file.
        name: String,
        /// The system's word.
        reason: String,
    },
    /// The disk, or the quota, is full. The old content is still there.
    #[error("there is no space left to write `{name}`; nothing was changed, so free some and try again")]
    NoSpace {
        /// The file.
        name: String,
    },
    /// A write failed half way, and what it had begun cannot be taken back yet. The next access that the system
    /// lets through settles it, for all files alike; until then they cannot be read.
    #[error(
        "writing `{name}` failed half way and cannot be undone yet: {reason}; it is undone by itself once the files are writable"
    )]
    Unsettled {
        /// The file.
        name: String,
        /// What failed, in the system's words.
        reason: String,
    },
    /// The name cannot be that of a new file.
    #[error("`{name}` cannot be a file name here: {reason}")]
    BadName {
        /// The name.
        name: String,
        /// Why.
        reason: String,
    },
    /// The content is not text in UTF-8, is larger than the store reads, or is otherwise not to be understood.
    #[error("`{name}` cannot be read: {reason}")]
    Unreadable {
        /// The file.
        name: String,
        /// Why, and the remedy.
        reason: String,
    },
    /// Anything else that the system says.
    #[error("{adapter} failed on `{name}`")]
    Other {
        /// The adapter's name.
        adapter: &'static str,
        /// The file.
        name: String,
        /// The cause; not for clients.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}

/// The dynamic configuration files that may be read and written.
///
/// Calls block on the disk; an async host runs them on a thread for blocking work.
///
/// *Atomicity*: a transaction happens whole or not at all, also across a crash: whoever reads a file through a store
/// sees it as it was or as it shall be. Other programs, Traefik among them, do not see a part of a file either, unless
/// it cannot be replaced as a whole; but they may see some files of a transaction a moment before the others.
/// *Durability*: what was written outlives a power cut.
/// *Exclusion*: writes with [`WriteCondition`] exclude each other across processes; of two that expect the same
/// revision one fails with [`StorageError::Conflict`].
/// *Confinement*: only listed files, and new ones in the configuration folder or a folder below it that is there, are
/// touched.
pub trait ConfigStore: Send + Sync + fmt::Debug {
    /// A number that changes when any file may have been changed, added or removed by anybody.
    ///
    /// It costs next to nothing and never blocks: it is asked on every request.
    fn generation(&self) -> u64;

    /// The files of a folder in the order in which Traefik reads them (by name), listed files as they are listed.
    ///
    /// A listed file that is not there is listed all the same.
    ///
    /// # Errors
    /// [`StorageError::Other`] when the folder cannot be listed.
    fn list(&self) -> Result<Vec<FileEntry>, StorageError>;

    /// The places where a file of this base name is not but could be made: in the folder, and in each folder below it that
    /// is there. Somebody may have removed one.
    ///
    /// # Errors
    /// [`StorageError::Other`] when the folder cannot be listed.
    fn missing(&self, base_name: &str) -> Result<Vec<FileEntry>, StorageError>;

    /// A file's content; `None` when it has vanished.
    ///
    /// # Errors
    /// [`StorageError::NotFound`] for a name that the store does not list; [`StorageError::Unreadable`] for content
    /// that is not text.
    fn read(&self, id: &FileId) -> Result<Option<FileContent>, StorageError>;

    /// Whether a file is there and has this revision, which is found out without keeping its content.
    ///
    /// # Errors
    /// [`StorageError`] as [`read`](Self::read).
    fn has_revision(&self, id: &FileId, revision: &Revision) -> Result<bool, StorageError> {
        Ok(self.read(id)?.is_some_and(|content| content.revision == *revision))
    }

    /// When anybody last touched a file, or put another in its place; `None` where that cannot be told.
    fn changed_at(&self, _: &FileId) -> Option<Timestamp> {
        None
    }

    /// The revision that a file with this text has. Asks nobody.
    fn revision(&self, text: &str) -> Revision;

    /// Replaces, creates and takes away files in one transaction, in this order, and returns their new revisions:
    /// `None` for a file that was taken away.
    ///
    /// A file may be named once only; to name it twice, also by a link, is a conflict.
    ///
    /// # Errors
    /// Whatever the error, every file has its old content, whole. The one exception is
    /// [`StorageError::Unsettled`]: the system has refused to take back what was begun.
    fn write_all(&self, writes: &[FileWrite<'_>]) -> Result<Vec<Option<Revision>>, StorageError>;

    /// A transaction of one file that replaces its content, or creates it, and returns the new revision.
    ///
    /// # Errors
    /// As [`write_all`](Self::write_all).
    fn write(&self, id: &FileId, text: &str, condition: &WriteCondition) -> Result<Revision, StorageError> {
        let write = FileWrite { id, text: Some(text), condition: condition.clone() };
        let revisions = self.write_all(&[write])?;
        revisions.into_iter().next().flatten().ok_or_else(|| StorageError::Other {
            adapter: "configuration store",
            name: id.to_string(),
            source: "it wrote a text and told no revision".into(),
        })
    }

    /// Whether new files may be created (`CONFIG_DIR` is set).
    fn can_create(&self) -> bool;

    /// The name under which a new file would be listed, `.yml` added where there is no YAML ending.
    ///
    /// # Errors
    /// [`StorageError::BadName`] for anything but a plain file name, or where files cannot be created.
    fn new_file(&self, name: &str) -> Result<FileId, StorageError>;

    /// Waits until no other process is in the middle of a change, and keeps them waiting until what it returns is
    /// dropped. Reading and single writes go on.
    ///
    /// A change may touch several files and the settings, so that each of them holding for itself is not enough:
    /// a route that one process switches on and another off at the same moment could be gone from both places.
    ///
    /// # Errors
    /// [`StorageError`] when the lock cannot be had.
    fn exclusive(&self) -> Result<Exclusive, StorageError>;
}

/// A lock on changes, held until it is dropped.
#[must_use]
pub struct Exclusive(Option<Box<dyn Any + Send>>);

impl Exclusive {
    /// What lets go of the lock when it is dropped.
    pub fn held_by(guard: impl Any + Send) -> Self {
        Self(Some(Box::new(guard)))
    }

    /// For a store that no other process has.
    pub fn alone() -> Self {
        Self(None)
    }
}

impl fmt::Debug for Exclusive {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Exclusive").field("is_shared", &self.0.is_some()).finish()
    }
}

/// What a backup is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BackupKind {
    /// A dynamic configuration file.
    Routes,
    /// The static configuration.
    Static,
    /// A route that was switched off, which stands in the settings.
    Records,
}

/// A kept copy of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Backup {
    /// Its name, unique.
    pub name: String,
    /// Bytes.
    pub size: u64,
    /// When it was made.
    pub made_at: Timestamp,
    /// What it is of.
    pub kind: BackupKind,
    /// The file that it goes back to, which need not be there any more; `None` when that cannot be told for certain.
    pub origin: Option<FileId>,
}

/// Kept copies of configuration files.
///
/// *Atomicity*: a backup is there whole or not at all. *Uniqueness*: no backup ever overwrites another, however
/// many are made in a second and however files are named. *Retention*: what is beyond the limit is removed by
/// [`prune`](Self::prune) and by nothing else; the copies of different files do not compete.
pub trait BackupStore: Send + Sync + fmt::Debug {
    /// Keeps a copy of a file's content, durably, and returns its name.
    ///
    /// # Errors
    /// [`StorageError`]; then there is no copy, and the caller must not go on to overwrite the file.
    fn keep(&self, origin: &FileId, kind: BackupKind, text: &str) -> Result<String, StorageError>;

    /// Removes the oldest backups of a file beyond the retention limit, and never the one that was made last.
    ///
    /// What cannot be removed stays; nobody waits for it.
    fn prune(&self, origin: &FileId, kind: BackupKind, last: &str);

    /// All backups, newest first.
    ///
    /// # Errors
    /// [`StorageError::Other`] when the folder cannot be listed.
    fn list(&self) -> Result<Vec<Backup>, StorageError>;

    /// A backup and its content; `None` when there is none of that name.
    ///
    /// # Errors
    /// [`StorageError::BadName`] for a name that no backup can have.
    fn read(&self, name: &str) -> Result<Option<(Backup, String)>, StorageError>;

    /// Removes a backup; `false` when there is none of that name.
    ///
    /// # Errors
    /// [`StorageError::BadName`] for a name that no backup can have.
    fn remove(&self, name: &str) -> Result<bool, StorageError>;
}

/// Reads a configuration syntax into trees and edits texts without loss.
pub trait ConfigSyntax: Send + Sync + fmt::Debug {
    /// Reads a text.
    ///
    /// # Errors
    /// [`SyntaxError`] with the place, also for duplicate keys, aliases that unfold without end, more than one
    /// document, and texts whose shape depends on Go templates.
    fn parse(&self, text: Arc<str>) -> Result<Tree, SyntaxError>;

    /// Reads the text of one mapping entry that is to stand in a file.
    ///
    /// An alias whose anchor is not in the text is a plain scalar whose text is `*name`; no whole file can hold
    /// such a scalar.
    ///
    /// # Errors
    /// As [`parse`](Self::parse).
    fn parse_entry(&self, text: Arc<str>) -> Result<Tree, SyntaxError>;

    /// The tree of the text with the edits made, in this order; every byte outside the named nodes is as before.
    ///
    /// Callers that write it go through [`guard::apply`](super::guard::apply), which proves the result.
    ///
    /// # Errors
    /// [`EditError`]; an edit that cannot be made exactly as asked is refused.
    fn apply(&self, tree: &Tree, edits: &[Edit]) -> Result<Tree, EditError>;

    /// Whether another reader, which has nothing in common with that of [`parse`](Self::parse), reads the texts of these
    /// trees as they say. `meanwhile` is done once, by whoever calls, while the other reader reads.
    fn agrees(&self, trees: &[&Tree], meanwhile: &mut dyn FnMut()) -> bool;

    /// Whether only Traefik can tell what it will make of `new`, and has not done so: Go templates shape it, or others stand
    /// in it than in `old`, and it differs from `old` in more than comments and blank lines.
    fn is_for_traefik_alone(&self, old: Option<&str>, new: &str) -> bool;

    /// The text of a mapping entry, moved to column 0, with the comment lines directly above it and the blank
    /// lines that set it off: those behind it, or those before the last entry of its mapping.
    ///
    /// Inserted again by [`NewNode::Entry`](super::edit::NewNode::Entry) at the same place, it gives the same
    /// bytes. Line ends are `\n`; they become the file's own when the entry is inserted.
    ///
    /// # Errors
    /// [`EditError::Target`] when the path does not end in a key of a block or flow mapping.
    fn excerpt(&self, tree: &Tree, path: &Path) -> Result<String, EditError>;
}
