//! Session records in `sessions.json`.

mod file;

use std::{
    collections::{HashMap, HashSet},
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, MutexGuard, OnceLock, PoisonError, Weak,
        atomic::{AtomicU64, Ordering},
    },
};

use traefik_manager_core::{
    clock::Timestamp,
    config::store::StorageError,
    session::{SessionKey, SessionRecord, SessionStore, admit},
};

use crate::{
    errors,
    file::{create_private_folder, folder_of, sweep},
    identity::Identity,
    watch::{Scope, Watch},
    write::{Access, Expected, Writer},
};

const LOCK: &str = "sessions";

/// How much later than on disk a session must have been used for that to be written, in seconds.
const FLUSH_AFTER: u64 = 60;

/// Session records in one file, readable by the owner alone.
///
/// Each process has the records in memory and reads the file again when anybody has changed it.
#[derive(Debug)]
pub struct FsSessionStore {
    records: Arc<Records>,
}

#[derive(Debug)]
struct Records {
    path: PathBuf,
    name: String,
    writer: Writer,
    watch: OnceLock<Watch>,
    /// The generation that the records in memory are of.
    seen: AtomicU64,
    memory: Mutex<Memory>,
}

#[derive(Debug, Default)]
struct Memory {
    records: HashMap<SessionKey, SessionRecord>,
    /// When each was last seen, according to the file.
    on_disk: HashMap<SessionKey, Timestamp>,
    /// Sessions that are over, although the file could not be told yet.
    over: HashSet<SessionKey>,
}

impl FsSessionStore {
    /// Opens the file, which is made with the first session; `state` is the folder for locks and journals.
    ///
    /// A file that cannot be understood is moved aside: everybody signs in again.
    ///
    /// # Errors
    /// [`StorageError`] when the file is there but cannot be read.
    pub fn open(path: &Path, state: &Path) -> Result<Self, StorageError> {
        let writer = Writer::open(state).map_err(|error| errors::folder(state, error))?;
        let folder = folder_of(path);
        create_private_folder(folder).map_err(|error| errors::folder(folder, error))?;
        sweep(folder);
        let records = Arc::new(Records {
            path: path.to_owned(),
            name: path.display().to_string(),
            writer,
            watch: OnceLock::new(),
            seen: AtomicU64::new(0),
            memory: Mutex::default(),
        });
        let watched: Weak<Records> = Arc::downgrade(&records);
        let watch = Watch::start(&Scope::Files(vec![path.to_owned()]), move || {
            watched.upgrade().map_or(0, |records| {
                records.flush(FLUSH_AFTER);
                records.mark()
            })
        });
        let _ = records.watch.set(watch);
        records.reload()?;
        Ok(Self { records })
    }
}

/// What was not yet written of the sessions' use is written when the store closes.
impl Drop for FsSessionStore {
    fn drop(&mut self) {
        self.records.flush(1);
    }
}

impl SessionStore for FsSessionStore {
    fn find(&self, key: &SessionKey) -> Result<Option<SessionRecord>, StorageError> {
        Ok(self.records.fresh()?.records.get(key).cloned())
    }

    fn add(
        &self,
        record: SessionRecord,
        is_over: &(dyn Fn(&SessionRecord) -> bool + Send + Sync),
    ) -> Result<(), StorageError> {
        self.records.change(|records| admit(records, record, is_over))
    }

    fn touch(&self, key: &SessionKey, now: Timestamp) {
        if let Some(record) = self.records.memory().records.get_mut(key) {
            record.last_seen = record.last_seen.max(now);
        }
    }

    fn remove(&self, which: &(dyn Fn(&SessionRecord) -> bool + Send + Sync)) -> Result<usize, StorageError> {
        self.records.change(|records| {
            let before = records.len();
            records.retain(|record| !which(record));
            before - records.len()
        })
    }

    fn end_here(&self, which: &(dyn Fn(&SessionRecord) -> bool + Send + Sync)) {
        let mut memory = self.records.memory();
        let over: Vec<SessionKey> =
            memory.records.values().filter(|record| which(record)).map(|record| record.key).collect();
        memory.records.retain(|key, _| !over.contains(key));
        memory.over.extend(over);
    }

    fn list(&self) -> Result<Vec<SessionRecord>, StorageError> {
        let mut records: Vec<SessionRecord> = self.records.fresh()?.records.values().cloned().collect();
        records.sort_by_key(|record| std::cmp::Reverse((record.created_at, record.key)));
        Ok(records)
    }
}

