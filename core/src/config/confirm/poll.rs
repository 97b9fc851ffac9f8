//! What is made of one look at Traefik after the other.

use std::time::Duration;

use super::{
    Confirmation, Expectation, SETTLED,
    ask::{Asker, State},
};
use crate::{config::object::ObjectRef, traefik::live::LiveError};

/// One look: what was asked for, by the place of the expectation.
type Pass = Result<Vec<(usize, State)>, LiveError>;

/// What is known so far.
#[derive(Debug)]
pub(super) struct Poll<'a> {
    expected: &'a [Expectation],
    /// Which object is asked for first: the one that was not there the last time.
    first: usize,
    /// Objects that Traefik once served otherwise: that it now does not is proof that it has loaded the change.
    was_old: Vec<bool>,
    has_answered: bool,
    was_failing: bool,
}

impl<'a> Poll<'a> {
    pub(super) fn new(expected: &'a [Expectation]) -> Self {
        let is_first = |of: &Expectation| of.is_shown() && of.tells;
        Self {
            expected,
            first: expected.iter().position(is_first).unwrap_or(0),
            was_old: vec![false; expected.len()],
            has_answered: false,
            was_failing: false,
        }
    }

    /// Asks until something is not as it should be, or for everything.
    pub(super) async fn pass(&mut self, asker: &mut Asker<'_>, everything: bool) -> Pass {
        asker.forget();
        let others = (0..self.expected.len()).filter(|index| *index != self.first);
        let order: Vec<usize> = [self.first].into_iter().chain(others).collect();
        let mut states = Vec::with_capacity(order.len());
        for index in order {
            let Some(expected) = self.expected.get(index).filter(|expected| expected.is_shown()) else {
                continue;
            };
            let state = asker.state(expected, index == self.first).await?;
            let is_old = matches!(state, State::Old(_));
            states.push((index, state));
            if is_old && !everything {
                self.first = index;
                break;
            }
        }
        Ok(states)
    }

    /// What it comes to after `passed` since the start, and whether that is the end of it.
    pub(super) fn judge(&mut self, pass: Pass, passed: Duration) -> (Confirmation, bool) {
        let states = match pass {
            Err(error) if self.has_answered => return (Confirmation::Vanished(error), false),
            Err(error) => {
                let is_final = matches!(error, LiveError::Refused { .. });
                return (Confirmation::Unreachable(error), is_final);
            }
            Ok(states) => states,
        };
        self.has_answered = true;
        let is_settled = passed >= SETTLED;
        let was_failing = std::mem::replace(&mut self.was_failing, false);

        let old: Vec<_> = states
            .iter()
            .filter_map(|(index, state)| match state {
                State::Old(path) => Some((*index, path)),
                _ => None,
            })
            .collect();
        if !old.is_empty() {
            for (index, _) in &old {
                if let Some(was_old) = self.was_old.get_mut(*index) {
                    *was_old = true;
                }
            }
            let objects = old
                .iter()
                .filter_map(|(index, path)| Some((self.object(*index)?.object.clone(), (*path).clone())));
            return (Confirmation::StillOld { objects: objects.collect() }, false);
        }

        let failing = states.iter().find_map(|(index, state)| match state {
            State::Failing(errors) => Some((self.object(*index)?, errors)),
            _ => None,
        });
        let unseen = self.unseen(&states);
        if let Some((expected, errors)) = failing {
            self.was_failing = true;
            // Asked twice, because the answers of one look may come from before and after a load.
            let is_loaded = unseen.is_empty() && was_failing;
            let found = Confirmation::InError { object: expected.object.clone(), errors: errors.clone() };
            return (found, is_loaded || is_settled);
        }

        let changes = self.expected.iter().filter(|expected| expected.is_change).count();
        let is_undecided = states.iter().any(|(_, state)| matches!(state, State::Undecided));
        if unseen.len() < changes {
            (Confirmation::Confirmed { unseen }, !is_undecided || is_settled)
        } else {
            (Confirmation::NotVisible, is_settled)
        }
    }

    fn object(&self, index: usize) -> Option<&'a Expectation> {
        self.expected.get(index)
    }

    /// The changed objects whose present state would have been the same without the change.
    fn unseen(&self, states: &[(usize, State)]) -> Vec<ObjectRef> {
        let is_seen = |index: usize, expected: &Expectation| {
            let is_proof = expected.tells || self.was_old.get(index).copied().unwrap_or(false);
            let has_state = |(at, state): &(usize, State)| {
                *at == index && matches!(state, State::Served | State::Failing(_))
            };
            is_proof && states.iter().any(has_state)
        };
        self.expected
            .iter()
            .enumerate()
            .filter(|(index, expected)| expected.is_change && !is_seen(*index, expected))
            .map(|(_, expected)| expected.object.clone())
            .collect()
    }
}
