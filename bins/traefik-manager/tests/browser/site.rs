//! A realistic configuration, a Traefik and a manager on it, and a browser in front.

use std::{
    fs,
    path::{Path, PathBuf},
};

use base64::Engine as _;
use serde_json::json;
use tempfile::TempDir;

use crate::support::{
    browser::Browser,
    code, eventually,
    manager::{Manager, ManagerOptions},
    traefik::Traefik,
};

/// The password that the owner chooses.
pub(crate) const PASSWORD: &str = "correct horse battery";

/// What the owner has written by hand.
pub(crate) const FILES: [(&str, &str); 4] = [
    ("home.yml", include_str!("demo/home.yml")),
    ("media.yml", include_str!("demo/media.yml")),
    ("network.yml", include_str!("demo/network.yml")),
    ("tenants.yml", include_str!("demo/tenants.yml")),
];

pub(crate) struct Site {
    folder: TempDir,
    /// Nothing where Traefik is not installed; that has been said.
    pub(crate) traefik: Option<Traefik>,
    pub(crate) manager: Manager,
    pub(crate) browser: Browser,
}

impl Site {
    /// Nothing where there is no browser; that has been said.
    pub(crate) async fn open(files: &[(&str, &str)]) -> Option<Self> {
        Self::build(files, true).await
    }

    /// With a Traefik of the caller's own, whose static configuration lies in the folder.
    pub(crate) async fn open_with(
        files: &[(&str, &str)],
        static_config: &str,
        more: impl FnOnce(ManagerOptions, &Path) -> ManagerOptions,
    ) -> Option<Self> {
        let browser = Browser::start().await?;
        let folder = Self::folder(files);
        fs::write(
            folder.path().join("traefik.yml"),
            static_config.replace("FOLDER", &folder.path().display().to_string()),
        )
        .unwrap();
        let path = folder.path().join("traefik.yml").display().to_string();
        let options = ManagerOptions::new(folder.path()).variable("STATIC_CONFIG_PATH", path);
        let manager = Manager::start(more(options, folder.path())).await;
        Some(Self { folder, traefik: None, manager, browser })
    }

    /// Where everything lies.
    pub(crate) fn home(&self) -> &Path {
        self.folder.path()
    }

    /// For what has nothing to do with Traefik.
    pub(crate) async fn open_without_traefik(files: &[(&str, &str)]) -> Option<Self> {
        Self::build(files, false).await
    }

    async fn build(files: &[(&str, &str)], with_traefik: bool) -> Option<Self> {
        let browser = Browser::start().await?;
        let folder = Self::folder(files);
        let dynamic = folder.path().join("data/dynamic");
        let (log, acme) = (folder.path().join("access.log"), folder.path().join("acme.json"));
        if !files.is_empty() {
            fs::write(&log, include_str!("demo/access.log")).unwrap();
            fs::write(&acme, acme_json()).unwrap();
        }
        let traefik = if with_traefik { Traefik::start(&dynamic).await } else { None };
        let mut options = ManagerOptions::new(folder.path())
            .variable("ACCESS_LOG_PATH", log.display().to_string())
            .variable("ACME_JSON_PATH", acme.display().to_string());
        if let Some(traefik) = &traefik {
            options = options
                .variable("TRAEFIK_API_URL", &traefik.api)
                .variable("STATIC_CONFIG_PATH", traefik.static_file().display().to_string());
        }
        let manager = Manager::start(options).await;
        Some(Self { folder, traefik, manager, browser })
    }

    fn folder(files: &[(&str, &str)]) -> TempDir {
        let folder = TempDir::new().unwrap();
        let dynamic = folder.path().join("data/dynamic");
        fs::create_dir_all(&dynamic).unwrap();
        for (name, text) in files {
            fs::write(dynamic.join(name), text).unwrap();
        }
        folder
    }

