//! What a file refers to and Traefik has from elsewhere.

#![expect(clippy::unwrap_used, clippy::panic, reason = "tests")]
#![expect(dead_code, reason = "each test file uses a part of the support")]

mod support;

use std::{
    sync::atomic::Ordering,
    time::{Duration, Instant},
};

use hyper::StatusCode;
use serde_json::json;
use support::{Answer, House, Plan, Visitor, traefik::live_service};
use traefik_manager_core::traefik::{
    Protocol,
    live::{LiveMiddleware, LiveRouter, LiveStatus},
};

const FILE: &str = "http:\n  services:\n    web: {loadBalancer: {servers: [{url: 'http://10.0.0.1'}]}}\n";

async fn save(house: &House, device: &Visitor<'_>, service: &str, middleware: &str) -> Answer {
    let content = format!(
        "rule: Host(`a.test`)\nservice: {service}\nmiddlewares: [{middleware}]\nentryPoints: [web]\n"
    );
    let text = format!("{FILE}  routers:\n    app:\n      {}\n", content.trim().replace('\n', "\n      "));
    let revision = house.manager.configuration().raw_file("a.yml").unwrap().revision;
    let body = json!({ "file": "a.yml", "content": text, "revision": revision.as_str() });
    device.post_json("/files/edit", &body.to_string()).await
}

fn codes(answer: &Answer) -> Vec<String> {
    let findings = answer.json()["findings"].as_array().cloned().unwrap_or_default();
    findings
        .iter()
        .map(|finding| format!("{} {}", finding["level"], finding["code"]).replace('"', ""))
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_traefik_does_not_have_is_an_error_and_what_it_has_is_none() {
    let house = House::with_files(&[("a.yml", FILE)]);
    let middleware = |name: &str| LiveMiddleware {
        protocol: Protocol::Http,
        name: name.to_owned(),
        provider: "docker".to_owned(),
        status: LiveStatus::Enabled,
        errors: Vec::new(),
        kind: "basicauth".to_owned(),
    };
    house.traefik.services.lock().unwrap().push(live_service(Protocol::Http, "shop", "docker"));
    house.traefik.middlewares.lock().unwrap().push(middleware("door"));
    let device = house.device(false).await;
    for (service, refused) in [("shop@docker", "gate@docker"), ("web", "dashboard_redirect@internal")] {
        let answer = save(&house, &device, service, refused).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{refused}: {}", answer.text());
        assert_eq!(codes(&answer), ["error dangling-middleware"], "{}", answer.text());
    }
    let answer = save(&house, &device, "api@internal", "door@docker").await;
    assert_eq!((answer.status, codes(&answer)), (StatusCode::OK, Vec::new()), "{}", answer.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_traefik_that_hangs_forbids_nothing_and_nobody_waits_for_it() {
    let house = House::with_files(&[("a.yml", FILE)]);
    house.traefik.hangs.store(true, Ordering::Relaxed);
    let device = house.device(false).await;
    let began = Instant::now();
    let answer = save(&house, &device, "shop@docker", "gate@docker").await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    assert_eq!(codes(&answer), ["warning unknown-reference", "warning unknown-reference"]);
    assert!(began.elapsed() < Duration::from_secs(2), "{:?}", began.elapsed());
}

fn router(name: &str, provider: &str, status: LiveStatus) -> LiveRouter {
    LiveRouter {
        protocol: Protocol::Http,
        name: name.to_owned(),
        provider: provider.to_owned(),
        status,
        errors: if status == LiveStatus::Enabled {
            Vec::new()
        } else {
            vec!["no such <resolver>".to_owned()]
        },
        rule: format!("Host(`{name}.test`)"),
        service: name.to_owned(),
        entry_points: vec!["web".to_owned()],
        middlewares: Vec::new(),
        tls: false,
    }
}

/// A house whose settings show the routers of these providers.
fn house_showing(shown: &[&str]) -> House {
    let text = "http:\n  routers:\n    media: {rule: Host(`media.test`), service: web}\n  services:\n    web: {loadBalancer: {servers: [{url: 'http://10.0.0.1'}]}}\n";
    let mut plan = Plan { files: &[("a.yml", text)], ..Plan::default() };
    for name in shown {
        assert!(plan.settings.visible_tabs.set(name, true));
    }
    let house = House::build(plan);
    *house.traefik.routers.lock().unwrap() = vec![
        router("media", "file", LiveStatus::Enabled),
        router("gone-a-moment-ago", "file", LiveStatus::Enabled),
        router("dashboard", "internal", LiveStatus::Enabled),
        router("shop", "docker", LiveStatus::Enabled),
        router("billing", "docker", LiveStatus::Disabled),
        router("queue", "consul-east", LiveStatus::Enabled),
        router("odd", "plugin-odd", LiveStatus::Enabled),
    ];
    let mut shop = live_service(Protocol::Http, "shop", "docker");
    shop.servers = vec![("http://172.17.0.9:80".to_owned(), None)];
    house.traefik.services.lock().unwrap().push(shop);
    house
}

/// The names in the list, in order.
fn names(answer: &Answer) -> Vec<String> {
    let rows = answer.text().split("class=\"name\"").skip(1);
    rows.map(|row| row.split_once('>').unwrap().1.split('<').next().unwrap().to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn routers_of_other_providers_stand_in_the_list_and_are_not_changed_here() {
    let house = house_showing(&["docker", "consul"]);
    let mut owner = house.owner().await;
    let page = owner.get("/").await;
    assert_eq!(names(&page), ["billing", "media", "odd", "queue", "shop"]);
    let text = page.text();
    assert!(text.contains("from docker, changed there") && text.contains("5 routes"), "{text}");
    assert!(text.contains("http://172.17.0.9:80"), "where its requests go is known: {text}");
    assert!(text.contains("no such &lt;resolver&gt;"), "{text}");
    assert_eq!(text.matches("/routes/edit?id=").count(), 2, "{text}");
    assert_eq!(text.matches("role=\"switch\"").count(), 1, "{text}");
    for (query, wanted) in [
        ("provider=docker", &["billing", "shop"][..]),
        ("provider=file", &["media"]),
        ("provider=docker&status=trouble", &["billing"]),
        ("q=172.17", &["shop"]),
        ("q=DOCKER", &["billing", "shop"]),
        ("status=off", &[]),
        ("view=cards&provider=consul-east", &["queue"]),
    ] {
        assert_eq!(names(&owner.get(&format!("/?{query}")).await), wanted, "{query}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_settings_leave_providers_out_and_the_list_says_how_many() {
    let house = house_showing(&[]);
    let mut owner = house.owner().await;
    let page = owner.get("/").await;
    assert_eq!(names(&page), ["media", "odd"], "a provider that has no section is shown");
    assert!(page.text().contains("3 routers of other providers not shown"), "{}", page.text());
    owner.submit("/settings/interface", &[("docker", "true")]).await;
    assert_eq!(names(&owner.get("/").await), ["billing", "media", "odd", "shop"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_list_waits_for_no_traefik_and_shows_nothing_of_others_as_present_that_is_old() {
    let house = house_showing(&["docker"]);
    house.traefik.hangs.store(true, Ordering::Relaxed);
    let mut owner = house.owner().await;
    let began = Instant::now();
    assert_eq!(names(&owner.get("/").await), ["media"]);
    assert!(began.elapsed() < Duration::from_secs(2), "{:?}", began.elapsed());
}
