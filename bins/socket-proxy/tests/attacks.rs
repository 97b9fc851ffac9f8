//! Attacks on the proxy, byte by byte: what is refused never reaches the engine, and what reaches it was written by the
//! proxy alone.

#![expect(clippy::unwrap_used, reason = "tests")]

use std::{
    io::{Read as _, Write as _},
    net::{Shutdown, TcpListener, TcpStream},
    os::unix::{
        fs::PermissionsExt as _,
        net::{UnixListener, UnixStream},
    },
    path::PathBuf,
    process::{Child, Command, Stdio},
    sync::{Arc, Mutex},
    thread,
    time::{Duration, Instant},
};

use tempfile::TempDir;

/// An engine that records every byte that arrives, and the proxy in front of it.
struct Scene {
    folder: TempDir,
    arrived: Arc<Mutex<Vec<String>>>,
    proxy: Child,
    listen: String,
}

impl Drop for Scene {
    fn drop(&mut self) {
        self.proxy.kill().ok();
        self.proxy.wait().ok();
    }
}

const INSPECTED: &str = r#"{"Id":"5f","Name":"/traefik","State":{"Running":true,"StartedAt":"t"},"Config":{"Env":["CF_API_TOKEN=hunter2"]},"RestartCount":0}"#;

impl Scene {
    fn over_unix() -> Self {
        Self::start(|folder| format!("unix://{}", folder.path().join("proxy.sock").display()))
    }

    fn over_tcp() -> Self {
        Self::start(|_| {
            let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
            format!("tcp://127.0.0.1:{port}")
        })
    }

    fn start(listen: impl Fn(&TempDir) -> String) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let arrived = Arc::new(Mutex::new(Vec::new()));
        let engine = UnixListener::bind(folder.path().join("docker.sock")).unwrap();
        let log = arrived.clone();
        thread::spawn(move || {
            for stream in engine.incoming() {
                let (stream, log) = (stream.unwrap(), log.clone());
                thread::spawn(move || answer(stream, &log));
            }
        });
        let listen = listen(&folder);
        let log = std::fs::File::create(folder.path().join("log")).unwrap();
        let proxy = Command::new(env!("CARGO_BIN_EXE_traefik-manager-socket-proxy"))
            .env_clear()
            .env("LISTEN", &listen)
            .env("DOCKER_HOST", format!("unix://{}", folder.path().join("docker.sock").display()))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .unwrap();
        let scene = Self { folder, arrived, proxy, listen };
        let start = Instant::now();
        while !scene.log().contains("listening on") {
            assert!(start.elapsed() < Duration::from_secs(10), "{}", scene.log());
            thread::sleep(Duration::from_millis(10));
        }
        scene
    }

    fn socket(&self) -> PathBuf {
        PathBuf::from(self.listen.strip_prefix("unix://").unwrap())
    }

    fn log(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("log")).unwrap()
    }

    /// Sends these very bytes and reads until the proxy closes.
    fn send(&self, bytes: &[u8]) -> String {
        let mut answer = Vec::new();
        if let Some(address) = self.listen.strip_prefix("tcp://") {
            let mut stream = TcpStream::connect(address).unwrap();
            stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
            stream.write_all(bytes).ok();
            stream.shutdown(Shutdown::Write).ok();
            stream.read_to_end(&mut answer).ok();
        } else {
            let mut stream = UnixStream::connect(self.socket()).unwrap();
            stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
            stream.write_all(bytes).ok();
            stream.shutdown(Shutdown::Write).ok();
            stream.read_to_end(&mut answer).ok();
        }
        String::from_utf8(answer).unwrap()
    }

    fn arrived(&self) -> Vec<String> {
        self.arrived.lock().unwrap().clone()
    }
}

