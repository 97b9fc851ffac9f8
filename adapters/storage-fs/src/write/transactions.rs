//! Changes of several files: every step fails, or is the last thing that the process does, and all files are as
//! they were or as they shall be.
#![expect(clippy::unwrap_used, reason = "tests")]

use std::{
    env, fs,
    os::unix::{fs::MetadataExt as _, process::ExitStatusExt as _},
    process::{Command, Stdio},
};

use tempfile::TempDir;

use super::{
    faulty::{EBUSY, EIO, ENOSPC, EROFS, Fault, Faulty, NEVER},
    *,
};

const OLD: &[u8] = b"old: 1 # a line that is longer than the new one, so that the file shrinks\n";
const NEW: &[u8] = b"new: 2\n";
const LONG: &[u8] = &[b'n'; 20_000];

/// Two files in one folder and one in another that are replaced, one that comes and one that goes.
const NAMES: [&str; 5] = ["one/a.yml", "one/b.yml", "two/c.yml", "two/new.yml", "one/gone.yml"];
const BEFORE: [Option<&[u8]>; 5] = [Some(OLD), Some(OLD), Some(OLD), None, Some(OLD)];
const AFTER: [Option<&[u8]>; 5] = [Some(NEW), Some(LONG), Some(b""), Some(NEW), None];

/// How files are written.
const WAYS: [Way; 3] = [Way::Rename, Way::Busy, Way::KeepInodes];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    Rename,
    /// In place, which turns out only when the rename is refused.
    Busy,
    KeepInodes,
}

/// Two folders and a state folder.
struct Place(PathBuf);

impl Place {
    /// In memory where there is such a place: these tests are about the order of calls and not about disks.
    fn new() -> (Self, TempDir) {
        let root = TempDir::new_in("/dev/shm").or_else(|_| TempDir::new()).unwrap();
        let place = Self(root.path().canonicalize().unwrap());
        fs::create_dir(place.0.join("one")).unwrap();
        fs::create_dir(place.0.join("two")).unwrap();
        put(&place, BEFORE);
        (place, root)
    }

    fn writer(&self, disk: Arc<dyn Disk>, way: Way) -> io::Result<Writer> {
        let writer = Writer::with_disk(&self.0.join("state"), disk)?;
        Ok(if way == Way::KeepInodes { writer.keeping_inodes() } else { writer })
    }

    fn content(&self) -> [Option<Vec<u8>>; 5] {
        NAMES.map(|name| fs::read(self.0.join(name)).ok())
    }

    /// The files as a reader in another process finds them, after what has happened.
    fn read(&self) -> [Option<Vec<u8>>; 5] {
        let writer = self.writer(Arc::new(System), Way::Rename).unwrap();
        NAMES.map(|name| writer.read(&self.0.join(name)).unwrap().map(|(bytes, _)| bytes))
    }

    /// Temporary files in the folders of the configuration.
    fn leftovers(&self) -> usize {
        count(&self.0.join("one"), "tmp") + count(&self.0.join("two"), "tmp")
    }

    fn journals(&self) -> usize {
        count(&self.0.join("state/journal"), "journal") + count(&self.0.join("state/journal"), "kept")
    }
}

fn count(folder: &Path, ending: &str) -> usize {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.filter(|path| path.extension().is_some_and(|found| found == ending)).count()
}

fn owned(content: [Option<&[u8]>; 5]) -> [Option<Vec<u8>>; 5] {
    content.map(|content| content.map(<[u8]>::to_vec))
}

fn change(writer: &Writer, root: &Path) -> Result<(), Failed> {
    let paths = NAMES.map(|name| root.join(name));
    let changes: Vec<Change<'_>> = paths
        .iter()
        .zip(AFTER)
        .map(|(path, new)| {
            let expected = match writer.read(path).unwrap() {
                Some((_, identity)) => Expected::Unchanged(identity),
                None => Expected::Absent,
            };
            Change { path, new, access: Access::Shared, expected }
        })
        .collect();
    writer.write_all(&changes)
}

