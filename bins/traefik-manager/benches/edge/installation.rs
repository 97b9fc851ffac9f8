//! An installation of the program with so many routers, and its process.

use std::{
    fmt::Write as _,
    fs::{self, File},
    io::Write as _,
    net::{SocketAddr, TcpListener},
    path::PathBuf,
    process::{Child, Command, Stdio},
};

use sha2::{Digest as _, Sha256};
use tempfile::TempDir;

/// What opens it.
pub(crate) const PASSWORD: &str = "bench battery staple";

const KEY: &str = "bench-key-bench-key-bench-key-bench-key-0123";

/// A file with so many routers, services and a middleware, as a person would write it.
pub(crate) fn configuration(routers: usize) -> String {
    in_order(0..routers)
}

/// The same with the last first, so that no line is where it was.
pub(crate) fn reversed(routers: usize) -> String {
    in_order((0..routers).rev())
}

fn in_order(routers: impl Iterator<Item = usize> + Clone) -> String {
    let mut text = String::from("# Generated for a benchmark\nhttp:\n  routers:\n");
    for number in routers.clone() {
        let _ = write!(
            text,
            "    app-{number}:\n      rule: \"Host(`app-{number}.example.com`)\"\n      entryPoints:\n        - websecure\n      \
             service: app-{number}-service\n      middlewares:\n        - secure-headers\n      tls:\n        \
             certResolver: letsencrypt\n"
        );
    }
    text.push_str("  services:\n");
    for number in routers {
        let _ = write!(
            text,
            "    app-{number}-service:\n      loadBalancer:\n        servers:\n          - url: http://10.0.{}.{}:8080\n",
            number / 250 % 250,
            number % 250 + 1
        );
    }
    text.push_str("  middlewares:\n    secure-headers:\n      headers:\n        stsSeconds: 31536000\n");
    text
}

pub(crate) struct Installation {
    folder: TempDir,
    address: SocketAddr,
}

impl Installation {
    pub(crate) fn new(routers: usize) -> Self {
        let folder = TempDir::new().unwrap();
        for name in ["config", "dynamic"] {
            fs::create_dir(folder.path().join(name)).unwrap();
        }
        fs::write(folder.path().join("dynamic/routes.yml"), configuration(routers)).unwrap();
        let digest = Sha256::digest(KEY.as_bytes()).iter().fold(String::new(), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        });
        let hash = bcrypt::hash(PASSWORD, 12).unwrap();
        let settings = format!(
            "domains: [example.com]\ncert_resolver: letsencrypt\ntraefik_api_url: http://127.0.0.1:9\n\
             password_hash: {hash}\nsetup_complete: true\n\
             api_keys:\n  - name: bench\n    hash: sha256:{digest}\n    preview: bench-ke...0123\n    created_at: 2026-01-01 00:00\n"
        );
        fs::write(folder.path().join("config/manager.yml"), settings).unwrap();
        // The port is free now and taken by the program in a moment; nobody else on this machine wants it.
        let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        Self { folder, address }
    }

    /// The access log, which is not there yet.
    pub(crate) fn log(&self) -> PathBuf {
        self.folder.path().join("access.log")
    }

    pub(crate) fn start(self) -> Running {
        let at = |path: &str| self.folder.path().join(path);
        let child = Command::new(env!("CARGO_BIN_EXE_traefik-manager"))
            .env_clear()
            .env("LISTEN", self.address.to_string())
            .env("SETTINGS_PATH", at("config/manager.yml"))
            .env("BACKUP_DIR", at("backups"))
            .env("CONFIG_DIR", at("dynamic"))
            .env("ACCESS_LOG_PATH", at("access.log"))
            .env("LOG_LEVEL", "ERROR")
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        Running { installation: self, child, key: KEY.to_owned() }
    }
}

pub(crate) struct Running {
    installation: Installation,
    child: Child,
    pub(crate) key: String,
}

impl Running {
    pub(crate) fn address(&self) -> SocketAddr {
        self.installation.address
    }

    /// What the kernel counts as the process's own pages in memory.
    pub(crate) fn resident_megabytes(&self) -> f64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
        line.trim().trim_end_matches(" kB").trim().parse::<f64>().unwrap() / 1024.0
    }

    pub(crate) fn configuration(&self) -> String {
        fs::read_to_string(self.configuration_path()).unwrap()
    }

    /// Replaces the file as another program does.
    pub(crate) fn write_configuration(&self, text: &str) {
        fs::write(self.configuration_path(), text).unwrap();
    }

    fn configuration_path(&self) -> PathBuf {
        self.installation.folder.path().join("dynamic/routes.yml")
    }

    /// The least that a durable write can be: new file, fsync, rename, fsync of the folder.
    pub(crate) fn write_durably(&self, text: &str) {
        let folder = self.installation.folder.path();
        let (new, old) = (folder.join("limit.tmp"), folder.join("limit.yml"));
        let mut file = File::create(&new).unwrap();
        file.write_all(text.as_bytes()).unwrap();
        file.sync_all().unwrap();
        fs::rename(&new, &old).unwrap();
        File::open(folder).unwrap().sync_all().unwrap();
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
