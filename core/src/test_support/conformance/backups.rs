//! The promises of [`BackupStore`].
#![expect(clippy::expect_used, reason = "a suite reports by panicking")]

use std::collections::HashSet;

use crate::{
    clock::Clock as _,
    config::store::{BackupKind, BackupStore, FileId, StorageError},
    test_support::FakeClock,
};

/// Checks an empty store that keeps three copies of each file.
///
/// It knows the dynamic files `a.yml` and `sub/a.yml` and the static file `traefik.yml`, and tells the time from
/// `clock`.
///
/// # Panics
/// Where the store breaks a promise.
pub fn backup_store(store: &dyn BackupStore, clock: &FakeClock) {
    let (a, nested, fixed) = (FileId::new("a.yml"), FileId::new("sub/a.yml"), FileId::new("traefik.yml"));
    assert_eq!(store.list().expect("listed"), []);

    let start = clock.now();
    let keep = |id: &FileId, text: &str| store.keep(id, BackupKind::Routes, text).expect("kept");
    let first = keep(&a, "one: Ä\r\n");
    let second = keep(&a, "one: Ä\r\n");
    let other = keep(&nested, "other: 1\n");
    let fixed_name = store.keep(&fixed, BackupKind::Static, "api: {}\n").expect("kept");
    let records = FileId::new("switched-off-routes.yml");
    let record = store.keep(&records, BackupKind::Records, "route: {}\n").expect("kept");
    let names = HashSet::from([&first, &second, &other, &fixed_name, &record]);
    assert_eq!(names.len(), 5, "five copies within a second are five backups");
    let (backup, _) = store.read(&record).expect("a good name").expect("there");
    assert_eq!((backup.kind, backup.origin), (BackupKind::Records, Some(records)));

    let (backup, text) = store.read(&first).expect("a good name").expect("there");
    assert_eq!(text, "one: Ä\r\n", "byte for byte");
    assert_eq!((backup.size, backup.made_at, backup.kind), (9, start, BackupKind::Routes));
    assert_eq!(backup.origin, Some(a.clone()));
    let (backup, _) = store.read(&other).expect("a good name").expect("there");
    assert_eq!(backup.origin, Some(nested.clone()), "files of one base name are told apart");
    let (backup, _) = store.read(&fixed_name).expect("a good name").expect("there");
    assert_eq!((backup.kind, backup.origin), (BackupKind::Static, Some(fixed)));

    names_are_checked(store);
    orders_and_forgets(store, clock, &a, &second);
    let listed = store.list().expect("listed");
    assert!(listed.iter().any(|backup| backup.name == other), "copies of other files do not compete");
    assert!(listed.iter().any(|backup| backup.name == fixed_name));

    assert!(store.remove(&other).expect("a good name"));
    assert!(!store.remove(&other).expect("a good name"), "it is gone");
    assert_eq!(store.read(&other).expect("a good name"), None);
}

fn orders_and_forgets(store: &dyn BackupStore, clock: &FakeClock, a: &FileId, second: &str) {
    clock.advance(1);
    let third = store.keep(a, BackupKind::Routes, "three: 3\n").expect("kept");
    let of_a = || -> Vec<String> {
        let listed = store.list().expect("listed");
        listed
            .into_iter()
            .filter(|backup| backup.origin.as_ref() == Some(a))
            .map(|backup| backup.name)
            .collect()
    };
    assert_eq!(of_a()[..2], [third.clone(), second.to_owned()], "newest first, also within a second");
    clock.advance(60);
    let fourth = store.keep(a, BackupKind::Routes, "four: 4\n").expect("kept");
    assert_eq!(of_a().len(), 4, "a copy alone pushes none out");
    store.prune(a, BackupKind::Routes, &fourth);
    assert_eq!(of_a(), [fourth.clone(), third.clone(), second.to_owned()], "the oldest of four went");
    // A clock that went back must not make the newest copy the one that goes.
    clock.advance(-3_600);
    let past = store.keep(a, BackupKind::Routes, "five: 5\n").expect("kept");
    store.prune(a, BackupKind::Routes, &past);
    assert!(of_a().contains(&past), "the copy just made is there whatever the clock says");
    assert_eq!(of_a().len(), 3);
}

fn names_are_checked(store: &dyn BackupStore) {
    for name in [
        "",
        ".",
        "..",
        "../a.yml.20261121_090000.bak",
        "/etc/passwd",
        "sub/a.yml.20261121_090000.bak",
        "a.yml.20261121_090000.bak/",
        "a\\b.yml.20261121_090000.bak",
        "a.yml",
        "a.yml.bak",
        ".bak",
    ] {
        let read = store.read(name);
        assert!(matches!(read, Err(StorageError::BadName { .. })), "{name:?}: {read:?}");
        let removed = store.remove(name);
        assert!(matches!(removed, Err(StorageError::BadName { .. })), "{name:?}: {removed:?}");
    }
    let missing = "never.yml.20200101_000000.bak";
    assert_eq!(store.read(missing).expect("a good name"), None);
    assert!(!store.remove(missing).expect("a good name"));
}
