//! The engine of changes against the real Traefik: what it does not take goes back, what nobody keeps goes back, and
//! the edge never notices.

#![expect(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod aftermath;
mod attack;
mod dry_run;
mod pages;
mod saves;
#[path = "../support/mod.rs"]
mod support;
mod trials;

use std::{
    fs,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use serde_json::Value as Json;
use support::{
    backend,
    edge::{Edge, HAND_WRITTEN},
    eventually,
    http::Client,
    traefik::Traefik,
};
use tempfile::TempDir;

/// A manager and a Traefik on the same folder, and a route that answers all the time.
pub(crate) struct Engine {
    pub(crate) edge: Edge,
    pub(crate) traefik: Traefik,
    _steady: backend::Http,
}

impl Engine {
    /// `None` without a Traefik.
    pub(crate) async fn start() -> Option<Self> {
        let folder = TempDir::new().unwrap();
        let dynamic = folder.path().join("dynamic");
        fs::create_dir(&dynamic).unwrap();
        fs::write(dynamic.join("edge.yml"), HAND_WRITTEN).unwrap();
        let steady = backend::Http::start("steady").await;
        let text = format!(
            "http:\n  routers:\n    steady: {{rule: 'Host(`steady.test`)', service: steady, entryPoints: [web]}}\n  \
             services:\n    steady: {{loadBalancer: {{servers: [{{url: '{}'}}]}}}}\n",
            steady.url
        );
        fs::write(dynamic.join("steady.yml"), text).unwrap();
        let traefik = Traefik::start(&dynamic).await?;
        traefik.wait_for_router("http", "steady@file").await;
        let edge = Edge::start_in(folder, &[("TRAEFIK_API_URL", traefik.api.as_str())]).await;
        Some(Self { edge, traefik, _steady: steady })
    }

    /// Saves a route to a server that is not there; `more` are further fields.
    pub(crate) async fn save(&self, query: &str, name: &str, more: &[(&str, &str)]) -> (u16, Json) {
        save(&self.edge.key, query, name, more).await
    }
}

pub(crate) async fn save(key: &Client, query: &str, name: &str, more: &[(&str, &str)]) -> (u16, Json) {
    let rule = format!("Host(`{name}.test`)");
    let mut fields = vec![
        ("serviceName", name),
        ("protocol", "http"),
        ("httpRule", rule.as_str()),
        ("entryPoints", "web"),
        ("certResolver", "__disabled__"),
        ("targetIp", "127.0.0.1"),
        ("targetPort", "9"),
    ];
    fields.retain(|(field, _)| more.iter().all(|(other, _)| other != field));
    fields.extend(more);
    let answer = key.post_form(&format!("/save{query}"), &fields).await;
    (answer.status.as_u16(), answer.json())
}

/// Asks for the steady route without a pause, until it is asked how that went.
pub(crate) struct Load {
    stop: Arc<AtomicBool>,
    task: tokio::task::JoinHandle<(usize, Vec<String>)>,
}

impl Load {
    pub(crate) fn on(traefik: &Traefik) -> Self {
        let visitor = traefik.visitor("steady.test");
        let stop = Arc::new(AtomicBool::new(false));
        let stopping = Arc::clone(&stop);
        let task = tokio::spawn(async move {
            let (mut count, mut failures) = (0, Vec::new());
            while !stopping.load(Ordering::Relaxed) {
                let answer = visitor.try_send(hyper::Method::GET, "/", &[], bytes::Bytes::new()).await;
                match answer {
                    Ok(answer) if answer.status.as_u16() == 200 && answer.text() == "steady" => count += 1,
                    other => failures.push(format!("{other:?}")),
                }
            }
            (count, failures)
        });
        Self { stop, task }
    }

    /// Not one request has failed, and there were some.
    pub(crate) async fn never_failed(self) {
        self.stop.store(true, Ordering::Relaxed);
        let (count, failures) = self.task.await.unwrap();
        assert_eq!(failures, Vec::<String>::new(), "of {count}");
        assert!(count > 20, "only {count} requests");
    }
}

/// All files below a folder with their bytes.
pub(crate) fn bytes_below(folder: &Path) -> std::collections::BTreeMap<String, Vec<u8>> {
    let mut found = std::collections::BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap().map(Result::unwrap) {
            if entry.file_type().unwrap().is_dir() {
                folders.push(entry.path());
            } else if let Ok(bytes) = fs::read(entry.path()) {
                found.insert(entry.path().display().to_string(), bytes);
            }
        }
    }
    found
}

/// Waits until the edge's file is as it was written by hand.
pub(crate) async fn as_written(edge: &Edge) {
    eventually("the file to be as it was", async || (edge.text() == HAND_WRITTEN).then_some(())).await;
}
