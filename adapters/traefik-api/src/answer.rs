//! Traefik's JSON into the core's words. Whatever is missing or of another kind than expected is left empty:
//! the fields differ between Traefik's versions, and one odd object must not hide the others.

use serde_json::Value;
use traefik_manager_core::{
    config::value::Value as Plain,
    traefik::{
        Protocol,
        live::{LiveEntryPoint, LiveMiddleware, LiveObject, LiveRouter, LiveService, LiveStatus, Version},
    },
};

pub(crate) fn version(value: &Value) -> Option<Version> {
    let number = text(value, "Version");
    let started = text(value, "startDate");
    let started_at = (!started.is_empty()).then_some(started);
    (!number.is_empty()).then(|| Version { number, codename: text(value, "Codename"), started_at })
}

pub(crate) fn router(protocol: Protocol, value: &Value) -> LiveRouter {
    let (name, provider) = name_and_provider(value);
    // `using` has the entry points that are really used, also when the router names none.
    let using = texts(value, "using");
    LiveRouter {
        protocol,
        name,
        provider,
        status: status(value),
        errors: texts(value, "error"),
        rule: text(value, "rule"),
        service: text(value, "service"),
        entry_points: if using.is_empty() { texts(value, "entryPoints") } else { using },
        middlewares: texts(value, "middlewares"),
        tls: value.get("tls").is_some_and(Value::is_object),
    }
}

pub(crate) fn service(protocol: Protocol, value: &Value) -> LiveService {
    let (name, provider) = name_and_provider(value);
    LiveService {
        protocol,
        name,
        provider,
        status: status(value),
        errors: texts(value, "error"),
        kind: kind(value),
        servers: servers(value),
    }
}

pub(crate) fn middleware(protocol: Protocol, value: &Value) -> LiveMiddleware {
    let (name, provider) = name_and_provider(value);
    let (status, errors, kind) = (status(value), texts(value, "error"), text(value, "type"));
    LiveMiddleware { protocol, name, provider, status, errors, kind }
}

/// An object of the file provider; `None` for one of another. Of `a@b@file` Traefik says the provider `b@file`, so
/// the name alone counts.
pub(crate) fn object(value: &Value) -> Option<LiveObject> {
    let name = text(value, "name").strip_suffix("@file")?.to_owned();
    Some(LiveObject { name, status: status(value), errors: texts(value, "error"), value: plain(value) })
}

pub(crate) fn entry_point(value: &Value) -> LiveEntryPoint {
    let http = value.get("http");
    LiveEntryPoint {
        name: text(value, "name"),
        address: text(value, "address"),
        middlewares: http.map_or(0, |http| texts(http, "middlewares").len()),
        tls: http.and_then(|http| http.get("tls")).is_some_and(Value::is_object),
    }
}

/// The core's own value. The JSON reader has refused what is nested too deeply for it.
fn plain(value: &Value) -> Plain {
    match value {
        Value::Null => Plain::Null,
        Value::Bool(flag) => Plain::Bool(*flag),
        Value::Number(number) => {
            number.as_i64().map_or_else(|| Plain::Verbatim(number.to_string()), Plain::Int)
        }
        Value::String(text) => Plain::text(text),
        Value::Array(items) => Plain::List(items.iter().map(plain).collect()),
        Value::Object(entries) => Plain::map(entries.iter().map(|(key, value)| (key, plain(value)))),
    }
}

fn text(value: &Value, key: &str) -> String {
    value.get(key).and_then(Value::as_str).unwrap_or_default().to_owned()
}

/// A list of texts, or one text.
fn texts(value: &Value, key: &str) -> Vec<String> {
    match value.get(key) {
        Some(Value::Array(items)) => items.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        Some(Value::String(one)) => vec![one.clone()],
        _ => Vec::new(),
    }
}

/// `app@file` is `app` of the provider `file`.
fn name_and_provider(value: &Value) -> (String, String) {
    let full = text(value, "name");
    match full.rsplit_once('@') {
        // Of `a@b@file` Traefik says the provider `b@file`.
        Some((name, provider)) => (name.to_owned(), provider.to_owned()),
        None => (full, text(value, "provider")),
    }
}

fn status(value: &Value) -> LiveStatus {
    match text(value, "status").as_str() {
        "enabled" => LiveStatus::Enabled,
        "disabled" => LiveStatus::Disabled,
        _ => LiveStatus::Warning,
    }
}

/// Traefik says the kind; older versions only by the key that is filled. Internal services have none.
fn kind(value: &Value) -> String {
    let said = text(value, "type").to_ascii_lowercase();
    if !said.is_empty() {
        return said;
    }
    let kinds = ["loadBalancer", "weighted", "mirroring", "failover"];
    kinds.into_iter().find(|kind| value.get(kind).is_some()).unwrap_or_default().to_ascii_lowercase()
}

