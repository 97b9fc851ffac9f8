//! Servers that are not a friendly Traefik: each costs little and is reported for what it is.

#![expect(clippy::unwrap_used, reason = "tests")]

use std::{
    fmt::Write as _,
    net::SocketAddr,
    sync::{Arc, Mutex},
    time::Duration,
};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
};
use traefik_manager_core::{
    config::object::ObjectKind,
    secret::Secret,
    traefik::{
        Protocol,
        live::{ApiAddress, Asked, LiveError, TraefikApi as _},
    },
};
use traefik_manager_traefik_api::HttpTraefikApi;

/// A server that keeps what it was asked and answers each request with what `reply` makes of its head.
struct Server {
    address: SocketAddr,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Server {
    async fn start(reply: impl Fn(&str) -> Vec<u8> + Clone + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let log = asked.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(answer_one(stream, reply.clone(), log.clone()));
            }
        });
        Self { address, asked }
    }

    fn at(&self) -> ApiAddress {
        ApiAddress { url: format!("http://{}", self.address), credentials: None }
    }

    fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

async fn answer_one(mut stream: TcpStream, reply: impl Fn(&str) -> Vec<u8>, log: Arc<Mutex<Vec<String>>>) {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        match stream.read_u8().await {
            Ok(byte) => head.push(byte),
            Err(_) => return,
        }
    }
    let head = String::from_utf8(head).unwrap();
    let bytes = reply(&head);
    log.lock().unwrap().push(head);
    if bytes.is_empty() {
        std::future::pending::<()>().await;
    }
    stream.write_all(&bytes).await.ok();
    // The connection stays open until the other side closes it.
    stream.read_u8().await.ok();
}

fn response(status: &str, headers: &str, body: &str) -> Vec<u8> {
    let length = body.len();
    format!("HTTP/1.1 {status}\r\nconnection: close\r\ncontent-length: {length}\r\n{headers}\r\n{body}")
        .into_bytes()
}

async fn version_error(reply: Vec<u8>) -> LiveError {
    let server = Server::start(move |_| reply.clone()).await;
    HttpTraefikApi::new().unwrap().version(&server.at()).await.unwrap_err()
}

