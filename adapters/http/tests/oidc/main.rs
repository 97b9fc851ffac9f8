//! Single sign-on, through every page and endpoint, with a provider in memory.

#![expect(clippy::unwrap_used, clippy::panic, reason = "tests")]
#![expect(dead_code, reason = "each test file uses a part of the support")]

mod settings;
#[path = "../support/mod.rs"]
mod support;

use hyper::{Method, StatusCode};
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
