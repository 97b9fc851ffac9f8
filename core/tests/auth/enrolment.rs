//! Switching the second factor on and off, and the recovery codes.

use traefik_manager_core::{
    auth::{AccessPolicy, Enrolled, NewSession, Refusal, SignedIn},
    config::store::StorageError,
    crypto::SecretCipher,
    secret::Secret,
    test_support::{FakeCipher, FakeOneTimePasswords},
};

use crate::world::{PASSWORD, World, from, retry_after, session_of};

const ME: &str = "192.0.2.250";

fn password(text: &str) -> Secret {
    Secret::new(text)
}

fn enrol(world: &World, by: &NewSession) -> Result<Enrolled, Refusal> {
    let right = password(PASSWORD);
    world.access.begin_enrolment(&by.session, Some(&right), &from(ME))?;
    world.access.confirm_enrolment(&by.session, &world.code(), &from(ME))
}

fn try_code(world: &World, code: &str) -> Result<SignedIn, Refusal> {
    let pending = world.pending("192.0.2.1");
    world.access.complete_second_factor(&pending, code, &from("192.0.2.1"))
}

#[test]
fn a_code_switches_the_second_factor_on_and_ends_every_other_session() {
    let world = World::new();
    let (mine, other) = (world.sign_in(false), world.sign_in(true));
    let enrolment = world.access.begin_enrolment(&mine.session, None, &from(ME)).unwrap();
    let secret = enrolment.secret.expose().to_owned();
    assert_eq!(secret.len(), 32, "160 bits");
    assert_eq!(
        enrolment.uri.expose(),
        format!("otpauth://totp/traefik-manager:Traefik%20Manager?secret={secret}&issuer=traefik-manager")
    );
    assert!(!format!("{enrolment:?}").contains(&secret));
    assert!(!world.access.second_factor().is_on && world.store.saves() == 0, "nothing is stored yet");
    let enrolled = world.access.confirm_enrolment(&mine.session, &world.code(), &from(ME)).unwrap();
    assert!(!world.is_open(&mine) && !world.is_open(&other) && world.is_open(&enrolled.session));
    let stored = world.store.stored().unwrap();
    assert!(stored.otp_enabled);
    assert_eq!(FakeCipher::default().open(&stored.otp_secret).unwrap().expose(), secret);
    assert_eq!(enrolled.recovery_codes.len(), 10);
    for code in &enrolled.recovery_codes {
        assert!(stored.otp_recovery.iter().all(|kept| !kept.contains(code.expose())), "digests are kept");
    }
    let refusal = try_code(&world, &world.code()).unwrap_err();
    assert_eq!(refusal, Refusal::WrongCode, "the code that switched it on is used");
    world.clock.advance(60);
    session_of(try_code(&world, &world.code()).unwrap());
}

/// Who finds a session open, or has copied its cookie, must not put an authenticator of his own before the owner's door
/// (ASVS 5.0 no. 7.5.1). Who has signed in just now has shown who they are.
#[test]
fn a_session_that_has_been_open_for_a_while_enrols_nobody_without_the_password() {
    let world = World::new();
    let mine = world.sign_in(true);
    let begin = |entered: Option<&str>| {
        let entered = entered.map(password);
        world.access.begin_enrolment(&mine.session, entered.as_ref(), &from(ME)).map(drop)
    };
    for (after, asks) in [(0, false), (599, false), (1, true), (3_600, true)] {
        world.clock.advance(after);
        assert_eq!(world.access.asks_before_enrolment(&mine.session), asks, "{after}");
        let missing = Refusal::Invalid { field: "password", message: "Enter your password.".to_owned() };
        assert_eq!(begin(None), if asks { Err(missing) } else { Ok(()) }, "{after}");
    }
    assert_eq!(begin(Some("wrong")), Err(Refusal::WrongPassword));
    assert_eq!(begin(Some(PASSWORD)), Ok(()));
    world.clock.advance(-4_300);
    assert!(begin(None).is_err(), "a clock that was set back makes nobody new");
}

#[test]
fn a_mistyped_code_uses_nothing_up() {
    let world = World::new();
    let mine = world.sign_in(false);
    world.access.begin_enrolment(&mine.session, None, &from(ME)).unwrap();
    for code in ["", "000000", "12345", "abcdef", "１"] {
        let refusal = world.access.confirm_enrolment(&mine.session, code, &from(ME)).unwrap_err();
        assert_eq!(refusal, Refusal::WrongCode, "{code}");
    }
    assert!(world.access.pending_enrolment(&mine.session).is_some());
    let wide: String = world.code().chars().map(|c| char::from_u32(u32::from(c) + 0xfee0).unwrap()).collect();
    world.access.confirm_enrolment(&mine.session, &wide, &from(ME)).unwrap();
}

