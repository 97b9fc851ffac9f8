//! Why somebody does not get in, or does not get what they asked for.

use super::oidc::Rejection;
use crate::{config::store::StorageError, crypto::CryptoError, settings::SettingsError};

/// A refusal. Its text is meant for the person who asked; it holds no secret or hash, and names files only to people
/// who are in.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// The password is not the right one, or there is none.
    #[error("That password is not right.")]
    WrongPassword,
    /// The one-time code is not valid now, or was used before.
    #[error("That code is not valid. Wait for the next one and try again.")]
    WrongCode,
    /// The step after the password was left alone too long, tried too often, or the password has changed since.
    #[error("This sign-in is no longer open. Start again with the password.")]
    PendingGone,
    /// The sign-in at the identity provider is unknown, spent, too old, or another browser's.
    #[error("This sign-in is no longer open here, or was begun in another browser. Start again.")]
    OidcGone,
    /// Nobody comes in by the identity provider until the settings are mended; the text holds the remedy.
    #[error("{0}")]
    OidcClosed(String),
    /// The identity provider vouches for an account that may not come in.
    #[error(transparent)]
    NotAdmitted(Rejection),
    /// The API key is none of the stored ones.
    #[error("The API key is not valid.")]
    WrongKey,
    /// The API key was valid once.
    #[error("The API key has expired. Issue another one.")]
    KeyExpired,
    /// Too many attempts (429).
    #[error("Too many attempts. Try again in {retry_after_seconds} s.")]
    TooMany {
        /// Seconds until the next attempt can be admitted, at least 1 (`Retry-After`).
        retry_after_seconds: u64,
    },
    /// A value that cannot be accepted (400).
    #[error("{message}")]
    Invalid {
        /// The field's name in the form and in the API.
        field: &'static str,
        /// What is wrong with it.
        message: String,
    },
    /// The request does not fit the present state (409).
    #[error("{message}")]
    Conflict {
        /// What stands against it.
        message: String,
    },
    /// What was named does not exist (404).
    #[error("{message}")]
    NotFound {
        /// What was looked for.
        message: String,
    },
    /// Not for this caller (403).
    #[error("{message}")]
    Forbidden {
        /// Why not.
        message: String,
    },
    /// The second factor is switched on but its secret cannot be used: nobody signs in until it is mended.
    #[error("{0}")]
    SecondFactorBroken(String),
    /// What was changed cannot be kept: the disk is full, or may not be written (507, 409). Only for people who are
    /// in: the text names the file and the remedy.
    #[error("{message}")]
    NotKept {
        /// What could not be written, and what to do.
        message: String,
        /// Whether space is what is missing.
        is_full: bool,
    },
    /// Settings, sessions or randomness are not to be had (503). The detail is for the log: it names files.
    #[error("Signing in and changing access are not possible at present; the log says why.")]
    Unavailable(String),
}

impl Refusal {
    pub(crate) fn invalid(field: &'static str, message: impl Into<String>) -> Self {
        Self::Invalid { field, message: message.into() }
    }

    pub(crate) fn conflict(message: impl Into<String>) -> Self {
        Self::Conflict { message: message.into() }
    }

    pub(crate) fn forbidden(message: impl Into<String>) -> Self {
        Self::Forbidden { message: message.into() }
    }

    /// The same, for somebody who has not come in: what is wrong here goes to the log.
    pub(crate) fn for_strangers(self) -> Self {
        match self {
            Self::NotKept { message, .. } => Self::Unavailable(message),
            other => other,
        }
    }

    /// The same for what has happened nevertheless, as far as this process goes.
    pub(super) fn but(self, happened: &str) -> Self {
        match self {
            Self::NotKept { message, is_full } => {
                Self::NotKept { message: format!("{happened} {message}"), is_full }
            }
            other => other,
        }
    }

    pub(crate) fn not_found(message: impl Into<String>) -> Self {
        Self::NotFound { message: message.into() }
    }
}

impl From<SettingsError> for Refusal {
    fn from(error: SettingsError) -> Self {
        match error {
            SettingsError::Storage(error) => error.into(),
            broken => Self::Unavailable(broken.to_string()),
        }
    }
}

impl From<StorageError> for Refusal {
    fn from(error: StorageError) -> Self {
        let message = error.to_string();
        match error {
            StorageError::NoSpace { .. } => Self::NotKept { message, is_full: true },
            StorageError::ReadOnly { .. } => Self::NotKept { message, is_full: false },
            _ => Self::Unavailable(message),
        }
    }
}

impl From<CryptoError> for Refusal {
    fn from(error: CryptoError) -> Self {
        Self::Unavailable(error.to_string())
    }
}
