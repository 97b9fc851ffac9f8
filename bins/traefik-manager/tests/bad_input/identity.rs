//! What can be sent to the ways in: cookies, forms, settings that break at the wrong moment.

use std::{fs, time::Duration};

use bytes::Bytes;
use hyper::Method;
use serde_json::{Value, json};

use crate::{
    house::{House, PASSWORD},
    support::{edge::token, http::Client},
};

const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");
const JSON: (&str, &str) = ("content-type", "application/json");

#[tokio::test(flavor = "multi_thread")]
async fn no_cookie_of_any_shape_opens_a_door() {
    let (house, other) = (House::open().await, House::open().await);
    let (owner, csrf) = house.owner().await;
    let (stranger, _) = other.owner().await;
    let (mine, foreign) = (owner.cookie("session").unwrap(), stranger.cookie("session").unwrap());
    let login = {
        let visitor = house.manager.visitor();
        visitor.get("/login").await;
        visitor.cookie("login").unwrap()
    };
    let mut cookies: Vec<String> = [
        String::new(),
        "session".to_owned(),
        "session=".to_owned(),
        format!("session={foreign}"),
        format!("session={login}"),
        format!("session={mine}; session={mine}"),
        format!("session={mine}; session=x"),
        format!("session=\"{mine}\""),
        format!("__Host-session={mine}"),
        format!("Session={mine}"),
        format!("session={mine}%00"),
        format!("session= {mine}x"),
        "session=\u{e9}\u{e9}".to_owned(),
        format!("session={}", "A".repeat(4_000)),
        "other=x; ".repeat(200),
    ]
    .into();
    cookies.extend((1..mine.len()).step_by(11).map(|end| format!("session={}", &mine[..end])));
    for cookie in cookies {
        let client = house.manager.client().with_header("cookie", &cookie);
        let shown: String = cookie.chars().take(80).collect();
        assert_eq!(client.get("/api/routes").await.status.as_u16(), 401, "{shown}");
        assert!(client.get("/").await.location().starts_with("/login"), "{shown}");
        let form = [("csrf_token", csrf.as_str()), ("device_name", "thief")];
        let answer = client.post_form("/keys", &form).await;
        assert!(answer.location() == "/login" || answer.status.as_u16() == 403, "{shown}: {}", answer.status);
    }
    // Too long for the server to read at all; it says so, or hangs up.
    let long = house.manager.client().with_header("cookie", &format!("session={}", "A".repeat(100 * 1024)));
    if let Ok(answer) = long.try_send(Method::GET, "/api/routes", &[], Bytes::new()).await {
        assert!(answer.status.is_client_error(), "{}", answer.status);
    }
    assert_eq!(owner.get("/api/routes").await.status.as_u16(), 200, "the right one still does");
}

/// Whether an answer lets somebody in, is a mistake of ours, or sets a session.
fn is_wrong(answer: &crate::support::http::Answer) -> bool {
    let sets_session = answer
        .headers
        .get_all("set-cookie")
        .iter()
        .any(|cookie| cookie.to_str().is_ok_and(|cookie| cookie.starts_with("session=")));
    sets_session
        || answer.status.is_server_error()
        || answer.status.is_success() && !answer.text().contains("<form")
}

#[tokio::test(flavor = "multi_thread")]
async fn no_form_of_any_shape_signs_anybody_in() {
    let house = House::open().await;
    let mut number = 0;
    for (what, kind, body) in bodies() {
        number += 1;
        // Each from another address, so that nobody has to wait.
        let from = format!("203.0.113.{number}");
        let visitor = house.manager.visitor().with_header("x-forwarded-for", &from);
        let csrf = token(&visitor.get("/login").await.text());
        let body = replace(&body, &csrf);
        for path in ["/login", "/login/otp"] {
            let sent = visitor.try_send(Method::POST, path, &[kind], body.clone()).await;
            // A body that is too large may be refused before all of it is sent.
            let Ok(answer) = sent else { continue };
            assert!(!is_wrong(&answer), "{what} to {path}: {} {}", answer.status, answer.text());
        }
        assert_eq!(visitor.get("/api/routes").await.status.as_u16(), 401, "{what}");
    }
}

