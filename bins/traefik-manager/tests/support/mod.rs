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
pub mod mount;
pub mod npm;
pub mod oracle;
pub mod programs;
pub mod supervisor;
pub mod traefik;

use std::{
    net::{TcpListener, UdpSocket},
    process::Child,
    sync::atomic::{AtomicU32, Ordering},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

pub(crate) use programs::require_real;

/// How long anything may take that is waited for.
pub const PATIENCE: Duration = Duration::from_secs(10);

/// The one-time code of a secret, so many steps of 30 seconds from now.
pub fn code(secret: &str, steps: u64) -> String {
    let secret = totp_rs::Secret::try_from_base32(secret).unwrap();
    let totp = totp_rs::Builder::new().with_secret(secret).build_noncompliant();
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    totp.generate(now + 30 * steps).to_string()
}

/// Where the ports of tests begin, and how many there are: below those that Linux gives to connections on their way out
/// (32,768 and above), one of which could otherwise take a port before the program that it was found for does.
const PORTS: (u16, u16) = (12_000, 20_000);

/// A TCP port on 127.0.0.1 that nothing uses at the moment, and that no other test is given.
pub fn free_tcp_port() -> u16 {
    free_port(|port| TcpListener::bind(("127.0.0.1", port)).is_ok())
}

/// A UDP port on 127.0.0.1 that nothing uses at the moment, and that no other test is given.
pub fn free_udp_port() -> u16 {
    free_port(|port| UdpSocket::bind(("127.0.0.1", port)).is_ok())
}

/// The next port that is free. Test programs that run at the same time begin at places of their own.
fn free_port(is_free: impl Fn(u16) -> bool) -> u16 {
    static GIVEN: AtomicU32 = AtomicU32::new(0);
    let (first, count) = PORTS;
    let own = std::process::id().wrapping_mul(997);
    let mut candidates = std::iter::repeat_with(|| {
        let place = own.wrapping_add(GIVEN.fetch_add(1, Ordering::Relaxed)) % u32::from(count);
        first + u16::try_from(place).unwrap()
    });
    candidates.by_ref().take(usize::from(count)).find(|port| is_free(*port)).expect("a free port")
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
