//! One request to the provider: allowed, in time, of bounded size, and nothing is followed.

use std::{
    error::Error as _,
    fmt, fs,
    future::Future,
    io::{self, Read as _},
    pin::Pin,
    sync::Arc,
    time::Duration,
};

use bytes::Bytes;
use http_body_util::{BodyExt as _, Full, LengthLimitError, Limited};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::TokioExecutor,
};
use openidconnect::{
    AsyncHttpClient, HttpRequest, HttpResponse,
    url::{Host, Url},
};
use rustls::{
    ClientConfig, RootCertStore,
    crypto::ring,
    pki_types::{CertificateDer, pem::PemObject as _},
};
use traefik_manager_core::{
    auth::oidc::{ProviderAddress, ProviderError},
    settings::is_link_local,
};

use crate::resolver::Resolver;

/// The most bytes of an answer, and of a file of authorities.
const MAX_BYTES: usize = 1024 * 1024;

/// Asks one provider.
pub(crate) struct Http {
    client: Client<HttpsConnector<HttpConnector<Resolver>>, Full<Bytes>>,
    rule: Rule,
    timeout: Duration,
}

/// Why there is no answer. It holds no secret.
#[derive(Debug, Clone)]
pub(crate) enum HttpError {
    NotAllowed(String),
    Unreachable(String),
    Strange(String),
}

impl fmt::Display for HttpError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotAllowed(reason) | Self::Unreachable(reason) | Self::Strange(reason) => {
                f.write_str(reason)
            }
        }
    }
}

impl std::error::Error for HttpError {}

impl From<HttpError> for ProviderError {
    fn from(error: HttpError) -> Self {
        match error {
            HttpError::NotAllowed(reason) => Self::NotAllowed(reason),
            HttpError::Unreachable(reason) => Self::Unreachable(reason),
            HttpError::Strange(reason) => Self::Strange(reason),
        }
    }
}

/// Where a provider may be asked: at no link-local address; over TLS; without it only where that was allowed, or where issuer and what it names
/// are both on this host, so that nobody is on the way.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rule {
    anywhere: bool,
    on_this_host: bool,
}

impl Rule {
    pub(crate) fn of(at: &ProviderAddress, issuer: &Url) -> Self {
        Self { anywhere: at.allow_http, on_this_host: is_loopback(issuer) }
    }

    /// Whether this address may be asked, or a browser be sent to it.
    pub(crate) fn check(self, address: &Url) -> Result<(), HttpError> {
        if leads_to_machines(address) {
            return Err(HttpError::NotAllowed(
                "The identity provider is at no link-local address.".to_owned(),
            ));
        }
        match address.scheme() {
            "https" => Ok(()),
            "http" if self.anywhere || (self.on_this_host && is_loopback(address)) => Ok(()),
            "http" => Err(HttpError::NotAllowed(
                "The identity provider may be asked over https:// only, as the settings are.".to_owned(),
            )),
            _ => {
                Err(HttpError::Strange("it names an address that is neither https:// nor http://".to_owned()))
            }
        }
    }
}

fn leads_to_machines(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => is_link_local(address.into()),
        Some(Host::Ipv6(address)) => is_link_local(address.into()),
        Some(Host::Domain(_)) | None => false,
    }
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name.eq_ignore_ascii_case("localhost"),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

impl Http {
    /// Blocks: reads certificates.
    pub(crate) fn new(at: &ProviderAddress, issuer: &Url, timeout: Duration) -> Result<Self, ProviderError> {
        let mut http = HttpConnector::new_with_resolver(Resolver);
        http.enforce_http(false);
        let connector = HttpsConnectorBuilder::new()
            .with_tls_config(tls(at.ca_file.as_deref())?)
            .https_or_http()
            .enable_http1()
            .wrap_connector(http);
        // A provider is asked rarely; a connection that rests for long is one that is gone when it is needed.
        let client = Client::builder(TokioExecutor::new()).pool_max_idle_per_host(0).build(connector);
        Ok(Self { client, rule: Rule::of(at, issuer), timeout })
    }

    pub(crate) fn rule(&self) -> Rule {
        self.rule
    }

