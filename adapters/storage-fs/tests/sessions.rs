//! The file of sessions: who may read it, what becomes of it when it breaks, and when it is written.
#![expect(clippy::unwrap_used, reason = "tests")]

use std::{
    fs,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
};

use tempfile::TempDir;
use traefik_manager_core::{
    clock::Timestamp,
    session::{SessionKey, SessionRecord, SessionStore, SignInMethod},
    test_support::conformance::eventually,
};
use traefik_manager_storage_fs::FsSessionStore;

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o7777
}

struct Place(TempDir);

impl Place {
    fn new() -> Self {
        Self(TempDir::new().unwrap())
    }

    fn at(&self, path: &str) -> PathBuf {
        self.0.path().join(path)
    }
}

fn record(number: u8) -> SessionRecord {
    SessionRecord {
        key: SessionKey([number; 32]),
        created_at: Timestamp(1_000 + i64::from(number)),
        last_seen: Timestamp(1_000 + i64::from(number)),
        method: SignInMethod::Password,
        address: None,
        user_agent: String::new(),
        remember: false,
        subject: None,
    }
}

#[test]
fn session_files_are_private_and_tell_no_ids() {
    let place = Place::new();
    let path = place.at("settings/sessions.json");
    let store = FsSessionStore::open(&path, &place.at("state")).unwrap();
    store.add(record(0xab), &|_| false).unwrap();
    assert_eq!((mode(&path), mode(&place.at("settings"))), (0o600, 0o700));
    assert!(fs::read_to_string(&path).unwrap().contains(&"ab".repeat(32)));
}

#[test]
fn a_broken_session_file_signs_everybody_out_and_is_kept() {
    let place = Place::new();
    let path = place.at("sessions.json");
    for broken in ["", "{\"version\":1,\"sess", "[]", "{\"version\":2,\"sessions\":[]}"] {
        fs::write(&path, broken).unwrap();
        let store = FsSessionStore::open(&path, &place.at("state")).unwrap();
        assert_eq!(store.list().unwrap(), []);
        assert_eq!(fs::read_to_string(place.at("sessions.json.broken")).unwrap(), broken);
        store.add(record(1), &|_| false).unwrap();
        assert!(store.find(&record(1).key).unwrap().is_some());
    }
    // Broken while the program runs: nobody stays signed in.
    let store = FsSessionStore::open(&path, &place.at("state")).unwrap();
    assert!(store.find(&record(1).key).unwrap().is_some());
    fs::write(&path, "no records").unwrap();
    eventually("nobody is signed in", || matches!(store.find(&record(1).key), Ok(None)));
}

#[test]
fn a_session_file_that_cannot_be_read_opens_nothing_until_it_can() {
    let place = Place::new();
    let path = place.at("sessions.json");
    let store = FsSessionStore::open(&path, &place.at("state")).unwrap();
    store.add(record(1), &|_| false).unwrap();
    fs::rename(&path, place.at("elsewhere")).unwrap();
    fs::create_dir(&path).unwrap();
    eventually("nobody is signed in", || store.find(&record(1).key).is_err() && store.list().is_err());
    fs::remove_dir(&path).unwrap();
    fs::rename(place.at("elsewhere"), &path).unwrap();
    eventually("it is read again", || matches!(store.find(&record(1).key), Ok(Some(_))));
}

#[test]
fn a_record_without_a_time_is_nobodys() {
    let place = Place::new();
    let path = place.at("sessions.json");
    let store = FsSessionStore::open(&path, &place.at("state")).unwrap();
    (1..=5).for_each(|number| store.add(record(number), &|_| false).unwrap());
    drop(store);
    let text = fs::read_to_string(&path).unwrap();
    let text = text.replace("\"created_at\":1001,", "").replace("\"last_seen\":1002,", "");
    let text = text.replace(&"03".repeat(32), "03").replace("1004,\"last_seen\"", "\"1004\",\"last_seen\"");
    fs::write(&path, text).unwrap();
    let store = FsSessionStore::open(&path, &place.at("state")).unwrap();
    let left: Vec<SessionKey> = store.list().unwrap().into_iter().map(|record| record.key).collect();
    assert_eq!(left, [record(5).key]);
}

#[test]
fn use_is_written_down_now_and_then_and_brings_nobody_back() {
    let place = Place::new();
    let path = place.at("sessions.json");
    let open = || FsSessionStore::open(&path, &place.at("state")).unwrap();
    let store = open();
    store.add(record(1), &|_| false).unwrap();
    store.add(record(2), &|_| false).unwrap();
    let before = fs::read(&path).unwrap();
    let seen = |store: &FsSessionStore| store.find(&record(1).key).unwrap().map(|record| record.last_seen.0);
    store.touch(&record(1).key, Timestamp(1_060));
    assert_eq!(seen(&store), Some(1_060));
    assert_eq!(fs::read(&path).unwrap(), before, "a touch does not write");
    store.touch(&record(1).key, Timestamp(1_061));
    let on_disk = || fs::read_to_string(&path).unwrap().contains("\"last_seen\":1061");
    eventually("a use a minute later is written down", on_disk);

    // Ended elsewhere while it is in use here.
    store.touch(&record(1).key, Timestamp(2_000));
    open().remove(&|record| record.last_seen.0 > 1_050).unwrap();
    store.touch(&record(1).key, Timestamp(3_000));
    eventually("it ends here too", || seen(&store).is_none());
    drop(store);
    let store = open();
    assert_eq!(seen(&store), None);
    assert!(store.find(&record(2).key).unwrap().is_some());
}

#[test]
fn a_session_that_ends_is_over_before_that_can_be_written() {
    let place = Place::new();
    let path = place.at("sessions.json");
    let open = || FsSessionStore::open(&path, &place.at("state")).unwrap();
    let store = open();
    (1..=2).for_each(|number| store.add(record(number), &|_| false).unwrap());
    // A lock that cannot be had stands for all that can keep a file from being written.
    let lock = place.at("state/sessions.lock");
    fs::remove_file(&lock).unwrap();
    fs::create_dir(&lock).unwrap();
    let first = |other: &SessionRecord| other.key == record(1).key;
    assert!(store.remove(&first).is_err());
    assert!(store.find(&record(1).key).unwrap().is_some());
    store.end_here(&first);
    assert_eq!(store.find(&record(1).key).unwrap(), None);
    // Somebody else writes the file, and it is read again.
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, text.replace(&"02".repeat(32), &"03".repeat(32))).unwrap();
    eventually("it is read again", || matches!(store.find(&record(3).key), Ok(Some(_))));
    assert_eq!(store.list().unwrap().len(), 1);

    fs::remove_dir(&lock).unwrap();
    eventually("it is written down", || !fs::read_to_string(&path).unwrap().contains(&"01".repeat(32)));
    drop(store);
    assert_eq!(open().list().unwrap().len(), 1);
}
