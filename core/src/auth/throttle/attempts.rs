//! The attempts of clients, and of everybody together: what outlives a restart and holds across processes.

use std::collections::{BTreeMap, VecDeque};

use super::{
    Place,
    limits::{Action, Failures, Window, expire},
};
use crate::clock::Timestamp;

/// How many clients are remembered. The budget of everybody lets fewer strangers than this try within the hour.
pub(super) const MAX_PLACES: usize = 4_000;
/// What is not used for an hour says nothing any more; no limit looks back further.
const FORGOTTEN_AFTER: u64 = 3_600;
/// Failures within an hour, and the seconds between attempts of strangers from there on.
const SPACING: [(usize, u64); 4] = [(1_000, 30), (300, 10), (100, 3), (30, 1)];
const BUDGET_SECONDS: u64 = 3_600;
const MAX_COUNTED: usize = 1_000;
/// An attempt that is not over by then belongs to a process that has ended.
const LONGEST_ATTEMPT: u64 = 120;

/// All that is remembered.
#[derive(Debug, Default)]
pub(super) struct Attempts {
    pub(super) clients: BTreeMap<Place, Known>,
    pub(super) budget: Budget,
    /// Of wrong API keys.
    pub(super) keys: Budget,
}

/// What is remembered of a client.
#[derive(Debug, Default)]
pub(super) struct Known {
    pub(super) used_at: Timestamp,
    pub(super) windows: BTreeMap<Action, Window>,
    pub(super) failures: Failures,
    pub(super) under_way: UnderWay,
    /// When it last signed in.
    pub(super) familiar: Option<Timestamp>,
}

/// When attempts began whose end is not known yet.
#[derive(Debug, Default)]
pub(super) struct UnderWay(pub(super) VecDeque<Timestamp>);

/// How an attempt has ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// Neither this nor that, as when something of ours failed.
    Neither,
    Failed,
    Succeeded,
}

impl Attempts {
    /// What is taken for the past where it cannot be read: so many failures that strangers are slowed.
    pub(super) fn strained(now: Timestamp) -> Self {
        let mut attempts = Self::default();
        let (failures, _) = SPACING.last().copied().unwrap_or_default();
        attempts.budget.failures = std::iter::repeat_n(now, failures).collect();
        attempts.keys.failures = attempts.budget.failures.clone();
        attempts
    }

    /// Admits an attempt, or says how many seconds are left until one is.
    pub(super) fn begin(
        &mut self,
        action: Action,
        place: Place,
        is_familiar: &dyn Fn() -> bool,
        now: Timestamp,
    ) -> Result<(), u64> {
        // What is refused must not make entries, or it would push out those of others.
        if let Some(known) = self.clients.get_mut(&place) {
            wait_for(known.failures.wait(known.under_way.count(now), now))?;
            wait_for(known.window(action).wait(action, now))?;
        }
        if self.budget.spacing(now) > 0 && !self.knows(place, now) && !is_familiar() {
            wait_for(self.budget.wait(now))?;
            self.budget.admit(now);
        }
        let known = self.used(place, now);
        known.window(action).admit(now);
        known.under_way.0.push_back(now);
        self.budget.under_way.0.push_back(now);
        Ok(())
    }

    /// Counts a request against its window, or says how many seconds are left.
    pub(super) fn admit(&mut self, action: Action, place: Place, now: Timestamp) -> Result<(), u64> {
        if let Some(known) = self.clients.get_mut(&place) {
            wait_for(known.window(action).wait(action, now))?;
        }
        self.used(place, now).window(action).admit(now);
        Ok(())
    }

    /// Counts an API key that is none of the stored ones, or says how many seconds are left.
    pub(super) fn admit_wrong_key(&mut self, place: Place, now: Timestamp) -> Result<(), u64> {
        wait_for(self.keys.wait(now))?;
        self.admit(Action::WrongKey, place, now)?;
        self.keys.admit(now);
        self.keys.failed(now);
        Ok(())
    }

    /// Counts a comparison with a slow hash of a key against the windows of the client, if told, and of everybody.
    pub(super) fn admit_slow_key(&mut self, place: Option<Place>, now: Timestamp) -> Result<(), u64> {
        if let Some(known) = self.clients.get_mut(&Place::Everybody) {
            wait_for(known.window(Action::SlowKey).wait(Action::SlowKey, now))?;
        }
        if let Some(place) = place {
            self.admit(Action::WrongKey, place, now)?;
        }
        self.admit(Action::SlowKey, Place::Everybody, now)
    }

