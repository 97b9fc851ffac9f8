//! What the running Traefik says, passed on in its own words. A Traefik that does not answer is told as `reachable:
//! false` with the reason, beside the empty answer of 1.5.2; clients that know neither go on as before.

use bytes::Bytes;
use hyper::StatusCode;
use serde::Serialize;
use serde_json::Value as Json;
use traefik_manager_core::{
    config::object::ObjectKind,
    traefik::{
        Protocol,
        live::{Asked, LiveError},
    },
};

use crate::{
    call::Call,
    failure::Failure,
    live::Reach,
    reply::{self, Done, Reply},
    wire::Said,
};

async fn ask(call: &Call, asked: Asked) -> Said {
    call.app.wire().get(call.app.manager(), asked).await
}

/// How much Traefik runs, and what is switched on.
pub(crate) async fn overview(call: Call) -> Result<Reply, Failure> {
    call.for_this_host()?;
    match ask(&call, Asked::Overview).await.text {
        Ok(text) => {
            let mut said = text.and_then(|text| serde_json::from_slice(&text).ok()).unwrap_or_default();
            if let Json::Object(fields) = &mut said {
                for key in ["ok", "success", "reachable"] {
                    fields.insert(key.to_owned(), Json::Bool(true));
                }
            }
            Ok(reply::json(StatusCode::OK, &said))
        }
        Err(error) => Ok(silent(&error)),
    }
}

/// The answer of a Traefik that gives none.
fn silent(error: &LiveError) -> Reply {
    #[derive(Serialize)]
    struct Silent<'a> {
        ok: bool,
        success: bool,
        reachable: bool,
        error: &'a str,
    }
    let error = error.to_string();
    reply::json(StatusCode::OK, &Silent { ok: false, success: false, reachable: false, error: &error })
}

/// The entry points: a bare list, which is empty where Traefik does not answer.
pub(crate) async fn entry_points(call: Call) -> Result<Reply, Failure> {
    call.for_this_host()?;
    let said = ask(&call, Asked::EntryPoints).await.text;
    Ok(reply::json_bytes(said.ok().flatten().unwrap_or_else(|| Bytes::from_static(b"[]"))))
}

pub(crate) async fn routers(call: Call) -> Result<Reply, Failure> {
    lists(call, ObjectKind::Router).await
}

pub(crate) async fn services(call: Call) -> Result<Reply, Failure> {
    lists(call, ObjectKind::Service).await
}

pub(crate) async fn middlewares(call: Call) -> Result<Reply, Failure> {
    lists(call, ObjectKind::Middleware).await
}

