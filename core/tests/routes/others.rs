//! What others have done to the files, while this program was running and while it was not.

use traefik_manager_core::{
    audit::{Actor, Entry},
    config::store::{BackupKind, BackupStore as _, FileId, StorageError},
    routes::{ChangeError, Configuration, SURVEY},
};

use crate::{
    transaction::{EDGE, edge, last, replace, write},
    world::{World, terms},
};

/// The next process on the same files.
fn next_start(world: &World) -> Configuration {
    let configuration = world.restarted();
    configuration.catch_up().unwrap();
    configuration
}

/// All entries but surveys, oldest first.
fn told(world: &World) -> Vec<Entry> {
    world.audit.entries().into_iter().filter(|entry| entry.action != SURVEY).collect()
}

fn is_edit_of(entry: &Entry, file: &str) -> bool {
    entry.actor == Actor::OnDisk && entry.object.as_ref().is_some_and(|object| object.name == file)
}

#[test]
fn the_first_start_takes_note_of_the_files_and_the_next_ones_of_nothing() {
    let world = edge();
    world.configuration.catch_up().unwrap();
    let entries = world.audit.entries();
    let [survey] = entries.as_slice() else { panic!("{entries:?}") };
    assert_eq!((survey.action.as_str(), survey.files.len()), (SURVEY, 1));
    assert!(!format!("{survey:?}").contains("app.test"), "nothing of their text is in it");
    next_start(&world);
    replace(&world, "average: 10", "average: 20").unwrap();
    next_start(&world);
    assert_eq!(world.audit.entries().len(), 2, "{:?}", told(&world));
}

/// A process is killed after the write and before the entry: the copy of what it wrote over is there, the entry is not.
#[test]
fn a_write_without_an_entry_is_found_and_can_be_undone() {
    for knows in ["a survey", "an entry"] {
        let world = edge();
        if knows == "a survey" {
            world.configuration.catch_up().unwrap();
        } else {
            replace(&world, "average: 10", "average: 15").unwrap();
        }
        let old = world.text("edge.yml");
        world.backups.keep(&FileId::new("edge.yml"), BackupKind::Routes, &old).unwrap();
        world.files.edit_behind_the_back("edge.yml", &old.replace("average: 1", "average: 9"));
        let configuration = next_start(&world);
        let found = last(&world);
        let found = if found.action == SURVEY { told(&world).pop().unwrap() } else { found };
        assert!(is_edit_of(&found, "edge.yml"), "{knows}: {found:?}");
        assert!(found.files[0].before.text.contains("average: 1"), "{found:?}");
        assert!(found.files[0].after.text.contains("average: 9"), "{found:?}");
        let number = world.audit.entries().iter().position(|entry| *entry == found).unwrap() as u64 + 1;
        configuration.undo(&terms(), number).unwrap();
        assert_eq!(world.text("edge.yml"), old);
    }
}

#[test]
fn what_was_done_to_files_meanwhile_is_recorded_once() {
    let world = World::new([("a.yml", EDGE), ("b.yml", EDGE), ("c.yml", EDGE)]);
    world.configuration.catch_up().unwrap();
    write(&world, &terms(), "c.yml", "# ours\n").unwrap();
    world.files.edit_behind_the_back("a.yml", "# edited\n");
    world.files.remove_behind_the_back("b.yml");
    world.files.edit_behind_the_back("d.yml", "# new\n");
    for _ in 0..2 {
        next_start(&world);
        let entries = told(&world);
        let edits: Vec<&Entry> = entries.iter().filter(|entry| entry.actor == Actor::OnDisk).collect();
        for (file, is_there) in [("a.yml", (true, true)), ("b.yml", (true, false)), ("d.yml", (false, true))]
        {
            let edit = edits.iter().find(|entry| is_edit_of(entry, file)).unwrap();
            let change = &edit.files[0];
            assert_eq!((change.old.is_some(), change.new.is_some()), is_there, "{file}");
        }
        assert_eq!(edits.len(), 3, "{edits:?}");
    }
    // What it said before is not known, and that is what undoing says.
    let number =
        world.audit.entries().iter().position(|entry| is_edit_of(entry, "a.yml")).unwrap() as u64 + 1;
    let refused = world.configuration.undo(&terms(), number);
    assert!(matches!(refused, Err(ChangeError::NotUndoable { .. })), "{refused:?}");
}

/// Two processes: each sees what the other has written, sooner or later than the entry about it.
#[test]
fn what_another_process_writes_is_no_edit_on_disk() {
    let world = edge();
    let other = world.restarted();
    for count in 0..40 {
        let (from, to) = (format!("average: {}", 10 + count), format!("average: {}", 11 + count));
        replace(&world, &from, &to).unwrap();
        if count % 3 == 0 {
            other.refresh();
        }
    }
    other.refresh();
    assert!(told(&world).iter().all(|entry| entry.actor != Actor::OnDisk), "{:?}", told(&world));
    // Somebody brings an earlier text back by hand, which an old entry names.
    world.files.edit_behind_the_back("edge.yml", EDGE);
    other.refresh();
    world.configuration.refresh();
    let edits = told(&world).into_iter().filter(|entry| is_edit_of(entry, "edge.yml")).count();
    assert_eq!(edits, 1, "recorded by one of them");
    assert!(last(&world).files[0].backup.is_some());
}

/// The trail is long, and what it said of the files is far behind.
#[test]
fn a_start_looks_no_further_back_than_the_last_survey() {
    let world = edge();
    world.configuration.catch_up().unwrap();
    for count in 0..300 {
        let (from, to) = (format!("average: {}", 10 + count), format!("average: {}", 11 + count));
        replace(&world, &from, &to).unwrap();
    }
    let surveys = || world.audit.entries().iter().filter(|entry| entry.action == SURVEY).count();
    next_start(&world);
    assert_eq!(surveys(), 2, "so that the next start is quick again");
    next_start(&world);
    assert_eq!(surveys(), 2);
}

/// The file is another already: without the copy, what it said would be nowhere.
#[test]
fn an_edit_that_cannot_be_recorded_keeps_its_copy_for_the_next_start() {
    let world = edge();
    world.configuration.catch_up().unwrap();
    world.configuration.refresh();
    world.audit.fail_next_append(StorageError::NoSpace { name: "audit".to_owned() });
    world.files.edit_behind_the_back("edge.yml", "# edited\n");
    world.configuration.refresh();
    assert!(told(&world).is_empty(), "{:?}", told(&world));
    next_start(&world);
    let found = told(&world).pop().unwrap();
    assert!(is_edit_of(&found, "edge.yml") && found.files[0].before.text == EDGE, "{found:?}");
    let number = world.audit.entries().iter().position(|entry| *entry == found).unwrap() as u64 + 1;
    world.configuration.undo(&terms(), number).unwrap();
    assert_eq!(world.text("edge.yml"), EDGE);
}
