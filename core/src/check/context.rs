//! What is known besides the files: the version, and what the static configuration and a running Traefik tell.

use std::collections::HashSet;

use super::version::TraefikVersion;
use crate::traefik::Protocol;

/// What a configuration is checked against.
///
/// `None` stands for "cannot be known": what depends on it is a warning at most.
#[derive(Debug, Clone, Default)]
pub struct Context {
    /// The Traefik that reads the files.
    pub version: TraefikVersion,
    /// Whether Traefik may read files that are not among the checked ones, so that a name may be defined in them.
    pub has_other_files: bool,
    /// The entry points.
    pub entry_points: Option<Vec<EntryPoint>>,
    /// The names of the certificate resolvers.
    pub resolvers: Option<HashSet<String>>,
    /// The names of the plugins, local ones among them.
    pub plugins: Option<HashSet<String>>,
    /// The providers besides the file provider, as they stand behind the `@` of a name; `internal` goes without saying.
    pub providers: Option<HashSet<String>>,
    /// The objects of other providers, with their `@provider`.
    pub others: Option<Others>,
    /// Traefik's own objects, with `@internal`; `noop` and the default transports go without saying.
    pub internals: Option<Others>,
    /// `core.defaultRuleSyntax`, where it says `v2`.
    pub default_syntax_is_v2: bool,
}

/// An entry point of the static configuration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntryPoint {
    /// Its name.
    pub name: String,
    /// Whether it takes datagrams.
    pub is_udp: bool,
    /// Whether routers that name no entry point are on it.
    pub is_default: bool,
    /// The middlewares that every HTTP router on it gets.
    pub middlewares: Vec<String>,
}

/// Objects that other providers serve, by their full names: `app@docker`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Others {
    /// Services, by protocol.
    pub services: [HashSet<String>; 3],
    /// Middlewares of HTTP and TCP.
    pub middlewares: [HashSet<String>; 2],
    /// Servers transports of HTTP and TCP; `None` where nobody can know, as Traefik's API does not show them.
    pub transports: Option<[HashSet<String>; 2]>,
    /// TLS options; `None` where nobody can know, as Traefik's API does not show them.
    pub tls_options: Option<HashSet<String>>,
}

impl Context {
    /// For a version, with nothing else known.
    pub fn for_version(version: TraefikVersion) -> Self {
        Self { version, ..Self::default() }
    }
}

/// A section of objects that a name is looked for in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Section {
    Services(Protocol),
    Middlewares(Protocol),
    Transports(Protocol),
    TlsOptions,
}

impl Section {
    /// What one of its objects is called.
    pub(super) fn noun(self) -> &'static str {
        match self {
            Self::Services(Protocol::Http) => "service",
            Self::Services(Protocol::Tcp) => "TCP service",
            Self::Services(Protocol::Udp) => "UDP service",
            Self::Middlewares(Protocol::Tcp) => "TCP middleware",
            Self::Middlewares(_) => "middleware",
            Self::Transports(Protocol::Tcp) => "TCP servers transport",
            Self::Transports(_) => "servers transport",
            Self::TlsOptions => "TLS options",
        }
    }
}

impl Others {
    /// Whether there is such an object; `None` where that cannot be known.
    pub(super) fn have(&self, section: Section, name: &str) -> Option<bool> {
        let set = match section {
            Section::Services(protocol) => self.services.get(protocol as usize),
            Section::Middlewares(protocol) => self.middlewares.get(protocol as usize),
            Section::Transports(protocol) => self.transports.as_ref()?.get(protocol as usize),
            Section::TlsOptions => Some(self.tls_options.as_ref()?),
        };
        Some(set.is_some_and(|set| set.contains(name)))
    }
}

/// What the name of a provider tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Provider {
    /// It serves the object, or nobody can know.
    Possible,
    /// There is no provider of that name.
    Missing,
}

/// The providers that Traefik 3 has; those with a suffix may also stand with `-` and a namespace.
const PROVIDERS: [(&str, bool); 16] = [
    ("internal", false),
    ("docker", false),
    ("swarm", false),
    ("rest", false),
    ("kubernetes", false),
    ("kubernetescrd", false),
    ("kubernetesgateway", false),
    ("kubernetesingressnginx", false),
    ("knative", false),
    ("consulcatalog", true),
    ("nomad", true),
    ("consul", true),
    ("ecs", false),
    ("etcd", false),
    ("zookeeper", false),
    ("redis", false),
];

impl Context {
    pub(super) fn provider(&self, name: &str) -> Provider {
        if let Some(providers) = &self.providers
            && name != "internal"
        {
            let is_there = |known: &String| {
                known == name || name.strip_prefix(known.as_str()).is_some_and(|rest| rest.starts_with('-'))
            };
            return if providers.iter().any(is_there) { Provider::Possible } else { Provider::Missing };
        }
        let is_real = PROVIDERS.iter().any(|(known, has_namespaces)| {
            *known == name
                || (*has_namespaces && name.strip_prefix(known).is_some_and(|rest| rest.starts_with('-')))
        });
        // The HTTP provider and plugins that provide.
        if is_real || name == "http" || name.starts_with("plugin-") {
            Provider::Possible
        } else {
            Provider::Missing
        }
    }
}
