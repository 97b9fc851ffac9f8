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
