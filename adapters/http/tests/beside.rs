//! Templates, tools, notices and the dashboard over HTTP, as the phone app and scripts use them.

#![expect(clippy::unwrap_used, clippy::panic, reason = "tests")]
#![expect(dead_code, reason = "each test file uses a part of the support")]

mod support;

use hyper::{Method, StatusCode};
use serde_json::{Value as Json, json};
use support::{House, Visitor};
use traefik_manager_core::companion::Icon;

async fn send(visitor: &Visitor<'_>, method: Method, path: &str, body: &Json) -> Json {
    let headers = [("content-type", "application/json"), ("x-csrf-token", visitor.token.as_str())];
    visitor.send(method, path, &headers, &body.to_string()).await.json()
}

#[tokio::test]
async fn templates_are_kept_changed_and_taken_away_with_a_key_alone() {
    let house = House::with_files(&[]);
    let mut phone = house.device(true).await;
    let none = phone.send(Method::GET, "/api/mw/templates", &[], "").await.json();
    assert_eq!(none, json!({"ok": true, "success": true, "templates": []}));
    let sent = json!({"name": "Office", "yaml": "ipAllowList:\r\n  sourceRange: [10.0.0.0/8]\r\n"});
    let added = send(&phone, Method::POST, "/api/mw/templates", &sent).await;
    let id = added["template"]["id"].as_str().unwrap_or_else(|| panic!("{added}")).to_owned();
    let path = format!("/api/mw/templates/{id}");
    assert_eq!(
        send(&phone, Method::PUT, &path, &json!({"name": "Home", "yaml": "compress: {}"})).await["ok"],
        true
    );
    let all = phone.send(Method::GET, "/api/mw/templates", &[], "").await.json();
    assert_eq!(
        all,
        json!({"ok": true, "success": true, "templates": [{"id": id, "name": "Home", "yaml": "compress: {}"}]})
    );
    assert_eq!(send(&phone, Method::DELETE, &path, &json!({})).await["success"], true);
    let again = send(&phone, Method::DELETE, &path, &json!({})).await;
    assert_eq!((&again["ok"], &again["error"]), (&json!(false), &json!("Template not found")));
    phone.headers.remove("x-requested-with");
    let answer = phone.send(Method::PUT, &path, &[("content-type", "application/json")], "{}").await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST, "the name comes first");
    let answer = house.stranger().send(Method::PUT, &path, &[], "{}").await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_password_becomes_an_entry_and_is_kept_nowhere() {
    let house = House::with_files(&[]);
    let phone = house.device(true).await;
    let before = house.audit.entries().len();
    let sent = json!({"username": "ann", "password": "open-sesame", "realm": "edge"});
    let answer = send(&phone, Method::POST, "/api/tools/digestauth", &sent).await;
    assert!(answer["entry"].as_str().unwrap().starts_with("ann:edge:"), "{answer}");
    assert_eq!(answer["entry"], answer["hash"]);
    assert!(!answer.to_string().contains("open-sesame"));
    let refused = send(&phone, Method::POST, "/api/tools/htpasswd", &json!({"username": "a:b"})).await;
    assert_eq!((&refused["ok"], &refused["field"]), (&json!(false), &json!("username")));
    assert_eq!(house.audit.entries().len(), before, "the trail says nothing of it");
    assert_eq!(house.settings.saves(), 1, "but for the key nothing is saved");
    let owner = house.owner().await;
    let answer = owner.send(Method::POST, "/api/tools/htpasswd", &[], &sent.to_string()).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN, "a page of another site makes nobody work");
}

#[tokio::test]
async fn notices_are_told_newest_first_and_removed_by_their_moment() {
    let house = House::with_files(&[]);
    let phone = house.device(true).await;
    for text in ["one", "two"] {
        let sent = json!({"type": "warning", "message": text});
        assert_eq!(send(&phone, Method::POST, "/api/notifications/add", &sent).await["ok"], true);
    }
    send(&phone, Method::POST, "/api/notifications/update", &json!({"version": "1.6.0"})).await;
    let list = phone.send(Method::GET, "/api/notifications", &[], "").await.json();
    let texts: Vec<&str> =
        list.as_array().unwrap().iter().map(|notice| notice["msg"].as_str().unwrap()).collect();
    assert_eq!(texts, ["Traefik Manager 1.6.0 is available", "two", "one"]);
    let ts = list[1]["ts"].as_str().unwrap();
    assert_eq!(send(&phone, Method::POST, "/api/notifications/delete", &json!({"ts": ts})).await["ok"], true);
    for (path, sent) in [
        ("delete", json!({"ts": ts})),
        ("delete", json!({})),
        ("add", json!({"message": ""})),
        ("add", json!({"message": "x", "type": "shout"})),
        ("update", json!({"version": "<b>"})),
    ] {
        let answer = send(&phone, Method::POST, &format!("/api/notifications/{path}"), &sent).await;
        assert_eq!(answer["ok"], false, "{path}: {sent}");
    }
    send(&phone, Method::POST, "/api/notifications/clear", &json!({})).await;
    assert_eq!(phone.send(Method::GET, "/api/notifications", &[], "").await.json(), json!([]));
}