fn no_rename(way: Way) -> Option<i32> {
    (way == Way::Busy).then_some(EBUSY)
}

#[test]
fn all_files_change() {
    for way in WAYS {
        let (place, _root) = Place::new();
        let inode = || fs::metadata(place.0.join(NAMES[0])).unwrap().ino();
        let before = inode();
        let writer = place.writer(Faulty::new(NEVER, Fault::Crash, no_rename(way)), way).unwrap();
        change(&writer, &place.0).unwrap();
        assert_eq!(place.content(), owned(AFTER), "{way:?}");
        assert_eq!(inode() == before, way != Way::Rename, "{way:?}");
        assert_eq!((place.leftovers(), place.journals()), (0, 0), "{way:?}");
    }
}

#[test]
fn a_failure_at_any_call_changes_nothing() {
    for way in WAYS {
        for number in [ENOSPC, EIO, EBUSY, EROFS] {
            let mut call = 0;
            loop {
                let (place, _root) = Place::new();
                let disk = Faulty::new(call, Fault::Error(number), no_rename(way));
                let writer = place.writer(disk.clone(), way).unwrap();
                let result = change(&writer, &place.0);
                let expected = if result.is_ok() { AFTER } else { BEFORE };
                let case = format!("call {call} of {way:?} fails with {number}: {result:?}");
                assert!(place.content() == owned(expected), "{case}");
                assert!(!matches!(result, Err((_, WriteError::Unsettled(_)))), "{case}");
                assert_eq!(place.leftovers(), 0, "{case}");
                assert!(place.read() == owned(expected), "{case}");
                assert_eq!(place.journals(), 0, "{case}");
                if !disk.reached() {
                    assert!(result.is_ok(), "{case}");
                    break;
                }
                call += 1;
            }
            assert!(call > 25, "only {call} calls were tried");
        }
    }
}

#[test]
fn a_disk_that_breaks_at_any_call_and_recovers_has_all_or_nothing() {
    let mut unsettled = 0;
    for way in WAYS {
        for number in [ENOSPC, EROFS] {
            let mut call = 0;
            loop {
                let (place, _root) = Place::new();
                let disk = Faulty::new(call, Fault::Breaks(number), no_rename(way));
                let writer = place.writer(disk.clone(), way).unwrap();
                let result = change(&writer, &place.0);
                let case = format!("from call {call} of {way:?} all fail with {number}: {result:?}");
                if matches!(result, Err((_, WriteError::Unsettled(_)))) {
                    unsettled += 1;
                    let reads = NAMES.map(|name| writer.read(&place.0.join(name)));
                    assert!(reads.iter().all(Result::is_err), "nobody reads what is not settled; {case}");
                    // The disk may have broken when all files were written and only the journal was left.
                    let read = place.read();
                    assert!(read == owned(BEFORE) || read == owned(AFTER), "{case}");
                    assert!(place.content() == read, "{case}");
                } else {
                    let expected = if result.is_ok() { AFTER } else { BEFORE };
                    assert!(place.content() == owned(expected), "{case}");
                    assert!(place.read() == owned(expected), "{case}");
                }
                assert_eq!(place.journals(), 0, "{case}");
                if !disk.reached() {
                    break;
                }
                call += 1;
            }
        }
    }
    assert!(unsettled > 10, "only {unsettled} changes could not be taken back at once");
}

const CRASH: &str = "STORAGE_TRANSACTION_CRASH";

/// Runs a part of this test in a process of its own that dies at a call; says whether it did.
fn crashes(place: &Place, part: &str, call: usize, way: Way) -> bool {
    let role = format!("{} {part} {call} {way:?}", place.0.display());
    let status = Command::new(env::current_exe().unwrap())
        .args(["--exact", "write::transactions::a_crash_at_any_call_leaves_all_or_nothing"])
        .env(CRASH, role)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .unwrap();
    assert!(status.success() || status.signal().is_some(), "the child crashed as told: {status}");
    !status.success()
}

