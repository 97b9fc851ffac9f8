//! Backups in memory.

use std::sync::{Arc, Mutex};

use super::lock;
use crate::{
    clock::Clock,
    config::store::{Backup, BackupKind, BackupStore, FileId, StorageError},
};

/// A [`BackupStore`] that keeps its copies in memory.
#[derive(Debug)]
pub struct MemoryBackupStore {
    clock: Arc<dyn Clock>,
    keep_per_file: usize,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    /// In the order in which they were made.
    backups: Vec<(Backup, String)>,
    made: u64,
    next_keep: Option<StorageError>,
}

impl MemoryBackupStore {
    /// No backups yet; at most `keep_per_file` of each file are kept.
    pub fn new(clock: Arc<dyn Clock>, keep_per_file: usize) -> Self {
        Self { clock, keep_per_file, state: Mutex::default() }
    }

    /// Makes the next backup fail.
    pub fn fail_next_keep(&self, error: StorageError) {
        lock(&self.state).next_keep = Some(error);
    }
}

impl BackupStore for MemoryBackupStore {
    fn keep(&self, origin: &FileId, kind: BackupKind, text: &str) -> Result<String, StorageError> {
        let mut state = lock(&self.state);
        if let Some(error) = state.next_keep.take() {
            return Err(error);
        }
        state.made += 1;
        let made_at = self.clock.now();
        let name = format!("{}.{}.{:08x}.bak", origin.base_name(), made_at.to_compact_text(), state.made);
        let backup = Backup {
            name: name.clone(),
            size: text.len() as u64,
            made_at,
            kind,
            origin: Some(origin.clone()),
        };
        state.backups.push((backup, text.to_owned()));
        Ok(name)
    }

    fn prune(&self, origin: &FileId, kind: BackupKind, last: &str) {
        let mut state = lock(&self.state);
        let same = |backup: &Backup| backup.kind == kind && backup.origin.as_ref() == Some(origin);
        while state.backups.iter().filter(|(backup, _)| same(backup)).count() > self.keep_per_file {
            let old = |(backup, _): &(Backup, String)| same(backup) && backup.name != last;
            let Some(oldest) = state.backups.iter().position(old) else { break };
            state.backups.remove(oldest);
        }
    }

    fn list(&self) -> Result<Vec<Backup>, StorageError> {
        let mut backups: Vec<Backup> =
            lock(&self.state).backups.iter().rev().map(|(backup, _)| backup.clone()).collect();
        // A stable sort: within a second the one made last comes first.
        backups.sort_by_key(|backup| std::cmp::Reverse(backup.made_at));
        Ok(backups)
    }

    fn read(&self, name: &str) -> Result<Option<(Backup, String)>, StorageError> {
        check(name)?;
        Ok(lock(&self.state).backups.iter().find(|(backup, _)| backup.name == name).cloned())
    }

    fn remove(&self, name: &str) -> Result<bool, StorageError> {
        check(name)?;
        let mut state = lock(&self.state);
        let before = state.backups.len();
        state.backups.retain(|(backup, _)| backup.name != name);
        Ok(state.backups.len() < before)
    }
}

fn check(name: &str) -> Result<(), StorageError> {
    let stem = name.strip_suffix(".bak").filter(|_| !name.contains(['/', '\\']));
    if stem.is_some_and(|stem| stem.split('.').count() >= 3 && !stem.starts_with('.')) {
        Ok(())
    } else {
        Err(StorageError::BadName {
            name: name.to_owned(),
            reason: "it is not the name of a backup".to_owned(),
        })
    }
}
