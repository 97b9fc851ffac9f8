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
//! Counts of wrong keys are in memory alone: a key cannot be guessed.
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

use self::{
    attempts::{Attempts, Budget, Outcome},
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
    memory: Mutex<Memory>,
    store: Arc<dyn AttemptStore>,
    kept: Mutex<Kept>,
}

/// What is not kept.
#[derive(Debug)]
struct Memory {
    windows: Table<(Action, Place), Window>,
    /// Of API keys.
    keys: Budget,
}

/// The store's text, and what it says.
#[derive(Debug, Default)]
struct Kept {
    text: String,
    attempts: Attempts,
}

impl Throttle {
    pub(crate) fn new(store: Arc<dyn AttemptStore>) -> Self {
        let memory = Memory { windows: Table::with_capacity(MAX_CLIENTS), keys: Budget::default() };
        Self { memory: Mutex::new(memory), store, kept: Mutex::default() }
    }

    fn memory(&self) -> MutexGuard<'_, Memory> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Runs `change` on what is kept, and keeps it again if it says so.
    fn change(
        &self,
        now: Timestamp,
        mut change: impl FnMut(&mut Attempts) -> Result<(), u64>,
    ) -> Result<(), Refusal> {
        let mut verdict = Ok(());
        self.store.update(&mut |text| {
            let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
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
        verdict.map_err(|retry_after_seconds| Refusal::TooMany { retry_after_seconds })
    }

    /// Counts a request against its window. Blocks on the disk for what is kept.
    pub(crate) fn admit(&self, action: Action, place: Place, now: Timestamp) -> Result<(), Refusal> {
        if action.is_kept() {
            return self.change(now, |attempts| attempts.admit(action, place, now));
        }
        let mut memory = self.memory();
        let window = memory.windows.used((action, place), now);
        refuse_for(window.wait(action, now))?;
        window.admit(now);
        Ok(())
    }

    /// For how many seconds more the client is blocked for its failures; 0 when it is not.
    pub(crate) fn block(&self, place: Place, now: Timestamp) -> u64 {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.attempts.blocked(place, now)
    }

    /// Counts a request against the window that everybody shares.
    pub(crate) fn admit_everybody(&self, action: Action, now: Timestamp) -> Result<(), Refusal> {
        self.admit(action, Place::Everybody, now)
    }

    /// Counts an API key that is none of the stored ones.
    ///
    /// # Errors
    /// [`Refusal::TooMany`], for which nothing is counted.
    pub(crate) fn admit_wrong_key(&self, place: Place, now: Timestamp) -> Result<(), Refusal> {
        let mut memory = self.memory();
        refuse_for(memory.keys.wait(now))?;
        let window = memory.windows.used((Action::WrongKey, place), now);
        refuse_for(window.wait(Action::WrongKey, now))?;
        window.admit(now);
        memory.keys.admit(now);
        memory.keys.failed(now);
        Ok(())
    }

    /// Takes the client's window back to empty.
    pub(crate) fn forget(&self, action: Action, place: Place) {
        self.memory().windows.remove((action, place));
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
        self.change(now, |attempts| attempts.begin(action, place, &is_familiar, now))?;
        Ok(Attempt { throttle: self, place, now, outcome: Outcome::Neither })
    }
}

/// An attempt under way.
#[derive(Debug)]
pub(crate) struct Attempt<'a> {
    throttle: &'a Throttle,
    place: Place,
    now: Timestamp,
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
        // What cannot be written goes on counting as under way, and then nobody is let in anyway.
        let _ = self.throttle.change(self.now, |attempts| {
            attempts.end(self.place, self.now, self.outcome, self.now);
            Ok(())
        });
    }
}

fn refuse_for(seconds: u64) -> Result<(), Refusal> {
    if seconds == 0 { Ok(()) } else { Err(Refusal::TooMany { retry_after_seconds: seconds }) }
}
