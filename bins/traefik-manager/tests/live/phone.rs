//! All that the phone app asks of one server, beside a Traefik that is there: each call as it sends it, and each answer
//! of the types that it decodes to. What it makes of routes and settings is in the test of the edge.

use std::{fs, path::Path};

use base64::Engine as _;
use hyper::Method;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::{
    shapes::{fits, reads},
    support::{edge::Edge, eventually, free_tcp_port, http::Client, traefik::Traefik},
};

const CERTIFICATE: &str = include_str!("../../../../adapters/traefik-files/tests/certificates/example.pem");

const DYNAMIC: &str = "
http:
  routers:
    app: {rule: 'Host(`app.example`)', service: app-service, entryPoints: [web], middlewares: [strip], tls: {}}
    all: {rule: 'Host(`all.example`)', service: both, entryPoints: [web], priority: 7}
  middlewares:
    strip: {stripPrefix: {prefixes: [/x]}}
    unused: {compress: {}}
  services:
    app-service:
      loadBalancer:
        sticky: {cookie: {name: c, httpOnly: true}}
        healthCheck: {path: /up, interval: 1s, timeout: 1s}
        servers: [{url: 'http://127.0.0.1:9'}]
    both: {weighted: {services: [{name: app-service, weight: 3}, {name: copy}]}}
    copy: {mirroring: {service: app-service, mirrors: [{name: app-service, percent: 10}]}}
    spare: {failover: {service: app-service, fallback: both}}
tcp:
  routers:
    db: {rule: 'HostSNI(`*`)', service: db-service, entryPoints: [tcp], tls: {passthrough: true}}
  services:
    db-service: {loadBalancer: {servers: [{address: '127.0.0.1:5432'}]}}
udp:
  routers:
    dns: {service: dns-service, entryPoints: [udp]}
  services:
    dns-service: {loadBalancer: {servers: [{address: '127.0.0.1:53'}]}}
tls:
  options:
    modern: {minVersion: VersionTLS13}
";

/// A Traefik with an access log, and a manager that knows all its files.
async fn everything() -> Option<(Traefik, Edge, Client)> {
    let folder = TempDir::new().unwrap();
    let dynamic = folder.path().join("dynamic");
    fs::create_dir(&dynamic).unwrap();
    fs::write(dynamic.join("edge.yml"), DYNAMIC).unwrap();
    let traefik = Traefik::start(&dynamic).await?;
    let static_file = traefik.static_file();
    let text = fs::read_to_string(&static_file).unwrap();
    let more = "certificatesResolvers:\n  le: {acme: {email: a@example.com, storage: acme.json, tlsChallenge: {}}}\n\
                experimental:\n  plugins:\n    demo: {moduleName: github.com/traefik/plugindemo, version: v0.2.1}\n";
    fs::write(&static_file, text + more).unwrap();
    let acme = folder.path().join("acme.json");
    let chain = base64::engine::general_purpose::STANDARD.encode(CERTIFICATE);
    let kept = json!({"le": {"Certificates": [{"domain": {"main": "example.com"}, "certificate": chain}]}});
    fs::write(&acme, kept.to_string()).unwrap();
    let log = folder.path().join("access.log");
    fs::write(&log, "10.0.0.1 - - [27/Nov/2026:10:00:00 +0000] \"GET /a HTTP/1.1\" 200 1 \"-\" \"-\" 1 \"app@file\" \"http://b\" 1ms\n").unwrap();
    let said = |path: &Path| path.display().to_string();
    let (static_file, acme, log, pill) =
        (said(&static_file), said(&acme), said(&log), said(&folder.path().join("restart.sig")));
    let variables = [
        ("TRAEFIK_API_URL", traefik.api.as_str()),
        ("STATIC_CONFIG_PATH", static_file.as_str()),
        ("ACME_JSON_PATH", acme.as_str()),
        ("ACCESS_LOG_PATH", log.as_str()),
        ("RESTART_METHOD", "poison-pill"),
        ("SIGNAL_FILE_PATH", pill.as_str()),
    ];
    let edge = Edge::start_in(folder, &variables).await;
    let app = edge.manager.client().with_api_key(&edge.secret).with_header("x-requested-with", "fetch");
    Some((traefik, edge, app))
}

