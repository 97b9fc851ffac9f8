//! Session records in memory.

use std::sync::Mutex;

use super::lock;
use crate::{
    clock::Timestamp,
    config::store::StorageError,
    session::{SessionKey, SessionRecord, SessionStore, admit},
};

/// A [`SessionStore`] that keeps its records in memory.
#[derive(Debug, Default)]
pub struct MemorySessionStore {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    records: Vec<SessionRecord>,
    next_read: Option<StorageError>,
    next_write: Option<StorageError>,
}

impl MemorySessionStore {
    /// Makes the next `find` or `list` fail.
    pub fn fail_next_read(&self, error: StorageError) {
        lock(&self.state).next_read = Some(error);
    }

    /// Makes the next `add` or `remove` fail, with nothing changed.
    pub fn fail_next_write(&self, error: StorageError) {
        lock(&self.state).next_write = Some(error);
    }
}

impl SessionStore for MemorySessionStore {
    fn find(&self, key: &SessionKey) -> Result<Option<SessionRecord>, StorageError> {
        let mut state = lock(&self.state);
        match state.next_read.take() {
            Some(error) => Err(error),
            None => Ok(state.records.iter().find(|record| record.key == *key).cloned()),
        }
    }

    fn add(
        &self,
        record: SessionRecord,
        is_over: &(dyn Fn(&SessionRecord) -> bool + Send + Sync),
    ) -> Result<(), StorageError> {
        let mut state = lock(&self.state);
        if let Some(error) = state.next_write.take() {
            return Err(error);
        }
        admit(&mut state.records, record, is_over);
        Ok(())
    }

    fn touch(&self, key: &SessionKey, now: Timestamp) {
        if let Some(record) = lock(&self.state).records.iter_mut().find(|record| record.key == *key) {
            record.last_seen = record.last_seen.max(now);
        }
    }

    fn remove(&self, which: &(dyn Fn(&SessionRecord) -> bool + Send + Sync)) -> Result<usize, StorageError> {
        let mut state = lock(&self.state);
        if let Some(error) = state.next_write.take() {
            return Err(error);
        }
        let before = state.records.len();
        state.records.retain(|record| !which(record));
        Ok(before - state.records.len())
    }

    fn end_here(&self, which: &(dyn Fn(&SessionRecord) -> bool + Send + Sync)) {
        lock(&self.state).records.retain(|record| !which(record));
    }

    fn list(&self) -> Result<Vec<SessionRecord>, StorageError> {
        let mut state = lock(&self.state);
        if let Some(error) = state.next_read.take() {
            return Err(error);
        }
        let mut records = state.records.clone();
        records.sort_by_key(|record| std::cmp::Reverse(record.created_at));
        Ok(records)
    }
}
