//! What the audit trail holds of signing in, and that no door opens without it.

use traefik_manager_core::{
    api_key::{KeyHandle, KeyRequest},
    audit::{Actor, Area, Entry, Outcome},
    auth::{AccessPolicy, Client, PasswordChange, Principal, Reauthentication, Refusal, ReturnPath, SignIn},
    config::store::StorageError,
    secret::Secret,
    session::Session,
};

use crate::world::{DAY, OTP_SECRET, PASSWORD, World, from, session_of};

fn actions(world: &World) -> Vec<String> {
    world.audit.entries().into_iter().map(|entry| entry.action).collect()
}

fn newest(world: &World) -> Entry {
    world.audit.entries().pop().unwrap()
}

fn full_disk() -> StorageError {
    StorageError::NoSpace { name: "audit".to_owned() }
}

fn attempt(password: &str, user_agent: &str) -> SignIn {
    SignIn {
        password: Secret::new(password),
        remember: false,
        client: Client { user_agent: user_agent.to_owned(), ..from("192.0.2.1") },
        next: ReturnPath::default(),
    }
}

#[test]
fn every_event_has_its_entry_with_who_when_and_from_where() {
    let world = World::new();
    let mine = world.sign_in(false);
    let me = Principal::Session(mine.session.clone());
    world.access.issue_key(&KeyRequest::for_device("phone"), &me, &from("192.0.2.9")).unwrap();
    world.access.revoke_key(&KeyHandle::Name("phone".to_owned()), &me, &from("192.0.2.9")).unwrap();
    let change = PasswordChange {
        current: Some(Secret::new(PASSWORD)),
        new: Secret::new("battery staple"),
        confirm: Secret::new("battery staple"),
    };
    let mine = world.access.change_password(&mine.session, change, &from("192.0.2.9")).unwrap();
    world.access.sign_out(&mine.session, &from("192.0.2.9")).unwrap();
    world.access.reset_password(true).unwrap();
    assert_eq!(
        actions(&world),
        [
            "sign in",
            "make API key",
            "revoke API key",
            "change password",
            "sign out",
            "reset password",
            "switch off second factor"
        ]
    );
    let entries = world.audit.entries();
    assert!(entries.iter().all(|entry| entry.at == world.now() && entry.area() == Area::Access));
    assert_eq!(entries[0].address, Some("192.0.2.250".parse().unwrap()));
    assert_eq!(entries[1].object.as_ref().unwrap().name, "phone");
    assert_eq!(entries[4].actor, Actor::Session("admin".to_owned()));
    assert_eq!((&entries[5].actor, entries[5].address), (&Actor::CommandLine, None));
}

#[test]
fn refusals_and_the_block_that_they_lead_to_are_recorded() {
    let world = World::with_second_factor();
    for _ in 0..3 {
        assert!(world.try_password("wrong", "192.0.2.1").is_err());
        world.clock.advance(1);
    }
    let entries = world.audit.entries();
    assert_eq!(
        actions(&world),
        ["refuse sign-in", "refuse sign-in", "refuse sign-in", "block sign-in"][..]
            .iter()
            .map(ToString::to_string)
            .collect::<Vec<_>>()
    );
    assert_eq!(entries[0].actor, Actor::Stranger);
    assert!(matches!(&entries[0].outcome, Outcome::Refused { why } if why.contains("password is not right")));
    let pending = world.pending("192.0.2.2");
    assert!(world.access.complete_second_factor(&pending, "000000", &from("192.0.2.2")).is_err());
    assert_eq!(newest(&world).action, "refuse code");
    assert!(world.access.authenticate_key("nonsense", &from("192.0.2.3")).is_err());
    assert_eq!(newest(&world).action, "refuse API key");
}

/// Somebody at a session that was left open guesses the password: its owner can see it.
#[test]
fn a_password_that_is_not_shown_again_is_recorded_and_so_is_the_block() {
    type Attempt = fn(&World, &Session, &Secret, &str) -> Option<Refusal>;
    let attempts: [Attempt; 4] = [
        |world, session, wrong, from_| {
            let change = PasswordChange {
                current: Some(wrong.clone()),
                new: Secret::new("battery staple"),
                confirm: Secret::new("battery staple"),
            };
            world.access.change_password(session, change, &from(from_)).err()
        },
        |world, session, wrong, from_| {
            world.access.disable_second_factor(session, Some(wrong), &from(from_)).err()
        },
        |world, session, wrong, from_| {
            let proof = Reauthentication { password: wrong.clone(), code: String::new() };
            world.access.ask_to_sign_in(false, session, &proof, &from(from_)).err()
        },
        |world, session, _, from_| {
            let proof = Reauthentication { password: Secret::new(PASSWORD), code: "000000".to_owned() };
            world.access.ask_to_sign_in(false, session, &proof, &from(from_)).err()
        },
    ];
    for attempt in attempts {
        let world = World::with_second_factor();
        let pending = world.pending("192.0.2.1");
        let mine = session_of(
            world.access.complete_second_factor(&pending, &world.code(), &from("192.0.2.1")).unwrap(),
        );
        for _ in 0..3 {
            let refusal = attempt(&world, &mine.session, &Secret::new("guess"), "192.0.2.9").unwrap();
            assert!(matches!(refusal, Refusal::WrongPassword | Refusal::WrongCode), "{refusal:?}");
        }
        let confirmation = "refuse confirmation";
        assert_eq!(
            actions(&world),
            ["sign in", confirmation, confirmation, confirmation, "block sign-in"],
            "{:?}",
            newest(&world)
        );
        let entry = &world.audit.entries()[1];
        assert_eq!(entry.actor, Actor::Session("admin".to_owned()));
        assert_eq!(entry.address, Some("192.0.2.9".parse().unwrap()));
        assert!(!format!("{:?}", world.audit.entries()).contains("guess"));
    }
}

