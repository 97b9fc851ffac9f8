//! The objects of all files together, by name.

use std::{borrow::Cow, collections::HashMap};

use super::{
    File,
    context::Section,
    finding::{Effect, Level},
    nodes::entries,
    report::{FindingId, Report},
    scalar::Scalar,
    shape::spellings,
};
use crate::{
    config::edit::Path,
    lookup::Lookup,
    traefik::Protocol,
    tree::{Kind, NodeRef},
};

/// A router, service, middleware, servers transport or TLS options.
#[derive(Debug)]
pub(super) struct Object<'t> {
    pub(super) file: usize,
    /// `None` for a router.
    pub(super) section: Option<Section>,
    pub(super) protocol: Protocol,
    /// Its name as Traefik knows it; empty names and names of numbers are possible.
    pub(super) name: Cow<'t, str>,
    pub(super) key: NodeRef<'t>,
    pub(super) node: NodeRef<'t>,
    /// The keys of its sections as they are spelled in the file.
    sections: [&'t str; 2],
    /// What is wrong with the object itself.
    pub(super) faults: Vec<FindingId>,
    /// The objects that it needs.
    pub(super) needs: Vec<ObjectId>,
}

/// Names an object of [`Objects`].
pub(super) type ObjectId = usize;

/// Routers behind routers: parents, and their children.
pub(super) type Children = HashMap<ObjectId, Vec<ObjectId>>;

impl Object<'_> {
    /// Where it stands.
    pub(super) fn path(&self) -> Path {
        let is_named = self.key.kind() == Kind::Scalar;
        Path::keys(self.sections).key(if is_named { self.key.text() } else { self.name.as_ref() })
    }

    fn is_called(&self, section: Option<Section>, protocol: Protocol, name: &str) -> bool {
        self.section == section && self.protocol == protocol && self.name == name
    }

    /// `http.routers.app`, whatever the file's spelling.
    pub(super) fn full_name(&self) -> String {
        let section = match self.section {
            None => format!("{}.routers", self.protocol),
            Some(Section::Services(protocol)) => format!("{protocol}.services"),
            Some(Section::Middlewares(protocol)) => format!("{protocol}.middlewares"),
            Some(Section::Transports(protocol)) => format!("{protocol}.serversTransports"),
            Some(Section::TlsOptions) => "tls.options".to_owned(),
        };
        format!("{section}.{}", self.name)
    }

    /// Where something below it stands, by Traefik's names of the fields.
    pub(super) fn path_to(&self, fields: &[Step<'_>]) -> Path {
        let mut path = self.path();
        let mut node = Some(self.node);
        for step in fields {
            match *step {
                Step::Field(name) => {
                    let entry = node.and_then(|node| node.field(name));
                    path = path.key(entry.map_or(name, |(key, _)| key.text()));
                    node = entry.map(|(_, value)| value);
                }
                Step::Index(index) => {
                    path = path.index(index);
                    node = node.and_then(|node| node.items().nth(index));
                }
            }
        }
        path
    }
}

/// A step below an object.
#[derive(Debug, Clone, Copy)]
pub(super) enum Step<'s> {
    Field(&'s str),
    Index(usize),
}

/// Everything that has a name.
#[derive(Debug, Default)]
pub(super) struct Objects<'t> {
    pub(super) all: Vec<Object<'t>>,
    by_name: Lookup,
    /// Sections whose names are not all known, because a Go template makes some of them.
    open: Vec<Section>,
    /// Whether a whole file is not known.
    pub(super) has_unknown_file: bool,
}

