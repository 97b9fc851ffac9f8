//! Restarts of Traefik, and how it is doing.

use hyper::StatusCode;
use serde::Serialize;
use traefik_manager_core::{restart::Method, routes::Trial, traefik::live::Version};

use crate::{
    call::{Call, Dialect},
    endpoint::Needs,
    events::Told,
    failure::Failure,
    pages::{
        layout::{Frame, Tab},
        restarts as pages,
    },
    reply::{Done, Reply},
    restarting,
    restarts::{Progress, ProgressJson},
    words::{self, Language, t},
};

use super::{
    done,
    static_file::{fetch, nothing, unread_since},
    static_pages::show,
};

#[derive(Serialize)]
struct Begun {
    message: String,
    restart: ProgressJson,
}

async fn restart_now(call: &Call) -> Result<Progress, Failure> {
    call.for_this_host()?;
    fetch(call).await?;
    let terms = call.terms()?;
    restarting::begin(&call.app, terms.author, terms.tries).await
}

fn json_of(call: &Call, progress: &Progress) -> ProgressJson {
    ProgressJson::new(&seen_by(call, progress), call.app.manager().configuration().now())
}

/// What of a restart whoever asks may see: Traefik's own lines may say what stands in the file.
fn seen_by(call: &Call, progress: &Progress) -> Progress {
    if call.may(Needs::Static) { progress.clone() } else { progress.without_last_words() }
}

pub(crate) async fn restart(call: Call) -> Result<Reply, Failure> {
    let progress = restart_now(&call).await?;
    let restart = json_of(&call, &progress);
    Ok(Done::reply(Begun { message: restart.message().to_owned(), restart }))
}

pub(crate) async fn restart_form(call: Call) -> Result<Reply, Failure> {
    match restart_now(&call).await {
        Ok(progress) => Ok(done(&call, "/static/restart", &progress.message())),
        Err(failure) if call.dialect != Dialect::Page => Err(failure),
        Err(failure) => show(&call, Some(failure)).await,
    }
}

pub(crate) async fn progress_page(call: Call) -> Result<Reply, Failure> {
    fetch(&call).await?;
    let progress = seen_by(&call, &call.app.restarts().progress());
    // The trail knows of trials that an earlier process has begun, too.
    let trials = call.block(|manager| manager.configuration().trials()).await??;
    let trial = trials.into_iter().find(|trial| trial.is_restart && !progress.is_under_way());
    let seconds = trial.map(|trial| trial.until.since(call.app.manager().configuration().now()));
    let frame = Frame::of(&call).await.narrow();
    let method = call.app.manager().restarter().map(|restarter| restarter.method());
    let content =
        pages::progress(&progress, method, trial.map(|trial| trial.number).zip(seconds), &frame.csrf);
    Ok(frame.reply(t!("restarts"), Tab::Static, &content))
}

/// How a restart goes on, as it happens.
pub(crate) async fn events(call: Call) -> Result<Reply, Failure> {
    fetch(&call).await?;
    let (app, sees_all, language) = (call.app.clone(), call.may(Needs::Static), Language::spoken());
    let tell = move |progress: &Progress| {
        let now = app.manager().configuration().now();
        let shown = if sees_all { progress.clone() } else { progress.without_last_words() };
        let json = words::speaking_there(language, || ProgressJson::new(&shown, now));
        let data = serde_json::to_string(&json).unwrap_or_default();
        Told { data, is_last: !progress.is_under_way() }
    };
    let stream = call.app.streams().follow(call.app.restarts().subscribe(), tell);
    stream.ok_or_else(|| Failure::new(StatusCode::SERVICE_UNAVAILABLE, "too many look on already; ask again"))
}

/// Puts a restart on trial back at once, where that change is one; `None` where it is not.
pub(super) async fn put_back(call: &Call, number: u64) -> Result<Option<Reply>, Failure> {
    if call.terms()?.dry_run {
        return Ok(None);
    }
    let is_meant = move |trial: &Trial| trial.is_restart && trial.number == number;
    let trials = call.block(|manager| manager.configuration().trials()).await??;
    if !trials.iter().any(is_meant) {
        return Ok(None);
    }
    call.require(Needs::Restart).await?;
    call.require(Needs::Static).await?;
    tokio::spawn(restarting::revert(call.app.clone(), call.author()?, number));
    let message = "the old static configuration comes back, and Traefik is restarted with it";
    Ok(Some(done(call, "/static/restart", message)))
}

#[derive(Serialize)]
struct StatusJson {
    /// Whether Traefik's API answers.
    up: bool,
    /// Whether the file says something that the running Traefik has not read.
    unread: bool,
    restart: ProgressJson,
}

pub(crate) async fn status(call: Call) -> Result<Reply, Failure> {
    fetch(&call).await?;
    let version = version(&call).await;
    let started = version.as_ref().and_then(|version| version.started_at.as_deref());
    let unread = unread_since(&call, started).await.is_some();
    let restart = json_of(&call, &call.app.restarts().progress());
    Ok(Done::reply(StatusJson { up: version.is_some(), unread, restart }))
}

/// What Traefik says of itself, if it answers.
async fn version(call: &Call) -> Option<Version> {
    let manager = call.app.manager();
    manager.traefik().version(&manager.traefik_address().ok()?).await.ok()
}

#[derive(Serialize)]
struct RuntimeJson<'a> {
    restart_method: &'a str,
    // The same, and what is restarted, as 1.5.2 calls them.
    method: &'a str,
    runtime: &'static str,
    container: String,
    target: String,
    trusted_with: &'a str,
    up: bool,
}

/// How Traefik is restarted here.
pub(crate) async fn runtime(call: Call) -> Result<Reply, Failure> {
    fetch(&call).await?;
    let up = version(&call).await.is_some();
    let restarter = call.app.manager().restarter().ok_or_else(nothing)?;
    let method = restarter.method();
    let (restart_method, trusted_with) = (method.name(), method.trust());
    let answer = RuntimeJson {
        restart_method,
        method: restart_method,
        runtime: if method == Method::PoisonPill { "" } else { "docker" },
        container: restarter.container_name().unwrap_or_default(),
        target: restarter.target(),
        trusted_with,
        up,
    };
    Ok(Done::reply(answer))
}
