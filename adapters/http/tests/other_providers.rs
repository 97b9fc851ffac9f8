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
use support::{Answer, House, Visitor, traefik::live_service};
use traefik_manager_core::traefik::{
    Protocol,
    live::{LiveMiddleware, LiveStatus},
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
