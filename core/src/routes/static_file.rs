//! The static configuration file: changed as a transaction, and brought back where Traefik does not start with it.
//!
//! The static configuration changes nothing before Traefik is restarted, so nobody is asked whether it took a change;
//! then it changes all: what Traefik would not start with is not written.

use std::sync::Arc;

use super::{Author, ChangeError, Changed, Configuration, RawFile, Snapshot, Terms, change::Deed};
use crate::{
    audit::{self, Entry, FileChange},
    check::{self, Finding, Level},
    config::{
        diff::FileDiff,
        source::{SourceFile, check_root},
        store::{BackupKind, ConfigStore, FileId, Revision, StorageError, WriteCondition},
    },
    restart::{Expected, PutBack, Report},
    tree::Tree,
};

/// What the static configuration file is called in the audit trail.
pub const STATIC_FILE: &str = "static file";
/// The action of a restart in the audit trail.
const RESTART: &str = "restart";
/// How many entries of the trail are read at once, and at most.
const PAGE: usize = 200;
const MOST_ENTRIES: usize = 20_000;

impl Configuration {
    /// Whether there is a static configuration file. Never blocks.
    pub fn has_static_file(&self) -> bool {
        self.snapshot().static_file().is_some()
    }

    /// The static configuration file as it was last read.
    ///
    /// # Errors
    /// [`ChangeError::NotFound`] where there is none, [`ChangeError::Broken`] where it cannot be read.
    pub fn static_file(&self) -> Result<RawFile, ChangeError> {
        let snapshot = self.snapshot();
        let file = snapshot.static_file().ok_or_else(no_static_file)?;
        let revision = file.revision().cloned().ok_or_else(|| match file.problem() {
            Some(problem) => ChangeError::Broken(problem.clone()),
            None => no_static_file(),
        })?;
        Ok(RawFile { text: Arc::clone(file.text()), revision, problem: file.problem().cloned() })
    }

    /// Replaces the whole static configuration; with a revision only while the file is still at it.
    ///
    /// # Errors
    /// [`ChangeError::NotFound`] where there is none; [`ChangeError::Conflict`] with the present text when it is at
    /// another revision; [`ChangeError::Text`] and [`ChangeError::Broken`] for what is no mapping in YAML;
    /// [`ChangeError::WouldBreak`] for what Traefik would not start with. Then nothing was written.
    pub fn save_static_file(
        &self,
        terms: &Terms,
        text: &str,
        revision: Option<&Revision>,
    ) -> Result<Changed, ChangeError> {
        self.change_static(terms, "save", |snapshot| {
            let file = snapshot.static_file().ok_or_else(no_static_file)?;
            if is_toml(file) {
                return Err(ChangeError::invalid(
                    "content",
                    "a static configuration in TOML is shown, but not edited here; edit the file, then restart Traefik",
                ));
            }
            if revision.is_some_and(|revision| file.revision() != Some(revision)) {
                return Err(ChangeError::Conflict {
                    what: "the static configuration".to_owned(),
                    theirs: file.text().to_string(),
                });
            }
            Ok(Arc::from(text))
        })
    }

    /// What the static configuration, as it is on the disk now, should make visible in Traefik.
    pub fn expected_of_static(&self) -> Expected {
        self.refresh();
        let snapshot = self.snapshot();
        let points = snapshot.entry_points().into_iter().filter(|(_, address)| !address.is_empty());
        Expected { entry_points: points.map(|(name, at)| (name.to_owned(), at.to_owned())).collect() }
    }

    /// Puts the last static configuration back with which Traefik is known to have started, after keeping a copy of
    /// the present one, and says what should then be visible; `None` when there is none that differs.
    ///
    /// That is the oldest copy since the last good restart; where nothing was written since, somebody has edited the
    /// file on the disk, and the newest copy that differs is the best guess.
    ///
    /// # Errors
    /// [`ChangeError`]; then the file is as it was.
    pub fn put_back_static(&self) -> Result<Option<Expected>, ChangeError> {
        self.refresh();
        let present = self.static_file()?.text;
        let Some(text) = self.last_good_static(&present)? else { return Ok(None) };
        self.change_static(&Terms::of(Author::program()), "put back", |_| Ok(text))?;
        Ok(Some(self.expected_of_static()))
    }

