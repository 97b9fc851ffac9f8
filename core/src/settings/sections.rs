//! Smaller parts of the settings: what is shown, where files are, and what belongs to other services.

use std::{collections::BTreeMap, fmt};

/// The optional sections of the pages and of the phone app, by their words in the file.
pub const TABS: [&str; 19] = [
    "dashboard",
    "routemap",
    "docker",
    "kubernetes",
    "swarm",
    "nomad",
    "ecs",
    "consulcatalog",
    "redis",
    "etcd",
    "consul",
    "zookeeper",
    "http_provider",
    "file_external",
    "certs",
    "tls",
    "crowdsec",
    "plugins",
    "logs",
];

/// Which optional sections are shown (`visible_tabs`), as far as the file says.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct VisibleTabs(BTreeMap<&'static str, bool>);

impl VisibleTabs {
    /// Those of a new installation: whatever there is something to show for.
    pub fn of_a_new_installation() -> Self {
        Self(TABS.into_iter().map(|name| (name, name != "crowdsec")).collect())
    }

    /// Whether a section is shown; what the file does not name is not.
    pub fn shows(&self, name: &str) -> bool {
        self.0.get(name).copied().unwrap_or(false)
    }

    /// Whether the routers of a provider are shown, by its name in Traefik's API (`docker`, `consul-east`); those of a
    /// provider that has no section are.
    pub fn shows_provider(&self, provider: &str) -> bool {
        // What follows a hyphen is a namespace.
        let section = match provider.split('-').next().unwrap_or_default() {
            "http" => "http_provider",
            "file" => "file_external",
            "knative" => "kubernetes",
            kind if kind.starts_with("kubernetes") => "kubernetes",
            kind => kind,
        };
        !TABS.contains(&section) || self.shows(section)
    }

    /// Shows or hides a section; `false` for a word that is none.
    pub fn set(&mut self, name: &str, shown: bool) -> bool {
        let known = TABS.into_iter().find(|tab| *tab == name);
        known.is_some_and(|tab| {
            self.0.insert(tab, shown);
            true
        })
    }

    /// What the file says of a section.
    pub fn said(&self, name: &str) -> Option<bool> {
        self.0.get(name).copied()
    }
}

/// What the phone app keeps about its own looks (`ui_prefs`).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct InterfacePrefs {
    /// Whether routes are shown with icons (`showRouteIcons`).
    pub route_icons: Option<bool>,
    /// How close tiles stand: `list` or `icons` (`dashPodDensity`).
    pub density: Option<String>,
}

/// The route to this program as it was last saved (`self_route`), by which it is known again in the files. An empty domain
/// means that there is none.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SelfRoute {
    /// The host that it answers for (`domain`).
    pub domain: String,
    /// Where Traefik finds this program (`service_url`).
    pub service_url: String,
    /// The router's name (`router_name`).
    pub router_name: String,
    /// Its entry point (`entry_point`).
    pub entry_point: String,
}

/// Files that 1.5.2 has let people choose on a page. They are read from `manager.yml` and changed there, by somebody who
/// may write on this host, and never over the network: whoever could choose would read any file through this program.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FilePaths {
    /// Traefik's certificates (`acme_json_path`).
    pub acme_json: String,
    /// Traefik's access log (`access_log_path`).
    pub access_log: String,
    /// Traefik's static configuration (`static_config_path`).
    pub static_config: String,
}

/// The settings of `CrowdSec`, which are kept; nothing is asked of it.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct CrowdsecSettings {
    /// Its API (`crowdsec_lapi_url`).
    pub lapi_url: String,
    /// The machine that reads alerts (`crowdsec_machine_id`).
    pub machine_id: String,
    /// The key of a bouncer, sealed (`crowdsec_api_key`).
    pub api_key: String,
    /// The machine's password, sealed (`crowdsec_machine_password`).
    pub machine_password: String,
}

/// Sealed texts stay out of logs too.
impl fmt::Debug for CrowdsecSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CrowdsecSettings").field("lapi_url", &self.lapi_url).finish_non_exhaustive()
    }
}

/// A copy of the configuration in a git repository elsewhere.
#[derive(Clone, PartialEq, Eq)]
pub struct GitSettings {
    /// Whether it is kept (`git_backup_enabled`).
    pub enabled: bool,
    /// The repository's address (`git_backup_repo`).
    pub repo: String,
    /// The branch (`git_backup_branch`).
    pub branch: String,
    /// The user for it (`git_backup_username`).
    pub username: String,
    /// The token or password for it, sealed (`git_backup_token`).
    pub token: String,
    /// What a commit says; `{action}` and `{timestamp}` are filled in (`git_backup_commit_message`).
    pub commit_message: String,
    /// Whether every change is pushed (`git_backup_auto_push`).
    pub auto_push: bool,
}

impl GitSettings {
    /// The branch where none is named.
    pub const BRANCH: &str = "main";
    /// What a commit says where nothing is named.
    pub const MESSAGE: &str = "traefik-manager: {action} at {timestamp}";
}

impl Default for GitSettings {
    fn default() -> Self {
        Self {
            enabled: false,
            repo: String::new(),
            branch: Self::BRANCH.to_owned(),
            username: String::new(),
            token: String::new(),
            commit_message: Self::MESSAGE.to_owned(),
            auto_push: true,
        }
    }
}

/// The sealed token stays out of logs too.
impl fmt::Debug for GitSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GitSettings").field("enabled", &self.enabled).finish_non_exhaustive()
    }
}

/// Requests a minute of an agent's where nothing is named (`agent_api_rate_limit`).
pub const AGENT_RATE: u64 = 30;
