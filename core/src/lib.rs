//! The rules of Traefik Manager: sign-in, sessions, API keys and lossless changes of Traefik's configuration.
//!
//! The crate does no I/O and knows no clock, randomness, environment or runtime. What it needs from outside it
//! asks for through ports, small traits that sit in the area they serve.

#![warn(missing_docs)]

pub mod api_key;
pub mod audit;
pub mod auth;
pub mod certificates;
pub mod check;
pub mod clock;
pub mod companion;
pub mod config;
pub mod crypto;
pub mod git;
pub mod lookup;
pub mod manager;
pub mod notices;
pub mod restart;
pub mod routes;
pub mod secret;
pub mod session;
pub mod settings;
pub mod static_config;
#[cfg(feature = "test-support")]
pub mod test_support;
pub mod tools;
pub mod traefik;
pub mod tree;
