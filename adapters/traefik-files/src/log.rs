//! The end of the access log, read backwards in blocks: what it costs does not grow with the log.

use std::{
    fs::{self, File},
    io::{self, ErrorKind},
    os::unix::fs::FileExt as _,
    path::{Path, PathBuf},
};

use traefik_manager_core::traefik::access_log::{AccessLog, LogError, Stretch, Wanted};

use crate::place::Place;

/// How much is read at once.
const BLOCK: usize = 64 * 1024;
/// The most that one call looks at, where few lines are wanted of many.
const MOST: u64 = 8 * 1024 * 1024;
/// The most bytes that are kept of a line.
const LINE: usize = 16 * 1024;
/// The most bytes that are handed over in all.
const ALL: usize = 4 * 1024 * 1024;
/// How often a call begins again because the log became shorter under it.
const TRIES: usize = 3;

/// The access log on this machine's disk.
#[derive(Debug)]
pub struct FsAccessLog {
    place: Place,
}

impl FsAccessLog {
    /// With the place of the log, where there is one.
    pub fn new(place: impl Into<Place>) -> Self {
        Self { place: place.into() }
    }
}

impl AccessLog for FsAccessLog {
    fn read_back(&self, mut wanted: Wanted<'_>) -> Result<Stretch, LogError> {
        let refused = |(path, reason): (PathBuf, String)| LogError::Unreadable {
            place: path.display().to_string(),
            reason,
        };
        let path = &self.place.now().map_err(refused)?.ok_or(LogError::NotNamed)?;
        let mut tries = 0;
        loop {
            tries += 1;
            match read_back(path, &mut wanted) {
                Err(error) if error.kind() == ErrorKind::UnexpectedEof && tries < TRIES => {}
                outcome => return outcome.map_err(|error| explained(path, &error)),
            }
        }
    }
}

fn explained(path: &Path, error: &io::Error) -> LogError {
    let place = path.display().to_string();
    match error.kind() {
        ErrorKind::NotFound => LogError::NotFound { place },
        ErrorKind::UnexpectedEof => {
            LogError::Unreadable { place, reason: "it keeps being emptied".to_owned() }
        }
        _ => LogError::Unreadable { place, reason: error.to_string() },
    }
}

fn read_back(path: &Path, wanted: &mut Wanted<'_>) -> io::Result<Stretch> {
    // A pipe would make opening it wait.
    if !fs::metadata(path)?.is_file() {
        return Err(io::Error::other("it is no file"));
    }
    let file = File::open(path)?;
    let length = file.metadata()?.len();
    let end = wanted.before.map_or(length, |before| before.min(length));
    let mut back = Back::new(end);
    let mut block = vec![0; BLOCK];
    let mut at = end;
    while at > 0 && !back.is_done(wanted) && end - at < MOST {
        let size = usize::try_from(at).map_or(BLOCK, |left| left.min(BLOCK));
        at -= size as u64;
        let Some(block) = block.get_mut(..size) else { break };
        file.read_exact_at(block, at)?;
        back.take(block, at, wanted);
    }
    if at == 0 && !back.is_done(wanted) {
        back.finish_line(0, wanted);
    }
    Ok(back.into_stretch(at))
}

/// What was found so far, going backwards.
struct Back {
    lines: Vec<Vec<u8>>,
    looked_at: usize,
    /// How many bytes the lines have.
    size: usize,
    /// The beginning, as far as it is known, of the line whose end was found.
    open: Vec<u8>,
    /// Whether there is such a line: behind the last line end of a log there is none yet.
    has_open: bool,
    /// Where the oldest line that was looked at begins.
    reached: u64,
}

impl Back {
    fn new(end: u64) -> Self {
        Self { lines: Vec::new(), looked_at: 0, size: 0, open: Vec::new(), has_open: false, reached: end }
    }

    fn is_done(&self, wanted: &Wanted<'_>) -> bool {
        self.lines.len() >= wanted.lines || self.size >= ALL
    }

    fn take(&mut self, block: &[u8], at: u64, wanted: &mut Wanted<'_>) {
        let mut rest = block;
        while let Some(newline) = rest.iter().rposition(|byte| *byte == b'\n') {
            let (before, after) = (rest.get(..newline), rest.get(newline + 1..));
            self.prepend(after.unwrap_or_default());
            self.finish_line(at + newline as u64 + 1, wanted);
            if self.is_done(wanted) {
                return;
            }
            rest = before.unwrap_or_default();
        }
        self.prepend(rest);
    }

    fn prepend(&mut self, bytes: &[u8]) {
        if bytes.is_empty() {
            return;
        }
        self.has_open = true;
        if bytes.len() >= LINE || self.open.is_empty() {
            self.open.clear();
            self.open.extend_from_slice(bytes.get(..LINE).unwrap_or(bytes));
            return;
        }
        self.open.truncate(LINE - bytes.len());
        self.open.splice(..0, bytes.iter().copied());
    }

    fn finish_line(&mut self, begins: u64, wanted: &mut Wanted<'_>) {
        self.reached = begins;
        if !self.has_open {
            return;
        }
        self.looked_at += 1;
        let line = self.open.strip_suffix(b"\r").unwrap_or(&self.open);
        if (wanted.is_wanted)(line) {
            self.size += line.len();
            self.lines.push(line.to_vec());
        }
        self.open.clear();
        self.has_open = false;
    }

    /// A line that is longer than all that one call looks at is passed over, or nobody would get beyond it.
    fn into_stretch(self, at: u64) -> Stretch {
        let stuck = self.looked_at == 0;
        Stretch {
            lines: self.lines,
            reached: if stuck { at } else { self.reached },
            looked_at: self.looked_at,
        }
    }
}
