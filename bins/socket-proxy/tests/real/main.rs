//! All ways to restart Traefik, with a real engine, real proxies and the real Traefik: a change that it takes, one that
//! it does not start with, one that makes it hang, and whatever may stand in between.

#![expect(clippy::unwrap_used, reason = "tests")]

mod engine;
#[path = "../../../traefik-manager/tests/support/programs.rs"]
mod programs;
mod proxies;

use std::{
    fs,
    net::TcpListener,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use engine::Engine;
use proxies::Proxy;
use traefik_manager_core::{
    restart::{
        Attempt, ContainerName, Expected, PutBack, Report, RestartError, Restarter, Stage, Supervisor,
    },
    traefik::live::{ApiAddress, TraefikApi as _},
};
use traefik_manager_restart::{EngineRestarter, PoisonPill, ask};
use traefik_manager_traefik_api::{HttpTraefikApi, TokioTimer};

/// The example of the manual, whose health check is the one that is tested.
const EXAMPLE: &str = include_str!("../../../../docs/install/compose-poison-pill.yml");

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// The health check of the example, which asks the Traefik of the test.
fn health_check(port: u16) -> String {
    let (_, after) = EXAMPLE.split_once("- CMD-SHELL\n").unwrap();
    let command = after.lines().next().unwrap().trim().strip_prefix("- ").unwrap();
    assert!(command.contains("/signals/restart.sig") && command.contains("127.0.0.1:8080"), "{command}");
    command.replace("127.0.0.1:8080", &format!("127.0.0.1:{port}"))
}

/// A restarter beside an engine, and what Traefik says.
struct Scene<'a> {
    engine: &'a Engine,
    restarter: &'a dyn Restarter,
    traefik: HttpTraefikApi,
    at: ApiAddress,
    stages: Mutex<Vec<Stage>>,
}

impl<'a> Scene<'a> {
    async fn new(engine: &'a Engine, restarter: &'a dyn Restarter) -> Self {
        let at = ApiAddress { url: format!("http://127.0.0.1:{}", engine.api_port), credentials: None };
        let scene =
            Self { engine, restarter, traefik: HttpTraefikApi::new().unwrap(), at, stages: Mutex::default() };
        scene.started_at().await;
        scene
    }

