//! Who is to blame when Traefik takes no change any more.
//!
//! Traefik's API does not tell which file it refuses, and while it refuses one, every change that waits for its word looks
//! refused. So the innocent are told from the guilty by taking one back and asking about the other: first the changes of
//! files that templates make up, since nobody has checked those, then the newest change that waits, and so on.
//!
//! These are the rules alone. Whoever carries them out waits, asks and takes back, and tells what came of it.

use std::{
    collections::{BTreeSet, VecDeque},
    time::Duration,
};

use crate::config::confirm::{BUDGET, Confirmation};

/// For how long a change is asked about again after another one went back.
const AGAIN: Duration = Duration::from_secs(5);
/// For how long others are waited for that have not had their word.
pub const PATIENCE: Duration = Duration::from_secs(15);
/// How many suspects are tried, and how often others are given the time to go back.
const MOST_SUSPECTS: usize = 3;

/// Changes that are written and wait for Traefik's word, by their numbers.
#[derive(Debug, Default)]
pub struct InFlight {
    open: BTreeSet<u64>,
    /// Those that went back, as far as somebody still waits for them.
    gone: BTreeSet<u64>,
    /// How many went back.
    count: u64,
    /// The newest one that Traefik was seen to take, and with it all that was written before.
    taken: u64,
}

impl InFlight {
    /// A change was written.
    pub fn board(&mut self, number: u64) {
        self.open.insert(number);
    }

    /// A change has its word.
    pub fn land(&mut self, number: u64) {
        self.open.remove(&number);
        self.gone.remove(&number);
    }

    /// A change went back.
    pub fn went_back(&mut self, number: u64) {
        self.count += 1;
        if self.open.contains(&number) {
            self.gone.insert(number);
        }
    }

    /// Traefik has taken a change.
    pub fn was_taken(&mut self, number: u64) {
        self.taken = self.taken.max(number);
    }

    /// How many went back so far.
    pub fn gone(&self) -> u64 {
        self.count
    }

    /// The others that wait: those that were written before this one, and those that were written after it.
    pub fn others(&self, number: u64) -> (BTreeSet<u64>, BTreeSet<u64>) {
        self.open.iter().filter(|other| **other != number).partition(|other| **other < number)
    }

    /// Whether somebody else has put this one back.
    pub fn is_gone(&self, number: u64) -> bool {
        self.gone.contains(&number)
    }

    /// Whether Traefik was seen to take something that was written after this one.
    pub fn is_taken(&self, number: u64) -> bool {
        self.taken > number
    }

    /// Whether none of these waits any more.
    pub fn have_landed(&self, numbers: &BTreeSet<u64>) -> bool {
        self.open.is_disjoint(numbers)
    }
}

/// What to do next about the word on a change.
#[derive(Debug, Clone, PartialEq)]
pub enum Step {
    /// Ask Traefik about the change for so long; [`Inquiry::answered`].
    Ask(Duration),
    /// Wait until nobody else judges: one at a time tries what happens without another change.
    TakeTurn,
    /// Let others judge.
    LeaveTurn,
    /// Find out which changes may be to blame; [`Inquiry::suspected`].
    Suspect,
    /// Take this change back and ask about the other for so long; [`Inquiry::answered`]. Where Traefik still does not take
    /// it, the suspect is innocent and comes back.
    Without(u64, Duration),
    /// Wait until none of these waits any more, for [`PATIENCE`] at most.
    WaitFor(BTreeSet<u64>),
    /// This is the word.
    Is(Confirmation),
}

/// How the word on one change is found, step by step.
#[derive(Debug)]
pub struct Inquiry {
    number: u64,
    /// How many had gone back when Traefik was last asked.
    gone: u64,
    rounds: usize,
    suspects: VecDeque<u64>,
    /// What Traefik said first.
    found: Confirmation,
    next: Next,
}

#[derive(Debug)]
enum Next {
    Ask,
    Turn,
    Judge,
    AskAgain,
    Try,
    WaitForNewer,
    LastTurn,
    LastAsk,
    Done,
}

impl Inquiry {
    /// Begins for a change that was just written.
    pub fn new(number: u64, others: &InFlight) -> Self {
        let found = Confirmation::StillOld { objects: Vec::new() };
        Self { number, gone: others.gone(), rounds: 0, suspects: VecDeque::new(), found, next: Next::Ask }
    }

    /// The next step. Every step is carried out before the next one is asked for.
    pub fn step(&mut self, others: &InFlight) -> Step {
        match self.next {
            Next::Ask => Step::Ask(BUDGET),
            Next::Turn => {
                self.next = Next::Judge;
                Step::TakeTurn
            }
            Next::Judge if others.gone() == self.gone => Step::Suspect,
            Next::Judge => {
                // Somebody went back since Traefik was asked: that may have been it.
                self.gone = others.gone();
                self.next = Next::AskAgain;
                Step::LeaveTurn
            }
            Next::AskAgain | Next::LastAsk => Step::Ask(AGAIN),
            Next::Try => match self.suspects.front() {
                Some(suspect) => Step::Without(*suspect, AGAIN),
                None => {
                    self.next = Next::WaitForNewer;
                    Step::LeaveTurn
                }
            },
            Next::WaitForNewer => {
                // What was written last goes back first.
                let (_, newer) = others.others(self.number);
                self.next = if newer.is_empty() { Next::Done } else { Next::LastTurn };
                if newer.is_empty() { Step::Is(self.found.clone()) } else { Step::WaitFor(newer) }
            }
            Next::LastTurn => {
                self.next = Next::LastAsk;
                Step::TakeTurn
            }
            Next::Done => Step::Is(self.found.clone()),
        }
    }

    /// What Traefik said when it was asked.
    pub fn answered(&mut self, found: Confirmation) {
        let asked = std::mem::replace(&mut self.next, Next::Done);
        if matches!(found, Confirmation::StillOld { .. }) {
            match asked {
                Next::Ask => self.next = Next::Turn,
                Next::AskAgain => {
                    self.rounds += 1;
                    self.next = if self.rounds < MOST_SUSPECTS { Next::Turn } else { Next::WaitForNewer };
                    return;
                }
                Next::Try => {
                    self.suspects.pop_front();
                    self.next = Next::Try;
                    return;
                }
                _ => {}
            }
        }
        self.found = found;
    }

    /// The suspect could not be taken back.
    pub fn could_not(&mut self) {
        self.suspects.pop_front();
    }

    /// The changes that may be to blame, the likeliest first.
    pub fn suspected(&mut self, suspects: impl IntoIterator<Item = u64>) {
        self.suspects =
            suspects.into_iter().filter(|suspect| *suspect != self.number).take(MOST_SUSPECTS).collect();
        self.next = Next::Try;
    }
}

/// Looks for a sign that Traefik has taken a change of which nobody knows what it should say.
#[derive(Debug)]
pub struct Lookout {
    number: u64,
    is_alone: bool,
}

impl Lookout {
    /// For a change that was just written.
    pub fn new(number: u64) -> Self {
        Self { number, is_alone: true }
    }

    /// Whether there is a sign, where Traefik serves something otherwise than before: that is one unless another change
    /// may be the reason. So is a later change that it takes.
    pub fn is_sign(&mut self, differs: bool, others: &InFlight) -> bool {
        let (older, newer) = others.others(self.number);
        self.is_alone &= older.is_empty() && newer.is_empty();
        others.is_taken(self.number) || (self.is_alone && differs)
    }
}

#[cfg(test)]
#[path = "blame_tests.rs"]
mod tests;