/// Plays a part; one that is to die and has not is a failure.
fn play(role: &str) {
    let mut words = role.split(' ');
    let mut word = || words.next().unwrap().to_owned();
    let (root, part, call, way) = (word(), word(), word(), word());
    let way = WAYS.into_iter().find(|known| format!("{known:?}") == way).unwrap();
    let place = Place(PathBuf::from(root));
    let disk = Faulty::new(call.parse().unwrap(), Fault::Crash, no_rename(way));
    let writer = place.writer(disk, way).unwrap();
    if part == "change" {
        change(&writer, &place.0).unwrap();
    }
}

#[test]
fn a_crash_at_any_call_leaves_all_or_nothing() {
    if let Ok(role) = env::var(CRASH) {
        play(&role);
        return;
    }
    for way in WAYS {
        let (mut call, mut mixed, mut second) = (0, 0, 0);
        loop {
            let (place, _root) = Place::new();
            let crashed = crashes(&place, "change", call, way);
            let found = place.content();
            if !crashed {
                assert!(found == owned(AFTER), "call {call} of {way:?}");
                break;
            }
            mixed += usize::from(found != owned(BEFORE) && found != owned(AFTER));
            // Whoever comes next dies too, at one call after another, until one gets through.
            let mut recovering = 0;
            while crashes(&place, "recover", recovering, way) {
                recovering += 1;
            }
            second += recovering;
            let read = place.read();
            assert!(read == owned(BEFORE) || read == owned(AFTER), "call {call} of {way:?}");
            assert!(place.content() == read, "call {call} of {way:?}");
            assert_eq!(place.journals(), 0, "call {call} of {way:?}");
            call += 1;
        }
        assert!(call > 25, "only {call} calls were tried");
        assert!(mixed >= 4, "only {mixed} crashes left some files changed and others not");
        assert!(second > 10, "only {second} crashes in a recovery");
    }
}

fn journalled(place: &Place, in_place: bool) -> PathBuf {
    let owner = |path: &Path| {
        let metadata = fs::metadata(path).unwrap();
        crate::journal::Owner { mode: 0o640, user: metadata.uid(), group: metadata.gid() }
    };
    let root = &place.0;
    let records: Vec<Record> = NAMES
        .iter()
        .zip(BEFORE.iter().zip(AFTER))
        .map(|(name, (old, new))| Record {
            target: root.join(name),
            old: old.map(|old| crate::journal::Old { bytes: old.to_vec(), owner: owner(root) }),
            new: new.map(<[u8]>::to_vec),
            in_place: in_place && new.is_some(),
        })
        .collect();
    let journals = root.join("state/journal");
    let journal = journal::keep(&System, &journals, &records).map_err(|error| error.to_string()).unwrap();
    assert!(journal::read(&journal).unwrap() == records, "a journal tells what it was told");
    journal
}

fn put(place: &Place, content: [Option<&[u8]>; 5]) {
    for (name, content) in NAMES.iter().zip(content) {
        let path = place.0.join(name);
        match content {
            Some(content) => fs::write(path, content).unwrap(),
            None => drop(fs::remove_file(path)),
        }
    }
}

#[test]
fn what_somebody_else_has_written_after_a_crash_stays() {
    for at in 0..NAMES.len() {
        let (place, _root) = Place::new();
        let writer = place.writer(Arc::new(System), Way::Rename).unwrap();
        let journal = journalled(&place, false);
        let mut found = AFTER;
        found[at] = Some(b"by: hand\n");
        put(&place, found);
        writer.recover().unwrap();
        let mut expected = BEFORE;
        expected[at] = Some(b"by: hand\n");
        assert!(place.content() == owned(expected), "{} was edited", NAMES[at]);
        assert!(
            !journal.exists() && journal.with_extension("kept").exists(),
            "the bytes are not thrown away"
        );
    }
}

