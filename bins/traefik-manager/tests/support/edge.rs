//! A manager on a folder of files, signed in to for the first time.

use std::fs;

use serde_json::json;
use tempfile::TempDir;

use super::{
    http::Client,
    manager::{Manager, ManagerOptions},
};

pub const HAND_WRITTEN: &str = "\
# The edge, by hand. Do not touch!
http:
  routers:
    wild:   # last resort
      rule: \"HostRegexp(`^.+\\\\.wild\\\\.test$`)\"
      priority: 1
      service: wild-service
  services:
    wild-service: {loadBalancer: {servers: [{url: 'http://127.0.0.1:9'}]}}   # nobody home

";

/// A folder with a hand-written file, a manager that was signed in to for the first time, and an API key.
#[derive(Debug)]
pub struct Edge {
    pub folder: TempDir,
    pub manager: Manager,
    pub secret: String,
    pub key: Client,
}

impl Edge {
    pub async fn start() -> Self {
        let folder = TempDir::new().unwrap();
        fs::create_dir(folder.path().join("dynamic")).unwrap();
        fs::write(folder.path().join("dynamic/edge.yml"), HAND_WRITTEN).unwrap();
        Self::start_in(folder, &[]).await
    }

    /// Starts on a folder that has the file already, with more variables.
    pub async fn start_in(folder: TempDir, variables: &[(&str, &str)]) -> Self {
        let options = ManagerOptions::new(folder.path())
            .variable("CONFIG_DIR", folder.path().join("dynamic").display().to_string());
        let options = variables.iter().fold(options, |options, (name, value)| options.variable(name, *value));
        let manager = Manager::start(options).await;
        let secret = first_key(&manager).await;
        let key = manager.client().with_api_key(&secret);
        Self { folder, manager, secret, key }
    }

    /// Ends the manager as a power cut would, and starts it anew.
    pub async fn crash_and_start(&mut self) {
        self.manager.crash();
        self.manager.start_again().await;
        self.key = self.manager.client().with_api_key(&self.secret);
    }

    /// Whether the audit trail is whole, and what the program says of it.
    pub async fn verify_audit(&self) -> (bool, String) {
        let options = ManagerOptions::new(self.folder.path()).argument("audit").argument("verify");
        let (status, log) = options.run().await;
        (status.success(), log)
    }

    pub fn dynamic(&self) -> std::path::PathBuf {
        self.folder.path().join("dynamic")
    }

    pub fn text(&self) -> String {
        fs::read_to_string(self.dynamic().join("edge.yml")).unwrap()
    }

    pub async fn save(&self, fields: &[(&str, &str)]) -> serde_json::Value {
        accepted(&self.key, "/save", fields).await
    }

    pub async fn toggle(&self, id: &str, enable: bool) {
        let answer =
            self.key.post_json(&format!("/api/routes/{id}/toggle"), &json!({ "enable": enable })).await;
        assert_eq!(
            (answer.status.as_u16(), answer.json()["ok"].clone()),
            (200, json!(true)),
            "{}",
            answer.text()
        );
    }
}

pub async fn accepted(client: &Client, path: &str, fields: &[(&str, &str)]) -> serde_json::Value {
    let answer = client.post_form(path, fields).await;
    let body = answer.json();
    assert_eq!((&body["ok"], &body["success"]), (&json!(true), &json!(true)), "{path}: {body}");
    body
}

/// Signs in with the temporary password, chooses one of its own, and makes an API key.
pub async fn first_key(manager: &Manager) -> String {
    let browser = manager.visitor();
    let password = manager.password.clone().unwrap();
    let refused = browser.get("/api/routes").await;
    assert_eq!(refused.status.as_u16(), 401);
    let page = browser.get("/login").await.text();
    let fields = [("csrf_token", token(&page)), ("password", password), ("remember", "on".to_owned())];
    let answer = browser.post_form("/login", &borrowed(&fields)).await;
    assert!(answer.location().ends_with("/force-change-password"), "{}", answer.text());
    let blocked = browser.get("/api/routes").await;
    assert_eq!(blocked.status.as_u16(), 403, "nothing answers before the password is chosen");
    let page = browser.get("/force-change-password").await.text();
    let new = "a long enough password";
    let fields = [
        ("csrf_token", token(&page)),
        ("new_password", new.to_owned()),
        ("confirm_password", new.to_owned()),
    ];
    let answer = browser.post_form("/force-change-password", &borrowed(&fields)).await;
    assert!(answer.location().starts_with('/'), "{}", answer.text());
    let page = browser.get("/").await.text();
    let csrf = page.split_once("name=\"csrf-token\" content=\"").unwrap().1.split_once('"').unwrap().0;
    let answer = browser
        .send(
            hyper::Method::POST,
            "/api/auth/apikey/generate",
            &[("x-csrf-token", csrf), ("content-type", "application/json")],
            r#"{"device_name":"test"}"#.into(),
        )
        .await;
    let body = answer.json();
    body["key"].as_str().unwrap_or_else(|| panic!("{body}")).to_owned()
}

fn borrowed<'a>(fields: &'a [(&'a str, String)]) -> Vec<(&'a str, &'a str)> {
    fields.iter().map(|(name, value)| (*name, value.as_str())).collect()
}

pub fn token(page: &str) -> String {
    let (_, after) = page.split_once("name=\"csrf_token\"").unwrap_or_else(|| panic!("no token in {page}"));
    after.split_once("value=\"").unwrap().1.split_once('"').unwrap().0.to_owned()
}
