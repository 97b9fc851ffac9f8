//! Time comes in from outside, so that every limit has an exact test.

use std::{fmt, ops::Range, time::Duration};

use async_trait::async_trait;
use time::{
    Date, Month, OffsetDateTime, format_description::StaticFormatDescription, macros::format_description,
};

/// Seconds since 1970-01-01 UTC.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(pub i64);

const TO_THE_SECOND: StaticFormatDescription =
    format_description!("[year]-[month]-[day] [hour]:[minute]:[second]");
const TO_THE_MINUTE: StaticFormatDescription = format_description!("[year]-[month]-[day] [hour]:[minute]");
const COMPACT: StaticFormatDescription = format_description!("[year][month][day]_[hour][minute][second]");

impl Timestamp {
    /// Whole seconds from `earlier` to this moment; 0 when the clock went backwards.
    pub fn since(self, earlier: Timestamp) -> u64 {
        u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0)
    }

    /// The moment so many seconds later.
    #[must_use]
    pub fn plus(self, seconds: u64) -> Self {
        Self(self.0.saturating_add(i64::try_from(seconds).unwrap_or(i64::MAX)))
    }

    /// `2026-11-21 09:05:01`, UTC.
    pub fn to_seconds_text(self) -> String {
        self.format(TO_THE_SECOND)
    }

    /// `2026-11-21 09:05`, UTC.
    pub fn to_minutes_text(self) -> String {
        self.format(TO_THE_MINUTE)
    }

    /// The beginning of the minute, which is what is left of a moment that is written to the minute.
    #[must_use]
    pub fn to_the_minute(self) -> Self {
        Self(self.0.saturating_sub(self.0.rem_euclid(60)))
    }

    /// Reads what [`to_minutes_text`](Self::to_minutes_text) writes; `None` for anything else.
    pub fn from_minutes_text(text: &str) -> Option<Self> {
        let compact: String = text.chars().filter(char::is_ascii_digit).collect();
        let (day, clock) = compact.split_at_checked(8)?;
        let moment = Self::from_compact_text(&format!("{day}_{clock}00"))?;
        (moment.to_minutes_text() == text).then_some(moment)
    }

    /// `20261121_090501`, UTC, as in the names of backups.
    pub fn to_compact_text(self) -> String {
        self.format(COMPACT)
    }

    /// Reads what [`to_compact_text`](Self::to_compact_text) writes; `None` for anything else.
    pub fn from_compact_text(text: &str) -> Option<Self> {
        let (day, clock) = text.split_once('_')?;
        let digits =
            |text: &str, length| text.len() == length && text.bytes().all(|byte| byte.is_ascii_digit());
        if !digits(day, 8) || !digits(clock, 6) {
            return None;
        }
        let part = |text: &str, range: Range<usize>| text.get(range)?.parse::<u8>().ok();
        let month = Month::try_from(part(day, 4..6)?).ok()?;
        let date = Date::from_calendar_date(day.get(..4)?.parse().ok()?, month, part(day, 6..8)?).ok()?;
        let time = date.with_hms(part(clock, 0..2)?, part(clock, 2..4)?, part(clock, 4..6)?).ok()?;
        Some(Self(time.assume_utc().unix_timestamp()))
    }

    /// Reads a moment as Go's and most other programs write it, `2026-11-21T09:05:01.25+01:00`, down to the second; `None`
    /// for anything else.
    pub fn from_rfc3339(text: &str) -> Option<Self> {
        let (seconds, rest) = text.split_at_checked(19)?;
        let (day, clock) = seconds.split_once('T')?;
        let compact = format!("{}_{}", day.replace('-', ""), clock.replace(':', ""));
        let local = Self::from_compact_text(&compact)?;
        let zone = rest.trim_start_matches(|char: char| char == '.' || char.is_ascii_digit());
        if zone == "Z" {
            return Some(local);
        }
        let (hours, minutes) = zone.get(1..)?.split_once(':')?;
        let offset =
            u32::from(hours.parse::<u8>().ok()?) * 3600 + u32::from(minutes.parse::<u8>().ok()?) * 60;
        let offset = i64::from(offset);
        match zone.as_bytes().first()? {
            b'+' => Some(Self(local.0.saturating_sub(offset))),
            b'-' => Some(Self(local.0.saturating_add(offset))),
            _ => None,
        }
    }

    fn format(self, description: StaticFormatDescription) -> String {
        OffsetDateTime::from_unix_timestamp(self.0)
            .ok()
            .and_then(|moment| moment.format(description).ok())
            .unwrap_or_else(|| self.0.to_string())
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_seconds_text())
    }
}

/// The present.
pub trait Clock: Send + Sync + fmt::Debug {
    /// The wall clock, which may jump and go backwards.
    fn now(&self) -> Timestamp;
}

/// Waiting, and a clock that measures it.
#[async_trait]
pub trait Timer: Send + Sync + fmt::Debug {
    /// The time since some moment in the past; it never goes backwards.
    fn elapsed(&self) -> Duration;

    /// Waits that long. Dropping the future ends the wait.
    async fn sleep(&self, duration: Duration);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_of_other_programs_are_read_in_every_zone() {
        let at = Timestamp::from_compact_text("20261127_060000");
        for text in [
            "2026-11-27T06:00:00Z",
            "2026-11-27T06:00:00.123456789Z",
            "2026-11-27T07:00:00+01:00",
            "2026-11-26T22:30:00.5-07:30",
        ] {
            assert_eq!(Timestamp::from_rfc3339(text), at, "{text}");
        }
        for text in [
            "",
            "now",
            "2026-11-27",
            "2026-11-27T06:00:00",
            "2026-11-27 06:00:00Z",
            "2026-13-27T06:00:00Z",
            "2026-11-27T06:00:00+1",
            "2026-11-27T06:00:00*01:00",
            "2026-11-27T06:00:00+aa:00",
        ] {
            assert_eq!(Timestamp::from_rfc3339(text), None, "{text}");
        }
    }
}
