//! The static configuration and the restarts that it takes. Without a file none of this exists.

use serde::Serialize;
use serde_json::Value as Json;
use traefik_manager_core::{
    clock::Timestamp,
    config::store::Revision,
    routes::{RawFile, Unread},
    tree::{Kind, NodeRef, Tree},
};

use crate::{
    call::Call,
    change::{Match, Outcome},
    failure::Failure,
    live::Live,
    pages::layout::Tab,
    reply::{self, Done, Reply},
};

use super::files::{lines_as_in, unix_lines};

#[derive(Serialize)]
struct Available {
    available: bool,
}

pub(crate) async fn available(call: Call) -> Result<Reply, Failure> {
    let available = call.app.has_static_file();
    Ok(Done::reply(Available { available }))
}

#[derive(Serialize)]
struct StaticJson<'a> {
    raw: &'a str,
    parsed: Json,
    path: &'a str,
}

pub(crate) async fn read(call: Call) -> Result<Reply, Failure> {
    let raw = fetch(&call).await?;
    let snapshot = call.app.manager().configuration().snapshot();
    let file = snapshot.static_file().ok_or_else(nothing)?;
    let parsed = file.tree().ok().and_then(Tree::root).map_or(Json::Null, json_of);
    let answer = StaticJson { raw: &raw.text, parsed, path: file.path() };
    Ok(reply::tagged(Done::reply(answer), raw.revision.as_str()))
}

/// As Traefik reads it: scalars without quotes are numbers and switches where they look like it.
pub(super) fn json_of(node: NodeRef<'_>) -> Json {
    match node.kind() {
        Kind::Mapping => node.entries().map(|(key, value)| (key.text().to_owned(), json_of(value))).collect(),
        Kind::Sequence => node.items().map(json_of).collect(),
        Kind::Scalar if node.is_null() => Json::Null,
        Kind::Scalar => {
            let text = node.text();
            match text {
                "true" => Json::Bool(true),
                "false" => Json::Bool(false),
                _ => text.parse::<i64>().map_or_else(|_| Json::from(text), Json::from),
            }
        }
    }
}

pub(super) async fn fetch(call: &Call) -> Result<RawFile, Failure> {
    if !call.app.has_static_file() {
        return Err(nothing());
    }
    Ok(call.block(|manager| manager.configuration().static_file()).await??)
}

/// What of the file the running Traefik has not read, as far as is known; nothing while it is being restarted.
pub(super) async fn unread(call: &Call, live: &Live) -> Option<Unread> {
    if call.app.restarts().progress().is_under_way() {
        return None;
    }
    unread_since(call, live.version.as_ref().and_then(|version| version.started_at.as_deref())).await
}

/// The same of a Traefik that says that it started then.
pub(super) async fn unread_since(call: &Call, started: Option<&str>) -> Option<Unread> {
    let started = started.and_then(Timestamp::from_rfc3339);
    let told = call.block(move |manager| manager.configuration().unread_static(started)).await;
    match told {
        Ok(Ok(unread)) => unread,
        Ok(Err(error)) => {
            tracing::warn!(%error, "whether Traefik has read its static file cannot be told");
            None
        }
        Err(_) => None,
    }
}

pub(super) fn nothing() -> Failure {
    Failure::not_found("there is no static configuration here; set STATIC_CONFIG_PATH to Traefik's own file")
}

pub(crate) async fn write(call: Call) -> Result<Reply, Failure> {
    let names = ["content", "raw", "yaml"];
    let mut text = None;
    for name in names {
        text = text.or(call.fields.text(name)?);
    }
    let text = unix_lines(text.unwrap_or_default());
    if text.trim().is_empty() {
        return Err(Failure::field("content", "must hold the static configuration"));
    }
    let seen = call.if_match.clone();
    save(&call, text, seen).await?.reply(&call, Tab::Static, "/static", SAVED).await
}

const SAVED: &str = "the static configuration is saved; Traefik reads it when it is restarted";

async fn save(call: &Call, text: String, seen: Option<String>) -> Result<Outcome, Failure> {
    call.for_this_host()?;
    fetch(call).await?;
    call.change_of(Match::Object, move |configuration, terms| {
        let text = lines_as_in(&configuration.static_file()?.text, text);
        configuration.save_static_file(terms, &text, seen.map(Revision::new).as_ref())
    })
    .await
}
