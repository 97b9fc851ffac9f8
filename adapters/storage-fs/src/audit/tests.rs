//! The trail on disk: who meddles with it is found out, and no crash breaks it.
#![expect(clippy::unwrap_used, reason = "tests")]

use std::{
    env,
    os::unix::{fs::MetadataExt as _, process::ExitStatusExt as _},
    process::{Command, Stdio},
    thread,
};

use tempfile::TempDir;
use traefik_manager_core::{
    audit::{Finding, Flaw, Link, Place},
    clock::Timestamp,
    test_support::conformance::{self, sample_entry},
};

use super::{lines::Forwards, *};
use crate::write::faulty::{EIO, ENOSPC, EROFS, Fault, Faulty};

/// 2026-11-30 23:59:57 UTC: the fourth entry after it is of another month.
const LATE: i64 = 1_796_083_197;

struct Trail(TempDir);

impl Trail {
    /// In memory where there is such a place: these tests are not about disks.
    fn new() -> Self {
        Self(TempDir::new_in("/dev/shm").or_else(|_| TempDir::new()).unwrap())
    }

    /// A trail over two months: four lines in the first file and three in the second.
    fn filled() -> Self {
        let trail = Self::new();
        let log = trail.log();
        for number in 0..7 {
            log.append(&at(LATE + i64::try_from(number).unwrap() - 1, number)).unwrap();
        }
        assert_eq!((trail.lines(NOVEMBER).len(), trail.lines(DECEMBER).len()), (4, 3));
        trail
    }

    fn log(&self) -> FsAuditLog {
        FsAuditLog::open(&self.path(""), &self.0.path().join("state")).unwrap()
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join("audit").join(name)
    }

    fn lines(&self, month: &str) -> Vec<String> {
        fs::read_to_string(self.path(month)).unwrap().lines().map(str::to_owned).collect()
    }

    fn change(&self, month: &str, change: impl FnOnce(&mut Vec<String>)) {
        let mut lines = self.lines(month);
        change(&mut lines);
        lines.push(String::new());
        fs::write(self.path(month), lines.join("\n")).unwrap();
    }

    fn findings(&self) -> Vec<String> {
        self.log().verify().unwrap().findings.iter().map(Finding::to_string).collect()
    }
}

const NOVEMBER: &str = "audit-2026-11.jsonl";
const DECEMBER: &str = "audit-2026-12.jsonl";

fn at(seconds: i64, number: u64) -> Entry {
    Entry { at: Timestamp(seconds), ..sample_entry(number) }
}

