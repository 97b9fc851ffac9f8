//! A disk that takes its time.

use std::sync::{Arc, Condvar, Mutex};

use tokio::sync::Semaphore;
use traefik_manager_core::{
    config::store::{
        ConfigStore, Exclusive, FileContent, FileEntry, FileId, FileWrite, Revision, StorageError,
    },
    test_support::MemoryConfigStore,
};

/// A store whose writes wait until they are let go.
#[derive(Debug)]
pub(crate) struct HeldStore {
    inner: Arc<MemoryConfigStore>,
    began: Semaphore,
    gate: Condvar,
    open: Mutex<bool>,
}

impl HeldStore {
    /// A store whose writes wait if they are `held`, and do not otherwise.
    pub(super) fn new(inner: Arc<MemoryConfigStore>, held: bool) -> Self {
        Self { inner, began: Semaphore::new(0), gate: Condvar::new(), open: Mutex::new(!held) }
    }

    /// Returns once a write waits.
    pub(crate) async fn write_began(&self) {
        self.began.acquire().await.unwrap().forget();
    }

    /// Lets this write and all later ones go on.
    pub(crate) fn let_go(&self) {
        *self.open.lock().unwrap() = true;
        self.gate.notify_all();
    }
}

impl ConfigStore for HeldStore {
    fn generation(&self) -> u64 {
        self.inner.generation()
    }

    fn list(&self) -> Result<Vec<FileEntry>, StorageError> {
        self.inner.list()
    }

    fn missing(&self, base_name: &str) -> Result<Vec<FileEntry>, StorageError> {
        self.inner.missing(base_name)
    }

    fn read(&self, id: &FileId) -> Result<Option<FileContent>, StorageError> {
        self.inner.read(id)
    }

    fn revision(&self, text: &str) -> Revision {
        self.inner.revision(text)
    }

    fn write_all(&self, writes: &[FileWrite<'_>]) -> Result<Vec<Option<Revision>>, StorageError> {
        self.began.add_permits(1);
        let _open = self.gate.wait_while(self.open.lock().unwrap(), |open| !*open).unwrap();
        self.inner.write_all(writes)
    }

    fn can_create(&self) -> bool {
        self.inner.can_create()
    }

    fn new_file(&self, name: &str) -> Result<FileId, StorageError> {
        self.inner.new_file(name)
    }

    fn exclusive(&self) -> Result<Exclusive, StorageError> {
        self.inner.exclusive()
    }
}
