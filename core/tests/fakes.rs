//! The in-memory stores keep the promises of their ports.
#![expect(clippy::unwrap_used, reason = "tests")]

use std::{
    pin::pin,
    sync::Arc,
    task::{Context, Waker},
};

use async_trait::async_trait;
use traefik_manager_core::{
    auth::oidc::{Account, Answer, Email, IdentityProvider, ProviderAddress, Registration},
    clock::{Clock, Timestamp},
    config::store::{ConfigStore, FileId, StorageError, WriteCondition},
    crypto::{CryptoError, Digests, Entropy, OneTimePasswords, PasswordHasher, SecretCipher},
    secret::Secret,
    session::SessionStore,
    test_support::{
        FakeCipher, FakeClock, FakeDigests, FakeEntropy, FakeIdentityProvider, FakeOneTimePasswords,
        FakePasswords, MemoryBackupStore, MemoryConfigStore, MemorySessionStore, MemorySettingsStore,
        conformance::{self, CONFIG_FILES},
    },
};

#[test]
fn configuration_files() {
    for store in [MemoryConfigStore::directory(CONFIG_FILES), MemoryConfigStore::files(CONFIG_FILES)] {
        conformance::config_store(&store, &|name, text| match text {
            Some(text) => store.edit_behind_the_back(name, text),
            None => store.remove_behind_the_back(name),
        });
    }
    let store = MemoryConfigStore::files([("n.yml", "0\n")]);
    conformance::config_store_exclusion(&store, &FileId::new("n.yml"), 8, 200);
}

#[test]
fn backups() {
    let clock = Arc::new(FakeClock::default());
    conformance::backup_store(&MemoryBackupStore::new(clock.clone(), 3), &clock);
}

#[test]
fn sessions() {
    let store = MemorySessionStore::default();
    conformance::session_store(&store, &|| None);
    store.remove(&|_| true).unwrap();
    for record in conformance::many_sessions() {
        store.add(record, &|_| false).unwrap();
    }
    conformance::session_store_bound(&store);
}

#[test]
fn settings() {
    let store = MemorySettingsStore::default();
    conformance::settings_store(&store, &|| store.break_file("line 1: no"), &|| store.mend_file());
}

#[test]
fn a_failure_that_was_asked_for_comes_once_and_changes_nothing() {
    let store = MemoryConfigStore::directory([("a.yml", "old\n")]);
    let id = FileId::new("a.yml");
    let old = store.read(&id).unwrap().unwrap().revision;
    store.fail_next_write(StorageError::NoSpace { name: "a.yml".to_owned() });
    let condition = WriteCondition::Matches(old);
    assert!(matches!(store.write(&id, "new\n", &condition), Err(StorageError::NoSpace { .. })));
    assert_eq!((store.text("a.yml").as_deref(), store.writes()), (Some("old\n"), 0));
    store.write(&id, "new\n", &condition).unwrap();
    assert_eq!((store.text("a.yml").as_deref(), store.writes()), (Some("new\n"), 1));
}

#[test]
fn the_clock_goes_where_it_is_put() {
    let clock = FakeClock::default();
    assert_eq!(clock.now().to_seconds_text(), "2026-11-21 09:00:00");
    clock.advance(-1);
    assert_eq!(clock.now().to_compact_text(), "20261121_085959");
    for text in ["20261121_085959", "19991231_235959"] {
        assert_eq!(Timestamp::from_compact_text(text).map(Timestamp::to_compact_text).as_deref(), Some(text));
    }
    for text in ["20260229_000000", "20261121_240000", "2026112_0085959", "+0261121_085959", "20261121", ""] {
        assert_eq!(Timestamp::from_compact_text(text), None, "{text}");
    }
    clock.set(Timestamp(0));
    assert_eq!(clock.now(), Timestamp(0));
}

#[test]
fn fake_cryptography_tells_apart_what_the_real_one_would() {
    let entropy = FakeEntropy::default();
    let (mut one, mut two) = ([0; 48], [0; 48]);
    entropy.fill(&mut one).unwrap();
    entropy.fill(&mut two).unwrap();
    assert_ne!(one, two);
    entropy.fail(true);
    assert!(matches!(entropy.fill(&mut one), Err(CryptoError::Unavailable(_))));

    let passwords = FakePasswords::default();
    let hash = passwords.hash(&Secret::new("secret")).unwrap();
    assert!(passwords.verify(&Secret::new("secret"), &hash));
    assert!(!passwords.verify(&Secret::new("Secret"), &hash));
    assert!(!passwords.verify(&Secret::new(""), ""));
    assert_eq!(passwords.rounds(), 4);
    assert!(passwords.hash(&Secret::new("x".repeat(73))).is_err());

    let digests = FakeDigests::default();
    assert_eq!(digests.mac("a", b"bc"), digests.mac("a", b"bc"));
    assert_ne!(digests.mac("a", b"bc"), digests.mac("ab", b"c"));
    assert_ne!(digests.mac("a", b"bc"), FakeDigests::with_key(b"k").mac("a", b"bc"));
    assert_ne!(digests.sha256(b"a"), digests.sha256(b"b"));

    let cipher = FakeCipher::default();
    let sealed = cipher.seal(&Secret::new("plain ✓")).unwrap();
    assert!(!sealed.contains("plain"));
    assert_eq!(cipher.open(&sealed).unwrap().expose(), "plain ✓");
    let stranger = FakeCipher::with_key("other").open(&sealed);
    assert_eq!(stranger.err(), Some(CryptoError::Undecipherable));
    assert_eq!(cipher.open("").err(), Some(CryptoError::Undecipherable));
}

#[test]
fn fake_one_time_passwords_have_windows_and_no_replay() {
    let (codes, secret) = (FakeOneTimePasswords, Secret::new("JBSWY3DPEHPK3PXP"));
    let now = 1_795_251_600;
    for (at, expected) in
        [(now - 30, true), (now, true), (now + 30, true), (now - 60, false), (now + 60, false)]
    {
        let code = FakeOneTimePasswords::code_at(at);
        let step = codes.matching_step(&secret, &code, now, None).unwrap();
        assert_eq!(step, expected.then_some(at / 30));
        assert_eq!(codes.matching_step(&secret, &code, now, Some(at / 30)).unwrap(), None);
    }
    assert!(codes.matching_step(&Secret::new("not base32!"), "1", now, None).is_err());
}

/// An identity provider in memory, and whoever signs in there.
#[derive(Default)]
struct Stage(FakeIdentityProvider);

#[async_trait]
impl conformance::ProviderStage for Stage {
    fn provider(&self) -> &dyn IdentityProvider {
        &self.0
    }

    fn registration(&self) -> Registration {
        let issuer = FakeIdentityProvider::ISSUER.to_owned();
        Registration {
            at: ProviderAddress { issuer, ca_file: None, allow_http: false },
            client_id: "tm".to_owned(),
            client_secret: None,
            groups_claim: "groups".to_owned(),
            asks_for_groups: true,
        }
    }

    fn account(&self) -> Account {
        Account {
            subject: "subject-of-ann".to_owned(),
            email: Some(Email { address: "ann@example.com".to_owned(), verified: true }),
            groups: vec!["admins".to_owned()],
        }
    }

    async fn approve(&self, address: &str) -> Answer {
        self.0.approve(address)
    }
}

#[test]
fn identity_provider() {
    let stage = Stage::default();
    let suite = pin!(conformance::identity_provider(&stage));
    let done = suite.poll(&mut Context::from_waker(Waker::noop())).is_ready();
    assert!(done, "nothing in memory is waited for");
}
