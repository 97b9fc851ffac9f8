//! Stores that fail: nobody gets in who should not, and nothing is half done.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use traefik_manager_core::{
    api_key::{KeyHandle, KeyRequest},
    auth::{Access, AccessPolicy, PasswordChange, Principal, Refusal, ReturnPath, SignIn},
    config::store::{Revision, StorageError, WriteCondition},
    secret::Secret,
    settings::{Settings, SettingsCell, SettingsError, SettingsStore, StoredSettings},
    test_support::MemorySettingsStore,
};

use crate::world::{PASSWORD, World, from, session_of};

fn unreadable() -> StorageError {
    StorageError::Unreadable { name: "sessions".to_owned(), reason: "input/output error".to_owned() }
}

fn is_unavailable<T>(result: &Result<T, Refusal>) -> bool {
    matches!(result, Err(Refusal::Unavailable(_) | Refusal::NotKept { .. }))
}

#[test]
fn with_a_broken_settings_file_nobody_signs_in_and_nothing_changes() {
    let world = World::new();
    let mine = world.sign_in(false);
    let issued = world
        .access
        .issue_key(&KeyRequest::for_device("phone"), &Principal::Session(mine.session.clone()), &from("::1"))
        .unwrap();
    world.store.break_file("line 3: did not find expected key");
    for (octet, guess) in (1..).zip(["", "wrong", PASSWORD]) {
        assert!(is_unavailable(&world.try_password(guess, &format!("192.0.2.{octet}"))));
    }
    let change = PasswordChange {
        current: Some(Secret::new(PASSWORD)),
        new: Secret::new("battery staple"),
        confirm: Secret::new("battery staple"),
    };
    assert!(is_unavailable(&world.access.change_password(&mine.session, change, &from("192.0.2.1"))));
    assert!(is_unavailable(&world.access.reset_password(true)));
    let handle = KeyHandle::Name("phone".to_owned());
    assert!(is_unavailable(&world.access.revoke_key(
        &handle,
        &Principal::Session(mine.session.clone()),
        &from("192.0.2.1")
    )));
    assert!(world.is_open(&mine), "what was open goes on");
    assert!(world.access.recognise_key(issued.key.expose(), &from("::1")).is_some());
    let wrong = world.access.authenticate_key("wrong", &from("192.0.2.1"));
    assert_eq!(wrong.unwrap_err(), Refusal::WrongKey);
    world.store.mend_file();
    session_of(world.try_password(PASSWORD, "192.0.2.9").unwrap());
    assert!(world.is_open(&mine));
}

#[test]
fn what_a_visitor_reads_about_a_broken_file_names_no_file() {
    let world = World::new();
    world.store.break_file("line 3: did not find expected key");
    let refusal = world.try_password(PASSWORD, "192.0.2.1").unwrap_err();
    assert!(!refusal.to_string().contains("manager.yml"));
    assert!(matches!(refusal, Refusal::Unavailable(detail) if detail.contains("line 3")));
}

#[test]
fn sessions_that_cannot_be_read_are_not_open() {
    let world = World::new();
    let mine = world.sign_in(false);
    world.sessions.fail_next_read(unreadable());
    assert!(!world.is_open(&mine));
    assert!(world.is_open(&mine));
}

#[test]
fn a_session_that_cannot_be_stored_is_not_given() {
    let world = World::new();
    world.sessions.fail_next_write(unreadable());
    assert!(is_unavailable(&world.try_password(PASSWORD, "192.0.2.1")));
}

#[test]
fn signing_out_that_fails_says_so() {
    let world = World::new();
    let mine = world.sign_in(false);
    world.sessions.fail_next_write(unreadable());
    assert!(is_unavailable(&world.access.sign_out(&mine.session, &from("192.0.2.250"))));
    assert!(!world.is_open(&mine), "and the session is over");
}

#[test]
fn a_full_disk_is_told_to_those_who_are_in_and_to_nobody_else() {
    let full = || StorageError::NoSpace { name: "sessions.json".to_owned() };
    let world = World::new();
    let mine = world.sign_in(false);
    world.sessions.fail_next_write(full());
    match world.access.sign_out(&mine.session, &from("192.0.2.250")) {
        Err(Refusal::NotKept { message, is_full: true }) => {
            assert!(message.contains("signed out") && message.contains("sessions.json"), "{message}");
            assert!(message.contains("free some"), "{message}");
        }
        other => panic!("{other:?}"),
    }
    assert!(!world.is_open(&mine));
    world.sessions.fail_next_write(full());
    let refusal = world.try_password(PASSWORD, "192.0.2.1").unwrap_err();
    assert!(matches!(&refusal, Refusal::Unavailable(_)), "{refusal:?}");
    assert!(!refusal.to_string().contains("sessions.json"));
}

/// Otherwise the password would be new while a stolen session goes on.
#[test]
fn a_password_does_not_change_while_sessions_cannot_be_ended() {
    let world = World::new();
    let mine = world.sign_in(false);
    let change = || PasswordChange {
        current: Some(Secret::new(PASSWORD)),
        new: Secret::new("battery staple"),
        confirm: Secret::new("battery staple"),
    };
    world.sessions.fail_next_write(unreadable());
    assert!(is_unavailable(&world.access.change_password(&mine.session, change(), &from("192.0.2.1"))));
    assert_eq!(world.store.saves(), 0);
    world.sessions.fail_next_write(unreadable());
    assert!(is_unavailable(&world.access.reset_password(false)));
    assert_eq!(world.store.saves(), 0);
    assert!(world.is_open(&mine));
    world.store.fail_next_save(StorageError::NoSpace { name: "manager.yml".to_owned() }.into());
    assert!(is_unavailable(&world.access.change_password(&mine.session, change(), &from("192.0.2.1"))));
    assert!(world.is_open(&mine), "whoever tried is still signed in");
    world.access.change_password(&mine.session, change(), &from("192.0.2.1")).unwrap();
}

/// A settings file that cannot be read for a while, without anybody having touched it.
#[derive(Debug)]
struct Flaky {
    inner: Arc<MemorySettingsStore>,
    fails: AtomicBool,
}

impl SettingsStore for Flaky {
    fn generation(&self) -> u64 {
        self.inner.generation()
    }

    fn load(&self) -> Result<Option<StoredSettings>, SettingsError> {
        if self.fails.load(Ordering::SeqCst) { Err(unreadable().into()) } else { self.inner.load() }
    }

    fn save(&self, settings: &Settings, condition: &WriteCondition) -> Result<Revision, SettingsError> {
        self.inner.save(settings, condition)
    }
}

#[test]
fn a_file_that_could_not_be_read_once_is_read_again() {
    let world = World::new();
    let store = Arc::new(Flaky { inner: world.store.clone(), fails: AtomicBool::new(false) });
    let cell = Arc::new(SettingsCell::open(store.clone(), || panic!("there are settings")).unwrap());
    let access = Access::new(world.ports.clone(), cell, AccessPolicy::default());
    let sign_in = |address: &str| {
        let next = ReturnPath::default();
        access.sign_in(SignIn {
            password: Secret::new(PASSWORD),
            remember: false,
            client: from(address),
            next,
        })
    };
    store.fails.store(true, Ordering::SeqCst);
    world.store.edit_behind_the_back(|settings| settings.domains.clear());
    assert!(is_unavailable(&sign_in("192.0.2.1")));
    assert!(is_unavailable(&sign_in("192.0.2.1")), "still");
    store.fails.store(false, Ordering::SeqCst);
    session_of(sign_in("192.0.2.1").unwrap());
}
