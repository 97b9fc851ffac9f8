//! The one durable writer: whatever happens, a file holds one whole version, and of a change of several files
//! either all are there or none.
//!
//! The usual way is a temporary file in the same folder, fsync, rename, fsync of the folder. Where that cannot be
//! done (the file is itself a mount point, its folder may not be written, its owner could not be kept, it has
//! several hard links) the file is written in place.
//!
//! The rename of a single file is whole by itself. For everything else a [journal] holds the old bytes and the
//! new ones until the last file is written; what an interruption leaves is [settled](settle) by whoever comes next.

use std::{
    io,
    path::{Path, PathBuf},
    sync::Arc,
};

use traefik_manager_core::config::store::Revision;

use crate::{
    disk::{Disk, System},
    file::{
        WriteError, create_private_folder, folder_of, is_absence, read_file, read_revision, real_path,
        settle_folder, sweep,
    },
    identity::Identity,
    journal::{self, Record},
    lock::{Held, Locks},
    settle::{self, Settled},
    step::Step,
};

pub(crate) use crate::step::{Access, Change, Expected};

/// The lock that is held while files are written under a journal, and shared while one is read.
const JOURNAL_LOCK: &str = "journal";

/// Reads and writes whole files, with locks and journals in a state folder.
#[derive(Debug, Clone)]
pub(crate) struct Writer {
    disk: Arc<dyn Disk>,
    locks: Locks,
    journals: PathBuf,
    /// Whether files keep their inodes even where they could be renamed over.
    keeps_inodes: bool,
}

