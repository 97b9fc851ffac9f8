//! Traefik's word on a change: `core` decides what is asked and who is to blame, this asks, waits and takes back.

use std::{collections::BTreeSet, time::Duration};

use traefik_manager_core::{
    audit::Outcome,
    config::confirm::{BUDGET, Confirmation, Expectation, Served},
    routes::{Author, Changed, Configuration, Inquiry, Lookout, Step, Terms},
};

use crate::{aftermath::note, app::App, failure::Failure, flights::Flight};

/// How often Traefik is looked at for any difference.
const PAUSE: Duration = Duration::from_millis(500);

impl App {
    /// Waits for Traefik's word on a change. What looks refused is asked about again once the other changes that may be
    /// the reason have had their word, or went back.
    pub(crate) async fn word_on(
        &self,
        flight: &Flight<'_>,
        expected: &[Expectation],
    ) -> Result<Confirmation, Failure> {
        let mut inquiry = Inquiry::new(flight.number, &self.flights().now());
        let mut turn = None;
        loop {
            let step = inquiry.step(&self.flights().now());
            match step {
                Step::Ask(within) => {
                    let found = self.manager().confirm_within(expected, within).await;
                    self.live().expire();
                    inquiry.answered(found);
                }
                Step::TakeTurn => turn = Some(self.flights().judge().await),
                Step::LeaveTurn => drop(turn.take()),
                Step::Suspect => inquiry.suspected(self.on_disk(Configuration::suspects).await??),
                Step::Without(suspect, within) => {
                    match self.without(suspect, flight.number, expected, within).await? {
                        Some(found) => inquiry.answered(found),
                        None => inquiry.could_not(),
                    }
                }
                Step::WaitFor(others) => self.flights().landed(&others).await,
                Step::Is(found) => return Ok(found),
            }
        }
    }

    /// What Traefik says of a change without a suspect, which comes back where it is innocent; `None` where it could not
    /// be taken back.
    async fn without(
        &self,
        suspect: u64,
        number: u64,
        expected: &[Expectation],
        within: Duration,
    ) -> Result<Option<Confirmation>, Failure> {
        let undo = |change: u64| self.on_disk(move |configuration| configuration.undo(&program(), change));
        let Ok(undone) = undo(suspect).await? else { return Ok(None) };
        let again = self.manager().confirm_within(expected, within).await;
        if matches!(again, Confirmation::StillOld { .. }) {
            if let Some(change) = undone.number
                && let Err(error) = undo(change).await?
            {
                tracing::error!(change = suspect, %error, "a change that was taken back on trial did not come back");
            }
            return Ok(Some(again));
        }
        let why = format!(
            "Traefik took no change any more while it was there, and took change {number} without it"
        );
        tracing::warn!(change = suspect, why, "Traefik did not take a change");
        self.flights().went_back(suspect);
        let outcome = Outcome::RolledBack { why };
        note(suspect, self.on_disk(move |configuration| configuration.conclude(suspect, outcome)).await);
        self.is_back(&undone).await;
        Ok(Some(again))
    }

    /// Looks for any sign that Traefik has taken a change of which nobody knows what it should say.
    pub(crate) async fn sign_of(&self, flight: &Flight<'_>, before: Option<&Served>) -> Confirmation {
        let timer = self.manager().timer();
        let began = timer.elapsed();
        let mut lookout = Lookout::new(flight.number);
        while timer.elapsed().saturating_sub(began) < BUDGET && !flight.is_gone() {
            timer.sleep(PAUSE).await;
            let now = match self.manager().served().await {
                Ok(now) => now,
                Err(error) => return Confirmation::Unreachable(error),
            };
            let differs = before.is_some_and(|before| *before != now);
            if lookout.is_sign(differs, &self.flights().now()) {
                // Traefik is not done at once; the next change is held against what it serves in the end.
                timer.sleep(PAUSE).await;
                self.live().expire();
                return Confirmation::Confirmed { unseen: Vec::new() };
            }
        }
        let (mut others, newer) = flight.others();
        others.extend(newer);
        self.flights().landed(&others).await;
        if flight.is_taken() {
            Confirmation::Confirmed { unseen: Vec::new() }
        } else {
            Confirmation::NotVisible
        }
    }

    /// Makes a change again that went back, where one that was written before it went back since and was to blame: `None`
    /// where none did.
    pub(crate) async fn again(
        &self,
        older: &BTreeSet<u64>,
        undo: u64,
        terms: Terms,
    ) -> Result<Option<Changed>, Failure> {
        if older.is_empty() {
            return Ok(None);
        }
        let gone = self.flights().now().gone();
        self.flights().landed(older).await;
        if self.flights().now().gone() == gone {
            return Ok(None);
        }
        Ok(self.on_disk(move |configuration| configuration.make_again(&terms, undo)).await?.ok())
    }
}

fn program() -> Terms {
    Terms::of(Author::program())
}
