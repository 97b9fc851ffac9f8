use traefik_manager_core::{
    auth::{AccessPolicy, Refusal, ReturnPath, SignIn, SignedIn},
    config::store::StorageError,
    secret::Secret,
    session::SignInMethod,
    settings::Settings,
};

use crate::world::{PASSWORD, World, enrolled, from, retry_after, session_of};

fn try_code(world: &World, pending: &str, code: &str) -> Result<SignedIn, Refusal> {
    world.access.complete_second_factor(pending, code, &from("192.0.2.1"))
}

#[test]
fn password_and_code_open_a_session_once() {
    let world = World::with_second_factor();
    let pending = world.pending("192.0.2.1");
    let signed_in = try_code(&world, &pending, &world.code()).unwrap();
    let SignedIn::Session { new, next, .. } = signed_in else { panic!("signed in") };
    assert_eq!(next.as_str(), "/routes?tab=tcp");
    assert_eq!(new.session.method(), SignInMethod::PasswordAndCode);
    assert!(world.is_open(&new));
    world.clock.advance(30);
    let refusal = try_code(&world, &pending, &world.code()).unwrap_err();
    assert_eq!(refusal, Refusal::PendingGone, "the step is over");
}

#[test]
fn the_password_alone_opens_nothing() {
    let world = World::with_second_factor();
    let pending = world.pending("192.0.2.1");
    assert!(world.access.open_session(&pending).is_none());
    assert_eq!(try_code(&world, &pending, "").unwrap_err(), Refusal::WrongCode);
    assert_eq!(try_code(&world, "", &world.code()).unwrap_err(), Refusal::PendingGone);
    assert_eq!(
        world
            .with_foreign_key()
            .complete_second_factor(&pending, &world.code(), &from("192.0.2.1"))
            .unwrap_err(),
        Refusal::PendingGone
    );
}

#[test]
fn remember_me_is_remembered_over_the_step() {
    let world = World::with_second_factor();
    let attempt = SignIn {
        password: Secret::new(PASSWORD),
        remember: true,
        client: from("192.0.2.1"),
        next: ReturnPath::default(),
    };
    let SignedIn::NeedsCode { pending } = world.access.sign_in(attempt).unwrap() else { panic!("a code") };
    assert!(session_of(try_code(&world, &pending, &world.code()).unwrap()).persistent);
}

#[test]
fn a_code_is_accepted_once_in_any_browser() {
    let world = World::with_second_factor();
    let (mine, theirs) = (world.pending("192.0.2.1"), world.pending("198.51.100.1"));
    let code = world.code();
    try_code(&world, &mine, &code).unwrap();
    let replay = world.access.complete_second_factor(&theirs, &code, &from("198.51.100.1"));
    assert_eq!(replay.unwrap_err(), Refusal::WrongCode);
}

#[test]
fn a_code_is_accepted_once_across_a_restart() {
    let mut world = World::with_second_factor();
    let code = world.code();
    let pending = world.pending("192.0.2.1");
    try_code(&world, &pending, &code).unwrap();
    world.restart();
    let pending = world.pending("192.0.2.1");
    assert_eq!(try_code(&world, &pending, &code).unwrap_err(), Refusal::WrongCode);
    world.clock.advance(30);
    try_code(&world, &pending, &world.code()).unwrap();
}

#[test]
fn a_code_is_accepted_once_by_two_processes() {
    let world = World::with_second_factor();
    let other = world.another_process();
    let code = world.code();
    let pending = world.pending("192.0.2.1");
    let attempt = SignIn {
        password: Secret::new(PASSWORD),
        remember: false,
        client: from("192.0.2.1"),
        next: ReturnPath::default(),
    };
    let SignedIn::NeedsCode { pending: theirs } = other.sign_in(attempt).unwrap() else { panic!("a code") };
    try_code(&world, &pending, &code).unwrap();
    let replay = other.complete_second_factor(&theirs, &code, &from("192.0.2.1"));
    assert_eq!(replay.unwrap_err(), Refusal::WrongCode);
}

#[test]
fn an_older_code_than_the_last_is_a_replay_too() {
    let world = World::with_second_factor();
    let earlier = world.code();
    world.clock.advance(30);
    let pending = world.pending("192.0.2.1");
    try_code(&world, &pending, &world.code()).unwrap();
    let pending = world.pending("192.0.2.1");
    assert_eq!(try_code(&world, &pending, &earlier).unwrap_err(), Refusal::WrongCode);
}

#[test]
fn setting_the_clock_back_makes_no_used_code_good_again() {
    let world = World::with_second_factor();
    let code = world.code();
    let pending = world.pending("192.0.2.1");
    try_code(&world, &pending, &code).unwrap();
    world.clock.advance(-15);
    let pending = world.pending("192.0.2.1");
    assert_eq!(try_code(&world, &pending, &code).unwrap_err(), Refusal::WrongCode);
    world.clock.advance(-3_600);
    assert_eq!(try_code(&world, &pending, &code).unwrap_err(), Refusal::PendingGone, "begun in the future");
}

#[test]
fn the_step_is_open_for_five_minutes() {
    let world = World::with_second_factor();
    let pending = world.pending("192.0.2.1");
    world.clock.advance(299);
    assert!(world.access.awaits_code(&pending));
    world.clock.advance(1);
    assert!(!world.access.awaits_code(&pending));
    assert_eq!(try_code(&world, &pending, &world.code()).unwrap_err(), Refusal::PendingGone);
}

