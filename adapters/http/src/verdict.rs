//! Who is to blame when Traefik takes no change any more, and what can be told of a file that only Traefik can judge.
//!
//! Traefik's API does not tell which file it refuses. So the innocent are told from the guilty by taking one back and
//! asking about the other: first the changes of files that templates shape, since nobody has checked those, then the
//! newest change that waits for its word, and so on.

use std::{collections::BTreeSet, time::Duration};

use traefik_manager_core::{
    audit::Outcome,
    config::confirm::{BUDGET, Confirmation, Expectation, Served},
    routes::{Author, Changed, Configuration, Terms},
};

use crate::{aftermath::note, app::App, failure::Failure, flights::Flight};

/// For how long a change is asked about again after another one went back.
const AGAIN: Duration = Duration::from_secs(5);
/// For how long others are waited for that have not had their word.
const PATIENCE: Duration = Duration::from_secs(15);
/// How often Traefik is looked at for any difference.
const PAUSE: Duration = Duration::from_millis(500);
/// How many suspects are tried.
const MOST_SUSPECTS: usize = 3;

impl App {
    /// Waits for Traefik's word on a change. What looks refused is asked about again once the other changes that may be
    /// the reason have had their word, or went back.
    pub(crate) async fn word_on(
        &self,
        flight: &Flight<'_>,
        number: u64,
        expected: &[Expectation],
    ) -> Result<Confirmation, Failure> {
        let gone = self.flights().gone();
        let found = self.manager().confirm(expected).await;
        self.live().expire();
        if !matches!(found, Confirmation::StillOld { .. }) {
            return Ok(found);
        }
        let mut known = gone;
        for _ in 0..MOST_SUSPECTS {
            {
                // One tries the suspects; the others wait for what comes of it.
                let _judging = self.flights().judge().await;
                if self.flights().gone() == known {
                    let suspects = self.on_disk(Configuration::suspects).await??;
                    for suspect in
                        suspects.into_iter().filter(|suspect| *suspect != number).take(MOST_SUSPECTS)
                    {
                        if let Some(found) = self.without(suspect, number, expected).await? {
                            return Ok(found);
                        }
                    }
                    break;
                }
                known = self.flights().gone();
            }
            let again = self.manager().confirm_within(expected, AGAIN).await;
            if !matches!(again, Confirmation::StillOld { .. }) {
                return Ok(again);
            }
        }
        // What was written last goes back first.
        let (_, newer) = flight.others();
        if newer.is_empty() {
            return Ok(found);
        }
        self.flights().landed(&newer, PATIENCE).await;
        let _judging = self.flights().judge().await;
        Ok(self.manager().confirm_within(expected, AGAIN).await)
    }

    /// What Traefik says of a change without a suspect, which comes back where it is innocent.
    async fn without(
        &self,
        suspect: u64,
        number: u64,
        expected: &[Expectation],
    ) -> Result<Option<Confirmation>, Failure> {
        let undo = |change: u64| self.on_disk(move |configuration| configuration.undo(&program(), change));
        let Ok(undone) = undo(suspect).await? else { return Ok(None) };
        let again = self.manager().confirm_within(expected, AGAIN).await;
        if matches!(again, Confirmation::StillOld { .. }) {
            if let Some(change) = undone.number
                && let Err(error) = undo(change).await?
            {
                tracing::error!(change = suspect, %error, "a change that was taken back on trial did not come back");
            }
            return Ok(None);
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

    /// Looks for any sign that Traefik has taken a file that templates make up: nobody but Traefik knows what becomes of
    /// it, so anything that is otherwise than before counts, unless another change may be the reason; and so does a
    /// later change that Traefik takes.
    pub(crate) async fn sign_of(&self, flight: &Flight<'_>, before: Option<&Served>) -> Confirmation {
        let timer = self.manager().timer();
        let began = timer.elapsed();
        let mut is_alone = true;
        while timer.elapsed().saturating_sub(began) < BUDGET && !flight.is_gone() {
            timer.sleep(PAUSE).await;
            let (older, newer) = flight.others();
            is_alone &= older.is_empty() && newer.is_empty();
            let now = match self.manager().served().await {
                Ok(now) => now,
                Err(error) => return Confirmation::Unreachable(error),
            };
            if flight.is_taken() || (is_alone && before.is_some_and(|before| *before != now)) {
                // Traefik is not done at once; the next change is held against what it serves in the end.
                timer.sleep(PAUSE).await;
                self.live().expire();
                return Confirmation::Confirmed { unseen: Vec::new() };
            }
        }
        let (mut others, newer) = flight.others();
        others.extend(newer);
        self.flights().landed(&others, PATIENCE).await;
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
        let gone = self.flights().gone();
        self.flights().landed(older, PATIENCE).await;
        if self.flights().gone() == gone {
            return Ok(None);
        }
        Ok(self.on_disk(move |configuration| configuration.undo(&terms, undo)).await?.ok())
    }
}

fn program() -> Terms {
    Terms::of(Author::program())
}
