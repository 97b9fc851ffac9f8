//! The chain that holds the trail together, and what breaks it.
//!
//! Entry number *n* carries the hash of entry *n - 1*; the first one carries [`ChainHash::START`]. The [`Head`] is
//! the number and hash of the newest entry, kept apart, without which nobody could tell that entries were cut off
//! the end.

use std::fmt;

use crate::crypto::hex;

/// The most flaws that a verdict lists.
const MAX_FINDINGS: usize = 1_000;

/// The SHA-256 of an entry as it is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ChainHash(pub [u8; 32]);

impl ChainHash {
    /// What the first entry carries in place of the hash of the one before.
    pub const START: Self = Self([0; 32]);

    /// Reads 64 hexadecimal digits; `None` for anything else.
    pub fn parse(text: &str) -> Option<Self> {
        let mut bytes = [0; 32];
        if text.len() != 64 || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return None;
        }
        for (at, byte) in bytes.iter_mut().enumerate() {
            *byte = u8::from_str_radix(text.get(at * 2..at * 2 + 2)?, 16).ok()?;
        }
        Some(Self(bytes))
    }
}

/// Lower-case hexadecimal.
impl fmt::Display for ChainHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex(&self.0))
    }
}

/// What an entry says of its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Link {
    /// Its number, counted from 1.
    pub number: u64,
    /// The hash of the entry before it.
    pub previous: ChainHash,
}

/// The newest entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    /// Its number, which is how many there are.
    pub number: u64,
    /// Its hash.
    pub hash: ChainHash,
}

/// Before the first entry.
impl Default for Head {
    fn default() -> Self {
        Self { number: 0, hash: ChainHash::START }
    }
}

impl Head {
    /// What the next entry carries.
    pub fn next_link(self) -> Link {
        Link { number: self.number + 1, previous: self.hash }
    }
}

/// Where a line stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The file's name.
    pub file: String,
    /// The line's number, counted from 1.
    pub line: usize,
}

/// Something that is wrong with the trail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The line; `None` for what is about the trail as a whole.
    pub place: Option<Place>,
    /// What is wrong.
    pub flaw: Flaw,
}

/// What can be wrong with the trail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flaw {
    /// The line is no entry.
    Unreadable,
    /// The line is not what it was when the next one, or the head, was written.
    Changed,
    /// So many entries that were directly before the line are gone.
    Missing(u64),
    /// The line stands behind later ones, or was added.
    OutOfOrder,
    /// So many entries were cut off the end.
    CutOff(u64),
    /// The head is gone, so nobody can tell whether entries were cut off the end.
    NoHead,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(place) = &self.place {
            write!(f, "{}:{}: ", place.file, place.line)?;
        }
        match self.flaw {
            Flaw::Unreadable => f.write_str("the line is no entry of the audit trail"),
            Flaw::Changed => f.write_str("the line was changed after it was written"),
            Flaw::Missing(1) => f.write_str("the entry before this line is missing"),
            Flaw::Missing(count) => write!(f, "the {count} entries before this line are missing"),
            Flaw::OutOfOrder => f.write_str("the line does not belong here: it was moved or added"),
            Flaw::CutOff(1) => f.write_str("the newest entry was cut off the end"),
            Flaw::CutOff(count) => write!(f, "the newest {count} entries were cut off the end"),
            Flaw::NoHead => f.write_str(
                "the head file is missing or broken: whether entries were cut off the end cannot be told",
            ),
        }
    }
}

/// What a check of the trail has found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Verdict {
    /// How many lines were checked.
    pub lines: u64,
    /// What is wrong, in the order of the lines; at most a thousand.
    pub findings: Vec<Finding>,
    /// A line that was begun and never finished, as a crash leaves it. Nobody was told that it was written.
    pub unfinished: Option<Place>,
}

/// Follows the chain, line by line in the order in which they stand.
#[derive(Debug)]
pub struct Verifier {
    head: Option<Head>,
    last: Option<Last>,
    /// Lines since then that could not be understood.
    unreadable: u64,
    verdict: Verdict,
}

/// The last line that stood in its place.
#[derive(Debug)]
struct Last {
    number: u64,
    hash: ChainHash,
    place: Place,
    /// Whether it is known already not to be what it was.
    is_reported: bool,
}

impl Verifier {
    /// Begins, with the head where there is one.
    pub fn new(head: Option<Head>) -> Self {
        Self { head, last: None, unreadable: 0, verdict: Verdict::default() }
    }

    /// The next line: where it stands, what it says of its place (`None` where it cannot be understood), and its
    /// hash.
    pub fn line(&mut self, place: Place, link: Option<Link>, hash: ChainHash) {
        self.verdict.lines += 1;
        let (number, previous) = match &self.last {
            Some(last) => (last.number, last.hash),
            None => (0, ChainHash::START),
        };
        let Some(link) = link else {
            self.report(Some(place), Flaw::Unreadable);
            self.unreadable += 1;
            return;
        };
        let unreadable = std::mem::take(&mut self.unreadable);
        // Lines that cannot be understood may stand for entries; then this one cannot be held against them.
        let stands_in = unreadable > 0 && link.number == number + 1 + unreadable;
        let follows = link.previous == previous;
        let mut is_reported = false;
        match (link.number == number + 1, follows) {
            _ if stands_in => {}
            (true, true) => {}
            (true, false) => is_reported = self.report_unfollowed(&place),
            (false, true) => {
                self.report(Some(place.clone()), Flaw::Changed);
                is_reported = true;
            }
            (false, false) if link.number > number => {
                self.report(Some(place.clone()), Flaw::Missing(link.number - number - 1));
            }
            (false, false) => {
                self.report(Some(place), Flaw::OutOfOrder);
                return;
            }
        }
        let number = if follows && !stands_in { number + 1 } else { link.number };
        if self.head.is_some_and(|head| head.number == number && head.hash != hash) && !is_reported {
            self.report(Some(place.clone()), Flaw::Changed);
            is_reported = true;
        }
        self.last = Some(Last { number, hash, place, is_reported });
    }

    /// A line at the end that has no end itself.
    pub fn unfinished(&mut self, place: Place) {
        self.verdict.unfinished = Some(place);
    }

    /// The end of the last file.
    pub fn finish(mut self) -> Verdict {
        let number = self.last.as_ref().map_or(0, |last| last.number) + self.unreadable;
        match self.head {
            Some(head) if head.number > number => self.report(None, Flaw::CutOff(head.number - number)),
            None if self.verdict.lines > 0 => self.report(None, Flaw::NoHead),
            _ => {}
        }
        self.verdict
    }

    /// A line has the right number and not the hash of the line before it: that one is not what it was. Says whether
    /// it is the present line itself, as the first one is.
    fn report_unfollowed(&mut self, present: &Place) -> bool {
        let place = match &mut self.last {
            Some(last) if last.is_reported => return false,
            Some(last) => {
                last.is_reported = true;
                last.place.clone()
            }
            None => present.clone(),
        };
        self.report(Some(place), Flaw::Changed);
        self.last.is_none()
    }

    fn report(&mut self, place: Option<Place>, flaw: Flaw) {
        if self.verdict.findings.len() < MAX_FINDINGS {
            self.verdict.findings.push(Finding { place, flaw });
        }
    }
}
