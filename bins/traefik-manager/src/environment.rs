//! The environment, read once and turned into types. Nothing else of the program looks at it.

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    time::Duration,
};

use traefik_manager_core::{
    auth::{AccessPolicy, TrustedProxies},
    restart::{BUDGET, ContainerName, Method},
    secret::Secret,
};
use traefik_manager_restart::Endpoint;
use traefik_manager_storage_fs::{ConfigLocation, FsBackupStore};
use traefik_manager_traefik_api::HttpTraefikApi;

use crate::cli::Failure;

/// Where an engine listens when nothing says so.
pub(crate) const ENGINE_SOCKET: &str = "/var/run/docker.sock";

/// Where the folders are in the container image of old; when this one is there, its defaults hold.
const CONTAINER_CONFIG: &str = "/app/config";

/// Everything that the environment decides.
#[derive(Debug)]
pub(crate) struct Options {
    /// `LISTEN`
    pub(crate) listen: SocketAddr,
    /// `SETTINGS_PATH`
    pub(crate) settings: PathBuf,
    /// `BACKUP_DIR`
    pub(crate) backups: PathBuf,
    /// `BACKUP_KEEP`
    pub(crate) keep_backups: usize,
    /// `CONFIG_DIR`, `CONFIG_PATHS` or `CONFIG_PATH`
    pub(crate) configuration: ConfigLocation,
    /// Whether that is the default, so that a sample may be put there.
    pub(crate) sample: Option<PathBuf>,
    /// `WRITE_IN_PLACE`
    pub(crate) write_in_place: bool,
    /// `STATIC_CONFIG_PATH`
    pub(crate) static_config: Option<PathBuf>,
    /// `ACME_JSON_PATH`
    pub(crate) acme_json: Option<PathBuf>,
    /// `ACCESS_LOG_PATH`
    pub(crate) access_log: Option<PathBuf>,
    /// `RESTART_METHOD`, `DOCKER_HOST`, `TRAEFIK_CONTAINER`, `SIGNAL_FILE_PATH`
    pub(crate) restart: RestartOptions,
    /// `RESTART_TIMEOUT`
    pub(crate) restart_timeout: Duration,
    /// `SECRET_KEY`
    pub(crate) secret_key: Option<Secret>,
    /// `OTP_ENCRYPTION_KEY`
    pub(crate) otp_key: Option<Secret>,
    /// `COOKIE_SECURE`
    pub(crate) secure_cookies: bool,
    /// `TRUSTED_PROXIES`
    pub(crate) trusted_proxies: TrustedProxies,
    /// `AUTH_ENABLED`, `ADMIN_PASSWORD`, `INACTIVITY_TIMEOUT_MINUTES`
    pub(crate) access: AccessPolicy,
    /// `DOMAINS`
    pub(crate) domains: Vec<String>,
    /// `CERT_RESOLVER`
    pub(crate) cert_resolvers: Vec<String>,
    /// `TRAEFIK_API_URL`
    pub(crate) traefik_api_url: String,
    /// `TRAEFIK_API_USER`
    pub(crate) traefik_api_user: String,
    /// `TRAEFIK_API_PASSWORD`
    pub(crate) traefik_api_password: Option<Secret>,
    /// `LOG_LEVEL`
    pub(crate) log_level: tracing::Level,
    /// `LOG_FORMAT=json`
    pub(crate) json_logs: bool,
}

impl Options {
    /// Reads the variables through `get`; an empty one counts as not set.
    pub(crate) fn read(get: impl Fn(&str) -> Option<String>) -> Result<Self, Failure> {
        Self::read_in(&Layout::here(), &|name| get(name).filter(|value| !value.trim().is_empty()))
    }

