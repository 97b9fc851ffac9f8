//! Sections of the static configuration, changed by their fields.
//!
//! A change is edits of single leaves: what a form does not know of, and what it leaves out, stays as it is, with its
//! order and comments. Every switch whose default matters is written, whichever way it is: a Docker provider without
//! `exposedByDefault` exposes every container.

use crate::{
    config::{
        edit::{Edit, Path},
        value::Value,
    },
    tree::{NodeRef, Tree},
};

/// What a form says of a field: nothing, or a value. An empty text takes the field away.
pub type Field<T> = Option<T>;

/// A change of one section.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SectionChange {
    /// An entry point.
    EntryPoint {
        /// The name it has, where it is to be renamed.
        old_name: Option<String>,
        /// The name.
        name: String,
        /// Where it listens.
        address: Field<String>,
        /// The entry point that it sends everything to.
        redirect_to: Field<String>,
        /// Whether it speaks HTTP/3.
        http3: Field<bool>,
    },
    /// A certificate resolver.
    Resolver {
        /// The name it has, where it is to be renamed.
        old_name: Option<String>,
        /// The name.
        name: String,
        /// Whom the authority writes to.
        email: Field<String>,
        /// Where certificates are kept.
        storage: Field<String>,
        /// How it proves itself; the other ways go.
        challenge: Option<Challenge>,
    },
    /// A plugin.
    Plugin {
        /// The name it has, where it is to be renamed.
        old_name: Option<String>,
        /// The name.
        name: String,
        /// The Go module.
        module: Field<String>,
        /// Its version.
        version: Field<String>,
    },
    /// API and dashboard.
    Api {
        /// Whether there is one.
        enabled: Field<bool>,
        /// Whether it has the dashboard.
        dashboard: Field<bool>,
        /// Whether it is open on the entry point `traefik`.
        insecure: Field<bool>,
        /// Whether it has `/debug`.
        debug: Field<bool>,
    },
    /// Log and access log.
    Log {
        /// How much is logged.
        level: Field<String>,
        /// Whether requests are logged.
        access_log: Field<bool>,
        /// Into which file.
        access_log_path: Field<String>,
    },
    /// The providers Docker and File.
    Providers {
        /// Whether containers are looked at.
        docker: Field<bool>,
        /// Where the engine is.
        docker_endpoint: Field<String>,
        /// Whether containers that say nothing are exposed.
        docker_exposed_by_default: Field<bool>,
        /// Whether it is watched.
        docker_watch: Field<bool>,
        /// Whether files are read.
        file: Field<bool>,
        /// From which folder.
        file_directory: Field<String>,
        /// Whether it is watched.
        file_watch: Field<bool>,
    },
    /// Takes an entry point, a resolver, a plugin or a provider away.
    Remove {
        /// Its section.
        section: Section,
        /// Its name.
        name: String,
    },
}

/// How a certificate resolver proves that a domain is its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Challenge {
    /// By a record at this DNS provider.
    Dns(String),
    /// By an answer on this entry point.
    Http(String),
    /// By a TLS handshake.
    Tls,
}

/// A section that holds things with names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Section {
    /// `entryPoints`
    EntryPoints,
    /// `certificatesResolvers`
    Resolvers,
    /// `experimental.plugins`
    Plugins,
    /// `providers`
    Providers,
}

impl Section {
    fn keys(self) -> &'static [&'static str] {
        match self {
            Self::EntryPoints => &["entryPoints"],
            Self::Resolvers => &["certificatesResolvers"],
            Self::Plugins => &["experimental", "plugins"],
            Self::Providers => &["providers"],
        }
    }
}