    /// When Traefik started, as soon as it answers.
    async fn started_at(&self) -> String {
        let start = Instant::now();
        loop {
            if let Ok(version) = self.traefik.version(&self.at).await {
                return version.started_at.unwrap();
            }
            let logs = || String::from_utf8(self.engine.podman(&["logs", "traefik"]).stdout).unwrap();
            assert!(start.elapsed() < Duration::from_secs(20), "Traefik does not answer: {}", logs());
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Writes a file and restarts with it; the old one is known to be good.
    async fn restart_with(&self, text: &str, web: Option<u16>, budget: Duration) -> Report {
        let point = |port: u16| ("web".to_owned(), format!("127.0.0.1:{port}"));
        let good = self.engine.file();
        self.engine.write_file(text);
        let timer = TokioTimer::start();
        let supervisor = Supervisor {
            restarter: self.restarter,
            traefik: &self.traefik,
            timer: &timer,
            at: &self.at,
            budget,
        };
        let put_back = async || {
            self.engine.write_file(&good);
            Ok(Some(Expected::default()))
        };
        let expected = Expected { entry_points: web.map(point).into_iter().collect(), api_loss: None };
        let tell = |stage| self.stages.lock().unwrap().push(stage);
        supervisor.restart(expected, put_back, &tell).await
    }

    /// A change that Traefik takes, one that it refuses, and one with which it hangs.
    async fn three_changes(&self, sees_the_container: bool) {
        let port = free_port();
        let before = self.started_at().await;
        let good = self.engine.config(port);
        let report = self.restart_with(&good, Some(port), Duration::from_secs(30)).await;
        assert!(
            matches!(report.attempt, Attempt::Confirmed { .. }) && report.put_back.is_none(),
            "{report:?}"
        );
        let after = self.started_at().await;
        assert_ne!(before, after);

        let refused = format!("{good}  bad: {{noSuchThing: true}}\n");
        // A container that is seen to end is not waited for.
        let budget = Duration::from_secs(if sees_the_container { 60 } else { 10 });
        let report = self.restart_with(&refused, Some(port), budget).await;
        let is_told = match &report.attempt {
            Attempt::Ended { .. } => sees_the_container,
            Attempt::Silent(_) => !sees_the_container,
            _ => false,
        };
        assert!(is_told, "{report:?}");
        assert!(matches!(report.put_back, Some(PutBack::Done(Attempt::Confirmed { .. }))), "{report:?}");
        assert_eq!(self.engine.file(), good);
        if self.restarter.method() == traefik_manager_core::restart::Method::Socket {
            assert!(report.last_words.unwrap().contains("noSuchThing"));
        }

        let report = self.restart_with(&format!("{good}# HANG\n"), Some(port), Duration::from_secs(8)).await;
        assert!(matches!(report.attempt, Attempt::Silent(_)), "{report:?}");
        assert!(matches!(report.put_back, Some(PutBack::Done(Attempt::Confirmed { .. }))), "{report:?}");
        assert_eq!(self.engine.file(), good);
        let stages = self.stages.lock().unwrap();
        assert!(stages.iter().any(|stage| matches!(stage, Stage::PuttingBack(Attempt::Silent(_)))));
    }

    /// Traefik is not restarted, the file stays, and the reason is told.
    async fn cannot_be_restarted(&self, is_told: impl Fn(&RestartError) -> bool) {
        let before = self.started_at().await;
        let text = format!("{}# another\n", self.engine.file());
        let report = self.restart_with(&text, None, Duration::from_secs(5)).await;
        assert!(matches!(&report.attempt, Attempt::NotAskedFor(error) if is_told(error)), "{report:?}");
        assert_eq!((report.put_back, self.started_at().await), (None, before));
        assert_eq!(self.engine.file(), text);
    }
}

fn start() -> Option<Engine> {
    Engine::start(free_port(), "true")
}

fn named(name: &str) -> Option<ContainerName> {
    ContainerName::parse(name).ok()
}

#[tokio::test]
async fn through_the_socket() {
    let Some(mut engine) = start() else { return };
    let by_label = EngineRestarter::socket(engine.endpoint(), None);
    for restarter in [&by_label, &EngineRestarter::socket(engine.endpoint(), named("traefik"))] {
        let labels = restarter.labels().await.unwrap().unwrap();
        assert_eq!((labels.container.as_str(), labels.method), ("traefik", None));
        assert_eq!(labels.static_file.as_deref(), Some("/etc/traefik/traefik.yml"));
    }
    Scene::new(&engine, &by_label).await.three_changes(true).await;

    let other = EngineRestarter::socket(engine.endpoint(), named("other"));
    let is_told = |error: &RestartError| matches!(error, RestartError::NoSuchContainer { .. });
    Scene::new(&engine, &other).await.cannot_be_restarted(is_told).await;
    engine.vanish();
    let gone = EngineRestarter::socket(engine.endpoint(), named("traefik"));
    let is_told = |error: &RestartError| matches!(error, RestartError::Unreachable { .. });
    Scene::new(&engine, &gone).await.cannot_be_restarted(is_told).await;
}

#[tokio::test]
async fn through_our_proxy() {
    let Some(mut engine) = start() else { return };
    let proxy = Proxy::ours(&engine.endpoint(), "traefik");
    let restarter = EngineRestarter::proxy(proxy.endpoint.clone(), named("traefik"));
    Scene::new(&engine, &restarter).await.three_changes(true).await;
    // Without a name it may not look for the label, and takes `traefik`.
    let unnamed = EngineRestarter::proxy(proxy.endpoint.clone(), None);
    assert_eq!(unnamed.container().await.unwrap().unwrap().name, "traefik");
    assert!(
        unnamed.labels().await.unwrap().is_some_and(|labels| labels.is_silent()),
        "it passes no labels on"
    );

    let is_refused = |error: &RestartError| matches!(error, RestartError::Refused { .. });
    let other = EngineRestarter::proxy(proxy.endpoint.clone(), named("other"));
    Scene::new(&engine, &other).await.cannot_be_restarted(is_refused).await;
    let for_nobody = Proxy::ours(&engine.endpoint(), "other");
    let other = EngineRestarter::proxy(for_nobody.endpoint.clone(), named("other"));
    let is_told = |error: &RestartError| matches!(error, RestartError::NoSuchContainer { .. });
    Scene::new(&engine, &other).await.cannot_be_restarted(is_told).await;

    // The proxy is there and the engine behind it is not; then the proxy is gone too.
    engine.vanish();
    let behind = |error: &RestartError| matches!(error, RestartError::Unreachable { .. });
    Scene::new(&engine, &restarter).await.cannot_be_restarted(behind).await;
    drop(proxy);
    Scene::new(&engine, &restarter).await.cannot_be_restarted(behind).await;
}

#[tokio::test]
async fn through_haproxy_with_the_usual_rules_and_with_strict_ones() {
    let Some(mut engine) = start() else { return };
    let (Some(usual), Some(strict)) = (
        Proxy::usual(&engine.endpoint(), &engine.path("")),
        Proxy::strict(&engine.endpoint(), &engine.path("")),
    ) else {
        return;
    };
    let restarter = EngineRestarter::proxy(usual.endpoint.clone(), named("traefik"));
    Scene::new(&engine, &restarter).await.three_changes(true).await;
    // Strict rules hide the container.
    let restarter = EngineRestarter::proxy(strict.endpoint.clone(), named("traefik"));
    assert_eq!(restarter.container().await, Ok(None));
    Scene::new(&engine, &restarter).await.three_changes(false).await;
    let other = EngineRestarter::proxy(strict.endpoint.clone(), named("other"));
    let is_refused = |error: &RestartError| matches!(error, RestartError::Refused { .. });
    Scene::new(&engine, &other).await.cannot_be_restarted(is_refused).await;

    // What it is about: the usual rules let everybody create containers, the strict ones and ours do not.
    let ours = Proxy::ours(&engine.endpoint(), "traefik");
    for (endpoint, is_let_through) in
        [(&usual.endpoint, true), (&strict.endpoint, false), (&ours.endpoint, false)]
    {
        for path in ["/containers/create?name=evil", "/containers/traefik/stop?t=0", "/containers/prune"] {
            if is_let_through && path != "/containers/create?name=evil" {
                continue;
            }
            let answer = ask(endpoint, hyper::Method::POST, path, Duration::from_secs(10)).await.unwrap();
            assert_eq!(answer.status != hyper::StatusCode::FORBIDDEN, is_let_through, "{endpoint} {path}");
        }
    }

    engine.vanish();
    let is_told = |error: &RestartError| matches!(error, RestartError::Unreachable { .. });
    for proxy in [usual, strict] {
        let restarter = EngineRestarter::proxy(proxy.endpoint.clone(), named("traefik"));
        Scene::new(&engine, &restarter).await.cannot_be_restarted(is_told).await;
    }
}

/// Runs the container's health check again and again, as an engine with a timer would.
struct HealthChecks(Arc<AtomicBool>, Option<JoinHandle<()>>);

impl HealthChecks {
    fn start(engine: &Engine) -> Self {
        let is_over = Arc::new(AtomicBool::new(false));
        let over = is_over.clone();
        let mut command = engine.command(&["healthcheck", "run", "traefik"]);
        let thread = thread::spawn(move || {
            while !over.load(Ordering::SeqCst) {
                command.output().ok();
                thread::sleep(Duration::from_millis(500));
            }
        });
        Self(is_over, Some(thread))
    }
}

impl Drop for HealthChecks {
    fn drop(&mut self) {
        self.0.store(true, Ordering::SeqCst);
        if let Some(thread) = self.1.take() {
            thread.join().ok();
        }
    }
}

#[tokio::test]
async fn by_a_poison_pill_and_the_health_check_of_the_manual() {
    let port = free_port();
    let Some(mut engine) = Engine::start(port, &health_check(port)) else { return };
    engine.vanish();
    let file = engine.path("signals/restart.sig");
    let pill = PoisonPill::new(file.clone());
    let scene = Scene::new(&engine, &pill).await;
    let checks = HealthChecks::start(&engine);
    scene.three_changes(false).await;
    assert!(!file.exists(), "no pill is left to be found later");
    drop(checks);

    // Nobody looks for it: it is taken back, and Traefik goes on as before with the new file waiting.
    let before = scene.started_at().await;
    let text = format!("{}# another\n", engine.file());
    let report = scene.restart_with(&text, None, Duration::from_secs(3)).await;
    assert_eq!((report.attempt, report.put_back), (Attempt::NotTakenUp, None));
    assert!(!file.exists() && engine.file() == text);
    assert_eq!(scene.started_at().await, before);

    // There is no place for it.
    fs::remove_dir_all(engine.path("signals")).unwrap();
    fs::write(engine.path("signals"), "").unwrap();
    let is_told = |error: &RestartError| matches!(error, RestartError::Unreachable { .. });
    scene.cannot_be_restarted(is_told).await;
}
