//! Why somebody does not get in, or does not get what they asked for.

use crate::{config::store::StorageError, crypto::CryptoError, settings::SettingsError};

/// A refusal. Its text is meant for the person who asked; it holds no secret, hash or path.
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
    /// The API key is none of the stored ones.
    #[error("The API key is not valid.")]
    WrongKey,
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

    pub(crate) fn not_found(message: impl Into<String>) -> Self {
        Self::NotFound { message: message.into() }
    }
}

impl From<SettingsError> for Refusal {
    fn from(error: SettingsError) -> Self {
        Self::Unavailable(error.to_string())
    }
}

impl From<StorageError> for Refusal {
    fn from(error: StorageError) -> Self {
        Self::Unavailable(error.to_string())
    }
}

impl From<CryptoError> for Refusal {
    fn from(error: CryptoError) -> Self {
        Self::Unavailable(error.to_string())
    }
}
