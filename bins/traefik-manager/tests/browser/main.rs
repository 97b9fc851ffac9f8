//! The pages in a real Chromium, with a real Traefik on the same folder.

#![expect(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod api;
mod completion;
mod door;
mod keyboard;
mod looks;
mod many;
mod no_script;
mod owner;
mod setup;
mod shortcuts;
mod site;
mod static_config;
#[path = "../support/mod.rs"]
mod support;
mod table;
mod walk;
mod watching;
mod weight;
