//! Recovery codes: the way in for whoever has lost the authenticator.
//!
//! A code has 120 random bits, so a plain digest of it can be kept (ASVS 5.0 no. 6.5.2).

use super::{Access, code::RECOVERY_CHARACTERS};
use crate::{
    crypto::{CryptoError, hex},
    secret::Secret,
    settings::Settings,
};

/// So many are made at a time; each works once.
pub(super) const CODES: usize = 10;
const BYTES: usize = RECOVERY_CHARACTERS * 5 / 8;

impl Access {
    /// Fresh codes as people read them, and their digests.
    pub(super) fn make_recovery_codes(&self) -> Result<(Vec<Secret>, Vec<String>), CryptoError> {
        let mut codes = Vec::with_capacity(CODES);
        let mut digests = Vec::with_capacity(CODES);
        for _ in 0..CODES {
            let mut bytes = zeroize::Zeroizing::new([0; BYTES]);
            self.ports.entropy.fill(bytes.as_mut_slice())?;
            let code = base32(bytes.as_slice()).to_ascii_lowercase();
            digests.push(self.recovery_digest(&code));
            codes.push(Secret::new(grouped(&code)));
        }
        Ok((codes, digests))
    }

    pub(super) fn recovery_digest(&self, code: &str) -> String {
        format!("sha256:{}", hex(&self.ports.digests.sha256(code.as_bytes())))
    }
}

/// Strikes a code off the list; false when it is not on it.
pub(super) fn strike_off(settings: &mut Settings, digest: &str) -> bool {
    let before = settings.otp_recovery.len();
    settings.otp_recovery.retain(|other| other != digest);
    settings.otp_recovery.len() < before
}

/// Groups of four.
fn grouped(code: &str) -> String {
    let mut text = String::with_capacity(code.len() * 5 / 4);
    for (place, letter) in code.chars().enumerate() {
        if place > 0 && place % 4 == 0 {
            text.push('-');
        }
        text.push(letter);
    }
    text
}

/// RFC 4648, section 6, without padding.
pub(super) fn base32(bytes: &[u8]) -> String {
    let letter = |value: u8| char::from(if value < 26 { b'A' + value } else { b'2' + (value - 26) });
    let bit = |place: usize| bytes.get(place / 8).map_or(0, |byte| byte >> (7 - place % 8) & 1);
    let value = |first: usize| (first..first + 5).fold(0, |value, place| value << 1 | bit(place));
    (0..bytes.len() * 8).step_by(5).map(|first| letter(value(first))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 4648, section 10.
    #[test]
    fn base32_is_that_of_the_standard() {
        for (plain, encoded) in [
            ("", ""),
            ("f", "MY"),
            ("fo", "MZXQ"),
            ("foo", "MZXW6"),
            ("foob", "MZXW6YQ"),
            ("foobar", "MZXW6YTBOI"),
        ] {
            assert_eq!(base32(plain.as_bytes()), encoded);
        }
    }

    #[test]
    fn a_code_is_shown_in_groups() {
        assert_eq!(grouped("abcdefgh2345"), "abcd-efgh-2345");
    }
}
