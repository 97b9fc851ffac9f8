use traefik_manager_core::{
    config::store::{BackupKind, BackupStore, FileId, StorageError},
    routes::ChangeError,
};

use crate::world::{World, terms};

#[test]
fn every_file_is_copied_and_can_be_put_back() {
    let world = World::new([("a.yml", "# a\n"), ("sub/a.yml", "# sub\n")]);
    let names = world.configuration.create_backups().unwrap();
    assert_eq!(names.len(), 2);
    assert_ne!(names[0], names[1]);
    world.files.edit_behind_the_back("sub/a.yml", "# other\n");
    let name = names.iter().find(|name| world.backups.read(name).unwrap().unwrap().1 == "# sub\n").unwrap();
    world.configuration.restore(&terms(), name).unwrap();
    assert_eq!((world.text("a.yml").as_str(), world.text("sub/a.yml").as_str()), ("# a\n", "# sub\n"));
    assert_eq!(world.backup_count(), 4, "what was there was kept, by whoever it was changed");
}

#[test]
fn a_backup_that_does_not_parse_or_has_no_home_is_not_put_back() {
    let world = World::new([("a.yml", "# a\n")]);
    let broken = world.backups.keep(&FileId::new("a.yml"), BackupKind::Routes, "a: [").unwrap();
    assert!(matches!(world.configuration.restore(&terms(), &broken), Err(ChangeError::Text(_))));
    let fixed = world.backups.keep(&FileId::new("traefik.yml"), BackupKind::Static, "api: {}\n").unwrap();
    assert!(world.configuration.restore(&terms(), &fixed).is_err(), "no static configuration is named here");
    assert_eq!(world.text("a.yml"), "# a\n");
}

#[test]
fn unknown_names_are_not_found() {
    let world = World::new([("a.yml", "# a\n")]);
    for name in ["a.yml.20200101_000000.bak", "nope"] {
        assert!(world.configuration.restore(&terms(), name).is_err());
        assert!(world.configuration.remove_backup(name).is_err());
    }
    assert!(matches!(World::new([]).configuration.create_backups(), Err(ChangeError::NotFound { .. })));
}

#[test]
fn a_static_backup_that_traefik_would_not_start_with_is_not_put_back() {
    let good = "entryPoints:\n  web: {address: ':80'}\nproviders:\n  file: {directory: /etc/traefik}\n";
    let world = World::with_static(good);
    let text = || world.static_file.as_ref().unwrap().text("traefik.yml").unwrap();
    let keep =
        |text: &str| world.backups.keep(&FileId::new("traefik.yml"), BackupKind::Static, text).unwrap();
    for bad in [
        "entryPoints: {}\n",
        "# nothing\n",
        "entryPoint:\n  web: {address: ':80'}\n",
        "entryPoints:\n  web: {address: '80'}\n",
    ] {
        match world.configuration.restore(&terms(), &keep(bad)) {
            Err(ChangeError::WouldBreak { findings }) => assert!(!findings.is_empty(), "{bad}"),
            other => panic!("{bad}: {other:?}"),
        }
        assert_eq!(text(), good);
    }
    let other = good.replace(":80", ":8080");
    world.configuration.restore(&terms(), &keep(&other)).unwrap();
    assert_eq!(text(), other);

    // What is wrong already can be put back to what was wrong in the same way.
    let world = World::with_static(&format!("{good}entryPoint: {{}}\n"));
    let same = format!("# older\n{good}entryPoint: {{}}\n");
    let name = world.backups.keep(&FileId::new("traefik.yml"), BackupKind::Static, &same).unwrap();
    world.configuration.restore(&terms(), &name).unwrap();
}

/// Who tries again and again on a full disk would else lose every real backup to copies of one and the same text.
#[test]
fn a_change_that_is_not_written_leaves_no_copy_and_pushes_none_out() {
    let text = "http: {routers: {a: {rule: Host(`a`), service: s@docker}}}\n";
    let world = World::new([("a.yml", text)]);
    for _ in 0..50 {
        world.configuration.create_backups().unwrap();
    }
    let before = world.backups.list().unwrap();
    let full = || StorageError::NoSpace { name: "a.yml".to_owned() };
    for _ in 0..3 {
        world.files.fail_next_write(full());
        world.configuration.set_enabled(&terms(), "a", false).unwrap_err();
        world.audit.fail_next_append(full());
        world.configuration.set_enabled(&terms(), "a", false).unwrap_err();
    }
    assert_eq!((world.text("a.yml").as_str(), world.backups.list().unwrap()), (text, before.clone()));
    // What may be in the files has its copy, whatever else.
    let reason = "the disk does not answer".to_owned();
    world.files.fail_next_write(StorageError::Unsettled { name: "a.yml".to_owned(), reason });
    world.configuration.set_enabled(&terms(), "a", false).unwrap_err();
    assert_eq!(world.backup_count(), 51);
    world.configuration.set_enabled(&terms(), "a", false).unwrap();
    let after = world.backups.list().unwrap();
    assert_eq!(after.len(), 50, "one that is written makes room for its own");
    assert_eq!(after[2..], before[..48]);
}
