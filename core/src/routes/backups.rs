//! Backups made on request, and the way back to them.

use std::{collections::BTreeMap, sync::Arc};

use super::{
    ChangeError, Changed, Configuration, Snapshot, Terms, change::Deed, copies::Copies,
    static_file::StaticDeed, transaction::Plan,
};
use crate::config::store::{Backup, BackupKind, FileId, Revision, StorageError};

/// A configuration file that is not there any more, though backups of it are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RemovedFile {
    /// The file.
    pub id: FileId,
    /// Its newest backup.
    pub newest: Backup,
    /// How many there are.
    pub backups: usize,
}

impl Configuration {
    /// All backups, newest first.
    ///
    /// # Errors
    /// [`ChangeError::Storage`].
    pub fn backups(&self) -> Result<Vec<Backup>, ChangeError> {
        Ok(self.ports.backups.list()?)
    }

    /// The configuration files that are not there any more but could come back from their backups, by name.
    ///
    /// # Errors
    /// [`ChangeError::Storage`].
    pub fn removed_files(&self) -> Result<Vec<RemovedFile>, ChangeError> {
        let snapshot = self.snapshot();
        let mut removed: BTreeMap<FileId, RemovedFile> = BTreeMap::new();
        for backup in self.backups()?.into_iter().filter(|backup| snapshot.lacks(backup)) {
            let Some(id) = backup.origin.clone() else { continue };
            let newest = RemovedFile { id: id.clone(), newest: backup, backups: 0 };
            removed.entry(id).or_insert(newest).backups += 1;
        }
        Ok(removed.into_values().collect())
    }

    /// Keeps a copy of every dynamic configuration file and returns the copies' names.
    ///
    /// # Errors
    /// [`ChangeError::NotFound`] when there is no file to copy; [`ChangeError::Storage`].
    pub fn create_backups(&self) -> Result<Vec<String>, ChangeError> {
        self.refresh();
        let snapshot = self.snapshot();
        let readable = snapshot.files().iter().filter(|file| file.revision().is_some());
        let mut copies = Copies::new(self.ports.backups.as_ref());
        let names = readable
            .map(|file| Ok(copies.keep(file.id(), BackupKind::Routes, file.text())?))
            .collect::<Result<Vec<_>, ChangeError>>()?;
        copies.settle();
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
        let mut copies = Copies::new(self.ports.backups.as_ref());
        let name = copies.keep(file.id(), BackupKind::Static, file.text())?;
        copies.settle();
        Ok(name)
    }

    /// Puts a backup back into the file that it was made of, after keeping a copy of what is there now. A file that is not
    /// there any more is made again.
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
            // The way back is not the place to be strict: what did not work then does not work again.
            BackupKind::Static if self.ports.static_file.is_none() => Err(unknown(name)),
            BackupKind::Static => {
                let terms = &Terms { accepts_disabled: true, ..terms.clone() };
                self.change_static(terms, StaticDeed::new("restore"), |_| Ok(Arc::from(text)))
            }
            BackupKind::Routes => {
                let text: Arc<str> = Arc::from(text);
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

    /// Makes these the whole texts of files, all or none, after keeping copies of what is there now; `name` says what
    /// they are of.
    ///
    /// # Errors
    /// As [`restore`](Self::restore).
    pub fn restore_texts(
        &self,
        terms: &Terms,
        name: &str,
        texts: &[(FileId, Arc<str>)],
    ) -> Result<Changed, ChangeError> {
        let terms = &Terms { accepts_disabled: true, ..terms.clone() };
        self.change(terms, &Deed::new("restore", "files of", None, name), |snapshot| {
            let is_other = |id: &FileId, text: &Arc<str>| {
                snapshot.file(id.as_str()).is_none_or(|file| file.text() != text)
            };
            let other = texts.iter().filter(|(id, text)| is_other(id, text));
            let texts = other.map(|(id, text)| (id.clone(), Some(Arc::clone(text)))).collect();
            Ok(Plan { texts, ..Plan::default() })
        })
    }

    /// Deletes a backup.
    ///
    /// # Errors
    /// [`ChangeError::NotFound`] for an unknown name.
    pub fn remove_backup(&self, name: &str) -> Result<(), ChangeError> {
        if self.ports.backups.remove(name).map_err(bad_name)? { Ok(()) } else { Err(unknown(name)) }
    }
}

impl Snapshot {
    /// Whether the file is not there any more that a backup is of.
    pub fn lacks(&self, backup: &Backup) -> bool {
        let file = backup.origin.as_ref().filter(|_| backup.kind == BackupKind::Routes);
        file.is_some_and(|file| self.revision_of(file.as_str()) == Some(Revision::absent()))
    }
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
