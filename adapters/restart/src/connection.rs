//! One request to an engine, over a connection of its own.

use std::{
    io::{self, ErrorKind},
    time::Duration,
};

use bytes::Bytes;
use http_body_util::{BodyExt as _, Empty, LengthLimitError, Limited};
use hyper::{Method, Request, StatusCode, client::conn::http1, header};
use hyper_util::rt::TokioIo;
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::{TcpStream, UnixStream},
};
use traefik_manager_core::restart::RestartError;

use crate::endpoint::Endpoint;

/// The most bytes of an answer; an inspected container is some ten thousand.
const MAX_BYTES: usize = 4 * 1024 * 1024;

/// An answer of any status.
#[derive(Debug)]
pub struct Answer {
    /// The status.
    pub status: StatusCode,
    /// The version of the API that the engine speaks, `1.41`, where it tells a proper one.
    pub api_version: Option<String>,
    /// The whole body.
    pub body: Bytes,
}

/// Sends a request without a body and reads the whole answer, `limit` from the first to the last byte.
///
/// # Errors
/// [`RestartError`] where there is no whole answer.
///
/// # Cancel safety
/// Dropping the future closes the connection; whether the engine does what it was asked for is then open.
pub async fn ask(
    endpoint: &Endpoint,
    method: Method,
    path: &str,
    limit: Duration,
) -> Result<Answer, RestartError> {
    let call = async {
        match endpoint {
            Endpoint::Unix(socket) => {
                let stream = UnixStream::connect(socket).await.map_err(|error| failed(endpoint, &error))?;
                exchange(endpoint, stream, method, path).await
            }
            Endpoint::Tcp { host, port } => {
                let stream = TcpStream::connect((host.as_str(), *port))
                    .await
                    .map_err(|error| failed(endpoint, &error))?;
                exchange(endpoint, stream, method, path).await
            }
        }
    };
    tokio::time::timeout(limit, call)
        .await
        .unwrap_or_else(|_| Err(RestartError::Timeout { at: endpoint.to_string(), seconds: limit.as_secs() }))
}

async fn exchange<S>(
    endpoint: &Endpoint,
    stream: S,
    method: Method,
    path: &str,
) -> Result<Answer, RestartError>
where
    S: AsyncRead + AsyncWrite + Send + Unpin + 'static,
{
    let unexpected = |reason: String| RestartError::Unexpected { at: endpoint.to_string(), reason };
    let (mut sender, connection) =
        http1::handshake(TokioIo::new(stream)).await.map_err(|error| unexpected(error.to_string()))?;
    // A POST that says its length is taken by every proxy.
    let mut request = Request::builder().method(&method).uri(path).header(header::HOST, endpoint.authority());
    if method == Method::POST {
        request = request.header(header::CONTENT_LENGTH, "0");
    }
    let request = request.body(Empty::<Bytes>::new()).map_err(|error| unexpected(error.to_string()))?;
    let answer = async {
        let answer = sender.send_request(request).await.map_err(|error| unexpected(error.to_string()))?;
        let (head, body) = answer.into_parts();
        let body = Limited::new(body, MAX_BYTES).collect().await.map_err(|error| {
            unexpected(if error.is::<LengthLimitError>() {
                format!("its answer is larger than {} MiB", MAX_BYTES / 1024 / 1024)
            } else {
                "the connection broke in the middle of the answer".to_owned()
            })
        })?;
        let version = head.headers.get("api-version").and_then(|version| version.to_str().ok());
        let version = version.filter(|version| is_version(version));
        Ok(Answer { status: head.status, api_version: version.map(str::to_owned), body: body.to_bytes() })
    };
    let mut answer = std::pin::pin!(answer);
    // The connection does the work; when it ends first, the answer is there or never comes.
    tokio::select! {
        answer = &mut answer => answer,
        _ = connection => answer.await,
    }
}

/// Whether a text is two numbers with a dot in between, and so may stand in a path.
fn is_version(text: &str) -> bool {
    let is_number =
        |text: &str| (1..=4).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    text.split_once('.').is_some_and(|(major, minor)| is_number(major) && is_number(minor))
}

/// Why there is no connection.
fn failed(endpoint: &Endpoint, error: &io::Error) -> RestartError {
    let at = endpoint.to_string();
    match error.kind() {
        ErrorKind::PermissionDenied => RestartError::Refused {
            at,
            reason: format!("{error}; run this program in the group that may use the socket"),
        },
        ErrorKind::NotFound if matches!(endpoint, Endpoint::Unix(_)) => {
            RestartError::Unreachable { at, reason: "there is no such socket".to_owned() }
        }
        _ => RestartError::Unreachable { at, reason: error.to_string() },
    }
}
