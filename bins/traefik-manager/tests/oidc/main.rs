//! Single sign-on: the program as it is built, a real identity provider, a hostile one, and a real browser.

#![expect(clippy::unwrap_used, clippy::panic, reason = "tests")]

#[path = "../../../../adapters/oidc/tests/issuer/mod.rs"]
mod issuer;
mod provider;
#[path = "../support/mod.rs"]
mod support;

use std::fs;

use issuer::{Issuer, Lie};
use provider::Provider;
use serde_json::{Value, json};
use support::{
    browser::Browser,
    edge::token,
    http::{Answer, Client},
    manager::{Manager, ManagerOptions},
};
use tempfile::TempDir;

const PASSWORD: &str = "correct horse battery";

/// A manager whose owner has signed in.
struct House {
    folder: TempDir,
    manager: Manager,
    owner: Client,
    csrf: String,
}

impl House {
    async fn open() -> Self {
        let folder = TempDir::new().unwrap();
        let options = ManagerOptions::new(folder.path()).variable("ADMIN_PASSWORD", PASSWORD);
        let manager = Manager::start(options).await;
        let owner = manager.visitor();
        let page = owner.get("/login").await.text();
        let fields = [("csrf_token", token(&page)), ("password", PASSWORD.to_owned())];
        let fields = fields.each_ref().map(|(name, value)| (*name, value.as_str()));
        owner.post_form("/login", &fields).await;
        let page = owner.get("/").await.text();
        let csrf = page.split_once("name=\"csrf-token\" content=\"").unwrap_or_else(|| panic!("{page}")).1;
        let csrf = csrf.split_once('"').unwrap().0.to_owned();
        Self { folder, manager, owner, csrf }
    }

    fn callback(&self) -> String {
        format!("{}/auth/oidc/callback", self.manager.url)
    }

    /// Switches a provider on, with more fields.
    async fn set_up(&self, url: &str, id: &str, secret: &str, more: Value) {
        let mut body = json!({
            "oidc_enabled": true,
            "oidc_provider_url": url,
            "oidc_client_id": id,
            "oidc_client_secret": secret,
            "oidc_display_name": "Example ID",
            "oidc_public_url": self.manager.url,
            "current_password": PASSWORD,
        });
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let answer = self.post("/api/auth/oidc", &body).await;
        assert_eq!(answer.json()["ok"], true, "{}", answer.text());
    }

    async fn post(&self, path: &str, body: &Value) -> Answer {
        let headers = [("x-csrf-token", self.csrf.as_str()), ("content-type", "application/json")];
        self.owner.send(hyper::Method::POST, path, &headers, body.to_string().into()).await
    }

    /// The path of an address of this manager.
    fn path<'a>(&self, address: &'a str) -> &'a str {
        address.strip_prefix(&self.manager.url).unwrap_or_else(|| panic!("{address}"))
    }

    fn trail(&self) -> String {
        let folder = self.folder.path().join("data/config/audit");
        let files = fs::read_dir(folder).unwrap().flatten().map(|entry| entry.path());
        let lines = files.filter(|path| path.extension().is_some_and(|end| end == "jsonl"));
        lines.map(|path| fs::read_to_string(path).unwrap()).collect()
    }
}

fn admins() -> Value {
    json!({"oidc_allowed_groups": "traefik-admins", "oidc_allowed_emails": "ann@example.com, unverified@example.com"})
}

