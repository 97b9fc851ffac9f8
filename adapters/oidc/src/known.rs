//! What is known of a provider, and for how long.
//!
//! What a provider says of itself is good for an hour. A provider that could not be asked is left alone for five seconds,
//! so that a crowd before a dead provider does not wait one after the other. Its keys are fetched again when a token is
//! signed by one that is not known, twice a minute at most: a stream of bad tokens does not become one of requests.

use std::{
    sync::{Arc, Mutex as SyncMutex, PoisonError},
    time::Duration,
};

use openidconnect::{
    AccessToken, AdditionalProviderMetadata, ProviderMetadata, TokenUrl, UserInfoUrl,
    core::{
        CoreAuthDisplay, CoreClaimName, CoreClaimType, CoreClientAuthMethod, CoreGrantType, CoreJsonWebKey,
        CoreJsonWebKeySet, CoreJweContentEncryptionAlgorithm, CoreJweKeyManagementAlgorithm,
        CoreResponseMode, CoreResponseType, CoreSubjectIdentifierType,
    },
    url::Url,
};
use serde::{Deserialize, Serialize};
use tokio::{sync::Mutex, time::Instant};
use traefik_manager_core::{
    auth::oidc::{ProviderAddress, ProviderError, Registration, Request},
    clock::Timestamp,
};

use crate::{
    http::Http,
    strange,
    verify::{self, Flaw, IdClaims, IdToken},
};

const GOOD_FOR: Duration = Duration::from_hours(1);
const LEFT_ALONE_FOR: Duration = Duration::from_secs(5);
const KEYS_AT_MOST_EVERY: Duration = Duration::from_secs(30);
const WELL_KNOWN: &str = "/.well-known/openid-configuration";

/// What the provider says of itself beyond the first specification.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct More {
    #[serde(default)]
    authorization_response_iss_parameter_supported: bool,
}

impl AdditionalProviderMetadata for More {}

pub(crate) type Metadata = ProviderMetadata<
    More,
    CoreAuthDisplay,
    CoreClientAuthMethod,
    CoreClaimName,
    CoreClaimType,
    CoreGrantType,
    CoreJweContentEncryptionAlgorithm,
    CoreJweKeyManagementAlgorithm,
    CoreJsonWebKey,
    CoreResponseMode,
    CoreResponseType,
    CoreSubjectIdentifierType,
>;

/// The provider that was asked last.
pub(crate) struct Providers {
    timeout: Duration,
    last: Mutex<Option<Asked>>,
}

struct Asked {
    at: ProviderAddress,
    when: Instant,
    outcome: Result<Arc<Known>, ProviderError>,
}

impl Asked {
    fn is_good(&self, at: &ProviderAddress) -> bool {
        let good_for = if self.outcome.is_ok() { GOOD_FOR } else { LEFT_ALONE_FOR };
        self.at == *at && self.when.elapsed() < good_for
    }
}

impl Providers {
    pub(crate) fn new(timeout: Duration) -> Self {
        Self { timeout, last: Mutex::new(None) }
    }

    /// What is known; those who come while a provider is asked wait for the same answer.
    pub(crate) async fn known(&self, at: &ProviderAddress) -> Result<Arc<Known>, ProviderError> {
        let mut last = self.last.lock().await;
        if let Some(asked) = last.as_ref().filter(|asked| asked.is_good(at)) {
            return asked.outcome.clone();
        }
        let outcome = self.ask(at).await;
        *last = Some(Asked { at: at.clone(), when: Instant::now(), outcome: outcome.clone() });
        outcome
    }

    /// What the provider says of itself now.
    pub(crate) async fn ask(&self, at: &ProviderAddress) -> Result<Arc<Known>, ProviderError> {
        let base = at.issuer.trim().trim_end_matches('/');
        let base = base.strip_suffix(WELL_KNOWN).unwrap_or(base).to_owned();
        if base.is_empty() {
            return Err(ProviderError::NotAllowed("Enter the provider's address.".to_owned()));
        }
        let no_address = || ProviderError::NotAllowed(format!("{base} is not an address of a provider."));
        let issuer = Url::parse(&base).map_err(|_| no_address())?;
        if issuer.host().is_none() {
            return Err(no_address());
        }
        let document = Url::parse(&format!("{base}{WELL_KNOWN}")).map_err(|_| no_address())?;
        let (at, timeout) = (at.clone(), self.timeout);
        // Reads files with certificates.
        let http = tokio::task::spawn_blocking(move || Http::new(&at, &issuer, timeout))
            .await
            .map_err(|error| strange(error.to_string()))??;
        let said = http.get(&document).await?;
        let metadata: Metadata = serde_json::from_slice(&said)
            .map_err(|_| strange(format!("{document} holds no description of a provider")))?;
        let found = metadata.issuer().as_str();
        // One slash more or less at the end is how people write addresses. From here on the provider's own spelling is
        // compared, byte by byte.
        if found.trim_end_matches('/') != base {
            let found: String = found.chars().take(200).collect();
            return Err(strange(format!(
                "it is found at {base} but calls itself {found}; enter that address"
            )));
        }
        check_addresses(&http, &metadata)?;
        let keys = fetch_keys(&http, &metadata).await?;
        let keys = SyncMutex::new(Keys { set: keys, fetched_again: None });
        Ok(Arc::new(Known { http, metadata, keys }))
    }
}

