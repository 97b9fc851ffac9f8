//! Backups made on request, and the way back to them.

use std::sync::Arc;

use super::{ChangeError, Changed, Configuration, Snapshot, Terms, change::Deed, transaction::Plan};
use crate::{
    audit::{Entry, FileChange, Outcome},
    check::{self, Finding, Level},
    config::{
        diff::FileDiff,
        source::check_root,
        store::{Backup, BackupKind, FileId, StorageError, WriteCondition},
    },
    tree::Tree,
};

/// What the static configuration file is called in the audit trail.
pub(super) const STATIC_FILE: &str = "static file";

impl Configuration {
    /// All backups, newest first.
    ///
    /// # Errors
    /// [`ChangeError::Storage`].
    pub fn backups(&self) -> Result<Vec<Backup>, ChangeError> {
        Ok(self.ports.backups.list()?)
    }

    /// Keeps a copy of every dynamic configuration file and returns the copies' names.
    ///
    /// # Errors
    /// [`ChangeError::NotFound`] when there is no file to copy; [`ChangeError::Storage`].
    pub fn create_backups(&self) -> Result<Vec<String>, ChangeError> {
        self.refresh();
        let snapshot = self.snapshot();
        let readable = snapshot.files().iter().filter(|file| file.revision().is_some());
        let names = readable
            .map(|file| Ok(self.ports.backups.keep(file.id(), BackupKind::Routes, file.text())?))
            .collect::<Result<Vec<_>, ChangeError>>()?;
        if names.is_empty() {
            return Err(ChangeError::NotFound { what: "a configuration file to back up".to_owned() });
        }
        Ok(names)
    }

    /// Keeps a copy of the static configuration and returns its name.
    ///
    /// # Errors
    /// [`ChangeError::NotFound`] when no static configuration is named or it is not there.
    pub fn create_static_backup(&self) -> Result<String, ChangeError> {
        if self.ports.static_file.is_none() {
            return Err(ChangeError::NotFound {
                what: "a static configuration (STATIC_CONFIG_PATH)".to_owned(),
            });
        }
        self.refresh();
        let snapshot = self.snapshot();
        let file = snapshot.static_file().filter(|file| file.revision().is_some());
        let file =
            file.ok_or_else(|| ChangeError::NotFound { what: "the static configuration file".to_owned() })?;
        Ok(self.ports.backups.keep(file.id(), BackupKind::Static, file.text())?)
    }

    /// Puts a backup back into the file that it was made of, after keeping a copy of what is there now.
    ///
    /// # Errors
    /// [`ChangeError::NotFound`] for an unknown name; [`ChangeError::Invalid`] when it cannot be told which file the
    /// backup is of; [`ChangeError::Text`] when the copy does not parse, [`ChangeError::WouldBreak`] when Traefik would
    /// not take it. Then nothing was changed.
    pub fn restore(&self, terms: &Terms, name: &str) -> Result<Changed, ChangeError> {
        let Some((backup, text)) = self.ports.backups.read(name).map_err(bad_name)? else {
            return Err(unknown(name));
        };
        let Some(origin) = backup.origin else {
            return Err(ChangeError::invalid(
                "filename",
                format!("it cannot be told which file `{name}` is a copy of; copy its text by hand"),
            ));
        };
        match backup.kind {
            BackupKind::Records => Err(ChangeError::invalid(
                "filename",
                format!(
                    "`{name}` is a copy of a switched-off route; undo the change that made it, in the history"
                ),
            )),
            BackupKind::Static => self.restore_static(terms, name, &origin, &text),
            BackupKind::Routes => {
                let text: Arc<str> = Arc::from(text);
                // The way back is not the place to be strict: what did not work then does not work again.
                let terms = &Terms { accepts_disabled: true, ..terms.clone() };
                self.change(terms, &Deed::of_file("restore", origin.as_str()), |snapshot| {
                    let same = snapshot.file(origin.as_str()).is_some_and(|file| **file.text() == *text);
                    let texts =
                        if same { Vec::new() } else { vec![(origin.clone(), Some(Arc::clone(&text)))] };
                    Ok(Plan { texts, ..Plan::default() })
                })
            }
        }
    }

