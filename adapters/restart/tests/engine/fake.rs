//! A stand-in for an engine, which answers in the very words that podman 4.3.1 answered with.

use std::{
    path::PathBuf,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tempfile::TempDir;
use tokio::{
    io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _},
    net::{TcpListener, UnixListener},
    task::JoinHandle,
};
use traefik_manager_core::test_support::conformance::Trouble;
use traefik_manager_restart::Endpoint;

/// What it does.
#[derive(Debug, Default)]
pub(crate) struct State {
    pub(crate) restarts: usize,
    pub(crate) trouble: Option<Trouble>,
    /// Request lines in order.
    pub(crate) asked: Vec<String>,
    /// Answers every question with these bytes instead.
    pub(crate) verbatim: Option<Vec<u8>>,
    /// The names of the containers that have the label.
    pub(crate) labelled: Vec<&'static str>,
    /// The other labels of every container, as JSON.
    pub(crate) labels: &'static str,
    /// Paths that it answers 403.
    pub(crate) forbidden: Vec<&'static str>,
}

pub(crate) struct FakeEngine {
    pub(crate) endpoint: Endpoint,
    state: Arc<Mutex<State>>,
    listening: Mutex<Option<JoinHandle<()>>>,
    folder: TempDir,
}

impl FakeEngine {
    pub(crate) async fn unix() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let endpoint = Endpoint::Unix(folder.path().join("docker.sock"));
        let engine = Self { endpoint, state: Arc::default(), listening: Mutex::new(None), folder };
        engine.listen().await;
        engine
    }

    pub(crate) async fn tcp() -> Self {
        let port = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port();
        let endpoint = Endpoint::Tcp { host: "127.0.0.1".into(), port };
        let folder = tempfile::tempdir().unwrap();
        let engine = Self { endpoint, state: Arc::default(), listening: Mutex::new(None), folder };
        engine.listen().await;
        engine
    }

    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) async fn listen(&self) {
        let state = self.state.clone();
        let task = match &self.endpoint {
            Endpoint::Unix(path) => {
                std::fs::remove_file(path).ok();
                let listener = UnixListener::bind(path).unwrap();
                tokio::spawn(async move {
                    while let Ok((stream, _)) = listener.accept().await {
                        tokio::spawn(answer(stream, state.clone()));
                    }
                })
            }
            Endpoint::Tcp { host, port } => {
                let listener = TcpListener::bind((host.as_str(), *port)).await.unwrap();
                tokio::spawn(async move {
                    while let Ok((stream, _)) = listener.accept().await {
                        tokio::spawn(answer(stream, state.clone()));
                    }
                })
            }
        };
        *self.listening.lock().unwrap() = Some(task);
    }

    /// Nobody listens any more.
    pub(crate) async fn vanish(&self) {
        let task = self.listening.lock().unwrap().take();
        if let Some(task) = task {
            task.abort();
            task.await.ok();
        }
        std::fs::remove_file(self.path()).ok();
    }

    pub(crate) fn path(&self) -> PathBuf {
        self.folder.path().join("docker.sock")
    }
}

async fn answer(mut stream: impl AsyncRead + AsyncWrite + Unpin, state: Arc<Mutex<State>>) {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        match stream.read_u8().await {
            Ok(byte) => head.push(byte),
            Err(_) => return,
        }
    }
    let head = String::from_utf8(head).unwrap();
    let line = head.lines().next().unwrap().trim_end_matches(" HTTP/1.1").to_owned();
    let bytes = {
        let mut state = state.lock().unwrap();
        state.asked.push(line.clone());
        reply(&line, &mut state)
    };
    if bytes.is_empty() {
        std::future::pending::<()>().await;
    }
    stream.write_all(&bytes).await.ok();
    stream.shutdown().await.ok();
}

fn reply(line: &str, state: &mut State) -> Vec<u8> {
    if let Some(bytes) = &state.verbatim {
        return bytes.clone();
    }
    let bare = line.replacen("/v1.41/", "/", 1);
    if state.trouble == Some(Trouble::Hangs) {
        return Vec::new();
    }
    if state.trouble == Some(Trouble::Refused) || state.forbidden.iter().any(|path| bare.contains(path)) {
        let body = "<html><body><h1>403 Forbidden</h1>\nRequest forbidden by administrative rules.\n</body></html>\n";
        return response("403 Forbidden", "text/html", body);
    }
    let no_container = state.trouble == Some(Trouble::NoContainer);
    let is_there = |bare: &str| bare.contains("/containers/traefik/") || bare.contains("/containers/edge/");
    match bare.as_str() {
        "GET /_ping" => response("200 OK", "text/plain; charset=utf-8", "OK"),
        line if line.starts_with("GET /containers/json?") => {
            assert!(line.contains("label") && line.contains("traefik%2Dmanager%2Erole%3Dtraefik"), "{line}");
            let names: Vec<String> = state
                .labelled
                .iter()
                .map(|name| {
                    format!(r#"{{"Id":"5f138a","Names":["/{name}"],"Labels":{}}}"#, object(state.labels))
                })
                .collect();
            response("200 OK", "application/json", &format!("[{}]\n", names.join(",")))
        }
        line if no_container || !is_there(line) => response(
            "404 Not Found",
            "application/json",
            "{\"cause\":\"no such container\",\"message\":\"no container with name or ID \\\"nope\\\" found: no such \
             container\",\"response\":404}\n",
        ),
        line if line.starts_with("POST ") && line.contains("/restart?t=") => {
            state.restarts += 1;
            b"HTTP/1.1 204 No Content\r\nApi-Version: 1.41\r\nServer: Libpod/4.3.1 (linux)\r\n\r\n".to_vec()
        }
        line if line.ends_with("/json") => {
            response("200 OK", "application/json", &inspected(state.restarts, state.labels))
        }
        line if line.ends_with("/logs?stdout=1&stderr=1&tail=20") => {
            let mut bytes = b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n".to_vec();
            bytes.extend_from_slice(b"\x02\0\0\0\0\0\0\x0cERR bad file");
            bytes
        }
        _ => response("404 Not Found", "text/plain", "Not Found"),
    }
}

fn response(status: &str, kind: &str, body: &str) -> Vec<u8> {
    let length = body.len();
    format!(
        "HTTP/1.1 {status}\r\nApi-Version: 1.41\r\nContent-Type: {kind}\r\nServer: Libpod/4.3.1 (linux)\r\n\
         Content-Length: {length}\r\n\r\n{body}"
    )
    .into_bytes()
}

fn object(labels: &str) -> &str {
    if labels.is_empty() { "{}" } else { labels }
}

/// The part of podman's answer that says what the container does.
fn inspected(restarts: usize, labels: &str) -> String {
    let labels = object(labels);
    format!(
        r#"{{"Id":"5f138a01f919e2a5773dcd64150a76cdeefc43bafcc95062870be06c4195075b","Created":"2026-11-27T02:29:28.4556641Z","Path":"/bin/busybox","Args":["sh"],"State":{{"Status":"running","Running":true,"Paused":false,"Restarting":false,"OOMKilled":false,"Dead":false,"Pid":23558,"ExitCode":0,"Error":"","StartedAt":"2026-11-27T02:41:{restarts:02}.64738523Z","FinishedAt":"2026-11-27T02:41:46.364456425Z","Health":{{"Status":"","FailingStreak":0,"Log":null}}}},"Name":"/traefik","Config":{{"Labels":{labels}}},"RestartCount":0,"Driver":"overlay","Platform":"linux"}}"#
    )
}
