//! The parts of the settings that each have their own words in the file, read and written.

use traefik_manager_core::{
    config::value::Value,
    settings::{
        AGENT_RATE, CrowdsecSettings, FilePaths, GitSettings, InterfacePrefs, SelfRoute, Settings, TABS,
        VisibleTabs, WebhookKind, WebhookSettings,
    },
};

use super::{
    change::Field,
    read::{Read, Section},
};

const VISIBLE_TABS: &str = "visible_tabs";
const UI_PREFS: &str = "ui_prefs";
const SELF_ROUTE: &str = "self_route";

pub(super) fn visible_tabs(file: &Section<'_>) -> Read<VisibleTabs> {
    let mut tabs = VisibleTabs::default();
    if let Some(section) = nested_section(file, VISIBLE_TABS)? {
        for name in TABS {
            if let Some(shown) = section.flag(name)? {
                tabs.set(name, shown);
            }
        }
    }
    Ok(tabs)
}

pub(super) fn ui_prefs(file: &Section<'_>) -> Read<InterfacePrefs> {
    let Some(section) = nested_section(file, UI_PREFS)? else { return Ok(InterfacePrefs::default()) };
    Ok(InterfacePrefs {
        route_icons: section.flag("showRouteIcons")?,
        density: section.text("dashPodDensity")?,
    })
}

pub(super) fn self_route(file: &Section<'_>) -> Read<SelfRoute> {
    let Some(section) = nested_section(file, SELF_ROUTE)? else { return Ok(SelfRoute::default()) };
    Ok(SelfRoute {
        domain: text(&section, "domain")?,
        service_url: text(&section, "service_url")?,
        router_name: text(&section, "router_name")?,
        entry_point: text(&section, "entry_point")?,
    })
}

fn nested_section<'t>(file: &Section<'t>, key: &str) -> Read<Option<Section<'t>>> {
    file.get(key).map(|node| Section::mapping(node, file.path_of(key))).transpose()
}

fn text(file: &Section<'_>, key: &str) -> Read<String> {
    Ok(file.text(key)?.unwrap_or_default())
}

pub(super) fn paths(file: &Section<'_>) -> Read<FilePaths> {
    Ok(FilePaths {
        acme_json: text(file, "acme_json_path")?,
        access_log: text(file, "access_log_path")?,
        static_config: text(file, "static_config_path")?,
    })
}

pub(super) fn webhook(file: &Section<'_>) -> Read<WebhookSettings> {
    Ok(WebhookSettings {
        url: text(file, "webhook_url")?,
        kind: WebhookKind::parse(&text(file, "webhook_type")?),
        username: text(file, "webhook_username")?,
        password: text(file, "webhook_password")?,
    })
}

pub(super) fn crowdsec(file: &Section<'_>) -> Read<CrowdsecSettings> {
    Ok(CrowdsecSettings {
        lapi_url: text(file, "crowdsec_lapi_url")?,
        machine_id: text(file, "crowdsec_machine_id")?,
        api_key: text(file, "crowdsec_api_key")?,
        machine_password: text(file, "crowdsec_machine_password")?,
    })
}

pub(super) fn git(file: &Section<'_>) -> Read<GitSettings> {
    let defaults = GitSettings::default();
    Ok(GitSettings {
        enabled: file.flag("git_backup_enabled")?.unwrap_or(defaults.enabled),
        repo: text(file, "git_backup_repo")?,
        branch: file.text("git_backup_branch")?.unwrap_or(defaults.branch),
        username: text(file, "git_backup_username")?,
        token: text(file, "git_backup_token")?,
        commit_message: file.text("git_backup_commit_message")?.unwrap_or(defaults.commit_message),
        auto_push: file.flag("git_backup_auto_push")?.unwrap_or(defaults.auto_push),
    })
}

/// The fields at the root of the file. A new file has those that the settings do not leave at their defaults.
pub(super) fn fields(settings: &Settings) -> Vec<Field> {
    let said = |text: &str, default: &str| (text != default).then(|| Value::text(text));
    let flag = |flag: bool, default: bool| (flag != default).then_some(Value::Bool(flag));
    let (webhook, crowdsec, git) = (&settings.webhook, &settings.crowdsec, &settings.git);
    let (paths, defaults) = (&settings.paths, GitSettings::default());
    let rate = i64::try_from(settings.agent_api_rate_limit).ok().map(Value::Int);
    vec![
        ("acme_json_path", said(&paths.acme_json, "")),
        ("access_log_path", said(&paths.access_log, "")),
        ("static_config_path", said(&paths.static_config, "")),
        ("webhook_url", said(&webhook.url, "")),
        ("webhook_type", said(webhook.kind.as_str(), "discord")),
        ("webhook_username", said(&webhook.username, "")),
        ("webhook_password", said(&webhook.password, "")),
        ("crowdsec_lapi_url", said(&crowdsec.lapi_url, "")),
        ("crowdsec_machine_id", said(&crowdsec.machine_id, "")),
        ("crowdsec_api_key", said(&crowdsec.api_key, "")),
        ("crowdsec_machine_password", said(&crowdsec.machine_password, "")),
        ("git_backup_enabled", flag(git.enabled, defaults.enabled)),
        ("git_backup_repo", said(&git.repo, "")),
        ("git_backup_branch", said(&git.branch, &defaults.branch)),
        ("git_backup_username", said(&git.username, "")),
        ("git_backup_token", said(&git.token, "")),
        ("git_backup_commit_message", said(&git.commit_message, &defaults.commit_message)),
        ("git_backup_auto_push", flag(git.auto_push, defaults.auto_push)),
        ("agent_api_rate_limit", rate.filter(|_| settings.agent_api_rate_limit != AGENT_RATE)),
    ]
}

/// The fields of mappings in the file, by the mapping's key.
pub(super) fn nested(settings: &Settings) -> [(&'static str, Vec<Field>); 3] {
    let tabs = TABS.map(|name| (name, settings.visible_tabs.said(name).map(Value::Bool)));
    let (prefs, own) = (&settings.ui_prefs, &settings.self_route);
    let said = |text: &str| (!text.is_empty()).then(|| Value::text(text));
    [
        (VISIBLE_TABS, tabs.to_vec()),
        (
            UI_PREFS,
            vec![
                ("showRouteIcons", prefs.route_icons.map(Value::Bool)),
                ("dashPodDensity", prefs.density.as_deref().map(Value::text)),
            ],
        ),
        (
            SELF_ROUTE,
            vec![
                ("domain", said(&own.domain)),
                ("service_url", said(&own.service_url)),
                ("router_name", said(&own.router_name)),
                ("entry_point", said(&own.entry_point)),
            ],
        ),
    ]
}
