//! A real Traefik that watches a folder or a file of dynamic configuration.

use std::{
    fs,
    net::SocketAddr,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use serde_json::Value;
use tempfile::TempDir;

use super::{PATIENCE, Running, eventually, free_tcp_port, free_udp_port, http::Client, require_real};

/// A running Traefik. It ends when this is dropped.
#[derive(Debug)]
pub struct Traefik {
    process: Running,
    program: PathBuf,
    home: TempDir,
    /// The base URL of its API.
    pub api: String,
    /// The entry point `web`, plain HTTP.
    pub web: SocketAddr,
    /// The entry point `websecure`, TLS with Traefik's own certificate.
    pub websecure: SocketAddr,
    /// The entry point `tcp`.
    pub tcp: SocketAddr,
    /// The entry point `udp`.
    pub udp: SocketAddr,
}

impl Traefik {
    /// Starts Traefik on a folder or a file of dynamic configuration, and waits until its API answers.
    ///
    /// `None` where Traefik is not installed and need not be; that has been said on stderr.
    pub async fn start(dynamic: &Path) -> Option<Self> {
        let program = require_real("traefik")?;
        let home = tempfile::tempdir().unwrap();
        let [api, web, websecure, tcp] = std::array::from_fn(|_| local(free_tcp_port()));
        let udp = local(free_udp_port());
        let source = if dynamic.is_dir() { "directory" } else { "filename" };
        let (file, dynamic) = (home.path().join("traefik.yml"), dynamic.display());
        let text = format!(
            "global:\n  checkNewVersion: false\n  sendAnonymousUsage: false\n\
             api:\n  insecure: true\n\
             entryPoints:\n  traefik:\n    address: {api}\n  web:\n    address: {web}\n  \
             websecure:\n    address: {websecure}\n  tcp:\n    address: {tcp}\n  udp:\n    address: {udp}/udp\n\
             providers:\n  file:\n    {source}: {dynamic}\n    watch: true\n"
        );
        fs::write(&file, text).unwrap();
        let process = launch(&program, home.path());
        let mut traefik =
            Self { process, program, home, api: format!("http://{api}"), web, websecure, tcp, udp };
        traefik.wait_until_up().await;
        Some(traefik)
    }

    /// Its static configuration file; read again by [`Self::restart`].
    pub fn static_file(&self) -> PathBuf {
        self.home.path().join("traefik.yml")
    }

    /// What it has logged.
    pub fn log(&self) -> String {
        fs::read_to_string(self.home.path().join("traefik.log")).unwrap_or_default()
    }

    /// Ends it and starts it anew with what is in the static file now.
    pub async fn restart(&mut self) {
        self.stop();
        self.process = launch(&self.program, self.home.path());
        self.wait_until_up().await;
    }

    /// Ends it, as a crash would.
    pub fn stop(&mut self) {
        self.process.0.kill().unwrap();
        self.process.0.wait().unwrap();
    }

    /// The answer of its API to a path such as `/api/http/routers`.
    pub async fn ask(&self, path: &str) -> Option<Value> {
        let answer =
            Client::new(&self.api).try_send(hyper::Method::GET, path, &[], bytes::Bytes::new()).await.ok()?;
        answer.status.is_success().then(|| answer.json())
    }

    /// Asks its API until the answer is as wanted; a reload takes about two seconds.
    ///
    /// # Panics
    /// With the path when that does not come about.
    pub async fn wait_for(&self, path: &str, wanted: impl Fn(&Value) -> bool) -> Value {
        eventually(path, async || self.ask(path).await.filter(|answer| wanted(answer))).await
    }

    /// Waits until a router, such as `app@file`, is there, and returns it.
    pub async fn wait_for_router(&self, protocol: &str, name: &str) -> Value {
        self.wait_for(&format!("/api/{protocol}/routers/{name}"), |_| true).await
    }

    /// A client of the entry point `web` that asks for a host.
    pub fn visitor(&self, host: &str) -> Client {
        Client::new(format!("http://{}", self.web)).with_header("host", host)
    }

    /// Waits until it answers, patiently: the first start on a machine reads all of the program from a cold disk.
    async fn wait_until_up(&mut self) {
        let deadline = Instant::now() + 6 * PATIENCE;
        while self.ask("/api/version").await.is_none() {
            let ended = self.process.0.try_wait().unwrap();
            assert!(ended.is_none(), "Traefik did not start: {}", self.log());
            assert!(Instant::now() < deadline, "Traefik does not answer: {}", self.log());
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
}

fn local(port: u16) -> SocketAddr {
    ([127, 0, 0, 1], port).into()
}

fn launch(program: &Path, home: &Path) -> Running {
    launch_with_log(program, home, fs::File::create(home.join("traefik.log")).unwrap())
}

/// Starts it with its own home, so that it reads nobody's configuration but `traefik.yml` there.
pub fn launch_with_log(program: &Path, home: &Path, log: fs::File) -> Running {
    let child = Command::new(program)
        .arg(format!("--configFile={}", home.join("traefik.yml").display()))
        .env_clear()
        .env("HOME", home)
        .current_dir(home)
        .stdin(Stdio::null())
        .stdout(log.try_clone().unwrap())
        .stderr(log)
        .spawn()
        .unwrap();
    Running(child)
}
