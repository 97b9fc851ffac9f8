//! Changes that put themselves back unless somebody keeps them in time.
//!
//! The audit trail says what is on trial, so that a trial ends in time also when this program was restarted meanwhile.

use std::{sync::Arc, time::Duration};

use traefik_manager_core::routes::{Author, ChangeError, Changed, Trial, Tries};

use crate::{app::App, restarting};

/// Records what happened while no process was running, and goes on with what an earlier one has begun: trials, and
/// changes about which Traefik has said nothing.
pub(crate) async fn resume(app: App) {
    let manager = Arc::clone(app.manager());
    let found = tokio::task::spawn_blocking(move || {
        let configuration = manager.configuration();
        configuration.refresh();
        if let Err(error) = configuration.catch_up() {
            tracing::error!(%error, "what was done to the files before this start cannot be recorded");
        }
        let (trials, unconfirmed) = (configuration.trials()?, configuration.unconfirmed()?);
        Ok::<_, ChangeError>((trials, unconfirmed, configuration.open_restart()?))
    });
    match found.await {
        Ok(Ok((trials, unconfirmed, restart))) => {
            for trial in trials {
                go_on(app.clone(), trial);
            }
            app.ask_later(unconfirmed);
            if let Some(begun) = restart {
                restarting::resume(&app, begun).await;
            }
        }
        Ok(Err(error)) => tracing::error!(%error, "changes on trial cannot be found"),
        Err(error) => tracing::error!(%error, "changes on trial cannot be found"),
    }
}

/// How often the clock on the wall is looked at, and what could not be put back is tried again.
pub(crate) const LOOK: Duration = Duration::from_secs(5);

/// Ends a trial that begins now when its time has come, and whatever trial that one stood in the way of.
pub(crate) fn watch(app: App, trial: Trial) {
    let seconds = trial.until.since(app.manager().configuration().now());
    tokio::spawn(async move {
        tokio::time::sleep(Duration::from_secs(seconds)).await;
        end(app, trial).await;
    });
}

/// The same for one that an earlier process has begun. The clock may have been wrong when this one started, and be put
/// right since: what counts is what it says now, and no trial is longer than may be asked for.
fn go_on(app: App, trial: Trial) {
    tokio::spawn(async move {
        let now = || app.manager().configuration().now();
        let left = trial.until.since(now()).min(*Tries::SECONDS.end());
        let mut left = Duration::from_secs(left);
        while !left.is_zero() && now() < trial.until {
            let step = left.min(LOOK);
            tokio::time::sleep(step).await;
            left = left.saturating_sub(step);
        }
        end(app, trial).await;
    });
}

async fn end(app: App, trial: Trial) {
    if trial.is_restart {
        restarting::revert(app, Author::program(), trial.number).await;
        return;
    }
    loop {
        let manager = Arc::clone(app.manager());
        // By its number first: the clock may have been set back meanwhile.
        let ended =
            tokio::task::spawn_blocking(move || manager.configuration().end_trial(trial.number)).await;
        match ended {
            // A full disk has room again some day.
            Ok(Err(error @ ChangeError::Storage(_))) => {
                tracing::error!(change = trial.number, %error, "a change on trial cannot be put back yet");
                tokio::time::sleep(LOOK).await;
                continue;
            }
            Ok(ended) => {
                let is_back = follow(&app, trial.number, ended).await;
                if is_back {
                    end_passed(&app).await;
                }
            }
            Err(error) => tracing::error!(change = trial.number, %error, "a trial could not be ended"),
        }
        break;
    }
    app.live().expire();
}

/// Puts a change back that Traefik has refused as soon as the files can be written again, where not even the trail could
/// take note of that.
pub(crate) fn put_back_later(app: App, number: u64, why: String) {
    tokio::spawn(async move {
        loop {
            tokio::time::sleep(LOOK).await;
            let (manager, why) = (Arc::clone(app.manager()), why.clone());
            let undone =
                tokio::task::spawn_blocking(move || manager.configuration().put_back(number, why)).await;
            match undone {
                Ok(Err(ChangeError::Storage(_))) => {}
                Ok(undone) => {
                    if follow(&app, number, undone.map(Some)).await {
                        end_passed(&app).await;
                    }
                    break;
                }
                Err(error) => {
                    tracing::error!(change = number, %error, "a change could not be put back");
                    break;
                }
            }
        }
        app.live().expire();
    });
}

/// Ends the trials whose time has passed.
pub(crate) async fn end_passed(app: &App) {
    let manager = Arc::clone(app.manager());
    match tokio::task::spawn_blocking(move || manager.configuration().end_trials()).await {
        Ok(Ok(ended)) => {
            for (number, ended) in ended {
                follow(app, number, ended).await;
            }
        }
        Ok(Err(error)) => tracing::error!(%error, "changes on trial cannot be found"),
        Err(error) => tracing::error!(%error, "changes on trial cannot be found"),
    }
}

/// Sees that Traefik serves what the end of a trial has put back; whether there was anything to put back.
async fn follow(app: &App, change: u64, ended: Result<Option<Changed>, ChangeError>) -> bool {
    match ended {
        Ok(Some(undone)) => {
            tracing::warn!(change, "a change that nobody kept was put back");
            app.is_back(&undone).await;
            return true;
        }
        Ok(None) => {}
        Err(error) => tracing::error!(change, %error, "a change on trial could not be put back"),
    }
    false
}
