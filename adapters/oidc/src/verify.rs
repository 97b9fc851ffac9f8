//! Whether an ID token holds (`OpenID` Connect Core 1.0, section 3.1.3.7).
//!
//! The library checks signature, issuer, audience, expiry and nonce; the authorised party, the time of issue, the
//! algorithms and the access token's hash are added here.

use chrono::{DateTime, Utc};
use openidconnect::{
    AccessToken, AccessTokenHash, ClaimsVerificationError, ClientId, IdTokenVerifier, IssuerUrl, Nonce,
    SignatureVerificationError,
    core::{
        CoreGenderClaim, CoreJsonWebKey, CoreJsonWebKeySet, CoreJweContentEncryptionAlgorithm,
        CoreJwsSigningAlgorithm as Algorithm,
    },
};
use traefik_manager_core::{
    auth::oidc::{ProviderError, Registration, Request},
    clock::Timestamp,
};

use crate::claims::More;

pub(crate) type IdToken =
    openidconnect::IdToken<More, CoreGenderClaim, CoreJweContentEncryptionAlgorithm, Algorithm>;
pub(crate) type IdClaims = openidconnect::IdTokenClaims<More, CoreGenderClaim>;

/// How far the provider's clock may be from ours, in seconds.
const CLOCK_STEP: i64 = 60;
/// How old a token may be that was made for this sign-in, in seconds: as long as a sign-in may take.
const MAX_AGE: i64 = 600;

/// Signatures with a key that only the provider has. Not `none`; and not HMAC, where this program's secret is the key, or,
/// with a confused verifier, the provider's public one.
const ALGORITHMS: [Algorithm; 9] = [
    Algorithm::RsaSsaPkcs1V15Sha256,
    Algorithm::RsaSsaPkcs1V15Sha384,
    Algorithm::RsaSsaPkcs1V15Sha512,
    Algorithm::RsaSsaPssSha256,
    Algorithm::RsaSsaPssSha384,
    Algorithm::RsaSsaPssSha512,
    Algorithm::EcdsaP256Sha256,
    Algorithm::EcdsaP384Sha384,
    Algorithm::EdDsa,
];

/// What is wrong with a token.
#[derive(Debug)]
pub(crate) enum Flaw {
    /// Its signature does not belong to the known keys; the provider may have new ones.
    Key(ProviderError),
    /// Anything else.
    Other(ProviderError),
}

impl Flaw {
    pub(crate) fn into_error(self) -> ProviderError {
        match self {
            Self::Key(error) | Self::Other(error) => error,
        }
    }
}

/// The claims, if the token holds.
pub(crate) fn claims<'t>(
    token: &'t IdToken,
    keys: CoreJsonWebKeySet,
    issuer: &IssuerUrl,
    registration: &Registration,
    request: &Request,
    access_token: &AccessToken,
    now: Timestamp,
) -> Result<&'t IdClaims, Flaw> {
    let client_id = ClientId::new(registration.client_id.clone());
    let verifier: IdTokenVerifier<'_, CoreJsonWebKey> =
        IdTokenVerifier::new_public_client(client_id.clone(), issuer.clone(), keys)
            .set_allowed_algs(ALGORITHMS)
            .set_time_fn(move || at(now.0.saturating_sub(CLOCK_STEP)))
            .set_issue_time_verifier_fn(move |issued| check_issue_time(issued.timestamp(), now));
    let nonce = Nonce::new(request.nonce.expose().to_owned());
    let claims = token.claims(&verifier, &nonce).map_err(|error| {
        use SignatureVerificationError::{AmbiguousKeyId, CryptoError, NoMatchingKey};
        let is_key = matches!(
            error,
            ClaimsVerificationError::SignatureVerification(
                NoMatchingKey | CryptoError(_) | AmbiguousKeyId(_)
            )
        );
        let error = untrusted(&error);
        if is_key { Flaw::Key(error) } else { Flaw::Other(error) }
    })?;
    let other = |reason: &str| Err(Flaw::Other(ProviderError::Untrusted(reason.to_owned())));
    if claims.authorized_party().is_some_and(|party| *party != client_id) {
        return other(OTHER_PROGRAM);
    }
    if let Some(expected) = claims.access_token_hash() {
        let hash = token.signing_alg().ok().zip(token.signing_key(&verifier).ok());
        let hash = hash.and_then(|(alg, key)| AccessTokenHash::from_token(access_token, alg, key).ok());
        if hash.as_ref() != Some(expected) {
            return other("the access token is not the one of the ID token");
        }
    }
    Ok(claims)
}

const OTHER_PROGRAM: &str = "the ID token was made for another program";

fn check_issue_time(issued: i64, now: Timestamp) -> Result<(), String> {
    let age = now.0.saturating_sub(issued);
    if (-CLOCK_STEP..=MAX_AGE + CLOCK_STEP).contains(&age) { Ok(()) } else { Err("issued".to_owned()) }
}

fn at(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(seconds, 0).unwrap_or(DateTime::<Utc>::MAX_UTC)
}

/// What does not hold, in words that name no value.
pub(crate) fn untrusted(error: &ClaimsVerificationError) -> ProviderError {
    use ClaimsVerificationError as Claims;
    use SignatureVerificationError as Signature;
    let reason = match error {
        Claims::Expired(_) => "the ID token is too old, or was made in the future; compare the clocks",
        Claims::InvalidAudience(_) => OTHER_PROGRAM,
        Claims::InvalidIssuer(_) => "the ID token was made by another provider",
        Claims::InvalidNonce(_) => "the ID token was made for another sign-in",
        Claims::InvalidSubject(_) => "the ID token and the userinfo are about different accounts",
        Claims::SignatureVerification(Signature::NoMatchingKey) => {
            "the ID token is signed with a key that the provider does not publish"
        }
        Claims::SignatureVerification(Signature::DisallowedAlg(_) | Signature::UnsupportedAlg(_)) => {
            "the ID token is signed in a way that is not accepted"
        }
        Claims::SignatureVerification(Signature::NoSignature) => "the ID token is not signed",
        Claims::SignatureVerification(_) => "the signature of the ID token is wrong",
        _ => "the ID token is not valid",
    };
    ProviderError::Untrusted(reason.to_owned())
}
