//! Sign-ins that have shown the password and owe the one-time code.
//!
//! They are kept in memory alone: a restart asks for the password again.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use super::ReturnPath;
use crate::clock::Timestamp;

const MAX_PENDING: usize = 1_000;
const LIFETIME_SECONDS: u64 = 300;
const MAX_CODES: u8 = 5;

#[derive(Debug, Clone)]
pub(super) struct PendingSignIn {
    /// The credentials as they were when the password was right.
    pub(super) epoch: [u8; 32],
    pub(super) remember: bool,
    pub(super) next: ReturnPath,
    pub(super) began_at: Timestamp,
    codes: u8,
}

impl PendingSignIn {
    pub(super) fn new(epoch: [u8; 32], remember: bool, next: ReturnPath, began_at: Timestamp) -> Self {
        Self { epoch, remember, next, began_at, codes: 0 }
    }

    /// A beginning in the future means that the clock was set back: over, because its age cannot be told.
    fn is_over(&self, now: Timestamp) -> bool {
        self.began_at > now || now.since(self.began_at) >= LIFETIME_SECONDS || self.codes >= MAX_CODES
    }
}

#[derive(Debug, Default)]
pub(super) struct PendingSignIns(Mutex<HashMap<[u8; 32], PendingSignIn>>);

impl PendingSignIns {
    fn lock(&self) -> MutexGuard<'_, HashMap<[u8; 32], PendingSignIn>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds one; those that are over go, and the oldest beyond the bound.
    pub(super) fn add(&self, key: [u8; 32], pending: PendingSignIn) {
        let mut all = self.lock();
        all.retain(|_, other| !other.is_over(pending.began_at));
        while all.len() >= MAX_PENDING {
            let oldest = all.iter().min_by_key(|(_, other)| other.began_at).map(|(key, _)| *key);
            let Some(oldest) = oldest else { break };
            all.remove(&oldest);
        }
        all.insert(key, pending);
    }

    /// Whether it is still open.
    pub(super) fn is_open(&self, key: &[u8; 32], now: Timestamp) -> bool {
        self.lock().get(key).is_some_and(|pending| !pending.is_over(now))
    }

    /// Spends one of its five codes before anybody looks at the code, so that codes sent at once count too.
    pub(super) fn spend_code(&self, key: &[u8; 32], now: Timestamp) -> Option<PendingSignIn> {
        let mut all = self.lock();
        let pending = all.get_mut(key)?;
        if pending.is_over(now) {
            all.remove(key);
            return None;
        }
        pending.codes += 1;
        Some(pending.clone())
    }

    /// Closes it; true for the one caller that does.
    pub(super) fn close(&self, key: &[u8; 32]) -> bool {
        self.lock().remove(key).is_some()
    }
}
