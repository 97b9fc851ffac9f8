use traefik_manager_core::{
    auth::{AccessPolicy, NewSession, PasswordChange, Refusal},
    secret::Secret,
    session::{SessionStore, SignInMethod},
    settings::Settings,
    test_support::LISTED_PASSWORD,
};

use crate::world::{PASSWORD, World, enrolled, from, session_of};

const NEW: &str = "battery staple";

fn change(current: Option<&str>, new: &str, confirm: &str) -> PasswordChange {
    PasswordChange { current: current.map(Secret::new), new: Secret::new(new), confirm: Secret::new(confirm) }
}

fn try_change(world: &World, by: &NewSession, change: PasswordChange) -> Result<NewSession, Refusal> {
    world.access.change_password(&by.session, change, &from("192.0.2.250"))
}

fn temporary() -> World {
    let fresh = |settings: &mut Settings| {
        settings.must_change_password = true;
        settings.setup_complete = false;
    };
    World::with(fresh, AccessPolicy::default())
}

#[test]
fn changing_the_password_ends_every_session_and_gives_the_caller_a_new_one() {
    let world = World::new();
    let (mine, stolen, remembered) = (world.sign_in(false), world.sign_in(false), world.sign_in(true));
    let new = try_change(&world, &mine, change(Some(PASSWORD), NEW, NEW)).unwrap();
    for old in [&mine, &stolen, &remembered] {
        assert!(!world.is_open(old));
    }
    assert!(world.is_open(&new));
    assert!(!new.cookie.matches(mine.cookie.expose()));
    assert_eq!(new.session.method(), SignInMethod::Password);
    assert_eq!(world.sessions.list().unwrap().len(), 1);
    assert_eq!(world.try_password(PASSWORD, "192.0.2.1").unwrap_err(), Refusal::WrongPassword);
    session_of(world.try_password(NEW, "192.0.2.1").unwrap());
}

#[test]
fn a_change_needs_the_present_password() {
    let world = World::new();
    let mine = world.sign_in(false);
    let refusal = try_change(&world, &mine, change(Some("wrong"), NEW, NEW)).unwrap_err();
    assert_eq!(refusal, Refusal::WrongPassword);
    let refusal = try_change(&world, &mine, change(None, NEW, NEW)).unwrap_err();
    assert!(matches!(refusal, Refusal::Invalid { field: "current_password", .. }));
    assert!(world.is_open(&mine), "a refusal ends nothing");
    session_of(world.try_password(PASSWORD, "192.0.2.1").unwrap());
}

#[test]
fn guessing_the_present_password_is_limited() {
    let world = World::new();
    let mine = world.sign_in(false);
    for _ in 0..3 {
        let refusal = try_change(&world, &mine, change(Some("wrong"), NEW, NEW)).unwrap_err();
        assert_eq!(refusal, Refusal::WrongPassword);
    }
    let refusal = try_change(&world, &mine, change(Some(PASSWORD), NEW, NEW)).unwrap_err();
    assert_eq!(refusal, Refusal::TooMany { retry_after_seconds: 30 });
}

#[test]
fn a_temporary_password_is_replaced_without_being_repeated() {
    let world = temporary();
    let mine = world.sign_in(false);
    let new = try_change(&world, &mine, change(None, NEW, NEW)).unwrap();
    assert!(world.is_open(&new));
    let stored = world.store.stored().unwrap();
    assert!(!stored.must_change_password && !stored.setup_complete, "the set-up comes next");
    assert!(!world.access.must_change_password());
}

#[test]
fn a_temporary_password_is_not_kept() {
    let world = temporary();
    let mine = world.sign_in(false);
    let refusal = try_change(&world, &mine, change(None, PASSWORD, PASSWORD)).unwrap_err();
    assert!(matches!(refusal, Refusal::Invalid { field: "new_password", .. }));
    assert!(world.access.must_change_password());
}

