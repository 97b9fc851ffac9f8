//! Changes that put themselves back unless somebody keeps them in time.
//!
//! The audit trail says what is on trial, so that a trial ends in time also when this program was restarted meanwhile.

use std::{ops::RangeInclusive, sync::Arc, time::Duration};

use traefik_manager_core::{
    config::{delta::ObjectChange, object::ObjectKind, value::Value},
    manager::Manager,
    routes::{ChangeError, Changed, Configuration, Trial},
    traefik::Protocol,
};

use crate::{app::App, failure::Failure};

/// How long a trial may be asked to last.
pub(crate) const SECONDS: RangeInclusive<u64> = 5..=600;
/// How long one lasts that nobody has asked for.
pub(crate) const USUAL_SECONDS: u64 = 60;

/// Puts a change on trial.
pub(crate) async fn begin(app: &App, number: u64, seconds: u64) -> Result<Trial, Failure> {
    let manager = Arc::clone(app.manager());
    let begun = tokio::task::spawn_blocking(move || {
        let configuration = manager.configuration();
        configuration.try_until(number, configuration.now().plus(seconds))
    });
    let trial = begun.await.map_err(|error| Failure::internal(&error))??;
    watch(app.clone(), trial, seconds);
    Ok(trial)
}

/// Goes on with the trials that an earlier process has begun.
pub(crate) async fn resume(app: App) {
    let manager = Arc::clone(app.manager());
    let found = tokio::task::spawn_blocking(move || {
        let configuration = manager.configuration();
        configuration.trials().map(|trials| (trials, configuration.now()))
    });
    match found.await {
        Ok(Ok((trials, now))) => {
            for trial in trials {
                watch(app.clone(), trial, trial.until.since(now));
            }
        }
        Ok(Err(error)) => tracing::error!(%error, "changes on trial cannot be found"),
        Err(error) => tracing::error!(%error, "changes on trial cannot be found"),
    }
}

/// Ends a trial when its time has come, and whatever trial that one stood in the way of.
fn watch(app: App, trial: Trial, seconds: u64) {
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

/// Whether a change reaches a router that takes requests for this host, before the change or after it.
pub(crate) fn reaches(manager: &Manager, changed: &Changed, host: &str) -> bool {
    let takes = |rule: &str| {
        let rule = rule.to_ascii_lowercase();
        // Without a matcher of hosts it takes all of them; a pattern may take any.
        !rule.contains("host(") || rule.contains("hostregexp(") || rule.contains(&format!("`{host}`"))
    };
    let rule_takes = |value: &Option<Value>| rule_of(value.as_ref()).is_some_and(takes);
    let is_http_router = |change: &&ObjectChange| {
        change.object.kind == ObjectKind::Router && change.object.protocol == Some(Protocol::Http)
    };
    let mut changed_routers = changed.objects.iter().filter(is_http_router);
    if changed_routers.any(|change| rule_takes(&change.before) || rule_takes(&change.after)) {
        return true;
    }
    let snapshot = manager.configuration().snapshot();
    changed.affected.iter().filter_map(|place| place.strip_prefix("http.routers.")).any(|name| {
        snapshot.routes().any(|route| {
            route.is_enabled()
                && route.protocol() == Protocol::Http
                && route.name() == name
                && takes(route.rule())
        })
    })
}

fn rule_of(router: Option<&Value>) -> Option<&str> {
    router?.get("rule")?.as_str()
}
