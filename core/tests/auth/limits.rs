use traefik_manager_core::{
    auth::{AccessPolicy, Action, Refusal, ReturnPath, SignIn, oidc::ProviderError},
    config::store::StorageError,
    secret::Secret,
};

use crate::world::{PASSWORD, World, from, retry_after, session_of};

fn fail(world: &World, address: &str) {
    assert_eq!(world.try_password("wrong", address).unwrap_err(), Refusal::WrongPassword);
}

#[test]
fn five_sign_ins_a_minute_are_admitted_and_the_sixth_is_told_when() {
    let world = World::new();
    for _ in 0..5 {
        session_of(world.try_password(PASSWORD, "192.0.2.1").unwrap());
        world.clock.advance(2);
    }
    assert_eq!(retry_after(world.try_password(PASSWORD, "192.0.2.1").unwrap_err()), 50);
    session_of(world.try_password(PASSWORD, "192.0.2.2").unwrap());
    world.clock.advance(49);
    assert_eq!(retry_after(world.try_password(PASSWORD, "192.0.2.1").unwrap_err()), 1);
    world.clock.advance(1);
    session_of(world.try_password(PASSWORD, "192.0.2.1").unwrap());
    assert_eq!(retry_after(world.try_password(PASSWORD, "192.0.2.1").unwrap_err()), 2, "the window slides");
}

#[test]
fn what_is_refused_does_not_count() {
    let world = World::new();
    for _ in 0..5 {
        session_of(world.try_password(PASSWORD, "192.0.2.1").unwrap());
    }
    for _ in 0..59 {
        world.clock.advance(1);
        assert!(world.try_password(PASSWORD, "192.0.2.1").is_err());
    }
    world.clock.advance(1);
    session_of(world.try_password(PASSWORD, "192.0.2.1").unwrap());
}

#[test]
fn a_refused_attempt_costs_no_hash_and_says_nothing_of_the_password() {
    let world = World::new();
    for _ in 0..3 {
        fail(&world, "192.0.2.1");
    }
    let rounds = world.passwords.rounds();
    let right = world.try_password(PASSWORD, "192.0.2.1").unwrap_err();
    let wrong = world.try_password("wrong", "192.0.2.1").unwrap_err();
    assert_eq!(right, wrong);
    assert_eq!(world.passwords.rounds(), rounds);
}

#[test]
fn three_failures_within_two_minutes_block_for_longer_each_time() {
    let world = World::new();
    fail(&world, "192.0.2.1");
    fail(&world, "192.0.2.1");
    for block in [30, 60, 120] {
        fail(&world, "192.0.2.1");
        assert_eq!(retry_after(world.try_password(PASSWORD, "192.0.2.1").unwrap_err()), block);
        world.clock.advance(i64::try_from(block).unwrap());
    }
    for block in [300, 900, 900] {
        for _ in 0..3 {
            fail(&world, "192.0.2.1");
        }
        assert_eq!(retry_after(world.try_password(PASSWORD, "192.0.2.1").unwrap_err()), block);
        world.clock.advance(i64::try_from(block).unwrap());
    }
    session_of(world.try_password(PASSWORD, "192.0.2.1").unwrap());
}

#[test]
fn failures_far_apart_block_nobody() {
    let world = World::new();
    for _ in 0..10 {
        fail(&world, "192.0.2.1");
        world.clock.advance(60);
    }
    session_of(world.try_password(PASSWORD, "192.0.2.1").unwrap());
}

#[test]
fn a_success_and_an_hour_of_calm_both_start_again_at_the_shortest_block() {
    for calm in [false, true] {
        let world = World::new();
        for _ in 0..3 {
            fail(&world, "192.0.2.1");
        }
        world.clock.advance(30);
        if calm {
            world.clock.advance(3_600);
        } else {
            session_of(world.try_password(PASSWORD, "192.0.2.1").unwrap());
            world.clock.advance(60);
        }
        for _ in 0..3 {
            fail(&world, "192.0.2.1");
        }
        assert_eq!(retry_after(world.try_password(PASSWORD, "192.0.2.1").unwrap_err()), 30);
    }
}