fn answer(mut stream: UnixStream, log: &Mutex<Vec<String>>) {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") && stream.read(&mut byte).unwrap_or(0) > 0 {
        head.push(byte[0]);
    }
    let head = String::from_utf8(head).unwrap();
    log.lock().unwrap().push(head.clone());
    let reply = if head.starts_with("POST") {
        "HTTP/1.1 204 No Content\r\nApi-Version: 1.41\r\n\r\n".to_owned()
    } else {
        let body = if head.contains("/json ") { INSPECTED } else { "OK" };
        format!(
            "HTTP/1.1 200 OK\r\nApi-Version: 1.41\r\nX-Evil: 1\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        )
    };
    stream.write_all(reply.as_bytes()).ok();
}

fn request(line: &str, headers: &str) -> Vec<u8> {
    format!("{line} HTTP/1.1\r\nHost: proxy:2375\r\n{headers}\r\n").into_bytes()
}

#[test]
fn the_four_calls_are_let_through_and_written_anew() {
    for scene in [Scene::over_unix(), Scene::over_tcp()] {
        let restart = scene.send(&request(
            "POST /v1.41/containers/traefik/restart?t=5",
            "Content-Length: 0\r\nX-Registry-Auth: x\r\nAuthorization: Basic eDp5\r\nConnection: keep-alive\r\n",
        ));
        assert_eq!(restart, "HTTP/1.1 204 No Content\r\nConnection: close\r\nApi-Version: 1.41\r\n\r\n");
        let ping = scene.send(&request("GET /_ping", ""));
        assert!(ping.starts_with("HTTP/1.1 200 OK\r\n") && ping.ends_with("\r\n\r\nOK"), "{ping}");
        assert!(!ping.contains("Evil"), "{ping}");
        let inspected = scene.send(&request("GET /containers/traefik/json", ""));
        assert!(inspected.ends_with(
            r#"{"Id":"5f","Name":"/traefik","RestartCount":0,"State":{"Running":true,"StartedAt":"t"}}"#
        ));
        assert!(scene.send(&request("GET /v1.24/version", "")).starts_with("HTTP/1.1 200 OK"));
        assert_eq!(
            scene.arrived(),
            [
                "POST /v1.41/containers/traefik/restart?t=5 HTTP/1.1\r\nhost: localhost\r\ncontent-length: 0\r\n\r\n",
                "GET /_ping HTTP/1.1\r\nhost: localhost\r\n\r\n",
                "GET /containers/traefik/json HTTP/1.1\r\nhost: localhost\r\n\r\n",
                "GET /v1.24/version HTTP/1.1\r\nhost: localhost\r\n\r\n",
            ]
        );
        assert_eq!(scene.log().matches("let through").count(), 4, "{}", scene.log());
    }
}

/// First lines: other calls, each of them root on the host; tricks with paths and queries.
const LINES: [&str; 60] = [
    "POST /containers/create?name=evil",
    "POST /v1.41/containers/create",
    "POST /containers/traefik/exec",
    "POST /containers/traefik/update",
    "POST /containers/traefik/kill",
    "DELETE /containers/traefik",
    "GET /containers/json?all=1",
    "GET /containers/traefik/logs?stdout=1",
    "GET /containers/traefik/archive?path=/",
    "PUT /containers/traefik/archive?path=/",
    "POST /containers/other/restart",
    "POST /build",
    "POST /images/create?fromImage=evil",
    "GET /images/json",
    "GET /info",
    "GET /events",
    "POST /session",
    "POST /grpc",
    "HEAD /_ping",
    "OPTIONS *",
    "TRACE /_ping",
    "CONNECT docker:2375",
    "PRI *",
    "post /containers/traefik/restart",
    "Post /containers/traefik/restart",
    "get /_ping",
    "POST\u{a0} /containers/traefik/restart",
    // Path tricks.
    "POST //containers/traefik/restart",
    "POST /containers//traefik/restart",
    "POST /containers/traefik//restart",
    "POST /containers/traefik/restart/",
    "POST /containers/traefik/../create",
    "POST /containers/traefik/restart/../../create",
    "POST /containers/traefik/./restart",
    "POST /./containers/traefik/restart",
    "POST /v1.41/../containers/create",
    "POST /v1.41/v1.41/containers/traefik/restart",
    "POST /containers/%74raefik/restart",
    "POST /containers/traefik/%72estart",
    "POST /containers%2ftraefik/restart",
    "POST /containers/%2e%2e/containers/create",
    "POST /containers/traefik%00/restart",
    "POST /containers/traefik/restart%3ft=1",
    "POST /containers/traefik/restart#",
    "POST /containers/traefik/restart;x",
    "POST \\containers\\traefik\\restart",
    "POST containers/traefik/restart",
    "POST http://docker/containers/traefik/restart",
    "POST http://docker/containers/create",
    "POST http:/containers/traefik/restart",
    "GET http://docker/_ping",
    // Query smuggling.
    "POST /containers/traefik/restart?t=1&signal=SIGKILL",
    "POST /containers/traefik/restart?signal=SIGKILL",
    "POST /containers/traefik/restart?t=1?t=2",
    "POST /containers/traefik/restart?t=%31",
    "POST /containers/traefik/restart?t=+1",
    "POST /containers/traefik/restart?t=1;x=2",
    "GET /containers/traefik/json?size=true",
    "GET /_ping?x=1",
    "GET /version?",
];

