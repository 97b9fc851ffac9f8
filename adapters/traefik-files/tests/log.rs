//! The access log from its end: however long, cut off, moved away, or full of what is no line.

#![expect(clippy::unwrap_used, reason = "tests")]

use std::{
    fmt::Write as _,
    fs::{self, File, OpenOptions},
    io::{Seek as _, SeekFrom, Write as _},
    path::{Path, PathBuf},
    time::Instant,
};

use tempfile::TempDir;
use traefik_manager_core::traefik::access_log::{AccessLog as _, LogError, Stretch, Wanted};
use traefik_manager_traefik_files::FsAccessLog;

fn read(path: &Path, lines: usize, before: Option<u64>, filter: &dyn Fn(&[u8]) -> bool) -> Stretch {
    let mut is_wanted = |line: &[u8]| filter(line);
    let wanted = Wanted { before, lines, is_wanted: &mut is_wanted };
    FsAccessLog::new(Some(path.to_owned())).read_back(wanted).unwrap()
}

fn texts(stretch: &Stretch) -> Vec<String> {
    stretch.lines.iter().map(|line| String::from_utf8_lossy(line).into_owned()).collect()
}

fn log(text: &[u8]) -> (TempDir, PathBuf) {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("access.log");
    fs::write(&path, text).unwrap();
    (folder, path)
}

#[test]
fn the_newest_lines_come_first_and_reading_goes_on_where_it_ended() {
    for text in ["one\ntwo\n\nthree\r\nfour\n", "one\ntwo\n\nthree\r\nfour"] {
        let (_folder, path) = log(text.as_bytes());
        let stretch = read(&path, 2, None, &|_| true);
        assert_eq!(texts(&stretch), ["four", "three"]);
        let stretch = read(&path, 9, Some(stretch.reached), &|_| true);
        assert_eq!((texts(&stretch), stretch.reached), (vec!["two".to_owned(), "one".to_owned()], 0));
        assert_eq!(texts(&read(&path, 9, Some(0), &|_| true)), [""; 0]);
        assert_eq!(read(&path, 9, Some(u64::MAX), &|_| true).lines.len(), 4, "behind the end is the end");
    }
    let (_folder, path) = log(b"");
    assert_eq!(read(&path, 9, None, &|_| true), Stretch { lines: Vec::new(), reached: 0, looked_at: 0 });
}

/// Lines of all lengths around the size of a block, against the whole file cut at its line ends.
#[test]
fn every_line_comes_once_whatever_its_length_and_place() {
    let mut text = String::new();
    for number in 0..400_usize {
        let length = (number * 7919) % 3000;
        writeln!(text, "{number}:{}", "x".repeat(length)).unwrap();
    }
    let (_folder, path) = log(text.as_bytes());
    let expected: Vec<&str> = text.lines().rev().collect();
    for page in [1, 3, 50, 1000] {
        let (mut found, mut before) = (Vec::new(), None);
        loop {
            let stretch = read(&path, page, before, &|_| true);
            found.extend(texts(&stretch));
            if stretch.reached == 0 {
                break;
            }
            before = Some(stretch.reached);
        }
        assert_eq!(found, expected, "{page} at a time");
    }
}

#[test]
fn a_line_without_end_costs_little_and_is_not_in_the_way() {
    let mut text = b"first\n".to_vec();
    text.extend(std::iter::repeat_n(b'y', 20 * 1024 * 1024));
    text.extend(b"\nlast\n");
    let (_folder, path) = log(&text);
    let (mut found, mut before, mut calls) = (Vec::new(), None, 0);
    loop {
        let stretch = read(&path, 10, before, &|_| true);
        found.extend(stretch.lines);
        calls += 1;
        assert!(calls < 10, "it goes on");
        if stretch.reached == 0 {
            break;
        }
        before = Some(stretch.reached);
    }
    assert_eq!(found.first().unwrap(), b"last");
    assert_eq!(found.last().unwrap(), b"first");
    assert!(found.iter().all(|line| line.len() <= 16 * 1024));
}

#[test]
fn of_many_lines_few_are_wanted_and_one_call_looks_at_a_part() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("access.log");
    let mut file = std::io::BufWriter::new(File::create(&path).unwrap());
    for number in 0..400_000 {
        writeln!(file, "{number} {}", "z".repeat(40)).unwrap();
    }
    file.flush().unwrap();
    drop(file);
    let stretch = read(&path, 10, None, &|line| line.starts_with(b"5 "));
    assert!(
        stretch.lines.is_empty() && stretch.reached > 0 && stretch.looked_at > 100_000,
        "{}",
        stretch.looked_at
    );
    let (mut before, mut found) = (Some(stretch.reached), Vec::new());
    while found.is_empty() {
        let stretch = read(&path, 10, before, &|line| line.starts_with(b"5 "));
        assert!(Some(stretch.reached) < before || stretch.reached == 0);
        before = Some(stretch.reached);
        found = stretch.lines;
    }
    assert!(found[0].starts_with(b"5 z"));
}

/// A file of a gigabyte that is mostly a hole: reading the end must not touch the rest.
#[test]
fn the_end_of_a_gigabyte_is_read_at_once() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("access.log");
    let mut file = File::create(&path).unwrap();
    file.seek(SeekFrom::Start(1 << 30)).unwrap();
    writeln!(file).unwrap();
    for number in 0..1000 {
        writeln!(file, "line {number}").unwrap();
    }
    let begun = Instant::now();
    let stretch = read(&path, 1000, None, &|_| true);
    assert_eq!((stretch.lines.len(), &*stretch.lines[999]), (1000, &b"line 0"[..]));
    assert!(begun.elapsed().as_millis() < 50, "{:?}", begun.elapsed());
}

#[test]
fn a_log_that_was_moved_away_or_emptied_is_read_as_it_is_now() {
    let (folder, path) = log(b"old\nold\n");
    fs::rename(&path, folder.path().join("access.log.1")).unwrap();
    let mut is_wanted = |_: &[u8]| true;
    let wanted = Wanted { before: None, lines: 5, is_wanted: &mut is_wanted };
    let error = FsAccessLog::new(Some(path.clone())).read_back(wanted).unwrap_err();
    assert!(matches!(error, LogError::NotFound { .. }), "{error}");
    fs::write(&path, "new\n").unwrap();
    assert_eq!(texts(&read(&path, 5, Some(8), &|_| true)), ["new"]);
    OpenOptions::new().write(true).truncate(true).open(&path).unwrap();
    assert_eq!(texts(&read(&path, 5, None, &|_| true)), [""; 0]);
}

#[test]
fn what_is_no_file_is_refused() {
    let mut is_wanted = |_: &[u8]| true;
    let mut error = |path: Option<&str>| {
        let wanted = Wanted { before: None, lines: 5, is_wanted: &mut is_wanted };
        FsAccessLog::new(path.map(PathBuf::from)).read_back(wanted).unwrap_err()
    };
    assert_eq!(error(None), LogError::NotNamed);
    for path in ["/dev/zero", "/tmp"] {
        assert!(matches!(error(Some(path)), LogError::Unreadable { .. }), "{path}");
    }
}
