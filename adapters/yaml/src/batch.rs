//! Edits that are planned on one tree and made together, because none of them needs to see what another does.
//!
//! A batch may hold tens of thousands of edits, so whether one more fits is looked up, not compared with each.

use std::collections::{BTreeMap, HashMap, HashSet};

use traefik_manager_core::config::edit::{Edit, Segment};

use crate::plan::{Plan, Splice};

type Steps<'e> = &'e [Segment];

#[derive(Default)]
pub(crate) struct Batch<'e> {
    pub(crate) splices: Vec<Splice>,
    /// Whether an alias may have come in, so that nodes are shared which were not.
    pub(crate) aliased: bool,
    /// The splices by beginning and end, with the collection that they belong to. They touch each other only where
    /// several things are inserted at one place.
    places: BTreeMap<(usize, usize), Steps<'e>>,
    /// What is edited.
    edited: HashSet<Steps<'e>>,
    /// What is edited, and all that leads there.
    passed: HashSet<Steps<'e>>,
    /// What others are renamed to.
    renamed: HashSet<Vec<Segment>>,
    /// What was made or taken out, and lists whose elements shift.
    claimed: HashSet<Steps<'e>>,
    /// From where nodes were taken out, and how many.
    thinned: HashMap<Steps<'e>, usize>,
}

impl<'e> Batch<'e> {
    /// Whether an edit must see the result of the earlier ones before it can be planned.
    pub(crate) fn depends(&self, edit: &Edit) -> bool {
        let path = edit.path().segments();
        let above = || (0..=path.len()).filter_map(|steps| path.get(..steps));
        let sibling = match edit {
            Edit::Rename { to, .. } => beside(path, to),
            Edit::Insert { before: Some(before), .. } => beside(path, before),
            _ => None,
        };
        self.aliased
            || self.passed.contains(path)
            || sibling.is_some_and(|sibling| self.passed.contains(sibling.as_slice()))
            || above().any(|above| {
                self.edited.contains(above) || self.claimed.contains(above) || self.renamed.contains(above)
            })
    }

    /// Takes the edit in, unless it has to wait.
    pub(crate) fn takes(&mut self, edit: &'e Edit, plan: Plan) -> bool {
        let path = edit.path().segments();
        let claim = plan.claims.and_then(|steps| path.get(..steps));
        let parent = claim.map_or(path, |claim| match claim.split_last() {
            Some((_, init)) if !plan.alone => init,
            _ => claim,
        });
        if !self.edited.is_empty() {
            let overlaps = plan.splices.iter().any(|splice| self.touches(splice, parent));
            let claimed = claim.is_some_and(|claim| self.passed.contains(claim));
            // Only the text that is left can tell which ancestors go with the last child.
            let gone = self.thinned.get(parent).copied().unwrap_or_default();
            let emptied = plan.leaves.is_some_and(|siblings| gone + 1 >= siblings);
            if overlaps || claimed || emptied {
                return false;
            }
        }
        self.claimed.extend(claim);
        if plan.shifts {
            self.claimed.insert(parent);
        }
        if plan.leaves.is_some() {
            *self.thinned.entry(parent).or_default() += 1;
        }
        self.places.extend(plan.splices.iter().map(|(range, _)| ((range.start, range.end), parent)));
        self.splices.extend(plan.splices);
        self.edited.insert(path);
        self.passed.extend((0..=path.len()).filter_map(|steps| path.get(..steps)));
        if let Edit::Rename { to, .. } = edit {
            self.renamed.extend(beside(path, to));
        }
        true
    }

    /// Whether a splice comes too close to one of the batch. What is inserted at one place into one collection stands
    /// in the order of the edits, and so may meet.
    fn touches(&self, (new, _): &Splice, parent: Steps<'_>) -> bool {
        let before = self.places.range(..=(new.end, usize::MAX)).rev();
        before.take_while(|((_, end), _)| new.start <= *end).any(|((start, end), other)| {
            let both_insert = new.is_empty() && start == end && *other == parent;
            !both_insert
        })
    }
}

/// The path of another key of the same mapping.
fn beside(path: &[Segment], key: &str) -> Option<Vec<Segment>> {
    let (_, init) = path.split_last()?;
    Some(init.iter().cloned().chain(std::iter::once(Segment::Key(key.to_owned()))).collect())
}