#[test]
fn one_client_is_counted_as_one_however_it_writes_its_address() {
    let world = World::new();
    for address in ["192.0.2.1", "::ffff:192.0.2.1", "192.0.2.1"] {
        fail(&world, address);
    }
    assert_eq!(retry_after(world.try_password(PASSWORD, "::ffff:192.0.2.1").unwrap_err()), 30);
    for address in ["2001:db8:1:2::1", "2001:db8:1:2:ffff::1", "2001:db8:1:2:abcd:ef01:2345:6789"] {
        fail(&world, address);
    }
    assert_eq!(retry_after(world.try_password(PASSWORD, "2001:db8:1:2::99").unwrap_err()), 30);
    session_of(world.try_password(PASSWORD, "2001:db8:1:3::1").unwrap());
}

#[test]
fn setting_the_clock_back_neither_loosens_nor_lengthens_a_block() {
    let world = World::new();
    for _ in 0..3 {
        fail(&world, "192.0.2.1");
    }
    world.clock.advance(-100_000);
    assert_eq!(retry_after(world.try_password(PASSWORD, "192.0.2.1").unwrap_err()), 30);
    world.clock.advance(29);
    assert_eq!(retry_after(world.try_password(PASSWORD, "192.0.2.1").unwrap_err()), 1);
    world.clock.advance(1);
    session_of(world.try_password(PASSWORD, "192.0.2.1").unwrap());
}

#[test]
fn setting_the_clock_back_neither_loosens_nor_lengthens_a_window() {
    let world = World::new();
    for _ in 0..10 {
        world.access.admit(Action::Restore, &from("192.0.2.1")).unwrap();
    }
    world.clock.advance(-100_000);
    let again = || world.access.admit(Action::Restore, &from("192.0.2.1"));
    assert_eq!(again(), Err(Refusal::TooMany { retry_after_seconds: 60 }));
    world.clock.advance(60);
    assert_eq!(again(), Ok(()));
}

#[test]
fn every_action_has_the_limit_of_the_security_page() {
    for (action, limit, seconds) in [
        (Action::SignIn, 5, 60),
        (Action::SecondFactor, 5, 60),
        (Action::OidcStart, 10, 60),
        (Action::OidcReturn, 10, 60),
        (Action::PasswordChange, 10, 60),
        (Action::SecondFactorManagement, 10, 60),
        (Action::KeyIssue, 5, 3_600),
        (Action::Restore, 10, 60),
    ] {
        let world = World::new();
        let try_once = |address: &str| world.access.admit(action, &from(address));
        for _ in 0..limit {
            try_once("192.0.2.1").unwrap();
        }
        assert_eq!(
            try_once("192.0.2.1"),
            Err(Refusal::TooMany { retry_after_seconds: seconds }),
            "{action:?}"
        );
        try_once("192.0.2.2").unwrap();
        world.clock.advance(i64::try_from(seconds).unwrap() - 1);
        assert_eq!(try_once("192.0.2.1"), Err(Refusal::TooMany { retry_after_seconds: 1 }), "{action:?}");
        world.clock.advance(1);
        try_once("192.0.2.1").unwrap();
    }
}

#[test]
fn a_code_that_a_provider_does_not_take_is_a_guess_like_a_wrong_password() {
    let mut world = World::new();
    let dead = ProviderError::Unreachable("it is off".to_owned());
    for _ in 0..3 {
        let client = from("192.0.2.1");
        world.access.fail_oidc(world.access.try_oidc(&client).unwrap(), &dead, &client);
    }
    session_of(world.try_password(PASSWORD, "192.0.2.1").unwrap());
    let errors = [
        ProviderError::Refused("it says invalid_grant".to_owned()),
        ProviderError::Untrusted("its nonce is another".to_owned()),
        ProviderError::Refused("it says invalid_grant".to_owned()),
    ];
    for error in errors {
        let client = from("192.0.2.2");
        world.access.fail_oidc(world.access.try_oidc(&client).unwrap(), &error, &client);
    }
    for _ in 0..2 {
        assert_eq!(retry_after(world.access.try_oidc(&from("192.0.2.2")).unwrap_err()), 30);
        assert_eq!(retry_after(world.try_password(PASSWORD, "192.0.2.2").unwrap_err()), 30);
        world.restart();
    }
    // Many addresses buy few codes.
    let tried = (0..600).filter(|number| {
        let client = from(&format!("2001:db8:0:{number:x}::1"));
        let attempt = world.access.try_oidc(&client);
        attempt
            .map(|attempt| world.access.fail_oidc(attempt, &ProviderError::Refused("no".to_owned()), &client))
            .is_ok()
    });
    assert_eq!(tried.count(), 30 - 3 + 1, "what is left of the budget, and one more");
}

