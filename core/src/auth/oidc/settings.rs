//! Changing the settings of the provider.

use super::ProviderAddress;
use crate::{
    audit::IdentityEvent,
    auth::{Access, Client, Reauthentication, Refusal},
    config::store::StorageError,
    secret::Secret,
    session::{Session, SessionRecord, SignInMethod},
    settings::{OidcSettings, Settings, api_origin},
};

/// What to change; `None` leaves a field as it is.
#[derive(Debug, Clone, Default)]
#[expect(missing_docs, reason = "the fields of `OidcSettings`")]
pub struct OidcPatch {
    pub enabled: Option<bool>,
    pub provider_url: Option<String>,
    pub client_id: Option<String>,
    pub client_secret: SecretPatch,
    pub display_name: Option<String>,
    pub allowed_emails: Option<String>,
    pub allowed_groups: Option<String>,
    pub groups_claim: Option<String>,
    pub any_account: Option<bool>,
    pub allow_unverified_email: Option<bool>,
    pub allow_http: Option<bool>,
    pub ca_file: Option<String>,
    pub public_url: Option<String>,
    /// The revision that whoever asks has seen, see [`Access::settings_revision`]; `None` where he does not say.
    pub seen: Option<String>,
}

/// What becomes of the client secret.
#[derive(Debug, Clone, Default)]
pub enum SecretPatch {
    /// It stays.
    #[default]
    Keep,
    /// The program becomes a public client.
    Remove,
    /// It is replaced.
    Set(Secret),
}

impl OidcPatch {
    /// The settings with the change made, but for the secret.
    #[must_use]
    pub fn over(&self, settings: &OidcSettings) -> OidcSettings {
        fn put<T: Clone>(field: &mut T, value: Option<&T>) {
            if let Some(value) = value {
                field.clone_from(value);
            }
        }
        let mut to = settings.clone();
        put(&mut to.enabled, self.enabled.as_ref());
        put(&mut to.provider_url, self.provider_url.as_ref());
        put(&mut to.client_id, self.client_id.as_ref());
        put(&mut to.display_name, self.display_name.as_ref());
        put(&mut to.allowed_emails, self.allowed_emails.as_ref());
        put(&mut to.allowed_groups, self.allowed_groups.as_ref());
        put(&mut to.groups_claim, self.groups_claim.as_ref());
        put(&mut to.any_account, self.any_account.as_ref());
        put(&mut to.allow_unverified_email, self.allow_unverified_email.as_ref());
        put(&mut to.allow_http, self.allow_http.as_ref());
        put(&mut to.ca_file, self.ca_file.as_ref());
        put(&mut to.public_url, self.public_url.as_ref());
        to
    }
}

impl OidcSettings {
    /// Where the provider is.
    pub fn address(&self) -> ProviderAddress {
        let ca_file = self.ca_file.trim();
        ProviderAddress {
            issuer: self.provider_url.trim().to_owned(),
            ca_file: (!ca_file.is_empty()).then(|| ca_file.to_owned()),
            allow_http: self.allow_http,
        }
    }
}

impl Access {
    /// Changes the settings of the provider, for somebody who shows once more who they are. Blocks: hashes and writes.
    ///
    /// Sign-ins under way and sessions that came of the provider end, the caller's too, unless only the name on the button
    /// has changed.
    ///
    /// # Errors
    /// What [`reauthenticate`](Self::reauthenticate) refuses; [`Refusal::Conflict`] where what was seen is not there any
    /// more; [`Refusal::Invalid`] naming the field; [`Refusal::Forbidden`] while the password is a temporary one;
    /// [`Refusal::NotKept`] and [`Refusal::Unavailable`], also where the change cannot be written down.
    pub fn change_oidc(
        &self,
        session: &Session,
        proof: &Reauthentication,
        patch: &OidcPatch,
        client: &Client,
    ) -> Result<(), Refusal> {
        if self.must_change_password() && session.method() != SignInMethod::External {
            return Err(Refusal::forbidden("Change the temporary password first."));
        }
        let epoch = self.reauthenticate(session, proof, client)?;
        let sealed = match &patch.client_secret {
            SecretPatch::Set(secret) => Some(self.ports.cipher.seal(secret)?),
            SecretPatch::Remove => Some(String::new()),
            SecretPatch::Keep => None,
        };
        let over = |before: &OidcSettings| {
            let mut after = patch.over(before);
            match &sealed {
                Some(sealed) => after.client_secret.clone_from(sealed),
                None if follows_elsewhere(before, &after) => {
                    return Err(Refusal::invalid("oidc_client_secret", FOLLOWS));
                }
                None => {}
            }
            after.check().map(|()| after)
        };
        let before = self.fresh_settings()?;
        self.check_seen(patch.seen.as_deref(), &before)?;
        let planned = over(&before.oidc)?;
        let event = IdentityEvent::ProviderChanged(what_changes(&before.oidc, &planned).to_owned());
        self.recorded(&event, session.actor(), client, || {
            let (before, after) = self.settings.update(|settings: &mut Settings| {
                self.still_rests_on(epoch, settings)?;
                self.check_seen(patch.seen.as_deref(), settings)?;
                let before = settings.oidc.clone();
                settings.oidc = over(&before)?;
                Ok::<_, Refusal>((before, settings.oidc.clone()))
            })?;
            if before.fingerprint() != after.fingerprint() {
                self.at_provider.clear();
                self.end_oidc_sessions()?;
            }
            Ok(())
        })
    }

    fn end_oidc_sessions(&self) -> Result<(), StorageError> {
        let is_of_provider = |record: &SessionRecord| record.method == SignInMethod::Oidc;
        let ended = self.ports.sessions.remove(&is_of_provider);
        ended.map(drop).inspect_err(|_| self.ports.sessions.end_here(&is_of_provider))
    }
}

const FOLLOWS: &str = "This is another provider, and the stored client secret was for the old one. Enter it again, or remove it.";

/// Whether the stored secret would be shown to another server than it was typed for.
fn follows_elsewhere(before: &OidcSettings, after: &OidcSettings) -> bool {
    let server = |settings: &OidcSettings| api_origin(&settings.provider_url).map(str::to_ascii_lowercase);
    let is_named = !after.provider_url.trim().is_empty();
    is_named && !after.client_secret.is_empty() && server(before) != server(after)
}

fn what_changes(before: &OidcSettings, after: &OidcSettings) -> &'static str {
    match (before.enabled, after.enabled) {
        (false, true) => "switched on",
        (true, false) => "switched off",
        _ => "settings",
    }
}
