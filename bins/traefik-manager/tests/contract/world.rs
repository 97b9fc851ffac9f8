//! An installation on which every example of the document can be done.

use std::{
    fs,
    path::PathBuf,
    time::{SystemTime, UNIX_EPOCH},
};

use hyper::Method;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::{
    document::{Document, Operation},
    git_server,
    support::{
        edge::{first_key, token},
        eventually,
        http::{Answer, Client},
        manager::{Manager, ManagerOptions},
        traefik::Traefik,
    },
};

const PASSWORD: &str = "a long enough password";

/// What the examples name.
const MEDIA: &str = include_str!("media.yml");

pub(crate) struct World {
    folder: TempDir,
    /// Nothing where the test does without, or Traefik is not installed, which has been said.
    traefik: Option<Traefik>,
    pub(crate) manager: Manager,
    pub(crate) document: Document,
    key: String,
    repository: git_server::Server,
}

impl World {
    /// Somebody has signed in and made a key. `None` without git; that has been said on stderr.
    pub(crate) async fn build(with_traefik: bool) -> Option<Self> {
        let repository = git_server::Server::start()?;
        let folder = TempDir::new().unwrap();
        let dynamic = folder.path().join("dynamic");
        fs::create_dir(&dynamic).unwrap();
        fs::write(dynamic.join("media.yml"), MEDIA).unwrap();
        let traefik = if with_traefik { Traefik::start(&dynamic).await } else { None };
        let static_file = match &traefik {
            Some(traefik) => traefik.static_file(),
            None => folder.path().join("traefik.yml"),
        };
        if traefik.is_none() {
            fs::write(&static_file, "entryPoints:\n  web:\n    address: 127.0.0.1:0\n").unwrap();
        }
        let icons = folder.path().join("data/config/icons");
        fs::create_dir_all(&icons).unwrap();
        fs::write(icons.join("media.png"), include_bytes!("../../../../adapters/http/assets/icon.png"))
            .unwrap();
        let api = traefik.as_ref().map_or("http://127.0.0.1:9", |traefik| &traefik.api);
        let options = ManagerOptions::new(folder.path())
            .variable("CONFIG_DIR", dynamic.display().to_string())
            .variable("TRAEFIK_API_URL", api)
            .variable("STATIC_CONFIG_PATH", static_file.display().to_string())
            .variable("RESTART_METHOD", "poison-pill")
            .variable("SIGNAL_FILE_PATH", folder.path().join("restart.sig").display().to_string());
        let manager = Manager::start(options).await;
        let key = first_key(&manager).await;
        let document = Document::of(&manager.client()).await;
        let owner = manager.client().with_api_key(&key);
        let copies = json!({
            "git_backup_enabled": true, "git_backup_repo": repository.url(), "git_backup_branch": "main",
            "git_backup_username": "ann", "git_backup_token": "s3cret-token", "git_backup_auto_push": false,
        });
        assert_eq!(owner.post_json("/api/settings", &copies).await.json()["ok"], true);
        Some(Self { folder, traefik, manager, document, key, repository })
    }

    /// What the git repository holds of a file.
    pub(crate) fn copied(&self, file: &str) -> String {
        self.repository.show(&format!("main:{file}"))
    }

    /// How often the git repository was asked.
    pub(crate) fn asked_for_copies(&self) -> usize {
        self.repository.heads().matches("/edge.git/").count()
    }

    /// Whether Traefik runs.
    pub(crate) fn has_traefik(&self) -> bool {
        self.traefik.is_some()
    }

    /// A client with the key.
    pub(crate) fn owner(&self) -> Client {
        self.manager.client().with_api_key(&self.key)
    }

    /// Somebody signs in.
    pub(crate) async fn signed_in(&self) -> Client {
        let visitor = self.manager.visitor();
        let form = token(&visitor.get("/login").await.text());
        let answer = visitor.post_form("/login", &[("csrf_token", &form), ("password", PASSWORD)]).await;
        assert_eq!(answer.status.as_u16(), 303, "{}", answer.text());
        visitor
    }

    /// A key that is good for these scopes.
    pub(crate) async fn key_for(&self, scopes: &[&str]) -> Client {
        let body = json!({"device_name": scopes.join("-"), "scopes": scopes});
        // From an address of its own, since no address gets many keys in an hour.
        let from = format!("192.0.2.{}", scopes.concat().len());
        let owner = self.owner().with_header("x-forwarded-for", &from);
        let issued = owner.post_json("/api/auth/apikey/generate", &body).await.json();
        self.manager.client().with_api_key(issued["key"].as_str().unwrap_or_else(|| panic!("{issued}")))
    }

