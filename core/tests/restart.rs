//! Restart and watch, with the way back: the fake restarter keeps its port's promises, and the supervisor does the
//! right thing in every course of events.

#![expect(clippy::unwrap_used, clippy::panic, reason = "tests")]

use std::{
    pin::pin,
    sync::{Arc, Mutex},
    task::{Context, Poll, Waker},
    time::Duration,
};

use async_trait::async_trait;
use traefik_manager_core::{
    clock::Timer as _,
    restart::{
        Attempt, ContainerState, Expected, Method, MockRestarter, PutBack, Report, RestartError, Restarter,
        Stage, Supervisor,
    },
    test_support::{
        FakeTimer, MemoryRestarter, MemoryTraefik,
        conformance::{self, RestarterWorld, Trouble},
    },
    traefik::live::{ApiAddress, LiveEntryPoint, LiveError},
};

/// Runs a future whose every part is ready: nothing in these tests waits for the world.
fn ready<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("it waits for something"),
    }
}

struct World(MemoryRestarter);

#[async_trait]
impl RestarterWorld for World {
    fn restarter(&self) -> &dyn Restarter {
        &self.0
    }

    fn restarts(&self) -> usize {
        self.0.restarts()
    }

    async fn take_up(&self) -> bool {
        self.0.take_up()
    }

    async fn trouble(&self, trouble: Option<Trouble>) -> bool {
        let (at, reason) = ("tcp://proxy:2375".to_owned(), "no".to_owned());
        self.0.fail(trouble.map(|trouble| match trouble {
            Trouble::Gone => RestartError::Unreachable { at, reason },
            Trouble::NoContainer => RestartError::NoSuchContainer { at, wanted: "traefik".into() },
            Trouble::Refused => RestartError::Refused { at, reason },
            Trouble::Hangs => RestartError::Timeout { at, seconds: 30 },
        }));
        true
    }
}

#[test]
fn the_fake_keeps_the_promises() {
    for method in Method::ALL {
        ready(conformance::restarter(&World(MemoryRestarter::new(method))));
    }
}

/// A Traefik, who restarts it, and the file that it reads.
struct Scene {
    restarter: Arc<MemoryRestarter>,
    traefik: Arc<MemoryTraefik>,
    timer: FakeTimer,
    file: Arc<Mutex<&'static str>>,
    stages: Mutex<Vec<Stage>>,
}

const OLD: &str = ":80";
const NEW: &str = ":81";

fn refused() -> LiveError {
    LiveError::Refused { url: "http://traefik:8080".into(), reason: "connection refused".into() }
}

fn expected(address: &str) -> Expected {
    Expected { entry_points: vec![("web".into(), address.into())], api_loss: None }
}

impl Scene {
    /// Traefik starts with the file where `starts` says that it can, and otherwise does not answer.
    fn new(method: Method, starts: fn(&str) -> bool) -> Self {
        let scene = Self {
            restarter: Arc::new(MemoryRestarter::new(method)),
            traefik: Arc::new(MemoryTraefik::default()),
            timer: FakeTimer::default(),
            file: Arc::new(Mutex::new(NEW)),
            stages: Mutex::new(Vec::new()),
        };
        let serve = |traefik: &MemoryTraefik, address: &str, started: &str| {
            traefik.start(started);
            let point =
                LiveEntryPoint { name: "web".into(), address: address.into(), middlewares: 0, tls: false };
            traefik.set_entry_points(vec![point]);
        };
        serve(&scene.traefik, OLD, "before");
        let (traefik, file) = (scene.traefik.clone(), scene.file.clone());
        scene.restarter.at_restart(move |number| {
            let address = *file.lock().unwrap();
            let can_start = starts(address);
            traefik.fail((!can_start).then(refused));
            if can_start {
                serve(&traefik, address, &number.to_string());
            }
        });
        scene
    }

    fn restart(&self, good: Option<&'static str>) -> Report {
        self.restart_with(&*self.restarter, good)
    }

