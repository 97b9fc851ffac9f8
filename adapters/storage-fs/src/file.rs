//! Whole files and their folders: read, created and overwritten, with no regard to who else works on them.

use std::{
    fmt,
    fs::{self, DirBuilder, DirEntry, File, Metadata, TryLockError},
    io::{self, BufRead as _, BufReader, Read as _},
    os::unix::fs::DirBuilderExt as _,
    path::{Path, PathBuf},
    time::{Duration, SystemTime},
};

use sha2::{Digest as _, Sha256};
use traefik_manager_core::{config::store::Revision, crypto::hex};

use crate::{
    disk::{Disk, TEMPORARY_PREFIX, TEMPORARY_SUFFIX},
    identity::Identity,
};

/// The largest file that is read, in bytes.
pub(crate) const MAX_FILE: u64 = 64 << 20;

/// How much of a file is in memory while only its digest is wanted.
const PIECE: usize = 64 << 10;

/// A temporary file of this age belongs to no write that is still going on, whether locks tell or not.
pub(crate) const ABANDONED: Duration = Duration::from_hours(1);

/// A write that did not happen.
#[derive(Debug)]
pub(crate) enum WriteError {
    /// The target is not what was expected.
    Changed,
    /// The system refuses.
    Io(io::Error),
    /// The system refuses, and what was begun cannot be undone yet: why, twice.
    Unsettled(String),
}

impl fmt::Display for WriteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Changed => f.write_str("a file was changed by somebody else"),
            Self::Io(error) => error.fmt(f),
            Self::Unsettled(why) => f.write_str(why),
        }
    }
}

impl From<io::Error> for WriteError {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

/// Creates a file that must not be there yet, whole and durably.
pub(crate) fn create(disk: &dyn Disk, target: &Path, bytes: &[u8], mode: u32) -> Result<(), WriteError> {
    let folder = folder_of(target);
    let mut temporary = disk.create_temporary(folder, mode)?;
    disk.write(temporary.as_file_mut(), bytes)?;
    disk.sync(temporary.as_file())?;
    match disk.persist(temporary, target, false) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => return Err(WriteError::Changed),
        done => done?,
    }
    settle_folder(disk, folder);
    Ok(())
}

/// Makes the bytes the whole content of an open file, durably.
pub(crate) fn overwrite(disk: &dyn Disk, file: &mut File, bytes: &[u8]) -> io::Result<()> {
    disk.write(file, bytes)?;
    disk.truncate(file, bytes.len() as u64)?;
    disk.sync(file)
}

/// A folder for this user alone, with its parents.
pub(crate) fn create_private_folder(path: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(path)
}

/// Removes the temporary files of processes that died: those that nobody holds the lock of, and where the system has no
/// locks, old ones.
pub(crate) fn sweep(folder: &Path) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let ours = name
            .to_str()
            .is_some_and(|name| name.starts_with(TEMPORARY_PREFIX) && name.ends_with(TEMPORARY_SUFFIX));
        if ours && is_abandoned(&entry) {
            let _ = fs::remove_file(entry.path());
        }
    }
}

fn is_abandoned(entry: &DirEntry) -> bool {
    // Nothing of ours is a link or a pipe, and neither is opened.
    let Some(metadata) = entry.metadata().ok().filter(Metadata::is_file) else { return false };
    match File::open(entry.path()).map(|file| file.try_lock()) {
        Ok(Ok(())) => true,
        Ok(Err(TryLockError::WouldBlock)) => false,
        // The age alone is left to go by.
        Ok(Err(TryLockError::Error(_))) | Err(_) => {
            let age = metadata.modified().ok().and_then(|at| SystemTime::now().duration_since(at).ok());
            age.is_some_and(|age| age > ABANDONED)
        }
    }
}

/// The folder that a file is in.
pub(crate) fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// A path without links; the file itself need not be there, its folder must.
pub(crate) fn real_path(path: &Path) -> io::Result<PathBuf> {
    match path.canonicalize() {
        Err(error) if is_absence(&error) => {
            let name = path.file_name().ok_or(error)?;
            Ok(folder_of(path).canonicalize()?.join(name))
        }
        real => real,
    }
}

/// Whether an error means that there is no such file.
pub(crate) fn is_absence(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
}

/// A file's bytes, and its identity from before they were read; `None` where there is no file.
pub(crate) fn read_file(path: &Path) -> io::Result<Option<(Vec<u8>, Identity)>> {
    let Some((file, metadata)) = open(path)? else { return Ok(None) };
    // One byte more than there is, so that the end is found without growing.
    let size = usize::try_from(metadata.len().min(MAX_FILE)).unwrap_or_default();
    let mut bytes = Vec::with_capacity(size + 1);
    (&file).take(MAX_FILE + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > MAX_FILE {
        return Err(too_large());
    }
    // The identity from before the read: a change during it makes a later write conflict.
    Ok(Some((bytes, Identity::of(&metadata))))
}

/// The revision of a file's bytes, and its identity from before they were read, without keeping them.
pub(crate) fn read_revision(path: &Path) -> io::Result<Option<(Revision, Identity)>> {
    let Some((file, metadata)) = open(path)? else { return Ok(None) };
    let mut reader = BufReader::with_capacity(PIECE, (&file).take(MAX_FILE + 1));
    let (mut digest, mut length) = (Sha256::new(), 0);
    loop {
        let piece = reader.fill_buf()?;
        if piece.is_empty() {
            break;
        }
        digest.update(piece);
        let read = piece.len();
        reader.consume(read);
        length += read as u64;
    }
    if length > MAX_FILE {
        return Err(too_large());
    }
    Ok(Some((revision_of(digest), Identity::of(&metadata))))
}

/// The content's digest, shortened to what two texts will not share by accident or by skill.
pub(crate) fn revision(bytes: &[u8]) -> Revision {
    revision_of(Sha256::new_with_prefix(bytes))
}

fn revision_of(digest: Sha256) -> Revision {
    Revision::new(hex(digest.finalize().get(..16).unwrap_or_default()))
}

/// An open file and what it was then; `None` where there is no file.
fn open(path: &Path) -> io::Result<Option<(File, Metadata)>> {
    // Looked at before it is opened: opening a pipe would wait for its other end.
    let regular = match fs::metadata(path) {
        Ok(metadata) => metadata.is_file(),
        Err(error) if is_absence(&error) => return Ok(None),
        Err(error) => return Err(error),
    };
    if !regular {
        return Err(invalid("it is not a regular file; mount a file there"));
    }
    match File::open(path) {
        Ok(file) => {
            let metadata = file.metadata()?;
            Ok(Some((file, metadata)))
        }
        Err(error) if is_absence(&error) => Ok(None),
        Err(error) => Err(error),
    }
}

fn too_large() -> io::Error {
    invalid("it is larger than 64 MiB; split it")
}

fn invalid(why: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, why)
}

/// The content is visible by now, so a failure here cannot be reported as "nothing was written".
pub(crate) fn settle_folder(disk: &dyn Disk, folder: &Path) {
    if let Err(error) = disk.sync_folder(folder) {
        tracing::warn!(folder = %folder.display(), %error, "a written file may not outlive a power cut");
    }
}
