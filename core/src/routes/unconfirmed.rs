//! Changes about which Traefik has not spoken yet: it did not answer, or this program was killed before it did.
//!
//! The trail says which they are, and what they have changed; so they can be asked about at any later time.

use std::{collections::HashSet, sync::Arc};

use super::{
    Author, ChangeError, Changed, Configuration, Terms,
    others::SURVEY,
    reach::routers,
    records::is_record,
    static_restart::is_of_static,
    transaction::{before, expectations, node_of},
    trial::{CONFIRM, KEEP},
};
use crate::{
    audit::{Actor, Entry, FileChange, Outcome, Recorded},
    check,
    clock::Timestamp,
    config::{confirm::Expectation, delta, store::FileId, value::Value},
    tree::Tree,
};

/// How many of the newest entries are looked through.
const RECENT: usize = 512;

/// A change that is written and not confirmed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unconfirmed {
    /// The change.
    pub number: u64,
    /// When it was made.
    pub at: Timestamp,
    /// Whether it puts an earlier one back by itself: then there is nothing to put back.
    pub puts_back: bool,
}

impl Configuration {
    /// The changes among the newest ones of which nobody knows whether Traefik serves them, oldest first.
    ///
    /// # Errors
    /// [`ChangeError::Storage`] when the trail cannot be read.
    pub fn unconfirmed(&self) -> Result<Vec<Unconfirmed>, ChangeError> {
        let page = self.ports.audit.newest(None, RECENT)?;
        let (mut known, mut found) = (HashSet::new(), Vec::new());
        for Recorded { number, entry } in &page.entries {
            let waits = matches!(entry.outcome, Outcome::Unconfirmed | Outcome::OnTrial { .. });
            // A restart is nothing that a list of objects could confirm.
            let waits = waits && !is_of_static(entry);
            if waits && !entry.files.is_empty() && !known.contains(number) {
                let puts_back = entry.actor == Actor::Program;
                found.push(Unconfirmed { number: *number, at: entry.at, puts_back });
            }
            known.extend(entry.regarding.filter(|_| is_last_word(entry)));
        }
        found.reverse();
        Ok(found)
    }

    /// The newest changes, newest first, that may be why Traefik takes no other change any more: they have written a file
    /// that templates shape, so that nobody but Traefik can judge it, it is as they left it, and since then Traefik was
    /// not seen to take anything.
    ///
    /// # Errors
    /// [`ChangeError::Storage`] when the trail cannot be read.
    pub fn suspects(&self) -> Result<Vec<u64>, ChangeError> {
        self.refresh();
        let snapshot = self.snapshot();
        let page = self.ports.audit.newest(None, RECENT)?;
        let is_shaped = |change: &FileChange| {
            let file = snapshot.file(change.file.as_str());
            file.is_some_and(|file| {
                file.revision() == change.new.as_ref()
                    && file.problem().is_some_and(|problem| problem.shaped_by_templates)
            })
        };
        let (mut over, mut taken, mut found) = (HashSet::new(), 0, Vec::new());
        for Recorded { number, entry } in &page.entries {
            let is_change = entry.actor != Actor::OnDisk && entry.action != SURVEY && !is_of_static(entry);
            if is_change && *number > taken && !over.contains(number) && entry.files.iter().any(is_shaped) {
                found.push(*number);
            }
            if let Some(regarding) = entry.regarding {
                match entry.outcome {
                    Outcome::Confirmed => taken = taken.max(regarding),
                    Outcome::NotVisible => {}
                    _ if is_last_word(entry) => drop(over.insert(regarding)),
                    _ => {}
                }
            }
        }
        Ok(found)
    }

