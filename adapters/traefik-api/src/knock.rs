//! Knocks at servers that Traefik's configuration names: one request, of whose answer only the status is read.

use std::{error::Error as _, fmt, sync::Arc, time::Duration};

use async_trait::async_trait;
use bytes::Bytes;
use http_body_util::Empty;
use hyper::Request;
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::TokioExecutor,
};
use rustls::{
    ClientConfig, DigitallySignedStruct, SignatureScheme,
    client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
    crypto::{CryptoProvider, ring},
    pki_types::{CertificateDer, ServerName, UnixTime},
};
use tokio::{sync::Semaphore, time::Instant};
use traefik_manager_core::traefik::ping::{Echo, Pinger};

use crate::{TlsError, resolver::Resolver};

/// How long a server has.
const BUDGET: Duration = Duration::from_secs(5);
/// How many servers are knocked at at once; more wait, within their time.
const MOST: usize = 16;

/// Knocks over HTTP and HTTPS.
pub struct HttpPinger {
    client: Client<HttpsConnector<HttpConnector<Resolver>>, Empty<Bytes>>,
    turns: Semaphore,
}

impl fmt::Debug for HttpPinger {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpPinger").finish_non_exhaustive()
    }
}

impl HttpPinger {
    /// One that takes any certificate, as what is behind Traefik has often its own.
    ///
    /// # Errors
    /// [`TlsError`] when the TLS library refuses its own defaults.
    pub fn new() -> Result<Self, TlsError> {
        let provider = Arc::new(ring::default_provider());
        let tls = ClientConfig::builder_with_provider(Arc::clone(&provider))
            .with_safe_default_protocol_versions()
            .map_err(TlsError)?
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(AnyCertificate(provider)))
            .with_no_client_auth();
        let mut plain = HttpConnector::new_with_resolver(Resolver);
        plain.enforce_http(false);
        let connector = HttpsConnectorBuilder::new()
            .with_tls_config(tls)
            .https_or_http()
            .enable_http1()
            .wrap_connector(plain);
        let client = Client::builder(TokioExecutor::new()).pool_max_idle_per_host(0).build(connector);
        Ok(Self { client, turns: Semaphore::new(MOST) })
    }
}

#[async_trait]
impl Pinger for HttpPinger {
    async fn knock(&self, origin: &str) -> Result<Echo, String> {
        let request = Request::head(format!("{origin}/")).body(Empty::new());
        let request = request.map_err(|_| "this is no valid address".to_owned())?;
        let knocking = async {
            let _turn = self.turns.acquire().await.map_err(|error| error.to_string())?;
            let begun = Instant::now();
            let answer = self.client.request(request).await.map_err(|error| innermost(&error))?;
            Ok(Echo { status: answer.status().as_u16(), took: begun.elapsed() })
        };
        let late = || Err(format!("it did not answer within {} seconds", BUDGET.as_secs()));
        tokio::time::timeout(BUDGET, knocking).await.unwrap_or_else(|_| late())
    }
}

fn innermost(error: &hyper_util::client::legacy::Error) -> String {
    let mut reason = error.to_string();
    let mut source = error.source();
    while let Some(inner) = source {
        reason = inner.to_string();
        source = inner.source();
    }
    reason
}

/// Takes any certificate, but no forged handshake.
#[derive(Debug)]
struct AnyCertificate(Arc<CryptoProvider>);

impl ServerCertVerifier for AnyCertificate {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        rustls::crypto::verify_tls12_signature(
            message,
            certificate,
            signed,
            &self.0.signature_verification_algorithms,
        )
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        rustls::crypto::verify_tls13_signature(
            message,
            certificate,
            signed,
            &self.0.signature_verification_algorithms,
        )
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}
