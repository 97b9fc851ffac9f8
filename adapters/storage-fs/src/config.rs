//! The configuration files of Traefik's file provider.

use std::{
    collections::BTreeMap,
    fs,
    hash::{DefaultHasher, Hash, Hasher},
    io,
    os::unix::fs::MetadataExt as _,
    path::{Path, PathBuf},
    sync::{Arc, PoisonError, RwLock},
};

use traefik_manager_core::{
    clock::Timestamp,
    config::store::{
        ConfigStore, Exclusive, FileContent, FileEntry, FileId, FileWrite, Revision, Stamp, StorageError,
        WriteCondition, has_yaml_ending,
    },
};

use crate::{
    errors,
    file::{folder_of, is_absence, revision, sweep},
    identity::Identity,
    odd::odd_entry,
    private::Private,
    replace::{Replacement, replace_all, text},
    watch::{Scope, Watch},
    write::{Access, Writer},
};

const LOCK: &str = "config";
/// Held for a whole change, over all its files and the settings.
const CHANGES: &str = "changes";

/// Which files are Traefik's configuration.
#[derive(Debug, Clone)]
pub enum ConfigLocation {
    /// Every YAML file below a folder (`CONFIG_DIR`), in which new files may be made.
    ///
    /// Hidden ones too, as Traefik reads them, but no folder whose name begins with `..`: links beside those of a
    /// `ConfigMap` lead to what is in them. Links to folders are not followed, since Traefik does not follow them
    /// either. What keeps Traefik from reading any file is listed, and cannot be read.
    /// Traefik reads sub-folders, but notices changes in them only when something changes in the folder itself.
    Directory(PathBuf),
    /// These files and no others (`CONFIG_PATHS`, `CONFIG_PATH`).
    Files(Vec<PathBuf>),
}

/// Configuration files on disk.
///
/// A file is replaced by a rename; where it is itself a mount point, it is written in place under a journal. The
/// static configuration is one such store with a single listed file.
#[derive(Debug)]
pub struct FsConfigStore {
    location: ConfigLocation,
    writer: Writer,
    watch: Watch,
    private: Private,
    /// The files of the last listing: nothing else is read or written.
    known: RwLock<BTreeMap<FileId, PathBuf>>,
}

impl FsConfigStore {
    /// Opens the files; `state` is a folder of this program alone for locks and journals, on a local disk.
    ///
    /// # Errors
    /// [`StorageError`] when the state folder cannot be made, or a path is not UTF-8.
    pub fn open(location: ConfigLocation, state: &Path) -> Result<Self, StorageError> {
        let writer = Writer::open(state).map_err(|error| errors::folder(state, error))?;
        let scope = match &location {
            ConfigLocation::Directory(folder) => {
                sweep(folder);
                Scope::Folder(folder.clone())
            }
            ConfigLocation::Files(files) => {
                for file in files {
                    sweep(folder_of(file));
                }
                Scope::Files(files.clone())
            }
        };
        let known = match &location {
            ConfigLocation::Directory(_) => BTreeMap::new(),
            ConfigLocation::Files(files) => name_files(files)?.into_iter().collect(),
        };
        let watched = location.clone();
        let watch = Watch::start(&scope, move || mark(&watched));
        Ok(Self { location, writer, watch, private: Private::default(), known: RwLock::new(known) })
    }

    /// Leaves these files out, whatever path or link leads to them.
    ///
    /// They are the program's own: where the settings lie in `CONFIG_DIR`, nobody must read or write them as
    /// configuration.
    #[must_use]
    pub fn leaving_out(self, files: Vec<PathBuf>) -> Self {
        Self { private: Private::new(files), ..self }
    }

    /// Makes every later write one in place, under a journal, so that files keep their inodes.
    ///
    /// It is needed where Traefik has a single file mounted that this program sees in its folder: after a rename
    /// Traefik would keep reading the old file. The price is that another program may, for a moment, see a part
    /// of a write; readers through a store never do.
    #[must_use]
    pub fn keeping_inodes(self) -> Self {
        Self { writer: self.writer.keeping_inodes(), ..self }
    }

    fn path(&self, id: &FileId) -> Option<PathBuf> {
        self.known.read().unwrap_or_else(PoisonError::into_inner).get(id).cloned()
    }

    /// The path of a listed file; a file that came since the last listing is looked for.
    fn listed(&self, id: &FileId) -> Result<Option<PathBuf>, StorageError> {
        if self.path(id).is_none() && matches!(self.location, ConfigLocation::Directory(_)) {
            self.list()?;
        }
        // Since the listing, a link may have been put in its place.
        Ok(self.path(id).filter(|path| !self.private.is_linked_by(path)))
    }

