//! The parts of an installation, put together.

use std::{
    fs,
    path::{Component, Path, PathBuf},
    sync::Arc,
    time::{SystemTime, UNIX_EPOCH},
};

use tokio::runtime::Handle;
use traefik_manager_core::{
    audit::AuditLog,
    auth::{Access, AccessPorts},
    clock::{Clock, Timestamp},
    config::store::{ConfigStore, ConfigSyntax, FileId, StorageError},
    crypto::{Digests, Entropy, PasswordHasher, SecretCipher},
    manager::{Manager, Surroundings},
    restart::Restarter,
    routes::{Configuration, ConfigurationPorts},
    secret::Secret,
    settings::{
        AGENT_RATE, CrowdsecSettings, FilePaths, GitSettings, InterfacePrefs, OidcSettings, SelfRoute,
        Settings, SettingsCell, SettingsError, VisibleTabs, WebhookSettings,
    },
    static_config::Neighbours,
};
use traefik_manager_crypto::{Bcrypt, FernetCipher, HmacDigests, LeakedPasswords, OsEntropy, Totp};
use traefik_manager_oidc::OpenIdProvider;
use traefik_manager_restart::{EngineRestarter, PoisonPill};
use traefik_manager_storage_fs::{
    ConfigLocation, FsAttemptStore, FsAuditLog, FsBackupStore, FsConfigStore, FsKeyUses, FsSessionStore,
    FsSettingsStore, check_permissions, otp_key, session_key,
};
use traefik_manager_toml::Toml;
use traefik_manager_traefik_api::{HttpPinger, HttpTraefikApi, TokioSockets, TokioTimer};
use traefik_manager_traefik_files::{FsAccessLog, FsCertificates, Place};
use traefik_manager_yaml::{PlainYaml, Yaml};

use crate::{
    beside::{self, Heard},
    cli::Failure,
    environment::{Options, Restart},
};

/// A first configuration for somebody who has none.
const SAMPLE: &str = include_str!("../../../fixtures/sample/dynamic.yml");

/// The wall clock.
#[derive(Debug)]
struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        let seconds = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |passed| passed.as_secs());
        Timestamp(i64::try_from(seconds).unwrap_or(i64::MAX))
    }
}

/// Settings, sessions and keys: what signing in needs, and the command line.
pub(crate) struct Identity {
    pub(crate) access: Access,
    pub(crate) settings: Arc<SettingsCell>,
    /// The temporary password of an installation that was made just now.
    pub(crate) temporary_password: Option<Secret>,
    audit: Arc<dyn AuditLog>,
    cipher: Arc<dyn SecretCipher>,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
    digests: Arc<dyn Digests>,
    heard: Heard,
}

impl Identity {
    /// Opens an installation, or makes one where there is none and `may_create`.
    pub(crate) fn open(options: &Options, may_create: bool) -> Result<Self, Failure> {
        let folder = options.settings_folder();
        if !may_create && !options.settings.exists() {
            return Err(Failure::new(format_args!(
                "there is no installation at {}; set SETTINGS_PATH to its manager.yml",
                options.settings.display()
            )));
        }
        let state = folder.join("state");
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        let entropy: Arc<dyn Entropy> = Arc::new(OsEntropy);
        let passwords: Arc<dyn PasswordHasher> = Arc::new(Bcrypt::default());
        let key = session_key(folder, options.secret_key.as_ref(), entropy.as_ref())
            .map_err(|error| Failure::of("session key", &error))?;
        let cipher: Arc<dyn SecretCipher> = Arc::new(cipher(options, folder, &key)?);
        let defaults = defaults(options, cipher.as_ref()).map_err(|error| Failure::of("settings", &error))?;
        let store = FsSettingsStore::open(&options.settings, Arc::new(PlainYaml), &state, defaults.clone())
            .map_err(|error| Failure::of(options.settings.display(), &error))?;
        let mut made = None;
        let settings = SettingsCell::open(Arc::new(store), || {
            let (settings, password) = Access::first_settings(entropy.as_ref(), passwords.as_ref(), defaults)
                .map_err(|error| unavailable(&options.settings, error))?;
            made = Some((settings.password_hash.clone(), password));
            Ok(settings)
        })
        .map_err(|error| Failure::of("settings", &error))?;
        // Another process may have been first; then its password holds, not ours.
        let temporary_password =
            made.filter(|(hash, _)| *hash == settings.current().password_hash).map(|(_, password)| password);
        let settings = Arc::new(settings);
        let sessions = FsSessionStore::open(&folder.join("sessions.json"), &state)
            .map_err(|error| Failure::of("sessions", &error))?;
        let audit: Arc<dyn AuditLog> = Arc::new(
            FsAuditLog::open(&folder.join("audit"), &state)
                .map_err(|error| Failure::of("audit trail", &error))?,
        );
        let (audit, heard) = beside::overhear(audit);
        let digests: Arc<dyn Digests> =
            Arc::new(HmacDigests::new(&key).map_err(|error| Failure::of("session key", &error))?);
        let key_uses = FsKeyUses::open(&state).map_err(|error| Failure::of("use of API keys", &error))?;
        let attempts = FsAttemptStore::open(&state).map_err(|error| Failure::of("attempts", &error))?;
        let ports = AccessPorts {
            clock: Arc::clone(&clock),
            entropy: Arc::clone(&entropy),
            passwords,
            common_passwords: Arc::new(LeakedPasswords),
            digests: Arc::clone(&digests),
            cipher: Arc::clone(&cipher),
            one_time: Arc::new(Totp),
            sessions: Arc::new(sessions),
            audit: Arc::clone(&audit),
            key_uses: Arc::new(key_uses),
            attempts: Arc::new(attempts),
        };
        let access = Access::new(ports, Arc::clone(&settings), options.access.clone());
        Ok(Self { access, settings, temporary_password, audit, cipher, clock, entropy, digests, heard })
    }

