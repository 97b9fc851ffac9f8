//! The two ways over an engine's API, against an engine that is recorded, breaks and lies.
//!
//! The same ways against a real engine with the real Traefik are tested in the program's own tests.

#![expect(clippy::unwrap_used, reason = "tests")]

mod fake;

use async_trait::async_trait;
use fake::FakeEngine;
use traefik_manager_core::{
    restart::{ContainerName, Labels, Outcome, RestartError, Restarter},
    test_support::conformance::{self, RestarterWorld, Trouble},
};
use traefik_manager_restart::EngineRestarter;

struct World {
    engine: FakeEngine,
    restarter: EngineRestarter,
}

#[async_trait]
impl RestarterWorld for World {
    fn restarter(&self) -> &dyn Restarter {
        &self.restarter
    }

    fn restarts(&self) -> usize {
        self.engine.state().restarts
    }

    async fn take_up(&self) -> bool {
        false
    }

    async fn trouble(&self, trouble: Option<Trouble>) -> bool {
        self.engine.vanish().await;
        if trouble != Some(Trouble::Gone) {
            self.engine.listen().await;
        }
        self.engine.state().trouble = trouble;
        true
    }
}

fn traefik() -> ContainerName {
    ContainerName::default()
}

#[tokio::test(start_paused = true)]
async fn both_ways_keep_the_promises_over_both_kinds_of_sockets() {
    for name in [Some(traefik()), None] {
        let engine = FakeEngine::unix().await;
        let restarter = EngineRestarter::socket(engine.endpoint.clone(), name.clone());
        conformance::restarter(&World { engine, restarter }).await;
        let engine = FakeEngine::tcp().await;
        let restarter = EngineRestarter::proxy(engine.endpoint.clone(), name);
        conformance::restarter(&World { engine, restarter }).await;
    }
}

#[tokio::test]
async fn with_a_name_only_that_container_is_looked_at_and_restarted() {
    let engine = FakeEngine::tcp().await;
    let restarter = EngineRestarter::proxy(engine.endpoint.clone(), Some(traefik()));
    restarter.container().await.unwrap().unwrap();
    restarter.restart().await.unwrap();
    assert_eq!(restarter.last_words().await, None);
    assert_eq!(
        engine.state().asked,
        [
            "GET /_ping",
            "GET /v1.41/containers/traefik/json",
            "GET /_ping",
            "POST /v1.41/containers/traefik/restart?t=12"
        ]
    );
}

#[tokio::test]
async fn without_a_name_the_label_tells_and_traefik_is_the_last_guess() {
    let engine = FakeEngine::unix().await;
    let restarter = EngineRestarter::socket(engine.endpoint.clone(), None);
    let last = || engine.state().asked.last().cloned().unwrap();
    engine.state().labelled = vec!["edge"];
    restarter.restart().await.unwrap();
    assert_eq!(last(), "POST /v1.41/containers/edge/restart?t=12");
    engine.state().labelled = Vec::new();
    restarter.restart().await.unwrap();
    assert_eq!(last(), "POST /v1.41/containers/traefik/restart?t=12");
    engine.state().labelled = vec!["edge", "other"];
    let error = restarter.restart().await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "more than one container has the label traefik-manager.role=traefik (edge, other); \
         name one in TRAEFIK_CONTAINER"
    );
    assert!(error.is_certain());
    engine.state().forbidden = vec!["/containers/json"];
    restarter.restart().await.unwrap();
    assert_eq!(last(), "POST /v1.41/containers/traefik/restart?t=12");
}

#[tokio::test]
async fn a_proxy_that_allows_nothing_but_the_restart_is_enough() {
    let engine = FakeEngine::tcp().await;
    engine.state().forbidden = vec!["/_ping", "/json"];
    let restarter = EngineRestarter::proxy(engine.endpoint.clone(), Some(traefik()));
    assert_eq!(restarter.container().await, Ok(None));
    assert_eq!(restarter.restart().await, Ok(Outcome::Completed));
    // The refusal of a podman or haproxy before `/_ping` may still tell the version; without, none is named.
    engine.state().verbatim = Some(b"HTTP/1.1 204 No Content\r\n\r\n".to_vec());
    restarter.restart().await.unwrap();
    assert_eq!(engine.state().asked.last().unwrap(), "POST /containers/traefik/restart?t=12");
}

#[tokio::test]
async fn only_a_version_goes_into_a_path() {
    for version in ["1.41/../..", "1", "1.2.3", "v1.41", "1.41%2f", "", "1.41000", "a.b"] {
        let engine = FakeEngine::unix().await;
        let answer = format!("HTTP/1.1 204 No Content\r\nApi-Version: {version}\r\n\r\n");
        engine.state().verbatim = Some(answer.into_bytes());
        EngineRestarter::socket(engine.endpoint.clone(), Some(traefik())).restart().await.unwrap();
        let asked = engine.state().asked.clone();
        assert_eq!(asked, ["GET /_ping", "POST /containers/traefik/restart?t=12"], "{version}");
    }
}

