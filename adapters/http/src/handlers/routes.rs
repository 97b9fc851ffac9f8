//! The list of routes, and switching one on and off.

use hyper::StatusCode;
use traefik_manager_core::{
    auth::ReturnPath,
    routes::{Route, Snapshot},
};

use crate::{
    call::Call,
    change::Match,
    failure::Failure,
    json,
    pages::{
        layout::{Frame, Tab},
        routes::{self as pages, RoutesPage},
    },
    reply::{self, Reply},
    view::{Query, Row},
    words::message,
};

pub(crate) async fn page(call: Call) -> Result<Reply, Failure> {
    let frame = Frame::of(&call).await;
    let view = call.app.views().present(call.app.manager()).await?;
    let query = Query::read(&call.query)?;
    let others = call.app.views().others(&frame.live);
    let tabs = &view.snapshot.settings().visible_tabs;
    let shown: Vec<&Row> = others.iter().filter(|row| tabs.shows_provider(row.provider())).collect();
    let found = view.find(&query, &frame.live, &shown);
    let mut providers: Vec<&str> = shown.iter().map(|row| row.provider()).collect();
    providers.sort_unstable();
    providers.dedup();
    let content = pages::content(&RoutesPage {
        view: &view,
        query: &query,
        found: &found,
        providers: &providers,
        not_shown: others.len() - shown.len(),
        live: &frame.live,
        csrf: &frame.csrf,
        domains: &view.snapshot.settings().domains,
    });
    Ok(frame.reply(message!("routes"), Tab::Routes, &content))
}

pub(crate) async fn list(call: Call) -> Result<Reply, Failure> {
    Ok(reply::json_bytes(call.app.views().list(call.app.manager()).await?))
}

/// The routes of the files, and those that the running Traefik has from elsewhere.
pub(crate) async fn list_all(call: Call) -> Result<Reply, Failure> {
    let live = call.app.live().present(call.app.manager()).await;
    let snapshot = call.app.manager().configuration().snapshot();
    let views = call.app.views();
    if let Some(bytes) = views.all_of(snapshot.id(), live.id) {
        return Ok(reply::json_bytes(bytes));
    }
    let (id, live_id) = (snapshot.id(), live.id);
    let bytes = call
        .block(move |manager| {
            json::route_list_with(manager, &snapshot, live.routers.as_deref().unwrap_or_default())
        })
        .await?;
    views.keep_all(id, live_id, bytes.clone());
    Ok(reply::json_bytes(bytes))
}

/// The routers' names in all files.
pub(crate) async fn names(call: Call) -> Result<Reply, Failure> {
    let snapshot: std::sync::Arc<Snapshot> = call.app.manager().configuration().snapshot();
    let names: Vec<&str> = snapshot.routes().filter(Route::is_enabled).map(|route| route.name()).collect();
    Ok(reply::json(StatusCode::OK, &names))
}

pub(crate) async fn toggle(call: Call) -> Result<Reply, Failure> {
    let (id, enable) = (call.id.clone(), call.fields.flag("enable", true)?);
    switch(call, id, enable).await
}

/// The same from the list, whose buttons are called `on` and `off` and have the id for a value.
pub(crate) async fn toggle_form(call: Call) -> Result<Reply, Failure> {
    let (on, off) = (call.fields.text("on")?, call.fields.text("off")?);
    let (id, enable) = match (on, off) {
        (Some(id), None) => (id.to_owned(), true),
        (None, Some(id)) => (id.to_owned(), false),
        _ => return Err(Failure::bad_request("say either which route is switched on, or which off")),
    };
    switch(call, id, enable).await
}

async fn switch(call: Call, id: String, enable: bool) -> Result<Reply, Failure> {
    call.for_this_host()?;
    let back = ReturnPath::parse(call.fields.trimmed("back")?);
    let version = call.seen_version()?;
    let outcome = call
        .change_of(Match::Object, move |configuration, terms| {
            configuration.set_enabled_at(terms, &id, enable, version.as_deref())
        })
        .await?;
    let code = if enable { "on" } else { "off" };
    let sign = if back.as_str().contains('?') { '&' } else { '?' };
    let state = if enable { "enabled" } else { "disabled" };
    let message = format!("route `{}` {state}", outcome.changed.name);
    outcome.reply(&call, Tab::Routes, &format!("{back}{sign}done={code}"), &message).await
}
