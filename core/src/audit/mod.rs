//! The audit trail: who did what, when, from where, to which object, with before and after.
//!
//! An [`Entry`] is data, of a change or of an [`IdentityEvent`]; [`AuditLog`] is the port that keeps entries for good. Each is kept with its number and the
//! hash of the one before it, so that whoever changes, removes or moves one breaks the [`chain`] at that place.
//!
//! What a change did to a file is kept as an [`Excerpt`] of the old text and one of the new, for people. Secrets are
//! masked in both before they get anywhere near the trail ([`mask`]). What undo needs is not in the trail: an entry
//! names the backup that holds the whole old text, and the revisions that the file had and got.

pub mod chain;
mod entry;
mod excerpt;
mod identity;
pub mod mask;

pub use chain::{ChainHash, Finding, Flaw, Head, Link, Place, Verdict, Verifier};
pub use entry::{Actor, Entry, FileChange, Object, Outcome};
pub use excerpt::Excerpt;
pub use identity::{Area, IdentityEvent, Proof, plain};
pub(crate) use identity::{counted, plain_up_to};

use std::fmt;

use crate::config::store::StorageError;

/// An entry with its number in the trail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recorded {
    /// Counted from 1, without gaps.
    pub number: u64,
    /// The entry.
    pub entry: Entry,
}

/// Entries of the trail, newest first.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Page {
    /// The entries.
    pub entries: Vec<Recorded>,
    /// How many in between could not be understood, see [`AuditLog::verify`].
    pub unreadable: usize,
    /// Where older ones begin; `None` when there are none.
    pub next: Option<Cursor>,
}

/// A place in the trail as a log spells it, safe in a URL. It stays good for as long as the trail does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cursor(String);

impl Cursor {
    /// A cursor as a log made it, or as a client sent it.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The spelling.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The audit trail.
///
/// Calls block on the disk; an async host runs them on a thread for blocking work.
///
/// *Atomicity*: an entry is there whole or not at all, also across a crash. *Durability*: what
/// [`append`](Self::append) has returned for outlives a power cut. *Order*: entries are numbered in the order in
/// which they were appended, by all threads and processes. Nothing is ever changed or removed.
pub trait AuditLog: Send + Sync + fmt::Debug {
    /// Adds an entry and returns its number.
    ///
    /// Texts of an entry that are too long for the log are left out of it; they are marked as cut.
    ///
    /// # Errors
    /// [`StorageError`]; then there is no such entry.
    fn append(&self, entry: &Entry) -> Result<u64, StorageError>;

    /// At most `limit` entries that are older than a cursor, or the newest ones.
    ///
    /// It costs what it returns, however long the trail is.
    ///
    /// # Errors
    /// [`StorageError::BadName`] for what is no cursor of this log.
    fn newest(&self, before: Option<&Cursor>, limit: usize) -> Result<Page, StorageError>;

    /// The entry with that number; `None` when there is none.
    ///
    /// # Errors
    /// [`StorageError`] when the trail cannot be read.
    fn find(&self, number: u64) -> Result<Option<Recorded>, StorageError>;

    /// Checks every entry's place in the chain.
    ///
    /// It finds lines that were changed, removed, added, moved or cut off the end. It cannot find that somebody who
    /// may write everything has written the whole trail anew, hashes and all.
    ///
    /// # Errors
    /// [`StorageError`] when the trail cannot be read.
    fn verify(&self) -> Result<Verdict, StorageError>;
}
