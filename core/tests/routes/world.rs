//! A configuration on files in memory.

use std::sync::Arc;

use traefik_manager_core::{
    audit::Actor,
    clock::Timestamp,
    config::store::{BackupStore, ConfigStore},
    routes::{
        Author, ChangeError, Changed, Configuration, ConfigurationPorts, RouteForm, RuleInput, ServerInput,
        TargetInput, Terms, TlsInput,
    },
    settings::{Settings, SettingsCell},
    static_config::Neighbours,
    test_support::{
        FakeClock, MemoryAuditLog, MemoryBackupStore, MemoryConfigStore, MemorySettingsStore, sample_settings,
    },
    traefik::Protocol,
};
use traefik_manager_yaml::Yaml;

pub(crate) struct World {
    pub(crate) files: Arc<MemoryConfigStore>,
    /// Holds `traefik.yml`, where there is a static configuration.
    pub(crate) static_file: Option<Arc<MemoryConfigStore>>,
    pub(crate) backups: Arc<MemoryBackupStore>,
    pub(crate) settings: Arc<MemorySettingsStore>,
    pub(crate) audit: Arc<MemoryAuditLog>,
    pub(crate) clock: Arc<FakeClock>,
    pub(crate) configuration: Configuration,
}

impl World {
    /// Files in a folder, in which new ones may be made.
    pub(crate) fn new<'a>(files: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        Self::with(MemoryConfigStore::directory(files), sample_settings())
    }

    /// No files but a static configuration.
    pub(crate) fn with_static(text: &str) -> Self {
        Self::with_static_and(text, [])
    }

    /// A static configuration and files.
    pub(crate) fn with_static_and<'a>(
        text: &str,
        files: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Self {
        let static_file = Some(Arc::new(MemoryConfigStore::directory([("traefik.yml", text)])));
        Self::of(MemoryConfigStore::directory(files), static_file, sample_settings())
    }

    /// A static configuration, and dynamic files.
    pub(crate) fn with_both<const N: usize>(text: &str, files: [(&str, &str); N]) -> Self {
        let static_file = Some(Arc::new(MemoryConfigStore::directory([("traefik.yml", text)])));
        Self::of(MemoryConfigStore::directory(files), static_file, sample_settings())
    }

    pub(crate) fn with(files: MemoryConfigStore, settings: Settings) -> Self {
        Self::of(files, None, settings)
    }

    fn of(files: MemoryConfigStore, static_file: Option<Arc<MemoryConfigStore>>, settings: Settings) -> Self {
        let files = Arc::new(files);
        let backups = Arc::new(MemoryBackupStore::new(Arc::new(FakeClock::at(Timestamp(1_790_000_000))), 50));
        let settings = Arc::new(MemorySettingsStore::with(settings));
        let audit = Arc::new(MemoryAuditLog::default());
        let clock = Arc::new(FakeClock::default());
        let configuration = open(&files, static_file.as_ref(), &backups, &settings, &audit, &clock, None);
        Self { files, static_file, backups, settings, audit, clock, configuration }
    }

    /// The same files as another process sees them after a restart.
    pub(crate) fn restarted(&self) -> Configuration {
        open(
            &self.files,
            self.static_file.as_ref(),
            &self.backups,
            &self.settings,
            &self.audit,
            &self.clock,
            None,
        )
    }

    /// The same, with another static configuration file.
    pub(crate) fn restarted_with_static(&self, static_file: &Arc<MemoryConfigStore>) -> Configuration {
        open(&self.files, Some(static_file), &self.backups, &self.settings, &self.audit, &self.clock, None)
    }

    /// The same, with somebody who looks whether ports are held where Traefik is.
    pub(crate) fn beside(self, neighbours: Neighbours) -> Self {
        let neighbours = Some(neighbours);
        let (static_file, backups) = (self.static_file.as_ref(), &self.backups);
        let configuration =
            open(&self.files, static_file, backups, &self.settings, &self.audit, &self.clock, neighbours);
        Self { configuration, ..self }
    }

    pub(crate) fn text(&self, file: &str) -> String {
        self.files.text(file).unwrap_or_else(|| panic!("{file} is not there"))
    }

    pub(crate) fn save(&self, form: &RouteForm) -> Result<Changed, ChangeError> {
        self.configuration.save_route(&terms(), form)
    }

    pub(crate) fn ids(&self) -> Vec<(String, bool)> {
        self.configuration
            .snapshot()
            .routes()
            .map(|route| (route.id().to_owned(), route.is_enabled()))
            .collect()
    }

    pub(crate) fn backup_count(&self) -> usize {
        self.backups.list().unwrap().len()
    }
}

fn open(
    files: &Arc<MemoryConfigStore>,
    static_file: Option<&Arc<MemoryConfigStore>>,
    backups: &Arc<MemoryBackupStore>,
    settings: &Arc<MemorySettingsStore>,
    audit: &Arc<MemoryAuditLog>,
    clock: &Arc<FakeClock>,
    neighbours: Option<Neighbours>,
) -> Configuration {
    let cell = SettingsCell::open(Arc::clone(settings) as _, || unreachable!("the settings exist")).unwrap();
    let ports = ConfigurationPorts {
        files: Arc::clone(files) as Arc<dyn ConfigStore>,
        static_file: static_file.map(|file| Arc::clone(file) as Arc<dyn ConfigStore>),
        backups: Arc::clone(backups) as _,
        syntax: Arc::new(Yaml),
        static_syntax: Arc::new(Yaml),
        neighbours,
        audit: Arc::clone(audit) as _,
        clock: Arc::clone(clock) as _,
    };
    let configuration = Configuration::open(ports, Arc::new(cell));
    configuration.refresh();
    configuration
}

/// A change that somebody at the terminal makes.
pub(crate) fn terms() -> Terms {
    Terms::of(Author { actor: Actor::CommandLine, address: None })
}

/// A new HTTP route without TLS.
pub(crate) fn http(name: &str, host: &str, target: &str) -> RouteForm {
    let (target, port) = target.rsplit_once(':').unwrap();
    RouteForm {
        rule: Some(RuleInput::Hosts(vec![host.to_owned()])),
        entry_points: Some(vec!["web".to_owned()]),
        tls: Some(TlsInput::Off),
        target: Some(TargetInput::First(server(target, port))),
        ..RouteForm::new(name, Protocol::Http)
    }
}

pub(crate) fn server(host: &str, port: &str) -> ServerInput {
    ServerInput { scheme: String::new(), host: host.to_owned(), port: port.to_owned() }
}

/// An edit of an existing route that changes nothing yet.
pub(crate) fn edit(id: &str, name: &str, protocol: Protocol) -> RouteForm {
    RouteForm { edit_of: Some(id.to_owned()), ..RouteForm::new(name, protocol) }
}

/// What differs between two texts, as removed and added lines.
pub(crate) fn changed_lines(old: &str, new: &str) -> (Vec<String>, Vec<String>) {
    let without = |a: &str, b: &str| {
        let mut rest: Vec<&str> = b.lines().collect();
        let mut gone = Vec::new();
        for line in a.lines() {
            match rest.iter().position(|other| *other == line) {
                Some(at) => {
                    rest.remove(at);
                }
                None => gone.push(line.to_owned()),
            }
        }
        gone
    };
    (without(old, new), without(new, old))
}
