//! Finishes or undoes an interrupted change.
//!
//! Each file of the change is compared with its old and its new bytes:
//!
//! * all files hold their new bytes: the change was complete, and its journal goes;
//! * otherwise the change is undone, because whoever asked for it was never told that it was made: a file that
//!   holds its new bytes, a mixture of both, or nothing gets its old ones back;
//! * a file that holds anything else was written by somebody else since: it stays as it is, and the journal is
//!   set aside as `….kept`.

use std::{
    fs::File,
    io,
    path::{Path, PathBuf},
};

use crate::{
    disk::Disk,
    file::{folder_of, overwrite, read_file},
    identity::Identity,
    journal::{self, Old, Record},
    step::{is_still, stage},
};

/// What a file holds, of what a change knows of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Old,
    New(Option<Identity>),
    /// A part of the new bytes, over the old ones.
    Torn,
    /// There is none, which no step of the change does.
    Gone,
    /// Something that somebody else has written.
    Foreign,
}

/// What became of a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Settled {
    /// Every file holds its new bytes.
    Done,
    /// Every file holds its old bytes.
    Undone,
    /// Somebody else has changed one of the files; the others hold their old bytes.
    Foreign,
}

/// Finishes or undoes what a journal tells of, and removes it. The caller holds the journal lock.
///
/// A journal of a file that is out of reach stays for the next time.
pub(crate) fn settle(disk: &dyn Disk, path: &Path) -> io::Result<()> {
    let files = match journal::read(path) {
        Ok(files) => files,
        Err(error) if error.kind() == io::ErrorKind::InvalidData => {
            return journal::set_aside(path, &error.to_string());
        }
        Err(error) => return Err(error),
    };
    let settled = finish_or_undo(disk, &files)?;
    let targets: Vec<String> = files.iter().map(|file| file.target.display().to_string()).collect();
    match settled {
        Settled::Done => {}
        Settled::Undone => tracing::warn!(?targets, "a write was interrupted; the old content was put back"),
        Settled::Foreign => {
            return journal::set_aside(
                path,
                "a file was changed by somebody else after a write was interrupted",
            );
        }
    }
    disk.remove(path)?;
    disk.sync_folder(folder_of(path))
}

fn finish_or_undo(disk: &dyn Disk, files: &[Record]) -> io::Result<Settled> {
    let states: Vec<io::Result<State>> = files.iter().map(state).collect();
    if states.iter().all(|state| matches!(state, Ok(State::New(_)))) {
        // Whoever wrote them may not have come to this.
        for file in files.iter().filter(|file| file.new.is_some()) {
            disk.sync(&File::open(&file.target)?)?;
        }
        sync_folders(disk, files.iter())?;
        return Ok(Settled::Done);
    }
    let decided = |state: &io::Result<State>| matches!(state, Ok(State::Old | State::Torn | State::Foreign));
    if states.iter().any(decided) || states.iter().all(Result::is_ok) {
        return put_back(disk, files, states);
    }
    // Only what is out of reach can tell whether the change was complete.
    states.into_iter().find_map(Result::err).map_or(Ok(Settled::Undone), Err)
}

/// Undoes a change of which some files may hold their new bytes, or a part of them.
///
/// # Errors
/// Then some files could not be put back; the others were.
pub(crate) fn undo(disk: &dyn Disk, files: &[Record]) -> io::Result<Settled> {
    put_back(disk, files, files.iter().map(state).collect())
}

fn put_back(disk: &dyn Disk, files: &[Record], states: Vec<io::Result<State>>) -> io::Result<Settled> {
    let there: Vec<&Path> = files
        .iter()
        .zip(&states)
        .filter(|(_, state)| !matches!(state, Err(_) | Ok(State::Gone)))
        .map(|(file, _)| folder_of(&file.target))
        .collect();
    let mut outcome = Ok(Settled::Undone);
    for (file, state) in files.iter().zip(states).rev() {
        let put = match state {
            Ok(State::Old) => Ok(()),
            Ok(State::New(identity)) => restore(disk, file, identity),
            Ok(State::Torn) => restore(disk, file, None),
            Ok(State::Foreign) => {
                outcome = outcome.and(Ok(Settled::Foreign));
                Ok(())
            }
            // Somebody has deleted it, unless everything in the folder is gone, as where a volume is not mounted.
            Ok(State::Gone) if there.contains(&folder_of(&file.target)) => {
                outcome = outcome.and(Ok(Settled::Foreign));
                Ok(())
            }
            Ok(State::Gone) => Err(io::Error::new(io::ErrorKind::NotFound, "the file is not there")),
            Err(error) => Err(error),
        };
        if let Err(error) = put {
            tracing::warn!(target = %file.target.display(), %error, "it cannot be put back yet");
            outcome = Err(error);
        }
    }
    sync_folders(disk, files.iter())?;
    outcome
}