/// A call with a body or none; 200, and `ok` and `success` say the same.
async fn call(app: &Client, method: Method, path: &str, body: Option<Value>) -> Value {
    let answer = match &body {
        Some(body) => app.send_json(method, path, body).await,
        None => app.send(method, path, &[], bytes::Bytes::new()).await,
    };
    assert_eq!((answer.status.as_u16(), answer.location()), (200, ""), "{path}: {}", answer.text());
    let said = answer.json();
    assert!(said["ok"].is_boolean() && said["ok"] == said["success"], "{path}: {said}");
    said
}

async fn done(app: &Client, path: &str, body: Option<Value>) -> Value {
    let said = call(app, Method::POST, path, body).await;
    assert_eq!(said["ok"], true, "{path}: {said}");
    said
}

#[tokio::test(flavor = "multi_thread")]
async fn every_call_of_the_app_is_answered_as_it_reads_it() {
    let Some((traefik, _edge, app)) = everything().await else { return };
    traefik.wait_for_router("udp", "dns@file").await;

    // Something of everything, each made as the app makes it.
    let template =
        done(&app, "/api/mw/templates", Some(json!({"name": "Small", "yaml": "compress: {}"}))).await;
    let template = format!("/api/mw/templates/{}", template["template"]["id"].as_str().unwrap());
    let new = json!({"name": "Smaller", "yaml": "compress: {}"});
    assert_eq!(call(&app, Method::PUT, &template, Some(new)).await["ok"], true);
    let tile = json!({"route_overrides": {"edge.yml::app": {"icon_type": "slug", "icon_slug": "app"}}, "custom_groups": [{"name": "Media"}]});
    done(&app, "/api/dashboard/config", Some(tile)).await;
    done(
        &app,
        "/api/settings/ui",
        Some(json!({"ui_prefs": {"showRouteIcons": true, "dashPodDensity": "icons"}})),
    )
    .await;
    for path in ["/api/backup/create", "/api/static/backup/create"] {
        let made = done(&app, path, None).await;
        let names = made["names"].as_array().map_or(usize::from(made["name"].is_string()), Vec::len);
        assert_eq!((names, &made["count"]), (1, &json!(1)), "{path}: {made}");
    }
    for (path, realm) in [("/api/tools/htpasswd", ""), ("/api/tools/digestauth", "traefik:")] {
        let made = done(&app, path, Some(json!({"username": "u", "password": "p"}))).await;
        assert!(made["entry"].as_str().unwrap().starts_with(&format!("u:{realm}")), "{path}: {made}");
    }
    app.post_form("/delete-middleware/unused", &[("configFile", "edge.yml"), ("agent_id", "")]).await;
    eventually("a notification of it", async || {
        let told = app.get_json("/api/notifications").await;
        told.as_array()
            .unwrap()
            .iter()
            .any(|one| one["msg"].as_str().unwrap().contains("unused"))
            .then_some(())
    })
    .await;

    for (path, shape) in reads() {
        let answer = app.get(&path).await;
        assert_eq!(answer.status.as_u16(), 200, "{path}: {}", answer.text());
        let said = answer.json();
        let fit = fits(&said, &shape);
        assert!(fit.is_ok(), "{path}: {fit:?}\n{said}");
        let list = |value: &Value| value.as_array().is_some_and(Vec::is_empty);
        let may_be_empty = ["/api/backup/git/commits", "/api/agents"];
        assert!(!list(&said) || may_be_empty.contains(&path.as_str()), "{path}: nothing there to look at");
    }
    details(&app).await;

    // What there is not, the app is told so that it hides it.
    for (method, path) in [
        (Method::GET, "/api/crowdsec/decisions?full=1"),
        (Method::GET, "/api/crowdsec/alerts"),
        (Method::POST, "/api/crowdsec/decisions"),
        (Method::DELETE, "/api/crowdsec/decisions/7"),
        (Method::GET, "/api/agents/x/cert-resolvers"),
        (Method::GET, "/api/dashboard/icon/nobody-has-this"),
    ] {
        let answer = app.send(method, path, &[], bytes::Bytes::new()).await;
        assert_eq!((answer.status.as_u16(), answer.json()["error"].is_string()), (404, true), "{path}");
    }
    assert_eq!(app.get("/static/icons/icon.png").await.status.as_u16(), 200);

    // What cannot be done is 200 with words, and changes nothing.
    let nobody = format!("http://127.0.0.1:{}", free_tcp_port());
    for (path, body) in [
        ("/api/backup/git/push", Some(json!({}))),
        ("/api/backup/git/restore/abcdef0", None),
        ("/api/settings/webhook-test", Some(json!({"url": nobody}))),
        ("/api/settings/test-connection", Some(json!({"url": nobody}))),
        (
            "/api/auth/change-password",
            Some(json!({"current_password": "a", "new_password": "b", "confirm_password": "b"})),
        ),
        ("/api/auth/otp/disable", None),
    ] {
        let said = call(&app, Method::POST, path, body).await;
        assert_eq!((&said["ok"], said["error"].is_string()), (&json!(false), true), "{path}: {said}");
    }
    let tested = done(&app, "/api/settings/test-connection", Some(json!({"url": traefik.api}))).await;
    assert!(tested["version"].is_string(), "{tested}");

    // And away again.
    assert_eq!(call(&app, Method::DELETE, &template, None).await["ok"], true);
    let told = app.get_json("/api/notifications").await;
    done(&app, "/api/notifications/delete", Some(json!({"ts": told[0]["ts"]}))).await;
    assert_eq!(
        app.get_json("/api/notifications").await.as_array().unwrap().len(),
        told.as_array().unwrap().len() - 1
    );
    done(&app, "/api/notifications/clear", None).await;
    assert_eq!(app.get_json("/api/notifications").await, json!([]));
    done(&app, "/api/dashboard/config", Some(json!({}))).await;
    let emptied = app.get_json("/api/dashboard/config").await;
    assert_eq!((&emptied["custom_groups"], &emptied["route_overrides"]), (&json!([]), &json!({})));
    let begun = done(&app, "/api/static/restart", None).await;
    assert!(begun["message"].is_string(), "{begun}");
}

