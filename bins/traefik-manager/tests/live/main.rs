//! What the pages and the JSON API show of a running Traefik: the manager's own process beside the real one.

#![expect(clippy::unwrap_used, reason = "tests")]

#[path = "../support/mod.rs"]
mod support;

mod api;
mod phone;
mod shapes;
mod surroundings;
