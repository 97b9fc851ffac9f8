//! What became of the static configuration since Traefik is known to have run it, as the audit trail tells.
//!
//! Two questions are answered from it: to which text there is a way back after a restart that went wrong, and whether
//! the running Traefik has read the file at all. The trail is read once; after that only what is new in it.

use std::{
    collections::HashSet,
    sync::{MutexGuard, PoisonError},
};

use super::{
    ChangeError, Configuration,
    static_file::STATIC_FILE,
    static_restart::RESTART,
    trial::{CONFIRM, KEEP},
};
use crate::{
    audit::{Entry, Object, Outcome, Recorded},
    clock::Timestamp,
    config::store::{FileId, Revision, StorageError},
};

/// How many entries of the trail are read at once, and at most.
const PAGE: usize = 200;
const MOST_ENTRIES: usize = 20_000;

/// The action that puts back a text with which Traefik is known to start.
pub(super) const PUT_BACK: &str = "put back";

/// A static configuration that the running Traefik has not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unread {
    /// Since when.
    pub since: Timestamp,
    /// Whether Traefik has told when it started; otherwise it may have been restarted by somebody else.
    pub is_certain: bool,
}

/// The changes since the last restart that went well, the oldest first.
#[derive(Debug, Default)]
pub(super) struct StaticTrail {
    /// The newest entry that is taken into account.
    newest: u64,
    changes: Vec<Change>,
    /// Whether a restart is known to have gone well.
    is_known: bool,
    /// The newest restart after which Traefik ran the file, be it on trial.
    ran: u64,
    /// Restarts that were on trial.
    tried: HashSet<u64>,
}

#[derive(Debug)]
struct Change {
    number: u64,
    at: Timestamp,
    /// What the file was before.
    old: Option<Revision>,
    backup: Option<String>,
    is_put_back: bool,
}

/// Whether an entry is about this file: another one may have been named before.
fn is_of(file: &FileId, entry: &Entry) -> bool {
    let is_of_file = |object: &Object| object.kind == STATIC_FILE && object.name == file.as_str();
    entry.object.as_ref().is_some_and(is_of_file)
}

/// Whether an entry may say anything of this file; what is kept may be a restart.
fn concerns(file: &FileId, entry: &Entry) -> bool {
    entry.action == KEEP || is_of(file, entry)
}

impl StaticTrail {
    /// The backup with the text of the last good restart, and whether any restart is known to have gone well, or the
    /// backup to be the oldest.
    pub(super) fn oldest_backup(&self) -> (Option<String>, bool) {
        let oldest = self.changes.iter().find_map(|change| change.backup.clone());
        let is_known = self.is_known || oldest.is_some();
        (oldest, is_known)
    }

    /// The first change that a Traefik has not read which started at that moment.
    fn first_unread(&self, started: Option<Timestamp>) -> Option<&Change> {
        let is_unread =
            |change: &&Change| change.number > self.ran && started.is_none_or(|started| change.at > started);
        self.changes.iter().find(is_unread)
    }

    /// Takes an entry into account, where it is about this file.
    fn add(&mut self, file: &FileId, Recorded { number, entry }: Recorded) {
        let regarding = entry.regarding.unwrap_or(number);
        if entry.action == KEEP && self.tried.remove(&regarding) {
            self.went_well(regarding);
        }
        if !is_of(file, &entry) {
            return;
        }
        match (entry.action.as_str(), &entry.outcome) {
            (CONFIRM, Outcome::Confirmed) => self.went_well(regarding),
            (CONFIRM, Outcome::OnTrial { .. }) => {
                self.tried.insert(regarding);
                self.ran = regarding;
            }
            (RESTART, Outcome::OnTrial { .. }) => {
                self.tried.insert(number);
            }
            // What was put back was restarted with; what was saved before is in its backup.
            (CONFIRM, Outcome::RolledBack { .. }) => {
                self.is_known = true;
                if let Some(at) = self.changes.iter().rposition(|change| change.is_put_back) {
                    self.changes.drain(..=at);
                }
            }
            (CONFIRM | RESTART, _) => {}
            _ => self.changes.extend(Change::of(number, entry)),
        }
    }

    /// Traefik ran the file as it was when that restart was begun; what was saved meanwhile waits.
    fn went_well(&mut self, restart: u64) {
        self.is_known = true;
        self.ran = restart;
        self.changes.retain(|change| change.number > restart);
    }
}

impl Change {
    fn of(number: u64, entry: Entry) -> Option<Self> {
        let is_put_back = entry.action == PUT_BACK;
        let file = entry.files.into_iter().next().filter(|file| file.old != file.new)?;
        Some(Self { number, at: entry.at, old: file.old, backup: file.backup, is_put_back })
    }
}

impl Configuration {
    /// Whether the static configuration file says something that the running Traefik has not read, which started at that
    /// moment; `None` as well where that is not known.
    ///
    /// # Errors
    /// [`ChangeError::NotFound`] where there is no static file; [`ChangeError::Storage`] when the trail cannot be read.
    pub fn unread_static(&self, started: Option<Timestamp>) -> Result<Option<Unread>, ChangeError> {
        let (store, id) = (self.static_store()?, self.static_id()?);
        if let (Some(started), Some(changed)) = (started, store.changed_at(&id))
            && changed <= started
        {
            return Ok(None);
        }
        let trail = self.static_trail()?;
        let Some(first) = trail.first_unread(started) else { return Ok(None) };
        let snapshot = self.snapshot();
        let present = snapshot.static_file().and_then(|file| file.revision());
        // Changed and changed back: there is nothing that it would read.
        let is_other = first.old.as_ref() != present;
        Ok(is_other.then_some(Unread { since: first.at, is_certain: started.is_some() }))
    }

    /// What the trail tells up to now.
    pub(super) fn static_trail(&self) -> Result<MutexGuard<'_, StaticTrail>, StorageError> {
        let file = self.static_id().map_err(|_| StorageError::NotFound { name: STATIC_FILE.to_owned() })?;
        let mut known = self.static_trail.lock().unwrap_or_else(PoisonError::into_inner);
        let (mut newer, mut cursor, mut limit) = (Vec::new(), None, 1);
        let (mut newest, mut looked_at) = (0, 0);
        loop {
            let page = self.ports.audit.newest(cursor.as_ref(), limit)?;
            if cursor.is_none() && page.entries.first().is_some_and(|newest| newest.number < known.newest) {
                // Another trail.
                *known = StaticTrail::default();
            }
            newest = page.entries.iter().map(|recorded| recorded.number).fold(newest, u64::max);
            looked_at += page.entries.len();
            let is_new = |recorded: &Recorded| recorded.number > known.newest;
            let is_all_new = page.entries.iter().all(is_new);
            // A long trail is mostly of other files, with whole texts in it.
            newer.extend(
                page.entries.into_iter().filter(is_new).filter(|recorded| concerns(&file, &recorded.entry)),
            );
            match page.next {
                Some(next) if is_all_new && looked_at < MOST_ENTRIES => {
                    (cursor, limit) = (Some(next), PAGE);
                }
                _ => break,
            }
        }
        newer.into_iter().rev().for_each(|recorded| known.add(&file, recorded));
        known.newest = known.newest.max(newest);
        Ok(known)
    }
}
