//! An identity provider in memory.

use std::{
    collections::HashMap,
    sync::{
        Mutex,
        atomic::{AtomicU64, Ordering},
    },
};

use async_trait::async_trait;

use super::{crypto::mix, lock};
use crate::{
    auth::oidc::{
        Account, Answer, Email, IdentityProvider, ProviderAddress, ProviderError, Registration, Request,
    },
    crypto::hex,
    secret::Secret,
};

/// An [`IdentityProvider`] where one account signs in, or whatever [`sign_in_as`](Self::sign_in_as) says.
#[derive(Debug)]
pub struct FakeIdentityProvider {
    account: Mutex<Account>,
    failure: Mutex<Option<ProviderError>>,
    codes: Mutex<HashMap<String, Issued>>,
    counter: AtomicU64,
}

#[derive(Debug)]
struct Issued {
    parameters: HashMap<String, String>,
    account: Account,
}

impl Default for FakeIdentityProvider {
    fn default() -> Self {
        let email = Email { address: "ann@example.com".to_owned(), verified: true };
        Self {
            account: Mutex::new(Account {
                subject: "subject-of-ann".to_owned(),
                email: Some(email),
                groups: vec!["admins".to_owned()],
            }),
            failure: Mutex::default(),
            codes: Mutex::default(),
            counter: AtomicU64::default(),
        }
    }
}

impl FakeIdentityProvider {
    /// The one address at which it is found.
    pub const ISSUER: &str = "https://login.example.com";

    /// Who signs in from now on.
    pub fn sign_in_as(&self, account: Account) {
        *lock(&self.account) = account;
    }

    /// Makes every following call fail, or work again.
    pub fn fail_with(&self, failure: Option<ProviderError>) {
        *lock(&self.failure) = failure;
    }

    /// Signs in at the address to which a browser was sent, and gives what the browser brings back.
    pub fn approve(&self, address: &str) -> Answer {
        let query = address.split_once('?').map_or("", |(_, query)| query);
        let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
        let parameters = pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        let code = format!("code-{}", self.counter.fetch_add(1, Ordering::SeqCst));
        let issued = Issued { parameters, account: lock(&self.account).clone() };
        lock(&self.codes).insert(code.clone(), issued);
        Answer { code: Secret::new(code), issuer: Some(Self::ISSUER.to_owned()) }
    }

    fn works(&self, at: &ProviderAddress) -> Result<(), ProviderError> {
        if let Some(failure) = lock(&self.failure).clone() {
            return Err(failure);
        }
        if at.issuer == Self::ISSUER {
            return Ok(());
        }
        Err(ProviderError::Unreachable("there is nobody".to_owned()))
    }
}

fn challenge(verifier: &Secret) -> String {
    hex(&mix(&[b"challenge", verifier.expose().as_bytes()]))
}

#[async_trait]
impl IdentityProvider for FakeIdentityProvider {
    async fn discover(&self, at: &ProviderAddress) -> Result<String, ProviderError> {
        self.works(at).map(|()| Self::ISSUER.to_owned())
    }

    async fn address(
        &self,
        registration: &Registration,
        request: &Request,
        state: &Secret,
    ) -> Result<String, ProviderError> {
        self.works(&registration.at)?;
        Ok(format!(
            "{}/authorize?state={}&nonce={}&challenge={}&redirect_uri={}",
            Self::ISSUER,
            state.expose(),
            request.nonce.expose(),
            challenge(&request.verifier),
            request.redirect_uri,
        ))
    }

    async fn account(
        &self,
        registration: &Registration,
        request: &Request,
        answer: &Answer,
    ) -> Result<Account, ProviderError> {
        self.works(&registration.at)?;
        if answer.issuer.as_deref().is_some_and(|issuer| issuer != Self::ISSUER) {
            return Err(ProviderError::Untrusted("it comes from another provider".to_owned()));
        }
        let issued = lock(&self.codes).remove(answer.code.expose());
        let refused = || ProviderError::Refused("invalid_grant".to_owned());
        let issued = issued.ok_or_else(refused)?;
        let said = |name: &str| issued.parameters.get(name).map_or("", String::as_str);
        if said("challenge") != challenge(&request.verifier) || said("redirect_uri") != request.redirect_uri {
            return Err(refused());
        }
        if said("nonce") != request.nonce.expose() {
            return Err(ProviderError::Untrusted("it belongs to another sign-in".to_owned()));
        }
        Ok(issued.account)
    }
}