    fn read_in(layout: &Layout, get: &dyn Fn(&str) -> Option<String>) -> Result<Self, Failure> {
        let text = |name: &str, default: &str| get(name).unwrap_or_else(|| default.to_owned());
        let path = |name: &str, default: &Path| get(name).map_or_else(|| default.to_owned(), PathBuf::from);
        let (configuration, sample) = configuration(layout, get);
        Ok(Self {
            listen: parsed(get, "LISTEN", "an address and a port, such as 127.0.0.1:5000", |value| {
                value.parse().ok()
            })?
            .unwrap_or(layout.listen),
            settings: path("SETTINGS_PATH", &layout.settings),
            backups: path("BACKUP_DIR", &layout.backups),
            keep_backups: parsed(get, "BACKUP_KEEP", "a number from 1", |value| {
                value.parse().ok().filter(|keep| *keep > 0)
            })?
            .unwrap_or(FsBackupStore::KEEP_PER_FILE),
            configuration,
            sample,
            write_in_place: text("WRITE_IN_PLACE", "false").eq_ignore_ascii_case("true"),
            static_config: get("STATIC_CONFIG_PATH").map(PathBuf::from),
            acme_json: get("ACME_JSON_PATH").map(PathBuf::from).or_else(|| layout.acme_json.clone()),
            access_log: get("ACCESS_LOG_PATH").map(PathBuf::from).or_else(|| layout.access_log.clone()),
            restart: restart(get)?,
            restart_timeout: parsed(get, "RESTART_TIMEOUT", "a number of seconds from 5 to 600", |value| {
                value.parse().ok().filter(|seconds| (5..=600).contains(seconds))
            })?
            .map_or(BUDGET, Duration::from_secs),
            secret_key: get("SECRET_KEY").map(Secret::new),
            otp_key: get("OTP_ENCRYPTION_KEY").map(Secret::new),
            secure_cookies: text("COOKIE_SECURE", "false").eq_ignore_ascii_case("true"),
            trusted_proxies: match get("TRUSTED_PROXIES") {
                Some(list) => {
                    TrustedProxies::parse(&list).map_err(|error| Failure::of("TRUSTED_PROXIES", &error))?
                }
                None => TrustedProxies::default(),
            },
            access: AccessPolicy {
                auth_enabled: get("AUTH_ENABLED").and_then(|value| switch(&value)),
                admin_password: get("ADMIN_PASSWORD").map(Secret::new),
                idle_minutes: parsed(
                    get,
                    "INACTIVITY_TIMEOUT_MINUTES",
                    "a number of minutes from 1",
                    |value| value.parse().ok().filter(|minutes| *minutes > 0),
                )?
                .unwrap_or(120),
            },
            domains: list(&text("DOMAINS", "example.com")),
            cert_resolvers: list(&text("CERT_RESOLVER", layout.cert_resolver)),
            traefik_api_url: api_url(&text("TRAEFIK_API_URL", layout.traefik_api_url))?,
            traefik_api_user: text("TRAEFIK_API_USER", ""),
            traefik_api_password: get("TRAEFIK_API_PASSWORD").map(Secret::new),
            log_level: parsed(get, "LOG_LEVEL", "DEBUG, INFO, WARNING or ERROR", log_level)?
                .unwrap_or(tracing::Level::INFO),
            json_logs: text("LOG_FORMAT", "text").eq_ignore_ascii_case("json"),
        })
    }

    /// The folder of the settings, where keys, sessions and state lie too.
    pub(crate) fn settings_folder(&self) -> &Path {
        self.settings.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
    }
}

/// What is said of how Traefik is restarted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct RestartOptions {
    /// `RESTART_METHOD`
    pub(crate) method: Option<Method>,
    /// `TRAEFIK_CONTAINER`
    pub(crate) container: Option<ContainerName>,
    /// `DOCKER_HOST`
    pub(crate) engine: Option<Endpoint>,
    /// `SIGNAL_FILE_PATH`
    pub(crate) signal_file: Option<PathBuf>,
}

impl RestartOptions {
    /// The way. `proxy` without `DOCKER_HOST` is what 1.5.2 makes of it: the engine's own socket, and it is called so.
    pub(crate) fn way(&self) -> Restart {
        let container = self.container.clone();
        let socket = || Endpoint::Unix(PathBuf::from(ENGINE_SOCKET));
        match (self.method.unwrap_or(Method::Proxy), self.engine.clone()) {
            (Method::Proxy, Some(engine)) => Restart::Proxy(engine, container),
            (Method::Proxy | Method::Socket, engine) => {
                Restart::Socket(engine.unwrap_or_else(socket), container)
            }
            (Method::PoisonPill, _) => {
                let file = self.signal_file.clone();
                Restart::PoisonPill(file.unwrap_or_else(|| PathBuf::from("/signals/restart.sig")))
            }
        }
    }
}

