//! The audit trail in memory.

use std::sync::Mutex;

use super::{crypto::mix, lock};
use crate::{
    audit::{AuditLog, ChainHash, Cursor, Entry, Head, Link, Page, Place, Recorded, Verdict, Verifier},
    config::store::StorageError,
};

/// An [`AuditLog`] that keeps its entries in memory.
#[derive(Debug, Default)]
pub struct MemoryAuditLog {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    lines: Vec<(Link, Recorded)>,
    head: Head,
    next_append: Option<StorageError>,
}

impl MemoryAuditLog {
    /// All entries, oldest first.
    pub fn entries(&self) -> Vec<Entry> {
        lock(&self.state).lines.iter().map(|(_, recorded)| recorded.entry.clone()).collect()
    }

    /// Makes the next append fail.
    pub fn fail_next_append(&self, error: StorageError) {
        lock(&self.state).next_append = Some(error);
    }
}

fn hash(link: &Link, recorded: &Recorded) -> ChainHash {
    ChainHash(mix(&[&link.previous.0, format!("{recorded:?}").as_bytes()]))
}

impl AuditLog for MemoryAuditLog {
    fn append(&self, entry: &Entry) -> Result<u64, StorageError> {
        let mut state = lock(&self.state);
        if let Some(error) = state.next_append.take() {
            return Err(error);
        }
        let link = state.head.next_link();
        let recorded = Recorded { number: link.number, entry: entry.clone() };
        state.head = Head { number: link.number, hash: hash(&link, &recorded) };
        state.lines.push((link, recorded));
        Ok(link.number)
    }

    fn newest(&self, before: Option<&Cursor>, limit: usize) -> Result<Page, StorageError> {
        let state = lock(&self.state);
        let end = match before {
            None => state.lines.len(),
            Some(cursor) => {
                cursor.as_str().parse().ok().filter(|end| *end <= state.lines.len()).ok_or_else(|| {
                    let reason = "it is no place in the audit trail".to_owned();
                    StorageError::BadName { name: cursor.as_str().to_owned(), reason }
                })?
            }
        };
        let start = end.saturating_sub(limit);
        let lines = state.lines.get(start..end).unwrap_or_default();
        let entries = lines.iter().rev().map(|(_, recorded)| recorded.clone()).collect();
        let next = (start > 0).then(|| Cursor::new(start.to_string()));
        Ok(Page { entries, unreadable: 0, next })
    }

    fn find(&self, number: u64) -> Result<Option<Recorded>, StorageError> {
        let state = lock(&self.state);
        let found = state.lines.iter().find(|(link, _)| link.number == number);
        Ok(found.map(|(_, recorded)| recorded.clone()))
    }

    fn verify(&self) -> Result<Verdict, StorageError> {
        let state = lock(&self.state);
        let mut verifier = Verifier::new(Some(state.head));
        for (at, (link, recorded)) in state.lines.iter().enumerate() {
            let place = Place { file: "memory".to_owned(), line: at + 1 };
            verifier.line(place, Some(*link), hash(link, recorded));
        }
        Ok(verifier.finish())
    }
}
