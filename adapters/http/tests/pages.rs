//! The pages: on the way in, and the lists.

#![expect(clippy::unwrap_used, clippy::panic, reason = "tests")]
#![expect(dead_code, reason = "each test file uses a part of the support")]

mod support;

use std::fmt::Write as _;

use hyper::{Method, StatusCode};
use support::{House, PASSWORD, Plan};
use traefik_manager_core::{auth::AccessPolicy, settings::Settings};

const FILE: &str = include_str!("../examples/media.yml");

#[tokio::test(flavor = "multi_thread")]
async fn a_stranger_is_led_to_the_sign_in_form_and_back() {
    let house = House::with_files(&[("media.yml", FILE)]);
    let mut visitor = house.stranger();
    let answer = visitor.get("/middlewares?q=a%26b").await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    assert_eq!(answer.location(), "/login?next=%2Fmiddlewares%3Fq%3Da%2526b");
    let form = visitor.get(answer.location()).await;
    assert_eq!(form.field("next"), "/middlewares?q=a%26b");
    let token = form.field("csrf_token");
    let fields = [("csrf_token", token.as_str()), ("password", PASSWORD), ("next", "/middlewares?q=a%26b")];
    let answer = visitor.send_form("/login", &fields).await;
    assert_eq!((answer.status, answer.location()), (StatusCode::SEE_OTHER, "/middlewares?q=a%26b"));
    let page = visitor.get("/middlewares").await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.text().contains("secure-headers"));
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_in_leads_to_no_other_site() {
    let house = House::with_files(&[]);
    for next in [
        "//evil.example",
        "/\\evil.example",
        "https://evil.example",
        "/%0d/../..//evil.example",
        "javascript:x",
    ] {
        let mut visitor = house.stranger();
        let token = visitor.get("/login").await.field("csrf_token");
        let fields = [("csrf_token", token.as_str()), ("password", PASSWORD), ("next", next)];
        let answer = visitor.send_form("/login", &fields).await;
        assert_eq!((answer.status, answer.location()), (StatusCode::SEE_OTHER, "/"), "{next}");
        house.clock.advance(60);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_password_shows_the_form_again_and_at_last_asks_for_patience() {
    let house = House::with_files(&[]);
    let mut visitor = house.stranger();
    let token = visitor.get("/login").await.field("csrf_token");
    let fields = [("csrf_token", token.as_str()), ("password", "wrong")];
    let answer = visitor.send_form("/login", &fields).await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    assert!(answer.text().contains("role=\"alert\"") && answer.text().contains("name=\"password\""));
    let mut last = answer;
    for _ in 0..5 {
        last = visitor.send_form("/login", &fields).await;
    }
    assert_eq!(last.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(last.headers["retry-after"].to_str().unwrap().parse::<u64>().unwrap() > 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sign_in_form_from_elsewhere_signs_nobody_in() {
    let house = House::with_files(&[]);
    let mut visitor = house.stranger();
    let answer = visitor.send_form("/login", &[("password", PASSWORD)]).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    let token = house.stranger().get("/login").await.field("csrf_token");
    let answer = visitor.send_form("/login", &[("csrf_token", &token), ("password", PASSWORD)]).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN, "the token belongs to another browser's cookie");
    assert!(visitor.cookies.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_temporary_password_opens_nothing_but_its_own_change() {
    let settings = Settings { must_change_password: true, ..Plan::default().settings };
    let house = House::build(Plan { settings, ..Plan::default() });
    let mut visitor = house.stranger();
    let token = visitor.get("/login").await.field("csrf_token");
    let answer = visitor.send_form("/login", &[("csrf_token", &token), ("password", PASSWORD)]).await;
    assert_eq!(answer.location(), "/force-change-password");
    for path in ["/", "/middlewares", "/keys", "/backups", "/files"] {
        assert_eq!(visitor.get(path).await.location(), "/force-change-password", "{path}");
    }
    let answer = visitor.send(Method::GET, "/api/routes", &[], "").await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    let form = visitor.get("/force-change-password").await;
    let token = form.field("csrf_token");
    let short = [("csrf_token", token.as_str()), ("new_password", "short"), ("confirm_password", "short")];
    let answer = visitor.send_form("/force-change-password", &short).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    let new = "a much better one";
    let fields = [("csrf_token", token.as_str()), ("new_password", new), ("confirm_password", new)];
    let answer = visitor.send_form("/force-change-password", &fields).await;
    assert_eq!((answer.status, answer.location()), (StatusCode::SEE_OTHER, "/?done=password"));
    assert_eq!(visitor.get("/").await.status, StatusCode::OK);
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_out_ends_the_session_for_whoever_has_copied_the_cookie() {
    let house = House::with_files(&[]);
    let mut owner = house.owner().await;
    let stolen = owner.cookies.clone();
    let answer = owner.submit("/logout", &[]).await;
    assert_eq!((answer.status, answer.location()), (StatusCode::SEE_OTHER, "/login"));
    assert!(!owner.cookies.contains_key("session"));
    let mut thief = house.stranger();
    thief.cookies = stolen;
    assert_eq!(thief.get("/").await.location(), "/login");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_sign_in_a_page_brings_a_session_and_the_api_alone_does_not() {
    let access = AccessPolicy { auth_enabled: Some(false), ..AccessPolicy::default() };
    let house = House::build(Plan { files: &[("media.yml", FILE)], access, ..Plan::default() });
    let mut visitor = house.stranger();
    assert_eq!(visitor.send(Method::GET, "/api/routes", &[], "").await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(visitor.post_json("/api/backup/create", "{}").await.status, StatusCode::UNAUTHORIZED);
    let page = visitor.get("/").await;
    assert_eq!(page.status, StatusCode::OK);
    assert_eq!(visitor.send(Method::GET, "/api/routes", &[], "").await.status, StatusCode::OK);
    assert_eq!(visitor.post_json("/api/backup/create", "{}").await.status, StatusCode::FORBIDDEN);
    visitor.token = page.meta_token();
    assert_eq!(visitor.post_json("/api/backup/create", "{}").await.status, StatusCode::OK);
}

#[tokio::test(flavor = "multi_thread")]
async fn secure_cookies_bind_to_the_host_and_bring_hsts() {
    let house = House::build(Plan { secure_cookies: true, ..Plan::default() });
    let owner = house.owner().await;
    assert_eq!(owner.cookies.keys().collect::<Vec<_>>(), ["__Host-session"]);
    let answer = house.stranger().get("/login").await;
    assert_eq!(answer.headers["strict-transport-security"], "max-age=31536000");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_list_finds_filters_and_pages() {
    let mut many = "http:\n  routers:\n".to_owned();
    for n in 0..120 {
        write!(many, "    app{n}:\n      rule: Host(`app{n}.example.com`)\n      service: s\n").unwrap();
    }
    let house = House::with_files(&[("media.yml", FILE), ("many.yml", &many)]);
    let mut owner = house.owner().await;
    let page = owner.get("/").await;
    assert!(page.text().contains("126 routes") && page.text().contains("Page 1 of 3"));
    let page = owner.get("/?page=3").await;
    assert!(page.text().contains("Page 3 of 3"));
    for (query, shown) in [
        ("q=JELLY", "1 of 126"),
        ("q=192.168.1.30", "1 of 126"),
        ("q=nothing+of+the+kind", "0 of 126"),
        ("protocol=tcp", "1 of 126"),
        ("file=media.yml", "6 of 126"),
        ("status=off", "0 of 126"),
        ("domain=example.com&protocol=http&file=media.yml", "4 of 126"),
    ] {
        let page = owner.get(&format!("/?{query}")).await;
        assert!(page.text().contains(shown), "{query}: {shown} not in {}", page.text());
    }
    assert!(owner.get("/?view=cards").await.text().contains("<article class=\"card"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_written_in_files_stays_text() {
    let evil = "http:\n  routers:\n    '<b>x</b>':\n      rule: 'Host(`x\"><img src=x onerror=alert(1)>`)'\n      service: '<script>'\n";
    let house = House::with_files(&[("media.yml", evil)]);
    let mut owner = house.owner().await;
    for path in
        ["/", "/?view=cards", "/routes/edit?id=media.yml%3A%3A%3Cb%3Ex%3C%2Fb%3E", "/?q=%22%3E%3Cb%3E"]
    {
        let page = owner.get(path).await;
        assert_eq!(page.status, StatusCode::OK, "{path}");
        assert!(!page.text().contains("<b>") && !page.text().contains("<img"), "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn first_use_and_broken_files_say_what_to_do() {
    let house = House::with_files(&[]);
    let mut owner = house.owner().await;
    assert!(owner.get("/").await.text().contains("Add your first route"));
    assert!(owner.get("/middlewares").await.text().contains("Add your first middleware"));
    let house = House::with_files(&[("broken.yml", "http:\n  routers: [\n")]);
    let mut owner = house.owner().await;
    let page = owner.get("/").await;
    assert!(page.text().contains("broken.yml") && page.text().contains("/files/edit?file=broken.yml"));
}
