//! Signing in at an identity provider: to the provider, and back.

use std::sync::Arc;

use hyper::{StatusCode, header};
use traefik_manager_core::{
    auth::oidc::{Answer, IdentityProvider, ProviderError},
    secret::Secret,
};

use crate::{
    call::{Call, Caller, Dialect},
    cookies::Jar,
    failure::Failure,
    reply::{self, Reply},
};

use super::sign_in::{append, next, proceed, show_form};

/// Sends the browser to the provider.
pub(crate) async fn start(call: Call) -> Result<Reply, Failure> {
    let next = next(&call, call.query.trimmed("next")?);
    if matches!(call.caller, Caller::Known(_)) {
        return Ok(reply::see_other(next.as_str()));
    }
    if !call.app.manager().access().asks_to_sign_in() {
        return Ok(reply::see_other("/"));
    }
    // A provider that knows the browser asks nothing, so it is here that somebody has to want a session (ASVS 5.0 no.
    // 7.6.2).
    if call.is_led_here && call.dialect == Dialect::Page {
        return show_form(&call, &next, None);
    }
    match to_provider(&call, next.clone()).await {
        Ok(reply) => Ok(reply),
        Err(failure) if call.dialect == Dialect::Page => show_form(&call, &next, Some(&failure)),
        Err(failure) => Err(failure),
    }
}

async fn to_provider(call: &Call, next: traefik_manager_core::auth::ReturnPath) -> Result<Reply, Failure> {
    let provider = provider(call)?;
    let access = call.app.manager().access();
    let (cookie, fresh) = match &call.login_cookie {
        Some(cookie) if access.login_token(cookie).is_some() => (cookie.clone(), None),
        _ => {
            let cookie = access.login_form()?.cookie.expose().to_owned();
            let fresh = Jar::Login.set(&cookie, None, call.app.policy().secure_cookies);
            (cookie, fresh)
        }
    };
    let (client, origin) = (call.client.clone(), call.origin.clone());
    let start = call
        .block(move |manager| manager.access().begin_oidc(&client, &cookie, origin.as_deref(), next))
        .await??;
    let address = provider.address(&start.registration, &start.request, &start.state).await?;
    let mut reply = reply::see_other("/");
    let address = address.parse().map_err(|_| Failure::internal(&"the provider's address is no header"))?;
    reply.headers_mut().insert(header::LOCATION, address);
    append(&mut reply, fresh);
    Ok(reply)
}

fn provider(call: &Call) -> Result<Arc<dyn IdentityProvider>, Failure> {
    let provider = call.app.manager().identity_provider().cloned();
    provider.ok_or_else(|| Failure::not_found("nobody signs in at an identity provider here"))
}

/// Takes the browser in again.
pub(crate) async fn callback(call: Call) -> Result<Reply, Failure> {
    match from_provider(&call).await {
        Ok(reply) => Ok(reply),
        Err(failure) if call.dialect == Dialect::Page => show_form(&call, &next(&call, ""), Some(&failure)),
        Err(failure) => Err(failure),
    }
}

async fn from_provider(call: &Call) -> Result<Reply, Failure> {
    let provider = provider(call)?;
    let (cookie, state) = (call.login_cookie.clone(), call.query.trimmed("state")?.to_owned());
    // Before anything else is looked at: whatever comes back with a state spends it.
    let back = call.block(move |manager| manager.access().resume_oidc(cookie.as_deref(), &state)).await??;
    let client = call.client.clone();
    let answer = match answer(call) {
        Ok(answer) => answer,
        Err(error) => {
            let why = error.to_string();
            call.block(move |manager| manager.access().note_oidc_failure(&why, &client)).await?;
            return Err(nobody(error));
        }
    };
    let attempt = call.block(move |manager| manager.access().try_oidc(&client)).await??;
    let client = call.client.clone();
    match provider.account(&back.registration, &back.request, &answer).await {
        Ok(account) => {
            let signed_in = call
                .block(move |manager| manager.access().complete_oidc(back, &account, attempt, &client))
                .await??;
            Ok(proceed(call, signed_in).await)
        }
        Err(error) => {
            let why = error.clone();
            call.block(move |manager| manager.access().fail_oidc(attempt, &why, &client)).await?;
            Err(nobody(error))
        }
    }
}

fn nobody(error: ProviderError) -> Failure {
    tracing::warn!(%error, "nobody came in by the identity provider");
    error.into()
}

/// What the browser brings from the provider.
fn answer(call: &Call) -> Result<Answer, ProviderError> {
    let said = |name: &str| call.query.text(name).ok().flatten().unwrap_or_default();
    if call.query.has("error") {
        let code = said("error").chars().filter(char::is_ascii_graphic).take(60).collect::<String>();
        return Err(ProviderError::Refused(format!("it says {code}")));
    }
    if said("code").is_empty() {
        return Err(ProviderError::Strange("it sends the browser back without a code".to_owned()));
    }
    let issuer = call.query.has("iss").then(|| said("iss").to_owned());
    Ok(Answer { code: Secret::new(said("code")), issuer })
}

impl From<ProviderError> for Failure {
    fn from(error: ProviderError) -> Self {
        let status = match error {
            ProviderError::Untrusted(_) => StatusCode::FORBIDDEN,
            _ => StatusCode::SERVICE_UNAVAILABLE,
        };
        Self::new(status, format!("{error} The password still works."))
    }
}
