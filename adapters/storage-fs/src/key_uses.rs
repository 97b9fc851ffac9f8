//! When API keys were last used, in `key-uses.json` in the state folder.
//!
//! Every request with a key is a use, so uses are noted in memory and written once a minute at most, by a thread of
//! their own, and when the program ends. The file has the latest uses alone and never grows beyond that.

use std::{
    collections::{BTreeMap, HashMap},
    net::IpAddr,
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        mpsc::{self, RecvTimeoutError, Sender},
    },
    thread,
    time::Duration,
};

use serde::{Deserialize, Serialize};
use traefik_manager_core::{
    api_key::{KeyUse, KeyUses, MAX_USES},
    clock::Timestamp,
    config::store::StorageError,
};

use crate::{
    errors,
    file::WriteError,
    write::{Access, Expected, Writer},
};

const NAME: &str = "key-uses";
const FLUSH: Duration = Duration::from_mins(1);

/// Uses of keys in one file, readable by the owner alone.
#[derive(Debug)]
pub struct FsKeyUses {
    uses: Arc<Uses>,
    _stop: Sender<()>,
}

#[derive(Debug)]
struct Uses {
    path: PathBuf,
    writer: Writer,
    memory: Mutex<Memory>,
}

#[derive(Debug, Default)]
struct Memory {
    uses: HashMap<String, KeyUse>,
    is_changed: bool,
}

#[derive(Serialize, Deserialize)]
struct Stored {
    at: i64,
    #[serde(default)]
    from: Option<IpAddr>,
}

impl FsKeyUses {
    /// Opens the file in the state folder, which is made with the first use.
    ///
    /// What cannot be read is forgotten: it opens no door.
    ///
    /// # Errors
    /// [`StorageError`] when the state folder cannot be made.
    pub fn open(state: &Path) -> Result<Self, StorageError> {
        let writer = Writer::open(state).map_err(|error| errors::folder(state, error))?;
        let uses = Arc::new(Uses { path: state.join("key-uses.json"), writer, memory: Mutex::default() });
        uses.memory().uses = uses.read().map(|(uses, _)| uses).unwrap_or_default();
        let (stop, stopped) = mpsc::channel::<()>();
        let flushed = Arc::downgrade(&uses);
        let flushing = thread::Builder::new().name(NAME.to_owned()).spawn(move || {
            while stopped.recv_timeout(FLUSH) == Err(RecvTimeoutError::Timeout) {
                if let Some(uses) = flushed.upgrade() {
                    uses.flush();
                }
            }
        });
        if let Err(error) = flushing {
            tracing::warn!(%error, "the use of API keys is written down only when the program ends");
        }
        Ok(Self { uses, _stop: stop })
    }
}

impl Drop for FsKeyUses {
    fn drop(&mut self) {
        self.uses.flush();
    }
}

impl KeyUses for FsKeyUses {
    fn note(&self, hash: &str, used: KeyUse) {
        let mut memory = self.uses.memory();
        match memory.uses.get_mut(hash) {
            Some(last) if last.at > used.at => return,
            Some(last) => *last = used,
            None => {
                memory.uses.insert(hash.to_owned(), used);
                keep_latest(&mut memory.uses);
            }
        }
        memory.is_changed = true;
    }

    fn last(&self, hash: &str) -> Option<KeyUse> {
        self.uses.memory().uses.get(hash).copied()
    }
}

impl Uses {
    fn memory(&self) -> MutexGuard<'_, Memory> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn read(&self) -> std::io::Result<(HashMap<String, KeyUse>, Expected)> {
        let Some((bytes, identity)) = self.writer.read(&self.path)? else {
            return Ok((HashMap::new(), Expected::Absent));
        };
        let stored: BTreeMap<String, Stored> = serde_json::from_slice(&bytes).unwrap_or_default();
        let uses = stored
            .into_iter()
            .map(|(hash, stored)| (hash, KeyUse { at: Timestamp(stored.at), from: stored.from }))
            .collect();
        Ok((uses, Expected::Unchanged(identity)))
    }

    /// Writes what was noted since the last time, together with what other processes have written.
    fn flush(&self) {
        let noted = {
            let mut memory = self.memory();
            if !std::mem::take(&mut memory.is_changed) {
                return;
            }
            memory.uses.clone()
        };
        if let Err(error) = self.write(noted) {
            tracing::warn!(%error, file = %self.path.display(), "the use of API keys could not be written down");
        }
    }

    fn write(&self, noted: HashMap<String, KeyUse>) -> Result<(), WriteError> {
        let _held = self.writer.lock(NAME)?;
        let (mut all, expected) = self.read()?;
        for (hash, used) in noted {
            let last = all.entry(hash).or_insert(used);
            if last.at <= used.at {
                *last = used;
            }
        }
        keep_latest(&mut all);
        let stored: BTreeMap<&str, Stored> = all
            .iter()
            .map(|(hash, used)| (hash.as_str(), Stored { at: used.at.0, from: used.from }))
            .collect();
        let bytes = serde_json::to_vec(&stored).map_err(std::io::Error::other)?;
        self.writer.write(&self.path, &bytes, Access::Secret, expected)?;
        let mut memory = self.memory();
        for (hash, used) in all {
            let last = memory.uses.entry(hash).or_insert(used);
            if last.at < used.at {
                *last = used;
            }
        }
        keep_latest(&mut memory.uses);
        drop(memory);
        Ok(())
    }
}

fn keep_latest(uses: &mut HashMap<String, KeyUse>) {
    while uses.len() > MAX_USES {
        let oldest = uses.iter().min_by_key(|(_, used)| used.at).map(|(hash, _)| hash.clone());
        let Some(oldest) = oldest else { break };
        uses.remove(&oldest);
    }
}
