//! The phone app's calls in their order, each as it sends them: what has its default is left out, there is no cookie and
//! no token, and no redirect is followed. Answers are decoded as it decodes them: a field that it does not know does no
//! harm, one of a wrong type, or a null where it expects none, loses the answer.

use std::{collections::BTreeMap, fs};

use bytes::Bytes;
use hyper::Method;
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Value, json};

use crate::{
    phone::phone_form,
    support::{
        edge::Edge,
        eventually,
        http::{Answer, Client},
    },
};

/// The app, with or without a key.
struct App(Client);

/// What every change is answered with; without `ok` the call counts as failed.
#[derive(Debug, Deserialize)]
struct Outcome {
    #[serde(default)]
    ok: bool,
    #[serde(default)]
    success: bool,
    #[serde(default)]
    message: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct KeyStatus {
    enabled: bool,
    count: i32,
    keys: Vec<Key>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Key {
    name: String,
    preview: String,
    created_at: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Routes {
    apps: Vec<Route>,
    middlewares: Vec<Middleware>,
    config_errors: Vec<Value>,
    services: BTreeMap<String, Vec<String>>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Route {
    id: String,
    name: String,
    #[serde(default)]
    servers: Vec<String>,
    #[serde(default)]
    middlewares: Vec<String>,
    #[serde(default)]
    entry_points: Vec<String>,
    enabled: bool,
    #[serde(default)]
    sticky_enabled: bool,
    config_file: String,
    provider: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Middleware {
    name: String,
    r#type: String,
    yaml: String,
    config_file: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Yaml {
    raw: String,
    config_file: String,
    proto: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Configs {
    files: Vec<BTreeMap<String, String>>,
    config_dir_set: bool,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct TlsOptions {
    name: String,
    config_file: String,
    min_version: String,
    max_version: String,
}

#[derive(Debug, Deserialize)]
struct Backup {
    name: String,
    size: usize,
    modified: String,
    kind: String,
}

#[derive(Debug, Deserialize)]
struct Settings {
    domains: Vec<String>,
    cert_resolver: String,
    visible_tabs: BTreeMap<String, bool>,
    crowdsec_enabled: bool,
    crowdsec_lapi_url: String,
}

#[derive(Debug, Deserialize)]
struct Program {
    version: String,
    repo: String,
    static_config_configured: bool,
}

impl App {
    fn new(client: Client) -> Self {
        Self(client.with_header("x-requested-with", "fetch"))
    }

    async fn get<T: DeserializeOwned>(&self, path: &str) -> T {
        let answer = self.0.get(path).await;
        assert_eq!(answer.status.as_u16(), 200, "{path}: {}", answer.text());
        serde_json::from_slice(&answer.body)
            .unwrap_or_else(|error| panic!("{path}: {error} in {}", answer.text()))
    }

    /// A change that must be made, with a JSON body or none.
    async fn post(&self, path: &str, body: Option<Value>) -> Value {
        let (headers, body) = match body {
            Some(body) => (vec![("content-type", "application/json")], Bytes::from(body.to_string())),
            None => (Vec::new(), Bytes::new()),
        };
        Self::done(path, &self.0.send(Method::POST, path, &headers, body).await)
    }

    async fn post_form(&self, path: &str, fields: &[(&str, &str)]) -> Value {
        Self::done(path, &self.0.post_form(path, fields).await)
    }

    fn done(path: &str, answer: &Answer) -> Value {
        let said = answer.json();
        let outcome: Outcome = serde_json::from_value(said.clone()).unwrap();
        assert!(
            answer.status.as_u16() == 200 && outcome.ok && outcome.success,
            "{path}: {} {} {said}",
            answer.status,
            outcome.message
        );
        said
    }
}

const FILE: &str = "\
# by hand
http:
  routers:
    media:   # the film collection
      rule: Host(`media.test`)
      entryPoints: [web]
      middlewares: [slow]
      service: media-service
      tls: {}
  services:
    media-service:
      loadBalancer:
        sticky: {cookie: {name: m, sameSite: lax}}
        healthCheck: {path: /up, interval: 10s}
        servers:
          - url: 'http://10.0.0.5:8096'
            weight: 2
          - url: http://10.0.0.6:8096
  middlewares:
    slow: {rateLimit: {average: 10}}
tcp:
  routers:
    db: {rule: HostSNI(`db.test`), entryPoints: [tcp], service: db-service, middlewares: [allow], tls: {passthrough: true}}
  services:
    db-service: {loadBalancer: {servers: [{address: '10.0.0.7:5432'}]}}
  middlewares:
    allow: {ipAllowList: {sourceRange: [10.0.0.0/8]}}
tls:
  options:
    modern: {minVersion: VersionTLS13}
";

async fn edge() -> (Edge, App) {
    let folder = tempfile::TempDir::new().unwrap();
    fs::create_dir(folder.path().join("dynamic")).unwrap();
    fs::write(folder.path().join("dynamic/edge.yml"), FILE).unwrap();
    // The entry points of the file are those of a Traefik that does not answer here.
    let edge = Edge::start_in(folder, &[]).await;
    let app = App::new(edge.manager.client().with_api_key(&edge.secret));
    (edge, app)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_app_connects_lists_edits_toggles_and_restores_and_nothing_is_lost() {
    let (edge, app) = edge().await;

    // Connecting: one call, with and without a key.
    let stranger = App::new(edge.manager.client());
    let refused = stranger.0.get("/api/auth/apikey/status").await;
    assert_eq!((refused.status.as_u16(), refused.location()), (401, ""));
    let wrong =
        App::new(edge.manager.client().with_api_key("nobody's")).0.get("/api/auth/apikey/status").await;
    assert_eq!((wrong.status.as_u16(), wrong.location()), (401, ""));
    let status: KeyStatus = app.get("/api/auth/apikey/status").await;
    assert_eq!((status.enabled, status.count), (true, 1));
    assert!(status.keys.iter().all(|key| !key.preview.is_empty() && !key.created_at.is_empty()));
    let version: Program = app.get("/api/manager/version").await;
    assert_eq!(
        (version.version.as_str(), version.static_config_configured),
        (env!("CARGO_PKG_VERSION"), false)
    );
    drop(version.repo);

    // Listing.
    let routes: Routes = app.get("/api/routes").await;
    assert_eq!((routes.apps.len(), routes.middlewares.len(), routes.config_errors.len()), (2, 2, 0));
    assert_eq!(routes.services["tcp"], ["db-service"]);
    let media = routes.apps.iter().find(|route| route.name == "media").unwrap();
    assert_eq!(media.servers, ["http://10.0.0.5:8096", "http://10.0.0.6:8096"]);
    assert!(media.enabled && media.sticky_enabled && media.provider == "file");
    assert_eq!(
        (media.entry_points.as_slice(), media.middlewares.as_slice()),
        (["web".to_owned()].as_slice(), ["slow".to_owned()].as_slice())
    );
    let slow = routes.middlewares.iter().find(|middleware| middleware.name == "slow").unwrap();
    assert_eq!((slow.r#type.as_str(), slow.config_file.as_str()), ("http", "edge.yml"));
    assert!(slow.yaml.contains("average: 10"), "{}", slow.yaml);
    let configs: Configs = app.get("/api/configs").await;
    assert_eq!((configs.files[0]["label"].as_str(), configs.config_dir_set), ("edge.yml", true));
    let options: Vec<TlsOptions> = app.get("/api/tls-options").await;
    assert_eq!((options[0].name.as_str(), options[0].min_version.as_str()), ("modern", "VersionTLS13"));
    assert_eq!((options[0].config_file.as_str(), options[0].max_version.as_str()), ("edge.yml", ""));

    // Saving without a change, as a form and as YAML.
    for route in app.get::<Value>("/api/routes").await["apps"].as_array().unwrap() {
        let fields = phone_form(route);
        let fields: Vec<_> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        app.post_form("/save", &fields).await;
        assert_eq!(edge.text(), FILE, "after saving {}", route["id"]);
    }
    let path = format!("/api/routes/{}/raw", media.id.replace(':', "%3A"));
    let raw: Yaml = app.get(&path).await;
    assert_eq!((raw.proto.as_str(), raw.config_file.as_str()), ("http", media.config_file.as_str()));
    app.post(&path, Some(json!({"content": raw.raw}))).await;
    assert_eq!(edge.text(), FILE, "after writing the same YAML");
    let fields = [
        ("middlewareName", "slow"),
        ("middlewareContent", slow.yaml.as_str()),
        ("mwProtocol", "http"),
        ("isMwEdit", "true"),
        ("originalMwId", "slow"),
        ("originalMwProtocol", "http"),
        ("configFile", "edge.yml"),
        ("agent_id", ""),
    ];
    app.post_form("/save-middleware", &fields).await;
    assert_eq!(edge.text(), FILE, "after saving the same middleware");

    // Off and on.
    let toggle = format!("/api/routes/{}/toggle", media.id.replace(':', "%3A"));
    app.post(&toggle, Some(json!({"enable": false}))).await;
    assert!(!edge.text().contains("media.test"), "{}", edge.text());
    let off: Routes = app.get("/api/routes").await;
    assert!(off.apps.iter().any(|route| route.name == "media" && !route.enabled), "it is still in the list");
    app.post(&toggle, Some(json!({"enable": true}))).await;
    assert_eq!(edge.text(), FILE, "byte for byte, with its comments");

    // Backups: make one, spoil the file, put the copy back, delete the copy.
    let made = app.post("/api/backup/create", None).await;
    let name = made["names"][0].as_str().unwrap().to_owned();
    let fields = [("configFile", "edge.yml"), ("agent_id", "")];
    app.post_form("/delete/db", &fields).await;
    assert!(!edge.text().contains("db.test"), "{}", edge.text());
    let backups: Vec<Backup> = app.get("/api/backups").await;
    let copy = backups.iter().find(|backup| backup.name == name).unwrap();
    assert_eq!((copy.size, copy.kind.as_str()), (FILE.len(), "routes"));
    assert!(!copy.modified.is_empty());
    app.post(&format!("/api/restore/{name}"), None).await;
    assert_eq!(edge.text(), FILE);
    app.post(&format!("/api/backup/delete/{name}"), None).await;
    let left: Vec<Backup> = app.get("/api/backups").await;
    assert!(left.iter().all(|backup| backup.name != name));

    // A refusal comes as 200 with words, or the app shows none.
    let refused = app.0.post_json("/api/restore/no-such-copy.yml", &json!({})).await;
    let said = refused.json();
    assert_eq!(
        (refused.status.as_u16(), &said["ok"], &said["message"]),
        (200, &json!(false), &said["error"])
    );

    // Keys.
    let made = app.post("/api/auth/apikey/generate", Some(json!({"device_name": "tablet"}))).await;
    assert!(made["key"].as_str().unwrap().len() > 30);
    let status: KeyStatus = app.get("/api/auth/apikey/status").await;
    let tablet = status.keys.iter().find(|key| key.name == "tablet").unwrap();
    app.post("/api/auth/apikey/revoke", Some(json!({"preview": tablet.preview}))).await;
    assert_eq!(app.get::<KeyStatus>("/api/auth/apikey/status").await.count, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_settings_come_back_as_they_were_read_and_no_secret_is_in_them() {
    let (edge, app) = edge().await;
    // The app sends all that it has read, with what changed laid over it.
    let mut settings = app.get::<Value>("/api/settings").await;
    for (name, value) in [
        ("domains", json!(["media.test", "example.org"])),
        ("traefik_api_user", json!("tu")),
        ("traefik_api_password", json!("a secret of Traefik's")),
    ] {
        settings[name] = value;
    }
    app.post("/api/settings", Some(settings)).await;
    let file = edge.folder.path().join("data/config/manager.yml");
    let stored = eventually("the settings", async || {
        fs::read_to_string(&file).ok().filter(|text| text.contains("example.org"))
    })
    .await;

    let read: Value = app.get("/api/settings").await;
    let typed: Settings = app.get("/api/settings").await;
    assert_eq!((typed.domains.len(), typed.cert_resolver.as_str(), typed.crowdsec_enabled), (2, "", false));
    assert_eq!(
        (typed.crowdsec_lapi_url.as_str(), read["traefik_api_password_set"].clone()),
        ("", json!(true))
    );
    assert!(typed.visible_tabs.contains_key("routemap"));
    assert!(!stored.contains("a secret of Traefik's"), "sealed on disk");
    let answer = app.post("/api/settings", Some(read.clone())).await;
    assert_eq!(fs::read_to_string(&file).unwrap(), stored, "what was read and sent back changes nothing");
    assert_eq!(app.get::<Value>("/api/settings").await, read);

    // Every value of the file that is a secret, a hash or a sealed text.
    let values = stored
        .lines()
        .filter_map(|line| line.split_once(": "))
        .map(|(_, value)| value.trim_matches(['\'', '"']));
    let secrets: Vec<&str> = values
        .filter(|value| value.starts_with("sha256:") || value.starts_with("$2") || value.starts_with("gAAAA"))
        .collect();
    assert!(secrets.len() >= 3, "the password, the key and Traefik's password: {stored}");
    let told = format!("{read}{answer}{}", app.get::<Value>("/api/auth/apikey/status").await);
    for secret in secrets.into_iter().chain(["a secret of Traefik's", edge.secret.as_str()]) {
        assert!(!told.contains(secret), "{secret} is told");
    }
}
