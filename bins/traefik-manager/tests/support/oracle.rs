//! A real Traefik that is asked about many configurations, one after the other.

use std::{
    collections::BTreeMap,
    fs,
    io::{Read as _, Seek as _, Write as _},
    net::TcpStream,
    path::{Path, PathBuf},
    thread,
    time::{Duration, Instant},
};

use serde_json::Value;
use tempfile::TempDir;

use super::{Running, free_tcp_port, free_udp_port, traefik::launch_with_log};

/// How long Traefik may take to say anything about a configuration.
const PATIENCE: Duration = Duration::from_secs(12);
/// The same on a machine that is busy with other things.
const LONG_PATIENCE: Duration = Duration::from_mins(1);
/// How long it may take to start.
const START: Duration = Duration::from_secs(20);
/// How often it is started, each time with other ports: somebody else may take one before it does.
const STARTS: usize = 5;

/// What Traefik makes of a configuration.
#[derive(Debug, Clone)]
pub enum Verdict {
    /// It refuses a file, and says why.
    Refused(String),
    /// It takes the files; these are its objects, and the errors of those that it disables.
    Taken(BTreeMap<String, Option<String>>),
    /// It answers no more, or its process is gone.
    Broken,
}

/// A running Traefik.
#[derive(Debug)]
pub struct Oracle {
    program: PathBuf,
    home: TempDir,
    process: Running,
    log: fs::File,
    api: u16,
    asked: usize,
}

impl Oracle {
    /// Starts a Traefik.
    pub fn start(program: &Path) -> Self {
        let home = tempfile::tempdir().unwrap();
        fs::create_dir(home.path().join("dynamic")).unwrap();
        let (process, log, api) = launch(program, home.path());
        Self { program: program.to_owned(), home, process, log, api, asked: 0 }
    }

    /// Its static configuration.
    pub fn static_text(&self) -> String {
        fs::read_to_string(self.home.path().join("traefik.yml")).unwrap()
    }

    /// What it makes of these files together.
    pub fn ask(&mut self, texts: &[String]) -> Verdict {
        self.ask_within(texts, PATIENCE)
    }

    /// The same, where silence would be a finding and not what is expected.
    pub fn ask_patiently(&mut self, texts: &[String]) -> Verdict {
        self.ask_within(texts, LONG_PATIENCE)
    }

    fn ask_within(&mut self, texts: &[String], patience: Duration) -> Verdict {
        self.asked += 1;
        let (number, folder) = (self.asked, self.folder());
        let mut log = String::new();
        self.log.read_to_string(&mut log).unwrap();
        empty(&folder);
        for (index, text) in texts.iter().enumerate() {
            place(&folder, &format!("a{number}-{index:03}.yml"), text);
        }
        let marker = format!("marker{number}");
        let text = format!(
            "http: {{routers: {{{marker}: {{rule: \"Host(`m`)\", service: noop@internal, entryPoints: [web]}}}}}}\n"
        );
        place(&folder, &format!("z{number}.yml"), &text);
        let (start, mut log) = (Instant::now(), String::new());
        while start.elapsed() < patience {
            self.log.read_to_string(&mut log).unwrap();
            if let Some(reason) = refusal(&log, &format!("/a{number}-")) {
                return Verdict::Refused(reason);
            }
            if self.process.0.try_wait().unwrap().is_some() {
                break;
            }
            if let Some(data) = raw_data(self.api) {
                let objects = objects(&data);
                if objects.contains_key(&format!("http.routers.{marker}")) {
                    return Verdict::Taken(objects);
                }
            }
            thread::sleep(Duration::from_millis(4));
        }
        self.restart();
        Verdict::Broken
    }

    /// What its API says of everything.
    pub fn serves(&self) -> Value {
        raw_data(self.api).unwrap_or_default()
    }

    /// The folder that it watches.
    pub fn folder(&self) -> PathBuf {
        self.home.path().join("dynamic")
    }

    /// Starts it anew on the files that are there.
    pub fn start_again(&mut self) {
        let _ = self.process.0.kill();
        let _ = self.process.0.wait();
        (self.process, self.log, self.api) = launch(&self.program, self.home.path());
    }

    fn restart(&mut self) {
        let _ = self.process.0.kill();
        let _ = self.process.0.wait();
        empty(&self.folder());
        self.start_again();
    }
}

/// Removes the files of a folder; what is below it stays.
fn empty(folder: &Path) {
    for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        if entry.file_type().unwrap().is_file() {
            fs::remove_file(entry.path()).unwrap();
        }
    }
}

