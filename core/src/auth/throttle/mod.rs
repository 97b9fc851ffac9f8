//! How often somebody may try.
//!
//! Four things work together, all bounded in memory:
//!
//! * An exact sliding window for each [`Action`] and client. Only admitted requests count, so a client that
//!   waits for the announced time is admitted.
//! * Three failures (password or code) within two minutes block the client, first for 30 s, then for 1, 2, 5
//!   and 15 minutes; a success, or an hour without failures, ends that.
//! * A budget of failures of everybody together, because many addresses are cheap. Beyond 30 an hour, attempts
//!   of strangers are admitted one at a time, 1, 3, 10 and at last 30 s apart. That slows and never locks: a
//!   client that has signed in within the last hour, or from whose address a session is open, is no stranger.
//! * Wrong API keys are counted by client, and have a budget of everybody together of the same figures. Neither holds
//!   up a right key, which is recognised before anything is counted.
//!
//! What guards against guessing is kept in an [`AttemptStore`]: it outlives a restart and holds across processes. Where
//! that store fails nobody is let in; where it holds what cannot be read, strangers are slowed as if many had failed.
//! What is refused writes nothing, and the budgets bound the rest, so that no flood keeps a disk busy. What opens nothing,
//! such as starting at an identity provider, is counted in memory alone.
//!
//! Clients are counted by IPv4 address or IPv6 /64. A clock that is set back neither loosens a limit nor
//! makes one last longer than its own length.

mod attempts;
mod limits;
mod store;
mod table;
#[cfg(test)]
mod tests;
mod text;

pub use limits::Action;
pub use store::AttemptStore;

use std::{
    net::{IpAddr, Ipv4Addr},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

pub(crate) use self::attempts::Outcome;
use self::{
    attempts::{Attempts, wait_for},
    limits::Window,
    table::Table,
};
use super::Refusal;
use crate::clock::Timestamp;

const MAX_CLIENTS: usize = 20_000;

/// Who is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Place {
    V4(Ipv4Addr),
    V6([u16; 4]),
    /// The host could not tell the address.
    Unknown,
    /// Everybody together.
    Everybody,
}

impl Place {
    pub(crate) fn of(address: Option<IpAddr>) -> Self {
        match address.map(|address| address.to_canonical()) {
            Some(IpAddr::V4(address)) => Self::V4(address),
            Some(IpAddr::V6(address)) => {
                let [a, b, c, d, ..] = address.segments();
                Self::V6([a, b, c, d])
            }
            None => Self::Unknown,
        }
    }
}

#[derive(Debug)]
pub(crate) struct Throttle {
    /// What is not kept.
    windows: Mutex<Table<(Action, Place), Window>>,
    store: Arc<dyn AttemptStore>,
    kept: Mutex<Kept>,
}

/// The store's text, and what it says.
#[derive(Debug, Default)]
struct Kept {
    text: String,
    attempts: Attempts,
}

