//! Where attempts at guessing are remembered.

use std::fmt;

use crate::config::store::StorageError;

/// Keeps one text of a bounded length: what is remembered of attempts to sign in.
///
/// *Exclusive*: while [`update`](Self::update) runs, nobody else's does, in any thread or process on the same store.
/// *Durable*: what was written outlives a restart.
pub trait AttemptStore: Send + Sync + fmt::Debug {
    /// Gives the present text to `change`, which is called once, and keeps what it returns; `None` leaves the text as it
    /// is. A store that was never written holds the empty text. Blocks on the disk.
    ///
    /// # Errors
    /// [`StorageError`] when the text cannot be known or kept. The caller must then let nobody in: what is not counted
    /// can be tried without end.
    fn update(&self, change: &mut dyn FnMut(&str) -> Option<String>) -> Result<(), StorageError>;
}
