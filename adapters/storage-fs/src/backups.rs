//! Kept copies of configuration files in a folder.

use std::{
    cmp::Reverse,
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use traefik_manager_core::{
    clock::Clock,
    config::store::{Backup, BackupKind, BackupStore, ConfigStore, FileEntry, FileId, StorageError},
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
    is_there: bool,
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
        let origin =
            |id: FileId, kind, path: &str| Origin { id, kind, tag: origin_tag(path), is_there: true };
        let dynamic = self.files.list()?.into_iter();
        let fixed = self.fixed.iter();
        Ok(dynamic
            .map(|entry| origin(entry.id, BackupKind::Routes, &entry.path))
            .chain(fixed.map(|(id, path)| origin(id.clone(), BackupKind::Static, &path.to_string_lossy())))
            // No file has an empty path.
            .chain([origin(FileId::new(RECORDS), BackupKind::Records, "")])
            .collect())
    }

    /// The same with those files that are not there any more, as far as these names tell of them.
    fn origins_of<'n>(
        &self,
        names: impl IntoIterator<Item = &'n BackupName>,
    ) -> Result<Vec<Origin>, StorageError> {
        let mut origins = self.origins()?;
        let mut looked_for = BTreeSet::new();
        for name in names {
            // Without a tag it could be a file of any folder, or of another kind.
            if name.origin.is_some()
                && !origins.iter().any(|origin| origin.is_of(name))
                && looked_for.insert(&name.base)
            {
                origins.extend(self.gone(&name.base)?);
            }
        }
        Ok(origins)
    }

    /// The dynamic files of this base name that are not there, but may have been.
    fn gone(&self, base: &str) -> Result<impl Iterator<Item = Origin>, StorageError> {
        let origin = |FileEntry { id, path, .. }| Origin {
            id,
            kind: BackupKind::Routes,
            tag: origin_tag(&path),
            is_there: false,
        };
        Ok(self.files.missing(base)?.into_iter().map(origin))
    }

    /// The names of all backups and their sizes, newest first.
    fn scan(&self) -> Result<Vec<(BackupName, u64)>, StorageError> {
        let failed = |error| errors::folder(&self.folder, error);
        let mut found = Vec::new();
        for entry in fs::read_dir(&self.folder).map_err(failed)? {
            let entry = entry.map_err(failed)?;
            let Some(name) = entry.file_name().to_str().and_then(BackupName::parse) else { continue };
            // One that goes meanwhile is not there.
            if let Ok(metadata) = entry.metadata()
                && metadata.is_file()
            {
                found.push((name, metadata.len()));
            }
        }
        found.sort_by_cached_key(|(name, _)| Reverse((name.made_at, name.number, name.to_string())));
        Ok(found)
    }

    fn forget_old(&self, id: &FileId, kind: BackupKind, newest: &str) -> Result<(), StorageError> {
        let origins = self.origins()?;
        let same = |name: &BackupName| {
            origin_in(&origins, name).is_some_and(|other| other.id == *id && other.kind == kind)
        };
        let same = self.scan()?.into_iter().filter(|(name, _)| same(name)).map(|(name, _)| name.to_string());
        for old in same.filter(|name| name != newest).skip(self.keep_per_file - 1) {
            match fs::remove_file(self.folder.join(&old)) {
                Err(error) if !is_absence(&error) => {
                    tracing::warn!(backup = old, %error, "an old backup could not be removed");
                }
                _ => {}
            }
        }
        Ok(())
    }
}

impl BackupStore for FsBackupStore {
    fn keep(&self, id: &FileId, kind: BackupKind, text: &str) -> Result<String, StorageError> {
        let mut origins = self.origins()?;
        let is_it = |origin: &Origin| origin.id == *id && origin.kind == kind;
        if kind == BackupKind::Routes && !origins.iter().any(is_it) {
            // Somebody has removed it: what it said last is worth a copy all the more.
            origins.extend(self.gone(id.base_name())?.filter(is_it));
        }
        let origin = origins
            .iter()
            .find(|origin| is_it(origin))
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
        let found = self.scan()?;
        let origins = self.origins_of(found.iter().map(|(name, _)| name))?;
        Ok(found.into_iter().map(|(name, size)| describe(&name, size, &origins)).collect())
    }

    fn read(&self, name: &str) -> Result<Option<(Backup, String)>, StorageError> {
        let parsed = BackupName::check(name)?;
        let path = self.folder.join(name);
        if fs::symlink_metadata(&path).is_ok_and(|entry| entry.is_symlink()) {
            return Ok(None);
        }
        let read = read_file(&path).map_err(|error| errors::reading(name, error))?;
        let Some((bytes, _)) = read else { return Ok(None) };
        let backup = describe(&parsed, bytes.len() as u64, &self.origins_of([&parsed])?);
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

impl Origin {
    /// Whether a backup of this name may be of it.
    fn is_of(&self, name: &BackupName) -> bool {
        match &name.origin {
            Some(tag) => self.tag == *tag && filed(self.id.base_name()) == name.base,
            // Without a tag it is of a file that is there: any folder could have had one.
            None => self.is_there && self.id.base_name() == name.base,
        }
    }
}

/// The file that a backup of this name is of: only one can be meant, or none is.
fn origin_in<'o>(origins: &'o [Origin], name: &BackupName) -> Option<&'o Origin> {
    let mut candidates = origins.iter().filter(|origin| origin.is_of(name));
    candidates.next().filter(|_| candidates.next().is_none())
}

fn describe(name: &BackupName, size: u64, origins: &[Origin]) -> Backup {
    let origin = origin_in(origins, name);
    Backup {
        name: name.to_string(),
        size,
        made_at: name.made_at,
        kind: origin.map_or(BackupKind::Routes, |origin| origin.kind),
        origin: origin.map(|origin| origin.id.clone()),
    }
}
