//! Connections: one request each, answered and closed.

use std::{fs, io, os::unix::fs::PermissionsExt as _, sync::Arc, time::Duration};

use hyper::{Method, StatusCode};
use serde_json::Value;
use tokio::{
    io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _},
    net::{TcpListener, UnixListener},
    signal::unix::{SignalKind, signal},
    time::timeout,
};
use traefik_manager_core::restart::RestartError;
use traefik_manager_restart::{Answer, Endpoint};

use crate::{
    environment::Options,
    head::{self, Call, Kind, MAX_HEAD},
    places::Places,
};

/// How long a client may take to send its head, and to take its answer.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long the engine may take, beside the time that a container is given to end.
const ENGINE: Duration = Duration::from_secs(30);
/// What of an inspected container is passed on. The rest holds its environment, with the tokens in it.
const SHOWN: [&str; 4] = ["Id", "Name", "State", "RestartCount"];

/// Serves until SIGTERM or SIGINT.
pub(crate) async fn serve(options: Options) -> Result<(), String> {
    let options = Arc::new(options);
    let failed = |error: io::Error| format!("cannot listen on {}: {error}", options.listen);
    let mut terminate = signal(SignalKind::terminate()).map_err(failed)?;
    let mut interrupt = signal(SignalKind::interrupt()).map_err(failed)?;
    let accepting = listen(Arc::clone(&options)).await.map_err(failed)?;
    tracing::info!(
        "listening on {} for container {} at {}",
        options.listen,
        options.container,
        options.engine
    );
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
        _ = accepting => {}
    }
    if let Endpoint::Unix(path) = &options.listen {
        fs::remove_file(path).ok();
    }
    Ok(())
}

async fn listen(options: Arc<Options>) -> io::Result<tokio::task::JoinHandle<()>> {
    let places = Arc::new(Places::default());
    match &options.listen {
        Endpoint::Tcp { host, port } => {
            let listener = TcpListener::bind((host.as_str(), *port)).await?;
            Ok(tokio::spawn(async move {
                loop {
                    match listener.accept().await {
                        Ok((stream, peer)) => admit(stream, peer.to_string(), &options, &places).await,
                        Err(error) => pause_after(&error).await,
                    }
                }
            }))
        }
        Endpoint::Unix(path) => {
            // What a former life left behind; a file that is no socket is not ours to take away.
            match fs::symlink_metadata(path) {
                Ok(found) if std::os::unix::fs::FileTypeExt::is_socket(&found.file_type()) => {
                    fs::remove_file(path)?;
                }
                _ => {}
            }
            let listener = UnixListener::bind(path)?;
            fs::set_permissions(path, fs::Permissions::from_mode(0o660))?;
            Ok(tokio::spawn(async move {
                loop {
                    match listener.accept().await {
                        Ok((stream, _)) => {
                            admit(stream, "a local client".to_owned(), &options, &places).await;
                        }
                        Err(error) => pause_after(&error).await,
                    }
                }
            }))
        }
    }
}

/// Too many open files pass; asking again at once would only spin.
async fn pause_after(error: &io::Error) {
    tracing::warn!(%error, "a connection was not taken");
    tokio::time::sleep(Duration::from_millis(100)).await;
}

async fn admit<S>(stream: S, peer: String, options: &Arc<Options>, places: &Arc<Places>)
where
    S: AsyncRead + AsyncWrite + Send + Unpin + 'static,
{
    let Some(place) = places.take().await else { return };
    let (options, places) = (Arc::clone(options), Arc::clone(places));
    tokio::spawn(async move {
        client(stream, &peer, &options, &places).await;
        drop(place);
    });
}

/// One request, its answer, and the end of the connection.
async fn client<S>(mut stream: S, peer: &str, options: &Options, places: &Places)
where
    S: AsyncRead + AsyncWrite + Send + Unpin,
{
    let mut bytes = Vec::with_capacity(1024);
    let head = timeout(PATIENCE, read_head(&mut stream, &mut bytes));
    let Some(head) = places.wait_for().until(head).await else {
        tracing::warn!(%peer, "made room for others");
        return;
    };
    let call = match head {
        Ok(Ok(Some(end))) if bytes.len() > end + 4 => Err("something follows the head"),
        Ok(Ok(Some(end))) => head::read(bytes.get(..end).unwrap_or_default(), &options.container),
        Ok(Ok(None)) => Err("the head is too large, or ends in the middle"),
        Ok(Err(_)) => return,
        Err(_) => Err("the head did not come in time"),
    };
    let reply = match call {
        Ok(call) => forward(&call, peer, options).await,
        Err(reason) => {
            if bytes.is_empty() {
                return;
            }
            let line = bytes.split(|byte| *byte == b'\r' || *byte == b'\n').next().unwrap_or_default();
            let line = line.get(..200).unwrap_or(line).escape_ascii().to_string();
            tracing::warn!(%peer, %line, reason, "refused");
            Reply::message(StatusCode::FORBIDDEN, reason)
        }
    };
    let sent = async {
        stream.write_all(&reply.to_bytes()).await?;
        stream.shutdown().await?;
        // Closing with unread bytes would take the answer away from the client again.
        let mut rest = [0; 1024];
        let mut left = 64;
        while left > 0 && stream.read(&mut rest).await? > 0 {
            left -= 1;
        }
        io::Result::Ok(())
    };
    // A client that does not take its answer does without.
    places.wait_for().until(timeout(PATIENCE, sent)).await;
}