    /// The body of an answer with status 200.
    pub(crate) async fn get(&self, address: &Url) -> Result<Vec<u8>, HttpError> {
        let request = openidconnect::http::Request::get(address.as_str())
            .header("accept", "application/json")
            .body(Vec::new())
            .map_err(|_| HttpError::Strange(format!("{address} cannot be asked")))?;
        let answer = self.exchange(request).await?;
        match answer.status().as_u16() {
            200 => Ok(answer.into_body()),
            300..=399 => Err(HttpError::Strange(format!(
                "{address} points elsewhere, which is not followed; enter the address that it points to"
            ))),
            status => Err(HttpError::Strange(format!("{address} answers {status}"))),
        }
    }

    async fn exchange(&self, request: HttpRequest) -> Result<HttpResponse, HttpError> {
        let address = Url::parse(&request.uri().to_string())
            .map_err(|_| HttpError::Strange("it names an address that is none".to_owned()))?;
        self.rule.check(&address)?;
        let host = address.host_str().unwrap_or_default().to_owned();
        let answer = tokio::time::timeout(self.timeout, self.collect(request.map(Full::from)));
        match answer.await {
            Ok(answer) => answer,
            Err(_) => Err(HttpError::Unreachable(format!(
                "{host} did not answer within {} seconds",
                self.timeout.as_secs_f32()
            ))),
        }
    }

    async fn collect(&self, request: hyper::Request<Full<Bytes>>) -> Result<HttpResponse, HttpError> {
        let answer = self.client.request(request).await.map_err(|error| failure(&error))?;
        let (head, body) = answer.into_parts();
        let body = Limited::new(body, MAX_BYTES).collect().await.map_err(|error| {
            if error.is::<LengthLimitError>() {
                HttpError::Strange(format!("its answer is larger than {} MiB", MAX_BYTES / 1024 / 1024))
            } else {
                HttpError::Unreachable("the connection broke in the middle of the answer".to_owned())
            }
        })?;
        Ok(HttpResponse::from_parts(head, body.to_bytes().to_vec()))
    }
}

impl<'c> AsyncHttpClient<'c> for Http {
    type Error = HttpError;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse, HttpError>> + Send + 'c>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(async move {
            let answer = self.exchange(request).await?;
            if answer.status().is_redirection() {
                return Err(HttpError::Strange("it redirects where it should answer".to_owned()));
            }
            Ok(answer)
        })
    }
}

/// Why there is no answer, by the innermost reason, which is the one that a person can act on.
fn failure(error: &hyper_util::client::legacy::Error) -> HttpError {
    let mut reason = error.to_string();
    let mut source = error.source();
    while let Some(inner) = source {
        reason = inner.to_string();
        source = inner.source();
    }
    HttpError::Unreachable(reason)
}

/// A file of a bounded size. What is none, such as a pipe or a device, may never end.
fn small_file(path: &str) -> io::Result<Vec<u8>> {
    if !fs::metadata(path)?.is_file() {
        return Err(io::ErrorKind::InvalidInput.into());
    }
    let mut text = Vec::new();
    let most = u64::try_from(MAX_BYTES).unwrap_or(u64::MAX);
    fs::File::open(path)?.take(most + 1).read_to_end(&mut text)?;
    if text.len() > MAX_BYTES { Err(io::ErrorKind::FileTooLarge.into()) } else { Ok(text) }
}

/// TLS with the authorities of the system and those of the file.
fn tls(ca_file: Option<&str>) -> Result<ClientConfig, ProviderError> {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    if let Some(path) = ca_file {
        let refused =
            |why: &str| ProviderError::NotAllowed(format!("The file of authorities, {path}, {why}."));
        let text = small_file(path).map_err(|_| refused("cannot be read"))?;
        let certificates: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&text).collect();
        let (added, _) =
            roots.add_parsable_certificates(certificates.map_err(|_| refused("is not in PEM format"))?);
        if added == 0 {
            return Err(refused("holds no certificate"));
        }
    }
    let failed = |error: rustls::Error| ProviderError::NotAllowed(format!("TLS cannot be set up: {error}."));
    Ok(ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(failed)?
        .with_root_certificates(roots)
        .with_no_client_auth())
}
