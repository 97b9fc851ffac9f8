//! API keys: one a device, shown once, stored as a digest; each may do what its scopes say, until it expires.

mod issue;
mod keyring;
mod scope;
mod uses;

pub use issue::{IssuedKey, KeyHandle, KeyRequest};
pub use keyring::KeyHolder;
pub use scope::{Scope, Scopes};
pub use uses::{KeyUse, KeyUses, MAX_USES};

use std::fmt;

use crate::clock::Timestamp;

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
    /// What it may do (`scopes`, a list of names; the phone app's where an old file says nothing).
    pub scopes: Scopes,
    /// From when on it is not valid any more (`expires_at`, written like `created_at`); `None` for never.
    pub expires_at: Option<Timestamp>,
}

impl ApiKey {
    /// Whether its time is over.
    pub fn is_expired(&self, now: Timestamp) -> bool {
        self.expires_at.is_some_and(|end| now >= end)
    }
}

impl fmt::Debug for ApiKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ApiKey")
            .field("name", &self.name)
            .field("preview", &self.preview)
            .finish_non_exhaustive()
    }
}
