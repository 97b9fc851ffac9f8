//! What is particular to files: names, links, folders, formats, modes.
#![expect(clippy::unwrap_used, reason = "tests")]

use std::{
    fs::{self, Permissions},
    os::unix::fs::{PermissionsExt as _, symlink},
    path::{Path, PathBuf},
    sync::Arc,
};

use tempfile::TempDir;
use traefik_manager_core::{
    config::store::{BackupKind, BackupStore, ConfigStore, FileId, StorageError, WriteCondition},
    secret::Secret,
    test_support::{FakeClock, FakeEntropy, conformance::eventually},
};
use traefik_manager_storage_fs::{
    ConfigLocation, FsBackupStore, FsConfigStore, check_permissions, otp_key, session_key,
};

fn write(path: PathBuf, text: &str) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o7777
}

struct Place(TempDir);

impl Place {
    fn new() -> Self {
        let place = Self(TempDir::new().unwrap());
        fs::create_dir(place.at("dynamic")).unwrap();
        place
    }

    fn at(&self, path: &str) -> PathBuf {
        self.0.path().join(path)
    }

    fn open(&self, location: ConfigLocation) -> FsConfigStore {
        FsConfigStore::open(location, &self.at("state")).unwrap()
    }

    fn folder(&self) -> FsConfigStore {
        self.open(ConfigLocation::Directory(self.at("dynamic")))
    }
}

fn names(store: &FsConfigStore) -> Vec<String> {
    store.list().unwrap().into_iter().map(|entry| entry.id.to_string()).collect()
}

#[test]
fn the_programs_own_files_are_no_configuration_whatever_leads_to_them() {
    let place = Place::new();
    let (settings, gone) = (place.at("dynamic/manager.yml"), place.at("dynamic/agents.yml"));
    write(settings.clone(), "password_hash: x\n");
    write(place.at("dynamic/a.yml"), "# a\n");
    symlink(&settings, place.at("dynamic/soft.yml")).unwrap();
    fs::hard_link(&settings, place.at("dynamic/hard.yml")).unwrap();
    let store = place.folder().leaving_out(vec![settings.clone(), gone.clone()]);
    assert_eq!(names(&store), ["a.yml"]);
    let text = "http: {}\n";
    for name in ["manager.yml", "soft.yml", "hard.yml"] {
        let id = FileId::new(name);
        assert!(matches!(store.read(&id), Err(StorageError::NotFound { .. })), "{name}");
        assert!(store.write(&id, text, &WriteCondition::CreateNew).is_err(), "{name}");
    }
    for name in ["manager.yml", "agents", "soft", "hard.yml"] {
        assert!(matches!(store.new_file(name), Err(StorageError::BadName { .. })), "{name}");
    }
    assert_eq!(store.new_file("a").unwrap(), FileId::new("a.yml"), "there is one, and it is configuration");
    assert!(store.write(&FileId::new("agents.yml"), text, &WriteCondition::CreateNew).is_err());
    assert!(!gone.exists());

    // A file that was listed, and then became a link.
    let a = FileId::new("a.yml");
    let revision = store.read(&a).unwrap().unwrap().revision;
    fs::remove_file(place.at("dynamic/a.yml")).unwrap();
    symlink(&settings, place.at("dynamic/a.yml")).unwrap();
    assert!(matches!(store.read(&a), Err(StorageError::NotFound { .. })));
    assert!(store.write(&a, text, &WriteCondition::Matches(revision)).is_err());
    assert_eq!(fs::read_to_string(settings).unwrap(), "password_hash: x\n");
}