impl Throttle {
    pub(crate) fn new(store: Arc<dyn AttemptStore>) -> Self {
        Self { windows: Mutex::new(Table::with_capacity(MAX_CLIENTS)), store, kept: Mutex::default() }
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Runs `change` on what is kept, and keeps it again if it says so.
    fn change(
        &self,
        now: Timestamp,
        mut change: impl FnMut(&mut Attempts) -> Result<(), u64>,
    ) -> Result<(), Refusal> {
        let mut verdict = Ok(());
        self.store.update(&mut |text| {
            let mut kept = self.kept();
            // Another process may have written, or our own last text may not have got there.
            if kept.text != text {
                let attempts = Attempts::parse(text).unwrap_or_else(|| Attempts::strained(now));
                *kept = Kept { text: text.to_owned(), attempts };
            }
            verdict = change(&mut kept.attempts);
            if verdict.is_err() {
                return None;
            }
            kept.text = kept.attempts.to_text();
            Some(kept.text.clone())
        })?;
        verdict.map_err(too_many)
    }

    /// Counts a request against its window. Blocks on the disk for what is kept.
    pub(crate) fn admit(&self, action: Action, place: Place, now: Timestamp) -> Result<(), Refusal> {
        if action.is_kept() {
            return self.change(now, |attempts| attempts.admit(action, place, now));
        }
        let mut windows = self.windows.lock().unwrap_or_else(PoisonError::into_inner);
        let window = windows.used((action, place), now);
        wait_for(window.wait(action, now)).map_err(too_many)?;
        window.admit(now);
        Ok(())
    }

    /// For how many seconds more the client is blocked for its failures; 0 when it is not.
    pub(crate) fn block(&self, place: Place, now: Timestamp) -> u64 {
        self.kept().attempts.blocked(place, now)
    }

    /// Counts an API key that is none of the stored ones. Blocks on the disk.
    ///
    /// # Errors
    /// [`Refusal::TooMany`], for which nothing is counted; as [`begin`](Self::begin).
    pub(crate) fn admit_wrong_key(&self, place: Place, now: Timestamp) -> Result<(), Refusal> {
        // The store need not be read for one of a flood.
        wait_for(self.kept().attempts.keys.wait(now)).map_err(too_many)?;
        self.change(now, |attempts| attempts.admit_wrong_key(place, now))
    }

    /// Counts a comparison with a hash of a key of the old, slow kind, and the key itself where `place` says whose it is.
    /// Blocks on the disk.
    ///
    /// # Errors
    /// As [`admit_wrong_key`](Self::admit_wrong_key).
    pub(crate) fn admit_slow_key(&self, place: Option<Place>, now: Timestamp) -> Result<(), Refusal> {
        self.change(now, |attempts| attempts.admit_slow_key(place, now))
    }

    /// Takes back what was counted of a key that has turned out to be right. Blocks on the disk.
    pub(crate) fn forget_wrong_keys(&self, place: Place, now: Timestamp) {
        // Where that cannot be written the count stands, which holds up wrong keys alone.
        let _ = self.change(now, |attempts| if attempts.forget_wrong_keys(place) { Ok(()) } else { Err(0) });
    }

    /// Admits an attempt that can fail. Dropped without a word, the attempt counts as neither failed nor
    /// succeeded. `is_familiar` is asked only while strangers are slowed. Blocks on the disk.
    ///
    /// # Errors
    /// [`Refusal::TooMany`]; [`Refusal::NotKept`] and [`Refusal::Unavailable`] when attempts cannot be counted.
    pub(crate) fn begin(
        &self,
        action: Action,
        place: Place,
        is_familiar: impl Fn() -> bool,
        now: Timestamp,
    ) -> Result<Attempt<'_>, Refusal> {
        let begun = self.begin_apart(action, place, is_familiar, now)?;
        Ok(Attempt { throttle: self, begun: Some(begun), outcome: Outcome::Neither })
    }

    /// The same for an attempt whose end is to be told by [`end`](Self::end); without it the attempt counts as under way
    /// until it must be over.
    ///
    /// # Errors
    /// As [`begin`](Self::begin).
    pub(crate) fn begin_apart(
        &self,
        action: Action,
        place: Place,
        is_familiar: impl Fn() -> bool,
        now: Timestamp,
    ) -> Result<Begun, Refusal> {
        self.change(now, |attempts| attempts.begin(action, place, &is_familiar, now))?;
        Ok(Begun { place, at: now })
    }

    /// Ends an attempt. Blocks on the disk.
    #[expect(clippy::needless_pass_by_value, reason = "an attempt ends once")]
    pub(crate) fn end(&self, begun: Begun, outcome: Outcome) {
        let Begun { place, at } = begun;
        // What cannot be written goes on counting as under way, and then nobody is let in anyway.
        let _ = self.change(at, |attempts| {
            attempts.end(place, at, outcome, at);
            Ok(())
        });
    }
}

/// Which attempt it is.
#[derive(Debug)]
pub(crate) struct Begun {
    place: Place,
    at: Timestamp,
}

/// An attempt under way.
#[derive(Debug)]
pub(crate) struct Attempt<'a> {
    throttle: &'a Throttle,
    begun: Option<Begun>,
    outcome: Outcome,
}

impl Attempt<'_> {
    pub(crate) fn failed(mut self) {
        self.outcome = Outcome::Failed;
    }

    pub(crate) fn succeeded(mut self) {
        self.outcome = Outcome::Succeeded;
    }
}

impl Drop for Attempt<'_> {
    fn drop(&mut self) {
        if let Some(begun) = self.begun.take() {
            self.throttle.end(begun, self.outcome);
        }
    }
}

fn too_many(retry_after_seconds: u64) -> Refusal {
    Refusal::TooMany { retry_after_seconds }
}
