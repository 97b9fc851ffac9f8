//! The set-up of a new installation, once somebody has signed in and chosen a password.
//!
//! It is open while the settings say that it was not finished, and to nobody who has not come in: a settings file that
//! cannot be read says nothing, and opens nothing. Three steps, each with a form of its own; a script may send all
//! fields at once, as 1.5.2 took them.

use hyper::StatusCode;
use traefik_manager_core::traefik::live::{LiveError, Version};

use crate::{
    call::{Call, Dialect},
    failure::Failure,
    pages::{
        layout::{Frame, Tab},
        setup as pages,
    },
    reply::{self, Reply},
    words::t,
};

use super::{done, self_route, settings};

/// A step of the set-up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step {
    /// Where Traefik is, and what forms offer.
    Connection,
    /// How people come in.
    Access,
    /// The route to this program.
    Route,
}

impl Step {
    fn parse(text: &str) -> Option<Self> {
        match text {
            "" | "connection" => Some(Self::Connection),
            "access" => Some(Self::Access),
            "route" => Some(Self::Route),
            _ => None,
        }
    }
}

fn is_open(call: &Call) -> bool {
    call.app.manager().access().setup_is_open()
}

pub(crate) async fn page(call: Call) -> Result<Reply, Failure> {
    if !is_open(&call) {
        return Ok(reply::see_other("/settings"));
    }
    let step = Step::parse(call.query.trimmed("step")?)
        .ok_or_else(|| Failure::not_found("there is no such step"))?;
    show(&call, step, None, None).await
}

pub(crate) async fn submit(call: Call) -> Result<Reply, Failure> {
    if !is_open(&call) {
        return match call.dialect {
            Dialect::Page => Ok(reply::see_other("/settings")),
            _ => Err(Failure::new(StatusCode::CONFLICT, "the set-up is finished")),
        };
    }
    let sent = call.fields.trimmed("step")?;
    let step = Step::parse(sent).ok_or_else(|| Failure::field("step", "is no step of the set-up"))?;
    match carry_out(&call, step, sent.is_empty()).await {
        Err(failure) if call.dialect == Dialect::Page => show(&call, step, None, Some(failure)).await,
        result => result,
    }
}

async fn carry_out(call: &Call, step: Step, is_all: bool) -> Result<Reply, Failure> {
    match step {
        Step::Connection if call.fields.flag("test", false)? => {
            let found =
                settings::ask(call, "traefik_api_url", "traefik_api_user", "traefik_api_password").await?;
            show(call, step, Some(found), None).await
        }
        Step::Connection if !is_all => {
            settings::save(call).await?;
            Ok(done(call, "/setup?step=access", "the connection is saved"))
        }
        Step::Connection => {
            settings::save(call).await?;
            finish(call).await
        }
        Step::Access => Ok(done(call, "/setup?step=route", "go on with the route")),
        Step::Route => finish(call).await,
    }
}

/// The end of the set-up, and the route to this program where one is asked for.
async fn finish(call: &Call) -> Result<Reply, Failure> {
    let wants_route =
        !call.fields.trimmed("domain")?.is_empty() || !call.fields.trimmed("self_route_domain")?.is_empty();
    let has_route = wants_route && !call.fields.flag("skip", false)?;
    let reply = if has_route {
        self_route::save_at_the_end(call).await?
    } else {
        done(call, "/?done=ready", "the set-up is finished")
    };
    // What is only shown finishes nothing.
    if !call.terms()?.dry_run {
        let (by, client) = (call.principal()?.clone(), call.client.clone());
        let finished = call.block(move |manager| manager.access().finish_setup(&by, &client)).await?;
        match finished.map_err(Failure::from) {
            // The route is written all the same, and only its answer says how to keep it; the set-up stays open.
            Err(failure) if has_route => {
                tracing::error!(cause = failure.message(), "the set-up is not finished");
            }
            finished => finished?,
        }
    }
    Ok(reply)
}

/// Asks the Traefik that the request names, while the set-up is open.
pub(crate) async fn test(call: Call) -> Result<Reply, Failure> {
    if !is_open(&call) {
        let message = "the set-up is finished; test the connection in the settings";
        return Err(Failure::new(StatusCode::CONFLICT, message));
    }
    settings::test(call).await
}

async fn show(
    call: &Call,
    step: Step,
    tested: Option<Result<Version, LiveError>>,
    failure: Option<Failure>,
) -> Result<Reply, Failure> {
    let (frame, entry_points) = tokio::join!(Frame::of(call), self_route::entry_points_at_once(call));
    let mut frame = frame.narrow();
    let access = call.app.manager().access();
    let content = pages::content(&pages::SetupPage {
        step,
        values: &settings::values(call)?,
        tested: tested.as_ref(),
        failure: failure.as_ref(),
        own: &self_route::present(call.app.manager()),
        entry_points: &entry_points,
        asks_to_sign_in: access.asks_to_sign_in(),
        has_second_factor: call.app.manager().settings().current().otp_enabled,
        csrf: &frame.csrf,
    });
    if let Some(failure) = failure {
        frame = frame.refusing(failure);
    }
    Ok(frame.reply(t!("setup"), Tab::Access, &content))
}
