//! What sign-in and access leave in the audit trail.
//!
//! * What opens a door is recorded before it opens; a door that cannot be recorded stays shut. When it then does not
//!   open after all, a second entry says so ([`Access::recorded`]).
//! * What closes a door, such as signing out, happens whether or not it can be recorded ([`Access::note`]).
//! * What strangers can make happen as often as they like is written down at first, and then counted: at most 8 entries
//!   a minute and 60 an hour, and every ten minutes the number of those that were not written
//!   ([`Access::turned_away`]). A hundred entries an hour are some 50 KB, so no flood fills a disk.
//! * A program that asks for what its key does not hold asks again and again: it has one entry an hour
//!   ([`Access::not_permitted`]), and the rest is counted, so that it hides nothing of strangers.

use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
};

use super::{Access, Client, Refusal, throttle::Place};
use crate::{
    api_key::KeyHolder,
    audit::{Actor, Entry, IdentityEvent, Outcome, Proof, counted},
    clock::Timestamp,
    session::Session,
};

const PER_MINUTE: usize = 8;
/// Of one kind and from one client; as many failures as lead to a block.
const PER_CLIENT: usize = 3;
const PER_HOUR: usize = 60;
/// How many keys have an entry in an hour about what they may not do; there are ten at a time.
const MAX_KEYS: usize = 20;
/// How long what was only counted waits for its entry.
const SUMMARY_SECONDS: u64 = 600;

/// What strangers have done lately.
#[derive(Debug, Default)]
pub(super) struct Ledger(Mutex<Book>);

#[derive(Debug, Default)]
struct Book {
    minute: i64,
    hour: i64,
    in_minute: usize,
    in_hour: usize,
    /// Who has an entry about what, this minute.
    seen: Vec<(Place, &'static str)>,
    /// Which keys have an entry about what they may not do, this hour.
    keys: Vec<String>,
    /// What has none: how often, and since when.
    counted: BTreeMap<&'static str, (u64, Timestamp)>,
}

impl Book {
    /// Whether this one gets an entry of its own; otherwise it is counted.
    fn admits(&mut self, action: &'static str, place: Place, now: Timestamp) -> bool {
        self.turn_over(now);
        let has_room = self.in_minute < PER_MINUTE && self.in_hour < PER_HOUR;
        let seen = self.seen.iter().filter(|other| **other == (place, action)).count();
        if has_room && seen < PER_CLIENT {
            self.seen.push((place, action));
            self.in_minute += 1;
            self.in_hour += 1;
            return true;
        }
        self.count(action, now);
        false
    }

    /// The same for what a key asks for and may not do.
    fn admits_key(&mut self, action: &'static str, name: &str, now: Timestamp) -> bool {
        self.turn_over(now);
        if self.keys.len() < MAX_KEYS && !self.keys.iter().any(|key| key == name) {
            self.keys.push(name.to_owned());
            return true;
        }
        self.count(action, now);
        false
    }

    fn turn_over(&mut self, now: Timestamp) {
        let (minute, hour) = (now.0.div_euclid(60), now.0.div_euclid(3_600));
        if minute != self.minute {
            (self.minute, self.in_minute) = (minute, 0);
            self.seen.clear();
        }
        if hour != self.hour {
            (self.hour, self.in_hour) = (hour, 0);
            self.keys.clear();
        }
    }

    fn count(&mut self, action: &'static str, now: Timestamp) {
        self.counted.entry(action).or_insert((0, now)).0 += 1;
    }

