//! Courses of events after a restart, look by look.

use super::{
    Attempt, Container, ContainerState, Difference, Expected, Look, Outcome, Running, Watch, Withdrawal,
};
use crate::traefik::live::{LiveEntryPoint, LiveError};

fn silent() -> LiveError {
    LiveError::Refused { url: "http://traefik:8080".into(), reason: "connection refused".into() }
}

fn up(started: &str, points: &[(&str, &str)]) -> Look {
    let entry_points = points.iter().map(|(name, address)| LiveEntryPoint {
        name: (*name).to_owned(),
        address: (*address).to_owned(),
        middlewares: 0,
        tls: false,
    });
    let running = Running {
        version: "3.7.15".into(),
        started_at: (!started.is_empty()).then(|| started.to_owned()),
        entry_points: entry_points.collect(),
    };
    Look { api: Ok(running), container: None }
}

fn down() -> Look {
    Look { api: Err(silent()), container: None }
}

fn with(look: Look, started_at: &str, state: ContainerState) -> Look {
    let container =
        Container { name: "traefik".into(), started_at: started_at.into(), state, error: String::new() };
    Look { container: Some(container), ..look }
}

fn expected(points: &[(&str, &str)]) -> Expected {
    let owned = points.iter().map(|(name, address)| ((*name).to_owned(), (*address).to_owned()));
    Expected { entry_points: owned.collect(), api_loss: None }
}

const WEB: &[(&str, &str)] = &[("web", ":80")];
const BOTH: &[(&str, &str)] = &[("web", ":80"), ("websecure", ":443")];

fn confirmed() -> Attempt {
    Attempt::Confirmed { version: "3.7.15".into() }
}

#[test]
fn a_new_process_with_the_new_entry_points_is_a_good_end() {
    let mut watch = Watch::new(expected(BOTH), up("1", WEB), Outcome::Requested);
    assert_eq!(watch.see(up("1", WEB)), None, "the old one still runs");
    assert_eq!(watch.see(down()), None);
    assert_eq!(watch.see(up("2", BOTH)), Some(confirmed()));
}

#[test]
fn the_old_process_is_never_taken_for_the_new_one() {
    for (withdrawal, end) in
        [(Withdrawal::TakenBack, Attempt::NotTakenUp), (Withdrawal::Nothing, Attempt::NotRestarted)]
    {
        let mut watch = Watch::new(expected(WEB), up("1", WEB), Outcome::Requested);
        for _ in 0..100 {
            assert_eq!(watch.see(up("1", WEB)), None);
        }
        assert_eq!(watch.end(withdrawal), end);
    }
    // Nor when the engine says that it is done.
    let mut watch = Watch::new(expected(WEB), up("1", WEB), Outcome::Completed);
    assert_eq!(watch.see(up("1", WEB)), None);
    assert_eq!(watch.end(Withdrawal::Nothing), Attempt::NotRestarted);
}

#[test]
fn without_a_start_date_the_container_tells() {
    let running = ContainerState::Running;
    let mut watch = Watch::new(expected(WEB), with(up("", WEB), "a", running), Outcome::Completed);
    assert_eq!(watch.see(with(up("", WEB), "a", running)), None);
    assert_eq!(watch.see(with(up("", WEB), "b", running)), Some(confirmed()));
    // And without a container the engine's word.
    let mut watch = Watch::new(expected(WEB), up("", WEB), Outcome::Completed);
    assert_eq!(watch.see(up("", WEB)), Some(confirmed()));
    let mut watch = Watch::new(expected(WEB), up("", WEB), Outcome::Requested);
    assert_eq!(watch.see(up("", WEB)), None);
    // Who did not answer before and does now has started.
    let mut watch = Watch::new(expected(WEB), down(), Outcome::Requested);
    assert_eq!(watch.see(up("2", WEB)), Some(confirmed()));
}

#[test]
fn other_entry_points_than_the_files_are_told() {
    let mut watch =
        Watch::new(expected(&[("web", ":81"), ("new", ":443")]), up("1", WEB), Outcome::Completed);
    assert_eq!(watch.see(up("2", WEB)), None, "it may not have opened all of them yet");
    let end = watch.end(Withdrawal::Nothing);
    let difference = |name: &str, expected: &str, found: Option<&str>| Difference {
        name: name.into(),
        expected: expected.into(),
        found: found.map(str::to_owned),
    };
    assert_eq!(
        end,
        Attempt::Otherwise(vec![difference("web", ":81", Some(":80")), difference("new", ":443", None)])
    );
    assert_eq!(
        end.to_string(),
        "Traefik was restarted, but runs something else than the file says: entry point web is :80 and not :81; \
         entry point new (:443) is not there"
    );
}