fn raw_data(api: u16) -> Option<Value> {
    let mut stream = TcpStream::connect(("127.0.0.1", api)).ok()?;
    stream.set_read_timeout(Some(Duration::from_secs(5))).ok()?;
    stream.write_all(b"GET /api/rawdata HTTP/1.0\r\nhost: x\r\n\r\n").ok()?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).ok()?;
    let body = answer.windows(4).position(|window| window == b"\r\n\r\n")? + 4;
    serde_json::from_slice(&answer[body..]).ok()
}

/// Through a rename, so that Traefik never sees half a file.
fn place(folder: &Path, name: &str, text: &str) {
    let half = folder.join(format!("{name}.half"));
    fs::write(&half, text).unwrap();
    fs::rename(half, folder.join(name)).unwrap();
}

/// Starts a Traefik, and waits until it answers; its log from here on, and the port of its API.
fn launch(program: &Path, home: &Path) -> (Running, fs::File, u16) {
    for _ in 0..STARTS {
        let (mut process, log, api) = spawn(program, home);
        let start = Instant::now();
        // One that finds a port taken may end, or go on without its API.
        while start.elapsed() < START && process.0.try_wait().unwrap().is_none() {
            if raw_data(api).is_some() {
                return (process, log, api);
            }
            thread::sleep(Duration::from_millis(20));
        }
    }
    panic!("Traefik does not start; its log:\n{}", fs::read_to_string(home.join("log")).unwrap_or_default());
}

/// Starts a Traefik on ports that were free a moment ago.
fn spawn(program: &Path, home: &Path) -> (Running, fs::File, u16) {
    let [api, web, websecure, tcp] = std::array::from_fn(|_| free_tcp_port());
    let (udp, dynamic) = (free_udp_port(), home.join("dynamic"));
    let text = format!(
        "global: {{checkNewVersion: false, sendAnonymousUsage: false}}\n\
         log: {{level: ERROR, format: json}}\n\
         api: {{insecure: true}}\n\
         entryPoints:\n  traefik: {{address: \"127.0.0.1:{api}\"}}\n  web: {{address: \"127.0.0.1:{web}\"}}\n  \
         websecure: {{address: \"127.0.0.1:{websecure}\"}}\n  tcp: {{address: \"127.0.0.1:{tcp}\"}}\n  \
         udp: {{address: \"127.0.0.1:{udp}/udp\"}}\n\
         providers:\n  providersThrottleDuration: 1ms\n  file: {{directory: {}, watch: true}}\n",
        dynamic.display()
    );
    fs::write(home.join("traefik.yml"), text).unwrap();
    let log = fs::File::options().create(true).append(true).read(true).open(home.join("log")).unwrap();
    let mut reader = fs::File::open(home.join("log")).unwrap();
    reader.seek(std::io::SeekFrom::End(0)).unwrap();
    (launch_with_log(program, home, log), reader, api)
}

/// The reason in the log for which Traefik refuses a file of this ask.
fn refusal(log: &str, files: &str) -> Option<String> {
    let line = log.lines().find(|line| line.contains(files) && line.contains("watcher callback"))?;
    let entry: Value = serde_json::from_str(line).ok()?;
    Some(entry["error"].as_str()?.rsplit(".yml: ").next()?.to_owned())
}

/// The objects of the file provider, as `http.routers.app`.
fn objects(data: &Value) -> BTreeMap<String, Option<String>> {
    let mut found = BTreeMap::new();
    for (kind, section) in [
        ("routers", "http.routers"),
        ("services", "http.services"),
        ("middlewares", "http.middlewares"),
        ("tcpRouters", "tcp.routers"),
        ("tcpServices", "tcp.services"),
        ("tcpMiddlewares", "tcp.middlewares"),
        ("udpRouters", "udp.routers"),
        ("udpServices", "udp.services"),
    ] {
        for (name, object) in data[kind].as_object().into_iter().flatten() {
            let Some(mut name) = name.strip_suffix("@file") else { continue };
            // 3.7 shows a router with TLS options that conflict once per entry point.
            if let Some((_, own)) = name.split_once("-conflicted-") {
                name = own;
            }
            let errors = [&object["error"], &object["err"]].into_iter().find(|error| !error.is_null());
            let error = (object["status"] == "disabled")
                .then(|| errors.map_or_else(String::new, std::string::ToString::to_string));
            found.insert(format!("{section}.{name}"), error);
        }
    }
    found
}
