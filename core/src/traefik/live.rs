//! What a running Traefik says of itself.

use std::{fmt, sync::Arc};

use async_trait::async_trait;

use super::Protocol;
use crate::{
    config::{
        object::{ObjectKind, ObjectRef},
        value::Value,
    },
    secret::Secret,
};

/// Where Traefik's API is and how to get in.
#[derive(Debug, Clone)]
pub struct ApiAddress {
    /// Base URL, `http://` or `https://`.
    pub url: String,
    /// User and password for basic authentication.
    pub credentials: Option<(String, Secret)>,
}

/// The answer of `/api/version`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version {
    /// `3.7.15`.
    pub number: String,
    /// The release's code name.
    pub codename: String,
    /// When the process started, in Traefik's own words: it differs after every start.
    pub started_at: Option<String>,
}

/// Traefik's verdict on an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum LiveStatus {
    /// It works.
    Enabled,
    /// It works with a reservation.
    Warning,
    /// It does not work.
    Disabled,
}

/// A router as Traefik runs it, of any provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LiveRouter {
    /// HTTP, TCP or UDP.
    pub protocol: Protocol,
    /// The name without `@provider`.
    pub name: String,
    /// `file`, `docker`, `internal`, …
    pub provider: String,
    /// The verdict.
    pub status: LiveStatus,
    /// Traefik's own words on what is wrong.
    pub errors: Vec<String>,
    /// The rule; empty for UDP.
    pub rule: String,
    /// The service's name as Traefik shows it.
    pub service: String,
    /// The entry points on which it listens.
    pub entry_points: Vec<String>,
    /// The middlewares in order.
    pub middlewares: Vec<String>,
    /// Whether it ends TLS.
    pub tls: bool,
}

/// A service as Traefik runs it, of any provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LiveService {
    /// HTTP, TCP or UDP.
    pub protocol: Protocol,
    /// The name without `@provider`.
    pub name: String,
    /// The provider.
    pub provider: String,
    /// The verdict.
    pub status: LiveStatus,
    /// Traefik's own words on what is wrong.
    pub errors: Vec<String>,
    /// `loadbalancer`, `weighted`, …
    pub kind: String,
    /// Server addresses, and whether health checks find them up (`None` without health checks).
    pub servers: Vec<(String, Option<bool>)>,
}

/// A middleware as Traefik runs it, of any provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LiveMiddleware {
    /// HTTP or TCP.
    pub protocol: Protocol,
    /// The name without `@provider`.
    pub name: String,
    /// The provider.
    pub provider: String,
    /// The verdict.
    pub status: LiveStatus,
    /// Traefik's own words on what is wrong.
    pub errors: Vec<String>,
    /// `basicauth`, `chain`, …
    pub kind: String,
}

/// What Traefik's API is asked to say in its own words.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Asked {
    /// How much of everything it runs, and what is switched on.
    Overview,
    /// The running version.
    Version,
    /// The entry points.
    EntryPoints,
    /// Every router, service or middleware of a protocol, of any provider.
    List(Protocol, ObjectKind),
    /// One of them, by its name with `@provider`.
    Object(Protocol, ObjectKind, String),
}

/// A router, service or middleware of the file provider, with everything that Traefik says of it.
#[derive(Clone, PartialEq)]
pub struct LiveObject {
    /// The name without `@file`.
    pub name: String,
    /// The verdict.
    pub status: LiveStatus,
    /// Traefik's own words on what is wrong.
    pub errors: Vec<String>,
    /// All that it says, the object's own fields among it. Holds passwords where the object does.
    pub value: Value,
}

/// Without the values.
impl fmt::Debug for LiveObject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LiveObject")
            .field("name", &self.name)
            .field("status", &self.status)
            .field("errors", &self.errors)
            .finish_non_exhaustive()
    }
}

/// An entry point, and what it adds to the HTTP routers on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LiveEntryPoint {
    /// The name.
    pub name: String,
    /// Where it listens, as configured: `:443`.
    pub address: String,
    /// How many middlewares it puts in front of a router's own.
    pub middlewares: usize,
    /// Whether it gives TLS to routers without.
    pub tls: bool,
}

/// Traefik did not answer as it should.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LiveError {
    /// Nobody listens there, which is known at once.
    #[error("Traefik's API at {url} cannot be reached: {reason}")]
    Refused {
        /// The base URL, without credentials.
        url: String,
        /// The system's words.
        reason: String,
    },
    /// Nothing answers there: no such host, no answer in time, a connection that breaks.
    #[error("Traefik's API at {url} cannot be reached: {reason}")]
    Unreachable {
        /// The base URL, without credentials.
        url: String,
        /// Why.
        reason: String,
    },
    /// Something answers, but not what Traefik's API would.
    #[error("{url} answers, but not as Traefik's API does: {reason}")]
    Unexpected {
        /// The base URL, without credentials.
        url: String,
        /// What it said.
        reason: String,
    },
}

/// Traefik's API. Reads only.
///
/// Every call ends within three seconds. Dropping a call's future stops it.
#[cfg_attr(feature = "test-support", mockall::automock)]
#[async_trait]
pub trait TraefikApi: Send + Sync + fmt::Debug {
    /// The running version.
    ///
    /// # Errors
    /// [`LiveError`].
    async fn version(&self, at: &ApiAddress) -> Result<Version, LiveError>;

    /// Every router of every protocol and provider.
    ///
    /// # Errors
    /// [`LiveError`]; there is no partial answer.
    async fn routers(&self, at: &ApiAddress) -> Result<Vec<LiveRouter>, LiveError>;

    /// Every service of every protocol and provider.
    ///
    /// # Errors
    /// [`LiveError`]; there is no partial answer.
    async fn services(&self, at: &ApiAddress) -> Result<Vec<LiveService>, LiveError>;

    /// Every middleware of HTTP and TCP and of every provider.
    ///
    /// # Errors
    /// [`LiveError`]; there is no partial answer.
    async fn middlewares(&self, at: &ApiAddress) -> Result<Vec<LiveMiddleware>, LiveError>;

    /// One router, service or middleware of the file provider; `None` when Traefik has none of that name.
    ///
    /// It costs Traefik next to nothing, however much it runs.
    ///
    /// # Errors
    /// [`LiveError`]; also for kinds that the API does not show.
    async fn object(&self, at: &ApiAddress, object: &ObjectRef) -> Result<Option<LiveObject>, LiveError>;

    /// Every router, service or middleware of the file provider and one protocol.
    ///
    /// Many who ask at the same time cost Traefik little more than one; no answer is older than its question.
    ///
    /// # Errors
    /// [`LiveError`]; there is no partial answer. Also for kinds that the API does not show.
    async fn objects(
        &self,
        at: &ApiAddress,
        protocol: Protocol,
        kind: ObjectKind,
    ) -> Result<Arc<Vec<LiveObject>>, LiveError>;

    /// What it says itself, as JSON: a list with all its pages. `None` when it has no object of that name.
    ///
    /// # Errors
    /// [`LiveError`]; there is no partial answer. Also for kinds that the API does not show.
    async fn json(&self, at: &ApiAddress, asked: &Asked) -> Result<Option<Vec<u8>>, LiveError>;

    /// The entry points, which change only when Traefik starts.
    ///
    /// # Errors
    /// [`LiveError`].
    async fn entry_points(&self, at: &ApiAddress) -> Result<Vec<LiveEntryPoint>, LiveError>;
}
