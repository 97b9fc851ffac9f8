//! Changes that are written and wait for Traefik's word, at the same time.
//!
//! While one file is wrong Traefik takes no change at all, so all of them look refused. What becomes of one is therefore
//! a reason to ask again about the others before they go back.

use std::{collections::BTreeSet, time::Duration};

use tokio::sync::{Mutex, MutexGuard, watch};

/// All of them.
#[derive(Debug)]
pub(crate) struct Flights {
    state: watch::Sender<State>,
    judging: Mutex<()>,
}

#[derive(Debug, Default)]
struct State {
    open: BTreeSet<u64>,
    /// Those that went back, as far as somebody still waits for them.
    gone: BTreeSet<u64>,
    /// How many went back.
    count: u64,
    /// The newest one that Traefik was seen to take, and with it all that was written before.
    taken: u64,
}

/// One of them; it is over when this is dropped.
#[derive(Debug)]
pub(crate) struct Flight<'f> {
    flights: &'f Flights,
    number: u64,
}

impl Default for Flights {
    fn default() -> Self {
        Self { state: watch::Sender::new(State::default()), judging: Mutex::default() }
    }
}

impl Flights {
    /// A change that was just written.
    pub(crate) fn board(&self, number: u64) -> Flight<'_> {
        self.state.send_modify(|state| {
            state.open.insert(number);
        });
        Flight { flights: self, number }
    }

    /// One at a time decides what goes back.
    pub(crate) async fn judge(&self) -> MutexGuard<'_, ()> {
        self.judging.lock().await
    }

    /// Takes note that a change went back.
    pub(crate) fn went_back(&self, number: u64) {
        self.state.send_modify(|state| {
            state.count += 1;
            if state.open.contains(&number) {
                state.gone.insert(number);
            }
        });
    }

    /// Takes note that Traefik has taken a change.
    pub(crate) fn was_taken(&self, number: u64) {
        self.state.send_modify(|state| state.taken = state.taken.max(number));
    }

    /// How many changes went back so far.
    pub(crate) fn gone(&self) -> u64 {
        self.state.borrow().count
    }

    /// Returns when none of these waits any more, or when it takes too long.
    pub(crate) async fn landed(&self, numbers: &BTreeSet<u64>, patience: Duration) {
        let mut state = self.state.subscribe();
        let landed = state.wait_for(|state| state.open.is_disjoint(numbers));
        // An error would mean that there is nobody to wait for.
        drop(tokio::time::timeout(patience, landed).await);
    }
}

impl Flight<'_> {
    /// The others that were written before it, and those that were written after it.
    pub(crate) fn others(&self) -> (BTreeSet<u64>, BTreeSet<u64>) {
        let state = self.flights.state.borrow();
        state.open.iter().filter(|other| **other != self.number).partition(|other| **other < self.number)
    }

    /// Whether somebody else has put it back.
    pub(crate) fn is_gone(&self) -> bool {
        self.flights.state.borrow().gone.contains(&self.number)
    }

    /// Whether Traefik was seen to take something that was written later.
    pub(crate) fn is_taken(&self) -> bool {
        self.flights.state.borrow().taken > self.number
    }
}

impl Drop for Flight<'_> {
    fn drop(&mut self) {
        self.flights.state.send_modify(|state| {
            state.open.remove(&self.number);
            state.gone.remove(&self.number);
        });
    }
}
