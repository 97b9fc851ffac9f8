//! The whole of it: the program as it is built, a real Traefik on the same folder, and requests through its entry
//! points.

#![expect(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod app;
mod guard;
mod objects;
mod phone;
#[path = "../support/mod.rs"]
mod support;

use std::{fs, path::Path};

use serde_json::{Value as Json, json};
use support::{
    backend::{self, ask_tcp, ask_udp},
    edge::{Edge, HAND_WRITTEN, accepted},
    eventually,
    http::Client,
    manager::{Manager, ManagerOptions},
    traefik::Traefik,
};

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
    let guarded = [
        ("headersPresetPresent", "true"),
        ("headersPresetEnabled", "true"),
        ("hp_perm_camera", "block"),
        ("hp_perm_usb", "self"),
        ("hp_perm_fullscreen", "all"),
        ("hp_hsts", "true"),
        ("hp_nosniff", "true"),
        ("hp_frameDeny", "true"),
        ("hp_referrer", "same-origin"),
    ];
    for (name, extra) in [
        ("plain", vec![("certResolver", "__disabled__")]),
        ("tls", vec![("certResolver", "__none__")]),
        ("resolver", vec![("certResolver", "nobody")]),
        ("insecure", vec![("insecureSkipVerify", "true"), ("scheme", "https")]),
        ("host", vec![("passHostHeader", "false")]),
        ("wildcard", vec![("tlsWildcardMain", "w.test"), ("tlsWildcardSans", "*.w.test\nx.test")]),
        ("streaming", vec![("streamingPresetPresent", "true"), ("streamingPresetEnabled", "true")]),
        ("backends", vec![("backendsJsonHttp", backends)]),
        ("guarded", guarded.to_vec()),
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
    let headers = traefik.wait_for("/api/http/middlewares/guarded-headers@file", |_| true).await;
    assert_eq!(headers["headers"]["permissionsPolicy"], "camera=(), fullscreen=*, usb=(self)", "{headers}");
    assert_eq!(headers["headers"]["stsSeconds"], 31_536_000, "{headers}");
    for name in
        ["plain", "tls", "resolver", "insecure", "host", "wildcard", "streaming", "backends", "guarded"]
    {
        accepted(&edge.key, &format!("/delete/edge.yml::{name}"), &[]).await;
    }
    assert_eq!(edge.text(), HAND_WRITTEN);
    traefik.wait_for_router("http", "wild@file").await;
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
    names.filter(|name| Path::new(name).extension().is_none_or(|ending| ending != "yml")).collect()
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

#[tokio::test(flavor = "multi_thread")]
async fn the_static_configuration_is_backed_up_and_put_back() {
    let edge = Edge::start().await;
    for path in ["/api/static/backup/create", "/api/backup/static/create"] {
        let refused = edge.key.post_json(path, &json!({})).await;
        assert_eq!(refused.status.as_u16(), 400, "{}", refused.text());
        assert!(refused.text().contains("STATIC_CONFIG_PATH"), "{}", refused.text());
    }
    let file = edge.folder.path().join("traefik.yml");
    let text = "# mine\nentryPoints:\n  web:\n    address: ':80'\n";
    fs::write(&file, text).unwrap();
    let options = ManagerOptions::new(edge.folder.path())
        .variable("CONFIG_DIR", edge.dynamic().display().to_string())
        .variable("STATIC_CONFIG_PATH", file.display().to_string());
    edge.manager.stop().await;
    let manager = Manager::start(options).await;
    let key = manager.client().with_api_key(&edge.secret);
    let made = key.post_json("/api/static/backup/create", &json!({})).await.json();
    assert_eq!(made["ok"], true, "{made}");
    let name = made["name"].as_str().unwrap();
    let listed = key.get_json("/api/backups").await;
    assert_eq!((&listed[0]["name"], &listed[0]["kind"]), (&json!(name), &json!("static")), "{listed}");
    fs::write(&file, "# other\n").unwrap();
    accepted(&key, &format!("/api/restore/{name}"), &[]).await;
    assert_eq!(fs::read_to_string(&file).unwrap(), text);
    let dynamic = edge.folder.path().join("dynamic/edge.yml");
    assert_eq!(fs::read_to_string(&dynamic).unwrap(), HAND_WRITTEN);

    // Both come back, too, where somebody has removed them; what a removed file said last is kept, and that it was removed
    // can be undone.
    fs::remove_file(&file).unwrap();
    accepted(&key, &format!("/api/restore/{name}"), &[]).await;
    assert_eq!(fs::read_to_string(&file).unwrap(), text);
    let mut number = Json::Null;
    for is_undone in [true, false] {
        fs::remove_file(&dynamic).unwrap();
        let removed = async || {
            let history = key.get_json("/api/history?show=changes").await;
            let newest = history["entries"][0].clone();
            (newest["name"] == "edge.yml" && newest["action"] == "edit" && newest["change"] != number)
                .then_some(newest)
        };
        number = eventually("the entry of the removal", removed).await["change"].clone();
        let backups = key.get_json("/api/backups").await;
        let backup = backups.as_array().unwrap().iter().find(|backup| backup["file"] == "edge.yml").unwrap();
        assert_eq!(backup["removed"], true, "{backups}");
        let back = if is_undone {
            format!("/api/history/{number}/undo")
        } else {
            format!("/api/restore/{}", backup["name"].as_str().unwrap())
        };
        accepted(&key, &back, &[]).await;
        assert_eq!(fs::read_to_string(&dynamic).unwrap(), HAND_WRITTEN);
    }
}
