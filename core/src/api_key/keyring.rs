//! Recognising keys.

use subtle::{Choice, ConstantTimeEq};

use super::{ApiKey, KeyUse, Scopes};
use crate::{
    audit::Proof,
    auth::{Access, Client, Refusal},
    clock::Timestamp,
    crypto::hex,
    secret::Secret,
    settings::Settings,
};

/// Longer texts are not looked at; our own keys have 43 characters.
const MAX_KEY_BYTES: usize = 256;
const DIGEST_PREFIX: &str = "sha256:";

/// Somebody with a valid key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyHolder {
    /// The device's name.
    pub name: String,
    /// What the key may do.
    pub scopes: Scopes,
    /// When it expires.
    pub expires_at: Option<Timestamp>,
}

impl From<&ApiKey> for KeyHolder {
    fn from(key: &ApiKey) -> Self {
        Self { name: key.name.clone(), scopes: key.scopes, expires_at: key.expires_at }
    }
}

impl Access {
    /// The stored keys. Never blocks.
    pub fn keys(&self) -> Vec<ApiKey> {
        self.settings.current().api_keys.clone()
    }

    /// Where and when a key was last used, as far as this process knows. Never blocks.
    pub fn last_use(&self, key: &ApiKey) -> Option<KeyUse> {
        self.ports.key_uses.last(&key.hash)
    }

    /// Whose key this is, if it is a valid one that is kept as a SHA-256 digest. Never blocks, takes any text.
    ///
    /// The settings are those last read; the host reads them again in the background.
    /// Where this says no, [`authenticate_key`](Self::authenticate_key) has the last word.
    pub fn recognise_key(&self, key: &str, client: &Client) -> Option<KeyHolder> {
        let settings = self.settings.current();
        let stored = self.stored_key(&settings, key)?;
        let now = self.now();
        if stored.is_expired(now) {
            return None;
        }
        self.ports.key_uses.note(&stored.hash, KeyUse { at: now, from: client.address });
        Some(KeyHolder::from(stored))
    }

    /// The stored key that this is, by its SHA-256 digest.
    fn stored_key<'s>(&self, settings: &'s Settings, key: &str) -> Option<&'s ApiKey> {
        if key.is_empty() || key.len() > MAX_KEY_BYTES {
            return None;
        }
        let digest = self.digest_of(key);
        let mut found = None;
        for stored in &settings.api_keys {
            if bool::from(same(&stored.hash, &digest)) {
                found = Some(stored);
            }
        }
        found
    }

    /// Whose key this is. Quick for a valid key that is kept as a SHA-256 digest, may block on disk and bcrypt
    /// otherwise.
    ///
    /// A valid key always works, whatever was tried before and from where: it cannot be guessed, so holding it
    /// up would only help whoever sends wrong ones. Wrong ones are counted by client, and of everybody together.
    /// Hashes from before 1.5 (bcrypt) are only compared while the client is under its limit and everybody
    /// together under 30 a minute; a key that fits one is from then on kept as a SHA-256 digest.
    ///
    /// # Errors
    /// [`Refusal::WrongKey`]; [`Refusal::KeyExpired`]; [`Refusal::TooMany`] after 20 wrong ones in a minute, or
    /// beyond the budget of everybody.
    pub fn authenticate_key(&self, key: &str, client: &Client) -> Result<KeyHolder, Refusal> {
        if let Some(holder) = self.recognise_key(key, client) {
            return Ok(holder);
        }
        // Another process may have made it just now.
        if !self.settings.is_fresh() {
            self.settings.refresh();
            if let Some(holder) = self.recognise_key(key, client) {
                return Ok(holder);
            }
        }
        self.authenticate_slowly(key, client)
            .inspect_err(|refusal| self.turned_away(Proof::Key, refusal, client))
    }

    fn authenticate_slowly(&self, key: &str, client: &Client) -> Result<KeyHolder, Refusal> {
        let settings = self.settings.current();
        if self.stored_key(&settings, key).is_some() {
            return Err(Refusal::KeyExpired);
        }
        let candidates = slow_candidates(&settings, key);
        if candidates.is_empty() {
            self.throttle.admit_wrong_key(client.place(), self.now())?;
            return Err(Refusal::WrongKey);
        }
        // It may be a right one, so the wrong ones of others must not hold it up.
        let stored = self.compare_with(&candidates, key, client)?;
        self.throttle.forget_wrong_keys(client.place(), self.now());
        if stored.is_expired(self.now()) {
            return Err(Refusal::KeyExpired);
        }
        Ok(KeyHolder::from(stored))
    }

    fn compare_with<'s>(
        &self,
        candidates: &[&'s ApiKey],
        key: &str,
        client: &Client,
    ) -> Result<&'s ApiKey, Refusal> {
        let secret = Secret::new(key);
        for (at, stored) in candidates.iter().enumerate() {
            // It is one key, with however many it is compared.
            let place = (at == 0).then(|| client.place());
            self.throttle.admit_slow_key(place, self.now())?;
            if self.ports.passwords.verify(&secret, &stored.hash) {
                // The key is right; that it keeps its slow hash when the file cannot be written harms nobody.
                let _ = self.keep_as_digest(stored, &self.digest_of(key));
                return Ok(stored);
            }
        }
        Err(Refusal::WrongKey)
    }

    fn keep_as_digest(&self, slow: &ApiKey, digest: &str) -> Result<(), Refusal> {
        self.settings.update(|settings: &mut Settings| {
            if let Some(stored) = settings.api_keys.iter_mut().find(|stored| *stored == slow) {
                digest.clone_into(&mut stored.hash);
            }
            Ok(())
        })
    }

    pub(super) fn digest_of(&self, key: &str) -> String {
        format!("{DIGEST_PREFIX}{}", hex(&self.ports.digests.sha256(key.as_bytes())))
    }
}

/// The bcrypt hashes that may be this key's; those whose preview cannot be are not worth the time.
fn slow_candidates<'s>(settings: &'s Settings, key: &str) -> Vec<&'s ApiKey> {
    if key.is_empty() || key.len() > MAX_KEY_BYTES {
        return Vec::new();
    }
    let preview = preview_of(key);
    let slow = settings.api_keys.iter().filter(|stored| stored.hash.starts_with("$2"));
    slow.filter(|stored| !is_preview(&stored.preview) || stored.preview == preview).collect()
}

fn same(stored: &str, digest: &str) -> Choice {
    stored.as_bytes().ct_eq(digest.as_bytes())
}

/// First eight characters, three dots, last four.
pub(super) fn preview_of(key: &str) -> String {
    let characters: Vec<char> = key.chars().collect();
    let first: String = characters.iter().take(8).collect();
    let last: String = characters.iter().skip(characters.len().saturating_sub(4)).collect();
    format!("{first}...{last}")
}

fn is_preview(text: &str) -> bool {
    text.chars().count() == 15 && text.chars().skip(8).take(3).eq("...".chars())
}
