//! Signing in: the password, then the one-time code.

use hyper::header::{self, HeaderValue};
use traefik_manager_core::{
    auth::{NewSession, Refusal, ReturnPath, SignIn, SignedIn},
    secret::Secret,
};

use crate::{
    call::{Call, Caller, Dialect},
    cookies::Jar,
    failure::Failure,
    pages::sign_in as pages,
    reply::{self, Reply},
};

use super::done;

pub(crate) async fn form(call: Call) -> Result<Reply, Failure> {
    let next = next(&call, call.query.trimmed("next")?);
    if matches!(call.caller, Caller::Known(_)) {
        return Ok(reply::see_other(next.as_str()));
    }
    if !call.app.manager().access().asks_to_sign_in() {
        return Ok(reply::see_other("/"));
    }
    show_form(&call, &next, None)
}

/// Where to go after signing in: to a page, since only that can be asked for in passing.
pub(crate) fn next(call: &Call, text: &str) -> ReturnPath {
    let next = ReturnPath::parse(text);
    if call.app.has_page(next.as_str()) { next } else { ReturnPath::default() }
}

pub(crate) fn show_form(call: &Call, next: &ReturnPath, failure: Option<&Failure>) -> Result<Reply, Failure> {
    let (token, cookie) = login_token(call)?;
    let access = call.app.manager().access();
    let admin = access.has_admin_password();
    let provider = access.oidc_name().filter(|_| call.app.manager().identity_provider().is_some());
    let mut reply = pages::password(&token, call.theme, next.as_str(), admin, provider.as_deref(), failure);
    append(&mut reply, cookie);
    Ok(reply)
}

/// The token of the form, and the cookie that it belongs to where the browser has none yet.
fn login_token(call: &Call) -> Result<(String, Option<HeaderValue>), Failure> {
    let access = call.app.manager().access();
    if let Some(token) = call.login_cookie.as_deref().and_then(|cookie| access.login_token(cookie)) {
        return Ok((token, None));
    }
    let form = access.login_form()?;
    Ok((form.token, Jar::Login.set(form.cookie.expose(), None, call.app.policy().secure_cookies)))
}

pub(crate) async fn submit(call: Call) -> Result<Reply, Failure> {
    let next = next(&call, call.fields.trimmed("next")?);
    let attempt = SignIn {
        password: Secret::new(call.fields.text("password")?.unwrap_or_default()),
        remember: call.fields.flag("remember", false)?,
        client: call.client.clone(),
        next: next.clone(),
    };
    match call.block(move |manager| manager.access().sign_in(attempt)).await? {
        Ok(signed_in) => Ok(proceed(&call, signed_in).await),
        Err(refusal) if call.dialect == Dialect::Page => show_form(&call, &next, Some(&refusal.into())),
        Err(refusal) => Err(refusal.into()),
    }
}

pub(crate) async fn code_form(call: Call) -> Result<Reply, Failure> {
    if !awaits_code(&call) {
        return Ok(reply::see_other("/login"));
    }
    show_code_form(&call, None)
}

fn awaits_code(call: &Call) -> bool {
    call.pending_cookie.as_deref().is_some_and(|cookie| call.app.manager().access().awaits_code(cookie))
}

fn show_code_form(call: &Call, failure: Option<&Failure>) -> Result<Reply, Failure> {
    let (token, cookie) = login_token(call)?;
    let mut reply = pages::code(&token, call.theme, failure);
    append(&mut reply, cookie);
    Ok(reply)
}

pub(crate) async fn submit_code(call: Call) -> Result<Reply, Failure> {
    let code = Secret::new(call.fields.figure("code")?);
    let pending = call.pending_cookie.clone().unwrap_or_default();
    let client = call.client.clone();
    let result = call
        .block(move |manager| manager.access().complete_second_factor(&pending, code.expose(), &client))
        .await?;
    match result {
        Ok(signed_in) => Ok(proceed(&call, signed_in).await),
        Err(refusal) if call.dialect != Dialect::Page => Err(refusal.into()),
        Err(refusal @ Refusal::PendingGone) => {
            show_form(&call, &ReturnPath::default(), Some(&refusal.into()))
        }
        Err(refusal) => show_code_form(&call, Some(&refusal.into())),
    }
}

/// One step further: to the code, to a password of one's own, or in.
pub(crate) async fn proceed(call: &Call, signed_in: SignedIn) -> Reply {
    let secure = call.app.policy().secure_cookies;
    match signed_in {
        SignedIn::NeedsCode { pending } => {
            let mut reply = done(call, "/login/otp", "enter the one-time code");
            append(&mut reply, Jar::Pending.set(&pending, None, secure));
            reply
        }
        SignedIn::Session { new, next, must_change_password } => {
            leave_behind(call).await;
            let to = if must_change_password { "/force-change-password" } else { next.as_str() };
            let mut reply = done(call, to, "signed in");
            carry(&mut reply, &new, secure);
            append(&mut reply, Jar::Login.clear(secure));
            if call.pending_cookie.is_some() {
                append(&mut reply, Jar::Pending.clear(secure));
            }
            reply
        }
    }
}

/// Ends the session that the browser had before: the new one takes its place (ASVS 5.0 no. 7.2.4).
async fn leave_behind(call: &Call) {
    let Ok(session) = call.session().cloned() else { return };
    let client = call.client.clone();
    match call.block(move |manager| manager.access().sign_out(&session, &client)).await {
        Ok(Ok(())) => {}
        // It is over for this process all the same.
        Ok(Err(refusal)) => tracing::error!(%refusal, "the end of a session could not be written down"),
        Err(failure) => tracing::error!(message = failure.message(), "a session was not ended"),
    }
}

/// Gives a browser the cookie of its new session.
pub(crate) fn carry(reply: &mut Reply, new: &NewSession, secure: bool) {
    append(reply, Jar::Session.set(new.cookie.expose(), new.max_age_seconds, secure));
}

/// Adds a cookie to an answer.
pub(crate) fn append(reply: &mut Reply, cookie: Option<HeaderValue>) {
    if let Some(cookie) = cookie {
        reply.headers_mut().append(header::SET_COOKIE, cookie);
    }
}
