//! The static configuration of the real Traefik, changed through the real program: a poison pill restarts it, what it
//! does not start with is put back, and so is what nobody keeps.

#![expect(clippy::unwrap_used, clippy::panic, reason = "tests")]

#[path = "../support/mod.rs"]
mod support;

use std::{fs, net::TcpListener, path::Path, time::Duration};

use serde_json::{Value, json};
use support::{
    edge::{first_key, token},
    eventually, free_tcp_port,
    http::Client,
    manager::{Manager, ManagerOptions},
    require_real,
    supervisor::Supervisor,
};

/// A Traefik that somebody looks after, and a manager beside it whose own page is served through it.
struct Scene {
    home: tempfile::TempDir,
    api: u16,
    web: u16,
    manager: Manager,
    secret: String,
    client: Client,
    traefik: Client,
    _supervisor: Supervisor,
}

impl Scene {
    async fn start() -> Option<Self> {
        let program = require_real("traefik")?;
        let home = tempfile::tempdir().unwrap();
        let [api, web] = std::array::from_fn(|_| free_tcp_port());
        fs::create_dir(home.path().join("dynamic")).unwrap();
        fs::write(home.path().join("traefik.yml"), configuration(home.path(), api, web)).unwrap();
        let supervisor = Supervisor::start(program, home.path().to_owned());
        let manager = Manager::start(options(home.path(), api)).await;
        let secret = first_key(&manager).await;
        let client = manager.client().with_api_key(&secret);
        let traefik = Client::new(format!("http://127.0.0.1:{api}"));
        let scene = Self { home, api, web, manager, secret, client, traefik, _supervisor: supervisor };
        scene.publish();
        eventually("Traefik to answer", async || scene.web_address().await).await;
        Some(scene)
    }

    /// Writes the route of the manager's own page.
    fn publish(&self) {
        let url = &self.manager.url;
        let text = format!(
            "http:\n  routers:\n    manager:\n      rule: Host(`tm.test`)\n      entryPoints: [web]\n      service: manager\n  \
             services:\n    manager:\n      loadBalancer:\n        servers:\n          - url: {url}\n"
        );
        fs::write(self.home.path().join("dynamic/manager.yml"), text).unwrap();
    }

    fn file(&self) -> String {
        fs::read_to_string(self.home.path().join("traefik.yml")).unwrap()
    }

    fn text(&self, web: u16) -> String {
        configuration(self.home.path(), self.api, web)
    }

    /// Where the running Traefik has the entry point `web`; `None` while it does not answer.
    async fn web_address(&self) -> Option<String> {
        let path = "/api/entrypoints/web";
        let answer = self.traefik.try_send(hyper::Method::GET, path, &[], bytes::Bytes::new()).await.ok()?;
        // Before it has read its configuration it answers, and has nothing.
        answer.status.is_success().then(|| answer.json()["address"].as_str().map(str::to_owned))?
    }

    async fn save(&self, text: &str) -> Value {
        self.client.post_json("/api/static/config", &json!({ "content": text })).await.json()
    }

    /// Restarts, and waits for the end of it.
    async fn restart(&self, query: &str) -> Value {
        let begun = self.client.post_json(&format!("/api/static/restart{query}"), &json!({})).await.json();
        assert_eq!(begun["ok"], true, "{begun}");
        // The stream tells how it goes on, and ends with the restart.
        let told = self.client.get("/static/restart/events").await.text();
        let states: Vec<_> =
            told.match_indices("\"state\":\"").filter_map(|(at, _)| told.get(at + 9..)).collect();
        let last = states.last().unwrap();
        assert!(["done", "put-back", "failed"].iter().any(|end| last.starts_with(end)), "{told}");
        self.end_of_restart(&["done", "put-back", "failed"]).await
    }

