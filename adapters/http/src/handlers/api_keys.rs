//! API keys: issue, list, revoke.

use std::net::IpAddr;

use serde::Serialize;
use traefik_manager_core::{
    api_key::{ApiKey, IssuedKey, KeyHandle, KeyRequest, KeyUse, Scope, Scopes},
    auth::{Access, Principal, Refusal},
    clock::Timestamp,
};

use crate::{
    call::{Call, Caller, Dialect},
    failure::Failure,
    pages::{
        keys as pages,
        layout::{Frame, Tab},
    },
    reply::{Done, Reply},
    words::t,
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
    scopes: Vec<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    expires_at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_used_at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_used_from: Option<IpAddr>,
}

impl KeyJson {
    fn new(key: ApiKey, used: Option<KeyUse>) -> Self {
        Self {
            scopes: key.scopes.iter().map(Scope::as_str).collect(),
            expires_at: key.expires_at.map(Timestamp::to_minutes_text),
            last_used_at: used.map(|used| used.at.to_seconds_text()),
            last_used_from: used.and_then(|used| used.from),
            name: key.name,
            preview: key.preview,
            created_at: key.created_at,
        }
    }
}

pub(crate) async fn status(call: Call) -> Result<Reply, Failure> {
    let mut keys = keys_and_uses(call.app.manager().access());
    // A key that may not make or revoke others has no business with them.
    if let Caller::Known(Principal::Key(holder)) = &call.caller
        && !holder.scopes.allow(Scope::App)
    {
        keys.retain(|(key, _)| key.name == holder.name);
    }
    let answer = StatusJson {
        enabled: !keys.is_empty(),
        count: keys.len(),
        keys: keys.into_iter().map(|(key, used)| KeyJson::new(key, used)).collect(),
    };
    Ok(Done::reply(answer))
}

fn keys_and_uses(access: &Access) -> Vec<(ApiKey, Option<KeyUse>)> {
    let with_use = |key: ApiKey| {
        let used = access.last_use(&key);
        (key, used)
    };
    access.keys().into_iter().map(with_use).collect()
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
    let wanted = wanted(call)?;
    let (by, client) = (call.principal()?.clone(), call.client.clone());
    let issued = call.block(move |manager| manager.access().issue_key(&wanted, &by, &client)).await?;
    issued.map_err(|refusal| match refusal {
        refusal @ Refusal::Conflict { .. } => Failure::from(refusal).in_field("device_name"),
        refusal => refusal.into(),
    })
}

/// What the form asks for; a form without scopes means the phone app.
fn wanted(call: &Call) -> Result<KeyRequest, Failure> {
    let mut scopes = Scopes::default();
    if call.fields.has("scopes") {
        let names = call.fields.texts("scopes")?;
        let parsed = names.into_iter().filter(|name| !name.is_empty()).map(|name| {
            let unknown = || Failure::field("scopes", "may be read, config, static, restart, backup and app");
            Scope::parse(name).ok_or_else(unknown)
        });
        scopes = parsed.collect::<Result<_, _>>()?;
    }
    let days = match call.fields.figure("expires_days")? {
        "" => None,
        days => Some(days.parse().map_err(|_| Failure::field("expires_days", "must be a whole number"))?),
    };
    Ok(KeyRequest { device_name: call.fields.trimmed("device_name")?.to_owned(), scopes, days })
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
    let content = pages::content(&keys_and_uses(access), access.now(), issued, typed, &frame.csrf);
    frame.reply(t!("settings-keys"), Tab::Access, &content)
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
    Ok(frame.reply(t!("keys-revoke-title"), Tab::Access, &content))
}

pub(crate) async fn revoke_form(call: Call) -> Result<Reply, Failure> {
    end(&call).await?;
    Ok(done(&call, "/keys?done=revoked", "the key is revoked"))
}
