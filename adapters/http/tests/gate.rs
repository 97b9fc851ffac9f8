//! Who may come in, asked at every door.

#![expect(clippy::unwrap_used, clippy::panic, reason = "tests")]
#![expect(dead_code, reason = "each test file uses a part of the support")]

mod support;

use bytes::Bytes;
use http_body_util::Full;
use hyper::{Method, Request, StatusCode};
use support::{House, Plan};
use traefik_manager_core::auth::{AccessPolicy, TrustedProxies};
use traefik_manager_http::{Door, Endpoint, Needs, endpoints};

const FILE: &str = include_str!("../examples/media.yml");

fn address(endpoint: &Endpoint) -> String {
    endpoint.path.replace("{*id}", "some%2Ffile.yml%3A%3An%C3%A4me")
}

fn changes(endpoint: &Endpoint) -> bool {
    endpoint.method != Method::GET
}

#[tokio::test(flavor = "multi_thread")]
async fn strangers_get_in_nowhere_but_where_everybody_may() {
    let house = House::with_files(&[("media.yml", FILE)]);
    let stranger = house.stranger();
    for endpoint in endpoints() {
        let path = address(&endpoint);
        let what = format!("{} {path}", endpoint.method);
        let answer = stranger.send(endpoint.method.clone(), &path, &[("accept", "text/html")], "").await;
        let fetched =
            stranger.send(endpoint.method.clone(), &path, &[("x-requested-with", "fetch")], "").await;
        match endpoint.door {
            Door::SignIn if changes(&endpoint) => assert_eq!(answer.status, StatusCode::FORBIDDEN, "{what}"),
            Door::Public | Door::SignIn => assert_ne!(answer.status, StatusCode::UNAUTHORIZED, "{what}"),
            Door::Account | Door::Inside => {
                assert_eq!(fetched.status, StatusCode::UNAUTHORIZED, "{what}");
                assert!(fetched.location().is_empty(), "{what}");
                if path.starts_with("/api/") {
                    assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{what}");
                    assert!(answer.location().is_empty(), "{what}");
                } else {
                    assert!(answer.location().starts_with("/login"), "{what}");
                }
            }
        }
    }
    assert_eq!(house.files.text("media.yml").unwrap(), FILE);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_alone_changes_nothing_and_with_its_token_may() {
    let house = House::with_files(&[("media.yml", FILE)]);
    for endpoint in endpoints().iter().filter(|endpoint| changes(endpoint) && endpoint.door != Door::SignIn) {
        let (path, owner) = (address(endpoint), house.owner().await);
        for headers in [vec![], vec![("x-csrf-token", "wrong")], vec![("x-csrf-token", "w\u{f6}ng")]] {
            let answer = owner.send(endpoint.method.clone(), &path, &headers, "").await;
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{path} {headers:?}");
        }
        let other = house.owner().await;
        let answer = owner.send(endpoint.method.clone(), &path, &[("x-csrf-token", &other.token)], "").await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{path} with the token of another session");
        assert_eq!(house.files.text("media.yml").unwrap(), FILE);
        let answer = owner.send(endpoint.method.clone(), &path, &[("x-csrf-token", &owner.token)], "").await;
        assert!(
            !matches!(answer.status, StatusCode::FORBIDDEN | StatusCode::UNAUTHORIZED),
            "{path}: {}",
            answer.status
        );
        house.clock.advance(120);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_key_is_refused_whatever_comes_with_it() {
    let house = House::with_files(&[("media.yml", FILE)]);
    let owner = house.owner().await;
    for endpoint in endpoints().iter().filter(|endpoint| endpoint.door != Door::Public) {
        let headers = [("x-api-key", "not-a-key"), ("x-csrf-token", owner.token.as_str())];
        let answer = owner.send(endpoint.method.clone(), &address(endpoint), &headers, "").await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{} {}", endpoint.method, endpoint.path);
        assert!(answer.location().is_empty() && answer.headers.get("set-cookie").is_none());
        house.clock.advance(60);
    }
    let mut last = StatusCode::OK;
    for _ in 0..40 {
        let answer = owner.send(Method::GET, "/api/routes", &[("x-api-key", "not-a-key")], "").await;
        last = answer.status;
        if last == StatusCode::TOO_MANY_REQUESTS {
            assert!(answer.headers.contains_key("retry-after"));
        }
    }
    assert_eq!(last, StatusCode::TOO_MANY_REQUESTS);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_right_key_needs_no_token_and_no_cookie() {
    let house = House::with_files(&[("media.yml", FILE)]);
    for fetch in [true, false] {
        let device = house.device(fetch).await;
        let for_keys =
            |endpoint: &&Endpoint| endpoint.door == Door::Inside && endpoint.needs != Needs::Person;
        for endpoint in endpoints().iter().filter(for_keys) {
            let path = address(endpoint);
            let answer = device.send(endpoint.method.clone(), &path, &[], "").await;
            let what = format!("{} {path} fetch={fetch}: {}", endpoint.method, answer.status);
            assert!(!matches!(answer.status, StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN), "{what}");
            if fetch && changes(endpoint) && answer.status != StatusCode::TOO_MANY_REQUESTS {
                assert_eq!(answer.status, StatusCode::OK, "{what}");
            }
        }
        house.clock.advance(3_600);
        let answer = device.send(Method::POST, "/api/auth/apikey/revoke", &[], r#"{"name":"phone"}"#).await;
        assert_eq!(answer.json()["ok"], true);
        let answer = device.send(Method::GET, "/api/routes", &[], "").await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "the key has revoked itself");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_of_other_sites_change_nothing() {
    let house = House::with_files(&[("media.yml", FILE)]);
    let owner = house.owner().await;
    for (name, value, expected) in [
        ("sec-fetch-site", "same-origin", StatusCode::OK),
        ("sec-fetch-site", "none", StatusCode::OK),
        ("sec-fetch-site", "same-site", StatusCode::FORBIDDEN),
        ("sec-fetch-site", "cross-site", StatusCode::FORBIDDEN),
        ("origin", "http://tm.example.com", StatusCode::OK),
        ("origin", "https://TM.example.com:443", StatusCode::OK),
        ("origin", "https://tm.example.com:8443", StatusCode::FORBIDDEN),
        ("origin", "https://evil.example", StatusCode::FORBIDDEN),
        ("origin", "null", StatusCode::FORBIDDEN),
    ] {
        let headers = [(name, value), ("x-csrf-token", owner.token.as_str())];
        let answer = owner.send(Method::POST, "/api/backup/create", &headers, "{}").await;
        assert_eq!(answer.status, expected, "{name}: {value}");
    }
    let headers = [
        ("origin", "https://public.example"),
        ("x-forwarded-host", "public.example"),
        ("x-csrf-token", &owner.token),
    ];
    let answer = owner.send(Method::POST, "/api/backup/create", &headers, "{}").await;
    assert_eq!(answer.status, StatusCode::OK, "the peer is a trusted proxy");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_token_counts_wherever_it_is() {
    let house = House::with_files(&[("media.yml", FILE)]);
    let owner = house.owner().await;
    let token = &owner.token;
    let boundary = "multipart/form-data; boundary=XX";
    for (kind, body) in [
        ("application/x-www-form-urlencoded", format!("csrf_token={token}")),
        ("application/json", format!(r#"{{"csrf_token":"{token}"}}"#)),
        ("text/plain", format!(r#"{{"csrf_token":"{token}"}}"#)),
        (
            boundary,
            format!(
                "--XX\r\nContent-Disposition: form-data; name=\"csrf_token\"\r\n\r\n{token}\r\n--XX--\r\n"
            ),
        ),
    ] {
        let answer = owner.send(Method::POST, "/api/backup/create", &[("content-type", kind)], &body).await;
        assert_eq!(answer.status, StatusCode::OK, "{kind}: {}", answer.text());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn malformed_requests_go_no_further() {
    let house = House::with_files(&[]);
    let stranger = house.stranger();
    let request = |headers: &[(&str, &str)]| {
        let mut request = Request::builder().uri("/api/health");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        request.body(Full::new(Bytes::new())).unwrap()
    };
    for headers in [
        vec![],
        vec![("host", "")],
        vec![("host", "a"), ("host", "b")],
        vec![("host", "a"), ("content-length", "0"), ("transfer-encoding", "chunked")],
    ] {
        assert_eq!(stranger.raw(request(&headers)).await.status, StatusCode::BAD_REQUEST, "{headers:?}");
    }
    assert_eq!(stranger.raw(request(&[("host", "a")])).await.status, StatusCode::OK);
}

#[tokio::test(flavor = "multi_thread")]
async fn large_and_odd_bodies_are_refused() {
    let house = House::with_files(&[("media.yml", FILE)]);
    let device = house.device(false).await;
    let large = "x".repeat(1024 * 1024 + 1);
    let answer = device.send(Method::POST, "/api/backup/create", &[], &large).await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
    let answer = device.send(Method::POST, "/save", &[("content-length", "99999999")], "x=1").await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
    let many = "a=1&".repeat(3_000);
    let form = [("content-type", "application/x-www-form-urlencoded")];
    assert_eq!(device.send(Method::POST, "/save", &form, &many).await.status, StatusCode::BAD_REQUEST);
    let for_keys = |endpoint: &&Endpoint| endpoint.door == Door::Inside && endpoint.needs != Needs::Person;
    for endpoint in endpoints().iter().filter(for_keys).filter(|endpoint| changes(endpoint)) {
        for body in ["[1,2]", "\"text\"", "7", "{\"a\":", "{]", "\u{fffd}"] {
            let json = [("content-type", "application/json")];
            let answer = device.send(endpoint.method.clone(), &address(endpoint), &json, body).await;
            assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{} {body}", endpoint.path);
        }
    }
    for (path, body, field) in [
        ("/api/routes/jellyfin/toggle", r#"{"enable":"perhaps"}"#, "enable"),
        ("/api/routes/jellyfin/toggle", r#"{"enable":{}}"#, "enable"),
        ("/api/routes/jellyfin/raw", r#"{"content":["a"],"content":{}}"#, "content"),
        ("/api/auth/apikey/generate", r#"{"device_name":true}"#, "device_name"),
        ("/api/auth/apikey/revoke", "{}", "preview"),
    ] {
        let answer = device.send(Method::POST, path, &[], body).await;
        assert_eq!(
            (answer.status, &answer.json()["field"]),
            (StatusCode::BAD_REQUEST, &field.into()),
            "{path} {body}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn unknown_addresses_and_methods_say_so() {
    let house = House::with_files(&[]);
    let stranger = house.stranger();
    for path in ["/nothing", "/api/nothing", "/api/routes/", "/api/routes/x/other", "/api/routes/%ff/raw"] {
        let answer = stranger.send(Method::GET, path, &[], "").await;
        let expected = if path.contains("%ff") { StatusCode::BAD_REQUEST } else { StatusCode::NOT_FOUND };
        assert_eq!(answer.status, expected, "{path}");
    }
    let device = house.device(true).await;
    for path in ["/api/crowdsec/decisions", "/api/crowdsec/alerts"] {
        let answer = device.send(Method::GET, path, &[], "").await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}: the app asks for what there may not be");
    }
    let answer = stranger.send(Method::DELETE, "/api/routes/x/raw", &[], "").await;
    assert_eq!(
        (answer.status, &answer.headers["allow"]),
        (StatusCode::METHOD_NOT_ALLOWED, &"GET, POST, HEAD".parse().unwrap())
    );
    let answer = stranger.send(Method::GET, "/save", &[], "").await;
    assert_eq!(
        (answer.status, &answer.headers["allow"]),
        (StatusCode::METHOD_NOT_ALLOWED, &"POST".parse().unwrap())
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn every_get_answers_head_with_the_same_head() {
    let house = House::with_files(&[("media.yml", FILE)]);
    let owner = house.owner().await;
    for endpoint in endpoints().iter().filter(|endpoint| endpoint.method == Method::GET) {
        let path = address(endpoint);
        let get = owner.send(Method::GET, &path, &[], "").await;
        let head = owner.send(Method::HEAD, &path, &[], "").await;
        assert_eq!(get.status, head.status, "{path}");
        if path.ends_with("/events") {
            // What is told while it happens has no length.
            assert!(!head.headers.contains_key("content-length") && head.bytes.is_empty(), "{path}");
            continue;
        }
        let length = head.headers["content-length"].to_str().unwrap().parse::<usize>().unwrap();
        assert_eq!(length, get.bytes.len(), "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn only_trusted_proxies_say_whose_request_it_is() {
    let house = House::build(Plan::default());
    let policy = traefik_manager_http::HttpPolicy {
        secure_cookies: false,
        trusted_proxies: TrustedProxies::parse("").unwrap(),
        version: String::new(),
        static_config: false,
    };
    let app = traefik_manager_http::App::new(house.manager.clone(), policy);
    let ask = async |number: usize| {
        let request = Request::builder()
            .uri("/api/routes")
            .header("host", "a")
            .header("x-api-key", "guess")
            .header("x-forwarded-for", format!("203.0.113.{number}"))
            .body(Full::new(Bytes::new()))
            .unwrap();
        app.answer("192.0.2.1".parse().unwrap(), request).await.status()
    };
    let mut last = StatusCode::OK;
    for number in 0..30 {
        last = ask(number).await;
    }
    assert_eq!(last, StatusCode::TOO_MANY_REQUESTS, "an untrusted peer cannot pretend to be many");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_open_house_still_asks_changes_for_their_token() {
    let access = AccessPolicy { auth_enabled: Some(false), ..AccessPolicy::default() };
    let house = House::build(Plan { files: &[("media.yml", FILE)], access, ..Plan::default() });
    for endpoint in endpoints().iter().filter(|endpoint| changes(endpoint) && endpoint.door == Door::Inside) {
        let mut visitor = house.stranger();
        let answer = visitor.send(endpoint.method.clone(), &address(endpoint), &[], "").await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{}", endpoint.path);
        visitor.get("/").await;
        let answer = visitor.send(endpoint.method.clone(), &address(endpoint), &[], "").await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{}", endpoint.path);
        house.clock.advance(60);
    }
    assert_eq!(house.files.text("media.yml").unwrap(), FILE);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stranger_fills_no_memory() {
    let house = House::with_files(&[]);
    let form = house.stranger().get("/login").await.field("csrf_token");
    let body = |padding: usize| format!("csrf_token={form}&password=x&padding={}", "x".repeat(padding));
    let kind = [("content-type", "application/x-www-form-urlencoded")];
    let send =
        async |padding| house.stranger().send(Method::POST, "/login", &kind, &body(padding)).await.status;
    assert_eq!(send(1_000).await, StatusCode::FORBIDDEN, "small enough, but without the cookie");
    assert_eq!(send(20_000).await, StatusCode::PAYLOAD_TOO_LARGE);
}

/// Proxies add the address behind what the client sent, in the same header.
#[tokio::test(flavor = "multi_thread")]
async fn no_forwarded_nonsense_hides_the_clients_address() {
    let house = House::with_files(&[]);
    let guess = async |forwarded: &str| {
        let request = Request::builder()
            .uri("/api/routes")
            .header("host", "tm.example.com")
            .header("x-api-key", "wrong")
            .header("x-forwarded-for", forwarded);
        house.stranger().raw(request.body(Full::new(Bytes::new())).unwrap()).await.status
    };
    while guess("n\u{f6}nsense, 198.51.100.7").await != StatusCode::TOO_MANY_REQUESTS {}
    assert_eq!(guess("198.51.100.7").await, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(guess("198.51.100.8").await, StatusCode::UNAUTHORIZED);
}

/// A key that was issued with these scopes.
async fn key_with<'h>(house: &'h House, scopes: &[&str]) -> support::Visitor<'h> {
    let owner = house.owner().await;
    let name = format!("device {scopes:?}");
    let mut fields = vec![("csrf_token", owner.token.as_str()), ("device_name", name.as_str())];
    fields.extend(scopes.iter().map(|scope| ("scopes", *scope)));
    let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
    let kind = [("content-type", "application/x-www-form-urlencoded")];
    let answer = owner.send(Method::POST, "/api/auth/apikey/generate", &kind, &body).await;
    let mut device = house.stranger();
    device.headers.insert("x-api-key", answer.json()["key"].as_str().unwrap().parse().unwrap());
    device
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_gets_in_where_its_scopes_say_and_nowhere_else() {
    let all = ["read", "config", "static", "restart", "backup"];
    for scope in all {
        let house = House::with_files(&[("media.yml", FILE)]);
        let device = key_with(&house, &[scope]).await;
        let guarded = |endpoint: &&Endpoint| !matches!(endpoint.door, Door::Public | Door::SignIn);
        for endpoint in endpoints().iter().filter(guarded) {
            let may = match endpoint.needs {
                Needs::Any => true,
                Needs::Read => scope == "read",
                Needs::Config => scope == "config",
                Needs::Static => scope == "static",
                Needs::Restart => scope == "restart",
                Needs::Backup => scope == "backup",
                Needs::App | Needs::Person => false,
            };
            let path = address(endpoint);
            let answer = device.send(endpoint.method.clone(), &path, &[], "").await;
            let what = format!("{} {path} with {scope}: {}", endpoint.method, answer.status);
            assert_eq!(answer.status == StatusCode::FORBIDDEN, !may, "{what}");
            assert_ne!(answer.status, StatusCode::UNAUTHORIZED, "{what}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_sees_others_only_where_it_may_revoke_them() {
    let house = House::with_files(&[]);
    let guest = key_with(&house, &["read", "config"]).await;
    let phone = key_with(&house, &["app"]).await;
    for (device, sees) in [(&guest, 1), (&phone, 2)] {
        let status = device.send(Method::GET, "/api/auth/apikey/status", &[], "").await.json();
        assert_eq!((&status["enabled"], &status["count"]), (&true.into(), &sees.into()), "{status}");
        assert_eq!(status["keys"].as_array().unwrap().len(), sees);
    }
    let status = guest.send(Method::GET, "/api/auth/apikey/status", &[], "").await.json();
    assert!(status["keys"][0]["name"].as_str().unwrap().contains("config"), "its own: {status}");
}

#[tokio::test(flavor = "multi_thread")]
async fn no_key_does_what_needs_a_person() {
    let house = House::with_files(&[]);
    let device = key_with(&house, &["app"]).await;
    for endpoint in endpoints().iter().filter(|endpoint| endpoint.needs == Needs::Person) {
        let answer = device.send(endpoint.method.clone(), &address(endpoint), &[], "").await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{} {}", endpoint.method, endpoint.path);
    }
}

/// Whoever adds an endpoint that changes something must not leave its scope to chance.
#[test]
fn what_changes_something_needs_more_than_to_look() {
    for endpoint in endpoints() {
        let what = format!("{} {}", endpoint.method, endpoint.path);
        if changes(&endpoint) && !matches!(endpoint.door, Door::Public | Door::SignIn) {
            assert!(!matches!(endpoint.needs, Needs::Any | Needs::Read), "{what}");
        }
        if endpoint.door == Door::Account {
            assert_eq!(endpoint.needs, Needs::Person, "{what}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_says_what_it_may_when_it_ends_and_when_it_was_used() {
    let house = House::with_files(&[]);
    let owner = house.owner().await;
    let token = [("x-csrf-token", owner.token.as_str())];
    for (body, field) in [
        (r#"{"device_name":"x","scopes":["root"]}"#, "scopes"),
        (r#"{"device_name":"x","scopes":[]}"#, "scopes"),
        (r#"{"device_name":"x","scopes":{"app":true}}"#, "scopes"),
        (r#"{"device_name":"x","expires_days":0}"#, "expires_days"),
        (r#"{"device_name":"x","expires_days":"-1"}"#, "expires_days"),
        (r#"{"device_name":"x","expires_days":1e99}"#, "expires_days"),
        (r#"{"device_name":["x"]}"#, "device_name"),
    ] {
        let answer = owner.send(Method::POST, "/api/auth/apikey/generate", &token, body).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{body}: {}", answer.text());
        assert_eq!(answer.json()["field"], field, "{body}");
    }
    let body = r#"{"device_name":"guest","scopes":["read"],"expires_days":30}"#;
    let answer = owner.send(Method::POST, "/api/auth/apikey/generate", &token, body).await;
    let key = answer.json()["key"].as_str().unwrap().to_owned();
    let stranger = house.stranger();
    let header = [("x-api-key", key.as_str())];
    assert_eq!(stranger.send(Method::GET, "/api/routes", &header, "").await.status, StatusCode::OK);
    let status = stranger.send(Method::GET, "/api/auth/apikey/status", &header, "").await.json();
    let guest = &status["keys"][0];
    assert_eq!(guest["scopes"], serde_json::json!(["read"]));
    assert_eq!(guest["expires_at"], "2026-12-21 09:00");
    assert_eq!(guest["last_used_at"], "2026-11-21 09:00:00");
    assert_eq!(guest["last_used_from"], "127.0.0.1");
    house.clock.advance(30 * 24 * 3_600);
    let answer = stranger.send(Method::GET, "/api/routes", &header, "").await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    assert!(answer.text().contains("expired"), "{}", answer.text());
}