#[test]
fn a_secret_waits_ten_minutes_for_its_code_and_for_its_session_alone() {
    let world = World::new();
    let (mine, other) = (world.sign_in(false), world.sign_in(false));
    world.access.begin_enrolment(&mine.session, None, &from(ME)).unwrap();
    let theirs = world.access.confirm_enrolment(&other.session, &world.code(), &from(ME));
    assert!(matches!(theirs, Err(Refusal::Conflict { .. })));
    world.clock.advance(599);
    assert!(world.access.pending_enrolment(&mine.session).is_some());
    world.clock.advance(1);
    assert!(world.access.pending_enrolment(&mine.session).is_none());
    let late = world.access.confirm_enrolment(&mine.session, &world.code(), &from(ME));
    assert!(matches!(late, Err(Refusal::Conflict { .. })));
}

#[test]
fn a_secret_that_waits_does_not_outlive_a_change_of_credentials() {
    let world = World::new();
    let mine = world.sign_in(false);
    world.access.begin_enrolment(&mine.session, None, &from(ME)).unwrap();
    world.store.edit_behind_the_back(|settings| settings.password_hash.push('x'));
    let refusal = world.access.confirm_enrolment(&mine.session, &world.code(), &from(ME)).unwrap_err();
    assert!(matches!(refusal, Refusal::Conflict { .. }), "{refusal}");
    assert!(!world.store.stored().unwrap().otp_enabled);
}

#[test]
fn an_open_session_is_not_enough_to_replace_or_remove_it() {
    let world = World::new();
    let mine = enrol(&world, &world.sign_in(false)).unwrap().session;
    let before = world.store.stored().unwrap();
    for (entered, expected) in
        [(None, "Enter your password."), (Some(""), "Enter your password."), (Some("wrong"), "not right")]
    {
        world.clock.advance(60);
        let entered = entered.map(password);
        let refusals = [
            world.access.begin_enrolment(&mine.session, entered.as_ref(), &from(ME)).map(drop),
            world.access.disable_second_factor(&mine.session, entered.as_ref(), &from(ME)).map(drop),
            world.access.renew_recovery_codes(&mine.session, entered.as_ref(), &from(ME)).map(drop),
        ];
        for refusal in refusals {
            let refusal = refusal.unwrap_err();
            assert!(refusal.to_string().contains(expected), "{refusal}");
        }
    }
    assert!(*world.store.stored().unwrap() == *before);
    let refusal = world.access.disable_second_factor(&mine.session, None, &from(ME)).unwrap_err();
    assert_eq!(retry_after(refusal), 30, "guessing the password here is limited as everywhere");
}

#[test]
fn the_password_switches_it_off_and_ends_every_other_session() {
    let world = World::new();
    let mine = enrol(&world, &world.sign_in(false)).unwrap().session;
    let right = password(PASSWORD);
    let new = world.access.disable_second_factor(&mine.session, Some(&right), &from(ME)).unwrap();
    assert!(!world.is_open(&mine) && world.is_open(&new));
    let stored = world.store.stored().unwrap();
    assert!(!stored.otp_enabled && stored.otp_secret.is_empty() && stored.otp_recovery.is_empty());
    assert_eq!(stored.otp_last_step, None);
    session_of(world.try_password(PASSWORD, "192.0.2.1").unwrap());
}

#[test]
fn a_recovery_code_works_once_in_any_process() {
    let world = World::new();
    let codes = enrol(&world, &world.sign_in(false)).unwrap().recovery_codes;
    let (first, second) = (codes[0].expose(), codes[1].expose());
    session_of(try_code(&world, first).unwrap());
    assert_eq!(try_code(&world, first).unwrap_err(), Refusal::WrongCode);
    assert_eq!(world.access.second_factor().recovery_codes, 9);
    world.clock.advance(120);
    let mut world = world;
    world.restart();
    assert_eq!(try_code(&world, first).unwrap_err(), Refusal::WrongCode, "after a restart too");
    session_of(try_code(&world, &second.to_uppercase().replace('-', " ")).unwrap());
    assert_eq!(try_code(&world, "aaaa-aaaa-aaaa-aaaa-aaaa-aaaa").unwrap_err(), Refusal::WrongCode);
}

#[test]
fn guessing_recovery_codes_is_guessing_codes() {
    let world = World::new();
    enrol(&world, &world.sign_in(false)).unwrap();
    for _ in 0..3 {
        assert_eq!(try_code(&world, "aaaa-aaaa-aaaa-aaaa-aaaa-aaaa").unwrap_err(), Refusal::WrongCode);
    }
    assert_eq!(retry_after(world.try_password(PASSWORD, "192.0.2.1").unwrap_err()), 30);
}

