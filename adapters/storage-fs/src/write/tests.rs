//! Every step of a write fails, or is the last thing that the process does.
#![expect(clippy::unwrap_used, clippy::panic, clippy::print_stderr, reason = "tests")]

use std::{
    env,
    fs::{self, File},
    os::unix::{
        fs::{MetadataExt as _, PermissionsExt as _, symlink},
        process::ExitStatusExt as _,
    },
    process::{Command, Stdio},
    time::SystemTime,
};

use tempfile::TempDir;
use traefik_manager_core::config::store::StorageError;

use super::{
    faulty::{Closed, EACCES, EBUSY, EDQUOT, EIO, ENOSPC, EPERM, EROFS, EXDEV, Fault, Faulty, NEVER},
    *,
};
use crate::{
    errors,
    file::{ABANDONED, MAX_FILE},
    journal::{Old, Owner},
};

const OLD: &[u8] = b"old: 1 # a line that is longer than the new one, so that the file shrinks\n";
const NEW: &[u8] = b"new: 2\n";
const LONG: &[u8] = &[b'n'; 20_000];

struct Place {
    folder: TempDir,
    state: TempDir,
}

impl Place {
    fn new() -> Self {
        let place = Self { folder: TempDir::new().unwrap(), state: TempDir::new().unwrap() };
        fs::write(place.file(), OLD).unwrap();
        place
    }

    fn file(&self) -> PathBuf {
        self.folder.path().join("a.yml")
    }

    fn writer(&self, disk: Arc<dyn Disk>) -> Writer {
        Writer::with_disk(self.state.path(), disk).unwrap()
    }

    fn content(&self) -> Vec<u8> {
        fs::read(self.file()).unwrap()
    }

    fn files(&self) -> usize {
        fs::read_dir(self.folder.path()).unwrap().count()
    }
}

fn replace(writer: &Writer, path: &Path, bytes: &[u8]) -> Result<(), WriteError> {
    let (_, identity) = writer.read(path).unwrap().unwrap();
    writer.write(path, bytes, Access::Shared, Expected::Unchanged(identity))
}

#[test]
fn a_failure_at_any_step_leaves_the_old_content() {
    for no_rename in [None, Some(EBUSY)] {
        for number in [ENOSPC, EIO] {
            for bytes in [NEW, LONG, b""] {
                let mut step = 0;
                loop {
                    let place = Place::new();
                    let disk = Faulty::new(step, Fault::Error(number), no_rename);
                    let writer = place.writer(disk.clone());
                    let result = replace(&writer, &place.file(), bytes);
                    let expected = if result.is_ok() { bytes } else { OLD };
                    assert_eq!(place.content(), expected, "step {step}, {no_rename:?}: {result:?}");
                    assert_eq!(place.files(), 1, "nothing is left lying about");
                    if !disk.reached() {
                        assert!(result.is_ok());
                        break;
                    }
                    replace(&writer, &place.file(), b"next\n").unwrap();
                    assert_eq!(place.content(), b"next\n");
                    step += 1;
                }
                assert!(step >= 5, "only {step} steps were tried");
            }
        }
    }
}

#[test]
fn a_crash_at_any_step_leaves_one_whole_version() {
    const ROLE: &str = "STORAGE_CRASH_AT";
    if let Ok(role) = env::var(ROLE) {
        let mut words = role.split(' ');
        let mut word = || words.next().unwrap().to_owned();
        let (folder, state, step, renames) = (word(), word(), word(), word());
        let no_rename = (renames == "no").then_some(EBUSY);
        let disk = Faulty::new(step.parse().unwrap(), Fault::Crash, no_rename);
        let writer = Writer::with_disk(Path::new(&state), disk).unwrap();
        replace(&writer, &Path::new(&folder).join("a.yml"), LONG).unwrap();
        return;
    }
    for renames in ["yes", "no"] {
        let mut crashes = 0;
        let mut torn = 0;
        loop {
            let place = Place::new();
            let role = format!(
                "{} {} {crashes} {renames}",
                place.folder.path().display(),
                place.state.path().display()
            );
            let status = Command::new(env::current_exe().unwrap())
                .args(["--exact", "write::tests::a_crash_at_any_step_leaves_one_whole_version"])
                .env(ROLE, role)
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .status()
                .unwrap();
            let found = place.content();
            if status.success() {
                assert_eq!(found, LONG);
                break;
            }
            assert!(status.signal().is_some(), "the child crashed as told");
            torn += usize::from(found != OLD && found != LONG);
            // A reader in another process that never stopped.
            let writer = place.writer(Arc::new(System));
            let (read, _) = writer.read(&place.file()).unwrap().unwrap();
            assert!(read == OLD || read == LONG, "step {crashes}: {} bytes", read.len());
            assert_eq!(place.content(), read);
            assert_eq!(journal::pending(&place.state.path().join("journal")).unwrap(), [] as [PathBuf; 0]);
            replace(&writer, &place.file(), b"next\n").unwrap();
            crashes += 1;
        }
        assert!(crashes >= 5, "only {crashes} steps were tried");
        assert_eq!(torn > 0, renames == "no", "in place, and only there, a crash tears");
    }
}

