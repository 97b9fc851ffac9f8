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
    config::{confirm::Confirmation, store::StorageError},
    routes::{ChangeError, Changed, Configuration, Fate, Trial, Unconfirmed},
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

    /// Records what became of a change that stays.
    pub(crate) async fn record(&self, number: u64, outcome: Outcome) {
        if outcome == Outcome::Confirmed {
            self.was_taken(number).await;
        }
        note(number, self.on_disk(move |configuration| configuration.conclude(number, outcome)).await);
    }

    /// Takes note that Traefik has taken a change, and with it all before.
    async fn was_taken(&self, number: u64) {
        self.flights().was_taken(number);
        note(number, self.on_disk(move |configuration| configuration.was_taken(number)).await);
    }

    /// Asks about a change that was written just now once Traefik answers; `puts_back` where it takes back another.
    pub(crate) fn ask_about(&self, number: u64, puts_back: bool) {
        self.ask_later([Unconfirmed { number, at: self.manager().configuration().now(), puts_back }]);
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
        let reason = why.clone();
        let (undone, trial, refused) = self
            .on_disk(move |configuration| {
                let undone = configuration.put_back(number, why);
                let again = match &undone {
                    Ok(_) => None,
                    Err(ChangeError::Storage(_)) => Some(trials::LOOK.as_secs()),
                    // Something else is built on it: should that go back, this goes too.
                    Err(_) => Some(0),
                };
                let trial =
                    again.map(|pause| configuration.try_until(number, configuration.now().plus(pause)).ok());
                // What was wrong before is to blame as well as the change itself.
                let snapshot = configuration.snapshot();
                let refused =
                    snapshot.refused().map(|finding| format!("{}: {}", finding.file, finding.message));
                (undone, trial.flatten(), refused)
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
            Err(ChangeError::Storage(error)) => {
                match trial {
                    Some(trial) => trials::watch(self.clone(), trial),
                    None => trials::put_back_later(self.clone(), number, reason),
                }
                tracing::error!(change = number, %error, "a refused change cannot be put back yet");
                let why = match error {
                    StorageError::NoSpace { name } => format!("there is no space left to write `{name}`"),
                    other => other.to_string(),
                };
                format!(
                    "and it is still in the files, since they cannot be put back yet, which is tried again: {why}"
                )
            }
            Err(error) => format!("and putting the files back failed: {error}"),
        };
        let words = match refused {
            Some(refused) => format!("{words}; Traefik takes no change because of {refused}"),
            None => words,
        };
        Ok(PutBack { undo: undone.ok().and_then(|undone| undone.number), words })
    }

    /// Sees that Traefik serves what was put back, and records it.
    pub(crate) async fn is_back(&self, undone: &Changed) -> Confirmation {
        let found = self.manager().confirm(&undone.expected).await;
        self.live().expire();
        if let Some(number) = undone.number {
            match Fate::of_way_back(&found) {
                Fate::Stays(outcome) => self.record(number, outcome).await,
                _ => self.ask_about(number, true),
            }
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

    /// Asks about a change of some time ago; whether there was an answer.
    async fn ask_again(&self, change: Unconfirmed) -> bool {
        // Finding out what to ask for reads whole files, which is not done every two seconds for nobody.
        if !self.manager().is_answered().await {
            return false;
        }
        let number = change.number;
        let asked = self
            .on_disk(move |configuration| {
                Ok::<_, ChangeError>((configuration.expected_of(number)?, configuration.needs_sign(number)?))
            })
            .await;
        let (expected, needs_sign) = match asked {
            Ok(Ok(asked)) => asked,
            Ok(Err(error)) => {
                tracing::error!(change = number, %error, "Traefik cannot be asked about a change");
                return true;
            }
            Err(_) => return true,
        };
        let found = self.manager().confirm(&expected).await;
        let now = self.manager().configuration().now();
        match Fate::of_earlier(&found, change, needs_sign, now) {
            Fate::Open => return false,
            Fate::OnTrial(seconds) => drop(self.wait_for_sign(number, seconds).await),
            Fate::GoesBack { why, .. } => {
                tracing::warn!(change = number, why, "Traefik did not take a change");
                let undone =
                    self.on_disk(move |configuration| configuration.put_back_late(number, why)).await;
                if let Ok(Ok(undone)) = &undone {
                    self.is_back(undone).await;
                }
                note(number, undone.map(|undone| undone.map(drop)));
            }
            Fate::Stays(outcome) => {
                self.live().expire();
                if outcome == Outcome::Confirmed {
                    self.was_taken(number).await;
                }
                note(
                    number,
                    self.on_disk(move |configuration| configuration.conclude_late(number, outcome)).await,
                );
            }
        }
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