#[test]
fn a_folder_is_gone_through_as_traefik_does() {
    let place = Place::new();
    for name in [
        "b.yml",
        "a.yml",
        "a/z.yaml",
        "a/deep/er/x.YML",
        ".hidden/x.yml",
        ".x.yml",
        "..data/b.yml",
        "t.toml",
        "yml",
    ] {
        write(place.at("dynamic").join(name), "# text\n");
    }
    write(place.at("elsewhere/far.yml"), "far: 1\n");
    // A link to a file is read, one to a folder is none. What keeps Traefik from reading anything is told.
    symlink(place.at("elsewhere/far.yml"), place.at("dynamic/link.yml")).unwrap();
    symlink(place.at("elsewhere"), place.at("dynamic/folder")).unwrap();
    symlink(place.at("dynamic"), place.at("dynamic/loop.yml")).unwrap();
    symlink(place.at("nothing"), place.at("dynamic/dangling.yml")).unwrap();
    fs::create_dir(place.at("dynamic/folder.yml")).unwrap();
    let store = place.folder();
    let _socket = std::os::unix::net::UnixListener::bind(place.at("dynamic/socket.toml")).unwrap();
    assert!(
        std::process::Command::new("mkfifo").arg(place.at("dynamic/.pipe.yml")).status().unwrap().success()
    );
    let odd = [".pipe.yml", "dangling.yml", "loop.yml", "socket.toml"];
    let sound = [".hidden/x.yml", ".x.yml", "a/deep/er/x.YML", "a/z.yaml", "a.yml", "b.yml", "link.yml"];
    let mut listed = names(&store);
    listed.retain(|name| !odd.contains(&name.as_str()));
    assert_eq!(listed, sound);
    assert_eq!(names(&store).len(), odd.len() + sound.len());
    for (name, what) in odd.into_iter().zip(["a pipe", "a link to nothing", "a link to a folder", "a socket"])
    {
        let read = store.read(&FileId::new(name)).unwrap_err().to_string();
        let reason = format!("it is {what}, and Traefik takes no file while it is there; remove it");
        assert!(read.ends_with(&reason), "{name}: {read}");
    }
    assert_eq!(&*store.read(&FileId::new("link.yml")).unwrap().unwrap().text, "far: 1\n");
    for name in ["dangling", "folder", "loop"] {
        assert!(matches!(store.new_file(name), Err(StorageError::BadName { .. })), "{name}");
    }
    for name in ["folder/far.yml", "t.toml", "../elsewhere/far.yml", "folder.yml"] {
        let read = store.read(&FileId::new(name));
        assert!(matches!(read, Err(StorageError::NotFound { .. })), "{name}: {read:?}");
    }
    assert_eq!(store.list().unwrap()[5].path, place.at("dynamic/a.yml").display().to_string());
}

#[test]
fn an_empty_or_missing_folder() {
    let place = Place::new();
    assert_eq!(names(&place.folder()), [""; 0]);
    let store = place.open(ConfigLocation::Directory(place.at("missing")));
    assert!(matches!(store.list(), Err(StorageError::Unreadable { .. })));
}

#[test]
fn nested_files_are_written_where_they_are() {
    let place = Place::new();
    write(place.at("dynamic/sub/a.yml"), "a: 1\n");
    let (store, id) = (place.folder(), FileId::new("sub/a.yml"));
    let condition = WriteCondition::Matches(store.read(&id).unwrap().unwrap().revision);
    store.write(&id, "a: 2\n", &condition).unwrap();
    assert_eq!(fs::read_to_string(place.at("dynamic/sub/a.yml")).unwrap(), "a: 2\n");
    // One that was removed is made again where it was, and nothing anywhere else.
    fs::remove_file(place.at("dynamic/sub/a.yml")).unwrap();
    store.write(&id, "a: 3\n", &WriteCondition::CreateNew).unwrap();
    assert_eq!(fs::read_to_string(place.at("dynamic/sub/a.yml")).unwrap(), "a: 3\n");
    write(place.at("elsewhere/far.yml"), "far: 1\n");
    symlink(place.at("elsewhere"), place.at("dynamic/link")).unwrap();
    for name in [
        "nosuch/new.yml",
        "sub/../new.yml",
        "../new.yml",
        "sub/.new.yml",
        "link/new.yml",
        "sub/new.txt",
        "sub//new.yml",
    ] {
        let new = store.write(&FileId::new(name), "n: 1\n", &WriteCondition::CreateNew);
        assert!(matches!(new, Err(StorageError::NotFound { .. })), "{name}: {new:?}");
    }
}

