//! Switching the second factor on and off.

use serde::Serialize;
use traefik_manager_core::{
    auth::{Enrolled, Enrolment, NewSession, Refusal},
    secret::Secret,
};

use crate::{
    call::Call,
    failure::Failure,
    pages::{
        layout::{Frame, Tab},
        second_factor as pages,
    },
    reply::{self, Done, Reply},
    words::{Message, message},
};

use super::{plainly_done, sign_in::carry};

const TITLE: Message = message!("second-factor");

#[derive(Serialize)]
struct StatusJson {
    otp_enabled: bool,
    recovery_codes: usize,
}

pub(crate) async fn status(call: Call) -> Result<Reply, Failure> {
    let state = call.app.manager().access().second_factor();
    let answer = StatusJson { otp_enabled: state.is_on, recovery_codes: state.recovery_codes };
    Ok(Done::reply(answer))
}

#[derive(Serialize)]
struct EnrolmentJson<'a> {
    secret: &'a str,
    uri: &'a str,
}

#[derive(Serialize)]
struct CodesJson<'a> {
    recovery_codes: Vec<&'a str>,
}

impl<'a> CodesJson<'a> {
    fn new(codes: &'a [Secret]) -> Self {
        Self { recovery_codes: codes.iter().map(Secret::expose).collect() }
    }
}

pub(crate) async fn setup(call: Call) -> Result<Reply, Failure> {
    let enrolment = begin(&call).await?;
    Ok(Done::reply(EnrolmentJson { secret: enrolment.secret.expose(), uri: enrolment.uri.expose() }))
}

pub(crate) async fn enable(call: Call) -> Result<Reply, Failure> {
    let enrolled = confirm(&call).await?;
    let mut reply = Done::reply(CodesJson::new(&enrolled.recovery_codes));
    carry(&mut reply, &enrolled.session, call.app.policy().secure_cookies);
    Ok(reply)
}

pub(crate) async fn disable(call: Call) -> Result<Reply, Failure> {
    let new = switch_off(&call).await?;
    let mut reply = plainly_done();
    carry(&mut reply, &new, call.app.policy().secure_cookies);
    Ok(reply)
}

pub(crate) async fn renew(call: Call) -> Result<Reply, Failure> {
    Ok(Done::reply(CodesJson::new(&other_codes(&call).await?)))
}

pub(crate) async fn page(call: Call) -> Result<Reply, Failure> {
    Ok(show(&call, None).await)
}

/// Where the forms of the page answer with a page, its address leads back when it is opened anew.
pub(crate) async fn to_page(_: Call) -> Result<Reply, Failure> {
    Ok(reply::see_other("/account/otp"))
}

async fn show(call: &Call, failure: Option<Failure>) -> Reply {
    let mut frame = Frame::of(call).await.narrow();
    let access = call.app.manager().access();
    let asks = call.session().is_ok_and(|session| access.asks_before_enrolment(session));
    let (state, signs_in) = (access.second_factor(), call.signed_in());
    let content = pages::overview(state, signs_in, asks, &frame.csrf, failure.as_ref());
    if let Some(failure) = failure {
        frame = frame.refusing(failure);
    }
    frame.reply(TITLE, Tab::Access, &content)
}

pub(crate) async fn setup_form(call: Call) -> Result<Reply, Failure> {
    match begin(&call).await {
        Ok(enrolment) => show_enrolment(&call, &enrolment, None).await,
        Err(failure) => Ok(show(&call, Some(failure)).await),
    }
}

async fn show_enrolment(
    call: &Call,
    enrolment: &Enrolment,
    failure: Option<Failure>,
) -> Result<Reply, Failure> {
    let mut frame = Frame::of(call).await.narrow();
    let content = pages::enrolment(enrolment, &frame.csrf, failure.as_ref())?;
    if let Some(failure) = failure {
        frame = frame.refusing(failure);
    }
    Ok(frame.reply(TITLE, Tab::Access, &content))
}

pub(crate) async fn enable_form(call: Call) -> Result<Reply, Failure> {
    match confirm(&call).await {
        Ok(enrolled) => {
            let mut frame = Frame::of(&call).await.narrow();
            // The page belongs to the session that has taken the place of the one that asked.
            frame.csrf = call.app.manager().access().csrf_token(&enrolled.session.session);
            let mut reply = frame.reply(TITLE, Tab::Access, &pages::codes(&enrolled.recovery_codes, true));
            carry(&mut reply, &enrolled.session, call.app.policy().secure_cookies);
            Ok(reply)
        }
        Err(failure) => {
            let pending = call.app.manager().access().pending_enrolment(call.session()?);
            match pending {
                Some(enrolment) => show_enrolment(&call, &enrolment, Some(failure)).await,
                None => Ok(show(&call, Some(failure)).await),
            }
        }
    }
}

pub(crate) async fn disable_form(call: Call) -> Result<Reply, Failure> {
    match switch_off(&call).await {
        Ok(new) => {
            let mut reply = reply::see_other("/account/otp?done=otp-off");
            carry(&mut reply, &new, call.app.policy().secure_cookies);
            Ok(reply)
        }
        Err(failure) => Ok(show(&call, Some(failure)).await),
    }
}

pub(crate) async fn renew_form(call: Call) -> Result<Reply, Failure> {
    match other_codes(&call).await {
        Ok(codes) => {
            let frame = Frame::of(&call).await.narrow();
            Ok(frame.reply(TITLE, Tab::Access, &pages::codes(&codes, false)))
        }
        Err(failure) => Ok(show(&call, Some(failure)).await),
    }
}

async fn begin(call: &Call) -> Result<Enrolment, Failure> {
    let (session, password, client) = (call.session()?.clone(), password(call)?, call.client.clone());
    let begun = call
        .block(move |manager| manager.access().begin_enrolment(&session, password.as_ref(), &client))
        .await?;
    begun.map_err(told)
}

async fn confirm(call: &Call) -> Result<Enrolled, Failure> {
    let (session, client) = (call.session()?.clone(), call.client.clone());
    let code = Secret::new(call.fields.figure("code")?);
    let enrolled = call
        .block(move |manager| manager.access().confirm_enrolment(&session, code.expose(), &client))
        .await?;
    enrolled.map_err(told)
}

async fn switch_off(call: &Call) -> Result<NewSession, Failure> {
    let (session, password, client) = (call.session()?.clone(), password(call)?, call.client.clone());
    let done = call
        .block(move |manager| manager.access().disable_second_factor(&session, password.as_ref(), &client))
        .await?;
    done.map_err(told)
}

async fn other_codes(call: &Call) -> Result<Vec<Secret>, Failure> {
    let (session, password, client) = (call.session()?.clone(), password(call)?, call.client.clone());
    let codes = call
        .block(move |manager| manager.access().renew_recovery_codes(&session, password.as_ref(), &client))
        .await?;
    codes.map_err(told)
}

fn password(call: &Call) -> Result<Option<Secret>, Failure> {
    Ok(call.fields.text("password")?.map(Secret::new))
}

/// Not 401: whoever asks is signed in, and a script would send them to sign in again.
fn told(refusal: Refusal) -> Failure {
    match refusal {
        Refusal::WrongPassword => Failure::forbidden(refusal.to_string()).in_field("password"),
        Refusal::WrongCode => Failure::bad_request(refusal.to_string()).in_field("code"),
        refusal => refusal.into(),
    }
}