/// Behind another service anybody whom it lets through has a session; that is no proof of knowing the password.
#[test]
fn who_did_not_sign_in_must_know_even_a_temporary_password() {
    let world = World::with(
        |settings| (settings.must_change_password, settings.auth_enabled) = (true, false),
        AccessPolicy::default(),
    );
    let visitor = world.access.begin_external_session(&from("192.0.2.1")).unwrap();
    let refusal = try_change(&world, &visitor, change(None, NEW, NEW)).unwrap_err();
    assert!(matches!(refusal, Refusal::Invalid { field: "current_password", .. }));
    let new = try_change(&world, &visitor, change(Some(PASSWORD), NEW, NEW)).unwrap();
    assert_eq!(new.session.method(), SignInMethod::External);
}

#[test]
fn a_session_that_has_ended_changes_nothing() {
    let world = temporary();
    let mine = world.sign_in(false);
    world.access.sign_out(&mine.session, &from("192.0.2.250")).unwrap();
    let refusal = try_change(&world, &mine, change(None, NEW, NEW)).unwrap_err();
    assert!(matches!(refusal, Refusal::Forbidden { .. }));
    session_of(world.try_password(PASSWORD, "192.0.2.1").unwrap());
}

#[test]
fn with_an_admin_password_a_change_would_have_no_effect_and_is_refused() {
    let world = World::with_admin_password("from the environment");
    let mine = session_of(world.try_password("from the environment", "192.0.2.1").unwrap());
    let refusal = try_change(&world, &mine, change(Some("from the environment"), NEW, NEW)).unwrap_err();
    assert!(matches!(&refusal, Refusal::Conflict { message } if message.contains("ADMIN_PASSWORD")));
    assert_eq!(world.store.saves(), 0);
}

#[test]
fn a_new_password_has_8_characters_and_72_bytes_at_most() {
    let world = World::new();
    let mut mine = world.sign_in(false);
    let mut present = PASSWORD.to_owned();
    for (new, field) in [
        ("1234567".to_owned(), Some("new_password")),
        ("éééé".to_owned(), Some("new_password")),
        ("12345678".to_owned(), Some("new_password")),
        ("P@ssw0rd!".to_owned(), Some("new_password")),
        ("traefik2026".to_owned(), Some("new_password")),
        (LISTED_PASSWORD.to_owned(), Some("new_password")),
        (LISTED_PASSWORD.to_uppercase(), Some("new_password")),
        ("8 chars!".to_owned(), None),
        ("éèêëàâäç".to_owned(), None),
        ("e\u{301}e\u{300}a\u{300}c\u{327}".to_owned(), Some("new_password")),
        ("abcdefg8".repeat(9), None),
        ("abcdefg8".repeat(9) + "9", Some("new_password")),
        ("éèêëàâäç".repeat(4) + "éèêëà", Some("new_password")),
        ("🔑🗝🚪🏠🪟🧱🪜🔒🛎".repeat(2), None),
        ("with\0zero byte".to_owned(), Some("new_password")),
    ] {
        world.clock.advance(60);
        match (try_change(&world, &mine, change(Some(&present), &new, &new)), field) {
            (Ok(session), None) => (mine, present) = (session, new),
            (Err(Refusal::Invalid { field, message }), Some(expected)) => {
                assert_eq!(field, expected);
                assert!(!message.contains(&new));
            }
            (other, _) => panic!("{} bytes: {other:?}", new.len()),
        }
    }
    let refusal = try_change(&world, &mine, change(Some(&present), NEW, "battery stable")).unwrap_err();
    assert!(matches!(refusal, Refusal::Invalid { field: "confirm_password", .. }));
}

#[test]
fn two_changes_at_once_do_not_both_happen() {
    let world = World::new();
    let (mine, other) = (world.sign_in(false), world.sign_in(false));
    try_change(&world, &mine, change(Some(PASSWORD), NEW, NEW)).unwrap();
    let refusal =
        try_change(&world, &other, change(Some(PASSWORD), "yet another", "yet another")).unwrap_err();
    assert!(matches!(refusal, Refusal::Forbidden { .. }), "its session ended with the first change");
}

