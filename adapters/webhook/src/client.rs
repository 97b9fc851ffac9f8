//! One request: in time, and nothing of its answer but the status.

use std::{error::Error as _, fmt, sync::Arc};

use bytes::Bytes;
use http_body_util::Full;
use hyper::{Request, StatusCode, header};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::{
    client::legacy::{Client as Legacy, connect::HttpConnector},
    rt::TokioExecutor,
};
use rustls::{ClientConfig, RootCertStore, crypto::ring};
use traefik_manager_core::notices::Letter;

use crate::{BUDGET, resolver::Resolver};

/// TLS could not be set up.
#[derive(Debug)]
pub struct TlsError(rustls::Error);

impl fmt::Display for TlsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TLS cannot be set up for webhooks: {}", self.0)
    }
}

impl std::error::Error for TlsError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.0)
    }
}

/// Why a letter did not arrive. It holds neither the address nor anything that the server has said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Failure {
    why: String,
    /// Whether it may arrive another time.
    pub(crate) may_pass: bool,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.why)
    }
}

pub(crate) struct Client(Legacy<HttpsConnector<HttpConnector<Resolver>>, Full<Bytes>>);

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Client")
    }
}

impl Client {
    pub(crate) fn new() -> Result<Self, TlsError> {
        let mut roots = RootCertStore::empty();
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        let tls = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(TlsError)?
            .with_root_certificates(roots)
            .with_no_client_auth();
        let mut http = HttpConnector::new_with_resolver(Resolver);
        http.enforce_http(false);
        let connector = HttpsConnectorBuilder::new()
            .with_tls_config(tls)
            .https_or_http()
            .enable_http1()
            .wrap_connector(http);
        Ok(Self(Legacy::builder(TokioExecutor::new()).pool_max_idle_per_host(0).build(connector)))
    }

    pub(crate) async fn deliver(&self, letter: &Letter) -> Result<(), Failure> {
        let host = letter.host();
        let failed = |why: String, may_pass| Failure { why, may_pass };
        let mut request = Request::post(letter.url.expose()).header(header::USER_AGENT, "traefik-manager");
        for (name, value) in &letter.headers {
            request = request.header(*name, value.expose());
        }
        let request = request
            .body(Full::from(letter.body.clone()))
            .map_err(|_| failed(format!("{host} cannot be asked: this is no address"), false))?;
        let answer = match tokio::time::timeout(BUDGET, self.0.request(request)).await {
            Err(_) => {
                let seconds = BUDGET.as_secs();
                return Err(failed(format!("{host} did not answer within {seconds} seconds"), true));
            }
            Ok(Err(error)) => {
                return Err(failed(format!("{host} is not reachable: {}", reason(&error)), true));
            }
            Ok(Ok(answer)) => answer,
        };
        let status = answer.status();
        match status {
            _ if status.is_success() => Ok(()),
            _ if status.is_redirection() => Err(failed(
                format!(
                    "{host} points elsewhere, which is not followed; enter the address that it points to"
                ),
                false,
            )),
            StatusCode::TOO_MANY_REQUESTS | StatusCode::REQUEST_TIMEOUT => {
                Err(failed(format!("{host} answers {}", status.as_u16()), true))
            }
            _ => Err(failed(format!("{host} answers {}", status.as_u16()), status.is_server_error())),
        }
    }
}

/// The innermost reason, which is the one that a person can act on.
fn reason(error: &hyper_util::client::legacy::Error) -> String {
    let mut reason = error.to_string();
    let mut source = error.source();
    while let Some(inner) = source {
        reason = inner.to_string();
        source = inner.source();
    }
    reason
}
