//! The settings in memory, in step with the file.

use std::sync::{
    Arc, Mutex, MutexGuard, PoisonError, TryLockError,
    atomic::{AtomicU64, Ordering},
};

use arc_swap::ArcSwap;

use super::{Settings, SettingsError, SettingsStore, StoredSettings};
use crate::config::store::{StorageError, WriteCondition};

/// How often an update starts again because another process saved in between.
const ATTEMPTS: usize = 8;

/// The present settings, shared by everything in a process.
///
/// Reading takes no lock: [`current`](Self::current) is what was last read. [`refresh`](Self::refresh) reads the file
/// again; when that fails, the last good settings go on being used and [`problem`](Self::problem) says why.
#[derive(Debug)]
pub struct SettingsCell {
    store: Arc<dyn SettingsStore>,
    /// Replaced as a whole, by whoever holds `updating`.
    current: ArcSwap<Current>,
    seen: AtomicU64,
    version: AtomicU64,
    updating: Mutex<()>,
}

#[derive(Debug)]
struct Current {
    stored: StoredSettings,
    problem: Option<String>,
}

impl SettingsCell {
    /// Reads the settings, or writes `first` where there is no file yet.
    ///
    /// `first` is only asked for when the file does not exist, never when it cannot be read.
    ///
    /// # Errors
    /// [`SettingsError`]: without settings nothing may be served.
    pub fn open(
        store: Arc<dyn SettingsStore>,
        first: impl FnOnce() -> Result<Settings, SettingsError>,
    ) -> Result<Self, SettingsError> {
        let generation = store.generation();
        let stored = match store.load()? {
            Some(stored) => stored,
            None => Self::create(store.as_ref(), first()?)?,
        };
        Ok(Self {
            store,
            current: ArcSwap::from_pointee(Current { stored, problem: None }),
            seen: AtomicU64::new(generation),
            version: AtomicU64::new(1),
            updating: Mutex::new(()),
        })
    }

    /// Two processes may start at once: the one that comes second takes what the first has written.
    fn create(store: &dyn SettingsStore, first: Settings) -> Result<StoredSettings, SettingsError> {
        match store.save(&first, &WriteCondition::CreateNew) {
            Ok(revision) => Ok(StoredSettings { settings: Arc::new(first), revision }),
            Err(SettingsError::Storage(StorageError::Conflict { name })) => {
                store.load()?.ok_or(SettingsError::Storage(StorageError::Conflict { name }))
            }
            Err(error) => Err(error),
        }
    }

    /// The settings as last read. Takes no lock.
    pub fn current(&self) -> Arc<Settings> {
        Arc::clone(&self.current.load().stored.settings)
    }

    /// A number that changes whenever [`current`](Self::current) does. Costs one load.
    pub fn version(&self) -> u64 {
        self.version.load(Ordering::Acquire)
    }

    /// Why the file cannot be used at present, if it cannot.
    pub fn problem(&self) -> Option<String> {
        self.current.load().problem.clone()
    }

    /// Whether nobody has touched the file since it was last read. Never blocks.
    pub fn is_fresh(&self) -> bool {
        self.store.generation() == self.seen.load(Ordering::Acquire)
    }

    /// Reads the file again if somebody may have touched it, or if it could not be read. Blocks on the disk.
    pub fn refresh(&self) {
        self.reload_if_stale(&self.updating());
    }

    /// The same, unless somebody reads or changes the file right now: then nothing is waited for, and the next one who
    /// asks reads what is new. Blocks on the disk.
    pub fn refresh_unless_busy(&self) {
        match self.updating.try_lock() {
            Ok(updating) => self.reload_if_stale(&updating),
            Err(TryLockError::Poisoned(poisoned)) => self.reload_if_stale(&poisoned.into_inner()),
            Err(TryLockError::WouldBlock) => {}
        }
    }

    fn reload_if_stale(&self, _updating: &MutexGuard<'_, ()>) {
        if !self.is_fresh() || self.problem().is_some() {
            // The problem is kept for `problem`; the caller goes on with what it has.
            let _ = self.reload();
        }
    }

    fn updating(&self) -> MutexGuard<'_, ()> {
        self.updating.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes the settings and saves them. Blocks on the disk.
    ///
    /// `change` may run several times, each time on settings freshly read, because another process may save in
    /// between; its last result is returned.
    ///
    /// # Errors
    /// What `change` refuses, or [`SettingsError`]; then nothing was saved.
    pub fn update<T, E: From<SettingsError>>(
        &self,
        mut change: impl FnMut(&mut Settings) -> Result<T, E>,
    ) -> Result<T, E> {
        let _updating = self.updating();
        let mut attempt = 1;
        loop {
            let stored = self.reload()?;
            let mut settings = Settings::clone(&stored.settings);
            let result = change(&mut settings)?;
            if settings == *stored.settings {
                return Ok(result);
            }
            match self.store.save(&settings, &WriteCondition::Matches(stored.revision)) {
                Ok(revision) => {
                    self.replace(StoredSettings { settings: Arc::new(settings), revision });
                    return Ok(result);
                }
                Err(SettingsError::Storage(StorageError::Conflict { .. })) if attempt < ATTEMPTS => {
                    attempt += 1;
                }
                Err(error) => return Err(error.into()),
            }
        }
    }

    fn reload(&self) -> Result<StoredSettings, SettingsError> {
        let generation = self.store.generation();
        let loaded = match self.store.load() {
            Ok(Some(stored)) => Ok(stored),
            Ok(None) => {
                Err(SettingsError::Storage(StorageError::NotFound { name: "manager.yml".to_owned() }))
            }
            Err(error) => Err(error),
        };
        self.seen.store(generation, Ordering::Release);
        match loaded {
            Ok(stored) => {
                self.replace(stored.clone());
                Ok(stored)
            }
            Err(error) => {
                let stored = self.current.load().stored.clone();
                self.current.store(Arc::new(Current { stored, problem: Some(error.to_string()) }));
                Err(error)
            }
        }
    }

    fn replace(&self, stored: StoredSettings) {
        let is_other = self.current.load().stored.revision != stored.revision;
        self.current.store(Arc::new(Current { stored, problem: None }));
        if is_other {
            self.version.fetch_add(1, Ordering::Release);
        }
    }
}