impl SectionChange {
    /// The edits that make this change in a file.
    pub fn edits(&self, tree: &Tree) -> Vec<Edit> {
        let mut plan = Plan { root: tree.root(), edits: Vec::new() };
        match self {
            Self::EntryPoint { old_name, name, address, redirect_to, http3 } => {
                let at = plan.named(Section::EntryPoints, old_name.as_deref(), name);
                plan.text(&at, &["address"], address.as_deref());
                match redirect_to.as_deref().map(str::trim) {
                    Some("") => plan.remove(&at, &["http", "redirections", "entryPoint"]),
                    to => plan.text(&at, &["http", "redirections", "entryPoint", "to"], to),
                }
                plan.presence(&at, &["http3"], *http3);
            }
            Self::Resolver { old_name, name, email, storage, challenge } => {
                let at = plan.named(Section::Resolvers, old_name.as_deref(), name);
                plan.text(&at, &["acme", "email"], email.as_deref());
                plan.text(&at, &["acme", "storage"], storage.as_deref());
                if let Some(challenge) = challenge {
                    let (own, others): (_, [&str; 2]) = match challenge {
                        Challenge::Dns(_) => ("dnsChallenge", ["httpChallenge", "tlsChallenge"]),
                        Challenge::Http(_) => ("httpChallenge", ["dnsChallenge", "tlsChallenge"]),
                        Challenge::Tls => ("tlsChallenge", ["dnsChallenge", "httpChallenge"]),
                    };
                    match challenge {
                        Challenge::Dns(provider) => {
                            plan.text(&at, &["acme", own, "provider"], Some(provider));
                        }
                        Challenge::Http(point) => plan.text(&at, &["acme", own, "entryPoint"], Some(point)),
                        Challenge::Tls => plan.presence(&at, &["acme", own], Some(true)),
                    }
                    for other in others {
                        plan.remove(&at, &["acme", other]);
                    }
                }
            }
            Self::Plugin { old_name, name, module, version } => {
                let at = plan.named(Section::Plugins, old_name.as_deref(), name);
                plan.text(&at, &["moduleName"], module.as_deref());
                plan.text(&at, &["version"], version.as_deref());
            }
            Self::Api { enabled, dashboard, insecure, debug } => {
                let at = Place::root();
                if *enabled == Some(false) {
                    plan.remove(&at, &["api"]);
                } else {
                    plan.flag(&at, &["api", "dashboard"], *dashboard);
                    plan.flag(&at, &["api", "insecure"], *insecure);
                    plan.flag(&at, &["api", "debug"], *debug);
                    if [dashboard, insecure, debug].iter().all(|flag| flag.is_none()) {
                        plan.presence(&at, &["api"], *enabled);
                    }
                }
            }
            Self::Log { level, access_log, access_log_path } => {
                let at = Place::root();
                plan.text(&at, &["log", "level"], level.as_deref());
                let path = access_log_path.as_deref().filter(|path| !path.trim().is_empty());
                match (access_log, path) {
                    (Some(false), _) => plan.remove(&at, &["accessLog"]),
                    (_, Some(path)) => plan.text(&at, &["accessLog", "filePath"], Some(path)),
                    (wanted, None) => plan.presence(&at, &["accessLog"], *wanted),
                }
            }
            Self::Providers {
                docker,
                docker_endpoint,
                docker_exposed_by_default,
                docker_watch,
                file,
                file_directory,
                file_watch,
            } => {
                let at = Place::root();
                if *docker == Some(false) {
                    plan.remove(&at, &["providers", "docker"]);
                } else if *docker == Some(true) {
                    plan.text(&at, &["providers", "docker", "endpoint"], docker_endpoint.as_deref());
                    plan.flag(&at, &["providers", "docker", "exposedByDefault"], *docker_exposed_by_default);
                    plan.flag(&at, &["providers", "docker", "watch"], *docker_watch);
                }
                if *file == Some(false) {
                    plan.remove(&at, &["providers", "file"]);
                } else if *file == Some(true) {
                    plan.text(&at, &["providers", "file", "directory"], file_directory.as_deref());
                    plan.flag(&at, &["providers", "file", "watch"], *file_watch);
                }
            }
            Self::Remove { section, name } => {
                let at = Place::root();
                let keys: Vec<&str> = section.keys().iter().copied().chain([name.as_str()]).collect();
                plan.remove(&at, &keys);
            }
        }
        plan.edits
    }
}

