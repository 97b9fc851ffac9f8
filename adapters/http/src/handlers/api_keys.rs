//! API keys: issue, list, revoke.

use hyper::StatusCode;
use serde::Serialize;
use traefik_manager_core::{
    api_key::{IssuedKey, KeyHandle},
    auth::Refusal,
};

use crate::{
    call::{Call, Dialect},
    failure::Failure,
    pages::{
        keys as pages,
        layout::{Frame, Tab},
    },
    reply::{self, Done, Reply},
};

use super::{done, plainly_done};

#[derive(Serialize)]
struct StatusJson {
    enabled: bool,
    count: usize,
    keys: Vec<KeyJson>,
}

#[derive(Serialize)]
struct KeyJson {
    name: String,
    preview: String,
    created_at: String,
}

pub(crate) async fn status(call: Call) -> Result<Reply, Failure> {
    let keys = call.app.manager().access().keys();
    let answer = StatusJson {
        enabled: !keys.is_empty(),
        count: keys.len(),
        keys: keys
            .into_iter()
            .map(|key| KeyJson { name: key.name, preview: key.preview, created_at: key.created_at })
            .collect(),
    };
    Ok(reply::json(StatusCode::OK, &answer))
}

#[derive(Serialize)]
struct IssuedJson<'a> {
    key: &'a str,
    name: &'a str,
    preview: &'a str,
}

pub(crate) async fn generate(call: Call) -> Result<Reply, Failure> {
    let issued = issue(&call).await?;
    let (name, preview) = (&issued.stored.name, &issued.stored.preview);
    Ok(Done::reply(IssuedJson { key: issued.key.expose(), name, preview }))
}

async fn issue(call: &Call) -> Result<IssuedKey, Failure> {
    let name = call.fields.trimmed("device_name")?.to_owned();
    let (by, client) = (call.principal()?.clone(), call.client.clone());
    let issued = call.block(move |manager| manager.access().issue_key(&name, &by, &client)).await?;
    issued.map_err(|refusal| match refusal {
        refusal @ Refusal::Conflict { .. } => Failure::from(refusal).in_field("device_name"),
        refusal => refusal.into(),
    })
}

pub(crate) async fn revoke(call: Call) -> Result<Reply, Failure> {
    end(&call).await?;
    Ok(plainly_done())
}

async fn end(call: &Call) -> Result<(), Failure> {
    let handle = match (
        call.fields.trimmed("preview")?,
        call.fields.trimmed("device_name")?,
        call.fields.trimmed("name")?,
    ) {
        ("", "", "") => return Err(Failure::field("preview", "must say which key to revoke")),
        ("", "", name) | ("", name, _) => KeyHandle::Name(name.to_owned()),
        (preview, _, _) => KeyHandle::Preview(preview.to_owned()),
    };
    let (by, client) = (call.principal()?.clone(), call.client.clone());
    Ok(call.block(move |manager| manager.access().revoke_key(&handle, &by, &client)).await??)
}

pub(crate) async fn page(call: Call) -> Result<Reply, Failure> {
    Ok(show(&call, None, None).await)
}

async fn show(call: &Call, issued: Option<&IssuedKey>, failure: Option<Failure>) -> Reply {
    let mut frame = Frame::of(call).await;
    if let Some(failure) = failure {
        frame = frame.refusing(failure);
    }
    let access = call.app.manager().access();
    let typed = call.fields.trimmed("device_name").unwrap_or_default();
    let typed = if issued.is_some() { "" } else { typed };
    let content = pages::content(&access.keys(), issued, typed, &super::settings_views(call), &frame.csrf);
    frame.reply("API keys", Tab::Access, &content)
}

pub(crate) async fn issue_form(call: Call) -> Result<Reply, Failure> {
    if call.dialect != Dialect::Page {
        return generate(call).await;
    }
    match issue(&call).await {
        Ok(issued) => Ok(show(&call, Some(&issued), None).await),
        Err(failure) => Ok(show(&call, None, Some(failure)).await),
    }
}

pub(crate) async fn confirm_revoke(call: Call) -> Result<Reply, Failure> {
    let preview = call.query.trimmed("preview")?;
    let keys = call.app.manager().access().keys();
    let key = keys
        .iter()
        .find(|key| key.preview == preview)
        .ok_or_else(|| Failure::not_found("there is no such key"))?;
    let frame = Frame::of(&call).await.narrow();
    let content = pages::confirm(key, &frame.csrf);
    Ok(frame.reply("Revoke a key", Tab::Access, &content))
}

pub(crate) async fn revoke_form(call: Call) -> Result<Reply, Failure> {
    end(&call).await?;
    Ok(done(&call, "/keys?done=revoked", "the key is revoked"))
}
