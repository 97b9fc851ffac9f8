//! What became of a change after it was written: taken by Traefik or put back, on trial or kept.
//!
//! The audit trail only grows, so each of these is an entry of its own that names the change's.

use super::{Author, ChangeError, Changed, Configuration, Terms};
use crate::{
    audit::{Area, Cursor, Entry, Outcome, Page, Recorded},
    clock::Timestamp,
};

/// What keeping a change on trial is called in the audit trail.
const KEEP: &str = "keep";
/// What the entry is called that tells whether Traefik took a change.
const CONFIRM: &str = "confirm";
/// What undoing is called.
pub(super) const UNDO: &str = "undo";
/// How many of the newest entries may hold a trial: none lasts longer than it takes to make so many changes.
const RECENT: usize = 512;

/// How many entries are looked at for a page of those of one area.
const MOST_LOOKED_AT: usize = 2_000;

/// A change that puts itself back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Trial {
    /// The change.
    pub number: u64,
    /// When it does.
    pub until: Timestamp,
}

/// The number of a change whose trial has ended, and what came of it, see [`Configuration::end_trial`].
pub type EndOfTrial = (u64, Result<Option<Changed>, ChangeError>);

impl Configuration {
    /// Records what became of a change.
    ///
    /// # Errors
    /// [`ChangeError::Storage`] when the trail cannot be written.
    pub fn conclude(&self, number: u64, outcome: Outcome) -> Result<(), ChangeError> {
        let author = Author::program();
        self.ports.audit.append(&self.about(number, CONFIRM, author, outcome))?;
        Ok(())
    }

    /// Puts a change back that Traefik did not take, and records why.
    ///
    /// # Errors
    /// [`ChangeError`] as [`undo`](Self::undo).
    pub fn put_back(&self, number: u64, why: String) -> Result<Changed, ChangeError> {
        let undone = self.undo(&Terms::of(Author::program()), number)?;
        self.conclude(number, Outcome::RolledBack { why })?;
        Ok(undone)
    }

    /// Puts a change on trial: it is undone at that moment unless it is kept.
    ///
    /// # Errors
    /// [`ChangeError::Storage`] when the trail cannot be written.
    pub fn try_until(&self, number: u64, until: Timestamp) -> Result<Trial, ChangeError> {
        self.conclude(number, Outcome::OnTrial { until })?;
        Ok(Trial { number, until })
    }

    /// The present time, by which trials end.
    pub fn now(&self) -> Timestamp {
        self.ports.clock.now()
    }

    /// Keeps a change that is on trial.
    ///
    /// # Errors
    /// [`ChangeError::NotFound`] when it is not, or not any more.
    pub fn keep(&self, author: Author, number: u64) -> Result<(), ChangeError> {
        let _changing = self.lock_changes()?;
        self.is_on_trial(number)?;
        self.ports.audit.append(&self.about(number, KEEP, author, Outcome::Done))?;
        Ok(())
    }

    /// Ends a trial: the change is undone where nobody has kept it. `None` when that was not needed.
    ///
    /// # Errors
    /// [`ChangeError`] as [`undo`](Self::undo). The trial goes on then, and [`end_trials`](Self::end_trials) tries again.
    pub fn end_trial(&self, number: u64) -> Result<Option<Changed>, ChangeError> {
        // Asked where nobody can keep it any more: who was told that it is kept must find it kept.
        let still = || self.is_on_trial(number);
        let undone = match self.undo_if(&Terms::of(Author::program()), number, &still) {
            Err(ChangeError::NotFound { .. }) => return Ok(None),
            undone => undone?,
        };
        self.conclude(number, Outcome::RolledBack { why: "nobody kept it in time".to_owned() })?;
        Ok(Some(undone))
    }

    /// Ends all trials whose time has passed, the newest first: one may have stood in the way of another.
    ///
    /// # Errors
    /// [`ChangeError::Storage`] when the trail cannot be read. What became of each trial is in the list.
    pub fn end_trials(&self) -> Result<Vec<EndOfTrial>, ChangeError> {
        let now = self.now();
        let passed = self.trials()?.into_iter().filter(|trial| trial.until <= now);
        Ok(passed.map(|trial| (trial.number, self.end_trial(trial.number))).collect())
    }

    fn is_on_trial(&self, number: u64) -> Result<(), ChangeError> {
        if self.trials()?.iter().any(|trial| trial.number == number) {
            return Ok(());
        }
        Err(ChangeError::NotFound { what: format!("change {number} on trial") })
    }

    /// The changes that are on trial, newest first, also those whose time has passed while this program was not running.
    ///
    /// # Errors
    /// [`ChangeError::Storage`] when the trail cannot be read.
    pub fn trials(&self) -> Result<Vec<Trial>, ChangeError> {
        let page = self.ports.audit.newest(None, RECENT)?;
        let mut ended = Vec::new();
        let mut trials = Vec::new();
        for Recorded { entry, .. } in &page.entries {
            let Some(number) = entry.regarding else { continue };
            match entry.outcome {
                Outcome::OnTrial { until } if !ended.contains(&number) => {
                    ended.push(number);
                    trials.push(Trial { number, until });
                }
                // Kept, undone, put back: whatever came after the trial began and is no word of Traefik's.
                Outcome::RolledBack { .. } => ended.push(number),
                _ if entry.action != CONFIRM => ended.push(number),
                _ => {}
            }
        }
        Ok(trials)
    }

    fn about(&self, number: u64, action: &str, Author { actor, address }: Author, outcome: Outcome) -> Entry {
        Entry {
            at: self.ports.clock.now(),
            actor,
            address,
            action: action.to_owned(),
            object: None,
            regarding: Some(number),
            files: Vec::new(),
            outcome,
        }
    }

    /// Entries of the audit trail, newest first: all, or those of one area.
    ///
    /// Of those of one area there may be fewer than the limit though there are older ones: at most 2,000 entries are
    /// looked at for a page.
    ///
    /// # Errors
    /// [`ChangeError::Storage`] when the trail cannot be read.
    pub fn history(
        &self,
        area: Option<Area>,
        before: Option<&Cursor>,
        limit: usize,
    ) -> Result<Page, ChangeError> {
        let Some(area) = area else { return Ok(self.ports.audit.newest(before, limit)?) };
        let (mut found, mut cursor, mut looked_at) = (Page::default(), before.cloned(), 0);
        loop {
            // No more than there is room for, so that none is passed over.
            let left = limit.saturating_sub(found.entries.len());
            let page = self.ports.audit.newest(cursor.as_ref(), left)?;
            looked_at += page.entries.len();
            found.unreadable += page.unreadable;
            found.entries.extend(page.entries.into_iter().filter(|recorded| recorded.entry.area() == area));
            let is_enough = found.entries.len() >= limit || looked_at >= MOST_LOOKED_AT;
            match page.next {
                Some(next) if !is_enough => cursor = Some(next),
                next => {
                    found.next = next;
                    return Ok(found);
                }
            }
        }
    }
}
