//! Attempts to sign in and uses of keys, on disk.

#![expect(clippy::unwrap_used, reason = "tests")]

use std::{fs, os::unix::fs::PermissionsExt as _, thread};

use tempfile::TempDir;
use traefik_manager_core::{
    api_key::{KeyUse, KeyUses, MAX_USES},
    auth::AttemptStore,
    clock::Timestamp,
};
use traefik_manager_storage_fs::{FsAttemptStore, FsKeyUses};

/// One count more, as one line more.
fn count(store: &FsAttemptStore) {
    store.update(&mut |text| Some(format!("{text}x"))).unwrap();
}

#[test]
fn of_many_changes_at_once_none_is_lost() {
    let folder = TempDir::new().unwrap();
    let stores = [(); 4].map(|()| FsAttemptStore::open(folder.path()).unwrap());
    thread::scope(|scope| {
        for store in &stores {
            scope.spawn(move || (0..25).for_each(|_| count(store)));
        }
    });
    let reopened = FsAttemptStore::open(folder.path()).unwrap();
    let mut seen = 0;
    reopened
        .update(&mut |text| {
            seen = text.len();
            None
        })
        .unwrap();
    assert_eq!(seen, 100);
    let mode = fs::metadata(folder.path().join("attempts")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}

#[test]
fn what_cannot_be_read_or_is_no_text_is_told() {
    let folder = TempDir::new().unwrap();
    let store = FsAttemptStore::open(folder.path()).unwrap();
    fs::write(folder.path().join("attempts"), [0xff, 0xfe, b'x']).unwrap();
    let mut seen = String::new();
    store
        .update(&mut |text| {
            text.clone_into(&mut seen);
            None
        })
        .unwrap();
    assert!(!seen.is_empty(), "never taken for an empty one");
    fs::remove_file(folder.path().join("attempts")).unwrap();
    fs::create_dir(folder.path().join("attempts")).unwrap();
    let mut was_asked = false;
    assert!(
        store
            .update(&mut |_| {
                was_asked = true;
                None
            })
            .is_err()
    );
    assert!(!was_asked, "nobody decides on what is not known");
}

#[test]
fn the_last_use_outlives_a_restart_and_the_file_stays_small() {
    let folder = TempDir::new().unwrap();
    let used = |at: i64| KeyUse { at: Timestamp(at), from: Some("2001:db8::7".parse().unwrap()) };
    let (one, other) = (FsKeyUses::open(folder.path()).unwrap(), FsKeyUses::open(folder.path()).unwrap());
    one.note("sha256:a", used(200));
    one.note("sha256:a", used(100));
    other.note("sha256:a", used(150));
    other.note("sha256:b", used(300));
    assert_eq!(one.last("sha256:a"), Some(used(200)), "an earlier use changes nothing");
    drop(one);
    drop(other);
    let reopened = FsKeyUses::open(folder.path()).unwrap();
    assert_eq!(reopened.last("sha256:a"), Some(used(200)), "the later of two processes");
    assert_eq!(reopened.last("sha256:b"), Some(used(300)));
    for number in 0..1_000 {
        reopened.note(&format!("sha256:{number}"), used(1_000 + number));
    }
    drop(reopened);
    let path = folder.path().join("key-uses.json");
    assert!(fs::metadata(&path).unwrap().len() < 100 * MAX_USES as u64);
    fs::write(&path, "{").unwrap();
    let reopened = FsKeyUses::open(folder.path()).unwrap();
    assert_eq!(reopened.last("sha256:a"), None, "what cannot be read is forgotten and stops nobody");
}