#[test]
fn writes_in_place_only_where_renaming_is_impossible() {
    for number in [EBUSY, EXDEV, EACCES, EPERM, EROFS] {
        let place = Place::new();
        let link = place.folder.path().join("same-inode");
        fs::hard_link(place.file(), &link).unwrap();
        fs::remove_file(&link).unwrap();
        let inode = fs::metadata(place.file()).unwrap().ino();
        let writer = place.writer(Faulty::new(NEVER, Fault::Crash, Some(number)));
        replace(&writer, &place.file(), NEW).unwrap();
        assert_eq!(place.content(), NEW);
        assert_eq!(fs::metadata(place.file()).unwrap().ino(), inode, "errno {number}");
    }
    for number in [ENOSPC, EDQUOT] {
        let place = Place::new();
        let writer = place.writer(Faulty::new(NEVER, Fault::Crash, Some(number)));
        let error = replace(&writer, &place.file(), NEW).map_err(|error| errors::writing("a.yml", error));
        assert!(matches!(error, Err(StorageError::NoSpace { .. })), "{error:?}");
        assert_eq!(place.content(), OLD);
    }
}

#[test]
fn what_cannot_be_written_either_way_is_read_only() {
    for number in [EACCES, EPERM, EROFS] {
        let place = Place::new();
        // No temporary file can be made, and the file cannot be opened for writing.
        let disk = Faulty::new(NEVER, Fault::Crash, None);
        let writer = place.writer(Arc::new(Closed(disk, number)));
        let error = replace(&writer, &place.file(), NEW).map_err(|error| errors::writing("a.yml", error));
        assert!(matches!(error, Err(StorageError::ReadOnly { .. })), "{error:?}");
        assert_eq!(place.content(), OLD);
    }
}

/// The journal of a write in place that was interrupted.
fn keep(journals: &Path, target: &Path, old: &[u8], new: &[u8]) -> PathBuf {
    let owner = Owner { mode: 0o644, user: 0, group: 0 };
    let old = Some(Old { bytes: old.to_vec(), owner });
    let file = Record { target: target.to_owned(), old, new: Some(new.to_vec()), in_place: true };
    journal::keep(&System, journals, &[file]).map_err(|error| error.to_string()).unwrap()
}

#[test]
fn a_file_that_was_edited_after_a_crash_stays_as_it_is() {
    let place = Place::new();
    let writer = place.writer(Arc::new(System));
    let journals = place.state.path().join("journal");
    let target = place.file().canonicalize().unwrap();
    keep(&journals, &target, OLD, NEW);
    fs::write(place.file(), "by: hand\n").unwrap();
    writer.recover().unwrap();
    assert_eq!(place.content(), b"by: hand\n");
    let kept: Vec<_> = fs::read_dir(&journals).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert!(kept.len() == 1 && kept[0].extension().unwrap() == "kept", "the old bytes are not thrown away");

    // A mixture of both is no edit, and an empty file is what a truncation leaves.
    for torn in [&b"new: 2\n# a line that is longer than the new one, so that the file shrinks\n"[..], b""] {
        let mut mixture = OLD.to_vec();
        mixture[..NEW.len()].copy_from_slice(NEW);
        let torn = if torn.is_empty() { torn } else { &mixture };
        keep(&journals, &target, OLD, NEW);
        fs::write(place.file(), torn).unwrap();
        assert_eq!(writer.read(&place.file()).unwrap().unwrap().0, OLD);
        assert_eq!(place.content(), OLD);
    }
}

#[test]
fn a_damaged_journal_touches_nothing() {
    let place = Place::new();
    let journals = place.state.path().join("journal");
    let writer = place.writer(Arc::new(System));
    let target = place.file().canonicalize().unwrap();
    let path = keep(&journals, &target, NEW, LONG);
    let mut bytes = fs::read(&path).unwrap();
    bytes.pop();
    fs::write(&path, bytes).unwrap();
    fs::write(journals.join("0.journal"), "no header").unwrap();
    writer.recover().unwrap();
    assert_eq!(place.content(), OLD);
    assert!(journal::pending(&journals).unwrap().is_empty());
}

