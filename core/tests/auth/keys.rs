use traefik_manager_core::{
    api_key::{ApiKey, IssuedKey, KeyHandle, KeyHolder, KeyRequest, Scope, Scopes},
    auth::{AccessPolicy, Principal, Refusal},
    clock::Timestamp,
    config::store::StorageError,
    crypto::{Digests, hex},
    test_support::FakeDigests,
};

use crate::world::{DAY, World, from, retry_after};

fn by() -> Principal {
    Principal::Key(KeyHolder { name: "phone".to_owned(), scopes: Scopes::default(), expires_at: None })
}

fn issue(world: &World, name: &str) -> Result<String, Refusal> {
    let issued = world.access.issue_key(&KeyRequest::for_device(name), &by(), &from("192.0.2.1"))?;
    world.clock.advance(3_600);
    Ok(issued.key.expose().to_owned())
}

fn authenticate(world: &World, key: &str, address: &str) -> Result<String, Refusal> {
    world.access.authenticate_key(key, &from(address)).map(|holder| holder.name)
}

fn digest(key: &str) -> String {
    format!("sha256:{}", hex(&FakeDigests::default().sha256(key.as_bytes())))
}

fn stored(name: &str, hash: &str, preview: &str) -> ApiKey {
    ApiKey {
        name: name.to_owned(),
        hash: hash.to_owned(),
        preview: preview.to_owned(),
        created_at: "2026-11-20 15:29".to_owned(),
        scopes: Scopes::default(),
        expires_at: None,
    }
}

#[test]
fn a_key_is_shown_once_and_kept_as_a_digest() {
    let world = World::new();
    let issued =
        world.access.issue_key(&KeyRequest::for_device("  Pixel 8 "), &by(), &from("192.0.2.1")).unwrap();
    let key = issued.key.expose();
    assert_eq!(key.len(), 43, "32 bytes in base64");
    assert_eq!(issued.stored.name, "Pixel 8");
    assert_eq!(issued.stored.hash, digest(key));
    assert_eq!(issued.stored.preview, format!("{}...{}", &key[..8], &key[39..]));
    assert_eq!(issued.stored.created_at, "2026-11-21 09:00");
    assert_eq!(world.store.stored().unwrap().api_keys.as_slice(), std::slice::from_ref(&issued.stored));
    assert!(!format!("{issued:?}").contains(key));
    assert!(!format!("{issued:?}").contains(&issued.stored.hash));
    assert_eq!(authenticate(&world, key, "192.0.2.9").unwrap(), "Pixel 8");
    assert_eq!(world.another_process().recognise_key(key, &from("192.0.2.1")).unwrap().name, "Pixel 8");
}

#[test]
fn only_the_very_key_is_right() {
    let world = World::new();
    let key = issue(&world, "phone").unwrap();
    let long = "x".repeat(100_000);
    let wrong =
        ["", " ", &key[1..], &key[..42], &format!("{key} "), &digest(&key), "sha256:", "é", long.as_str()];
    for (wrong, octet) in wrong.iter().zip(1..) {
        assert_eq!(authenticate(&world, wrong, &format!("192.0.2.{octet}")).unwrap_err(), Refusal::WrongKey);
    }
    assert_eq!(authenticate(&world, &key.to_lowercase(), "192.0.2.99").unwrap_err(), Refusal::WrongKey);
}

#[test]
fn an_empty_stored_hash_fits_no_key() {
    let keys = vec![stored("broken", "", ""), stored("half", "sha256:", ""), stored("text", "secret", "")];
    let world = World::with(|settings| settings.api_keys = keys, AccessPolicy::default());
    for (key, octet) in ["", "secret", "sha256:"].iter().zip(1..) {
        assert_eq!(authenticate(&world, key, &format!("192.0.2.{octet}")).unwrap_err(), Refusal::WrongKey);
    }
}

#[test]
fn there_are_ten_keys_at_most() {
    let world = World::new();
    for number in 1..=10 {
        issue(&world, &format!("device {number}")).unwrap();
    }
    let refusal = issue(&world, "device 11").unwrap_err();
    assert!(matches!(refusal, Refusal::Invalid { field: "device_name", .. }));
    assert_eq!(world.access.keys().len(), 10);
    world.access.revoke_key(&KeyHandle::Name("device 4".to_owned()), &by(), &from("192.0.2.1")).unwrap();
    world.clock.advance(3_600);
    issue(&world, "device 11").unwrap();
}

