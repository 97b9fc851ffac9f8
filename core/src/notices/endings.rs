//! Certificates that are about to end: whoever looks after them is told in time, and not again and again.
//!
//! Each certificate is worth a word two weeks before its end, three days before it, and when it has ended. What was told
//! is kept in a small file of the state folder, so that nothing is told twice, whatever restarts or runs beside it. All
//! that is due at one time is told at once: a wall of letters helps nobody.

use std::{collections::BTreeMap, fmt::Write as _, sync::Arc};

use super::{NoticeBoard, Rank};
use crate::{
    audit::plain_up_to,
    certificates::{Collected, Found},
    clock::{Clock, Timestamp},
    companion::{CompanionError, SmallFile},
    traefik::certificate::Certificate,
};

const DAY: i64 = 24 * 60 * 60;
/// Days before the end at which people are told; 0 is the end.
const THRESHOLDS: [u8; 3] = [0, 3, 14];
/// A threshold counts for certificates that hold so many times as long. Traefik renews one of 90 days a month before its
/// end, and one of a week a day before it, so the last two weeks of that one are no reason to worry.
const LIFETIMES: i64 = 6;
/// For so long what has ended and is not there any more is remembered: it may come back with a disk.
const REMEMBERED: i64 = 90 * DAY;
/// Certificates of one notice that are named.
const NAMED: usize = 3;
/// Characters of a name.
const MAX_NAME: usize = 60;

/// Tells of certificates that are about to end.
#[derive(Debug)]
pub struct Endings {
    file: Arc<dyn SmallFile>,
    clock: Arc<dyn Clock>,
    notices: Arc<NoticeBoard>,
}

/// A certificate: one that was renewed is another one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Which {
    ends: Timestamp,
    name: String,
}

impl Endings {
    /// What was told is in this file; the board is told.
    pub fn new(file: Arc<dyn SmallFile>, clock: Arc<dyn Clock>, notices: Arc<NoticeBoard>) -> Self {
        Self { file, clock, notices }
    }

    /// Tells of those that are due. Blocks on the disk.
    ///
    /// # Errors
    /// [`CompanionError`] when it cannot be kept what was told, in which case nothing is, or when the board cannot keep
    /// the notice; it is posted then all the same.
    pub fn look(&self, collected: &Collected) -> Result<(), CompanionError> {
        let now = self.clock.now();
        let near: BTreeMap<Which, u8> = collected
            .all
            .iter()
            .filter_map(|found| {
                let certificate = found.certificate.as_ref().ok()?;
                Some((Which::of(found, certificate), threshold(certificate, now)?))
            })
            .collect();
        let mut due = Vec::new();
        self.file.update(&mut |text| {
            let mut told = read(text);
            told.retain(|which, _| {
                near.contains_key(which) || now.0.saturating_sub(which.ends.0) < REMEMBERED
            });
            due = near
                .iter()
                .filter(|(which, reached)| told.get(which).is_none_or(|before| *reached < before))
                .map(|(which, reached)| (which.clone(), *reached))
                .collect();
            told.extend(due.iter().cloned());
            let new = written(&told);
            (new != text).then_some(new)
        })?;
        match notice(&due, now) {
            Some((rank, text)) => self.notices.tell(rank, &text),
            None => Ok(()),
        }
    }
}

impl Which {
    fn of(found: &Found, certificate: &Certificate) -> Self {
        let names = [Some(&found.main), found.sans.first(), found.cert_file.as_ref()];
        let named = names.into_iter().flatten().find(|name| !name.is_empty());
        let name = plain_up_to(named.map_or("a certificate without a name", String::as_str), MAX_NAME);
        Self { ends: certificate.not_after, name }
    }
}

/// The smallest threshold that a certificate has come to.
fn threshold(certificate: &Certificate, now: Timestamp) -> Option<u8> {
    let left = certificate.not_after.0.saturating_sub(now.0);
    let lifetime = certificate.not_after.0.saturating_sub(certificate.not_before.0);
    THRESHOLDS.into_iter().find(|days| {
        let span = i64::from(*days) * DAY;
        left < span && lifetime >= span.saturating_mul(LIFETIMES)
    })
}

/// One notice of all that are due.
fn notice(due: &[(Which, u8)], now: Timestamp) -> Option<(Rank, String)> {
    let rank = match due.iter().map(|(_, reached)| *reached).min()? {
        0 | 3 => Rank::Error,
        _ => Rank::Warning,
    };
    let mut named: Vec<String> = due.iter().take(NAMED).map(|(which, _)| said(which, now)).collect();
    let more = due.len().saturating_sub(NAMED);
    if more > 0 {
        named.push(format!("and {more} more"));
    }
    let named = named.join("; ");
    let text =
        if due.len() == 1 { format!("The certificate of {named}") } else { format!("Certificates: {named}") };
    Some((rank, text))
}

fn said(which: &Which, now: Timestamp) -> String {
    let Which { ends, name } = which;
    let at = ends.to_minutes_text();
    match ends.0.saturating_sub(now.0) {
        ..0 => format!("{name} ended at {at} UTC"),
        left if left < DAY => format!("{name} ends within a day, at {at} UTC"),
        left if left < 2 * DAY => format!("{name} ends in 1 day, at {at} UTC"),
        left => format!("{name} ends in {} days, at {at} UTC", left / DAY),
    }
}

/// What was told: lines of threshold, end and name. What is none is passed over.
fn read(text: &str) -> BTreeMap<Which, u8> {
    let line = |line: &str| {
        let (reached, rest) = line.split_once(' ')?;
        let (ends, name) = rest.split_once(' ')?;
        let ends = Timestamp::from_compact_text(ends)?;
        Some((Which { ends, name: name.to_owned() }, reached.parse().ok()?))
    };
    text.lines().filter_map(line).collect()
}

fn written(told: &BTreeMap<Which, u8>) -> String {
    told.iter().fold(String::new(), |mut text, (which, reached)| {
        let _ = writeln!(text, "{reached} {} {}", which.ends.to_compact_text(), which.name);
        text
    })
}
