//! The audit trail in a folder: one file of JSON lines a month, and the head.
//!
//! Lines are only ever appended. Each carries the SHA-256 of the line before it, over the bytes as they stand, so
//! that `sha256sum` alone can follow the chain; the first line of a month continues the last one of the month
//! before. `head.json` holds the number and the hash of the newest line, which tells when lines were cut off.
//!
//! An entry is written under a lock: the line, fsync, then the head. What a crash leaves is mended by the next
//! append: a line without an end was acknowledged to nobody, and goes to `….torn`; a head that is behind follows.

mod line;
mod lines;
mod reading;

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Write as _},
    os::unix::fs::{FileExt as _, OpenOptionsExt as _},
    path::{Path, PathBuf},
    sync::Arc,
};

use serde::{Deserialize, Serialize};
use traefik_manager_core::{
    audit::{Actor, AuditLog, ChainHash, Cursor, Entry, Head, Outcome, Page, Recorded, Verdict},
    config::store::StorageError,
};

use self::lines::{Backwards, MAX_LINE};
use crate::{
    disk::{Disk, System},
    errors,
    file::{create_private_folder, is_absence, settle_folder},
    lock::Locks,
    write::{Access, Expected, Writer},
};

const LOCK: &str = "audit";
const HEAD: &str = "head.json";
const PREFIX: &str = "audit-";
const ENDING: &str = "jsonl";

/// The audit trail on disk, readable by the owner alone.
#[derive(Debug)]
pub struct FsAuditLog {
    folder: PathBuf,
    writer: Writer,
    locks: Locks,
    disk: Arc<dyn Disk>,
}

/// `head.json`.
#[derive(Debug, Serialize, Deserialize)]
struct HeadFile {
    entries: u64,
    last: String,
}

impl FsAuditLog {
    /// Opens a trail in a folder, which is made with the first entry; `state` is the folder for locks.
    ///
    /// # Errors
    /// [`StorageError`] when the state folder cannot be made.
    pub fn open(folder: &Path, state: &Path) -> Result<Self, StorageError> {
        Self::with_disk(folder, state, Arc::new(System))
    }

    fn with_disk(folder: &Path, state: &Path, disk: Arc<dyn Disk>) -> Result<Self, StorageError> {
        let writer =
            Writer::with_disk(state, Arc::clone(&disk)).map_err(|error| errors::folder(state, error))?;
        Ok(Self { folder: folder.to_owned(), writer, locks: Locks::new(state), disk })
    }

    fn name(&self) -> String {
        self.folder.display().to_string()
    }

    fn reading(&self, error: io::Error) -> StorageError {
        errors::reading(&self.name(), error)
    }

    /// The names of the months' files, oldest first.
    fn months(&self) -> io::Result<Vec<String>> {
        let mut months = Vec::new();
        let entries = match fs::read_dir(&self.folder) {
            Err(error) if is_absence(&error) => return Ok(months),
            entries => entries?,
        };
        for entry in entries {
            if let Ok(name) = entry?.file_name().into_string()
                && is_month(&name)
            {
                months.push(name);
            }
        }
        months.sort_unstable();
        Ok(months)
    }

    /// The head; `None` where it is missing or broken.
    fn head(&self) -> io::Result<Option<Head>> {
        let Some((bytes, _)) = self.writer.read(&self.folder.join(HEAD))? else { return Ok(None) };
        let Ok(head) = serde_json::from_slice::<HeadFile>(&bytes) else { return Ok(None) };
        Ok(ChainHash::parse(&head.last).map(|hash| Head { number: head.entries, hash }))
    }

    fn set_head(&self, head: Head) -> io::Result<()> {
        let path = self.folder.join(HEAD);
        let mut text = serde_json::to_vec(&HeadFile { entries: head.number, last: head.hash.to_string() })?;
        text.push(b'\n');
        let expected =
            self.writer.read(&path)?.map_or(Expected::Absent, |(_, identity)| Expected::Unchanged(identity));
        self.writer
            .write(&path, &text, Access::Secret, expected)
            .map_err(|error| io::Error::other(error.to_string()))
    }

    /// The newest line, as the files tell it.
    fn tail(&self, months: &[String]) -> io::Result<Option<Head>> {
        for month in months.iter().rev() {
            let file = File::open(self.folder.join(month))?;
            let end = file.metadata()?.len();
            let mut lines = Backwards::new(file, end);
            while let Some(line) = lines.next()? {
                if let Some(bytes) = line.bytes.filter(|_| line.is_complete)
                    && let Some(link) = line::link(&bytes)
                {
                    return Ok(Some(Head { number: link.number, hash: line::hash(&bytes) }));
                }
            }
        }
        Ok(None)
    }

    /// Sets a line apart that was begun and never finished. A line that lacks nothing but its end gets that.
    fn mend(&self, month: &str, file: &mut File, head: Option<Head>) -> io::Result<()> {
        let length = file.metadata()?.len();
        let mut last = [0];
        if length == 0 {
            return Ok(());
        }
        file.read_exact_at(&mut last, length - 1)?;
        if last == *b"\n" {
            return Ok(());
        }
        let Some(torn) = Backwards::new(file.try_clone()?, length).next()? else { return Ok(()) };
        let bytes = torn.bytes.unwrap_or_default();
        if head.is_some_and(|head| head.hash == line::hash(&bytes)) {
            self.disk.append(file, b"\n")?;
            return self.disk.sync(file);
        }
        let aside = self.folder.join(month).with_extension("torn");
        tracing::warn!(file = %aside.display(), "a line of the audit trail was not finished; it was set apart");
        let mut kept = OpenOptions::new().append(true).create(true).mode(0o600).open(&aside)?;
        kept.write_all(&bytes)?;
        kept.write_all(b"\n")?;
        kept.sync_all()?;
        self.disk.truncate(file, torn.offset)?;
        self.disk.sync(file)
    }

