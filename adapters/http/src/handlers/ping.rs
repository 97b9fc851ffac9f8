//! Whether the server of a route is there. Only what the configuration names is asked, so that nobody can make this
//! program ask whom they like.

use hyper::StatusCode;
use serde::Serialize;
use traefik_manager_core::{settings::api_origin, traefik::ping::named_origin};

use crate::{
    call::Call,
    failure::Failure,
    reply::{self, Reply},
};

use super::self_route;

#[derive(Debug, Default, Serialize)]
#[expect(clippy::struct_excessive_bools, reason = "the fields of 1.5.2")]
struct PingJson {
    ok: bool,
    success: bool,
    latency_ms: Option<u128>,
    #[serde(skip_serializing_if = "Option::is_none")]
    status_code: Option<u16>,
    #[serde(rename = "self", skip_serializing_if = "std::ops::Not::not")]
    is_self: bool,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    via_target: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
}

/// Knocks at `url`, and at `fallback` where there is no answer.
pub(crate) async fn ping(call: Call) -> Result<Reply, Failure> {
    call.for_this_host()?;
    let (url, fallback) = (call.query.trimmed("url")?.to_owned(), call.query.trimmed("fallback")?.to_owned());
    let Some(origin) = api_origin(&url) else {
        return Err(Failure::field("url", "must begin with http:// or https:// and name a host"));
    };
    if is_own(&call, origin) {
        let answer = PingJson {
            ok: true,
            success: true,
            latency_ms: Some(0),
            status_code: Some(200),
            is_self: true,
            ..PingJson::default()
        };
        return Ok(reply::json(StatusCode::OK, &answer));
    }
    let Some(pinger) = call.app.manager().surroundings().pinger.clone() else {
        return Err(Failure::not_found("this program asks no servers"));
    };
    let live = call.app.live().soon(call.app.manager()).await;
    let snapshot = call.app.manager().configuration().snapshot();
    let named = call
        .block(move |_| {
            let others = live.routers.as_deref().unwrap_or_default();
            [url, fallback].map(|url| named_origin(&snapshot, others, &url))
        })
        .await?;
    if named.iter().all(Option::is_none) {
        return Err(Failure::forbidden("no route and no service of the configuration names this address"));
    }
    let mut error = None;
    for (number, origin) in named.into_iter().enumerate() {
        let Some(origin) = origin else { continue };
        match pinger.knock(&origin).await {
            Ok(echo) => {
                let answer = PingJson {
                    ok: true,
                    success: true,
                    latency_ms: Some(echo.took.as_millis()),
                    status_code: Some(echo.status),
                    via_target: number > 0,
                    ..PingJson::default()
                };
                return Ok(reply::json(StatusCode::OK, &answer));
            }
            Err(reason) => error = error.or(Some(reason)),
        }
    }
    Ok(reply::json(StatusCode::OK, &PingJson { message: error.clone(), error, ..PingJson::default() }))
}

/// Whether an origin is this program's own: that under which this very request came, the host of the route to it, or
/// where Traefik finds it.
fn is_own(call: &Call, origin: &str) -> bool {
    let origin = origin.to_ascii_lowercase();
    let Some((scheme, authority)) = origin.split_once("://") else { return false };
    let usual = if scheme == "https" { ":443" } else { ":80" };
    let host = authority.strip_suffix(usual).unwrap_or(authority);
    let own = self_route::present(call.app.manager());
    let is_named = |name: &str| !name.is_empty() && name.eq_ignore_ascii_case(host);
    [&call.public_host, call.host.as_deref().unwrap_or_default(), &own.domain].into_iter().any(is_named)
        || api_origin(&own.service_url).is_some_and(|service| service.eq_ignore_ascii_case(&origin))
}