#[tokio::test(flavor = "multi_thread")]
async fn a_real_provider_lets_in_whom_the_filters_name() {
    for auth in ["client_secret_basic", "client_secret_post"] {
        let house = House::open().await;
        let Some(provider) = Provider::start(&house.callback(), auth).await else { return };
        house.set_up(&provider.url, provider::CLIENT_ID, provider::CLIENT_SECRET, admins()).await;
        let tried = house.post("/api/auth/oidc/test", &json!({"provider_url": provider.url})).await;
        assert_eq!(tried.json()["issuer"], provider.url);
        for (account, from, words) in [
            ("stranger", "198.51.100.1", "not among those"),
            ("eve", "198.51.100.2", "not among those"),
            ("unverified", "198.51.100.3", "not say that the e-mail address"),
            ("ann", "198.51.100.4", ""),
        ] {
            // Who is refused too often waits, as with passwords; these are four people.
            let visitor = house.manager.visitor().with_header("x-forwarded-for", from);
            let page = visitor.get("/login?next=/backups").await.text();
            assert!(page.contains("Sign in with Example ID"), "{page}");
            let to = visitor.get("/auth/oidc/login?next=/backups").await;
            assert_eq!(to.status.as_u16(), 303, "{}", to.text());
            let back = provider.sign_in(to.location(), account).await;
            let answer = visitor.get(house.path(&back)).await;
            if words.is_empty() {
                assert_eq!(
                    (answer.status.as_u16(), answer.location()),
                    (303, "/backups"),
                    "{}",
                    answer.text()
                );
                assert_eq!(visitor.get("/api/routes").await.status.as_u16(), 200);
            } else {
                assert_eq!(answer.status.as_u16(), 403, "{account}: {}", answer.text());
                assert!(answer.text().contains(words), "{account}: {}", answer.text());
                assert_eq!(visitor.get("/api/routes").await.status.as_u16(), 401);
            }
            let again = visitor.get(house.path(&back)).await;
            assert_eq!(again.status.as_u16(), 400, "{account}: a way back is good once");
        }
        let trail = house.trail();
        assert!(trail.contains("ann@example.com") && trail.contains("eve@example.com"), "{trail}");
        let settings = fs::read_to_string(house.folder.path().join("data/config/manager.yml")).unwrap();
        assert!(settings.contains("oidc_client_secret: ") && !settings.contains(provider::CLIENT_SECRET));
        let log = house.manager.log();
        for secret in [provider::CLIENT_SECRET, "code=", "eyJ"] {
            assert!(!log.contains(secret) && !trail.contains(secret), "{secret} is told");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_provider_that_is_gone_leaves_the_password() {
    let house = House::open().await;
    let Some(provider) = Provider::start(&house.callback(), "client_secret_basic").await else { return };
    house.set_up(&provider.url, provider::CLIENT_ID, provider::CLIENT_SECRET, admins()).await;
    provider.stop();
    let visitor = house.manager.visitor();
    let page = visitor.get("/auth/oidc/login").await;
    assert_eq!(page.status.as_u16(), 503);
    assert!(page.text().contains("The password still works"), "{}", page.text());
    let fields = [("csrf_token", token(&page.text())), ("password", PASSWORD.to_owned())];
    let fields = fields.each_ref().map(|(name, value)| (*name, value.as_str()));
    assert_eq!(visitor.post_form("/login", &fields).await.status.as_u16(), 303);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_of_the_provider_outlives_a_restart_and_not_the_provider() {
    let house = House::open().await;
    let issuer = Issuer::start().await;
    house
        .set_up(&issuer.url, issuer::CLIENT_ID, issuer::CLIENT_SECRET, json!({"oidc_any_account": true}))
        .await;
    let visitor = house.manager.visitor();
    let to = visitor.get("/auth/oidc/login").await;
    let back = issuer.way_back(to.location());
    assert_eq!(visitor.get(house.path(&back)).await.status.as_u16(), 303);
    let session = visitor.cookie("session").unwrap();
    let (folder, manager) = (house.folder, house.manager.restart().await);
    let visitor = manager.visitor();
    visitor.set_cookie("session", &session);
    assert_eq!(visitor.get("/api/routes").await.status.as_u16(), 200);
    let settings = folder.path().join("data/config/manager.yml");
    let text = fs::read_to_string(&settings).unwrap();
    fs::write(&settings, text.replace("oidc_enabled: true", "oidc_enabled: false")).unwrap();
    support::eventually("the session to end", async || {
        (visitor.get("/api/routes").await.status.as_u16() == 401).then_some(())
    })
    .await;
}

/// Every lie is told by the adapter's tests; here is what a visitor, the log and the trail get to see.
#[tokio::test(flavor = "multi_thread")]
async fn a_hostile_issuer_gets_nobody_in_and_nothing_out() {
    let house = House::open().await;
    let issuer = Issuer::start().await;
    house
        .set_up(&issuer.url, issuer::CLIENT_ID, issuer::CLIENT_SECRET, json!({"oidc_any_account": true}))
        .await;
    for (number, (lie, words)) in [
        (Lie::WrongSignature, "signature"),
        (Lie::AlgorithmNone, "not signed"),
        (Lie::HmacWithPublicKey, "not accepted"),
        (Lie::Nonce, "another sign-in"),
        (Lie::UserinfoSubject, "different accounts"),
        (Lie::TokenHuge, "larger than 1 MiB"),
        (Lie::TokenError, "check client ID and secret"),
        (Lie::GarbageIdToken, "cannot be read"),
    ]
    .into_iter()
    .enumerate()
    {
        issuer.lie(Lie::Nothing);
        // Each from an address of its own: lies count as failures, and a fourth one would have to wait.
        let from = format!("198.51.100.{number}");
        let visitor = house.manager.visitor().with_header("x-forwarded-for", &from);
        let to = visitor.get("/auth/oidc/login").await;
        let back = issuer.way_back(to.location());
        issuer.lie(lie);
        let answer = visitor.get(house.path(&back)).await;
        assert!(matches!(answer.status.as_u16(), 403 | 503), "{lie:?}: {}", answer.status);
        assert!(answer.text().contains(words), "{lie:?}: {}", answer.text());
        assert!(visitor.cookie("session").is_none(), "{lie:?}");
        let everything = [answer.text(), house.manager.log(), house.trail()].concat();
        for secret in ["code-", "eyJ", "access-token", issuer::CLIENT_SECRET, "hunter2"] {
            assert!(!everything.contains(secret), "{lie:?} tells {secret}");
        }
    }
    assert!(house.trail().contains("signature"), "each is written down");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_browser_goes_all_the_way() {
    let Some(browser) = Browser::start().await else { return };
    let house = House::open().await;
    let Some(provider) = Provider::start(&house.callback(), "client_secret_basic").await else { return };
    let goto = async |path: &str| browser.goto(&format!("{}{path}", house.manager.url)).await;

    goto("/login").await;
    browser.find("#password").await.type_text(PASSWORD).await;
    browser.find("button.primary").await.click().await;
    browser.find("a[href='/settings']").await.click().await;
    browser.find("main a[href='/settings/auth']").await.click().await;
    browser.find("main a[href='/settings/oidc']").await.click().await;
    for (field, text) in [
        ("oidc_display_name", "Example ID"),
        ("oidc_provider_url", &provider.url),
        ("oidc_client_id", provider::CLIENT_ID),
        ("oidc_client_secret", provider::CLIENT_SECRET),
        ("oidc_allowed_emails", "ann@example.com"),
    ] {
        browser.find(&format!("#{field}")).await.fill(text).await;
    }
    browser.find("#oidc_public_url").await.fill(&house.manager.url).await;
    look(&browser, "oidc-settings").await;
    browser.find("button[formaction]").await.click().await;
    browser.find(".note.good code").await;
    assert!(browser.source().await.contains("It calls itself"));
    // A secret is not shown again, so it is typed again.
    browser.find("#oidc_client_secret").await.fill(provider::CLIENT_SECRET).await;
    // The driver scrolls no further than to where the bar covers it.
    browser.script("scrollTo(0, 0)", &[]).await;
    browser.find("#oidc_enabled").await.click().await;
    browser.find("#current_password").await.type_text(PASSWORD).await;
    browser.find("form[action='/settings/oidc'] button.primary").await.click().await;
    browser.wait_for_url("done=oidc").await;

    browser.find("form[action='/logout'] button").await.click().await;
    browser.wait_for_url("/login").await;
    goto("/login?next=/backups").await;
    look(&browser, "oidc-login").await;
    browser.find("a[href^='/auth/oidc/login']").await.click().await;
    browser.wait_for_url(&provider.url).await;
    browser.find("input[name=login]").await.type_text("ann").await;
    browser.find("input[name=password]").await.type_text("any").await;
    browser.find("button[type=submit]").await.click().await;
    support::eventually("the page of consent", async || {
        (browser.find_all("input[name=login]").await.is_empty()).then_some(())
    })
    .await;
    browser.find("button[type=submit]").await.click().await;
    browser.wait_for_url("/backups").await;
    let told = browser.console().await;
    let ours: Vec<&String> =
        told.iter().filter(|line| line.contains(&house.manager.url) && !line.starts_with("DEBUG")).collect();
    assert!(ours.is_empty(), "nothing of ours is blocked or fails: {ours:?}");
    goto("/history").await;
    assert!(browser.source().await.contains("ann@example.com"));
}

/// Pictures for people, where `SCREENSHOTS` names a folder.
async fn look(browser: &Browser, name: &str) {
    let Ok(folder) = std::env::var("SCREENSHOTS") else { return };
    for (look, width, dark) in [("light", 1280, false), ("dark", 1280, true), ("phone", 390, false)] {
        browser.resize(width, 1400).await;
        browser.prefer_dark(dark).await;
        browser.screenshot(&std::path::Path::new(&folder).join(format!("{name}-{look}.png"))).await;
    }
    browser.resize(1280, 800).await;
    browser.prefer_dark(false).await;
}