/// What the types alone do not tell.
async fn details(app: &Client) {
    let routes = app.get_json("/api/routes").await;
    let of = |name: &str| {
        let found = routes["apps"].as_array().unwrap().iter().find(|route| route["name"] == name);
        found.unwrap().clone()
    };
    let (plain, balanced, db) = (of("app"), of("all"), of("db"));
    assert_eq!(
        (&plain["tls"], &plain["stickyEnabled"], &plain["sticky"]["name"]),
        (&json!(true), &json!(true), &json!("c"))
    );
    assert_eq!((&plain["healthCheck"]["path"], &plain["middlewares"]), (&json!("/up"), &json!(["strip"])));
    assert_eq!((&balanced["serviceType"], &balanced["priority"]), (&json!("weighted"), &json!(7)));
    assert_eq!((&db["tls"]["passthrough"], &db["target"]), (&json!(true), &json!("127.0.0.1:5432")));

    let certs = app.get_json("/api/traefik/certs").await;
    let end = certs["certs"][0]["not_after"].as_str().unwrap().to_owned();
    assert_eq!((end.len(), end.ends_with('Z')), ("2036-11-24T00:00:00Z".len(), true), "{end}");
    let parsed = app.get_json("/api/static/config").await["parsed"].clone();
    assert!(parsed["certificatesResolvers"]["le"].is_object(), "{parsed}");
    assert_eq!(app.get_json("/api/traefik/plugins").await["plugins"][0]["name"], "demo");
    let log = app.get_json("/api/traefik/logs?lines=100").await;
    assert!(log["lines"][0].as_str().unwrap().contains("GET /a"), "{log}");
    let entry_points = app.get_json("/api/traefik/entrypoints").await;
    let addresses = entry_points.as_array().unwrap().iter().map(|point| point["address"].as_str().unwrap());
    assert_eq!(addresses.filter(|address| address.ends_with("/udp")).count(), 1);
    let told = app.get_json("/api/notifications").await;
    let times: Vec<&str> = told.as_array().unwrap().iter().map(|one| one["ts"].as_str().unwrap()).collect();
    assert!(times.is_sorted_by(|newer, older| newer >= older), "{times:?}");
    assert!(
        times.iter().all(|time| time.len() == "2026-11-27 10:00:00".len() && time.as_bytes()[10] == b' ')
    );
    let settings = app.get_json("/api/settings").await;
    for tab in ["routemap", "logs", "crowdsec", "certs", "plugins"] {
        assert!(settings["visible_tabs"][tab].is_boolean(), "a tab that is not named is shown: {tab}");
    }
    let kinds: Vec<Value> = app
        .get_json("/api/backups")
        .await
        .as_array()
        .unwrap()
        .iter()
        .map(|backup| backup["kind"].clone())
        .collect();
    assert!(kinds.contains(&json!("static")) && kinds.contains(&json!("routes")), "{kinds:?}");
}
