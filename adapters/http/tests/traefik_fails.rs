//! A Traefik whose API fails costs what it alone knows, and nothing else.

#![expect(clippy::unwrap_used, clippy::panic, reason = "tests")]
#![expect(dead_code, reason = "each test file uses a part of the support")]

mod support;

use hyper::{Method, StatusCode};
use mockall::predicate::function;
use serde_json::json;
use support::{House, Plan, traefik::live_router};
use traefik_manager_core::{
    config::store::{ConfigStore as _, FileId},
    traefik::{
        Protocol,
        live::{
            ApiAddress, LiveError, LiveMiddleware, LiveRouter, LiveService, LiveStatus, MockTraefikApi,
            Version,
        },
    },
};

const FILE: &str = include_str!("../examples/media.yml");

fn failure(at: &ApiAddress) -> LiveError {
    LiveError::Unexpected { url: at.url.clone(), reason: "503 Service Unavailable".to_owned() }
}

/// Fails every call.
fn failing() -> MockTraefikApi {
    let mut api = MockTraefikApi::new();
    let to_the_address = || function(|at: &ApiAddress| at.url == "http://traefik:8080");
    api.expect_version().with(to_the_address()).times(1..).returning(|at| Err(failure(at)));
    api.expect_routers().with(to_the_address()).times(1..).returning(|at| Err(failure(at)));
    api.expect_services().with(to_the_address()).times(1..).returning(|at| Err(failure(at)));
    api.expect_middlewares().with(to_the_address()).times(1..).returning(|at| Err(failure(at)));
    api.expect_entry_points().with(to_the_address()).times(1..).returning(|at| Err(failure(at)));
    api
}

#[tokio::test(flavor = "multi_thread")]
async fn routes_are_shown_and_saved_while_traefik_s_api_fails() {
    let house = House::build(Plan { files: &[("media.yml", FILE)], api: Some(failing()), ..Plan::default() });
    let mut owner = house.owner().await;

    let status = owner.send(Method::GET, "/api/traefik/version", &[], "").await;
    assert_eq!(
        (status.status, status.json()),
        (
            StatusCode::OK,
            json!({
                "ok": false,
                "success": false,
                "reachable": false,
                "error": "http://traefik:8080 answers, but not as Traefik's API does: 503 Service Unavailable"
            })
        )
    );
    let page = owner.get("/").await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.text().contains("not reachable"), "the page says so");
    assert_eq!(page.text().matches("Traefik does not answer").count(), 1, "once, not beside each route");
    assert!(page.text().contains("503 Service Unavailable"), "and why");
    assert!(page.text().contains("jellyfin"), "the routes come from the files");

    let form = "serviceName=fresh&protocol=http&subdomains=fresh&domains=example.com&targetIp=10.0.0.5&targetPort=80";
    let kind = ("content-type", "application/x-www-form-urlencoded");
    let answer = house.device(true).await.send(Method::POST, "/save", &[kind], form).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    let written = house.files.read(&FileId::new("media.yml")).unwrap().unwrap().text;
    assert!(written.contains("http://10.0.0.5:80"), "{written}");
}