/// All that the provider names must be reached as safely as the provider itself.
fn check_addresses(http: &Http, metadata: &Metadata) -> Result<(), ProviderError> {
    let addresses = [
        Some(metadata.authorization_endpoint().url()),
        metadata.token_endpoint().map(TokenUrl::url),
        metadata.userinfo_endpoint().map(UserInfoUrl::url),
        Some(metadata.jwks_uri().url()),
    ];
    for address in addresses.into_iter().flatten() {
        http.rule().check(address)?;
    }
    Ok(())
}

async fn fetch_keys(http: &Http, metadata: &Metadata) -> Result<CoreJsonWebKeySet, ProviderError> {
    let body = http.get(metadata.jwks_uri().url()).await?;
    serde_json::from_slice(&body).map_err(|_| strange("its keys cannot be read"))
}

/// A provider that has answered.
pub(crate) struct Known {
    pub(crate) http: Http,
    pub(crate) metadata: Metadata,
    keys: SyncMutex<Keys>,
}

struct Keys {
    set: CoreJsonWebKeySet,
    fetched_again: Option<Instant>,
}

impl Known {
    /// What to ask for. Groups have a scope of their own at some providers; one that lists its scopes is asked for no
    /// other.
    pub(crate) fn scopes(&self, registration: &Registration) -> Vec<String> {
        let mut scopes = vec!["email".to_owned(), "profile".to_owned()];
        if registration.asks_for_groups {
            let claim = registration.groups_claim.as_str();
            let is_scope = match self.metadata.scopes_supported() {
                Some(listed) => listed.iter().any(|scope| scope.as_str() == claim),
                None => claim.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-'),
            };
            if is_scope && !scopes.iter().any(|scope| scope == claim) {
                scopes.push(claim.to_owned());
            }
        }
        scopes
    }

    /// Whether the browser comes back from this provider (RFC 9207).
    pub(crate) fn check_sender(&self, issuer: Option<&str>) -> Result<(), ProviderError> {
        let says_who = self.metadata.additional_metadata().authorization_response_iss_parameter_supported;
        let untrusted = |reason: &str| Err(ProviderError::Untrusted(reason.to_owned()));
        match issuer {
            Some(issuer) if issuer == self.metadata.issuer().as_str() => Ok(()),
            Some(_) => untrusted("the browser comes back from another provider"),
            None if says_who => untrusted("the browser comes back without the name of the provider"),
            None => Ok(()),
        }
    }

    /// The claims of an ID token that holds. Keys that have changed are fetched once.
    pub(crate) async fn verified<'t>(
        &self,
        token: &'t IdToken,
        registration: &Registration,
        request: &Request,
        access_token: &AccessToken,
        now: Timestamp,
    ) -> Result<&'t IdClaims, ProviderError> {
        let issuer = self.metadata.issuer();
        let keys = self.keys().set.clone();
        match verify::claims(token, keys, issuer, registration, request, access_token, now) {
            Ok(claims) => Ok(claims),
            Err(Flaw::Key(error)) => {
                if !self.may_fetch_keys() {
                    return Err(error);
                }
                let keys = fetch_keys(&self.http, &self.metadata).await?;
                self.keys().set = keys.clone();
                verify::claims(token, keys, issuer, registration, request, access_token, now)
                    .map_err(Flaw::into_error)
            }
            Err(flaw) => Err(flaw.into_error()),
        }
    }

    fn keys(&self) -> std::sync::MutexGuard<'_, Keys> {
        self.keys.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether the keys may be fetched again; whoever is told so does it.
    fn may_fetch_keys(&self) -> bool {
        let mut keys = self.keys();
        let may = keys.fetched_again.is_none_or(|when| when.elapsed() >= KEYS_AT_MOST_EVERY);
        if may {
            keys.fetched_again = Some(Instant::now());
        }
        may
    }
}
