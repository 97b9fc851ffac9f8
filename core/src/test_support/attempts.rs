//! Attempts in memory.

use std::sync::Mutex;

use super::lock;
use crate::{auth::AttemptStore, config::store::StorageError};

/// An [`AttemptStore`] that keeps its text in memory.
#[derive(Debug, Default)]
pub struct MemoryAttemptStore {
    text: Mutex<String>,
    failure: Mutex<Option<StorageError>>,
}

impl MemoryAttemptStore {
    /// Makes the next `update` fail, with nothing changed.
    pub fn fail_next(&self, error: StorageError) {
        *lock(&self.failure) = Some(error);
    }

    /// The present text.
    pub fn text(&self) -> String {
        lock(&self.text).clone()
    }

    /// Puts another text there, as somebody with an editor would.
    pub fn edit_behind_the_back(&self, text: &str) {
        text.clone_into(&mut lock(&self.text));
    }
}

impl AttemptStore for MemoryAttemptStore {
    fn update(&self, change: &mut dyn FnMut(&str) -> Option<String>) -> Result<(), StorageError> {
        if let Some(error) = lock(&self.failure).take() {
            return Err(error);
        }
        let mut text = lock(&self.text);
        if let Some(new) = change(&text) {
            *text = new;
        }
        Ok(())
    }
}