#[test]
fn modes_links_and_names_stay() {
    let place = Place::new();
    let writer = place.writer(Arc::new(System));
    let mode = |path: &Path| fs::metadata(path).unwrap().mode() & 0o7777;
    fs::set_permissions(place.file(), fs::Permissions::from_mode(0o640)).unwrap();
    let link = place.folder.path().join("link.yml");
    symlink("a.yml", &link).unwrap();
    replace(&writer, &link, NEW).unwrap();
    assert_eq!((place.content(), mode(&place.file())), (NEW.to_vec(), 0o640));
    assert!(fs::symlink_metadata(&link).unwrap().is_symlink(), "the link's target was written, not the link");

    let other = place.folder.path().join("hard.yml");
    fs::hard_link(place.file(), &other).unwrap();
    replace(&writer, &other, LONG).unwrap();
    assert_eq!(place.content(), LONG, "both names still have one content");
    fs::remove_file(other).unwrap();

    let (_, identity) = writer.read(&place.file()).unwrap().unwrap();
    writer.write(&place.file(), NEW, Access::Secret, Expected::Unchanged(identity)).unwrap();
    assert_eq!(mode(&place.file()), 0o600);
    let secret = place.folder.path().join("secret");
    writer.write(&secret, NEW, Access::Secret, Expected::Absent).unwrap();
    assert_eq!(mode(&secret), 0o600);
    let shared = place.folder.path().join("shared.yml");
    writer.write(&shared, NEW, Access::Shared, Expected::Absent).unwrap();
    let ordinary = File::create(place.folder.path().join("ordinary")).unwrap();
    assert_eq!(mode(&shared), ordinary.metadata().unwrap().mode() & 0o644, "0644 less the umask");
    assert_eq!(mode(&place.state.path().join("journal")), 0o700);
}

#[test]
fn the_owner_stays() {
    let place = Place::new();
    if let Err(error) = std::os::unix::fs::chown(place.file(), Some(1_234), Some(4_321)) {
        assert!(env::var_os("REQUIRE_REAL").is_none(), "files cannot be given away: {error}");
        eprintln!("SKIPPED: files cannot be given away here: {error}");
        return;
    }
    let writer = place.writer(Arc::new(System));
    replace(&writer, &place.file(), NEW).unwrap();
    let metadata = fs::metadata(place.file()).unwrap();
    assert_eq!((place.content(), metadata.uid(), metadata.gid()), (NEW.to_vec(), 1_234, 4_321));
}

#[test]
fn a_change_by_somebody_else_is_never_overwritten() {
    for no_rename in [None, Some(EBUSY)] {
        let place = Place::new();
        let writer = place.writer(Faulty::new(NEVER, Fault::Crash, no_rename));
        let (_, identity) = writer.read(&place.file()).unwrap().unwrap();
        fs::write(place.file(), "by: hand\n").unwrap();
        let result = writer.write(&place.file(), NEW, Access::Shared, Expected::Unchanged(identity));
        assert!(matches!(result, Err(WriteError::Changed)), "{result:?}");
        assert_eq!(place.content(), b"by: hand\n");
        let result = writer.write(&place.file(), NEW, Access::Shared, Expected::Absent);
        assert!(matches!(result, Err(WriteError::Changed)), "{result:?}");
        assert_eq!(place.content(), b"by: hand\n");
        fs::remove_file(place.file()).unwrap();
        let result = writer.write(&place.file(), NEW, Access::Shared, Expected::Unchanged(identity));
        assert!(matches!(result, Err(WriteError::Changed)), "{result:?}");
        assert_eq!(place.files(), 0);
    }
}

#[test]
fn abandoned_temporary_files_are_swept() {
    let place = Place::new();
    // One that is still being written, however long that takes, and one whose process died just now.
    let live = System.create_temporary(place.folder.path(), 0o600).unwrap();
    live.as_file().set_modified(SystemTime::now() - ABANDONED * 2).unwrap();
    let dead = System.create_temporary(place.folder.path(), 0o600).unwrap().keep().unwrap().1;
    let link = place.folder.path().join(".traefik-manager-link.tmp");
    std::os::unix::fs::symlink("nowhere", &link).unwrap();
    let foreign = place.folder.path().join(".somebody-else.tmp");
    let file = File::create(&foreign).unwrap();
    file.set_modified(SystemTime::now() - ABANDONED * 2).unwrap();
    sweep(place.folder.path());
    let is_there = |path: &Path| path.symlink_metadata().is_ok();
    assert_eq!([&dead, live.path(), &foreign, &link].map(is_there), [false, true, true, true]);
    assert_eq!(dead.extension().unwrap(), "tmp", "Traefik passes over it");
}

#[test]
fn what_is_no_file_is_not_read() {
    let place = Place::new();
    let writer = place.writer(Arc::new(System));
    let Err(error) = writer.read(place.folder.path()) else { panic!("a folder was read") };
    assert_eq!(error.kind(), io::ErrorKind::InvalidData);
    assert!(writer.read(&place.folder.path().join("none")).unwrap().is_none());
    assert!(writer.read(&place.file().join("below-a-file")).unwrap().is_none());
    let huge = place.folder.path().join("huge");
    File::create(&huge).unwrap().set_len(MAX_FILE + 1).unwrap();
    let Err(error) = writer.read(&huge) else { panic!("a file without end was read") };
    assert!(error.to_string().contains("64 MiB"));
}