/// Headers of a restart: bodies, upgrades, doubled and hidden headers.
const HEADERS: [&str; 33] = [
    "Content-Length: 2\r\n",
    "Content-Length: 0\r\nContent-Length: 0\r\n",
    "Content-Length: 0, 5\r\n",
    "Content-Length: +0\r\n",
    "Content-Length: 00\r\n",
    "content-length : 0\r\n",
    "Content-Length:\r\n",
    "Transfer-Encoding: chunked\r\n",
    "Transfer-Encoding: identity\r\n",
    "Transfer-Encoding: chunked\r\nContent-Length: 0\r\n",
    "Content-Length: 0\r\nTransfer-Encoding:chunked\r\n",
    "TRANSFER-ENCODING: x\r\n",
    " Transfer-Encoding: chunked\r\n",
    "X: a\r\n Transfer-Encoding: chunked\r\n",
    "X: a\r\n\tfolded\r\n",
    "Trailer: X\r\n",
    "Expect: 100-continue\r\n",
    "Upgrade: tcp\r\nConnection: Upgrade\r\n",
    "Connection: upgrade\r\n",
    "Connection: close, upgrade\r\n",
    "Connection: Host\r\n",
    "Upgrade: h2c\r\n",
    "HTTP2-Settings: AAMAAABkAAQAAP__\r\n",
    "Host: other\r\n",
    "host: proxy:2375\r\n",
    "no colon\r\n",
    ": empty\r\n",
    "Bad Name: x\r\n",
    "X: a\0b\r\n",
    "X: a\rb\r\n",
    "X: a\nTransfer-Encoding: chunked\r\n",
    "X: \u{e9}\r\n",
    "X: \x7f\r\n",
];

