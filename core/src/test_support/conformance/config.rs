//! The promises of [`ConfigStore`].
#![expect(clippy::expect_used, clippy::panic, reason = "a suite reports by panicking")]

use std::thread;

use super::eventually;
use crate::config::store::{ConfigStore, FileId, FileWrite, Revision, Stamp, StorageError, WriteCondition};

/// The files with which a store must be set up for [`config_store`].
pub const CONFIG_FILES: [(&str, &str); 2] =
    [("a.yml", "http: {}  # Ärger ✓\r\n"), ("sub.yaml", "# nothing yet\n")];

/// Checks a store that holds exactly [`CONFIG_FILES`].
///
/// `outside` changes a file by name, or removes it (`None`), as somebody else would.
///
/// # Panics
/// Where the store breaks a promise.
pub fn config_store(store: &dyn ConfigStore, outside: &dyn Fn(&str, Option<&str>)) {
    let a = FileId::new("a.yml");
    reads_what_is_there(store);
    replaces_only_what_it_expects(store, &a);
    sees_the_outside(store, &a, outside);
    stays_inside(store);
    if store.can_create() {
        creates(store);
    } else {
        assert!(matches!(store.new_file("new"), Err(StorageError::BadName { .. })));
        let fresh = store.write(&FileId::new("new.yml"), "x: 1\n", &WriteCondition::CreateNew);
        assert!(matches!(fresh, Err(StorageError::NotFound { .. })), "{fresh:?}");
    }
    changes_all_or_nothing(store);
    vanishes(store, &a, outside);
}

fn reads_what_is_there(store: &dyn ConfigStore) {
    let entries = store.list().expect("the files can be listed");
    let names: Vec<&str> = entries.iter().map(|entry| entry.id.as_str()).collect();
    assert_eq!(names, CONFIG_FILES.map(|(name, _)| name));
    for (entry, (_, text)) in entries.iter().zip(CONFIG_FILES) {
        let content = store.read(&entry.id).expect("readable").expect("there");
        assert_eq!(&*content.text, text, "byte for byte");
        let again = store.read(&entry.id).expect("readable").expect("there");
        assert_eq!(content, again, "the same content has the same revision");
        assert_eq!(store.revision(&content.text), content.revision, "and it can be told without reading");
        let has = |text: &str| store.has_revision(&entry.id, &store.revision(text)).expect("readable");
        assert!(has(text) && !has("other\n"), "and compared without keeping the text");
        assert!(entry.path.ends_with(entry.id.base_name()), "{} is a path for people", entry.path);
    }
}

fn stamp(store: &dyn ConfigStore, id: &FileId) -> Stamp {
    let entries = store.list().expect("the files can be listed");
    entries.into_iter().find(|entry| entry.id == *id).expect("listed").stamp
}

fn replaces_only_what_it_expects(store: &dyn ConfigStore, id: &FileId) {
    let old = store.read(id).expect("readable").expect("there");
    let (generation, mark) = (store.generation(), stamp(store, id));

    let refused = store.write(id, "never\n", &WriteCondition::CreateNew);
    assert!(matches!(refused, Err(StorageError::Conflict { .. })), "{refused:?}");
    let new = store.write(id, "second: 2\n", &WriteCondition::Matches(old.revision.clone()));
    let new = new.expect("the expected revision was there");
    assert_ne!(new, old.revision);
    assert_ne!(store.generation(), generation, "an own write counts as a change");
    assert_ne!(stamp(store, id), mark, "a write changes the stamp");

    let late = store.write(id, "third: 3\n", &WriteCondition::Matches(old.revision));
    assert!(matches!(late, Err(StorageError::Conflict { .. })), "{late:?}");
    let content = store.read(id).expect("readable").expect("there");
    assert_eq!((&*content.text, &content.revision), ("second: 2\n", &new), "a refused write writes nothing");

    let same =
        store.write(id, "second: 2\n", &WriteCondition::Matches(new.clone())).expect("no change is fine");
    assert_eq!(same, new);
    let empty = store.write(id, "", &WriteCondition::Matches(new)).expect("an empty file is a file");
    let content = store.read(id).expect("readable").expect("there");
    assert_eq!((&*content.text, content.revision), ("", empty));
}

fn sees_the_outside(store: &dyn ConfigStore, id: &FileId, outside: &dyn Fn(&str, Option<&str>)) {
    let before = store.read(id).expect("readable").expect("there");
    let generation = store.generation();
    let mark = stamp(store, id);
    outside(id.as_str(), Some("by: hand\n"));
    let content = store.read(id).expect("readable").expect("there");
    assert_eq!(&*content.text, "by: hand\n", "a read is never out of date");
    assert_ne!(stamp(store, id), mark, "another's write changes the stamp");
    eventually("another's write changes the generation", || store.generation() != generation);
    let lost = store.write(id, "lost: update\n", &WriteCondition::Matches(before.revision));
    assert!(matches!(lost, Err(StorageError::Conflict { .. })), "{lost:?}");
}

fn stays_inside(store: &dyn ConfigStore) {
    for name in [
        "",
        ".",
        "..",
        "../a.yml",
        "/etc/passwd",
        "/a.yml",
        "missing.yml",
        "a.yml/",
        "./a.yml",
        "x/../a.yml",
        "a.yml\0",
    ] {
        let id = FileId::new(name);
        let read = store.read(&id);
        assert!(matches!(read, Err(StorageError::NotFound { .. })), "{name:?}: {read:?}");
        if name != "missing.yml" {
            let written = store.write(&id, "x: 1\n", &WriteCondition::CreateNew);
            assert!(matches!(written, Err(StorageError::NotFound { .. })), "{name:?}: {written:?}");
        }
    }
}

