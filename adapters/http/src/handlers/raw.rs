//! A route as YAML.

use hyper::StatusCode;
use serde::Serialize;
use traefik_manager_core::routes::{Changed, RawRoute};

use crate::{
    call::{Call, Dialect},
    failure::Failure,
    pages::{
        encoded,
        layout::{Frame, Tab},
        raw as pages,
    },
    reply::{self, Reply},
};

use super::{
    done,
    files::{lines_as_in, unix_lines},
    plainly_done,
};

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
    Ok(reply::json(StatusCode::OK, &answer))
}

async fn fetch(call: &Call, id: String) -> Result<RawRoute, Failure> {
    Ok(call.block(move |manager| manager.configuration().raw_route(&id)).await??)
}

pub(crate) async fn write(call: Call) -> Result<Reply, Failure> {
    save(&call, call.id.clone()).await?;
    Ok(plainly_done())
}

async fn save(call: &Call, id: String) -> Result<Changed, Failure> {
    call.for_this_host()?;
    let text = unix_lines(call.fields.text("content")?.unwrap_or_default());
    if text.trim().is_empty() {
        return Err(Failure::field("content", "must hold the route's YAML"));
    }
    let version = Some(call.fields.trimmed("version")?.to_owned()).filter(|version| !version.is_empty());
    let saved = call
        .block(move |manager| {
            let configuration = manager.configuration();
            let text = lines_as_in(&configuration.raw_route(&id)?.text, text);
            configuration.save_raw_route(&id, &text, version.as_deref())
        })
        .await?;
    Ok(saved?)
}

pub(crate) async fn page(call: Call) -> Result<Reply, Failure> {
    let id = call.query.text("id")?.unwrap_or_default().to_owned();
    let raw = fetch(&call, id.clone()).await?;
    let frame = Frame::of(&call).await;
    let content = pages::editor(&id, &raw.text, &raw.version, None, &frame.csrf);
    Ok(frame.reply(&id, Tab::Routes, &content))
}

pub(crate) async fn submit(call: Call) -> Result<Reply, Failure> {
    let id = call.fields.text("id")?.unwrap_or_default().to_owned();
    // A route that is off stands in the settings: that no file was written says nothing.
    let snapshot = call.app.manager().configuration().snapshot();
    let is_off = snapshot.route(&id).is_ok_and(|route| !route.is_enabled());
    let failure = match save(&call, id.clone()).await {
        Ok(changed) => {
            let code = if changed.files.is_empty() && !is_off { "unchanged" } else { "saved" };
            return Ok(done(
                &call,
                &format!("/?q={}&done={code}", encoded(&changed.name)),
                "the route is saved",
            ));
        }
        Err(failure) => failure,
    };
    if call.dialect != Dialect::Page {
        return Err(failure);
    }
    let frame = Frame::of(&call).await.refusing(failure.clone());
    let text = unix_lines(call.fields.text("content")?.unwrap_or_default());
    // Whoever saves again has seen what somebody else has made of it.
    let version = match failure.theirs() {
        Some(_) => fetch(&call, id.clone()).await?.version,
        None => call.fields.trimmed("version")?.to_owned(),
    };
    let content = pages::editor(&id, &text, &version, Some(&failure), &frame.csrf);
    Ok(frame.reply(&id, Tab::Routes, &content))
}