#[test]
fn a_name_is_taken_once() {
    let world = World::new();
    issue(&world, "phone").unwrap();
    assert!(matches!(issue(&world, " phone "), Err(Refusal::Conflict { .. })));
    assert_eq!(world.access.keys().len(), 1);
}

#[test]
fn a_name_has_1_to_50_characters_without_control_characters() {
    let world = World::new();
    for wrong in ["", "   ", "\t\n", &"é".repeat(51), "two\nlines", "bell\u{7}"] {
        let refusal = issue(&world, wrong).unwrap_err();
        assert!(matches!(refusal, Refusal::Invalid { field: "device_name", .. }), "{wrong:?}");
    }
    issue(&world, &"é".repeat(50)).unwrap();
    issue(&world, "'\"#: {{ .x }} – Küche").unwrap();
}

#[test]
fn keys_are_made_five_an_hour() {
    let world = World::new();
    let issue = |number: i32| {
        world
            .access
            .issue_key(&KeyRequest::for_device(&format!("device {number}")), &by(), &from("192.0.2.1"))
            .map(|_| ())
    };
    for number in 0..5 {
        issue(number).unwrap();
        world.clock.advance(60);
    }
    assert_eq!(retry_after(issue(5).unwrap_err()), 3_300);
    world.clock.advance(3_299);
    assert_eq!(retry_after(issue(5).unwrap_err()), 1);
    world.clock.advance(1);
    issue(5).unwrap();
}

#[test]
fn a_revoked_key_opens_nothing_and_the_others_go_on() {
    let mut world = World::new();
    let (lost, kept) = (issue(&world, "lost").unwrap(), issue(&world, "kept").unwrap());
    world.access.revoke_key(&KeyHandle::Name("lost".to_owned()), &by(), &from("192.0.2.1")).unwrap();
    assert_eq!(authenticate(&world, &lost, "192.0.2.1").unwrap_err(), Refusal::WrongKey);
    assert_eq!(authenticate(&world, &kept, "192.0.2.1").unwrap(), "kept");
    world.restart();
    assert_eq!(authenticate(&world, &lost, "192.0.2.1").unwrap_err(), Refusal::WrongKey);
    let preview = world.access.keys()[0].preview.clone();
    world.access.revoke_key(&KeyHandle::Preview(preview), &by(), &from("192.0.2.1")).unwrap();
    assert!(world.access.keys().is_empty());
}

#[test]
fn revoking_what_does_not_exist_says_so() {
    let world = World::new();
    issue(&world, "phone").unwrap();
    for handle in [
        KeyHandle::Name("Phone".to_owned()),
        KeyHandle::Name(String::new()),
        KeyHandle::Preview("phone".to_owned()),
    ] {
        assert!(matches!(
            world.access.revoke_key(&handle, &by(), &from("192.0.2.1")),
            Err(Refusal::NotFound { .. })
        ));
    }
    assert_eq!(world.access.keys().len(), 1);
}

#[test]
fn a_name_that_an_old_file_has_twice_names_no_key() {
    let keys =
        vec![stored("tablet", &digest("one"), "aaaaaaaa...0001"), stored("tablet", &digest("two"), "b")];
    let world = World::with(|settings| settings.api_keys = keys, AccessPolicy::default());
    let refusal = world
        .access
        .revoke_key(&KeyHandle::Name("tablet".to_owned()), &by(), &from("192.0.2.1"))
        .unwrap_err();
    assert!(matches!(refusal, Refusal::Conflict { .. }));
    world.access.revoke_key(&KeyHandle::Preview("b".to_owned()), &by(), &from("192.0.2.1")).unwrap();
    assert_eq!(authenticate(&world, "one", "192.0.2.1").unwrap(), "tablet");
    assert_eq!(authenticate(&world, "two", "192.0.2.1").unwrap_err(), Refusal::WrongKey);
}

#[test]
fn a_key_that_another_process_made_or_revoked_is_known_here() {
    let world = World::new();
    let command_line = world.another_process();
    let issued =
        command_line.issue_key(&KeyRequest::for_device("script"), &by(), &from("192.0.2.1")).unwrap();
    assert_eq!(authenticate(&world, issued.key.expose(), "192.0.2.1").unwrap(), "script");
}

