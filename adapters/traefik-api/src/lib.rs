//! Reads the API of a running Traefik: HTTP to a list of what it runs.
//!
//! The core asks through its port [`TraefikApi`]; this crate answers over HTTP or HTTPS. A Traefik that hangs,
//! redirects, answers garbage or without end costs at most three seconds and a bounded amount of memory, and
//! no error ever holds a user or a password.

#![warn(missing_docs)]

mod address;
mod answer;
mod knock;
mod resolver;
mod shared;
mod sockets;
mod timer;
mod transport;

use std::{fmt, sync::Arc, time::Duration};

use async_trait::async_trait;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use rustls::{ClientConfig, RootCertStore, crypto::ring};
use serde_json::Value;
use tracing::warn;
use traefik_manager_core::{
    config::object::{ObjectKind, ObjectRef},
    traefik::{
        Protocol,
        live::{
            ApiAddress, Asked, LiveEntryPoint, LiveError, LiveMiddleware, LiveObject, LiveRouter,
            LiveService, TraefikApi, Version,
        },
    },
};

pub use knock::HttpPinger;
pub use sockets::TokioSockets;
pub use timer::TokioTimer;

use crate::{address::Target, shared::Shared, transport::Transport};

/// How long a call may take from its first to its last byte, however many pages it reads.
const BUDGET: Duration = Duration::from_secs(3);

/// Traefik's API over HTTP. Keeps connections open between calls; share it in an `Arc`.
pub struct HttpTraefikApi {
    transport: Transport,
    /// By where and how Traefik is asked, and for what.
    objects: Shared<(Target, String), LiveObject>,
}

impl fmt::Debug for HttpTraefikApi {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpTraefikApi").finish_non_exhaustive()
    }
}

/// TLS could not be set up.
#[derive(Debug)]
pub struct TlsError(pub(crate) rustls::Error);

impl fmt::Display for TlsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TLS cannot be set up for Traefik's API: {}", self.0)
    }
}

impl std::error::Error for TlsError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.0)
    }
}

impl HttpTraefikApi {
    /// Whether Traefik could be asked at this address at all; asks nobody.
    ///
    /// # Errors
    /// [`LiveError::Unreachable`] with what is wrong, without the credentials that the address may hold.
    pub fn check_address(url: &str) -> Result<(), LiveError> {
        Target::parse(&ApiAddress { url: url.to_owned(), credentials: None }).map(|_| ())
    }

    /// A reader that trusts the certificates of the system (`SSL_CERT_FILE` and `SSL_CERT_DIR` name others).
    ///
    /// Without any certificate only `http://` addresses work; that is logged, not an error.
    ///
    /// # Errors
    /// [`TlsError`] when the TLS library refuses its own defaults.
    pub fn new() -> Result<Self, TlsError> {
        let mut roots = RootCertStore::empty();
        let found = rustls_native_certs::load_native_certs();
        for error in &found.errors {
            warn!(%error, "some certificates of the system cannot be read");
        }
        roots.add_parsable_certificates(found.certs);
        if roots.is_empty() {
            warn!("the system has no certificates: Traefik's API can only be reached over http://");
        }
        let tls = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(TlsError)?
            .with_root_certificates(roots)
            .with_no_client_auth();
        Ok(Self { transport: Transport::new(tls), objects: Shared::new() })
    }

    async fn in_time<T>(
        &self,
        target: &Target,
        call: impl Future<Output = Result<T, LiveError>> + Send,
    ) -> Result<T, LiveError> {
        tokio::time::timeout(BUDGET, call).await.unwrap_or_else(|_| {
            Err(target.unreachable(format!("it did not answer within {} seconds", BUDGET.as_secs())))
        })
    }

    /// The lists of all three protocols, asked for side by side.
    async fn lists(&self, at: &ApiAddress, kind: &str) -> Result<[(Protocol, Vec<Value>); 3], LiveError> {
        let target = Target::parse(at)?;
        let list = |protocol: Protocol| {
            let (target, path) = (&target, format!("/api/{protocol}/{kind}"));
            async move { self.transport.list(target, &path).await.map(|list| (protocol, list)) }
        };
        let all = async {
            tokio::try_join!(list(Protocol::Http), list(Protocol::Tcp), list(Protocol::Udp))
                .map(|(http, tcp, udp)| [http, tcp, udp])
        };
        self.in_time(&target, all).await
    }
}

#[async_trait]
impl TraefikApi for HttpTraefikApi {
    async fn version(&self, at: &ApiAddress) -> Result<Version, LiveError> {
        let target = Target::parse(at)?;
        let value = self.in_time(&target, self.transport.one(&target, "/api/version")).await?;
        answer::version(&value).ok_or_else(|| target.unexpected("its version is missing"))
    }

