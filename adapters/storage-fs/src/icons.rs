//! Icons in folders that the operator fills.

use std::{
    collections::BTreeSet,
    fs::{self, File},
    io::{self, Read as _},
    path::{Path, PathBuf},
};

use traefik_manager_core::{
    companion::{Icon, IconStore, is_slug},
    config::store::StorageError,
};

use crate::{errors, file::is_absence};

/// The largest icon, in bytes.
const MAX_BYTES: u64 = 512 * 1024;

/// The endings that are looked for, in this order, with what a browser is told.
const KINDS: [(&str, &str); 3] = [("svg", "image/svg+xml"), ("png", "image/png"), ("webp", "image/webp")];

/// Icons in folders, of which the first that has one counts. A folder that is not there has none.
#[derive(Debug)]
pub struct FsIcons(Vec<PathBuf>);

impl FsIcons {
    /// The icons in these folders.
    pub fn new(folders: Vec<PathBuf>) -> Self {
        Self(folders)
    }
}

impl IconStore for FsIcons {
    fn find(&self, slug: &str) -> Result<Option<Icon>, StorageError> {
        if !is_slug(slug) {
            return Ok(None);
        }
        for folder in &self.0 {
            for (ending, kind) in KINDS {
                let path = folder.join(format!("{slug}.{ending}"));
                let read =
                    read(folder, &path).map_err(|error| errors::other(&path.display().to_string(), error))?;
                if let Some(bytes) = read.filter(|bytes| is_of(bytes, ending)) {
                    return Ok(Some(Icon { kind, bytes }));
                }
            }
        }
        Ok(None)
    }

    fn slugs(&self) -> Result<Vec<String>, StorageError> {
        let mut found = BTreeSet::new();
        for folder in &self.0 {
            let entries = match fs::read_dir(folder) {
                Ok(entries) => entries,
                Err(error) if is_absence(&error) => continue,
                Err(error) => return Err(errors::folder(folder, error)),
            };
            for entry in entries.flatten() {
                let name = entry.file_name();
                let named = name.to_str().and_then(|name| name.rsplit_once('.'));
                if let Some((slug, ending)) = named
                    && KINDS.iter().any(|(known, _)| *known == ending)
                    && is_slug(slug)
                {
                    found.insert(slug.to_owned());
                }
            }
        }
        Ok(found.into_iter().collect())
    }
}

/// A small file of the folder; `None` where there is none, or where a link leads out of the folder.
fn read(folder: &Path, path: &Path) -> io::Result<Option<Vec<u8>>> {
    let (real, folder) = match (path.canonicalize(), folder.canonicalize()) {
        (Ok(real), Ok(folder)) => (real, folder),
        (Err(error), _) | (_, Err(error)) if is_absence(&error) => return Ok(None),
        (Err(error), _) | (_, Err(error)) => return Err(error),
    };
    // Looked at before it is opened: opening a pipe would wait for its other end.
    if !real.starts_with(folder) || !fs::metadata(&real)?.is_file() {
        return Ok(None);
    }
    let mut bytes = Vec::new();
    File::open(&real)?.take(MAX_BYTES + 1).read_to_end(&mut bytes)?;
    Ok((bytes.len() as u64 <= MAX_BYTES).then_some(bytes))
}

/// Whether the bytes are what the ending says.
fn is_of(bytes: &[u8], ending: &str) -> bool {
    match ending {
        "png" => bytes.starts_with(b"\x89PNG\r\n\x1a\n"),
        "webp" => bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP"),
        _ => std::str::from_utf8(bytes).is_ok_and(|text| text.contains("<svg")),
    }
}
