//! The whole of it: the program as it is built, a real Traefik on the same folder, and requests through its entry
//! points.

#![expect(clippy::unwrap_used, clippy::panic, clippy::future_not_send, reason = "tests")]

mod support;

use std::{fs, path::Path};

use serde_json::json;
use support::{
    backend::{self, ask_tcp, ask_udp},
    eventually,
    http::Client,
    manager::{Manager, ManagerOptions},
    traefik::Traefik,
};
use tempfile::TempDir;

const HAND_WRITTEN: &str = "\
# The edge, by hand. Do not touch!
http:
  routers:
    wild:   # last resort
      rule: \"HostRegexp(`^.+\\\\.wild\\\\.test$`)\"
      priority: 1
      service: wild-service
  services:
    wild-service: {loadBalancer: {servers: [{url: 'http://127.0.0.1:9'}]}}   # nobody home

";

/// A folder with a hand-written file, a manager that was signed in to for the first time, and an API key.
struct Edge {
    folder: TempDir,
    manager: Manager,
    secret: String,
    key: Client,
}

impl Edge {
    async fn start() -> Self {
        let folder = TempDir::new().unwrap();
        fs::create_dir(folder.path().join("dynamic")).unwrap();
        fs::write(folder.path().join("dynamic/edge.yml"), HAND_WRITTEN).unwrap();
        let options = ManagerOptions::new(folder.path())
            .variable("CONFIG_DIR", folder.path().join("dynamic").display().to_string());
        let manager = Manager::start(options).await;
        let secret = first_key(&manager).await;
        let key = manager.client().with_api_key(&secret);
        Self { folder, manager, secret, key }
    }

    fn dynamic(&self) -> std::path::PathBuf {
        self.folder.path().join("dynamic")
    }

    fn text(&self) -> String {
        fs::read_to_string(self.dynamic().join("edge.yml")).unwrap()
    }

    async fn save(&self, fields: &[(&str, &str)]) -> serde_json::Value {
        accepted(&self.key, "/save", fields).await
    }

    async fn toggle(&self, id: &str, enable: bool) {
        let answer =
            self.key.post_json(&format!("/api/routes/{id}/toggle"), &json!({ "enable": enable })).await;
        assert_eq!(
            (answer.status.as_u16(), answer.json()["ok"].clone()),
            (200, json!(true)),
            "{}",
            answer.text()
        );
    }
}

async fn accepted(client: &Client, path: &str, fields: &[(&str, &str)]) -> serde_json::Value {
    let answer = client.post_form(path, fields).await;
    let body = answer.json();
    assert_eq!((&body["ok"], &body["success"]), (&json!(true), &json!(true)), "{path}: {body}");
    body
}

/// Signs in with the temporary password, chooses one of its own, and makes an API key.
async fn first_key(manager: &Manager) -> String {
    let browser = manager.visitor();
    let password = manager.password.clone().unwrap();
    let refused = browser.get("/api/routes").await;
    assert_eq!(refused.status.as_u16(), 401);
    let page = browser.get("/login").await.text();
    let fields = [("csrf_token", token(&page)), ("password", password), ("remember", "on".to_owned())];
    let answer = browser.post_form("/login", &borrowed(&fields)).await;
    assert!(answer.location().ends_with("/force-change-password"), "{}", answer.text());
    let blocked = browser.get("/api/routes").await;
    assert_eq!(blocked.status.as_u16(), 403, "nothing answers before the password is chosen");
    let page = browser.get("/force-change-password").await.text();
    let new = "a long enough password";
    let fields = [
        ("csrf_token", token(&page)),
        ("new_password", new.to_owned()),
        ("confirm_password", new.to_owned()),
    ];
    let answer = browser.post_form("/force-change-password", &borrowed(&fields)).await;
    assert!(answer.location().starts_with('/'), "{}", answer.text());
    let page = browser.get("/").await.text();
    let csrf = page.split_once("name=\"csrf-token\" content=\"").unwrap().1.split_once('"').unwrap().0;
    let answer = browser
        .send(
            hyper::Method::POST,
            "/api/auth/apikey/generate",
            &[("x-csrf-token", csrf), ("content-type", "application/json")],
            r#"{"device_name":"test"}"#.into(),
        )
        .await;
    let body = answer.json();
    body["key"].as_str().unwrap_or_else(|| panic!("{body}")).to_owned()
}

