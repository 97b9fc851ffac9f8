//! A proxy in front of a container engine's socket, for a program that may restart one container and nothing else.
//!
//! Whoever reaches an engine's socket is root on its host. The usual proxies in front of it let whole families of calls
//! through: with restarting comes creating a privileged container. This one knows four calls, for one container:
//!
//! ```text
//! GET  /_ping
//! GET  /version
//! GET  /containers/<the one>/json
//! POST /containers/<the one>/restart     (with ?t=<seconds>)
//! ```
//!
//! each with or without `/v1.41` in front. Everything else is answered with 403 and logged. No byte of a client reaches
//! the engine: what it asked for is recognised, and a request is written anew. So there is nothing to be smuggled.

mod environment;
mod head;
mod places;
mod serve;

use std::{
    io::{self, Write as _},
    process::ExitCode,
};

use environment::Options;

const USAGE: &str = "\
traefik-manager-socket-proxy lets through to a container engine what restarting one container takes.

It has no arguments. Environment:
  LISTEN             tcp://address:port or unix:///path  (default tcp://127.0.0.1:2375)
  DOCKER_HOST        the engine                          (default unix:///var/run/docker.sock)
  TRAEFIK_CONTAINER  the one container                   (default traefik)
";

fn main() -> ExitCode {
    if std::env::args_os().len() > 1 {
        say(USAGE);
        return ExitCode::from(2);
    }
    tracing_subscriber::fmt().with_target(false).with_ansi(false).with_writer(io::stderr).init();
    let ended = Options::read(&|name| std::env::var(name).ok()).and_then(|options| {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        runtime.map_err(|error| error.to_string())?.block_on(serve::serve(options))
    });
    match ended {
        Ok(()) => ExitCode::SUCCESS,
        Err(reason) => {
            say(&format!("traefik-manager-socket-proxy: {reason}\n"));
            ExitCode::FAILURE
        }
    }
}

fn say(text: &str) {
    // Nobody can be told that standard error is closed.
    io::stderr().write_all(text.as_bytes()).ok();
}