impl<'t> Objects<'t> {
    /// Collects the objects of all files. Of two with one name Traefik takes that of the first file.
    pub(super) fn collect(files: &[File<'t>], report: &mut Report<'_>) -> Self {
        let mut objects = Self::default();
        for (index, file) in files.iter().enumerate() {
            let Ok(tree) = file.tree else {
                objects.has_unknown_file = true;
                continue;
            };
            let Some(root) = tree.root() else { continue };
            for protocol in Protocol::ALL {
                for (protocol_key, area) in spellings(root, protocol.as_str()) {
                    let sections = [
                        ("routers", None),
                        ("services", Some(Section::Services(protocol))),
                        ("middlewares", Some(Section::Middlewares(protocol))),
                        ("serversTransports", Some(Section::Transports(protocol))),
                    ];
                    for (name, section) in sections {
                        for (key, list) in spellings(area, name) {
                            objects.section(
                                report,
                                index,
                                protocol,
                                section,
                                [protocol_key.text(), key.text()],
                                list,
                            );
                        }
                    }
                }
            }
            for (tls_key, area) in spellings(root, "tls") {
                for (key, list) in spellings(area, "options") {
                    let section = Some(Section::TlsOptions);
                    objects.section(
                        report,
                        index,
                        Protocol::Http,
                        section,
                        [tls_key.text(), key.text()],
                        list,
                    );
                }
            }
        }
        objects
    }

    fn section(
        &mut self,
        report: &mut Report<'_>,
        file: usize,
        protocol: Protocol,
        section: Option<Section>,
        sections: [&'t str; 2],
        list: NodeRef<'t>,
    ) {
        // Traefik calls the mappings of a list `[0]`, `[1]`, …
        let items = list.items().enumerate().filter(|(_, item)| item.kind() == Kind::Mapping);
        for (index, item) in items {
            self.insert(report, file, protocol, section, sections, item, item, format!("[{index}]").into());
        }
        for (key, node) in entries(list).filter(|(_, node)| !node.is_null()) {
            let scalar = Scalar::of(key);
            let is_text = matches!(scalar, Scalar::Text(_));
            if scalar == Scalar::Opaque {
                self.open.extend(section);
            }
            let is_open = scalar == Scalar::Opaque;
            let Some(name) = (if is_open { Some(Cow::Borrowed(key.text())) } else { scalar.into_name() })
            else {
                continue;
            };
            let odd = if !is_text && !is_open {
                let message =
                    format!("YAML takes `{}` for no text, and Traefik calls the object `{name}`", key.text());
                Some(("name-not-text", message, "put the name in quotes"))
            } else if name.is_empty() || (name.contains('@') && !is_open) {
                let message =
                    format!("nothing can refer to the name `{name}`: an @ stands before a provider");
                Some(("name-not-referable", message, "choose another name"))
            } else {
                None
            };
            if let Some((code, message, remedy)) = odd {
                let kind = (Level::Lint, Effect::Ignores, code);
                report.add(file, key.span(), Path::keys(sections).key(key.text()), kind, message, remedy);
            }
            self.insert(report, file, protocol, section, sections, key, node, name);
        }
    }

    #[expect(clippy::too_many_arguments, reason = "they are what an object is")]
    fn insert(
        &mut self,
        report: &mut Report<'_>,
        file: usize,
        protocol: Protocol,
        section: Option<Section>,
        sections: [&'t str; 2],
        key: NodeRef<'t>,
        node: NodeRef<'t>,
        name: Cow<'t, str>,
    ) {
        let id = self.all.len();
        let all = &self.all;
        let is_same =
            |id| all.get(id).is_some_and(|object: &Object<'_>| object.is_called(section, protocol, &name));
        let earlier = self.by_name.insert(&(section, protocol, &*name), id, is_same);
        let object = Object {
            file,
            section,
            protocol,
            name,
            key,
            node: node.resolved(),
            sections,
            faults: Vec::new(),
            needs: Vec::new(),
        };
        if let Some(first) = earlier.and_then(|first| self.all.get(first)) {
            let other = if first.file == file { "above".to_owned() } else { report.file_name(first.file) };
            let message =
                format!("`{}` is there already ({other}), and Traefik ignores this one", object.name);
            let kind = (Level::Warning, Effect::Ignores, "duplicate-name");
            report.add(file, key.span(), object.path(), kind, message, "give one of them another name");
            return;
        }
        self.all.push(object);
    }

    /// The object of that name.
    pub(super) fn get(&self, section: Section, name: &str) -> Option<ObjectId> {
        let protocol = match section {
            Section::Services(protocol) | Section::Middlewares(protocol) | Section::Transports(protocol) => {
                protocol
            }
            Section::TlsOptions => Protocol::Http,
        };
        self.find(Some(section), protocol, name)
    }

    /// The router of that name.
    pub(super) fn router(&self, protocol: Protocol, name: &str) -> Option<ObjectId> {
        self.find(None, protocol, name)
    }

    fn find(&self, section: Option<Section>, protocol: Protocol, name: &str) -> Option<ObjectId> {
        let is_meant = |id| {
            self.all.get(id).is_some_and(|object: &Object<'_>| object.is_called(section, protocol, name))
        };
        self.by_name.find(&(section, protocol, name), is_meant)
    }

    /// Whether there may be objects whose names only Traefik knows.
    pub(super) fn is_open(&self, section: Section) -> bool {
        self.has_unknown_file || self.open.contains(&section)
    }

    /// How many there are.
    pub(super) fn count(&self) -> usize {
        self.all.len()
    }

    /// The names of a section, for advice.
    pub(super) fn names(&self, section: Section) -> impl Iterator<Item = &str> {
        self.all
            .iter()
            .filter(move |object| object.section == Some(section))
            .map(|object| object.name.as_ref())
    }
}
