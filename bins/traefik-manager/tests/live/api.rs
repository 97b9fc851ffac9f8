//! Traefik's own words through `/api/traefik/…`, and what they become where it does not answer.

use std::{
    fmt::Write as _,
    fs,
    time::{Duration, Instant},
};

use hyper::Method;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::net::TcpListener;
use traefik_manager_http::{Endpoint, endpoints};

use crate::support::{edge::Edge, eventually, traefik::Traefik};

const DYNAMIC: &str = "
http:
  routers:
    good: {rule: 'Host(`good.example`)', service: app, entryPoints: web, middlewares: [strip]}
    bad: {rule: 'Hots(`bad.example`)', service: app, entryPoints: [web]}
  middlewares:
    strip: {stripPrefix: {prefixes: [/x]}}
  services:
    app: {loadBalancer: {servers: [{url: 'http://127.0.0.1:9'}]}}
tcp:
  routers:
    db: {rule: 'HostSNI(`*`)', service: db, entryPoints: [tcp]}
  services:
    db: {loadBalancer: {servers: [{address: '127.0.0.1:5432'}]}}
udp:
  routers:
    dns: {service: dns, entryPoints: [udp]}
  services:
    dns: {loadBalancer: {servers: [{address: '127.0.0.1:53'}]}}
";

/// A folder with this file, the real Traefik on it, and a manager; nothing where Traefik is not installed.
async fn beside_traefik(text: &str) -> Option<(Traefik, Edge)> {
    let folder = TempDir::new().unwrap();
    let dynamic = folder.path().join("dynamic");
    fs::create_dir(&dynamic).unwrap();
    fs::write(dynamic.join("edge.yml"), text).unwrap();
    let traefik = Traefik::start(&dynamic).await?;
    let api = traefik.api.clone();
    Some((traefik, Edge::start_in(folder, &[("TRAEFIK_API_URL", &api)]).await))
}

/// Whether somebody looks at it in a browser.
fn is_page(endpoint: &Endpoint) -> bool {
    endpoint.method == Method::GET
        && !endpoint.path.contains('{')
        && !["/api/", "/openapi", "/static/icons"].iter().any(|start| endpoint.path.starts_with(start))
}