#[test]
fn no_door_opens_that_cannot_be_recorded() {
    let world = World::new();
    world.audit.fail_next_append(full_disk());
    assert!(matches!(world.try_password(PASSWORD, "192.0.2.1"), Err(Refusal::Unavailable(_))));
    let mine = world.sign_in(false);
    let me = Principal::Session(mine.session.clone());

    world.audit.fail_next_append(full_disk());
    let refusal =
        world.access.issue_key(&KeyRequest::for_device("phone"), &me, &from("192.0.2.1")).unwrap_err();
    assert!(matches!(refusal, Refusal::NotKept { is_full: true, .. }));
    assert!(world.access.keys().is_empty());

    world.audit.fail_next_append(full_disk());
    assert!(world.access.reset_password(true).is_err());
    assert!(world.is_open(&mine), "nothing was changed");
}

#[test]
fn a_door_that_closes_does_so_whether_or_not_it_can_be_recorded() {
    let world = World::new();
    let mine = world.sign_in(false);
    let me = Principal::Session(mine.session.clone());
    let key = world.access.issue_key(&KeyRequest::for_device("phone"), &me, &from("192.0.2.1")).unwrap().key;
    world.audit.fail_next_append(full_disk());
    world.access.revoke_key(&KeyHandle::Name("phone".to_owned()), &me, &from("192.0.2.1")).unwrap();
    assert!(world.access.recognise_key(key.expose(), &from("192.0.2.1")).is_none());
    world.audit.fail_next_append(full_disk());
    world.access.sign_out(&mine.session, &from("192.0.2.1")).unwrap();
    assert!(!world.is_open(&mine));
}

#[test]
fn what_was_recorded_and_then_failed_is_said_to_have_failed() {
    let world = World::new();
    world.sessions.fail_next_write(full_disk());
    assert!(world.try_password(PASSWORD, "192.0.2.1").is_err());
    let entries = world.audit.entries();
    assert_eq!((entries[0].action.as_str(), &entries[0].outcome), ("sign in", &Outcome::Done));
    assert_eq!((entries[1].regarding, entries[1].action.as_str()), (Some(1), "sign in"));
    assert!(matches!(entries[1].outcome, Outcome::Refused { .. }));
}

#[test]
fn a_flood_of_refusals_is_counted_and_not_written_down() {
    let world = World::new();
    let failures = 20_000_u32;
    for number in 0..failures {
        let [_, b, c, d] = number.to_be_bytes();
        let _ = world.try_password("wrong", &format!("198.{b}.{c}.{d}"));
        if number % 200 == 0 {
            world.clock.advance(30);
        }
    }
    let hours = usize::try_from(failures / 200 * 30 / 3_600 + 1).unwrap();
    let entries = world.audit.entries();
    assert!(entries.len() <= hours * 108 && entries.len() > 30, "{} entries in {hours} h", entries.len());
    world.access.write_down(true);
    let counted: u32 = world
        .audit
        .entries()
        .iter()
        .filter_map(|entry| entry.object.as_ref()?.name.split_once(" more since ")?.0.parse::<u32>().ok())
        .sum();
    let single = world.audit.entries().iter().filter(|entry| entry.address.is_some()).count();
    assert_eq!(counted + u32::try_from(single).unwrap(), failures, "none is lost");
    let after = world.audit.entries().len();
    world.access.write_down(true);
    assert_eq!(world.audit.entries().len(), after, "each is counted once");
}

#[test]
fn no_name_begins_another_line_or_moves_a_terminal() {
    let world = World::new();
    let evil = "Firefox\r\n{\"number\":9}\u{1b}[2J\u{202e}txt\u{200b}";
    world.access.sign_in(attempt(PASSWORD, evil)).unwrap();
    world.access.sign_in(attempt(PASSWORD, &"x".repeat(9_000))).unwrap();
    for entry in world.audit.entries() {
        let name = entry.object.unwrap().name;
        assert!(name.chars().all(|c| !c.is_control() && !('\u{200b}'..='\u{202e}').contains(&c)), "{name:?}");
        assert!(name.chars().count() < 200);
    }
    let me = Principal::Session(world.sign_in(false).session);
    assert!(world.access.issue_key(&KeyRequest::for_device("a\nb"), &me, &from("192.0.2.1")).is_err());
}

#[test]
fn no_entry_holds_a_secret() {
    let world = World::with_second_factor();
    let pending = world.pending("192.0.2.1");
    let code = world.code();
    world.access.complete_second_factor(&pending, &code, &from("192.0.2.1")).unwrap();
    let temporary = world.access.reset_password(false).unwrap();
    let _ = world.try_password("a guess of mine", "192.0.2.2");
    let _ = world.access.authenticate_key("a-guessed-key", &from("192.0.2.3"));
    world.clock.advance(DAY);
    let all = format!("{:?}", world.audit.entries());
    for secret in
        [PASSWORD, OTP_SECRET, &code, temporary.expose(), "a guess of mine", "a-guessed-key", &pending]
    {
        assert!(!all.contains(secret), "{secret}");
    }
}

#[test]
fn pages_behind_another_guard_leave_a_bounded_trail() {
    let policy = AccessPolicy { auth_enabled: Some(false), ..AccessPolicy::default() };
    let world = World::with(|_| {}, policy);
    for _ in 0..20 {
        world.access.begin_external_session(&from("192.0.2.1")).unwrap();
    }
    assert_eq!(actions(&world), ["let in", "let in", "let in"]);
}
