//! Attempts as text: a line of `name=value` pairs for everybody together, and one for each client.
//!
//! ```text
//! attempts 1
//! failures=1795251600,1795251610 running=1795251611 last=1795251610
//! 192.0.2.1 used=1795251611 sign-in=1795251600,1795251611 recent=1795251600 blocks=0 familiar=1795248000
//! ```

use std::{
    collections::VecDeque,
    fmt::Write as _,
    net::{IpAddr, Ipv6Addr},
};

use super::{
    Place,
    attempts::{Attempts, Known, MAX_PLACES},
    limits::{Action, Window},
};
use crate::clock::Timestamp;

const TITLE: &str = "attempts 1";

impl Attempts {
    /// Reads a text; an absent one says nothing. `None` for what is none of ours.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let mut attempts = Self::default();
        if text.is_empty() {
            return Some(attempts);
        }
        let mut lines = text.lines();
        if lines.next()? != TITLE {
            return None;
        }
        for (name, value) in pairs(lines.next()?) {
            match name {
                "failures" => attempts.budget.failures = stamps(value)?,
                "running" => attempts.budget.under_way.0 = stamps(value)?,
                "last" => attempts.budget.last = Some(stamp(value)?),
                "wrong-keys" => attempts.keys.failures = stamps(value)?,
                "last-key" => attempts.keys.last = Some(stamp(value)?),
                _ => return None,
            }
        }
        for line in lines.take(MAX_PLACES) {
            let (place, rest) = line.split_once(' ')?;
            attempts.clients.insert(Place::parse(place)?, Known::parse(rest)?);
        }
        Some(attempts)
    }

    /// Writes what [`parse`](Self::parse) reads.
    pub(super) fn to_text(&self) -> String {
        let mut text = format!("{TITLE}\n");
        list(&mut text, "failures", &self.budget.failures);
        list(&mut text, "running", &self.budget.under_way.0);
        if let Some(last) = self.budget.last {
            pair(&mut text, "last", last.0);
        }
        list(&mut text, "wrong-keys", &self.keys.failures);
        if let Some(last) = self.keys.last {
            pair(&mut text, "last-key", last.0);
        }
        text.push('\n');
        for (place, known) in &self.clients {
            place.write(&mut text);
            text.push(' ');
            known.write(&mut text);
            text.push('\n');
        }
        text
    }
}

impl Known {
    fn parse(line: &str) -> Option<Self> {
        let mut known = Self::default();
        for (name, value) in pairs(line) {
            match name {
                "used" => known.used_at = stamp(value)?,
                "running" => known.under_way.0 = stamps(value)?,
                "recent" => known.failures.recent = stamps(value)?,
                "blocks" => known.failures.blocks = value.parse().ok()?,
                "blocked" => {
                    let (since, seconds) = value.split_once('+')?;
                    known.failures.blocked = Some((stamp(since)?, seconds.parse().ok()?));
                }
                "failed" => known.failures.last = Some(stamp(value)?),
                "familiar" => known.familiar = Some(stamp(value)?),
                name => {
                    let (action, _) = Action::KEPT.iter().find(|(_, other)| *other == name)?;
                    known.windows.insert(*action, Window(stamps(value)?));
                }
            }
        }
        Some(known)
    }

    fn write(&self, text: &mut String) {
        pair(text, "used", self.used_at.0);
        for (action, window) in &self.windows {
            if let Some((_, name)) = Action::KEPT.iter().find(|(other, _)| other == action) {
                list(text, name, &window.0);
            }
        }
        list(text, "running", &self.under_way.0);
        list(text, "recent", &self.failures.recent);
        if self.failures.blocks > 0 {
            pair(text, "blocks", self.failures.blocks);
        }
        if let Some((since, seconds)) = self.failures.blocked {
            pair(text, "blocked", format_args!("{}+{seconds}", since.0));
        }
        if let Some(last) = self.failures.last {
            pair(text, "failed", last.0);
        }
        if let Some(familiar) = self.familiar {
            pair(text, "familiar", familiar.0);
        }
    }
}

impl Place {
    fn parse(text: &str) -> Option<Self> {
        match text {
            "unknown" => Some(Self::Unknown),
            "everybody" => Some(Self::Everybody),
            address => address.parse::<IpAddr>().ok().map(|address| Self::of(Some(address))),
        }
    }

    fn write(self, text: &mut String) {
        // Writing to a text cannot fail.
        let _ = match self {
            Self::V4(address) => write!(text, "{address}"),
            Self::V6([a, b, c, d]) => write!(text, "{}", Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0)),
            Self::Unknown => write!(text, "unknown"),
            Self::Everybody => write!(text, "everybody"),
        };
    }
}

fn pairs(line: &str) -> impl Iterator<Item = (&str, &str)> {
    line.split(' ').filter(|pair| !pair.is_empty()).map(|pair| pair.split_once('=').unwrap_or((pair, "")))
}

fn stamp(text: &str) -> Option<Timestamp> {
    text.parse().ok().map(Timestamp)
}

fn stamps(text: &str) -> Option<VecDeque<Timestamp>> {
    text.split(',').map(stamp).collect()
}

fn pair(text: &mut String, name: &str, value: impl std::fmt::Display) {
    // Writing to a text cannot fail.
    let _ = write!(text, "{name}={value} ");
}

fn list(text: &mut String, name: &str, stamps: &VecDeque<Timestamp>) {
    if stamps.is_empty() {
        return;
    }
    text.push_str(name);
    for (place, stamp) in stamps.iter().enumerate() {
        text.push(if place == 0 { '=' } else { ',' });
        // Writing to a text cannot fail.
        let _ = write!(text, "{}", stamp.0);
    }
    text.push(' ');
}