    fn restart_with(&self, restarter: &dyn Restarter, good: Option<&'static str>) -> Report {
        let at = ApiAddress { url: "http://traefik:8080".into(), credentials: None };
        let (traefik, timer) = (&*self.traefik, &self.timer);
        let supervisor = Supervisor { restarter, traefik, timer, at: &at, budget: Duration::from_mins(1) };
        let put_back = async || {
            let Some(text) = good else { return Ok(None) };
            *self.file.lock().unwrap() = text;
            Ok(Some(expected(text)))
        };
        let tell = |stage| self.stages.lock().unwrap().push(stage);
        ready(supervisor.restart(expected(NEW), put_back, &tell))
    }

    fn file(&self) -> &'static str {
        *self.file.lock().unwrap()
    }
}

fn confirmed() -> Attempt {
    Attempt::Confirmed { version: "3.7.15".into() }
}

#[test]
fn a_good_change_is_confirmed_at_once() {
    let scene = Scene::new(Method::Proxy, |_| true);
    let report = scene.restart(Some(OLD));
    assert_eq!(report, Report { attempt: confirmed(), last_words: None, put_back: None });
    assert_eq!((scene.file(), scene.restarter.restarts()), (NEW, 1));
    assert_eq!(scene.timer.elapsed(), Duration::ZERO);
    assert_eq!(*scene.stages.lock().unwrap(), [Stage::Asking, Stage::Waiting(0)]);
}

#[test]
fn what_traefik_does_not_start_with_is_put_back_and_both_ends_are_told() {
    let scene = Scene::new(Method::Socket, |address| address == OLD);
    scene.restarter.say("error: bad");
    let report = scene.restart(Some(OLD));
    assert_eq!(report.attempt, Attempt::Silent(refused()));
    assert_eq!(report.last_words.as_deref(), Some("error: bad"));
    assert_eq!(report.put_back, Some(PutBack::Done(confirmed())));
    assert!(!report.is_good());
    assert_eq!((scene.file(), scene.restarter.restarts()), (OLD, 2));
    let waited = scene.timer.elapsed();
    assert_eq!(waited, Duration::from_mins(1), "the whole budget for one that says nothing");
    let stages = scene.stages.lock().unwrap();
    assert!(stages.contains(&Stage::PuttingBack(Attempt::Silent(refused()))));
    assert!(stages.contains(&Stage::RestartingAgain) && stages.contains(&Stage::Waiting(59)));
}

#[test]
fn a_container_that_ends_is_not_waited_a_minute_for() {
    let scene = Scene::new(Method::Proxy, |address| address == OLD);
    let restarter = scene.restarter.clone();
    scene.timer.at(Duration::from_millis(250), move || {
        let seen = ready(restarter.container()).unwrap().unwrap();
        restarter.show(Some(traefik_manager_core::restart::Container {
            state: ContainerState::Ended(Some(1)),
            ..seen
        }));
    });
    let report = scene.restart(Some(OLD));
    assert_eq!(report.attempt, Attempt::Ended { code: Some(1), error: String::new() });
    assert_eq!(report.put_back, Some(PutBack::Done(confirmed())));
    assert_eq!(scene.timer.elapsed(), Duration::from_millis(750));
}

#[test]
fn an_old_file_that_does_not_start_either_is_said_too() {
    let scene = Scene::new(Method::Proxy, |_| false);
    let report = scene.restart(Some(OLD));
    assert_eq!(report.attempt, Attempt::Silent(refused()));
    assert_eq!(report.put_back, Some(PutBack::Done(Attempt::Silent(refused()))));
    let scene = Scene::new(Method::Proxy, |_| false);
    assert_eq!(scene.restart(None).put_back, Some(PutBack::NothingKnown));
    assert_eq!((scene.file(), scene.restarter.restarts()), (NEW, 1));
}