    /// Warns of settings with which nobody can sign in.
    pub(crate) fn warn_of_lockout(&self) {
        let has_password =
            self.access.has_admin_password() || !self.settings.current().password_hash.is_empty();
        if self.access.asks_to_sign_in() && !has_password {
            tracing::warn!(
                "the settings hold no password, so nobody can sign in; set one with reset-password"
            );
        }
    }

    /// Adds Traefik's files and API.
    pub(crate) fn into_manager(self, options: &Options) -> Result<Arc<Manager>, Failure> {
        let state = options.settings_folder().join("state");
        if let Some(sample) = &options.sample {
            write_sample(sample)?;
        }
        if let ConfigLocation::Directory(folder) = &options.configuration
            && !folder.is_dir()
        {
            tracing::warn!("{} is not a folder; create it, or correct CONFIG_DIR", folder.display());
        }
        let files = FsConfigStore::open(options.configuration.clone(), &state)
            .map_err(|error| Failure::of("configuration files", &error))?
            .leaving_out(own_files(options));
        let files: Arc<dyn ConfigStore> =
            if options.write_in_place { Arc::new(files.keeping_inodes()) } else { Arc::new(files) };
        let static_file = match &options.static_config {
            Some(path) if is_own(options, path) => {
                return Err(Failure::new(format_args!(
                    "STATIC_CONFIG_PATH is {}, which is a file of this program; set it to Traefik's own file",
                    path.display()
                )));
            }
            Some(path) => Some(open_static(path, &state)?),
            None => None,
        };
        let fixed = options.static_config.as_ref().map(|path| (static_id(path), path.clone()));
        let backups = FsBackupStore::open(
            &options.backups,
            Arc::clone(&files),
            fixed,
            options.keep_backups,
            Arc::clone(&self.clock),
        )
        .map_err(|error| Failure::of(options.backups.display(), &error))?;
        let ports = ConfigurationPorts {
            files,
            static_file,
            backups: Arc::new(backups),
            syntax: Arc::new(Yaml),
            static_syntax: static_syntax(options.static_config.as_deref()),
            neighbours: neighbours(options),
            audit: self.audit,
            clock: Arc::clone(&self.clock),
        };
        let companions = beside::companions(
            options.settings_folder(),
            &state,
            &options.backups,
            &beside::Parts {
                clock: &self.clock,
                cipher: &self.cipher,
                entropy: self.entropy,
                digests: self.digests,
                settings: &self.settings,
            },
        )?;
        beside::listen(self.heard.notices, Arc::clone(&companions.notices));
        let clock = self.clock;
        let configuration = Configuration::open(ports, Arc::clone(&self.settings));
        let surroundings = surroundings(options, &self.settings)?;
        let traefik = HttpTraefikApi::new().map_err(|error| Failure::of("Traefik client", &error))?;
        let manager = Manager::new(
            self.access,
            configuration,
            self.settings,
            Arc::new(traefik),
            Arc::new(TokioTimer::start()),
            self.cipher,
        )
        .with_identity_provider(Arc::new(OpenIdProvider::new(clock)))
        .with_surroundings(surroundings)
        .with_companions(companions);
        // Without a static file there is nothing for which Traefik would have to be restarted.
        let manager = Arc::new(match options.static_config {
            Some(_) => manager.with_restarter(restarter(options.restart.way()), options.restart_timeout),
            None => manager,
        });
        beside::copy_changes(self.heard.changes, &manager);
        beside::watch_certificates(&manager);
        Ok(manager)
    }
}