    /// Whether a change that was recorded earlier must not stay without a sign that Traefik has taken it: files that only
    /// Traefik can judge are still as it left them.
    ///
    /// # Errors
    /// [`ChangeError::NotFound`] for an unknown number; [`ChangeError::Storage`] when the trail cannot be read.
    pub fn needs_sign(&self, number: u64) -> Result<bool, ChangeError> {
        self.refresh();
        let snapshot = self.snapshot();
        let recorded = self.ports.audit.find(number)?;
        let Recorded { entry, .. } =
            recorded.ok_or_else(|| ChangeError::NotFound { what: format!("change {number}") })?;
        if entry.regarding.is_some() {
            return Ok(false);
        }
        for change in entry.files.iter().filter(|change| !is_record(&change.file)) {
            let present = snapshot.file(change.file.as_str());
            let Some(present) = present.filter(|file| file.revision() == change.new.as_ref()) else {
                continue;
            };
            let old = match self.sides(number, change) {
                Ok(sides) => sides.old,
                Err(ChangeError::NotUndoable { .. }) => None,
                Err(error) => return Err(error),
            };
            if self.ports.syntax.is_for_traefik_alone(old.as_deref(), present.text()) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn is_unconfirmed(&self, number: u64) -> Result<(), ChangeError> {
        if self.unconfirmed()?.iter().any(|change| change.number == number) {
            return Ok(());
        }
        Err(ChangeError::NotFound { what: format!("change {number} without a word of Traefik's") })
    }

    /// Records what became of a change, unless that was recorded meanwhile, by another process for example.
    ///
    /// # Errors
    /// [`ChangeError::NotFound`] when it was; [`ChangeError::Storage`] when the trail cannot be read or written.
    pub fn conclude_late(&self, number: u64, outcome: Outcome) -> Result<(), ChangeError> {
        let _changing = self.lock_changes()?;
        self.is_unconfirmed(number)?;
        self.conclude(number, outcome)
    }

    /// Puts a change back that Traefik did not take, unless it is known meanwhile what became of it.
    ///
    /// # Errors
    /// [`ChangeError::NotFound`] when it is; else as [`undo`](Self::undo).
    pub fn put_back_late(&self, number: u64, why: String) -> Result<Changed, ChangeError> {
        let terms = Terms::of(Author::program());
        let undone = self.undo_if(&terms, number, &|| self.is_unconfirmed(number))?;
        self.conclude(number, Outcome::RolledBack { why })?;
        Ok(undone)
    }

    /// What Traefik should say of a change that was recorded earlier, as far as nothing later has touched the same
    /// objects; nothing where the texts of that time are not kept any more.
    ///
    /// # Errors
    /// [`ChangeError::NotFound`] for an unknown number; [`ChangeError::Storage`] when the trail cannot be read.
    pub fn expected_of(&self, number: u64) -> Result<Vec<Expectation>, ChangeError> {
        self.refresh();
        let snapshot = self.snapshot();
        let recorded = self.ports.audit.find(number)?;
        let Recorded { entry, .. } =
            recorded.ok_or_else(|| ChangeError::NotFound { what: format!("change {number}") })?;
        let (mut old, mut objects) = (Vec::new(), Vec::new());
        for change in entry.files.iter().filter(|change| !is_record(&change.file)) {
            let file = &change.file;
            let text = match self.sides(number, change) {
                Ok(sides) => sides.old,
                Err(ChangeError::NotUndoable { .. }) => return Ok(Vec::new()),
                Err(error) => return Err(error),
            };
            let present = snapshot.file(file.as_str());
            let after = match &change.new {
                None => None,
                Some(revision) if present.and_then(|file| file.revision()) == Some(revision) => {
                    present.map(|file| Arc::clone(file.text()))
                }
                Some(revision) => match self.text_at(number, file, revision)? {
                    None => return Ok(Vec::new()),
                    text => text,
                },
            };
            let parse = |text: Option<Arc<str>>| self.ports.syntax.parse(text?).ok();
            let (was, is) = (parse(text), parse(after));
            objects.extend(delta::of_file(file, was.as_ref(), is.as_ref()));
            old.push((file, was));
        }
        let now = before(&snapshot);
        let old = as_they_were(&now, &old);
        let mut objects = delta::joined(objects);
        objects.retain(|change| node_of(&now, &change.object).map(Value::from) == change.after);
        let affected = routers(&now, &objects);
        Ok(if objects.is_empty() { Vec::new() } else { expectations(&old, &now, &objects, &affected) })
    }
}

/// All files, with some as they were.
fn as_they_were<'a>(now: &[check::File<'a>], old: &'a [(&FileId, Option<Tree>)]) -> Vec<check::File<'a>> {
    let others = now.iter().filter(|file| old.iter().all(|(id, _)| *id != file.id));
    let mut files: Vec<check::File<'a>> = others.copied().collect();
    for (id, tree) in old {
        if let Some(tree) = tree {
            files.insert(files.partition_point(|other| other.id < *id), check::File::of_tree(id, tree));
        }
    }
    files
}

/// Whether an entry that goes on with a change says what became of it for good, as far as Traefik goes.
fn is_last_word(entry: &Entry) -> bool {
    match entry.action.as_str() {
        KEEP => false,
        CONFIRM => !matches!(entry.outcome, Outcome::OnTrial { .. } | Outcome::Unconfirmed),
        _ => true,
    }
}
