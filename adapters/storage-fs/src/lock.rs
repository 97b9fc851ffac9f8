//! Locks that hold across threads and processes.

use std::{
    fs::{File, OpenOptions},
    io,
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
};

/// A folder of lock files, one a purpose. A lock ends with its process, however that ends.
#[derive(Debug, Clone)]
pub(crate) struct Locks {
    folder: PathBuf,
}

/// A held lock; dropping it lets go.
#[derive(Debug)]
#[must_use]
pub(crate) struct Held {
    _file: File,
}

impl Locks {
    pub(crate) fn new(folder: &Path) -> Self {
        Self { folder: folder.to_owned() }
    }

    /// Waits for a lock that nobody else holds in any way.
    pub(crate) fn exclusive(&self, name: &str) -> io::Result<Held> {
        let file = self.open(name)?;
        file.lock()?;
        Ok(Held { _file: file })
    }

    /// Waits for a lock that others may share.
    pub(crate) fn shared(&self, name: &str) -> io::Result<Held> {
        let file = self.open(name)?;
        file.lock_shared()?;
        Ok(Held { _file: file })
    }

    /// The file is opened anew for each lock: a lock belongs to the opening, so threads exclude each other too.
    fn open(&self, name: &str) -> io::Result<File> {
        let path = self.folder.join(format!("{name}.lock"));
        OpenOptions::new().read(true).write(true).create(true).truncate(false).mode(0o600).open(path)
    }
}
