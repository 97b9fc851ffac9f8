//! Issuing and revoking keys.

use std::fmt;

use super::{ApiKey, Scope, Scopes, keyring::preview_of};
use crate::{
    audit::IdentityEvent,
    auth::{Access, Action, Client, Principal, Refusal},
    clock::Timestamp,
    crypto::random_token,
    secret::Secret,
    session::{Session, SignInMethod},
    settings::Settings,
};

/// Random bytes in a key.
const KEY_BYTES: usize = 32;
const MAX_KEYS: usize = 10;
const MAX_NAME_CHARACTERS: usize = 50;
const MAX_DAYS: u64 = 3_650;
const DAY_SECONDS: u64 = 24 * 3_600;

/// What a new key shall be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyRequest {
    /// The device that it is for; at most 50 characters.
    pub device_name: String,
    /// What it may do.
    pub scopes: Scopes,
    /// In how many days it expires, from 1 to 3650; `None` for never.
    pub days: Option<u64>,
}

impl KeyRequest {
    /// A key for the phone app, that does not expire.
    pub fn for_device(name: &str) -> Self {
        Self { device_name: name.to_owned(), scopes: Scopes::default(), days: None }
    }
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
    /// Makes a key for a device. Blocks on the disk.
    ///
    /// # Errors
    /// [`Refusal::Invalid`] naming `device_name`, also when there are ten keys already, or `scopes` or
    /// `expires_days`; [`Refusal::Conflict`] for a name that is taken; [`Refusal::TooMany`] after 5 in an hour;
    /// [`Refusal::Forbidden`] for a session that must change its password first and for a key without the scope
    /// `app`; [`Refusal::NotKept`]; [`Refusal::Unavailable`].
    pub fn issue_key(
        &self,
        wanted: &KeyRequest,
        by: &Principal,
        client: &Client,
    ) -> Result<IssuedKey, Refusal> {
        let has_signed_in = |session: &Session| session.method() != SignInMethod::External;
        if matches!(by, Principal::Session(session) if has_signed_in(session)) && self.must_change_password()
        {
            return Err(Refusal::forbidden("Change the temporary password first."));
        }
        let latest = match by {
            Principal::Session(_) => None,
            Principal::Key(holder) if holder.scopes.allow(Scope::App) => holder.expires_at,
            Principal::Key(_) => return Err(Refusal::forbidden("This API key may not make others.")),
        };
        let name = checked_name(&wanted.device_name)?;
        if wanted.scopes.is_empty() {
            return Err(Refusal::invalid("scopes", "Choose what the key may do."));
        }
        let ends = match wanted.days {
            None => None,
            Some(days @ 1..=MAX_DAYS) => Some(self.now().plus(days * DAY_SECONDS)),
            Some(_) => {
                return Err(Refusal::invalid("expires_days", "A key expires in 1 to 3650 days, or never."));
            }
        };
        // Otherwise a key that was lent for a day could be made to last.
        let expires_at = [ends, latest].into_iter().flatten().min();
        self.throttle.admit(Action::KeyIssue, client.place(), self.now())?;
        let key = Secret::new(random_token(self.ports.entropy.as_ref(), KEY_BYTES)?);
        let stored = ApiKey {
            name,
            hash: self.digest_of(key.expose()),
            preview: preview_of(key.expose()),
            created_at: self.now().to_minutes_text(),
            scopes: wanted.scopes,
            expires_at: expires_at.map(Timestamp::to_the_minute),
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
