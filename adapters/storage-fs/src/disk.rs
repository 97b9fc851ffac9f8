//! The system calls of the durable writer, apart so that each can be made to fail.

use std::{
    fs::{self, File, OpenOptions, Permissions, TryLockError},
    io::{self, Seek as _, Write as _},
    os::unix::fs::{MetadataExt as _, PermissionsExt as _, fchown},
    path::Path,
};

use tempfile::NamedTempFile;

/// Begins the names of temporary files. The names are hidden and end in `.tmp`, so Traefik reads none of them.
pub(crate) const TEMPORARY_PREFIX: &str = ".traefik-manager-";
pub(crate) const TEMPORARY_SUFFIX: &str = ".tmp";

/// What the writer asks of the system.
pub(crate) trait Disk: Send + Sync + std::fmt::Debug {
    /// A new temporary file; the system takes the umask off `mode`.
    fn create_temporary(&self, folder: &Path, mode: u32) -> io::Result<NamedTempFile>;
    /// Opens an existing file for reading and writing.
    fn open(&self, path: &Path) -> io::Result<File>;
    /// Writes from the file's beginning.
    fn write(&self, file: &mut File, bytes: &[u8]) -> io::Result<()>;
    /// Writes behind the end of a file that was opened for that.
    fn append(&self, file: &mut File, bytes: &[u8]) -> io::Result<()>;
    fn set_owner(&self, file: &File, user: u32, group: u32) -> io::Result<()>;
    fn set_mode(&self, file: &File, mode: u32) -> io::Result<()>;
    fn truncate(&self, file: &File, length: u64) -> io::Result<()>;
    fn sync(&self, file: &File) -> io::Result<()>;
    /// Gives a temporary file its name; where it must not replace anything, an existing file is an error.
    fn persist(&self, file: NamedTempFile, target: &Path, replace: bool) -> io::Result<()>;
    fn remove(&self, path: &Path) -> io::Result<()>;
    fn sync_folder(&self, folder: &Path) -> io::Result<()>;
}

/// The real system.
#[derive(Debug)]
pub(crate) struct System;

impl Disk for System {
    fn create_temporary(&self, folder: &Path, mode: u32) -> io::Result<NamedTempFile> {
        loop {
            let file = tempfile::Builder::new()
                .prefix(TEMPORARY_PREFIX)
                .suffix(TEMPORARY_SUFFIX)
                .rand_bytes(12)
                .permissions(Permissions::from_mode(mode))
                .tempfile_in(folder)?;
            // Whoever sweeps takes none that is locked, and the lock ends with this process, however that ends. A system
            // without locks has the age of the file to go by.
            match file.as_file().try_lock() {
                Err(TryLockError::Error(_)) => return Ok(file),
                Ok(()) if file.as_file().metadata()?.nlink() > 0 => return Ok(file),
                // It was swept, or is being swept, before it was locked.
                Ok(()) | Err(TryLockError::WouldBlock) => {}
            }
        }
    }

    fn open(&self, path: &Path) -> io::Result<File> {
        OpenOptions::new().read(true).write(true).open(path)
    }

    fn write(&self, file: &mut File, bytes: &[u8]) -> io::Result<()> {
        file.rewind()?;
        file.write_all(bytes)
    }

    fn append(&self, file: &mut File, bytes: &[u8]) -> io::Result<()> {
        file.write_all(bytes)
    }

    fn set_owner(&self, file: &File, user: u32, group: u32) -> io::Result<()> {
        fchown(file, Some(user), Some(group))
    }

    fn set_mode(&self, file: &File, mode: u32) -> io::Result<()> {
        file.set_permissions(Permissions::from_mode(mode))
    }

    fn truncate(&self, file: &File, length: u64) -> io::Result<()> {
        file.set_len(length)
    }

    fn sync(&self, file: &File) -> io::Result<()> {
        file.sync_all()
    }

    fn persist(&self, file: NamedTempFile, target: &Path, replace: bool) -> io::Result<()> {
        let persisted = if replace { file.persist(target) } else { file.persist_noclobber(target) };
        persisted.map(drop).map_err(|error| error.error)
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        fs::remove_file(path)
    }

    fn sync_folder(&self, folder: &Path) -> io::Result<()> {
        File::open(folder)?.sync_all()
    }
}