    fn last_good_static(&self, present: &str) -> Result<Option<Arc<str>>, ChangeError> {
        let (mut cursor, mut seen, mut oldest) = (None, 0, None);
        'trail: loop {
            let page = self.ports.audit.newest(cursor.as_ref(), PAGE)?;
            for recorded in &page.entries {
                let entry = &recorded.entry;
                if entry.object.as_ref().is_none_or(|object| object.kind != STATIC_FILE) {
                    continue;
                }
                if entry.action == RESTART {
                    // After one that was put back, too, the file was good.
                    if !matches!(entry.outcome, audit::Outcome::Refused { .. }) {
                        break 'trail;
                    }
                } else if let Some(backup) = entry.files.first().and_then(|file| file.backup.clone()) {
                    oldest = Some(backup);
                }
            }
            seen += page.entries.len();
            match page.next {
                Some(next) if seen < MOST_ENTRIES => cursor = Some(next),
                _ => break,
            }
        }
        let is_other = |text: &str| text != present;
        if let Some(name) = oldest
            && let Some((_, text)) = self.ports.backups.read(&name)?
            && is_other(&text)
        {
            return Ok(Some(Arc::from(text)));
        }
        for backup in self.ports.backups.list()?.iter().filter(|backup| backup.kind == BackupKind::Static) {
            if let Some((_, text)) = self.ports.backups.read(&backup.name)?.filter(|(_, text)| is_other(text))
            {
                return Ok(Some(Arc::from(text)));
            }
        }
        Ok(None)
    }

    /// Records a restart and what became of it.
    ///
    /// # Errors
    /// [`ChangeError::Storage`] when the trail cannot be written; the restart has happened all the same.
    pub fn record_restart(&self, author: &Author, report: &Report) -> Result<u64, ChangeError> {
        let why = report.attempt.to_string();
        let outcome = match &report.put_back {
            None if report.is_good() => audit::Outcome::Confirmed,
            Some(PutBack::Done(again)) if again.is_good() => audit::Outcome::RolledBack { why },
            _ => audit::Outcome::Refused { why },
        };
        let name = self.static_id()?.to_string();
        let entry = Entry {
            at: self.ports.clock.now(),
            actor: author.actor.clone(),
            address: author.address,
            action: RESTART.to_owned(),
            object: Some(Deed::new(RESTART, STATIC_FILE, None, &name).object),
            regarding: None,
            files: Vec::new(),
            outcome,
        };
        Ok(self.ports.audit.append(&entry)?)
    }

    /// Replaces the static configuration by what is planned on a fresh snapshot, all of it or nothing.
    pub(super) fn change_static(
        &self,
        terms: &Terms,
        action: &'static str,
        plan: impl FnOnce(&Snapshot) -> Result<Arc<str>, ChangeError>,
    ) -> Result<Changed, ChangeError> {
        let _changing = self.lock_changes()?;
        let store = self.static_store()?;
        let id = &self.static_id()?;
        self.refresh();
        let snapshot = self.snapshot();
        let text = plan(&snapshot)?;
        let tree = self.ports.syntax.parse(Arc::clone(&text)).map_err(ChangeError::Text)?;
        let tree = check_root(id, tree).map_err(ChangeError::Broken)?;
        let findings = can_start(&snapshot, id, &tree)?;
        let old = match snapshot.static_file().map(|file| (file, file.revision())) {
            Some((_, None)) => {
                let name = id.to_string();
                let reason = "it cannot be read, so no copy of it can be kept first".to_owned();
                return Err(StorageError::Unreadable { name, reason }.into());
            }
            Some((file, Some(revision))) => Some((&**file.text(), revision)),
            None => None,
        };
        let mut changed = Changed { findings, ..Changed::nothing(id.as_str()) };
        if old.is_some_and(|(old, _)| *old == *text) {
            return Ok(changed);
        }
        changed.files.push(id.clone());
        if terms.dry_run {
            changed.diffs.push(FileDiff::between(id, old.map(|(old, _)| old), Some(&text)));
            return Ok(changed);
        }
        let keep = |old| self.ports.backups.keep(id, BackupKind::Static, old);
        let backup = old.map(|(old, _)| keep(old)).transpose()?;
        let condition =
            old.map_or(WriteCondition::CreateNew, |(_, revision)| WriteCondition::Matches(revision.clone()));
        let written = store.write(id, &text, &condition);
        self.refresh();
        let revision = written?;
        let entry = Entry {
            at: self.ports.clock.now(),
            actor: terms.author.actor.clone(),
            address: terms.author.address,
            action: action.to_owned(),
            object: Some(Deed::new(action, STATIC_FILE, None, id.as_str()).object),
            regarding: None,
            files: vec![FileChange::between(id.clone(), old, Some((&text, &revision)), backup)],
            outcome: audit::Outcome::Done,
        };
        if let Err(error) = self.ports.audit.append(&entry) {
            // What cannot be recorded is not done, as far as there is a way back; the backup exists in any case.
            if let Some((old, _)) = old {
                let _ = store.write(id, old, &WriteCondition::Matches(revision));
                self.refresh();
            }
            return Err(error.into());
        }
        Ok(changed)
    }

    fn static_store(&self) -> Result<&Arc<dyn ConfigStore>, ChangeError> {
        self.ports.static_file.as_ref().ok_or_else(no_static_file)
    }

    pub(super) fn static_id(&self) -> Result<FileId, ChangeError> {
        let first = self.static_store()?.list()?.into_iter().next();
        first.map(|entry| entry.id).ok_or_else(no_static_file)
    }
}

/// What is new among the findings of the static configuration, unless Traefik would not start with it. What is wrong
/// with the present one as well forbids nothing.
fn can_start(snapshot: &Snapshot, id: &FileId, tree: &Tree) -> Result<Vec<Finding>, ChangeError> {
    let version = snapshot.context().version;
    let before = match snapshot.static_file() {
        Some(file) => check::check_static(check::File::from(&**file), version),
        None => Vec::new(),
    };
    let after = check::check_static(check::File { id, tree: Ok(tree) }, version);
    let findings: Vec<Finding> = check::newly_broken(&before, &after).into_iter().cloned().collect();
    if findings.iter().any(|finding| finding.level == Level::Error) {
        return Err(ChangeError::WouldBreak { findings });
    }
    Ok(findings)
}

fn is_toml(file: &SourceFile) -> bool {
    file.id().base_name().to_ascii_lowercase().ends_with(".toml")
}

fn no_static_file() -> ChangeError {
    ChangeError::NotFound { what: "the static configuration file (STATIC_CONFIG_PATH)".to_owned() }
}
