//! What others have done to the files: people with an editor, other programs, and a process that was killed between a
//! write and its entry.
//!
//! The trail is shared by all processes of this program, and whoever writes holds one lock from the write to its entry.
//! So under that lock the trail and the disk must agree: what a file holds is what the newest entry about it says, or
//! somebody else has been there. What a process sees without the lock is only a reason to look.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use super::{
    ChangeError, Configuration, Snapshot, configuration::FOLDER, copies::Copies, records::is_record,
    static_file::STATIC_FILE, static_restart::is_of_static,
};
use crate::{
    audit::{Actor, Entry, Excerpt, FileChange, Object, Outcome},
    config::{
        source::SourceFile,
        store::{BackupKind, FileId, Revision, StorageError},
    },
    tree::Tree,
};

/// What the entry is called that says what files there are: from then on the trail knows all of them.
pub const SURVEY: &str = "survey";
/// How many entries are read at once.
const PAGE: usize = 256;
/// How many entries are looked through for what files there were.
const MOST_ENTRIES: usize = 4096;
/// How many backups of a file are looked through for the text that it had.
const MOST_BACKUPS: usize = 4;

/// What others have done, and what the trail knows.
#[derive(Debug, Default)]
pub(super) struct Others {
    /// Files that this process has not changed, as it knew them before.
    edited: Mutex<HashMap<FileId, Option<Arc<SourceFile>>>>,
    /// The static configuration file, where that is one of them: then one entry, as this process knew it before.
    static_edited: Mutex<Vec<Option<Arc<SourceFile>>>>,
    ledger: Mutex<Ledger>,
}

/// What the trail says about files.
#[derive(Debug, Default)]
struct Ledger {
    /// The newest entry that is taken into account.
    newest: u64,
    /// The revision that each file has by its newest entry; `None` where that took it away.
    files: HashMap<FileId, Option<Revision>>,
    /// The same of the static configuration file; `None` where no entry tells of it.
    static_file: Option<Revision>,
    /// Whether a file that is not among them was not there.
    is_whole: bool,
    /// How many entries are newer than the survey.
    since_survey: usize,
}

impl Others {
    /// Takes note of files that look as if somebody else had changed them.
    pub(super) fn note(&self, edited: Vec<(FileId, Option<Arc<SourceFile>>)>) {
        let mut known = self.edited();
        for (id, old) in edited {
            known.entry(id).or_insert(old);
        }
    }

    /// The same of the static configuration file.
    pub(super) fn note_static(&self, old: Option<Arc<SourceFile>>) {
        let mut known = self.static_edited();
        if known.is_empty() {
            known.push(old);
        }
    }

    pub(super) fn wait_to_be_recorded(&self) -> bool {
        !self.edited().is_empty() || !self.static_edited().is_empty()
    }

