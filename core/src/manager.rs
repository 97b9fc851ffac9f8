//! The façade that a host holds.

use std::{sync::Arc, time::Duration};

use crate::{
    auth::Access,
    clock::Timer,
    config::confirm::{self, Confirmation, Expectation},
    crypto::{CryptoError, SecretCipher},
    restart::{self, Restarter},
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
    restarter: Option<Arc<dyn Restarter>>,
    restart_budget: Duration,
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
        Self {
            access,
            configuration,
            settings,
            traefik,
            timer,
            cipher,
            restarter: None,
            restart_budget: restart::BUDGET,
        }
    }

    /// The same, with somebody who restarts Traefik, which then has so long to come back.
    #[must_use]
    pub fn with_restarter(self, restarter: Arc<dyn Restarter>, budget: Duration) -> Self {
        Self { restarter: Some(restarter), restart_budget: budget, ..self }
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

    /// Who restarts Traefik; `None` where nobody is told to.
    pub fn restarter(&self) -> Option<&Arc<dyn Restarter>> {
        self.restarter.as_ref()
    }

    /// How long a restarted Traefik has to come back.
    pub fn restart_budget(&self) -> Duration {
        self.restart_budget
    }

    /// Who measures time.
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
        match self.traefik_address() {
            Ok(at) => confirm::confirm(&*self.traefik, &*self.timer, &at, expected, confirm::BUDGET).await,
            Err(error) => {
                let url = self.settings.current().traefik_api_url.clone();
                Confirmation::Unreachable(LiveError::Unreachable { url, reason: error.to_string() })
            }
        }
    }
}