impl Records {
    fn memory(&self) -> MutexGuard<'_, Memory> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn generation(&self) -> u64 {
        self.watch.get().map_or(0, Watch::generation)
    }

    fn mark(&self) -> u64 {
        let metadata = std::fs::metadata(&self.path);
        metadata.map_or(0, |metadata| Identity::of(&metadata).stamp().0)
    }

    /// The records in memory, read again if the file may have been changed.
    fn fresh(&self) -> Result<MutexGuard<'_, Memory>, StorageError> {
        if self.seen.load(Ordering::Acquire) != self.generation() {
            self.reload()?;
        }
        Ok(self.memory())
    }

    fn reload(&self) -> Result<(), StorageError> {
        let generation = self.generation();
        // Held from before the read: what another thread writes meanwhile must not be undone in memory.
        let mut memory = self.memory();
        let read = self.writer.read(&self.path).map_err(|error| errors::reading(&self.name, error))?;
        match read.map(|(bytes, _)| file::parse(&bytes)) {
            None => Self::remember(&mut memory, Vec::new()),
            Some(Ok(records)) => Self::remember(&mut memory, records),
            Some(Err(_)) => {
                drop(memory);
                self.change(|_| ())?;
            }
        }
        self.seen.store(generation, Ordering::Release);
        Ok(())
    }

    /// Takes over what the file says; later uses that only memory knows of stay.
    fn remember(memory: &mut Memory, mut records: Vec<SessionRecord>) {
        memory.on_disk = records.iter().map(|record| (record.key, record.last_seen)).collect();
        memory.over.retain(|key| memory.on_disk.contains_key(key));
        records.retain(|record| !memory.over.contains(&record.key));
        for record in &mut records {
            if let Some(known) = memory.records.get(&record.key) {
                record.last_seen = record.last_seen.max(known.last_seen);
            }
        }
        memory.records = records.into_iter().map(|record| (record.key, record)).collect();
    }

    /// The file's records and what a write must expect. The caller holds the lock.
    fn load_for_change(&self) -> Result<(Vec<SessionRecord>, Expected), StorageError> {
        let failed = |error| errors::reading(&self.name, error);
        let Some((bytes, identity)) = self.writer.read(&self.path).map_err(failed)? else {
            return Ok((Vec::new(), Expected::Absent));
        };
        match file::parse(&bytes) {
            Ok(records) => Ok((records, Expected::Unchanged(identity))),
            Err(error) => {
                let aside = self.path.with_extension("json.broken");
                tracing::warn!(file = self.name, %error, "the session records are broken; everybody signs in again");
                std::fs::rename(&self.path, &aside)
                    .map_err(|error| errors::writing(&self.name, error.into()))?;
                Ok((Vec::new(), Expected::Absent))
            }
        }
    }

    /// Changes the records on disk and then in memory.
    fn change<T>(&self, change: impl FnOnce(&mut Vec<SessionRecord>) -> T) -> Result<T, StorageError> {
        let failed = |error| errors::writing(&self.name, error);
        let _held = self.writer.lock(LOCK).map_err(|error| failed(error.into()))?;
        let (mut records, expected) = self.load_for_change()?;
        {
            let memory = self.memory();
            records.retain(|record| !memory.over.contains(&record.key));
            for record in &mut records {
                if let Some(known) = memory.records.get(&record.key) {
                    record.last_seen = record.last_seen.max(known.last_seen);
                }
            }
        }
        let result = change(&mut records);
        let bytes = file::render(&records).map_err(|error| errors::other(&self.name, error.into()))?;
        self.writer.write(&self.path, &bytes, Access::Secret, expected).map_err(failed)?;
        Self::remember(&mut self.memory(), records);
        Ok(result)
    }

    /// Writes down when sessions were used, if any was used so much later than the file says, and which are over.
    fn flush(&self, seconds: u64) {
        let due = {
            let memory = self.memory();
            let is_later = |record: &SessionRecord| {
                memory.on_disk.get(&record.key).is_some_and(|known| record.last_seen.since(*known) >= seconds)
            };
            !memory.over.is_empty() || memory.records.values().any(is_later)
        };
        if due && let Err(error) = self.change(|_| ()) {
            tracing::warn!(%error, "the use of sessions could not be written down");
        }
    }
}