fn borrowed<'a>(fields: &'a [(&'a str, String)]) -> Vec<(&'a str, &'a str)> {
    fields.iter().map(|(name, value)| (*name, value.as_str())).collect()
}

fn token(page: &str) -> String {
    let (_, after) = page.split_once("name=\"csrf_token\"").unwrap_or_else(|| panic!("no token in {page}"));
    after.split_once("value=\"").unwrap().1.split_once('"').unwrap().0.to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_http_route_is_served_then_not_then_again() {
    let edge = Edge::start().await;
    let Some(traefik) = Traefik::start(&edge.dynamic()).await else { return };
    let (first, second) = (backend::Http::start("first").await, backend::Http::start("second").await);
    let visitor = traefik.visitor("app.test");
    assert_eq!(visitor.get("/").await.status.as_u16(), 404);

    let port = first.address.port().to_string();
    let form = [
        ("serviceName", "app"),
        ("protocol", "http"),
        ("httpRule", "Host(`app.test`)"),
        ("entryPoints", "web"),
        ("certResolver", "__disabled__"),
        ("targetIp", "127.0.0.1"),
        ("targetPort", &port),
        ("passHostHeader", "true"),
    ];
    edge.save(&form).await;
    serves(&visitor, "first").await;

    edge.toggle("edge.yml::app", false).await;
    eventually("404 after disable", async || (visitor.get("/").await.status.as_u16() == 404).then_some(()))
        .await;
    edge.toggle("edge.yml::app", true).await;
    serves(&visitor, "first").await;

    let port = second.address.port().to_string();
    let edit = [
        ("serviceName", "renamed"),
        ("protocol", "http"),
        ("isEdit", "true"),
        ("originalId", "edge.yml::app"),
        ("targetIp", "127.0.0.1"),
        ("targetPort", &port),
    ];
    edge.save(&edit).await;
    serves(&visitor, "second").await;
    traefik.wait_for_router("http", "renamed@file").await;

    let raw = edge.key.get_json("/api/routes/edge.yml::renamed/raw").await;
    let text = raw["raw"].as_str().unwrap().replace("app.test", "raw.test");
    let answer = edge.key.post_json("/api/routes/edge.yml::renamed/raw", &json!({ "content": text })).await;
    assert_eq!(answer.json()["ok"], true, "{}", answer.text());
    serves(&traefik.visitor("raw.test"), "second").await;

    accepted(&edge.key, "/delete/edge.yml::renamed", &[]).await;
    eventually("404 after delete", async || {
        (traefik.visitor("raw.test").get("/").await.status.as_u16() == 404).then_some(())
    })
    .await;
    assert_eq!(edge.text(), HAND_WRITTEN, "what was written by hand is what it was");
}

async fn serves(visitor: &Client, body: &str) {
    eventually(body, async || (visitor.get("/").await.text() == body).then_some(())).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tcp_and_a_udp_route_are_served_then_not_then_again() {
    let edge = Edge::start().await;
    let Some(traefik) = Traefik::start(&edge.dynamic()).await else { return };
    let (tcp, udp) = (backend::TcpEcho::start("tcp").await, backend::UdpEcho::start("udp").await);
    let (tcp_port, udp_port) = (tcp.address.port().to_string(), udp.address.port().to_string());
    edge.save(&[
        ("serviceName", "db"),
        ("protocol", "tcp"),
        ("tcpRule", "HostSNI(`*`)"),
        ("entryPoints", "tcp"),
        ("targetIp", "127.0.0.1"),
        ("targetPort", &tcp_port),
    ])
    .await;
    edge.save(&[
        ("serviceName", "dns"),
        ("protocol", "udp"),
        ("udpEntryPoint", "udp"),
        ("configFile", "names"),
        ("targetIp", "127.0.0.1"),
        ("targetPort", &udp_port),
    ])
    .await;
    assert!(edge.dynamic().join("names.yml").is_file(), "a new file was made");
    for enabled in [true, false, true] {
        edge.toggle("edge.yml::db", enabled).await;
        edge.toggle("names.yml::dns", enabled).await;
        eventually(&format!("tcp, enabled: {enabled}"), async || {
            let answer = ask_tcp(traefik.tcp, "?").await;
            (answer.is_some_and(|answer| answer.contains("tcp")) == enabled).then_some(())
        })
        .await;
        // Traefik 3.7 goes on with an entry point's last UDP handler when no router is left for it, so its API is
        // asked whether the router is gone.
        eventually(&format!("udp, enabled: {enabled}"), async || {
            (traefik.ask("/api/udp/routers/dns@file").await.is_some() == enabled).then_some(())
        })
        .await;
    }
    let answer = ask_udp(traefik.udp, "?").await;
    assert!(answer.is_some_and(|answer| answer.contains("udp")));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_middleware_does_its_work() {
    let edge = Edge::start().await;
    let Some(traefik) = Traefik::start(&edge.dynamic()).await else { return };
    let server = backend::Http::start("here").await;
    let port = server.address.port().to_string();
    let content = "headers:\n  customResponseHeaders:\n    X-Edge: \"yes\"   # seen by everybody\n";
    accepted(&edge.key, "/save-middleware", &[("middlewareName", "mark"), ("middlewareContent", content)])
        .await;
    edge.save(&[
        ("serviceName", "app"),
        ("protocol", "http"),
        ("httpRule", "Host(`app.test`)"),
        ("entryPoints", "web"),
        ("certResolver", "__disabled__"),
        ("middlewares", "mark"),
        ("targetIp", "127.0.0.1"),
        ("targetPort", &port),
    ])
    .await;
    let visitor = traefik.visitor("app.test");
    eventually("the header", async || (visitor.get("/").await.header("x-edge") == "yes").then_some(())).await;
    assert!(edge.text().contains("# seen by everybody"));
    let refused = edge.key.post_form("/delete-middleware/mark", &[]).await;
    assert_eq!(refused.status.as_u16(), 409, "it is in use: {}", refused.text());
}

/// Traefik must never load less than before because of a change made here.
#[tokio::test(flavor = "multi_thread")]
async fn traefik_takes_every_form_that_is_accepted() {
    let edge = Edge::start().await;
    let Some(traefik) = Traefik::start(&edge.dynamic()).await else { return };
    let common =
        [("protocol", "http"), ("entryPoints", "web"), ("targetIp", "127.0.0.1"), ("targetPort", "9")];
    let backends = r#"{"servers":[{"scheme":"http","host":"127.0.0.1","port":"9"},{"scheme":"https","host":"::1","port":"10"}],
        "sticky":{"enabled":true,"cookieName":"s","secure":true,"httpOnly":true},
        "healthCheck":{"enabled":true,"path":"/up","interval":"10s","timeout":"2s"},"priority":7}"#;
    for (name, extra) in [
        ("plain", vec![("certResolver", "__disabled__")]),
        ("tls", vec![("certResolver", "__none__")]),
        ("resolver", vec![("certResolver", "nobody")]),
        ("insecure", vec![("insecureSkipVerify", "true"), ("scheme", "https")]),
        ("host", vec![("passHostHeader", "false")]),
        ("wildcard", vec![("tlsWildcardMain", "w.test"), ("tlsWildcardSans", "*.w.test\nx.test")]),
        ("streaming", vec![("streamingPresetPresent", "true"), ("streamingPresetEnabled", "true")]),
        ("backends", vec![("backendsJsonHttp", backends)]),
    ] {
        let rule = format!("Host(`{name}.test`)");
        let mut fields = vec![("serviceName", name), ("httpRule", rule.as_str())];
        fields.extend(common);
        fields.extend(extra);
        edge.save(&fields).await;
        let router = traefik.wait_for_router("http", &format!("{name}@file")).await;
        assert_eq!(router["status"], "enabled", "{name}: {router}\n{}", edge.text());
    }
    let service = traefik.wait_for("/api/http/services/backends-service@file", |_| true).await;
    assert_eq!(service["status"], "enabled", "{service}");
    assert_eq!(service["loadBalancer"]["servers"][1]["url"], "https://[::1]:10", "{service}");
    for name in ["plain", "tls", "resolver", "insecure", "host", "wildcard", "streaming", "backends"] {
        accepted(&edge.key, &format!("/delete/edge.yml::{name}"), &[]).await;
    }
    assert_eq!(edge.text(), HAND_WRITTEN);
    traefik.wait_for_router("http", "wild@file").await;
}

/// What the phone app does when somebody opens a route and saves it without a change.
#[tokio::test(flavor = "multi_thread")]
async fn what_the_phone_app_reads_it_can_save_without_a_change() {
    let edge = Edge::start().await;
    let file = edge.dynamic().join("app.yml");
    let text = "\
http:
  routers:
    full:   # all of it
      rule: Host(`full.test`) && PathPrefix(`/x`)
      entryPoints: [web, websecure]
      service: full-service
      priority: 42
      middlewares: [a@file, b]
      tls:
        certResolver: le
        options: modern@file
        domains:
          - main: full.test
            sans: ['*.full.test']
          - main: other.test
    plain:
      rule: Host(`plain.test`)
      service: shared
    bare-tls: {rule: Host(`t.test`), service: bare-tls-service, tls: {}}
  services:
    full-service:
      loadBalancer:
        sticky:
          cookie: {name: c, secure: true, sameSite: lax, maxAge: 60}
        healthCheck: {path: /up, interval: 10s, timeout: 3s, port: 81}
        passHostHeader: false
        servers:
          - url: http://10.0.0.1:80/base
            weight: 2
          - url: \"https://[fd00::1]:8443\"
    bare-tls-service:
      loadBalancer: {servers: [{url: 'http://10.0.0.2'}]}
    shared:
      weighted: {services: [{name: full-service, weight: 1}]}
tcp:
  routers:
    db: {rule: HostSNI(`db.test`), entryPoints: tcp, service: db-service, middlewares: [allow], tls: {passthrough: true}}
  services:
    db-service: {loadBalancer: {servers: [{address: '10.0.0.3:5432'}]}}
udp:
  routers:
    dns: {entryPoints: [udp, udp2], service: dns-service}
  services:
    dns-service: {loadBalancer: {servers: [{address: '10.0.0.4:53'}]}}
";
    fs::write(&file, text).unwrap();
    let phone = edge.manager.client().with_api_key(&edge.secret).with_header("x-requested-with", "fetch");
    eventually("the new file", async || {
        (phone.get_json("/api/routes").await["apps"].as_array().unwrap().len() == 6).then_some(())
    })
    .await;
    for route in phone.get_json("/api/routes").await["apps"].as_array().unwrap() {
        if route["configFile"] != "app.yml" {
            continue;
        }
        let fields = phone_form(route);
        let borrowed: Vec<(&str, &str)> =
            fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        accepted(&phone, "/save", &borrowed).await;
        assert_eq!(fs::read_to_string(&file).unwrap(), text, "after saving {}", route["id"]);
    }
}

/// The form that the app makes of a route it was given, field by field as in its contract.
fn phone_form(route: &serde_json::Value) -> Vec<(&'static str, String)> {
    let text = |name: &str| route[name].as_str().unwrap_or_default().to_owned();
    let list = |name: &str| -> Vec<String> {
        route[name].as_array().into_iter().flatten().map(|item| item.as_str().unwrap().to_owned()).collect()
    };
    let protocol = text("protocol");
    let slot = ["http", "tcp", "udp"].iter().position(|name| *name == protocol).unwrap();
    let shared = text("service_name").split('@').next() != Some(&format!("{}-service", text("name")));
    let manual = !shared && route["serviceType"] == "loadBalancer";
    let servers: Vec<(String, String, String)> = list("servers").iter().map(|server| split(server)).collect();
    let mut fields = vec![
        ("serviceName", text("name")),
        ("protocol", protocol.clone()),
        ("isEdit", "true".to_owned()),
        ("originalId", text("id")),
        ("configFile", text("configFile")),
        ("agent_id", String::new()),
    ];
    let first = servers.first().filter(|_| manual).cloned().unwrap_or_default();
    for (name, value) in [("targetIp", first.1), ("targetPort", first.2)] {
        fields.extend((0..3).map(|at| (name, if at == slot { value.clone() } else { String::new() })));
    }
    let entry_points = list("entryPoints");
    for at in 0..2 {
        fields.push(("entryPoints", if at == slot { entry_points.join(",") } else { String::new() }));
    }
    if protocol == "udp" {
        fields.push(("udpEntryPoint", entry_points.first().cloned().unwrap_or_default()));
    }
    let tls = match &route["tls"] {
        serde_json::Value::Bool(on) => *on,
        serde_json::Value::Object(_) => true,
        _ => false,
    };
    let passthrough = route["tls"]["passthrough"] == true;
    let resolver = match (tls, text("certResolver")) {
        (false, _) if protocol == "http" => "__disabled__".to_owned(),
        (_, name) if tls && !passthrough && !name.is_empty() => name,
        _ => "__none__".to_owned(),
    };
    fields.push(("certResolver", if slot == 0 { resolver.clone() } else { String::new() }));
    fields.push(("certResolver", if slot == 1 { resolver } else { String::new() }));
    if shared {
        fields.push(("serviceRef", text("service_name")));
    }
    let wire: Vec<_> = servers
        .iter()
        .map(|(scheme, host, port)| json!({ "scheme": scheme, "host": host, "port": port }))
        .collect();
    let mut backends = json!({ "servers": wire });
    if route["stickyEnabled"] == true {
        let cookie = &route["sticky"];
        backends["sticky"] = json!({ "enabled": true, "cookieName": cookie["name"], "secure": cookie["secure"], "httpOnly": cookie["httpOnly"] });
    }
    if let Some(check) = route["healthCheck"].as_object() {
        backends["healthCheck"] = json!({ "enabled": true, "path": check["path"], "interval": check["interval"], "timeout": check["timeout"] });
    }
    if route["priority"].is_number() {
        backends["priority"] = route["priority"].clone();
    }
    match protocol.as_str() {
        "http" => {
            fields.extend([
                ("subdomain", String::new()),
                ("httpRule", text("rule")),
                ("middlewares", list("middlewares").join(", ")),
                ("scheme", servers.first().map_or("http".to_owned(), |server| server.0.clone())),
                ("passHostHeader", (route["passHostHeader"] != false).to_string()),
                ("insecureSkipVerify", (route["insecureSkipVerify"] == true).to_string()),
                ("tlsOptionsProfile", text("tlsOptionsProfile")),
            ]);
            if let Some(domain) = route["tlsDomains"].as_array().and_then(|domains| domains.first()) {
                fields.push(("tlsWildcardMain", domain["main"].as_str().unwrap().to_owned()));
                let sans: Vec<&str> = domain["sans"]
                    .as_array()
                    .into_iter()
                    .flatten()
                    .filter_map(|name| name.as_str())
                    .collect();
                fields.push(("tlsWildcardSans", sans.join("\n")));
            }
            fields.extend([
                ("streamingPresetPresent", "true".to_owned()),
                ("streamingPresetEnabled", (route["streaming"] == true).to_string()),
                ("headersPresetPresent", "false".to_owned()),
            ]);
            if manual {
                fields.push(("backendsJsonHttp", backends.to_string()));
            }
        }
        "tcp" => {
            fields.extend([
                ("tcpRule", text("rule")),
                ("subdomain", String::new()),
                ("middlewaresTcp", list("middlewares").join(", ")),
                ("useTls", tls.to_string()),
                ("tlsPassthrough", passthrough.to_string()),
            ]);
            if manual {
                fields.push(("backendsJsonTcp", backends.to_string()));
            }
        }
        _ if manual => fields.push(("backendsJsonUdp", backends.to_string())),
        _ => {}
    }
    fields
}

/// Scheme, host and port of a server as the app's form shows them; the path has no field.
fn split(server: &str) -> (String, String, String) {
    let (scheme, rest) = server.split_once("://").unwrap_or(("http", server));
    let authority = rest.split('/').next().unwrap_or_default();
    let (host, port) = match authority.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((host, port)) => (format!("[{host}]"), port.trim_start_matches(':')),
        None => match authority.rsplit_once(':') {
            Some((host, port)) => (host.to_owned(), port),
            None => (authority.to_owned(), ""),
        },
    };
    (scheme.to_owned(), host, port.to_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_crash_while_saving_leaves_whole_files() {
    let mut edge = Edge::start().await;
    for round in 0..5 {
        let clients: Vec<_> = (0..8)
            .map(|number| {
                let key = edge.manager.client().with_api_key(&edge.secret);
                let name = format!("r{round}-{number}");
                tokio::spawn(async move {
                    let rule = format!("Host(`{name}.test`)");
                    let fields = [
                        ("serviceName", name.as_str()),
                        ("protocol", "http"),
                        ("httpRule", &rule),
                        ("targetIp", "10.0.0.1"),
                        ("targetPort", "80"),
                    ];
                    let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
                    let headers = [("content-type", "application/x-www-form-urlencoded")];
                    let answer = key.try_send(hyper::Method::POST, "/save", &headers, body.into()).await;
                    answer.is_ok_and(|answer| answer.status.is_success()).then_some(name)
                })
            })
            .collect();
        tokio::time::sleep(std::time::Duration::from_millis(10 + 17 * round)).await;
        edge.manager.crash();
        let mut acknowledged = Vec::new();
        for client in clients {
            acknowledged.extend(client.await.unwrap());
        }
        let text = edge.text();
        serde_yaml::from_str::<serde_yaml::Value>(&text).unwrap_or_else(|error| panic!("{error}\n{text}"));
        assert!(text.starts_with(HAND_WRITTEN.split("  services").next().unwrap()), "{text}");
        for name in acknowledged {
            assert!(text.contains(&format!("{name}-service")), "{name} was acknowledged and is lost");
        }
        let options = ManagerOptions::new(edge.folder.path())
            .variable("CONFIG_DIR", edge.dynamic().display().to_string());
        edge.manager = Manager::start(options).await;
        edge.key = edge.manager.client().with_api_key(&edge.secret);
    }
}

fn leftovers(folder: &Path) -> Vec<String> {
    let names = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    names.filter(|name| !name.ends_with(".yml")).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_program_ends_cleanly_and_leaves_nothing_lying_about() {
    let edge = Edge::start().await;
    edge.save(&[
        ("serviceName", "app"),
        ("protocol", "http"),
        ("httpRule", "Host(`app.test`)"),
        ("targetIp", "10.0.0.1"),
        ("targetPort", "80"),
    ])
    .await;
    let (status, log) = edge.manager.stop().await;
    assert!(status.success(), "{status}\n{log}");
    assert_eq!(leftovers(&edge.folder.path().join("dynamic")), Vec::<String>::new());
}