/// The lists of all protocols, of one provider where the request names one. UDP has no middlewares.
async fn lists(call: Call, kind: ObjectKind) -> Result<Reply, Failure> {
    call.for_this_host()?;
    let provider = call.query.trimmed("provider")?.to_owned();
    let list = |protocol| ask(&call, Asked::List(protocol, kind));
    let udp = async {
        match kind {
            ObjectKind::Middleware => None,
            _ => Some(list(Protocol::Udp).await),
        }
    };
    let (http, tcp, udp) = tokio::join!(list(Protocol::Http), list(Protocol::Tcp), udp);
    let mut answer = Vec::new();
    let mut error = None;
    for (begin, said) in [(&br#"{"http":"#[..], Some(http)), (br#","tcp":"#, Some(tcp)), (br#","udp":"#, udp)]
    {
        answer.extend_from_slice(begin);
        match said.map(|said| said.text) {
            Some(Ok(Some(list))) if provider.is_empty() => answer.extend_from_slice(&list),
            Some(Ok(Some(list))) => answer.extend_from_slice(&of_provider(&list, &provider)),
            Some(Ok(None)) | None => answer.extend_from_slice(b"[]"),
            Some(Err(why)) => {
                answer.extend_from_slice(b"[]");
                error.get_or_insert(why);
            }
        }
    }
    let is_whole = error.is_none();
    for key in ["reachable", "ok", "success"] {
        answer.extend_from_slice(format!(",\"{key}\":{is_whole}").as_bytes());
    }
    if let Some(error) = error {
        answer.extend_from_slice(format!(",\"error\":{}", Json::from(error.to_string())).as_bytes());
    }
    answer.push(b'}');
    Ok(reply::json_bytes(answer.into()))
}

/// What is of one provider.
fn of_provider(list: &[u8], provider: &str) -> Vec<u8> {
    let mut list: Vec<Json> = serde_json::from_slice(list).unwrap_or_default();
    list.retain(|one| {
        let name = one.get("name").and_then(Json::as_str).unwrap_or_default();
        name.rsplit_once('@').is_some_and(|(_, of)| of == provider)
    });
    serde_json::to_vec(&list).unwrap_or_else(|_| b"[]".to_vec())
}

/// One router as Traefik has it: `/api/traefik/router/http/app@docker`. Without a provider, that of the files.
pub(crate) async fn router(call: Call) -> Result<Reply, Failure> {
    call.for_this_host()?;
    let unknown = || Failure::not_found("there is no such router");
    let (protocol, name) = call.id.split_once('/').ok_or_else(unknown)?;
    let protocol =
        Protocol::parse(protocol).ok_or_else(|| Failure::not_found("the protocol is http, tcp or udp"))?;
    let name = if name.contains('@') { name.to_owned() } else { format!("{name}@file") };
    match ask(&call, Asked::Object(protocol, ObjectKind::Router, name)).await.text {
        Ok(Some(text)) => {
            let said: serde_json::Map<String, Json> = serde_json::from_slice(&text).unwrap_or_default();
            Ok(Done::reply(said))
        }
        Ok(None) => Err(unknown()),
        Err(error) => Err(Failure::new(StatusCode::BAD_GATEWAY, error.to_string())),
    }
}

/// Whether Traefik's API answers, and how soon.
pub(crate) async fn ping(call: Call) -> Result<Reply, Failure> {
    #[derive(Serialize)]
    struct PingJson<'a> {
        ok: bool,
        success: bool,
        latency_ms: Option<u128>,
        #[serde(skip_serializing_if = "Option::is_none")]
        message: Option<&'a str>,
        #[serde(skip_serializing_if = "Option::is_none")]
        error: Option<&'a str>,
    }
    let said = ask(&call, Asked::Version).await;
    let error = said.text.err().map(|error| error.to_string());
    let is_there = error.is_none();
    let status = if is_there { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    let latency_ms = is_there.then_some(said.took.as_millis());
    Ok(reply::json(
        status,
        &PingJson {
            ok: is_there,
            success: is_there,
            latency_ms,
            message: error.as_deref(),
            error: error.as_deref(),
        },
    ))
}

/// Traefik's own answer, with its own capitals, or why there is none.
pub(crate) async fn version(call: Call) -> Result<Reply, Failure> {
    #[derive(Serialize)]
    struct VersionJson<'a> {
        ok: bool,
        success: bool,
        #[serde(rename = "Version", skip_serializing_if = "Option::is_none")]
        version: Option<&'a str>,
        #[serde(rename = "Codename", skip_serializing_if = "Option::is_none")]
        codename: Option<&'a str>,
        reachable: bool,
        #[serde(skip_serializing_if = "Option::is_none")]
        error: Option<&'a str>,
    }
    let live = call.app.live().present(call.app.manager()).await;
    let version = live.version.as_ref();
    let reachable = version.is_some();
    let answer = VersionJson {
        ok: reachable,
        success: reachable,
        version: version.map(|version| version.number.as_str()),
        codename: version.map(|version| version.codename.as_str()),
        reachable,
        error: match &live.reach {
            Reach::Silent(reason) if version.is_none() => Some(reason),
            _ => None,
        },
    };
    Ok(reply::json(StatusCode::OK, &answer))
}