    /// The static configuration changes nothing before Traefik is restarted, so nobody is asked whether it took it; then
    /// it changes all: what Traefik would not start with is not put back.
    fn restore_static(
        &self,
        terms: &Terms,
        name: &str,
        origin: &FileId,
        text: &str,
    ) -> Result<Changed, ChangeError> {
        let _changing = self.lock_changes()?;
        let Some(store) = &self.ports.static_file else { return Err(unknown(name)) };
        self.refresh_within();
        let snapshot = self.snapshot();
        let tree = self.ports.syntax.parse(Arc::from(text)).map_err(ChangeError::Text)?;
        let tree = check_root(origin, tree).map_err(ChangeError::Broken)?;
        can_start(&snapshot, origin, &tree)?;
        let old = match snapshot.static_file().map(|file| (file, file.revision())) {
            Some((_, None)) => {
                let name = origin.to_string();
                let reason = "it cannot be read, so no copy of it can be kept first".to_owned();
                return Err(StorageError::Unreadable { name, reason }.into());
            }
            Some((file, Some(revision))) => Some((&**file.text(), revision)),
            None => None,
        };
        let mut changed = Changed::nothing(origin.as_str());
        if old.is_some_and(|(old, _)| *old == *text) {
            return Ok(changed);
        }
        changed.files.push(origin.clone());
        if terms.dry_run {
            changed.diffs.push(FileDiff::between(origin, old.map(|(old, _)| old), Some(text)));
            return Ok(changed);
        }
        let keep = |old| self.ports.backups.keep(origin, BackupKind::Static, old);
        let backup = old.map(|(old, _)| keep(old)).transpose()?;
        let condition =
            old.map_or(WriteCondition::CreateNew, |(_, revision)| WriteCondition::Matches(revision.clone()));
        let written = store.write(origin, text, &condition);
        self.refresh_within();
        let revision = written?;
        let entry = Entry {
            at: self.ports.clock.now(),
            actor: terms.author.actor.clone(),
            address: terms.author.address,
            action: "restore".to_owned(),
            object: Some(Deed::new("restore", STATIC_FILE, None, origin.as_str()).object),
            regarding: None,
            files: vec![FileChange::between(origin.clone(), old, Some((text, &revision)), backup)],
            outcome: Outcome::Done,
        };
        if let Err(error) = self.ports.audit.append(&entry) {
            // What cannot be recorded is not done, as far as there is a way back; the backup exists in any case.
            if let Some((old, _)) = old {
                let _ = store.write(origin, old, &WriteCondition::Matches(revision));
                self.refresh_within();
            }
            return Err(error.into());
        }
        Ok(changed)
    }

    /// Deletes a backup.
    ///
    /// # Errors
    /// [`ChangeError::NotFound`] for an unknown name.
    pub fn remove_backup(&self, name: &str) -> Result<(), ChangeError> {
        if self.ports.backups.remove(name).map_err(bad_name)? { Ok(()) } else { Err(unknown(name)) }
    }
}

/// Whether Traefik would start with this text. What is wrong with the present static configuration as well forbids
/// nothing.
fn can_start(snapshot: &Snapshot, origin: &FileId, tree: &Tree) -> Result<(), ChangeError> {
    let version = snapshot.context().version;
    let before = match snapshot.static_file() {
        Some(file) => check::check_static(check::File::from(&**file), version),
        None => Vec::new(),
    };
    let after = check::check_static(check::File { id: origin, tree: Ok(tree) }, version);
    let findings: Vec<Finding> = check::newly_broken(&before, &after).into_iter().cloned().collect();
    if findings.iter().any(|finding| finding.level == Level::Error) {
        return Err(ChangeError::WouldBreak { findings });
    }
    Ok(())
}

fn unknown(name: &str) -> ChangeError {
    ChangeError::NotFound { what: format!("backup `{name}`") }
}

fn bad_name(error: StorageError) -> ChangeError {
    match error {
        StorageError::BadName { .. } => ChangeError::invalid("filename", error.to_string()),
        error => error.into(),
    }
}
