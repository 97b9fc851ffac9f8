//! Restarts of Traefik: one at a time, each on a task of its own that needs no client.
//!
//! Every restart is written down before it is asked for, and goes on at the next start where this program is killed in
//! between: as a trial that ends in time, or as one whose end is to be seen.

use std::{sync::Arc, time::Duration};

use hyper::StatusCode;
use tokio::{task::spawn_blocking, time::timeout};
use traefik_manager_core::{
    manager::Manager,
    restart::{Attempt, Expected, PutBack, Report, Restarter, Stage, Supervisor},
    routes::{Author, BegunRestart, ChangeError, Trial, Tries},
    traefik::live::ApiAddress,
};

use crate::{app::App, failure::Failure, restarts::Progress, trials};

/// How long a client that asked for a restart waits to hear whether it was begun.
const PATIENCE: Duration = Duration::from_secs(20);
/// How often it is tried to restart Traefik with a file that was put back, and how long it is waited in between.
const ROUNDS: usize = 20;
const PAUSE: Duration = Duration::from_secs(30);

/// What a restart takes.
struct Means {
    app: App,
    manager: Arc<Manager>,
    restarter: Arc<dyn Restarter>,
    at: ApiAddress,
}

impl Means {
    fn of(app: &App) -> Result<Self, Failure> {
        let manager = Arc::clone(app.manager());
        let Some(restarter) = manager.restarter().cloned() else {
            return Err(Failure::not_found("there is nothing at this address"));
        };
        let at = manager
            .traefik_address()
            .map_err(|error| Failure::new(StatusCode::CONFLICT, error.to_string()))?;
        Ok(Self { app: app.clone(), manager, restarter, at })
    }

    fn supervisor(&self) -> Supervisor<'_> {
        Supervisor {
            restarter: &*self.restarter,
            traefik: &**self.manager.traefik(),
            timer: &**self.manager.timer(),
            at: &self.at,
            budget: self.manager.restart_budget(),
        }
    }

    /// Puts the last good file back.
    async fn put_back(&self) -> Result<Option<Expected>, String> {
        let manager = Arc::clone(&self.manager);
        match spawn_blocking(move || manager.configuration().put_back_static()).await {
            Ok(Ok(expected)) => Ok(expected),
            Ok(Err(error)) => Err(error.to_string()),
            Err(error) => Err(error.to_string()),
        }
    }

    /// Writes down how a restart ended, and begins its trial.
    async fn end(&self, begun: BegunRestart, report: Report) {
        log(&report);
        let (manager, recorded, ended) = (Arc::clone(&self.manager), begun.clone(), report.clone());
        let done = spawn_blocking(move || manager.configuration().end_restart(&recorded, &ended)).await;
        let trial =
            match done.map_err(|error| error.to_string()).map(|done| done.map_err(|error| error.to_string()))
            {
                Ok(Ok(trial)) => trial,
                Ok(Err(error)) | Err(error) => {
                    tracing::error!(%error, "how a restart ended could not be recorded");
                    let until = |seconds| self.manager.configuration().now().plus(seconds);
                    let seconds = begun.tries.filter(|_| report.is_good());
                    seconds.map(|seconds| Trial {
                        number: begun.number,
                        until: until(seconds),
                        is_restart: true,
                        is_unseen: false,
                    })
                }
            };
        self.app.live().expire();
        self.app.restarts().end(Progress::ended(report, trial, begun.because));
        if let Some(trial) = trial {
            trials::watch(self.app.clone(), trial);
        }
    }
}

fn log(report: &Report) {
    if report.is_good() {
        tracing::info!("{report}");
    } else {
        tracing::warn!("{report}");
    }
}

/// Begins a restart and returns once it was asked for, or refused.
///
/// # Errors
/// 404 where nobody restarts Traefik, 409 while one is under way or on trial, and where it could not be asked for.
pub(crate) async fn begin(app: &App, author: Author, tries: Tries) -> Result<Progress, Failure> {
    let means = Means::of(app)?;
    let Some(before) = app.restarts().begin() else {
        return Err(Failure::new(StatusCode::CONFLICT, "a restart is under way already"));
    };
    let (manager, budget) = (Arc::clone(&means.manager), means.manager.restart_budget());
    let begun = spawn_blocking(move || manager.configuration().begin_restart(&author, &tries, budget)).await;
    let begun = match begun {
        Ok(Ok(begun)) => begun,
        Ok(Err(error)) => {
            app.restarts().end(before);
            return Err(error.into());
        }
        Err(error) => {
            app.restarts().end(before);
            return Err(Failure::internal(&error));
        }
    };
    let mut progress = app.restarts().subscribe();
    on_its_own(app, run(means, begun));
    let seen = timeout(PATIENCE, progress.wait_for(|progress| !progress.is_asking())).await;
    let seen = match seen {
        Ok(Ok(seen)) => seen.clone(),
        Ok(Err(_)) | Err(_) => app.restarts().progress(),
    };
    match seen.report() {
        Some(report) if report.attempt.is_as_before() => {
            Err(Failure::new(StatusCode::CONFLICT, report.attempt.to_string()))
        }
        _ => Ok(seen),
    }
}

