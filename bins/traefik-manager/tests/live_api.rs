//! The reader of Traefik's API, and the core's reading of lists and hosts, against the real Traefik.

#![expect(clippy::unwrap_used, reason = "tests")]

mod support;

use std::{fmt::Write as _, fs};

use support::{backend, traefik::Traefik};
use traefik_manager_core::{
    config::store::ConfigSyntax as _,
    traefik::{
        Protocol,
        live::{ApiAddress, LiveRouter, LiveStatus, TraefikApi as _},
        router::Router,
    },
};
use traefik_manager_traefik_api::HttpTraefikApi;
use traefik_manager_yaml::Yaml;

const DYNAMIC: &str = "
http:
  routers:
    good: {rule: 'Host(`good.example`)', service: app, entryPoints: web, middlewares: [strip]}
    secure: {rule: 'Host(`secure.example`)', service: app, tls: {}}
    half: {rule: 'Host(`half.example`)', service: app, entryPoints: [web, nope]}
    bad: {rule: 'Hots(`bad.example`)', service: app, entryPoints: [web]}
  middlewares:
    strip: {stripPrefix: {prefixes: [/x]}}
  services:
    app:
      loadBalancer:
        servers: [{url: 'http://127.0.0.1:9'}, {url: 'http://127.0.0.1:10'}]
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

fn address(traefik: &Traefik) -> ApiAddress {
    ApiAddress { url: traefik.api.clone(), credentials: None }
}

fn find<'a>(routers: &'a [LiveRouter], protocol: Protocol, name: &str) -> &'a LiveRouter {
    routers.iter().find(|router| router.protocol == protocol && router.name == name).unwrap()
}

#[tokio::test]
async fn routers_services_and_the_version_are_read() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.yml"), DYNAMIC).unwrap();
    let Some(traefik) = Traefik::start(folder.path()).await else { return };
    traefik.wait_for_router("udp", "dns@file").await;
    let api = HttpTraefikApi::new().unwrap();
    let at = address(&traefik);

    let version = api.version(&at).await.unwrap();
    assert!(version.number.starts_with("3."), "{version:?}");
    assert!(!version.codename.is_empty());

    let routers = api.routers(&at).await.unwrap();
    let good = find(&routers, Protocol::Http, "good");
    assert_eq!((good.status, good.provider.as_str(), good.tls), (LiveStatus::Enabled, "file", false));
    assert_eq!((good.rule.as_str(), good.service.as_str()), ("Host(`good.example`)", "app"));
    assert_eq!(
        (good.entry_points.clone(), good.middlewares.clone()),
        (vec!["web".into()], vec!["strip@file".into()])
    );
    assert!(good.errors.is_empty());
    assert!(find(&routers, Protocol::Http, "secure").tls);
    let half = find(&routers, Protocol::Http, "half");
    assert_eq!(half.status, LiveStatus::Warning);
    assert!(half.errors.concat().contains("nope"), "{half:?}");
    let bad = find(&routers, Protocol::Http, "bad");
    assert_eq!(bad.status, LiveStatus::Disabled);
    assert!(bad.errors.concat().contains("Hots"), "{bad:?}");
    assert_eq!(find(&routers, Protocol::Tcp, "db").rule, "HostSNI(`*`)");
    assert_eq!(find(&routers, Protocol::Udp, "dns").rule, "");
    assert!(
        routers.iter().any(|router| router.provider == "internal"),
        "Traefik's own routers are there too"
    );

    let services = api.services(&at).await.unwrap();
    let app = services.iter().find(|service| service.name == "app").unwrap();
    assert_eq!((app.kind.as_str(), app.provider.as_str()), ("loadbalancer", "file"));
    assert_eq!(
        app.servers,
        [("http://127.0.0.1:9".to_owned(), None), ("http://127.0.0.1:10".to_owned(), None)]
    );
    let db = services.iter().find(|service| service.name == "db").unwrap();
    assert_eq!((db.protocol, db.servers.clone()), (Protocol::Tcp, vec![("127.0.0.1:5432".to_owned(), None)]));
}

#[tokio::test]
async fn thousands_of_routers_are_all_read() {
    let folder = tempfile::tempdir().unwrap();
    let mut text = String::from("http:\n  routers:\n");
    for index in 0..2500 {
        writeln!(text, "    r{index}: {{rule: 'Host(`r{index}.example`)', service: noop@internal}}").unwrap();
    }
    fs::write(folder.path().join("many.yml"), text).unwrap();
    let Some(traefik) = Traefik::start(folder.path()).await else { return };
    traefik.wait_for_router("http", "r2499@file").await;
    let routers = HttpTraefikApi::new().unwrap().routers(&address(&traefik)).await.unwrap();
    assert_eq!(routers.iter().filter(|router| router.provider == "file").count(), 2500);
}

#[tokio::test]
async fn lists_are_cut_as_traefik_cuts_them() {
    let lists = [
        "web",
        "'web, websecure'",
        "' web ,websecure '",
        "''",
        "[]",
        "[web, websecure]",
        "['web,websecure']",
        "",
        "~",
    ];
    let mut text = String::from("http:\n  routers:\n");
    for (index, list) in lists.iter().enumerate() {
        writeln!(
            text,
            "    r{index}: {{rule: 'Path(`/{index}`)', service: noop@internal, entryPoints: {list}}}"
        )
        .unwrap();
    }
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.yml"), &text).unwrap();
    let Some(traefik) = Traefik::start(folder.path()).await else { return };
    traefik.wait_for_router("http", "r0@file").await;

    let tree = Yaml.parse(text.as_str().into()).unwrap();
    let routers = tree.root().unwrap().value_of("http").unwrap().value_of("routers").unwrap();
    for (name, node) in routers.entries() {
        let mut ours = Router::new(Protocol::Http, node).entry_points();
        let theirs = traefik.wait_for_router("http", &format!("{}@file", name.text())).await;
        let mut theirs: Vec<_> =
            theirs["entryPoints"].as_array().unwrap().iter().map(|one| one.as_str().unwrap()).collect();
        if ours.is_empty() {
            // Without entry points Traefik fills in all that speak the protocol, in no order.
            theirs.sort_unstable();
            ours = vec!["tcp", "web", "websecure"];
        }
        assert_eq!(theirs, ours, "{}", node.source());
    }
}

#[tokio::test]
async fn a_wildcard_host_serves_the_level_below() {
    let app = backend::Http::start("hello from the app").await;
    let folder = tempfile::tempdir().unwrap();
    let text = format!(
        "http:\n  routers:\n    app: {{rule: 'Host(`*.a.example`)', service: app, entryPoints: [web]}}\n  \
         services:\n    app: {{loadBalancer: {{servers: [{{url: '{}'}}]}}}}\n",
        app.url
    );
    fs::write(folder.path().join("a.yml"), text).unwrap();
    let Some(traefik) = Traefik::start(folder.path()).await else { return };
    traefik.wait_for_router("http", "app@file").await;
    assert_eq!(traefik.visitor("x.a.example").get("/").await.text(), "hello from the app");
    assert_eq!(traefik.visitor("a.example").get("/").await.status, 404);
    assert_eq!(traefik.visitor("x.y.a.example").get("/").await.status, 404);
}
