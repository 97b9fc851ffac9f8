//! The one durable writer: whatever happens, a file holds one whole version.
//!
//! The usual way is a temporary file in the same folder, fsync, rename, fsync of the folder. Where that cannot be
//! done (the file is itself a mount point, its folder may not be written, its owner could not be kept, it has
//! several hard links) the file is written in place, with its old bytes in a [journal] meanwhile.

use std::{
    fs::{self, File, Metadata},
    io::{self, Read as _},
    os::unix::fs::MetadataExt as _,
    path::{Path, PathBuf},
    sync::Arc,
};

use crate::{
    disk::{Disk, System},
    file::{
        WriteError, create, create_private_folder, folder_of, is_absence, overwrite, read_file,
        settle_folder, sweep,
    },
    identity::Identity,
    journal,
    lock::{Held, Locks},
};

/// The lock that is held while a file is written in place, and shared while one is read.
const JOURNAL_LOCK: &str = "journal";

/// Who may read a written file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Access {
    /// The owner alone (0600), whatever it was before.
    Secret,
    /// As before; a new file gets 0644 less the umask.
    Shared,
}

/// What must be at the target for a write to happen.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Expected {
    /// Nothing.
    Absent,
    /// The file that was looked at.
    Unchanged(Identity),
}

/// Reads and writes whole files, with locks and journals in a state folder.
#[derive(Debug, Clone)]
pub(crate) struct Writer {
    disk: Arc<dyn Disk>,
    locks: Locks,
    journals: PathBuf,
    /// Whether files keep their inodes even where they could be renamed over.
    keeps_inodes: bool,
}

impl Writer {
    /// Prepares the state folder and settles what a crash has left.
    pub(crate) fn open(state: &Path) -> io::Result<Self> {
        Self::with_disk(state, Arc::new(System))
    }

    pub(crate) fn with_disk(state: &Path, disk: Arc<dyn Disk>) -> io::Result<Self> {
        let journals = state.join("journal");
        create_private_folder(&journals)?;
        sweep(&journals);
        let writer = Self { disk, locks: Locks::new(state), journals, keeps_inodes: false };
        writer.recover()?;
        Ok(writer)
    }

    /// A writer that never renames over a file.
    pub(crate) fn keeping_inodes(self) -> Self {
        Self { keeps_inodes: true, ..self }
    }

    /// Waits for the exclusive lock of that name, and settles what a crash has left.
    pub(crate) fn lock(&self, name: &str) -> io::Result<Held> {
        let held = self.locks.exclusive(name)?;
        self.recover()?;
        Ok(held)
    }

    /// Finishes or undoes the writes of processes that died in them.
    pub(crate) fn recover(&self) -> io::Result<()> {
        if journal::pending(&self.journals)?.is_empty() {
            return Ok(());
        }
        // A journal of a write that is going on is gone once the lock is free.
        let _held = self.locks.exclusive(JOURNAL_LOCK)?;
        for path in journal::pending(&self.journals)? {
            if let Err(error) = journal::settle(self.disk.as_ref(), &path) {
                tracing::warn!(journal = %path.display(), %error, "an interrupted write cannot be settled yet");
            }
        }
        Ok(())
    }

    /// A file's bytes and identity, never those of a write in progress; `None` where there is no file.
    pub(crate) fn read(&self, path: &Path) -> io::Result<Option<(Vec<u8>, Identity)>> {
        for _ in 0..2 {
            let held = self.locks.shared(JOURNAL_LOCK)?;
            let real = match path.canonicalize() {
                Ok(real) => real,
                Err(error) if is_absence(&error) => return Ok(None),
                Err(error) => return Err(error),
            };
            if !journal::path_for(&self.journals, &real).exists() {
                return read_file(&real);
            }
            // Nobody is writing, so whoever was has died.
            drop(held);
            self.recover()?;
        }
        Err(io::Error::new(
            io::ErrorKind::InvalidData,
            "writing it was interrupted, and it cannot be put back; make it writable for this program",
        ))
    }

