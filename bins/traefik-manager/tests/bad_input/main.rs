//! Everything that somebody can get wrong, sent to the program as it is built.

#![expect(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod disk;
mod forms;
mod house;
mod identity;
mod process;
mod settings;
mod start;
mod strangers;
#[path = "../support/mod.rs"]
mod support;
mod texts;
