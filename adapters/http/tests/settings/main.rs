//! The settings and what protects them, and in `setup` the set-up.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "tests")]
#![expect(dead_code, reason = "each test file uses a part of the support")]

mod own_route;
mod sections;
mod setup;
#[path = "../support/mod.rs"]
mod support;

use hyper::{Method, StatusCode};
use traefik_manager_core::{
    auth::AccessPolicy,
    clock::Clock as _,
    crypto::SecretCipher as _,
    secret::Secret,
    settings::Settings,
    test_support::{FakeCipher, FakeOneTimePasswords},
    traefik::live::{LiveError, MockTraefikApi, Version},
};

use support::{House, PASSWORD, Plan, Visitor};

fn with(change: impl FnOnce(&mut Settings)) -> Plan<'static> {
    let mut plan = Plan::default();
    change(&mut plan.settings);
    plan
}

fn sealed(text: &str) -> String {
    FakeCipher::default().seal(&Secret::new(text)).unwrap()
}

/// A house whose settings hold every secret that there is.
fn secretive() -> House {
    House::build(with(|settings| {
        settings.traefik_api_url = "http://ann:in-the-url@traefik:8080".to_owned();
        settings.traefik_api_user = "ann".to_owned();
        settings.traefik_api_password = sealed("hunter2");
        settings.otp_secret = sealed("E7YWV5AK5GTTOOXDX5BHXKME7LFFVGAC");
        settings.oidc.client_secret = sealed("oidc-s3cret");
        settings.webhook.url = "https://discord.com/api/webhooks/1/in-the-url".to_owned();
        settings.webhook.username = "bot".to_owned();
        settings.webhook.password = sealed("hook-s3cret");
        settings.crowdsec.lapi_url = "http://ann:in-the-url@crowdsec:8080".to_owned();
        settings.crowdsec.api_key = sealed("bouncer-s3cret");
        settings.crowdsec.machine_password = sealed("machine-s3cret");
        settings.git.enabled = true;
        settings.git.repo = "https://ann:in-the-url@git.example/edge.git".to_owned();
        settings.git.token = sealed("git-s3cret");
        settings.paths.access_log = "/var/log/traefik/access.log".to_owned();
        assert!(settings.visible_tabs.set("logs", true));
    }))
}

/// Somebody who has signed in with a code.
async fn by_code(house: &House) -> Visitor<'_> {
    let mut visitor = house.stranger();
    let token = visitor.get("/login").await.field("csrf_token");
    visitor.send_form("/login", &[("csrf_token", &token), ("password", PASSWORD)]).await;
    let token = visitor.get("/login/otp").await.field("csrf_token");
    visitor.send_form("/login/otp", &[("csrf_token", &token), ("code", &code(house))]).await;
    visitor.token = visitor.get("/").await.meta_token();
    visitor
}

/// The code that is right now.
fn code(house: &House) -> String {
    FakeOneTimePasswords::code_at(u64::try_from(house.clock.now().0).unwrap())
}

#[tokio::test]
async fn the_api_tells_no_secret_and_nothing_that_nobody_has_thought_about() {
    let house = secretive();
    let owner = house.owner().await;
    let answer = owner.send(Method::GET, "/api/settings", &[], "").await;
    for secret in ["s3cret", "hunter2", "in-the-url", "E7YWV5AK", &sealed("hunter2"), "fake$", "sha256:"] {
        assert!(!answer.text().contains(secret), "{secret}");
    }
    let told = answer.json();
    let mut names: Vec<&str> = told.as_object().unwrap().keys().map(String::as_str).collect();
    names.sort_unstable();
    assert_eq!(
        names,
        [
            "access_log_path",
            "acme_json_path",
            "agent_api_rate_limit",
            "agents",
            "api_key_enabled",
            "api_keys",
            "auth_enabled",
            "auth_env_forced",
            "cert_resolver",
            "crowdsec_api_key_set",
            "crowdsec_enabled",
            "crowdsec_lapi_url",
            "crowdsec_machine_id",
            "crowdsec_machine_password_set",
            "disabled_routes",
            "domains",
            "git_backup_auto_push",
            "git_backup_branch",
            "git_backup_commit_message",
            "git_backup_enabled",
            "git_backup_repo",
            "git_backup_token_set",
            "git_backup_username",
            "has_password",
            "inactivity_timeout_minutes",
            "must_change_password",
            "no_auth",
            "oidc_active",
            "oidc_allowed_emails",
            "oidc_allowed_groups",
            "oidc_client_id",
            "oidc_client_secret_set",
            "oidc_display_name",
            "oidc_enabled",
            "oidc_groups_claim",
            "oidc_provider_url",
            "ok",
            "otp_enabled",
            "otp_secret",
            "self_route",
            "setup_complete",
            "static_config_configured",
            "static_config_path",
            "success",
            "traefik_api_password_set",
            "traefik_api_url",
            "traefik_api_user",
            "ui_prefs",
            "visible_tabs",
            "webhook_password_set",
            "webhook_type",
            "webhook_url",
            "webhook_username",
        ]
    );
    assert_eq!(told["traefik_api_url"], "http://ann@traefik:8080");
    assert_eq!((&told["traefik_api_password_set"], &told["has_password"]), (&true.into(), &true.into()));
}

