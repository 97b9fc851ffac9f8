//! The pages and endpoints of one's own account: sessions, the second factor, keys.

#![expect(clippy::unwrap_used, clippy::panic, reason = "tests")]
#![expect(dead_code, reason = "each test file uses a part of the support")]

mod support;

use hyper::{Method, StatusCode};
use serde_json::json;
use support::{House, PASSWORD, Visitor};
use traefik_manager_core::{
    audit::{Actor, Outcome},
    clock::Clock as _,
    test_support::FakeOneTimePasswords,
};
use traefik_manager_http::endpoints;

fn code(house: &House) -> String {
    FakeOneTimePasswords::code_at(u64::try_from(house.clock.now().0).unwrap())
}

async fn post(visitor: &Visitor<'_>, path: &str, body: &str) -> support::Answer {
    let headers = [("x-csrf-token", visitor.token.as_str()), ("content-type", "application/json")];
    visitor.send(Method::POST, path, &headers, body).await
}

#[tokio::test(flavor = "multi_thread")]
async fn sessions_are_listed_and_ended() {
    let house = House::with_files(&[]);
    let mut mine = house.owner().await;
    house.clock.advance(1);
    let mut other = house.owner().await;
    let page = mine.get("/sessions").await;
    let page = page.text();
    assert!(page.contains("this one") && page.contains("End all others"), "{page}");
    let list = mine.send(Method::GET, "/api/auth/sessions", &[], "").await.json();
    let sessions = list["sessions"].as_array().unwrap();
    assert_eq!(
        (sessions.len(), &sessions[0]["current"], &sessions[1]["current"]),
        (2, &json!(true), &json!(false))
    );
    assert_eq!(sessions[0]["method"], "password");
    let cookie = other.cookies["session"].clone();
    assert!(!list.to_string().contains(cookie.split('.').nth(1).unwrap()), "no secret id");
    let id = sessions[1]["id"].as_str().unwrap();
    let ended = post(&mine, &format!("/api/auth/sessions/{id}/revoke"), "").await;
    assert_eq!((ended.status, &ended.json()["ok"]), (StatusCode::OK, &json!(true)));
    assert!(other.get("/sessions").await.location().starts_with("/login"), "shut out at once");
    assert_eq!(
        post(&mine, &format!("/api/auth/sessions/{id}/revoke"), "").await.status,
        StatusCode::NOT_FOUND
    );
    house.clock.advance(60);
    let (_one, _two) = (house.owner().await, house.owner().await);
    let ended = post(&mine, "/api/auth/sessions/revoke-others", "").await.json();
    assert_eq!(ended["ended"], 2);
    let answer = mine.submit("/sessions/end-others", &[]).await;
    assert_eq!(answer.location(), "/sessions?done=sessions-ended");
    assert_eq!(mine.get("/sessions").await.status, StatusCode::OK);
}