/// A change that was not made, and the place of the file that it failed on.
pub(crate) type Failed = (usize, WriteError);

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

    /// Finishes or undoes the changes of processes that died in them.
    pub(crate) fn recover(&self) -> io::Result<()> {
        if journal::pending(&self.journals)?.is_empty() {
            return Ok(());
        }
        // A journal of a write that is going on is gone once the lock is free.
        let _held = self.locks.exclusive(JOURNAL_LOCK)?;
        for path in journal::pending(&self.journals)? {
            if let Err(error) = settle::settle(self.disk.as_ref(), &path) {
                tracing::warn!(journal = %path.display(), %error, "an interrupted write cannot be settled yet");
            }
        }
        Ok(())
    }

    /// A file's bytes and identity, never those of a change in progress; `None` where there is no file.
    pub(crate) fn read(&self, path: &Path) -> io::Result<Option<(Vec<u8>, Identity)>> {
        self.look(path, read_file)
    }

    /// The revision of those bytes, which are not kept.
    pub(crate) fn revision(&self, path: &Path) -> io::Result<Option<(Revision, Identity)>> {
        self.look(path, read_revision)
    }

    fn look<T>(&self, path: &Path, read: fn(&Path) -> io::Result<Option<T>>) -> io::Result<Option<T>> {
        let read_real = || match path.canonicalize() {
            Ok(real) => read(&real),
            Err(error) if is_absence(&error) => Ok(None),
            Err(error) => Err(error),
        };
        {
            let _held = self.locks.shared(JOURNAL_LOCK)?;
            if journal::pending(&self.journals)?.is_empty() {
                return read_real();
            }
        }
        // Nobody is writing, so whoever was has died.
        self.recover()?;
        let _held = self.locks.shared(JOURNAL_LOCK)?;
        if self.is_unsettled(path)? {
            return Err(io::Error::new(
                io::ErrorKind::InvalidData,
                "writing it was interrupted, and the change cannot be taken back yet; make all files of the \
                 configuration reachable and writable for this program",
            ));
        }
        read_real()
    }

    /// Whether a journal that is left tells of the file.
    fn is_unsettled(&self, path: &Path) -> io::Result<bool> {
        let real = match real_path(path) {
            Err(error) if is_absence(&error) => return Ok(false),
            real => real?,
        };
        let tells = |journal: &PathBuf| match journal::read(journal) {
            Ok(files) => files.iter().any(|file| file.target == real),
            // One that is damaged tells nothing, and one that is gone is settled.
            Err(_) => false,
        };
        Ok(journal::pending(&self.journals)?.iter().any(tells))
    }

    /// Replaces or creates a file. Whatever the error, what was there is still there.
    pub(crate) fn write(
        &self,
        path: &Path,
        bytes: &[u8],
        access: Access,
        expected: Expected,
    ) -> Result<(), WriteError> {
        let change = Change { path, new: Some(bytes), access, expected };
        self.write_all(&[change]).map_err(|(_, error)| error)
    }

    /// Makes all changes, in this order, or none. No two of them are of the same file.
    pub(crate) fn write_all(&self, changes: &[Change<'_>]) -> Result<(), Failed> {
        let disk = self.disk.as_ref();
        let mut steps = Vec::with_capacity(changes.len());
        for (at, change) in changes.iter().enumerate() {
            steps.push(Step::prepare(disk, change, self.keeps_inodes).map_err(|error| (at, error))?);
        }
        if let [step] = steps.as_mut_slice()
            && !step.is_in_place()
        {
            match step.make(disk) {
                Err(error) if step.can_go_in_place(&error) => {}
                Err(error) => return Err((0, error)),
                Ok(()) => {
                    settle_folder(disk, folder_of(step.target()));
                    return Ok(());
                }
            }
        }
        self.write_journalled(&mut steps)
    }

    fn write_journalled(&self, steps: &mut [Step<'_>]) -> Result<(), Failed> {
        let disk = self.disk.as_ref();
        let _held = self.locks.exclusive(JOURNAL_LOCK).map_err(|error| (0, error.into()))?;
        let mut files = Vec::with_capacity(steps.len());
        for (at, step) in steps.iter().enumerate() {
            files.push(step.record().map_err(|error| (at, error))?);
        }
        let journal = journal::keep(disk, &self.journals, &files).map_err(|error| (0, error))?;
        if let Err((begun, at, error)) = make_all(disk, steps, &files, &journal) {
            let begun = files.get(..begun).unwrap_or_default();
            return Err((at, self.take_back(begun, &journal, error)));
        }
        if let Err(error) = disk.sync_folder(&self.journals) {
            // Harmless: whoever finds it after a power cut sees that all files are whole.
            tracing::warn!(journal = %journal.display(), %error, "a journal may come back after a power cut");
        }
        Ok(())
    }

    /// Undoes what was begun of a change; where that fails too, the journal stays for whoever comes next.
    fn take_back(&self, begun: &[Record], journal: &Path, error: WriteError) -> WriteError {
        let disk = self.disk.as_ref();
        let settled = match settle::undo(disk, begun) {
            Ok(Settled::Foreign) => {
                journal::set_aside(journal, "a file was changed by somebody else in the middle of a write")
            }
            // Should it stay, it tells whoever finds it that there is nothing to do.
            Ok(_) => disk.remove(journal).or(Ok(())),
            Err(failed) => Err(failed),
        };
        match settled {
            Ok(()) => error,
            Err(failed) => WriteError::Unsettled(format!("{error}, then {failed}")),
        }
    }
}

/// Makes the steps and removes the journal, which is the moment when the change is made.
///
/// # Errors
/// How many files may have been touched, and the place of the one that it failed on.
fn make_all(
    disk: &dyn Disk,
    steps: &mut [Step<'_>],
    files: &[Record],
    journal: &Path,
) -> Result<(), (usize, usize, WriteError)> {
    for (at, step) in steps.iter_mut().enumerate() {
        let renames = !step.is_in_place();
        let made = match step.make(disk) {
            Err(error) if renames && step.can_go_in_place(&error) => step.make(disk),
            made => made,
        };
        match made {
            Err(WriteError::Changed) => return Err((at, at, WriteError::Changed)),
            Err(error) => return Err((at + 1, at, error)),
            Ok(()) => {}
        }
    }
    settle::sync_folders(disk, files.iter())
        .and_then(|()| disk.remove(journal))
        .map_err(|error| (steps.len(), 0, error.into()))
}

#[cfg(test)]
pub(crate) mod faulty;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod transactions;