#[test]
fn backups_of_a_file_that_was_removed_know_where_it_was() {
    let place = Place::new();
    let names = ["one.yml", "x/same.yml", "y/same.yml", "deep/er/two.yml"];
    for name in names {
        write(place.at("dynamic").join(name), "# text\n");
    }
    let files = Arc::new(place.folder());
    let clock = Arc::new(FakeClock::default());
    let store = FsBackupStore::open(&place.at("backups"), files.clone(), None, 2, clock).unwrap();
    let kept = names.map(|name| {
        let text = format!("# {name}\n");
        (name, store.keep(&FileId::new(name), BackupKind::Routes, &text).unwrap(), text)
    });
    for name in names {
        fs::remove_file(place.at("dynamic").join(name)).unwrap();
    }
    let listed = store.list().unwrap();
    for (name, backup, text) in &kept {
        let id = FileId::new(name);
        let of_name = listed.iter().find(|listed| listed.name == *backup).unwrap();
        assert_eq!(of_name.origin.as_ref(), Some(&id), "{name}");
        let (read, kept) = store.read(backup).unwrap().unwrap();
        assert_eq!((read.origin.as_ref(), &kept), (Some(&id), text), "{name}");
        // What is known of a file is kept though it is gone: whoever removed it may want it back.
        let again = store.keep(&id, BackupKind::Routes, "# last\n").unwrap();
        assert_eq!(store.read(&again).unwrap().unwrap().0.origin.as_ref(), Some(&id), "{name}");
        files.write(&id, &kept, &WriteCondition::CreateNew).unwrap();
        assert_eq!(fs::read_to_string(place.at("dynamic").join(name)).unwrap(), *text);
    }
    // Where its folder is gone too, nobody knows where it goes back to.
    fs::remove_dir_all(place.at("dynamic/deep")).unwrap();
    assert_eq!(store.read(&kept[3].1).unwrap().unwrap().0.origin, None);
}

#[test]
fn listed_files_have_the_shortest_names_that_tell_them_apart() {
    let place = Place::new();
    let paths = ["x/a.yml", "y/a.yml", "y/b.yml"].map(|name| place.at(name)).to_vec();
    write(paths[0].clone(), "x: 1\n");
    write(paths[1].clone(), "y: 1\n");
    let twice = [paths.clone(), paths.clone()].concat();
    let store = place.open(ConfigLocation::Files(twice));
    let full = |at: usize| paths[at].display().to_string();
    assert_eq!(names(&store), [full(0), full(1), "b.yml".to_owned()]);
    assert_eq!(&*store.read(&FileId::new(&full(1))).unwrap().unwrap().text, "y: 1\n");
    // A listed file that is not there yet can be made.
    let b = FileId::new("b.yml");
    assert_eq!(store.read(&b).unwrap(), None);
    store.write(&b, "b: 1\n", &WriteCondition::CreateNew).unwrap();
    assert_eq!(fs::read_to_string(place.at("y/b.yml")).unwrap(), "b: 1\n");
}

#[test]
fn what_is_not_text_says_how_to_mend_it() {
    let place = Place::new();
    fs::write(place.at("dynamic/latin1.yml"), b"name: caf\xe9\n").unwrap();
    fs::File::create(place.at("dynamic/huge.yml")).unwrap().set_len((64 << 20) + 1).unwrap();
    let store = place.folder();
    for (name, remedy) in [("latin1.yml", "save it as UTF-8"), ("huge.yml", "larger than 64 MiB")] {
        let error = store.read(&FileId::new(name)).unwrap_err();
        assert!(matches!(error, StorageError::Unreadable { .. }), "{error:?}");
        assert!(error.to_string().contains(remedy) && error.to_string().contains(name), "{error}");
    }
}

#[test]
fn changes_anywhere_below_are_noticed() {
    let place = Place::new();
    write(place.at("dynamic/sub/a.yml"), "a: 1\n");
    let store = place.folder();
    let generation = store.generation();
    write(place.at("dynamic/sub/a.yml"), "a: 2\n");
    eventually("a nested change is noticed", || store.generation() != generation);
    let generation = store.generation();
    write(place.at("dynamic/new/b.yml"), "b: 1\n");
    eventually("a new folder is noticed", || store.generation() != generation);
}

#[test]
fn changes_without_a_notification_are_noticed() {
    let place = Place::new();
    write(place.at("elsewhere/far.yml"), "far: 1\n");
    symlink(place.at("elsewhere/far.yml"), place.at("dynamic/link.yml")).unwrap();
    let store = place.folder();
    let generation = store.generation();
    write(place.at("elsewhere/far.yml"), "far: 2, and longer\n");
    eventually("a change behind a link is noticed", || store.generation() != generation);
}

