//! Proxies in front of the engine: ours, and `HAProxy` with two sets of rules.

use std::{
    fs,
    net::TcpStream,
    path::Path,
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use traefik_manager_restart::Endpoint;

use crate::programs::require_real;

/// What the usual socket proxy lets through with `CONTAINERS=1` and `POST=1`.
const USUAL: &str =
    "  http-request allow if { path,url_dec -m reg -i ^(/v[0-9.]+)?/(_ping|version|containers)(/|$) }\n";
/// One call for one container, and the two that tell a version.
const STRICT: &str = "  acl restart path -m reg ^(/v1\\.[0-9]{1,2})?/containers/traefik/restart$\n  \
                      acl has_query query -m found\n  acl q_ok query -m reg ^t=[0-9]{1,3}$\n  \
                      acl ping path -m reg ^/_ping$\n  http-request deny if { path -m sub % }\n  \
                      http-request deny if { req.body_size gt 0 }\n  \
                      http-request allow if METH_GET ping !has_query\n  \
                      http-request allow if METH_POST restart q_ok\n  \
                      http-request allow if METH_POST restart !has_query\n";

pub(crate) struct Proxy {
    child: Child,
    pub(crate) endpoint: Endpoint,
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

impl Proxy {
    /// Ours, in front of the engine, for a container of that name.
    pub(crate) fn ours(engine: &Endpoint, container: &str) -> Self {
        let port = crate::free_port();
        let child = Command::new(env!("CARGO_BIN_EXE_traefik-manager-socket-proxy"))
            .env_clear()
            .env("LISTEN", format!("tcp://127.0.0.1:{port}"))
            .env("DOCKER_HOST", engine.to_string())
            .env("TRAEFIK_CONTAINER", container)
            .stdin(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        Self::listening(child, port)
    }

    /// `HAProxy` with the usual rules; `None` where it is not installed, after saying so loudly.
    pub(crate) fn usual(engine: &Endpoint, folder: &Path) -> Option<Self> {
        Self::haproxy(engine, folder, USUAL)
    }

    /// `HAProxy` with strict rules; `None` where it is not installed, after saying so loudly.
    pub(crate) fn strict(engine: &Endpoint, folder: &Path) -> Option<Self> {
        Self::haproxy(engine, folder, STRICT)
    }

    fn haproxy(engine: &Endpoint, folder: &Path, rules: &str) -> Option<Self> {
        let program = require_real("haproxy")?;
        let port = crate::free_port();
        let Endpoint::Unix(socket) = engine else { return None };
        let configuration = format!(
            "defaults\n  mode http\n  timeout connect 5s\n  timeout client 60s\n  timeout server 60s\n\
             frontend calls\n  bind 127.0.0.1:{port}\n{rules}  http-request deny\n  default_backend engine\n\
             backend engine\n  server engine unix@{}\n",
            socket.display()
        );
        let file = folder.join(format!("haproxy-{port}.cfg"));
        fs::write(&file, configuration).unwrap();
        let child = Command::new(program)
            .args(["-db".as_ref(), "-f".as_ref(), file.as_os_str()])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        Some(Self::listening(child, port))
    }

    fn listening(child: Child, port: u16) -> Self {
        let start = Instant::now();
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(start.elapsed() < Duration::from_secs(10), "a proxy does not listen");
            thread::sleep(Duration::from_millis(20));
        }
        Self { child, endpoint: Endpoint::Tcp { host: "127.0.0.1".into(), port } }
    }
}