    async fn end_of_restart(&self, states: &[&str]) -> Value {
        let long = tokio::time::timeout(Duration::from_mins(1), async {
            loop {
                let restart = self.client.get("/api/static/status").await.json()["restart"].clone();
                if states.contains(&restart["state"].as_str().unwrap()) {
                    return restart;
                }
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        });
        long.await.unwrap_or_else(|_| panic!("the restart does not end: {}", self.manager.log()))
    }

    /// Signs in through the Traefik that is restarted.
    async fn browser(&self, web: u16) -> Client {
        let browser =
            Client::new(format!("http://127.0.0.1:{web}")).with_header("host", "tm.test").with_cookies();
        let page = eventually("the page through Traefik", async || {
            let page = browser.try_send(hyper::Method::GET, "/login", &[], bytes::Bytes::new()).await.ok()?;
            page.status.is_success().then(|| page.text())
        })
        .await;
        let fields = [("csrf_token", token(&page)), ("password", "a long enough password".to_owned())];
        let fields = fields.each_ref().map(|(name, value)| (*name, value.as_str()));
        let answer = browser.post_form("/login", &fields).await;
        assert_eq!(answer.status.as_u16(), 303, "{}", answer.text());
        browser
    }

    /// Waits until Traefik runs the old file again.
    async fn is_back(&self, old: &str, web: u16) {
        eventually("the old entry point to be served", async || {
            let is_served = self.web_address().await? == format!("127.0.0.1:{web}") && self.file() == old;
            is_served.then_some(())
        })
        .await;
    }
}

fn configuration(home: &Path, api: u16, web: u16) -> String {
    format!(
        "# by hand\nglobal: {{checkNewVersion: false, sendAnonymousUsage: false}}\napi:\n  insecure: true\n\
         providers:\n  file: {{directory: {}}}\nentryPoints:\n  traefik:\n    address: 127.0.0.1:{api}\n  \
         web:\n    address: 127.0.0.1:{web}   # plain\n",
        home.join("dynamic").display()
    )
}

fn options(home: &Path, api: u16) -> ManagerOptions {
    ManagerOptions::new(home)
        .variable("TRAEFIK_API_URL", format!("http://127.0.0.1:{api}"))
        .variable("CONFIG_DIR", home.join("dynamic").display().to_string())
        .variable("STATIC_CONFIG_PATH", home.join("traefik.yml").display().to_string())
        .variable("RESTART_METHOD", "poison-pill")
        .variable("RESTART_TIMEOUT", "12")
        .variable("SIGNAL_FILE_PATH", home.join("restart.sig").display().to_string())
}

#[tokio::test]
async fn a_good_file_is_run_and_one_that_does_not_start_is_put_back() {
    let Some(scene) = Scene::start().await else { return };
    let new = free_tcp_port();
    let good = scene.text(new);
    assert_eq!(scene.save(&good).await["ok"], true);
    let end = scene.restart("").await;
    assert_eq!(end["state"], "done", "{end}\n{}", scene.manager.log());
    assert_eq!(end["change"], Value::Null, "nobody came through Traefik, so nothing is on trial");
    assert_eq!(scene.web_address().await, Some(format!("127.0.0.1:{new}")));

    // A port that is in use is nothing that a file shows.
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let bad = scene.text(taken.local_addr().unwrap().port());
    assert_eq!(scene.save(&bad).await["ok"], true);
    let end = scene.restart("").await;
    assert_eq!(end["state"], "put-back", "{end}\n{}", scene.manager.log());
    assert_eq!(scene.file(), good, "byte for byte, comments too");
    assert_eq!(scene.web_address().await, Some(format!("127.0.0.1:{new}")));

    // What a file shows is not written at all.
    let refused = scene.save(&format!("{good}  bad: {{noSuchThing: true}}\n")).await;
    assert_eq!(refused["ok"], false, "{refused}");
    assert_eq!(scene.file(), good);
    let history = scene.client.get_json("/api/history").await.to_string();
    assert!(history.contains("put back") && history.contains("restart"), "{history}");
}

/// The entry point of this very page moves away, so nobody can press anything any more.
#[tokio::test]
async fn what_cuts_off_the_page_comes_back_by_itself() {
    let Some(scene) = Scene::start().await else { return };
    let (old, moved) = (scene.file(), free_tcp_port());
    let browser = scene.browser(scene.web).await;
    let page = browser.get("/static").await.text();
    let csrf = token(&page);
    assert_eq!(scene.save(&scene.text(moved)).await["ok"], true);
    // The answer to this may or may not come through, since Traefik ends meanwhile.
    let body = bytes::Bytes::from(format!("csrf_token={csrf}&try=5"));
    let kind = [("content-type", "application/x-www-form-urlencoded")];
    browser.try_send(hyper::Method::POST, "/static/restart", &kind, body).await.ok();
    let tried = scene.end_of_restart(&["done"]).await;
    assert!(tried["reverts_in"].as_u64().unwrap() <= 5, "{tried}");
    assert_eq!(scene.web_address().await, Some(format!("127.0.0.1:{moved}")));
    assert!(browser.try_send(hyper::Method::GET, "/static", &[], bytes::Bytes::new()).await.is_err());

    let end = scene.end_of_restart(&["put-back", "failed"]).await;
    assert_eq!(end["state"], "put-back", "{end}");
    assert!(end["message"].as_str().unwrap().contains("nobody kept it"), "{end}");
    scene.is_back(&old, scene.web).await;
    eventually("the page to be there again", async || {
        let page =
            browser.try_send(hyper::Method::GET, "/static/restart", &[], bytes::Bytes::new()).await.ok()?;
        page.text().contains("nobody kept it").then_some(())
    })
    .await;
}

#[tokio::test]
async fn what_is_kept_stays_and_a_crash_forgets_no_trial() {
    let Some(mut scene) = Scene::start().await else { return };
    let [kept, lost] = std::array::from_fn(|_| free_tcp_port());
    let good = scene.text(kept);
    assert_eq!(scene.save(&good).await["ok"], true);
    let tried = scene.restart("?try=30").await;
    let path = format!("/api/history/{}/keep", tried["change"]);
    // Until somebody has decided there is one file to go back to.
    let second = scene.client.post_json("/api/static/restart", &json!({})).await;
    assert_eq!(second.status.as_u16(), 409, "{}", second.text());
    let answer = scene.client.post_json(&path, &json!({})).await;
    assert_eq!(answer.status.as_u16(), 200, "{tried}: {}", answer.text());

    assert_eq!(scene.save(&scene.text(lost)).await["ok"], true);
    let tried = scene.restart("?try=5").await;
    assert_eq!(tried["state"], "done", "{tried}");
    assert_eq!(scene.web_address().await, Some(format!("127.0.0.1:{lost}")));
    scene.manager.crash();
    scene.manager.start_again().await;
    scene.client = scene.manager.client().with_api_key(&scene.secret);
    scene.is_back(&good, kept).await;
    let end = scene.end_of_restart(&["put-back", "failed"]).await;
    assert_eq!(end["state"], "put-back", "{end}");
}

/// Killed while Traefik is being restarted, with a file that it does not start with.
#[tokio::test]
async fn a_crash_in_the_middle_of_a_restart_leaves_no_edge_down() {
    let Some(mut scene) = Scene::start().await else { return };
    let old = scene.file();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    assert_eq!(scene.save(&scene.text(taken.local_addr().unwrap().port())).await["ok"], true);
    let begun = scene.client.post_json("/api/static/restart", &json!({})).await.json();
    assert_eq!(begun["ok"], true, "{begun}");
    eventually("Traefik to end", async || scene.web_address().await.is_none().then_some(())).await;
    scene.manager.crash();
    scene.manager.start_again().await;
    scene.client = scene.manager.client().with_api_key(&scene.secret);
    let end = scene.end_of_restart(&["put-back", "failed"]).await;
    assert_eq!(end["state"], "put-back", "{end}");
    scene.is_back(&old, scene.web).await;
}

/// A file in TOML, and whether Traefik starts with it.
fn toml(api: u16, more: &str) -> String {
    format!(
        "# by hand\n[global]\ncheckNewVersion = false\nsendAnonymousUsage = false\n[api]\ninsecure = true\n\
         [entryPoints.traefik]\naddress = \"127.0.0.1:{api}\"\n{more}"
    )
}

/// Whether the real Traefik goes on running with a file in TOML.
async fn starts(program: &Path, text: &str, api: u16) -> bool {
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("traefik.toml");
    fs::write(&file, text).unwrap();
    let mut command = std::process::Command::new(program);
    command.arg(format!("--configFile={}", file.display())).env_clear().env("HOME", home.path());
    let quiet = std::process::Stdio::null;
    let mut traefik = support::Running(command.stdout(quiet()).stderr(quiet()).spawn().unwrap());
    let client = Client::new(format!("http://127.0.0.1:{api}"));
    eventually("Traefik to start or to end", async || {
        if traefik.0.try_wait().unwrap().is_some() {
            return Some(false);
        }
        let answer = client.try_send(hyper::Method::GET, "/api/version", &[], bytes::Bytes::new()).await;
        answer.is_ok_and(|answer| answer.status.is_success()).then_some(true)
    })
    .await
}

#[tokio::test]
async fn a_file_in_toml_is_judged_as_traefik_judges_it_and_edited_as_a_text() {
    let Some(program) = require_real("traefik") else { return };
    let home = tempfile::tempdir().unwrap();
    let [api, web] = std::array::from_fn(|_| free_tcp_port());
    let file = home.path().join("traefik.toml");
    let old = toml(api, "");
    fs::write(&file, &old).unwrap();
    let options = ManagerOptions::new(home.path())
        .variable("TRAEFIK_API_URL", format!("http://127.0.0.1:{api}"))
        .variable("STATIC_CONFIG_PATH", file.display().to_string());
    let manager = Manager::start(options).await;
    let client = manager.client().with_api_key(&first_key(&manager).await);
    let read = client.get_json("/api/static/config").await;
    assert_eq!((read["raw"].as_str(), &read["parsed"]["api"]), (Some(&*old), &json!({"insecure": true})));

    let save = async |text: &str| {
        let answer = client.post_json("/api/static/config", &json!({ "content": text })).await;
        (answer.status.as_u16(), answer.json())
    };
    for (more, line) in [
        (format!("[entryPoints.web]\naddress = \"{web}\"\n"), 10),
        ("[entryPoints.web]\naddress = \":0\"\nnoSuchThing = true\n".to_owned(), 11),
        ("[providers.nosuch]\n".to_owned(), 9),
        ("[log]\nlevel = INFO\n".to_owned(), 10),
        ("[log]\n[log]\n".to_owned(), 10),
        ("[accessLog]\nbufferingSize = \"many\"\n".to_owned(), 10),
    ] {
        let text = toml(api, &more);
        let (status, answer) = save(&text).await;
        assert!(status == 400 || status == 422, "{more}: {answer}");
        assert_eq!(answer["line"], line, "{more}: {answer}");
        assert!(!starts(&program, &text, api).await, "Traefik takes it: {more}");
    }
    assert_eq!(fs::read_to_string(&file).unwrap(), old, "nothing is written");

    let good = toml(api, &format!("[entryPoints.web]\naddress = \"127.0.0.1:{web}\"   # plain\n"));
    assert!(starts(&program, &good, api).await);
    let (status, answer) = save(&good).await;
    assert_eq!(status, 200, "{answer}");
    assert_eq!(fs::read_to_string(&file).unwrap(), good, "byte for byte");
    let history = client.get_json("/api/history?show=changes").await;
    let saved = &history["entries"][0];
    assert_eq!((&saved["action"], &saved["kind"]), (&json!("save"), &json!("static file")));
    // A form would have to edit single fields.
    let section =
        json!({"action": "edit", "section": "entrypoints", "name": "web", "data": {"address": ":1"}});
    let refused = client.post_json("/api/static/section", &section).await;
    assert!(refused.text().contains("edited as a text"), "{}", refused.text());
    let undone = client.post_json(&format!("/api/history/{}/undo", saved["change"]), &json!({})).await;
    assert_eq!(undone.status.as_u16(), 200, "{}", undone.text());
    assert_eq!(fs::read_to_string(&file).unwrap(), old);
    // Restored from the copy that the undoing has made.
    let backups = client.get_json("/api/backups").await;
    let name = backups[0]["name"].as_str().unwrap();
    assert_eq!(backups[0]["kind"], "static", "{backups}");
    let restored = client.post_json(&format!("/api/restore/{name}"), &json!({})).await;
    assert_eq!(restored.status.as_u16(), 200, "{}", restored.text());
    assert_eq!(fs::read_to_string(&file).unwrap(), good);
}

#[tokio::test]
async fn no_file_of_this_program_is_taken_for_a_static_configuration() {
    for file in ["data/config/manager.yml", "data/config/.secret_key", "data/config/nested/../manager.yml"] {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join(file).display().to_string();
        let (status, log) = ManagerOptions::new(home.path()).variable("STATIC_CONFIG_PATH", path).run().await;
        assert_eq!(status.code(), Some(1), "{file}: {log}");
        assert!(log.contains("which is a file of this program"), "{file}: {log}");
    }
}

/// Whatever the file is like, there is a reason, a way to mend it where it is a text, and nothing is lost.
#[tokio::test]
async fn files_that_are_no_static_configuration_are_named_and_mended_or_left_alone() {
    let good = "entryPoints:\n  web:\n    address: ':0'\n";
    let large = format!("{good}#{}\n", "x".repeat(5 << 20));
    for (name, text, can_be_mended) in [
        ("broken", Some("entryPoints: [\n"), true),
        ("empty", Some(""), true),
        ("list", Some("- a\n- b\n"), true),
        ("scalar", Some("this is not a traefik config\n"), true),
        ("large", Some(large.as_str()), true),
        ("folder", None, false),
    ] {
        let home = tempfile::tempdir().unwrap();
        let file = home.path().join("traefik.yml");
        match text {
            Some(text) => fs::write(&file, text).unwrap(),
            None => fs::create_dir(&file).unwrap(),
        }
        let options = ManagerOptions::new(home.path())
            .variable("STATIC_CONFIG_PATH", file.display().to_string())
            .variable("RESTART_METHOD", "poison-pill")
            .variable("SIGNAL_FILE_PATH", home.path().join("restart.sig").display().to_string());
        let manager = Manager::start(options).await;
        let client = manager.client().with_api_key(&first_key(&manager).await);
        let page = client.get("/static").await;
        assert!(page.status.as_u16() < 500 || !can_be_mended, "{name}: {}", page.text());
        let bad = client
            .post_json("/api/static/config", &json!({"content": "entryPoints: {w: {address: x}}"}))
            .await;
        assert!(bad.status.is_client_error(), "{name}: {}", bad.text());
        let section = json!({"action": "set", "section": "log", "data": {"level": "DEBUG"}});
        let edited = client.post_json("/api/static/section", &section).await;
        let saved = client.post_json("/api/static/config", &json!({ "content": good })).await;
        if can_be_mended {
            assert_eq!(
                edited.status.is_success(),
                name == "empty" || name == "large",
                "{name}: {}",
                edited.text()
            );
            assert_eq!(saved.json()["ok"], true, "{name}: {}", saved.text());
            assert_eq!(fs::read_to_string(&file).unwrap(), good, "{name}");
            let backups = client.get_json("/api/backups").await;
            assert_eq!(
                backups.as_array().map(Vec::len),
                Some(1),
                "{name}: a copy of what was there: {backups}"
            );
        } else {
            assert_eq!(saved.json()["ok"], false, "{name}: {}", saved.text());
            assert!(file.is_dir() && !home.path().join("restart.sig").exists(), "{name}");
        }
    }
}
