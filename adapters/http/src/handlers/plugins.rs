//! Traefik's plugins: what there is, what is pasted from the catalogue, and what goes.

use std::sync::{Arc, OnceLock};

use hyper::StatusCode;
use serde::Serialize;
use serde_json::Value as Json;
use traefik_manager_core::routes::{PluginTexts, Snapshot, Terms};

use super::{
    files::unix_lines,
    static_file::{fetch, json_of},
};
use crate::{
    call::Call,
    change::Outcome,
    endpoint::Needs,
    failure::Failure,
    pages::layout::Tab,
    reply::{self, Reply},
};

/// A plugin, for scripts and for pages.
#[derive(Debug, Serialize)]
pub(crate) struct PluginJson {
    pub(crate) name: String,
    #[serde(rename = "moduleName")]
    pub(crate) module: String,
    pub(crate) version: String,
    pub(crate) settings: Json,
    /// The middlewares that it is behind.
    pub(crate) used_by: Vec<String>,
}

/// The plugins of the static configuration.
pub(crate) fn plugins(snapshot: &Snapshot) -> Vec<PluginJson> {
    let plugins = snapshot.plugins().into_iter();
    let json = |plugin: traefik_manager_core::routes::Plugin<'_>| PluginJson {
        name: plugin.name().to_owned(),
        module: plugin.module().to_owned(),
        version: plugin.version().to_owned(),
        settings: plugin.settings().map_or_else(|| Json::Object(serde_json::Map::new()), json_of),
        used_by: snapshot.users_of_plugin(plugin.name()),
    };
    plugins.map(json).collect()
}

#[derive(Serialize)]
struct PluginsJson {
    ok: bool,
    success: bool,
    plugins: Vec<PluginJson>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
}

pub(crate) async fn list(call: Call) -> Result<Reply, Failure> {
    let snapshot = call.app.manager().configuration().snapshot();
    let file = snapshot.static_file().filter(|_| call.app.has_static_file());
    let error = match file.map(|file| file.problem()) {
        None => Some("there is no static configuration here (STATIC_CONFIG_PATH)".to_owned()),
        Some(problem) => problem.map(|problem| problem.message.clone()),
    };
    let plugins = if file.is_some() { plugins(&snapshot) } else { Vec::new() };
    Ok(reply::json(
        StatusCode::OK,
        &PluginsJson { ok: error.is_none(), success: error.is_none(), plugins, error },
    ))
}

#[derive(Serialize)]
struct InstalledJson {
    message: &'static str,
    plugins: Vec<PluginJson>,
}

const INSTALLED: &str = "the plugin is in the configuration; Traefik loads it when it is restarted";
const REMOVED: &str = "the plugin is taken out of the configuration; Traefik forgets it when it is restarted";

/// Puts what was pasted into both files. What Traefik does not take of the second takes the first back with it.
pub(crate) async fn paste(call: &Call) -> Result<Outcome, Failure> {
    call.for_this_host()?;
    fetch(call).await?;
    let text = |name: &str| Ok::<_, Failure>(unix_lines(call.fields.text(name)?.unwrap_or_default()));
    let file = Some(call.fields.trimmed("file")?.to_owned()).filter(|file| !file.is_empty());
    let texts = PluginTexts { fixed: text("static_yaml")?, middlewares: text("middleware_yaml")?, file };
    if !texts.middlewares.trim().is_empty() {
        call.require(Needs::Config).await?;
    }
    let fixed = Arc::new(OnceLock::new());
    let written = Arc::clone(&fixed);
    let outcome = call
        .change(move |configuration, terms| {
            let installed = configuration.install_plugins(terms, &texts)?;
            if let Some(number) = installed.fixed {
                // Set once: this runs once.
                written.set(number).ok();
            }
            Ok::<_, Failure>(installed.changed)
        })
        .await;
    if outcome.is_err()
        && let Some(number) = fixed.get().copied()
    {
        // Back as it was, whatever needs the plugin already.
        let terms = Terms { accepts_disabled: true, ..call.terms()? };
        call.block(move |manager| manager.configuration().undo(&terms, number)).await??;
    }
    outcome
}

pub(crate) async fn install(call: Call) -> Result<Reply, Failure> {
    let outcome = paste(&call).await?;
    let plugins = plugins(&call.app.manager().configuration().snapshot());
    let more = InstalledJson { message: INSTALLED, plugins };
    outcome.reply_with(&call, Tab::Static, "/static?done=static-saved", more).await
}

/// Takes a plugin out.
pub(crate) async fn take_out(call: &Call, name: String) -> Result<Outcome, Failure> {
    call.for_this_host()?;
    fetch(call).await?;
    call.change(move |configuration, terms| configuration.remove_plugin(terms, &name)).await
}

pub(crate) async fn remove(call: Call) -> Result<Reply, Failure> {
    let outcome = take_out(&call, call.id.clone()).await?;
    outcome.reply(&call, Tab::Static, "/static?done=static-saved", REMOVED).await
}