#[test]
fn wrong_keys_are_counted_and_a_right_one_is_not_held_up_by_them() {
    let world = World::new();
    let key = issue(&world, "phone").unwrap();
    for _ in 0..20 {
        assert_eq!(authenticate(&world, "wrong", "192.0.2.1").unwrap_err(), Refusal::WrongKey);
    }
    assert_eq!(retry_after(authenticate(&world, "wrong", "192.0.2.1").unwrap_err()), 60);
    assert_eq!(authenticate(&world, &key, "192.0.2.1").unwrap(), "phone", "from the very same address");
    assert_eq!(retry_after(authenticate(&world, "wrong", "192.0.2.1").unwrap_err()), 60);
    assert_eq!(authenticate(&world, "wrong", "192.0.2.2").unwrap_err(), Refusal::WrongKey, "another client");
    world.clock.advance(60);
    assert_eq!(authenticate(&world, "wrong", "192.0.2.1").unwrap_err(), Refusal::WrongKey);
}

#[test]
fn many_addresses_buy_few_wrong_keys_and_hold_no_right_one_up() {
    let mut world = World::new();
    let key = issue(&world, "phone").unwrap();
    let mut looked_at = 0;
    for number in 0..600 {
        match authenticate(&world, "wrong", &format!("2001:db8:0:{number:x}::1")).unwrap_err() {
            Refusal::WrongKey => looked_at += 1,
            refusal => assert_eq!(retry_after(refusal), 1),
        }
        assert_eq!(authenticate(&world, &key, "192.0.2.1").unwrap(), "phone");
    }
    assert_eq!(looked_at, 31, "the budget, and one more");
    world.clock.advance(1);
    assert_eq!(
        authenticate(&world, "wrong", "192.0.2.7").unwrap_err(),
        Refusal::WrongKey,
        "slowed, not locked"
    );
    assert!(matches!(authenticate(&world, "wrong", "192.0.2.8"), Err(Refusal::TooMany { .. })));
    // One that was made a moment ago somewhere else works too.
    let by_another = world
        .another_process()
        .issue_key(&KeyRequest::for_device("script"), &by(), &from("192.0.2.1"))
        .unwrap();
    assert_eq!(authenticate(&world, by_another.key.expose(), "192.0.2.8").unwrap(), "script");
    // Passwords have a budget of their own.
    let again = world.try_password(crate::world::PASSWORD, "192.0.2.9");
    assert!(again.is_ok(), "{again:?}");
    world.restart();
    assert_eq!(authenticate(&world, &key, "192.0.2.1").unwrap(), "phone");
}

#[test]
fn a_right_key_costs_no_slow_hash() {
    let world = World::new();
    let key = issue(&world, "phone").unwrap();
    let rounds = world.passwords.rounds();
    for _ in 0..1_000 {
        authenticate(&world, &key, "192.0.2.1").unwrap();
    }
    assert_eq!(world.passwords.rounds(), rounds);
}