#[test]
fn a_container_that_ends_and_ends_is_not_waited_for() {
    let ended = |at: &str| with(down(), at, ContainerState::Ended(Some(1)));
    let mut watch =
        Watch::new(expected(WEB), with(up("1", WEB), "a", ContainerState::Running), Outcome::Completed);
    assert_eq!(watch.see(ended("b")), None);
    assert_eq!(watch.see(ended("b")), None);
    let end = watch.see(ended("b"));
    assert_eq!(end, Some(Attempt::Ended { code: Some(1), error: String::new() }));
    // An engine that starts it again each time is looked through.
    let mut watch =
        Watch::new(expected(WEB), with(up("1", WEB), "a", ContainerState::Running), Outcome::Completed);
    let restarted = |at: &str| with(down(), at, ContainerState::Running);
    assert_eq!(watch.see(restarted("b")), None);
    assert_eq!(watch.see(restarted("c")), None);
    assert_eq!(watch.see(ended("c")), None);
    assert_eq!(watch.see(restarted("d")), end);
}

#[test]
fn an_end_before_it_came_up_is_forgotten() {
    let ended = || with(down(), "b", ContainerState::Ended(Some(1)));
    let mut watch = Watch::new(expected(BOTH), up("1", WEB), Outcome::Completed);
    assert_eq!((watch.see(ended()), watch.see(ended())), (None, None));
    assert_eq!(watch.see(up("2", WEB)), None);
    assert_eq!((watch.see(ended()), watch.see(ended())), (None, None));
    assert_eq!(watch.see(up("3", BOTH)), Some(confirmed()));
}

#[test]
fn silence_is_told_with_what_is_known() {
    let end = |before: Look, last: Look| {
        let mut watch = Watch::new(expected(WEB), before, Outcome::Completed);
        assert_eq!(watch.see(last), None);
        watch.end(Withdrawal::Nothing)
    };
    assert_eq!(end(up("1", WEB), down()), Attempt::Silent(silent()));
    let hangs = with(down(), "b", ContainerState::Running);
    assert_eq!(
        end(with(up("1", WEB), "a", ContainerState::Running), hangs.clone()),
        Attempt::Silent(silent())
    );
    // Where the API never was to be had, a container that goes on running is all that can be known.
    assert_eq!(
        end(with(down(), "a", ContainerState::Running), hangs.clone()),
        Attempt::Unconfirmed(silent().to_string())
    );
    assert_eq!(end(with(down(), "b", ContainerState::Running), hangs), Attempt::Silent(silent()));
    let ended = with(down(), "b", ContainerState::Ended(Some(137)));
    let end = end(down(), ended);
    assert_eq!(end.to_string(), "Traefik does not start: it ends with code 137");
    assert!(!end.is_good() && !end.is_as_before());
}

const LOSS: &str = "the new file switches Traefik's API off";

fn without_api() -> Expected {
    Expected { api_loss: Some(LOSS.to_owned()), ..expected(WEB) }
}

#[test]
fn where_the_file_switches_the_api_off_a_container_that_stays_is_all_there_is_to_see() {
    let before = with(up("1", WEB), "a", ContainerState::Running);
    let mut watch = Watch::new(without_api(), before.clone(), Outcome::Completed).askable();
    assert_eq!(watch.see(with(down(), "a", ContainerState::Running)), None, "the old process does not count");
    let looks: Vec<_> = (0..13).map(|_| watch.see(with(down(), "b", ContainerState::Running))).collect();
    assert!(looks[..12].iter().all(Option::is_none), "{looks:?}");
    assert_eq!(looks[12], Some(Attempt::Unconfirmed(LOSS.to_owned())));

    let mut watch = Watch::new(without_api(), before, Outcome::Completed).askable();
    let starts =
        ["b", "c", "d", "e"].map(|started| watch.see(with(down(), started, ContainerState::Running)));
    assert_eq!(
        starts[3],
        Some(Attempt::Ended { code: None, error: String::new() }),
        "it starts again and again"
    );
}

#[test]
fn where_nothing_can_be_seen_of_it_silence_is_what_the_file_said() {
    for (withdrawal, looks, end) in [
        (Withdrawal::Nothing, down(), Attempt::Unconfirmed(LOSS.to_owned())),
        (Withdrawal::TakenBack, up("1", WEB), Attempt::NotTakenUp),
    ] {
        let mut watch = Watch::new(without_api(), up("1", WEB), Outcome::Requested).askable();
        assert_eq!(watch.see(looks), None);
        assert_eq!(watch.end(withdrawal), end);
    }
    // With the container in sight, one that does not run is a failure all the same.
    let before = with(up("1", WEB), "a", ContainerState::Running);
    let mut watch = Watch::new(without_api(), before, Outcome::Completed).askable();
    assert_eq!(watch.see(with(down(), "b", ContainerState::Ended(Some(1)))), None);
    assert_eq!(watch.end(Withdrawal::Nothing), Attempt::Ended { code: Some(1), error: String::new() });
}
