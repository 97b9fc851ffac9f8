//! Icons for tiles, from a folder that the operator fills. Nothing is fetched.

use std::fmt;

use crate::config::store::StorageError;

/// An icon as it is served.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Icon {
    /// Its media type.
    pub kind: &'static str,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// The folder with icons. Calls block on the disk.
pub trait IconStore: Send + Sync + fmt::Debug {
    /// The icon of that [slug](is_slug); `None` where there is none, or none that a browser shows.
    ///
    /// # Errors
    /// [`StorageError`] when the folder cannot be read.
    fn find(&self, slug: &str) -> Result<Option<Icon>, StorageError>;

    /// The slugs that there are icons for, sorted.
    ///
    /// # Errors
    /// As [`find`](Self::find).
    fn slugs(&self) -> Result<Vec<String>, StorageError>;
}

/// Whether a text may name an icon: letters, digits and dashes, nothing that leads anywhere.
pub fn is_slug(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= 100
        && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
}

/// The slug that a route's name suggests: `Home_Assistant@file` asks for `home-assistant`.
pub fn slug_of(name: &str) -> String {
    let name = name.split('@').next().unwrap_or_default();
    let letter = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' };
    let slug: String = name.chars().map(letter).take(100).collect();
    slug.split('-').filter(|part| !part.is_empty()).collect::<Vec<_>>().join("-")
}

#[cfg(test)]
mod tests {
    use super::{is_slug, slug_of};

    #[test]
    fn a_slug_leads_nowhere() {
        assert!(["plex", "home-assistant", "3cx"].iter().all(|slug| is_slug(slug)));
        for slug in ["", "..", "a/b", "a.png", "A", "a b", "%2e", "é"] {
            assert!(!is_slug(slug), "{slug}");
        }
    }

    #[test]
    fn a_name_suggests_a_slug() {
        for (name, slug) in
            [("Plex@file", "plex"), ("home_assistant", "home-assistant"), ("--", ""), ("é", "")]
        {
            assert_eq!(slug_of(name), slug);
        }
    }
}
