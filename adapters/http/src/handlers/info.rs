//! Health, versions and assets.

use std::{collections::BTreeMap, net::IpAddr};

use hyper::{header, header::HeaderValue};
use serde::Serialize;
use traefik_manager_core::settings::is_link_local;

use crate::{
    assets,
    call::Call,
    cookies::Jar,
    failure::Failure,
    reply::{self, Done, Reply},
    theme::{KEPT_SECONDS, Theme},
    words::Language,
};

use super::{done, plainly_done, sign_in};

pub(crate) async fn asset(call: Call) -> Result<Reply, Failure> {
    assets::serve(&call.id, call.takes_gzip).ok_or_else(|| Failure::not_found("there is no such asset"))
}

/// The icon where 1.5.2 has it; the phone app shows it.
pub(crate) async fn icon(_: Call) -> Result<Reply, Failure> {
    let mut icon = reply::json_bytes(assets::APP_ICON);
    icon.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("image/png"));
    icon.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=86400"));
    Ok(icon)
}

/// Whether this program answers. It says nothing of Traefik, whose absence is no reason to restart this.
pub(crate) async fn health(_: Call) -> Result<Reply, Failure> {
    Ok(plainly_done())
}

/// Keeps the choice of colours in this browser.
pub(crate) async fn choose_theme(call: Call) -> Result<Reply, Failure> {
    let theme = Theme::parse(call.fields.trimmed("theme")?)
        .ok_or_else(|| Failure::bad_request("`theme` must be system, light or dark"))?;
    let secure = call.app.policy().secure_cookies;
    let back = sign_in::next(&call, call.fields.trimmed("back")?);
    let mut reply = done(&call, back.as_str(), "the choice is kept in this browser");
    let cookie = match theme {
        Theme::System => Jar::Theme.clear(secure),
        _ => Jar::Theme.set(theme.as_str(), Some(KEPT_SECONDS), secure),
    };
    sign_in::append(&mut reply, cookie);
    Ok(reply)
}

/// Keeps the choice of a language in this browser; an empty one leaves it to what the browser asks for.
pub(crate) async fn choose_language(call: Call) -> Result<Reply, Failure> {
    let code = call.fields.trimmed("language")?;
    let secure = call.app.policy().secure_cookies;
    let cookie = match Language::parse(code) {
        Some(language) => Jar::Language.set(language.code(), Some(KEPT_SECONDS), secure),
        None if code.is_empty() => Jar::Language.clear(secure),
        None => return Err(Failure::bad_request("`language` must be one that there is a catalogue for")),
    };
    let back = sign_in::next(&call, call.fields.trimmed("back")?);
    let mut reply = done(&call, back.as_str(), "the choice is kept in this browser");
    sign_in::append(&mut reply, cookie);
    Ok(reply)
}

#[derive(Serialize)]
struct VersionJson<'a> {
    version: &'a str,
    repo: &'static str,
    static_config_configured: bool,
}

pub(crate) async fn version(call: Call) -> Result<Reply, Failure> {
    let policy = call.app.policy();
    let answer = VersionJson {
        version: &policy.version,
        repo: env!("CARGO_PKG_REPOSITORY"),
        static_config_configured: policy.static_config,
    };
    Ok(Done::reply(answer))
}

/// The other servers that are managed from here: none, which is how the phone app stays with this one.
pub(crate) async fn agents(_: Call) -> Result<Reply, Failure> {
    #[derive(Serialize)]
    struct Agents {
        agents: [(); 0],
    }
    Ok(Done::reply(Agents { agents: [] }))
}

/// Where addresses are from: nobody here knows.
pub(crate) async fn geoip(_: Call) -> Result<Reply, Failure> {
    #[derive(Serialize)]
    struct Geoip {
        enabled: bool,
        available: bool,
        db_path: &'static str,
    }
    Ok(Done::reply(Geoip { enabled: false, available: false, db_path: "" }))
}

/// Addresses of a chain that are shown.
const MAX_CHAIN: usize = 32;

/// What kind of address it is.
fn class(address: IpAddr) -> &'static str {
    match address.to_canonical() {
        address if address.is_loopback() => "loopback",
        address if is_link_local(address) => "link-local",
        IpAddr::V4(address) if address.is_private() => "private",
        IpAddr::V6(address) if address.is_unique_local() => "private",
        _ => "public",
    }
}

/// Whose request this is taken for, and what that rests on.
pub(crate) async fn client_ip(call: Call) -> Result<Reply, Failure> {
    #[derive(Serialize)]
    struct ClientJson<'a> {
        client_ip: Option<String>,
        peer: String,
        peer_is_trusted: bool,
        #[serde(skip_serializing_if = "Option::is_none")]
        x_forwarded_for: Option<&'a str>,
        #[serde(skip_serializing_if = "Option::is_none")]
        x_forwarded_proto: Option<&'a str>,
        #[serde(skip_serializing_if = "Option::is_none")]
        x_forwarded_host: Option<&'a str>,
        hint: &'static str,
        // The same as the phone app calls it.
        effective_ip: String,
        effective_class: &'static str,
        socket_peer: String,
        socket_peer_class: &'static str,
        headers: BTreeMap<&'static str, &'a str>,
        forwarded_for_chain: Vec<&'a str>,
        proxy_hops: usize,
        classes: BTreeMap<&'a str, &'static str>,
    }
    let is_trusted = call.app.policy().trusted_proxies.trusts(call.peer);
    let forwarded = &call.forwarded;
    let hint = match (is_trusted, forwarded.client.is_some()) {
        (true, true) => "the peer is a trusted proxy, so what it says of the client counts",
        (true, false) => "the peer is trusted, and says of no other client",
        (false, true) => "the peer is no trusted proxy (TRUSTED_PROXIES), so what it says does not count",
        (false, false) => "the peer is the client",
    };
    let headers = [
        ("X-Forwarded-For", &forwarded.client),
        ("X-Forwarded-Proto", &forwarded.proto),
        ("X-Forwarded-Host", &forwarded.host),
    ];
    let chain = forwarded.client.as_deref().unwrap_or_default().split(',').map(str::trim);
    let chain: Vec<&str> = chain.filter(|address| !address.is_empty()).take(MAX_CHAIN).collect();
    let effective = call.client.address.map(|address| address.to_string());
    Ok(Done::reply(ClientJson {
        effective_ip: effective.clone().unwrap_or_default(),
        effective_class: call.client.address.map_or("unknown", class),
        socket_peer: call.peer.to_canonical().to_string(),
        socket_peer_class: class(call.peer),
        headers: headers.into_iter().filter_map(|(name, value)| Some((name, value.as_deref()?))).collect(),
        proxy_hops: chain.len(),
        classes: chain.iter().map(|one| (*one, one.parse().map_or("unknown", class))).collect(),
        forwarded_for_chain: chain,
        client_ip: effective,
        peer: call.peer.to_canonical().to_string(),
        peer_is_trusted: is_trusted,
        x_forwarded_for: forwarded.client.as_deref(),
        x_forwarded_proto: forwarded.proto.as_deref(),
        x_forwarded_host: forwarded.host.as_deref(),
        hint,
    }))
}
