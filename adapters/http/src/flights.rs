//! Changes that are written and wait for Traefik's word, at the same time: `core` knows what follows from that, this waits.

use std::collections::BTreeSet;

use tokio::sync::{Mutex, MutexGuard, watch};
use traefik_manager_core::routes::{InFlight, PATIENCE};

/// All of them.
#[derive(Debug)]
pub(crate) struct Flights {
    state: watch::Sender<InFlight>,
    judging: Mutex<()>,
}

/// One of them; it is over when this is dropped.
#[derive(Debug)]
pub(crate) struct Flight<'f> {
    flights: &'f Flights,
    pub(crate) number: u64,
}

impl Default for Flights {
    fn default() -> Self {
        Self { state: watch::Sender::new(InFlight::default()), judging: Mutex::default() }
    }
}

impl Flights {
    /// A change that was just written.
    pub(crate) fn board(&self, number: u64) -> Flight<'_> {
        self.state.send_modify(|state| state.board(number));
        Flight { flights: self, number }
    }

    /// One at a time decides what goes back.
    pub(crate) async fn judge(&self) -> MutexGuard<'_, ()> {
        self.judging.lock().await
    }

    /// Takes note that a change went back.
    pub(crate) fn went_back(&self, number: u64) {
        self.state.send_modify(|state| state.went_back(number));
    }

    /// Takes note that Traefik has taken a change.
    pub(crate) fn was_taken(&self, number: u64) {
        self.state.send_modify(|state| state.was_taken(number));
    }

    /// The state of all, which must not be kept over a wait.
    pub(crate) fn now(&self) -> watch::Ref<'_, InFlight> {
        self.state.borrow()
    }

    /// Returns when none of these waits any more, or when it takes too long.
    pub(crate) async fn landed(&self, numbers: &BTreeSet<u64>) {
        let mut state = self.state.subscribe();
        let landed = state.wait_for(|state| state.have_landed(numbers));
        // An error would mean that there is nobody to wait for.
        drop(tokio::time::timeout(PATIENCE, landed).await);
    }
}

impl Flight<'_> {
    /// The others that were written before it, and those that were written after it.
    pub(crate) fn others(&self) -> (BTreeSet<u64>, BTreeSet<u64>) {
        self.flights.now().others(self.number)
    }

    /// Whether somebody else has put it back.
    pub(crate) fn is_gone(&self) -> bool {
        self.flights.now().is_gone(self.number)
    }

    /// Whether Traefik was seen to take something that was written later.
    pub(crate) fn is_taken(&self) -> bool {
        self.flights.now().is_taken(self.number)
    }
}

impl Drop for Flight<'_> {
    fn drop(&mut self) {
        self.flights.state.send_modify(|state| state.land(self.number));
    }
}
