//! Which findings forbid a change that is to blame for them.
//!
//! What did not work before may go on not to work, under another name too: nobody can mend a broken object in one step
//! only.

use std::collections::{HashMap, HashSet};

use crate::{
    check::{Finding, Level},
    config::{delta::ObjectChange, object::ObjectKind},
    traefik::Protocol,
};

type Kind = (Option<Protocol>, ObjectKind);

/// What was broken before a change, and under which names it may be broken after it.
pub(super) struct Excuses<'a> {
    disabled: HashSet<&'a str>,
    came: HashMap<String, Kind>,
    /// The first object of each kind that goes.
    went: HashMap<Kind, String>,
}

impl<'a> Excuses<'a> {
    pub(super) fn of(before: &'a [Finding], objects: &[ObjectChange]) -> Self {
        let errors = before.iter().filter(|finding| finding.level == Level::Error);
        let disabled = errors.flat_map(|finding| &finding.disables).map(String::as_str).collect();
        let (mut came, mut went) = (HashMap::new(), HashMap::new());
        for change in objects {
            let kind = (change.object.protocol, change.object.kind);
            if change.before.is_none() {
                came.insert(change.object.place(), kind);
            } else if change.after.is_none() {
                went.entry(kind).or_insert_with(|| change.object.place());
            }
        }
        Self { disabled, came, went }
    }

    /// Whether a change may be made in spite of this new finding.
    pub(super) fn allow(&self, finding: &Finding, accepts_disabled: bool) -> bool {
        if finding.level != Level::Error {
            return true;
        }
        if finding.effect.is_fatal() {
            return false;
        }
        accepts_disabled
            || (!finding.disables.is_empty() && finding.disables.iter().all(|name| self.was_broken(name)))
    }

    fn was_broken(&self, name: &str) -> bool {
        let old = self.came.get(name).and_then(|kind| self.went.get(kind));
        self.disabled.contains(name) || old.is_some_and(|old| self.disabled.contains(old.as_str()))
    }
}