/// The file may have become read-only meanwhile.
#[test]
fn an_old_file_that_cannot_be_put_back_is_said_and_nothing_is_restarted_again() {
    let scene = Scene::new(Method::Proxy, |address| address == OLD);
    let at = ApiAddress { url: "http://traefik:8080".into(), credentials: None };
    let (restarter, traefik, timer) = (&*scene.restarter, &*scene.traefik, &scene.timer);
    let supervisor = Supervisor { restarter, traefik, timer, at: &at, budget: Duration::from_mins(1) };
    let put_back = async || Err("the disk may only be read".to_owned());
    let report = ready(supervisor.restart(expected(NEW), put_back, &|_| {}));
    assert_eq!(report.put_back, Some(PutBack::Failed("the disk may only be read".to_owned())));
    let told = report.to_string();
    assert!(told.ends_with("the last good file could not be put back: the disk may only be read"), "{told}");
    assert_eq!((scene.file(), scene.restarter.restarts()), (NEW, 1));
}

#[test]
fn a_restart_that_cannot_be_had_changes_nothing() {
    for trouble in [Trouble::Gone, Trouble::NoContainer, Trouble::Refused] {
        let scene = Scene::new(Method::Proxy, |_| true);
        let world = World(MemoryRestarter::new(Method::Proxy));
        ready(world.trouble(Some(trouble)));
        let report = scene.restart_with(&world.0, Some(OLD));
        assert!(matches!(report.attempt, Attempt::NotAskedFor(_)), "{trouble:?}: {report:?}");
        assert!(report.attempt.is_as_before() && report.put_back.is_none());
        assert_eq!((scene.file(), scene.timer.elapsed()), (NEW, Duration::ZERO));
    }
}

/// An engine that does not answer may have restarted Traefik all the same, and one that fails may have ended it.
#[test]
fn after_an_error_that_leaves_it_open_traefik_is_asked() {
    let mut lost = MockRestarter::new();
    lost.expect_container().returning(|| Ok(None));
    lost.expect_withdraw().returning(|| Ok(traefik_manager_core::restart::Withdrawal::Nothing));
    lost.expect_last_words().returning(|| None);
    let scene = Scene::new(Method::Proxy, |_| true);
    let world = scene.restarter.clone();
    lost.expect_restart().times(1).returning(move || {
        ready(world.restart()).unwrap();
        Err(RestartError::Timeout { at: "tcp://proxy:2375".into(), seconds: 45 })
    });
    assert_eq!(scene.restart_with(&lost, Some(OLD)).attempt, confirmed());

    let mut fails = MockRestarter::new();
    fails.expect_container().returning(|| Ok(None));
    fails.expect_withdraw().returning(|| Ok(traefik_manager_core::restart::Withdrawal::Nothing));
    fails.expect_last_words().returning(|| None);
    let scene = Scene::new(Method::Proxy, |_| true);
    let traefik = scene.traefik.clone();
    fails.expect_restart().times(2).returning(move || {
        traefik.fail(Some(refused()));
        Err(RestartError::Failed { at: "tcp://proxy:2375".into(), reason: "no such mount".into() })
    });
    let report = scene.restart_with(&fails, Some(OLD));
    assert_eq!(report.attempt, Attempt::Silent(refused()));
    assert_eq!(report.put_back, Some(PutBack::Done(Attempt::Silent(refused()))));
    assert_eq!(scene.file(), OLD);
}

