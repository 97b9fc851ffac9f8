//! The static configuration file: changed as a transaction, and brought back where Traefik does not start with it.
//!
//! The static configuration changes nothing before Traefik is restarted, so nobody is asked whether it took a change;
//! then it changes all: what Traefik would not start with is not written, and what the dynamic files need goes only when
//! that is accepted.

use std::sync::Arc;

use super::{
    ChangeError, Changed, Configuration, RawFile, Snapshot, Terms, change::Deed, copies::Copies,
    static_losses::losses, static_restart::RESTART, static_trail::PUT_BACK, trial::UNDO,
};
use crate::{
    audit::{self, Entry, FileChange},
    check::{self, Effect, Finding, Level},
    config::{
        diff::FileDiff,
        edit::Path,
        source::check_static_root,
        store::{BackupKind, ConfigStore, FileId, FileWrite, Revision, StorageError, WriteCondition},
    },
    restart::api_loss,
    static_config::{Inquiry, Neighbours},
    tree::Tree,
};

/// What the static configuration file is called in the audit trail.
pub const STATIC_FILE: &str = "static file";

/// What is done to the static configuration.
#[derive(Debug, Clone, Copy)]
pub(super) struct StaticDeed {
    action: &'static str,
    regarding: Option<u64>,
    is_known_good: bool,
}

impl StaticDeed {
    /// Something that must not be what Traefik would not start with.
    pub(super) fn new(action: &'static str) -> Self {
        Self { action, regarding: None, is_known_good: false }
    }

    /// The way back to what Traefik has started with, whatever `check` thinks of it.
    pub(super) fn put_back() -> Self {
        Self { action: PUT_BACK, regarding: None, is_known_good: true }
    }

    /// Takes an earlier change back.
    pub(super) fn undo(number: u64) -> Self {
        Self { action: UNDO, regarding: Some(number), is_known_good: false }
    }
}

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
    /// [`ChangeError::WouldBreak`] for what Traefik would not start with, and unless that is accepted for what takes away
    /// what the dynamic files need, or needs a port that somebody else holds. Then nothing was written.
    pub fn save_static_file(
        &self,
        terms: &Terms,
        text: &str,
        revision: Option<&Revision>,
    ) -> Result<Changed, ChangeError> {
        self.change_static(terms, StaticDeed::new("save"), |snapshot| {
            let file = snapshot.static_file().ok_or_else(no_static_file)?;
            if revision.is_some_and(|revision| file.revision() != Some(revision)) {
                return Err(ChangeError::Conflict {
                    what: "the static configuration".to_owned(),
                    theirs: file.text().to_string(),
                });
            }
            Ok(Arc::from(text))
        })
    }

    /// Replaces the static configuration by what is planned on a fresh snapshot, all of it or nothing.
    pub(super) fn change_static(
        &self,
        terms: &Terms,
        deed: StaticDeed,
        plan: impl FnOnce(&Snapshot) -> Result<Arc<str>, ChangeError>,
    ) -> Result<Changed, ChangeError> {
        let _changing = self.lock_changes()?;
        Ok(self.change_static_within(terms, deed, plan)?.0)
    }

    /// The same for whoever holds the lock for changes; with the number of the entry, where something was written.
    pub(super) fn change_static_within(
        &self,
        terms: &Terms,
        deed: StaticDeed,
        plan: impl FnOnce(&Snapshot) -> Result<Arc<str>, ChangeError>,
    ) -> Result<(Changed, Option<u64>), ChangeError> {
        let store = self.static_store()?;
        let id = &self.static_id()?;
        self.refresh_within();
        let snapshot = self.snapshot();
        let text = plan(&snapshot)?;
        let tree = self.ports.static_syntax.parse(Arc::clone(&text)).map_err(ChangeError::Text)?;
        let tree = check_static_root(id, tree).map_err(ChangeError::Broken)?;
        let mut findings = new_findings(&snapshot, id, &tree);
        if !deed.is_known_good {
            findings.extend(self.ports_in_use(&snapshot, id, &tree));
        }
        let forbids = |finding: &Finding| {
            finding.level == Level::Error && (finding.effect.is_fatal() || !terms.accepts_disabled)
        };
        if !deed.is_known_good && findings.iter().any(forbids) {
            return Err(ChangeError::WouldBreak { findings });
        }
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
            return Ok((changed, None));
        }
        changed.files.push(id.clone());
        terms.check_seen([(id, old)])?;
        if terms.dry_run {
            let revision = old.map_or_else(Revision::absent, |(_, revision)| revision.clone());
            changed.diffs.push(FileDiff::between(id, old.map(|(old, _)| old), Some(&text)).of(revision));
            return Ok((changed, None));
        }
        let mut copies = Copies::new(self.ports.backups.as_ref());
        let backup = old.map(|(old, _)| copies.keep(id, BackupKind::Static, old)).transpose()?;
        let condition =
            old.map_or(WriteCondition::CreateNew, |(_, revision)| WriteCondition::Matches(revision.clone()));
        // Nobody reads before it is known whose work it is, or he would take it for an edit by somebody else.
        let mut known = self.known();
        let revision = match store.write(id, &text, &condition) {
            Ok(revision) => revision,
            Err(error) => {
                if matches!(error, StorageError::Unsettled { .. }) {
                    copies.stay();
                }
                return Err(error.into());
            }
        };
        let entry = Entry {
            at: self.ports.clock.now(),
            actor: terms.author.actor.clone(),
            address: terms.author.address,
            action: deed.action.to_owned(),
            object: Some(Deed::new(deed.action, STATIC_FILE, None, id.as_str()).object),
            regarding: deed.regarding,
            files: vec![FileChange::between(id.clone(), old, Some((&text, &revision)), backup)],
            outcome: audit::Outcome::Done,
        };
        let recorded = self.ports.audit.append(&entry);
        if recorded.is_err() {
            // What cannot be recorded is not done, as far as there is a way back; where there is none, there is the copy.
            let text = old.map(|(old, _)| old);
            let back = FileWrite { id, text, condition: WriteCondition::Matches(revision) };
            if store.write_all(&[back]).is_err() {
                copies.stay();
            }
        } else {
            copies.settle();
            known.static_written = Some(revision);
        }
        drop(known);
        self.refresh_within();
        Ok((changed, Some(recorded?)))
    }

    /// Takes back what was just written, for whoever holds the lock for changes.
    pub(super) fn unwrite_static(&self, terms: &Terms, number: u64) -> Result<(), ChangeError> {
        let text = self.text_before(number)?;
        // What was there a moment ago needs no permission, whatever needs what has come since.
        let deed = StaticDeed { is_known_good: true, ..StaticDeed::undo(number) };
        self.change_static_within(&terms.unseen(), deed, |_| Ok(text))?;
        Ok(())
    }

    /// Takes a change of the static configuration back while the file is as that left it.
    pub(super) fn undo_static(
        &self,
        terms: &Terms,
        number: u64,
        entry: Entry,
        may: &dyn Fn() -> Result<(), ChangeError>,
    ) -> Result<Changed, ChangeError> {
        let refused = |reason: &str| ChangeError::NotUndoable { number, reason: reason.to_owned() };
        let change = entry.files.into_iter().next().filter(|_| entry.action != RESTART);
        let change =
            change.ok_or_else(|| refused("it wrote no file; save the one that you want and restart"))?;
        let backup = change.backup.ok_or_else(|| refused("no copy of the text before it was kept"))?;
        let old = self.ports.backups.read(&backup)?;
        let (_, old) = old.ok_or_else(|| refused("the backup with the text before it is gone"))?;
        self.change_static(terms, StaticDeed::undo(number), |snapshot| {
            may()?;
            let present = snapshot.static_file().and_then(|file| file.revision());
            if present != change.new.as_ref() {
                return Err(refused(&format!(
                    "the static configuration was changed since; restore {backup} if you want all of the old text"
                )));
            }
            Ok(Arc::from(old))
        })
    }

    /// The ports that a new static configuration needs and somebody else than Traefik holds, as far as that can be known.
    fn ports_in_use(&self, snapshot: &Snapshot, id: &FileId, tree: &Tree) -> Vec<Finding> {
        let Some(Neighbours { probe, container }) = &self.ports.neighbours else { return Vec::new() };
        let Some(listens) = &snapshot.running().listens else { return Vec::new() };
        let present = snapshot.static_file().and_then(|file| file.tree().ok());
        let api = &self.settings.current().traefik_api_url;
        let inquiry = Inquiry::of(tree, present, listens, api, container.as_deref());
        inquiry.map_or_else(Vec::new, |inquiry| {
            inquiry.findings(id, &probe.held(inquiry.host(), &inquiry.sockets()))
        })
    }

    pub(super) fn static_store(&self) -> Result<&Arc<dyn ConfigStore>, ChangeError> {
        self.ports.static_file.as_ref().ok_or_else(no_static_file)
    }

    pub(super) fn static_id(&self) -> Result<FileId, ChangeError> {
        let first = self.static_store()?.list()?.into_iter().next();
        first.map(|entry| entry.id).ok_or_else(no_static_file)
    }
}

