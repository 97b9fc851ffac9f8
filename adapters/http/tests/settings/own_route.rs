//! The route to this program: which one it is, and that nobody knocks at this program itself.

use hyper::{Method, StatusCode};
use serde_json::{Value, json};
use traefik_manager_core::{config::store::StorageError, settings::SelfRoute};

use crate::support::{House, Visitor};

const SELF_ROUTE: &str = "/api/settings/self-route";

pub(crate) const OWN: &str = "http:
  routers:
    traefik-manager: {rule: Host(`a.test`), service: traefik-manager, entryPoints: [websecure], tls: {}}
  services:
    traefik-manager: {loadBalancer: {servers: [{url: 'http://10.0.0.9:5000'}]}}
";

async fn tag(owner: &Visitor<'_>) -> String {
    let answer = owner.send(Method::GET, SELF_ROUTE, &[], "").await;
    answer.headers.get("etag").unwrap().to_str().unwrap().to_owned()
}

async fn told(owner: &Visitor<'_>, path: &str) -> Value {
    owner.send(Method::GET, path, &[], "").await.json()
}

#[tokio::test]
async fn a_route_of_another_name_is_known_again() {
    let house = House::with_files(&[]);
    let owner = house.owner().await;
    let body = r#"{"domain":"admin.example.com","service_url":"http://10.0.0.9:5000","router_name":"edge-admin","entry_point":"websecure"}"#;
    let answer = owner.post_json(SELF_ROUTE, body).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());

    let own = told(&owner, SELF_ROUTE).await;
    assert_eq!(
        (&own["domain"], &own["router_name"], &own["found"]),
        (&json!("admin.example.com"), &json!("edge-admin"), &json!(true))
    );
    assert_eq!(told(&owner, "/api/settings").await["self_route"]["service_url"], "http://10.0.0.9:5000");
    assert_eq!(told(&owner, "/api/dashboard/config").await["tm_route_name"], "edge-admin");

    // Another address is one of the same route, not of a second one; what was seen is the route, and not the settings.
    let seen = tag(&owner).await;
    let headers = [
        ("content-type", "application/json"),
        ("x-csrf-token", owner.token.as_str()),
        ("if-match", seen.as_str()),
    ];
    let answer = owner.send(Method::POST, SELF_ROUTE, &headers, r#"{"domain":"a.example.com"}"#).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    let seen = tag(&owner).await;
    let body = json!({"domain": "tm.example.com", "version": seen.trim_matches('"')}).to_string();
    let answer = owner.post_json(SELF_ROUTE, &body).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    assert_eq!(house.settings.stored().unwrap().self_route.domain, "tm.example.com");
    let answer = owner.post_json(SELF_ROUTE, &body.replace("tm.", "b.")).await;
    assert_eq!(answer.status, StatusCode::CONFLICT, "it was seen before that: {}", answer.text());
    assert_eq!(told(&owner, "/api/routes").await["apps"].as_array().unwrap().len(), 1);
    assert_eq!(told(&owner, SELF_ROUTE).await["domain"], "tm.example.com");

    let answer = owner.post_json(SELF_ROUTE, r#"{"domain":""}"#).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    assert!(told(&owner, "/api/routes").await["apps"].as_array().unwrap().is_empty());
    assert_eq!(told(&owner, SELF_ROUTE).await["found"], false);
}

/// The form of the page says which route it was made of, and its answer offers to keep what is on trial.
#[tokio::test]
async fn the_form_of_the_page_saves_the_route_that_it_shows() {
    let house = House::with_files(&[("own.yml", OWN)]);
    let mut owner = house.owner().await;
    let page = owner.get("/settings").await;
    let mut fields = page.form_fields("/settings/self-route");
    assert!(fields.iter().any(|(name, value)| name == "version" && !value.is_empty()), "{fields:?}");
    fields
        .iter_mut()
        .filter(|(name, _)| name == "domain")
        .for_each(|(_, value)| *value = "b.test".to_owned());
    let fields: Vec<(&str, &str)> =
        fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let answer = owner.send_form("/settings/self-route", &fields).await;
    assert!(house.files.text("own.yml").unwrap().contains("b.test"));
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
    assert!(answer.location().contains("trial"), "it is on trial: {}", answer.location());
    assert_eq!(house.settings.stored().unwrap().self_route.domain, "b.test");
}

/// The route is written then, whatever becomes of the note about it.
#[tokio::test]
async fn settings_that_cannot_be_written_do_not_make_a_written_route_an_error() {
    let house = House::with_files(&[("own.yml", OWN)]);
    let owner = house.owner().await;
    house.settings.fail_next_save(StorageError::NoSpace { name: "manager.yml".into() }.into());
    let answer = owner.post_json(SELF_ROUTE, r#"{"domain":"b.test"}"#).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    assert!(answer.json()["change"].is_u64(), "{}", answer.text());
    assert!(house.files.text("own.yml").unwrap().contains("b.test"));
    assert_eq!(house.settings.stored().unwrap().self_route, SelfRoute::default());
}

/// A domain is not enough to know a route by: somebody else's may be on it too.
#[tokio::test]
async fn another_router_on_the_same_domain_is_not_the_own_route() {
    const THEIRS: &str = "http:
  routers:
    blog: {rule: Host(`admin.test`) && PathPrefix(`/blog`), service: blog}
  services:
    blog: {loadBalancer: {servers: [{url: 'http://10.0.0.1:80'}]}}
";
    let house = House::with_files(&[("blog.yml", THEIRS)]);
    let owner = house.owner().await;
    let body = r#"{"domain":"admin.test","service_url":"http://10.0.0.9:5000","router_name":"edge-admin"}"#;
    assert_eq!(owner.post_json(SELF_ROUTE, body).await.status, StatusCode::OK);

    // Renamed by hand, it is known by where it leads to.
    let file = house.files.text("traefik-manager-self.yml").unwrap();
    house.files.edit_behind_the_back("traefik-manager-self.yml", &file.replace("edge-admin:", "admin:"));
    assert_eq!(told(&owner, SELF_ROUTE).await["router_name"], "admin");
    assert_eq!(owner.post_json(SELF_ROUTE, r#"{"domain":"b.test"}"#).await.status, StatusCode::OK);
    assert_eq!(house.settings.stored().unwrap().self_route.router_name, "admin");
    assert_eq!(owner.post_json(SELF_ROUTE, r#"{"domain":"admin.test"}"#).await.status, StatusCode::OK);
    let file = house.files.text("traefik-manager-self.yml").unwrap();
    // Gone, it is not the other one.
    house.files.edit_behind_the_back("traefik-manager-self.yml", "# empty\n");
    assert_eq!(told(&owner, SELF_ROUTE).await["found"], false);

    house.files.edit_behind_the_back("traefik-manager-self.yml", &file);
    assert_eq!(owner.post_json(SELF_ROUTE, r#"{"domain":""}"#).await.status, StatusCode::OK);
    assert_eq!(told(&owner, SELF_ROUTE).await["found"], false);
    assert_eq!(house.settings.stored().unwrap().self_route, SelfRoute::default());
    let again = owner.post_json(SELF_ROUTE, r#"{"domain":""}"#).await;
    assert_eq!(again.status, StatusCode::BAD_REQUEST, "{}", again.text());
    assert_eq!(house.files.text("blog.yml").unwrap(), THEIRS);
}

#[tokio::test]
async fn what_is_only_tried_or_refused_is_not_the_own_route() {
    let house = House::with_files(&[]);
    let owner = house.owner().await;
    for body in [
        r#"{"domain":"a.example.com","router_name":"edge-admin","dry_run":true}"#,
        r#"{"domain":"x`) || Host(`y","router_name":"edge-admin"}"#,
    ] {
        owner.post_json(SELF_ROUTE, body).await;
        let stored = house.settings.stored().unwrap();
        assert_eq!(stored.self_route, SelfRoute::default(), "{body}");
    }
}

#[tokio::test]
async fn nobody_knocks_at_this_program_itself() {
    let house = House::with_files(&[]);
    let owner = house.owner().await;
    let body =
        r#"{"domain":"admin.example.com","service_url":"http://10.0.0.9:5000","router_name":"edge-admin"}"#;
    assert_eq!(owner.post_json(SELF_ROUTE, body).await.status, StatusCode::OK);
    let ping = async |url: &str, headers: &[(&str, &str)]| {
        owner.send(Method::GET, &format!("/api/ping?url={url}"), headers, "").await
    };
    let through_proxy = [("x-forwarded-for", "203.0.113.9"), ("x-forwarded-host", "other.example.com:8443")];
    for (url, headers) in [
        ("http://admin.example.com", &[][..]),
        ("https://ADMIN.example.com/login", &[]),
        ("http://10.0.0.9:5000", &[]),
        ("http://tm.example.com/x", &[]),
        ("https://other.example.com", &through_proxy),
        ("https://other.example.com:8443", &through_proxy),
    ] {
        let answer = ping(url, headers).await;
        let expected =
            json!({"ok": true, "success": true, "latency_ms": 0, "status_code": 200, "self": true});
        assert_eq!((answer.status, answer.json()), (StatusCode::OK, expected), "{url}");
    }
    // Another port of the same host is somebody else.
    for url in [
        "http://admin.example.com:8080",
        "http://10.0.0.9:5001",
        "http://10.0.0.9",
        "http://tm.example.com:22",
    ] {
        assert!(ping(url, &[]).await.json().get("self").is_none(), "{url}");
    }
}

/// Whoever names somebody else's router gets neither that one nor its removal.
#[tokio::test]
async fn a_router_that_leads_elsewhere_is_not_taken_over_by_its_name() {
    const WIKI: &str = "http:
  routers:
    wiki: {rule: Host(`wiki.test`), service: wiki}
  services:
    wiki: {loadBalancer: {servers: [{url: 'http://10.0.0.1:80'}]}}
";
    for own in [None, Some(("own.yml", OWN))] {
        let files: Vec<(&str, &str)> = [("wiki.yml", WIKI)].into_iter().chain(own).collect();
        let house = House::with_files(&files);
        let owner = house.owner().await;
        for (domain, status) in [("x.test", StatusCode::CONFLICT), ("", StatusCode::BAD_REQUEST)] {
            let body =
                json!({"domain": domain, "service_url": "http://10.0.0.9:5000", "router_name": "wiki"});
            let answer = owner.post_json(SELF_ROUTE, &body.to_string()).await;
            assert_eq!(answer.status, status, "{domain}: {}", answer.text());
        }
        assert_eq!(house.files.text("wiki.yml").unwrap(), WIKI);
        assert_eq!(house.settings.stored().unwrap().self_route, SelfRoute::default());
    }
}