#[test]
fn a_pill_is_taken_up_some_time_or_taken_back() {
    let scene = Scene::new(Method::PoisonPill, |_| true);
    let swallows = scene.restarter.clone();
    scene.timer.at(Duration::from_secs(12), move || assert!(swallows.take_up()));
    assert_eq!(scene.restart(Some(OLD)).attempt, confirmed());
    assert_eq!((scene.file(), scene.restarter.restarts()), (NEW, 1));
    let stages = scene.stages.lock().unwrap();
    let waits = |stage: &&Stage| matches!(stage, Stage::Waiting(_));
    assert!(stages.contains(&Stage::Requested(0)) && stages.contains(&Stage::Requested(11)), "{stages:?}");
    assert_eq!(stages.iter().find(waits), None, "it is requested until it was seen, and then it is over");

    // Traefik ends, and takes its time to come back.
    let scene = Scene::new(Method::PoisonPill, |_| true);
    let (traefik, swallows) = (scene.traefik.clone(), scene.restarter.clone());
    scene.timer.at(Duration::from_secs(6), move || traefik.fail(Some(refused())));
    scene.timer.at(Duration::from_secs(9), move || assert!(swallows.take_up()));
    assert_eq!(scene.restart(Some(OLD)).attempt, confirmed());
    let stages = scene.stages.lock().unwrap();
    let first = stages.iter().position(|stage| matches!(stage, Stage::Waiting(_))).unwrap();
    assert!(stages[..first].iter().all(|stage| matches!(stage, Stage::Asking | Stage::Requested(0..=6))));
    assert!(stages[first..].iter().all(|stage| matches!(stage, Stage::Waiting(6..=9))), "{stages:?}");

    let scene = Scene::new(Method::PoisonPill, |_| true);
    let report = scene.restart(Some(OLD));
    assert_eq!((report.attempt, report.put_back), (Attempt::NotTakenUp, None));
    assert!(!scene.restarter.take_up(), "nobody finds it later");
    assert_eq!((scene.file(), scene.restarter.restarts()), (NEW, 0));
}

/// A process that did not see the end of a restart was killed at one of these moments.
#[test]
fn another_process_goes_on_with_a_restart_whatever_became_of_it() {
    let begun = traefik_manager_core::clock::Timestamp::from_rfc3339("2026-11-27T06:00:00Z").unwrap();
    let resume = |scene: &Scene| {
        let at = ApiAddress { url: "http://traefik:8080".into(), credentials: None };
        let (traefik, timer, restarter) = (&*scene.traefik, &scene.timer, &*scene.restarter);
        let supervisor = Supervisor { restarter, traefik, timer, at: &at, budget: Duration::from_mins(1) };
        let put_back = async || {
            *scene.file.lock().unwrap() = OLD;
            Ok(Some(expected(OLD)))
        };
        ready(supervisor.resume(begun, expected(NEW), put_back, &|_| {}))
    };
    let serve = |scene: &Scene, address: &str, started: &str| {
        scene.traefik.start(started);
        let point =
            LiveEntryPoint { name: "web".into(), address: address.into(), middlewares: 0, tls: false };
        scene.traefik.set_entry_points(vec![point]);
    };
    // Before anybody was asked: Traefik is the old one, and is restarted.
    let scene = Scene::new(Method::Proxy, |_| true);
    serve(&scene, OLD, "2026-11-27T05:59:59Z");
    assert_eq!((resume(&scene).attempt, scene.restarter.restarts()), (confirmed(), 1));
    // Traefik came back meanwhile: it is not restarted again.
    let scene = Scene::new(Method::Proxy, |_| true);
    serve(&scene, NEW, "2026-11-27T07:00:01.5+01:00");
    assert_eq!((resume(&scene).attempt, scene.restarter.restarts()), (confirmed(), 0));
    // It came back with something else.
    let scene = Scene::new(Method::Proxy, |_| true);
    serve(&scene, OLD, "2026-11-27T06:00:01Z");
    let report = resume(&scene);
    assert!(matches!(report.attempt, Attempt::Otherwise(_)), "{report:?}");
    assert_eq!((report.put_back, scene.file()), (Some(PutBack::Done(confirmed())), OLD));
    // It did not come back at all.
    let scene = Scene::new(Method::Proxy, |_| true);
    scene.traefik.fail(Some(refused()));
    let report = resume(&scene);
    assert_eq!(report.attempt, Attempt::Silent(refused()));
    assert_eq!((report.put_back, scene.file()), (Some(PutBack::Done(confirmed())), OLD));
}
