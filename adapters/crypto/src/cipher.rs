//! Stored secrets, and the two ways to their key.

use std::fmt;

use base64::{Engine as _, engine::general_purpose::URL_SAFE};
use fernet::Fernet;
use hkdf::Hkdf;
use sha2::Sha256;
use traefik_manager_core::{
    crypto::{CryptoError, SecretCipher},
    secret::Secret,
};
use zeroize::Zeroizing;

/// What the derived key is for; another use of the session key takes another label (RFC 5869, section 3.2).
const LABEL: &[u8] = b"traefik-manager stored secrets v1";

/// Fernet (AES-128-CBC with HMAC-SHA256), as other Fernet libraries write and read it.
#[derive(Clone)]
pub struct FernetCipher {
    fernet: Fernet,
}

impl FernetCipher {
    /// A cipher with the key in `OTP_ENCRYPTION_KEY` or `.otp_key`: 32 bytes in URL-safe base64, 44 characters.
    /// White space around it is ignored.
    ///
    /// # Errors
    /// [`CryptoError::Refused`] for anything else.
    pub fn from_key(text: &str) -> Result<Self, CryptoError> {
        Fernet::new(text.trim()).map(|fernet| Self { fernet }).ok_or_else(|| {
            CryptoError::Refused(
                "the encryption key (OTP_ENCRYPTION_KEY or .otp_key) is not a Fernet key, which has 44 characters \
                 of URL-safe base64; restore the key that the stored secrets were written with"
                    .to_owned(),
            )
        })
    }

    /// A cipher with a key that follows from the session key (HKDF-SHA256, RFC 5869), for an installation that
    /// has no key of its own for stored secrets.
    ///
    /// # Errors
    /// [`CryptoError::Refused`] for an empty session key.
    pub fn derived(session_key: &[u8]) -> Result<Self, CryptoError> {
        if session_key.is_empty() {
            return Err(CryptoError::Refused("no key follows from an empty session key".to_owned()));
        }
        let mut key = Zeroizing::new([0; 32]);
        Hkdf::<Sha256>::new(None, session_key)
            .expand(LABEL, key.as_mut_slice())
            .map_err(|error| CryptoError::Unavailable(format!("HKDF: {error}")))?;
        Self::from_key(&Zeroizing::new(URL_SAFE.encode(key.as_slice())))
    }
}

impl SecretCipher for FernetCipher {
    fn seal(&self, plain: &Secret) -> Result<String, CryptoError> {
        // The library panics where the system has no randomness, so ask first.
        getrandom::fill(&mut [0; 16]).map_err(|error| {
            CryptoError::Unavailable(format!("the operating system gives no randomness: {error}"))
        })?;
        Ok(self.fernet.encrypt(plain.expose().as_bytes()))
    }

    fn open(&self, sealed: &str) -> Result<Secret, CryptoError> {
        let plain = self.fernet.decrypt(sealed.trim()).map_err(|_| CryptoError::Undecipherable)?;
        let plain = Zeroizing::new(plain);
        let text = std::str::from_utf8(&plain).map_err(|_| CryptoError::Undecipherable)?;
        Ok(Secret::new(text))
    }
}

impl fmt::Debug for FernetCipher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FernetCipher(…)")
    }
}
