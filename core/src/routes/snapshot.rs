//! All configuration files at one moment, and the routes in them.

mod places;

use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, OnceLock},
};

use super::{Middleware, Route, headers_preset};
use crate::{
    check::{self, Context, Finding, Level, Others, TraefikVersion},
    config::{
        source::{Problem, SourceFile},
        store::{ConfigSyntax, FileId, Revision},
        value::{Value, parse_bool},
    },
    settings::{DisabledRoute, Settings},
    traefik::{Protocol, listed, name, router::Router, service::Service},
    tree::{NodeRef, Tree},
};
use places::{Place, Services, Slots};

/// A consistent view of the configuration: the files, the routes that are switched off, and indexes over both.
///
/// It never changes; a newer one takes its place. Everything that a page or an answer shows comes from one.
#[derive(Debug)]
pub struct Snapshot {
    id: u64,
    files: Vec<Arc<SourceFile>>,
    static_file: Option<Arc<SourceFile>>,
    settings: Arc<Settings>,
    disabled: Vec<Disabled>,
    routes: Slots,
    services: [Services; 3],
    middlewares: Vec<(Protocol, Place)>,
    /// Where the HTTP middlewares are that may be the headers of a route.
    headers_middlewares: HashMap<Box<str>, Place>,
    /// Names of HTTP servers transports that do not check certificates.
    unverified: HashSet<Box<str>>,
    problems: Vec<Problem>,
    has_other_files: bool,
    running: Arc<Running>,
    context: OnceLock<Context>,
    findings: OnceLock<Vec<Finding>>,
}

/// What is known of the running Traefik.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Running {
    /// The version; the newest where it is not known.
    pub version: TraefikVersion,
    /// What other providers serve; `None` while Traefik does not answer.
    pub others: Option<Others>,
    /// Traefik's own objects; `None` while it does not answer.
    pub internals: Option<Others>,
    /// Where its entry points listen, as `:443`; `None` while it does not answer.
    pub listens: Option<Vec<String>>,
}

/// A route that is switched off, as trees, so that it reads like any other.
#[derive(Debug)]
struct Disabled {
    record: usize,
    name: String,
    router: Tree,
    service: Option<Tree>,
}

#[derive(Debug)]
pub(super) struct Slot {
    id: Box<str>,
    file: FileId,
    protocol: Protocol,
    origin: Origin,
}

#[derive(Debug, Clone, Copy)]
enum Origin {
    File(Place),
    Disabled(usize),
}

/// What a [`Snapshot`] is made of.
#[derive(Debug)]
pub struct Parts {
    /// The dynamic configuration files, in Traefik's order.
    pub files: Vec<Arc<SourceFile>>,
    /// The static configuration, where there is one.
    pub static_file: Option<Arc<SourceFile>>,
    /// The settings.
    pub settings: Arc<Settings>,
    /// Problems that belong to no file's text, such as a folder that cannot be listed.
    pub problems: Vec<Problem>,
    /// Whether Traefik may read files that are not among these.
    pub has_other_files: bool,
    /// The running Traefik.
    pub running: Arc<Running>,
}

/// A route id that names no route, or more than one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NoSuchRoute {
    /// There is none.
    Unknown,
    /// There are several; these are their full ids.
    Ambiguous(Vec<String>),
}

impl Slot {
    pub(super) fn id(&self) -> &str {
        &self.id
    }

    pub(super) fn file(&self) -> &FileId {
        &self.file
    }

    pub(super) fn protocol(&self) -> Protocol {
        self.protocol
    }

    pub(super) fn is_in_file(&self) -> bool {
        matches!(self.origin, Origin::File(_))
    }
}

impl Snapshot {
    /// Indexes the parts.
    pub fn build(id: u64, parts: Parts, syntax: &dyn ConfigSyntax) -> Self {
        let Parts { files, static_file, settings, problems, has_other_files, running } = parts;
        let mut snapshot = Self {
            id,
            files,
            static_file,
            settings,
            disabled: Vec::new(),
            routes: Slots::default(),
            services: Default::default(),
            middlewares: Vec::new(),
            headers_middlewares: HashMap::new(),
            unverified: HashSet::new(),
            problems,
            has_other_files,
            running,
            context: OnceLock::new(),
            findings: OnceLock::new(),
        };
        snapshot.index_files();
        snapshot.index_disabled(syntax);
        snapshot
    }

