//! The system's errors in the words of the ports.

use std::{io, path::Path};

use traefik_manager_core::config::store::StorageError;

use crate::file::WriteError;

const ADAPTER: &str = "file storage";

/// An error that is neither about permission nor about space.
pub(crate) fn other(name: &str, error: io::Error) -> StorageError {
    StorageError::Other { adapter: ADAPTER, name: name.to_owned(), source: Box::new(error) }
}

/// Why a file could not be read.
pub(crate) fn reading(name: &str, error: io::Error) -> StorageError {
    let reason = match error.kind() {
        io::ErrorKind::PermissionDenied => {
            "the system denies reading it; let the user that this program runs as read it".to_owned()
        }
        io::ErrorKind::InvalidData | io::ErrorKind::FileTooLarge => error.to_string(),
        _ => return other(name, error),
    };
    StorageError::Unreadable { name: name.to_owned(), reason }
}

/// Why a file could not be written.
pub(crate) fn writing(name: &str, error: WriteError) -> StorageError {
    let name = name.to_owned();
    match error {
        WriteError::Changed => StorageError::Conflict { name },
        WriteError::Unsettled(reason) => StorageError::Unsettled { name, reason },
        WriteError::Io(error) => match error.kind() {
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
                StorageError::ReadOnly { name, reason: error.to_string() }
            }
            io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => {
                StorageError::ReadOnly { name, reason: "its folder is not there".to_owned() }
            }
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => StorageError::NoSpace { name },
            _ => other(&name, error),
        },
    }
}

/// Why a folder could not be made or listed.
pub(crate) fn folder(path: &Path, error: io::Error) -> StorageError {
    let name = path.display().to_string();
    match error.kind() {
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
            StorageError::ReadOnly { name, reason: error.to_string() }
        }
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => StorageError::Unreadable {
            name,
            reason: "there is no such folder; create it, or correct the path".to_owned(),
        },
        _ => other(&name, error),
    }
}