#[tokio::test(start_paused = true)]
async fn a_server_that_hangs_is_given_up_after_three_seconds() {
    let server = Server::start(|_| Vec::new()).await;
    let api = HttpTraefikApi::new().unwrap();
    for hung in [api.routers(&server.at()).await.map(drop), api.version(&server.at()).await.map(drop)] {
        let error = hung.unwrap_err();
        assert!(matches!(error, LiveError::Unreachable { .. }), "{error}");
        assert!(error.to_string().contains("did not answer within 3 seconds"), "{error}");
    }
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_stops_in_the_middle_is_given_up_too() {
    let error = version_error(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{".to_vec()).await;
    assert!(error.to_string().contains("did not answer within 3 seconds"), "{error}");
}

#[tokio::test]
async fn statuses_are_explained() {
    for (status, words) in [
        ("401 Unauthorized", "check the user and password"),
        ("403 Forbidden", "check the user and password"),
        ("404 Not Found", "it has no API there"),
        ("500 Internal Server Error", "it answers 500"),
        ("204 No Content", "it answers 204"),
    ] {
        let error = version_error(response(status, "", "{\"Version\": \"3\"}")).await;
        assert!(matches!(error, LiveError::Unexpected { .. }), "{error}");
        assert!(error.to_string().contains(words), "{error}");
    }
}

#[tokio::test]
async fn redirects_are_not_followed() {
    let elsewhere = Server::start(|_| response("200 OK", "", "{\"Version\": \"3\"}")).await;
    let location = format!("location: http://{}/\r\n", elsewhere.address);
    let error = version_error(response("302 Found", &location, "")).await;
    assert!(error.to_string().contains("points elsewhere"), "{error}");
    assert!(elsewhere.asked().is_empty());
}

#[tokio::test]
async fn garbage_is_not_taken_for_an_answer() {
    for body in ["", "<html>", "{\"Version\"", "[]", "null", "{\"version\": 3}"] {
        let error = version_error(response("200 OK", "", body)).await;
        assert!(matches!(error, LiveError::Unexpected { .. }), "{body}: {error}");
    }
    let server = Server::start(|_| response("200 OK", "", "{}")).await;
    let api = HttpTraefikApi::new().unwrap();
    let error = api.routers(&server.at()).await.unwrap_err();
    assert!(error.to_string().contains("is not a list"), "{error}");
    let error = api.json(&server.at(), &Asked::EntryPoints).await.unwrap_err();
    assert!(error.to_string().contains("is not a list"), "{error}");
    for body in ["", "[]", "{\"http\"", "<html>"] {
        let server = Server::start(move |_| response("200 OK", "", body)).await;
        let error = api.json(&server.at(), &Asked::Overview).await.unwrap_err();
        assert!(matches!(error, LiveError::Unexpected { .. }), "{body}: {error}");
    }
    assert!(matches!(version_error(b"SSH-2.0-OpenSSH_9\r\n".to_vec()).await, LiveError::Unreachable { .. }));
}

#[tokio::test]
async fn an_answer_that_announces_too_much_is_not_read() {
    let error = version_error(b"HTTP/1.1 200 OK\r\ncontent-length: 4194305\r\n\r\n{".to_vec()).await;
    assert!(error.to_string().contains("larger than 4 MiB"), "{error}");
    // Of a list no more than a page, or nine of them at once would fill a small machine.
    let server = Server::start(|_| b"HTTP/1.1 200 OK\r\ncontent-length: 16777217\r\n\r\n[".to_vec()).await;
    let error = HttpTraefikApi::new().unwrap().services(&server.at()).await.unwrap_err();
    assert!(error.to_string().contains("larger than 16 MiB"), "{error}");
}

#[tokio::test]
async fn nobody_there_is_said() {
    let port = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port();
    let at = ApiAddress { url: format!("http://127.0.0.1:{port}"), credentials: None };
    let error = HttpTraefikApi::new().unwrap().services(&at).await.unwrap_err();
    assert!(matches!(&error, LiveError::Refused { reason, .. } if reason.contains("refused")), "{error}");
}

#[tokio::test]
async fn tls_to_a_server_without_tls_fails_and_does_not_fall_back() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let at = ApiAddress { url: format!("https://{}", listener.local_addr().unwrap()), credentials: None };
    let first_bytes = tokio::spawn(async move {
        let mut first_bytes = Vec::new();
        for _ in 0..2 {
            let (mut stream, _) =
                match tokio::time::timeout(Duration::from_millis(300), listener.accept()).await {
                    Ok(accepted) => accepted.unwrap(),
                    Err(_) => break,
                };
            first_bytes.push(stream.read_u8().await.unwrap());
            stream.write_all(&response("400 Bad Request", "", "")).await.unwrap();
        }
        first_bytes
    });
    let error = HttpTraefikApi::new().unwrap().version(&at).await.unwrap_err();
    assert!(matches!(error, LiveError::Unreachable { .. }), "{error}");
    // 22 is the first byte of a TLS handshake (RFC 8446, section 5.1).
    assert_eq!(first_bytes.await.unwrap(), [22]);
}

#[tokio::test]
async fn credentials_are_sent_but_never_shown() {
    let server = Server::start(|_| response("401 Unauthorized", "", "")).await;
    let at = ApiAddress { credentials: Some(("ann".to_owned(), Secret::new("hunter2"))), ..server.at() };
    let api = HttpTraefikApi::new().unwrap();
    let error = api.version(&at).await.unwrap_err();
    assert!(
        server.asked().concat().contains("authorization: Basic YW5uOmh1bnRlcjI="),
        "{:?}",
        server.asked()
    );
    assert!(!format!("{error} {error:?} {api:?} {at:?}").contains("hunter2"));
    assert!(!format!("{error} {error:?} {api:?} {at:?}").contains("YW5uOmh1bnRlcjI"));

    let url = format!("http://ann:hunter2@{}", server.address);
    let error = api.version(&ApiAddress { url, credentials: None }).await.unwrap_err();
    assert_eq!(server.asked().concat().matches("authorization: Basic YW5uOmh1bnRlcjI=").count(), 2);
    assert!(!format!("{error} {error:?}").contains("hunter2"));
}

#[tokio::test]
async fn every_page_is_read() {
    let server = Server::start(|head| {
        let page: usize = head.split_once("page=").unwrap().1.split_once('&').unwrap().0.parse().unwrap();
        let protocol = head.split('/').nth(2).unwrap().to_owned();
        let (count, next) = match (protocol.as_str(), page) {
            ("http", 1 | 2) => (1000, page + 1),
            ("http", _) => (345, 1),
            _ => (0, 1),
        };
        let mut body = String::from("[");
        for index in 0..count {
            let comma = if index > 0 { "," } else { "" };
            write!(body, "{comma}{{\"name\": \"r{page}-{index}@file\", \"status\": \"enabled\"}}").unwrap();
        }
        response("200 OK", &format!("x-next-page: {next}\r\n"), &(body + "]"))
    })
    .await;
    let routers = HttpTraefikApi::new().unwrap().routers(&server.at()).await.unwrap();
    assert_eq!(routers.len(), 2345);
    assert_eq!(routers.last().unwrap().name, "r3-344");
    let asked = server.asked();
    assert_eq!(asked.len(), 5, "{asked:?}");
    assert!(asked.iter().all(|head| head.contains("per_page=1000")));
    for (protocol, count) in [(Protocol::Http, 2345), (Protocol::Udp, 0)] {
        let asked = Asked::List(protocol, ObjectKind::Router);
        let text = HttpTraefikApi::new().unwrap().json(&server.at(), &asked).await.unwrap().unwrap();
        let list: Vec<serde_json::Value> = serde_json::from_slice(&text).unwrap();
        assert_eq!(list.len(), count, "joined to one list");
    }
}

#[tokio::test]
async fn one_failing_protocol_fails_the_whole() {
    let server = Server::start(|head| {
        let status = if head.starts_with("GET /api/udp/") { "500 Internal Server Error" } else { "200 OK" };
        response(status, "", "[]")
    })
    .await;
    assert!(HttpTraefikApi::new().unwrap().routers(&server.at()).await.is_err());
}