#[test]
fn it_keeps_the_promises_of_its_port() {
    let trail = Trail::new();
    assert!(!trail.path("").exists(), "nothing is made before there is something to keep");
    conformance::audit_log(&trail.log());
    let lines = trail.lines(NOVEMBER);
    assert_eq!(lines.len(), 56, "whatever is in an entry, it is one line");
    let mode = |name: &str| fs::metadata(trail.path(name)).unwrap().mode() & 0o7777;
    assert_eq!([mode(""), mode(NOVEMBER), mode(HEAD)], [0o700, 0o600, 0o600]);
    for pair in lines.windows(2) {
        let hash = line::hash(pair[0].as_bytes()).to_string();
        assert!(pair[1].contains(&format!(r#""previous":"{hash}""#)), "sha256sum can follow it");
    }
}

#[test]
fn two_processes_and_many_threads_share_one_trail() {
    let trail = Trail::new();
    let logs = [trail.log(), trail.log()];
    thread::scope(|scope| {
        for number in 0..32 {
            let log = &logs[number % 2];
            scope.spawn(move || (0..4).for_each(|_| assert!(log.append(&sample_entry(3)).unwrap() > 0)));
        }
    });
    let verdict = trail.log().verify().unwrap();
    assert_eq!((verdict.lines, verdict.findings), (128, Vec::new()));
}

#[test]
fn a_month_continues_the_one_before_and_the_clock_may_go_back() {
    let trail = Trail::filled();
    let log = trail.log();
    assert_eq!(log.append(&at(LATE, 8)).unwrap(), 8);
    assert_eq!(trail.lines(DECEMBER).len(), 4, "lines stay in their order");
    assert_eq!(trail.findings(), [] as [String; 0]);
    for number in 1..=8 {
        assert_eq!(log.find(number).unwrap().unwrap().number, number);
    }
    let first = log.newest(None, 5).unwrap();
    let rest = log.newest(first.next.as_ref(), 5).unwrap();
    let numbers: Vec<u64> = first.entries.iter().chain(&rest.entries).map(|one| one.number).collect();
    assert_eq!((numbers, rest.next), ((1..=8).rev().collect(), None));
}

#[test]
fn whoever_meddles_is_found_out_with_file_and_line() {
    let found = |month: &str, change: &dyn Fn(&mut Vec<String>)| {
        let trail = Trail::filled();
        trail.change(month, change);
        trail.findings()
    };
    for (month, line) in [(NOVEMBER, 1), (NOVEMBER, 4), (DECEMBER, 1), (DECEMBER, 3)] {
        let changed = found(month, &|lines| lines[line - 1] = lines[line - 1].replace("save", "look"));
        assert_eq!(changed, [format!("{month}:{line}: the line was changed after it was written")]);
        let garbage = found(month, &|lines| lines[line - 1] = "{}".to_owned());
        assert_eq!(garbage, [format!("{month}:{line}: the line is no entry of the audit trail")]);
    }
    let missing = found(NOVEMBER, &|lines| drop(lines.remove(1)));
    assert_eq!(missing, [format!("{NOVEMBER}:2: the entry before this line is missing")]);
    let missing = found(NOVEMBER, &|lines| drop(lines.pop()));
    assert_eq!(missing, [format!("{DECEMBER}:1: the entry before this line is missing")]);
    let moved = found(DECEMBER, &|lines| lines.swap(0, 1));
    assert!(
        moved.contains(&format!("{DECEMBER}:2: the line does not belong here: it was moved or added")),
        "{moved:?}"
    );
    let cut = found(DECEMBER, &|lines| lines.truncate(1));
    assert_eq!(cut, ["the newest 2 entries were cut off the end"]);

    let trail = Trail::filled();
    fs::remove_file(trail.path(NOVEMBER)).unwrap();
    assert_eq!(trail.findings(), [format!("{DECEMBER}:1: the 4 entries before this line are missing")]);
    let trail = Trail::filled();
    fs::remove_file(trail.path(HEAD)).unwrap();
    assert_eq!(trail.log().verify().unwrap().findings[0].flaw, Flaw::NoHead);
}

#[test]
fn an_entry_after_meddling_does_not_hide_it() {
    let trail = Trail::filled();
    trail.change(DECEMBER, |lines| lines.truncate(1));
    assert_eq!(trail.log().append(&at(LATE + 9, 8)).unwrap(), 8);
    assert_eq!(trail.findings(), [format!("{DECEMBER}:2: the 2 entries before this line are missing")]);
    let trail = Trail::filled();
    trail.change(DECEMBER, |lines| lines[2] = lines[2].replace("save", "look"));
    trail.log().append(&at(LATE + 9, 8)).unwrap();
    assert_eq!(trail.findings(), [format!("{DECEMBER}:3: the line was changed after it was written")]);
}

#[test]
fn a_head_that_was_removed_leaves_an_entry() {
    let trail = Trail::filled();
    trail.change(DECEMBER, |lines| lines.truncate(1));
    fs::remove_file(trail.path(HEAD)).unwrap();
    let log = trail.log();
    assert_eq!(log.append(&at(LATE + 9, 8)).unwrap(), 7, "after the entry that tells of it");
    let told = log.find(6).unwrap().unwrap().entry;
    assert_eq!((told.actor, told.action.contains("head.json")), (Actor::Program, true));
    assert_eq!(trail.findings(), [] as [String; 0]);
    assert_eq!(log.append(&at(LATE + 10, 9)).unwrap(), 8);
}

#[test]
fn a_line_that_was_not_finished_is_set_apart() {
    let trail = Trail::filled();
    let half = &br#"{"number":8,"previous":"#[..];
    OpenOptions::new().append(true).open(trail.path(DECEMBER)).unwrap().write_all(half).unwrap();
    let verdict = trail.log().verify().unwrap();
    assert_eq!((verdict.lines, &verdict.findings[..]), (7, &[][..]));
    assert_eq!(verdict.unfinished, Some(Place { file: DECEMBER.to_owned(), line: 4 }));
    assert_eq!(trail.log().newest(None, 1).unwrap().entries[0].number, 7);

    assert_eq!(trail.log().append(&at(LATE + 9, 8)).unwrap(), 8);
    assert_eq!(fs::read(trail.path("audit-2026-12.torn")).unwrap(), [half, b"\n"].concat());
    let verdict = trail.log().verify().unwrap();
    assert_eq!((verdict.lines, verdict.findings, verdict.unfinished), (8, Vec::new(), None));
}

#[test]
fn a_line_that_lacks_only_its_end_is_no_loss() {
    let trail = Trail::filled();
    let file = OpenOptions::new().write(true).open(trail.path(DECEMBER)).unwrap();
    file.set_len(file.metadata().unwrap().len() - 1).unwrap();
    assert_eq!(trail.findings(), ["the newest entry was cut off the end"]);
    assert_eq!(trail.log().append(&at(LATE + 9, 8)).unwrap(), 8);
    assert_eq!(trail.findings(), [] as [String; 0]);
    assert!(!trail.path("audit-2026-12.torn").exists());
}

#[test]
fn a_failure_at_any_call_loses_no_entry_and_breaks_no_chain() {
    for number in [ENOSPC, EIO, EROFS] {
        let mut call = 0;
        loop {
            let trail = Trail::filled();
            let disk = Faulty::new(call, Fault::Error(number), None);
            let log =
                FsAuditLog::with_disk(&trail.path(""), &trail.0.path().join("state"), disk.clone()).unwrap();
            let result = log.append(&at(LATE + 9, 8));
            let case = format!("call {call} fails with {number}: {result:?}");
            let there = trail.log().find(8).unwrap().is_some();
            assert_eq!(there, result.is_ok(), "{case}");
            assert_eq!(trail.findings(), [] as [String; 0], "{case}");
            assert_eq!(trail.log().append(&at(LATE + 10, 9)).unwrap(), if there { 9 } else { 8 }, "{case}");
            assert_eq!(trail.findings(), [] as [String; 0], "{case}");
            if !disk.reached() {
                break;
            }
            call += 1;
        }
        assert!(call >= 7, "only {call} calls were tried");
    }
}

#[test]
fn a_crash_at_any_call_loses_no_entry_and_breaks_no_chain() {
    const ROLE: &str = "STORAGE_AUDIT_CRASH";
    if let Ok(role) = env::var(ROLE) {
        let (root, call) = role.split_once(' ').unwrap();
        let (root, disk) = (Path::new(root), Faulty::new(call.parse().unwrap(), Fault::Crash, None));
        let log = FsAuditLog::with_disk(&root.join("audit"), &root.join("state"), disk).unwrap();
        assert!(log.append(&at(LATE + 9, 8)).is_ok());
        return;
    }
    for start in [Trail::new as fn() -> Trail, Trail::filled] {
        let (mut call, mut torn) = (0, 0);
        loop {
            let trail = start();
            let status = Command::new(env::current_exe().unwrap())
                .args(["--exact", "audit::tests::a_crash_at_any_call_loses_no_entry_and_breaks_no_chain"])
                .env(ROLE, format!("{} {call}", trail.0.path().display()))
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .status()
                .unwrap();
            let found = trail.log().verify().unwrap();
            assert_eq!(found.findings, [], "call {call}");
            if status.success() {
                break;
            }
            assert!(status.signal().is_some(), "the child crashed as told");
            torn += usize::from(found.unfinished.is_some());
            let next = trail.log().append(&at(LATE + 10, 9)).unwrap();
            assert_eq!(next, found.lines + 1, "call {call}");
            let verdict = trail.log().verify().unwrap();
            let whole = (verdict.lines, verdict.findings, verdict.unfinished);
            assert_eq!(whole, (next, Vec::new(), None), "call {call}");
            call += 1;
        }
        assert!(call >= 7 && torn > 0, "{call} calls were tried, {torn} left half a line");
    }
}

#[test]
fn a_page_costs_no_more_than_it_shows() {
    let trail = Trail::new();
    trail.log().append(&at(LATE, 1)).unwrap();
    // A line of 64 GiB, which nobody could read, before the others.
    let file = OpenOptions::new().append(true).open(trail.path(NOVEMBER)).unwrap();
    file.set_len(64 << 30).unwrap();
    (&file).write_all(b"\n").unwrap();
    for number in 2..=120 {
        let line = line::render(Link { number, previous: ChainHash::START }, &sample_entry(number));
        (&file).write_all(&[line.unwrap(), b"\n".to_vec()].concat()).unwrap();
    }
    let page = trail.log().newest(None, 50).unwrap();
    let next = trail.log().newest(page.next.as_ref(), 50).unwrap();
    let numbers: Vec<u64> = page.entries.iter().chain(&next.entries).map(|one| one.number).collect();
    assert_eq!(numbers, (21..=120).rev().collect::<Vec<u64>>());
}

#[test]
fn a_line_of_any_length_is_read_from_both_ends() {
    let trail = Trail::new();
    fs::create_dir(trail.path("")).unwrap();
    let path = trail.path("lines");
    let lengths = [0, 1, 65_535, 65_536, 65_537, MAX_LINE - 1, MAX_LINE, MAX_LINE + 1, 3 * MAX_LINE, 5];
    for end in ["", "\n"] {
        let mut text = lengths.map(|length| "x".repeat(length)).join("\n");
        text.push_str(end);
        fs::write(&path, &text).unwrap();
        let mut forwards = Forwards::new(File::open(&path).unwrap());
        let mut seen = Vec::new();
        while let Some(line) = forwards.next().unwrap() {
            seen.push((line.offset, line.bytes.map(|bytes| bytes.len()), line.is_complete));
        }
        let mut backwards = Backwards::new(File::open(&path).unwrap(), text.len() as u64);
        let mut back = Vec::new();
        while let Some(line) = backwards.next().unwrap() {
            back.push((line.offset, line.bytes.map(|bytes| bytes.len()), line.is_complete));
        }
        back.reverse();
        assert_eq!(seen, back);
        let expected: Vec<Option<usize>> =
            lengths.iter().map(|length| (*length <= MAX_LINE).then_some(*length)).collect();
        assert_eq!(seen.iter().map(|line| line.1).collect::<Vec<_>>(), expected);
        assert_eq!(seen.last().unwrap().2, !end.is_empty());
    }
}

#[test]
fn an_entry_that_is_too_long_keeps_everything_but_its_texts() {
    let trail = Trail::new();
    let mut entry = sample_entry(1);
    let mut file = entry.files[0].clone();
    file.before.text = "x".repeat(30_000);
    entry.files = vec![file; 50];
    trail.log().append(&entry).unwrap();
    let found = trail.log().find(1).unwrap().unwrap().entry;
    assert_eq!(found, entry.without_texts());
    entry.action = "x".repeat(MAX_LINE);
    assert!(trail.log().append(&entry).is_err());
    assert_eq!(trail.log().append(&sample_entry(2)).unwrap(), 2);
}
