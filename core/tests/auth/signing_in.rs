use traefik_manager_core::{
    auth::{Access, AccessPolicy, Refusal, SignedIn},
    crypto::PasswordHasher,
    secret::Secret,
    session::SignInMethod,
    settings::{SettingsCell, SettingsError, SettingsStore},
    test_support::{FakeEntropy, FakePasswords, MemorySettingsStore, sample_settings},
};

use crate::world::{PASSWORD, World, from, session_of};

#[test]
fn the_right_password_opens_a_session_and_leads_on() {
    let world = World::new();
    let SignedIn::Session { new, next, must_change_password } =
        world.try_password(PASSWORD, "192.0.2.1").unwrap()
    else {
        panic!("no second factor is set up");
    };
    assert_eq!(next.as_str(), "/routes?tab=tcp");
    assert!(!must_change_password);
    assert!(!new.persistent);
    assert_eq!(new.max_age_seconds, None, "the cookie ends with the browser");
    assert_eq!(new.session.method(), SignInMethod::Password);
    let session = world.access.open_session(new.cookie.expose()).unwrap();
    assert_eq!(session.key(), new.session.key());
    assert_eq!(session.address(), Some("192.0.2.1".parse().unwrap()));
}

#[test]
fn remember_me_keeps_the_cookie_for_seven_days() {
    let new = World::new().sign_in(true);
    assert!(new.persistent);
    assert_eq!(new.max_age_seconds, Some(7 * 24 * 3_600));
}

#[test]
fn a_wrong_password_opens_nothing() {
    let world = World::new();
    for (guess, octet) in
        ["", "correct", "correct horse ", "CORRECT HORSE", "fake$correct horse"].iter().zip(1..)
    {
        let refusal = world.try_password(guess, &format!("192.0.2.{octet}")).unwrap_err();
        assert_eq!(refusal, Refusal::WrongPassword);
    }
}

/// Wrong, and none set, and none set but guessed as empty: one answer after one hash each.
#[test]
fn nobody_can_tell_whether_a_password_is_set() {
    let with = World::new();
    let without = World::with(|settings| settings.password_hash.clear(), AccessPolicy::default());
    let admin = World::with_admin_password("from the environment");
    for world in [&with, &without, &admin] {
        for (guess, address) in [("wrong", "192.0.2.1"), ("", "192.0.2.2")] {
            let rounds = world.passwords.rounds();
            assert_eq!(world.try_password(guess, address).unwrap_err(), Refusal::WrongPassword);
            assert_eq!(world.passwords.rounds(), rounds + 1);
        }
    }
    let rounds = admin.passwords.rounds();
    session_of(admin.try_password("from the environment", "192.0.2.3").unwrap());
    assert_eq!(admin.passwords.rounds(), rounds + 1);
}

#[test]
fn the_admin_password_goes_over_the_stored_one() {
    let world = World::with_admin_password("from the environment");
    assert_eq!(world.try_password(PASSWORD, "192.0.2.1").unwrap_err(), Refusal::WrongPassword);
    session_of(world.try_password("from the environment", "192.0.2.1").unwrap());
    let world = World::with_admin_password("");
    assert_eq!(
        world.try_password("", "192.0.2.1").unwrap_err(),
        Refusal::WrongPassword,
        "an empty one is none"
    );
    session_of(world.try_password(PASSWORD, "192.0.2.1").unwrap());
}

#[test]
fn a_temporary_password_must_be_changed_unless_the_environment_sets_one() {
    let temporary = |policy| World::with(|settings| settings.must_change_password = true, policy);
    let world = temporary(AccessPolicy::default());
    let signed_in = world.try_password(PASSWORD, "192.0.2.1").unwrap();
    assert!(matches!(signed_in, SignedIn::Session { must_change_password: true, .. }));
    assert!(world.access.must_change_password());
    let admin_password = Some(Secret::new("from the environment"));
    let world = temporary(AccessPolicy { admin_password, ..AccessPolicy::default() });
    assert!(!world.access.must_change_password());
}

