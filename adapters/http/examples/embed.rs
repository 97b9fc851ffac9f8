//! Another program that holds a manager and serves it: everything in memory, with a few routes to look at.
//!
//! `cargo run -p traefik-manager-http --example embed`, then sign in at <http://127.0.0.1:5000> with the password
//! that it prints.

#![expect(clippy::unwrap_used, clippy::panic, reason = "shared with the tests")]
#![expect(dead_code, reason = "the tests use more of it")]

#[path = "../tests/support/mod.rs"]
mod support;

use std::{error::Error, net::SocketAddr};

use support::{House, PASSWORD, traefik::live_router};
use traefik_manager_core::{
    auth::TrustedProxies,
    traefik::{Protocol, live::LiveStatus},
};
use traefik_manager_http::{HttpPolicy, ServerBuilder};

const MEDIA: &str = include_str!("media.yml");
const TEMPLATED: &str =
    "http:\n  routers:\n{{ range $i, $e := until 3 }}\n    app-{{ $i }}:\n      rule: Host(`a`)\n{{ end }}\n";
const BROKEN: &str =
    "http:\n  routers:\n    lost:\n      rule: \"Host(`lost.example.com`)\n      service: lost\n";

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut files = vec![("media.yml", MEDIA)];
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let is_asked_for = |word: &str| arguments.iter().any(|argument| argument == word);
    if is_asked_for("empty") {
        files.clear();
    }
    if is_asked_for("broken") {
        files.extend([("broken.yml", BROKEN), ("templated.yml", TEMPLATED)]);
    }
    let many = many_routes(if is_asked_for("many") { 10_000 } else { 0 });
    if is_asked_for("many") {
        files.push(("many.yml", &many));
    }
    let house = House::with_files(&files);
    *house.traefik.routers.lock().unwrap() = vec![
        live_router(Protocol::Http, "jellyfin", "file", LiveStatus::Enabled),
        live_router(Protocol::Http, "photos", "file", LiveStatus::Enabled),
        live_router(Protocol::Http, "wiki", "file", LiveStatus::Disabled),
        live_router(Protocol::Tcp, "postgres", "file", LiveStatus::Enabled),
        live_router(Protocol::Udp, "dns", "file", LiveStatus::Warning),
        live_router(Protocol::Http, "whoami", "docker", LiveStatus::Enabled),
    ];
    let policy = HttpPolicy {
        secure_cookies: false,
        trusted_proxies: TrustedProxies::default(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        static_config: true,
    };
    let address = SocketAddr::from(([127, 0, 0, 1], 5000));
    let mut server = ServerBuilder::new(house.manager.clone(), policy).bind(address).await?;
    let where_to = format!("http://{} with the password {PASSWORD:?}\n", server.local_addr());
    std::io::Write::write_all(&mut std::io::stdout(), where_to.as_bytes())?;
    server.wait().await;
    Ok(())
}

/// A file with that many routes, to see what a large installation feels like.
fn many_routes(count: usize) -> String {
    use std::fmt::Write as _;
    let mut text = String::from("http:\n  routers:\n");
    for number in 0..count {
        let _ = write!(
            text,
            "    app{number}:\n      rule: Host(`app{number}.example.com`)\n      service: app{number}-service\n      entryPoints:\n        - websecure\n      tls: {{}}\n"
        );
    }
    text.push_str("  services:\n");
    for number in 0..count {
        let _ = write!(
            text,
            "    app{number}-service:\n      loadBalancer:\n        servers:\n          - url: http://10.0.{}.{}:8080\n",
            number / 250,
            number % 250 + 1
        );
    }
    text
}
