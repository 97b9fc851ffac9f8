//! Passwords that somebody chooses.

use std::fmt;

use super::Refusal;
use crate::secret::Secret;

/// ASVS 5.0 no. 6.2.1: at least 8 characters.
const MIN_CHARACTERS: usize = 8;
/// bcrypt looks at no more than 72 bytes; a longer password is refused, never cut (ASVS 5.0 no. 6.2.8).
const MAX_BYTES: usize = 72;

/// A password that may be stored: at least 8 characters, at most 72 bytes, without a zero byte.
#[derive(Clone)]
pub struct NewPassword(Secret);

impl NewPassword {
    /// Checks a password that was entered twice.
    ///
    /// # Errors
    /// [`Refusal::Invalid`], naming the field `new_password` or `confirm_password`.
    pub fn parse(password: Secret, again: &Secret) -> Result<Self, Refusal> {
        let text = password.expose();
        if text.chars().count() < MIN_CHARACTERS {
            return Err(Refusal::invalid("new_password", "The password needs at least 8 characters."));
        }
        if text.len() > MAX_BYTES {
            return Err(Refusal::invalid(
                "new_password",
                format!(
                    "The password is {} bytes long; 72 is the most. Accented letters take 2 bytes, emoji 4.",
                    text.len()
                ),
            ));
        }
        if text.contains('\0') {
            return Err(Refusal::invalid("new_password", "The password must not contain a zero byte."));
        }
        if !password.matches(again.expose()) {
            return Err(Refusal::invalid("confirm_password", "The two passwords are not the same."));
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
