//! Signs people in at an identity provider, by `OpenID` Connect.
//!
//! The core asks through its port [`IdentityProvider`]; this crate speaks the protocol: discovery, the code flow with
//! PKCE, the ID token with its signature, and the provider's userinfo. A provider that hangs, redirects, sends garbage or
//! without end costs ten seconds at most and a mebibyte of memory, and what it says is believed only where its signature
//! and every claim hold.
//!
//! | Module | Does |
//! |---|---|
//! | `http` | One request: is it allowed, in time, small enough |
//! | `resolver` | From a name to the addresses that may be asked |
//! | `known` | What is known of a provider: what it says of itself, and its keys, kept for an hour |
//! | `verify` | Whether an ID token holds |
//! | `claims` | From claims to an account |

#![warn(missing_docs)]

mod claims;
mod http;
mod known;
mod resolver;
mod verify;

use std::{borrow::Cow, fmt, sync::Arc, time::Duration};

use async_trait::async_trait;
use openidconnect::{
    AuthType, AuthenticationFlow, AuthorizationCode, ClientId, ClientSecret, CsrfToken, EndpointMaybeSet,
    EndpointNotSet, EndpointSet, Nonce, OAuth2TokenResponse as _, PkceCodeChallenge, PkceCodeVerifier,
    RedirectUrl, RequestTokenError, Scope,
    core::{CoreClientAuthMethod, CoreErrorResponseType, CoreResponseType},
};
use traefik_manager_core::{
    auth::oidc::{Account, Answer, IdentityProvider, ProviderAddress, ProviderError, Registration, Request},
    clock::Clock,
};

use crate::{
    claims::Source,
    http::HttpError,
    known::{Known, Providers},
};

/// How long a request to the provider may take, from its first to its last byte.
const TIMEOUT: Duration = Duration::from_secs(10);

/// An identity provider, asked over HTTPS. Keeps what is known of it; share it in an `Arc`.
pub struct OpenIdProvider {
    clock: Arc<dyn Clock>,
    providers: Providers,
}

impl fmt::Debug for OpenIdProvider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OpenIdProvider").finish_non_exhaustive()
    }
}

type Client = openidconnect::Client<
    claims::More,
    openidconnect::core::CoreAuthDisplay,
    openidconnect::core::CoreGenderClaim,
    openidconnect::core::CoreJweContentEncryptionAlgorithm,
    openidconnect::core::CoreJsonWebKey,
    openidconnect::core::CoreAuthPrompt,
    openidconnect::StandardErrorResponse<CoreErrorResponseType>,
    Tokens,
    openidconnect::core::CoreTokenIntrospectionResponse,
    openidconnect::core::CoreRevocableToken,
    openidconnect::core::CoreRevocationErrorResponse,
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

type Tokens = openidconnect::StandardTokenResponse<
    openidconnect::IdTokenFields<
        claims::More,
        openidconnect::EmptyExtraTokenFields,
        openidconnect::core::CoreGenderClaim,
        openidconnect::core::CoreJweContentEncryptionAlgorithm,
        openidconnect::core::CoreJwsSigningAlgorithm,
    >,
    openidconnect::core::CoreTokenType,
>;

impl OpenIdProvider {
    /// A provider that is asked with the certificates of the system, and waited for ten seconds.
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self { clock, providers: Providers::new(TIMEOUT) }
    }

    /// The same with another patience.
    #[must_use]
    pub fn with_timeout(self, timeout: Duration) -> Self {
        Self { providers: Providers::new(timeout), ..self }
    }

    fn client(known: &Known, registration: &Registration) -> Result<Client, ProviderError> {
        let id = ClientId::new(registration.client_id.clone());
        let secret = registration.client_secret.as_ref();
        let secret = secret.map(|secret| ClientSecret::new(secret.expose().to_owned()));
        let auth_type = auth_type(known, secret.is_some())?;
        Ok(Client::from_provider_metadata(known.metadata.clone(), id, secret).set_auth_type(auth_type))
    }

    /// The account's claims beside those of the ID token, where the provider has an address for them.
    async fn userinfo(
        client: &Client,
        known: &Known,
        tokens: &Tokens,
        subject: &openidconnect::SubjectIdentifier,
    ) -> Result<Option<Source>, ProviderError> {
        if known.metadata.userinfo_endpoint().is_none() {
            return Ok(None);
        }
        let token = tokens.access_token();
        // It goes into a header, where the library takes nothing else.
        if !token.secret().bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(strange("its access token is not one"));
        }
        let request = client
            .user_info(token.clone(), Some(subject.clone()))
            .map_err(|_| strange("it has no userinfo endpoint"))?;
        let info: Result<openidconnect::UserInfoClaims<claims::More, _>, _> =
            request.request_async(&known.http).await;
        match info {
            Ok(info) => Ok(Some(Source::of_userinfo(&info))),
            Err(openidconnect::UserInfoError::Request(error)) => Err(error.into()),
            Err(openidconnect::UserInfoError::ClaimsVerification(error)) => Err(verify::untrusted(&error)),
            Err(openidconnect::UserInfoError::Response(status, ..)) => {
                Err(strange(format!("its userinfo endpoint answers {}", status.as_u16())))
            }
            Err(_) => Err(strange("its userinfo cannot be read")),
        }
    }
}

