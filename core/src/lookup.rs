//! Finds the numbers of things by their names, in time that does not grow with how many there are.
//!
//! A `HashMap` whose keys are texts reads a text somewhere in memory for every look, and all of them again whenever it
//! grows. With a hundred thousand names each of these waits for memory, and the time grows faster than the names do.
//! This keeps hashes and numbers only, a few bytes a name. Whoever asks compares the names, with which the things
//! themselves stand in order.

use std::{
    collections::{HashMap, hash_map::Entry},
    hash::{BuildHasher as _, BuildHasherDefault, Hash, Hasher},
};

#[expect(
    clippy::disallowed_types,
    reason = "what every `HashMap` has, against names that are made to collide"
)]
type Hashing = std::collections::hash_map::RandomState;

/// Numbers by the hashes of names.
#[derive(Debug, Default)]
pub struct Lookup {
    hashing: Hashing,
    first: HashMap<u64, usize, BuildHasherDefault<AsItIs>>,
    /// Further names of the same hash. In practice there are none.
    others: Vec<(u64, usize)>,
}

impl Lookup {
    /// The number of that name; `is` says whether a number has it.
    pub fn find(&self, name: &impl Hash, is: impl Fn(usize) -> bool) -> Option<usize> {
        self.find_hash(self.hashing.hash_one(name), is)
    }

    /// Gives a name a number, unless it has one: then that is returned, and stays.
    pub fn insert(&mut self, name: &impl Hash, number: usize, is: impl Fn(usize) -> bool) -> Option<usize> {
        let hash = self.hashing.hash_one(name);
        let earlier = self.find_hash(hash, is);
        if earlier.is_none() {
            self.add(hash, number);
        }
        earlier
    }

    fn find_hash(&self, hash: u64, is: impl Fn(usize) -> bool) -> Option<usize> {
        let first = *self.first.get(&hash)?;
        if is(first) {
            return Some(first);
        }
        self.others.iter().filter(|(other, _)| *other == hash).map(|(_, number)| *number).find(|n| is(*n))
    }

    fn add(&mut self, hash: u64, number: usize) {
        match self.first.entry(hash) {
            Entry::Occupied(_) => self.others.push((hash, number)),
            Entry::Vacant(free) => {
                free.insert(number);
            }
        }
    }
}

/// Takes a hash for what it is.
#[derive(Debug, Default)]
struct AsItIs(u64);

impl Hasher for AsItIs {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }

    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_keep_their_first_numbers() {
        let names = ["a", "b", "a", "c"];
        let mut lookup = Lookup::default();
        let mut earlier = Vec::new();
        for (number, name) in names.iter().enumerate() {
            earlier.push(lookup.insert(name, number, |at| names.get(at) == Some(name)));
        }
        assert_eq!(earlier, [None, None, Some(0), None]);
        let find = |name: &str| lookup.find(&name, |at| names.get(at) == Some(&name));
        assert_eq!(["a", "b", "c", "d"].map(find), [Some(0), Some(1), Some(3), None]);
    }

    /// Nobody can wait for two names to collide, so they are made to.
    #[test]
    fn names_of_one_hash_are_told_apart() {
        let mut lookup = Lookup::default();
        for number in 0..3 {
            assert_eq!(lookup.find_hash(7, |at| at == number), None);
            lookup.add(7, number);
        }
        assert_eq!(
            [0, 1, 2, 3].map(|n| lookup.find_hash(7, |at| at == n)),
            [Some(0), Some(1), Some(2), None]
        );
        assert_eq!(lookup.find_hash(8, |_| true), None);
    }
}