    /// Takes the client's window of wrong keys back to empty; whether there was anything in it.
    pub(super) fn forget_wrong_keys(&mut self, place: Place) -> bool {
        let window = self.clients.get_mut(&place).and_then(|known| known.windows.remove(&Action::WrongKey));
        window.is_some_and(|window| !window.0.is_empty())
    }

    pub(super) fn end(&mut self, place: Place, began_at: Timestamp, outcome: Outcome, now: Timestamp) {
        self.budget.under_way.end(began_at);
        let known = self.used(place, now);
        known.under_way.end(began_at);
        match outcome {
            Outcome::Neither => {}
            Outcome::Failed => {
                known.failures.failed(now);
                self.budget.failed(now);
            }
            Outcome::Succeeded => {
                known.failures = Failures::default();
                known.familiar = Some(now);
            }
        }
    }

    /// How many seconds the client's block has left; 0 without one.
    pub(super) fn blocked(&mut self, place: Place, now: Timestamp) -> u64 {
        self.clients.get_mut(&place).map_or(0, |known| known.failures.blocked(now))
    }

    /// Whether somebody has signed in from there lately.
    fn knows(&self, place: Place, now: Timestamp) -> bool {
        let since = self.clients.get(&place).and_then(|known| known.familiar);
        since.is_some_and(|since| now.since(since) < FORGOTTEN_AFTER)
    }

    fn used(&mut self, place: Place, now: Timestamp) -> &mut Known {
        if !self.clients.contains_key(&place) {
            self.clients.retain(|_, known| now.since(known.used_at) < FORGOTTEN_AFTER);
            while self.clients.len() >= MAX_PLACES {
                let oldest =
                    self.clients.iter().min_by_key(|(_, known)| known.used_at).map(|(place, _)| *place);
                let Some(oldest) = oldest else { break };
                self.clients.remove(&oldest);
            }
        }
        let known = self.clients.entry(place).or_default();
        known.used_at = now;
        known
    }
}

impl Known {
    fn window(&mut self, action: Action) -> &mut Window {
        self.windows.entry(action).or_default()
    }
}

impl UnderWay {
    fn count(&mut self, now: Timestamp) -> usize {
        expire(&mut self.0, LONGEST_ATTEMPT, now);
        self.0.len()
    }

    fn end(&mut self, began_at: Timestamp) {
        let same = self.0.iter().position(|other| *other == began_at);
        // The clock may have been set back meanwhile; then any of them stands for this one.
        match same {
            Some(at) => drop(self.0.remove(at)),
            None => drop(self.0.pop_front()),
        }
    }
}

/// The failures of everybody together.
#[derive(Debug, Default)]
pub(super) struct Budget {
    pub(super) failures: VecDeque<Timestamp>,
    pub(super) under_way: UnderWay,
    /// When an attempt beyond the budget was last admitted.
    pub(super) last: Option<Timestamp>,
}

impl Budget {
    /// Seconds between attempts; those whose end is not known yet count as failures.
    pub(super) fn spacing(&mut self, now: Timestamp) -> u64 {
        expire(&mut self.failures, BUDGET_SECONDS, now);
        let at_worst = self.failures.len() + self.under_way.count(now);
        let step = SPACING.iter().find(|(failures, _)| at_worst >= *failures);
        step.map_or(0, |(_, seconds)| *seconds)
    }

    /// How many seconds until an attempt of a stranger is admitted; 0 for now.
    pub(super) fn wait(&mut self, now: Timestamp) -> u64 {
        let spacing = self.spacing(now);
        self.last = self.last.map(|last| now.min(last));
        let elapsed = self.last.map_or(u64::MAX, |last| now.since(last));
        spacing.saturating_sub(elapsed)
    }

    pub(super) fn admit(&mut self, now: Timestamp) {
        if self.spacing(now) > 0 {
            self.last = Some(now);
        }
    }

    pub(super) fn failed(&mut self, now: Timestamp) {
        if self.failures.len() >= MAX_COUNTED {
            self.failures.pop_front();
        }
        self.failures.push_back(now);
    }
}

/// Seconds to wait, as an error unless there are none.
pub(super) fn wait_for(seconds: u64) -> Result<(), u64> {
    if seconds == 0 { Ok(()) } else { Err(seconds) }
}
