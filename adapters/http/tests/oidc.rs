//! Single sign-on, through every page and endpoint, with a provider in memory.

#![expect(clippy::unwrap_used, clippy::panic, reason = "tests")]
#![expect(dead_code, reason = "each test file uses a part of the support")]

mod support;

use hyper::{Method, StatusCode};
use serde_json::json;
use support::{Answer, House, PASSWORD, Plan, Visitor};
use traefik_manager_core::{
    audit::{Actor, AuditLog as _, Outcome},
    auth::{
        AccessPolicy,
        oidc::{Account, Email, ProviderError},
    },
    config::store::StorageError,
    settings::{OidcSettings, Settings},
    test_support::FakeIdentityProvider,
};

const PROXY: [(&str, &str); 4] = [
    ("accept", "text/html"),
    ("x-forwarded-for", "198.51.100.7"),
    ("x-forwarded-proto", "https"),
    ("x-forwarded-host", "tm.example.com"),
];

fn oidc() -> OidcSettings {
    OidcSettings {
        enabled: true,
        provider_url: FakeIdentityProvider::ISSUER.to_owned(),
        client_id: "tm".to_owned(),
        // What the fake cipher makes of `hush`.
        client_secret: "sealed:key:68757368".to_owned(),
        display_name: "Example <Login>".to_owned(),
        allowed_emails: "ann@example.com".to_owned(),
        ..OidcSettings::default()
    }
}

fn house_with(oidc: OidcSettings) -> House {
    let plan = Plan::default();
    House::build(Plan { settings: Settings { oidc, ..plan.settings.clone() }, ..plan })
}

/// Somebody whose browser has been sent to the provider: where to.
async fn begin(visitor: &mut Visitor<'_>, next: &str) -> Answer {
    let path = format!("/auth/oidc/login?next={next}");
    let answer = visitor.send(Method::GET, &path, &PROXY, "").await;
    visitor.keep_cookies(&answer);
    answer
}

fn parameter<'a>(address: &'a str, name: &str) -> &'a str {
    address.split(['?', '&']).find_map(|pair| pair.strip_prefix(name)?.strip_prefix('=')).unwrap()
}

/// The way back from the provider.
fn way_back(house: &House, address: &str) -> String {
    let answer = house.provider.approve(address);
    let issuer = answer.issuer.unwrap().replace(':', "%3A").replace('/', "%2F");
    format!(
        "/auth/oidc/callback?code={}&state={}&iss={issuer}",
        answer.code.expose(),
        parameter(address, "state")
    )
}