#[test]
fn new_recovery_codes_make_the_old_ones_worthless() {
    let world = World::new();
    let enrolled = enrol(&world, &world.sign_in(false)).unwrap();
    let right = password(PASSWORD);
    let session = &enrolled.session.session;
    let codes = world.access.renew_recovery_codes(session, Some(&right), &from(ME)).unwrap();
    assert!(world.is_open(&enrolled.session));
    assert_eq!(try_code(&world, enrolled.recovery_codes[0].expose()).unwrap_err(), Refusal::WrongCode);
    session_of(try_code(&world, codes[9].expose()).unwrap());
    let off = World::new();
    let mine = off.sign_in(false);
    let refusal = off.access.renew_recovery_codes(&mine.session, Some(&right), &from(ME)).unwrap_err();
    assert!(matches!(refusal, Refusal::Conflict { .. }));
}

#[test]
fn the_limit_is_ten_a_minute() {
    let world = World::new();
    let mine = world.sign_in(false);
    for _ in 0..10 {
        world.access.begin_enrolment(&mine.session, None, &from(ME)).unwrap();
    }
    let refusal = world.access.begin_enrolment(&mine.session, None, &from(ME)).unwrap_err();
    assert_eq!(retry_after(refusal), 60);
}

#[test]
fn nothing_is_half_on_when_the_disk_is_full() {
    let world = World::new();
    let (mine, other) = (world.sign_in(false), world.sign_in(false));
    world.access.begin_enrolment(&mine.session, None, &from(ME)).unwrap();
    world.sessions.fail_next_write(StorageError::NoSpace { name: "sessions.json".to_owned() });
    let refusal = world.access.confirm_enrolment(&mine.session, &world.code(), &from(ME)).unwrap_err();
    assert!(matches!(refusal, Refusal::NotKept { is_full: true, .. }));
    assert!(world.is_open(&mine) && world.is_open(&other) && world.store.saves() == 0);
    world.store.fail_next_save(StorageError::NoSpace { name: "manager.yml".to_owned() }.into());
    let refusal = world.access.confirm_enrolment(&mine.session, &world.code(), &from(ME)).unwrap_err();
    assert!(matches!(refusal, Refusal::NotKept { is_full: true, .. }));
    assert!(!world.store.stored().unwrap().otp_enabled);
    world.access.confirm_enrolment(&mine.session, &world.code(), &from(ME)).unwrap();
}

#[test]
fn whoever_did_not_sign_in_here_changes_nothing() {
    let world = World::with(|settings| settings.auth_enabled = false, AccessPolicy::default());
    let visitor = world.access.begin_external_session(&from(ME)).unwrap();
    let refusal = world.access.begin_enrolment(&visitor.session, None, &from(ME)).unwrap_err();
    assert!(matches!(refusal, Refusal::Conflict { .. }));
    let world = World::new();
    let mine = world.sign_in(false);
    world.access.sign_out(&mine.session, &from(ME)).unwrap();
    let refusal = world.access.begin_enrolment(&mine.session, None, &from(ME)).unwrap_err();
    assert!(matches!(refusal, Refusal::Forbidden { .. }));
}

#[test]
fn without_randomness_no_secret_and_no_code_is_made() {
    let world = World::new();
    let mine = world.sign_in(false);
    world.access.begin_enrolment(&mine.session, None, &from(ME)).unwrap();
    world.entropy.fail(true);
    assert!(world.access.begin_enrolment(&mine.session, None, &from(ME)).is_err());
    assert!(world.access.confirm_enrolment(&mine.session, &world.code(), &from(ME)).is_err());
    assert!(!world.store.stored().unwrap().otp_enabled);
}

#[test]
fn the_admin_password_counts_here_too() {
    let world = World::with_admin_password("from the environment");
    let mine = session_of(world.try_password("from the environment", "192.0.2.1").unwrap());
    world.access.begin_enrolment(&mine.session, None, &from(ME)).unwrap();
    let code = FakeOneTimePasswords::code_at(u64::try_from(world.now().0).unwrap());
    let enrolled = world.access.confirm_enrolment(&mine.session, &code, &from(ME)).unwrap();
    let session = &enrolled.session.session;
    let stored = password(PASSWORD);
    let refusal = world.access.disable_second_factor(session, Some(&stored), &from(ME)).unwrap_err();
    assert_eq!(refusal, Refusal::WrongPassword);
    let admin = password("from the environment");
    world.access.disable_second_factor(session, Some(&admin), &from(ME)).unwrap();
}