#[test]
fn the_environment_decides_whether_people_sign_in_and_otherwise_the_settings() {
    for (stored, environment, asks) in
        [(true, None, true), (false, None, false), (true, Some(false), false), (false, Some(true), true)]
    {
        let world = World::with(
            |settings| settings.auth_enabled = stored,
            AccessPolicy { auth_enabled: environment, ..AccessPolicy::default() },
        );
        assert_eq!(world.access.asks_to_sign_in(), asks);
        assert_eq!(world.access.sign_in_is_set_by_environment(), environment.is_some());
        let external = world.access.begin_external_session(&from("192.0.2.1"));
        let password = world.try_password(PASSWORD, "192.0.2.1");
        if asks {
            assert!(matches!(external, Err(Refusal::Forbidden { .. })));
            assert!(password.is_ok());
        } else {
            assert_eq!(external.unwrap().session.method(), SignInMethod::External);
            assert!(matches!(password, Err(Refusal::Conflict { .. })));
        }
    }
}

#[test]
fn a_session_that_nobody_signed_in_for_ends_when_people_must_sign_in() {
    let world = World::with(|settings| settings.auth_enabled = false, AccessPolicy::default());
    let new = world.access.begin_external_session(&from("192.0.2.1")).unwrap();
    assert!(world.is_open(&new));
    world.store.edit_behind_the_back(|settings| settings.auth_enabled = true);
    assert!(world.another_process().open_session(new.cookie.expose()).is_none());
}

#[test]
fn a_first_start_has_a_temporary_password_of_128_bits() {
    let (entropy, passwords) = (FakeEntropy::default(), FakePasswords::default());
    let (settings, password) = Access::first_settings(&entropy, &passwords, sample_settings()).unwrap();
    assert_eq!(password.expose().len(), 22, "16 bytes in base64");
    assert!(passwords.verify(&password, &settings.password_hash));
    assert!(settings.must_change_password && !settings.setup_complete);
    let (_, another) = Access::first_settings(&entropy, &passwords, sample_settings()).unwrap();
    assert!(!password.matches(another.expose()));
    entropy.fail(true);
    assert!(Access::first_settings(&entropy, &passwords, sample_settings()).is_err());
}

/// Two processes start on an empty folder: the password of exactly one is stored, and both know which.
#[test]
fn of_two_first_starts_one_wins() {
    let store = std::sync::Arc::new(MemorySettingsStore::default());
    let (entropy, passwords) = (FakeEntropy::default(), FakePasswords::default());
    let (mine, _) = Access::first_settings(&entropy, &passwords, sample_settings()).unwrap();
    let (theirs, _) = Access::first_settings(&entropy, &passwords, sample_settings()).unwrap();
    let cell = SettingsCell::open(store.clone(), || {
        // The other process is quicker.
        let condition = traefik_manager_core::config::store::WriteCondition::CreateNew;
        store.save(&theirs, &condition)?;
        Ok::<_, SettingsError>(mine.clone())
    })
    .unwrap();
    assert_eq!(cell.current().password_hash, theirs.password_hash);
    assert_ne!(cell.current().password_hash, mine.password_hash);
}

#[test]
fn without_randomness_nobody_gets_a_session() {
    let world = World::new();
    world.entropy.fail(true);
    assert!(matches!(world.try_password(PASSWORD, "192.0.2.1"), Err(Refusal::Unavailable(_))));
    assert!(matches!(world.access.login_form(), Err(Refusal::Unavailable(_))));
}

#[test]
fn nothing_that_can_be_printed_shows_a_secret() {
    let world = World::with_admin_password("from the environment");
    let signed_in = world.try_password("from the environment", "192.0.2.1").unwrap();
    let shown = format!("{signed_in:?} {:?} {:?}", world.access, world.access.login_form().unwrap());
    let new = session_of(signed_in);
    let form = world.access.login_form().unwrap();
    for secret in ["from the environment", new.cookie.expose(), &form.token, PASSWORD] {
        assert!(!shown.contains(secret), "{shown}");
    }
    let world = World::with_second_factor();
    let pending = world.try_password(PASSWORD, "192.0.2.1").unwrap();
    let shown = format!("{pending:?}");
    assert!(matches!(pending, SignedIn::NeedsCode { pending } if !shown.contains(&pending)));
}
