//! Configuration files in memory.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    },
};

use super::{lock, revision_of};
use crate::config::store::{
    ConfigStore, Exclusive, FileContent, FileEntry, FileId, FileWrite, Revision, Stamp, StorageError,
    WriteCondition,
};

/// A [`ConfigStore`] that keeps its files in memory.
#[derive(Debug)]
pub struct MemoryConfigStore {
    state: Mutex<State>,
    generation: AtomicU64,
    creates: bool,
}

#[derive(Debug, Default)]
struct State {
    files: BTreeMap<FileId, (Arc<str>, Stamp)>,
    /// The names that are good for reading and writing: those of the last listing, or all that were given.
    listed: BTreeSet<FileId>,
    stamps: u64,
    writes: usize,
    next_read: Option<StorageError>,
    next_write: Option<StorageError>,
}

impl State {
    fn put(&mut self, id: FileId, text: &str) {
        self.stamps += 1;
        self.files.insert(id, (Arc::from(text), Stamp(self.stamps)));
    }

    fn check(&self, write: &FileWrite<'_>, creates: bool) -> Result<(), StorageError> {
        let id = write.id;
        let known = self.listed.contains(id) || self.files.contains_key(id);
        let may_create = creates
            && write.condition == WriteCondition::CreateNew
            && FileId::for_new_file(id.as_str()).is_ok_and(|plain| plain == *id);
        if !known && !may_create {
            return Err(StorageError::NotFound { name: id.to_string() });
        }
        let expected = match &write.condition {
            WriteCondition::CreateNew => None,
            WriteCondition::Matches(revision) => Some(revision.clone()),
        };
        if self.files.get(id).map(|(text, _)| revision_of(text)) != expected {
            return Err(StorageError::Conflict { name: id.to_string() });
        }
        Ok(())
    }
}

impl MemoryConfigStore {
    /// A configuration folder with these files, in which new ones may be made.
    pub fn directory<'a>(files: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        Self::new(files, true)
    }

    /// These listed files and no others.
    pub fn files<'a>(files: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        Self::new(files, false)
    }

    fn new<'a>(files: impl IntoIterator<Item = (&'a str, &'a str)>, creates: bool) -> Self {
        let mut state = State::default();
        for (name, text) in files {
            state.put(FileId::new(name), text);
        }
        state.listed = state.files.keys().cloned().collect();
        Self { state: Mutex::new(state), generation: AtomicU64::new(0), creates }
    }

    /// What a file holds now.
    pub fn text(&self, name: &str) -> Option<String> {
        lock(&self.state).files.get(&FileId::new(name)).map(|(text, _)| text.to_string())
    }

    /// Writes a file as an editor on the host would.
    pub fn edit_behind_the_back(&self, name: &str, text: &str) {
        lock(&self.state).put(FileId::new(name), text);
        self.generation.fetch_add(1, Ordering::SeqCst);
    }

    /// Deletes a file as a person on the host would.
    pub fn remove_behind_the_back(&self, name: &str) {
        lock(&self.state).files.remove(&FileId::new(name));
        self.generation.fetch_add(1, Ordering::SeqCst);
    }

    /// Makes the next read fail.
    pub fn fail_next_read(&self, error: StorageError) {
        lock(&self.state).next_read = Some(error);
    }

    /// Makes the next transaction fail, with nothing written.
    pub fn fail_next_write(&self, error: StorageError) {
        lock(&self.state).next_write = Some(error);
    }

    /// How many files were written or taken away.
    pub fn writes(&self) -> usize {
        lock(&self.state).writes
    }
}

impl ConfigStore for MemoryConfigStore {
    fn generation(&self) -> u64 {
        self.generation.load(Ordering::SeqCst)
    }

    fn list(&self) -> Result<Vec<FileEntry>, StorageError> {
        let mut state = lock(&self.state);
        if self.creates {
            state.listed = state.files.keys().cloned().collect();
        }
        let mut entries: Vec<FileEntry> = state
            .listed
            .iter()
            .map(|id| FileEntry {
                id: id.clone(),
                path: format!("/etc/traefik/dynamic/{id}"),
                stamp: state.files.get(id).map_or(Stamp(0), |(_, stamp)| *stamp),
            })
            .collect();
        entries.sort_by(|a, b| a.id.as_str().split('/').cmp(b.id.as_str().split('/')));
        Ok(entries)
    }

    fn missing(&self, base_name: &str) -> Result<Vec<FileEntry>, StorageError> {
        let id = FileId::for_new_file(base_name).ok().filter(|id| self.creates && id.as_str() == base_name);
        let state = lock(&self.state);
        let missing = id.filter(|id| !state.files.contains_key(id));
        Ok(missing
            .map(|id| FileEntry { path: format!("/etc/traefik/dynamic/{id}"), id, stamp: Stamp(0) })
            .into_iter()
            .collect())
    }

    fn read(&self, id: &FileId) -> Result<Option<FileContent>, StorageError> {
        let mut state = lock(&self.state);
        if let Some(error) = state.next_read.take() {
            return Err(error);
        }
        match state.files.get(id) {
            Some((text, _)) => Ok(Some(FileContent { text: Arc::clone(text), revision: revision_of(text) })),
            None if state.listed.contains(id) => Ok(None),
            None => Err(StorageError::NotFound { name: id.to_string() }),
        }
    }

    fn revision(&self, text: &str) -> Revision {
        revision_of(text)
    }

    fn write_all(&self, writes: &[FileWrite<'_>]) -> Result<Vec<Option<Revision>>, StorageError> {
        let mut state = lock(&self.state);
        for (at, write) in writes.iter().enumerate() {
            state.check(write, self.creates)?;
            if writes.iter().take(at).any(|earlier| earlier.id == write.id) {
                return Err(StorageError::Conflict { name: write.id.to_string() });
            }
        }
        if let Some(error) = state.next_write.take() {
            return Err(error);
        }
        for write in writes {
            match write.text {
                Some(text) => {
                    state.put(write.id.clone(), text);
                    state.listed.insert(write.id.clone());
                }
                None => drop(state.files.remove(write.id)),
            }
            state.writes += 1;
        }
        self.generation.fetch_add(1, Ordering::SeqCst);
        Ok(writes.iter().map(|write| write.text.map(revision_of)).collect())
    }

    fn can_create(&self) -> bool {
        self.creates
    }

    fn new_file(&self, name: &str) -> Result<FileId, StorageError> {
        if self.creates {
            FileId::for_new_file(name)
        } else {
            Err(StorageError::BadName {
                name: name.to_owned(),
                reason: "new files need CONFIG_DIR to be set".to_owned(),
            })
        }
    }

    fn exclusive(&self) -> Result<Exclusive, StorageError> {
        Ok(Exclusive::alone())
    }
}
