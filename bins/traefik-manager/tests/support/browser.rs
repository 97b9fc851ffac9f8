//! A real browser: headless Chromium, driven over W3C `WebDriver`.

use std::{
    io::{Read as _, Write as _},
    net::{SocketAddr, TcpStream},
    os::unix::process::CommandExt as _,
    path::Path,
    process::{Command, Stdio},
    time::Duration,
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use bytes::Bytes;
use hyper::Method;
use serde_json::{Value, json};
use tempfile::TempDir;

use super::{Running, eventually, free_tcp_port, http::Client, require_real};

/// The key under which `WebDriver` names an element (W3C `WebDriver`, section 11).
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";
/// Enter, as `WebDriver` spells it.
pub const ENTER: &str = "\u{e007}";
/// Tab, as `WebDriver` spells it.
pub const TAB: &str = "\u{e004}";
/// Escape, as `WebDriver` spells it.
pub const ESCAPE: &str = "\u{e00c}";
/// The up arrow.
pub const UP: &str = "\u{e013}";
/// The arrow down, as `WebDriver` spells it.
pub const DOWN: &str = "\u{e015}";
/// Control, as `WebDriver` spells it.
pub const CONTROL: &str = "\u{e009}";

/// A browser window. It closes when this is dropped.
#[derive(Debug)]
pub struct Browser {
    client: Client,
    session: String,
    driver: SocketAddr,
    process: Running,
    home: TempDir,
}

/// An element of the page.
#[derive(Debug)]
pub struct Element<'b> {
    browser: &'b Browser,
    id: String,
}

impl Browser {
    /// Starts a browser.
    ///
    /// `None` where Chromium is not installed and need not be; that has been said on stderr.
    pub async fn start() -> Option<Self> {
        let (chromium, chromedriver) = (require_real("chromium")?, require_real("chromedriver")?);
        let home = tempfile::tempdir().unwrap();
        let driver = SocketAddr::from(([127, 0, 0, 1], free_tcp_port()));
        // Its own process group, so that Chromium's many processes end with it.
        let process = Command::new(chromedriver)
            .arg(format!("--port={}", driver.port()))
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("HOME", home.path())
            .env("TMPDIR", home.path())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .process_group(0)
            .spawn()
            .unwrap();
        let client = Client::new(format!("http://{driver}"));
        let mut browser = Self { client, session: String::new(), driver, process: Running(process), home };
        eventually("chromedriver", async || {
            let answer = browser.client.try_send(Method::GET, "/status", &[], Bytes::new()).await.ok()?;
            (answer.json()["value"]["ready"] == true).then_some(())
        })
        .await;
        let capabilities = json!({"capabilities": {"alwaysMatch": {
            "browserName": "chrome",
            "acceptInsecureCerts": true,
            "goog:loggingPrefs": {"browser": "ALL"},
            "goog:chromeOptions": {"binary": chromium, "args": [
                "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
                "--disable-background-networking", "--disable-component-update", "--disable-sync",
                "--disable-extensions", "--no-default-browser-check", "--window-size=1280,800",
                format!("--user-data-dir={}", browser.home.path().join("profile").display()),
            ]},
        }}});
        let session = browser.client.post_json("/session", &capabilities).await.json();
        session["value"]["sessionId"].as_str().unwrap_or_default().clone_into(&mut browser.session);
        assert!(!browser.session.is_empty(), "no browser: {session}");
        Some(browser)
    }

    /// Opens a page and waits until it is loaded.
    pub async fn goto(&self, url: &str) {
        self.post("/url", json!({"url": url})).await;
    }

    /// Loads the page again.
    pub async fn reload(&self) {
        self.post("/refresh", json!({})).await;
    }

    /// The address of the page.
    pub async fn url(&self) -> String {
        text_of(&self.get("/url").await)
    }

    /// The title of the page.
    pub async fn title(&self) -> String {
        text_of(&self.get("/title").await)
    }

    /// The HTML as it is now.
    pub async fn source(&self) -> String {
        text_of(&self.get("/source").await)
    }

