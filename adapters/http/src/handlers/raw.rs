//! A route as YAML.

use serde::Serialize;
use traefik_manager_core::routes::RawRoute;

use crate::{
    call::{Call, Dialect},
    change::{Match, Outcome},
    failure::Failure,
    pages::{
        editor, encoded,
        layout::{Frame, Tab},
        raw as pages,
    },
    reply::{self, Done, Reply},
};

use super::files::{lines_as_in, unix_lines};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct RawJson<'a> {
    raw: &'a str,
    config_file: &'a str,
    proto: &'static str,
    version: &'a str,
}

pub(crate) async fn read(call: Call) -> Result<Reply, Failure> {
    let raw = fetch(&call, call.id.clone()).await?;
    let answer = RawJson {
        raw: &raw.text,
        config_file: raw.file.as_str(),
        proto: raw.protocol.as_str(),
        version: &raw.version,
    };
    Ok(reply::tagged(Done::reply(answer), &raw.version))
}

async fn fetch(call: &Call, id: String) -> Result<RawRoute, Failure> {
    Ok(call.block(move |manager| manager.configuration().raw_route(&id)).await??)
}

pub(crate) async fn write(call: Call) -> Result<Reply, Failure> {
    save(&call, call.id.clone()).await?.reply(&call, Tab::Routes, "/", "the route is saved").await
}

async fn save(call: &Call, id: String) -> Result<Outcome, Failure> {
    call.for_this_host()?;
    let text = unix_lines(call.fields.text("content")?.unwrap_or_default());
    if text.trim().is_empty() {
        return Err(Failure::field("content", "must hold the route's YAML"));
    }
    let version = call.seen_version()?;
    call.change_of(Match::Object, move |configuration, terms| {
        let text = lines_as_in(&configuration.raw_route(&id)?.text, text);
        configuration.save_raw_route(terms, &id, &text, version.as_deref())
    })
    .await
}

pub(crate) async fn page(call: Call) -> Result<Reply, Failure> {
    let id = call.query.text("id")?.unwrap_or_default().to_owned();
    let raw = fetch(&call, id.clone()).await?;
    let frame = Frame::of(&call).await;
    let content = pages::content(&pages::RawPage {
        id: &id,
        text: &raw.text,
        version: &raw.version,
        schema: &editor::address(call.app.manager().configuration()),
        marks: &[],
        failure: None,
        csrf: &frame.csrf,
    });
    Ok(frame.reply(&id, Tab::Routes, &content))
}

pub(crate) async fn submit(call: Call) -> Result<Reply, Failure> {
    let id = call.fields.text("id")?.unwrap_or_default().to_owned();
    let failure = if call.edits_again()? {
        None
    } else {
        match save(&call, id.clone()).await {
            Ok(outcome) => {
                let code = if outcome.is_unchanged() { "unchanged" } else { "saved" };
                let to = format!("/?q={}&done={code}", encoded(&outcome.changed.name));
                return outcome.reply(&call, Tab::Routes, &to, "the route is saved").await;
            }
            Err(failure) if call.dialect != Dialect::Page => return Err(failure),
            Err(failure) => Some(failure),
        }
    };
    let mut frame = Frame::of(&call).await;
    let text = unix_lines(call.fields.text("content")?.unwrap_or_default());
    // Whoever saves again has seen what somebody else has made of it.
    let version = match failure.as_ref().and_then(Failure::theirs) {
        Some(_) => fetch(&call, id.clone()).await?.version,
        None => call.fields.trimmed("version")?.to_owned(),
    };
    let configuration = call.app.manager().configuration();
    let content = pages::content(&pages::RawPage {
        id: &id,
        text: &text,
        version: &version,
        schema: &editor::address(configuration),
        marks: &editor::marks(configuration, failure.as_ref(), &text, 0),
        failure: failure.as_ref(),
        csrf: &frame.csrf,
    });
    if let Some(failure) = failure {
        frame = frame.refusing(failure);
    }
    Ok(frame.reply(&id, Tab::Routes, &content))
}
