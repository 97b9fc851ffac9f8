//! Processes are killed in the middle of saving several files, again and again: no file is torn, no change is half
//! made, none that was acknowledged is lost, and every journal resolves.
//!
//! `TORTURE_SAVES` says how many saves are made in each way of writing (1,000 unless it says otherwise), and
//! `TORTURE_FOLDER` in which folder. Unless it says so they are made in memory, where there is such a place: a kill
//! spares what the system has taken over already, and waiting for a disk would be most of the time.
//!
//! The children are this test binary itself: a test that finds its role in the environment plays that role.
#![expect(clippy::unwrap_used, clippy::panic, clippy::print_stderr, reason = "tests")]

use std::{
    env,
    fmt::Write as _,
    fs,
    io::{BufRead as _, BufReader, Write as _},
    path::PathBuf,
    process::{Child, Command, Stdio},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    thread,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use tempfile::TempDir;
use traefik_manager_core::config::store::{
    ConfigStore, FileId, FileWrite, Revision, StorageError, WriteCondition,
};
use traefik_manager_storage_fs::{ConfigLocation, FsConfigStore};

const ROLE: &str = "STORAGE_TORTURE";
const WRITERS: usize = 64;

/// Every save writes the first three; the last one is there after every other save.
const FILES: [&str; 4] = ["a.yml", "b.yml", "sub/c.yml", "d.yml"];

/// How often each writer has saved.
type Counts = [u64; WRITERS];

/// The text of a file: it shows all counts, and whether it is whole.
fn render(file: usize, counts: &Counts) -> String {
    let total: u64 = counts.iter().sum();
    let mut text = format!("# {}\n", FILES[file]);
    for (writer, count) in counts.iter().enumerate().filter(|(_, count)| **count > 0) {
        writeln!(text, "w{writer}: {count}").unwrap();
    }
    let lines = 20 + (total * 37 + file as u64 * 101) % 120;
    (0..lines).for_each(|_| text.push_str("# a line that makes the file longer than a page\n"));
    writeln!(text, "end: {total}").unwrap();
    text
}

/// The counts that a text shows; `None` for one that is not whole.
fn parse(file: usize, text: &str) -> Option<Counts> {
    let mut counts = [0; WRITERS];
    for line in text.lines().filter_map(|line| line.strip_prefix('w')) {
        let (writer, count) = line.split_once(": ")?;
        *counts.get_mut(writer.parse::<usize>().ok()?)? = count.parse().ok()?;
    }
    (render(file, &counts) == text).then_some(counts)
}

fn is_there(file: usize, counts: &Counts) -> bool {
    file < 3 || counts.iter().sum::<u64>() % 2 == 1
}

struct Place {
    root: PathBuf,
    in_place: bool,
}

impl Place {
    fn new(root: &TempDir, in_place: bool) -> Self {
        let place = Self { root: root.path().to_owned(), in_place };
        fs::create_dir_all(place.root.join("dynamic/sub")).unwrap();
        let none = [0; WRITERS];
        for file in (0..FILES.len()).filter(|file| is_there(*file, &none)) {
            fs::write(place.path(file), render(file, &none)).unwrap();
        }
        place
    }

    fn path(&self, file: usize) -> PathBuf {
        self.root.join("dynamic").join(FILES[file])
    }

    fn store(&self) -> FsConfigStore {
        let location = ConfigLocation::Directory(self.root.join("dynamic"));
        let store = FsConfigStore::open(location, &self.root.join("state")).unwrap();
        if self.in_place { store.keeping_inodes() } else { store }
    }

    fn journals(&self, ending: &str) -> usize {
        let entries = fs::read_dir(self.root.join("state/journal")).unwrap();
        entries
            .filter(|entry| entry.as_ref().unwrap().path().extension().is_some_and(|e| e == ending))
            .count()
    }
}

/// Every file's counts and revision, if they are all of one save. Without the lock on changes they need not be.
fn read(store: &FsConfigStore) -> Result<(Counts, [Option<Revision>; 4]), String> {
    let mut revisions = [None, None, None, None];
    let mut seen = None;
    for (file, revision) in revisions.iter_mut().enumerate() {
        let content = match store.read(&FileId::new(FILES[file])) {
            Ok(content) => content,
            Err(StorageError::NotFound { .. }) => None,
            Err(error) => return Err(error.to_string()),
        };
        let Some(content) = content else {
            if seen.is_some_and(|counts| !is_there(file, &counts)) {
                continue;
            }
            return Err(format!("{} is not there", FILES[file]));
        };
        let counts = parse(file, &content.text).unwrap_or_else(|| panic!("{} is torn", FILES[file]));
        if *seen.get_or_insert(counts) != counts || !is_there(file, &counts) {
            return Err(format!("{} is of another save", FILES[file]));
        }
        *revision = Some(content.revision);
    }
    Ok((seen.unwrap_or([0; WRITERS]), revisions))
}

/// Counts one up in all files; `false` when another was first.
fn save(store: &FsConfigStore, writer: usize, alone: bool) -> Option<u64> {
    let _exclusive = alone.then(|| store.exclusive().unwrap());
    let (mut counts, revisions) = match read(store) {
        Err(_) if !alone => return None,
        read => read.unwrap(),
    };
    counts[writer] += 1;
    let ids = FILES.map(FileId::new);
    let texts: [Option<String>; 4] =
        [0, 1, 2, 3].map(|file| is_there(file, &counts).then(|| render(file, &counts)));
    let writes: Vec<FileWrite<'_>> = ids
        .iter()
        .zip(&texts)
        .zip(revisions)
        .map(|((id, text), revision)| FileWrite {
            id,
            text: text.as_deref(),
            condition: revision.map_or(WriteCondition::CreateNew, WriteCondition::Matches),
        })
        .collect();
    match store.write_all(&writes) {
        Ok(_) => Some(counts[writer]),
        Err(StorageError::Conflict { .. }) if !alone => None,
        Err(error) => panic!("the save is possible: {error}"),
    }
}

/// Saves until it is killed, and says each save that was made.
fn write_on(place: &Place, writers: std::ops::Range<usize>) {
    let store = place.store();
    thread::scope(|scope| {
        for writer in writers {
            let store = &store;
            scope.spawn(move || {
                loop {
                    // Every other writer relies on revisions alone, as another program would.
                    if let Some(count) = save(store, writer, writer % 2 == 0) {
                        // One call, so that lines of several threads do not mix.
                        std::io::stderr().write_all(format!("saved {writer} {count}\n").as_bytes()).unwrap();
                    } else {
                        thread::sleep(Duration::from_millis(2));
                    }
                }
            });
        }
    });
}

/// A process that saves, and a thread that hears of each save.
struct Saver {
    child: Child,
    hears: Option<thread::JoinHandle<()>>,
}

impl Saver {
    fn start(
        place: &Place,
        test: &str,
        writers: std::ops::Range<usize>,
        acknowledged: &Arc<Mutex<Counts>>,
        saves: &Arc<AtomicU64>,
    ) -> Self {
        let role = format!("{} {} {} {}", place.root.display(), place.in_place, writers.start, writers.end);
        let mut child = Command::new(env::current_exe().unwrap())
            .args(["--exact", test])
            .env(ROLE, role)
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let (acknowledged, saves) = (Arc::clone(acknowledged), Arc::clone(saves));
        let hears = thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                let Some(rest) = line.strip_prefix("saved ") else { panic!("a saver says: {line}") };
                let (writer, count) = rest.split_once(' ').unwrap();
                let (writer, count): (usize, u64) = (writer.parse().unwrap(), count.parse().unwrap());
                acknowledged.lock().unwrap()[writer] = count;
                saves.fetch_add(1, Ordering::SeqCst);
            }
        });
        Self { child, hears: Some(hears) }
    }

    fn kill(&mut self) {
        self.child.kill().unwrap();
        assert!(!self.child.wait().unwrap().success(), "it was killed in the middle of it");
        self.hears.take().unwrap().join().unwrap();
    }
}

