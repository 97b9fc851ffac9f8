//! The answers as the phone app decodes them: an unknown field does no harm, a field of a wrong type loses the answer.

#![expect(clippy::unwrap_used, clippy::panic, reason = "tests")]
#![expect(dead_code, reason = "each test file uses a part of the support; fields are there to be decoded")]

mod support;

use std::collections::BTreeMap;

use hyper::Method;
use serde::{Deserialize, de::DeserializeOwned};
use support::{House, Plan, Visitor, traefik::live_router};
use traefik_manager_core::traefik::{Protocol, live::LiveStatus};

/// Everything that a route, a middleware or a file may be at odds with.
const FILE: &str = r#"
http:
  routers:
    plain: {rule: Host(`a.test`), service: plain-service}
    rich:
      rule: Host(`b.test`)
      entryPoints: web
      priority: 42
      middlewares: [auth]
      service: rich-service
      tls:
        certResolver: le
        domains: [{main: b.test}, {sans: ["*.b.test"]}]
    huge: {rule: Host(`c.test`), service: gone, priority: 9223372036854775807, tls: {}}
    odd: {rule: ~, service: ~, entryPoints: [~, web], middlewares: [~], tls: {certResolver: ~, options: ~, domains: ~}}
    templated: {rule: "{{ .Rule }}", service: plain-service, priority: "{{ .Priority }}"}
    nothing: ~
  services:
    plain-service: {loadBalancer: {servers: [{url: "http://10.0.0.1"}, {url: ~}, ~]}}
    rich-service:
      loadBalancer:
        sticky: {cookie: {secure: "true"}}
        healthCheck: {path: /up, interval: 10, timeout: ~}
        servers: []
    weighted: {weighted: {services: [{name: plain-service}]}}
  middlewares:
    auth: {basicAuth: {users: ["a:b"]}}
    empty: ~
tcp:
  routers:
    passed: {rule: HostSNI(`d.test`), service: passed-service, tls: {passthrough: true}}
    bare: {rule: HostSNI(`*`), service: passed-service}
  services:
    passed-service: {loadBalancer: {servers: [{address: "10.0.0.2:22"}]}}
udp:
  routers:
    dns: {entryPoints: [dns], service: dns-service}
"#;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct RouteList {
    apps: Vec<AppRoute>,
    middlewares: Vec<AppMiddleware>,
    config_errors: Vec<ConfigError>,
    services: Services,
}

#[derive(Debug, Deserialize)]
struct Services {
    http: Vec<String>,
    tcp: Vec<String>,
    udp: Vec<String>,
}