/// Bodies for the ways in; `@` stands for the form's token.
fn bodies() -> Vec<(&'static str, (&'static str, &'static str), Vec<u8>)> {
    let large = [b"csrf_token=@&password=".to_vec(), vec![b'a'; 1 << 20]].concat();
    vec![
        ("nothing", FORM, b"".to_vec()),
        ("no token", FORM, b"password=x".to_vec()),
        ("no password", FORM, b"csrf_token=@".to_vec()),
        ("an empty one", FORM, b"csrf_token=@&password=&code=".to_vec()),
        ("two passwords", FORM, b"csrf_token=@&password=x&password=y&code=1&code=2".to_vec()),
        ("two tokens", FORM, b"csrf_token=x&csrf_token=@&password=x&code=1".to_vec()),
        ("no UTF-8", FORM, b"csrf_token=@&password=%ff%fe&code=%c3%28&next=%80".to_vec()),
        ("a zero byte", FORM, b"csrf_token=@&password=a%00b&code=12%003456".to_vec()),
        ("odd flags", FORM, b"csrf_token=@&password=x&remember=perhaps&code=1".to_vec()),
        ("wide digits", FORM, "csrf_token=@&password=x&code=１２３ ４５６".as_bytes().to_vec()),
        ("one megabyte", FORM, large),
        ("raw bytes", FORM, vec![0xff; 300]),
        ("a number", JSON, br#"{"csrf_token":"@","password":12345678,"code":123456}"#.to_vec()),
        ("a list", JSON, br#"{"csrf_token":"@","password":["x"],"code":["1"]}"#.to_vec()),
        ("an object", JSON, br#"{"csrf_token":"@","password":{"a":"b"},"code":{}}"#.to_vec()),
        ("null", JSON, br#"{"csrf_token":"@","password":null,"code":null}"#.to_vec()),
        ("true", JSON, br#"{"csrf_token":"@","password":true,"remember":"x","code":true}"#.to_vec()),
        ("a bare list", JSON, b"[]".to_vec()),
        ("no JSON", JSON, br#"{"csrf_token":"@""#.to_vec()),
        ("another kind", ("content-type", "text/plain"), b"csrf_token=@&password=x".to_vec()),
        ("no boundary", ("content-type", "multipart/form-data"), b"csrf_token=@".to_vec()),
    ]
}

fn replace(body: &[u8], csrf: &str) -> Bytes {
    let pieces: Vec<&[u8]> = body.split(|byte| *byte == b'@').collect();
    pieces.join(csrf.as_bytes()).into()
}

#[tokio::test(flavor = "multi_thread")]
async fn settings_that_break_in_the_middle_of_a_sign_in_let_nobody_in() {
    let house = House::open().await;
    let settings = house.path("data/config/manager.yml");
    let sound = fs::read_to_string(&settings).unwrap();
    let visitor = house.manager.visitor();
    let csrf = token(&visitor.get("/login").await.text());
    for broken in ["password_hash: [\n", "", "\0", "- auth_enabled: false\n", "auth_enabled: perhaps\n"] {
        fs::write(&settings, broken).unwrap();
        let answer = visitor.post_form("/login", &[("csrf_token", &csrf), ("password", PASSWORD)]).await;
        assert!(matches!(answer.status.as_u16(), 429 | 503), "{broken:?}: {}", answer.status);
        assert!(answer.text().contains("<form"), "a page, with words: {}", answer.text());
        assert!(!answer.text().contains("manager.yml"), "no stranger reads names of files");
        assert!(visitor.cookie("session").is_none(), "{broken:?}");
        assert_eq!(fs::read_to_string(&settings).unwrap(), broken, "it is never written over");
    }
    fs::write(&settings, sound).unwrap();
    let again = house.manager.visitor().with_header("x-forwarded-for", "203.0.113.77");
    let csrf = token(&again.get("/login").await.text());
    let answer = again.post_form("/login", &[("csrf_token", &csrf), ("password", PASSWORD)]).await;
    assert_eq!(answer.status.as_u16(), 303, "mended, it works again: {}", answer.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_in_waits_for_nobody_who_comes_in() {
    let house = House::open().await;
    let (owner, _) = house.owner().await;
    let is_in = async |client: &Client| {
        let answer = tokio::time::timeout(Duration::from_secs(10), client.get("/api/routes")).await;
        answer.unwrap().status.as_u16()
    };
    for lock in ["attempts", "audit", "sessions", "settings"] {
        // As another process holds it, and for as long as it likes.
        let held = fs::File::create(house.path(&format!("data/config/state/{lock}.lock"))).unwrap();
        held.lock().unwrap();
        let stuck = if lock == "settings" {
            let client = house.manager.client().with_api_key(&house.secret);
            let change = json!({ "domains": ["other.example.com"] });
            tokio::spawn(async move { client.post_json("/api/settings", &change).await })
        } else {
            let visitor = house.manager.visitor();
            let csrf = token(&visitor.get("/login").await.text());
            tokio::spawn(async move {
                visitor.post_form("/login", &[("csrf_token", &csrf), ("password", PASSWORD)]).await
            })
        };
        tokio::time::sleep(Duration::from_millis(700)).await;
        // What was touched wants to be read again.
        let settings = house.path("data/config/manager.yml");
        fs::write(&settings, fs::read_to_string(&settings).unwrap() + "\n").unwrap();
        tokio::time::sleep(Duration::from_millis(200)).await;
        for _ in 0..20 {
            assert_eq!((is_in(&owner).await, is_in(&house.key).await), (200, 200), "{lock}");
        }
        assert!(!stuck.is_finished(), "{lock} is not held by what should wait for it");
        drop(held);
        let answer = stuck.await.unwrap();
        assert!(
            !answer.status.is_client_error() && !answer.status.is_server_error(),
            "{lock}: {}",
            answer.text()
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn settings_of_the_wrong_shape_change_nothing() {
    let house = House::open().await;
    let (owner, csrf) = house.owner().await;
    let before = fs::read_to_string(house.path("data/config/manager.yml")).unwrap();
    let post = async |path: &str, body: Value| {
        let headers = [JSON, ("x-csrf-token", csrf.as_str())];
        owner.send(Method::POST, path, &headers, body.to_string().into()).await
    };
    for (path, body) in [
        ("/api/settings", json!({ "domains": 5 })),
        ("/api/settings", json!({ "domains": [["a"]] })),
        ("/api/settings", json!({ "traefik_api_url": ["http://a"] })),
        ("/api/settings", json!({ "traefik_api_password": 5 })),
        ("/api/settings", json!({ "cert_resolver": { "a": 1 } })),
        ("/api/settings", json!([])),
        ("/api/auth/toggle", json!({})),
        ("/api/auth/toggle", json!({ "auth_enabled": "perhaps" })),
        ("/api/auth/toggle", json!({ "auth_enabled": false, "current_password": 5 })),
        ("/api/auth/toggle", json!({ "auth_enabled": false, "current_password": ["x"] })),
        ("/api/settings/self-route", json!({ "domain": 5 })),
        ("/api/settings/self-route", json!({ "domain": "a b" })),
        ("/api/settings/self-route", json!({})),
    ] {
        let answer = post(path, body.clone()).await;
        assert!(answer.status.is_client_error(), "{path} {body}: {}", answer.status);
        assert_eq!(answer.json()["ok"], json!(false), "{path} {body}");
    }
    // What is only told, or not known, is not looked at.
    let odd = json!({ "otp_secret": "x", "password_hash": "x", "api_keys": [], "setup_complete": true, "domains": null });
    assert_eq!(post("/api/settings", odd).await.status.as_u16(), 200);
    assert_eq!(fs::read_to_string(house.path("data/config/manager.yml")).unwrap(), before);
    let keyed: &Client = &house.key;
    let answer = keyed.post_json("/api/auth/toggle", &json!({ "auth_enabled": false })).await;
    assert_eq!(answer.status.as_u16(), 403, "never by a key");
}
