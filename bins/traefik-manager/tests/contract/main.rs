//! The document of the API against the real program: every operation, as everybody who may come to it.
//!
//! The document is the one that the program serves. Each operation is called with its own example, by a stranger, with
//! a wrong key, with a right one, with one that is good for little, and by somebody who is signed in, with and without
//! the token of a page; status, shape and headers must be what the document says.

#![expect(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod calls;
mod document;
#[path = "../../../../adapters/git/tests/real/server.rs"]
mod git_server;
mod shape;
#[path = "../support/mod.rs"]
mod support;
mod world;