#[test]
fn a_reset_on_the_host_ends_every_session_of_the_running_server() {
    let world = World::new();
    let mine = world.sign_in(true);
    let temporary = world.another_process().reset_password(false).unwrap();
    assert!(!world.is_open(&mine));
    assert_eq!(world.try_password(PASSWORD, "192.0.2.1").unwrap_err(), Refusal::WrongPassword);
    session_of(world.try_password(temporary.expose(), "192.0.2.1").unwrap());
    assert!(world.access.must_change_password());
    assert!(world.store.stored().unwrap().setup_complete, "the set-up was finished and stays so");
}

#[test]
fn a_reset_leaves_the_second_factor_on_unless_told_otherwise() {
    let world = World::with(
        |settings| {
            enrolled(settings);
            settings.otp_last_step = Some(1);
        },
        AccessPolicy::default(),
    );
    world.access.reset_password(false).unwrap();
    assert!(world.store.stored().unwrap().otp_enabled);
    let temporary = world.access.reset_password(true).unwrap();
    let stored = world.store.stored().unwrap();
    assert!(!stored.otp_enabled && stored.otp_secret.is_empty() && stored.otp_last_step.is_none());
    session_of(world.try_password(temporary.expose(), "192.0.2.1").unwrap());
}

#[test]
fn each_reset_gives_another_password() {
    let world = World::new();
    let first = world.access.reset_password(false).unwrap();
    let second = world.access.reset_password(false).unwrap();
    assert!(!first.matches(second.expose()));
    assert_eq!(first.expose().len(), 22);
}

/// The same letters from two keyboards: é as one character, and as e with an accent.
const COMPOSED: &str = "caf\u{e9} au lait";
const DECOMPOSED: &str = "cafe\u{301} au lait";

#[test]
fn a_new_password_is_the_same_from_every_keyboard() {
    for (chosen, repeated) in [(COMPOSED, DECOMPOSED), (DECOMPOSED, DECOMPOSED)] {
        let world = World::new();
        let mine = world.sign_in(false);
        try_change(&world, &mine, change(Some(PASSWORD), chosen, repeated)).unwrap();
        assert_eq!(world.store.stored().unwrap().password_hash, format!("fake${COMPOSED}"));
        for typed in [COMPOSED, DECOMPOSED] {
            session_of(world.try_password(typed, "192.0.2.1").unwrap());
        }
    }
}

#[test]
fn a_password_of_old_goes_on_working_in_the_form_in_which_it_was_typed() {
    for stored in [COMPOSED, DECOMPOSED, "short", "password"] {
        let world = World::with(
            |settings| settings.password_hash = format!("fake${stored}"),
            AccessPolicy::default(),
        );
        let new = session_of(world.try_password(stored, "192.0.2.1").unwrap());
        try_change(&world, &new, change(Some(stored), NEW, NEW)).unwrap();
    }
}

/// How often a slow hash is made depends on what was typed, never on what is stored.
#[test]
fn a_missing_password_costs_as_many_hashes_as_a_wrong_one() {
    let rounds = |hash: &str, typed: &str| {
        let world =
            World::with(|settings| hash.clone_into(&mut settings.password_hash), AccessPolicy::default());
        assert_eq!(world.try_password(typed, "192.0.2.1").unwrap_err(), Refusal::WrongPassword);
        world.passwords.rounds()
    };
    for typed in ["wrong", DECOMPOSED, ""] {
        assert_eq!(rounds("", typed), rounds("fake$another", typed), "{typed}");
    }
    let world = World::with_admin_password(COMPOSED);
    session_of(world.try_password(DECOMPOSED, "192.0.2.1").unwrap());
}