/// Whoever signs in where somebody is signed in takes that session's place (ASVS 5.0 no. 7.2.4).
#[tokio::test(flavor = "multi_thread")]
async fn signing_in_once_more_ends_the_session_that_was_there() {
    let house = House::with_files(&[]);
    let mut browser = house.stranger();
    let token = browser.get("/login").await.field("csrf_token");
    let login = browser.cookies["login"].clone();
    let form = [("csrf_token", token.as_str()), ("password", PASSWORD)];
    browser.send_form("/login", &form).await;
    let copied = browser.cookies["session"].clone();
    browser.cookies.insert("login".to_owned(), login.clone());
    let wrong = [("csrf_token", token.as_str()), ("password", "wrong")];
    assert_eq!(browser.send_form("/login", &wrong).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(
        browser.send(Method::GET, "/api/routes", &[], "").await.status,
        StatusCode::OK,
        "not by a guess"
    );
    browser.cookies.insert("login".to_owned(), login);
    assert_eq!(browser.send_form("/login", &form).await.status, StatusCode::SEE_OTHER);
    assert_ne!(browser.cookies["session"], copied);
    assert_eq!(browser.send(Method::GET, "/api/routes", &[], "").await.status, StatusCode::OK);
    browser.cookies.insert("session".to_owned(), copied);
    assert_eq!(browser.send(Method::GET, "/api/routes", &[], "").await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_from_a_browser_is_text_and_nothing_else() {
    let house = House::with_files(&[]);
    let mut visitor = house.stranger();
    visitor.headers.insert("user-agent", "<script>alert(1)</script>".parse().unwrap());
    let token = visitor.get("/login").await.field("csrf_token");
    visitor.send_form("/login", &[("csrf_token", &token), ("password", PASSWORD)]).await;
    let page = visitor.get("/sessions").await;
    let page = page.text();
    assert!(page.contains("&lt;script&gt;alert(1)") && !page.contains("<script>alert"), "{page}");
}

/// ASVS 5.0 nos. 6.2.6 and 6.2.7, on every page that there is.
#[tokio::test(flavor = "multi_thread")]
async fn fields_of_passwords_are_masked_and_managers_know_them() {
    let house = House::with_files(&[]);
    let mut owner = house.owner().await;
    house.clock.advance(600);
    let mut pages = vec![house.stranger().get("/login").await];
    for endpoint in endpoints().iter().filter(|endpoint| endpoint.method == Method::GET) {
        if !endpoint.path.contains('{') && !endpoint.path.contains("events") {
            pages.push(owner.get(endpoint.path).await);
        }
    }
    let mut found = 0;
    for page in pages {
        let text = String::from_utf8_lossy(&page.bytes).into_owned();
        for tag in text.split('<').filter(|tag| tag.starts_with("input")) {
            let tag = tag.split('>').next().unwrap();
            let says = |what: &str| tag.contains(what);
            if says("password\"") && says(" name=") && !says("type=\"hidden\"") && !says("type=\"checkbox\"")
            {
                found += 1;
                assert!(says("type=\"password\"") && says(" autocomplete=\""), "{tag}");
                assert!(!says("onpaste") && !says("maxlength"), "{tag}");
            }
        }
    }
    assert!(found >= 8, "{found} fields of passwords");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_second_factor_goes_on_and_off_in_pages() {
    let house = House::with_files(&[]);
    let mut mine = house.owner().await;
    let mut other = house.owner().await;
    assert!(mine.get("/account/otp").await.text().contains("Set it up"));
    let page = mine.submit("/account/otp/setup", &[]).await;
    let text = page.text();
    assert!(text.contains("<svg class=\"qr\"") && text.contains("id=\"secret\""), "{text}");
    assert!(!text.contains("style="), "the policy of the pages allows none");
    assert_eq!(page.headers["cache-control"], "no-store");
    for form in ["setup", "enable", "disable", "recovery"] {
        let opened = mine.get(&format!("/account/otp/{form}")).await;
        assert_eq!((opened.status, opened.location()), (StatusCode::SEE_OTHER, "/account/otp"), "{form}");
    }
    let wrong = mine.submit("/account/otp/enable", &[("code", "000000")]).await;
    assert_eq!(wrong.status, StatusCode::BAD_REQUEST);
    assert!(wrong.text().contains("<svg class=\"qr\""), "the same QR code once more");
    let on = mine.submit("/account/otp/enable", &[("code", &format!(" {} ", code(&house)))]).await;
    assert_eq!(on.status, StatusCode::OK, "{}", on.text());
    let codes = on.text();
    let codes = codes.split_once("id=\"codes\">").unwrap().1.split_once("</pre>").unwrap().0;
    assert_eq!(codes.lines().count(), 10);
    assert!(other.get("/").await.location().starts_with("/login"), "other sessions have ended");
    mine.token = mine.get("/account/otp").await.meta_token();
    assert!(!mine.get("/account/otp").await.text().contains(codes.lines().next().unwrap()), "shown once");

    let mut visitor = house.stranger();
    let token = visitor.get("/login").await.field("csrf_token");
    let answer = visitor.send_form("/login", &[("csrf_token", &token), ("password", PASSWORD)]).await;
    assert_eq!(answer.location(), "/login/otp");
    let recovery = codes.lines().next().unwrap();
    let answer = visitor.send_form("/login/otp", &[("csrf_token", &token), ("code", recovery)]).await;
    assert_eq!((answer.status, answer.location()), (StatusCode::SEE_OTHER, "/"), "{}", answer.text());
    assert!(mine.get("/account/otp").await.text().contains("9 recovery codes left"));

    for (path, fields) in [
        ("/account/otp/disable", vec![]),
        ("/account/otp/disable", vec![("password", "wrong")]),
        ("/account/otp/setup", vec![]),
        ("/account/otp/recovery", vec![("password", "")]),
    ] {
        let answer = mine.submit(path, &fields).await;
        assert!(answer.status.is_client_error(), "{path} {fields:?}: {}", answer.status);
        assert!(answer.text().contains("9 recovery codes left"), "{path}: still on");
    }
    house.clock.advance(60);
    let renewed = mine.submit("/account/otp/recovery", &[("password", PASSWORD)]).await;
    assert_eq!(renewed.status, StatusCode::OK);
    let off = mine.submit("/account/otp/disable", &[("password", PASSWORD)]).await;
    assert_eq!(off.location(), "/account/otp?done=otp-off");
    assert!(visitor.get("/").await.location().starts_with("/login"), "other sessions have ended");
    assert!(mine.get("/account/otp").await.text().contains("Set it up"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_second_factor_asks_who_has_not_just_signed_in_for_the_password() {
    let house = House::with_files(&[]);
    let mut mine = house.owner().await;
    assert!(!mine.get("/account/otp").await.text().contains("type=\"password\""), "just signed in");
    house.clock.advance(600);
    assert!(mine.get("/account/otp").await.text().contains("type=\"password\""));
    for (entered, status) in
        [("", StatusCode::BAD_REQUEST), ("wrong", StatusCode::FORBIDDEN), (PASSWORD, StatusCode::OK)]
    {
        let page = mine.submit("/account/otp/setup", &[("password", entered)]).await;
        assert_eq!(
            (page.status, page.text().contains("<svg class=\"qr\"")),
            (status, status == StatusCode::OK)
        );
        let json = serde_json::to_string(&json!({ "password": entered })).unwrap();
        assert_eq!(post(&mine, "/api/auth/otp/setup", &json).await.status, status, "{entered}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_second_factor_in_json_is_that_of_the_contract() {
    let house = House::with_files(&[]);
    let mut mine = house.owner().await;
    let status = mine.send(Method::GET, "/api/auth/otp/status", &[], "").await.json();
    assert_eq!(status, json!({"ok": true, "success": true, "otp_enabled": false, "recovery_codes": 0}));
    let early = post(&mine, "/api/auth/otp/enable", &json!({"code": code(&house)}).to_string()).await;
    assert_eq!(early.status, StatusCode::CONFLICT, "{}", early.text());
    let setup = post(&mine, "/api/auth/otp/setup", "{}").await.json();
    let secret = setup["secret"].as_str().unwrap();
    assert!(setup["uri"].as_str().unwrap().contains(secret));
    let wrong = post(&mine, "/api/auth/otp/enable", r#"{"code":"12345x"}"#).await;
    assert_eq!((wrong.status, &wrong.json()["field"]), (StatusCode::BAD_REQUEST, &json!("code")));
    let number = post(&mine, "/api/auth/otp/enable", &json!({"code": code(&house)}).to_string()).await;
    assert_eq!(number.json()["success"], true);
    assert_eq!(number.json()["recovery_codes"].as_array().unwrap().len(), 10);
    let cookie = number.headers["set-cookie"].to_str().unwrap();
    let value = cookie.split_once('=').unwrap().1.split_once(';').unwrap().0;
    mine.cookies.insert("session".to_owned(), value.to_owned());
    mine.token = mine.get("/").await.meta_token();
    let off = post(&mine, "/api/auth/otp/disable", "{}").await;
    assert_eq!((off.status, &off.json()["field"]), (StatusCode::BAD_REQUEST, &json!("password")));
    let off = post(&mine, "/api/auth/otp/disable", r#"{"password":"wrong"}"#).await;
    assert_eq!((off.status, &off.json()["field"]), (StatusCode::FORBIDDEN, &json!("password")));
    let off = post(&mine, "/api/auth/otp/disable", &json!({"password": PASSWORD}).to_string()).await;
    assert_eq!(off.json()["ok"], true);
}

/// A clear refusal and nothing else, whatever stands in the fields.
#[tokio::test(flavor = "multi_thread")]
async fn odd_fields_are_refused_and_open_nothing() {
    let house = House::with_files(&[]);
    let mut mine = house.owner().await;
    let long = "x".repeat(1 << 19);
    let long = format!("\"{long}\"");
    let values = ["null", "1", "1e999", "[]", "{}", "true", "\"\\u0000\"", "\"\\ud800\"", &long];
    for (path, field) in [
        ("/api/auth/otp/setup", "password"),
        ("/api/auth/otp/enable", "code"),
        ("/api/auth/otp/disable", "password"),
        ("/api/auth/otp/recovery", "password"),
        ("/sessions/end", "id"),
        ("/api/auth/apikey/generate", "scopes"),
        ("/api/auth/change-password", "current_password"),
        ("/api/auth/change-password", "new_password"),
    ] {
        for value in values {
            house.clock.advance(60);
            let body = format!("{{\"{field}\":{value}}}");
            let answer = post(&mine, path, &body).await;
            let what = format!("{path} {field}={value:.20}: {}", answer.status);
            assert!(!answer.status.is_server_error(), "{what}");
            let may_pass = path == "/api/auth/otp/setup" && answer.status == StatusCode::OK;
            assert!(answer.status.is_client_error() || may_pass, "{what}");
        }
        for body in ["", "[]", "null", "{\"code\":", "\u{fffd}", "{\"a\":1,\"a\":2}"] {
            house.clock.advance(60);
            let answer = post(&mine, path, body).await;
            assert!(!answer.status.is_server_error(), "{path} {body}: {}", answer.status);
        }
    }
    for fields in
        [vec![("password", PASSWORD), ("password", "wrong")], vec![("code", "000000"), ("code", "111111")]]
    {
        house.clock.advance(60);
        let answer = mine.submit("/account/otp/enable", &fields).await;
        assert!(answer.status.is_client_error(), "{fields:?}: {}", answer.status);
    }
    assert!(!house.settings.stored().unwrap().otp_enabled);
    assert_eq!(mine.get("/sessions").await.status, StatusCode::OK, "nobody was shut out");
}

#[tokio::test(flavor = "multi_thread")]
async fn codes_at_the_door_may_have_blanks_and_wide_digits() {
    let house = House::with_files(&[]);
    let mut mine = house.owner().await;
    mine.submit("/account/otp/setup", &[]).await;
    mine.submit("/account/otp/enable", &[("code", &code(&house))]).await;
    for shape in [
        (|code: &str| format!("{} {}", &code[..3], &code[3..])) as fn(&str) -> String,
        |code| code.chars().map(|c| char::from_u32(u32::from(c) + 0xfee0).unwrap()).collect(),
        |code| format!("\t{}-{}\u{3000}", &code[..3], &code[3..]),
    ] {
        house.clock.advance(60);
        let mut visitor = house.stranger();
        let token = visitor.get("/login").await.field("csrf_token");
        visitor.send_form("/login", &[("csrf_token", &token), ("password", PASSWORD)]).await;
        let typed = shape(&code(&house));
        let answer = visitor.send_form("/login/otp", &[("csrf_token", &token), ("code", &typed)]).await;
        assert_eq!(answer.location(), "/", "{typed:?}: {}", answer.text());
    }
}

/// Whoever is in may do a few things a few times only; every way to them is counted, each with its own kind.
#[tokio::test(flavor = "multi_thread")]
async fn every_way_to_what_is_limited_is_counted() {
    let house = House::with_files(&[("media.yml", "http: {}\n")]);
    let owner = house.owner().await;
    let short = json!({ "current_password": PASSWORD, "new_password": "short", "confirm_password": "short" });
    let again = json!({ "auth_enabled": true, "current_password": PASSWORD });
    let provider = json!({ "oidc_display_name": "x", "current_password": PASSWORD });
    let nobody = json!({ "provider_url": "https://login.example.com", "oidc_provider_url": "https://login.example.com" });
    let (none, key) = (json!({}), json!({ "device_name": "" }));
    let backup = json!({ "name": "no.yml.20260101_000000.bak", "sha": "abcdef0" });
    let ways = [
        (10, 60, &short, &["/api/auth/change-password", "/password", "/force-change-password"][..]),
        (10, 60, &none, &["/api/auth/otp/setup", "/account/otp/setup"]),
        (10, 60, &none, &["/api/auth/otp/enable", "/account/otp/enable"]),
        (10, 60, &none, &["/api/auth/otp/disable", "/account/otp/disable"]),
        (10, 60, &none, &["/api/auth/otp/recovery", "/account/otp/recovery"]),
        (10, 60, &again, &["/api/auth/toggle", "/settings/auth"]),
        (10, 60, &provider, &["/api/auth/oidc", "/settings/oidc"]),
        (10, 60, &nobody, &["/api/auth/oidc/test", "/settings/oidc/test"]),
        (5, 3_600, &key, &["/api/auth/apikey/generate", "/keys"]),
        (
            10,
            60,
            &backup,
            &[
                "/api/restore/no.yml.20260101_000000.bak",
                "/backups/restore",
                "/api/backup/git/restore/abcdef0",
                "/backups/git/restore",
            ],
        ),
    ];
    let mut number = 0;
    for (limit, seconds, body, paths) in ways {
        number += 1;
        let address = format!("198.51.100.{number}");
        let mut ask = async |turn: usize| {
            let mut body = body.clone();
            if body.get("device_name").is_some() {
                number += 1;
                body["device_name"] = json!(format!("device {number} {turn}"));
            }
            let headers = [
                ("x-csrf-token", owner.token.as_str()),
                ("content-type", "application/json"),
                ("x-forwarded-for", address.as_str()),
            ];
            let path = paths[turn % paths.len()];
            (path, owner.send(Method::POST, path, &headers, &body.to_string()).await)
        };
        for turn in 0..limit {
            let (path, answer) = ask(turn).await;
            assert_ne!(answer.status, StatusCode::TOO_MANY_REQUESTS, "{path}: no. {turn}");
        }
        for turn in 0..paths.len() {
            let (path, answer) = ask(turn).await;
            assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS, "{path}: {}", answer.text());
            assert_eq!(answer.headers["retry-after"], seconds.to_string().as_str(), "{path}");
        }
    }
}

/// A key that was stolen shows by what it tries (ASVS 5.0 no. 16.3.2); one that asks all day long hides nothing else.
/// What an endpoint turns out to need beside its own scope is refused, and noted, like that.
#[tokio::test]
async fn what_a_key_may_not_do_after_all_is_in_the_trail_as_well() {
    let house = House::with_files(&[]);
    let owner = house.owner().await;
    let body = r#"{"device_name":"wall","scopes":["static"]}"#;
    let key = owner.post_json("/api/auth/apikey/generate", body).await.json()["key"].clone();
    let mut device = house.stranger();
    device.headers.insert("x-api-key", key.as_str().unwrap().parse().unwrap());
    let plugin = r#"{"static_yaml":"","middleware_yaml":"http: {middlewares: {m: {plugin: {p: {a: b}}}}}"}"#;
    let refused = device.post_json("/api/plugins/install", plugin).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN, "{}", refused.text());
    let entries = house.audit.entries();
    let entry = entries.iter().find(|entry| entry.action == "refuse request").unwrap();
    assert_eq!(entry.object.as_ref().unwrap().name, "POST /api/plugins/install");
    assert!(matches!(&entry.outcome, Outcome::Refused { why } if why.contains("lacks the scope `config`")));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_key_may_not_do_is_in_the_trail() {
    let house = House::with_files(&[]);
    let owner = house.owner().await;
    let body = r#"{"device_name":"wall","scopes":["read"]}"#;
    let key = owner.post_json("/api/auth/apikey/generate", body).await.json()["key"].clone();
    let mut device = house.stranger();
    device.headers.insert("x-api-key", key.as_str().unwrap().parse().unwrap());
    for (method, path) in
        [(Method::POST, "/save"), (Method::GET, "/api/settings"), (Method::POST, "/api/auth/toggle")]
    {
        for _ in 0..10 {
            assert_eq!(device.send(method.clone(), path, &[], "").await.status, StatusCode::FORBIDDEN);
        }
    }
    let refused = || -> Vec<_> {
        let entries = house.audit.entries().into_iter();
        entries.filter(|entry| entry.action == "refuse request").collect()
    };
    let entries = refused();
    let [entry] = &entries[..] else { panic!("one an hour: {entries:?}") };
    assert_eq!(entry.actor, Actor::ApiKey("wall".to_owned()));
    assert_eq!(entry.object.as_ref().unwrap().name, "POST /save");
    assert_eq!(entry.address, Some("127.0.0.1".parse().unwrap()));
    assert!(matches!(&entry.outcome, Outcome::Refused { why } if why.contains("lacks the scope `config`")));
    house.clock.advance(3_600);
    device.send(Method::GET, "/api/settings", &[], "").await;
    let names: Vec<String> = refused().into_iter().filter_map(|entry| entry.object).map(|o| o.name).collect();
    assert_eq!(names[1..].len(), 2, "{names:?}");
    assert!(names[1..].contains(&"GET /api/settings".to_owned()), "{names:?}");
    assert!(names[1..].iter().any(|name| name.starts_with("29 more since ")), "{names:?}");
}
