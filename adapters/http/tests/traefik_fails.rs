//! A Traefik whose API fails costs what it alone knows, and nothing else.

#![expect(clippy::unwrap_used, clippy::panic, reason = "tests")]
#![expect(dead_code, reason = "each test file uses a part of the support")]

mod support;

use hyper::{Method, StatusCode};
use mockall::predicate::function;
use serde_json::json;
use support::{House, Plan};
use traefik_manager_core::{
    config::store::{ConfigStore as _, FileId},
    traefik::live::{ApiAddress, LiveError, MockTraefikApi},
};

const FILE: &str = include_str!("../examples/media.yml");

fn failure(at: &ApiAddress) -> LiveError {
    LiveError::Unexpected { url: at.url.clone(), reason: "503 Service Unavailable".to_owned() }
}

/// Fails every call. Nobody but whoever is asked for services may ask for them: an unexpected call panics.
fn failing() -> MockTraefikApi {
    let mut api = MockTraefikApi::new();
    let to_the_address = || function(|at: &ApiAddress| at.url == "http://traefik:8080");
    api.expect_version().with(to_the_address()).times(1..).returning(|at| Err(failure(at)));
    api.expect_routers().with(to_the_address()).times(1..).returning(|at| Err(failure(at)));
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
                "reachable": false,
                "error": "http://traefik:8080 answers, but not as Traefik's API does: 503 Service Unavailable"
            })
        )
    );
    let page = owner.get("/").await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.text().contains("not reachable"), "the page says so");
    assert!(page.text().contains("503 Service Unavailable"), "and why");
    assert!(page.text().contains("jellyfin"), "the routes come from the files");

    let form = "serviceName=fresh&protocol=http&subdomains=fresh&domains=example.com&targetIp=10.0.0.5&targetPort=80";
    let kind = ("content-type", "application/x-www-form-urlencoded");
    let answer = house.device(true).await.send(Method::POST, "/save", &[kind], form).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    let written = house.files.read(&FileId::new("media.yml")).unwrap().unwrap().text;
    assert!(written.contains("http://10.0.0.5:80"), "{written}");
}
