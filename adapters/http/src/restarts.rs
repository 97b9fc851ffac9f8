//! What is known of restarts of Traefik: the one that is under way, or how the last one ended.
//!
//! The page that asks for a restart may come through the very Traefik that is restarted; so nothing here depends on a
//! client that stays, and how it went can be asked for afterwards.

use std::sync::Arc;

use serde::Serialize;
use tokio::sync::watch;
use traefik_manager_core::{
    clock::Timestamp,
    restart::{PutBack, Report, Stage},
    routes::Trial,
};

use crate::said::said;

/// The last restart, or the one that is under way.
#[derive(Debug, Clone, Default)]
pub(crate) struct Progress {
    stage: Option<Stage>,
    report: Option<Arc<Report>>,
    /// Until when it is on trial.
    trial: Option<Trial>,
    /// Why it is where nobody has asked for that.
    because: Arc<[String]>,
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

    /// What will be known.
    pub(crate) fn subscribe(&self) -> watch::Receiver<Progress> {
        self.0.subscribe()
    }

    /// Makes room for a new one and returns what was known before; `None` while one is under way.
    pub(crate) fn begin(&self) -> Option<Progress> {
        let mut before = None;
        self.0.send_if_modified(|progress| {
            let is_free = progress.stage.is_none();
            if is_free {
                let asking = Progress { stage: Some(Stage::Asking), ..Progress::default() };
                before = Some(std::mem::replace(progress, asking));
            }
            is_free
        });
        before
    }

    /// The same, once none is under way.
    pub(crate) async fn begin_after(&self) -> Progress {
        let mut seen = self.subscribe();
        loop {
            if let Some(before) = self.begin() {
                return before;
            }
            // An error would mean that these restarts are gone, and then so is whoever asks.
            drop(seen.wait_for(|progress| progress.stage.is_none()).await);
        }
    }

    pub(crate) fn tell(&self, stage: Stage) {
        self.0.send_modify(|progress| progress.stage = Some(stage));
    }

    /// It is over, and this is known of it.
    pub(crate) fn end(&self, progress: Progress) {
        self.0.send_replace(progress);
    }
}

impl Progress {
    /// A restart that is over.
    pub(crate) fn ended(report: Report, trial: Option<Trial>, because: Vec<String>) -> Self {
        Self { stage: None, report: Some(Arc::new(report)), trial, because: because.into() }
    }

    /// The same without Traefik's own lines.
    pub(crate) fn without_last_words(&self) -> Self {
        let report = self.report().map(|report| Arc::new(Report { last_words: None, ..report.clone() }));
        Self { report, ..self.clone() }
    }

    /// Whether a restart is under way.
    pub(crate) fn is_under_way(&self) -> bool {
        self.stage.is_some()
    }

    /// Whether it is still being asked for.
    pub(crate) fn is_asking(&self) -> bool {
        self.stage == Some(Stage::Asking)
    }

    /// How the last one ended.
    pub(crate) fn report(&self) -> Option<&Report> {
        self.report.as_deref()
    }

    /// Until when it is on trial, where it is.
    pub(crate) fn trial(&self) -> Option<&Trial> {
        self.trial.as_ref()
    }

    /// What it changes on the way to a page, and of Traefik's API.
    pub(crate) fn because(&self) -> &[String] {
        &self.because
    }

    /// In a sentence.
    pub(crate) fn message(&self) -> String {
        match (&self.stage, &self.report) {
            (Some(Stage::Asking), _) => "the restart is being asked for".to_owned(),
            (Some(Stage::Requested(seconds)), _) => {
                format!(
                    "the restart was requested {seconds} seconds ago; Traefik was not seen to restart yet"
                )
            }
            (Some(Stage::Waiting(seconds)), _) => {
                format!("waiting for Traefik to come back, for {seconds} seconds now")
            }
            (Some(Stage::PuttingBack(attempt)), _) => {
                format!("{attempt}; the last good file is being put back")
            }
            (Some(Stage::RestartingAgain), _) => {
                "the last good file is back; Traefik is restarted with it".to_owned()
            }
            (None, Some(report)) if self.trial.is_some() => format!(
                "{report}; it is on trial: unless somebody keeps it in time, the old file comes back and Traefik is \
                 restarted with that"
            ),
            (None, Some(report)) => report.to_string(),
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
    /// The change to keep, and in how many seconds it puts itself back.
    #[serde(skip_serializing_if = "Option::is_none")]
    change: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reverts_in: Option<u64>,
}

impl ProgressJson {
    pub(crate) fn message(&self) -> &str {
        &self.message
    }

    pub(crate) fn new(progress: &Progress, now: Timestamp) -> Self {
        let state = match (&progress.stage, progress.report()) {
            (Some(Stage::Asking), _) => "asking",
            (Some(Stage::Requested(_)), _) => "requested",
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
        Self {
            state,
            message: said(&progress.message()).text().to_owned(),
            last_words: progress.report().and_then(|report| report.last_words.clone()),
            change: progress.trial.map(|trial| trial.number),
            reverts_in: progress.trial.map(|trial| trial.until.since(now)),
        }
    }
}
