//! Looking at sessions and ending them.

use traefik_manager_core::{
    auth::{AccessPolicy, Refusal},
    config::store::StorageError,
};

use crate::world::{DAY, World, from, session_of};

/// Where whoever ends sessions is.
const ME: &str = "192.0.2.250";

#[test]
fn the_list_shows_what_is_open_and_marks_the_one_that_asks() {
    let world = World::new();
    let mine = world.sign_in(true);
    world.clock.advance(60);
    let other = session_of(world.try_password(crate::world::PASSWORD, "198.51.100.7").unwrap());
    world.clock.advance(60);
    assert!(world.is_open(&other));
    let listed = world.access.list_sessions(Some(&mine.session)).unwrap();
    let [this, that] = listed.as_slice() else { panic!("{listed:?}") };
    assert!(this.is_this && this.remember && !that.is_this && !that.remember);
    assert_eq!(this.device, "Firefox");
    assert_eq!(that.address, Some("198.51.100.7".parse().unwrap()));
    assert_eq!((that.last_seen, that.began), (world.now(), other.session.created_at()));
    world.clock.advance(7_200);
    let listed = world.access.list_sessions(None).unwrap();
    assert_eq!(listed.len(), 1, "the other one has rested too long");
}

/// Neither is the id that is shown the secret one, nor does it open anything, nor does it stay the same for others.
#[test]
fn what_is_shown_opens_nothing() {
    let world = World::new();
    let mine = world.sign_in(false);
    let shown = world.access.list_sessions(None).unwrap().remove(0).id;
    assert_eq!(shown.len(), 22);
    assert!(!mine.cookie.expose().contains(&shown));
    assert!(world.access.open_session(&shown).is_none());
    let foreign = world.with_foreign_key();
    assert!(matches!(foreign.end_session(&shown, &mine.session, &from(ME)), Err(Refusal::NotFound { .. })));
}

#[test]
fn one_session_is_ended_and_no_other() {
    let world = World::new();
    let (mine, other) = (world.sign_in(false), world.sign_in(false));
    let listed = world.access.list_sessions(Some(&mine.session)).unwrap();
    world.access.end_session(&listed[1].id, &mine.session, &from(ME)).unwrap();
    assert!(world.is_open(&mine) && !world.is_open(&other));
    assert!(world.another_process().open_session(other.cookie.expose()).is_none(), "for good");
    for id in [listed[1].id.as_str(), "", "x", &"y".repeat(100_000)] {
        assert!(matches!(
            world.access.end_session(id, &mine.session, &from(ME)),
            Err(Refusal::NotFound { .. })
        ));
    }
    assert!(world.is_open(&mine));
}

#[test]
fn all_others_are_ended_at_once() {
    let world = World::new();
    let (mine, _, _) = (world.sign_in(false), world.sign_in(true), world.sign_in(false));
    assert_eq!(world.access.end_other_sessions(&mine.session, &from(ME)).unwrap(), 2);
    assert!(world.is_open(&mine));
    assert_eq!(world.access.list_sessions(None).unwrap().len(), 1);
}

#[test]
fn a_session_that_cannot_be_struck_off_is_over_all_the_same() {
    let world = World::new();
    let (mine, other) = (world.sign_in(false), world.sign_in(false));
    world.sessions.fail_next_write(StorageError::NoSpace { name: "sessions.json".to_owned() });
    let refusal = world.access.end_other_sessions(&mine.session, &from(ME)).unwrap_err();
    assert!(matches!(refusal, Refusal::NotKept { is_full: true, .. }));
    assert!(world.is_open(&mine) && !world.is_open(&other));
}

/// The limits, to the second: 120 minutes of rest, 24 hours with "remember me", 7 days in all.
#[test]
fn idle_and_absolute_limits_are_exact() {
    for (remember, idle) in [(false, 7_200), (true, DAY)] {
        let world = World::new();
        let session = world.sign_in(remember);
        world.clock.advance(idle - 1);
        assert!(world.is_open(&session), "and the use of it is noted");
        world.clock.advance(idle);
        assert!(!world.is_open(&session), "remember={remember}");
        let session = world.sign_in(remember);
        let mut age = 0;
        while age + idle - 1 < 7 * DAY - 1 {
            world.clock.advance(idle - 1);
            age += idle - 1;
            assert!(world.is_open(&session), "after {age} s");
        }
        world.clock.advance(7 * DAY - 1 - age);
        assert!(world.is_open(&session), "one second before the seven days are over");
        world.clock.advance(1);
        assert!(!world.is_open(&session), "never mind how busy it was");
    }
    let world = World::with(|_| {}, AccessPolicy { idle_minutes: 1, ..AccessPolicy::default() });
    let session = session_of(world.try_password(crate::world::PASSWORD, "192.0.2.1").unwrap());
    world.clock.advance(59);
    assert!(world.is_open(&session));
    world.clock.advance(60);
    assert!(!world.is_open(&session));
    assert!(matches!(
        world.access.begin_enrolment(&session.session, None, &from("192.0.2.1")),
        Err(Refusal::Forbidden { .. })
    ));
}