    /// The path that a write is for.
    fn target(&self, write: &FileWrite<'_>) -> Result<PathBuf, StorageError> {
        let path = match (self.listed(write.id)?, &write.condition) {
            (None, WriteCondition::CreateNew) => {
                let places = self.creatable(write.id.base_name())?;
                places.into_iter().find(|(id, _)| id == write.id).map(|(_, path)| path)
            }
            (path, _) => path,
        };
        self.is_no_file(write.id, path.as_deref())?;
        path.ok_or_else(|| StorageError::NotFound { name: write.id.to_string() })
    }

    /// Refuses an entry of the folder that Traefik takes for a file and cannot read.
    fn is_no_file(&self, id: &FileId, path: Option<&Path>) -> Result<(), StorageError> {
        let is_folder = matches!(self.location, ConfigLocation::Directory(_));
        match path.filter(|_| is_folder).and_then(odd_entry) {
            None => Ok(()),
            Some(what) => Err(StorageError::Unreadable {
                name: id.to_string(),
                reason: format!("it is {what}, and Traefik takes no file while it is there; remove it"),
            }),
        }
    }

    /// Where files of a base name that nobody has listed may be made.
    fn creatable(&self, base: &str) -> Result<Vec<(FileId, PathBuf)>, StorageError> {
        let ConfigLocation::Directory(folder) = &self.location else { return Ok(Vec::new()) };
        if !FileId::for_new_file(base).is_ok_and(|plain| plain.as_str() == base) {
            return Ok(Vec::new());
        }
        let mut below = vec![(String::new(), folder.clone())];
        walk(folder, "", &mut |id, path, is_folder| {
            if is_folder {
                below.push((format!("{id}/"), path));
            }
        })
        .map_err(|error| errors::folder(folder, error))?;
        let allowed = below.into_iter().filter(|(_, folder)| !self.private.names(folder, base));
        Ok(allowed.map(|(id, folder)| (FileId::new(&format!("{id}{base}")), folder.join(base))).collect())
    }
}

impl ConfigStore for FsConfigStore {
    fn generation(&self) -> u64 {
        self.watch.generation()
    }

    fn list(&self) -> Result<Vec<FileEntry>, StorageError> {
        let mut files = files(&self.location)?;
        let private = self.private.present();
        files.retain(|(_, path)| !fs::metadata(path).is_ok_and(|metadata| private.has(&metadata)));
        *self.known.write().unwrap_or_else(PoisonError::into_inner) =
            files.iter().map(|(id, path)| (id.clone(), path.clone())).collect();
        let entry = |(id, path): (FileId, PathBuf)| FileEntry {
            id,
            stamp: fs::metadata(&path).map_or(Stamp(0), |metadata| Identity::of(&metadata).stamp()),
            path: path.display().to_string(),
        };
        Ok(files.into_iter().map(entry).collect())
    }

    fn missing(&self, base_name: &str) -> Result<Vec<FileEntry>, StorageError> {
        let places = self.creatable(base_name)?.into_iter();
        let missing = places.filter(|(_, path)| fs::symlink_metadata(path).is_err());
        Ok(missing
            .map(|(id, path)| FileEntry { id, path: path.display().to_string(), stamp: Stamp(0) })
            .collect())
    }

    fn read(&self, id: &FileId) -> Result<Option<FileContent>, StorageError> {
        let missing = || StorageError::NotFound { name: id.to_string() };
        let path = self.listed(id)?.ok_or_else(missing)?;
        self.is_no_file(id, Some(&path))?;
        let read = self.writer.read(&path).map_err(|error| errors::reading(id.as_str(), error))?;
        let Some((bytes, _)) = read else { return Ok(None) };
        let revision = revision(&bytes);
        Ok(Some(FileContent { text: Arc::from(text(id.as_str(), bytes)?), revision }))
    }

    fn has_revision(&self, id: &FileId, revision: &Revision) -> Result<bool, StorageError> {
        let missing = || StorageError::NotFound { name: id.to_string() };
        let path = self.listed(id)?.ok_or_else(missing)?;
        let present = self.writer.revision(&path).map_err(|error| errors::reading(id.as_str(), error))?;
        Ok(present.is_some_and(|(present, _)| present == *revision))
    }

    fn changed_at(&self, id: &FileId) -> Option<Timestamp> {
        let path = self.listed(id).ok()??;
        // What somebody copies here may claim to be old; when it came here it cannot.
        fs::metadata(path).ok().map(|metadata| Timestamp(metadata.ctime()))
    }

    fn revision(&self, text: &str) -> Revision {
        revision(text.as_bytes())
    }

