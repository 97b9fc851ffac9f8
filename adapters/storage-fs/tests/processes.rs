//! Several processes on the same files: nothing is lost, nothing is torn, whoever is killed.
//!
//! The children are this test binary itself: a test that finds its role in the environment plays that role.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

use std::{
    env, fs,
    path::PathBuf,
    process::{Child, Command, Stdio},
    sync::atomic::{AtomicBool, Ordering},
    thread,
    time::Duration,
};

use tempfile::TempDir;
use traefik_manager_core::{
    config::store::{ConfigStore, FileId, WriteCondition},
    crypto::{CryptoError, Entropy},
    test_support::conformance,
};
use traefik_manager_storage_fs::{ConfigLocation, FsConfigStore, session_key};

const ROLE: &str = "STORAGE_TEST_FOLDER";

struct Place {
    folder: PathBuf,
    _kept: Option<TempDir>,
}

impl Place {
    fn new() -> Self {
        let kept = TempDir::new().unwrap();
        fs::create_dir(kept.path().join("dynamic")).unwrap();
        Self { folder: kept.path().to_owned(), _kept: Some(kept) }
    }

    /// The place that a parent process gave to this one.
    fn given() -> Option<Self> {
        env::var_os(ROLE).map(|folder| Self { folder: PathBuf::from(folder), _kept: None })
    }

    fn child(&self, test: &str) -> Child {
        Command::new(env::current_exe().unwrap())
            .args(["--exact", test])
            .env(ROLE, &self.folder)
            .stdout(Stdio::null())
            .spawn()
            .unwrap()
    }

    fn file(&self) -> PathBuf {
        self.folder.join("dynamic/n.yml")
    }

    fn store(&self) -> FsConfigStore {
        let location = ConfigLocation::Directory(self.folder.join("dynamic"));
        FsConfigStore::open(location, &self.folder.join("state")).unwrap()
    }
}

fn id() -> FileId {
    FileId::new("n.yml")
}

#[test]
fn two_processes_with_many_threads_lose_no_update() {
    const THREADS: u64 = 64;
    if let Some(place) = Place::given() {
        conformance::config_store_exclusion(&place.store(), &id(), THREADS, 2);
        return;
    }
    let place = Place::new();
    fs::write(place.file(), "0\n").unwrap();
    let mut children = [(); 2].map(|()| place.child("two_processes_with_many_threads_lose_no_update"));
    assert!(children.iter_mut().all(|child| child.wait().unwrap().success()));
    assert_eq!(fs::read_to_string(place.file()).unwrap(), format!("{}\n", 2 * THREADS * 2));
}

/// A text that shows whether it is whole: its number, so many lines, and the number again.
fn version(number: usize) -> String {
    let lines = "  # a line that makes the file longer than a page\n".repeat(100 + number * 37 % 400);
    format!("start: {number}\n{lines}end: {number}\n")
}

fn assert_whole(text: &str) {
    let number: usize = text
        .strip_prefix("start: ")
        .and_then(|rest| rest.split('\n').next()?.parse().ok())
        .expect("the beginning of a version");
    assert!(text == version(number), "torn: {} bytes", text.len());
}

/// Writes one version after another, from the number that the file is at.
fn write_on(store: &FsConfigStore, rounds: usize) {
    let mut content = store.read(&id()).unwrap().unwrap();
    assert_whole(&content.text);
    let start: usize = content.text["start: ".len()..].lines().next().unwrap().parse().unwrap();
    for number in start + 1..=start + rounds {
        let text = version(number);
        content.revision = store.write(&id(), &text, &WriteCondition::Matches(content.revision)).unwrap();
    }
}

#[test]
fn a_reader_never_sees_a_part() {
    let place = Place::new();
    fs::write(place.file(), version(0)).unwrap();
    let (store, done) = (place.store(), AtomicBool::new(false));
    let reads = thread::scope(|scope| {
        let reader = scope.spawn(|| {
            let mut reads = 0_u32;
            while !done.load(Ordering::Relaxed) {
                assert_whole(&fs::read_to_string(place.file()).unwrap());
                reads += 1;
            }
            reads
        });
        write_on(&store, 200);
        done.store(true, Ordering::Relaxed);
        reader.join().unwrap()
    });
    assert!(reads > 200, "only {reads} reads");
    assert_whole(&fs::read_to_string(place.file()).unwrap());
}

/// Kills writers in the middle of it, again and again, and says how often the file was torn before recovery.
fn kill_writers(place: &Place, test: &str) -> usize {
    fs::write(place.file(), version(0)).unwrap();
    let mut torn = 0;
    for round in 0..25_u64 {
        let before = fs::read(place.file()).unwrap();
        let mut child = place.child(test);
        // Not before it has begun to write; then at another moment each time.
        conformance::eventually("the child writes", || fs::read(place.file()).unwrap() != before);
        thread::sleep(Duration::from_micros(round * 397));
        child.kill().unwrap();
        assert!(!child.wait().unwrap().success(), "it was killed in the middle of it");
        let found = fs::read_to_string(place.file()).unwrap_or_default();
        let number = found.strip_prefix("start: ").and_then(|rest| rest.split('\n').next()?.parse().ok());
        torn += usize::from(number.is_none_or(|number| found != version(number)));
        let content = place.store().read(&id()).unwrap().expect("the file is there");
        assert_whole(&content.text);
        assert_whole(&fs::read_to_string(place.file()).unwrap());
    }
    torn
}

#[test]
fn a_killed_writer_leaves_one_whole_version() {
    if let Some(place) = Place::given() {
        write_on(&place.store(), usize::MAX / 2);
        return;
    }
    let torn = kill_writers(&Place::new(), "a_killed_writer_leaves_one_whole_version");
    assert_eq!(torn, 0, "not even before recovery");
}

/// Random enough: two processes differ by their ids.
#[derive(Debug)]
struct ProcessEntropy;

impl Entropy for ProcessEntropy {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), CryptoError> {
        let id = std::process::id().to_le_bytes();
        bytes.iter_mut().zip(id.iter().cycle()).for_each(|(byte, part)| *byte = *part);
        Ok(())
    }
}

#[test]
fn processes_that_start_at_once_get_one_key() {
    if let Some(place) = Place::given() {
        while !place.folder.join("go").exists() {
            thread::yield_now();
        }
        let key = session_key(&place.folder, None, &ProcessEntropy).unwrap();
        fs::write(place.folder.join(format!("key-{}", std::process::id())), &key).unwrap();
        return;
    }
    let place = Place::new();
    let mut children = [(); 6].map(|()| place.child("processes_that_start_at_once_get_one_key"));
    fs::write(place.folder.join("go"), "").unwrap();
    assert!(children.iter_mut().all(|child| child.wait().unwrap().success()));
    let keys: Vec<Vec<u8>> = fs::read_dir(&place.folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.file_name().unwrap().to_str().unwrap().starts_with("key-"))
        .map(|path| fs::read(path).unwrap())
        .collect();
    assert_eq!(keys.len(), 6);
    let stored = fs::read(place.folder.join(".secret_key")).unwrap();
    assert_eq!(stored.len(), 64);
    assert!(keys.iter().all(|key| *key == stored));
}
