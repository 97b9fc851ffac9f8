//! Labels of Traefik's container in place of variables, through the real program and an engine that is recorded. Against a
//! real engine they are read in the tests of the socket proxy.

use std::{
    fs,
    io::{Read as _, Write as _},
    net::TcpListener,
    path::Path,
    thread,
    time::{Duration, Instant},
};

use serde_json::json;

use crate::support::{
    edge::first_key,
    manager::{Manager, ManagerOptions},
};

/// An engine with these containers; one that says nothing where there is no text.
fn engine(containers: Option<String>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        let mut kept = Vec::new();
        for mut stream in listener.incoming().flatten() {
            let Some(body) = &containers else {
                kept.push(stream);
                continue;
            };
            let mut head = [0; 4096];
            let read = stream.read(&mut head).unwrap_or_default();
            let is_list = head[..read].starts_with(b"GET /containers/json?all=1&filters=");
            let (status, body) = if is_list { ("200 OK", body.as_str()) } else { ("404 Not Found", "{}") };
            let length = body.len();
            write!(
                stream,
                "HTTP/1.1 {status}\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n{body}"
            )
            .ok();
        }
    });
    format!("tcp://127.0.0.1:{port}")
}

fn container(name: &str, labels: &[(&str, &str)]) -> serde_json::Value {
    let labels: serde_json::Map<_, _> =
        labels.iter().map(|(name, value)| (format!("traefik-manager.{name}"), json!(value))).collect();
    json!({"Id": "5f138a", "Names": [format!("/{name}")], "Labels": labels})
}

fn options(home: &Path, engine: String) -> ManagerOptions {
    ManagerOptions::new(home).variable("DOCKER_HOST", engine)
}

#[tokio::test]
async fn labels_name_the_file_and_the_way_where_no_variable_does() {
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("traefik.yml");
    fs::write(&file, "entryPoints:\n  web:\n    address: ':0'\n").unwrap();
    let shown = file.display().to_string();
    let labels = [("restart-method", "socket"), ("static-config", shown.as_str())];
    let engine = engine(Some(json!([container("edge", &labels)]).to_string()));
    let manager = Manager::start(options(home.path(), engine)).await;
    let client = manager.client().with_api_key(&first_key(&manager).await);
    let read = client.get_json("/api/static/config").await;
    assert_eq!(read["path"].as_str(), Some(shown.as_str()), "{read}");
    let page = client.get("/static").await.text();
    assert!(page.contains("container edge through"), "{page}");
    assert!(page.contains("everything that the container engine can"), "the way is the label's: {page}");
    assert!(
        manager.log().contains("as the label traefik-manager.static-config of edge says"),
        "{}",
        manager.log()
    );
}

#[tokio::test]
async fn labels_that_cannot_be_meant_end_the_start_and_an_engine_that_hangs_delays_it_little() {
    let file = ("static-config", "/etc/traefik/traefik.yml");
    for (containers, words) in [
        (
            json!([container("edge", &[("restart-method", "docker"), file])]),
            "traefik-manager.restart-method of the container edge is `docker`",
        ),
        (
            json!([container("edge", &[("static-config", "traefik.yml")])]),
            "traefik-manager.static-config of the container edge is `traefik.yml`",
        ),
        (
            json!([container("edge", &[file]), container("other", &[])]),
            "(edge, other); name one in TRAEFIK_CONTAINER",
        ),
    ] {
        let home = tempfile::tempdir().unwrap();
        let (status, log) = options(home.path(), engine(Some(containers.to_string()))).run().await;
        assert_eq!(status.code(), Some(1), "{log}");
        assert!(log.contains(words), "{log}");
    }
    let home = tempfile::tempdir().unwrap();
    let begun = Instant::now();
    let manager = Manager::start(options(home.path(), engine(None))).await;
    assert!(begun.elapsed() < Duration::from_secs(10), "{:?}", begun.elapsed());
    assert!(manager.log().contains("did not answer within 500 ms"), "{}", manager.log());
    let client = manager.client().with_api_key(&first_key(&manager).await);
    assert_eq!(client.get("/static").await.status.as_u16(), 404);
}