    fn index_files(&mut self) {
        for (file, source) in self.files.iter().enumerate() {
            let place =
                |(key, node): (NodeRef<'_>, NodeRef<'_>)| Place { file, key: key.id(), node: node.id() };
            let unverified = |node: NodeRef<'_>| {
                node.value_of("insecureSkipVerify").and_then(|flag| flag.as_str()).and_then(parse_bool)
                    == Some(true)
            };
            let transports = source.objects(Protocol::Http, "serversTransports");
            self.unverified.extend(
                transports.filter(|(_, node)| unverified(*node)).map(|(key, _)| Box::from(key.text())),
            );
            for protocol in Protocol::ALL {
                for entry in source.objects(protocol, "services") {
                    self.services[protocol as usize].add(&self.files, entry.0.text(), place(entry));
                }
                for entry in source.objects(protocol, "middlewares") {
                    self.middlewares.push((protocol, place(entry)));
                    if protocol == Protocol::Http && entry.0.text().ends_with(headers_preset::SUFFIX) {
                        self.headers_middlewares.entry(entry.0.text().into()).or_insert_with(|| place(entry));
                    }
                }
                for (key, node) in source.objects(protocol, "routers") {
                    let mut id = [source.id().as_str(), key.text()].join("::");
                    if !self.routes.reserve(&id) {
                        // The same name may stand under http and tcp; only then does the id say which.
                        id = [source.id().as_str(), protocol.as_str(), key.text()].join("::");
                        self.routes.reserve(&id);
                    }
                    self.routes.all.push(Slot {
                        id: id.into(),
                        file: source.id().clone(),
                        protocol,
                        origin: Origin::File(place((key, node))),
                    });
                }
            }
        }
    }

    /// A route that is live again counts as live, whatever a leftover record says: between the two writes of a
    /// change the record may exist beside the route.
    fn index_disabled(&mut self, syntax: &dyn ConfigSyntax) {
        let settings = Arc::clone(&self.settings);
        for (number, record) in settings.disabled_routes.iter().enumerate() {
            let (file, name) = self.origin_of(record);
            let plain = format!("{file}::{name}");
            let with_protocol = format!("{file}::{}::{name}", record.protocol);
            let taken = |id: &str| self.routes.get(id);
            if [&plain, &with_protocol]
                .into_iter()
                .any(|id| taken(id).is_some_and(|slot| slot.protocol == record.protocol))
            {
                continue;
            }
            let id = if taken(&plain).is_some() { with_protocol } else { plain };
            let written = record
                .entry
                .as_deref()
                .and_then(|entry| syntax.parse(Arc::from(entry)).ok())
                .filter(|tree| tree.root().is_some_and(|root| root.get(&name).is_some()));
            let router =
                written.unwrap_or_else(|| Value::map([(name.clone(), record.router.clone())]).to_tree());
            self.routes.reserve(&id);
            let origin = Origin::Disabled(self.disabled.len());
            self.routes.all.push(Slot { id: id.into(), file, protocol: record.protocol, origin });
            self.disabled.push(Disabled {
                record: number,
                name,
                router,
                service: record.service.as_ref().map(Value::to_tree),
            });
        }
    }

    /// File and name of a record. In 1.5.2 the key is `file::name` with several files and the name with one.
    fn origin_of(&self, record: &DisabledRoute) -> (FileId, String) {
        let prefix = format!("{}::", record.config_file);
        let stripped =
            if record.config_file.is_empty() { None } else { record.id.strip_prefix(prefix.as_str()) };
        let name =
            stripped.or_else(|| record.id.split_once("::").map(|(_, name)| name)).unwrap_or(&record.id);
        let written = if record.config_file.is_empty() {
            record.id.split_once("::").map(|(file, _)| file).unwrap_or_default()
        } else {
            record.config_file.as_str()
        };
        let known = self.file(written).or_else(|| {
            let mut same_base = self.files.iter().filter(|file| file.id().base_name() == written);
            same_base.next().filter(|_| same_base.next().is_none())
        });
        let file = match known {
            Some(file) => file.id().clone(),
            None if written.is_empty() => {
                self.files.first().map_or_else(|| FileId::new(""), |f| f.id().clone())
            }
            None => FileId::new(written),
        };
        let protocol = format!("{}::", record.protocol);
        (file, name.strip_prefix(protocol.as_str()).unwrap_or(name).to_owned())
    }

    /// Another id for every other state of files and settings.
    pub fn id(&self) -> u64 {
        self.id
    }

    /// The dynamic configuration files, in Traefik's order.
    pub fn files(&self) -> &[Arc<SourceFile>] {
        &self.files
    }

    /// The file with this name.
    pub fn file(&self, id: &str) -> Option<&Arc<SourceFile>> {
        self.files.iter().find(|file| file.id().as_str() == id)
    }

    /// The revision of a file, also of one that is not there; `None` for one that cannot be read.
    pub fn revision_of(&self, id: &str) -> Option<Revision> {
        match self.file(id) {
            Some(file) if file.problem().is_some() => file.revision().cloned(),
            file => Some(file.and_then(|file| file.revision().cloned()).unwrap_or_else(Revision::absent)),
        }
    }

    /// The static configuration, where there is one.
    pub fn static_file(&self) -> Option<&Arc<SourceFile>> {
        self.static_file.as_ref()
    }

    /// The settings that the snapshot was made with.
    pub fn settings(&self) -> &Arc<Settings> {
        &self.settings
    }

    /// Everything that is wrong with the files.
    pub fn problems(&self) -> impl Iterator<Item = &Problem> {
        self.problems.iter().chain(self.files.iter().filter_map(|file| file.problem()))
    }

    /// The running Traefik, as it was known then.
    pub fn running(&self) -> &Arc<Running> {
        &self.running
    }

    /// What the files are checked against.
    pub fn context(&self) -> &Context {
        self.context.get_or_init(|| {
            let Running { version, others, internals, listens: _ } = &*self.running;
            let known = self.static_file.as_ref().and_then(|file| file.tree().ok());
            let mut context = known
                .map_or_else(|| Context::for_version(*version), |tree| Context::from_static(tree, *version));
            context.has_other_files = self.has_other_files;
            context.others.clone_from(others);
            context.internals = internals.clone().or(context.internals.take());
            context
        })
    }

    /// What Traefik would say to the files, found when it is first asked for.
    pub fn findings(&self) -> &[Finding] {
        self.findings.get_or_init(|| {
            let files: Vec<check::File<'_>> = self.files.iter().map(|file| (&**file).into()).collect();
            check::check(&files, self.context())
        })
    }

    /// What keeps Traefik from taking any change of any file, if anything is known to.
    pub fn refused(&self) -> Option<&Finding> {
        self.findings().iter().find(|finding| finding.level == Level::Error && finding.effect.is_fatal())
    }

    /// Keeps findings that are known to be those of these files.
    pub(super) fn found_before(&self, findings: Vec<Finding>) {
        let _ = self.findings.set(findings);
    }

    /// Every route: those in the files first, then those that are switched off.
    pub fn routes(&self) -> impl ExactSizeIterator<Item = Route<'_>> + Clone {
        self.routes.all.iter().map(|slot| self.route_at(slot))
    }

    /// The route that an id names: `file::name`, `file::protocol::name`, or the bare name or base name of the file
    /// where that is unambiguous.
    ///
    /// # Errors
    /// [`NoSuchRoute`].
    pub fn route(&self, id: &str) -> Result<Route<'_>, NoSuchRoute> {
        if let Some(slot) = self.routes.get(id) {
            return Ok(self.route_at(slot));
        }
        let names = |slot: &&Slot| {
            let name = self.slot_name(slot);
            name == id
                || [slot.file.base_name(), slot.file.as_str()].into_iter().any(|file| {
                    id.strip_prefix(file).and_then(|rest| rest.strip_prefix("::")).is_some_and(|rest| {
                        rest == name
                            || rest
                                .strip_prefix(slot.protocol.as_str())
                                .and_then(|rest| rest.strip_prefix("::"))
                                .is_some_and(|rest| rest == name)
                    })
                })
        };
        let found: Vec<&Slot> = self.routes.all.iter().filter(names).collect();
        match found.as_slice() {
            [] => Err(NoSuchRoute::Unknown),
            [slot] => Ok(self.route_at(slot)),
            several => Err(NoSuchRoute::Ambiguous(several.iter().map(|slot| slot.id.to_string()).collect())),
        }
    }

    /// A service by the name that a router or service refers to it by, `@file` allowed.
    pub fn service(&self, protocol: Protocol, reference: &str) -> Option<Service<'_>> {
        self.service_place(protocol, reference).map(|(_, service)| service)
    }

    /// A service and the file that it stands in.
    pub fn service_place(
        &self,
        protocol: Protocol,
        reference: &str,
    ) -> Option<(&Arc<SourceFile>, Service<'_>)> {
        let place = self.services[protocol as usize].get(&self.files, name::in_files(reference))?;
        let file = self.files.get(place.file)?;
        let node = file.tree().ok()?.node(place.node)?;
        Some((file, Service::new(protocol, node)))
    }

    /// The services of a protocol that files define, with their names.
    pub fn services_of(&self, protocol: Protocol) -> impl Iterator<Item = (&str, Service<'_>)> {
        self.services[protocol as usize].iter().filter_map(move |place| {
            let node = place.find(&self.files, place.node)?;
            Some((place.name(&self.files), Service::new(protocol, node)))
        })
    }

    /// The names of the services of a protocol, sorted.
    pub fn service_names(&self, protocol: Protocol) -> Vec<&str> {
        let mut names: Vec<&str> = self.services_of(protocol).map(|(name, _)| name).collect();
        names.sort_unstable();
        names
    }

    /// Every HTTP and TCP middleware.
    pub fn middlewares(&self) -> impl Iterator<Item = Middleware<'_>> {
        self.middlewares.iter().filter_map(|(protocol, place)| self.middleware_at(*protocol, *place))
    }

    /// The HTTP middleware of this name, which must be one of a route's headers.
    pub(super) fn headers_middleware(&self, name: &str) -> Option<Middleware<'_>> {
        self.middleware_at(Protocol::Http, *self.headers_middlewares.get(name)?)
    }

    fn middleware_at(&self, protocol: Protocol, place: Place) -> Option<Middleware<'_>> {
        let file = self.files.get(place.file)?;
        let tree = file.tree().ok()?;
        Some(Middleware::new(protocol, file, tree.node(place.key)?, tree.node(place.node)?))
    }

    /// The middlewares that the static configuration puts in front of every router of an entry point.
    pub fn entry_point_middlewares(&self, entry_point: &str) -> Vec<&str> {
        let entry_points = self.entry_points_node();
        listed(
            entry_points
                .and_then(|all| all.get(entry_point))
                .and_then(|one| one.value_of("http"))
                .and_then(|http| http.value_of("middlewares")),
        )
    }

    /// Whether the HTTP servers transport of this name skips the check of the servers' certificates.
    pub fn is_unverified_transport(&self, reference: &str) -> bool {
        self.unverified.contains(name::in_files(reference))
    }

    /// The entry points of the static configuration with their addresses; nothing where it is not known.
    pub fn entry_points(&self) -> Vec<(&str, &str)> {
        let Some(all) = self.entry_points_node() else { return Vec::new() };
        let address = |node: NodeRef<'_>| node.value_of("address").map(|address| address.id());
        all.entries()
            .map(|(key, node)| {
                let text = address(node).and_then(|id| node.tree().node(id)).map(|node| node.text());
                (key.text(), text.unwrap_or_default())
            })
            .collect()
    }

    fn entry_points_node(&self) -> Option<NodeRef<'_>> {
        self.static_file.as_ref()?.tree().ok()?.root()?.value_of("entryPoints")
    }

    fn route_at<'s>(&'s self, slot: &'s Slot) -> Route<'s> {
        Route::new(self, slot)
    }

    pub(super) fn slot_router<'s>(&'s self, slot: &Slot) -> Option<Router<'s>> {
        let node = match slot.origin {
            Origin::File(place) => place.find(&self.files, place.node)?,
            Origin::Disabled(at) => {
                let disabled = self.disabled.get(at)?;
                disabled.router.root()?.get(&disabled.name)?
            }
        };
        Some(Router::new(slot.protocol, node))
    }

    /// The service of a route: the one that its router names, else the copy kept with a switched-off route.
    pub(super) fn slot_service<'s>(&'s self, slot: &Slot) -> Option<Service<'s>> {
        let reference = self.slot_router(slot)?.service();
        self.service(slot.protocol, reference)
            .or_else(|| Some(Service::new(slot.protocol, self.slot_recorded_service(slot)?)))
    }

    /// The copy of its service that is kept with a switched-off route.
    pub(super) fn slot_recorded_service<'s>(&'s self, slot: &Slot) -> Option<NodeRef<'s>> {
        let Origin::Disabled(at) = slot.origin else { return None };
        self.disabled.get(at)?.service.as_ref()?.root()
    }

    pub(super) fn slot_source(&self, slot: &Slot) -> Option<&Arc<SourceFile>> {
        match slot.origin {
            Origin::File(place) => self.files.get(place.file),
            Origin::Disabled(_) => self.files.iter().find(|file| *file.id() == slot.file),
        }
    }

    pub(super) fn slot_record(&self, slot: &Slot) -> Option<&DisabledRoute> {
        let Origin::Disabled(at) = slot.origin else { return None };
        self.settings.disabled_routes.get(self.disabled.get(at)?.record)
    }

    pub(super) fn slot_name<'s>(&'s self, slot: &Slot) -> &'s str {
        match slot.origin {
            Origin::File(place) => place.name(&self.files),
            Origin::Disabled(at) => {
                self.disabled.get(at).map(|route| route.name.as_str()).unwrap_or_default()
            }
        }
    }
}
