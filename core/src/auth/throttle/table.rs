//! A map that never grows beyond its bound: what was used the longest ago goes first.

use std::{
    collections::{BTreeMap, HashMap},
    hash::Hash,
};

use crate::clock::Timestamp;

/// What is not used for an hour says nothing any more; no limit looks back further.
const FORGOTTEN_AFTER: u64 = 3_600;

#[derive(Debug)]
pub(super) struct Table<K, V> {
    entries: HashMap<K, Entry<V>>,
    /// The keys by their last use.
    order: BTreeMap<u64, K>,
    uses: u64,
    capacity: usize,
}

#[derive(Debug)]
struct Entry<V> {
    turn: u64,
    used_at: Timestamp,
    value: V,
}

impl<K: Copy + Eq + Hash, V: Default> Table<K, V> {
    pub(super) fn with_capacity(capacity: usize) -> Self {
        Self { entries: HashMap::new(), order: BTreeMap::new(), uses: 0, capacity }
    }

    /// The value under the key, which is made if there is none; the key is now the one used last.
    pub(super) fn used(&mut self, key: K, now: Timestamp) -> &mut V {
        self.forget_old(now);
        let turn = self.uses;
        self.uses += 1;
        if let Some(entry) = self.entries.get(&key) {
            self.order.remove(&entry.turn);
        } else if self.entries.len() >= self.capacity
            && let Some((_, oldest)) = self.order.pop_first()
        {
            self.entries.remove(&oldest);
        }
        self.order.insert(turn, key);
        let entry =
            self.entries.entry(key).or_insert_with(|| Entry { turn, used_at: now, value: V::default() });
        (entry.turn, entry.used_at) = (turn, now);
        &mut entry.value
    }

    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.entries.len()
    }

    /// The entries are in the order of their last use, so the old ones are in front.
    fn forget_old(&mut self, now: Timestamp) {
        while let Some(oldest) = self.order.first_entry() {
            let is_old = |entry: &Entry<V>| now.since(entry.used_at) >= FORGOTTEN_AFTER;
            if !self.entries.get(oldest.get()).is_none_or(is_old) {
                break;
            }
            self.entries.remove(&oldest.remove());
        }
    }
}