    /// What is in the folder of the configuration.
    pub(crate) fn files(&self) -> Vec<(PathBuf, String)> {
        let entries = fs::read_dir(self.folder.path().join("dynamic")).unwrap();
        let mut files: Vec<_> = entries
            .map(|entry| entry.unwrap().path())
            .map(|path| (path.clone(), fs::read_to_string(path).unwrap()))
            .collect();
        files.sort();
        files
    }

    /// What only the program knows of what an operation names, such as the name of a backup.
    pub(crate) async fn known(&self, operation: &Operation, visitor: &Client) -> Value {
        let owner = self.owner();
        let post = async |path: &str, body: Value| -> Value {
            let answer = owner.post_json(path, &body).await;
            let said = answer.json();
            assert_eq!(said["ok"], true, "{path}, to get ready for {}: {said}", operation.id);
            said
        };
        // What no key can do needs nothing to be ready when a key comes.
        if operation.scope == "person" && visitor.cookie("session").is_none() {
            return json!({});
        }
        match operation.id.as_str() {
            "restoreBackup" | "deleteBackup" => {
                let made = post("/api/backup/create", json!({})).await;
                json!({"name": made["names"][0]})
            }
            // The example says one entry point and nothing else, so what the routes here need goes with it.
            "writeStaticConfig" => json!({"accept_disabled": true}),
            "deleteNotice" => {
                post("/api/notifications/add", json!({"message": "to be deleted"})).await;
                json!({"ts": owner.get_json("/api/notifications").await[0]["ts"]})
            }
            "changeTemplate" | "deleteTemplate" => {
                let body = json!({"name": operation.id, "yaml": "compress: {}"});
                json!({"id": post("/api/mw/templates", body).await["template"]["id"]})
            }
            "undoChange" | "keepChange" => {
                let yaml = "compress: {}";
                let body = json!({"name": operation.id, "yaml": yaml, "configFile": "media.yml"});
                let made = post("/api/middlewares?try=60", body).await;
                json!({"change": made["change"]})
            }
            "revokeKey" => {
                post("/api/auth/apikey/generate", json!({"device_name": "spare"})).await;
                json!({})
            }
            "revokeSession" => {
                self.signed_in().await;
                let sessions = visitor.get_json("/api/auth/sessions").await;
                let is_other = |session: &&Value| session["current"] == false;
                let other = sessions["sessions"].as_array().unwrap().iter().find(is_other).unwrap();
                json!({"id": other["id"]})
            }
            "gitTest" => json!({"repo_url": self.repository.url()}),
            "gitDiff" | "gitRestore" => {
                post("/api/backup/git/push", json!({})).await;
                json!({"sha": owner.get_json("/api/backup/git/commits").await[0]["sha"]})
            }
            "enableSecondFactor" => {
                let setup = by_session(visitor, "/api/auth/otp/setup", json!({"password": PASSWORD})).await;
                json!({"code": code(setup.json()["secret"].as_str().unwrap())})
            }
            _ => json!({}),
        }
    }
}

/// A change by somebody who is signed in.
async fn by_session(visitor: &Client, path: &str, body: Value) -> Answer {
    let form = form_token(visitor).await;
    let headers = [("x-csrf-token", form.as_str()), ("content-type", "application/json")];
    visitor.send(Method::POST, path, &headers, body.to_string().into()).await
}

/// The token of a page.
pub(crate) async fn form_token(visitor: &Client) -> String {
    let page = visitor.get("/keys").await.text();
    let (_, after) = page.split_once(r#"name="csrf-token" content=""#).unwrap();
    after.split('"').next().unwrap().to_owned()
}

/// The code that an authenticator with this secret shows now.
fn code(secret: &str) -> String {
    let secret = totp_rs::Secret::try_from_base32(secret).unwrap();
    let totp = totp_rs::Builder::new().with_secret(secret).build_noncompliant();
    totp.generate(SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs()).to_string()
}

/// Waits until the program has the files that it was started with.
pub(crate) async fn ready(client: &Client) {
    eventually("the routes of the files", async || {
        let routes = client.get_json("/api/routes").await;
        (!routes["apps"].as_array()?.is_empty()).then_some(())
    })
    .await;
}
