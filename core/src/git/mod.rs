//! A copy of the configuration in a git repository elsewhere.
//!
//! [`GitBackups`] decides what is copied and how it comes back; the port [`GitCopies`] speaks to the repository. The
//! layout is that of 1.5.2, `dynamic/<file>` and `static/<file>`; whatever else is in the repository stays. Coming back
//! is a change like any other, with plan, check, backup and Traefik's word.

mod backups;

pub use backups::{GitBackups, GitStatus, Restorable};

use std::fmt;

use crate::secret::Secret;

/// A repository elsewhere.
#[derive(Debug, Clone)]
pub struct Remote {
    /// Its address, `https://` or `http://`, without user and password.
    pub url: String,
    /// The branch, as [`is_branch`](crate::auth::is_branch) takes it.
    pub branch: String,
    /// The user and the token; `None` for a repository that asks for none.
    pub credentials: Option<(String, Secret)>,
}

/// A file in a copy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CopiedFile {
    /// Its path in the repository.
    pub path: String,
    /// Its text.
    pub text: String,
}

/// A commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Commit {
    /// Its full name.
    pub sha: String,
    /// When, as `2026-11-21T09:05:01+00:00`.
    pub at: String,
    /// The first line of what it says.
    pub message: String,
}

/// What a commit did to a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommittedFile {
    /// Its path.
    pub path: String,
    /// `added`, `modified` or `deleted`.
    pub status: &'static str,
    /// The text before; empty where there was none, or where it is none that can be shown.
    pub old: String,
    /// The text after, likewise.
    pub new: String,
}

/// What became of a push.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Pushed {
    /// The repository has this commit now.
    Commit(String),
    /// The repository had everything already.
    Nothing,
}

/// Something that git did not do, in words for people, without user, token or address.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum GitError {
    /// There is no git, no disk, no time.
    #[error("{0}")]
    Failed(String),
    /// There is no such commit.
    #[error("there is no such commit")]
    NoSuchCommit,
}

/// Copies in a repository elsewhere, and what is known of them here.
///
/// Calls block, on the network too, for half a minute at most. They are exclusive across processes. Credentials are given
/// to the repository of the remote and to no other, stand in no argument and no file, and nothing that a repository holds
/// is ever run or checked out.
pub trait GitCopies: Send + Sync + fmt::Debug {
    /// Asks whether the repository answers to these credentials.
    ///
    /// # Errors
    /// [`GitError::Failed`].
    fn test(&self, at: &Remote) -> Result<(), GitError>;

    /// Gets what the repository has on the branch.
    ///
    /// # Errors
    /// [`GitError::Failed`].
    fn fetch(&self, at: &Remote) -> Result<(), GitError>;

    /// Makes these files the whole of the folders `dynamic` and `static` on the branch, and sees that the repository has
    /// them. What others have put on the branch stays; nothing is forced.
    ///
    /// # Errors
    /// [`GitError::Failed`]; the repository is then as it was, or another's push came first.
    fn push(&self, at: &Remote, files: &[CopiedFile], message: &str) -> Result<Pushed, GitError>;

    /// The newest commits that are known here, newest first.
    ///
    /// # Errors
    /// [`GitError::Failed`].
    fn commits(&self, most: usize) -> Result<Vec<Commit>, GitError>;

    /// What a commit did, as a summary and file by file.
    ///
    /// # Errors
    /// [`GitError::NoSuchCommit`]; [`GitError::Failed`].
    fn changes(&self, sha: &str) -> Result<(String, Vec<CommittedFile>), GitError>;

    /// The files below `dynamic` and `static` in a commit.
    ///
    /// # Errors
    /// [`GitError::NoSuchCommit`]; [`GitError::Failed`], also for a file that is no text or too large.
    fn files(&self, sha: &str) -> Result<Vec<CopiedFile>, GitError>;

    /// Forgets everything that is known here; the repository stays.
    ///
    /// # Errors
    /// [`GitError::Failed`].
    fn forget(&self) -> Result<(), GitError>;
}

/// Whether a text may name a commit: 7 to 40 hexadecimal digits.
pub fn is_sha(text: &str) -> bool {
    (7..=40).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte))
}