fn creates(store: &dyn ConfigStore) {
    let long = "n".repeat(201);
    for name in
        ["", ".", "..", ".hidden.yml", "a/b.yml", "a\\b.yml", "../x", "a\nb", " a.yml", "a\0.yml", &long]
    {
        let refused = store.new_file(name);
        assert!(matches!(refused, Err(StorageError::BadName { .. })), "{name:?}: {refused:?}");
    }
    assert_eq!(store.new_file("x.yaml").expect("good name").as_str(), "x.yaml");
    let id = store.new_file("my apps").expect("good name");
    assert_eq!(id.as_str(), "my apps.yml");
    assert!(matches!(store.read(&id), Err(StorageError::NotFound { .. })), "a name alone makes no file");

    let generation = store.generation();
    let revision = store.write(&id, "n: 1\n", &WriteCondition::CreateNew).expect("created");
    assert_ne!(store.generation(), generation);
    let content = store.read(&id).expect("readable").expect("there");
    assert_eq!((&*content.text, &content.revision), ("n: 1\n", &revision));
    assert!(store.list().expect("listed").iter().any(|entry| entry.id == id));
    let again = store.write(&id, "n: 2\n", &WriteCondition::CreateNew);
    assert!(matches!(again, Err(StorageError::Conflict { .. })), "{again:?}");
}

fn replace<'a>(id: &'a FileId, text: Option<&'a str>, revision: &Revision) -> FileWrite<'a> {
    FileWrite { id, text, condition: WriteCondition::Matches(revision.clone()) }
}

fn changes_all_or_nothing(store: &dyn ConfigStore) {
    let ids = CONFIG_FILES.map(|(name, _)| FileId::new(name));
    let [a, b] = &ids;
    let content = |id: &FileId| store.read(id).expect("readable").expect("there");
    let (old_a, old_b) = (content(a), content(b));
    let unchanged = || {
        assert_eq!((content(a), content(b)), (old_a.clone(), old_b.clone()), "nothing was written");
    };
    assert_eq!(store.write_all(&[]).expect("nothing is asked for"), []);

    // The second of two is refused, whatever it is, and the first is not written either.
    let first = || replace(a, Some("first: 1\n"), &old_a.revision);
    for (second, is_conflict) in [
        (replace(b, Some("second: 2\n"), &old_a.revision), true),
        (replace(b, None, &old_a.revision), true),
        (FileWrite { condition: WriteCondition::CreateNew, ..replace(b, Some(""), &old_b.revision) }, true),
        (replace(a, Some("twice: 2\n"), &old_a.revision), true),
        (replace(&FileId::new("missing.yml"), Some(""), &old_a.revision), false),
        (replace(&FileId::new("../a.yml"), None, &old_a.revision), false),
    ] {
        let refused = store.write_all(&[first(), second.clone()]);
        let as_expected = match refused {
            Err(StorageError::Conflict { .. }) => is_conflict,
            Err(StorageError::NotFound { .. }) => !is_conflict,
            _ => false,
        };
        assert!(as_expected, "{second:?}: {refused:?}");
        unchanged();
    }

    let generation = store.generation();
    let new = store.write_all(&[first(), replace(b, None, &old_b.revision)]).expect("both are as expected");
    assert_ne!(store.generation(), generation, "a transaction counts as a change");
    assert_eq!(new, [Some(content(a).revision), None]);
    assert_eq!(&*content(a).text, "first: 1\n");
    assert_eq!(store.read(b).expect("it was listed"), None, "it was taken away");

    // And back, by the same means.
    let new_a = content(a).revision;
    let create = FileWrite { id: b, text: Some(&old_b.text), condition: WriteCondition::CreateNew };
    let back = FileWrite { text: Some(&old_a.text), ..replace(a, None, &new_a) };
    let old = store.write_all(&[create, back]).expect("it can be undone");
    assert_eq!(old, [Some(old_b.revision.clone()), Some(old_a.revision.clone())]);
    unchanged();
}

fn vanishes(store: &dyn ConfigStore, id: &FileId, outside: &dyn Fn(&str, Option<&str>)) {
    let content = store.read(id).expect("readable").expect("there");
    let generation = store.generation();
    outside(id.as_str(), None);
    assert_eq!(store.read(id).expect("it was listed"), None);
    eventually("a removed file changes the generation", || store.generation() != generation);
    let written = store.write(id, "x: 1\n", &WriteCondition::Matches(content.revision));
    assert!(matches!(written, Err(StorageError::Conflict { .. })), "{written:?}");
    store.write(id, "x: 1\n", &WriteCondition::CreateNew).expect("a file that is gone can be made again");
}

/// Lets many threads count upwards in one file, each starting again when another came first.
///
/// # Panics
/// Where an increment was lost.
pub fn config_store_exclusion(store: &dyn ConfigStore, id: &FileId, threads: u64, rounds: u64) {
    let start =
        store.read(id).expect("readable").expect("there").text.trim().parse::<u64>().expect("a number");
    thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| (0..rounds).for_each(|_| increment(store, id)));
        }
    });
    let end = store.read(id).expect("readable").expect("there").text.trim().parse::<u64>().expect("a number");
    assert!(end >= start + threads * rounds, "{} increments were lost", start + threads * rounds - end);
}

fn increment(store: &dyn ConfigStore, id: &FileId) {
    loop {
        let content = store.read(id).expect("readable").expect("there");
        let number: u64 = content.text.trim().parse().expect("never torn");
        match store.write(id, &format!("{}\n", number + 1), &WriteCondition::Matches(content.revision)) {
            Ok(_) => return,
            Err(StorageError::Conflict { .. }) => {}
            Err(error) => panic!("the write is possible: {error}"),
        }
    }
}
