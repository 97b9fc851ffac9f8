//! One file of a change: made ready beside the file, then put in its place.

use std::{
    fs::{self, Metadata},
    io,
    os::unix::fs::MetadataExt as _,
    path::{Path, PathBuf},
};

use tempfile::NamedTempFile;

use crate::{
    disk::Disk,
    file::{WriteError, folder_of, is_absence, overwrite, read_file, real_path},
    identity::Identity,
    journal::{Old, Owner, Record},
};

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

/// What shall happen to one file.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Change<'a> {
    pub(crate) path: &'a Path,
    /// The new content; `None` takes the file away.
    pub(crate) new: Option<&'a [u8]>,
    pub(crate) access: Access,
    pub(crate) expected: Expected,
}

/// A change that is ready to be made: all that can fail for want of space or rights has been done.
#[derive(Debug)]
pub(crate) struct Step<'a> {
    target: PathBuf,
    new: Option<&'a [u8]>,
    access: Access,
    expected: Expected,
    /// The new content beside the file; `None` where the file is written in place or goes.
    staged: Option<NamedTempFile>,
}

impl<'a> Step<'a> {
    /// Makes ready. Links are followed, but for a file that goes.
    pub(crate) fn prepare(
        disk: &dyn Disk,
        change: &Change<'a>,
        keeps_inodes: bool,
    ) -> Result<Self, WriteError> {
        let Change { path, new, access, expected } = *change;
        let gone = |error| if is_absence(&error) { WriteError::Changed } else { WriteError::Io(error) };
        let ready = |target, staged| Self { target, new, access, expected, staged };
        let bytes = match (new, expected) {
            (Some(bytes), Expected::Absent) => {
                let target = real_path(path)?;
                let mode = if access == Access::Secret { 0o600 } else { 0o644 };
                let mut staged = disk.create_temporary(folder_of(&target), mode)?;
                disk.write(staged.as_file_mut(), bytes)?;
                disk.sync(staged.as_file())?;
                return Ok(ready(target, Some(staged)));
            }
            (None, _) if path.is_symlink() => {
                let link = io::Error::new(io::ErrorKind::InvalidInput, "it is a link; remove it by hand");
                return Err(link.into());
            }
            (None, _) => return Ok(ready(path.canonicalize().map_err(gone)?, None)),
            (Some(bytes), Expected::Unchanged(_)) => bytes,
        };
        let target = path.canonicalize().map_err(gone)?;
        let present = fs::metadata(&target).map_err(gone)?;
        if keeps_inodes || present.nlink() > 1 {
            return Ok(ready(target, None));
        }
        let mut owner = Owner::of(&present);
        if access == Access::Secret {
            owner.mode = 0o600;
        }
        match stage(disk, folder_of(&target), bytes, owner) {
            Err(error) if suits_in_place(&error) => Ok(ready(target, None)),
            staged => Ok(ready(target, Some(staged?))),
        }
    }

    /// Whether the file keeps its inode, so that others could see a part of the write.
    pub(crate) fn is_in_place(&self) -> bool {
        self.staged.is_none() && self.new.is_some()
    }

    /// What a journal must know of it.
    pub(crate) fn record(&self) -> Result<Record, WriteError> {
        let old = match self.expected {
            Expected::Absent => None,
            Expected::Unchanged(identity) => {
                let (bytes, present) = read_file(&self.target)?.ok_or(WriteError::Changed)?;
                let owner = Owner::of(&fs::metadata(&self.target)?);
                if present != identity || !is_still(&self.target, identity) {
                    return Err(WriteError::Changed);
                }
                Some(Old { bytes, owner })
            }
        };
        let new = self.new.map(<[u8]>::to_vec);
        Ok(Record { target: self.target.clone(), old, new, in_place: self.is_in_place() })
    }

    /// Makes the change, unless somebody else was there first: they do not know our locks, so this looks once more,
    /// as late as possible.
    ///
    /// # Errors
    /// [`WriteError::Changed`] when nothing was done. After an [`io::Error`] of a step [in
    /// place](Self::is_in_place) the file may hold anything. Where it turns out only now that the file cannot be
    /// renamed over, the step has become one in place, and can be made again.
    pub(crate) fn make(&mut self, disk: &dyn Disk) -> Result<(), WriteError> {
        let target = &self.target;
        let is_expected = |metadata: io::Result<Metadata>| match self.expected {
            Expected::Absent => true,
            Expected::Unchanged(identity) => metadata.is_ok_and(|found| Identity::of(&found) == identity),
        };
        if let Some(staged) = self.staged.take() {
            if !is_expected(fs::metadata(target)) {
                return Err(WriteError::Changed);
            }
            let replace = matches!(self.expected, Expected::Unchanged(_));
            return match disk.persist(staged, target, replace) {
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Err(WriteError::Changed),
                done => Ok(done?),
            };
        }
        let Some(bytes) = self.new else {
            if !is_expected(fs::metadata(target)) {
                return Err(WriteError::Changed);
            }
            return Ok(disk.remove(target)?);
        };
        let mut file = disk.open(target)?;
        if !is_expected(file.metadata()) {
            return Err(WriteError::Changed);
        }
        overwrite(disk, &mut file, bytes)?;
        if self.access == Access::Secret {
            // The file may belong to somebody else; the check at start says so.
            let _ = disk.set_mode(&file, 0o600);
        }
        Ok(())
    }

    /// Whether a failure leaves the way of writing in place: the file is there, and only its name cannot be given
    /// to another.
    pub(crate) fn can_go_in_place(&self, error: &WriteError) -> bool {
        let replaces = matches!(self.expected, Expected::Unchanged(_)) && self.new.is_some();
        replaces && matches!(error, WriteError::Io(error) if suits_in_place(error))
    }

    pub(crate) fn target(&self) -> &Path {
        &self.target
    }
}

impl Owner {
    fn of(metadata: &Metadata) -> Self {
        Self { mode: metadata.mode() & 0o7777, user: metadata.uid(), group: metadata.gid() }
    }
}

/// A whole version of a file beside it, durable, ready to take its name.
pub(crate) fn stage(disk: &dyn Disk, folder: &Path, bytes: &[u8], owner: Owner) -> io::Result<NamedTempFile> {
    let mut temporary = disk.create_temporary(folder, 0o600)?;
    disk.write(temporary.as_file_mut(), bytes)?;
    let made = temporary.as_file().metadata()?;
    if (made.uid(), made.gid()) != (owner.user, owner.group) {
        disk.set_owner(temporary.as_file(), owner.user, owner.group)?;
    }
    disk.set_mode(temporary.as_file(), owner.mode)?;
    disk.sync(temporary.as_file())?;
    Ok(temporary)
}

/// Whether the file is the one that was looked at.
pub(crate) fn is_still(target: &Path, identity: Identity) -> bool {
    fs::metadata(target).is_ok_and(|metadata| Identity::of(&metadata) == identity)
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