#[test]
fn the_step_takes_five_codes() {
    let world = World::with_second_factor();
    let pending = world.pending("192.0.2.1");
    for attempt in 0..5 {
        let client = from(&format!("198.51.100.{attempt}"));
        let refusal = world.access.complete_second_factor(&pending, "000000", &client).unwrap_err();
        assert_eq!(refusal, Refusal::WrongCode);
    }
    assert_eq!(try_code(&world, &pending, &world.code()).unwrap_err(), Refusal::PendingGone);
}

#[test]
fn the_step_ends_when_the_password_changes() {
    let world = World::with_second_factor();
    let pending = world.pending("192.0.2.1");
    world.another_process().reset_password(false).unwrap();
    assert_eq!(try_code(&world, &pending, &world.code()).unwrap_err(), Refusal::PendingGone);
    assert!(!world.access.awaits_code(&pending));
}

#[test]
fn the_step_ends_when_the_second_factor_changes() {
    let changes: [fn(&mut Settings); 2] = [|s| s.otp_secret.push('0'), |s| s.otp_enabled = false];
    for change in changes {
        let world = World::with_second_factor();
        let pending = world.pending("192.0.2.1");
        world.store.edit_behind_the_back(change);
        assert_eq!(try_code(&world, &pending, &world.code()).unwrap_err(), Refusal::PendingGone);
    }
}

#[test]
fn the_step_ends_with_the_process() {
    let mut world = World::with_second_factor();
    let pending = world.pending("192.0.2.1");
    world.restart();
    assert_eq!(try_code(&world, &pending, &world.code()).unwrap_err(), Refusal::PendingGone);
}

#[test]
fn a_thousand_open_steps_are_kept() {
    let world = World::with_second_factor();
    let first = world.pending("2001:db8:0:1::1");
    world.clock.advance(1);
    let second = world.pending("2001:db8:0:2::1");
    for net in 3..=1_001 {
        world.pending(&format!("2001:db8:0:{net:x}::1"));
    }
    assert!(!world.access.awaits_code(&first), "the oldest went");
    assert!(world.access.awaits_code(&second));
}

#[test]
fn the_admin_password_does_not_skip_the_code() {
    let admin_password = Some(Secret::new("from the environment"));
    let world = World::with(enrolled, AccessPolicy { admin_password, ..AccessPolicy::default() });
    let signed_in = world.try_password("from the environment", "192.0.2.1").unwrap();
    let SignedIn::NeedsCode { pending } = signed_in else { panic!("signed in without a code") };
    session_of(try_code(&world, &pending, &world.code()).unwrap());
}

#[test]
fn a_secret_that_does_not_decrypt_closes_the_door_and_stays_as_it_is() {
    for sealed in ["", "sealed:other:00", "gAAAAA", "sealed:key:zz"] {
        let world = World::with(
            |settings| {
                settings.otp_enabled = true;
                sealed.clone_into(&mut settings.otp_secret);
            },
            AccessPolicy::default(),
        );
        let refusal = world.try_password(PASSWORD, "192.0.2.1").unwrap_err();
        let Refusal::SecondFactorBroken(remedy) = refusal else { panic!("{refusal}") };
        assert!(remedy.contains("--disable-otp"), "{remedy}");
        assert_eq!(world.try_password("wrong", "192.0.2.1").unwrap_err(), Refusal::WrongPassword);
        assert_eq!(world.store.stored().unwrap().otp_secret, sealed);
        assert_eq!(world.store.saves(), 0);
        let temporary = world.another_process().reset_password(true).unwrap();
        session_of(world.try_password(temporary.expose(), "192.0.2.1").unwrap());
    }
}

#[test]
fn a_secret_that_is_not_base32_closes_the_door() {
    let world = World::with(
        |settings| {
            enrolled(settings);
            settings.otp_secret = "sealed:key:2121".to_owned();
        },
        AccessPolicy::default(),
    );
    let pending = world.pending("192.0.2.1");
    let refusal = try_code(&world, &pending, &world.code()).unwrap_err();
    assert!(matches!(refusal, Refusal::SecondFactorBroken(_)));
}

#[test]
fn a_code_that_cannot_be_marked_as_used_is_not_accepted() {
    let world = World::with_second_factor();
    let pending = world.pending("192.0.2.1");
    let full = StorageError::NoSpace { name: "manager.yml".to_owned() };
    world.store.fail_next_save(full.into());
    assert!(matches!(try_code(&world, &pending, &world.code()), Err(Refusal::Unavailable(_))));
    session_of(try_code(&world, &pending, &world.code()).unwrap());
}

#[test]
fn the_password_does_not_buy_more_codes() {
    let world = World::with_second_factor();
    let mut outcomes = Vec::new();
    for _ in 0..4 {
        let pending = match world.try_password(PASSWORD, "192.0.2.1") {
            Ok(SignedIn::NeedsCode { pending }) => pending,
            other => {
                outcomes.push(other.map(|_| ()));
                continue;
            }
        };
        outcomes.push(try_code(&world, &pending, "000000").map(|_| ()));
    }
    let wrong = Err(Refusal::WrongCode);
    let blocked = Err(Refusal::TooMany { retry_after_seconds: 30 });
    assert_eq!(outcomes, [wrong.clone(), wrong.clone(), wrong, blocked]);
}

#[test]
fn codes_are_limited_to_five_a_minute() {
    let world = World::with_second_factor();
    for attempt in 0..5 {
        let pending = world.pending(&format!("198.51.100.{attempt}"));
        try_code(&world, &pending, &world.code()).unwrap();
        world.store.edit_behind_the_back(|settings| settings.otp_last_step = None);
        world.clock.advance(1);
    }
    let pending = world.pending("198.51.100.99");
    assert_eq!(retry_after(try_code(&world, &pending, &world.code()).unwrap_err()), 55);
    world.clock.advance(55);
    session_of(try_code(&world, &pending, &world.code()).unwrap());
}
