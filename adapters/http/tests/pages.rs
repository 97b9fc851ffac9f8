//! The pages: on the way in, and the lists.

#![expect(clippy::unwrap_used, clippy::panic, reason = "tests")]
#![expect(dead_code, reason = "each test file uses a part of the support")]

mod support;

use std::fmt::Write as _;

use hyper::{Method, StatusCode};
use support::{House, PASSWORD, Plan};
use traefik_manager_core::{
    auth::AccessPolicy,
    clock::Clock as _,
    crypto::SecretCipher as _,
    secret::Secret,
    settings::Settings,
    test_support::{FakeCipher, FakeOneTimePasswords},
};

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
        "/logout",
        "/nowhere",
        "/login",
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
    let focused =
        form.text().split_once("autofocus").map(|(before, _)| before.matches("type=\"password\"").count());
    assert_eq!(focused, Some(1), "typing begins in the first field: {}", form.text());
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
    // A new installation: nobody has signed in with its temporary password, and nobody need.
    let settings = Settings { must_change_password: true, ..Plan::default().settings };
    let house = House::build(Plan { files: &[("media.yml", FILE)], access, settings, ..Plan::default() });
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
    assert_eq!(answer.headers["strict-transport-security"], "max-age=31536000; includeSubDomains");
    let plain = House::with_files(&[]);
    assert!(plain.stranger().get("/login").await.headers.get("strict-transport-security").is_none());
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

