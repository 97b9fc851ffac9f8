//! Routes and middlewares, read and changed through the real YAML syntax on files in memory.

#![expect(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod backups;
mod certificates;
mod delete;
mod headers_preset;
mod listing;
mod meanwhile;
mod middlewares;
mod object_cascade;
mod object_forms;
mod objects;
mod others;
mod plugins;
mod raw;
mod save;
mod save_odd;
mod static_file;
mod static_ports;
mod static_restart;
mod static_sections;
mod toggle;
mod transaction;
mod trials;
mod unconfirmed;
mod undo;
mod world;
