//! The copies that a change keeps of what it is about to write over.
//!
//! They count only once the change is written. A save that the disk refuses must not leave a copy behind, and above all
//! must not push older ones out: whoever tries again and again would lose every real backup.

use crate::config::store::{BackupKind, BackupStore, FileId, StorageError};

/// Copies for one change; those of a change that was not written go when this is dropped.
#[derive(Debug)]
pub(super) struct Copies<'a> {
    store: &'a dyn BackupStore,
    made: Vec<(FileId, BackupKind, String)>,
}

impl<'a> Copies<'a> {
    pub(super) fn new(store: &'a dyn BackupStore) -> Self {
        Self { store, made: Vec::new() }
    }

    /// Keeps a copy, and returns its name.
    pub(super) fn keep(&mut self, id: &FileId, kind: BackupKind, text: &str) -> Result<String, StorageError> {
        let name = self.store.keep(id, kind, text)?;
        self.made.push((id.clone(), kind, name.clone()));
        Ok(name)
    }

    /// The change is written: the oldest copies make room.
    pub(super) fn settle(mut self) {
        for (id, kind, name) in self.made.drain(..) {
            self.store.prune(&id, kind, &name);
        }
    }

    /// Whether the change is in the files cannot be told, so the copies stay, and so do the older ones.
    pub(super) fn stay(mut self) {
        self.made.clear();
    }
}

impl Drop for Copies<'_> {
    fn drop(&mut self) {
        for (_, _, name) in self.made.drain(..) {
            // One that cannot be removed is one copy too many, which harms nobody.
            let _ = self.store.remove(&name);
        }
    }
}
