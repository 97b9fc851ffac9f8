//! The façade that a host holds.

use std::{sync::Arc, time::Duration};

use crate::{
    auth::{Access, oidc::IdentityProvider},
    clock::Timer,
    companion::Companions,
    config::confirm::{self, Confirmation, Expectation, Served},
    crypto::{CryptoError, SecretCipher},
    restart::{self, Restarter},
    routes::Configuration,
    secret::Secret,
    settings::{SettingsCell, api_origin, is_for_machines, shown_address},
    traefik::{
        access_log::AccessLog,
        certificate::Certificates,
        live::{ApiAddress, LiveError, TraefikApi, Version},
        ping::Pinger,
    },
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
    companions: Option<Companions>,
    restarter: Option<Arc<dyn Restarter>>,
    restart_budget: Duration,
    surroundings: Surroundings,
}

/// What else of Traefik's can be looked at; each is `None` in a host that shows none of it.
#[derive(Debug, Clone, Default)]
pub struct Surroundings {
    /// Its certificates.
    pub certificates: Option<Arc<dyn Certificates>>,
    /// Its access log.
    pub access_log: Option<Arc<dyn AccessLog>>,
    /// Who knocks at servers.
    pub pinger: Option<Arc<dyn Pinger>>,
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
            provider: None,
            companions: None,
            restarter: None,
            restart_budget: restart::BUDGET,
            surroundings: Surroundings::default(),
        }
    }

    /// The same manager, which signs people in at identity providers too.
    #[must_use]
    pub fn with_identity_provider(self, provider: Arc<dyn IdentityProvider>) -> Self {
        Self { provider: Some(provider), ..self }
    }

    /// The same manager, with what is kept beside the settings.
    #[must_use]
    pub fn with_companions(self, companions: Companions) -> Self {
        Self { companions: Some(companions), ..self }
    }

    /// What is kept beside the settings; `None` in a host that keeps nothing there.
    pub fn companions(&self) -> Option<&Companions> {
        self.companions.as_ref()
    }

    /// How identity providers are asked; `None` in a host that asks none.
    pub fn identity_provider(&self) -> Option<&Arc<dyn IdentityProvider>> {
        self.provider.as_ref()
    }

    /// The same, with somebody who restarts Traefik, which then has so long to come back.
    #[must_use]
    pub fn with_restarter(self, restarter: Arc<dyn Restarter>, budget: Duration) -> Self {
        Self { restarter: Some(restarter), restart_budget: budget, ..self }
    }

    /// The same, with what else of Traefik's can be looked at.
    #[must_use]
    pub fn with_surroundings(self, surroundings: Surroundings) -> Self {
        Self { surroundings, ..self }
    }

    /// What else of Traefik's can be looked at.
    pub fn surroundings(&self) -> &Surroundings {
        &self.surroundings
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

    /// Asks an address that somebody has typed whether Traefik's API is there.
    ///
    /// Without a password, the stored one is used for the stored server and user, and for no other. Addresses that only
    /// machines have, where clouds keep their secrets, are not asked.
    ///
    /// # Errors
    /// [`LiveError`] with words for whoever typed it, without a password.
    ///
    /// # Cancel safety
    /// Dropping the future stops the asking.
    pub async fn try_address(
        &self,
        url: &str,
        user: &str,
        password: Option<Secret>,
    ) -> Result<Version, LiveError> {
        let settings = self.settings.current();
        let stored = &settings.traefik_api_url;
        // Who sends back what was shown means the stored address.
        let url = if url == shown_address(stored) { stored.clone() } else { url.trim().to_owned() };
        let unreachable =
            |reason: &str| LiveError::Unreachable { url: shown_address(&url), reason: reason.to_owned() };
        let origin =
            api_origin(&url).ok_or_else(|| unreachable("the address must begin with http:// or https://"))?;
        if is_for_machines(origin) {
            return Err(unreachable("link-local addresses are not asked"));
        }
        let is_stored = api_origin(stored) == Some(origin) && settings.traefik_api_user == user;
        let credentials = match password.filter(|password| !password.expose().is_empty()) {
            _ if user.is_empty() => None,
            Some(password) => Some((user.to_owned(), password)),
            None if is_stored && !settings.traefik_api_password.is_empty() => {
                let opened = self.cipher.open(&settings.traefik_api_password);
                let password = opened.map_err(|error| unreachable(&error.to_string()))?;
                Some((user.to_owned(), password))
            }
            None => None,
        };
        self.traefik.version(&ApiAddress { url, credentials }).await
    }

    /// Whether Traefik's API answers at all, which costs next to nothing to ask.
    ///
    /// # Cancel safety
    /// Dropping the future stops the asking.
    pub async fn is_answered(&self) -> bool {
        match self.traefik_address() {
            Ok(at) => self.traefik.version(&at).await.is_ok(),
            Err(_) => false,
        }
    }

    /// What Traefik serves of the files at this moment, to be held against what it serves later.
    ///
    /// # Errors
    /// [`LiveError`], also where the password of its API does not decrypt.
    ///
    /// # Cancel safety
    /// Dropping the future stops the asking.
    pub async fn served(&self) -> Result<Served, LiveError> {
        match self.traefik_address() {
            Ok(at) => Served::look(&*self.traefik, &at).await,
            Err(error) => Err(self.locked(&error)),
        }
    }

    fn locked(&self, error: &CryptoError) -> LiveError {
        let url = self.settings.current().traefik_api_url.clone();
        LiveError::Unreachable { url, reason: error.to_string() }
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
            Err(error) => Confirmation::Unreachable(self.locked(&error)),
        }
    }
}
