//! Passwords that have leaked.

use traefik_manager_core::crypto::CommonPasswords;

/// The hundred thousand most common passwords of known leaks; half of them are long enough to be chosen here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct LeakedPasswords;

impl CommonPasswords for LeakedPasswords {
    fn contains(&self, password: &str) -> bool {
        passwords::analyzer::is_common_password(password)
    }
}
