//! The stores on disk keep the promises of their ports.
#![expect(clippy::unwrap_used, reason = "tests")]

use std::{fs, os::unix::fs::MetadataExt as _, path::Path, sync::Arc};

use tempfile::TempDir;
use traefik_manager_core::{
    config::store::{ConfigStore, FileId, WriteCondition},
    crypto::hex,
    session::SessionStore,
    test_support::{
        FakeClock,
        conformance::{self, CONFIG_FILES},
    },
};
use traefik_manager_storage_fs::{ConfigLocation, FsBackupStore, FsConfigStore, FsSessionStore};

fn write_files(folder: &Path) {
    for (name, text) in CONFIG_FILES {
        fs::write(folder.join(name), text).unwrap();
    }
}

fn outside(folder: &Path) -> impl Fn(&str, Option<&str>) {
    move |name, text| match text {
        Some(text) => fs::write(folder.join(name), text).unwrap(),
        None => fs::remove_file(folder.join(name)).unwrap(),
    }
}

#[test]
fn a_configuration_folder() {
    let (folder, state) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    write_files(folder.path());
    fs::write(folder.path().join("notes.txt"), "no YAML\n").unwrap();
    let location = ConfigLocation::Directory(folder.path().to_owned());
    let store = FsConfigStore::open(location, state.path()).unwrap();
    conformance::config_store(&store, &outside(folder.path()));
}

#[test]
fn listed_configuration_files() {
    let (folder, state) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    write_files(folder.path());
    fs::write(folder.path().join("other.yml"), "not: listed\n").unwrap();
    let files = CONFIG_FILES.map(|(name, _)| folder.path().join(name)).to_vec();
    let store = FsConfigStore::open(ConfigLocation::Files(files), state.path()).unwrap();
    conformance::config_store(&store, &outside(folder.path()));
}

#[test]
fn configuration_files_that_keep_their_inodes() {
    let (folder, state) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    write_files(folder.path());
    let inode = || fs::metadata(folder.path().join("a.yml")).unwrap().ino();
    let (before, id) = (inode(), FileId::new("a.yml"));
    let files = CONFIG_FILES.map(|(name, _)| folder.path().join(name)).to_vec();
    let store = FsConfigStore::open(ConfigLocation::Files(files), state.path()).unwrap().keeping_inodes();
    let content = store.read(&id).unwrap().unwrap();
    let new = store.write(&id, "x: 1\n", &WriteCondition::Matches(content.revision)).unwrap();
    store.write(&id, &content.text, &WriteCondition::Matches(new)).unwrap();
    assert_eq!(inode(), before);
    conformance::config_store(&store, &outside(folder.path()));
}

#[test]
fn threads_exclude_each_other() {
    let (folder, state) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    fs::write(folder.path().join("n.yml"), "0\n").unwrap();
    let location = ConfigLocation::Directory(folder.path().to_owned());
    let store = FsConfigStore::open(location, state.path()).unwrap();
    conformance::config_store_exclusion(&store, &FileId::new("n.yml"), 8, 10);
}

#[test]
fn backups() {
    let (folder, state, copies) = (TempDir::new().unwrap(), TempDir::new().unwrap(), TempDir::new().unwrap());
    fs::create_dir(folder.path().join("sub")).unwrap();
    fs::write(folder.path().join("a.yml"), "a: 1\n").unwrap();
    fs::write(folder.path().join("sub/a.yml"), "a: 2\n").unwrap();
    let location = ConfigLocation::Directory(folder.path().to_owned());
    let files = Arc::new(FsConfigStore::open(location, state.path()).unwrap());
    let clock = Arc::new(FakeClock::default());
    let fixed = Some((FileId::new("traefik.yml"), folder.path().join("static/traefik.yml")));
    let store = FsBackupStore::open(copies.path(), files, fixed, 3, clock.clone()).unwrap();
    conformance::backup_store(&store, &clock);
}

#[test]
fn sessions() {
    let (folder, state) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    let path = folder.path().join("sessions.json");
    let store = FsSessionStore::open(&path, state.path()).unwrap();
    conformance::session_store(&store, &|| {
        let other = FsSessionStore::open(&path, state.path()).unwrap();
        Some(Box::new(other) as Box<dyn SessionStore>)
    });
}

#[test]
fn a_thousand_sessions() {
    let (folder, state) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    let path = folder.path().join("sessions.json");
    let sessions: Vec<_> = conformance::many_sessions()
        .into_iter()
        .map(|record| {
            serde_json::json!({
                "key": hex(&record.key.0),
                "created_at": record.created_at.0,
                "last_seen": record.last_seen.0,
                "method": "password",
            })
        })
        .collect();
    fs::write(&path, serde_json::json!({ "version": 1, "sessions": sessions }).to_string()).unwrap();
    conformance::session_store_bound(&FsSessionStore::open(&path, state.path()).unwrap());
}