/// Who else may be where Traefik is; nobody is looked for where there is no static configuration.
fn neighbours(options: &Options) -> Option<Neighbours> {
    let container = match options.restart.way() {
        Restart::Proxy(_, container) | Restart::Socket(_, container) => container,
        Restart::PoisonPill(_) => None,
    };
    options.static_config.as_ref().map(|_| Neighbours {
        probe: Arc::new(TokioSockets::of(Handle::current())),
        container: container.as_ref().map(ToString::to_string),
    })
}

/// What else of Traefik's can be looked at: what the settings file names at that time, else what the environment does. None
/// of it may be a file of this program: pages show what stands in it.
fn surroundings(options: &Options, settings: &Arc<SettingsCell>) -> Result<Surroundings, Failure> {
    let acme =
        chosen("ACME_JSON_PATH", options, settings, options.acme_json.as_deref(), |paths| &paths.acme_json)?;
    let log = chosen("ACCESS_LOG_PATH", options, settings, options.access_log.as_deref(), |paths| {
        &paths.access_log
    })?;
    let pinger = HttpPinger::new().map_err(|error| Failure::of("TLS", &error))?;
    Ok(Surroundings {
        certificates: Some(Arc::new(FsCertificates::new(acme))),
        access_log: Some(Arc::new(FsAccessLog::new(log))),
        pinger: Some(Arc::new(pinger)),
    })
}

/// Where a file is that the settings may name, asked each time; what is wrong from the start is said at the start.
fn chosen(
    name: &str,
    options: &Options,
    settings: &Arc<SettingsCell>,
    named: Option<&Path>,
    stored: fn(&FilePaths) -> &str,
) -> Result<Place, Failure> {
    let (own, settings, named) = (own_places(options), Arc::clone(settings), named.map(Path::to_owned));
    let ask = move || {
        let settings = settings.current();
        let stored = Some(stored(&settings.paths).trim()).filter(|path| !path.is_empty()).map(PathBuf::from);
        match stored.or_else(|| named.clone()) {
            Some(path) if is_among(&own, &path) => Err((path, "it is a file of this program".to_owned())),
            path => Ok(path),
        }
    };
    if let Err((path, _)) = ask() {
        return Err(Failure::new(format_args!(
            "{name} is {}, which is a file of this program; set it to Traefik's own file",
            path.display()
        )));
    }
    Ok(Place::asked(ask))
}

fn restarter(restart: Restart) -> Arc<dyn Restarter> {
    match restart {
        Restart::Proxy(endpoint, container) => Arc::new(EngineRestarter::proxy(endpoint, container)),
        Restart::Socket(endpoint, container) => Arc::new(EngineRestarter::socket(endpoint, container)),
        Restart::PoisonPill(file) => Arc::new(PoisonPill::new(file)),
    }
}

/// What this program and 1.5.2 keep beside the settings, which may be among Traefik's files (`/app/config`).
fn own_files(options: &Options) -> Vec<PathBuf> {
    const NAMES: [&str; 7] = [
        ".secret_key",
        ".otp_key",
        "sessions.json",
        "agents.yml",
        "dashboard.yml",
        "notifications.yml",
        "templates.yml",
    ];
    let folder = options.settings_folder();
    let beside = NAMES.iter().map(|name| folder.join(name));
    beside.chain([options.settings.clone()]).collect()
}

/// The files and folders of this program: what it keeps beside the settings, its state, audit trail and backups.
fn own_places(options: &Options) -> Vec<PathBuf> {
    let folder = options.settings_folder();
    let folders = ["state", "audit"].map(|name| folder.join(name));
    own_files(options).into_iter().chain(folders).chain([options.backups.clone()]).collect()
}

/// Whether a path leads, by whatever link, to a file of this program, or into its state or audit trail.
fn is_own(options: &Options, path: &Path) -> bool {
    is_among(&own_places(options), path)
}

fn is_among(own: &[PathBuf], path: &Path) -> bool {
    let path = real(path);
    own.iter().map(|own| real(own)).any(|own| path.starts_with(own))
}

/// Where a path leads, also one to something that is not there yet: what it says beyond the last folder that is there is
/// taken by the letter.
fn real(path: &Path) -> PathBuf {
    let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    for ancestor in path.ancestors() {
        let Ok(mut found) = ancestor.canonicalize() else { continue };
        for part in path.strip_prefix(ancestor).unwrap_or(Path::new("")).components() {
            match part {
                Component::ParentDir => drop(found.pop()),
                Component::Normal(name) => found.push(name),
                _ => {}
            }
        }
        return found;
    }
    path
}