#[derive(Debug, Deserialize)]
struct ConfigError {
    file: String,
    error: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct AppMiddleware {
    name: String,
    #[serde(rename = "type")]
    protocol: String,
    yaml: String,
    config_file: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct AppRoute {
    id: String,
    name: String,
    rule: String,
    #[serde(rename = "service_name")]
    service_name: String,
    target: String,
    servers: Vec<String>,
    middlewares: Vec<String>,
    entry_points: Vec<String>,
    entrypoint_middlewares: Option<Vec<String>>,
    protocol: String,
    tls: AppTls,
    enabled: bool,
    cert_resolver: Option<String>,
    tls_options_profile: Option<String>,
    insecure_skip_verify: Option<bool>,
    #[serde(default, deserialize_with = "present")]
    pass_host_header: Option<bool>,
    #[serde(default, deserialize_with = "present")]
    priority: Option<i32>,
    service_type: Option<String>,
    config_file: String,
    provider: String,
    #[serde(default, deserialize_with = "present")]
    sticky: Option<AppSticky>,
    #[serde(default)]
    sticky_enabled: bool,
    #[serde(default, deserialize_with = "present")]
    health_check: Option<AppHealth>,
    #[serde(default)]
    tls_domains: Vec<AppDomain>,
    #[serde(default)]
    streaming: bool,
    #[serde(default, deserialize_with = "present")]
    headers_preset: Option<AppPreset>,
}

/// A field that is left out or there, but never null.
fn present<'de, T: Deserialize<'de>, D: serde::Deserializer<'de>>(field: D) -> Result<Option<T>, D::Error> {
    T::deserialize(field).map(Some)
}

#[derive(Debug, PartialEq, Deserialize)]
#[serde(untagged)]
enum AppTls {
    On(bool),
    #[serde(rename_all = "camelCase")]
    Details {
        passthrough: bool,
        cert_resolver: String,
    },
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct AppSticky {
    name: String,
    secure: bool,
    http_only: bool,
    same_site: String,
}

#[derive(Debug, Deserialize)]
struct AppHealth {
    path: String,
    interval: String,
    timeout: String,
}

#[derive(Debug, Deserialize)]
struct AppDomain {
    main: String,
    sans: Vec<String>,
}

#[derive(Debug, Deserialize)]
struct AppPreset {
    owned: bool,
    exists: bool,
    state: String,
    toggles: AppToggles,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct AppToggles {
    perms: BTreeMap<String, String>,
    hsts: bool,
    nosniff: bool,
    frame_deny: bool,
    referrer: String,
}

#[derive(Debug, Deserialize)]
struct KeyStatus {
    enabled: bool,
    count: i32,
    keys: Vec<KeyOf>,
}

#[derive(Debug, Deserialize)]
struct KeyOf {
    name: String,
    preview: String,
    created_at: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Configs {
    files: Vec<ConfigFile>,
    config_dir_set: bool,
}

#[derive(Debug, Deserialize)]
struct ConfigFile {
    label: String,
    path: String,
}

#[derive(Debug, Deserialize)]
struct AppBackup {
    name: String,
    size: i64,
    modified: String,
    kind: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct RawRoute {
    raw: String,
    config_file: String,
    proto: String,
}

#[derive(Debug, Deserialize)]
struct Done {
    ok: bool,
    success: bool,
}

async fn read<T: DeserializeOwned>(device: &Visitor<'_>, method: Method, path: &str, body: &str) -> T {
    let answer = device.send(method, path, &[], body).await;
    serde_json::from_str(answer.text()).unwrap_or_else(|error| panic!("{path}: {error} in {}", answer.text()))
}

#[tokio::test(flavor = "multi_thread")]
async fn every_answer_is_of_the_types_that_the_app_expects() {
    let house = House::build(Plan {
        files: &[("all.yml", FILE), ("broken.yml", "http:\n  routers: [\n"), ("null.yml", "http:\n")],
        ..Plan::default()
    });
    *house.traefik.routers.lock().unwrap() =
        vec![live_router(Protocol::Http, "elsewhere", "docker", LiveStatus::Enabled)];
    let device = house.device(true).await;

    let list: RouteList = read(&device, Method::GET, "/api/routes", "").await;
    let route = |name: &str| list.apps.iter().find(|route| route.name == name).unwrap();
    assert_eq!(route("rich").priority, Some(42));
    assert_eq!(route("huge").priority, None, "too large for the app, so left out");
    assert_eq!(route("huge").tls, AppTls::On(true));
    assert_eq!(
        route("passed").tls,
        AppTls::Details { passthrough: true, cert_resolver: String::new() },
        "an object for TCP"
    );
    assert_eq!(route("bare").tls, AppTls::On(false));
    assert_eq!(list.config_errors.len(), 1);
    let all: RouteList = read(&device, Method::GET, "/api/routes/all", "").await;
    assert_eq!(all.apps.len(), list.apps.len() + 1);

    let raw: RawRoute = read(&device, Method::GET, "/api/routes/all.yml%3A%3Arich/raw", "").await;
    assert_eq!(raw.proto, "http");
    let done: Done = read(&device, Method::POST, "/api/routes/all.yml%3A%3Arich/toggle", "{}").await;
    assert!(done.ok && done.success);
    let off: Done =
        read(&device, Method::POST, "/api/routes/all.yml%3A%3Arich/toggle", r#"{"enable":false}"#).await;
    assert!(off.ok && off.success);
    let list: RouteList = read(&device, Method::GET, "/api/routes", "").await;
    assert!(list.apps.iter().any(|route| route.name == "rich" && !route.enabled));

    let backups: Vec<AppBackup> = read(&device, Method::GET, "/api/backups", "").await;
    assert!(!backups.is_empty(), "made before the change");
    let configs: Configs = read(&device, Method::GET, "/api/configs", "").await;
    assert_eq!(configs.files.len(), 3);
    let keys: KeyStatus = read(&device, Method::GET, "/api/auth/apikey/status", "").await;
    assert_eq!((keys.enabled, keys.keys.len()), (true, 1));
}