/// Reads until the empty line, and says where the head ends.
async fn read_head<S>(stream: &mut S, bytes: &mut Vec<u8>) -> io::Result<Option<usize>>
where
    S: AsyncRead + Unpin,
{
    let mut piece = [0; 1024];
    loop {
        let count = stream.read(&mut piece).await?;
        let from = bytes.len().saturating_sub(3);
        bytes.extend_from_slice(piece.get(..count).unwrap_or_default());
        let found = bytes.get(from..).and_then(|tail| tail.windows(4).position(|four| four == b"\r\n\r\n"));
        if let Some(at) = found {
            let end = from + at;
            return Ok((end <= MAX_HEAD).then_some(end));
        }
        if count == 0 || bytes.len() > MAX_HEAD {
            return Ok(None);
        }
    }
}

async fn forward(call: &Call, peer: &str, options: &Options) -> Reply {
    let (method, limit) = match call.kind {
        Kind::Restart(seconds) => {
            (Method::POST, ENGINE + Duration::from_secs(u64::from(seconds.unwrap_or(10))))
        }
        _ => (Method::GET, ENGINE),
    };
    match traefik_manager_restart::ask(&options.engine, method, &call.path, limit).await {
        Ok(answer) => {
            tracing::info!(%peer, path = %call.path, status = answer.status.as_u16(), "let through");
            Reply::of(call.kind, answer)
        }
        Err(error) => {
            tracing::warn!(%peer, path = %call.path, %error, "the engine did not answer");
            let status = match error {
                RestartError::Unreachable { .. } | RestartError::Refused { .. } => {
                    StatusCode::SERVICE_UNAVAILABLE
                }
                RestartError::Timeout { .. } => StatusCode::GATEWAY_TIMEOUT,
                _ => StatusCode::BAD_GATEWAY,
            };
            Reply::message(status, &error.to_string())
        }
    }
}

/// An answer to a client.
#[derive(Debug)]
struct Reply {
    status: StatusCode,
    api_version: Option<String>,
    body: Vec<u8>,
    is_json: bool,
}

impl Reply {
    /// In the way in which engines tell of errors.
    fn message(status: StatusCode, text: &str) -> Self {
        let body = serde_json::json!({ "message": text }).to_string().into_bytes();
        Self { status, api_version: None, body, is_json: true }
    }

    fn of(kind: Kind, answer: Answer) -> Self {
        let Answer { status, api_version, body } = answer;
        let reply = |body, is_json| Self { status, api_version, body, is_json };
        match kind {
            Kind::Inspect if status == StatusCode::OK => match shown(&body) {
                Some(body) => reply(body, true),
                None => Self::message(StatusCode::BAD_GATEWAY, "the engine's answer is not to be understood"),
            },
            Kind::Ping => reply(body.to_vec(), false),
            _ => reply(body.to_vec(), true),
        }
    }

    fn to_bytes(&self) -> Vec<u8> {
        let version = self.api_version.as_ref().map(|version| format!("Api-Version: {version}\r\n"));
        let head =
            format!("HTTP/1.1 {}\r\nConnection: close\r\n{}", self.status, version.unwrap_or_default());
        if self.status == StatusCode::NO_CONTENT {
            return format!("{head}\r\n").into_bytes();
        }
        let kind = if self.is_json { "application/json" } else { "text/plain; charset=utf-8" };
        let length = self.body.len();
        let mut bytes =
            format!("{head}Content-Type: {kind}\r\nContent-Length: {length}\r\n\r\n").into_bytes();
        bytes.extend_from_slice(&self.body);
        bytes
    }
}

/// What of an inspected container is passed on.
fn shown(body: &[u8]) -> Option<Vec<u8>> {
    let Value::Object(mut all) = serde_json::from_slice(body).ok()? else { return None };
    all.retain(|key, _| SHOWN.contains(&key.as_str()));
    Some(Value::Object(all).to_string().into_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_container_nothing_is_shown_that_may_be_secret() {
        let body = br#"{"Id": "1", "Name": "/traefik", "State": {"Running": true}, "Config": {"Env": ["TOKEN=hunter2"]},
            "Args": ["--secret"], "RestartCount": 0}"#;
        let text = shown(body).map(|body| String::from_utf8_lossy(&body).into_owned());
        assert_eq!(
            text.as_deref(),
            Some(r#"{"Id":"1","Name":"/traefik","RestartCount":0,"State":{"Running":true}}"#)
        );
        assert_eq!((shown(b"[]"), shown(b"")), (None, None));
    }
}