/// The fake hasher writes `fake$…`, so a key of the old kind needs one that verifies text like bcrypt's.
mod old_hashes {
    use std::sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    };

    use traefik_manager_core::{
        auth::{Access, AccessPorts},
        crypto::{CryptoError, PasswordHasher},
        secret::Secret,
        test_support::{
            FakeCipher, FakeClock, FakeCommonPasswords, FakeEntropy, FakeOneTimePasswords,
            MemoryAttemptStore, MemoryAuditLog, MemoryKeyUses, MemorySessionStore, MemorySettingsStore,
            sample_settings,
        },
    };

    use super::*;
    use crate::world::cell;

    #[derive(Debug, Default)]
    struct Slow(AtomicUsize);

    impl PasswordHasher for Slow {
        fn hash(&self, password: &Secret) -> Result<String, CryptoError> {
            Ok(format!("$2b${}", password.expose()))
        }

        fn verify(&self, password: &Secret, hash: &str) -> bool {
            self.0.fetch_add(1, Ordering::SeqCst);
            hash.strip_prefix("$2b$") == Some(password.expose())
        }
    }

    struct Old {
        clock: Arc<FakeClock>,
        slow: Arc<Slow>,
        store: Arc<MemorySettingsStore>,
        access: Access,
    }

    const KEY: &str = "abcdefgh-and-so-on-wxyz";

    fn old(keys: Vec<ApiKey>) -> Old {
        let mut settings = sample_settings();
        settings.api_keys = keys;
        let store = Arc::new(MemorySettingsStore::with(settings));
        let (clock, slow): (Arc<FakeClock>, Arc<Slow>) = Default::default();
        let ports = AccessPorts {
            clock: clock.clone(),
            entropy: Arc::new(FakeEntropy::default()),
            passwords: slow.clone(),
            common_passwords: Arc::new(FakeCommonPasswords),
            digests: Arc::new(FakeDigests::default()),
            cipher: Arc::new(FakeCipher::default()),
            one_time: Arc::new(FakeOneTimePasswords),
            sessions: Arc::new(MemorySessionStore::default()),
            audit: Arc::new(MemoryAuditLog::default()),
            key_uses: Arc::new(MemoryKeyUses::default()),
            attempts: Arc::new(MemoryAttemptStore::default()),
        };
        let access = Access::new(ports, cell(&store), AccessPolicy::default());
        Old { clock, slow, store, access }
    }

    fn slow_hash() -> String {
        format!("$2b${KEY}")
    }

    #[test]
    fn a_key_of_the_old_kind_works_and_becomes_one_of_the_new() {
        let old = old(vec![stored("Default", &slow_hash(), "abcdefgh...wxyz")]);
        let client = from("192.0.2.1");
        assert!(old.access.recognise_key(KEY, &from("192.0.2.1")).is_none(), "that would take too long here");
        assert_eq!(old.access.authenticate_key(KEY, &client).unwrap().name, "Default");
        assert_eq!(old.store.stored().unwrap().api_keys[0].hash, digest(KEY));
        assert_eq!(old.access.recognise_key(KEY, &from("192.0.2.1")).unwrap().name, "Default");
        assert_eq!(old.slow.0.load(Ordering::SeqCst), 1);
    }

    #[test]
    fn a_key_of_the_old_kind_works_while_the_file_cannot_be_written() {
        let old = old(vec![stored("Default", &slow_hash(), "")]);
        let full = StorageError::NoSpace { name: "manager.yml".to_owned() };
        old.store.fail_next_save(full.into());
        assert!(old.access.authenticate_key(KEY, &from("192.0.2.1")).is_ok());
        assert_eq!(old.store.stored().unwrap().api_keys[0].hash, slow_hash());
    }

    #[test]
    fn a_key_that_the_preview_rules_out_costs_nothing() {
        let old = old(vec![stored("Default", &slow_hash(), "abcdefgh...wxyz")]);
        assert_eq!(old.access.authenticate_key("wrong", &from("192.0.2.1")), Err(Refusal::WrongKey));
        assert_eq!(old.slow.0.load(Ordering::SeqCst), 0);
    }

    #[test]
    fn a_key_of_the_old_kind_works_while_many_addresses_guess() {
        let old = old(vec![stored("Default", &slow_hash(), "abcdefgh...wxyz")]);
        let held_up = (0..500).filter(|net| {
            let client = from(&format!("2001:db8:0:{net:x}::1"));
            matches!(old.access.authenticate_key("wrong", &client), Err(Refusal::TooMany { .. }))
        });
        assert!(held_up.count() > 400);
        assert_eq!(old.access.authenticate_key(KEY, &from("192.0.2.1")).unwrap().name, "Default");
    }

    #[test]
    fn many_addresses_do_not_buy_many_slow_hashes() {
        let old = old((0..10).map(|n| stored(&format!("k{n}"), &slow_hash(), "")).collect());
        let mut held_up = 0;
        for net in 0..500 {
            let client = from(&format!("2001:db8:0:{net:x}::1"));
            let refusal = old.access.authenticate_key("wrong", &client).unwrap_err();
            held_up += usize::from(matches!(refusal, Refusal::TooMany { .. }));
        }
        assert_eq!(old.slow.0.load(Ordering::SeqCst), 30, "a minute's worth");
        assert_eq!(held_up, 497);
        old.clock.advance(60);
        assert!(old.access.authenticate_key(KEY, &from("192.0.2.1")).is_ok(), "and the owner gets through");
    }
}

#[test]
fn nobody_makes_keys_before_a_temporary_password_is_changed() {
    let world = World::with(|settings| settings.must_change_password = true, AccessPolicy::default());
    let by = Principal::Session(world.sign_in(false).session);
    let refusal =
        world.access.issue_key(&KeyRequest::for_device("phone"), &by, &from("192.0.2.1")).unwrap_err();
    assert!(matches!(refusal, Refusal::Forbidden { .. }));
}