#[test]
fn a_file_of_any_name_is_backed_up_listed_and_forgotten_in_time() {
    let place = Place::new();
    let odd = ["new\nline.yml", "back\\slash.yml", "\u{1b}[31m.yml"];
    for name in odd {
        write(place.at("dynamic").join(name), "# text\n");
    }
    let clock = Arc::new(FakeClock::default());
    let store =
        FsBackupStore::open(&place.at("backups"), Arc::new(place.folder()), None, 2, clock.clone()).unwrap();
    for name in odd {
        let id = FileId::new(name);
        for number in 1..=4 {
            clock.advance(1);
            let made = store.keep(&id, BackupKind::Routes, &format!("{number}\n")).unwrap();
            assert_eq!(store.read(&made).unwrap().unwrap().1, format!("{number}\n"), "{made:?}");
            store.prune(&id, BackupKind::Routes, &made);
        }
        let kept: Vec<_> =
            store.list().unwrap().into_iter().filter(|b| b.origin.as_ref() == Some(&id)).collect();
        assert_eq!(kept.len(), 2, "{name:?}: {kept:?}");
    }
    assert_eq!(fs::read_dir(place.at("backups")).unwrap().count(), 6);
}

#[test]
fn a_link_among_the_backups_is_none() {
    let place = Place::new();
    write(place.at("dynamic/one.yml"), "# text\n");
    write(place.at("secret"), "secret\n");
    let clock = Arc::new(FakeClock::default());
    let store = FsBackupStore::open(&place.at("backups"), Arc::new(place.folder()), None, 2, clock).unwrap();
    let name = "one.yml.20261120_152902.bak";
    symlink(place.at("secret"), place.at("backups").join(name)).unwrap();
    assert!(store.list().unwrap().is_empty());
    assert!(store.read(name).unwrap().is_none());
}

#[test]
fn backups_by_1_5_2_are_listed_restored_and_deleted() {
    let place = Place::new();
    for name in ["one.yml", "two.yaml", "x/same.yml", "y/same.yml"] {
        write(place.at("dynamic").join(name), "# text\n");
    }
    let old = ["one.yml", "two.yaml", "same.yml", "gone.yml", "traefik.yml"]
        .map(|base| (base, format!("{base}.20261120_152902.bak")));
    for (base, name) in &old {
        write(place.at("backups").join(name), base);
    }
    for other in
        ["notes.txt", "one.yml.bak", "one.yml.2026_1.bak", "one.yml.20261340_000000.bak", ".git-push.lock"]
    {
        write(place.at("backups").join(other), "not a backup\n");
    }
    fs::create_dir(place.at("backups/one.yml.20261120_152903.bak")).unwrap();
    let fixed = Some((FileId::new("traefik.yml"), place.at("static/traefik.yml")));
    let clock = Arc::new(FakeClock::default());
    let open = |keep| {
        FsBackupStore::open(
            &place.at("backups"),
            Arc::new(place.folder()),
            fixed.clone(),
            keep,
            clock.clone(),
        )
        .unwrap()
    };
    let store = open(2);
    let listed = store.list().unwrap();
    assert_eq!(listed.len(), old.len(), "{listed:?}");
    let origins = [Some("one.yml"), Some("two.yaml"), None, None, Some("traefik.yml")];
    for ((base, name), origin) in old.iter().zip(origins) {
        let (backup, text) = store.read(name).unwrap().unwrap();
        assert_eq!((text.as_str(), backup.made_at.to_compact_text().as_str()), (*base, "20261120_152902"));
        assert_eq!(backup.origin, origin.map(FileId::new), "{name}");
        let kind = if *base == "traefik.yml" { BackupKind::Static } else { BackupKind::Routes };
        assert_eq!(backup.kind, kind);
    }
    // They count among the copies of their file, and only those.
    store.keep(&FileId::new("one.yml"), BackupKind::Routes, "1\n").unwrap();
    assert!(store.read(&old[0].1).unwrap().is_some());
    let new = store.keep(&FileId::new("one.yml"), BackupKind::Routes, "2\n").unwrap();
    assert!(store.read(&old[0].1).unwrap().is_some(), "a copy alone pushes none out");
    store.prune(&FileId::new("one.yml"), BackupKind::Routes, &new);
    assert!(store.read(&old[0].1).unwrap().is_none(), "the oldest of three");
    let same = FileId::new("x/same.yml");
    for _ in 0..5 {
        store.prune(&same, BackupKind::Routes, &store.keep(&same, BackupKind::Routes, "s\n").unwrap());
    }
    assert!(store.read(&old[2].1).unwrap().is_some(), "whose it is cannot be told, so it stays");
    assert!(store.remove(&old[1].1).unwrap());

    let path = place.at("backups").join(&new);
    assert_eq!(mode(&path), 0o600);
    let (stem, tag) = new.strip_suffix("-2.bak").unwrap().rsplit_once('.').unwrap();
    assert_eq!((stem, tag.len()), ("one.yml.20261121_090000", 8), "the second of this second");
    let made =
        FsBackupStore::open(&place.at("made"), Arc::new(place.folder()), None, 1, clock.clone()).unwrap();
    assert_eq!((made.list().unwrap().len(), mode(&place.at("made"))), (0, 0o700));
    for nowhere in ["no/body.yml", "nobody.txt", "../one.yml"] {
        let unknown = made.keep(&FileId::new(nowhere), BackupKind::Routes, "x\n");
        assert!(matches!(unknown, Err(StorageError::NotFound { .. })), "{nowhere}: {unknown:?}");
    }
}

