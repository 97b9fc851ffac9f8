//! One request after the other: status, size and JSON are checked, nothing is followed.

use std::{
    error::Error as _,
    io::{self, ErrorKind},
};

use bytes::Bytes;
use http_body_util::{BodyExt as _, Empty, LengthLimitError, Limited};
use hyper::{HeaderMap, Request, StatusCode, body::Body as _, header};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::{TokioExecutor, TokioTimer},
};
use rustls::ClientConfig;
use serde::de::IgnoredAny;
use serde_json::Value;
use traefik_manager_core::traefik::live::LiveError;

use crate::address::Target;

/// The most bytes of a whole list; ten thousand routers are about six million.
const MAX_BYTES: usize = 64 * 1024 * 1024;
/// The most bytes of a page of one: all lists are read at once, and none of them is believed to end.
const MAX_PAGE: usize = 16 * 1024 * 1024;
/// The most bytes of a single object.
const MAX_OBJECT: usize = 4 * 1024 * 1024;
/// How many objects to ask for at once. Traefik's own default is 100.
const PER_PAGE: usize = 1000;

pub(crate) struct Transport {
    client: Client<HttpsConnector<HttpConnector>, Empty<Bytes>>,
}

/// An answer with status 200.
struct Page<T> {
    value: T,
    bytes: usize,
    next: Option<usize>,
}

/// An answer of any status.
struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
}

impl Transport {
    pub(crate) fn new(tls: ClientConfig) -> Self {
        let connector =
            HttpsConnectorBuilder::new().with_tls_config(tls).https_or_http().enable_http1().build();
        let client = Client::builder(TokioExecutor::new()).pool_timer(TokioTimer::new()).build(connector);
        Self { client }
    }

    /// A single JSON value.
    pub(crate) async fn one(&self, target: &Target, path: &str) -> Result<Value, LiveError> {
        self.page(target, path, MAX_OBJECT).await.map(|page| page.value)
    }

    /// A list, page by page.
    pub(crate) async fn list(&self, target: &Target, path: &str) -> Result<Vec<Value>, LiveError> {
        let mut all = Vec::new();
        self.pages(target, path, |value| match value {
            Value::Array(items) => {
                all.extend(items);
                Ok(())
            }
            _ => Err(target.unexpected(format!("{path} is not a list"))),
        })
        .await?;
        Ok(all)
    }

    /// The text of a single JSON object.
    pub(crate) async fn text(&self, target: &Target, path: &str) -> Result<Vec<u8>, LiveError> {
        let Page { value: Text(bytes), .. } = self.page(target, path, MAX_OBJECT).await?;
        if bytes.starts_with(b"{") {
            Ok(bytes)
        } else {
            Err(target.unexpected(format!("{path} is no object")))
        }
    }

    /// The text of a list, as if it were one page.
    pub(crate) async fn list_text(&self, target: &Target, path: &str) -> Result<Vec<u8>, LiveError> {
        let mut all = vec![b'['];
        self.pages(target, path, |Text(page)| {
            let items = page.strip_prefix(b"[").and_then(|rest| rest.strip_suffix(b"]"));
            let items = items.ok_or_else(|| target.unexpected(format!("{path} is not a list")))?.trim_ascii();
            if all.len() > 1 && !items.is_empty() {
                all.push(b',');
            }
            all.extend_from_slice(items);
            Ok(())
        })
        .await?;
        all.push(b']');
        Ok(all)
    }

    /// Reads page by page. Traefik names the next page in `X-Next-Page`, and 1 on the last one.
    async fn pages<T: Read>(
        &self,
        target: &Target,
        path: &str,
        mut take: impl FnMut(T) -> Result<(), LiveError> + Send,
    ) -> Result<(), LiveError> {
        let (mut number, mut left) = (1, MAX_BYTES);
        loop {
            let asked = format!("{path}?page={number}&per_page={PER_PAGE}");
            let page = self.page(target, &asked, left.min(MAX_PAGE)).await?;
            take(page.value)?;
            left = left.saturating_sub(page.bytes);
            match page.next {
                Some(next) if next > number => number = next,
                _ => return Ok(()),
            }
        }
    }

    /// A single JSON value; `None` when the API says that it has no such object.
    ///
    /// A server without the API answers 404 as well, but not in the API's way.
    pub(crate) async fn object(&self, target: &Target, path: &str) -> Result<Option<Value>, LiveError> {
        let answer = self.ask(target, path, MAX_OBJECT).await?;
        let is_of_api = || {
            let said = serde_json::from_slice::<Value>(&answer.body).ok();
            said.and_then(|said| said.get("message")?.as_str().map(|words| words.contains("not found")))
        };
        match answer.status {
            StatusCode::NOT_FOUND if is_of_api() == Some(true) => Ok(None),
            StatusCode::OK => Value::read(target, &answer.body).map(Some),
            status => Err(target.unexpected(of_status(status))),
        }
    }

