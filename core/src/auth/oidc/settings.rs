//! Changing the settings of the provider.

use super::ProviderAddress;
use crate::{
    auth::{Access, Action, Client, Refusal},
    config::store::StorageError,
    secret::Secret,
    session::{Session, SessionRecord, SignInMethod},
    settings::{OidcSettings, Settings},
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
    /// Changes the settings of the provider, for somebody who shows the password once more. Blocks: hashes and writes.
    ///
    /// Sign-ins under way and sessions that came of the provider end, the caller's too, unless only the name on the button
    /// has changed.
    pub(crate) fn change_oidc(
        &self,
        session: &Session,
        password: &Secret,
        patch: &OidcPatch,
        client: &Client,
    ) -> Result<(OidcSettings, OidcSettings), Refusal> {
        self.show_password_again(session, password, client)?;
        let sealed = match &patch.client_secret {
            SecretPatch::Set(secret) => Some(self.ports.cipher.seal(secret)?),
            SecretPatch::Remove => Some(String::new()),
            SecretPatch::Keep => None,
        };
        let (before, after) = self.settings.update(|settings: &mut Settings| {
            let before = settings.oidc.clone();
            settings.oidc = patch.over(&before);
            if let Some(sealed) = &sealed {
                settings.oidc.client_secret.clone_from(sealed);
            }
            settings.oidc.check()?;
            Ok::<_, Refusal>((before, settings.oidc.clone()))
        })?;
        if before.fingerprint() != after.fingerprint() {
            self.at_provider.clear();
            self.end_oidc_sessions()?;
        }
        Ok((before, after))
    }

    /// Puts the settings of the provider back, where a change could not be written down.
    pub(crate) fn restore_oidc(&self, before: &OidcSettings, after: &OidcSettings) -> Result<(), Refusal> {
        self.settings.update(|settings: &mut Settings| {
            if settings.oidc == *after {
                settings.oidc = before.clone();
            }
            Ok(())
        })
    }

    fn end_oidc_sessions(&self) -> Result<(), StorageError> {
        let is_of_provider = |record: &SessionRecord| record.method == SignInMethod::Oidc;
        let ended = self.ports.sessions.remove(&is_of_provider);
        ended.map(drop).inspect_err(|_| self.ports.sessions.end_here(&is_of_provider))
    }

    /// Checks the password of somebody who is in already. Blocks: hashes.
    fn show_password_again(
        &self,
        session: &Session,
        password: &Secret,
        client: &Client,
    ) -> Result<(), Refusal> {
        if self.live_record(&session.key()).is_none() {
            return Err(Refusal::forbidden("This session has ended. Sign in again."));
        }
        if self.must_change_password() && session.method() != SignInMethod::External {
            return Err(Refusal::forbidden("Change the temporary password first."));
        }
        let admitted = self.throttle.begin(Action::PasswordChange, client.place(), true, self.now())?;
        let settings = self.fresh_settings()?;
        if !self.password_is_right(password, &settings) {
            admitted.failed();
            return Err(Refusal::WrongPassword);
        }
        admitted.succeeded();
        Ok(())
    }
}
