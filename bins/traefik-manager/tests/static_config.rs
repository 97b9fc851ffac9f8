//! The static configuration of the real Traefik, changed through the real program: a poison pill restarts it, and what
//! it does not start with is put back.

#![expect(clippy::unwrap_used, reason = "tests")]

mod support;

use std::{
    fs,
    net::TcpListener,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread::{self, JoinHandle},
    time::Duration,
};

use serde_json::{Value, json};
use support::{
    edge::first_key,
    eventually, free_tcp_port,
    http::Client,
    manager::{Manager, ManagerOptions},
    require_real,
    traefik::launch_with_log,
};

/// Starts Traefik again whenever it ends, and ends it when the signal file is found, as an engine and a health check do.
struct Supervisor(Arc<AtomicBool>, Option<JoinHandle<()>>);

impl Supervisor {
    fn start(program: PathBuf, home: PathBuf) -> Self {
        let is_over = Arc::new(AtomicBool::new(false));
        let over = is_over.clone();
        let thread = thread::spawn(move || {
            while !over.load(Ordering::SeqCst) {
                let log = fs::File::create(home.join("traefik.log")).unwrap();
                let mut traefik = launch_with_log(&program, &home, log);
                while matches!(traefik.0.try_wait(), Ok(None)) && !over.load(Ordering::SeqCst) {
                    if fs::remove_file(home.join("restart.sig")).is_ok() {
                        break;
                    }
                    thread::sleep(Duration::from_millis(50));
                }
                drop(traefik);
                thread::sleep(Duration::from_millis(200));
            }
        });
        Self(is_over, Some(thread))
    }
}

impl Drop for Supervisor {
    fn drop(&mut self) {
        self.0.store(true, Ordering::SeqCst);
        if let Some(thread) = self.1.take() {
            thread.join().ok();
        }
    }
}

fn configuration(api: u16, web: u16) -> String {
    format!(
        "# by hand\nglobal: {{checkNewVersion: false, sendAnonymousUsage: false}}\napi:\n  insecure: true\n\
         entryPoints:\n  traefik:\n    address: 127.0.0.1:{api}\n  web:\n    address: 127.0.0.1:{web}   # plain\n"
    )
}

async fn manager(home: &Path, api: u16) -> Manager {
    let options = ManagerOptions::new(home)
        .variable("TRAEFIK_API_URL", format!("http://127.0.0.1:{api}"))
        .variable("STATIC_CONFIG_PATH", home.join("traefik.yml").display().to_string())
        .variable("RESTART_METHOD", "poison-pill")
        .variable("RESTART_TIMEOUT", "12")
        .variable("SIGNAL_FILE_PATH", home.join("restart.sig").display().to_string());
    Manager::start(options).await
}

/// Restarts, and waits for the end of it.
async fn restart(client: &Client) -> Value {
    let begun = client.post_json("/api/static/restart", &json!({})).await.json();
    assert_eq!(begun["ok"], true, "{begun}");
    let long = tokio::time::timeout(Duration::from_mins(1), async {
        loop {
            let restart = client.get("/api/static/status").await.json()["restart"].clone();
            if ["done", "put-back", "failed"].contains(&restart["state"].as_str().unwrap()) {
                return restart;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    });
    long.await.unwrap()
}

#[tokio::test]
async fn a_good_file_is_run_and_one_that_does_not_start_is_put_back() {
    let Some(program) = require_real("traefik") else { return };
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("traefik.yml");
    let [api, old, new] = std::array::from_fn(|_| free_tcp_port());
    fs::write(&file, configuration(api, old)).unwrap();
    let _supervisor = Supervisor::start(program, home.path().to_owned());
    let manager = manager(home.path(), api).await;
    let client = manager.client().with_api_key(&first_key(&manager).await);
    let traefik = Client::new(format!("http://127.0.0.1:{api}"));
    eventually("Traefik to answer", async || {
        traefik.try_send(hyper::Method::GET, "/api/version", &[], bytes::Bytes::new()).await.ok()
    })
    .await;

    let save =
        async |text: &str| client.post_json("/api/static/config", &json!({ "content": text })).await.json();
    let good = configuration(api, new);
    assert_eq!(save(&good).await["ok"], true);
    let end = restart(&client).await;
    assert_eq!(end["state"], "done", "{end}\n{}", manager.log());
    let web = traefik.get("/api/entrypoints/web").await.json();
    assert_eq!(web["address"], format!("127.0.0.1:{new}"));

    // A port that is in use is nothing that a file shows.
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let bad = configuration(api, taken.local_addr().unwrap().port());
    assert_eq!(save(&bad).await["ok"], true);
    let end = restart(&client).await;
    assert_eq!(end["state"], "put-back", "{end}\n{}", manager.log());
    assert_eq!(fs::read_to_string(&file).unwrap(), good, "byte for byte, comments too");
    let web = traefik.get("/api/entrypoints/web").await.json();
    assert_eq!(web["address"], format!("127.0.0.1:{new}"));

    // What a file shows is not written at all.
    let refused = save(&format!("{good}  bad: {{noSuchThing: true}}\n")).await;
    assert_eq!(refused["ok"], false, "{refused}");
    assert_eq!(fs::read_to_string(&file).unwrap(), good);
    let history = client.get_json("/api/history").await.to_string();
    assert!(history.contains("put back") && history.contains("restart"), "{history}");
}