    fn write_all(&self, writes: &[FileWrite<'_>]) -> Result<Vec<Option<Revision>>, StorageError> {
        let paths = writes.iter().map(|write| self.target(write)).collect::<Result<Vec<_>, _>>()?;
        let replacements: Vec<Replacement<'_>> = writes
            .iter()
            .zip(&paths)
            .map(|(write, path)| Replacement {
                path,
                name: write.id.as_str(),
                text: write.text,
                condition: &write.condition,
            })
            .collect();
        let replaced = replace_all(&self.writer, LOCK, &replacements, Access::Shared);
        if !matches!(replaced, Ok((_, false))) {
            // Also when it failed: files may have been touched until they were put back.
            self.watch.bump();
        }
        let (revisions, _) = replaced?;
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        for (write, path) in writes.iter().zip(paths).filter(|(write, _)| write.text.is_some()) {
            known.insert(write.id.clone(), path);
        }
        Ok(revisions)
    }

    fn can_create(&self) -> bool {
        matches!(self.location, ConfigLocation::Directory(_))
    }

    fn new_file(&self, name: &str) -> Result<FileId, StorageError> {
        let refused =
            |reason: &str| StorageError::BadName { name: name.to_owned(), reason: reason.to_owned() };
        let ConfigLocation::Directory(folder) = &self.location else {
            return Err(refused("new files need CONFIG_DIR to be set"));
        };
        let id = FileId::for_new_file(name)?;
        if self.private.names(folder, id.as_str()) {
            return Err(refused("a file of this program's own has that name; choose another"));
        }
        // A folder, a link to nowhere, or one to a file of this program's own.
        let path = folder.join(id.as_str());
        if fs::symlink_metadata(&path).is_ok() && (odd_entry(&path).is_some() || self.listed(&id)?.is_none())
        {
            return Err(refused("something that is no configuration file has that name; choose another"));
        }
        Ok(id)
    }

    fn exclusive(&self) -> Result<Exclusive, StorageError> {
        let held = self.writer.lock(CHANGES).map_err(|error| errors::other("the lock on changes", error))?;
        Ok(Exclusive::held_by(held))
    }
}

fn files(location: &ConfigLocation) -> Result<Vec<(FileId, PathBuf)>, StorageError> {
    match location {
        ConfigLocation::Files(files) => name_files(files),
        ConfigLocation::Directory(folder) => {
            let mut found = Vec::new();
            walk(folder, "", &mut |id, path, is_folder| {
                let is_file = || fs::metadata(&path).is_ok_and(|metadata| metadata.is_file());
                if !is_folder && (odd_entry(&path).is_some() || has_yaml_ending(id) && is_file()) {
                    found.push((FileId::new(id), path));
                }
            })
            .map_err(|error| errors::folder(folder, error))?;
            Ok(found)
        }
    }
}

/// Listed files go by their base names as long as those tell them apart.
fn name_files(files: &[PathBuf]) -> Result<Vec<(FileId, PathBuf)>, StorageError> {
    let mut named: Vec<(FileId, PathBuf)> = Vec::with_capacity(files.len());
    for path in files {
        let base = path.file_name();
        let shared = files.iter().filter(|other| *other != path).any(|other| other.file_name() == base);
        let name = if shared { Some(path.as_os_str()) } else { base };
        let name = name.and_then(|name| name.to_str()).ok_or_else(|| StorageError::BadName {
            name: path.display().to_string(),
            reason: "a configuration file needs a name in UTF-8".to_owned(),
        })?;
        if !named.iter().any(|(_, other)| other == path) {
            named.push((FileId::new(name), path.clone()));
        }
    }
    Ok(named)
}

/// Goes through a folder as Traefik does: entries by name, sub-folders in their place. `found` is told the name below the
/// folder, the path, and whether that is a folder.
fn walk(folder: &Path, below: &str, found: &mut dyn FnMut(&str, PathBuf, bool)) -> io::Result<()> {
    let mut entries = fs::read_dir(folder)?.collect::<io::Result<Vec<_>>>()?;
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let name = entry.file_name();
        // Traefik reads files of any name.
        let name = name.to_string_lossy();
        let (path, id) = (entry.path(), format!("{below}{name}"));
        if entry.file_type()?.is_dir() {
            // Where Kubernetes keeps what the links beside it lead to.
            if name.starts_with("..") {
                continue;
            }
            found(&id, path.clone(), true);
            match walk(&path, &format!("{id}/"), found) {
                // A folder that goes, or that only root may see (`lost+found`), is not the end of the others.
                Err(error) if is_absence(&error) || error.kind() == io::ErrorKind::PermissionDenied => {
                    tracing::debug!(folder = %path.display(), %error, "a folder is left out");
                }
                walked => walked?,
            }
        } else {
            found(&id, path, false);
        }
    }
    Ok(())
}

/// A mark of all files' names and identities.
fn mark(location: &ConfigLocation) -> u64 {
    let mut hasher = DefaultHasher::new();
    match files(location) {
        Ok(files) => {
            for (_, path) in files {
                let identity = fs::metadata(&path).ok().map(|metadata| Identity::of(&metadata));
                (path, identity).hash(&mut hasher);
            }
        }
        Err(error) => error.to_string().hash(&mut hasher),
    }
    hasher.finish()
}