    fn static_edited(&self) -> MutexGuard<'_, Vec<Option<Arc<SourceFile>>>> {
        self.static_edited.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn edited(&self) -> MutexGuard<'_, HashMap<FileId, Option<Arc<SourceFile>>>> {
        self.edited.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn ledger(&self) -> MutexGuard<'_, Ledger> {
        self.ledger.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The files that differ by what this process has not written, as they were.
pub(super) fn by_others(
    old: &Snapshot,
    new: &[Arc<SourceFile>],
    written: &HashMap<FileId, (Option<Revision>, Option<Tree>)>,
) -> Vec<(FileId, Option<Arc<SourceFile>>)> {
    let is_ours = |id: &FileId, revision: Option<&Revision>| {
        written.get(id).is_some_and(|(ours, _)| ours.as_ref() == revision)
    };
    let mut found = Vec::new();
    for file in new {
        let before = old.file(file.id().as_str());
        let same = before.is_some_and(|old| Arc::ptr_eq(old, file) || old.revision() == file.revision());
        if !same && !is_ours(file.id(), file.revision()) {
            found.push((file.id().clone(), before.cloned()));
        }
    }
    for file in old.files() {
        if new.iter().all(|other| other.id() != file.id()) && !is_ours(file.id(), None) {
            found.push((file.id().clone(), Some(Arc::clone(file))));
        }
    }
    found
}

/// A file as it is, in an entry that takes note of what there is.
fn seen(file: &Arc<SourceFile>) -> Option<FileChange> {
    let revision = file.revision()?.clone();
    Some(FileChange {
        file: file.id().clone(),
        old: Some(revision.clone()),
        new: Some(revision),
        backup: None,
        before: Excerpt::default(),
        after: Excerpt::default(),
    })
}

fn static_object(id: &FileId) -> Object {
    Object { kind: STATIC_FILE.to_owned(), protocol: None, name: id.to_string(), file: None }
}

impl Configuration {
    /// Compares what is on the disk with what the trail says, and records what differs: edits that were made while this
    /// program was not running, and what a process has written that was killed before it could record that.
    ///
    /// To be called once, after the first [`refresh`](Self::refresh). It costs what is in the trail since the last time.
    ///
    /// # Errors
    /// [`ChangeError::Storage`] when the trail cannot be read or written.
    pub fn catch_up(&self) -> Result<(), ChangeError> {
        let _changing = self.lock_changes()?;
        self.read_again();
        let snapshot = self.snapshot();
        if snapshot.id() == 0 || snapshot.problems().any(|problem| problem.file.as_str() == FOLDER) {
            return Ok(());
        }
        let (is_whole, since_survey, knows_static) = {
            let mut ledger = self.others.ledger();
            self.bring_up_to_date(&mut ledger)?;
            let strange = snapshot.files().iter().filter(|file| match ledger.files.get(file.id()) {
                Some(known) => known.as_ref() != file.revision(),
                None => ledger.is_whole,
            });
            let gone = ledger
                .files
                .iter()
                .filter(|(id, known)| known.is_some() && snapshot.file(id.as_str()).is_none());
            let edited = strange.map(|file| file.id()).chain(gone.map(|(id, _)| id));
            self.others.note(edited.map(|id| (id.clone(), None)).collect());
            let static_now = snapshot.static_file().and_then(|file| file.revision());
            if ledger.static_file.as_ref().is_some_and(|known| Some(known) != static_now) {
                self.others.note_static(None);
            }
            (ledger.is_whole, ledger.since_survey, ledger.static_file.is_some())
        };
        self.record_edits_by_others();
        let is_due = !is_whole || since_survey > PAGE;
        if is_due {
            let files = snapshot.files().iter().filter_map(seen).collect();
            self.ports.audit.append(&self.entry_by(Actor::Program, SURVEY, None, files))?;
        }
        // An entry of its own: it may have the name of another file.
        if let Some(file) = snapshot.static_file().filter(|_| is_due || !knows_static) {
            let entry = self.entry_by(Actor::Program, SURVEY, Some(static_object(file.id())), Vec::new());
            self.ports.audit.append(&Entry { files: seen(file).into_iter().collect(), ..entry })?;
        }
        Ok(())
    }

    /// Records what others have done, with a copy of what was there before, so that it can be undone too. Whoever calls
    /// it holds the lock for changes.
    ///
    /// It is not theirs to wait for: where the trail or a copy cannot be written, the next change says so.
    pub(super) fn record_edits_by_others(&self) {
        // Under the lock nobody is between a write and its entry.
        self.read_again();
        let edited = std::mem::take(&mut *self.others.edited());
        let snapshot = self.snapshot();
        let mut ledger = self.others.ledger();
        let static_edited = self.others.static_edited().pop();
        if (edited.is_empty() && static_edited.is_none()) || self.bring_up_to_date(&mut ledger).is_err() {
            return;
        }
        if let Some(seen) = static_edited {
            self.record_edit_of_static(&mut ledger, &snapshot, seen.as_ref());
        }
        for (id, seen) in edited {
            let new = snapshot.file(id.as_str());
            let now = new.and_then(|file| file.revision());
            let known = ledger.files.get(&id).cloned().or(ledger.is_whole.then_some(None));
            let old = known.unwrap_or_else(|| seen.as_ref().and_then(|file| file.revision().cloned()));
            let cannot_be_read = now.is_none() && new.is_some_and(|file| file.problem().is_some());
            if cannot_be_read || old.as_ref() == now {
                continue;
            }
            let mut copies = Copies::new(self.ports.backups.as_ref());
            let change = self.edit_by_others((BackupKind::Routes, &mut copies), &id, old, seen.as_ref(), new);
            let object = Object {
                kind: "file".to_owned(),
                protocol: None,
                name: id.to_string(),
                file: Some(id.clone()),
            };
            let entry = self.entry_by(Actor::OnDisk, "edit", Some(object), vec![change]);
            if self.ports.audit.append(&entry).is_ok() {
                copies.settle();
                ledger.files.insert(id, now.cloned());
            } else {
                // The file is another already, whatever the trail says: the copy is all that is left of the old text.
                copies.stay();
            }
        }
    }

