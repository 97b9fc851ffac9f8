//! This program's own settings: what forms offer, and where Traefik's API is.

use hyper::StatusCode;
use serde::Serialize;
use traefik_manager_core::{
    auth::SettingsPatch,
    manager::Manager,
    secret::Secret,
    settings::shown_address,
    traefik::live::{LiveError, Version},
};

use crate::{
    call::{Call, Dialect},
    failure::Failure,
    fields::Fields,
    pages::{
        layout::{Frame, Tab},
        settings as pages,
    },
    reply::{self, Done, Reply},
};

use super::{done, self_route};

/// What the API tells of the settings. Each field is here because somebody has thought about it; none is a secret, a
/// hash or a sealed text.
#[derive(Serialize)]
#[expect(clippy::struct_excessive_bools, reason = "the contract's own fields")]
struct SettingsJson {
    domains: Vec<String>,
    cert_resolver: String,
    traefik_api_url: String,
    traefik_api_user: String,
    traefik_api_password_set: bool,
    auth_enabled: bool,
    auth_env_forced: bool,
    no_auth: bool,
    has_password: bool,
    setup_complete: bool,
    must_change_password: bool,
    otp_enabled: bool,
    api_key_enabled: bool,
    inactivity_timeout_minutes: u64,
    visible_tabs: Tabs,
    crowdsec_enabled: bool,
    crowdsec_lapi_url: &'static str,
}

/// The phone app hides what is off; a tab that is not named it shows.
#[derive(Serialize)]
#[expect(clippy::struct_excessive_bools, reason = "the contract's own fields")]
struct Tabs {
    routemap: bool,
    logs: bool,
    crowdsec: bool,
    certs: bool,
    plugins: bool,
}

impl SettingsJson {
    fn of(manager: &Manager) -> Self {
        let (settings, access) = (manager.settings().current(), manager.access());
        Self {
            domains: settings.domains.clone(),
            cert_resolver: settings.cert_resolvers.join(","),
            traefik_api_url: shown_address(&settings.traefik_api_url),
            traefik_api_user: settings.traefik_api_user.clone(),
            traefik_api_password_set: !settings.traefik_api_password.is_empty(),
            auth_enabled: access.asks_to_sign_in(),
            auth_env_forced: access.sign_in_is_set_by_environment(),
            no_auth: !access.asks_to_sign_in(),
            has_password: access.has_admin_password() || !settings.password_hash.is_empty(),
            setup_complete: settings.setup_complete,
            must_change_password: access.must_change_password(),
            otp_enabled: settings.otp_enabled,
            api_key_enabled: !settings.api_keys.is_empty(),
            inactivity_timeout_minutes: access.idle_minutes(),
            visible_tabs: Tabs {
                routemap: false,
                logs: false,
                crowdsec: false,
                certs: false,
                plugins: false,
            },
            crowdsec_enabled: false,
            crowdsec_lapi_url: "",
        }
    }
}

pub(crate) async fn read(call: Call) -> Result<Reply, Failure> {
    Ok(reply::json(StatusCode::OK, &SettingsJson::of(call.app.manager())))
}

/// Changes what is sent, and nothing else. What is only told, or not known, is not looked at.
pub(crate) async fn write(call: Call) -> Result<Reply, Failure> {
    #[derive(Serialize)]
    struct Saved {
        settings: SettingsJson,
    }
    save(&call).await?;
    Ok(Done::reply(Saved { settings: SettingsJson::of(call.app.manager()) }))
}

/// Saves what the request says of the settings; says whether anything was changed.
pub(super) async fn save(call: &Call) -> Result<bool, Failure> {
    let patch = patch(&call.fields)?;
    let (by, client) = (call.principal()?.clone(), call.client.clone());
    let names = call.block(move |manager| manager.access().change_settings(&patch, &by, &client)).await??;
    if names.iter().any(|name| name.starts_with("traefik_api")) {
        call.app.live().expire();
    }
    Ok(!names.is_empty())
}

fn patch(fields: &Fields) -> Result<SettingsPatch, Failure> {
    let text = |name: &str| Ok::<_, Failure>(fields.text(name)?.map(|text| text.trim().to_owned()));
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
        traefik_api_password: fields.text("traefik_api_password")?.map(Secret::new),
    })
}

/// The outcome of a connection test.
#[derive(Serialize)]
struct TestJson {
    ok: bool,
    success: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
}

pub(crate) async fn test(call: Call) -> Result<Reply, Failure> {
    let answer = match ask(&call, "url", "user", "password").await? {
        Ok(version) => TestJson { ok: true, success: true, version: Some(version.number), error: None },
        Err(error) => TestJson { ok: false, success: false, version: None, error: Some(error.to_string()) },
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
    match save(&call).await {
        Ok(true) => Ok(done(&call, "/settings?done=saved", "saved")),
        Ok(false) => Ok(done(&call, "/settings?done=unchanged", "unchanged")),
        Err(failure) => show(&call, None, Some(failure)).await,
    }
}

async fn show(
    call: &Call,
    tested: Option<Result<Version, LiveError>>,
    failure: Option<Failure>,
) -> Result<Reply, Failure> {
    let mut frame = Frame::of(call).await.narrow();
    let values = values(call)?;
    let own = self_route::present(call.app.manager(), None);
    let content = pages::content(&pages::SettingsPage {
        values: &values,
        tested: tested.as_ref(),
        failure: failure.as_ref(),
        own: &own,
        entry_points: &self_route::entry_points(call).await,
        setup_is_open: call.app.manager().access().setup_is_open(),
        csrf: &frame.csrf,
    });
    if let Some(failure) = failure {
        frame = frame.refusing(failure);
    }
    Ok(frame.reply("Settings", Tab::Access, &content))
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
