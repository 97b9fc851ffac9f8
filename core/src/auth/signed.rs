//! Values that go out in a cookie and come back: a random id and this program's signature under it.
//!
//! `v1.<id>.<mac>`: the id is 32 random bytes, the MAC is HMAC-SHA256 over `v1.<id>` under the session key,
//! both URL-safe base64 without padding. The purpose is part of what is signed, so that the cookie of one step
//! is never valid for another. What comes back is only ever used as the digest of the id.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use subtle::ConstantTimeEq;

use crate::{
    crypto::{CryptoError, Digests, Entropy, random_token, url_safe},
    secret::Secret,
};

const VERSION: &str = "v1";
/// 256 bits; ASVS 5.0 no. 7.2.3 asks for 128.
const ID_BYTES: usize = 32;
/// 32 bytes in base64 without padding.
const ENCODED: usize = 43;
const LENGTH: usize = VERSION.len() + 1 + ENCODED + 1 + ENCODED;

/// One kind of signed value.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Signed {
    purpose: &'static str,
    bound_to: Option<[u8; 32]>,
}

impl Signed {
    /// The cookie of a session.
    pub(crate) const SESSION: Self = Self::of("session");
    /// The cookie between password and one-time code.
    pub(crate) const SECOND_FACTOR: Self = Self::of("second-factor");
    /// The cookie of a visitor who has not signed in.
    pub(crate) const LOGIN_FORM: Self = Self::of("login-form");

    const fn of(purpose: &'static str) -> Self {
        Self { purpose, bound_to: None }
    }

    /// Values that are ours only as long as something else stays as it is.
    pub(crate) fn bound_to(self, fingerprint: Option<[u8; 32]>) -> Self {
        Self { bound_to: fingerprint, ..self }
    }

    fn mac(self, digests: &dyn Digests, signed: &str) -> [u8; 32] {
        let bound_to = self.bound_to.as_ref().map_or(&[][..], <[u8; 32]>::as_slice);
        digests.mac(self.purpose, &[signed.as_bytes(), bound_to].concat())
    }

    /// A fresh value and the digest of its id.
    pub(crate) fn issue(
        self,
        entropy: &dyn Entropy,
        digests: &dyn Digests,
    ) -> Result<(Secret, [u8; 32]), CryptoError> {
        let id = random_token(entropy, ID_BYTES)?;
        let signed = format!("{VERSION}.{id}");
        let mac = url_safe(&self.mac(digests, &signed));
        Ok((Secret::new(format!("{signed}.{mac}")), digests.sha256(id.as_bytes())))
    }

    /// The digest of the id, if the value is one of ours. Takes any text, of any length.
    pub(crate) fn open(self, digests: &dyn Digests, value: &str) -> Option<[u8; 32]> {
        if value.len() != LENGTH {
            return None;
        }
        let (signed, mac) = value.rsplit_once('.')?;
        let id = signed.strip_prefix(VERSION)?.strip_prefix('.')?;
        if id.len() != ENCODED || decode(id).is_none() {
            return None;
        }
        let expected = self.mac(digests, signed);
        bool::from(decode(mac)?.ct_eq(&expected)).then(|| digests.sha256(id.as_bytes()))
    }
}

/// 32 bytes from URL-safe base64; there is one spelling for each value.
pub(crate) fn decode(text: &str) -> Option<[u8; 32]> {
    URL_SAFE_NO_PAD.decode(text).ok()?.try_into().ok()
}