/// Compares a file with both versions.
fn state(file: &Record) -> io::Result<State> {
    let present = match read_file(&file.target) {
        Err(error) if error.kind() == io::ErrorKind::InvalidData => return Ok(State::Foreign),
        present => present?,
    };
    let Some((bytes, identity)) = present else {
        // A whole folder that is missing is rather a volume that is not mounted.
        std::fs::metadata(folder_of(&file.target))?;
        return Ok(match (&file.old, &file.new) {
            (_, None) => State::New(None),
            (None, Some(_)) => State::Old,
            (Some(_), Some(_)) => State::Gone,
        });
    };
    if file.new.as_ref() == Some(&bytes) {
        return Ok(State::New(Some(identity)));
    }
    Ok(match (&file.old, &file.new) {
        (Some(old), _) if old.bytes == bytes => State::Old,
        (Some(old), Some(new)) if bytes.is_empty() || is_mixture(&bytes, &old.bytes, new) => State::Torn,
        _ => State::Foreign,
    })
}

/// Whether a text can be what an interrupted write of `new` over `old` leaves.
fn is_mixture(present: &[u8], old: &[u8], new: &[u8]) -> bool {
    let (shorter, longer) = if old.len() < new.len() { (old, new) } else { (new, old) };
    let holds = |at: usize, byte: u8| old.get(at) == Some(&byte) || new.get(at) == Some(&byte);
    (shorter.len()..=longer.len()).contains(&present.len())
        // Space that was added but not filled before a power cut reads as zeros.
        && present.iter().enumerate().all(|(at, byte)| holds(at, *byte) || (*byte == 0 && at >= old.len()))
}

/// Makes a file what it was.
fn restore(disk: &dyn Disk, file: &Record, seen: Option<Identity>) -> io::Result<()> {
    let target = &file.target;
    let Some(old) = &file.old else { return disk.remove(target) };
    if file.new.is_none() {
        return create_again(disk, target, old);
    }
    if !file.in_place
        && let Some(identity) = seen
    {
        let renamed = stage(disk, folder_of(target), &old.bytes, old.owner).and_then(|staged| {
            if !is_still(target, identity) {
                return Err(io::Error::other("it was changed by somebody else at this moment"));
            }
            disk.persist(staged, target, true)
        });
        if renamed.is_ok() || !is_still(target, identity) {
            return renamed;
        }
        // The journal has the old bytes, so that writing in place is safe too, and needs less.
    }
    overwrite(disk, &mut disk.open(target)?, &old.bytes)
}

/// Brings a file back that was taken away.
fn create_again(disk: &dyn Disk, target: &Path, old: &Old) -> io::Result<()> {
    let staged = stage(disk, folder_of(target), &old.bytes, old.owner)?;
    disk.persist(staged, target, false)
}

/// Makes the names of these files durable.
pub(crate) fn sync_folders<'a>(disk: &dyn Disk, files: impl Iterator<Item = &'a Record>) -> io::Result<()> {
    let mut folders: Vec<PathBuf> =
        files.filter(|file| !file.in_place).map(|file| folder_of(&file.target).to_owned()).collect();
    folders.sort_unstable();
    folders.dedup();
    for folder in folders {
        match disk.sync_folder(&folder) {
            // Some network mounts know no such thing.
            Err(error)
                if matches!(error.kind(), io::ErrorKind::InvalidInput | io::ErrorKind::Unsupported) => {}
            done => done?,
        }
    }
    Ok(())
}
