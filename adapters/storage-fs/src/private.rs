//! Files of this program that are never configuration, even where they lie among it.

use std::{
    ffi::OsStr,
    fs::{self, Metadata},
    os::unix::fs::MetadataExt as _,
    path::{Path, PathBuf},
};

use crate::file::folder_of;

/// Paths whose files are neither listed, read nor written as configuration.
///
/// A file counts by what it is and not by its name: a link to it, symbolic or hard, is left out too.
#[derive(Debug, Default)]
pub(crate) struct Private(Vec<PathBuf>);

impl Private {
    pub(crate) fn new(paths: Vec<PathBuf>) -> Self {
        Self(paths)
    }

    /// The files that are there now.
    pub(crate) fn present(&self) -> Present {
        let inode = |path: &PathBuf| fs::metadata(path).ok().map(|metadata| (metadata.dev(), metadata.ino()));
        Present(self.0.iter().filter_map(inode).collect())
    }

    /// Whether the path is a link, of either kind, to one of these files.
    pub(crate) fn is_linked_by(&self, path: &Path) -> bool {
        let is_link = |entry: Metadata| entry.is_symlink() || entry.nlink() > 1;
        fs::symlink_metadata(path).is_ok_and(is_link)
            && fs::metadata(path).is_ok_and(|file| self.present().has(&file))
    }

    /// Whether a file of that name in a folder would be one of these; it need not be there.
    pub(crate) fn names(&self, folder: &Path, name: &str) -> bool {
        let Ok(folder) = folder.canonicalize() else { return false };
        let is_here = |path: &PathBuf| folder_of(path).canonicalize().is_ok_and(|other| other == folder);
        self.0.iter().any(|path| path.file_name() == Some(OsStr::new(name)) && is_here(path))
    }
}

/// Private files as the system knows them.
pub(crate) struct Present(Vec<(u64, u64)>);

impl Present {
    /// Whether this is one of them.
    pub(crate) fn has(&self, metadata: &Metadata) -> bool {
        self.0.contains(&(metadata.dev(), metadata.ino()))
    }
}
