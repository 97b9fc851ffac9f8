//! Restarts of Traefik: one at a time, each on a task of its own, seen by whoever asks.
//!
//! The page that asks for a restart may come through the very Traefik that is restarted; so nothing here depends on a
//! client that stays, and how it went can be asked for afterwards.

use std::{sync::Arc, time::Duration};

use hyper::StatusCode;
use serde::Serialize;
use tokio::{sync::watch, time::timeout};
use traefik_manager_core::{
    manager::Manager,
    restart::{PutBack, Report, Restarter, Stage, Supervisor},
    routes::Author,
    traefik::live::ApiAddress,
};

use crate::{app::App, failure::Failure};

/// How long a client that asked for a restart waits to hear whether it was begun.
const PATIENCE: Duration = Duration::from_secs(20);

/// The last restart, or the one that is under way.
#[derive(Debug, Clone, Default)]
pub(crate) struct Progress {
    stage: Option<Stage>,
    report: Option<Arc<Report>>,
}

/// The restarts of this process.
#[derive(Debug)]
pub(crate) struct Restarts(watch::Sender<Progress>);

impl Default for Restarts {
    fn default() -> Self {
        Self(watch::Sender::new(Progress::default()))
    }
}

impl Restarts {
    /// What is known now.
    pub(crate) fn progress(&self) -> Progress {
        self.0.borrow().clone()
    }

    /// Makes room for a new one; `false` while one is under way.
    fn begin(&self) -> bool {
        self.0.send_if_modified(|progress| {
            let is_free = progress.stage.is_none();
            if is_free {
                *progress = Progress { stage: Some(Stage::Asking), report: None };
            }
            is_free
        })
    }

    fn tell(&self, stage: Stage) {
        self.0.send_modify(|progress| progress.stage = Some(stage));
    }

    fn end(&self, report: Option<Report>) {
        self.0.send_replace(Progress { stage: None, report: report.map(Arc::new) });
    }
}

impl Progress {
    /// Whether a restart is under way.
    pub(crate) fn is_under_way(&self) -> bool {
        self.stage.is_some()
    }

    /// How the last one ended.
    pub(crate) fn report(&self) -> Option<&Report> {
        self.report.as_deref()
    }

    /// In a sentence.
    pub(crate) fn message(&self) -> String {
        match (&self.stage, &self.report) {
            (Some(Stage::Asking), _) => "the restart is being asked for".to_owned(),
            (Some(Stage::Waiting(seconds)), _) => {
                format!("waiting for Traefik to come back, for {seconds} seconds now")
            }
            (Some(Stage::PuttingBack(attempt)), _) => {
                format!("{attempt}; the last good file is being put back")
            }
            (Some(Stage::RestartingAgain), _) => {
                "the last good file is back; Traefik is restarted with it".to_owned()
            }
            (None, Some(report)) => match &report.put_back {
                None => report.attempt.to_string(),
                Some(put_back) => format!("{}; {put_back}", report.attempt),
            },
            (None, None) => "Traefik was not restarted from here yet".to_owned(),
        }
    }
}

/// What scripts are told of a restart.
#[derive(Debug, Serialize)]
pub(crate) struct ProgressJson {
    state: &'static str,
    message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_words: Option<String>,
}

impl From<&Progress> for ProgressJson {
    fn from(progress: &Progress) -> Self {
        let state = match (&progress.stage, progress.report()) {
            (Some(Stage::Asking), _) => "asking",
            (Some(Stage::Waiting(_)), _) => "waiting",
            (Some(Stage::PuttingBack(_)), _) => "putting-back",
            (Some(Stage::RestartingAgain), _) => "restarting-again",
            (None, Some(report)) if report.is_good() => "done",
            (None, Some(report)) if matches!(&report.put_back, Some(PutBack::Done(again)) if again.is_good()) => {
                "put-back"
            }
            (None, Some(_)) => "failed",
            (None, None) => "none",
        };
        let last_words = progress.report().and_then(|report| report.last_words.clone());
        Self { state, message: progress.message(), last_words }
    }
}

/// Begins a restart and returns once it was asked for, or refused.
///
/// # Errors
/// 404 where nobody restarts Traefik, 409 while one is under way and where it could not be asked for.
pub(crate) async fn begin(app: &App, author: Author) -> Result<Progress, Failure> {
    let manager = Arc::clone(app.manager());
    let Some(restarter) = manager.restarter().cloned() else {
        return Err(Failure::not_found("there is nothing at this address"));
    };
    let at =
        manager.traefik_address().map_err(|error| Failure::new(StatusCode::CONFLICT, error.to_string()))?;
    if !app.restarts().begin() {
        return Err(Failure::new(StatusCode::CONFLICT, "a restart is under way already"));
    }
    let mut progress = app.restarts().0.subscribe();
    let running = tokio::spawn(run(app.clone(), manager, restarter, at, author));
    let watched = app.clone();
    tokio::spawn(async move {
        if let Err(error) = running.await {
            tracing::error!(%error, "a restart was not watched to its end");
            watched.restarts().end(None);
        }
    });
    let is_begun = |progress: &Progress| progress.stage != Some(Stage::Asking);
    let seen = timeout(PATIENCE, progress.wait_for(is_begun)).await;
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

async fn run(app: App, manager: Arc<Manager>, restarter: Arc<dyn Restarter>, at: ApiAddress, author: Author) {
    // Whoever stops this program waits for the way back, as for every change.
    let _permit = app.permit().await;
    let reader = Arc::clone(&manager);
    let expected = tokio::task::spawn_blocking(move || reader.configuration().expected_of_static()).await;
    let Ok(expected) = expected else {
        app.restarts().end(None);
        return;
    };
    let supervisor = Supervisor {
        restarter: &*restarter,
        traefik: &**manager.traefik(),
        timer: &**manager.timer(),
        at: &at,
        budget: manager.restart_budget(),
    };
    let writer = Arc::clone(&manager);
    let put_back = || async move {
        let done = tokio::task::spawn_blocking(move || writer.configuration().put_back_static()).await;
        match done {
            Ok(Ok(expected)) => Ok(expected),
            Ok(Err(error)) => Err(error.to_string()),
            Err(error) => Err(error.to_string()),
        }
    };
    let tell = |stage| app.restarts().tell(stage);
    let report = supervisor.restart(expected, put_back, &tell).await;
    if report.is_good() {
        tracing::info!("{}", report.attempt);
    } else {
        tracing::warn!("{}", report.attempt);
    }
    let recorded = report.clone();
    let done =
        tokio::task::spawn_blocking(move || manager.configuration().record_restart(&author, &recorded));
    match done.await {
        Ok(Ok(_)) => {}
        Ok(Err(error)) => tracing::error!(%error, "a restart could not be recorded"),
        Err(error) => tracing::error!(%error, "a restart could not be recorded"),
    }
    app.live().expire();
    app.restarts().end(Some(report));
}