    /// Replaces or creates a file. Links are followed. Whatever the error, what was there is still there.
    pub(crate) fn write(
        &self,
        path: &Path,
        bytes: &[u8],
        access: Access,
        expected: Expected,
    ) -> Result<(), WriteError> {
        let identity = match expected {
            Expected::Absent => {
                let mode = if access == Access::Secret { 0o600 } else { 0o644 };
                return create(self.disk.as_ref(), path, bytes, mode);
            }
            Expected::Unchanged(identity) => identity,
        };
        let gone = |error| if is_absence(&error) { WriteError::Changed } else { WriteError::Io(error) };
        let target = path.canonicalize().map_err(gone)?;
        let present = fs::metadata(&target).map_err(gone)?;
        if present.nlink() < 2 && !self.keeps_inodes {
            match self.rename_over(&target, bytes, access, identity, &present) {
                Err(WriteError::Io(error)) if suits_in_place(&error) => {}
                done => return done,
            }
        }
        self.write_in_place(&target, bytes, access, identity)
    }

    fn rename_over(
        &self,
        target: &Path,
        bytes: &[u8],
        access: Access,
        identity: Identity,
        present: &Metadata,
    ) -> Result<(), WriteError> {
        let disk = self.disk.as_ref();
        let folder = folder_of(target);
        let mut temporary = disk.create_temporary(folder, 0o600)?;
        disk.write(temporary.as_file_mut(), bytes)?;
        let made = temporary.as_file().metadata()?;
        if (made.uid(), made.gid()) != (present.uid(), present.gid()) {
            disk.set_owner(temporary.as_file(), present.uid(), present.gid())?;
        }
        let mode = if access == Access::Secret { 0o600 } else { present.mode() & 0o7777 };
        disk.set_mode(temporary.as_file(), mode)?;
        disk.sync(temporary.as_file())?;
        // Others do not know our locks: look once more, as late as possible.
        if fs::metadata(target).map_or(true, |metadata| Identity::of(&metadata) != identity) {
            return Err(WriteError::Changed);
        }
        disk.persist(temporary, target, true)?;
        settle_folder(disk, folder);
        Ok(())
    }

    fn write_in_place(
        &self,
        target: &Path,
        bytes: &[u8],
        access: Access,
        identity: Identity,
    ) -> Result<(), WriteError> {
        let disk = self.disk.as_ref();
        let _held = self.locks.exclusive(JOURNAL_LOCK)?;
        let mut file = disk.open(target)?;
        let mut old = Vec::new();
        file.read_to_end(&mut old)?;
        let journal = journal::keep(disk, &self.journals, target, &old, bytes)?;
        let unchanged = file.metadata().is_ok_and(|metadata| Identity::of(&metadata) == identity);
        let result = if unchanged {
            overwrite(disk, &mut file, bytes).map_err(WriteError::Io)
        } else {
            Err(WriteError::Changed)
        };
        let whole = !matches!(result, Err(WriteError::Io(_))) || undo(disk, target, &mut file, &old);
        if whole && let Err(error) = journal::discard(disk, &journal) {
            // Harmless: the next one to find it sees that the file is whole.
            tracing::warn!(journal = %journal.display(), %error, "a journal could not be removed");
        }
        if access == Access::Secret && result.is_ok() {
            // The file may belong to somebody else; the check at start says so.
            let _ = disk.set_mode(&file, 0o600);
        }
        result
    }
}

/// Puts the old bytes back after a failed write; where that fails too, the journal has them.
fn undo(disk: &dyn Disk, target: &Path, file: &mut File, old: &[u8]) -> bool {
    let undone = overwrite(disk, file, old);
    if let Err(error) = &undone {
        tracing::error!(target = %target.display(), %error, "a write failed and could not be undone yet");
    }
    undone.is_ok()
}

/// Whether the system's refusal leaves the way of writing in place.
fn suits_in_place(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ResourceBusy
            | io::ErrorKind::CrossesDevices
            | io::ErrorKind::PermissionDenied
            | io::ErrorKind::ReadOnlyFilesystem
    )
}

#[cfg(test)]
mod tests;