    async fn routers(&self, at: &ApiAddress) -> Result<Vec<LiveRouter>, LiveError> {
        let lists = self.lists(at, "routers").await?;
        Ok(lists
            .iter()
            .flat_map(|(protocol, list)| list.iter().map(|one| answer::router(*protocol, one)))
            .collect())
    }

    async fn services(&self, at: &ApiAddress) -> Result<Vec<LiveService>, LiveError> {
        let lists = self.lists(at, "services").await?;
        Ok(lists
            .iter()
            .flat_map(|(protocol, list)| list.iter().map(|one| answer::service(*protocol, one)))
            .collect())
    }

    async fn middlewares(&self, at: &ApiAddress) -> Result<Vec<LiveMiddleware>, LiveError> {
        let target = Target::parse(at)?;
        let lists = async {
            tokio::try_join!(
                self.transport.list(&target, "/api/http/middlewares"),
                self.transport.list(&target, "/api/tcp/middlewares"),
            )
        };
        let (http, tcp) = self.in_time(&target, lists).await?;
        let lists = [(Protocol::Http, http), (Protocol::Tcp, tcp)];
        let read = |(protocol, list): &(Protocol, Vec<Value>)| {
            list.iter().map(|one| answer::middleware(*protocol, one)).collect::<Vec<_>>()
        };
        Ok(lists.iter().flat_map(read).collect())
    }

    async fn object(&self, at: &ApiAddress, object: &ObjectRef) -> Result<Option<LiveObject>, LiveError> {
        let target = Target::parse(at)?;
        let section = section(&target, object.protocol, object.kind)?;
        let name = format!("{}@file", object.name);
        let path = format!("{section}/{}", utf8_percent_encode(&name, NON_ALPHANUMERIC));
        let value = self.in_time(&target, self.transport.object(&target, &path)).await?;
        // A proxy in between may take a name for a path; then it is not the object that was asked for.
        let found = value.as_ref().map(answer::object);
        match found {
            None => Ok(None),
            Some(Some(found)) if found.name == object.name => Ok(Some(found)),
            Some(_) => Err(target.unexpected(format!("it was asked for {name} and answers something else"))),
        }
    }

    async fn objects(
        &self,
        at: &ApiAddress,
        protocol: Protocol,
        kind: ObjectKind,
    ) -> Result<Arc<Vec<LiveObject>>, LiveError> {
        let target = Target::parse(at)?;
        let section = section(&target, Some(protocol), kind)?;
        let fetch = async {
            let list = self.transport.list(&target, &section).await?;
            Ok(list.iter().filter_map(answer::object).collect())
        };
        self.in_time(&target, self.objects.get((target.clone(), section.clone()), fetch)).await
    }

    async fn json(&self, at: &ApiAddress, asked: &Asked) -> Result<Option<Vec<u8>>, LiveError> {
        let target = Target::parse(at)?;
        let (transport, to) = (&self.transport, &target);
        match asked {
            Asked::Overview => self.in_time(to, transport.text(to, "/api/overview")).await.map(Some),
            Asked::Version => self.in_time(to, transport.text(to, "/api/version")).await.map(Some),
            Asked::EntryPoints => {
                self.in_time(to, transport.list_text(to, "/api/entrypoints")).await.map(Some)
            }
            Asked::List(protocol, kind) => {
                let section = section(to, Some(*protocol), *kind)?;
                self.in_time(to, transport.list_text(to, &section)).await.map(Some)
            }
            Asked::Object(protocol, kind, name) => {
                let section = section(to, Some(*protocol), *kind)?;
                let path = format!("{section}/{}", utf8_percent_encode(name, NON_ALPHANUMERIC));
                let found = self.in_time(to, transport.object(to, &path)).await?;
                Ok(found.map(|value| value.to_string().into_bytes()))
            }
        }
    }

    async fn entry_points(&self, at: &ApiAddress) -> Result<Vec<LiveEntryPoint>, LiveError> {
        let target = Target::parse(at)?;
        let list = self.in_time(&target, self.transport.list(&target, "/api/entrypoints")).await?;
        Ok(list.iter().map(answer::entry_point).collect())
    }
}

/// The address of the objects of a kind.
fn section(target: &Target, protocol: Option<Protocol>, kind: ObjectKind) -> Result<String, LiveError> {
    match (protocol, kind) {
        (Some(protocol), ObjectKind::Router | ObjectKind::Service | ObjectKind::Middleware) => {
            Ok(format!("/api/{protocol}/{}", kind.section()))
        }
        _ => Err(target.unexpected(format!("its API does not show {}", kind.section()))),
    }
}