/// Random enough for moments to kill at.
struct Moments(u64);

impl Moments {
    fn new() -> Self {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_nanos();
        Self(u64::try_from(now % u128::from(u64::MAX)).unwrap() | 1)
    }

    fn wait(&mut self, most: u64) {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        thread::sleep(Duration::from_micros(self.0 % most));
    }
}

#[derive(Debug, Default)]
struct Tally {
    saves: u64,
    kills: u64,
    /// Kills after which a journal was found.
    journals: u64,
    /// Kills after which the files were not of one save until somebody settled it.
    half: u64,
    /// Saves that were made, but the process was killed before it could say so.
    unsaid: u64,
}

/// Kills savers until so many saves were acknowledged, and checks the files after each kill.
fn torture(place: &Place, test: &str, processes: usize, writers: usize, saves: u64, tally: &mut Tally) {
    let mut moments = Moments::new();
    let acknowledged = Arc::new(Mutex::new(read(&place.store()).unwrap().0));
    let (made, share) = (Arc::new(AtomicU64::new(0)), writers / processes);
    while made.load(Ordering::SeqCst) < saves {
        let before = made.load(Ordering::SeqCst);
        let mut savers: Vec<Saver> = (0..processes)
            .map(|number| {
                let writers = number * share..(number + 1) * share;
                Saver::start(place, test, writers, &acknowledged, &made)
            })
            .collect();
        while made.load(Ordering::SeqCst) == before {
            thread::sleep(Duration::from_micros(100));
        }
        for saver in &mut savers {
            // The others go on, over what this one has left.
            moments.wait(12_000);
            saver.kill();
            tally.kills += 1;
        }
        tally.journals += u64::try_from(place.journals("journal")).unwrap();
        let raw: Vec<_> = (0..3)
            .map(|file| parse(file, &String::from_utf8_lossy(&fs::read(place.path(file)).unwrap())))
            .collect();
        assert!(place.in_place || raw.iter().all(Option::is_some), "no file is ever torn by a rename");
        tally.half += u64::from(raw[0] != raw[1] || raw[1] != raw[2] || raw[0].is_none());

        let (counts, _) = read(&place.store()).unwrap();
        let mut known = acknowledged.lock().unwrap();
        for (writer, (count, known)) in counts.iter().zip(known.iter()).enumerate() {
            assert!(count >= known, "a save of writer {writer} was acknowledged and is lost");
            assert!(*count <= known + 1, "writer {writer} has saved what it never began");
            tally.unsaid += count - known;
        }
        *known = counts;
        let left = (place.journals("journal"), place.journals("kept"));
        assert_eq!(left, (0, 0), "every journal resolves, and none is set aside");
    }
    tally.saves += made.load(Ordering::SeqCst);
}

