//! The variables, as people are told of them in the manual page. `environment` reads them, and its tests compare.

/// A variable, as people are told of it.
#[derive(Debug)]
pub(crate) struct Variable {
    /// Its name.
    pub(crate) name: &'static str,
    /// What holds without it; empty when nothing does.
    pub(crate) default: &'static str,
    /// What it decides, in sentences.
    pub(crate) meaning: &'static str,
}

/// Every variable that is looked at, and no other: a test compares.
pub(crate) const VARIABLES: &[Variable] = &[
    says("LISTEN", "127.0.0.1:5000, in a container 0.0.0.0:5000", "The address to serve on."),
    says("CONFIG_DIR", "data/dynamic", "The folder of dynamic configuration files, with all folders in it."),
    says("CONFIG_PATHS", "", "Instead of a folder: files, with commas between them."),
    says("CONFIG_PATH", "in a container /app/config/dynamic.yml", "Instead of a folder: one file."),
    says(
        "SETTINGS_PATH",
        "data/config/manager.yml",
        "The settings. Keys, sessions and the audit trail lie beside it.",
    ),
    says("BACKUP_DIR", "data/backups", "Where copies are kept."),
    says("BACKUP_KEEP", "50", "How many copies of each file are kept."),
    says(
        "WRITE_IN_PLACE",
        "false",
        "Whether files are overwritten rather than replaced, for single files that are mounted elsewhere.",
    ),
    says(
        "STATIC_CONFIG_PATH",
        "",
        "Traefik's static configuration. Without it there is no page for it and no restart.",
    ),
    says(
        "ACME_JSON_PATH",
        "in a container /app/acme.json",
        "Where Traefik keeps the certificates that it gets, to show them.",
    ),
    says("ACCESS_LOG_PATH", "in a container /app/logs/access.log", "Traefik's access log, to show it."),
    says("RESTART_METHOD", "proxy", "How Traefik is restarted: proxy, poison-pill or socket."),
    says("RESTART_TIMEOUT", "60", "How many seconds Traefik has to come back, from 5 to 600."),
    says(
        "TRAEFIK_CONTAINER",
        "the container with the label traefik-manager.role=traefik, or else traefik",
        "The container that is restarted.",
    ),
    says(
        "DOCKER_HOST",
        "unix:///var/run/docker.sock",
        "The engine, or the proxy in front of it: tcp://host:port or unix:///path.",
    ),
    says(
        "SIGNAL_FILE_PATH",
        "/signals/restart.sig",
        "The file that Traefik's health check looks for, with poison-pill.",
    ),
    says(
        "TRAEFIK_API_URL",
        "http://127.0.0.1:8080, in a container http://traefik:8080",
        "Traefik's API, on the first start. Afterwards the settings hold.",
    ),
    says("TRAEFIK_API_USER", "", "The name for Traefik's API, on the first start."),
    says("TRAEFIK_API_PASSWORD", "", "The password for Traefik's API, on the first start."),
    says("DOMAINS", "example.com", "Domains that forms offer, with commas between them, on the first start."),
    says(
        "CERT_RESOLVER",
        "in a container cloudflare",
        "Certificate resolvers that forms offer, on the first start.",
    ),
    says("ADMIN_PASSWORD", "", "Replaces the stored password. A second factor is asked for all the same."),
    says(
        "AUTH_ENABLED",
        "what the settings say",
        "With false nobody is asked to sign in, because something in front of this program does.",
    ),
    says(
        "COOKIE_SECURE",
        "false",
        "With true, cookies go over HTTPS alone, and browsers are told to use nothing else.",
    ),
    says("TRUSTED_PROXIES", "loopback and private ranges", "Networks whose X-Forwarded headers count."),
    says("INACTIVITY_TIMEOUT_MINUTES", "120", "How long a session may rest."),
    says("SECRET_KEY", "the file .secret_key", "The key that signs sessions."),
    says("OTP_ENCRYPTION_KEY", "the file .otp_key", "The key that seals stored secrets."),
    says("LOG_LEVEL", "INFO", "DEBUG, INFO, WARNING or ERROR."),
    says("LOG_FORMAT", "text", "With json, one JSON object for each line."),
];

const fn says(name: &'static str, default: &'static str, meaning: &'static str) -> Variable {
    Variable { name, default, meaning }
}