/// The servers in order. Traefik says `UP` of servers that nobody checks, so that counts only with a health check.
fn servers(value: &Value) -> Vec<(String, Option<bool>)> {
    let balancer = value.get("loadBalancer");
    let checked = balancer.and_then(|balancer| balancer.get("healthCheck")).is_some_and(Value::is_object);
    let servers = balancer.and_then(|balancer| balancer.get("servers")).and_then(Value::as_array);
    let address = |server: &Value| {
        server.get("url").or_else(|| server.get("address")).and_then(Value::as_str).map(str::to_owned)
    };
    servers
        .into_iter()
        .flatten()
        .filter_map(address)
        .map(|address| {
            let state = value.get("serverStatus").and_then(|all| all.get(&address)).and_then(Value::as_str);
            let up = state.filter(|_| checked).map(|state| state == "UP");
            (address, up)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use serde_json::json;

    use super::*;

    #[test]
    fn a_router_is_read_whole() {
        let read = router(
            Protocol::Http,
            &json!({
                "entryPoints": ["web", "nope"], "using": ["web"], "middlewares": ["auth@file"], "service": "app",
                "rule": "Host(`a`)", "status": "warning", "error": ["entryPoint \"nope\" doesn't exist"],
                "name": "app@file", "provider": "file", "tls": {}, "priority": 9,
            }),
        );
        assert_eq!(
            read,
            LiveRouter {
                protocol: Protocol::Http,
                name: "app".into(),
                provider: "file".into(),
                status: LiveStatus::Warning,
                errors: vec!["entryPoint \"nope\" doesn't exist".into()],
                rule: "Host(`a`)".into(),
                service: "app".into(),
                entry_points: vec!["web".into()],
                middlewares: vec!["auth@file".into()],
                tls: true,
            }
        );
    }

    #[test]
    fn an_object_of_a_file_is_read_with_all_its_fields_and_never_printed() {
        let read = object(&json!({
            "basicAuth": {"users": ["ann:hunter2"]}, "numbers": [1, 1.5, u64::MAX, null, true],
            "status": "disabled", "error": ["no"], "name": "a@b@file", "provider": "b@file",
        }));
        let read = read.unwrap();
        assert_eq!(
            (read.name.as_str(), read.status, &*read.errors),
            ("a@b", LiveStatus::Disabled, &["no".into()][..])
        );
        let numbers = [
            Plain::Int(1),
            Plain::Verbatim("1.5".into()),
            Plain::Verbatim(u64::MAX.to_string()),
            Plain::Null,
            Plain::Bool(true),
        ];
        assert_eq!(read.value.get("numbers"), Some(&Plain::List(numbers.into())));
        assert!(!format!("{read:?}").contains("hunter2"), "{read:?}");
        assert_eq!(object(&json!({"name": "a@docker", "provider": "docker"})), None);
    }

    #[test]
    fn an_entry_point_says_what_it_adds() {
        let read = entry_point(
            &json!({"name": "sec", "address": ":443", "http": {"middlewares": ["a@file"], "tls": {}}}),
        );
        assert_eq!(
            read,
            LiveEntryPoint { name: "sec".into(), address: ":443".into(), middlewares: 1, tls: true }
        );
        let read = entry_point(&json!({"name": "web", "http": {"sanitizePath": true}}));
        assert_eq!(
            read,
            LiveEntryPoint { name: "web".into(), address: String::new(), middlewares: 0, tls: false }
        );
    }

    #[test]
    fn odd_objects_are_read_as_far_as_they_go() {
        for odd in
            [json!(null), json!("x"), json!([]), json!({"name": 1, "error": {}, "using": null, "status": 3})]
        {
            let read = router(Protocol::Tcp, &odd);
            assert_eq!((read.name.as_str(), read.status, read.tls), ("", LiveStatus::Warning, false));
            assert!(service(Protocol::Udp, &odd).servers.is_empty());
        }
        assert_eq!(router(Protocol::Tcp, &json!({"error": "one"})).errors, ["one"]);
        assert_eq!(version(&json!({"Codename": "x"})), None);
    }

    #[test]
    fn health_counts_only_where_it_is_checked() {
        let servers = json!([{"url": "http://a"}, {"url": "http://b"}]);
        let states = json!({"http://a": "UP", "http://b": "DOWN"});
        let unchecked = json!({"loadBalancer": {"servers": servers}, "serverStatus": states});
        assert_eq!(
            service(Protocol::Http, &unchecked).servers,
            [("http://a".to_owned(), None), ("http://b".to_owned(), None)]
        );
        let checked = json!({"loadBalancer": {"servers": servers, "healthCheck": {"path": "/"}}, "serverStatus": states});
        let read = service(Protocol::Http, &checked);
        assert_eq!(read.servers, [("http://a".to_owned(), Some(true)), ("http://b".to_owned(), Some(false))]);
        assert_eq!(read.kind, "loadbalancer");
    }
}