/// Reads as Traefik does, with no regard to locks: each file by itself is whole at any time.
fn watch_raw(place: &Place, done: &AtomicBool) -> u64 {
    let mut reads = 0;
    while !done.load(Ordering::Relaxed) {
        for (file, name) in FILES.iter().enumerate() {
            if let Ok(text) = fs::read_to_string(place.path(file)) {
                assert!(parse(file, &text).is_some(), "{name} is torn");
                reads += 1;
            }
        }
        thread::sleep(Duration::from_millis(1));
    }
    reads
}

fn play(test: &str, in_place: bool) {
    if let Ok(role) = env::var(ROLE) {
        let words: Vec<&str> = role.split(' ').collect();
        let place = Place { root: PathBuf::from(words[0]), in_place: words[1] == "true" };
        write_on(&place, words[2].parse().unwrap()..words[3].parse().unwrap());
        return;
    }
    let saves: u64 = env::var("TORTURE_SAVES").map_or(1_000, |number| number.parse().unwrap());
    let root = match env::var_os("TORTURE_FOLDER") {
        None => TempDir::new_in("/dev/shm").or_else(|_| TempDir::new()).unwrap(),
        Some(folder) => TempDir::new_in(folder).unwrap(),
    };
    let place = Place::new(&root, in_place);
    let (mut tally, done) = (Tally::default(), AtomicBool::new(false));
    let reads = thread::scope(|scope| {
        let reader = (!in_place).then(|| scope.spawn(|| watch_raw(&place, &done)));
        // Whatever happens, the reader ends.
        let tortured = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            torture(&place, test, 1, 1, saves / 2, &mut tally);
            torture(&place, test, 2, WRITERS, saves - saves / 2, &mut tally);
        }));
        done.store(true, Ordering::Relaxed);
        let reads = reader.map(|reader| reader.join().unwrap());
        tortured.unwrap();
        reads
    });
    eprintln!("{test}: {tally:?}, {} raw reads", reads.unwrap_or_default());
    assert!(tally.saves >= saves && reads.is_none_or(|reads| reads > 100));
    assert!(tally.journals > 0, "no kill ever hit a save");
}

#[test]
fn kills_while_files_are_renamed() {
    play("kills_while_files_are_renamed", false);
}

#[test]
fn kills_while_files_are_written_in_place() {
    play("kills_while_files_are_written_in_place", true);
}
