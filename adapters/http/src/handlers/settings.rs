//! This program's own settings: what forms offer, and where Traefik's API is.

use hyper::StatusCode;
use serde::Serialize;
use traefik_manager_core::{
    auth::{CrowdsecPatch, GitPatch, InterfacePatch, SettingsPart, SettingsPatch, WebhookPatch},
    secret::Secret,
    settings::{Settings, TABS, api_origin, shown_address},
    traefik::live::{LiveError, Version},
};

use crate::{
    call::{Call, Dialect},
    failure::Failure,
    fields::Fields,
    json_settings::{Prefs, SettingsJson, Tabs},
    pages::{
        layout::{Frame, Tab},
        settings as pages,
    },
    reply::{self, Done, Reply},
    words::t,
};

use super::{done, self_route};

pub(crate) async fn read(call: Call) -> Result<Reply, Failure> {
    let version = version(&call, SettingsPart::All, &call.app.manager().settings().current());
    Ok(reply::tagged(Done::reply(SettingsJson::of(&call.app)), &version))
}

/// What tells a part of these settings from what it was before.
pub(super) fn version(call: &Call, part: SettingsPart, settings: &Settings) -> String {
    call.app.manager().access().settings_revision(part, settings)
}

/// Changes what is sent, and nothing else. What is only told, or not known, is not looked at.
pub(crate) async fn write(call: Call) -> Result<Reply, Failure> {
    #[derive(Serialize)]
    struct Saved {
        settings: SettingsJson,
    }
    save(&call).await?;
    let version = version(&call, SettingsPart::All, &call.app.manager().settings().current());
    Ok(reply::tagged(Done::reply(Saved { settings: SettingsJson::of(&call.app) }), &version))
}

/// Saves what the request says of the settings; says whether anything was changed.
pub(super) async fn save(call: &Call) -> Result<bool, Failure> {
    refuse_paths(call)?;
    save_patch(call, patch(&call.fields)?).await
}

/// Saves what a page of the settings sends, and goes back to it.
pub(super) async fn save_and_return(call: &Call, page: &str) -> Result<Reply, Failure> {
    let code = if save(call).await? { "saved" } else { "unchanged" };
    Ok(done(call, &format!("{page}?done={code}"), code))
}

/// Saves what a patch says, where the client has seen what is there or does not say what he has seen; says whether anything
/// was changed.
pub(super) async fn save_patch(call: &Call, patch: SettingsPatch) -> Result<bool, Failure> {
    let patch = SettingsPatch { seen: call.seen_version()?, ..patch };
    let (by, client) = (call.principal()?.clone(), call.client.clone());
    let names = call.block(move |manager| manager.access().change_settings(&patch, &by, &client)).await??;
    if names.iter().any(|name| name.starts_with("traefik_api")) {
        call.app.live().expire();
    }
    Ok(!names.is_empty())
}

fn patch(fields: &Fields) -> Result<SettingsPatch, Failure> {
    let text = |name: &str| Ok::<_, Failure>(fields.text(name)?.map(|text| text.trim().to_owned()));
    let secret = |name: &str| Ok::<_, Failure>(fields.text(name)?.map(Secret::new));
    let list = |name: &str| {
        if !fields.has(name) {
            return Ok(None);
        }
        let items = fields.texts(name)?;
        let words = items.iter().flat_map(|item| item.split([',', ' ', '\n', '\r', '\t']));
        Ok::<_, Failure>(Some(words.filter(|word| !word.is_empty()).map(str::to_owned).collect()))
    };
    Ok(SettingsPatch {
        domains: list("domains")?,
        cert_resolvers: list("cert_resolver")?,
        traefik_api_url: text("traefik_api_url")?,
        traefik_api_user: text("traefik_api_user")?,
        traefik_api_password: secret("traefik_api_password")?,
        // That is written with the route itself.
        self_route: None,
        interface: interface(fields)?,
        webhook: WebhookPatch {
            url: text("webhook_url")?,
            kind: text("webhook_type")?,
            username: text("webhook_username")?,
            password: secret("webhook_password")?,
        },
        crowdsec: CrowdsecPatch {
            lapi_url: text("crowdsec_lapi_url")?,
            machine_id: text("crowdsec_machine_id")?,
            api_key: secret("crowdsec_api_key")?,
            machine_password: secret("crowdsec_machine_password")?,
        },
        seen: None,
        git: GitPatch {
            enabled: fields.last_flag("git_backup_enabled")?,
            repo: text("git_backup_repo")?,
            branch: text("git_backup_branch")?,
            username: text("git_backup_username")?,
            token: secret("git_backup_token")?,
            commit_message: text("git_backup_commit_message")?,
            auto_push: fields.last_flag("git_backup_auto_push")?,
        },
    })
}

fn interface(fields: &Fields) -> Result<InterfacePatch, Failure> {
    let prefs = fields.nested("ui_prefs")?;
    let rate = fields.figure("agent_api_rate_limit")?;
    let rate = if rate.is_empty() {
        None
    } else {
        Some(rate.parse().map_err(|_| Failure::field("agent_api_rate_limit", "must be a whole number"))?)
    };
    Ok(InterfacePatch {
        tabs: fields.nested("visible_tabs")?.flags(),
        route_icons: prefs.last_flag("showRouteIcons")?,
        density: prefs.text("dashPodDensity")?.map(str::to_owned),
        agent_rate: rate,
    })
}

