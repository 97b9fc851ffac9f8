//! The port to an identity provider.

use std::fmt;

use async_trait::async_trait;

use super::Account;
use crate::secret::Secret;

/// Where a provider is, and how it may be asked.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ProviderAddress {
    /// Its issuer, as the settings have it.
    pub issuer: String,
    /// A file with certificates of authorities that count besides those of the system.
    pub ca_file: Option<String>,
    /// Whether it may be asked without TLS when it is not on this host.
    pub allow_http: bool,
}

/// What the provider knows of this program.
#[derive(Debug, Clone)]
pub struct Registration {
    /// Where the provider is.
    pub at: ProviderAddress,
    /// How it knows this program.
    pub client_id: String,
    /// What proves that; `None` for a public client.
    pub client_secret: Option<Secret>,
    /// The claim that holds an account's groups.
    pub groups_claim: String,
    /// Whether groups are asked for.
    pub asks_for_groups: bool,
}

/// One sign-in at the provider, as this program has begun it.
#[derive(Debug, Clone)]
pub struct Request {
    /// Where the provider sends the browser afterwards.
    pub redirect_uri: String,
    /// What ties the ID token to this sign-in.
    pub nonce: Secret,
    /// What ties the code to this sign-in (RFC 7636); its SHA-256 goes out, itself comes with the code.
    pub verifier: Secret,
}

/// What the browser brings back.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The code that is worth an ID token.
    pub code: Secret,
    /// Who says so (RFC 9207), where the address names somebody.
    pub issuer: Option<String>,
}

/// An identity provider that speaks `OpenID` Connect.
///
/// *Time*: every call ends by itself, with [`ProviderError::Unreachable`] when the provider is slow. *Size*: what it
/// answers is bounded. *Trust*: an [`Account`] is returned only if its ID token holds in every point: signature, issuer,
/// audience, authorised party, times, nonce; and if what else the provider tells is about the same subject. No error
/// holds a code, a token or a secret.
#[async_trait]
pub trait IdentityProvider: Send + Sync + fmt::Debug {
    /// The issuer that is found at the address, asked for anew.
    ///
    /// # Errors
    /// [`ProviderError`] but [`Refused`](ProviderError::Refused) and [`Untrusted`](ProviderError::Untrusted).
    async fn discover(&self, at: &ProviderAddress) -> Result<String, ProviderError>;

    /// The address to which the browser goes to sign in.
    ///
    /// # Errors
    /// As [`discover`](Self::discover).
    async fn address(
        &self,
        registration: &Registration,
        request: &Request,
        state: &Secret,
    ) -> Result<String, ProviderError>;

    /// The account that has signed in. A code is worth one account once.
    ///
    /// # Errors
    /// [`ProviderError`].
    async fn account(
        &self,
        registration: &Registration,
        request: &Request,
        answer: &Answer,
    ) -> Result<Account, ProviderError>;
}

/// Why a provider is of no use. The texts are for people and hold no secret.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ProviderError {
    /// It may not be asked as the settings have it.
    #[error("{0}")]
    NotAllowed(String),
    /// There was no answer, or not in time.
    #[error("The identity provider does not answer: {0}.")]
    Unreachable(String),
    /// There was an answer that no provider gives.
    #[error("The identity provider answers strangely: {0}.")]
    Strange(String),
    /// It does not give out an ID token.
    #[error("The identity provider refuses: {0}.")]
    Refused(String),
    /// What it gave out does not hold.
    #[error("The identity provider's answer is not to be trusted: {0}.")]
    Untrusted(String),
}