async fn sign_in<'h>(house: &'h House, next: &str) -> (Visitor<'h>, Answer) {
    let mut visitor = house.stranger();
    let to = begin(&mut visitor, next).await;
    assert_eq!(to.status, StatusCode::SEE_OTHER, "{}", to.text());
    let back = visitor.get(&way_back(house, to.location())).await;
    (visitor, back)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_button_leads_to_the_provider_and_back_to_the_page() {
    let house = house_with(oidc());
    let mut visitor = house.stranger();
    let page = visitor.get("/login?next=/backups").await;
    assert!(page.text().contains("Sign in with Example &lt;Login&gt;"), "{}", page.text());
    assert!(page.text().contains("/auth/oidc/login?next=%2Fbackups"));
    let to = begin(&mut visitor, "/backups").await;
    let address = to.location();
    assert!(address.starts_with("https://login.example.com/authorize?"), "{address}");
    assert_eq!(parameter(address, "redirect_uri"), "https://tm.example.com/auth/oidc/callback");
    for name in ["state", "nonce", "challenge"] {
        assert!(parameter(address, name).len() >= 43, "{name} of {address}");
    }
    let back = visitor.get(&way_back(&house, address)).await;
    assert_eq!((back.status, back.location()), (StatusCode::SEE_OTHER, "/backups"));
    let page = visitor.get("/").await;
    assert_eq!(page.status, StatusCode::OK);
    let entry = house.audit.newest(None, 1).unwrap().entries.remove(0).entry;
    assert_eq!(entry.actor, Actor::Oidc("subject-of-ann".to_owned()));
    assert_eq!((entry.action.as_str(), &entry.outcome), ("sign in", &Outcome::Done));
    assert!(entry.object.unwrap().name.starts_with("at the identity provider as ann@example.com"));
    let history = visitor.get("/history").await;
    assert!(history.text().contains("ann@example.com"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_way_back_is_good_once_in_one_browser_for_ten_minutes() {
    let house = house_with(oidc());
    let mut visitor = house.stranger();
    let to = begin(&mut visitor, "/").await;
    let back = way_back(&house, to.location());
    assert_eq!(visitor.get(&back).await.status, StatusCode::SEE_OTHER);
    let replay = visitor.get(&back).await;
    assert_eq!(replay.status, StatusCode::BAD_REQUEST);
    assert!(replay.text().contains("no longer open here"), "{}", replay.text());

    let to = begin(&mut visitor, "/").await;
    assert_eq!(to.location(), "/", "whoever is in goes on");
    let mut ann = house.stranger();
    let to = begin(&mut ann, "/").await;
    let back = way_back(&house, to.location());
    let mut other = house.stranger();
    other.get("/login").await;
    for thief in [&mut other, &mut house.stranger()] {
        let stolen = thief.get(&back).await;
        assert_eq!(stolen.status, StatusCode::BAD_REQUEST);
        assert!(!stolen.text().contains("code-"), "{}", stolen.text());
        assert!(!thief.cookies.contains_key("session"));
    }
    assert_eq!(ann.get(&back).await.status, StatusCode::BAD_REQUEST, "what was shown around is spent");

    let to = begin(&mut ann, "/").await;
    house.clock.advance(600);
    assert_eq!(ann.get(&way_back(&house, to.location())).await.status, StatusCode::BAD_REQUEST);
    for query in ["", "?state=", "?state=%00%ff", "?code=x&state=x", &format!("?state={}", "x".repeat(9_000))]
    {
        let answer = ann.get(&format!("/auth/oidc/callback{query}")).await;
        assert!(answer.status.is_client_error(), "{query}: {}", answer.status);
    }
    assert_eq!(house.audit.newest(None, 9).unwrap().entries.len(), 1, "what has no state fills no trail");
}

#[tokio::test(flavor = "multi_thread")]
async fn accounts_that_may_not_come_in_read_why() {
    let house = house_with(OidcSettings { allowed_groups: "admins".to_owned(), ..oidc() });
    let email = |address: &str, verified| Some(Email { address: address.to_owned(), verified });
    let admins = vec!["admins".to_owned()];
    for (email, groups, words) in [
        (email("ann@example.com", false), admins.clone(), "not say that the e-mail address"),
        (email("eve@example.com", true), admins.clone(), "not among those"),
        (None, admins, "not among those"),
        (email("ann@example.com", true), vec!["users".to_owned()], "none of the groups"),
    ] {
        house.provider.sign_in_as(Account { subject: "s-7".to_owned(), email, groups });
        let (visitor, back) = sign_in(&house, "/").await;
        assert_eq!(back.status, StatusCode::FORBIDDEN);
        assert!(back.text().contains(words), "{words}: {}", back.text());
        assert!(!back.text().contains("ann@example.com"), "nobody learns who may come in");
        assert!(!visitor.cookies.contains_key("session"));
        let entry = house.audit.newest(None, 1).unwrap().entries.remove(0).entry;
        assert!(matches!(&entry.outcome, Outcome::Refused { why } if why.contains(words)), "{entry:?}");
        assert_eq!(entry.actor, Actor::Stranger, "whoever has not come in is one");
        // What strangers do is told three times a minute, and then counted.
        house.clock.advance(60);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn when_the_provider_is_down_the_page_says_so_and_the_password_works() {
    let house = house_with(oidc());
    house.provider.fail_with(Some(ProviderError::Unreachable("connection refused".to_owned())));
    let mut visitor = house.stranger();
    let answer = begin(&mut visitor, "/backups").await;
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(answer.text().contains("connection refused"), "{}", answer.text());
    assert!(answer.text().contains("password still works") && answer.text().contains("name=\"password\""));
    let token = answer.field("csrf_token");
    let fields = [("csrf_token", token.as_str()), ("password", PASSWORD), ("next", "/backups")];
    let signed_in = visitor.send_form("/login", &fields).await;
    assert_eq!((signed_in.status, signed_in.location()), (StatusCode::SEE_OTHER, "/backups"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_of_the_provider_is_told_and_written_down() {
    let house = house_with(oidc());
    let mut visitor = house.stranger();
    let to = begin(&mut visitor, "/").await;
    let state = parameter(to.location(), "state").to_owned();
    let path = format!("/auth/oidc/callback?error=access_denied%3Cscript%3E%0d%0a&state={state}");
    let answer = visitor.get(&path).await;
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(answer.text().contains("access_denied&lt;script&gt;"), "{}", answer.text());
    let entry = house.audit.newest(None, 1).unwrap().entries.remove(0).entry;
    assert!(matches!(entry.outcome, Outcome::Refused { .. }), "{entry:?}");
    assert_eq!(visitor.get(&path).await.status, StatusCode::BAD_REQUEST, "the state is spent");

    let mut mixed = house.stranger();
    let to = begin(&mut mixed, "/").await;
    let back = way_back(&house, to.location()).replace("login.example", "evil.example");
    let answer = mixed.get(&back).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    assert!(answer.text().contains("another provider"), "{}", answer.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_door_that_cannot_be_trusted_is_closed_with_its_remedy() {
    for (settings, words) in [
        (OidcSettings { client_secret: "sealed:lost:00".to_owned(), ..oidc() }, "does not decrypt"),
        (OidcSettings { allowed_emails: " , ".to_owned(), ..oidc() }, "Say who may come in"),
        (OidcSettings { provider_url: "http://login.example.com".to_owned(), ..oidc() }, "Over http://"),
    ] {
        let house = house_with(settings);
        let mut visitor = house.stranger();
        let answer = begin(&mut visitor, "/").await;
        assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE, "{words}");
        assert!(answer.text().contains(words) && answer.text().contains("name=\"password\""), "{words}");
    }
    let house = house_with(oidc());
    let mut direct = house.stranger();
    let answer = direct.get("/auth/oidc/login").await;
    assert!(
        answer.text().contains("Enter the public address"),
        "no Host header is believed: {}",
        answer.text()
    );
    let half = [("x-forwarded-for", "198.51.100.7"), ("x-forwarded-host", "evil.example")];
    let answer = direct.send(Method::GET, "/auth/oidc/login", &half, "").await;
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
    for (site, leads) in [("cross-site", false), ("same-site", false), ("same-origin", true), ("none", true)]
    {
        let headers = [&PROXY[..], &[("sec-fetch-site", site)]].concat();
        let answer = direct.send(Method::GET, "/auth/oidc/login", &headers, "").await;
        assert_eq!(answer.status == StatusCode::SEE_OTHER, leads, "{site}: a link from elsewhere asks first");
    }
    let house = house_with(OidcSettings { public_url: "https://manager.example.com/".to_owned(), ..oidc() });
    let to = begin(&mut house.stranger(), "/").await;
    assert_eq!(parameter(to.location(), "redirect_uri"), "https://manager.example.com/auth/oidc/callback");
}

#[tokio::test(flavor = "multi_thread")]
async fn where_nobody_may_sign_in_so_there_is_no_button_and_no_way() {
    let house = house_with(OidcSettings { enabled: false, ..oidc() });
    let mut visitor = house.stranger();
    assert!(!visitor.get("/login").await.text().contains("/auth/oidc/login"));
    assert_eq!(begin(&mut visitor, "/").await.status, StatusCode::NOT_FOUND);
    let access = AccessPolicy { auth_enabled: Some(false), ..AccessPolicy::default() };
    let plan = Plan::default();
    let settings = Settings { oidc: oidc(), ..plan.settings.clone() };
    let house = House::build(Plan { settings, access, ..plan });
    assert_eq!(begin(&mut house.stranger(), "/").await.location(), "/");
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_a_minute_and_then_a_page_that_says_when() {
    let house = house_with(oidc());
    let mut visitor = house.stranger();
    for _ in 0..10 {
        assert_eq!(begin(&mut visitor, "/").await.status, StatusCode::SEE_OTHER);
    }
    let answer = begin(&mut visitor, "/").await;
    assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(answer.headers.contains_key("retry-after") && answer.text().contains("name=\"password\""));
    house.clock.advance(60);
    assert_eq!(begin(&mut visitor, "/").await.status, StatusCode::SEE_OTHER);
}

#[tokio::test(flavor = "multi_thread")]
async fn next_leads_to_pages_of_ours_alone() {
    let house = house_with(oidc());
    for next in
        ["%2F%2Fevil.example", "%2F%5Cevil.example", "https:evil.example", "%2F%09%2Fevil", "%2Fnothing"]
    {
        let (_, back) = sign_in(&house, next).await;
        assert_eq!((back.status, back.location()), (StatusCode::SEE_OTHER, "/"), "{next}");
        house.clock.advance(60);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn settings_are_changed_with_the_password_and_by_no_key() {
    let house = house_with(OidcSettings::default());
    let owner = house.owner().await;
    let device = house.device(false).await;
    let body = |password: &str| {
        format!(
            r#"{{"oidc_enabled":true,"oidc_provider_url":"https://login.example.com","oidc_client_id":"tm",
            "oidc_client_secret":"hush","oidc_allowed_emails":"ann@example.com","current_password":"{password}"}}"#
        )
    };
    let kind = [("content-type", "application/json")];
    let by_key = device.send(Method::POST, "/api/auth/oidc", &kind, &body(PASSWORD)).await;
    assert_eq!(by_key.status, StatusCode::FORBIDDEN);
    let tried = device.send(Method::POST, "/api/auth/oidc/test", &kind, "{}").await;
    assert_eq!(tried.status, StatusCode::FORBIDDEN);
    for (password, status) in [("wrong", StatusCode::FORBIDDEN), ("", StatusCode::BAD_REQUEST)] {
        let answer = owner.post_json("/api/auth/oidc", &body(password)).await;
        assert_eq!((answer.status, &answer.json()["field"]), (status, &"current_password".into()));
    }
    assert!(!house.settings.stored().unwrap().oidc.enabled);
    let answer = owner.post_json("/api/auth/oidc", &body(PASSWORD)).await;
    assert_eq!((answer.status, &answer.json()["ok"]), (StatusCode::OK, &true.into()), "{}", answer.text());
    let stored = house.settings.stored().unwrap();
    assert!(stored.oidc.enabled);
    assert!(stored.oidc.client_secret.starts_with("sealed:"), "sealed at rest");
    let entries = house.audit.newest(None, 2).unwrap().entries;
    assert_eq!(entries[0].entry.action, "change identity provider");
    assert_eq!(entries[0].entry.object.as_ref().unwrap().name, "switched on");
    assert!(matches!(entries[1].entry.outcome, Outcome::Refused { .. }), "a wrong password is written down");

    let shown = device.send(Method::GET, "/api/auth/oidc", &[], "").await;
    assert_eq!(shown.json()["oidc_client_secret_set"], true);
    assert_eq!(shown.json()["oidc_groups_claim"], "groups");
    for secret in ["hush", "68757368", "sealed"] {
        assert!(!shown.text().contains(secret));
    }
    let keep =
        format!(r#"{{"oidc_display_name":"Home","oidc_client_secret":"","current_password":"{PASSWORD}"}}"#);
    assert_eq!(owner.post_json("/api/auth/oidc", &keep).await.status, StatusCode::OK);
    let after = house.settings.stored().unwrap();
    assert_eq!(after.oidc, OidcSettings { display_name: "Home".to_owned(), ..stored.oidc.clone() });
}

#[tokio::test(flavor = "multi_thread")]
async fn the_client_secret_follows_to_no_other_provider() {
    let house = house_with(oidc());
    let owner = house.owner().await;
    let save = async |fields: serde_json::Value| {
        let mut body = fields;
        body["current_password"] = json!(PASSWORD);
        let answer = owner.post_json("/api/auth/oidc", &body.to_string()).await;
        house.clock.advance(60);
        (answer.status.as_u16(), answer.json()["field"].clone())
    };
    let secret = || house.settings.stored().unwrap().oidc.client_secret.clone();
    let refused = (400, json!("oidc_client_secret"));
    for url in
        ["https://evil.example", "https://login.example.com:8443/", "https://login.example.com.evil.example"]
    {
        assert_eq!(save(json!({ "oidc_provider_url": url })).await, refused, "{url}");
        assert_eq!(
            save(json!({ "oidc_provider_url": url, "oidc_client_secret": "" })).await,
            refused,
            "{url}"
        );
        assert_eq!(save(json!({ "oidc_provider_url": url, "oidc_enabled": false })).await, refused, "{url}");
    }
    let emptied = save(json!({ "oidc_provider_url": "", "oidc_enabled": false })).await;
    assert_eq!(emptied, (200, json!(null)));
    assert_eq!(save(json!({ "oidc_provider_url": "https://evil.example" })).await, refused, "in two steps");
    let same =
        format!("{}/realms/home", FakeIdentityProvider::ISSUER.to_uppercase().replace("HTTPS", "https"));
    assert_eq!(secret(), oidc().client_secret);
    let house_of_old = house_with(oidc());
    let body = json!({ "oidc_provider_url": same, "current_password": PASSWORD }).to_string();
    let answer = house_of_old.owner().await.post_json("/api/auth/oidc", &body).await;
    assert_eq!(answer.status, StatusCode::OK, "the same server: {}", answer.text());
    let other = json!({ "oidc_provider_url": "https://other.example", "oidc_client_secret": "new" });
    assert_eq!(save(other).await, (200, json!(null)));
    assert_ne!(secret(), oidc().client_secret);
    let without = json!({ "oidc_provider_url": "https://third.example", "oidc_remove_client_secret": true });
    assert_eq!((save(without).await, secret()), ((200, json!(null)), String::new()));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_switched_on_must_be_whole() {
    let house = house_with(OidcSettings::default());
    let owner = house.owner().await;
    let whole = [
        ("oidc_enabled", "true"),
        ("oidc_provider_url", "\"https://login.example.com\""),
        ("oidc_client_id", "\"tm\""),
        ("oidc_any_account", "true"),
    ];
    for (field, value) in [
        ("oidc_provider_url", "\"\""),
        ("oidc_provider_url", "\"http://login.example.com\""),
        ("oidc_provider_url", "\"https://me:pw@login.example.com\""),
        ("oidc_provider_url", "\"javascript:alert(1)\""),
        ("oidc_client_id", "\" \""),
        ("oidc_any_account", "false"),
        ("oidc_public_url", "\"manager.example.com\""),
        ("oidc_public_url", "\"https://manager.example.com/path\""),
        ("oidc_display_name", "\"two\\nlines\""),
        ("oidc_enabled", "\"perhaps\""),
        ("oidc_allowed_emails", "7"),
    ] {
        let kept = whole.iter().filter(|(name, _)| *name != field).copied();
        let fields: Vec<String> =
            kept.chain([(field, value)]).map(|(name, value)| format!("\"{name}\":{value}")).collect();
        let body = format!(r#"{{{},"current_password":"{PASSWORD}"}}"#, fields.join(","));
        let answer = owner.post_json("/api/auth/oidc", &body).await;
        assert_eq!(
            (answer.status, &answer.json()["field"]),
            (StatusCode::BAD_REQUEST, &field.into()),
            "{field}: {}",
            answer.text()
        );
        house.clock.advance(60);
    }
    assert_eq!(house.settings.stored().unwrap().oidc, OidcSettings::default());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_ends_what_came_of_the_provider() {
    let house = house_with(oidc());
    for change in [r#""oidc_enabled":false"#, r#""oidc_enabled":true,"oidc_allowed_groups":"admins""#] {
        house.settings.edit_behind_the_back(|settings| settings.oidc = oidc());
        house.manager.settings().refresh();
        let owner = house.owner().await;
        let (ann, _) = sign_in(&house, "/").await;
        let mut under_way = house.stranger();
        let to = begin(&mut under_way, "/").await;
        let renamed = format!(r#"{{"oidc_display_name":"Other","current_password":"{PASSWORD}"}}"#);
        assert_eq!(owner.post_json("/api/auth/oidc", &renamed).await.status, StatusCode::OK);
        assert_eq!(
            ann.send(Method::GET, "/api/routes", &[], "").await.status,
            StatusCode::OK,
            "a name is only a name"
        );
        let body = format!(r#"{{{change},"current_password":"{PASSWORD}"}}"#);
        assert_eq!(owner.post_json("/api/auth/oidc", &body).await.status, StatusCode::OK);
        assert_eq!(ann.send(Method::GET, "/api/routes", &[], "").await.status, StatusCode::UNAUTHORIZED);
        assert_eq!(owner.send(Method::GET, "/api/routes", &[], "").await.status, StatusCode::OK);
        let late = under_way.get(&way_back(&house, to.location())).await;
        assert_eq!(late.status, StatusCode::BAD_REQUEST, "{}", late.text());
        house.clock.advance(60);
    }
    house.settings.edit_behind_the_back(|settings| settings.oidc = oidc());
    house.manager.settings().refresh();
    let (ann, _) = sign_in(&house, "/").await;
    let mut under_way = house.stranger();
    let to = begin(&mut under_way, "/").await;
    house.settings.edit_behind_the_back(|settings| settings.oidc.enabled = false);
    let answer = ann.send(Method::GET, "/api/routes", &[], "").await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "also where the file was edited by hand");
    let late = under_way.get(&way_back(&house, to.location())).await;
    assert_eq!(late.status, StatusCode::BAD_REQUEST);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_came_by_the_provider_has_not_shown_the_password() {
    let house = house_with(oidc());
    house.settings.edit_behind_the_back(|settings| settings.must_change_password = true);
    house.manager.settings().refresh();
    let (mut ann, back) = sign_in(&house, "/").await;
    assert_eq!(back.location(), "/force-change-password", "a temporary password shuts everybody's door");
    let page = ann.get("/force-change-password").await;
    ann.token = page.field("csrf_token");
    assert!(page.text().contains("name=\"current_password\""), "{}", page.text());
    let fields = [("new_password", "battery staple 9"), ("confirm_password", "battery staple 9")];
    let answer = ann.submit("/password", &fields).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST, "not without the present one");
    let body = format!(r#"{{"oidc_display_name":"x","current_password":"{PASSWORD}"}}"#);
    for path in ["/api/auth/oidc", "/api/auth/oidc/test"] {
        assert_eq!(ann.post_json(path, &body).await.status, StatusCode::FORBIDDEN, "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_saves_tries_and_keeps_what_was_typed() {
    let house = house_with(OidcSettings::default());
    let mut owner = house.owner().await;
    assert!(owner.get("/keys").await.text().contains("href=\"/settings/oidc\""));
    let page = owner.get("/settings/oidc").await;
    assert_eq!(page.status, StatusCode::OK);
    let typed = [
        ("oidc_enabled", "false"),
        ("oidc_enabled", "true"),
        ("oidc_provider_url", FakeIdentityProvider::ISSUER),
        ("oidc_client_id", "tm"),
        ("oidc_client_secret", "hush"),
        ("oidc_public_url", "https://manager.example.com"),
        ("oidc_any_account", "false"),
    ];
    let tried = owner.submit("/settings/oidc/test", &typed).await;
    assert_eq!(tried.status, StatusCode::OK, "{}", tried.text());
    assert!(tried.text().contains("It calls itself <code>https://login.example.com</code>"));
    assert!(tried.text().contains("https://manager.example.com/auth/oidc/callback"));
    assert!(!tried.text().contains("hush"), "a secret is never shown again");
    let other = [("oidc_provider_url", "https://nobody.example.com")];
    let tried = owner.submit("/settings/oidc/test", &other).await;
    assert_eq!(tried.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(tried.text().contains("there is nobody"), "{}", tried.text());
    // What cannot be a provider's address is the client's mistake, and nothing is asked.
    for wrong in ["", "login", "file:///etc/passwd", "http://login.example.com", "https://169.254.169.254/x"]
    {
        let tried = owner.submit("/settings/oidc/test", &[("oidc_provider_url", wrong)]).await;
        assert_eq!(tried.status, StatusCode::BAD_REQUEST, "{wrong}");
        let body = json!({"provider_url": wrong}).to_string();
        let tried = owner.post_json("/api/auth/oidc/test", &body).await;
        assert_eq!(tried.json()["field"], "oidc_provider_url", "{wrong}: {}", tried.text());
        house.clock.advance(60);
    }

    let with_password = [&typed[..], &[("current_password", PASSWORD)]].concat();
    let refused = owner.submit("/settings/oidc", &with_password).await;
    assert_eq!(refused.status, StatusCode::BAD_REQUEST);
    assert!(refused.text().contains("Say who may come in") && refused.text().contains("value=\"tm\""));
    let whole = [&with_password[..], &[("oidc_allowed_emails", "ann@example.com")]].concat();
    let saved = owner.submit("/settings/oidc", &whole).await;
    assert_eq!((saved.status, saved.location()), (StatusCode::SEE_OTHER, "/settings/oidc?done=oidc"));
    let page = owner.get(saved.location()).await;
    assert!(
        page.text().contains("Single sign-on is saved") && page.text().contains("leave empty to keep it")
    );
    let removed = owner
        .submit("/settings/oidc", &[("oidc_remove_client_secret", "true"), ("current_password", PASSWORD)])
        .await;
    assert_eq!(removed.status, StatusCode::SEE_OTHER);
    assert_eq!(house.settings.stored().unwrap().oidc.client_secret, "");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_written_down_does_not_happen() {
    let house = house_with(oidc());
    let owner = house.owner().await;
    let full = || StorageError::NoSpace { name: "audit".to_owned() };
    house.audit.fail_next_append(full());
    let (visitor, back) = sign_in(&house, "/").await;
    assert_eq!(back.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(!visitor.cookies.contains_key("session"));
    house.audit.fail_next_append(full());
    let body = format!(r#"{{"oidc_enabled":false,"current_password":"{PASSWORD}"}}"#);
    let answer = owner.post_json("/api/auth/oidc", &body).await;
    assert_eq!(answer.status, StatusCode::INSUFFICIENT_STORAGE);
    assert_eq!(house.settings.stored().unwrap().oidc, oidc());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_test_endpoint_answers_as_it_always_has() {
    let house = house_with(OidcSettings::default());
    let owner = house.owner().await;
    let good =
        owner.post_json("/api/auth/oidc/test", r#"{"provider_url":"https://login.example.com"}"#).await;
    assert_eq!((good.status, &good.json()["issuer"]), (StatusCode::OK, &"https://login.example.com".into()));
    let bad =
        owner.post_json("/api/auth/oidc/test", r#"{"provider_url":"https://nobody.example.com"}"#).await;
    assert_eq!((bad.status, &bad.json()["ok"]), (StatusCode::OK, &false.into()));
}
