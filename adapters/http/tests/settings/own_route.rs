//! The route to this program: which one it is, and that nobody knocks at this program itself.

use hyper::{Method, StatusCode};
use serde_json::{Value, json};
use traefik_manager_core::settings::SelfRoute;

use crate::support::{House, Visitor};

const SELF_ROUTE: &str = "/api/settings/self-route";

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

    // Another address is one of the same route, not of a second one.
    let answer = owner.post_json(SELF_ROUTE, r#"{"domain":"tm.example.com"}"#).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    assert_eq!(told(&owner, "/api/routes").await["apps"].as_array().unwrap().len(), 1);
    assert_eq!(told(&owner, SELF_ROUTE).await["domain"], "tm.example.com");

    let answer = owner.post_json(SELF_ROUTE, r#"{"domain":""}"#).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    assert!(told(&owner, "/api/routes").await["apps"].as_array().unwrap().is_empty());
    assert_eq!(told(&owner, SELF_ROUTE).await["found"], false);
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
