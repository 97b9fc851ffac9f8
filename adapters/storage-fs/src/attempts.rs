//! Attempts to sign in, in `attempts` in the state folder.

use std::path::{Path, PathBuf};

use traefik_manager_core::{auth::AttemptStore, config::store::StorageError};

use crate::{
    errors,
    write::{Access, Expected, Writer},
};

const NAME: &str = "attempts";

/// One text in a file of the owner's, changed under a lock between processes.
///
/// Every change is written durably, so that neither a restart nor a power cut gives guesses back. That takes
/// milliseconds, of the third of a second that a password takes anyway.
#[derive(Debug)]
pub struct FsAttemptStore {
    path: PathBuf,
    writer: Writer,
}

impl FsAttemptStore {
    /// Opens the file in the state folder, which is made with the first attempt.
    ///
    /// # Errors
    /// [`StorageError`] when the state folder cannot be made.
    pub fn open(state: &Path) -> Result<Self, StorageError> {
        let writer = Writer::open(state).map_err(|error| errors::folder(state, error))?;
        Ok(Self { path: state.join(NAME), writer })
    }
}

impl AttemptStore for FsAttemptStore {
    fn update(&self, change: &mut dyn FnMut(&str) -> Option<String>) -> Result<(), StorageError> {
        let name = self.path.display().to_string();
        let _held = self.writer.lock(NAME).map_err(|error| errors::writing(&name, error.into()))?;
        let read = self.writer.read(&self.path).map_err(|error| errors::reading(&name, error))?;
        let (bytes, expected) = match read {
            Some((bytes, identity)) => (bytes, Expected::Unchanged(identity)),
            None => (Vec::new(), Expected::Absent),
        };
        // What is not text is none of ours either, and the core knows what to make of that.
        let Some(new) = change(&String::from_utf8_lossy(&bytes)) else { return Ok(()) };
        self.writer
            .write(&self.path, new.as_bytes(), Access::Secret, expected)
            .map_err(|error| errors::writing(&name, error))
    }
}
