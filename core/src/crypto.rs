//! The cryptographic ports. The rules around them live with what they protect.

use std::fmt;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};

use crate::secret::Secret;

/// Random bytes from the operating system.
pub trait Entropy: Send + Sync + fmt::Debug {
    /// Fills `bytes` with unpredictable values.
    ///
    /// # Errors
    /// [`CryptoError::Unavailable`] when the system has none to give; nothing may then be issued.
    fn fill(&self, bytes: &mut [u8]) -> Result<(), CryptoError>;
}

/// Slow hashing of passwords (bcrypt, cost 12).
///
/// Both calls take a good part of a second of processor time; an async host bounds how many run at once.
pub trait PasswordHasher: Send + Sync + fmt::Debug {
    /// The hash of a password of at most 72 bytes, in the modular crypt format (`$2b$12$…`).
    ///
    /// # Errors
    /// [`CryptoError::Refused`] for a longer password, which bcrypt would cut silently.
    fn hash(&self, password: &Secret) -> Result<String, CryptoError>;

    /// Whether the password belongs to the hash; anything that is not a hash belongs to no password.
    ///
    /// The time taken is that of one hash, also for text that is not a hash.
    fn verify(&self, password: &Secret, hash: &str) -> bool;
}

/// A list of passwords that many people have used, as leaks have shown.
///
/// ASVS 5.0 no. 6.2.4 asks for 3,000 at least that a new password could be.
pub trait CommonPasswords: Send + Sync + fmt::Debug {
    /// Whether the list has this very text. Never blocks.
    fn contains(&self, password: &str) -> bool;
}

/// HMAC-SHA256, SHA-256, and the digest of an old protocol.
pub trait Digests: Send + Sync + fmt::Debug {
    /// HMAC-SHA256 under the session key, of `purpose`, a zero byte and `data`.
    ///
    /// The purpose keeps what is signed for one use from being valid for another.
    fn mac(&self, purpose: &str, data: &[u8]) -> [u8; 32];

    /// SHA-256, for values that are already unguessable.
    fn sha256(&self, data: &[u8]) -> [u8; 32];

    /// MD5, which protects nothing any more: HTTP digest authentication (RFC 7616, as Traefik speaks it) asks for it,
    /// and nothing else here does.
    fn md5(&self, data: &[u8]) -> [u8; 16];
}

/// Authenticated encryption of stored secrets (Fernet).
pub trait SecretCipher: Send + Sync + fmt::Debug {
    /// Encrypts.
    ///
    /// # Errors
    /// [`CryptoError::Unavailable`] when there is no randomness or no key.
    fn seal(&self, plain: &Secret) -> Result<String, CryptoError>;

    /// Decrypts.
    ///
    /// # Errors
    /// [`CryptoError::Undecipherable`] for text that was sealed under another key, or never was. The caller must
    /// close the door, and must not write over the text.
    fn open(&self, sealed: &str) -> Result<Secret, CryptoError>;
}

/// Time-based one-time passwords (RFC 6238: SHA-1, 6 digits, 30 s).
pub trait OneTimePasswords: Send + Sync + fmt::Debug {
    /// The time step (Unix time / 30) that the code belongs to, if it is the one at `unix_time` or a
    /// neighbour of it; the lowest step above `used` wins.
    ///
    /// # Errors
    /// [`CryptoError::Refused`] when the base32 secret is not one.
    fn matching_step(
        &self,
        secret: &Secret,
        code: &str,
        unix_time: u64,
        used: Option<u64>,
    ) -> Result<Option<u64>, CryptoError>;
}

/// A failure of cryptography.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CryptoError {
    /// Randomness or a key is missing.
    #[error("{0}")]
    Unavailable(String),
    /// The input cannot be processed.
    #[error("{0}")]
    Refused(String),
    /// The text does not decrypt under this key.
    #[error(
        "the stored secret does not decrypt with the present key; restore the key file or OTP_ENCRYPTION_KEY"
    )]
    Undecipherable,
}

/// Lower-case hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    // By table: every request with a key needs one.
    let digit = |value: u8| char::from(if value < 10 { b'0' + value } else { b'a' + value - 10 });
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

/// URL-safe base64 without padding (RFC 4648, section 5), for identifiers and keys.
pub fn url_safe(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// A fresh identifier or key: `bytes` random bytes, URL-safe.
///
/// # Errors
/// [`CryptoError::Unavailable`] when there is no randomness.
pub fn random_token(entropy: &dyn Entropy, bytes: usize) -> Result<String, CryptoError> {
    let mut buffer = zeroize::Zeroizing::new(vec![0; bytes]);
    entropy.fill(&mut buffer)?;
    Ok(url_safe(&buffer))
}
