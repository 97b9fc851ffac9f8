//! API keys: one a device, shown once, stored as a digest.

mod keyring;

pub use keyring::{IssuedKey, KeyHandle, KeyHolder};

use std::fmt;

/// A stored key.
#[derive(Clone, PartialEq, Eq)]
pub struct ApiKey {
    /// The device's name.
    pub name: String,
    /// `sha256:<hex>`, or a bcrypt hash in files from before 1.5.
    pub hash: String,
    /// First eight and last four characters.
    pub preview: String,
    /// `YYYY-MM-DD HH:MM`, UTC.
    pub created_at: String,
}

impl fmt::Debug for ApiKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ApiKey")
            .field("name", &self.name)
            .field("preview", &self.preview)
            .finish_non_exhaustive()
    }
}
