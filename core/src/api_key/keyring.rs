//! Issuing, recognising and revoking keys.

use std::fmt;

use subtle::{Choice, ConstantTimeEq};

use super::ApiKey;
use crate::{
    audit::{IdentityEvent, Proof},
    auth::{Access, Action, Client, Principal, Refusal},
    crypto::{hex, random_token},
    secret::Secret,
    session::{Session, SignInMethod},
    settings::Settings,
};

/// Random bytes in a key.
const KEY_BYTES: usize = 32;
const MAX_KEYS: usize = 10;
const MAX_NAME_CHARACTERS: usize = 50;
/// Longer texts are not looked at; our own keys have 43 characters.
const MAX_KEY_BYTES: usize = 256;
const DIGEST_PREFIX: &str = "sha256:";

/// Somebody with a valid key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyHolder {
    /// The device's name.
    pub name: String,
}

/// A key that has just been made.
#[derive(Debug, Clone)]
pub struct IssuedKey {
    /// The key, which is shown this once.
    pub key: Secret,
    /// What is kept of it.
    pub stored: ApiKey,
}

/// What names a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeyHandle {
    /// The device's name.
    Name(String),
    /// First eight and last four characters, as [`ApiKey::preview`] has them.
    Preview(String),
}

impl fmt::Display for KeyHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name(text) | Self::Preview(text) => f.write_str(text),
        }
    }
}

impl Access {
    /// The stored keys. Never blocks.
    pub fn keys(&self) -> Vec<ApiKey> {
        self.settings.current().api_keys.clone()
    }