/// Warns of secrets that others on this machine can read.
pub(crate) fn warn_of_permissions(options: &Options) {
    let folder = options.settings_folder();
    let own = [".secret_key", ".otp_key", "audit"].map(|name| folder.join(name));
    let paths: Vec<PathBuf> = [folder.to_owned(), options.settings.clone()].into_iter().chain(own).collect();
    for warning in check_permissions(&paths) {
        tracing::warn!("{warning}");
    }
}

/// Warns of a session key that can be guessed: whoever has it writes cookies of their own.
pub(crate) fn warn_of_short_key(options: &Options) {
    const ENOUGH: usize = 16;
    if options.secret_key.as_ref().is_some_and(|key| key.expose().len() < ENOUGH) {
        tracing::warn!(
            "SECRET_KEY has fewer than {ENOUGH} characters and can be guessed; set a random one, \
             or unset it and one is made"
        );
    }
}

fn cipher(options: &Options, folder: &Path, session_key: &[u8]) -> Result<FernetCipher, Failure> {
    let written = match &options.otp_key {
        Some(key) => Some((key.clone(), "OTP_ENCRYPTION_KEY")),
        None => {
            otp_key(folder).map_err(|error| Failure::of(".otp_key", &error))?.map(|key| (key, ".otp_key"))
        }
    };
    match written {
        Some((key, name)) => FernetCipher::from_key(key.expose()).map_err(|error| Failure::of(name, &error)),
        None => FernetCipher::derived(session_key).map_err(|error| Failure::of("session key", &error)),
    }
}

fn defaults(
    options: &Options,
    cipher: &dyn SecretCipher,
) -> Result<Settings, traefik_manager_core::crypto::CryptoError> {
    Ok(Settings {
        domains: options.domains.clone(),
        cert_resolvers: options.cert_resolvers.clone(),
        traefik_api_url: options.traefik_api_url.clone(),
        traefik_api_user: options.traefik_api_user.clone(),
        traefik_api_password: match &options.traefik_api_password {
            Some(password) => cipher.seal(password)?,
            None => String::new(),
        },
        auth_enabled: true,
        password_hash: String::new(),
        must_change_password: true,
        setup_complete: false,
        otp_secret: String::new(),
        otp_enabled: false,
        otp_last_step: None,
        otp_recovery: Vec::new(),
        disabled_routes: Vec::new(),
        api_keys: Vec::new(),
        oidc: OidcSettings::default(),
        visible_tabs: VisibleTabs::of_a_new_installation(),
        ui_prefs: InterfacePrefs::default(),
        self_route: SelfRoute::default(),
        paths: FilePaths::default(),
        webhook: WebhookSettings::default(),
        crowdsec: CrowdsecSettings::default(),
        git: GitSettings::default(),
        agent_api_rate_limit: AGENT_RATE,
    })
}

fn unavailable(settings: &Path, error: traefik_manager_core::crypto::CryptoError) -> SettingsError {
    SettingsError::Storage(StorageError::Other {
        adapter: "crypto",
        name: settings.display().to_string(),
        source: Box::new(error),
    })
}

fn static_id(path: &Path) -> FileId {
    FileId::new(&path.file_name().unwrap_or(path.as_os_str()).to_string_lossy())
}

fn open_static(path: &Path, state: &Path) -> Result<Arc<dyn ConfigStore>, Failure> {
    FsConfigStore::open(ConfigLocation::Files(vec![path.to_owned()]), state)
        .map(|store| Arc::new(store) as Arc<dyn ConfigStore>)
        .map_err(|error| Failure::of(path.display(), &error))
}

/// Only where there is no configuration at all: a folder that somebody emptied stays empty.
fn write_sample(path: &Path) -> Result<(), Failure> {
    let Some(folder) = path.parent().filter(|folder| !folder.exists()) else { return Ok(()) };
    let failed = |error: std::io::Error| Failure::of(path.display(), &error);
    fs::create_dir_all(folder).map_err(failed)?;
    fs::write(path, SAMPLE).map_err(failed)
}

/// How Traefik reads its static file: by its ending, and no Go templates run over it.
fn static_syntax(path: Option<&Path>) -> Arc<dyn ConfigSyntax> {
    let is_toml = |path: &Path| path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("toml"));
    if path.is_some_and(is_toml) { Arc::new(Toml) } else { Arc::new(PlainYaml) }
}