#[test]
fn a_file_that_somebody_has_deleted_after_a_crash_is_not_brought_back() {
    let (place, _root) = Place::new();
    let writer = place.writer(Arc::new(System), Way::Rename).unwrap();
    let journal = journalled(&place, false);
    let mut found = AFTER;
    found[0] = None;
    put(&place, found);
    writer.recover().unwrap();
    let mut expected = BEFORE;
    expected[0] = None;
    assert!(place.content() == owned(expected));
    assert!(journal.with_extension("kept").exists());
    let mode = fs::metadata(place.0.join("one/gone.yml")).unwrap().mode() & 0o7777;
    assert_eq!(mode, 0o640, "a file that comes back is as it was");
}

#[test]
fn what_is_out_of_reach_is_settled_when_it_is_back() {
    let (place, _root) = Place::new();
    let writer = place.writer(Arc::new(System), Way::Rename).unwrap();
    let journal = journalled(&place, true);
    let mut found = AFTER;
    found[2] = Some(OLD);
    put(&place, found);
    // As when the volume is not mounted.
    fs::rename(place.0.join("two"), place.0.join("elsewhere")).unwrap();
    writer.recover().unwrap();
    assert!(journal.exists());
    assert!(
        writer.read(&place.0.join("one/a.yml")).is_err(),
        "it cannot be known which version is the right one"
    );
    fs::rename(place.0.join("elsewhere"), place.0.join("two")).unwrap();
    assert_eq!(writer.read(&place.0.join("one/a.yml")).unwrap().unwrap().0, OLD);
    assert!(place.content() == owned(BEFORE));
    assert_eq!(place.journals(), 0);
}

#[test]
fn somebody_who_is_first_makes_it_a_conflict_and_nothing_is_changed() {
    for way in WAYS {
        for at in 0..NAMES.len() {
            let (place, _root) = Place::new();
            let writer = place.writer(Faulty::new(NEVER, Fault::Crash, no_rename(way)), way).unwrap();
            let paths = NAMES.map(|name| place.0.join(name));
            let changes: Vec<Change<'_>> = paths
                .iter()
                .zip(AFTER)
                .map(|(path, new)| {
                    let seen = writer.read(path).unwrap();
                    let expected =
                        seen.map_or(Expected::Absent, |(_, identity)| Expected::Unchanged(identity));
                    Change { path, new, access: Access::Shared, expected }
                })
                .collect();
            fs::write(&paths[at], "by: hand\n").unwrap();
            let result = writer.write_all(&changes);
            assert!(
                matches!(result, Err((place, WriteError::Changed)) if place == at),
                "{way:?} {at}: {result:?}"
            );
            let mut expected = BEFORE;
            expected[at] = Some(b"by: hand\n");
            assert!(place.content() == owned(expected), "{way:?} {at}");
            assert_eq!(
                (place.journals(), place.leftovers()),
                (0, 0),
                "a conflict leaves nothing lying about"
            );
        }
    }
}

#[test]
fn a_link_is_not_taken_away() {
    let (place, _root) = Place::new();
    let writer = place.writer(Arc::new(System), Way::Rename).unwrap();
    let link = place.0.join("one/link.yml");
    std::os::unix::fs::symlink("a.yml", &link).unwrap();
    let (_, identity) = writer.read(&link).unwrap().unwrap();
    let expected = Expected::Unchanged(identity);
    let change = Change { path: &link, new: None, access: Access::Shared, expected };
    assert!(matches!(writer.write_all(&[change]), Err((0, WriteError::Io(_)))));
    assert!(place.content() == owned(BEFORE) && link.is_symlink());
}

#[test]
fn one_file_is_renamed_without_a_journal() {
    let (place, _root) = Place::new();
    let disk = Faulty::new(NEVER, Fault::Crash, None);
    let writer = place.writer(disk.clone(), Way::Rename).unwrap();
    let path = place.0.join("one/a.yml");
    let (_, identity) = writer.read(&path).unwrap().unwrap();
    writer.write(&path, NEW, Access::Shared, Expected::Unchanged(identity)).unwrap();
    assert_eq!(disk.syncs(), 2, "the file and its folder");
    writer.write(&place.0.join("one/x.yml"), NEW, Access::Shared, Expected::Absent).unwrap();
    assert_eq!(disk.syncs(), 4, "the file and its folder");
}
