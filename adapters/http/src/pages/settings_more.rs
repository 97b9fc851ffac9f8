//! The settings that are about looks, files, and the program itself.

use maud::{Markup, Render, html};
use traefik_manager_core::settings::{FilePaths, TABS, VisibleTabs};

use super::layout::{seen, settings_bar, token};
use crate::words::{Message, message, t};

/// What people call a section; `None` for the providers, which go by their own names.
fn name(tab: &str) -> Option<Message> {
    Some(match tab {
        "dashboard" => message!("dashboard"),
        "routemap" => message!("map"),
        "certs" => message!("certificates"),
        "tls" => message!("kind-tls-options"),
        "plugins" => message!("settings-tab-plugins"),
        "logs" => message!("log"),
        "crowdsec" => message!("settings-tab-crowdsec"),
        _ => return None,
    })
}

fn provider(tab: &str) -> Markup {
    let name = match tab {
        "docker" => "Docker",
        "kubernetes" => "Kubernetes",
        "swarm" => "Swarm",
        "nomad" => "Nomad",
        "ecs" => "ECS",
        "consulcatalog" => "Consul Catalog",
        "redis" => "Redis",
        "etcd" => "etcd",
        "consul" => "Consul",
        "zookeeper" => "ZooKeeper",
        "http_provider" => "HTTP",
        _ => return t!("files"),
    };
    html! { (name) }
}

/// Which sections are shown.
pub(crate) fn interface(tabs: &VisibleTabs, version: &str, csrf: &str) -> Markup {
    let check = |tab: &str, label: Markup| {
        html! {
            div.check {
                input type="hidden" name=(tab) value="false";
                input type="checkbox" id={ "tab-" (tab) } name=(tab) value="true" checked[tabs.shows(tab)];
                label for={ "tab-" (tab) } { (label) }
            }
        }
    };
    html! {
        div.head { div.head-text {
            h1 { (t!("settings-interface")) }
            p.muted { (t!("settings-interface-lead")) }
        } }
        (settings_bar("/settings/interface"))
        form.panel method="post" action="/settings/interface" {
            (token(csrf))
            (seen(version))
            fieldset.scopes {
                legend { (t!("settings-interface-pages")) }
                @for tab in TABS { @if let Some(label) = name(tab) { (check(tab, label.render())) } }
            }
            fieldset.scopes {
                legend { (t!("settings-interface-providers")) }
                @for tab in TABS { @if name(tab).is_none() { (check(tab, provider(tab))) } }
            }
            div.foot { button.primary type="submit" { (t!("save")) } }
        }
        div.panel {
            h2 { (t!("theme")) }
            p.muted { (t!("settings-interface-colours")) }
        }
    }
}

/// A file, or a folder, and what names it.
#[derive(Debug)]
pub(crate) struct NamedFile {
    pub(crate) what: Message,
    pub(crate) path: Markup,
    pub(crate) named_by: Markup,
}

/// Where everything is.
pub(crate) fn files(dynamic: &[NamedFile], fixed: &[NamedFile], paths: &FilePaths) -> Markup {
    let (what, place, named_by) =
        (t!("settings-files-what"), t!("settings-files-where"), t!("settings-files-named-by"));
    let table = |rows: &[NamedFile]| {
        html! {
            table.list {
                thead { tr { th scope="col" { (what) } th scope="col" { (place) } th scope="col" { (named_by) } } }
                tbody {
                    @for row in rows {
                        tr {
                            td.lead data-label=(what) { span.name { (row.what) } }
                            td.mono data-label=(place) { (row.path) }
                            td data-label=(named_by) { code { (row.named_by) } }
                        }
                    }
                }
            }
        }
    };
    let by_hand = [
        ("acme_json_path", &paths.acme_json),
        ("access_log_path", &paths.access_log),
        ("static_config_path", &paths.static_config),
    ];
    html! {
        div.head { div.head-text {
            h1 { (t!("files")) }
            p.muted { (t!("settings-files-lead")) }
        } }
        (settings_bar("/settings/files"))
        (table(dynamic))
        (table(fixed))
        @if by_hand.iter().any(|(_, path)| !path.is_empty()) {
            div.panel {
                h2 { (t!("settings-files-in-manager")) }
                ul.plain { @for (key, path) in by_hand { @if !path.is_empty() { li { code { (key) } " · " span.mono { (path) } } } } }
            }
        }
    }
}

/// What the page about the program shows.
#[derive(Debug)]
pub(crate) struct AboutPage<'a> {
    pub(crate) version: &'a str,
    pub(crate) traefik: Option<String>,
    pub(crate) idle_minutes: u64,
}

/// The program itself.
pub(crate) fn about(page: &AboutPage<'_>) -> Markup {
    html! {
        div.head { div.head-text {
            h1 { (t!("settings-about")) }
            p.muted { (t!("settings-about-lead")) }
        } }
        (settings_bar("/settings/about"))
        div.panel {
            dl.facts {
                dt { (t!("settings-about-version")) } dd { (page.version) }
                dt { "Traefik" } dd { @match &page.traefik { Some(version) => (version), None => (t!("settings-about-silent")) } }
                dt { (t!("settings-about-licence")) } dd { (t!("settings-about-licence-text")) }
                dt { (t!("settings-sessions")) } dd { (t!("settings-about-sessions", minutes = page.idle_minutes)) }
                dt { (t!("settings-about-outside")) } dd { (t!("settings-about-outside-text")) }
            }
        }
    }
}
