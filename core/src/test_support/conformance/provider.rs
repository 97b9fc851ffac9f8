//! The promises of [`IdentityProvider`].
#![expect(clippy::expect_used, reason = "a suite reports by panicking")]

use async_trait::async_trait;

use crate::{
    auth::oidc::{Account, Answer, IdentityProvider, ProviderAddress, ProviderError, Registration, Request},
    secret::Secret,
};

/// A provider at which somebody can sign in without a person.
#[async_trait]
pub trait ProviderStage: Send + Sync {
    /// The implementation under test.
    fn provider(&self) -> &dyn IdentityProvider;

    /// What the provider knows of this program.
    fn registration(&self) -> Registration;

    /// Who signs in.
    fn account(&self) -> Account;

    /// Signs in at the address, as somebody with a browser would.
    async fn approve(&self, address: &str) -> Answer;
}

fn request(word: &str) -> Request {
    // RFC 7636 asks for 43 characters and more.
    let long = |kind: &str| Secret::new(format!("{kind}-{word}-0123456789012345678901234567890123456789"));
    Request {
        redirect_uri: "http://127.0.0.1:5000/auth/oidc/callback".to_owned(),
        nonce: long("nonce"),
        verifier: long("verifier"),
    }
}

async fn begin(stage: &dyn ProviderStage, request: &Request) -> Answer {
    let state = Secret::new("state-0123456789");
    let address = stage.provider().address(&stage.registration(), request, &state).await;
    let address = address.expect("an address");
    assert!(address.contains("state=state-0123456789"), "{address}");
    assert!(!address.contains(request.verifier.expose()), "the verifier stays here: {address}");
    stage.approve(&address).await
}

/// Checks a provider.
///
/// # Panics
/// Where it breaks a promise.
pub async fn identity_provider(stage: &dyn ProviderStage) {
    let (provider, registration) = (stage.provider(), stage.registration());
    let issuer = provider.discover(&registration.at).await.expect("found");

    let honest = request("honest");
    let answer = begin(stage, &honest).await;
    let account = provider.account(&registration, &honest, &answer).await;
    assert_eq!(account.expect("signed in"), stage.account());
    let again = provider.account(&registration, &honest, &answer).await;
    assert!(matches!(again, Err(ProviderError::Refused(_))), "a code is worth one account: {again:?}");
    assert!(!format!("{again:?}").contains(answer.code.expose()), "no error holds a code");

    let other_verifier = Request { verifier: request("other").verifier, ..honest.clone() };
    let answer = begin(stage, &honest).await;
    let stolen = provider.account(&registration, &other_verifier, &answer).await;
    assert!(matches!(stolen, Err(ProviderError::Refused(_))), "a stolen code is worth nothing: {stolen:?}");

    let other_nonce = Request { nonce: request("other").nonce, ..honest.clone() };
    let answer = begin(stage, &honest).await;
    let replayed = provider.account(&registration, &other_nonce, &answer).await;
    assert!(matches!(replayed, Err(ProviderError::Untrusted(_))), "of another sign-in: {replayed:?}");

    let answer = begin(stage, &honest).await;
    let mixed = Answer { issuer: Some(format!("{issuer}.evil.example")), ..answer };
    let mixed = provider.account(&registration, &honest, &mixed).await;
    assert!(matches!(mixed, Err(ProviderError::Untrusted(_))), "another issuer's answer: {mixed:?}");

    let nowhere = ProviderAddress { issuer: "https://127.0.0.1:9".to_owned(), ..registration.at.clone() };
    let gone = provider.discover(&nowhere).await;
    assert!(matches!(gone, Err(ProviderError::Unreachable(_))), "nobody is there: {gone:?}");
    let gone =
        provider.address(&Registration { at: nowhere, ..registration }, &honest, &Secret::new("state")).await;
    assert!(matches!(gone, Err(ProviderError::Unreachable(_))), "nobody is there: {gone:?}");
}
