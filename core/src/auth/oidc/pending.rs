//! Sign-ins whose browser is at the provider.
//!
//! They are kept in memory alone: a restart asks to start again.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use super::Request;
use crate::{auth::ReturnPath, clock::Timestamp};

const MAX_PENDING: usize = 2_000;
/// Time to sign in at the provider, with its second factor.
const LIFETIME_SECONDS: u64 = 600;

#[derive(Debug, Clone)]
pub(super) struct Pending {
    /// The digest of the browser's cookie.
    pub(super) browser: [u8; 32],
    /// The settings as they were.
    pub(super) epoch: [u8; 32],
    pub(super) request: Request,
    pub(super) next: ReturnPath,
    pub(super) began_at: Timestamp,
}

impl Pending {
    /// A beginning in the future means that the clock was set back: over, because its age cannot be told.
    fn is_over(&self, now: Timestamp) -> bool {
        self.began_at > now || now.since(self.began_at) >= LIFETIME_SECONDS
    }
}

/// By the digest of the state.
#[derive(Debug, Default)]
pub(crate) struct PendingAtProvider(Mutex<HashMap<[u8; 32], Pending>>);

impl PendingAtProvider {
    /// Adds one; those that are over go, and the oldest beyond the bound.
    pub(super) fn add(&self, state: [u8; 32], pending: Pending) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() >= MAX_PENDING {
            all.retain(|_, other| !other.is_over(pending.began_at));
        }
        while all.len() >= MAX_PENDING {
            let oldest = all.iter().min_by_key(|(_, other)| other.began_at).map(|(state, _)| *state);
            let Some(oldest) = oldest else { break };
            all.remove(&oldest);
        }
        all.insert(state, pending);
    }

    /// Takes it out for good, whoever asks; the browser that began it gets it if it is not over.
    pub(super) fn take(&self, state: &[u8; 32], browser: &[u8; 32], now: Timestamp) -> Option<Pending> {
        let pending = self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(state)?;
        (pending.browser == *browser && !pending.is_over(now)).then_some(pending)
    }

    /// Takes all of them out.
    pub(super) fn clear(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    #[cfg(test)]
    fn len(&self) -> usize {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::secret::Secret;

    fn pending(began_at: i64) -> Pending {
        let secret = || Secret::new("s");
        let request = Request { redirect_uri: String::new(), nonce: secret(), verifier: secret() };
        let next = ReturnPath::default();
        Pending { browser: [1; 32], epoch: [0; 32], request, next, began_at: Timestamp(began_at) }
    }

    fn key(number: usize) -> [u8; 32] {
        let mut key = [0; 32];
        key[..8].copy_from_slice(&number.to_le_bytes());
        key
    }

    #[test]
    fn each_is_taken_once_by_its_own_browser_within_ten_minutes() {
        let all = PendingAtProvider::default();
        for (number, browser, now, is_given) in [
            (1, [1; 32], 699, true),
            (2, [1; 32], 700, false),
            (3, [2; 32], 100, false),
            (4, [1; 32], 99, false),
        ] {
            all.add(key(number), pending(100));
            let taken = all.take(&key(number), &browser, Timestamp(now));
            assert_eq!(taken.is_some(), is_given, "{number}");
            assert!(all.take(&key(number), &[1; 32], Timestamp(100)).is_none(), "{number} is spent");
        }
    }

    #[test]
    fn a_flood_takes_no_more_memory_and_pushes_out_the_oldest() {
        let all = PendingAtProvider::default();
        for number in 0..MAX_PENDING + 500 {
            all.add(key(number), pending(i64::try_from(number / 10).unwrap_or(0)));
        }
        assert_eq!(all.len(), MAX_PENDING);
        assert!(all.take(&key(0), &[1; 32], Timestamp(300)).is_none());
        assert!(all.take(&key(MAX_PENDING + 499), &[1; 32], Timestamp(300)).is_some());
    }
}
