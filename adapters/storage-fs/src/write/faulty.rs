//! Disks on which something goes wrong.

use std::{
    fs::File,
    io,
    path::Path,
    process::abort,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use tempfile::NamedTempFile;

use crate::disk::{Disk, System};

pub(crate) const EPERM: i32 = 1;
pub(crate) const EIO: i32 = 5;
pub(crate) const EACCES: i32 = 13;
pub(crate) const EBUSY: i32 = 16;
pub(crate) const EXDEV: i32 = 18;
pub(crate) const ENOSPC: i32 = 28;
pub(crate) const EROFS: i32 = 30;
pub(crate) const EDQUOT: i32 = 122;

#[derive(Debug, Clone, Copy)]
pub(crate) enum Fault {
    /// The call fails.
    Error(i32),
    /// This call fails and all that come after it.
    Breaks(i32),
    /// The call is the last thing that the process does.
    Crash,
}

/// A disk on which one call goes wrong, and on which renaming over a file may be impossible.
#[derive(Debug)]
pub(crate) struct Faulty {
    calls: AtomicUsize,
    syncs: AtomicUsize,
    /// The number of the call that goes wrong.
    at: usize,
    fault: Fault,
    no_rename: Option<i32>,
}

/// The number of no call.
pub(crate) const NEVER: usize = usize::MAX;

impl Faulty {
    pub(crate) fn new(at: usize, fault: Fault, no_rename: Option<i32>) -> Arc<Self> {
        Arc::new(Self { calls: AtomicUsize::new(0), syncs: AtomicUsize::new(0), at, fault, no_rename })
    }

    fn step(&self) -> io::Result<()> {
        let call = self.calls.fetch_add(1, Ordering::SeqCst);
        match self.fault {
            Fault::Error(number) if call == self.at => Err(io::Error::from_raw_os_error(number)),
            Fault::Breaks(number) if call >= self.at => Err(io::Error::from_raw_os_error(number)),
            Fault::Crash if call == self.at => abort(),
            _ => Ok(()),
        }
    }

    pub(crate) fn calls(&self) -> usize {
        self.calls.load(Ordering::SeqCst)
    }

    /// How often something was made durable.
    pub(crate) fn syncs(&self) -> usize {
        self.syncs.load(Ordering::SeqCst)
    }

    /// Whether the call that goes wrong was made.
    pub(crate) fn reached(&self) -> bool {
        self.calls() > self.at
    }
}

impl Disk for Faulty {
    fn create_temporary(&self, folder: &Path, mode: u32) -> io::Result<NamedTempFile> {
        self.step()?;
        System.create_temporary(folder, mode)
    }

    fn open(&self, path: &Path) -> io::Result<File> {
        self.step()?;
        System.open(path)
    }

    /// A write that goes wrong has written half.
    fn write(&self, file: &mut File, bytes: &[u8]) -> io::Result<()> {
        if self.calls() == self.at {
            System.write(file, &bytes[..bytes.len() / 2])?;
        }
        self.step()?;
        System.write(file, bytes)
    }

    /// One that goes wrong has written half.
    fn append(&self, file: &mut File, bytes: &[u8]) -> io::Result<()> {
        if self.calls() == self.at {
            System.append(file, &bytes[..bytes.len() / 2])?;
        }
        self.step()?;
        System.append(file, bytes)
    }

    fn set_owner(&self, file: &File, user: u32, group: u32) -> io::Result<()> {
        self.step()?;
        System.set_owner(file, user, group)
    }

    fn set_mode(&self, file: &File, mode: u32) -> io::Result<()> {
        self.step()?;
        System.set_mode(file, mode)
    }

    fn truncate(&self, file: &File, length: u64) -> io::Result<()> {
        self.step()?;
        System.truncate(file, length)
    }

    fn sync(&self, file: &File) -> io::Result<()> {
        self.step()?;
        self.syncs.fetch_add(1, Ordering::SeqCst);
        System.sync(file)
    }

    fn persist(&self, file: NamedTempFile, target: &Path, replace: bool) -> io::Result<()> {
        self.step()?;
        match self.no_rename {
            Some(number) if replace => Err(io::Error::from_raw_os_error(number)),
            _ => System.persist(file, target, replace),
        }
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        self.step()?;
        System.remove(path)
    }

    fn sync_folder(&self, folder: &Path) -> io::Result<()> {
        self.step()?;
        self.syncs.fetch_add(1, Ordering::SeqCst);
        System.sync_folder(folder)
    }
}

/// A disk that can be read only.
#[derive(Debug)]
pub(crate) struct Closed(pub(crate) Arc<Faulty>, pub(crate) i32);

impl Disk for Closed {
    fn create_temporary(&self, _: &Path, _: u32) -> io::Result<NamedTempFile> {
        Err(io::Error::from_raw_os_error(self.1))
    }
    fn open(&self, _: &Path) -> io::Result<File> {
        Err(io::Error::from_raw_os_error(self.1))
    }
    fn write(&self, file: &mut File, bytes: &[u8]) -> io::Result<()> {
        self.0.write(file, bytes)
    }
    fn append(&self, file: &mut File, bytes: &[u8]) -> io::Result<()> {
        self.0.append(file, bytes)
    }
    fn set_owner(&self, file: &File, user: u32, group: u32) -> io::Result<()> {
        self.0.set_owner(file, user, group)
    }
    fn set_mode(&self, file: &File, mode: u32) -> io::Result<()> {
        self.0.set_mode(file, mode)
    }
    fn truncate(&self, file: &File, length: u64) -> io::Result<()> {
        self.0.truncate(file, length)
    }
    fn sync(&self, file: &File) -> io::Result<()> {
        self.0.sync(file)
    }
    fn persist(&self, file: NamedTempFile, target: &Path, replace: bool) -> io::Result<()> {
        self.0.persist(file, target, replace)
    }
    fn remove(&self, path: &Path) -> io::Result<()> {
        self.0.remove(path)
    }
    fn sync_folder(&self, folder: &Path) -> io::Result<()> {
        self.0.sync_folder(folder)
    }
}
