//! Signing out and changing the password.

use traefik_manager_core::{
    auth::{NewSession, PasswordChange, Refusal},
    secret::Secret,
};

use crate::{
    call::{Call, Dialect},
    cookies::Jar,
    failure::Failure,
    pages::{
        layout::{Frame, Tab},
        sign_in as pages,
    },
    reply::{self, Reply},
    words::t,
};

use super::{
    done, plainly_done,
    sign_in::{append, carry},
};

pub(crate) async fn sign_out(call: Call) -> Result<Reply, Failure> {
    let session = call.session()?.clone();
    let client = call.client.clone();
    let mut reply = match call.block(move |manager| manager.access().sign_out(&session, &client)).await? {
        Ok(()) => done(&call, "/login", "signed out"),
        // The session is over all the same.
        Err(refusal) => Failure::from(refusal).reply(call.dialect, call.theme),
    };
    append(&mut reply, Jar::Session.clear(call.app.policy().secure_cookies));
    Ok(reply)
}

pub(crate) async fn forced_form(call: Call) -> Result<Reply, Failure> {
    call.session()?;
    if !call.app.manager().access().must_change_password() {
        return Ok(reply::see_other("/"));
    }
    show(&call, None).await
}

pub(crate) async fn password_form(call: Call) -> Result<Reply, Failure> {
    call.session()?;
    show(&call, None).await
}

async fn show(call: &Call, failure: Option<Failure>) -> Result<Reply, Failure> {
    let csrf = call.csrf_token();
    if is_forced(call) {
        return Ok(pages::first_password(&csrf, call.theme, failure.as_ref()));
    }
    let mut frame = Frame::of(call).await.narrow();
    let content = pages::password_change(&csrf, failure.as_ref());
    if let Some(failure) = failure {
        frame = frame.refusing(failure);
    }
    Ok(frame.reply(t!("password-change"), Tab::Access, &content))
}

/// Whoever signed in with a temporary password has just shown that they know it.
fn is_forced(call: &Call) -> bool {
    call.app.manager().access().must_change_password()
        && call.session().is_ok_and(|session| session.method().showed_password())
}

pub(crate) async fn choose_password(call: Call) -> Result<Reply, Failure> {
    let is_first = is_forced(&call);
    match change(&call).await {
        Ok(new) => {
            let access = call.app.manager().access();
            let to =
                if is_first && access.setup_is_open() { "/setup?done=password" } else { "/?done=password" };
            let mut reply = done(&call, to, "the password is changed");
            carry(&mut reply, &new, call.app.policy().secure_cookies);
            Ok(reply)
        }
        Err(failure) if call.dialect == Dialect::Page => show(&call, Some(failure)).await,
        Err(failure) => Err(failure),
    }
}

pub(crate) async fn change_password(call: Call) -> Result<Reply, Failure> {
    let new = change(&call).await?;
    let mut reply = plainly_done();
    carry(&mut reply, &new, call.app.policy().secure_cookies);
    Ok(reply)
}

async fn change(call: &Call) -> Result<NewSession, Failure> {
    let session = call.session()?.clone();
    let secret = |name: &str| Ok::<_, Failure>(call.fields.text(name)?.map(Secret::new));
    let change = PasswordChange {
        current: secret("current_password")?,
        new: secret("new_password")?.unwrap_or_else(|| Secret::new("")),
        confirm: secret("confirm_password")?.unwrap_or_else(|| Secret::new("")),
    };
    let client = call.client.clone();
    let changed =
        call.block(move |manager| manager.access().change_password(&session, change, &client)).await?;
    changed.map_err(|refusal| match refusal {
        // Not 401: whoever asks is signed in, and a script would send them to sign in again.
        Refusal::WrongPassword => Failure::forbidden(refusal.to_string()).in_field("current_password"),
        refusal => refusal.into(),
    })
}
