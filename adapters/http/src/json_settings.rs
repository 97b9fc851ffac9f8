//! The settings as the API tells them. Each field is here because somebody has thought about it; none is a secret, a
//! hash or a sealed text. Where 1.5.2 told one, its name is still here and says nothing.

use std::collections::BTreeMap;

use serde::Serialize;
use traefik_manager_core::settings::{DisabledRoute, Settings, TABS, shown_address};

use crate::{
    app::App,
    handlers::self_route::{self, OwnRoute},
};

/// Everything that is told.
#[derive(Serialize)]
#[expect(clippy::struct_excessive_bools, reason = "the contract's own fields")]
pub(crate) struct SettingsJson {
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
    /// 1.5.2 told the seed.
    otp_secret: &'static str,
    api_key_enabled: bool,
    api_keys: Vec<KeyJson>,
    disabled_routes: BTreeMap<String, DisabledJson>,
    self_route: OwnRoute,
    inactivity_timeout_minutes: u64,
    visible_tabs: Tabs,
    ui_prefs: Prefs,
    acme_json_path: String,
    access_log_path: String,
    static_config_path: String,
    static_config_configured: bool,
    #[serde(flatten)]
    oidc: OidcJson,
    webhook_url: String,
    webhook_type: String,
    webhook_username: String,
    webhook_password_set: bool,
    crowdsec_enabled: bool,
    crowdsec_lapi_url: String,
    crowdsec_machine_id: String,
    crowdsec_api_key_set: bool,
    crowdsec_machine_password_set: bool,
    #[serde(flatten)]
    git: GitJson,
    agent_api_rate_limit: u64,
    agents: [(); 0],
}

#[derive(Serialize)]
#[expect(clippy::struct_field_names, reason = "the contract's own fields")]
struct OidcJson {
    oidc_enabled: bool,
    oidc_active: bool,
    oidc_provider_url: String,
    oidc_client_id: String,
    oidc_client_secret_set: bool,
    oidc_display_name: String,
    oidc_allowed_emails: String,
    oidc_allowed_groups: String,
    oidc_groups_claim: String,
}

#[derive(Serialize)]
#[expect(clippy::struct_field_names, reason = "the contract's own fields")]
struct GitJson {
    git_backup_enabled: bool,
    git_backup_repo: String,
    git_backup_branch: String,
    git_backup_username: String,
    git_backup_token_set: bool,
    git_backup_commit_message: String,
    git_backup_auto_push: bool,
}

#[derive(Serialize)]
struct KeyJson {
    name: String,
    preview: String,
    created_at: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct DisabledJson {
    protocol: &'static str,
    config_file: String,
}

impl DisabledJson {
    fn of(route: &DisabledRoute) -> Self {
        Self { protocol: route.protocol.as_str(), config_file: route.config_file.clone() }
    }
}

/// Every optional section, shown or not. The phone app hides what is off; one that is not named it shows.
#[derive(Serialize)]
pub(crate) struct Tabs(BTreeMap<&'static str, bool>);

impl Tabs {
    pub(crate) fn of(settings: &Settings) -> Self {
        Self(TABS.into_iter().map(|name| (name, settings.visible_tabs.shows(name))).collect())
    }
}

/// How the phone app looks.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Prefs {
    show_route_icons: bool,
    dash_pod_density: String,
}

impl Prefs {
    pub(crate) fn of(settings: &Settings) -> Self {
        let prefs = &settings.ui_prefs;
        Self {
            show_route_icons: prefs.route_icons.unwrap_or(false),
            dash_pod_density: prefs.density.clone().unwrap_or_else(|| "list".to_owned()),
        }
    }
}

impl SettingsJson {
    pub(crate) fn of(app: &App) -> Self {
        let manager = app.manager();
        let (settings, access) = (manager.settings().current(), manager.access());
        let (webhook, crowdsec) = (&settings.webhook, &settings.crowdsec);
        let keys = settings.api_keys.iter().map(|key| KeyJson {
            name: key.name.clone(),
            preview: key.preview.clone(),
            created_at: key.created_at.clone(),
        });
        let disabled = settings.disabled_routes.iter();
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
            otp_secret: "",
            api_key_enabled: !settings.api_keys.is_empty(),
            api_keys: keys.collect(),
            disabled_routes: disabled.map(|route| (route.id.clone(), DisabledJson::of(route))).collect(),
            self_route: self_route::present(manager),
            inactivity_timeout_minutes: access.idle_minutes(),
            visible_tabs: Tabs::of(&settings),
            ui_prefs: Prefs::of(&settings),
            acme_json_path: settings.paths.acme_json.clone(),
            access_log_path: settings.paths.access_log.clone(),
            static_config_path: settings.paths.static_config.clone(),
            static_config_configured: app.has_static_file(),
            oidc: OidcJson::of(&settings, manager.identity_provider().is_some()),
            webhook_url: webhook.shown_url(),
            webhook_type: webhook.kind.as_str().to_owned(),
            webhook_username: webhook.username.clone(),
            webhook_password_set: !webhook.password.is_empty(),
            // Nothing is asked of CrowdSec, so there is nothing to show.
            crowdsec_enabled: false,
            crowdsec_lapi_url: shown_address(&crowdsec.lapi_url),
            crowdsec_machine_id: crowdsec.machine_id.clone(),
            crowdsec_api_key_set: !crowdsec.api_key.is_empty(),
            crowdsec_machine_password_set: !crowdsec.machine_password.is_empty(),
            git: GitJson::of(&settings),
            agent_api_rate_limit: settings.agent_api_rate_limit,
            agents: [],
        }
    }
}

impl OidcJson {
    fn of(settings: &Settings, can_ask: bool) -> Self {
        let oidc = &settings.oidc;
        Self {
            oidc_enabled: oidc.enabled,
            oidc_active: can_ask && oidc.enabled && oidc.check().is_ok(),
            oidc_provider_url: oidc.provider_url.clone(),
            oidc_client_id: oidc.client_id.clone(),
            oidc_client_secret_set: !oidc.client_secret.is_empty(),
            oidc_display_name: oidc.name().to_owned(),
            oidc_allowed_emails: oidc.allowed_emails.clone(),
            oidc_allowed_groups: oidc.allowed_groups.clone(),
            oidc_groups_claim: oidc.groups_claim.clone(),
        }
    }
}

impl GitJson {
    fn of(settings: &Settings) -> Self {
        let git = &settings.git;
        Self {
            git_backup_enabled: git.enabled,
            git_backup_repo: shown_address(&git.repo),
            git_backup_branch: git.branch.clone(),
            git_backup_username: git.username.clone(),
            git_backup_token_set: !git.token.is_empty(),
            git_backup_commit_message: git.commit_message.clone(),
            git_backup_auto_push: git.auto_push,
        }
    }
}
