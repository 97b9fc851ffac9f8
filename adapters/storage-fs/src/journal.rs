//! Keeps what a change replaces, and what with, until all of it is written.
//!
//! A journal holds, for each file of the change, its path, its old bytes and its new ones. It is there before the
//! first file is touched, and the change is made once it is gone. One that is found by somebody who holds the
//! journal lock is of a process that has died; [`settle`](crate::settle) says what becomes of it.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use traefik_manager_core::crypto::hex;

use crate::{
    disk::Disk,
    file::{WriteError, create},
};

const ENDING: &str = "journal";

/// One file of a change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Record {
    /// Its path, without links.
    pub(crate) target: PathBuf,
    /// What was there; `None` where there was no file.
    pub(crate) old: Option<Old>,
    /// What shall be there; `None` where the file goes.
    pub(crate) new: Option<Vec<u8>>,
    /// Whether it must keep its inode.
    pub(crate) in_place: bool,
}

/// A file as it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Old {
    pub(crate) bytes: Vec<u8>,
    pub(crate) owner: Owner,
}

/// Who owns a file, and who may do what with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Owner {
    pub(crate) mode: u32,
    pub(crate) user: u32,
    pub(crate) group: u32,
}

/// The first line of a journal. The old and the new bytes of each file follow it, in this order.
#[derive(Debug, Serialize, Deserialize)]
struct Header {
    files: Vec<FileHeader>,
    sha256: String,
}

#[derive(Debug, Serialize, Deserialize)]
struct FileHeader {
    path: String,
    old: Option<(usize, Owner)>,
    new: Option<usize>,
    in_place: bool,
}

/// Makes a journal, durably. The caller holds the journal lock.
pub(crate) fn keep(disk: &dyn Disk, folder: &Path, files: &[Record]) -> Result<PathBuf, WriteError> {
    let mut body = Vec::new();
    let mut headers = Vec::with_capacity(files.len());
    let mut name = Sha256::new();
    for Record { target, old, new, in_place } in files {
        let path = target.to_str().ok_or_else(|| invalid("the path is not UTF-8"))?.to_owned();
        name.update(path.as_bytes());
        name.update([0]);
        body.extend(old.iter().flat_map(|old| &old.bytes));
        body.extend(new.iter().flatten());
        headers.push(FileHeader {
            path,
            old: old.as_ref().map(|old| (old.bytes.len(), old.owner)),
            new: new.as_ref().map(Vec::len),
            in_place: *in_place,
        });
    }
    let header = Header { files: headers, sha256: hex(&Sha256::digest(&body)) };
    let mut bytes = serde_json::to_vec(&header).map_err(io::Error::other)?;
    bytes.push(b'\n');
    bytes.append(&mut body);
    let journal = folder.join(format!("{}.{ENDING}", hex(&name.finalize())));
    match create(disk, &journal, &bytes, 0o600) {
        Err(WriteError::Changed) => Err(io::Error::other("an earlier write is not settled yet").into()),
        done => done.map(|()| journal),
    }
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

/// The files that a journal tells of.
///
/// # Errors
/// [`io::ErrorKind::InvalidData`] for a journal that is damaged.
pub(crate) fn read(journal: &Path) -> io::Result<Vec<Record>> {
    let bytes = fs::read(journal)?;
    let end = bytes.iter().position(|byte| *byte == b'\n').ok_or_else(|| invalid("it has no header"))?;
    let (header, body) = bytes.split_at(end);
    let header: Header = serde_json::from_slice(header).map_err(|_| invalid("its header is damaged"))?;
    let mut body = body.get(1..).unwrap_or_default();
    if hex(&Sha256::digest(body)) != header.sha256 {
        return Err(invalid("its content is damaged"));
    }
    let mut take = |length: usize| {
        let (part, rest) = body.split_at_checked(length).ok_or_else(|| invalid("it is too short"))?;
        body = rest;
        Ok::<_, io::Error>(part.to_vec())
    };
    let mut files = Vec::with_capacity(header.files.len());
    for FileHeader { path, old, new, in_place } in header.files {
        let old = match old {
            Some((length, owner)) => Some(Old { bytes: take(length)?, owner }),
            None => None,
        };
        let new = new.map(&mut take).transpose()?;
        files.push(Record { target: PathBuf::from(path), old, new, in_place });
    }
    if body.is_empty() { Ok(files) } else { Err(invalid("it is too long")) }
}

/// Moves a journal out of the way of later ones, with all that it holds.
pub(crate) fn set_aside(journal: &Path, why: &str) -> io::Result<()> {
    let kept = journal.with_extension("kept");
    tracing::warn!(kept = %kept.display(), why, "a journal was set aside");
    fs::rename(journal, kept)
}

fn invalid(why: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, why)
}
