//! The YAML adapter from outside: what it reads, what it refuses, and which bytes an edit changes.
#![expect(clippy::panic, clippy::print_stdout, reason = "tests")]

mod collections;
mod common;
mod corpus;
mod differential;
mod lossless;
mod parse;
mod properties;
mod scalars;