/// Files are named where the program is started, or in `manager.yml` by hand: whoever could name them over the network
/// would read any file through this program.
fn refuse_paths(call: &Call) -> Result<(), Failure> {
    let settings = call.app.manager().settings().current();
    let paths = &settings.paths;
    for (field, stored, variable) in [
        ("acme_json_path", &paths.acme_json, "ACME_JSON_PATH"),
        ("access_log_path", &paths.access_log, "ACCESS_LOG_PATH"),
        ("static_config_path", &paths.static_config, "STATIC_CONFIG_PATH"),
    ] {
        if call.fields.text(field)?.is_some_and(|path| path.trim() != stored.trim()) {
            let why = format!(
                "`{field}` is not changed over the network; set {variable} where the program is started"
            );
            return Err(Failure::bad_request(why).in_field(field));
        }
    }
    Ok(())
}

/// Shows and hides sections.
pub(crate) async fn tabs(call: Call) -> Result<Reply, Failure> {
    #[derive(Serialize)]
    struct Shown {
        visible_tabs: Tabs,
    }
    let known = |(name, _): &(String, bool)| TABS.contains(&name.as_str());
    let tabs: Vec<_> = call.fields.flags().into_iter().filter(known).collect();
    let interface = InterfacePatch { tabs, ..InterfacePatch::default() };
    save_patch(&call, SettingsPatch { interface, ..SettingsPatch::default() }).await?;
    Ok(Done::reply(Shown { visible_tabs: Tabs::of(&call.app.manager().settings().current()) }))
}

/// How the phone app looks.
pub(crate) async fn read_ui(call: Call) -> Result<Reply, Failure> {
    Ok(told_ui(&call))
}

pub(crate) async fn write_ui(call: Call) -> Result<Reply, Failure> {
    let interface = InterfacePatch { tabs: Vec::new(), agent_rate: None, ..interface(&call.fields)? };
    save_patch(&call, SettingsPatch { interface, ..SettingsPatch::default() }).await?;
    Ok(told_ui(&call))
}

fn told_ui(call: &Call) -> Reply {
    #[derive(Serialize)]
    struct Told {
        ui_prefs: Prefs,
    }
    let settings = call.app.manager().settings().current();
    let told = Done::reply(Told { ui_prefs: Prefs::of(&settings) });
    reply::tagged(told, &version(call, SettingsPart::Interface, &settings))
}

/// The outcome of a connection test.
#[derive(Default, Serialize)]
struct TestJson {
    ok: bool,
    success: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
}

pub(crate) async fn test(call: Call) -> Result<Reply, Failure> {
    if api_origin(call.fields.trimmed("url")?).is_none() {
        return Err(Failure::field("url", "must begin with http:// or https://, followed by a host"));
    }
    let answer = match ask(&call, "url", "user", "password").await? {
        Ok(version) => {
            TestJson { ok: true, success: true, version: Some(version.number), ..TestJson::default() }
        }
        Err(error) => {
            let error = Some(error.to_string());
            TestJson { message: error.clone(), error, ..TestJson::default() }
        }
    };
    Ok(reply::json(StatusCode::OK, &answer))
}

/// Asks the Traefik that the request names.
pub(super) async fn ask(
    call: &Call,
    url: &str,
    user: &str,
    password: &str,
) -> Result<Result<Version, LiveError>, Failure> {
    let (url, user) = (call.fields.trimmed(url)?, call.fields.trimmed(user)?);
    let password = call.fields.text(password)?.map(Secret::new);
    Ok(call.app.manager().try_address(url, user, password).await)
}

pub(crate) async fn page(call: Call) -> Result<Reply, Failure> {
    show(&call, None, None).await
}

pub(crate) async fn submit(call: Call) -> Result<Reply, Failure> {
    if call.dialect != Dialect::Page {
        return write(call).await;
    }
    if call.fields.flag("test", false)? {
        let found = ask(&call, "traefik_api_url", "traefik_api_user", "traefik_api_password").await?;
        return show(&call, Some(found), None).await;
    }
    match save_and_return(&call, "/settings").await {
        Err(failure) => show(&call, None, Some(failure)).await,
        saved => saved,
    }
}

async fn show(
    call: &Call,
    tested: Option<Result<Version, LiveError>>,
    failure: Option<Failure>,
) -> Result<Reply, Failure> {
    let present = version(call, SettingsPart::Traefik, &call.app.manager().settings().current());
    let version = call.shown_version(present)?;
    let (frame, entry_points) = tokio::join!(Frame::of(call), self_route::entry_points_at_once(call));
    let mut frame = frame.narrow();
    let values = values(call)?;
    let own = self_route::present(call.app.manager());
    let content = pages::content(&pages::SettingsPage {
        values: &values,
        tested: tested.as_ref(),
        failure: failure.as_ref(),
        own: &own,
        entry_points: &entry_points,
        setup_is_open: call.app.manager().access().setup_is_open(),
        version: &version,
        csrf: &frame.csrf,
    });
    if let Some(failure) = failure {
        frame = frame.refusing(failure);
    }
    Ok(frame.reply(t!("settings"), Tab::Access, &content))
}

/// What the form shows: what was typed, else what is stored. A password is never shown again.
pub(super) fn values(call: &Call) -> Result<pages::Values, Failure> {
    let settings = call.app.manager().settings().current();
    let typed = |name: &str, stored: String| {
        Ok::<_, Failure>(call.fields.text(name)?.map_or(stored, |text| text.trim().to_owned()))
    };
    Ok(pages::Values {
        domains: typed("domains", settings.domains.join(", "))?,
        resolvers: typed("cert_resolver", settings.cert_resolvers.join(", "))?,
        url: typed("traefik_api_url", shown_address(&settings.traefik_api_url))?,
        user: typed("traefik_api_user", settings.traefik_api_user.clone())?,
        has_password: !settings.traefik_api_password.is_empty(),
        choices: settings.cert_resolvers.clone(),
    })
}
