//! Signatures and digests.

use std::fmt;

use hmac::{Hmac, KeyInit, Mac};
use md5::Md5;
use sha2::{Digest, Sha256};
use traefik_manager_core::crypto::{CryptoError, Digests};

/// HMAC-SHA256 under the session key (RFC 2104), and SHA-256 (FIPS 180-4).
#[derive(Clone)]
pub struct HmacDigests {
    keyed: Hmac<Sha256>,
}

impl HmacDigests {
    /// Digests under the session key: the bytes of `SECRET_KEY` or of `.secret_key`, as they are.
    ///
    /// # Errors
    /// [`CryptoError::Refused`] for an empty key, with which anybody could sign.
    pub fn new(session_key: &[u8]) -> Result<Self, CryptoError> {
        if session_key.is_empty() {
            return Err(CryptoError::Refused(
                "the session key is empty; set SECRET_KEY or remove the empty .secret_key".to_owned(),
            ));
        }
        Hmac::new_from_slice(session_key)
            .map(|keyed| Self { keyed })
            .map_err(|error| CryptoError::Refused(format!("the session key: {error}")))
    }
}

impl Digests for HmacDigests {
    fn mac(&self, purpose: &str, data: &[u8]) -> [u8; 32] {
        let mut mac = self.keyed.clone();
        mac.update(purpose.as_bytes());
        mac.update(&[0]);
        mac.update(data);
        mac.finalize().into_bytes().into()
    }

    fn sha256(&self, data: &[u8]) -> [u8; 32] {
        Sha256::digest(data).into()
    }

    fn md5(&self, data: &[u8]) -> [u8; 16] {
        Md5::digest(data).into()
    }
}

impl fmt::Debug for HmacDigests {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("HmacDigests(…)")
    }
}