#[test]
fn a_limit_on_one_thing_is_none_on_another() {
    let world = World::new();
    for _ in 0..10 {
        world.access.admit(Action::Restore, &from("192.0.2.1")).unwrap();
    }
    assert!(world.access.admit(Action::Restore, &from("192.0.2.1")).is_err());
    session_of(world.try_password(PASSWORD, "192.0.2.1").unwrap());
}

/// One attempt from each of many addresses, as fast as they are admitted, for an hour.
fn guesses_in_an_hour(world: &World) -> usize {
    let mut guesses = 0;
    let mut net = 0_u32;
    for _ in 0..3_600 {
        loop {
            net += 1;
            let address = format!("2001:db8:{:x}:{:x}::1", net >> 16, net & 0xffff);
            match world.try_password("wrong", &address) {
                Err(Refusal::WrongPassword) => guesses += 1,
                Err(Refusal::TooMany { .. }) => break,
                other => panic!("{other:?}"),
            }
        }
        world.clock.advance(1);
    }
    guesses
}

#[test]
fn many_addresses_buy_few_guesses() {
    let world = World::new();
    let first_hour = guesses_in_an_hour(&world);
    assert!((300..600).contains(&first_hour), "{first_hour}");
    let second_hour = guesses_in_an_hour(&world);
    assert!((300..600).contains(&second_hour), "{second_hour}");
}

/// So many wrong passwords, each from an address of its own, as soon as it is admitted.
fn strain(world: &World, failures: usize) {
    for number in 0..failures {
        let address = format!("2001:db8:ffff:{number:x}::1");
        while let Err(Refusal::TooMany { .. }) = world.try_password("wrong", &address) {
            world.clock.advance(1);
        }
    }
}

#[test]
fn the_owner_gets_in_while_many_addresses_guess() {
    let world = World::new();
    session_of(world.try_password(PASSWORD, "192.0.2.1").unwrap());
    guesses_in_an_hour(&world);
    strain(&world, 1);
    session_of(world.try_password(PASSWORD, "192.0.2.1").unwrap());
    let mut seconds = 0;
    while world.try_password(PASSWORD, "198.51.100.1").is_err() {
        world.clock.advance(1);
        seconds += 1;
        assert!(seconds <= 30, "a stranger is slowed, not locked out");
    }
    assert!(seconds > 0);
}

#[test]
fn a_restart_does_not_make_the_owner_a_stranger() {
    let mut world = World::new();
    session_of(world.try_password(PASSWORD, "192.0.2.1").unwrap());
    world.restart();
    strain(&world, 40);
    assert_eq!(retry_after(world.try_password(PASSWORD, "203.0.113.2").unwrap_err()), 1);
    session_of(world.try_password(PASSWORD, "192.0.2.1").unwrap());
}

#[test]
fn who_signed_in_lately_is_no_stranger_even_without_a_session() {
    let world = World::new();
    let new = session_of(world.try_password(PASSWORD, "192.0.2.1").unwrap());
    world.access.sign_out(&new.session, &from("192.0.2.250")).unwrap();
    strain(&world, 40);
    session_of(world.try_password(PASSWORD, "192.0.2.1").unwrap());
}

#[test]
fn setting_the_clock_back_locks_no_stranger_out() {
    let world = World::new();
    strain(&world, 40);
    world.clock.advance(-100_000);
    assert_eq!(retry_after(world.try_password(PASSWORD, "192.0.2.1").unwrap_err()), 1);
    world.clock.advance(1);
    session_of(world.try_password(PASSWORD, "192.0.2.1").unwrap());
}

/// Otherwise a page loaded while another service guarded the pages would be a pass around the budget later.
#[test]
fn a_session_that_nobody_signed_in_for_makes_nobody_familiar() {
    let mut world = World::with(|settings| settings.auth_enabled = false, AccessPolicy::default());
    world.access.begin_external_session(&from("192.0.2.1")).unwrap();
    world.store.edit_behind_the_back(|settings| settings.auth_enabled = true);
    world.restart();
    strain(&world, 40);
    assert_eq!(retry_after(world.try_password(PASSWORD, "192.0.2.1").unwrap_err()), 1);
}

