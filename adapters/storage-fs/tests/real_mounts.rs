//! Real mounts: a file that is itself a bind mount, a disk that is full, a disk that is read-only.
//!
//! Mounting needs root. Where it is not allowed, these tests say so on the terminal; with `REQUIRE_REAL=1` they
//! fail instead.
#![expect(clippy::unwrap_used, clippy::print_stderr, reason = "tests")]

use std::{
    env, fs,
    os::unix::fs::MetadataExt as _,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::Arc,
    thread,
    time::Duration,
};

use tempfile::TempDir;
use traefik_manager_core::{
    config::store::{ConfigStore, FileId, FileWrite, StorageError, WriteCondition},
    settings::{Settings, SettingsStore},
    test_support::{
        conformance::{self, CONFIG_FILES},
        sample_settings,
    },
};
use traefik_manager_storage_fs::{ConfigLocation, FsConfigStore, FsSettingsStore};
use traefik_manager_yaml::PlainYaml;

/// A mount that ends with the test.
struct Mount(PathBuf);

impl Mount {
    /// `None`, and a loud word, where mounting is not allowed.
    fn new(arguments: &[&str], at: &Path) -> Option<Self> {
        let output = Command::new("mount").args(arguments).arg(at).output();
        let problem = match &output {
            Ok(output) if output.status.success() => return Some(Self(at.to_owned())),
            Ok(output) => String::from_utf8_lossy(&output.stderr).trim().to_owned(),
            Err(error) => error.to_string(),
        };
        assert!(env::var_os("REQUIRE_REAL").is_none(), "mounting failed: {problem}");
        eprintln!("SKIPPED: a test on a real mount, because mounting failed: {problem}");
        None
    }
}

impl Drop for Mount {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(&self.0).status();
    }
}

fn bind(source: &Path, at: &Path) -> Option<Mount> {
    fs::write(at, "").unwrap();
    Mount::new(&["--bind", source.to_str().unwrap()], at)
}

fn folders() -> (TempDir, PathBuf, PathBuf) {
    let root = TempDir::new().unwrap();
    let (host, inside) = (root.path().join("host"), root.path().join("inside"));
    fs::create_dir(&host).unwrap();
    fs::create_dir(&inside).unwrap();
    (root, host, inside)
}

#[test]
fn a_file_that_is_itself_a_mount_keeps_every_promise() {
    let (root, host, inside) = folders();
    let mut mounts = Vec::new();
    for (name, text) in CONFIG_FILES {
        fs::write(host.join(name), text).unwrap();
        let Some(mount) = bind(&host.join(name), &inside.join(name)) else { return };
        mounts.push(mount);
    }
    let id = FileId::new("a.yml");
    let files = CONFIG_FILES.map(|(name, _)| inside.join(name)).to_vec();
    let store = FsConfigStore::open(ConfigLocation::Files(files), &root.path().join("state")).unwrap();
    let inode = fs::metadata(host.join("a.yml")).unwrap().ino();

    let content = store.read(&id).unwrap().unwrap();
    let stale = content.revision.clone();
    let new = store.write(&id, "a: 1\n", &WriteCondition::Matches(content.revision)).unwrap();
    assert_eq!(fs::read_to_string(host.join("a.yml")).unwrap(), "a: 1\n", "seen through the other name");
    assert_eq!(fs::metadata(host.join("a.yml")).unwrap().ino(), inode, "the same file as before");
    let longer = "b: 2\n".repeat(10_000);
    let new = store.write(&id, &longer, &WriteCondition::Matches(new)).unwrap();
    assert_eq!(fs::read_to_string(host.join("a.yml")).unwrap(), longer);
    store.write(&id, "c: 3\n", &WriteCondition::Matches(new)).unwrap();
    assert_eq!(fs::read_to_string(host.join("a.yml")).unwrap(), "c: 3\n", "a shorter text leaves no rest");
    let late = store.write(&id, "never\n", &WriteCondition::Matches(stale));
    assert!(matches!(late, Err(StorageError::Conflict { .. })), "{late:?}");

    let other = FileId::new(CONFIG_FILES[1].0);
    let matches = |id: &FileId| WriteCondition::Matches(store.read(id).unwrap().unwrap().revision);
    let write = |id, text| FileWrite { id, text, condition: matches(id) };
    store.write_all(&[write(&id, Some("d: 4\n")), write(&other, Some("e: 5\n"))]).unwrap();
    let host_texts = || CONFIG_FILES.map(|(name, _)| fs::read_to_string(host.join(name)).unwrap());
    assert_eq!(host_texts(), ["d: 4\n", "e: 5\n"]);
    let refused = store.write_all(&[write(&id, Some("f: 6\n")), write(&other, None)]);
    assert!(refused.is_err(), "a mount cannot be taken away");
    assert_eq!(host_texts(), ["d: 4\n", "e: 5\n"], "and the other file got its old text back");
    let left: Vec<_> = fs::read_dir(&inside).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left.len(), 2, "no temporary file is left: {left:?}");
    assert_eq!(fs::read_dir(root.path().join("state/journal")).unwrap().count(), 0);
}

