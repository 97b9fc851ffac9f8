//! A git server: `git http-backend` behind a listener that asks for a password.

use std::{
    env,
    io::{Read as _, Write as _},
    net::{SocketAddr, TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::{Arc, Mutex},
    thread,
};

use tempfile::TempDir;

/// A server with one bare repository, `edge.git`.
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    root: TempDir,
    heads: Arc<Mutex<Vec<String>>>,
}

/// `Basic ann:s3cret-token`
const RIGHT: &str = "authorization: basic yw5uonmzy3jldc10b2tlbg==";

impl Server {
    /// Starts it, or says loudly that a test is skipped for want of git; with `REQUIRE_REAL=1` that is a failure.
    pub(crate) fn start() -> Option<Self> {
        if Command::new("git").arg("--version").output().is_err() {
            let is_required = env::var("REQUIRE_REAL").as_deref() == Ok("1");
            assert!(!is_required, "git is not installed, and REQUIRE_REAL=1");
            let test = thread::current().name().unwrap_or("a test").to_owned();
            // Straight to stderr: the test runner would swallow `eprintln!` of a test that passes.
            let line = format!("SKIPPED: {test}: git is not on the PATH\n");
            std::io::stderr().write_all(line.as_bytes()).ok();
            return None;
        }
        let root = TempDir::new().unwrap();
        let repository = root.path().join("edge.git");
        git(root.path(), &["init", "--quiet", "--bare", repository.to_str().unwrap()]);
        git(&repository, &["config", "http.receivepack", "true"]);
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let heads = Arc::new(Mutex::new(Vec::new()));
        let (folder, heard) = (root.path().to_owned(), Arc::clone(&heads));
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (folder, heard) = (folder.clone(), Arc::clone(&heard));
                thread::spawn(move || answer(stream, &folder, &heard));
            }
        });
        Some(Self { address, root, heads })
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}/edge.git", self.address)
    }

    pub(crate) fn repository(&self) -> PathBuf {
        self.root.path().join("edge.git")
    }

    /// The heads of all requests.
    pub(crate) fn heads(&self) -> String {
        self.heads.lock().unwrap().join("\n")
    }

    /// What the repository has at a path of its branch.
    pub(crate) fn show(&self, what: &str) -> String {
        git(&self.repository(), &["show", what])
    }
}

/// Runs git for the test itself.
pub(crate) fn git(folder: &Path, arguments: &[&str]) -> String {
    let output = Command::new("git")
        .args(["-c", "user.name=Somebody", "-c", "user.email=else@example.com", "-c", "safe.directory=*"])
        .args(arguments)
        .current_dir(folder)
        .output()
        .unwrap();
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn answer(mut stream: TcpStream, root: &Path, heads: &Mutex<Vec<String>>) {
    let mut bytes = Vec::new();
    let mut buffer = [0; 16 * 1024];
    let end = loop {
        if let Some(at) = bytes.windows(4).position(|part| part == b"\r\n\r\n") {
            break at;
        }
        match stream.read(&mut buffer) {
            Ok(0) | Err(_) => return,
            Ok(read) => bytes.extend_from_slice(&buffer[..read]),
        }
    };
    let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
    heads.lock().unwrap().push(head.clone());
    let mut body = bytes.split_off(end + 4);
    let lower = head.to_ascii_lowercase();
    let header = |name: &str| {
        head.lines().find_map(|line| {
            let (key, value) = line.split_once(": ")?;
            key.eq_ignore_ascii_case(name).then(|| value.to_owned())
        })
    };
    let mut words = head.split(' ');
    let (method, target) = (words.next().unwrap(), words.next().unwrap());
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    if path.starts_with("/elsewhere") {
        let location = target.replace("/elsewhere", "/edge.git");
        let answer = format!("HTTP/1.1 302 Found\r\nLocation: {location}\r\nContent-Length: 0\r\n\r\n");
        let _ = stream.write_all(answer.as_bytes());
        return;
    }
    if path.starts_with("/hangs") {
        thread::sleep(std::time::Duration::from_mins(1));
        return;
    }
    if !lower.contains(RIGHT) {
        let _ = stream.write_all(
            b"HTTP/1.1 401 No\r\nWWW-Authenticate: Basic realm=\"git\"\r\nContent-Length: 0\r\n\r\n",
        );
        return;
    }
    let length: usize = header("content-length").and_then(|text| text.parse().ok()).unwrap_or(0);
    while body.len() < length {
        match stream.read(&mut buffer) {
            Ok(0) | Err(_) => return,
            Ok(read) => body.extend_from_slice(&buffer[..read]),
        }
    }
    let mut backend = Command::new("git")
        .arg("http-backend")
        .env("GIT_PROJECT_ROOT", root)
        .env("GIT_HTTP_EXPORT_ALL", "1")
        .env("REMOTE_USER", "ann")
        .env("REQUEST_METHOD", method)
        .env("PATH_INFO", path)
        .env("QUERY_STRING", query)
        .env("CONTENT_TYPE", header("content-type").unwrap_or_default())
        .env("HTTP_CONTENT_ENCODING", header("content-encoding").unwrap_or_default())
        .env("GIT_PROTOCOL", header("git-protocol").unwrap_or_default())
        .env("CONTENT_LENGTH", length.to_string())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    backend.stdin.take().unwrap().write_all(&body).unwrap();
    let output = backend.wait_with_output().unwrap().stdout;
    let end = output.windows(4).position(|part| part == b"\r\n\r\n").unwrap();
    let said = String::from_utf8_lossy(&output[..end]).into_owned();
    let status = said.lines().find_map(|line| line.strip_prefix("Status: ")).unwrap_or("200 OK");
    let mut reply =
        format!("HTTP/1.1 {status}\r\nConnection: close\r\nContent-Length: {}\r\n", output.len() - end - 4);
    for line in said.lines().filter(|line| !line.starts_with("Status: ")) {
        reply.push_str(line);
        reply.push_str("\r\n");
    }
    reply.push_str("\r\n");
    let _ = stream.write_all(reply.as_bytes());
    let _ = stream.write_all(&output[end + 4..]);
}
