//! Where the sections stand.

use std::fmt;

use crate::{
    check::{
        TraefikVersion,
        schema::{Field, Shape, Struct, static_root},
    },
    config::edit::Path,
    routes::version_of,
    tree::{NodeRef, Tree},
};

/// A mapping of the static configuration that has a form of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Section {
    way: &'static [&'static str],
    /// What one of its things is called, where it holds things with names.
    noun: Option<&'static str>,
}

const fn once(way: &'static [&'static str]) -> Section {
    Section { way, noun: None }
}

const fn named(way: &'static [&'static str], noun: &'static str) -> Section {
    Section { way, noun: Some(noun) }
}

/// All of them, in the order in which people think of them.
pub const SECTIONS: [Section; 37] = [
    Section::ENTRY_POINTS,
    Section::RESOLVERS,
    Section::PLUGINS,
    Section::LOCAL_PLUGINS,
    Section::API,
    once(&["ping"]),
    Section::LOG,
    Section::ACCESS_LOG,
    once(&["metrics"]),
    once(&["tracing"]),
    Section::DOCKER,
    once(&["providers", "swarm"]),
    Section::FILE,
    once(&["providers", "http"]),
    once(&["providers", "kubernetesCRD"]),
    once(&["providers", "kubernetesIngress"]),
    once(&["providers", "kubernetesIngressNGINX"]),
    once(&["providers", "kubernetesGateway"]),
    once(&["providers", "knative"]),
    once(&["providers", "nomad"]),
    once(&["providers", "ecs"]),
    once(&["providers", "consulCatalog"]),
    once(&["providers", "consul"]),
    once(&["providers", "redis"]),
    once(&["providers", "etcd"]),
    once(&["providers", "zooKeeper"]),
    once(&["providers", "rest"]),
    once(&["providers"]),
    once(&["global"]),
    once(&["serversTransport"]),
    once(&["tcpServersTransport"]),
    once(&["hostResolver"]),
    once(&["core"]),
    once(&["spiffe"]),
    once(&["ocsp"]),
    once(&["experimental"]),
    once(&["experimental", "fastProxy"]),
];

impl Section {
    /// `entryPoints`.
    pub const ENTRY_POINTS: Self = named(&["entryPoints"], "entry point");
    /// `certificatesResolvers`.
    pub const RESOLVERS: Self = named(&["certificatesResolvers"], "certificate resolver");
    /// `experimental.plugins`.
    pub const PLUGINS: Self = named(&["experimental", "plugins"], "plugin");
    /// `experimental.localPlugins`.
    pub const LOCAL_PLUGINS: Self = named(&["experimental", "localPlugins"], "local plugin");
    /// `providers.docker`.
    pub const DOCKER: Self = once(&["providers", "docker"]);
    /// `providers.file`.
    pub const FILE: Self = once(&["providers", "file"]);
    /// `api`.
    pub const API: Self = once(&["api"]);
    /// `log`.
    pub const LOG: Self = once(&["log"]);
    /// `accessLog`.
    pub const ACCESS_LOG: Self = once(&["accessLog"]);

    /// The section of this id, such as `providers.docker`; case does not count, as it does not to Traefik.
    pub fn find(id: &str) -> Option<Self> {
        SECTIONS.into_iter().find(|section| section.to_string().eq_ignore_ascii_case(id))
    }

    /// The keys that lead to it, as Traefik spells them.
    pub fn way(self) -> &'static [&'static str] {
        self.way
    }

    /// The last of its keys.
    pub fn key(self) -> &'static str {
        self.way.last().copied().unwrap_or_default()
    }

    /// What one of its things is called; nothing where there is one of it only.
    pub fn noun(self) -> Option<&'static str> {
        self.noun
    }

    /// Whether it is a provider of dynamic configuration.
    pub fn is_provider(self) -> bool {
        matches!(self.way, ["providers", _])
    }

    /// Whether it is what holds the providers.
    pub fn is_above_providers(self) -> bool {
        matches!(self.way, ["providers"])
    }

    /// Whether a Traefik of this version has it.
    pub fn exists_in(self, version: TraefikVersion) -> bool {
        let mut of = Some(static_root());
        self.way.iter().all(|key| {
            let field = of.and_then(|of| of.field(key)).filter(|field| field.exists_in(version));
            of = field.and_then(|field| field.shape.inner());
            field.is_some()
        })
    }

    /// Its fields, or those of each of its things; nothing that is not in the schema is a section.
    pub fn fields(self) -> Option<&'static Struct> {
        self.field()?.shape.inner()
    }

    fn field(self) -> Option<&'static Field> {
        let (last, above) = self.way.split_last()?;
        above.iter().try_fold(static_root(), |of, key| of.field(key)?.shape.inner())?.field(last)
    }

    /// Whether Traefik takes it without any field; things with names always are there by their names.
    pub fn may_be_empty(self) -> bool {
        self.noun.is_some() || self.field().is_some_and(|field| matches!(field.shape, Shape::Switch(_)))
    }

    /// Whether mappings in it have forms of their own, so that its own form has the single fields only.
    pub fn holds_sections(self) -> bool {
        SECTIONS.iter().any(|other| other.way.len() > self.way.len() && other.way.starts_with(self.way))
    }
}

impl fmt::Display for Section {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.way.join("."))
    }
}

/// A section, or one of its named things.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The section.
    pub section: Section,
    /// The name; nothing for a section that there is once.
    pub name: Option<String>,
}

impl Place {
    /// A section that there is once.
    pub fn once(section: Section) -> Self {
        Self { section, name: None }
    }

    /// One of the things of a section.
    pub fn named(section: Section, name: impl Into<String>) -> Self {
        Self { section, name: Some(name.into()) }
    }

    /// What stands there; names count as they are written, keys whatever their case.
    pub fn node<'t>(&self, tree: &'t Tree) -> Option<NodeRef<'t>> {
        let root = tree.root()?;
        let section =
            self.section.way.iter().try_fold(root, |node, key| node.field(key).map(|(_, node)| node));
        match &self.name {
            Some(name) => section?.get(name),
            None => section,
        }
    }

    /// The path of it, in the file's own spelling as far as it is there.
    pub fn path(&self, tree: &Tree) -> Path {
        let mut node = tree.root();
        let path = self.section.way.iter().fold(Path::root(), |path, key| {
            let entry = node.and_then(|node| node.field(key));
            node = entry.map(|(_, value)| value);
            path.key(entry.map_or(*key, |(key, _)| key.text()))
        });
        match &self.name {
            Some(name) => path.key(name),
            None => path,
        }
    }

    /// A mark of what stands there; empty where nothing does.
    pub fn version(&self, tree: &Tree) -> String {
        self.node(tree).map(|node| version_of([node])).unwrap_or_default()
    }

    /// The names of the things of a section, in the file's order.
    pub fn names(section: Section, tree: &Tree) -> Vec<&str> {
        let node = Self::once(section).node(tree);
        let entries = node.into_iter().flat_map(|node| node.entries());
        entries.filter(|(key, _)| !key.is_merge()).map(|(key, _)| key.text()).collect()
    }
}

/// As people say it: the entry point `web`, or `providers.docker`.
impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.name, self.section.noun) {
            (Some(name), Some(noun)) => write!(f, "{noun} `{name}`"),
            (Some(name), None) => write!(f, "`{}.{name}`", self.section),
            (None, _) => write!(f, "`{}`", self.section),
        }
    }
}
