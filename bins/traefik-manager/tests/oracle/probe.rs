//! Whether an object that Traefik shows as enabled works.
//!
//! Traefik builds a service or middleware when the first router needs it, and some errors it shows on the router only.
//! So one that nobody uses is enabled, whatever is wrong with it. A router that is put before it brings the truth out.

use crate::support::oracle::{Oracle, Verdict};

/// The name of the router.
const NAME: &str = "probe";

/// Whether a router that uses nothing but this object is disabled.
pub(crate) fn is_broken(oracle: &mut Oracle, texts: &[String], kind: &str, name: &str) -> bool {
    let Some((protocol, router)) = router(kind, name) else { return false };
    let mut texts = texts.to_vec();
    texts.push(router.to_string());
    let Verdict::Taken(objects) = oracle.ask(&texts) else { return false };
    objects.get(&format!("{protocol}.routers.{NAME}")).is_some_and(Option::is_some)
}

/// The protocol, and a configuration with one router in front of an object; JSON is YAML.
fn router(kind: &str, name: &str) -> Option<(&'static str, serde_json::Value)> {
    use serde_json::json;
    let (protocol, router) = match kind {
        "http.services" => {
            ("http", json!({ "rule": "Host(`probe`)", "entryPoints": ["web"], "service": name }))
        }
        "http.middlewares" => (
            "http",
            json!({
                "rule": "Host(`probe`)", "entryPoints": ["web"], "service": "noop@internal", "middlewares": [name],
            }),
        ),
        "tcp.services" => ("tcp", json!({ "rule": "HostSNI(`*`)", "entryPoints": ["tcp"], "service": name })),
        "tcp.middlewares" => (
            "tcp",
            json!({ "rule": "HostSNI(`*`)", "entryPoints": ["tcp"], "service": NAME, "middlewares": [name] }),
        ),
        "udp.services" => ("udp", json!({ "entryPoints": ["udp"], "service": name })),
        _ => return None,
    };
    let mut section = json!({ "routers": { NAME: router } });
    if kind == "tcp.middlewares" {
        section["services"] =
            json!({ NAME: { "loadBalancer": { "servers": [{ "address": "127.0.0.1:9" }] } } });
    }
    Some((protocol, json!({ protocol: section })))
}