/// A place in the file: where it is now, and where it will be after a renaming.
struct Place {
    now: Vec<String>,
    then: Vec<String>,
}

impl Place {
    fn root() -> Self {
        Self { now: Vec::new(), then: Vec::new() }
    }
}

struct Plan<'t> {
    root: Option<NodeRef<'t>>,
    edits: Vec<Edit>,
}

impl<'t> Plan<'t> {
    /// The keys as the file spells them, which Traefik reads whatever their case, and the node there.
    fn find(&self, keys: &[String]) -> (Vec<String>, Option<NodeRef<'t>>) {
        let mut node = self.root;
        let mut spelled = Vec::with_capacity(keys.len());
        for key in keys {
            let found = node.and_then(|node| {
                let exact = node.entries().find(|(name, _)| name.text() == key);
                exact.or_else(|| node.entries().find(|(name, _)| name.text().eq_ignore_ascii_case(key)))
            });
            spelled.push(found.map_or_else(|| key.clone(), |(name, _)| name.text().to_owned()));
            node = found.map(|(_, value)| value);
        }
        (spelled, node)
    }

    fn named(&mut self, section: Section, old: Option<&str>, name: &str) -> Place {
        let below = |name: &str| -> Vec<String> {
            section.keys().iter().map(|key| (*key).to_owned()).chain([name.to_owned()]).collect()
        };
        let (now, node) = self.find(&below(old.filter(|old| !old.is_empty()).unwrap_or(name)));
        let mut then = now.clone();
        if now.last().is_some_and(|present| present != name) {
            if node.is_some() {
                self.edits.push(Edit::Rename { path: Path::keys(now.iter().cloned()), to: name.to_owned() });
            }
            then.pop();
            then.push(name.to_owned());
        }
        Place { now, then }
    }

    /// Where the keys below a place are now, and the path that they have after a renaming.
    fn below(&self, at: &Place, keys: &[&str]) -> (Option<NodeRef<'t>>, Path) {
        let keys = keys.iter().map(|key| (*key).to_owned());
        let all: Vec<String> = at.now.iter().cloned().chain(keys).collect();
        let (spelled, node) = self.find(&all);
        let rest = spelled.into_iter().skip(at.now.len());
        (node, Path::keys(at.then.iter().cloned().chain(rest)))
    }

    fn set(&mut self, at: &Place, keys: &[&str], value: Value) {
        let (node, path) = self.below(at, keys);
        if !node.is_some_and(|node| value.matches(&node)) {
            self.edits.push(Edit::set(path, value));
        }
    }

    fn text(&mut self, at: &Place, keys: &[&str], text: Option<&str>) {
        match text.map(str::trim) {
            None => {}
            Some("") => self.remove(at, keys),
            Some(text) => self.set(at, keys, Value::text(text)),
        }
    }

    fn flag(&mut self, at: &Place, keys: &[&str], flag: Option<bool>) {
        if let Some(flag) = flag {
            self.set(at, keys, Value::Bool(flag));
        }
    }

    /// Something that is there, with whatever it holds, or is not.
    fn presence(&mut self, at: &Place, keys: &[&str], wanted: Option<bool>) {
        match wanted {
            None => {}
            Some(false) => self.remove(at, keys),
            Some(true) => {
                let (node, path) = self.below(at, keys);
                if node.is_none_or(|node| node.is_null()) {
                    self.edits.push(Edit::set(path, Value::Map(Vec::new())));
                }
            }
        }
    }

    fn remove(&mut self, at: &Place, keys: &[&str]) {
        let (node, path) = self.below(at, keys);
        if node.is_some() {
            self.edits.push(Edit::Remove { path });
        }
    }
}