/// Runs a restart that has its place to its end; the place is free again afterwards, whatever happens.
fn on_its_own(app: &App, restart: impl Future<Output = ()> + Send + 'static) {
    let running = tokio::spawn(restart);
    let app = app.clone();
    tokio::spawn(async move {
        if let Err(error) = running.await {
            tracing::error!(%error, "a restart was not watched to its end");
            app.restarts().end(Progress::default());
        }
    });
}

async fn run(means: Means, begun: BegunRestart) {
    // Whoever stops this program waits for the way back, as for every change.
    let _permit = means.app.permit().await;
    let tell = |stage| means.app.restarts().tell(stage);
    let supervisor = means.supervisor();
    let report = supervisor.restart(begun.expected.clone(), || means.put_back(), &tell).await;
    means.end(begun, report).await;
}

/// Goes on with a restart that an earlier process has begun.
pub(crate) async fn resume(app: &App, begun: BegunRestart) {
    let Ok(means) = Means::of(app) else { return };
    app.restarts().begin_after().await;
    tracing::warn!(change = begun.number, "a restart was begun and not seen to its end; going on with it");
    on_its_own(app, async move {
        let _permit = means.app.permit().await;
        if begun.reverts.is_some() {
            return restart_back(&means, begun).await;
        }
        let tell = |stage| means.app.restarts().tell(stage);
        let expected = begun.expected.clone();
        let report = means.supervisor().resume(begun.at, expected, || means.put_back(), &tell).await;
        means.end(begun, report).await;
    });
}

/// Brings the static configuration from before a restart on trial back, and restarts Traefik with it; nothing where
/// somebody has kept the new one. It returns when that is under way.
pub(crate) async fn revert(app: App, author: Author, number: u64) {
    let Ok(means) = Means::of(&app) else {
        tracing::error!(
            change = number,
            "nobody has kept a static configuration, and nobody can restart Traefik"
        );
        return;
    };
    for _ in 0..ROUNDS {
        let before = app.restarts().begin_after().await;
        app.restarts().tell(Stage::PuttingBack(Attempt::NotKept));
        let (manager, author) = (Arc::clone(&means.manager), author.clone());
        let begun = spawn_blocking(move || manager.configuration().begin_revert(&author, number)).await;
        let error = match begun {
            Ok(Ok(Some(begun))) => {
                return on_its_own(&app, async move {
                    let _permit = means.app.permit().await;
                    restart_back(&means, begun).await;
                });
            }
            Ok(Ok(None)) => return app.restarts().end(before),
            Ok(Err(ChangeError::Storage(error))) => error.to_string(),
            Ok(Err(error)) => {
                tracing::error!(change = number, %error, "what nobody has kept could not be put back");
                return app.restarts().end(before);
            }
            Err(error) => error.to_string(),
        };
        app.restarts().end(before);
        tracing::error!(change = number, %error, "what nobody has kept could not be put back; trying again");
        tokio::time::sleep(PAUSE).await;
    }
}

/// Restarts Traefik with the old file, again and again while that cannot be asked for: it may be what nobody can reach.
async fn restart_back(means: &Means, begun: BegunRestart) {
    let tell = |stage| means.app.restarts().tell(stage);
    let mut rounds = 1;
    let again = loop {
        tell(Stage::RestartingAgain);
        let again = means.supervisor().attempt(begun.expected.clone(), &tell).await;
        if !again.is_as_before() || rounds == ROUNDS {
            break again;
        }
        tracing::error!("the old static configuration is back, but {again}; trying again");
        rounds += 1;
        means.manager.timer().sleep(PAUSE).await;
    };
    let report = Report { attempt: Attempt::NotKept, last_words: None, put_back: Some(PutBack::Done(again)) };
    log(&report);
    let (manager, ended) = (Arc::clone(&means.manager), report.clone());
    let done = spawn_blocking(move || manager.configuration().end_revert(&begun, &ended)).await;
    match done {
        Ok(Ok(())) => {}
        Ok(Err(error)) => tracing::error!(%error, "how a restart ended could not be recorded"),
        Err(error) => tracing::error!(%error, "how a restart ended could not be recorded"),
    }
    means.app.live().expire();
    means.app.restarts().end(Progress::ended(report, None, Vec::new()));
}