/// How Traefik is restarted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Restart {
    /// Through a proxy in front of an engine.
    Proxy(Endpoint, Option<ContainerName>),
    /// Through an engine's own socket.
    Socket(Endpoint, Option<ContainerName>),
    /// By a file that Traefik's health check looks for.
    PoisonPill(PathBuf),
}

/// The defaults of a place to run in.
#[derive(Debug)]
struct Layout {
    listen: SocketAddr,
    settings: PathBuf,
    backups: PathBuf,
    dynamic: Dynamic,
    acme_json: Option<PathBuf>,
    access_log: Option<PathBuf>,
    traefik_api_url: &'static str,
    cert_resolver: &'static str,
}

/// Where the configuration is when nothing says so.
#[derive(Debug)]
enum Dynamic {
    /// A folder of ours, where a newcomer finds a sample.
    Sample(PathBuf),
    /// The one file that containers had since the beginning.
    File(PathBuf),
}

impl Layout {
    fn here() -> Self {
        if Path::new(CONTAINER_CONFIG).is_dir() { Self::container() } else { Self::laptop() }
    }

    fn container() -> Self {
        Self {
            listen: SocketAddr::from(([0, 0, 0, 0], 5000)),
            settings: Path::new(CONTAINER_CONFIG).join("manager.yml"),
            backups: PathBuf::from("/app/backups"),
            dynamic: Dynamic::File(Path::new(CONTAINER_CONFIG).join("dynamic.yml")),
            acme_json: Some(PathBuf::from("/app/acme.json")),
            access_log: Some(PathBuf::from("/app/logs/access.log")),
            traefik_api_url: "http://traefik:8080",
            cert_resolver: "cloudflare",
        }
    }

    fn laptop() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 5000)),
            settings: PathBuf::from("data/config/manager.yml"),
            backups: PathBuf::from("data/backups"),
            dynamic: Dynamic::Sample(PathBuf::from("data/dynamic")),
            acme_json: None,
            access_log: None,
            traefik_api_url: "http://127.0.0.1:8080",
            cert_resolver: "",
        }
    }
}

/// The files that may be written, and where a sample goes if there is none.
fn configuration(layout: &Layout, get: &dyn Fn(&str) -> Option<String>) -> (ConfigLocation, Option<PathBuf>) {
    if let Some(folder) = get("CONFIG_DIR") {
        return (ConfigLocation::Directory(PathBuf::from(folder)), None);
    }
    if let Some(paths) = get("CONFIG_PATHS") {
        return (ConfigLocation::Files(list(&paths).into_iter().map(PathBuf::from).collect()), None);
    }
    if let Some(path) = get("CONFIG_PATH") {
        return (ConfigLocation::Files(vec![PathBuf::from(path)]), None);
    }
    match &layout.dynamic {
        Dynamic::Sample(folder) => {
            (ConfigLocation::Directory(folder.clone()), Some(folder.join("dynamic.yml")))
        }
        Dynamic::File(path) => (ConfigLocation::Files(vec![path.clone()]), None),
    }
}

fn restart(get: &dyn Fn(&str) -> Option<String>) -> Result<RestartOptions, Failure> {
    let method = parsed(get, "RESTART_METHOD", "proxy, socket or poison-pill", Method::parse)?;
    let container = get("TRAEFIK_CONTAINER")
        .map(|name| ContainerName::parse(&name).map_err(|error| Failure::of("TRAEFIK_CONTAINER", &error)))
        .transpose()?;
    // Who restarts Traefik by a file has nothing to do with an engine, whoever else the variable is for.
    let engine = get("DOCKER_HOST").filter(|_| method != Some(Method::PoisonPill));
    let engine = engine
        .map(|host| Endpoint::parse(&host).map_err(|error| Failure::of("DOCKER_HOST", &error)))
        .transpose()?;
    Ok(RestartOptions { method, container, engine, signal_file: get("SIGNAL_FILE_PATH").map(PathBuf::from) })
}

fn parsed<T>(
    get: &dyn Fn(&str) -> Option<String>,
    name: &str,
    expected: &str,
    parse: impl Fn(&str) -> Option<T>,
) -> Result<Option<T>, Failure> {
    let Some(value) = get(name) else { return Ok(None) };
    parse(value.trim()).map(Some).ok_or_else(|| {
        Failure::new(format_args!("{name} is `{}`, but must be {expected}", value.escape_debug()))
    })
}