    /// The entries of what was counted long enough ago, or of all that was.
    fn due(&mut self, now: Timestamp, all: bool) -> Vec<Entry> {
        let is_due = |since: Timestamp| all || since > now || now.since(since) >= SUMMARY_SECONDS;
        let due: Vec<_> = self.counted.iter().filter(|(_, (_, since))| is_due(*since)).collect();
        let entries = due.iter().map(|(action, (count, since))| counted(now, action, *count, *since));
        let entries = entries.collect();
        self.counted.retain(|_, (_, since)| !is_due(*since));
        entries
    }
}

impl Access {
    /// Records something, and then does it. When it fails, a second entry says so.
    ///
    /// # Errors
    /// [`Refusal::NotKept`] or [`Refusal::Unavailable`] when it cannot be recorded; then nothing was done. Else what
    /// the work refuses.
    pub(crate) fn recorded<T>(
        &self,
        event: &IdentityEvent,
        actor: Actor,
        client: &Client,
        work: impl FnOnce() -> Result<T, Refusal>,
    ) -> Result<T, Refusal> {
        let entry = event.entry(self.now(), actor, client.address, Outcome::Done);
        let number = self.ports.audit.append(&entry)?;
        work().inspect_err(|refusal| {
            let outcome = Outcome::Refused { why: refusal.to_string() };
            // The caller hears of the refusal itself.
            let _ =
                self.ports.audit.append(&Entry { at: self.now(), regarding: Some(number), outcome, ..entry });
        })
    }

    /// Records what has been done and stands, also where that cannot be recorded; the store says why in the log.
    pub(crate) fn note(&self, event: &IdentityEvent, actor: Actor, client: &Client) {
        let _ = self.ports.audit.append(&event.entry(self.now(), actor, client.address, Outcome::Done));
    }

    /// Records that a stranger was not let in, or counts it. Blocks on the disk.
    pub fn turned_away(&self, proof: Proof, refusal: &Refusal, client: &Client) {
        let outcome = Outcome::Refused { why: refusal.to_string() };
        self.note_stranger(&IdentityEvent::TurnedAway(proof), outcome, client);
    }

    /// Records that somebody who is in did not show the password or the code once more, and the block that this has led
    /// to; or counts it, since a stolen session can make it happen as often as a stranger can.
    pub(super) fn not_shown_again(&self, refusal: &Refusal, session: &Session, client: &Client) {
        if !matches!(refusal, Refusal::WrongPassword | Refusal::WrongCode) {
            return;
        }
        let outcome = Outcome::Refused { why: refusal.to_string() };
        self.note_or_count(&IdentityEvent::NotShownAgain, session.actor(), outcome, client);
        self.note_block(client);
    }

    /// Records that a key was used for something that its scopes do not hold, or counts it. `what` says for what, such as
    /// `POST /save`. Blocks on the disk.
    pub fn not_permitted(&self, holder: &KeyHolder, what: &str, why: &str, client: &Client) {
        let now = self.now();
        let event = IdentityEvent::NotPermitted(what.to_owned());
        if self.book(|book| book.admits_key(event.action(), &holder.name, now)) {
            let (actor, outcome) =
                (Actor::ApiKey(holder.name.clone()), Outcome::Refused { why: why.to_owned() });
            let _ = self.ports.audit.append(&event.entry(now, actor, client.address, outcome));
        }
        self.write_down(false);
    }

    /// Records the block that failures have led to, if they have.
    pub(super) fn note_block(&self, client: &Client) {
        let block = self.throttle.block(client.place(), self.now());
        if block > 0 {
            self.note_stranger(&IdentityEvent::Blocked(block), Outcome::Done, client);
        }
    }

    /// Records what a stranger has done, or counts it.
    pub(super) fn note_stranger(&self, event: &IdentityEvent, outcome: Outcome, client: &Client) {
        self.note_or_count(event, Actor::Stranger, outcome, client);
    }

    fn note_or_count(&self, event: &IdentityEvent, actor: Actor, outcome: Outcome, client: &Client) {
        let now = self.now();
        let is_admitted = self.book(|book| book.admits(event.action(), client.place(), now));
        if is_admitted {
            let _ = self.ports.audit.append(&event.entry(now, actor, client.address, outcome));
        }
        self.write_down(false);
    }

    /// Writes down how often what was not recorded one by one has happened, where that is ten minutes ago or where all
    /// of it is asked for. A host calls it every now and then, and at its end. Blocks on the disk.
    pub fn write_down(&self, all: bool) {
        let now = self.now();
        for entry in self.book(|book| book.due(now, all)) {
            let _ = self.ports.audit.append(&entry);
        }
    }

    fn book<T>(&self, look: impl FnOnce(&mut Book) -> T) -> T {
        look(&mut self.ledger.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
