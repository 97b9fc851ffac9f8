//! Another service guards the pages, as `docs/external-auth.md` sets it up: Traefik asks it about every request
//! (`forwardAuth`) but those below `/api`, which the phone app and scripts reach with their keys.

use std::fs;

use hyper::Method;
use serde_json::json;
use tempfile::TempDir;

use crate::support::{
    backend::Guard,
    edge::token,
    eventually,
    http::Client,
    manager::{Manager, ManagerOptions},
    traefik::Traefik,
};

const COOKIE: &str = "guard=let-me-in";
const HOST: &str = "tm.test";

/// The example of the document, with the addresses of the test in it.
fn example(manager: &str, guard: &str) -> String {
    let document = include_str!("../../../../docs/external-auth.md");
    let (_, after) = document.split_once("```yaml\n").unwrap();
    let (text, _) = after.split_once("```").unwrap();
    let text = text
        .replace("manager.example.com", HOST)
        .replace("http://traefik-manager:5000", manager)
        .replace("http://authelia:9091/api/authz/forward-auth", guard)
        .replace("websecure", "web");
    // Without certificates there is no TLS to test with.
    text.lines()
        .filter(|line| !line.contains("tls:") && !line.contains("certResolver"))
        .fold(String::new(), |all, line| all + line + "\n")
}

/// A client of the manager through Traefik.
fn through(traefik: &Traefik, is_known: bool) -> Client {
    let client = traefik.visitor(HOST).with_cookies();
    if is_known {
        let (name, value) = COOKIE.split_once('=').unwrap();
        client.set_cookie(name, value);
    }
    client
}

#[tokio::test(flavor = "multi_thread")]
async fn behind_a_guard_pages_are_open_and_the_api_still_wants_a_key() {
    let folder = TempDir::new().unwrap();
    let dynamic = folder.path().join("dynamic");
    fs::create_dir(&dynamic).unwrap();
    let Some(traefik) = Traefik::start(&dynamic).await else { return };
    let guard = Guard::start(COOKIE).await;
    let options = ManagerOptions::new(folder.path())
        .variable("CONFIG_DIR", dynamic.display().to_string())
        .variable("TRAEFIK_API_URL", &traefik.api)
        .variable("AUTH_ENABLED", "false");
    let manager = Manager::start(options).await;
    fs::write(dynamic.join("manager.yml"), example(&manager.url, &guard.url)).unwrap();
    traefik.wait_for_router("http", "traefik-manager-api@file").await;

    // Whoever the guard does not know sees no page, and past it nothing of the API.
    let stranger = through(&traefik, false);
    for page in
        ["/", "/files", "/keys", "/settings", "/setup", "/api/../files", "/api/%2e%2e/files", "//files"]
    {
        let answer = stranger.get(page).await;
        assert!(!answer.status.is_success(), "{page}: {}", answer.status);
        assert!(stranger.cookie("session").is_none(), "{page}");
    }
    for path in ["/api/routes", "/api/settings", "/api/backups", "/api/history", "/api/auth/apikey/status"] {
        let answer = stranger.get(path).await;
        assert_eq!(answer.status.as_u16(), 401, "{path}: {}", answer.text());
        assert_eq!(answer.json()["ok"], json!(false), "{path}: it is the manager that refuses");
    }
    let made = stranger.post_json("/api/auth/apikey/generate", &json!({ "device_name": "thief" })).await;
    assert_eq!(made.status.as_u16(), 401, "{}", made.text());
    let page = traefik.visitor(HOST).with_header("accept", "text/html").get("/api/routes").await;
    assert_eq!(page.status.as_u16(), 401, "no header makes a page of it");

    // Whom the guard knows works on the pages, with their tokens.
    let owner = through(&traefik, true);
    let page = eventually("a page behind the guard", async || {
        Some(owner.get("/keys").await).filter(|answer| answer.status.is_success())
    })
    .await;
    assert!(owner.cookie("session").is_some(), "{}", page.text());
    assert_eq!(owner.get("/api/routes").await.status.as_u16(), 200);
    let refused = owner.post_form("/keys", &[("device_name", "phone")]).await;
    assert_eq!(refused.status.as_u16(), 403, "no change without the token of a page");
    let csrf = token(&page.text());
    let made = owner.post_form("/keys", &[("csrf_token", &csrf), ("device_name", "phone")]).await;
    let text = made.text();
    let (_, key) = text.split_once("<output id=\"key\">").unwrap_or_else(|| panic!("{text}"));
    let key = key.split_once('<').unwrap().0.to_owned();

    // A key passes beside the guard, reads and writes.
    let phone = traefik.visitor(HOST).with_api_key(&key);
    assert_eq!(phone.get("/api/routes").await.status.as_u16(), 200);
    let change = json!({ "domains": ["example.com", "lab.example.com"] });
    let answer = phone.post_json("/api/settings", &change).await;
    assert_eq!(answer.json()["success"], json!(true), "{}", answer.text());
    assert_eq!(phone.get("/").await.status.as_u16(), 401, "pages are the guard's");
    // What the app sends outside of `/api` passes too, with a key and with nothing else.
    let route = [
        ("serviceName", "by-phone"),
        ("protocol", "http"),
        ("httpRule", "Host(`phone.test`)"),
        ("entryPoints", "web"),
        ("targetIp", "127.0.0.1"),
        ("targetPort", "9"),
        ("certResolver", "__disabled__"),
        ("configFile", "app.yml"),
    ];
    for client in [through(&traefik, false), traefik.visitor(HOST).with_api_key("nonsense")] {
        for path in ["/save", "/delete/by-phone", "/save-middleware", "/delete-middleware/x"] {
            let answer = client.post_form(path, &route).await;
            assert_eq!(answer.status.as_u16(), 401, "{path}: {}", answer.text());
        }
        let page = client.get("/save").await;
        assert!(!page.status.is_success() && client.cookie("session").is_none(), "{}", page.status);
    }
    assert!(!dynamic.join("app.yml").exists());
    let saved = phone.post_form("/save", &route).await;
    assert_eq!(saved.json()["ok"], json!(true), "{}", saved.text());
    assert!(fs::read_to_string(dynamic.join("app.yml")).unwrap().contains("by-phone"));
    let gone = phone.post_form("/delete/app.yml::by-phone", &[]).await;
    assert_eq!(gone.json()["ok"], json!(true), "{}", gone.text());
    let wrong = traefik.visitor(HOST).with_api_key("nonsense");
    assert_eq!(wrong.get("/api/routes").await.status.as_u16(), 401);

    // A session that was copied opens the API as long as the guard is trusted, and not a moment longer.
    let session = owner.cookie("session").unwrap();
    let manager = manager.restart_with("AUTH_ENABLED", "true").await;
    let thief = Client::new(&manager.url).with_cookies();
    thief.set_cookie("session", &session);
    let answer = thief.send(Method::GET, "/api/routes", &[], bytes::Bytes::new()).await;
    assert_eq!(answer.status.as_u16(), 401);
}
