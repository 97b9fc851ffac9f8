//! Changes that put themselves back unless somebody keeps them in time.
//!
//! The audit trail says what is on trial, so that a trial ends in time also when this program was restarted meanwhile.

use std::{sync::Arc, time::Duration};

use traefik_manager_core::routes::{ChangeError, Changed, Configuration, Trial};

use crate::app::App;

/// Records what happened while no process was running, and goes on with the trials that an earlier one has begun.
pub(crate) async fn resume(app: App) {
    let manager = Arc::clone(app.manager());
    let found = tokio::task::spawn_blocking(move || {
        let configuration = manager.configuration();
        configuration.refresh();
        if let Err(error) = configuration.catch_up() {
            tracing::error!(%error, "what was done to the files before this start cannot be recorded");
        }
        configuration.trials()
    });
    match found.await {
        Ok(Ok(trials)) => trials.into_iter().for_each(|trial| watch(app.clone(), trial)),
        Ok(Err(error)) => tracing::error!(%error, "changes on trial cannot be found"),
        Err(error) => tracing::error!(%error, "changes on trial cannot be found"),
    }
}

/// Ends a trial when its time has come, and whatever trial that one stood in the way of.
pub(crate) fn watch(app: App, trial: Trial) {
    let seconds = trial.until.since(app.manager().configuration().now());
    tokio::spawn(async move {
        tokio::time::sleep(Duration::from_secs(seconds)).await;
        let manager = Arc::clone(app.manager());
        let ended = tokio::task::spawn_blocking(move || {
            let configuration = manager.configuration();
            // By its number first: the clock may have been set back meanwhile.
            let ended = configuration.end_trial(trial.number);
            note(trial.number, &ended);
            if matches!(ended, Ok(Some(_))) {
                end_passed(configuration);
            }
        });
        if let Err(error) = ended.await {
            tracing::error!(change = trial.number, %error, "a change on trial could not be put back");
        }
        app.live().expire();
    });
}

/// Ends the trials whose time has passed.
pub(crate) fn end_passed(configuration: &Configuration) {
    match configuration.end_trials() {
        Ok(ended) => ended.iter().for_each(|(number, ended)| note(*number, ended)),
        Err(error) => tracing::error!(%error, "changes on trial cannot be found"),
    }
}

fn note(change: u64, ended: &Result<Option<Changed>, ChangeError>) {
    match ended {
        Ok(Some(_)) => tracing::warn!(change, "a change that nobody kept was put back"),
        Ok(None) => {}
        Err(error) => tracing::error!(change, %error, "a change on trial could not be put back"),
    }
}