/// A list without what differs between two answers of Traefik itself.
fn names(list: &Value) -> Vec<String> {
    list.as_array().unwrap().iter().map(|one| one["name"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_that_traefik_says_is_passed_on_in_its_own_words() {
    let Some((traefik, edge)) = beside_traefik(DYNAMIC).await else { return };
    traefik.wait_for_router("udp", "dns@file").await;
    let key = &edge.key;
    for (kind, protocols) in [
        ("routers", &["http", "tcp", "udp"][..]),
        ("services", &["http", "tcp", "udp"]),
        ("middlewares", &["http", "tcp"]),
    ] {
        let said = key.get_json(&format!("/api/traefik/{kind}")).await;
        assert_eq!(
            (&said["reachable"], &said["ok"], &said["success"]),
            (&json!(true), &json!(true), &json!(true))
        );
        for protocol in protocols {
            let own = traefik.ask(&format!("/api/{protocol}/{kind}?per_page=1000")).await.unwrap();
            assert_eq!(said[protocol].as_array().unwrap().len(), own.as_array().unwrap().len(), "{kind}");
            assert_eq!(said[protocol], own, "{protocol} {kind}");
        }
        assert!(said["udp"].is_array(), "{kind}: the phone app wants a list");
    }
    let files = key.get_json("/api/traefik/routers?provider=file").await;
    assert_eq!(names(&files["http"]).len(), 2, "{files}");
    assert_eq!(key.get_json("/api/traefik/routers?provider=docker").await["http"], json!([]));

    let overview = key.get_json("/api/traefik/overview").await;
    let own = traefik.ask("/api/overview").await.unwrap();
    assert_eq!((&overview["http"], &overview["providers"]), (&own["http"], &own["providers"]));
    assert_eq!(overview["ok"], json!(true));
    assert_eq!(overview["http"]["routers"]["errors"], json!(1), "the bad rule: {overview}");

    assert_eq!(
        key.get_json("/api/traefik/entrypoints").await,
        traefik.ask("/api/entrypoints").await.unwrap(),
        "a bare list"
    );
    let version = key.get_json("/api/traefik/version").await;
    assert_eq!(version["Version"], traefik.ask("/api/version").await.unwrap()["Version"]);
    assert_eq!((&version["ok"], &version["success"]), (&json!(true), &json!(true)));

    let own = traefik.ask("/api/http/routers/good@file").await.unwrap();
    for path in [
        "/api/traefik/router/http/good@file",
        "/api/traefik/router/http/good%40file",
        "/api/traefik/router/http/good",
    ] {
        let router = key.get_json(path).await;
        assert_eq!((&router["rule"], &router["status"]), (&own["rule"], &own["status"]), "{path}");
        assert_eq!(router["ok"], json!(true));
    }
    for path in ["http/none@file", "udp/good@file", "smtp/good@file", "good"] {
        let answer = key.get(&format!("/api/traefik/router/{path}")).await;
        assert_eq!((answer.status.as_u16(), answer.json()["ok"].clone()), (404, json!(false)), "{path}");
    }

    let ping = key.get_json("/api/traefik/ping").await;
    assert_eq!((&ping["ok"], &ping["success"]), (&json!(true), &json!(true)));
    assert!(ping["latency_ms"].as_u64().unwrap() < 1000, "{ping}");
    assert_eq!(key.get_json("/api/manager/router-names").await, json!(["good", "bad", "db", "dns"]));
}

#[tokio::test(flavor = "multi_thread")]
async fn all_pages_of_a_list_are_passed_on() {
    let mut text = String::from("http:\n  routers:\n");
    for index in 0..2500 {
        writeln!(text, "    r{index}: {{rule: 'Host(`r{index}.example`)', service: noop@internal}}").unwrap();
    }
    let Some((traefik, edge)) = beside_traefik(&text).await else { return };
    traefik.wait_for_router("http", "r2499@file").await;
    let said = edge.key.get_json("/api/traefik/routers?provider=file").await;
    let mut names = names(&said["http"]);
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), 2500);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_traefik_that_is_dead_or_hangs_is_told_in_time_and_slows_nothing_else() {
    let hung = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let dead = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    for (address, budget) in [(hung.local_addr().unwrap(), 3_000), (dead, 500)] {
        let folder = TempDir::new().unwrap();
        fs::create_dir(folder.path().join("dynamic")).unwrap();
        fs::write(folder.path().join("dynamic/edge.yml"), DYNAMIC).unwrap();
        let edge = Edge::start_in(folder, &[("TRAEFIK_API_URL", &format!("http://{address}"))]).await;
        let begun = Instant::now();
        let key = &edge.key;
        let lists = async {
            tokio::join!(
                key.get_json("/api/traefik/routers"),
                key.get_json("/api/traefik/services"),
                key.get_json("/api/traefik/middlewares"),
                key.get_json("/api/traefik/overview"),
                key.get_json("/api/traefik/version"),
                key.get_json("/api/traefik/entrypoints"),
                key.get("/api/traefik/ping"),
            )
        };
        let others = async {
            let mut slowest = Duration::ZERO;
            for _ in 0..20 {
                for path in ["/api/health", "/api/routes", "/api/configs"] {
                    let asked = Instant::now();
                    assert_eq!(key.get(path).await.status.as_u16(), 200);
                    slowest = slowest.max(asked.elapsed());
                }
            }
            slowest
        };
        let (said, slowest) = tokio::join!(lists, others);
        assert!(slowest < Duration::from_millis(500), "{address}: something else took {slowest:?}");
        let took = begun.elapsed();
        assert!(took < Duration::from_millis(budget + 700), "{address}: all together took {took:?}");
        let (routers, services, middlewares, overview, version, entry_points, ping) = said;
        for said in [&routers, &services, &middlewares] {
            assert_eq!((&said["http"], &said["tcp"], &said["udp"]), (&json!([]), &json!([]), &json!([])));
            assert_eq!(said["reachable"], json!(false));
        }
        for said in [&routers, &services, &middlewares, &overview, &version] {
            assert_eq!((&said["ok"], &said["success"]), (&json!(false), &json!(false)), "{said}");
            assert!(said["error"].as_str().unwrap().contains("cannot be reached"), "{said}");
        }
        assert_eq!(entry_points, json!([]));
        assert_eq!((ping.status.as_u16(), ping.json()["latency_ms"].clone()), (503, Value::Null));
        no_page_waits(&edge).await;
    }
}

/// Asks for all pages at once, each of which has to come soon.
async fn no_page_waits(edge: &Edge) {
    let mut pages = tokio::task::JoinSet::new();
    for endpoint in endpoints().into_iter().filter(is_page) {
        let key = edge.manager.client().with_api_key(&edge.secret);
        pages.spawn(async move {
            let asked = Instant::now();
            (endpoint.path, key.get(endpoint.path).await.status, asked.elapsed())
        });
    }
    for (path, status, took) in pages.join_all().await {
        assert!(!status.is_server_error(), "{path}: {status}");
        assert!(took < Duration::from_secs(2), "{path} took {took:?}");
    }
}

/// Each counts what it is asked, so it is known that a second's worth of requests costs one.
#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_who_ask_at_once_cost_traefik_one_answer() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let api = format!("http://{}", listener.local_addr().unwrap());
    let asked = std::sync::Arc::new(std::sync::Mutex::new(Vec::new()));
    let log = asked.clone();
    tokio::spawn(async move {
        use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
        while let Ok((mut stream, _)) = listener.accept().await {
            let log = log.clone();
            tokio::spawn(async move {
                let mut head = vec![0; 4096];
                let length = stream.read(&mut head).await.unwrap_or(0);
                let line = String::from_utf8_lossy(&head[..length]).lines().next().unwrap_or("").to_owned();
                log.lock().unwrap().push(line);
                tokio::time::sleep(Duration::from_millis(200)).await;
                let body = "{\"http\":{}}";
                let answer = format!(
                    "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: {}\r\n\r\n{body}",
                    body.len()
                );
                stream.write_all(answer.as_bytes()).await.ok();
            });
        }
    });
    let folder = TempDir::new().unwrap();
    fs::create_dir(folder.path().join("dynamic")).unwrap();
    let edge = Edge::start_in(folder, &[("TRAEFIK_API_URL", &api)]).await;
    let count = || asked.lock().unwrap().iter().filter(|line| line.contains("/api/overview")).count();
    let begun = Instant::now();
    let mut set = tokio::task::JoinSet::new();
    let edge = std::sync::Arc::new(edge);
    for _ in 0..100 {
        let edge = edge.clone();
        set.spawn(async move { edge.key.get_json("/api/traefik/overview").await });
    }
    for said in set.join_all().await {
        assert_eq!(said["ok"], json!(true), "{said}");
    }
    assert!(begun.elapsed() < Duration::from_millis(900), "{:?}", begun.elapsed());
    assert_eq!(count(), 1);
    eventually("the answer to be old", async || {
        edge.key.get_json("/api/traefik/overview").await;
        (count() == 2).then_some(())
    })
    .await;
}
