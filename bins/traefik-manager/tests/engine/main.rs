//! The engine of changes against the real Traefik: what it does not take goes back, what nobody keeps goes back, and
//! the edge never notices.

#![expect(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod aftermath;
mod attack;
mod dry_run;
mod pages;
mod saves;
mod shaped;
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
    pub(crate) steady: backend::Http,
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
        Some(Self { edge, traefik, steady })
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

/// How many ask for each host at the same time.
const VISITORS: usize = 2;

/// Asks for the steady route, and others to its server, without a pause, until it is asked how that went.
pub(crate) struct Load {
    stop: Arc<AtomicBool>,
    tasks: Vec<tokio::task::JoinHandle<(usize, Vec<String>)>>,
}

impl Load {
    pub(crate) fn on(traefik: &Traefik) -> Self {
        Self::on_hosts(traefik, &["steady.test"])
    }

    pub(crate) fn on_hosts(traefik: &Traefik, hosts: &[&str]) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let visitors = hosts.iter().flat_map(|host| (0..VISITORS).map(|_| traefik.visitor(host)));
        let tasks = visitors.map(|visitor| tokio::spawn(visit(visitor, Arc::clone(&stop)))).collect();
        Self { stop, tasks }
    }

    /// Not one request has failed, and each of those who ask has asked often.
    pub(crate) async fn never_failed(self) {
        self.stop.store(true, Ordering::Relaxed);
        for task in self.tasks {
            let (count, failures) = task.await.unwrap();
            assert_eq!(failures, Vec::<String>::new(), "of {count}");
            assert!(count > 20, "only {count} requests");
        }
    }
}

/// How many requests went well, and what became of the others.
async fn visit(visitor: Client, stop: Arc<AtomicBool>) -> (usize, Vec<String>) {
    let (mut count, mut failures) = (0, Vec::new());
    while !stop.load(Ordering::Relaxed) {
        let answer = visitor.try_send(hyper::Method::GET, "/", &[], bytes::Bytes::new()).await;
        match answer {
            Ok(answer) if answer.status.as_u16() == 200 && answer.text() == "steady" => count += 1,
            other => failures.push(format!("{other:?}")),
        }
    }
    (count, failures)
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