#[test]
fn a_guard_that_lets_everybody_through_cannot_flood_the_sessions() {
    let world = World::with(|settings| settings.auth_enabled = false, AccessPolicy::default());
    for _ in 0..30 {
        world.access.begin_external_session(&from("192.0.2.1")).unwrap();
    }
    assert_eq!(retry_after(world.access.begin_external_session(&from("192.0.2.1")).unwrap_err()), 60);
}

#[test]
fn attempts_at_once_count_before_they_have_failed() {
    let world = World::new();
    let outcomes: Vec<_> = std::thread::scope(|scope| {
        let threads: Vec<_> =
            (0..32).map(|_| scope.spawn(|| world.try_password("wrong", "192.0.2.1").unwrap_err())).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    let looked_at = outcomes.iter().filter(|refusal| **refusal == Refusal::WrongPassword).count();
    assert!((1..=3).contains(&looked_at), "{looked_at}");
    assert!(
        matches!(world.try_password(PASSWORD, "192.0.2.1"), Err(Refusal::TooMany { .. })) || looked_at < 3
    );
}

#[test]
fn a_restart_gives_no_guesses_back() {
    let mut world = World::new();
    for _ in 0..3 {
        fail(&world, "192.0.2.1");
    }
    world.restart();
    assert_eq!(retry_after(world.try_password(PASSWORD, "192.0.2.1").unwrap_err()), 30);
    strain(&world, 30);
    world.restart();
    assert_eq!(retry_after(world.try_password(PASSWORD, "198.51.100.1").unwrap_err()), 1);
}

#[test]
fn two_processes_count_together() {
    let world = World::new();
    let other = world.another_process();
    let attempt = |access: &traefik_manager_core::auth::Access, password: &str| {
        access.sign_in(SignIn {
            password: Secret::new(password),
            remember: false,
            client: from("192.0.2.1"),
            next: ReturnPath::default(),
        })
    };
    for access in [&world.access, &other, &world.access] {
        assert_eq!(attempt(access, "wrong").unwrap_err(), Refusal::WrongPassword);
    }
    for access in [&world.access, &other] {
        assert_eq!(retry_after(attempt(access, PASSWORD).unwrap_err()), 30);
    }
}

/// What is not counted can be tried without end; and where nothing can be written no session could be kept either.
#[test]
fn while_attempts_cannot_be_counted_nobody_gets_in_and_nothing_is_looked_at() {
    let name = || "attempts".to_owned();
    let errors: [fn(String) -> StorageError; 3] = [
        |name| StorageError::NoSpace { name },
        |name| StorageError::ReadOnly { name, reason: "read-only".to_owned() },
        |name| StorageError::Unreadable { name, reason: "input/output error".to_owned() },
    ];
    for error in errors {
        let world = World::with_second_factor();
        let pending = world.pending("192.0.2.1");
        let rounds = world.passwords.rounds();
        world.attempts.fail_next(error(name()));
        let refusal = world.try_password(PASSWORD, "192.0.2.2").unwrap_err();
        assert!(matches!(refusal, Refusal::Unavailable(_)), "{refusal:?}");
        assert_eq!(world.passwords.rounds(), rounds);
        world.attempts.fail_next(error(name()));
        let code = world.access.complete_second_factor(&pending, &world.code(), &from("192.0.2.1"));
        assert!(matches!(code, Err(Refusal::Unavailable(_))));
        session_of(world.access.complete_second_factor(&pending, &world.code(), &from("192.0.2.1")).unwrap());
    }
}

#[test]
fn whoever_damages_the_counts_slows_strangers_down() {
    let world = World::new();
    world.attempts.edit_behind_the_back("\u{0}\u{0}");
    fail(&world, "192.0.2.1");
    assert_eq!(retry_after(world.try_password(PASSWORD, "192.0.2.2").unwrap_err()), 1);
    world.clock.advance(1);
    session_of(world.try_password(PASSWORD, "192.0.2.2").unwrap());
    assert!(world.attempts.text().starts_with("attempts 1\n"), "mended");
}
