//! Restarts Traefik, in the three ways of the core's port [`Restarter`](traefik_manager_core::restart::Restarter).
//!
//! [`EngineRestarter`] speaks the Docker Engine API, which podman speaks too: with an engine's own socket, or with a
//! proxy in front of one. It looks at one container and restarts it; with a proxy that lets nothing else through it
//! works as well as with one that lets everything. [`PoisonPill`] writes a file and knows no engine.
//!
//! An engine that hangs or answers without end costs a bounded time and a bounded amount of memory.

#![warn(missing_docs)]

mod connection;
mod endpoint;
mod engine;
mod inspect;
mod pill;

pub use connection::{Answer, ask};
pub use endpoint::{BadEndpoint, Endpoint};
pub use engine::EngineRestarter;
pub use pill::PoisonPill;