#[async_trait]
impl IdentityProvider for OpenIdProvider {
    async fn discover(&self, at: &ProviderAddress) -> Result<String, ProviderError> {
        let known = self.providers.ask(at).await?;
        Ok(known.metadata.issuer().as_str().to_owned())
    }

    async fn address(
        &self,
        registration: &Registration,
        request: &Request,
        state: &traefik_manager_core::secret::Secret,
    ) -> Result<String, ProviderError> {
        let known = self.providers.known(&registration.at).await?;
        let client = Self::client(&known, registration)?.set_redirect_uri(redirect(request)?);
        let (state, nonce) = (state.expose().to_owned(), request.nonce.expose().to_owned());
        let verifier = PkceCodeVerifier::new(request.verifier.expose().to_owned());
        let challenge = PkceCodeChallenge::from_code_verifier_sha256(&verifier);
        let mut to_sign_in = client
            .authorize_url(
                AuthenticationFlow::<CoreResponseType>::AuthorizationCode,
                || CsrfToken::new(state),
                || Nonce::new(nonce),
            )
            .set_pkce_challenge(challenge);
        for scope in known.scopes(registration) {
            to_sign_in = to_sign_in.add_scope(Scope::new(scope));
        }
        let (address, ..) = to_sign_in.url();
        Ok(address.into())
    }

    async fn account(
        &self,
        registration: &Registration,
        request: &Request,
        answer: &Answer,
    ) -> Result<Account, ProviderError> {
        let known = self.providers.known(&registration.at).await?;
        known.check_sender(answer.issuer.as_deref())?;
        let client = Self::client(&known, registration)?;
        let exchange = client
            .exchange_code(AuthorizationCode::new(answer.code.expose().to_owned()))
            .map_err(|_| strange("it has no token endpoint"))?
            .set_pkce_verifier(PkceCodeVerifier::new(request.verifier.expose().to_owned()))
            .set_redirect_uri(Cow::Owned(redirect(request)?));
        let tokens = exchange.request_async(&known.http).await.map_err(token_error)?;
        let id_token = tokens.extra_fields().id_token().ok_or_else(|| strange("it gives no ID token"))?;
        let now = self.clock.now();
        let claims = known.verified(id_token, registration, request, tokens.access_token(), now).await?;
        let userinfo = Self::userinfo(&client, &known, &tokens, claims.subject()).await?;
        let sources: Vec<Source> =
            [Some(Source::of_id_token(claims)), userinfo].into_iter().flatten().collect();
        claims::account(claims.subject().as_str(), &sources, &registration.groups_claim)
    }
}

/// How the token endpoint wants to be shown the secret. A provider that does not say so takes it in the header
/// (`OpenID` Connect Discovery 1.0, section 3).
fn auth_type(known: &Known, has_secret: bool) -> Result<AuthType, ProviderError> {
    let Some(methods) = known.metadata.token_endpoint_auth_methods_supported().filter(|_| has_secret) else {
        return Ok(AuthType::BasicAuth);
    };
    if methods.contains(&CoreClientAuthMethod::ClientSecretBasic) {
        Ok(AuthType::BasicAuth)
    } else if methods.contains(&CoreClientAuthMethod::ClientSecretPost) {
        Ok(AuthType::RequestBody)
    } else {
        Err(ProviderError::NotAllowed(
            "The identity provider takes a client secret neither in the header nor in the form; no other way is known \
             here."
                .to_owned(),
        ))
    }
}

fn redirect(request: &Request) -> Result<RedirectUrl, ProviderError> {
    RedirectUrl::new(request.redirect_uri.clone()).map_err(|_| {
        ProviderError::NotAllowed(
            "The address of this program is not one that a browser can go to.".to_owned(),
        )
    })
}

fn token_error(
    error: RequestTokenError<HttpError, openidconnect::StandardErrorResponse<CoreErrorResponseType>>,
) -> ProviderError {
    match error {
        RequestTokenError::ServerResponse(answer) => {
            let code: String = answer.error().to_string();
            let code: String = code.chars().filter(char::is_ascii_graphic).take(60).collect();
            ProviderError::Refused(match code.as_str() {
                "invalid_client" | "unauthorized_client" => {
                    format!("it says {code}; check client ID and secret")
                }
                "invalid_grant" => format!(
                    "it says {code}; the code is spent, or the redirect address is another one than registered"
                ),
                _ => format!("it says {code}"),
            })
        }
        RequestTokenError::Request(error) => error.into(),
        RequestTokenError::Parse(..) | RequestTokenError::Other(_) => {
            strange("the answer of its token endpoint cannot be read")
        }
    }
}

pub(crate) fn strange(reason: impl Into<String>) -> ProviderError {
    ProviderError::Strange(reason.into())
}