/// The state of servers is an extra: routers are shown with Traefik's verdict all the same.
#[tokio::test(flavor = "multi_thread")]
async fn without_services_the_verdicts_stay() {
    let mut api = MockTraefikApi::new();
    let version = || Version { number: "3.7.9".to_owned(), codename: String::new(), started_at: None };
    api.expect_version().returning(move |_| Ok(version()));
    let router = live_router(Protocol::Http, "jellyfin", "file", LiveStatus::Disabled);
    api.expect_routers().returning(move |_| Ok(vec![router.clone()]));
    api.expect_services().returning(|at| Err(failure(at)));
    api.expect_middlewares().returning(|at| Err(failure(at)));
    api.expect_entry_points().returning(|at| Err(failure(at)));
    let house = House::build(Plan { files: &[("media.yml", FILE)], api: Some(api), ..Plan::default() });
    let page = house.owner().await.get("/?q=jellyfin").await;
    assert!(page.text().contains("does not exist"), "{}", page.text());
    assert!(!page.text().contains("Traefik does not answer"), "{}", page.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn servers_that_are_down_are_counted() {
    let mut api = MockTraefikApi::new();
    let version = || Version { number: "3.7.9".to_owned(), codename: String::new(), started_at: None };
    api.expect_version().returning(move |_| Ok(version()));
    let routers =
        ["jellyfin", "photos"].map(|name| live_router(Protocol::Http, name, "file", LiveStatus::Enabled));
    api.expect_routers().returning(move |_| Ok(routers.to_vec()));
    let service = |name: &str, states: [Option<bool>; 2]| LiveService {
        protocol: Protocol::Http,
        name: format!("{name}-service"),
        provider: "file".to_owned(),
        status: LiveStatus::Enabled,
        errors: Vec::new(),
        kind: "loadbalancer".to_owned(),
        servers: states.map(|is_up| ("http://10.0.0.1".to_owned(), is_up)).to_vec(),
    };
    let services =
        [service("jellyfin", [Some(true), Some(false)]), service("photos", [Some(true), Some(true)])];
    api.expect_services().returning(move |_| Ok(services.to_vec()));
    api.expect_middlewares().returning(|_| Ok(Vec::new()));
    api.expect_entry_points().returning(|_| Ok(Vec::new()));
    let house = House::build(Plan { files: &[("media.yml", FILE)], api: Some(api), ..Plan::default() });
    let mut owner = house.owner().await;
    let page = owner.get("/?q=jellyfin").await;
    assert!(page.text().contains("1 of 2 servers up"), "{}", page.text());
    let page = owner.get("/?q=photos").await;
    assert!(page.text().contains("Serving") && !page.text().contains("servers up"), "{}", page.text());
    let page = owner.get("/?status=trouble").await;
    assert!(page.text().contains("jellyfin") && !page.text().contains("photos-service"), "{}", page.text());
}

/// The text of a page's marks, each with the shape that it has.
fn marks(text: &str) -> Vec<(String, String)> {
    let body = text.split("<main").nth(1).unwrap();
    let marks = body.split("<span class=\"state ").skip(1).map(|rest| {
        let (class, rest) = rest.split_once('"').unwrap();
        let word = rest.split_once('>').unwrap().1.split('<').next().unwrap();
        (class.to_owned(), word.to_owned())
    });
    marks.collect()
}

const ALL: &str = "\
http:
  routers:
    app: {rule: Host(`a.test`), service: app}
  services:
    app: {loadBalancer: {servers: [{url: 'http://10.0.0.1'}], healthCheck: {path: /}}}
    gone: {loadBalancer: {servers: [{url: 'http://10.0.0.2'}]}}
  middlewares:
    fine: {compress: {}}
    broken: {chain: {middlewares: [nothing]}}
    late: {compress: {}}
  serversTransports:
    lan: {insecureSkipVerify: true}
tls:
  options:
    strict: {minVersion: VersionTLS13}
";

#[tokio::test(flavor = "multi_thread")]
async fn each_object_has_the_mark_of_what_traefik_said_of_it() {
    let mut api = MockTraefikApi::new();
    let number = |_: &ApiAddress| {
        Ok(Version { number: "3.7.0".to_owned(), codename: String::new(), started_at: None })
    };
    api.expect_version().returning(number);
    let router = LiveRouter {
        service: "app@file".to_owned(),
        ..live_router(Protocol::Http, "app", "file", LiveStatus::Enabled)
    };
    api.expect_routers().returning(move |_| Ok(vec![router.clone()]));
    let service = LiveService {
        protocol: Protocol::Http,
        name: "app".to_owned(),
        provider: "file".to_owned(),
        status: LiveStatus::Enabled,
        errors: Vec::new(),
        kind: "loadbalancer".to_owned(),
        servers: vec![("http://10.0.0.1".to_owned(), Some(true))],
    };
    api.expect_services().returning(move |_| Ok(vec![service.clone()]));
    let middleware = |name: &str, status, errors: &[&str]| LiveMiddleware {
        protocol: Protocol::Http,
        name: name.to_owned(),
        provider: "file".to_owned(),
        status,
        errors: errors.iter().map(|&error| error.to_owned()).collect(),
        kind: "compress".to_owned(),
    };
    let middlewares = [
        middleware("fine", LiveStatus::Enabled, &[]),
        middleware("broken", LiveStatus::Disabled, &["no such thing"]),
    ];
    api.expect_middlewares().returning(move |_| Ok(middlewares.to_vec()));
    api.expect_entry_points().returning(|_| Ok(Vec::new()));
    let house = House::build(Plan { files: &[("all.yml", ALL)], api: Some(api), ..Plan::default() });
    let mut owner = house.owner().await;
    for (path, expected) in [
        ("/", vec![("good", "Serving")]),
        ("/services", vec![("good", "Serving"), ("warn", "Not loaded")]),
        ("/middlewares", vec![("loaded", "Loaded"), ("bad", "Error"), ("warn", "Not loaded")]),
        ("/transports", vec![("disk", "On disk")]),
        ("/tls", vec![("disk", "On disk")]),
        ("/routes/edit?id=all.yml::app", vec![("good", "Serving")]),
        ("/services/edit?name=gone", vec![("warn", "Not loaded")]),
        ("/middlewares/edit?name=broken", vec![("bad", "Error")]),
        ("/transports/edit?name=lan", vec![("disk", "On disk")]),
    ] {
        let page = owner.get(path).await;
        let expected: Vec<_> =
            expected.into_iter().map(|(class, word)| (class.to_owned(), word.to_owned())).collect();
        assert_eq!(marks(page.text()), expected, "{path}");
    }
    assert!(owner.get("/middlewares").await.text().contains("no such thing"), "in Traefik's own words");
    let page = owner.get("/transports/edit?name=lan").await;
    assert!(
        page.text().contains("Traefik&#39;s API does not tell more")
            || page.text().contains("Traefik's API does not tell more")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn without_an_answer_nothing_is_good() {
    let api = failing();
    let house = House::build(Plan { files: &[("all.yml", ALL)], api: Some(api), ..Plan::default() });
    let mut owner = house.owner().await;
    for path in ["/", "/services", "/middlewares", "/routes/edit?id=all.yml::app", "/services/edit?name=app"]
    {
        let page = owner.get(path).await;
        let marks = marks(page.text());
        assert!(!marks.is_empty(), "{path}");
        assert!(
            marks.iter().all(|(class, word)| class == "unknown" && word == "Unknown"),
            "{path}: {marks:?}"
        );
    }
}