#[tokio::test]
async fn a_webhook_is_tried_and_its_answer_is_not_told() {
    let house = House::with_files(&[]);
    let phone = house.device(true).await;
    let sent = json!({"url": "https://hooks.example/a", "webhook_type": "ntfy"});
    let answer = send(&phone, Method::POST, "/api/settings/webhook-test", &sent).await;
    assert_eq!((&answer["ok"], &answer["success"]), (&json!(true), &json!(true)));
    house.beside.postman.refuse("hooks.example answers 500");
    let answer = send(&phone, Method::POST, "/api/settings/webhook-test", &sent).await;
    assert_eq!(
        answer,
        json!({"ok": false, "success": false, "message": "hooks.example answers 500", "error": "hooks.example answers 500"})
    );
    let answer =
        send(&phone, Method::POST, "/api/settings/webhook-test", &json!({"url": "gopher://x"})).await;
    assert_eq!(answer["ok"], false);
    assert_eq!(house.beside.postman.letters().len(), 2);
}

#[tokio::test]
async fn the_dashboard_is_replaced_as_a_whole_or_not_at_all() {
    let house = House::with_files(&[]);
    let phone = house.device(true).await;
    let path = "/api/dashboard/config";
    let sent = json!({
        "custom_groups": [{"name": "Media"}],
        "route_overrides": {"media.yml::plex": {"display_name": "Plex", "group": "Media", "hidden": true}},
        "tm_route_name": "ignored",
    });
    assert_eq!(send(&phone, Method::POST, path, &sent).await["ok"], true);
    let told = phone.send(Method::GET, path, &[], "").await.json();
    assert_eq!(told["custom_groups"], sent["custom_groups"]);
    let plex = &told["route_overrides"]["media.yml::plex"];
    assert_eq!(
        (&plex["hidden"], &plex["icon_type"], &plex["url"]),
        (&json!(true), &json!("auto"), &json!(""))
    );
    let text = house.beside.dashboard.text();
    for bad in [
        json!({"route_overrides": [1]}),
        json!({"route_overrides": {"a": 1}}),
        json!({"custom_groups": ["x"]}),
        json!({"route_overrides": {"a": {"url": "javascript:x"}}}),
        json!({"route_overrides": {"a": {"icon_slug": "../x"}}}),
    ] {
        assert_eq!(send(&phone, Method::POST, path, &bad).await["ok"], false, "{bad}");
        assert_eq!(house.beside.dashboard.text(), text);
    }
    let other = send(&phone, Method::POST, "/api/dashboard/config?server=a1", &json!({})).await;
    assert_eq!((&other["ok"], house.beside.dashboard.text()), (&json!(false), text));
    // Absent keys mean none.
    send(&phone, Method::POST, path, &json!({})).await;
    let told = phone.send(Method::GET, path, &[], "").await.json();
    assert_eq!((&told["custom_groups"], &told["route_overrides"]), (&json!([]), &json!({})));
}

#[tokio::test]
async fn icons_come_from_the_folder_alone_and_are_disarmed() {
    let house = House::with_files(&[]);
    let svg = b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>".to_vec();
    house.beside.icons.put("plex", Icon { kind: "image/svg+xml", bytes: svg });
    let phone = house.device(true).await;
    for path in ["/api/dashboard/icon/plex", "/api/dashboard/icon/plex.png"] {
        let icon = phone.send(Method::GET, path, &[], "").await;
        assert_eq!(
            (icon.status, &icon.headers["content-type"]),
            (StatusCode::OK, &"image/svg+xml".parse().unwrap())
        );
        let policy = icon.headers["content-security-policy"].to_str().unwrap();
        assert!(policy.contains("sandbox") && !policy.contains("script-src"), "{policy}");
        assert_eq!(icon.headers["cache-control"], "private, max-age=86400");
    }
    for bad in ["nothing", "..%2f..%2fmanager", "..", "%2e%2e%2f.secret_key", "PLEX", "a%00b", "plex%2Fplex"]
    {
        let answer = phone.send(Method::GET, &format!("/api/dashboard/icon/{bad}"), &[], "").await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{bad}: the app shows a placeholder");
    }
    let answer = house.stranger().send(Method::GET, "/api/dashboard/icon/plex", &[], "").await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
}