/// Whole requests, byte for byte.
const WHOLE: [&str; 24] = [
    // No host, another or no version, odd first lines.
    "POST /containers/traefik/restart HTTP/1.1\r\n\r\n",
    "POST /containers/traefik/restart HTTP/1.0\r\nHost: x\r\n\r\n",
    "POST /containers/traefik/restart HTTP/2.0\r\nHost: x\r\n\r\n",
    "POST /containers/traefik/restart\r\nHost: x\r\n\r\n",
    "POST /containers/traefik/restart http/1.1\r\nHost: x\r\n\r\n",
    "POST  /containers/traefik/restart HTTP/1.1\r\nHost: x\r\n\r\n",
    "POST /containers/traefik/restart HTTP/1.1 \r\nHost: x\r\n\r\n",
    "POST\t/containers/traefik/restart\tHTTP/1.1\r\nHost: x\r\n\r\n",
    " POST /containers/traefik/restart HTTP/1.1\r\nHost: x\r\n\r\n",
    "\r\nPOST /containers/traefik/restart HTTP/1.1\r\nHost: x\r\n\r\n",
    "POST /containers/traefik/restart HTTP/1.1\nHost: x\n\n",
    "POST /containers/traefik/restart HTTP/1.1\r\nHost: x\n\r\n",
    "POST /containers/traefik/restart HTTP/1.1\r\n\r\nHost: x\r\n\r\n",
    "GET /_ping HTTP/1.1\r\nHost: x\r\nHost: x\r\n\r\n",
    // A second request behind the first, and bodies that were not announced.
    "GET /_ping HTTP/1.1\r\nHost: x\r\n\r\nPOST /containers/create HTTP/1.1\r\nHost: x\r\n\r\n",
    "GET /_ping HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n{}",
    "POST /containers/traefik/restart HTTP/1.1\r\nHost: x\r\n\r\nPOST /containers/traefik/restart HTTP/1.1\r\nHost: x\r\n\r\n",
    "POST /containers/traefik/restart HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
    "POST /containers/traefik/restart HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /info HTTP/1.1\r\nHost: x\r\n\r\n",
    "GET /_ping HTTP/1.1\r\nHost: x\r\n\r\n\0",
    "GET /_ping HTTP/1.0\r\n\r\n",
    // What ends in the middle.
    "GET /_ping HTTP/1.1\r\nHost: x\r\n",
    "\u{16}\u{3}\u{1}",
    "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
];

#[test]
fn nothing_of_an_attack_reaches_the_engine_and_each_is_logged() {
    let scene = Scene::over_unix();
    let restart = "POST /containers/traefik/restart";
    let mut attacks: Vec<Vec<u8>> = Vec::new();
    attacks.extend(LINES.map(|line| request(line, "")));
    attacks.extend(HEADERS.map(|headers| request(restart, headers)));
    attacks.extend(WHOLE.map(|bytes| bytes.as_bytes().to_vec()));
    attacks.push(request(restart, &format!("X: {}\r\n", "a".repeat(9_000))));
    attacks.push(request(restart, &"X: a\r\n".repeat(65)));
    attacks.push(request(&format!("GET /{}", "a".repeat(9_000)), ""));
    attacks.push(b"GET /_ping HTTP/1.1\r\nHost: \xff\r\n\r\n".to_vec());
    attacks.push(vec![b'a'; 200_000]);

    for attack in &attacks {
        let answer = scene.send(attack);
        let shown = attack.escape_ascii().to_string();
        let shown = &shown[..shown.len().min(300)];
        assert!(answer.starts_with("HTTP/1.1 403 Forbidden\r\nConnection: close\r\n"), "{shown}\n{answer}");
        assert!(answer.contains("{\"message\":\""), "{shown}\n{answer}");
        assert_eq!(scene.arrived(), [""; 0], "{shown}");
    }
    let log = scene.log();
    assert_eq!(log.matches("refused").count(), attacks.len(), "{log}");
    assert!(log.lines().all(|line| line.len() < 600), "no line is as long as an attacker likes");
    // It still does its work.
    assert!(scene.send(&request("GET /_ping", "")).starts_with("HTTP/1.1 200 OK"));
    assert_eq!(scene.arrived().len(), 1);
}

#[test]
fn who_connects_and_says_nothing_keeps_nobody_out() {
    let scene = Scene::over_unix();
    let _silent: Vec<_> = (0..31).map(|_| UnixStream::connect(scene.socket()).unwrap()).collect();
    let start = Instant::now();
    assert!(scene.send(&request("GET /_ping", "")).starts_with("HTTP/1.1 200 OK"));
    assert!(start.elapsed() < Duration::from_secs(5));
    assert_eq!(std::fs::metadata(scene.socket()).unwrap().permissions().mode() & 0o777, 0o660);
}

