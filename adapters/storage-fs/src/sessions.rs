//! Session records in `sessions.json`.
//!
//! Every request looks for a record, so what requests see is published: a map that is never changed but replaced as a
//! whole, and read without a lock. Nobody who looks for a session waits for somebody who signs in, for the disk, or for
//! another process. When anybody has changed the file, the thread that notices it reads the file and publishes anew.

mod file;
mod published;

use std::{
    collections::HashSet,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, Weak},
};

use arc_swap::{ArcSwap, Guard};
use traefik_manager_core::{
    clock::Timestamp,
    config::store::StorageError,
    session::{SessionKey, SessionRecord, SessionStore, admit},
};

use self::published::Published;
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
    published: ArcSwap<Published>,
    /// Held by whoever publishes, from before the file is read: what another thread writes meanwhile must not be undone.
    publishing: Mutex<Over>,
}

/// Sessions that are over, although the file could not be told yet.
type Over = HashSet<SessionKey>;

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
            published: ArcSwap::default(),
            publishing: Mutex::default(),
        });
        let watched: Weak<Records> = Arc::downgrade(&records);
        let noticed = Weak::clone(&watched);
        let look = move || {
            watched.upgrade().map_or(0, |records| {
                records.flush(FLUSH_AFTER);
                if records.published.load().problem().is_some() {
                    // What it says is published.
                    let _ = records.reload();
                }
                records.mark()
            })
        };
        let reload = move || {
            if let Some(records) = noticed.upgrade() {
                let _ = records.reload();
            }
        };
        let _ = records.watch.set(Watch::calling(&Scope::Files(vec![path.to_owned()]), look, reload));
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
        Ok(self.records.known()?.find(key))
    }

    fn add(
        &self,
        record: SessionRecord,
        is_over: &(dyn Fn(&SessionRecord) -> bool + Send + Sync),
    ) -> Result<(), StorageError> {
        self.records.change(|records| admit(records, record, is_over))
    }

    fn touch(&self, key: &SessionKey, now: Timestamp) {
        self.records.published.load().touch(key, now);
    }

    fn remove(&self, which: &(dyn Fn(&SessionRecord) -> bool + Send + Sync)) -> Result<usize, StorageError> {
        self.records.change(|records| {
            let before = records.len();
            records.retain(|record| !which(record));
            before - records.len()
        })
    }

    fn end_here(&self, which: &(dyn Fn(&SessionRecord) -> bool + Send + Sync)) {
        let mut over = self.records.publishing();
        let published = self.records.published.load_full();
        over.extend(published.records().filter(which).map(|record| record.key));
        self.records.published.store(Arc::new(published.without(&over)));
    }

    fn list(&self) -> Result<Vec<SessionRecord>, StorageError> {
        let mut records: Vec<SessionRecord> = self.records.known()?.records().collect();
        records.sort_by_key(|record| std::cmp::Reverse((record.created_at, record.key)));
        Ok(records)
    }
}

impl Records {
    fn publishing(&self) -> MutexGuard<'_, Over> {
        self.publishing.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What is published, where the records can be known.
    fn known(&self) -> Result<Guard<Arc<Published>>, StorageError> {
        let published = self.published.load();
        match published.problem() {
            Some(problem) => Err(problem.error(&self.name)),
            None => Ok(published),
        }
    }

    fn mark(&self) -> u64 {
        let metadata = std::fs::metadata(&self.path);
        metadata.map_or(0, |metadata| Identity::of(&metadata).stamp().0)
    }

    /// Publishes what the file says, or that it cannot be read. Blocks on the disk.
    fn reload(&self) -> Result<(), StorageError> {
        let result = self.read_again();
        if let Err(error) = &result {
            let _publishing = self.publishing();
            let published = self.published.load_full();
            if published.problem().is_none() {
                tracing::error!(file = self.name, %error, "nobody counts as signed in");
            }
            self.published.store(Arc::new(published.lost(error)));
        }
        result
    }

    fn read_again(&self) -> Result<(), StorageError> {
        let mut over = self.publishing();
        let read = self.writer.read(&self.path).map_err(|error| errors::reading(&self.name, error))?;
        match read.map(|(bytes, _)| file::parse(&bytes)) {
            None => self.publish(&mut over, Vec::new()),
            Some(Ok(records)) => self.publish(&mut over, records),
            Some(Err(_)) => {
                drop(over);
                // Moves it aside.
                self.change(|_| ())?;
            }
        }
        Ok(())
    }

    /// Publishes what the file says, but for what is over; later uses that only memory knows of stay.
    fn publish(&self, over: &mut Over, mut records: Vec<SessionRecord>) {
        over.retain(|key| records.iter().any(|record| record.key == *key));
        records.retain(|record| !over.contains(&record.key));
        let published = self.published.load_full();
        self.published.store(Arc::new(published.followed_by(records)));
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
            let over = self.publishing();
            records.retain(|record| !over.contains(&record.key));
        }
        self.published.load().bring_up_to_date(&mut records);
        let result = change(&mut records);
        let bytes = file::render(&records).map_err(|error| errors::other(&self.name, error.into()))?;
        self.writer.write(&self.path, &bytes, Access::Secret, expected).map_err(failed)?;
        self.publish(&mut self.publishing(), records);
        Ok(result)
    }

    /// Writes down when sessions were used, if any was used so much later than the file says, and which are over.
    fn flush(&self, seconds: u64) {
        let due = !self.publishing().is_empty() || self.published.load().was_used_later(seconds);
        if due && let Err(error) = self.change(|_| ()) {
            tracing::warn!(%error, "the use of sessions could not be written down");
        }
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

    use std::{sync::mpsc, thread, time::Duration};

    use tempfile::TempDir;
    use traefik_manager_core::session::SignInMethod;

    use super::*;

    #[test]
    fn whoever_looks_for_a_session_waits_for_nobody() {
        let folder = TempDir::new().unwrap();
        let store = FsSessionStore::open(&folder.path().join("sessions.json"), folder.path()).unwrap();
        let record = SessionRecord {
            key: SessionKey([1; 32]),
            created_at: Timestamp(1_000),
            last_seen: Timestamp(1_000),
            method: SignInMethod::Password,
            address: None,
            user_agent: String::new(),
            remember: false,
            subject: None,
        };
        store.add(record.clone(), &|_| false).unwrap();
        // All that a sign-in can hold, in this process and on the disk.
        let publishing = store.records.publishing();
        let lock = store.records.writer.lock(LOCK).unwrap();
        let (tell, told) = mpsc::channel();
        let found = thread::scope(|scope| {
            let (store, key) = (&store, record.key);
            scope.spawn(move || {
                store.touch(&key, Timestamp(1_017));
                tell.send(store.find(&key)).unwrap();
            });
            let found = told.recv_timeout(Duration::from_secs(10));
            drop((publishing, lock));
            found
        });
        let found = found.expect("it waits").unwrap();
        assert_eq!(found.map(|record| record.last_seen), Some(Timestamp(1_017)));
    }
}
