//! What becomes of a change after it was written: Traefik's word on it is awaited, recorded, and asked for again
//! where there was none.
//!
//! The audit trail says which changes wait for a word, so that a restart forgets none of them.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use traefik_manager_core::{
    audit::Outcome,
    config::confirm::Confirmation,
    routes::{ChangeError, Changed, Configuration, Trial, Tries, Unconfirmed},
};

use crate::{app::App, failure::Failure, trials};

/// How often Traefik is asked whether it is there, while a change waits for it.
const PAUSE: Duration = Duration::from_secs(2);

/// Changes about which Traefik could not be asked.
#[derive(Debug, Default)]
pub(crate) struct Waiting(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    changes: BTreeMap<u64, Unconfirmed>,
    /// Whether somebody asks for them.
    is_asked: bool,
}

impl Waiting {
    /// How many there are.
    pub(crate) fn count(&self) -> usize {
        self.state().changes.len()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The changes, oldest first; nobody asks any more once there are none.
    fn to_ask(&self) -> Vec<Unconfirmed> {
        let mut state = self.state();
        state.is_asked = !state.changes.is_empty();
        state.changes.values().copied().collect()
    }
}

/// How it went to put a change back.
#[derive(Debug)]
pub(crate) struct PutBack {
    /// The change that did it; `None` where that failed.
    pub(crate) undo: Option<u64>,
    pub(crate) words: String,
}

impl App {
    /// Does something with the configuration that blocks.
    pub(crate) async fn on_disk<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Configuration) -> T + Send + 'static,
    ) -> Result<T, Failure> {
        let manager = Arc::clone(self.manager());
        let done = tokio::task::spawn_blocking(move || work(manager.configuration()));
        done.await.map_err(|error| Failure::internal(&error))
    }

    /// Records what Traefik says of a change that stays; `puts_back` where it takes back an earlier one by itself.
    pub(crate) async fn record(&self, number: u64, confirmation: &Confirmation, puts_back: bool) {
        let outcome = match confirmation {
            Confirmation::Confirmed { .. } => {
                self.flights().was_taken(number);
                let earlier = self.on_disk(move |configuration| configuration.was_taken(number)).await;
                note(number, earlier);
                Outcome::Confirmed
            }
            Confirmation::NotVisible => Outcome::NotVisible,
            Confirmation::Unreachable(_) | Confirmation::Vanished(_) => {
                let at = self.manager().configuration().now();
                return self.ask_later([Unconfirmed { number, at, puts_back }]);
            }
            refused => Outcome::NotServed { why: refused.refusal().unwrap_or_default() },
        };
        note(number, self.on_disk(move |configuration| configuration.conclude(number, outcome)).await);
    }

    /// Puts a change on trial of which there is no sign.
    pub(crate) async fn wait_for_sign(&self, number: u64, seconds: u64) -> Option<Trial> {
        tracing::warn!(
            change = number,
            "Traefik gave no sign of having taken a change; it goes back unless it is kept"
        );
        let trial = self.on_disk(move |configuration| configuration.wait_for_sign(number, seconds)).await;
        match trial {
            Ok(Ok(trial)) => {
                trials::watch(self.clone(), trial);
                return Some(trial);
            }
            failed => note(number, failed.map(|failed| failed.map(drop))),
        }
        None
    }

    /// Takes a change back that Traefik did not take, sees that it serves what was before, and says how that went.
    pub(crate) async fn put_back(&self, number: u64, why: String) -> Result<PutBack, Failure> {
        tracing::warn!(change = number, why, "Traefik did not take a change");
        let undone = self
            .on_disk(move |configuration| {
                let undone = configuration.put_back(number, why);
                if undone.is_err() {
                    // Something else is built on it: should that go back, this goes too.
                    drop(configuration.try_until(number, configuration.now()));
                }
                undone
            })
            .await?;
        let words = match &undone {
            Ok(undone) => {
                self.flights().went_back(number);
                let found = self.is_back(undone).await;
                // It may have been in the way of another that had to go back.
                trials::end_passed(self).await;
                match found {
                    Confirmation::Confirmed { .. } | Confirmation::NotVisible => {
                        "the files are as they were, and Traefik serves them".to_owned()
                    }
                    _ => {
                        "the files are as they were; Traefik has not confirmed that it serves them".to_owned()
                    }
                }
            }
            Err(error) => format!("and putting the files back failed: {error}"),
        };
        Ok(PutBack { undo: undone.ok().and_then(|undone| undone.number), words })
    }

    /// Sees that Traefik serves what was put back, and records it.
    pub(crate) async fn is_back(&self, undone: &Changed) -> Confirmation {
        let found = self.manager().confirm(&undone.expected).await;
        self.live().expire();
        if let Some(number) = undone.number {
            self.record(number, &found, true).await;
        }
        found
    }

    /// Asks about changes once Traefik answers.
    pub(crate) fn ask_later(&self, changes: impl IntoIterator<Item = Unconfirmed>) {
        let mut state = self.waiting().state();
        state.changes.extend(changes.into_iter().map(|change| (change.number, change)));
        if state.changes.is_empty() || std::mem::replace(&mut state.is_asked, true) {
            return;
        }
        let app = self.clone();
        tokio::spawn(async move {
            loop {
                let changes = app.waiting().to_ask();
                if changes.is_empty() {
                    return;
                }
                for change in changes {
                    if !app.ask_again(change).await {
                        break;
                    }
                    app.waiting().state().changes.remove(&change.number);
                }
                tokio::time::sleep(PAUSE).await;
            }
        });
    }

    /// Asks about a change of some time ago; whether there was an answer. What Traefik does not take goes back as long
    /// as the change is young; later on people count on it, and are told.
    async fn ask_again(&self, Unconfirmed { number, at, puts_back }: Unconfirmed) -> bool {
        // Finding out what to ask for reads whole files, which is not done every two seconds for nobody.
        if !self.manager().is_answered().await {
            return false;
        }
        let expected = match self.on_disk(move |configuration| configuration.expected_of(number)).await {
            Ok(Ok(expected)) => expected,
            Ok(Err(error)) => {
                tracing::error!(change = number, %error, "Traefik cannot be asked about a change");
                return true;
            }
            Err(_) => return true,
        };
        let outcome = match self.manager().confirm(&expected).await {
            Confirmation::Unreachable(_) | Confirmation::Vanished(_) => return false,
            Confirmation::Confirmed { .. } => {
                note(number, self.on_disk(move |configuration| configuration.was_taken(number)).await);
                Outcome::Confirmed
            }
            Confirmation::NotVisible => {
                let needs_sign = self.on_disk(move |configuration| configuration.needs_sign(number)).await;
                if !puts_back && matches!(needs_sign, Ok(Ok(true))) {
                    // Nobody waits for this answer, so whoever knows better has as long as there is.
                    self.wait_for_sign(number, *Tries::SECONDS.end()).await;
                    return true;
                }
                Outcome::NotVisible
            }
            refused => {
                let why = refused.refusal().unwrap_or_default();
                let age = self.manager().configuration().now().since(at);
                if !puts_back && age <= *Tries::SECONDS.end() {
                    tracing::warn!(change = number, why, "Traefik did not take a change");
                    let undone =
                        self.on_disk(move |configuration| configuration.put_back_late(number, why)).await;
                    if let Ok(Ok(undone)) = &undone {
                        self.is_back(undone).await;
                    }
                    note(number, undone.map(|undone| undone.map(drop)));
                    return true;
                }
                Outcome::NotServed { why }
            }
        };
        self.live().expire();
        note(number, self.on_disk(move |configuration| configuration.conclude_late(number, outcome)).await);
        true
    }
}

pub(crate) fn note(change: u64, recorded: Result<Result<(), ChangeError>, Failure>) {
    match recorded {
        // It was recorded meanwhile.
        Ok(Ok(()) | Err(ChangeError::NotFound { .. })) => {}
        // The change itself is recorded.
        Ok(Err(error)) => tracing::error!(change, %error, "what became of a change could not be recorded"),
        Err(failure) => {
            tracing::error!(
                change,
                error = failure.message(),
                "what became of a change could not be recorded"
            );
        }
    }
}
