//! Settings in memory.

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicU64, Ordering},
};

use super::lock;
use crate::{
    config::store::{Revision, StorageError, WriteCondition},
    settings::{
        AGENT_RATE, CrowdsecSettings, FilePaths, GitSettings, InterfacePrefs, OidcSettings, SelfRoute,
        Settings, SettingsError, SettingsStore, StoredSettings, VisibleTabs, WebhookSettings,
    },
};

/// A [`SettingsStore`] that keeps the settings in memory.
#[derive(Debug, Default)]
pub struct MemorySettingsStore {
    state: Mutex<State>,
    generation: AtomicU64,
}

#[derive(Debug, Default)]
struct State {
    settings: Option<Arc<Settings>>,
    broken: Option<String>,
    revision: u64,
    saves: usize,
    next_save: Option<SettingsError>,
}

impl State {
    fn put(&mut self, settings: Option<Settings>) {
        self.settings = settings.map(Arc::new);
        self.broken = None;
        self.revision += 1;
    }
}

impl MemorySettingsStore {
    /// A store in which settings are already saved. `Default` gives one without a file.
    pub fn with(settings: Settings) -> Self {
        let store = Self::default();
        lock(&store.state).put(Some(settings));
        store
    }

    /// What is stored.
    pub fn stored(&self) -> Option<Arc<Settings>> {
        lock(&self.state).settings.clone()
    }

    /// Changes the file as an editor on the host would.
    ///
    /// Without a file nothing happens.
    pub fn edit_behind_the_back(&self, change: impl FnOnce(&mut Settings)) {
        let mut state = lock(&self.state);
        if let Some(settings) = &state.settings {
            let mut settings = Settings::clone(settings);
            change(&mut settings);
            state.put(Some(settings));
            self.generation.fetch_add(1, Ordering::SeqCst);
        }
    }

    /// Makes the file one that cannot be understood, until it is edited or mended.
    pub fn break_file(&self, message: &str) {
        let mut state = lock(&self.state);
        state.broken = Some(message.to_owned());
        state.revision += 1;
        self.generation.fetch_add(1, Ordering::SeqCst);
    }

    /// Undoes [`break_file`](Self::break_file).
    pub fn mend_file(&self) {
        let mut state = lock(&self.state);
        state.broken = None;
        state.revision += 1;
        self.generation.fetch_add(1, Ordering::SeqCst);
    }

    /// Makes the next save fail, with nothing written.
    pub fn fail_next_save(&self, error: SettingsError) {
        lock(&self.state).next_save = Some(error);
    }

    /// How many saves have succeeded.
    pub fn saves(&self) -> usize {
        lock(&self.state).saves
    }
}

fn name_of(revision: u64) -> Revision {
    Revision::new(format!("{revision:016x}"))
}

fn broken(message: &str) -> SettingsError {
    SettingsError::Broken { file: "manager.yml".to_owned(), message: message.to_owned() }
}

impl SettingsStore for MemorySettingsStore {
    fn generation(&self) -> u64 {
        self.generation.load(Ordering::SeqCst)
    }

    fn load(&self) -> Result<Option<StoredSettings>, SettingsError> {
        let state = lock(&self.state);
        if let Some(message) = &state.broken {
            return Err(broken(message));
        }
        Ok(state.settings.as_ref().map(|settings| StoredSettings {
            settings: Arc::clone(settings),
            revision: name_of(state.revision),
        }))
    }

    fn save(&self, settings: &Settings, condition: &WriteCondition) -> Result<Revision, SettingsError> {
        let mut state = lock(&self.state);
        if let Some(error) = state.next_save.take() {
            return Err(error);
        }
        if let Some(message) = &state.broken {
            return Err(broken(message));
        }
        let expected = match condition {
            WriteCondition::CreateNew => None,
            WriteCondition::Matches(revision) => Some(revision.clone()),
        };
        if state.settings.as_ref().map(|_| name_of(state.revision)) != expected {
            return Err(StorageError::Conflict { name: "manager.yml".to_owned() }.into());
        }
        state.put(Some(settings.clone()));
        state.saves += 1;
        self.generation.fetch_add(1, Ordering::SeqCst);
        Ok(name_of(state.revision))
    }
}

/// Settings of an installation on which nobody has signed in yet, with every text field empty.
pub fn sample_settings() -> Settings {
    Settings {
        domains: vec!["example.com".to_owned()],
        cert_resolvers: vec!["cloudflare".to_owned()],
        traefik_api_url: "http://traefik:8080".to_owned(),
        traefik_api_user: String::new(),
        traefik_api_password: String::new(),
        auth_enabled: true,
        password_hash: String::new(),
        must_change_password: false,
        setup_complete: false,
        otp_secret: String::new(),
        otp_enabled: false,
        otp_last_step: None,
        otp_recovery: Vec::new(),
        disabled_routes: Vec::new(),
        api_keys: Vec::new(),
        oidc: OidcSettings::default(),
        visible_tabs: VisibleTabs::default(),
        ui_prefs: InterfacePrefs::default(),
        self_route: SelfRoute::default(),
        paths: FilePaths::default(),
        webhook: WebhookSettings::default(),
        crowdsec: CrowdsecSettings::default(),
        git: GitSettings::default(),
        agent_api_rate_limit: AGENT_RATE,
    }
}
