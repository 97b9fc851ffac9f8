//! Steps that have begun and wait for their end, such as a sign-in that owes its code.
//!
//! They are kept in memory alone, for a limited time and in a limited number: a restart asks to begin again, and a flood
//! takes no more memory than the bound.

use std::{
    collections::HashMap,
    fmt,
    hash::Hash,
    sync::{Mutex, MutexGuard, PoisonError},
};

use crate::clock::Timestamp;

/// Steps by a key that is not guessed. What they hold stays out of logs.
pub(super) struct Steps<K, V> {
    most: usize,
    lifetime_seconds: u64,
    all: Mutex<HashMap<K, (Timestamp, V)>>,
}

impl<K, V> fmt::Debug for Steps<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Steps(…)")
    }
}

impl<K: Copy + Eq + Hash, V> Steps<K, V> {
    /// None yet, and no more than `most` ever.
    pub(super) fn new(most: usize, lifetime_seconds: u64) -> Self {
        Self { most, lifetime_seconds, all: Mutex::default() }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<K, (Timestamp, V)>> {
        self.all.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A beginning in the future means that the clock was set back: over, because its age cannot be told.
    fn is_over(&self, began_at: Timestamp, now: Timestamp) -> bool {
        began_at > now || now.since(began_at) >= self.lifetime_seconds
    }

    /// Begins one; those that are over go, and the oldest beyond the bound.
    pub(super) fn begin(&self, key: K, step: V, now: Timestamp) {
        let mut all = self.lock();
        all.retain(|_, (began_at, _)| !self.is_over(*began_at, now));
        while all.len() >= self.most {
            let oldest = all.iter().min_by_key(|(_, (began_at, _))| *began_at).map(|(key, _)| *key);
            let Some(oldest) = oldest else { break };
            all.remove(&oldest);
        }
        all.insert(key, (now, step));
    }

    /// Looks at one that is not over; what `look` leaves changed stays so. One that is over goes.
    pub(super) fn with<R>(&self, key: &K, now: Timestamp, look: impl FnOnce(&mut V) -> R) -> Option<R> {
        let mut all = self.lock();
        let (began_at, step) = all.get_mut(key)?;
        if self.is_over(*began_at, now) {
            all.remove(key);
            return None;
        }
        Some(look(step))
    }

    /// Ends one, whether it is over or not, and hands it out if it is not; to one caller alone.
    pub(super) fn take(&self, key: &K, now: Timestamp) -> Option<V> {
        let (began_at, step) = self.lock().remove(key)?;
        (!self.is_over(began_at, now)).then_some(step)
    }

    /// Ends one; true for the one caller that does.
    pub(super) fn end(&self, key: &K) -> bool {
        self.lock().remove(key).is_some()
    }

    /// Ends all of them.
    pub(super) fn clear(&self) {
        self.lock().clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_lasts_to_the_second_and_not_over_a_clock_that_was_set_back() {
        let steps = Steps::new(10, 600);
        for (now, is_open) in [(100, true), (699, true), (700, false), (99, false)] {
            steps.begin(1, "step", Timestamp(100));
            assert_eq!(steps.with(&1, Timestamp(now), |step| *step), is_open.then_some("step"), "{now}");
            steps.begin(1, "step", Timestamp(100));
            assert_eq!(steps.take(&1, Timestamp(now)), is_open.then_some("step"), "{now}");
            assert_eq!(steps.take(&1, Timestamp(100)), None, "{now}: it is spent");
        }
    }

    #[test]
    fn a_flood_takes_no_more_memory_and_pushes_out_the_oldest() {
        let steps = Steps::new(2_000, 600);
        for number in 0..2_500_i64 {
            steps.begin(number, (), Timestamp(number / 10));
        }
        assert_eq!(steps.lock().len(), 2_000);
        assert!(!steps.end(&0) && steps.end(&2_499));
    }
}
