//! Passwords that somebody chooses, and the one way in which a typed one is compared.
//!
//! A new password is kept composed (Unicode NFC), so that it is the same from every keyboard. Those of 1.5.2 were
//! kept as they were typed, so a typed password that is not composed is compared in both ways.

use std::fmt;

use icu_normalizer::ComposingNormalizerBorrowed;

use super::{Refusal, common::is_common};
use crate::{
    crypto::{CommonPasswords, PasswordHasher},
    secret::Secret,
};

/// ASVS 5.0 no. 6.2.1: at least 8 characters.
const MIN_CHARACTERS: usize = 8;
/// bcrypt looks at no more than 72 bytes; a longer password is refused, never cut (ASVS 5.0 no. 6.2.8).
const MAX_BYTES: usize = 72;

/// A password that may be stored: composed (NFC), at least 8 characters, at most 72 bytes, without a zero byte, and
/// none that everybody tries first.
#[derive(Clone)]
pub struct NewPassword(Secret);

impl NewPassword {
    /// Checks a password that was entered twice; `common` are the passwords that it must not be, in whatever case.
    ///
    /// # Errors
    /// [`Refusal::Invalid`], naming the field `new_password` or `confirm_password`.
    pub fn parse(password: Secret, again: &Secret, common: &dyn CommonPasswords) -> Result<Self, Refusal> {
        let refuse = |message: &str| Err(Refusal::invalid("new_password", message));
        let password = composed(&password).unwrap_or(password);
        let again = composed(again).unwrap_or_else(|| again.clone());
        let text = password.expose();
        if text.chars().count() < MIN_CHARACTERS {
            return refuse("The password needs at least 8 characters.");
        }
        if text.len() > MAX_BYTES {
            return refuse(&format!(
                "The password is {} bytes long; 72 is the most. Accented letters take 2 bytes, emoji 4.",
                text.len()
            ));
        }
        if text.contains('\0') {
            return refuse("The password must not contain a zero byte.");
        }
        if !password.matches(again.expose()) {
            return Err(Refusal::invalid("confirm_password", "The two passwords are not the same."));
        }
        if is_common(text) || common.contains(text) || common.contains(&text.to_lowercase()) {
            return refuse("This is one of the passwords that are tried first. Choose another one.");
        }
        Ok(Self(password))
    }

    /// The password itself.
    pub fn secret(&self) -> &Secret {
        &self.0
    }
}

impl fmt::Debug for NewPassword {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("NewPassword(…)")
    }
}

/// The password in its composed form, where that is another one.
pub(super) fn composed(password: &Secret) -> Option<Secret> {
    let normalizer = ComposingNormalizerBorrowed::new_nfc();
    if normalizer.is_normalized(password.expose()) {
        return None;
    }
    Some(Secret::new(normalizer.normalize(password.expose()).into_owned()))
}

/// Whether a typed password belongs to a hash.
///
/// The time depends on what was typed alone: one hash, or two for what is not composed; not on what is stored.
pub(super) fn belongs(hasher: &dyn PasswordHasher, typed: &Secret, hash: &str) -> bool {
    let as_typed = hasher.verify(typed, hash);
    let as_composed = composed(typed).is_some_and(|composed| hasher.verify(&composed, hash));
    as_typed | as_composed
}