#[test]
fn a_key_that_cannot_be_saved_does_not_exist() {
    let world = World::new();
    world.store.fail_next_save(StorageError::NoSpace { name: "manager.yml".to_owned() }.into());
    match issue(&world, "phone") {
        Err(Refusal::NotKept { message, is_full: true }) => {
            assert!(message.contains("manager.yml"), "{message}");
        }
        other => panic!("{other:?}"),
    }
    assert!(world.access.keys().is_empty());
}

fn key_with(world: &World, name: &str, scopes: &[Scope], days: Option<u64>) -> Result<IssuedKey, Refusal> {
    let wanted = KeyRequest { device_name: name.to_owned(), scopes: scopes.iter().copied().collect(), days };
    world.access.issue_key(&wanted, &by(), &from("192.0.2.1"))
}

#[test]
fn a_key_may_do_what_its_scopes_say_and_app_means_everything() {
    let world = World::new();
    let key = key_with(&world, "backup", &[Scope::Backup, Scope::Read], None).unwrap().key;
    let holder = world.access.authenticate_key(key.expose(), &from("192.0.2.1")).unwrap();
    for scope in Scope::ALL {
        assert_eq!(holder.scopes.allow(scope), matches!(scope, Scope::Backup | Scope::Read), "{scope:?}");
        assert!(Scopes::default().allow(scope));
        assert!(!Scopes::NONE.allow(scope));
        assert_eq!(Scope::parse(scope.as_str()), Some(scope));
    }
    assert_eq!(holder.scopes.to_string(), "read, backup");
    let none = key_with(&world, "nothing", &[], None).unwrap_err();
    assert!(matches!(none, Refusal::Invalid { field: "scopes", .. }), "{none}");
}

#[test]
fn a_key_ends_to_the_second_and_is_told_so() {
    let world = World::new();
    let key = key_with(&world, "guest", &[Scope::Read], Some(1)).unwrap().key;
    world.clock.advance(DAY - 1);
    assert!(world.access.recognise_key(key.expose(), &from("192.0.2.1")).is_some());
    world.clock.advance(1);
    assert!(world.access.recognise_key(key.expose(), &from("192.0.2.1")).is_none());
    for _ in 0..50 {
        assert_eq!(authenticate(&world, key.expose(), "192.0.2.1"), Err(Refusal::KeyExpired), "no guess");
    }
    for days in [0, 3_651, u64::MAX] {
        let refusal = key_with(&world, "other", &[Scope::Read], Some(days)).unwrap_err();
        assert!(matches!(refusal, Refusal::Invalid { field: "expires_days", .. }), "{days}: {refusal}");
    }
}

#[test]
fn a_key_makes_keys_only_with_the_app_scope_and_none_that_outlives_it() {
    let world = World::new();
    let holder = |scopes: Scopes, expires_at| {
        Principal::Key(KeyHolder { name: "phone".to_owned(), scopes, expires_at })
    };
    for scope in [Scope::Read, Scope::Config, Scope::Static, Scope::Restart, Scope::Backup] {
        let by = holder([scope].into_iter().collect(), None);
        let refusal =
            world.access.issue_key(&KeyRequest::for_device("more"), &by, &from("192.0.2.1")).unwrap_err();
        assert!(matches!(refusal, Refusal::Forbidden { .. }), "{scope:?}: {refusal}");
    }
    let end = Timestamp(world.now().0 + DAY).to_the_minute();
    let by = holder(Scopes::default(), Some(end));
    for days in [None, Some(365)] {
        let wanted = KeyRequest { days, ..KeyRequest::for_device(&format!("heir {days:?}")) };
        let heir = world.access.issue_key(&wanted, &by, &from("192.0.2.1")).unwrap();
        assert_eq!(heir.stored.expires_at, Some(end));
    }
}

#[test]
fn the_last_use_is_known_and_wrong_keys_are_none() {
    let world = World::new();
    let issued = world.access.issue_key(&KeyRequest::for_device("phone"), &by(), &from("192.0.2.1")).unwrap();
    assert_eq!(world.access.last_use(&issued.stored), None);
    world.clock.advance(60);
    authenticate(&world, issued.key.expose(), "198.51.100.7").unwrap();
    let used = world.access.last_use(&issued.stored).unwrap();
    assert_eq!((used.at, used.from), (world.now(), Some("198.51.100.7".parse().unwrap())));
    world.clock.advance(60);
    authenticate(&world, "wrong", "203.0.113.1").unwrap_err();
    assert_eq!(world.access.last_use(&issued.stored), Some(used));
}