    fn append_line(&self, entry: &Entry) -> io::Result<u64> {
        create_private_folder(&self.folder)?;
        let (months, known) = (self.months()?, self.head()?);
        let month = month_for(entry, &months);
        let path = self.folder.join(&month);
        let is_new = !path.exists();
        let mut file = OpenOptions::new().read(true).append(true).create(true).mode(0o600).open(&path)?;
        if let Some(newest) = months.last().filter(|newest| **newest != month) {
            let mut file = OpenOptions::new().read(true).append(true).open(self.folder.join(newest))?;
            self.mend(newest, &mut file, known)?;
        }
        self.mend(&month, &mut file, known)?;
        let found = self.tail(&months)?;
        // Whoever cut lines off the end does not make the next entry hide it.
        let mut head = match (known, found) {
            (Some(known), Some(found)) if found.number > known.number => found,
            (known, found) => known.or(found).unwrap_or_default(),
        };
        match (known, found) {
            (Some(_), _) => {}
            // So that a crash after the first line does not look as if the head had been removed.
            (None, None) => self.set_head(head)?,
            // Whoever removes it to hide that lines were cut off leaves this behind.
            (None, Some(_)) => head = self.write_line(&mut file, head, &head_was_missing(entry))?,
        }
        let head = self.write_line(&mut file, head, entry)?;
        if is_new {
            settle_folder(self.disk.as_ref(), &self.folder);
        }
        Ok(head.number)
    }

    /// Appends a line, durably, and brings the head up to date.
    fn write_line(&self, file: &mut File, head: Head, entry: &Entry) -> io::Result<Head> {
        let link = head.next_link();
        let mut line = line::render(link, entry)?;
        if line.len() >= MAX_LINE {
            line = line::render(link, &entry.without_texts())?;
        }
        if line.len() >= MAX_LINE {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "the entry is longer than a line may be"));
        }
        let head = Head { number: link.number, hash: line::hash(&line) };
        line.push(b'\n');
        let length = file.metadata()?.len();
        if let Err(error) = self.disk.append(file, &line).and_then(|()| self.disk.sync(file)) {
            // Where this fails too, the next append sets the rest apart, or finds a line that nobody was told of.
            let _ = self.disk.truncate(file, length);
            return Err(error);
        }
        if let Err(error) = self.set_head(head) {
            // The entry is there. The next append brings the head up to date.
            tracing::warn!(%error, "the head of the audit trail is behind");
        }
        Ok(head)
    }
}

impl AuditLog for FsAuditLog {
    fn append(&self, entry: &Entry) -> Result<u64, StorageError> {
        let name = self.name();
        let failed = |error: io::Error| errors::writing(&name, error.into());
        let _held = self.writer.lock(LOCK).map_err(failed)?;
        self.append_line(entry).map_err(failed).inspect_err(|error| {
            // Not everybody who records something waits for the end of it.
            tracing::error!(%error, action = entry.action, "an entry of the audit trail could not be written");
        })
    }

    fn newest(&self, before: Option<&Cursor>, limit: usize) -> Result<Page, StorageError> {
        let _held = self.locks.shared(LOCK).map_err(|error| self.reading(error))?;
        let before = match before {
            None => None,
            Some(cursor) => Some(self.place(cursor).ok_or_else(|| StorageError::BadName {
                name: cursor.as_str().to_owned(),
                reason: "it is no place in the audit trail".to_owned(),
            })?),
        };
        self.page(before, limit).map_err(|error| self.reading(error))
    }

    fn find(&self, number: u64) -> Result<Option<Recorded>, StorageError> {
        let _held = self.locks.shared(LOCK).map_err(|error| self.reading(error))?;
        self.search(number).map_err(|error| self.reading(error))
    }

    fn verify(&self) -> Result<Verdict, StorageError> {
        let _held = self.locks.shared(LOCK).map_err(|error| self.reading(error))?;
        self.follow().map_err(|error| self.reading(error))
    }
}

/// What is written before an entry when the head has gone.
fn head_was_missing(entry: &Entry) -> Entry {
    let why = "entries may have been cut off the end of the trail before this one".to_owned();
    Entry {
        at: entry.at,
        actor: Actor::Program,
        address: None,
        action: "find head.json of the audit trail missing".to_owned(),
        object: None,
        regarding: None,
        files: Vec::new(),
        outcome: Outcome::Refused { why },
    }
}

/// The file for an entry: that of its month, or the newest one where the clock has gone backwards.
fn month_for(entry: &Entry, months: &[String]) -> String {
    let month = entry.at.to_seconds_text();
    let name = format!("{PREFIX}{}.{ENDING}", month.get(..7).unwrap_or_default());
    let name = if is_month(&name) { name } else { format!("{PREFIX}0000-00.{ENDING}") };
    match months.last() {
        Some(newest) if *newest > name => newest.clone(),
        _ => name,
    }
}

/// `audit-2026-11.jsonl`.
fn is_month(name: &str) -> bool {
    let month = name.strip_prefix(PREFIX).and_then(|rest| rest.strip_suffix(ENDING)?.strip_suffix('.'));
    month.and_then(|month| month.split_once('-')).is_some_and(|(year, month)| {
        let digits = |text: &str, length| text.len() == length && text.bytes().all(|b| b.is_ascii_digit());
        digits(year, 4) && digits(month, 2)
    })
}

#[cfg(test)]
mod tests;