#[tokio::test]
async fn refusals_come_with_the_words_of_who_refuses() {
    let engine = FakeEngine::tcp().await;
    let restarter = EngineRestarter::proxy(engine.endpoint.clone(), Some(traefik()));
    for (answer, words, is_certain) in [
        ("403 Forbidden\r\nContent-Length: 6\r\n\r\n<html>", "does not allow it: <html>", true),
        ("403 Forbidden\r\nContent-Length: 0\r\n\r\n", "does not allow it: it says 403 Forbidden", true),
        (
            "500 Internal Server Error\r\nContent-Length: 23\r\n\r\n{\"message\": \"no mount\"}",
            "could not do it: no mount",
            false,
        ),
        (
            "503 Service Unavailable\r\nContent-Length: 0\r\n\r\n",
            "cannot be reached: it says 503 Service Unavailable",
            true,
        ),
        (
            "200 OK\r\nContent-Length: 5\r\n\r\nhello",
            "not as a container engine does: it says 200 OK: hello",
            false,
        ),
        ("302 Found\r\nLocation: http://elsewhere/\r\nContent-Length: 0\r\n\r\n", "it says 302 Found", false),
    ] {
        engine.state().verbatim = Some(format!("HTTP/1.1 {answer}").into_bytes());
        let error = restarter.restart().await.unwrap_err();
        assert!(error.to_string().contains(words), "{error}");
        assert_eq!(error.is_certain(), is_certain, "{error}");
    }
}

#[tokio::test]
async fn who_is_no_engine_costs_little_and_is_told() {
    let engine = FakeEngine::tcp().await;
    let restarter = EngineRestarter::proxy(engine.endpoint.clone(), Some(traefik()));
    let mut endless = b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n".to_vec();
    endless.resize(8 << 20, b' ');
    for bytes in [
        b"SSH-2.0-OpenSSH_9\r\n".to_vec(),
        b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{".to_vec(),
        endless,
    ] {
        engine.state().verbatim = Some(bytes);
        let error = restarter.container().await.unwrap_err();
        assert!(matches!(error, RestartError::Unexpected { .. }), "{error}");
    }
    engine.state().verbatim = Some(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}".to_vec());
    let error = restarter.container().await.unwrap_err();
    assert!(error.to_string().contains("not to be understood"), "{error}");
}

#[tokio::test]
async fn the_last_lines_are_read_over_the_socket_only() {
    let engine = FakeEngine::unix().await;
    let restarter = EngineRestarter::socket(engine.endpoint.clone(), Some(traefik()));
    assert_eq!(restarter.last_words().await.as_deref(), Some("ERR bad file"));
    engine.vanish().await;
    assert_eq!(restarter.last_words().await, None);
    let error = restarter.restart().await.unwrap_err();
    assert!(error.to_string().ends_with("there is no such socket"), "{error}");
    assert!(!engine.path().exists());
}

const LABELS: &str = r#"{"traefik-manager.restart-method":"poison-pill","traefik-manager.static-config":"/etc/traefik/traefik.yml"}"#;

/// The container that is believed, and the file that its labels name.
fn told(labels: Result<Option<Labels>, RestartError>) -> Option<(String, Option<String>)> {
    labels.unwrap().map(|labels| (labels.container.to_string(), labels.static_file))
}

#[tokio::test]
async fn labels_are_read_of_the_one_container_that_is_marked_or_named() {
    let engine = FakeEngine::unix().await;
    engine.state().labels = LABELS;
    let restarter = |name: Option<&str>| {
        let name = name.map(|name| ContainerName::parse(name).unwrap());
        EngineRestarter::socket(engine.endpoint.clone(), name)
    };
    let file = Some("/etc/traefik/traefik.yml".to_owned());
    assert_eq!(told(restarter(None).labels().await), Some(("traefik".to_owned(), file.clone())));
    assert_eq!(told(restarter(Some("traefik")).labels().await), Some(("traefik".to_owned(), file.clone())));
    // An engine takes the beginning of an id for a name; only the name counts.
    assert_eq!(told(restarter(Some("edge")).labels().await), None);
    assert_eq!(told(restarter(Some("nope")).labels().await), None);

    engine.state().labelled = vec!["edge"];
    assert_eq!(told(restarter(None).labels().await), Some(("edge".to_owned(), file)));
    engine.state().labelled = vec!["edge", "other"];
    let error = restarter(None).labels().await.unwrap_err().to_string();
    assert!(error.contains("(edge, other)") && error.contains("TRAEFIK_CONTAINER"), "{error}");
    engine.state().labels = "";
    assert_eq!(told(restarter(None).labels().await), None, "two that say nothing more are nobody's mistake");
    let asked = engine.state().asked.clone();
    assert!(asked.iter().all(|line| line.starts_with("GET /containers/")), "{asked:?}");
}

/// A proxy that lets only single containers through, and nothing of their labels, as ours does.
#[tokio::test]
async fn behind_a_proxy_that_hides_them_there_are_no_labels() {
    let engine = FakeEngine::tcp().await;
    let restarter = EngineRestarter::proxy(engine.endpoint.clone(), None);
    engine.state().forbidden = vec!["/containers/json"];
    assert!(restarter.labels().await.unwrap().is_some_and(|labels| labels.is_silent()));
    engine.state().trouble = Some(Trouble::Refused);
    assert!(matches!(restarter.labels().await, Err(RestartError::Refused { .. })));
    engine.state().trouble = Some(Trouble::NoContainer);
    assert_eq!(restarter.labels().await.unwrap(), None);
    for answer in ["HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nnull", "SSH-2.0-OpenSSH\r\n"] {
        engine.state().verbatim = Some(answer.as_bytes().to_vec());
        assert!(!matches!(restarter.labels().await, Ok(Some(_))), "{answer}");
    }
}