    /// Whose key this is, if it is a valid one that is kept as a SHA-256 digest. Never blocks, takes any text.
    ///
    /// The settings are those last read; the host reads them again in the background.
    /// Where this says no, [`authenticate_key`](Self::authenticate_key) has the last word.
    pub fn recognise_key(&self, key: &str) -> Option<KeyHolder> {
        if key.is_empty() || key.len() > MAX_KEY_BYTES {
            return None;
        }
        let digest = self.digest_of(key);
        let settings = self.settings.current();
        let mut holder = None;
        for stored in &settings.api_keys {
            if bool::from(same(&stored.hash, &digest)) {
                holder = Some(KeyHolder { name: stored.name.clone() });
            }
        }
        holder
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
    /// [`Refusal::WrongKey`]; [`Refusal::TooMany`] after 20 wrong ones in a minute, or beyond the budget of everybody.
    pub fn authenticate_key(&self, key: &str, client: &Client) -> Result<KeyHolder, Refusal> {
        if let Some(holder) = self.recognise_key(key) {
            return Ok(holder);
        }
        // Another process may have made it just now.
        if !self.settings.is_fresh() {
            self.settings.refresh();
            if let Some(holder) = self.recognise_key(key) {
                return Ok(holder);
            }
        }
        self.authenticate_slowly(key, client)
            .inspect_err(|refusal| self.turned_away(Proof::Key, refusal, client))
    }

    fn authenticate_slowly(&self, key: &str, client: &Client) -> Result<KeyHolder, Refusal> {
        let settings = self.settings.current();
        let candidates = slow_candidates(&settings, key);
        if candidates.is_empty() {
            self.throttle.admit_wrong_key(client.place(), self.now())?;
            return Err(Refusal::WrongKey);
        }
        // It may be a right one, so the wrong ones of others must not hold it up.
        self.throttle.admit(Action::WrongKey, client.place(), self.now())?;
        let holder = self.compare_with(&candidates, key)?;
        self.throttle.forget(Action::WrongKey, client.place());
        Ok(holder)
    }

    fn compare_with(&self, candidates: &[&ApiKey], key: &str) -> Result<KeyHolder, Refusal> {
        let secret = Secret::new(key);
        for stored in candidates {
            self.throttle.admit_everybody(Action::SlowKey, self.now())?;
            if self.ports.passwords.verify(&secret, &stored.hash) {
                // The key is right; that it keeps its slow hash when the file cannot be written harms nobody.
                let _ = self.keep_as_digest(stored, &self.digest_of(key));
                return Ok(KeyHolder { name: stored.name.clone() });
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

    fn digest_of(&self, key: &str) -> String {
        format!("{DIGEST_PREFIX}{}", hex(&self.ports.digests.sha256(key.as_bytes())))
    }

    /// Makes a key for a device. Blocks on the disk.
    ///
    /// # Errors
    /// [`Refusal::Invalid`] naming `device_name`, also when there are ten keys already; [`Refusal::Conflict`] for a
    /// name that is taken; [`Refusal::TooMany`] after 5 in an hour; [`Refusal::Forbidden`] for a session that must
    /// change its password first; [`Refusal::NotKept`]; [`Refusal::Unavailable`].
    pub fn issue_key(
        &self,
        device_name: &str,
        by: &Principal,
        client: &Client,
    ) -> Result<IssuedKey, Refusal> {
        let has_signed_in = |session: &Session| session.method() != SignInMethod::External;
        if matches!(by, Principal::Session(session) if has_signed_in(session)) && self.must_change_password()
        {
            return Err(Refusal::forbidden("Change the temporary password first."));
        }
        let name = checked_name(device_name)?;
        self.throttle.admit(Action::KeyIssue, client.place(), self.now())?;
        let key = Secret::new(random_token(self.ports.entropy.as_ref(), KEY_BYTES)?);
        let stored = ApiKey {
            name,
            hash: self.digest_of(key.expose()),
            preview: preview_of(key.expose()),
            created_at: self.now().to_minutes_text(),
        };
        // Looked at once before, so that nothing is recorded that cannot be done.
        has_room_for(&*self.fresh_settings()?, &stored.name)?;
        self.recorded(&IdentityEvent::KeyIssued(stored.name.clone()), by.actor(), client, || {
            self.settings.update(|settings: &mut Settings| {
                has_room_for(settings, &stored.name)?;
                settings.api_keys.push(stored.clone());
                Ok(())
            })
        })?;
        Ok(IssuedKey { key, stored })
    }

    /// Ends a key for good. Blocks on the disk. The key is revoked also where that cannot be recorded.
    ///
    /// # Errors
    /// [`Refusal::NotFound`]; [`Refusal::Conflict`] when several keys of an old file have that name;
    /// [`Refusal::NotKept`]; [`Refusal::Unavailable`].
    pub fn revoke_key(&self, handle: &KeyHandle, by: &Principal, client: &Client) -> Result<(), Refusal> {
        let is_meant = |key: &ApiKey| match handle {
            KeyHandle::Name(name) => key.name == *name,
            KeyHandle::Preview(preview) => key.preview == *preview,
        };
        let mut name = String::new();
        self.settings.update(|settings: &mut Settings| {
            let meant = settings.api_keys.iter().filter(|key| is_meant(key)).count();
            match (meant, handle) {
                (0, _) => Err(Refusal::not_found(format!("There is no key {:?}.", handle.to_string()))),
                (2.., KeyHandle::Name(name)) => {
                    Err(Refusal::conflict(format!("{meant} keys are named {name:?}; revoke by preview.")))
                }
                _ => {
                    let first = settings.api_keys.iter().find(|key| is_meant(key));
                    name = first.map(|key| key.name.clone()).unwrap_or_default();
                    settings.api_keys.retain(|key| !is_meant(key));
                    Ok(())
                }
            }
        })?;
        self.note(&IdentityEvent::KeyRevoked(name), by.actor(), client);
        Ok(())
    }
}

/// Refuses a key that the settings cannot take.
fn has_room_for(settings: &Settings, name: &str) -> Result<(), Refusal> {
    if settings.api_keys.iter().any(|other| other.name == name) {
        return Err(Refusal::conflict(format!("There is already a key named {name:?}.")));
    }
    if settings.api_keys.len() >= MAX_KEYS {
        return Err(Refusal::invalid("device_name", "There are ten keys, the most; revoke one first."));
    }
    Ok(())
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

fn checked_name(device_name: &str) -> Result<String, Refusal> {
    let name = device_name.trim();
    if name.is_empty() {
        return Err(Refusal::invalid("device_name", "Name the device that the key is for."));
    }
    if name.chars().count() > MAX_NAME_CHARACTERS {
        return Err(Refusal::invalid("device_name", "The name may have at most 50 characters."));
    }
    if name.chars().any(char::is_control) {
        return Err(Refusal::invalid("device_name", "The name must not contain control characters."));
    }
    Ok(name.to_owned())
}

/// First eight characters, three dots, last four.
fn preview_of(key: &str) -> String {
    let characters: Vec<char> = key.chars().collect();
    let first: String = characters.iter().take(8).collect();
    let last: String = characters.iter().skip(characters.len().saturating_sub(4)).collect();
    format!("{first}...{last}")
}

fn is_preview(text: &str) -> bool {
    text.chars().count() == 15 && text.chars().skip(8).take(3).eq("...".chars())
}
