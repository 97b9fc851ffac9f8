//! Texts of known revisions, replaced by other texts.

use std::path::Path;

use traefik_manager_core::config::store::{Revision, StorageError, WriteCondition};

use crate::{
    errors,
    file::{MAX_FILE, WriteError, revision},
    write::{Access, Change, Expected, Writer},
};

/// One file and what shall be in it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Replacement<'a> {
    pub(crate) path: &'a Path,
    /// Its name in errors.
    pub(crate) name: &'a str,
    /// The new text; `None` takes the file away.
    pub(crate) text: Option<&'a str>,
    pub(crate) condition: &'a WriteCondition,
}

/// Compares and writes under a lock, all files or none; says the new revisions, and whether anything was written.
pub(crate) fn replace_all(
    writer: &Writer,
    lock: &str,
    replacements: &[Replacement<'_>],
    access: Access,
) -> Result<(Vec<Option<Revision>>, bool), StorageError> {
    let Some(first) = replacements.first() else { return Ok((Vec::new(), false)) };
    let _held = writer.lock(lock).map_err(|error| errors::writing(first.name, error.into()))?;
    let mut changes = Vec::with_capacity(replacements.len());
    let mut names = Vec::with_capacity(replacements.len());
    let mut revisions = Vec::with_capacity(replacements.len());
    for (at, replacement) in replacements.iter().enumerate() {
        let changed = || errors::writing(replacement.name, WriteError::Changed);
        if replacements.iter().take(at).any(|earlier| earlier.path == replacement.path) {
            return Err(changed());
        }
        let new = replacement.text.map(|text| revision(text.as_bytes()));
        let expected = compare(writer, replacement, new.as_ref())?;
        revisions.push(new);
        let Some(expected) = expected else { continue };
        if let Expected::Unchanged(identity) = expected {
            // A link to a file that the transaction writes under another name too.
            let is_same = |change: &Change<'_>| matches!(change.expected, Expected::Unchanged(other) if other.is_file_of(identity));
            if changes.iter().any(is_same) {
                return Err(changed());
            }
        }
        let new = replacement.text.map(str::as_bytes);
        changes.push(Change { path: replacement.path, new, access, expected });
        names.push(replacement.name);
    }
    let failed = |(at, error)| errors::writing(names.get(at).copied().unwrap_or(first.name), error);
    writer.write_all(&changes).map_err(failed)?;
    Ok((revisions, !changes.is_empty()))
}

/// What must be there for the write; `None` where the file already is what it shall be.
fn compare(
    writer: &Writer,
    replacement: &Replacement<'_>,
    new: Option<&Revision>,
) -> Result<Option<Expected>, StorageError> {
    let Replacement { path, name, text, condition } = *replacement;
    if text.is_some_and(|text| text.len() as u64 > MAX_FILE) {
        let reason = "its new content is larger than 64 MiB; split it".to_owned();
        return Err(StorageError::Unreadable { name: name.to_owned(), reason });
    }
    let present = writer.revision(path).map_err(|error| errors::reading(name, error))?;
    match (present, condition) {
        (None, WriteCondition::CreateNew) => Ok(text.map(|_| Expected::Absent)),
        (Some((present, identity)), WriteCondition::Matches(old)) if present == *old => {
            Ok((new != Some(old)).then_some(Expected::Unchanged(identity)))
        }
        _ => Err(errors::writing(name, WriteError::Changed)),
    }
}

/// Bytes as text.
pub(crate) fn text(name: &str, bytes: Vec<u8>) -> Result<String, StorageError> {
    String::from_utf8(bytes).map_err(|error| StorageError::Unreadable {
        name: name.to_owned(),
        reason: format!(
            "it is not UTF-8 from byte {} on; save it as UTF-8",
            error.utf8_error().valid_up_to()
        ),
    })
}