#[tokio::test(flavor = "multi_thread")]
async fn the_editors_show_what_somebody_else_wrote_and_then_let_it_be_replaced() {
    let house = House::with_files(&[("media.yml", FILE)]);
    let mut owner = house.owner().await;
    for (address, name, needle) in [
        ("/files/edit?file=media.yml", "revision", "media.yml"),
        ("/routes/raw?id=media.yml%3A%3Aintranet", "version", "intranet"),
    ] {
        house.files.edit_behind_the_back("media.yml", FILE);
        let path = address.split_once('?').unwrap().0;
        let opened = owner.get(address).await;
        assert!(opened.text().contains(needle));
        let text = opened.area();
        house.files.edit_behind_the_back("media.yml", &FILE.replace("192.168.1.5:8080", "192.168.1.6:8080"));
        let mine = text.replace("192.168.1.5:8080", "192.168.1.7:8080").replace('\n', "\r\n");
        let send = async |owner: &mut support::Visitor<'_>, mark: &str| {
            let fields = [
                ("file", "media.yml"),
                ("id", "media.yml::intranet"),
                ("content", mine.as_str()),
                (name, mark),
            ];
            owner.submit(path, &fields).await
        };
        let refused = send(&mut owner, &opened.field(name)).await;
        assert_eq!(refused.status, StatusCode::CONFLICT, "{path}");
        assert!(refused.text().contains("192.168.1.6:8080"), "{path}: theirs");
        assert!(refused.area().contains("192.168.1.7:8080"), "{path}: mine");
        let saved = send(&mut owner, &refused.field(name)).await;
        assert_eq!(saved.status, StatusCode::SEE_OTHER, "{path}: {}", saved.text());
        let expected = FILE.replace("192.168.1.5:8080", "192.168.1.7:8080");
        assert_eq!(house.files.text("media.yml").unwrap(), expected, "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_with_windows_lines_keeps_them() {
    let windows = FILE.replace('\n', "\r\n");
    let house = House::with_files(&[("media.yml", &windows)]);
    let mut owner = house.owner().await;
    let opened = owner.get("/files/edit?file=media.yml").await;
    let mine = windows.replace("192.168.1.5:8080", "192.168.1.7:8080");
    let revision = opened.field("revision");
    let fields = [("file", "media.yml"), ("content", mine.as_str()), ("revision", revision.as_str())];
    assert_eq!(owner.submit("/files/edit", &fields).await.location(), "/files?done=saved");
    assert_eq!(house.files.text("media.yml").unwrap(), mine);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_broken_file_is_shown_with_the_line_and_mended() {
    let house = House::with_files(&[("broken.yml", "http:\n  routers:\n    a: [\n")]);
    let mut owner = house.owner().await;
    let page = owner.get("/files/edit?file=broken.yml").await;
    assert!(page.text().contains("data-line="), "{}", page.text());
    let revision = page.field("revision");
    let still_broken = [("file", "broken.yml"), ("content", "http: {"), ("revision", revision.as_str())];
    let page = owner.submit("/files/edit", &still_broken).await;
    assert_eq!(page.status, StatusCode::BAD_REQUEST);
    assert!(page.text().contains("data-line=\"1\""), "{}", page.text());
    let good = "http:\n  routers:\n    a:\n      rule: Host(`a`)\n      service: api@internal\n";
    let fields = [("file", "broken.yml"), ("content", good), ("revision", revision.as_str())];
    assert_eq!(owner.submit("/files/edit", &fields).await.location(), "/files?done=saved");
    assert_eq!(house.files.text("broken.yml").unwrap(), good);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_second_factor_is_asked_for_and_a_code_works_once() {
    let cipher = FakeCipher::default();
    let settings = Settings {
        otp_enabled: true,
        otp_secret: cipher.seal(&Secret::new("JBSWY3DPEHPK3PXP")).unwrap(),
        ..Plan::default().settings
    };
    let house = House::build(Plan { settings, ..Plan::default() });
    let mut visitor = house.stranger();
    let code = FakeOneTimePasswords::code_at(u64::try_from(house.clock.now().0).unwrap());
    let sign_in = async |visitor: &mut support::Visitor<'_>| {
        let token = visitor.get("/login").await.field("csrf_token");
        let fields = [("csrf_token", token.as_str()), ("password", PASSWORD), ("next", "/keys")];
        assert_eq!(visitor.send_form("/login", &fields).await.location(), "/login/otp");
        assert_eq!(visitor.get("/keys").await.location(), "/login?next=%2Fkeys", "not in yet");
        visitor.get("/login/otp").await.field("csrf_token")
    };
    assert_eq!(visitor.get("/login/otp").await.location(), "/login");
    let token = sign_in(&mut visitor).await;
    let answer = visitor.send_form("/login/otp", &[("csrf_token", &token), ("code", "000000")]).await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    assert!(answer.text().contains("name=\"code\""));
    let answer = visitor.send_form("/login/otp", &[("csrf_token", &token), ("code", &code)]).await;
    assert_eq!(answer.location(), "/keys");
    assert_eq!(visitor.get("/keys").await.status, StatusCode::OK);
    let mut thief = house.stranger();
    let token = sign_in(&mut thief).await;
    let answer = thief.send_form("/login/otp", &[("csrf_token", &token), ("code", &code)]).await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_is_shown_once_and_revoked_by_its_page() {
    let house = House::with_files(&[]);
    let mut owner = house.owner().await;
    let page = owner.submit("/keys", &[("device_name", "phone")]).await;
    let key = page.text().split_once("<output id=\"key\">").unwrap().1.split_once('<').unwrap().0.to_owned();
    assert_eq!(key.len(), 43);
    assert!(!owner.get("/keys").await.text().contains(&key));
    let page = owner.submit("/keys", &[("device_name", "phone")]).await;
    assert_eq!(page.status, StatusCode::CONFLICT);
    assert!(page.text().contains("value=\"phone\""), "what was typed is still there");
    let preview = format!("{}...{}", &key[..8], &key[39..]);
    let question = owner.get(&format!("/keys/revoke?preview={preview}")).await;
    assert_eq!(question.field("preview"), preview);
    assert_eq!(owner.submit("/keys/revoke", &[("preview", &preview)]).await.location(), "/keys?done=revoked");
    let request = [("x-api-key", key.as_str())];
    assert_eq!(
        house.stranger().send(Method::GET, "/api/routes", &request, "").await.status,
        StatusCode::UNAUTHORIZED
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_buttons_of_the_list_switch_without_script() {
    let house = House::with_files(&[("media.yml", FILE)]);
    let mut owner = house.owner().await;
    let answer =
        owner.submit("/routes/toggle", &[("off", "media.yml::photos"), ("back", "/?q=photos")]).await;
    assert_eq!((answer.status, answer.location()), (StatusCode::SEE_OTHER, "/?q=photos&done=off"));
    let page = owner.get("/?q=photos").await;
    assert!(page.text().contains("name=\"on\" value=\"media.yml::photos\""), "{}", page.text());
    let answer =
        owner.submit("/routes/toggle", &[("on", "media.yml::photos"), ("back", "//evil.example")]).await;
    assert_eq!(answer.location(), "/?done=on");
    assert_eq!(house.files.text("media.yml").unwrap(), FILE);
}

#[tokio::test(flavor = "multi_thread")]
async fn each_template_makes_a_middleware() {
    let house = House::with_files(&[("media.yml", FILE)]);
    let mut owner = house.owner().await;
    let page = owner.get("/middlewares/new").await;
    let list = page.text().split("aria-label=\"Beginnings\"").nth(1).unwrap().to_owned();
    let starts: Vec<String> = list
        .split("/middlewares/new?")
        .skip(1)
        .map(|rest| rest.split_once('"').unwrap().0.replace("&amp;", "&"))
        .filter(|start| !start.contains("from=yaml"))
        .collect();
    assert!(starts.len() > 21, "{starts:?}");
    // Those that begin empty say nothing until somebody fills them in.
    let mut made = 0;
    for (number, start) in starts.iter().enumerate() {
        let form = owner.get(&format!("/middlewares/new?{start}")).await;
        let mut fields = form.form_fields("/middlewares/save");
        for (name, value) in &mut fields {
            if name == "name" {
                *value = format!("from-{number}");
            }
        }
        let fields: Vec<(&str, &str)> =
            fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let answer = owner.send_form("/middlewares/save", &fields).await;
        if answer.location() == "/middlewares?done=saved" {
            made += 1;
        } else {
            assert!(number >= 23 && answer.status.is_client_error(), "{start}: {}", answer.text());
        }
    }
    assert!(made > 23, "{made}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_password_is_changed_by_whoever_knows_it_and_other_sessions_end() {
    let house = House::with_files(&[]);
    let (mut owner, mut other) = (house.owner().await, house.owner().await);
    let new = "a much better one";
    let body = |current: &str| {
        format!(r#"{{"current_password":"{current}","new_password":"{new}","confirm_password":"{new}"}}"#)
    };
    let answer = owner.post_json("/api/auth/change-password", &body("wrong")).await;
    assert_eq!((answer.status, &answer.json()["field"]), (StatusCode::FORBIDDEN, &"current_password".into()));
    let fields = [("current_password", PASSWORD), ("new_password", new), ("confirm_password", "other")];
    let page = owner.submit("/password", &fields).await;
    assert_eq!(page.status, StatusCode::BAD_REQUEST);
    let fields = [("current_password", PASSWORD), ("new_password", new), ("confirm_password", new)];
    assert_eq!(owner.submit("/password", &fields).await.location(), "/?done=password");
    assert_eq!(owner.get("/").await.status, StatusCode::OK, "the caller has a new session");
    assert_eq!(other.get("/").await.location(), "/login");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_few_routes_need_is_set_and_taken_back_on_the_page() {
    let house = House::with_files(&[("media.yml", FILE)]);
    let mut owner = house.owner().await;
    let edit = "/routes/edit?id=media.yml%3A%3Ajellyfin";
    let before = owner.get(edit).await.form_fields("/save");
    let with = |changes: &[(&str, &str)]| {
        let mut fields: Vec<(String, String)> = before.clone();
        fields.retain(|(name, _)| !changes.iter().any(|(changed, _)| changed == name));
        fields.extend(changes.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        fields.retain(|(name, _)| name != "version");
        fields
    };
    let set = with(&[
        ("sticky", "true"),
        ("stickyName", "pin"),
        ("stickySecure", "true"),
        ("stickyHttpOnly", "true"),
        ("healthCheck", "true"),
        ("healthPath", "/health"),
        ("healthInterval", "10s"),
        ("priority", "12"),
    ]);
    let pairs: Vec<(&str, &str)> = set.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    let answer = owner.send_form("/save", &pairs).await;
    assert!(answer.location().ends_with("done=saved"), "{}", answer.text());
    let text = house.files.text("media.yml").unwrap();
    for line in
        ["priority: 12", "name: pin", "secure: true", "httpOnly: true", "path: /health", "interval: 10s"]
    {
        assert!(text.contains(line), "{line} in {text}");
    }
    let page = owner.get(edit).await;
    assert!(page.text().contains("<details class=\"panel more\" open>"), "what is set is seen");

    let wrong = with(&[("healthCheck", "true"), ("healthPath", "/"), ("healthInterval", "often")]);
    let pairs: Vec<(&str, &str)> = wrong.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    let answer = owner.send_form("/save", &pairs).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    assert!(answer.text().contains("is not a duration") && answer.text().contains("value=\"often\""));
    let wrong = with(&[("priority", "high")]);
    let pairs: Vec<(&str, &str)> = wrong.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    assert_eq!(owner.send_form("/save", &pairs).await.status, StatusCode::BAD_REQUEST);

    let back = with(&[("priority", "")]);
    let pairs: Vec<(&str, &str)> = back.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    let answer = owner.send_form("/save", &pairs).await;
    assert!(answer.location().ends_with("done=saved"), "{}", answer.text());
    assert_eq!(house.files.text("media.yml").unwrap(), FILE);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forgotten_password_is_reset_with_a_command_that_there_is() {
    let page = House::with_files(&[]).stranger().get("/login").await;
    assert!(page.text().contains(">traefik-manager reset-password<"));
    assert!(page.text().contains(">docker exec traefik-manager traefik-manager reset-password<"));
}