    /// Signs in with the temporary password of the terminal, and chooses one of one's own.
    pub(crate) async fn sign_in_for_the_first_time(&self) {
        let browser = &self.browser;
        self.goto("/").await;
        browser.wait_for_url("/login").await;
        browser.find("#password").await.type_text(&self.manager.password.clone().unwrap()).await;
        self.submit().await;
        browser.wait_for_url("/force-change-password").await;
        for path in ["/", "/files", "/keys", "/routes/new"] {
            self.goto(path).await;
            assert!(browser.url().await.ends_with("/force-change-password"), "{path} answers too early");
        }
        browser.find("#new").await.type_text(PASSWORD).await;
        browser.find("#confirm").await.type_text(PASSWORD).await;
        self.submit().await;
        self.says("#messages", &["password is changed"]).await;
        self.goto("/").await;
    }

    /// Switches the second factor on, as far as the page with the recovery codes; returns its secret and the code
    /// that was used.
    pub(crate) async fn enrol(&self) -> (String, String) {
        self.goto("/account/otp").await;
        self.submit().await;
        let secret = self.browser.find("#secret").await.text().await.replace(' ', "");
        let used = code(&secret, 0);
        self.browser.find("#code").await.type_text(&used).await;
        self.submit().await;
        self.browser.find("#codes").await;
        (secret, used)
    }

    pub(crate) async fn goto(&self, path: &str) {
        self.browser.goto(&format!("{}{path}", self.manager.url)).await;
    }

    /// Sends the page's main form.
    pub(crate) async fn submit(&self) {
        self.browser.find("form button.primary[type=submit]").await.click().await;
    }

    /// Sends the page's main form, looks at what it would write, and has it written.
    pub(crate) async fn save(&self) {
        self.submit().await;
        self.says("h1", &["Review"]).await;
        self.browser.find("form[data-review] button.primary").await.click().await;
    }

    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join("data/dynamic").join(name)
    }

    pub(crate) fn text(&self, name: &str) -> String {
        fs::read_to_string(self.file(name)).unwrap()
    }

    /// The visible text of the first element that a selector finds, as soon as it contains these words.
    pub(crate) async fn says(&self, css: &str, words: &[&str]) -> String {
        let what = format!("{words:?} in {css} on {}", self.browser.url().await);
        eventually(&what, async || {
            // A script may replace the element between two commands, so it is read in one.
            let text = self.browser.script(TEXT, &[json!(css)]).await;
            let text = text.as_str()?.to_owned();
            words.iter().all(|word| text.contains(word)).then_some(text)
        })
        .await
    }

    /// Whatever was blocked, missing or thrown, and whatever came from elsewhere.
    pub(crate) async fn nothing_went_wrong(&self) {
        self.nothing_went_wrong_at(&self.manager.url).await;
    }

    /// The same for pages that come by another address.
    pub(crate) async fn nothing_went_wrong_at(&self, url: &str) {
        let lines = self.browser.console().await;
        // Chromium also notes refusals that the test has asked for, and gives hints about good style.
        let is_bad = |line: &&String| {
            !line.starts_with("DEBUG") && !line.contains("the server responded with a status of 4")
        };
        let bad: Vec<_> = lines.iter().filter(is_bad).collect();
        assert!(bad.is_empty(), "{bad:#?}");
        let loaded = self.browser.script(LOADED, &[]).await;
        for address in loaded.as_array().unwrap() {
            let address = address.as_str().unwrap();
            assert!(address.starts_with(url), "{address} is not ours");
        }
    }
}

/// What Traefik keeps of two certificates, one of them cut off.
fn acme_json() -> String {
    let whole = include_str!("../../../../adapters/traefik-files/tests/certificates/example.pem");
    let chain = base64::engine::general_purpose::STANDARD.encode(whole);
    let domain = |main: &str, sans: &[&str]| json!({"main": main, "sans": sans});
    let certificates = json!([
        {"domain": domain("example.com", &["*.example.com", "10.0.0.1"]), "certificate": chain, "key": ""},
        {"domain": domain("old.example.com", &[]), "certificate": "bm90aGluZw==", "key": ""},
    ]);
    json!({"letsencrypt": {"Account": null, "Certificates": certificates}}).to_string()
}

const TEXT: &str = "return document.querySelector(arguments[0])?.innerText";
const LOADED: &str = "return performance.getEntriesByType('resource').map(entry => entry.name)";
