//! Lines for Traefik's `basicAuth` and `digestAuth` middlewares, made of passwords that nobody keeps.

use std::{fmt, sync::Arc};

use crate::{
    auth::Refusal,
    crypto::{Digests, PasswordHasher, hex},
    secret::Secret,
};

const MAX_NAME: usize = 200;
const MAX_PASSWORD: usize = 1_000;

/// Makes entries of users.
#[derive(Clone)]
pub struct UserTools {
    hasher: Arc<dyn PasswordHasher>,
    digests: Arc<dyn Digests>,
}

impl fmt::Debug for UserTools {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("UserTools")
    }
}

impl UserTools {
    /// Entries by this hasher and these digests. Traefik compares a password with its hash at every request, so the
    /// hasher's cost is one that an edge can pay.
    pub fn new(hasher: Arc<dyn PasswordHasher>, digests: Arc<dyn Digests>) -> Self {
        Self { hasher, digests }
    }

    /// `user:hash` for `basicAuth`. Blocks: hashes.
    ///
    /// # Errors
    /// [`Refusal::Invalid`] naming the field; [`Refusal::Unavailable`].
    pub fn basic(&self, user: &str, password: &Secret) -> Result<String, Refusal> {
        let user = checked("username", user)?;
        present(password)?;
        if password.expose().len() > 72 || password.expose().contains('\0') {
            return Err(Refusal::invalid(
                "password",
                "A password may have at most 72 bytes, and no zero byte.",
            ));
        }
        Ok(format!("{user}:{}", self.hasher.hash(password)?))
    }

    /// `user:realm:digest` for `digestAuth`.
    ///
    /// # Errors
    /// [`Refusal::Invalid`] naming the field.
    pub fn digest(&self, user: &str, realm: &str, password: &Secret) -> Result<String, Refusal> {
        let user = checked("username", user)?;
        // Traefik's own where none is named.
        let realm = if realm.trim().is_empty() { "traefik" } else { checked("realm", realm)? };
        present(password)?;
        let secret = Secret::new(format!("{user}:{realm}:{}", password.expose()));
        Ok(format!("{user}:{realm}:{}", hex(&self.digests.md5(secret.expose().as_bytes()))))
    }
}

/// A name that may stand in an entry, whose parts are separated by colons.
fn checked<'t>(field: &'static str, text: &'t str) -> Result<&'t str, Refusal> {
    let text = text.trim();
    if text.is_empty() {
        return Err(Refusal::invalid(field, format!("{field} is required")));
    }
    if text.len() > MAX_NAME || text.chars().any(|c| c == ':' || c.is_control()) {
        return Err(Refusal::invalid(field, "This must be one line of at most 200 bytes, without a colon."));
    }
    Ok(text)
}

fn present(password: &Secret) -> Result<(), Refusal> {
    match password.expose().len() {
        0 => Err(Refusal::invalid("password", "password is required")),
        1..=MAX_PASSWORD => Ok(()),
        _ => Err(Refusal::invalid("password", "A password may have at most 1,000 bytes.")),
    }
}
