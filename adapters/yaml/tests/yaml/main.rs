//! The YAML adapter from outside: what it reads, what it refuses, and which bytes an edit changes.
#![expect(clippy::panic, reason = "tests")]

mod collections;
mod common;
mod corpus;
mod differential;
mod parse;
mod properties;
mod scalars;