    async fn page<T: Read>(&self, target: &Target, path: &str, most: usize) -> Result<Page<T>, LiveError> {
        let Answer { status, headers, body } = self.ask(target, path, most).await?;
        if status != StatusCode::OK {
            return Err(target.unexpected(of_status(status)));
        }
        let next = headers.get("x-next-page").and_then(|value| value.to_str().ok()?.parse().ok());
        Ok(Page { value: T::read(target, &body)?, bytes: body.len(), next })
    }

    async fn ask(&self, target: &Target, path: &str, most: usize) -> Result<Answer, LiveError> {
        let mut request = Request::get(target.uri(path)?).header(header::ACCEPT, "application/json");
        if let Some(authorization) = &target.authorization {
            request = request.header(header::AUTHORIZATION, authorization);
        }
        let request = request.body(Empty::new()).map_err(|error| target.unreachable(error.to_string()))?;
        let answer = self.client.request(request).await.map_err(|error| failure(target, &error))?;

        let (head, body) = answer.into_parts();
        let too_large =
            || target.unexpected(format!("the answer is larger than {} MiB", most.div_ceil(1024 * 1024)));
        if body.size_hint().lower() > u64::try_from(most).unwrap_or(u64::MAX) {
            return Err(too_large());
        }
        let body = Limited::new(body, most).collect().await.map_err(|error| {
            if error.is::<LengthLimitError>() {
                too_large()
            } else {
                target.unreachable("the connection broke in the middle of the answer")
            }
        })?;
        Ok(Answer { status: head.status, headers: head.headers, body: body.to_bytes() })
    }
}

/// JSON, taken apart or only looked at.
trait Read: Sized + Send {
    fn read(target: &Target, body: &[u8]) -> Result<Self, LiveError>;
}

impl Read for Value {
    fn read(target: &Target, body: &[u8]) -> Result<Self, LiveError> {
        serde_json::from_slice(body).map_err(|_| no_json(target))
    }
}

/// The text of what is JSON, without blanks around it.
struct Text(Vec<u8>);

impl Read for Text {
    fn read(target: &Target, body: &[u8]) -> Result<Self, LiveError> {
        serde_json::from_slice::<IgnoredAny>(body).map_err(|_| no_json(target))?;
        Ok(Self(body.trim_ascii().to_vec()))
    }
}

fn no_json(target: &Target) -> LiveError {
    target.unexpected("the answer is not JSON; is this Traefik's own address?")
}

/// What a status means to the operator.
fn of_status(status: StatusCode) -> String {
    match status.as_u16() {
        401 | 403 => format!("it answers {status}: check the user and password of the API"),
        404 => "it has no API there: check the address, and that `api` is switched on in Traefik".to_owned(),
        300..=399 => format!("it answers {status} and points elsewhere: give the address it points to"),
        _ => format!("it answers {status}"),
    }
}

/// Why there is no answer, by the innermost reason, which is the one that a person can act on.
fn failure(target: &Target, error: &hyper_util::client::legacy::Error) -> LiveError {
    let mut is_refused = false;
    let mut reason = error.to_string();
    let mut source = error.source();
    while let Some(inner) = source {
        is_refused |=
            inner.downcast_ref::<io::Error>().is_some_and(|e| e.kind() == ErrorKind::ConnectionRefused);
        reason = inner.to_string();
        source = inner.source();
    }
    if is_refused && error.is_connect() { target.refused(reason) } else { target.unreachable(reason) }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use std::sync::Arc;

    use rustls::{RootCertStore, crypto::ring};
    use tokio::{
        io::{AsyncReadExt as _, AsyncWriteExt as _},
        net::TcpListener,
    };
    use traefik_manager_core::traefik::live::ApiAddress;

    use super::*;

    #[tokio::test]
    async fn an_answer_without_end_is_cut_off() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let server = tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            stream.read_u8().await.unwrap();
            stream.write_all(b"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n").await.unwrap();
            let mut sent = 0;
            while stream.write_all(&[b' '; 4096]).await.is_ok() {
                sent += 4096;
            }
            sent
        });
        let tls = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(RootCertStore::empty())
            .with_no_client_auth();
        let target = Target::parse(&ApiAddress { url, credentials: None }).unwrap();
        let outcome = Transport::new(tls).page::<Value>(&target, "/", 1 << 20).await;
        assert!(outcome.is_err_and(|error| error.to_string().contains("larger than")));
        assert!(server.await.unwrap() < 64 << 20, "the server was hung up on");
    }
}
