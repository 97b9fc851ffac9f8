//! The socket: slow, rude and leaving clients.

#![expect(clippy::unwrap_used, clippy::panic, reason = "tests")]
#![expect(dead_code, reason = "each test file uses a part of the support")]

mod support;

use std::{
    io::{Read as _, Write as _},
    net::{SocketAddr, TcpStream},
    time::Duration,
};

use support::{House, Plan};
use traefik_manager_core::{
    auth::TrustedProxies,
    clock::{Clock as _, Timestamp},
};
use traefik_manager_http::{HttpPolicy, Server, ServerBuilder};

const FILE: &str = include_str!("../examples/media.yml");

async fn serve(house: &House, head_timeout: Duration) -> Server {
    let server = builder(house).head_timeout(head_timeout);
    server.bind(SocketAddr::from(([127, 0, 0, 1], 0))).await.unwrap()
}

fn builder(house: &House) -> ServerBuilder {
    let policy = HttpPolicy {
        secure_cookies: false,
        trusted_proxies: TrustedProxies::default(),
        version: "1.2.3".to_owned(),
        static_config: false,
    };
    ServerBuilder::new(house.manager.clone(), policy)
}

/// Sends bytes and reads until the server closes the connection.
async fn converse(server: &Server, said: impl AsRef<[u8]> + Send + 'static) -> String {
    let address = server.local_addr();
    tokio::task::spawn_blocking(move || {
        let mut stream = TcpStream::connect(address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
        stream.write_all(said.as_ref()).unwrap();
        let mut heard = Vec::new();
        stream.read_to_end(&mut heard).unwrap();
        String::from_utf8_lossy(&heard).into_owned()
    })
    .await
    .unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn it_answers_on_a_real_socket() {
    let house = House::with_files(&[]);
    let server = serve(&house, Duration::from_secs(20)).await;
    let heard = converse(&server, b"GET /api/health HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n").await;
    assert!(
        heard.starts_with("HTTP/1.1 200 OK\r\n") && heard.ends_with(r#"{"ok":true,"success":true}"#),
        "{heard}"
    );
    let heard = converse(&server, b"HEAD /api/health HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n").await;
    assert!(heard.contains("content-length: 26\r\n") && heard.ends_with("\r\n\r\n"), "{heard}");
    server.close().await;
}

/// hyper would end every connection in a panic, and whatever ends by the clock would not.
#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_is_wrong_by_years_lets_nobody_in() {
    let house = House::with_files(&[]);
    let server = serve(&house, Duration::from_secs(20)).await;
    let right = house.clock.now();
    let ask = b"GET /api/health HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
    for wrong in [0, -86_400, i64::MIN, 253_402_300_800] {
        house.clock.set(Timestamp(wrong));
        let heard = converse(&server, ask).await;
        assert!(
            heard.starts_with("HTTP/1.1 503 ") && heard.contains("clock of this machine"),
            "{wrong}: {heard}"
        );
    }
    house.clock.set(right);
    assert!(converse(&server, ask).await.starts_with("HTTP/1.1 200 OK\r\n"));
    server.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn malformed_requests_are_refused_on_the_wire_too() {
    let house = House::with_files(&[]);
    let server = serve(&house, Duration::from_secs(20)).await;
    for said in [
        &b"GET /api/health HTTP/1.1\r\nConnection: close\r\n\r\n"[..],
        b"GET /api/health HTTP/1.1\r\nHost: a\r\nHost: b\r\nConnection: close\r\n\r\n",
        b"POST /login HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabc",
    ] {
        let heard = converse(&server, said).await;
        assert!(
            heard.starts_with("HTTP/1.1 400 Bad Request\r\n"),
            "{}: {heard}",
            String::from_utf8_lossy(said)
        );
    }
}

/// A proxy that goes by the length would take the second request for a part of the first one.
#[tokio::test(flavor = "multi_thread")]
async fn a_request_with_two_lengths_smuggles_nothing_in() {
    let house = House::with_files(&[]);
    let server = serve(&house, Duration::from_secs(20)).await;
    for lengths in [
        "Content-Length: 60\r\nTransfer-Encoding: chunked",
        "Transfer-Encoding: chunked\r\nContent-Length: 60",
    ] {
        let said = format!(
            "POST /login HTTP/1.1\r\nHost: a\r\n{lengths}\r\n\r\n0\r\n\r\nGET /api/health HTTP/1.1\r\nHost: a\r\n\r\n"
        );
        let heard = converse(&server, said.into_bytes()).await;
        assert_eq!(heard.matches("HTTP/1.1 ").count(), 1, "{heard}");
        assert!(heard.contains("connection: close\r\n"), "{heard}");
    }
}

/// Whoever is refused before the body has arrived reads why, and may go on asking on the same connection.
#[tokio::test(flavor = "multi_thread")]
async fn who_is_refused_while_still_sending_reads_why() {
    let house = House::with_files(&[]);
    let server = serve(&house, Duration::from_secs(20)).await;
    let address = server.local_addr();
    let heard = tokio::task::spawn_blocking(move || {
        let refused = [
            ("POST /api/backup/create", "", "401"),
            ("POST /api/backup/create", "X-Api-Key: wrong\r\n", "401"),
            ("POST /files/edit", "", "303"),
            ("POST /login", "Sec-Fetch-Site: cross-site\r\n", "403"),
            ("POST /nowhere", "", "404"),
            ("PUT /api/routes", "", "405"),
        ];
        refused.map(|(line, header, status)| {
            let mut stream = TcpStream::connect(address).unwrap();
            stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
            let body = vec![b'x'; 3_000_000];
            let head =
                format!("{line} HTTP/1.1\r\nHost: a\r\n{header}Content-Length: {}\r\n\r\n", body.len());
            stream.write_all(head.as_bytes()).unwrap();
            std::thread::sleep(Duration::from_millis(50));
            let sent = stream.write_all(&body).and_then(|()| stream.write_all(HEALTH));
            let mut heard = Vec::new();
            let read = stream.read_to_end(&mut heard);
            (line, status, sent.is_ok() && read.is_ok(), String::from_utf8_lossy(&heard).into_owned())
        })
    })
    .await
    .unwrap();
    for (line, status, is_whole, heard) in heard {
        assert!(heard.starts_with(&format!("HTTP/1.1 {status} ")), "{line}: {heard}");
        assert!(is_whole && heard.contains("HTTP/1.1 200 OK\r\n"), "{line}: {heard}");
    }
}

/// A client that asks first whether it may send is answered at once.
#[tokio::test(flavor = "multi_thread")]
async fn who_asks_before_sending_is_refused_at_once() {
    let house = House::with_files(&[]);
    let server = serve(&house, Duration::from_secs(20)).await;
    let said =
        b"POST /api/backup/create HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\nExpect: 100-continue\r\n\r\n";
    let heard = tokio::time::timeout(Duration::from_secs(10), converse(&server, said)).await.unwrap();
    assert!(heard.starts_with("HTTP/1.1 401 ") && heard.contains("connection: close\r\n"), "{heard}");
}

#[tokio::test(flavor = "multi_thread")]
async fn clients_that_do_not_get_on_with_it_are_let_go() {
    let house = House::with_files(&[]);
    let server = serve(&house, Duration::from_millis(200)).await;
    for said in [&b""[..], b"P", b"PRI * HTTP/2.0\r\n", b"GET / HT", b"GET / HTTP/1.1\r\nHost: a\r\nX-Slow: "]
    {
        let heard = converse(&server, said).await;
        assert!(!heard.contains("200 OK"), "{heard}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_head_that_is_too_large_is_refused() {
    let house = House::with_files(&[]);
    let server = serve(&house, Duration::from_secs(20)).await;
    let large = format!("GET / HTTP/1.1\r\nHost: a\r\nX-Large: {}\r\n\r\n", "x".repeat(40_000));
    let heard = converse(&server, large.into_bytes()).await;
    assert!(heard.starts_with("HTTP/1.1 431 "), "{heard}");
}

#[tokio::test(flavor = "multi_thread")]
async fn closing_waits_for_the_answer_that_is_on_its_way() {
    let house = House::build(Plan { files: &[("media.yml", FILE)], held: true, ..Plan::default() });
    let key = house.device(true).await.headers["x-api-key"].to_str().unwrap().to_owned();
    let server = serve(&house, Duration::from_secs(20)).await;
    let request = format!(
        "POST /api/routes/photos/toggle HTTP/1.1\r\nHost: a\r\nX-Api-Key: {key}\r\nContent-Length: 16\r\n\r\n{{\"enable\":false}}"
    );
    let address = server.local_addr();
    let client = tokio::task::spawn_blocking(move || {
        let mut stream = TcpStream::connect(address).unwrap();
        stream.write_all(request.as_bytes()).unwrap();
        let mut heard = Vec::new();
        stream.read_to_end(&mut heard).unwrap();
        String::from_utf8_lossy(&heard).into_owned()
    });
    house.held.write_began().await;
    let closing = tokio::spawn(server.close());
    while TcpStream::connect(address).is_ok() {
        tokio::task::yield_now().await;
    }
    house.held.let_go();
    let heard = client.await.unwrap();
    assert!(heard.contains(r#""ok":true"#), "{heard}");
    closing.await.unwrap();
}

const HOUR: Duration = Duration::from_hours(1);
const HEALTH: &[u8] = b"GET /api/health HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";

#[tokio::test(flavor = "multi_thread")]
async fn whoever_holds_all_connections_keeps_nobody_out() {
    let house = House::with_files(&[]);
    let server = builder(&house).max_connections(5).head_timeout(HOUR);
    let server = server.bind(SocketAddr::from(([127, 0, 0, 1], 0))).await.unwrap();
    let mut held = Vec::new();
    for said in [
        &b""[..],
        b"GET / HTTP/1.1\r\nHost: a\r\n",
        b"POST /login HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nslow",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0",
        b"GET /api/health HTTP/1.1\r\nHost: a\r\n\r\n",
    ] {
        let mut stream = TcpStream::connect(server.local_addr()).unwrap();
        stream.write_all(said).unwrap();
        held.push(stream);
    }
    for _ in 0..20 {
        assert!(converse(&server, HEALTH).await.starts_with("HTTP/1.1 200 OK\r\n"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_is_being_answered_makes_no_room() {
    let house = House::build(Plan { files: &[("media.yml", FILE)], held: true, ..Plan::default() });
    let key = house.device(true).await.headers["x-api-key"].to_str().unwrap().to_owned();
    let server = builder(&house).max_connections(1).head_timeout(HOUR);
    let server = server.bind(SocketAddr::from(([127, 0, 0, 1], 0))).await.unwrap();
    let request = format!(
        "POST /api/routes/photos/toggle HTTP/1.1\r\nHost: a\r\nX-Api-Key: {key}\r\nContent-Length: 16\r\n\
         Connection: close\r\n\r\n{{\"enable\":false}}"
    );
    let (first, second) = tokio::join!(converse(&server, request), async {
        house.held.write_began().await;
        let mut waiting = TcpStream::connect(server.local_addr()).unwrap();
        waiting.write_all(HEALTH).unwrap();
        tokio::time::sleep(Duration::from_millis(200)).await;
        house.held.let_go();
        converse(&server, HEALTH).await
    });
    assert!(first.contains(r#""ok":true"#), "{first}");
    assert!(second.starts_with("HTTP/1.1 200 OK\r\n"), "{second}");
}
