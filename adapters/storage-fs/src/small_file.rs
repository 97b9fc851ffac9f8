//! The small files beside the settings.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use traefik_manager_core::{companion::SmallFile, config::store::StorageError};

use crate::{
    errors,
    file::{folder_of, sweep},
    replace::text,
    write::{Access, Expected, Writer},
};

/// One text in a file of the owner's, changed under a lock between processes.
#[derive(Debug)]
pub struct FsSmallFile {
    path: PathBuf,
    name: String,
    lock: String,
    writer: Writer,
}

impl FsSmallFile {
    /// Opens the file, which is made with the first change; `state` is the folder for locks and journals.
    ///
    /// # Errors
    /// [`StorageError`] when the state folder cannot be made.
    pub fn open(path: &Path, state: &Path) -> Result<Self, StorageError> {
        let writer = Writer::open(state).map_err(|error| errors::folder(state, error))?;
        sweep(folder_of(path));
        let stem = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
        let lock = format!("beside-{stem}");
        Ok(Self { path: path.to_owned(), name: path.display().to_string(), lock, writer })
    }
}

impl SmallFile for FsSmallFile {
    fn name(&self) -> &str {
        &self.name
    }

    fn update(&self, change: &mut dyn FnMut(&str) -> Option<String>) -> Result<(), StorageError> {
        let _held =
            self.writer.lock(&self.lock).map_err(|error| errors::writing(&self.name, error.into()))?;
        let read = self.writer.read(&self.path).map_err(|error| errors::reading(&self.name, error))?;
        let (present, expected) = match read {
            Some((bytes, identity)) => (text(&self.name, bytes)?, Expected::Unchanged(identity)),
            None => (String::new(), Expected::Absent),
        };
        let Some(new) = change(&present) else { return Ok(()) };
        self.writer
            .write(&self.path, new.as_bytes(), Access::Secret, expected)
            .map_err(|error| errors::writing(&self.name, error))
    }

    fn set_aside(&self, expected: &str) -> Result<Option<String>, StorageError> {
        let failed = |error: io::Error| errors::writing(&self.name, error.into());
        let _held = self.writer.lock(&self.lock).map_err(failed)?;
        let read = self.writer.read(&self.path).map_err(|error| errors::reading(&self.name, error))?;
        if read.is_none_or(|(bytes, _)| bytes != expected.as_bytes()) {
            return Ok(None);
        }
        let mut aside = PathBuf::from(format!("{}.broken", self.name));
        let mut number = 1;
        while aside.symlink_metadata().is_ok() {
            number += 1;
            aside = PathBuf::from(format!("{}.broken-{number}", self.name));
        }
        fs::rename(&self.path, &aside).map_err(failed)?;
        Ok(Some(aside.display().to_string()))
    }
}
