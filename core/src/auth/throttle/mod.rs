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
//! Clients are counted by IPv4 address or IPv6 /64. A clock that is set back neither loosens a limit nor
//! makes one last longer than its own length.

mod limits;
mod table;
#[cfg(test)]
mod tests;

pub use limits::Action;

use std::{
    collections::VecDeque,
    net::{IpAddr, Ipv4Addr},
    sync::{Mutex, MutexGuard, PoisonError},
};

use self::{
    limits::{Failures, Window, expire},
    table::Table,
};
use super::Refusal;
use crate::clock::Timestamp;

const MAX_CLIENTS: usize = 100_000;
const MAX_FAMILIAR: usize = 1_000;
/// Failures within an hour, and the seconds between attempts of strangers from there on.
const SPACING: [(usize, u64); 4] = [(1_000, 30), (300, 10), (100, 3), (30, 1)];
const BUDGET_SECONDS: u64 = 3_600;
const MAX_COUNTED: usize = 1_000;

/// Who is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
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
pub(crate) struct Throttle(Mutex<State>);

#[derive(Debug)]
struct State {
    windows: Table<(Action, Place), Window>,
    failures: Table<Place, Failures>,
    familiar: Table<Place, ()>,
    /// Of signing in.
    attempts: Budget,
    /// Of API keys.
    keys: Budget,
}

/// The failures of everybody together.
#[derive(Debug, Default)]
struct Budget {
    failures: VecDeque<Timestamp>,
    in_flight: usize,
    /// When an attempt beyond the budget was last admitted.
    last: Option<Timestamp>,
}

impl Budget {
    /// Seconds between attempts; those whose end is not known yet count as failures.
    fn spacing(&mut self, now: Timestamp) -> u64 {
        expire(&mut self.failures, BUDGET_SECONDS, now);
        let at_worst = self.failures.len() + self.in_flight;
        let step = SPACING.iter().find(|(failures, _)| at_worst >= *failures);
        step.map_or(0, |(_, seconds)| *seconds)
    }

    /// How many seconds until an attempt of a stranger is admitted; 0 for now.
    fn wait(&mut self, now: Timestamp) -> u64 {
        let spacing = self.spacing(now);
        self.last = self.last.map(|last| now.min(last));
        let elapsed = self.last.map_or(u64::MAX, |last| now.since(last));
        spacing.saturating_sub(elapsed)
    }

    fn admit(&mut self, now: Timestamp) {
        if self.spacing(now) > 0 {
            self.last = Some(now);
        }
    }

    fn failed(&mut self, now: Timestamp) {
        if self.failures.len() >= MAX_COUNTED {
            self.failures.pop_front();
        }
        self.failures.push_back(now);
    }
}

impl Throttle {
    pub(crate) fn new() -> Self {
        Self(Mutex::new(State {
            windows: Table::with_capacity(MAX_CLIENTS),
            failures: Table::with_capacity(MAX_CLIENTS),
            familiar: Table::with_capacity(MAX_FAMILIAR),
            attempts: Budget::default(),
            keys: Budget::default(),
        }))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Counts a request against its window.
    pub(crate) fn admit(&self, action: Action, place: Place, now: Timestamp) -> Result<(), Refusal> {
        let mut state = self.state();
        let window = state.windows.used((action, place), now);
        refuse_for(window.wait(action, now))?;
        window.admit(now);
        Ok(())
    }

    /// For how many seconds more the client is blocked for its failures; 0 when it is not.
    pub(crate) fn block(&self, place: Place, now: Timestamp) -> u64 {
        self.state().failures.get_mut(place).map_or(0, |failures| failures.blocked(now))
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
        let mut state = self.state();
        refuse_for(state.keys.wait(now))?;
        let window = state.windows.used((Action::WrongKey, place), now);
        refuse_for(window.wait(Action::WrongKey, now))?;
        window.admit(now);
        state.keys.admit(now);
        state.keys.failed(now);
        Ok(())
    }

    /// Takes the client's window back to empty.
    pub(crate) fn forget(&self, action: Action, place: Place) {
        self.state().windows.remove((action, place));
    }

    /// Whether strangers are being slowed at present.
    pub(crate) fn is_strained(&self, now: Timestamp) -> bool {
        self.state().attempts.spacing(now) > 0
    }

    /// Admits an attempt that can fail. Dropped without a word, the attempt counts as neither failed nor
    /// succeeded.
    pub(crate) fn begin(
        &self,
        action: Action,
        place: Place,
        is_familiar: bool,
        now: Timestamp,
    ) -> Result<Attempt<'_>, Refusal> {
        let mut state = self.state();
        // What is refused must not make entries, or it would push out those of others.
        refuse_for(state.failures.get_mut(place).map_or(0, |failures| failures.wait(now)))?;
        refuse_for(state.windows.get_mut((action, place)).map_or(0, |window| window.wait(action, now)))?;
        if !is_familiar && !state.familiar.holds(place) {
            refuse_for(state.attempts.wait(now))?;
            state.attempts.admit(now);
        }
        state.windows.used((action, place), now).admit(now);
        state.failures.used(place, now).begin();
        state.attempts.in_flight += 1;
        Ok(Attempt { throttle: self, place, now })
    }

    /// How many clients are remembered in the fullest table.
    #[cfg(test)]
    fn remembered(&self) -> usize {
        let state = self.state();
        state.windows.len().max(state.failures.len())
    }
}

/// An attempt under way.
#[derive(Debug)]
pub(crate) struct Attempt<'a> {
    throttle: &'a Throttle,
    place: Place,
    now: Timestamp,
}

impl Attempt<'_> {
    pub(crate) fn failed(self) {
        let mut state = self.throttle.state();
        state.failures.used(self.place, self.now).failed(self.now);
        state.attempts.failed(self.now);
        drop(state);
    }

    pub(crate) fn succeeded(self) {
        let mut state = self.throttle.state();
        if let Some(failures) = state.failures.get_mut(self.place) {
            failures.clear();
        }
        state.familiar.used(self.place, self.now);
        drop(state);
    }
}

impl Drop for Attempt<'_> {
    fn drop(&mut self) {
        let mut state = self.throttle.state();
        state.attempts.in_flight = state.attempts.in_flight.saturating_sub(1);
        if let Some(failures) = state.failures.get_mut(self.place) {
            failures.end();
        }
    }
}

fn refuse_for(seconds: u64) -> Result<(), Refusal> {
    if seconds == 0 { Ok(()) } else { Err(Refusal::TooMany { retry_after_seconds: seconds }) }
}
