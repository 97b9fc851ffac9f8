//! Kept copies of configuration files in a folder.

use std::{
    cmp::Reverse,
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use traefik_manager_core::{
    clock::Clock,
    config::store::{Backup, BackupKind, BackupStore, ConfigStore, FileId, StorageError},
};

use crate::{
    backup_name::{BackupName, filed, origin_tag},
    disk::System,
    errors,
    file::{WriteError, create, create_private_folder, is_absence, read_file, sweep},
    replace::text,
};

/// What the copies of switched-off routes are called.
const RECORDS: &str = "switched-off-routes.yml";

/// Backups as files, readable by the owner alone.
#[derive(Debug)]
pub struct FsBackupStore {
    folder: PathBuf,
    files: Arc<dyn ConfigStore>,
    fixed: Option<(FileId, PathBuf)>,
    keep_per_file: usize,
    clock: Arc<dyn Clock>,
}

/// A file that backups can be of.
struct Origin {
    id: FileId,
    kind: BackupKind,
    tag: String,
}

impl FsBackupStore {
    /// How many backups of a file are kept unless the operator says otherwise.
    pub const KEEP_PER_FILE: usize = 50;

    /// Opens the folder, and makes it where there is none. `files` are the dynamic configuration files and
    /// `fixed` the static one, if it is known.
    ///
    /// # Errors
    /// [`StorageError`] when the folder cannot be made.
    pub fn open(
        folder: &Path,
        files: Arc<dyn ConfigStore>,
        fixed: Option<(FileId, PathBuf)>,
        keep_per_file: usize,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, StorageError> {
        create_private_folder(folder).map_err(|error| errors::folder(folder, error))?;
        sweep(folder);
        Ok(Self { folder: folder.to_owned(), files, fixed, keep_per_file: keep_per_file.max(1), clock })
    }

    fn origins(&self) -> Result<Vec<Origin>, StorageError> {
        let origin = |id: FileId, kind, path: &str| Origin { id, kind, tag: origin_tag(path) };
        let dynamic = self.files.list()?.into_iter();
        let fixed = self.fixed.iter();
        Ok(dynamic
            .map(|entry| origin(entry.id, BackupKind::Routes, &entry.path))
            .chain(fixed.map(|(id, path)| origin(id.clone(), BackupKind::Static, &path.to_string_lossy())))
            // No file has an empty path.
            .chain([origin(FileId::new(RECORDS), BackupKind::Records, "")])
            .collect())
    }

    /// Every backup with its parsed name, newest first.
    fn scan(&self, origins: &[Origin]) -> Result<Vec<(BackupName, Backup)>, StorageError> {
        let failed = |error| errors::folder(&self.folder, error);
        let mut found = Vec::new();
        for entry in fs::read_dir(&self.folder).map_err(failed)? {
            let entry = entry.map_err(failed)?;
            let file_name = entry.file_name();
            let Some((text, name)) =
                file_name.to_str().and_then(|text| Some((text, BackupName::parse(text)?)))
            else {
                continue;
            };
            // One that goes meanwhile is not there.
            if let Ok(metadata) = entry.metadata()
                && metadata.is_file()
            {
                let backup = describe(text, &name, metadata.len(), origins);
                found.push((name, backup));
            }
        }
        found.sort_by_cached_key(|(name, backup)| Reverse((name.made_at, name.number, backup.name.clone())));
        Ok(found)
    }

    fn forget_old(&self, id: &FileId, kind: BackupKind, newest: &str) -> Result<(), StorageError> {
        let same = |backup: &Backup| backup.origin.as_ref() == Some(id) && backup.kind == kind;
        let others = self
            .scan(&self.origins()?)?
            .into_iter()
            .filter(|(_, backup)| same(backup) && backup.name != newest);
        for (_, old) in others.skip(self.keep_per_file - 1) {
            match fs::remove_file(self.folder.join(&old.name)) {
                Err(error) if !is_absence(&error) => {
                    tracing::warn!(backup = old.name, %error, "an old backup could not be removed");
                }
                _ => {}
            }
        }
        Ok(())
    }
}

impl BackupStore for FsBackupStore {
    fn keep(&self, id: &FileId, kind: BackupKind, text: &str) -> Result<String, StorageError> {
        let origins = self.origins()?;
        let origin = origins
            .iter()
            .find(|origin| origin.id == *id && origin.kind == kind)
            .ok_or_else(|| StorageError::NotFound { name: id.to_string() })?;
        let mut name = BackupName {
            base: filed(id.base_name()),
            made_at: self.clock.now(),
            origin: Some(origin.tag.clone()),
            number: 1,
        };
        loop {
            // Nobody writes a whole copy to learn that its name is taken.
            if self.folder.join(name.to_string()).symlink_metadata().is_ok() {
                name.number += 1;
                continue;
            }
            match create(&System, &self.folder.join(name.to_string()), text.as_bytes(), 0o600) {
                Err(WriteError::Changed) => name.number += 1,
                Err(error) => return Err(errors::writing(&name.to_string(), error)),
                Ok(()) => break,
            }
        }
        Ok(name.to_string())
    }

    fn prune(&self, id: &FileId, kind: BackupKind, last: &str) {
        if let Err(error) = self.forget_old(id, kind, last) {
            tracing::warn!(%error, "old backups could not be looked for");
        }
    }

    fn list(&self) -> Result<Vec<Backup>, StorageError> {
        Ok(self.scan(&self.origins()?)?.into_iter().map(|(_, backup)| backup).collect())
    }

    fn read(&self, name: &str) -> Result<Option<(Backup, String)>, StorageError> {
        let parsed = BackupName::check(name)?;
        let path = self.folder.join(name);
        if fs::symlink_metadata(&path).is_ok_and(|entry| entry.is_symlink()) {
            return Ok(None);
        }
        let read = read_file(&path).map_err(|error| errors::reading(name, error))?;
        let Some((bytes, _)) = read else { return Ok(None) };
        let backup = describe(name, &parsed, bytes.len() as u64, &self.origins()?);
        Ok(Some((backup, text(name, bytes)?)))
    }

    fn remove(&self, name: &str) -> Result<bool, StorageError> {
        BackupName::check(name)?;
        match fs::remove_file(self.folder.join(name)) {
            Ok(()) => Ok(true),
            Err(error) if is_absence(&error) => Ok(false),
            Err(error) => Err(errors::writing(name, error.into())),
        }
    }
}

fn describe(name: &str, parsed: &BackupName, size: u64, origins: &[Origin]) -> Backup {
    let mut candidates = origins.iter().filter(|origin| match &parsed.origin {
        Some(tag) => origin.tag == *tag && filed(origin.id.base_name()) == parsed.base,
        None => origin.id.base_name() == parsed.base,
    });
    // Only one file can be meant, or none is.
    let origin = candidates.next().filter(|_| candidates.next().is_none());
    Backup {
        name: name.to_owned(),
        size,
        made_at: parsed.made_at,
        kind: origin.map_or(BackupKind::Routes, |origin| origin.kind),
        origin: origin.map(|origin| origin.id.clone()),
    }
}
