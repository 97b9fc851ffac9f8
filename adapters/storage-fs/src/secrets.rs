//! The key files beside the settings, and who may read them.

use std::{
    fs,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
};

use traefik_manager_core::{
    config::store::StorageError,
    crypto::{Entropy, hex},
    secret::Secret,
};
use zeroize::Zeroizing;

use crate::{
    disk::System,
    errors,
    file::{WriteError, create, create_private_folder, read_file},
};

/// The session key: `SECRET_KEY` if it is set, else the content of `.secret_key` in the settings folder, which is
/// made (64 hexadecimal digits, 0600) where there is none.
///
/// Of two processes that start at once, both get the key of the one that was first.
///
/// # Errors
/// [`StorageError`] naming the file, when it cannot be read or made, or is empty. A key file is never replaced:
/// a new key would sign everybody out and lock stored secrets away.
pub fn session_key(
    folder: &Path,
    from_environment: Option<&Secret>,
    entropy: &dyn Entropy,
) -> Result<Zeroizing<Vec<u8>>, StorageError> {
    if let Some(key) = from_environment.filter(|key| !key.expose().is_empty()) {
        return Ok(Zeroizing::new(key.expose().as_bytes().to_vec()));
    }
    let path = folder.join(".secret_key");
    if let Some(key) = read_key(&path)? {
        return Ok(key);
    }
    create_private_folder(folder).map_err(|error| errors::folder(folder, error))?;
    let name = path.display().to_string();
    let mut bytes = Zeroizing::new([0; 32]);
    entropy
        .fill(bytes.as_mut_slice())
        .map_err(|error| errors::other(&name, std::io::Error::other(error.to_string())))?;
    let key = Zeroizing::new(hex(bytes.as_slice()));
    match create(&System, &path, key.as_bytes(), 0o600) {
        Ok(()) | Err(WriteError::Changed) => {}
        Err(error) => return Err(errors::writing(&name, error)),
    }
    read_key(&path)?.ok_or(StorageError::NotFound { name })
}

/// The key of stored secrets in `.otp_key`, where an installation has that file. It is never made.
///
/// # Errors
/// [`StorageError`] naming the file, when it is there but cannot be read, is empty or is not text.
pub fn otp_key(folder: &Path) -> Result<Option<Secret>, StorageError> {
    let path = folder.join(".otp_key");
    let Some(key) = read_key(&path)? else { return Ok(None) };
    match std::str::from_utf8(&key) {
        Ok(text) => Ok(Some(Secret::new(text))),
        Err(_) => Err(unusable(&path, "it is not a key; restore it from a backup")),
    }
}

fn read_key(path: &Path) -> Result<Option<Zeroizing<Vec<u8>>>, StorageError> {
    let name = path.display().to_string();
    let Some((bytes, _)) = read_file(path).map_err(|error| errors::reading(&name, error))? else {
        return Ok(None);
    };
    let bytes = Zeroizing::new(bytes);
    let key = bytes.trim_ascii();
    if key.is_empty() {
        return Err(unusable(
            path,
            "it is empty; restore it from a backup, or remove it to have a new one made",
        ));
    }
    Ok(Some(Zeroizing::new(key.to_vec())))
}

fn unusable(path: &Path, reason: &str) -> StorageError {
    StorageError::Unreadable { name: path.display().to_string(), reason: reason.to_owned() }
}

/// A warning for each of these files and folders that others than the owner may look into. What is not there is
/// passed over.
///
/// Files that hold secrets should have mode 0600 and their folder 0700.
pub fn check_permissions(paths: &[PathBuf]) -> Vec<String> {
    let warning = |path: &PathBuf| {
        let metadata = fs::metadata(path).ok()?;
        let mode = metadata.permissions().mode() & 0o7777;
        let proper = if metadata.is_dir() { 0o700 } else { 0o600 };
        let path = path.display();
        (mode & 0o077 != 0).then(|| {
            format!("{path} has mode {mode:04o}, so others can look into it; set it to {proper:04o}")
        })
    };
    paths.iter().filter_map(warning).collect()
}