#[test]
fn a_mounted_file_loses_no_update() {
    let (root, host, inside) = folders();
    fs::write(host.join("n.yml"), "0\n").unwrap();
    let Some(_mount) = bind(&host.join("n.yml"), &inside.join("n.yml")) else { return };
    let location = ConfigLocation::Files(vec![inside.join("n.yml")]);
    let store = FsConfigStore::open(location, &root.path().join("state")).unwrap();
    conformance::config_store_exclusion(&store, &FileId::new("n.yml"), 8, 5);
}

fn version(number: usize) -> String {
    format!("{number}\n{}{number}\n", "# filled up to more than a page\n".repeat(200 + number * 97 % 900))
}

fn is_whole(text: &str) -> bool {
    text.lines().next().and_then(|line| line.parse().ok()).is_some_and(|number| text == version(number))
}

#[test]
fn a_killed_writer_of_a_mounted_file_leaves_one_whole_version() {
    const ROLE: &str = "STORAGE_TEST_MOUNT";
    let open = |root: &Path| {
        let location = ConfigLocation::Files(vec![root.join("inside/n.yml")]);
        FsConfigStore::open(location, &root.join("state")).unwrap()
    };
    let id = FileId::new("n.yml");
    if let Some(root) = env::var_os(ROLE) {
        let store = open(Path::new(&root));
        for number in 1.. {
            let content = store.read(&id).unwrap().unwrap();
            store.write(&id, &version(number), &WriteCondition::Matches(content.revision)).unwrap();
        }
        return;
    }
    let (root, host, inside) = folders();
    fs::write(host.join("n.yml"), version(0)).unwrap();
    let Some(_mount) = bind(&host.join("n.yml"), &inside.join("n.yml")) else { return };
    let mut journals = 0;
    for round in 0..40_u64 {
        let before = fs::read(inside.join("n.yml")).unwrap();
        let mut child = Command::new(env::current_exe().unwrap())
            .args(["--exact", "a_killed_writer_of_a_mounted_file_leaves_one_whole_version"])
            .env(ROLE, root.path())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        conformance::eventually("the child writes", || fs::read(inside.join("n.yml")).unwrap() != before);
        thread::sleep(Duration::from_micros(round * 211));
        child.kill().unwrap();
        assert!(!child.wait().unwrap().success(), "it was killed in the middle of it");
        journals += fs::read_dir(root.path().join("state/journal")).unwrap().count();
        let content = open(root.path()).read(&id).unwrap().unwrap();
        assert!(is_whole(&content.text), "round {round}: {} bytes", content.text.len());
        assert_eq!(fs::read_to_string(host.join("n.yml")).unwrap(), *content.text);
    }
    assert!(journals > 0, "no kill ever hit a write");
}

#[test]
fn a_mounted_settings_file_can_be_saved() {
    let (root, host, inside) = folders();
    fs::write(host.join("manager.yml"), "domains: [a.test]   # by hand\n").unwrap();
    let Some(_mount) = bind(&host.join("manager.yml"), &inside.join("manager.yml")) else { return };
    let (path, state) = (inside.join("manager.yml"), root.path().join("state"));
    let store = FsSettingsStore::open(&path, Arc::new(PlainYaml), &state, sample_settings()).unwrap();
    let stored = store.load().unwrap().unwrap();
    let settings = Settings { must_change_password: true, ..Settings::clone(&stored.settings) };
    store.save(&settings, &WriteCondition::Matches(stored.revision)).unwrap();
    let text = fs::read_to_string(host.join("manager.yml")).unwrap();
    assert_eq!(text, "domains: [a.test]   # by hand\nmust_change_password: true\n");
    assert_eq!(fs::metadata(host.join("manager.yml")).unwrap().mode() & 0o7777, 0o600);
    assert_eq!(fs::read_dir(&inside).unwrap().count(), 1, "no copy of secrets is left");
}