#[tokio::test]
async fn what_was_read_and_sent_back_changes_nothing() {
    let house = secretive();
    let owner = house.owner().await;
    let before = house.settings.stored().unwrap();
    let saves = house.settings.saves();
    let told = owner.send(Method::GET, "/api/settings", &[], "").await;
    let answer = owner.post_json("/api/settings", told.text()).await;
    assert_eq!((answer.status, &answer.json()["success"]), (StatusCode::OK, &true.into()));
    assert_eq!((house.settings.stored().unwrap(), house.settings.saves()), (before, saves));
}

#[tokio::test]
async fn only_what_is_sent_changes_and_the_trail_names_it() {
    let house = secretive();
    let owner = house.owner().await;
    let before = house.settings.stored().unwrap();
    let answer = owner.post_json("/api/settings", r#"{"domains":["a.example", " b.example"]}"#).await;
    assert_eq!(answer.json()["settings"]["domains"][1], "b.example");
    let answer = owner.post_json("/api/settings", r#"{"cert_resolver":"letsencrypt, buypass"}"#).await;
    assert_eq!(answer.json()["settings"]["cert_resolver"], "letsencrypt,buypass");
    let after = house.settings.stored().unwrap();
    let domains = vec!["a.example".to_owned(), "b.example".to_owned()];
    let resolvers = vec!["letsencrypt".to_owned(), "buypass".to_owned()];
    assert_eq!(*after, Settings { domains, cert_resolvers: resolvers, ..Settings::clone(&before) });
    let entry = house.audit.entries().pop().unwrap();
    assert_eq!(
        (entry.action.as_str(), entry.object.unwrap().name.as_str()),
        ("change settings", "cert_resolver")
    );
}

#[tokio::test]
async fn nonsense_is_refused_with_its_field() {
    let house = secretive();
    let owner = house.owner().await;
    let before = house.settings.stored().unwrap();
    for (body, field) in [
        (r#"{"domains":[]}"#, "domains"),
        (r#"{"domains":"a`b"}"#, "domains"),
        (r#"{"domains":[1]}"#, "domains"),
        (r#"{"domains":{"a":"b"}}"#, "domains"),
        (r#"{"traefik_api_url":""}"#, "traefik_api_url"),
        (r#"{"traefik_api_url":"file:///etc/passwd"}"#, "traefik_api_url"),
        (r#"{"traefik_api_url":"http://u:p@traefik"}"#, "traefik_api_url"),
        (r#"{"traefik_api_url":"http://169.254.169.254/latest"}"#, "traefik_api_url"),
        (r#"{"traefik_api_url":"http://traefik\nX: y"}"#, "traefik_api_url"),
        (r#"{"traefik_api_url":true}"#, "traefik_api_url"),
        (r#"{"traefik_api_user":"a:b"}"#, "traefik_api_user"),
        (r#"{"cert_resolver":"a\u0000"}"#, "cert_resolver"),
    ] {
        let answer = owner.post_json("/api/settings", body).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{body}: {}", answer.text());
        assert_eq!(answer.json()["field"], field, "{body}");
    }
    assert_eq!(house.settings.stored().unwrap(), before);
}

#[tokio::test]
async fn the_stored_password_goes_to_no_other_server() {
    let house = secretive();
    let owner = house.owner().await;
    let before = house.settings.stored().unwrap();
    let answer = owner.post_json("/api/settings", r#"{"traefik_api_url":"http://evil.example"}"#).await;
    assert_eq!(
        (answer.status, &answer.json()["field"]),
        (StatusCode::BAD_REQUEST, &"traefik_api_password".into())
    );
    assert_eq!(house.settings.stored().unwrap(), before);
    let body = r#"{"traefik_api_url":"http://other:8080","traefik_api_password":"new one"}"#;
    assert_eq!(owner.post_json("/api/settings", body).await.status, StatusCode::OK);
    assert_eq!(house.settings.stored().unwrap().traefik_api_password, sealed("new one"));
    let body = r#"{"traefik_api_url":"http://third:8080","traefik_api_user":""}"#;
    assert_eq!(owner.post_json("/api/settings", body).await.status, StatusCode::OK);
    assert_eq!(house.settings.stored().unwrap().traefik_api_password, "");
}

#[tokio::test]
async fn a_test_of_the_connection_sends_the_stored_password_to_the_stored_server_alone() {
    let mut api = MockTraefikApi::new();
    api.expect_version().returning(|at| {
        let told = at.credentials.as_ref().map(|(user, password)| format!("{user}:{}", password.expose()));
        // What was sent comes back as the version, so that the test can look at it.
        Ok(Version {
            number: told.unwrap_or_else(|| "nothing".to_owned()),
            codename: String::new(),
            started_at: None,
        })
    });
    api.expect_routers().returning(|_| Ok(Vec::new()));
    api.expect_services().returning(|_| Ok(Vec::new()));
    api.expect_entry_points().returning(|_| Ok(Vec::new()));
    let mut plan = with(|settings| {
        settings.traefik_api_url = "http://traefik:8080".to_owned();
        settings.traefik_api_user = "ann".to_owned();
        settings.traefik_api_password = sealed("stored");
    });
    plan.api = Some(api);
    let house = House::build(plan);
    let owner = house.owner().await;
    for (url, user, password, sent) in [
        ("http://traefik:8080", "ann", "", "ann:stored"),
        ("http://traefik:8080/", "ann", "", "ann:stored"),
        ("http://traefik:8080", "ann", "typed", "ann:typed"),
        ("http://traefik:8080", "bob", "", "nothing"),
        ("http://traefik:8080@evil.example", "ann", "", "nothing"),
        ("http://traefik:8080.evil.example", "ann", "", "nothing"),
        ("http://evil.example", "ann", "", "nothing"),
        ("https://traefik:8080", "ann", "", "nothing"),
        ("http://evil.example", "ann", "typed", "ann:typed"),
    ] {
        let body = serde_json::json!({"url": url, "user": user, "password": password}).to_string();
        let answer = owner.post_json("/api/settings/test-connection", &body).await;
        assert_eq!(answer.json()["version"], sent, "{url} {user} {password}");
    }
}

#[tokio::test]
async fn a_test_of_the_connection_asks_no_odd_address() {
    let mut api = MockTraefikApi::new();
    // Of any other address this would panic.
    api.expect_version().withf(|at| at.url == "http://traefik:8080").returning(|_| {
        Err(LiveError::Unreachable {
            url: "http://traefik:8080".to_owned(),
            reason: "no such host".to_owned(),
        })
    });
    api.expect_routers().returning(|_| Ok(Vec::new()));
    api.expect_services().returning(|_| Ok(Vec::new()));
    let house = House::build(Plan { api: Some(api), ..Plan::default() });
    let owner = house.owner().await;
    for url in [
        "",
        "traefik",
        "file:///etc/passwd",
        "ftp://traefik",
        "gopher://traefik",
        "http://",
        "http://169.254.169.254/latest/meta-data",
        "http://[fe80::1]",
        "http://[::ffff:169.254.169.254]",
        "http://2852039166",
        "http://0xa9.254.169.254",
        "http://169.254.43518",
    ] {
        let body = serde_json::json!({"url": url}).to_string();
        let answer = owner.post_json("/api/settings/test-connection", &body).await;
        // What is no address is refused; one that is not asked is an answer like that of one where nobody is.
        let is_address = url.starts_with("http://") && url != "http://";
        let status = if is_address { StatusCode::OK } else { StatusCode::BAD_REQUEST };
        assert_eq!((answer.status, &answer.json()["ok"]), (status, &false.into()), "{url}");
    }
    let answer = owner.post_json("/api/settings/test-connection", r#"{"url":"http://traefik:8080"}"#).await;
    assert!(answer.json()["error"].as_str().unwrap().contains("no such host"));
}

#[tokio::test]
async fn sign_in_is_switched_off_by_the_password_and_never_by_a_key() {
    let house = House::with_files(&[]);
    let mut owner = house.owner().await;
    let device = house.device(false).await;
    let body = |password: &str| format!(r#"{{"auth_enabled":false,"current_password":"{password}"}}"#);
    assert_eq!(device.post_json("/api/auth/toggle", &body(PASSWORD)).await.status, StatusCode::FORBIDDEN);
    for (wrong, status) in [("", StatusCode::BAD_REQUEST), ("wrong", StatusCode::FORBIDDEN)] {
        let answer = owner.post_json("/api/auth/toggle", &body(wrong)).await;
        assert_eq!((answer.status, &answer.json()["field"]), (status, &"current_password".into()));
    }
    assert!(house.settings.stored().unwrap().auth_enabled);
    assert_eq!(house.stranger().get("/").await.location(), "/login");

    let answer = owner.post_json("/api/auth/toggle", &body(PASSWORD)).await;
    assert_eq!((answer.status, &answer.json()["auth_enabled"]), (StatusCode::OK, &false.into()));
    assert_eq!(house.audit.entries().pop().unwrap().action, "switch off sign-in");
    let mut stranger = house.stranger();
    assert_eq!(stranger.get("/").await.status, StatusCode::OK);
    let page = owner.get("/settings/auth").await;
    assert!(page.text().contains("Switch sign-in on"));
    let fields = [("auth_enabled", "true"), ("current_password", PASSWORD)];
    assert_eq!(owner.submit("/settings/auth", &fields).await.location(), "/settings/auth?done=sign-in-on");
    assert_eq!(stranger.get("/").await.location(), "/login", "what was let in is out again");
}

#[tokio::test]
async fn switching_sign_in_off_needs_the_second_factor_where_there_is_one() {
    let house = House::build(with(|settings| {
        settings.otp_enabled = true;
        settings.otp_secret = sealed("E7YWV5AK5GTTOOXDX5BHXKME7LFFVGAC");
    }));
    let mut owner = by_code(&house).await;
    let fields = [("auth_enabled", "false"), ("current_password", PASSWORD), ("code", "000000")];
    let answer = owner.submit("/settings/auth", &fields).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    let used = code(&house);
    let fields = [("auth_enabled", "false"), ("current_password", PASSWORD), ("code", used.as_str())];
    assert_eq!(
        owner.submit("/settings/auth", &fields).await.status,
        StatusCode::FORBIDDEN,
        "it was used to sign in"
    );
    house.clock.advance(30);
    let unused = code(&house);
    let fields = [("auth_enabled", "false"), ("current_password", PASSWORD), ("code", unused.as_str())];
    assert_eq!(owner.submit("/settings/auth", &fields).await.location(), "/settings/auth?done=sign-in-off");
}

#[tokio::test]
async fn what_the_environment_decides_no_page_switches() {
    let access = AccessPolicy { auth_enabled: Some(true), ..AccessPolicy::default() };
    let house = House::build(Plan { access, ..Plan::default() });
    let mut owner = house.owner().await;
    let fields = [("auth_enabled", "false"), ("current_password", PASSWORD)];
    assert_eq!(owner.submit("/settings/auth", &fields).await.status, StatusCode::CONFLICT);
    assert!(house.settings.stored().unwrap().auth_enabled);
}

#[tokio::test]
async fn the_own_route_is_written_and_taken_away_and_nothing_else_with_it() {
    let file = "http:\n  routers:\n    shop:\n      rule: Host(`shop.example`)\n      service: shop\n  services:\n    shop:\n      loadBalancer:\n        servers:\n          - url: http://10.0.0.1:5000\n";
    let house = House::with_files(&[("dynamic.yml", file)]);
    let owner = house.owner().await;
    let told = owner.send(Method::GET, "/api/settings/self-route", &[], "").await.json();
    assert_eq!(
        (&told["found"], &told["domain"]),
        (&false.into(), &"".into()),
        "a shop on port 5000 is a shop"
    );
    let body = r#"{"domain":"tm.example.com","service_url":"http://traefik-manager:5000","entry_point":"websecure"}"#;
    let answer = owner.post_json("/api/settings/self-route", body).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    let told = owner.send(Method::GET, "/api/settings/self-route", &[], "").await.json();
    assert_eq!(told["domain"], "tm.example.com");
    assert_eq!(
        (&told["router_name"], &told["entry_point"]),
        (&"traefik-manager".into(), &"websecure".into())
    );
    let written = house.files.text("traefik-manager-self.yml").unwrap();
    assert!(
        written.contains("Host(`tm.example.com`)") && written.contains("certResolver: cloudflare"),
        "{written}"
    );

    let answer = owner.post_json("/api/settings/self-route", r#"{"domain":"","router_name":"shop2"}"#).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST, "only what is named is deleted");
    let answer = owner.post_json("/api/settings/self-route", r#"{"domain":""}"#).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    assert_eq!(house.files.text("dynamic.yml").unwrap(), file);
    let told = owner.send(Method::GET, "/api/settings/self-route", &[], "").await.json();
    assert_eq!(told["found"], false);
    for (body, field) in [
        (r#"{"domain":"x`) || Host(`y"}"#, "domain"),
        (r#"{"domain":"a.example","service_url":"ftp://x"}"#, "service_url"),
    ] {
        let answer = owner.post_json("/api/settings/self-route", body).await;
        assert_eq!(
            (answer.status, &answer.json()["field"]),
            (StatusCode::BAD_REQUEST, &field.into()),
            "{body}"
        );
    }
}

#[tokio::test]
async fn the_settings_page_saves_tests_and_shows_no_password() {
    let house = secretive();
    let mut owner = house.owner().await;
    let page = owner.get("/settings").await;
    assert!(!page.text().contains("in-the-url") && !page.text().contains("hunter2"));
    let mut fields = page.form_fields("/settings");
    fields.retain(|(name, _)| name != "csrf_token");
    let sent: Vec<(&str, &str)> =
        fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    assert_eq!(owner.submit("/settings", &sent).await.location(), "/settings?done=unchanged");
    let mut tested = sent.clone();
    tested.push(("test", "true"));
    let answer = owner.submit("/settings", &tested).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert!(answer.text().contains("Nothing is saved yet"), "{}", answer.text());
}

#[tokio::test]
async fn the_history_is_narrowed_to_what_somebody_looks_for() {
    let house = House::with_files(&[]);
    let mut owner = house.owner().await;
    let body = r#"{"domain":"tm.example.com"}"#;
    assert_eq!(owner.post_json("/api/settings/self-route", body).await.status, StatusCode::OK);
    let access = owner.send(Method::GET, "/api/history?show=access", &[], "").await.json();
    let actions = |found: &serde_json::Value| -> Vec<String> {
        found["entries"]
            .as_array()
            .unwrap()
            .iter()
            .map(|e| e["action"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(actions(&access), ["change settings", "sign in"], "the settings keep which route it is");
    let changes = owner.send(Method::GET, "/api/history?show=changes", &[], "").await.json();
    assert!(!actions(&changes).is_empty() && !actions(&changes).contains(&"sign in".to_owned()));
    assert!(owner.get("/history?show=access").await.text().contains("Sign in with password"));
    assert_eq!(owner.get("/history?show=nonsense").await.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn requests_that_no_page_of_ours_has_sent_are_in_the_trail() {
    let house = House::with_files(&[]);
    let owner = house.owner().await;
    for headers in [
        vec![("x-csrf-token", "wrong")],
        vec![("x-csrf-token", owner.token.as_str()), ("sec-fetch-site", "cross-site")],
    ] {
        let answer = owner.send(Method::POST, "/api/backup/create", &headers, "").await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN);
    }
    let actions: Vec<String> = house.audit.entries().into_iter().map(|entry| entry.action).collect();
    assert_eq!(actions, ["sign in", "refuse form", "refuse form"]);
}

#[tokio::test]
async fn it_says_whose_request_it_takes_one_for() {
    let house = House::with_files(&[]);
    let owner = house.owner().await;
    let headers = [("x-forwarded-for", "203.0.113.9, 10.0.0.2"), ("x-forwarded-proto", "https")];
    let told = owner.send(Method::GET, "/api/diagnostics/client-ip", &headers, "").await.json();
    assert_eq!((&told["client_ip"], &told["peer"]), (&"203.0.113.9".into(), &"127.0.0.1".into()));
    assert_eq!((&told["peer_is_trusted"], &told["x_forwarded_proto"]), (&true.into(), &"https".into()));
    let told = owner.send(Method::GET, "/api/diagnostics/client-ip", &[], "").await.json();
    assert_eq!((&told["client_ip"], told.get("x_forwarded_for")), (&"127.0.0.1".into(), None));
}
