//! The settings that are about looks, files, and the program itself.

use maud::{Markup, html};
use traefik_manager_core::settings::{FilePaths, TABS, VisibleTabs};

use super::layout::{settings_bar, token};

/// What people call a section; `None` for the providers, which go by their own names.
fn name(tab: &str) -> Option<&'static str> {
    Some(match tab {
        "dashboard" => "Dashboard",
        "routemap" => "Route map",
        "certs" => "Certificates",
        "tls" => "TLS options",
        "plugins" => "Plugins",
        "logs" => "Access log",
        "crowdsec" => "CrowdSec",
        _ => return None,
    })
}

fn provider(tab: &str) -> &'static str {
    match tab {
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
        _ => "Files",
    }
}

/// Which sections are shown.
pub(crate) fn interface(tabs: &VisibleTabs, csrf: &str) -> Markup {
    let check = |tab: &str, label: &str| {
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
            h1 { "Interface" }
            p.muted { "Sections that are shown beside routes, services and middlewares, here and by the phone app. A page that is not shown is still there at its address." }
        } }
        (settings_bar("/settings/interface"))
        form.panel method="post" action="/settings/interface" {
            (token(csrf))
            fieldset.scopes {
                legend { "Pages" }
                @for tab in TABS { @if let Some(label) = name(tab) { (check(tab, label)) } }
            }
            fieldset.scopes {
                legend { "Routers of other providers, in the list of routes" }
                @for tab in TABS { @if name(tab).is_none() { (check(tab, provider(tab))) } }
            }
            div.foot { button.primary type="submit" { "Save" } }
        }
        div.panel {
            h2 { "Colours" }
            p.muted { "Light, dark, or as the system says: chosen at the foot of every page, for this browser alone." }
        }
    }
}

/// A file, or a folder, and what names it.
#[derive(Debug)]
pub(crate) struct NamedFile {
    pub(crate) what: &'static str,
    pub(crate) path: String,
    pub(crate) named_by: &'static str,
}

/// Where everything is.
pub(crate) fn files(dynamic: &[NamedFile], fixed: &[NamedFile], paths: &FilePaths) -> Markup {
    let table = |rows: &[NamedFile]| {
        html! {
            table.list {
                thead { tr { th scope="col" { "What" } th scope="col" { "Where" } th scope="col" { "Named by" } } }
                tbody {
                    @for row in rows {
                        tr {
                            td.lead data-label="What" { span.name { (row.what) } }
                            td.mono data-label="Where" { (row.path) }
                            td data-label="Named by" { code { (row.named_by) } }
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
            h1 { "Files" }
            p.muted { "What this program reads and writes. Files are named where it is started, never over the network: whoever could name them could read any file." }
        } }
        (settings_bar("/settings/files"))
        (table(dynamic))
        (table(fixed))
        @if by_hand.iter().any(|(_, path)| !path.is_empty()) {
            div.panel {
                h2 { "In manager.yml" }
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
            h1 { "About" }
            p.muted { "Traefik Manager edits Traefik's files without harm to what is written in them by hand." }
        } }
        (settings_bar("/settings/about"))
        div.panel {
            dl.facts {
                dt { "Version" } dd { (page.version) }
                dt { "Traefik" } dd { @match &page.traefik { Some(version) => (version), None => "does not answer" } }
                dt { "Licence" } dd { "MIT or Apache-2.0, as you like" }
                dt { "Sessions" } dd { "end after " (page.idle_minutes) " minutes of rest" }
                dt { "Outside" } dd { "Nothing is fetched from elsewhere and nothing is reported. Requests go to Traefik, and to what you have named: an identity provider, a container engine, a webhook, a git repository." }
            }
        }
    }
}
