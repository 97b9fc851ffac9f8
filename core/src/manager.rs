//! The façade that a host holds.

mod oidc;

use std::sync::Arc;

use crate::{
    auth::{Access, oidc::IdentityProvider},
    clock::Timer,
    config::confirm::{self, Confirmation, Expectation},
    crypto::{CryptoError, SecretCipher},
    routes::Configuration,
    settings::SettingsCell,
    traefik::live::{ApiAddress, LiveError, TraefikApi},
};

/// Everything that pages, the API and the command line do, behind one value.
#[derive(Debug)]
pub struct Manager {
    access: Access,
    configuration: Configuration,
    settings: Arc<SettingsCell>,
    traefik: Arc<dyn TraefikApi>,
    timer: Arc<dyn Timer>,
    cipher: Arc<dyn SecretCipher>,
    provider: Option<Arc<dyn IdentityProvider>>,
}

impl Manager {
    /// Puts the parts together; all of them must share these settings.
    pub fn new(
        access: Access,
        configuration: Configuration,
        settings: Arc<SettingsCell>,
        traefik: Arc<dyn TraefikApi>,
        timer: Arc<dyn Timer>,
        cipher: Arc<dyn SecretCipher>,
    ) -> Self {
        Self { access, configuration, settings, traefik, timer, cipher, provider: None }
    }

    /// The same manager, which signs people in at identity providers too.
    #[must_use]
    pub fn with_identity_provider(self, provider: Arc<dyn IdentityProvider>) -> Self {
        Self { provider: Some(provider), ..self }
    }

    /// How identity providers are asked; `None` in a host that asks none.
    pub fn identity_provider(&self) -> Option<&Arc<dyn IdentityProvider>> {
        self.provider.as_ref()
    }

    /// Who may come in.
    pub fn access(&self) -> &Access {
        &self.access
    }

    /// Traefik's configuration files.
    pub fn configuration(&self) -> &Configuration {
        &self.configuration
    }

    /// The settings.
    pub fn settings(&self) -> &Arc<SettingsCell> {
        &self.settings
    }

    /// The running Traefik.
    pub fn traefik(&self) -> &Arc<dyn TraefikApi> {
        &self.traefik
    }

    /// Where Traefik's API is, with its password unsealed.
    ///
    /// # Errors
    /// [`CryptoError::Undecipherable`] when the stored password does not decrypt; Traefik is then not asked with a
    /// wrong one.
    pub fn traefik_address(&self) -> Result<ApiAddress, CryptoError> {
        let settings = self.settings.current();
        let credentials = match (settings.traefik_api_user.as_str(), settings.traefik_api_password.as_str()) {
            ("", _) | (_, "") => None,
            (user, sealed) => Some((user.to_owned(), self.cipher.open(sealed)?)),
        };
        Ok(ApiAddress { url: settings.traefik_api_url.clone(), credentials })
    }

    /// Waits until Traefik serves a change that was written, for ten seconds at most and one call of its API more.
    ///
    /// # Cancel safety
    /// Dropping the future stops the asking; nothing else happens.
    pub async fn confirm(&self, expected: &[Expectation]) -> Confirmation {
        match self.traefik_address() {
            Ok(at) => confirm::confirm(&*self.traefik, &*self.timer, &at, expected, confirm::BUDGET).await,
            Err(error) => {
                let url = self.settings.current().traefik_api_url.clone();
                Confirmation::Unreachable(LiveError::Unreachable { url, reason: error.to_string() })
            }
        }
    }
}