    /// All elements that a CSS selector finds, at once.
    pub async fn find_all(&self, css: &str) -> Vec<Element<'_>> {
        let found = self.post("/elements", json!({"using": "css selector", "value": css})).await;
        let ids = found.as_array().into_iter().flatten().map(|element| text_of(&element[ELEMENT]));
        ids.map(|id| Element { browser: self, id }).collect()
    }

    /// The first element that a CSS selector finds; waits for it.
    ///
    /// # Panics
    /// With the selector and the page's address when there is none in time.
    pub async fn find(&self, css: &str) -> Element<'_> {
        let what = format!("{css} on {}", self.url().await);
        eventually(&what, async || self.find_all(css).await.into_iter().next()).await
    }

    /// Types into whatever has the focus; special keys are [`ENTER`], [`TAB`] and [`ESCAPE`].
    pub async fn press(&self, keys: &str) {
        let strokes = keys.chars().flat_map(|key| {
            let key = key.to_string();
            [json!({"type": "keyDown", "value": key}), json!({"type": "keyUp", "value": key})]
        });
        let actions: Vec<Value> = strokes.collect();
        self.post("/actions", json!({"actions": [{"type": "key", "id": "keys", "actions": actions}]})).await;
    }

    /// Presses a key while another is held down.
    pub async fn press_with(&self, held: &str, key: &str) {
        let strokes = [("keyDown", held), ("keyDown", key), ("keyUp", key), ("keyUp", held)];
        let actions = strokes.map(|(kind, key)| json!({"type": kind, "value": key}));
        self.post("/actions", json!({"actions": [{"type": "key", "id": "keys", "actions": actions}]})).await;
    }

    /// Waits until the address contains a text.
    pub async fn wait_for_url(&self, part: &str) -> String {
        eventually(part, async || Some(self.url().await).filter(|url| url.contains(part))).await
    }

    /// Runs a function body in the page and returns its value.
    pub async fn script(&self, body: &str, arguments: &[Value]) -> Value {
        self.post("/execute/sync", json!({"script": body, "args": arguments})).await
    }

    /// Writes a PNG of what is visible.
    pub async fn screenshot(&self, to: &Path) {
        std::fs::write(to, self.screenshot_bytes().await).unwrap();
    }

    /// A PNG of what is visible.
    pub async fn screenshot_bytes(&self) -> Vec<u8> {
        STANDARD.decode(text_of(&self.get("/screenshot").await)).unwrap()
    }

    /// Sets the size of the page in CSS pixels, as a phone or a wide screen would have it.
    pub async fn resize(&self, width: u32, height: u32) {
        let metrics =
            json!({"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600});
        self.cdp("Emulation.setDeviceMetricsOverride", metrics).await;
    }

    /// Pretends that the system is dark, or light.
    pub async fn prefer_dark(&self, dark: bool) {
        let scheme = if dark { "dark" } else { "light" };
        let features = json!({"features": [{"name": "prefers-color-scheme", "value": scheme}]});
        self.cdp("Emulation.setEmulatedMedia", features).await;
    }

    /// Switches scripts off, or on again, for the pages that are opened from now on.
    pub async fn switch_scripts(&self, on: bool) {
        self.cdp("Emulation.setScriptExecutionDisabled", json!({"value": !on})).await;
    }

    /// A command of Chromium's own protocol.
    pub async fn cdp(&self, command: &str, parameters: Value) -> Value {
        self.post("/goog/cdp/execute", json!({"cmd": command, "params": parameters})).await
    }

    /// What the page wrote to the console since the last call, blocked and failed loads among it.
    pub async fn console(&self) -> Vec<String> {
        let entries = self.post("/se/log", json!({"type": "browser"})).await;
        let lines = entries.as_array().into_iter().flatten();
        lines.map(|entry| format!("{} {}", text_of(&entry["level"]), text_of(&entry["message"]))).collect()
    }

    async fn get(&self, path: &str) -> Value {
        value_of(path, self.client.get(&format!("/session/{}{path}", self.session)).await.json())
    }

    async fn post(&self, path: &str, body: Value) -> Value {
        value_of(path, self.client.post_json(&format!("/session/{}{path}", self.session), &body).await.json())
    }
}

impl Element<'_> {
    /// Clicks it.
    pub async fn click(&self) {
        self.browser.post(&self.path("/click"), json!({})).await;
    }

    /// Moves the pointer to its middle.
    pub async fn hover(&self) {
        let origin = json!({ELEMENT: self.id});
        let step = json!({"type": "pointerMove", "duration": 0, "origin": origin, "x": 0, "y": 0});
        let pointer = json!({"type": "pointer", "id": "mouse", "actions": [step]});
        self.browser.post("/actions", json!({"actions": [pointer]})).await;
    }

    /// Types into it, after what is there.
    pub async fn type_text(&self, text: &str) {
        self.browser.post(&self.path("/value"), json!({"text": text})).await;
    }

    /// Empties it.
    pub async fn clear(&self) {
        self.browser.post(&self.path("/clear"), json!({})).await;
    }

    /// Empties it and types into it.
    pub async fn fill(&self, text: &str) {
        self.clear().await;
        self.type_text(text).await;
    }

    /// Its visible text.
    pub async fn text(&self) -> String {
        text_of(&self.browser.get(&self.path("/text")).await)
    }

    /// An attribute as it stands in the HTML.
    pub async fn attribute(&self, name: &str) -> Option<String> {
        self.browser.get(&self.path(&format!("/attribute/{name}"))).await.as_str().map(str::to_owned)
    }

    /// A property as it is now, such as `value` or `checked`.
    pub async fn property(&self, name: &str) -> Value {
        self.browser.get(&self.path(&format!("/property/{name}"))).await
    }

    /// A computed CSS value, such as `background-color`.
    pub async fn css(&self, name: &str) -> String {
        text_of(&self.browser.get(&self.path(&format!("/css/{name}"))).await)
    }

    /// Whether it can be seen.
    pub async fn is_displayed(&self) -> bool {
        self.browser.get(&self.path("/displayed")).await == true
    }

    fn path(&self, rest: &str) -> String {
        format!("/element/{}{rest}", self.id)
    }
}

/// The value of an answer.
///
/// # Panics
/// With `WebDriver`'s words when it reports an error.
fn value_of(path: &str, mut answer: Value) -> Value {
    let value = answer["value"].take();
    assert!(value.get("error").is_none(), "{path}: {}: {}", value["error"], value["message"]);
    value
}

fn text_of(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

impl Drop for Browser {
    fn drop(&mut self) {
        // Ending the session lets Chromium tidy up; the group is ended in any case.
        if let Ok(mut stream) = TcpStream::connect_timeout(&self.driver, Duration::from_secs(1)) {
            let session = &self.session;
            write!(
                stream,
                "DELETE /session/{session} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n"
            )
            .ok();
            stream.set_read_timeout(Some(Duration::from_secs(3))).ok();
            stream.read_exact(&mut [0]).ok();
        }
        let group = format!("-{}", self.process.0.id());
        Command::new("kill").args(["-KILL", "--", &group]).stderr(Stdio::null()).status().ok();
    }
}
