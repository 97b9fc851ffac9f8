//! What the tests against real programs share: a Traefik, a browser, the manager itself, backends, a client.
//!
//! Everything that is started here is stopped when its value is dropped. A real program that is not installed
//! is skipped loudly, or fails the test when `REQUIRE_REAL=1` says that it must be there.

#![allow(
    dead_code,
    unreachable_pub,
    clippy::future_not_send,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "each test file uses its own part of this, and a test that cannot go on must stop"
)]

pub mod backend;
pub mod browser;
pub mod edge;
pub mod http;
pub mod manager;
pub mod traefik;

use std::{
    env, fs,
    io::{Read as _, Write as _},
    net::{TcpListener, UdpSocket},
    path::PathBuf,
    process::Child,
    time::Duration,
};

/// How long anything may take that is waited for.
pub const PATIENCE: Duration = Duration::from_secs(10);

/// The path of a real program, or `None` after saying loudly that the test is skipped.
///
/// # Panics
/// When the program is missing and `REQUIRE_REAL=1`.
pub fn require_real(name: &str) -> Option<PathBuf> {
    let found = find_program(name);
    if found.is_none() {
        assert!(
            env::var("REQUIRE_REAL").as_deref() != Ok("1"),
            "{name} is not installed, and REQUIRE_REAL=1"
        );
        let test = std::thread::current().name().unwrap_or("a test").to_owned();
        // Straight to stderr: the test runner would swallow `eprintln!` of a test that passes.
        let line = format!("SKIPPED: {test}: {name} is not on the PATH\n");
        std::io::stderr().write_all(line.as_bytes()).ok();
    }
    found
}

/// The first file of that name on the PATH that is a program and not a script that looks for one.
fn find_program(name: &str) -> Option<PathBuf> {
    let is_elf = |path: &PathBuf| {
        let mut start = [0; 4];
        fs::File::open(path).and_then(|mut file| file.read_exact(&mut start)).is_ok() && start == *b"\x7fELF"
    };
    let candidates: Vec<_> =
        env::split_paths(&env::var_os("PATH")?).map(|folder| folder.join(name)).collect();
    if let Some(program) = candidates.iter().find(|path| is_elf(path)) {
        return Some(program.clone());
    }
    let script = candidates.into_iter().find(|path| path.is_file())?;
    // A version manager's shim stands for a program in one of its versions.
    let versions = script.parent()?.parent()?.join("versions");
    let programs = fs::read_dir(versions).into_iter().flatten().flatten();
    let shimmed = programs.map(|version| version.path().join("bin").join(name)).find(is_elf);
    Some(shimmed.unwrap_or(script))
}

/// A TCP port on 127.0.0.1 that nothing uses at the moment.
pub fn free_tcp_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// A UDP port on 127.0.0.1 that nothing uses at the moment.
pub fn free_udp_port() -> u16 {
    UdpSocket::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// A program that ends with its value.
#[derive(Debug)]
pub struct Running(pub Child);

impl Drop for Running {
    fn drop(&mut self) {
        self.0.kill().ok();
        self.0.wait().ok();
    }
}

/// Asks again and again until there is an answer.
///
/// # Panics
/// With `what` after [`PATIENCE`].
pub async fn eventually<T>(what: &str, mut ask: impl AsyncFnMut() -> Option<T>) -> T {
    let deadline = tokio::time::Instant::now() + PATIENCE;
    loop {
        if let Some(answer) = ask().await {
            return answer;
        }
        assert!(tokio::time::Instant::now() < deadline, "waited in vain for: {what}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}
