//! A real engine, podman, with a container in which the real Traefik runs.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
    thread,
    time::{Duration, Instant},
};

use tempfile::TempDir;
use traefik_manager_restart::Endpoint;

use crate::programs::{require_engine, require_real};

/// What an engine in a container, or on a machine with an old kind of cgroups, needs to be told.
const CONTAINERS_CONF: &str = r#"[containers]
default_ulimits = ["nofile=1024:1024", "nproc=1024:1024"]
[engine]
runtime = "runc"
events_logger = "file"
cgroup_manager = "cgroupfs"
"#;

/// The first process of the container. A file that says HANG makes a Traefik that starts and does nothing.
const START: &str = "if grep -q HANG /etc/traefik/traefik.yml; then\n  trap 'exit 143' TERM\n  while :; do sleep 0.1; \
                     done\nfi\nexec /bin/traefik --configFile=/etc/traefik/traefik.yml\n";

/// An engine, its socket, and a container with Traefik. All of it goes with its value.
pub(crate) struct Engine {
    folder: TempDir,
    podman: PathBuf,
    service: Option<Child>,
    pub(crate) api_port: u16,
}

impl Drop for Engine {
    fn drop(&mut self) {
        self.podman(&["rm", "--force", "--all", "--time", "0"]);
        self.vanish();
        self.podman(&["rmi", "--force", "--all"]);
    }
}

impl Engine {
    /// Starts one, with Traefik's API on that port and a health check in the container; `None` where that cannot be,
    /// after saying so loudly.
    pub(crate) fn start(api_port: u16, health_check: &str) -> Option<Self> {
        let podman = require_real("podman")?;
        let traefik = require_real("traefik")?;
        let busybox = require_real("busybox")?;
        let folder = tempfile::tempdir().unwrap();
        let mut engine = Self { folder, podman, service: None, api_port };
        for name in ["etc", "signals", "image/bin", "image/tmp"] {
            fs::create_dir_all(engine.path(name)).unwrap();
        }
        fs::write(engine.path("containers.conf"), CONTAINERS_CONF).unwrap();
        fs::write(engine.path("etc/start.sh"), START).unwrap();
        fs::copy(busybox, engine.path("image/bin/busybox")).unwrap();
        for applet in ["sh", "grep", "sleep", "rm", "wget"] {
            std::os::unix::fs::symlink("busybox", engine.path("image/bin").join(applet)).unwrap();
        }
        let archive = engine.path("image.tar");
        let tar = Command::new("tar")
            .args([
                "-C".as_ref(),
                engine.path("image").as_os_str(),
                "-cf".as_ref(),
                archive.as_os_str(),
                ".".as_ref(),
            ])
            .status()
            .unwrap();
        assert!(tar.success());
        engine.write_file(&engine.config(engine.api_port));

        let mount = |from: &Path, to: &str| format!("{}:{to}", from.display());
        let (etc, signals) = (engine.path("etc"), engine.path("signals"));
        let volumes =
            [mount(&etc, "/etc/traefik"), mount(&signals, "/signals"), mount(&traefik, "/bin/traefik:ro")];
        let archive = archive.display().to_string();
        let mut run = vec!["run", "--detach", "--name", "traefik", "--network", "host"];
        run.extend(["--restart", "unless-stopped", "--label", "traefik-manager.role=traefik"]);
        run.extend(["--label", "traefik-manager.static-config=/etc/traefik/traefik.yml"]);
        run.extend(volumes.iter().flat_map(|volume| ["--volume", volume.as_str()]));
        run.extend(["--health-cmd", health_check, "localhost/traefik:1", "/bin/sh", "/etc/traefik/start.sh"]);
        for arguments in [vec!["import", "--quiet", &archive, "localhost/traefik:1"], run] {
            let output = engine.podman(&arguments);
            if !output.status.success() {
                require_engine(&String::from_utf8_lossy(&output.stderr));
                return None;
            }
        }
        engine.listen();
        Some(engine)
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// A static file with the API there and an entry point on this port.
    pub(crate) fn config(&self, web: u16) -> String {
        let api = self.api_port;
        let web = if web == api { String::new() } else { format!("  web:\n    address: 127.0.0.1:{web}\n") };
        format!(
            "global: {{checkNewVersion: false, sendAnonymousUsage: false}}\nping: {{}}\napi: {{insecure: true}}\n\
             entryPoints:\n  traefik:\n    address: 127.0.0.1:{api}\n{web}"
        )
    }

    pub(crate) fn write_file(&self, text: &str) {
        fs::write(self.path("etc/traefik.yml"), text).unwrap();
    }

    pub(crate) fn file(&self) -> String {
        fs::read_to_string(self.path("etc/traefik.yml")).unwrap()
    }

    pub(crate) fn endpoint(&self) -> Endpoint {
        Endpoint::Unix(self.path("docker.sock"))
    }

    /// Starts the service that listens on the socket.
    pub(crate) fn listen(&mut self) {
        let socket = self.path("docker.sock");
        fs::remove_file(&socket).ok();
        let service = self
            .command(&["system", "service", "--time=0", &format!("unix://{}", socket.display())])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        self.service = Some(service);
        let start = Instant::now();
        while !socket.exists() {
            assert!(start.elapsed() < Duration::from_secs(10), "podman does not listen");
            thread::sleep(Duration::from_millis(20));
        }
    }

    /// Ends the service; the container goes on.
    pub(crate) fn vanish(&mut self) {
        if let Some(mut service) = self.service.take() {
            service.kill().ok();
            service.wait().ok();
        }
        fs::remove_file(self.path("docker.sock")).ok();
    }

    pub(crate) fn podman(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    /// A command that keeps to this engine's folders.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.podman);
        command
            .env("CONTAINERS_CONF", self.path("containers.conf"))
            .arg("--root")
            .arg(self.path("store"))
            .arg("--runroot")
            .arg(self.path("run"))
            .args(["--storage-driver", "vfs"])
            .args(arguments)
            .stdin(Stdio::null());
        command
    }
}
