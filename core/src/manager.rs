//! The façade that a host holds.

use std::{sync::Arc, time::Duration};

use crate::{
    auth::Access,
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
        Self { access, configuration, settings, traefik, timer, cipher }
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

    /// Time, for whoever waits for Traefik.
    pub fn timer(&self) -> &Arc<dyn Timer> {
        &self.timer
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
        self.confirm_within(expected, confirm::BUDGET).await
    }

    /// The same, for another time.
    ///
    /// # Cancel safety
    /// As [`confirm`](Self::confirm).
    pub async fn confirm_within(&self, expected: &[Expectation], budget: Duration) -> Confirmation {
        match self.traefik_address() {
            Ok(at) => confirm::confirm(&*self.traefik, &*self.timer, &at, expected, budget).await,
            Err(error) => {
                let url = self.settings.current().traefik_api_url.clone();
                Confirmation::Unreachable(LiveError::Unreachable { url, reason: error.to_string() })
            }
        }
    }
}
