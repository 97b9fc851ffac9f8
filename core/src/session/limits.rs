//! How long a session lasts.

use super::SessionRecord;
use crate::clock::Timestamp;

/// Seconds from the beginning of a session to its end, whatever happens: 7 days.
pub const MAX_LIFETIME_SECONDS: u64 = 7 * 24 * 3_600;
/// Seconds of rest with "remember me": 24 hours.
const REMEMBERED_IDLE_SECONDS: u64 = 24 * 3_600;
/// How far a clock may step back without ending sessions: what a time service corrects in passing.
const CLOCK_STEP_SECONDS: u64 = 60;

/// The limits of all sessions.
///
/// A session is over from the very second that a limit names: after 7 days, after 24 hours of rest with
/// "remember me", after the configured time without. A record of which a moment lies more than a minute in the
/// future was written before the clock was set back; its age cannot be told, so it is over too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SessionLimits {
    idle_seconds: u64,
}

impl SessionLimits {
    /// Limits with so many minutes of rest without "remember me"; 0 counts as 1.
    pub fn with_idle_minutes(minutes: u64) -> Self {
        Self { idle_seconds: minutes.max(1).saturating_mul(60) }
    }

    /// Whether the session has reached its end.
    pub fn is_over(&self, record: &SessionRecord, now: Timestamp) -> bool {
        let idle_limit = if record.remember { REMEMBERED_IDLE_SECONDS } else { self.idle_seconds };
        let latest = now.plus(CLOCK_STEP_SECONDS);
        record.created_at > latest
            || record.last_seen > latest
            || now.since(record.created_at) >= MAX_LIFETIME_SECONDS
            || now.since(record.last_seen) >= idle_limit
    }
}
