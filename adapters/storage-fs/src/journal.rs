//! Keeps the old bytes of a file while it is written in place.
//!
//! A journal holds the file's path, its old bytes and its new ones. When it is found again after a crash, the
//! file is compared with both:
//!
//! * it holds the old or the new bytes: the write never began, or was complete; the journal goes;
//! * it is empty, or a mixture of both: the write stopped half way, and the old bytes are put back, because
//!   whoever asked for the new ones was never told that they were there;
//! * anything else was written by somebody else since: the file stays as it is, and the journal is set aside
//!   as `….kept`.

use std::{
    fs,
    io::{self, Read as _},
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use traefik_manager_core::crypto::hex;

use crate::{
    disk::Disk,
    file::{WriteError, create, overwrite},
};

const ENDING: &str = "journal";

/// The first line of a journal; the old and the new bytes follow it.
#[derive(Debug, Serialize, Deserialize)]
struct Header {
    path: String,
    old: usize,
    new: usize,
    sha256: String,
}

struct Journal {
    target: PathBuf,
    old: Vec<u8>,
    new: Vec<u8>,
}

/// The journal's place for a file.
pub(crate) fn path_for(folder: &Path, target: &Path) -> PathBuf {
    let digest = Sha256::digest(target.as_os_str().as_encoded_bytes());
    folder.join(format!("{}.{ENDING}", hex(&digest)))
}

/// Makes a journal, durably. The caller holds the journal lock.
pub(crate) fn keep(
    disk: &dyn Disk,
    folder: &Path,
    target: &Path,
    old: &[u8],
    new: &[u8],
) -> Result<PathBuf, WriteError> {
    let path = target.to_str().ok_or_else(|| invalid("the path is not UTF-8"))?.to_owned();
    let sha256 = hex(&Sha256::new().chain_update(old).chain_update(new).finalize());
    let header = Header { path, old: old.len(), new: new.len(), sha256 };
    let mut bytes = serde_json::to_vec(&header).map_err(io::Error::other)?;
    bytes.push(b'\n');
    bytes.extend_from_slice(old);
    bytes.extend_from_slice(new);
    let journal = path_for(folder, target);
    create(disk, &journal, &bytes, 0o600)?;
    Ok(journal)
}

/// Removes a journal, durably.
pub(crate) fn discard(disk: &dyn Disk, journal: &Path) -> io::Result<()> {
    disk.remove(journal)?;
    disk.sync_folder(journal.parent().unwrap_or(Path::new(".")))
}

/// The journals in a folder.
pub(crate) fn pending(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut journals = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|ending| ending == ENDING) {
            journals.push(path);
        }
    }
    Ok(journals)
}

/// Finishes or undoes what a journal tells of. The caller holds the journal lock.
///
/// A journal whose file is out of reach stays for the next time.
pub(crate) fn settle(disk: &dyn Disk, path: &Path) -> io::Result<()> {
    let journal = match read(path) {
        Ok(journal) => journal,
        Err(error) if error.kind() == io::ErrorKind::InvalidData => {
            return set_aside(path, "it is damaged");
        }
        Err(error) => return Err(error),
    };
    let target = journal.target.display();
    let mut file = disk.open(&journal.target)?;
    let mut present = Vec::new();
    file.read_to_end(&mut present)?;
    if present != journal.old && present != journal.new {
        if !present.is_empty() && !is_mixture(&present, &journal.old, &journal.new) {
            tracing::warn!(%target, "a write was interrupted, and the file has been changed since; it stays as it is");
            return set_aside(path, "the file was changed by somebody else");
        }
        overwrite(disk, &mut file, &journal.old)?;
        tracing::warn!(%target, "a write was interrupted; the old content was put back");
    }
    discard(disk, path)
}

/// Whether a text can be what an interrupted write of `new` over `old` leaves.
fn is_mixture(present: &[u8], old: &[u8], new: &[u8]) -> bool {
    let (shorter, longer) = if old.len() < new.len() { (old, new) } else { (new, old) };
    let holds = |at: usize, byte: u8| old.get(at) == Some(&byte) || new.get(at) == Some(&byte);
    (shorter.len()..=longer.len()).contains(&present.len())
        // Space that was added but not filled before a power cut reads as zeros.
        && present.iter().enumerate().all(|(at, byte)| holds(at, *byte) || (*byte == 0 && at >= old.len()))
}

fn read(path: &Path) -> io::Result<Journal> {
    let bytes = fs::read(path)?;
    let end = bytes.iter().position(|byte| *byte == b'\n').ok_or_else(|| invalid("no header"))?;
    let (header, body) = bytes.split_at(end);
    let header: Header = serde_json::from_slice(header).map_err(|_| invalid("the header is damaged"))?;
    let body = body.get(1..).unwrap_or_default();
    let complete =
        header.old.checked_add(header.new) == Some(body.len()) && hex(&Sha256::digest(body)) == header.sha256;
    if !complete {
        return Err(invalid("the content is damaged"));
    }
    let (old, new) = body.split_at(header.old);
    Ok(Journal { target: PathBuf::from(header.path), old: old.to_vec(), new: new.to_vec() })
}

fn set_aside(path: &Path, why: &str) -> io::Result<()> {
    let kept = path.with_extension("kept");
    tracing::warn!(kept = %kept.display(), why, "a journal was set aside");
    fs::rename(path, kept)
}

fn invalid(why: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, why)
}