/// A head that comes byte by byte, for as long as it likes: it has its ten seconds, and others are served meanwhile.
#[test]
fn a_head_that_drips_is_cut_off_in_time_and_reaches_nobody() {
    let scene = Scene::over_unix();
    let start = Instant::now();
    let dripping: Vec<_> = (0..8)
        .map(|_| {
            let mut stream = UnixStream::connect(scene.socket()).unwrap();
            thread::spawn(move || {
                let mut head = request("POST /containers/traefik/restart", "").into_iter().cycle();
                stream.set_read_timeout(Some(Duration::from_millis(200))).unwrap();
                let mut answer = Vec::new();
                let mut piece = [0; 512];
                // It never sends the empty line that ends a head.
                while let Some(byte) = head.next().filter(|_| start.elapsed() < Duration::from_secs(30)) {
                    if byte != b'\r' && stream.write_all(&[byte]).is_err() {
                        break;
                    }
                    match stream.read(&mut piece) {
                        Ok(0) => break,
                        Ok(count) => answer.extend_from_slice(&piece[..count]),
                        Err(_) => {}
                    }
                }
                (String::from_utf8(answer).unwrap(), start.elapsed())
            })
        })
        .collect();
    thread::sleep(Duration::from_secs(1));
    assert!(scene.send(&request("GET /_ping", "")).starts_with("HTTP/1.1 200 OK"));
    assert!(start.elapsed() < Duration::from_secs(5), "nobody waits for them");
    for client in dripping {
        let (answer, took) = client.join().unwrap();
        assert!(answer.starts_with("HTTP/1.1 403 Forbidden"), "{answer}");
        assert!(answer.contains("did not come in time"), "{answer}");
        assert!(took > Duration::from_secs(9) && took < Duration::from_secs(25), "{took:?}");
    }
    assert_eq!(scene.arrived(), ["GET /_ping HTTP/1.1\r\nhost: localhost\r\n\r\n"]);
}

/// What comes after an answered request is read by nobody, whenever it comes.
#[test]
fn a_second_request_on_a_connection_is_never_read() {
    let scene = Scene::over_unix();
    for second in ["POST /containers/traefik/restart", "GET /_ping", "POST /containers/create"] {
        let before = scene.arrived().len();
        let mut stream = UnixStream::connect(scene.socket()).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        let keeps = "Connection: keep-alive\r\n";
        stream.write_all(&request("GET /_ping", keeps)).unwrap();
        let mut answer = Vec::new();
        while !answer.ends_with(b"OK") {
            let mut piece = [0; 512];
            let count = stream.read(&mut piece).unwrap();
            assert!(count > 0, "{}", answer.escape_ascii());
            answer.extend_from_slice(&piece[..count]);
        }
        let first = String::from_utf8(answer).unwrap();
        assert!(first.contains("\r\nConnection: close\r\n"), "{first}");
        stream.write_all(&request(second, keeps)).ok();
        let mut rest = Vec::new();
        stream.read_to_end(&mut rest).ok();
        assert_eq!(rest.escape_ascii().to_string(), "", "{second}");
        assert_eq!(scene.arrived().len(), before + 1, "{second}");
    }
}

/// Neither with silence, nor with an answer that nobody takes, is anybody kept out.
#[test]
fn who_takes_every_place_and_does_nothing_loses_it_to_whoever_comes_next() {
    for says in [None, Some(request("GET /_ping", "")), Some(request("GET /info", ""))] {
        let scene = Scene::over_unix();
        let connect = |_| {
            let mut stream = UnixStream::connect(scene.socket()).unwrap();
            if let Some(bytes) = &says {
                stream.write_all(bytes).unwrap();
            }
            stream
        };
        let held: Vec<_> = (0..40).map(connect).collect();
        let start = Instant::now();
        assert!(scene.send(&request("GET /_ping", "")).starts_with("HTTP/1.1 200 OK"));
        assert!(start.elapsed() < Duration::from_secs(4), "{:?}", start.elapsed());
        drop(held);
    }
}

#[test]
fn an_engine_that_is_gone_is_told() {
    let scene = Scene::over_tcp();
    std::fs::remove_file(scene.folder.path().join("docker.sock")).unwrap();
    let answer = scene.send(&request("POST /containers/traefik/restart", ""));
    assert!(answer.starts_with("HTTP/1.1 503 Service Unavailable"), "{answer}");
    assert!(answer.contains("there is no such socket"), "{answer}");
}
