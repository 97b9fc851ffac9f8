//! The names of backups: `<file>.<YYYYMMDD_HHMMSS>.<origin>[-<n>].bak`.
//!
//! `<origin>` is the beginning of the SHA-256 of the file's full path, which tells files of the same base name
//! apart. Names without it, as 1.5.2 gave them, are read too; their times are taken for UTC.

use sha2::{Digest as _, Sha256};
use traefik_manager_core::{clock::Timestamp, config::store::StorageError, crypto::hex};

/// The longest base name that is kept whole, in bytes, so that the complete name is one that file systems take.
const MAX_BASE: usize = 200;

/// A parsed name. The order is that of making: time, then number within the second.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct BackupName {
    pub(crate) base: String,
    pub(crate) made_at: Timestamp,
    /// Eight hexadecimal digits; `None` in names by 1.5.2.
    pub(crate) origin: Option<String>,
    /// 1 for the first of a second.
    pub(crate) number: u32,
}

impl BackupName {
    pub(crate) fn parse(name: &str) -> Option<Self> {
        let (rest, last) = name.strip_suffix(".bak")?.rsplit_once('.')?;
        let (base, made_at, origin, number) = match Timestamp::from_compact_text(last) {
            Some(made_at) => (rest, made_at, None, 1),
            None => {
                let (origin, number) = match last.split_once('-') {
                    Some((origin, number)) => (origin, parse_number(number)?),
                    None => (last, 1),
                };
                if origin.len() != 8 || !origin.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')) {
                    return None;
                }
                let (base, time) = rest.rsplit_once('.')?;
                (base, Timestamp::from_compact_text(time)?, Some(origin.to_owned()), number)
            }
        };
        let plain = !base.is_empty() && !base.contains(['/', '\\']) && !base.chars().any(char::is_control);
        plain.then(|| Self { base: base.to_owned(), made_at, origin, number })
    }

    /// [`Self::parse`] for a name that somebody sent.
    pub(crate) fn check(name: &str) -> Result<Self, StorageError> {
        Self::parse(name).ok_or_else(|| StorageError::BadName {
            name: name.to_owned(),
            reason: "it is not the name of a backup".to_owned(),
        })
    }
}

impl std::fmt::Display for BackupName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}", self.base, self.made_at.to_compact_text())?;
        if let Some(origin) = &self.origin {
            write!(f, ".{origin}")?;
        }
        if self.number > 1 {
            write!(f, "-{}", self.number)?;
        }
        f.write_str(".bak")
    }
}

fn parse_number(text: &str) -> Option<u32> {
    let number: u32 = text.parse().ok()?;
    (number >= 2 && number.to_string() == text).then_some(number)
}

/// What tells files of the same base name apart.
pub(crate) fn origin_tag(path: &str) -> String {
    hex(Sha256::digest(path.as_bytes()).get(..4).unwrap_or_default())
}

/// A base name as it stands in the names of backups: no character that would keep it from being read again, and
/// short enough to leave room for the rest.
pub(crate) fn filed(base: &str) -> String {
    let plain: String =
        base.chars().map(|c| if c.is_control() || matches!(c, '/' | '\\') { '_' } else { c }).collect();
    plain.get(..plain.floor_char_boundary(MAX_BASE)).unwrap_or_default().to_owned()
}
