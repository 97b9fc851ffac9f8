//! What has the name of a configuration file and is none, and makes Traefik take no file at all.
//!
//! Traefik opens whatever has such a name, hidden or not: a link to nothing, to a folder or a socket is an error to it,
//! on a pipe it waits for ever. Folders and devices do it no harm.

use std::{
    fs::{self, Metadata},
    io::ErrorKind,
    os::unix::fs::FileTypeExt as _,
    path::Path,
};

/// What an entry of a folder is that keeps Traefik from reading all of it; `None` where it is harmless or no
/// configuration. Nothing is opened.
pub fn odd_entry(path: &Path) -> Option<&'static str> {
    let ending = path.extension()?;
    if !["yml", "yaml", "toml"].iter().any(|known| ending.eq_ignore_ascii_case(known)) {
        return None;
    }
    let is_link = fs::symlink_metadata(path).ok()?.is_symlink();
    match fs::metadata(path) {
        Ok(entry) => of_kind(&entry, is_link),
        // One to where this program may not look may be sound.
        Err(error) => (is_link && error.kind() != ErrorKind::PermissionDenied).then_some("a link to nothing"),
    }
}

fn of_kind(entry: &Metadata, is_link: bool) -> Option<&'static str> {
    let kind = entry.file_type();
    if kind.is_fifo() {
        Some("a pipe")
    } else if kind.is_socket() {
        Some("a socket")
    } else {
        (kind.is_dir() && is_link).then_some("a link to a folder")
    }
}
