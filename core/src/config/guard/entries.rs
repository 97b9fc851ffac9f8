//! The entries of a mapping while edits are made to it: in order, and found by name.
//!
//! A change may touch every entry of a large mapping. So what is looked for often is found through an index, and what
//! is taken out leaves its place empty, so that the index stays right.

use std::{borrow::Cow, collections::HashMap};

/// How many names are looked for one entry at a time before an index is worth it.
const FEW: usize = 8;

#[derive(Debug)]
pub(super) struct Entries<'a, V> {
    /// In order; `None` where one was taken out.
    slots: Vec<Option<(Cow<'a, str>, V)>>,
    present: usize,
    looked_for: usize,
    index: Option<HashMap<Cow<'a, str>, usize>>,
}

impl<V> Default for Entries<'_, V> {
    fn default() -> Self {
        Self { slots: Vec::new(), present: 0, looked_for: 0, index: None }
    }
}

impl<'a, V> FromIterator<(Cow<'a, str>, V)> for Entries<'a, V> {
    fn from_iter<I: IntoIterator<Item = (Cow<'a, str>, V)>>(entries: I) -> Self {
        let slots: Vec<_> = entries.into_iter().map(Some).collect();
        Self { present: slots.len(), slots, ..Self::default() }
    }
}

impl<'a, V> Entries<'a, V> {
    pub(super) fn is_empty(&self) -> bool {
        self.present == 0
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, &V)> {
        self.slots.iter().flatten().map(|(name, value)| (name.as_ref(), value))
    }

    pub(super) fn get_mut(&mut self, name: &str) -> Option<&mut V> {
        let at = self.position(name)?;
        self.slots.get_mut(at)?.as_mut().map(|(_, value)| value)
    }

    /// Puts an entry in front of another, or at the end.
    pub(super) fn insert(&mut self, before: Option<&str>, name: &'a str, value: V) {
        let entry = Some((Cow::Borrowed(name), value));
        self.present += 1;
        if let Some(at) = before.and_then(|before| self.position(before)) {
            self.slots.insert(at, entry);
            // The places behind it are others now.
            (self.index, self.looked_for) = (None, 0);
            return;
        }
        if let Some(index) = &mut self.index {
            index.entry(Cow::Borrowed(name)).or_insert(self.slots.len());
        }
        self.slots.push(entry);
    }

    pub(super) fn remove(&mut self, name: &str) {
        let Some(at) = self.position(name) else { return };
        if self.slots.get_mut(at).and_then(Option::take).is_some() {
            self.present -= 1;
        }
        if let Some(index) = &mut self.index {
            index.remove(name);
        }
    }

    /// Gives an entry another name; `None` where there is no such entry.
    pub(super) fn rename(&mut self, name: &str, to: &'a str) -> Option<()> {
        let at = self.position(name)?;
        self.slots.get_mut(at)?.as_mut()?.0 = Cow::Borrowed(to);
        if let Some(index) = &mut self.index {
            index.remove(name);
            index.entry(Cow::Borrowed(to)).or_insert(at);
        }
        Some(())
    }

    fn position(&mut self, name: &str) -> Option<usize> {
        if self.index.is_none() && self.looked_for >= FEW {
            let mut index = HashMap::with_capacity(self.slots.len());
            for (at, slot) in self.slots.iter().enumerate() {
                if let Some((name, _)) = slot {
                    index.entry(name.clone()).or_insert(at);
                }
            }
            self.index = Some(index);
        }
        if let Some(index) = &self.index {
            return index.get(name).copied();
        }
        self.looked_for += 1;
        self.slots.iter().position(|slot| slot.as_ref().is_some_and(|(other, _)| other == name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(entries: &Entries<'_, usize>) -> Vec<String> {
        entries.iter().map(|(name, value)| format!("{name}={value}")).collect()
    }

    /// The same steps with and without an index.
    #[test]
    fn an_index_changes_nothing_but_the_time() {
        let outcome = |looks: usize| {
            let mut entries: Entries<'_, usize> =
                ["a", "b", "c", "d"].into_iter().map(Cow::Borrowed).zip(0..).collect();
            for _ in 0..looks {
                assert_eq!(entries.get_mut("c"), Some(&mut 2));
            }
            entries.remove("b");
            entries.remove("b");
            assert_eq!(entries.get_mut("b"), None);
            assert_eq!(entries.rename("b", "x"), None);
            assert_eq!(entries.rename("c", "e"), Some(()));
            assert_eq!(entries.get_mut("c"), None);
            entries.insert(None, "b", 4);
            entries.insert(Some("e"), "c", 5);
            entries.insert(Some("nobody"), "f", 6);
            *entries.get_mut("e").unwrap_or(&mut 0) += 10;
            entries.remove("a");
            (names(&entries), entries.is_empty())
        };
        let expected = ["c=5", "e=12", "d=3", "b=4", "f=6"].map(str::to_owned).to_vec();
        for looks in [0, FEW - 3, FEW, 2 * FEW] {
            assert_eq!(outcome(looks), (expected.clone(), false));
        }
    }

    #[test]
    fn all_may_go() {
        let mut entries: Entries<'_, usize> = Entries::default();
        assert!(entries.is_empty());
        entries.insert(None, "a", 1);
        entries.remove("a");
        assert!(entries.is_empty() && entries.iter().next().is_none());
    }
}