/// What is new among the findings of the static configuration: what is wrong with the present one as well forbids
/// nothing.
fn new_findings(snapshot: &Snapshot, id: &FileId, tree: &Tree) -> Vec<Finding> {
    let version = snapshot.context().version;
    let before = match snapshot.static_file() {
        Some(file) => check::check_static(check::File::from(&**file), version),
        None => Vec::new(),
    };
    let after = check::check_static(check::File::of_tree(id, tree), version);
    let mut findings: Vec<Finding> = check::newly_broken(&before, &after).into_iter().cloned().collect();
    findings.extend(loss_of_api(snapshot, id, tree));
    if let Some(Ok(old)) = snapshot.static_file().map(|file| file.tree()) {
        findings.extend(losses(snapshot, id, old, tree));
    }
    findings
}

/// What is to be known before it is applied: the restart cannot be watched as others are.
fn loss_of_api(snapshot: &Snapshot, id: &FileId, tree: &Tree) -> Option<Finding> {
    let old = snapshot.static_file()?.tree().ok()?;
    let loss = api_loss(old, tree)?;
    let api = tree.root().and_then(|root| root.field("api"));
    let span = api.map_or(0..0, |(key, _)| key.span());
    Some(Finding {
        level: Level::Warning,
        effect: Effect::Ignores,
        code: "no-api-to-ask",
        file: id.clone(),
        position: tree.position(span.start),
        span,
        path: Path::root().key("api"),
        message: format!("{loss}; after the restart nobody can be asked whether Traefik runs this file"),
        remedy:
            "have a look yourself after the restart and keep the new file; otherwise the old one comes back"
                .to_owned(),
        disables: Vec::new(),
    })
}

fn no_static_file() -> ChangeError {
    ChangeError::NotFound { what: "the static configuration file (STATIC_CONFIG_PATH)".to_owned() }
}
