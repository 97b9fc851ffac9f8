//! Settings → Authentication: what protects this program, in one place.

use traefik_manager_core::audit::{Area, Recorded};

use crate::{
    call::{Call, Dialect},
    failure::Failure,
    pages::{
        authentication as pages,
        layout::{Frame, Tab},
    },
    reply::{Done, Reply},
    words::t,
};

use super::{done, not_shown_again, shown_again};

/// How many of the newest entries about access are looked at for sign-ins.
const LOOKED_AT: usize = 100;
/// How many sign-ins are shown.
const SHOWN: usize = 8;

pub(crate) async fn page(call: Call) -> Result<Reply, Failure> {
    show(&call, None).await
}

async fn show(call: &Call, failure: Option<Failure>) -> Result<Reply, Failure> {
    let trail =
        call.block(|manager| manager.configuration().history(Some(Area::Access), None, LOOKED_AT)).await??;
    let is_sign_in = |recorded: &Recorded| {
        matches!(
            recorded.entry.action.as_str(),
            "sign in" | "refuse sign-in" | "refuse code" | "refuse confirmation" | "block sign-in"
        )
    };
    let sign_ins: Vec<Recorded> = trail.entries.into_iter().filter(is_sign_in).take(SHOWN).collect();
    let mut frame = Frame::of(call).await.narrow();
    let access = call.app.manager().access();
    let settings = call.app.manager().settings().current();
    let content = pages::content(&pages::AuthenticationPage {
        asks: access.asks_to_sign_in(),
        is_forced: access.sign_in_is_set_by_environment(),
        has_admin_password: access.has_admin_password(),
        signed_in: call.signed_in(),
        otp_enabled: settings.otp_enabled,
        keys: settings.api_keys.len(),
        idle_minutes: access.idle_minutes(),
        provider: access.oidc_name(),
        sign_ins: &sign_ins,
        failure: failure.as_ref(),
        csrf: &frame.csrf,
    });
    if let Some(failure) = failure {
        frame = frame.refusing(failure);
    }
    Ok(frame.reply(t!("settings-authentication"), Tab::Access, &content))
}

/// Switches asking people to sign in on or off, from the page or from a script.
pub(crate) async fn toggle(call: Call) -> Result<Reply, Failure> {
    match switch(&call).await {
        Ok(ask) if call.dialect == Dialect::Page => {
            let to = if ask { "/settings/auth?done=sign-in-on" } else { "/settings/auth?done=sign-in-off" };
            Ok(done(&call, to, ""))
        }
        Ok(auth_enabled) => {
            #[derive(serde::Serialize)]
            struct Switched {
                auth_enabled: bool,
            }
            Ok(Done::reply(Switched { auth_enabled }))
        }
        Err(failure) if call.dialect == Dialect::Page => show(&call, Some(failure)).await,
        Err(failure) => Err(failure),
    }
}

async fn switch(call: &Call) -> Result<bool, Failure> {
    // Never by an API key: whoever holds one could open the door for everybody.
    let session = call.session()?.clone();
    if !call.fields.has("auth_enabled") {
        return Err(Failure::field("auth_enabled", "must be true or false"));
    }
    let ask = call.fields.flag("auth_enabled", true)?;
    let (proof, client) = (shown_again(call)?, call.client.clone());
    let switched =
        call.block(move |manager| manager.access().ask_to_sign_in(ask, &session, &proof, &client)).await?;
    switched.map_err(not_shown_again)?;
    Ok(ask)
}
