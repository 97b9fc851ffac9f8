//! The promises of [`SessionStore`].
#![expect(clippy::expect_used, reason = "a suite reports by panicking")]

use crate::{
    clock::Timestamp,
    session::{MAX_RECORDS, SessionKey, SessionRecord, SessionStore, SignInMethod},
};

const START: i64 = 1_795_000_000;

fn key(number: u16) -> SessionKey {
    let mut bytes = [7; 32];
    bytes[..2].copy_from_slice(&number.to_be_bytes());
    SessionKey(bytes)
}

fn record(number: u16) -> SessionRecord {
    let created_at = Timestamp(START + i64::from(number));
    SessionRecord {
        key: key(number),
        created_at,
        last_seen: created_at,
        method: SignInMethod::Password,
        address: None,
        user_agent: String::new(),
        remember: false,
        subject: None,
    }
}

/// Checks an empty store. `reopened` gives a second store on the same records, where there can be one: what a
/// restart or another process would see.
///
/// # Panics
/// Where the store breaks a promise.
pub fn session_store(store: &dyn SessionStore, reopened: &dyn Fn() -> Option<Box<dyn SessionStore>>) {
    assert_eq!(store.list().expect("listed"), []);
    assert_eq!(store.find(&key(1)).expect("known"), None);

    let full = SessionRecord {
        method: SignInMethod::PasswordAndCode,
        address: Some("2001:db8::17".parse().expect("an address")),
        user_agent: "Firefox \"140\" ✓ \\ \n".to_owned(),
        remember: true,
        ..record(1)
    };
    let at_provider =
        SessionRecord {
            method: SignInMethod::Oidc, subject: Some("auth0|\"ü\" \\".to_owned()), ..record(2)
        };
    store.add(full.clone(), &|_| false).expect("added");
    store.add(at_provider.clone(), &|_| false).expect("added");
    assert_eq!(store.find(&key(1)).expect("known"), Some(full.clone()), "every field is kept");
    assert_eq!(store.list().expect("listed"), [at_provider.clone(), full.clone()], "newest first");
    if let Some(other) = reopened() {
        assert_eq!(other.list().expect("listed"), [at_provider, full], "records outlive a restart");
    }

    touches(store);
    removes(store, reopened);
    drops_what_is_over(store);
}

fn touches(store: &dyn SessionStore) {
    let later = Timestamp(START + 100);
    store.touch(&key(1), later);
    assert_eq!(store.find(&key(1)).expect("known").map(|record| record.last_seen), Some(later));
    store.touch(&key(1), Timestamp(START));
    let seen = store.find(&key(1)).expect("known").map(|record| record.last_seen);
    assert_eq!(seen, Some(later), "a clock that goes back takes no use away");
    store.touch(&key(9), later);
    assert_eq!(store.find(&key(9)).expect("known"), None, "a touch makes no session");
}

fn removes(store: &dyn SessionStore, reopened: &dyn Fn() -> Option<Box<dyn SessionStore>>) {
    assert_eq!(store.remove(&|record| record.key == key(1)).expect("removed"), 1);
    store.touch(&key(1), Timestamp(START + 200));
    assert_eq!(store.find(&key(1)).expect("known"), None, "a touch brings no session back");
    assert_eq!(store.remove(&|record| record.key == key(1)).expect("none left"), 0);
    if let Some(other) = reopened() {
        assert_eq!(other.find(&key(1)).expect("known"), None, "a removed record is gone for good");
        assert_eq!(other.remove(&|record| record.key == key(2)).expect("removed"), 1);
        super::eventually("a session ended elsewhere ends here", || matches!(store.find(&key(2)), Ok(None)));
        store.add(record(3), &|_| false).expect("added");
        assert_eq!(store.find(&key(2)).expect("known"), None, "adding brings no session back");
    }
    ends_here(store, reopened);
    store.remove(&|_| true).expect("removed");
    assert_eq!(store.list().expect("listed"), []);
}

fn ends_here(store: &dyn SessionStore, reopened: &dyn Fn() -> Option<Box<dyn SessionStore>>) {
    for number in 5..=6 {
        store.add(record(number), &|_| false).expect("added");
    }
    store.end_here(&|record| record.key == key(5));
    assert_eq!(store.find(&key(5)).expect("known"), None, "it is over at once");
    assert!(store.find(&key(6)).expect("known").is_some(), "and no other is");
    store.touch(&key(5), Timestamp(START + 300));
    store.add(record(7), &|_| false).expect("added");
    assert_eq!(store.find(&key(5)).expect("known"), None, "it stays over");
    if let Some(other) = reopened() {
        assert_eq!(other.find(&key(5)).expect("known"), None, "and the next write tells everybody");
    }
}

fn drops_what_is_over(store: &dyn SessionStore) {
    for number in 1..=3 {
        store.add(record(number), &|_| false).expect("added");
    }
    let over = |record: &SessionRecord| record.created_at < Timestamp(START + 3);
    store.add(record(4), &over).expect("added");
    let numbers: Vec<i64> =
        store.list().expect("listed").iter().map(|record| record.created_at.0 - START).collect();
    assert_eq!(numbers, [4, 3]);
    store.add(SessionRecord { remember: true, ..record(4) }, &|_| false).expect("added");
    assert_eq!(store.list().expect("listed").len(), 2, "one record for a key");
}

/// As many records as a store keeps, the oldest first.
pub fn many_sessions() -> Vec<SessionRecord> {
    (0..).take(MAX_RECORDS).map(record).collect()
}

/// Checks that a store which holds [`many_sessions`] grows no further.
///
/// # Panics
/// Where it does, or lets go of the wrong record.
pub fn session_store_bound(store: &dyn SessionStore) {
    let newest = u16::try_from(MAX_RECORDS).expect("it is small");
    assert_eq!(store.list().expect("listed").len(), MAX_RECORDS);
    store.add(record(newest), &|_| false).expect("added");
    assert_eq!(store.list().expect("listed").len(), MAX_RECORDS);
    assert_eq!(store.find(&key(0)).expect("known"), None, "the oldest went");
    assert!(store.find(&key(1)).expect("known").is_some());
    assert!(store.find(&key(newest)).expect("known").is_some());
}