#[test]
fn keys_are_made_once_and_never_again() {
    let place = Place::new();
    let (folder, entropy) = (place.at("settings"), FakeEntropy::default());
    let key = session_key(&folder, None, &entropy).unwrap();
    assert_eq!((key.len(), mode(&folder.join(".secret_key"))), (64, 0o600));
    assert!(key.iter().all(u8::is_ascii_hexdigit));
    assert_eq!(session_key(&folder, None, &entropy).unwrap(), key);
    let given = Secret::new("from the environment");
    assert_eq!(**session_key(&folder, Some(&given), &entropy).unwrap(), *given.expose().as_bytes());
    assert_eq!(session_key(&folder, Some(&Secret::new("")), &entropy).unwrap(), key, "empty is not set");

    assert!(otp_key(&folder).unwrap().is_none());
    assert!(!folder.join(".otp_key").exists(), "it is never made");
    fs::write(folder.join(".otp_key"), "the key\n").unwrap();
    assert_eq!(otp_key(&folder).unwrap().unwrap().expose(), "the key");

    fs::write(folder.join(".secret_key"), b"  \xff raw bytes\n").unwrap();
    assert_eq!(**session_key(&folder, None, &entropy).unwrap(), *b"\xff raw bytes");
    for name in [".secret_key", ".otp_key"] {
        fs::write(folder.join(name), " \n").unwrap();
        let error = if name == ".otp_key" {
            otp_key(&folder).map(drop).unwrap_err()
        } else {
            session_key(&folder, None, &entropy).map(drop).unwrap_err()
        };
        assert!(error.to_string().contains(name) && error.to_string().contains("empty"), "{error}");
        assert_eq!(fs::read(folder.join(name)).unwrap(), b" \n", "it is not made anew");
    }
    entropy.fail(true);
    assert!(session_key(&place.at("other"), None, &entropy).is_err());
    assert!(!place.at("other/.secret_key").exists());
}

#[test]
fn loose_permissions_are_told() {
    let place = Place::new();
    let (file, folder) = (place.at("secret"), place.at("folder"));
    fs::write(&file, "s").unwrap();
    fs::create_dir(&folder).unwrap();
    let paths = [file.clone(), folder.clone(), place.at("missing")];
    fs::set_permissions(&file, Permissions::from_mode(0o600)).unwrap();
    fs::set_permissions(&folder, Permissions::from_mode(0o700)).unwrap();
    assert_eq!(check_permissions(&paths), [""; 0]);
    fs::set_permissions(&file, Permissions::from_mode(0o640)).unwrap();
    fs::set_permissions(&folder, Permissions::from_mode(0o755)).unwrap();
    let warnings = check_permissions(&paths);
    assert_eq!(warnings.len(), 2);
    assert!(warnings[0].contains("mode 0640") && warnings[0].contains("0600"), "{}", warnings[0]);
    assert!(warnings[1].contains("mode 0755") && warnings[1].contains("0700"), "{}", warnings[1]);
}
