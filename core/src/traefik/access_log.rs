//! Traefik's access log: a file to whose end Traefik writes, and which somebody moves away or empties now and then.

use std::fmt;

/// The log cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LogError {
    /// Nobody has said where it is.
    #[error("no access log is named; set ACCESS_LOG_PATH to the file that Traefik writes")]
    NotNamed,
    /// There is no file.
    #[error("{place} is not there; is the access log switched on, and its folder mounted here?")]
    NotFound {
        /// The path.
        place: String,
    },
    /// It is there, but cannot be read.
    #[error("{place}: {reason}")]
    Unreadable {
        /// The path.
        place: String,
        /// Why.
        reason: String,
    },
}

/// A part of the log that was read from its end backwards.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stretch {
    /// Whole lines without their ends, the newest first. One that is very long is cut.
    pub lines: Vec<Vec<u8>>,
    /// Where the oldest of what was looked at begins: where to go on. 0 when that is the beginning of the file.
    pub reached: u64,
    /// How many lines were looked at.
    pub looked_at: usize,
}

/// What is wanted of the log.
pub struct Wanted<'w> {
    /// Where to begin, backwards; `None` for the end. What lies behind the end counts as the end.
    pub before: Option<u64>,
    /// How many lines.
    pub lines: usize,
    /// Whether a line is wanted.
    pub is_wanted: &'w mut dyn FnMut(&[u8]) -> bool,
}

impl fmt::Debug for Wanted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Wanted")
            .field("before", &self.before)
            .field("lines", &self.lines)
            .finish_non_exhaustive()
    }
}

/// Reads the access log. Calls block on the disk, for a bounded time and in bounded memory however long the log is.
pub trait AccessLog: Send + Sync + fmt::Debug {
    /// The newest lines that are wanted, from where it is asked on.
    ///
    /// # Errors
    /// [`LogError`].
    fn read_back(&self, wanted: Wanted<'_>) -> Result<Stretch, LogError>;
}