    fn record_edit_of_static(
        &self,
        ledger: &mut Ledger,
        snapshot: &Snapshot,
        seen: Option<&Arc<SourceFile>>,
    ) {
        let Ok(id) = self.static_id() else { return };
        let new = snapshot.static_file();
        let now = new.and_then(|file| file.revision());
        let known = ledger.static_file.clone();
        let old = known.or_else(|| seen.and_then(|file| file.revision().cloned()));
        let cannot_be_read = now.is_none() && new.is_some_and(|file| file.problem().is_some());
        if cannot_be_read || old.as_ref() == now {
            return;
        }
        let mut copies = Copies::new(self.ports.backups.as_ref());
        let change = self.edit_by_others((BackupKind::Static, &mut copies), &id, old, seen, new);
        let entry = self.entry_by(Actor::OnDisk, "edit", Some(static_object(&id)), vec![change]);
        if self.ports.audit.append(&entry).is_ok() {
            copies.settle();
            ledger.static_file = now.cloned();
        } else {
            copies.stay();
        }
    }

    /// What somebody else has made of a file that had the revision `old`, and that this process may have `seen` so.
    fn edit_by_others(
        &self,
        (kind, copies): (BackupKind, &mut Copies<'_>),
        id: &FileId,
        old: Option<Revision>,
        seen: Option<&Arc<SourceFile>>,
        new: Option<&Arc<SourceFile>>,
    ) -> FileChange {
        let new = new.and_then(|file| Some((&**file.text(), file.revision()?)));
        let Some(revision) = old else { return FileChange::between(id.clone(), None, new, None) };
        let text = match seen.filter(|file| file.revision() == Some(&revision)) {
            Some(file) => {
                let backup = copies.keep(id, kind, file.text()).ok();
                Some((Arc::clone(file.text()), backup))
            }
            None => self.kept(kind, id, &revision).map(|(text, backup)| (text, Some(backup))),
        };
        match text {
            Some((text, backup)) => FileChange::between(id.clone(), Some((&text, &revision)), new, backup),
            // What it said before is not known any more, so neither is what differs.
            None => FileChange {
                file: id.clone(),
                old: Some(revision),
                new: new.map(|(_, revision)| revision.clone()),
                backup: None,
                before: Excerpt::default(),
                after: Excerpt::default(),
            },
        }
    }

    /// The text that a file had at a revision, and the backup that holds it: a process that is killed after a write has
    /// kept a copy of what it wrote over.
    fn kept(&self, kind: BackupKind, id: &FileId, revision: &Revision) -> Option<(Arc<str>, String)> {
        let backups = self.ports.backups.list().ok()?;
        let of_file =
            backups.into_iter().filter(|backup| backup.origin.as_ref() == Some(id) && backup.kind == kind);
        of_file.take(MOST_BACKUPS).find_map(|backup| {
            let (_, text) = self.ports.backups.read(&backup.name).ok()??;
            (self.ports.files.revision(&text) == *revision).then(|| (Arc::from(text), backup.name))
        })
    }

    /// Reads what is new in the trail.
    fn bring_up_to_date(&self, ledger: &mut Ledger) -> Result<(), StorageError> {
        let mut newer: HashMap<FileId, Option<Revision>> = HashMap::new();
        let (mut newest, mut read, mut survey, mut static_file) = (ledger.newest, 0, None, None);
        let mut cursor = None;
        'trail: loop {
            let page = self.ports.audit.newest(cursor.as_ref(), PAGE)?;
            for recorded in page.entries {
                if recorded.number <= ledger.newest || read >= MOST_ENTRIES {
                    break 'trail;
                }
                newest = newest.max(recorded.number);
                let entry = recorded.entry;
                if is_of_static(&entry) {
                    let change = entry.files.into_iter().next().and_then(|change| change.new);
                    static_file = static_file.or(change);
                    read += 1;
                    continue;
                }
                for change in entry.files.into_iter().filter(|change| !is_record(&change.file)) {
                    newer.entry(change.file).or_insert(change.new);
                }
                if entry.action == SURVEY {
                    survey = Some(read);
                    break 'trail;
                }
                read += 1;
            }
            match page.next {
                Some(next) => cursor = Some(next),
                None => break,
            }
        }
        match survey {
            Some(since) => {
                let static_file = static_file.or(ledger.static_file.take());
                *ledger = Ledger { newest, files: newer, static_file, is_whole: true, since_survey: since };
            }
            None => {
                ledger.static_file = static_file.or(ledger.static_file.take());
                ledger.newest = newest;
                ledger.files.extend(newer);
                ledger.since_survey += read;
            }
        }
        Ok(())
    }

    fn entry_by(&self, actor: Actor, action: &str, object: Option<Object>, files: Vec<FileChange>) -> Entry {
        Entry {
            at: self.ports.clock.now(),
            actor,
            address: None,
            action: action.to_owned(),
            object,
            regarding: None,
            files,
            outcome: Outcome::Done,
        }
    }
}