#[test]
fn a_full_disk_costs_nothing_that_was_there() {
    let (root, _, inside) = folders();
    let Some(_mount) = Mount::new(&["-t", "tmpfs", "-o", "size=64k", "tmpfs"], &inside) else { return };
    fs::write(inside.join("a.yml"), "small: 1\n").unwrap();
    let location = ConfigLocation::Directory(inside.clone());
    let store = FsConfigStore::open(location, &root.path().join("state")).unwrap();
    let id = FileId::new("a.yml");
    let content = store.read(&id).unwrap().unwrap();
    let condition = WriteCondition::Matches(content.revision);
    let refused = store.write(&id, &"large: 1\n".repeat(20_000), &condition);
    assert!(matches!(refused, Err(StorageError::NoSpace { .. })), "{refused:?}");
    let refused =
        store.write(&FileId::new("b.yml"), &"large: 1\n".repeat(20_000), &WriteCondition::CreateNew);
    assert!(matches!(refused, Err(StorageError::NoSpace { .. })), "{refused:?}");
    let large = "large: 1\n".repeat(20_000);
    let writes = [
        FileWrite { id: &id, text: Some("small: 3\n"), condition: condition.clone() },
        FileWrite { id: &FileId::new("b.yml"), text: Some(&large), condition: WriteCondition::CreateNew },
    ];
    let refused = store.write_all(&writes);
    assert!(matches!(refused, Err(StorageError::NoSpace { .. })), "{refused:?}");
    assert_eq!(fs::read_to_string(inside.join("a.yml")).unwrap(), "small: 1\n");
    let names: Vec<_> = fs::read_dir(&inside).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(names, ["a.yml"], "nothing half is left");
    store.write(&id, "small: 2\n", &condition).unwrap();
    assert_eq!(fs::read_to_string(inside.join("a.yml")).unwrap(), "small: 2\n");
}

#[test]
fn a_full_disk_costs_a_mounted_file_nothing_either() {
    let (root, host, inside) = folders();
    let Some(_disk) = Mount::new(&["-t", "tmpfs", "-o", "size=64k", "tmpfs"], &host) else { return };
    fs::write(host.join("a.yml"), "small: 1\n").unwrap();
    let Some(_mount) = bind(&host.join("a.yml"), &inside.join("a.yml")) else { return };
    let location = ConfigLocation::Files(vec![inside.join("a.yml")]);
    let store = FsConfigStore::open(location, &root.path().join("state")).unwrap();
    let id = FileId::new("a.yml");
    let condition = WriteCondition::Matches(store.read(&id).unwrap().unwrap().revision);
    let refused = store.write(&id, &"large: 1\n".repeat(20_000), &condition);
    assert!(matches!(refused, Err(StorageError::NoSpace { .. })), "{refused:?}");
    assert_eq!(fs::read_to_string(host.join("a.yml")).unwrap(), "small: 1\n");
    store.write(&id, "small: 2\n", &condition).unwrap();
    assert_eq!(fs::read_to_string(host.join("a.yml")).unwrap(), "small: 2\n");
}

#[test]
fn a_read_only_mount_is_named_as_such() {
    let (root, _, inside) = folders();
    let Some(_mount) = Mount::new(&["-t", "tmpfs", "tmpfs"], &inside) else { return };
    fs::write(inside.join("a.yml"), "a: 1\n").unwrap();
    let remounted = Command::new("mount").args(["-o", "remount,ro"]).arg(&inside).status().unwrap();
    assert!(remounted.success());
    let store =
        FsConfigStore::open(ConfigLocation::Directory(inside.clone()), &root.path().join("state")).unwrap();
    let id = FileId::new("a.yml");
    let condition = WriteCondition::Matches(store.read(&id).unwrap().unwrap().revision);
    for (id, condition) in [(id, condition), (FileId::new("b.yml"), WriteCondition::CreateNew)] {
        let refused = store.write(&id, "a: 2\n", &condition);
        assert!(matches!(refused, Err(StorageError::ReadOnly { .. })), "{refused:?}");
    }
    assert_eq!(fs::read_to_string(inside.join("a.yml")).unwrap(), "a: 1\n");
}