/// Traefik's address, which the settings keep from the first start on. What is wrong with it is told without its
/// password.
fn api_url(text: &str) -> Result<String, Failure> {
    HttpTraefikApi::check_address(text).map_err(|error| Failure::of("TRAEFIK_API_URL", &error))?;
    Ok(text.trim().to_owned())
}

fn list(text: &str) -> Vec<String> {
    text.split(',').map(|item| item.trim().to_owned()).filter(|item| !item.is_empty()).collect()
}

/// What 1.5.2 takes for a switch; anything else leaves the decision to the settings.
fn switch(text: &str) -> Option<bool> {
    match text.trim().to_ascii_lowercase().as_str() {
        "false" | "0" | "no" => Some(false),
        "true" | "1" | "yes" => Some(true),
        _ => None,
    }
}

fn log_level(name: &str) -> Option<tracing::Level> {
    match name.to_ascii_uppercase().as_str() {
        "TRACE" => Some(tracing::Level::TRACE),
        "DEBUG" => Some(tracing::Level::DEBUG),
        "INFO" => Some(tracing::Level::INFO),
        "WARNING" | "WARN" => Some(tracing::Level::WARN),
        "ERROR" | "CRITICAL" => Some(tracing::Level::ERROR),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use std::{cell::RefCell, collections::BTreeSet};

    use super::*;
    use crate::variables::VARIABLES;

    fn read(variables: &[(&str, &str)]) -> Result<Options, Failure> {
        let get =
            |name: &str| variables.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned());
        Options::read_in(&Layout::laptop(), &get)
    }

    /// Every variable that is asked for, whatever the others say.
    fn asked_for() -> BTreeSet<String> {
        let asked = RefCell::new(BTreeSet::new());
        for method in ["proxy", "socket", "poison-pill"] {
            let get = |name: &str| {
                asked.borrow_mut().insert(name.to_owned());
                (name == "RESTART_METHOD").then(|| method.to_owned())
            };
            Options::read_in(&Layout::container(), &get).unwrap();
        }
        asked.into_inner()
    }

    #[test]
    fn people_are_told_of_every_variable_and_of_no_other() {
        let told: BTreeSet<_> = VARIABLES.iter().map(|variable| variable.name.to_owned()).collect();
        assert_eq!(told, asked_for());
        let readme = include_str!("../../../README.md");
        for name in told {
            assert!(readme.contains(&format!("`{name}`")), "the README does not say what {name} is");
        }
    }

    /// What the examples of `docs/install` set, by their names.
    fn examples() -> Vec<(String, Vec<(String, String)>)> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/install");
        let mut examples = Vec::new();
        for method in ["proxy", "poison-pill", "socket"] {
            let text = std::fs::read_to_string(folder.join(format!("compose-{method}.yml"))).unwrap();
            let compose: serde_yaml::Value = serde_yaml::from_str(&text).unwrap();
            let variables = compose["services"]["traefik-manager"]["environment"].as_mapping().unwrap();
            let variables = variables
                .iter()
                .map(|(name, value)| (name.as_str().unwrap().to_owned(), value.as_str().unwrap().to_owned()));
            examples.push((method.to_owned(), variables.collect()));
        }
        let unit = std::fs::read_to_string(folder.join("traefik-manager.service")).unwrap();
        let variables = unit.lines().filter_map(|line| line.strip_prefix("Environment=")?.split_once('='));
        let variables = variables.map(|(name, value)| (name.to_owned(), value.to_owned()));
        examples.push(("systemd".to_owned(), variables.collect()));
        examples
    }

    #[test]
    fn the_examples_set_what_there_is_and_get_what_they_say() {
        for (name, variables) in examples() {
            assert!(variables.len() >= 5, "{name}: {variables:?}");
            for (variable, _) in &variables {
                assert!(VARIABLES.iter().any(|known| known.name == variable), "{name}: {variable}");
            }
            let get =
                |asked: &str| variables.iter().find(|(key, _)| key == asked).map(|(_, value)| value.clone());
            let options = Options::read_in(&Layout::container(), &get).unwrap();
            assert!(matches!(options.configuration, ConfigLocation::Directory(_)), "{name}");
            assert_eq!(options.static_config, Some(PathBuf::from("/etc/traefik/traefik.yml")), "{name}");
            let restart = match &options.restart.way() {
                Restart::Proxy(..) => "proxy",
                Restart::Socket(..) => "socket",
                Restart::PoisonPill(_) => "poison-pill",
            };
            assert!(name == restart || name == "systemd", "{name} restarts through {restart}");
        }
    }

    #[test]
    fn without_variables_everything_is_below_data_and_only_this_machine_is_served() {
        let options = read(&[]).unwrap();
        assert_eq!(options.listen, "127.0.0.1:5000".parse().unwrap());
        assert_eq!(options.settings_folder(), Path::new("data/config"));
        assert_eq!(options.sample, Some(PathBuf::from("data/dynamic/dynamic.yml")));
        assert!(options.access.auth_enabled.is_none());
        assert_eq!(options.access.idle_minutes, 120);
    }

    #[test]
    fn the_folder_goes_over_the_list_and_the_list_over_the_file() {
        let all = [("CONFIG_DIR", "/d"), ("CONFIG_PATHS", "/a.yml, /b.yml"), ("CONFIG_PATH", "/c.yml")];
        assert!(
            matches!(read(&all).unwrap().configuration, ConfigLocation::Directory(path) if path == Path::new("/d"))
        );
        let files = |options: Options| match options.configuration {
            ConfigLocation::Files(files) => files,
            ConfigLocation::Directory(_) => Vec::new(),
        };
        assert_eq!(files(read(&all[1..]).unwrap()), [Path::new("/a.yml"), Path::new("/b.yml")]);
        assert_eq!(files(read(&all[2..]).unwrap()), [Path::new("/c.yml")]);
    }

    #[test]
    fn a_mistake_names_the_variable_and_what_it_must_be() {
        for (name, value) in [
            ("LISTEN", "5000"),
            ("INACTIVITY_TIMEOUT_MINUTES", "soon"),
            ("INACTIVITY_TIMEOUT_MINUTES", "0"),
            ("BACKUP_KEEP", "-1"),
            ("LOG_LEVEL", "LOUD"),
            ("TRUSTED_PROXIES", "10.0.0.0/99"),
            ("RESTART_METHOD", "docker"),
            ("RESTART_TIMEOUT", "0"),
            ("TRAEFIK_CONTAINER", "../traefik"),
            ("DOCKER_HOST", "tcp://me:hunter2@proxy:2375"),
            ("TRAEFIK_API_URL", "traefik:8080"),
            ("TRAEFIK_API_URL", "ftp://me:hunter2@traefik"),
            ("TRAEFIK_API_URL", "http://me:hunter2@"),
        ] {
            let failure = format!("{:?}", read(&[(name, value)]).err().unwrap());
            assert_eq!(failure.matches(name).count(), 1, "{failure}");
            assert!(!failure.contains("hunter2"), "{failure}");
        }
    }

    #[test]
    fn traefik_is_restarted_as_it_always_was_unless_something_else_is_said() {
        let endpoint = |text: &str| Endpoint::parse(text).unwrap();
        let socket = endpoint("unix:///var/run/docker.sock");
        let of = |variables: &[(&str, &str)]| read(variables).unwrap().restart.way();
        assert_eq!(of(&[]), Restart::Socket(socket.clone(), None));
        assert_eq!(of(&[("RESTART_METHOD", "socket")]), Restart::Socket(socket, None));
        let host = ("DOCKER_HOST", "tcp://socket-proxy:2375");
        assert_eq!(of(&[host]), Restart::Proxy(endpoint(host.1), None));
        let edge = ContainerName::parse("edge").ok();
        assert_eq!(of(&[host, ("TRAEFIK_CONTAINER", "edge")]), Restart::Proxy(endpoint(host.1), edge));
        let pill = ("RESTART_METHOD", "poison-pill");
        assert_eq!(of(&[pill, host]), Restart::PoisonPill("/signals/restart.sig".into()));
        assert_eq!(of(&[pill, ("SIGNAL_FILE_PATH", "/x")]), Restart::PoisonPill("/x".into()));
    }

    #[test]
    fn only_clear_words_switch_sign_in_off() {
        for (value, expected) in [
            ("false", Some(false)),
            ("NO", Some(false)),
            ("0", Some(false)),
            ("True", Some(true)),
            ("off", None),
        ] {
            assert_eq!(read(&[("AUTH_ENABLED", value)]).unwrap().access.auth_enabled, expected, "{value}");
        }
    }
}
