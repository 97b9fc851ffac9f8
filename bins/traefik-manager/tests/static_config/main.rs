//! The static configuration of the real Traefik, changed through the real program: a poison pill restarts it, what it
//! does not start with is put back, and so is what nobody keeps.

#![expect(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod files;
mod labels;
mod refused;
#[path = "../support/mod.rs"]
mod support;
mod toml;

use std::{
    fs,
    net::{TcpListener, UdpSocket},
    path::Path,
    time::Duration,
};

use serde_json::{Value, json};
use support::{
    edge::{first_key, token},
    eventually, free_tcp_port,
    http::Client,
    manager::{Manager, ManagerOptions},
    require_real,
    supervisor::{HANGS, Supervisor},
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

    /// Whether the file says something that Traefik has not read.
    async fn is_unread(&self) -> Value {
        self.client.get_json("/api/static/status").await["unread"].clone()
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
        assert!(states.iter().any(|state| state.starts_with("requested")), "a pill is a request: {told}");
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
    assert_eq!(scene.is_unread().await, Value::Bool(true), "written, and not restarted with");
    assert!(scene.client.get("/static").await.text().contains("Traefik still runs"));
    let end = scene.restart("").await;
    assert_eq!(scene.is_unread().await, Value::Bool(false));
    assert_eq!(end["state"], "done", "{end}\n{}", scene.manager.log());
    assert_eq!(end["change"], Value::Null, "nobody came through Traefik, so nothing is on trial");
    assert_eq!(scene.web_address().await, Some(format!("127.0.0.1:{new}")));

    // A port that somebody else takes only afterwards is nothing that can be known.
    let port = free_tcp_port();
    let bad = scene.text(port);
    assert_eq!(scene.save(&bad).await["ok"], true);
    let _taken = TcpListener::bind(("127.0.0.1", port)).unwrap();
    let end = scene.restart("").await;
    assert_eq!(end["state"], "put-back", "{end}\n{}", scene.manager.log());
    assert_eq!(scene.file(), good, "byte for byte, comments too");
    assert_eq!(scene.is_unread().await, Value::Bool(false), "what was put back is what it runs");
    let page = scene.client.get("/static/restart").await.text();
    assert!(page.contains("Without access to the container engine"), "{page}");
    assert_eq!(scene.web_address().await, Some(format!("127.0.0.1:{new}")));

    // What a file shows is not written at all.
    let refused = scene.save(&format!("{good}  bad: {{noSuchThing: true}}\n")).await;
    assert_eq!(refused["ok"], false, "{refused}");
    assert_eq!(scene.file(), good);
    let history = scene.client.get_json("/api/history").await.to_string();
    assert!(history.contains("put back") && history.contains("restart"), "{history}");

    scene.asks_before_a_port_that_is_in_use(&good).await;
}

impl Scene {
    /// What is in use before it is written is told, by the API and on the pages, and written only where that is accepted.
    async fn asks_before_a_port_that_is_in_use(&self, good: &str) {
        let taken = TcpListener::bind("127.0.0.1:0").unwrap();
        let datagrams = UdpSocket::bind("127.0.0.1:0").unwrap();
        let (tcp, udp) = (taken.local_addr().unwrap().port(), datagrams.local_addr().unwrap().port());
        let free = free_tcp_port();
        let bad = format!(
            "{good}  db:\n    address: 127.0.0.1:{free}\n  mail:\n    address: :{tcp}\n  dns:\n    address: :{udp}/udp\n"
        );
        let refused = self.save(&bad).await;
        assert_eq!(refused["ok"], false, "{refused}");
        let findings: Vec<_> = refused["findings"].as_array().unwrap().iter().collect();
        let told = |number: usize| (findings[number]["code"].clone(), findings[number]["line"].clone());
        let lines = bad.lines().count();
        assert_eq!(told(0), (json!("port-in-use"), json!(lines - 2)), "{refused}");
        assert_eq!((told(1), findings.len()), ((json!("port-in-use"), json!(lines)), 2), "{refused}");
        assert!(findings[0]["message"].as_str().unwrap().contains(&format!("127.0.0.1:{tcp} already")));
        assert_eq!(self.file(), good);
        // Its own ports, under other names, are Traefik's to give.
        let renamed = good.replace("  web:", "  main:");
        let planned = json!({"content": renamed, "dry_run": true});
        let planned = self.client.post_json("/api/static/config", &planned).await.json();
        assert_eq!(
            planned["findings"].as_array().unwrap().iter().filter(|one| one["code"] == "port-in-use").count(),
            0,
            "{planned}"
        );

        let seen = field(&self.client.get("/static/raw").await.text(), "seen");
        let kept = self.client.post_form("/static/raw", &[("content", bad.as_str()), ("seen", &seen)]).await;
        assert!(kept.status.is_success() || kept.status.is_redirection(), "{}", kept.text());
        let review = self.client.get("/static/review").await.text();
        assert!(
            review.contains(&format!("127.0.0.1:{tcp} already"))
                && review.contains("name=\"accept_disabled\""),
            "{review}"
        );
        assert!(review.contains("Stop it first") && !review.contains("Take it away"), "{review}");
        let seen = field(&review, "seen");
        let refused = self.client.post_form("/static/apply", &[("seen", seen.as_str())]).await;
        assert!(refused.status.is_client_error(), "{}", refused.text());
        assert_eq!(self.file(), good);
        let accepted = [("seen", seen.as_str()), ("accept_disabled", "true")];
        let applied = self.client.post_form("/static/apply", &accepted).await;
        assert!(!applied.status.is_client_error(), "{}", applied.text());
        assert_eq!(self.file(), bad);
        drop(taken);
        let end = self.restart("").await;
        assert_eq!(end["state"], "put-back", "the other one is held still: {end}");
    }
}

/// What a hidden field of a page says.
fn field(page: &str, name: &str) -> String {
    let (_, rest) = page.split_once(&format!("name=\"{name}\" value=\"")).unwrap();
    rest.split('"').next().unwrap().to_owned()
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

/// Whoever restarts Traefik without this program restarts it all the same.
#[tokio::test]
async fn a_restart_by_somebody_else_is_noticed_and_so_is_an_edit_on_the_disk() {
    let Some(mut scene) = Scene::start().await else { return };
    assert_eq!(scene.is_unread().await, Value::Bool(false));
    // Traefik tells to the second when it started.
    tokio::time::sleep(Duration::from_millis(1100)).await;
    let text = format!("{}# by another hand\n", scene.file());
    fs::write(scene.home.path().join("traefik.yml"), &text).unwrap();
    eventually("the edit to be noticed", async || {
        (scene.is_unread().await == Value::Bool(true)).then_some(())
    })
    .await;
    fs::write(scene.home.path().join("restart.sig"), "").unwrap();
    eventually("Traefik to end", async || scene.web_address().await.is_none().then_some(())).await;
    eventually("Traefik to be back", async || scene.web_address().await).await;
    eventually("its restart to be noticed", async || {
        (scene.is_unread().await == Value::Bool(false)).then_some(())
    })
    .await;

    // Both while nobody was looking, as when everything is brought up anew.
    scene.manager.crash();
    tokio::time::sleep(Duration::from_millis(1100)).await;
    fs::write(scene.home.path().join("traefik.yml"), format!("{text}# and another\n")).unwrap();
    fs::write(scene.home.path().join("restart.sig"), "").unwrap();
    eventually("Traefik to end", async || scene.web_address().await.is_none().then_some(())).await;
    eventually("Traefik to be back", async || scene.web_address().await).await;
    tokio::time::sleep(Duration::from_millis(1100)).await;
    scene.manager.start_again().await;
    scene.client = scene.manager.client().with_api_key(&scene.secret);
    assert_eq!(scene.is_unread().await, Value::Bool(false), "{}", scene.manager.log());
}

/// With a file with which Traefik starts and never says a word.
#[tokio::test]
async fn a_traefik_that_hangs_gets_the_old_file_back() {
    let Some(scene) = Scene::start().await else { return };
    let old = scene.file();
    assert_eq!(scene.save(&format!("{old}{HANGS}\n")).await["ok"], true);
    let end = scene.restart("").await;
    assert_eq!(end["state"], "put-back", "{end}\n{}", scene.manager.log());
    assert!(end["message"].as_str().unwrap().contains("does not answer after the restart"), "{end}");
    scene.is_back(&old, scene.web).await;
}

/// Killed while Traefik is being restarted, with a file that it does not start with.
#[tokio::test]
async fn a_crash_in_the_middle_of_a_restart_leaves_no_edge_down() {
    let Some(mut scene) = Scene::start().await else { return };
    let old = scene.file();
    let port = free_tcp_port();
    assert_eq!(scene.save(&scene.text(port)).await["ok"], true);
    let _taken = TcpListener::bind(("127.0.0.1", port)).unwrap();
    let begun = scene.client.post_json("/api/static/restart", &json!({})).await.json();
    assert_eq!(begun["ok"], true, "{begun}");
    let second = scene.client.post_json("/api/static/restart", &json!({})).await;
    assert_eq!(second.status.as_u16(), 409, "one at a time: {}", second.text());
    assert!(second.text().contains("under way already"), "{}", second.text());
    eventually("Traefik to end", async || scene.web_address().await.is_none().then_some(())).await;
    scene.manager.crash();
    scene.manager.start_again().await;
    scene.client = scene.manager.client().with_api_key(&scene.secret);
    let end = scene.end_of_restart(&["put-back", "failed"]).await;
    assert_eq!(end["state"], "put-back", "{end}");
    scene.is_back(&old, scene.web).await;
}

/// Whether the real Traefik goes on running with a static configuration, in a file with this ending.
async fn starts(program: &Path, ending: &str, text: &str, api: u16) -> bool {
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join(format!("traefik.{ending}"));
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
