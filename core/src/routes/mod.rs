//! Routes as an operator thinks of them: a router together with the service behind it, live or switched off.

mod backups;
mod blame;
mod change;
mod configuration;
mod copies;
mod delete;
mod detached;
mod draft;
mod excuses;
mod fate;
mod fields;
mod headers_preset;
mod lookup;
mod objects;
mod others;
mod own;
mod patch;
mod plugins;
mod raw;
mod reach;
mod records;
mod save;
mod snapshot;
mod static_file;
mod static_losses;
mod static_restart;
mod static_sections;
mod static_trail;
mod toggle;
mod transaction;
mod trial;
mod unconfirmed;
mod undo;

use std::{
    hash::{DefaultHasher, Hash, Hasher},
    sync::Arc,
};

pub use backups::RemovedFile;
pub use blame::{InFlight, Inquiry, Lookout, PATIENCE, Step};
pub use change::{
    Author, ChangeError, Changed, HealthCheckInput, ResolverInput, RouteForm, RuleInput, ServerInput,
    StickyInput, TargetInput, Terms, TlsInput,
};
pub use configuration::{Configuration, ConfigurationPorts};
pub use fate::Fate;
pub use headers_preset::{
    FEATURES, FeatureAccess, HeadersPreset, HeadersPresetInput, PresetState, REFERRER_POLICIES,
};
pub use objects::{
    Deletion, FieldInput, FieldsForm, Loss, Object, ObjectContent, ObjectForm, ObjectId, RowInput, Typed,
    User, Users, Written, shown,
};
pub use others::SURVEY;
pub use own::OWN_NAME;
pub use plugins::{Installed, Plugin, PluginTexts};
pub use raw::{RawFile, RawRoute};
pub use snapshot::{NoSuchRoute, Parts, Running, Snapshot};
pub use static_file::STATIC_FILE;
pub use static_restart::BegunRestart;
pub use static_trail::Unread;
pub use trial::{EndOfTrial, Trial, Tries};
pub use unconfirmed::Unconfirmed;

use crate::{
    config::{
        object::{ObjectKind, ObjectRef},
        source::SourceFile,
        store::FileId,
    },
    settings::DisabledRoute,
    traefik::{
        Protocol, listed,
        router::{Router, RouterTls},
        service::Service,
    },
    tree::{Kind, NodeRef},
};

/// One route of a [`Snapshot`].
#[derive(Debug, Clone, Copy)]
pub struct Route<'s> {
    snapshot: &'s Snapshot,
    slot: &'s snapshot::Slot,
}

impl<'s> Route<'s> {
    fn new(snapshot: &'s Snapshot, slot: &'s snapshot::Slot) -> Self {
        Self { snapshot, slot }
    }

    /// The id, stable while name and file stay: `file::name`.
    pub fn id(&self) -> &'s str {
        self.slot.id()
    }

    /// HTTP, TCP or UDP.
    pub fn protocol(&self) -> Protocol {
        self.slot.protocol()
    }

    /// Whether the route stands in its file; otherwise it is switched off.
    pub fn is_enabled(&self) -> bool {
        self.slot.is_in_file()
    }

    /// The router's name.
    pub fn name(&self) -> &'s str {
        self.snapshot.slot_name(self.slot)
    }

    /// The file that the route stands in, or goes back to.
    pub fn file(&self) -> &'s FileId {
        self.slot.file()
    }

    /// The file as it was read; `None` when a switched-off route's file has vanished.
    pub fn source(&self) -> Option<&'s Arc<SourceFile>> {
        self.snapshot.slot_source(self.slot)
    }

    /// The record of a route that is switched off.
    pub fn record(&self) -> Option<&'s DisabledRoute> {
        self.snapshot.slot_record(self.slot)
    }

    /// The router.
    pub fn router(&self) -> Option<Router<'s>> {
        self.snapshot.slot_router(self.slot)
    }

    /// The router's name with its kind and protocol.
    fn to_ref(self) -> ObjectRef {
        ObjectRef::new(Some(self.protocol()), ObjectKind::Router, self.name())
    }

    /// The rule; empty for UDP.
    pub fn rule(&self) -> &'s str {
        self.router().map(|router| router.rule()).unwrap_or_default()
    }

    /// The service that is kept with a route that is switched off.
    fn recorded_service(&self) -> Option<NodeRef<'s>> {
        self.snapshot.slot_recorded_service(self.slot)
    }

    /// The name that the router gives of its service.
    pub fn service_name(&self) -> &'s str {
        self.router().map(|router| router.service()).unwrap_or_default()
    }

    /// The service, where a file defines it.
    pub fn service(&self) -> Option<Service<'s>> {
        self.snapshot.slot_service(self.slot)
    }

    /// The entry points; none means Traefik's default ones.
    pub fn entry_points(&self) -> Vec<&'s str> {
        self.router().map(|router| router.entry_points()).unwrap_or_default()
    }

    /// The router's own middlewares, in order.
    pub fn middlewares(&self) -> Vec<&'s str> {
        self.router().map(|router| router.middlewares()).unwrap_or_default()
    }

    /// The middlewares that its entry points put in front.
    pub fn entry_point_middlewares(&self) -> Vec<&'s str> {
        if self.snapshot.static_file().is_none() {
            return Vec::new();
        }
        self.entry_points().into_iter().flat_map(|name| self.snapshot.entry_point_middlewares(name)).collect()
    }

    /// TLS as the router asks for it.
    pub fn tls(&self) -> Option<RouterTls<'s>> {
        self.router()?.tls()
    }

    /// The first server, or where requests go instead; `None` when no file says.
    pub fn target(&self) -> Option<String> {
        let service = self.service()?;
        let servers: Vec<&str> = service.servers().collect();
        match servers.as_slice() {
            [] => {
                let children = service.children();
                (!children.is_empty()).then(|| format!("{} ({})", service.kind(), children.join(", ")))
            }
            [first, ..] => Some((*first).to_owned()),
        }
    }

    /// Changes with every change of the route or its service; a form sends it back to say what it was filled from.
    pub fn version(&self) -> String {
        let parts = [self.router().map(|router| router.node()), self.service().map(|service| service.node())];
        version_of(parts.into_iter().flatten())
    }

    /// Whether the service belongs to this route alone by its name, `<router>-service`.
    pub fn owns_service(&self) -> bool {
        own_service_name(self.name()) == self.service_name()
    }

    /// Whether the route's servers transport skips the check of the server's certificate.
    pub fn skips_tls_verify(&self) -> bool {
        let Some(service) = self.service() else { return false };
        self.protocol() == Protocol::Http
            && self.snapshot.is_unverified_transport(service.servers_transport())
    }
}

/// What streaming answers are written as: a negative interval makes Traefik flush after each write.
const FLUSH_AT_ONCE: &str = "-1ms";

/// A mark of what the nodes say. It tells changes apart; it protects nothing.
pub(crate) fn version_of<'t>(nodes: impl IntoIterator<Item = NodeRef<'t>>) -> String {
    let mut hasher = DefaultHasher::new();
    for node in nodes {
        node.source().hash(&mut hasher);
        format!("{node:?}").hash(&mut hasher);
    }
    format!("{:016x}", hasher.finish())
}

/// The name of the service that is made with a router of this name.
pub fn own_service_name(router: &str) -> String {
    format!("{router}-service")
}

/// The name of the servers transport that is made with a router of this name.
pub fn own_transport_name(router: &str) -> String {
    format!("{router}-transport")
}

/// One middleware of a [`Snapshot`].
#[derive(Debug, Clone, Copy)]
pub struct Middleware<'s> {
    protocol: Protocol,
    source: &'s Arc<SourceFile>,
    key: NodeRef<'s>,
    node: NodeRef<'s>,
}

impl<'s> Middleware<'s> {
    fn new(protocol: Protocol, source: &'s Arc<SourceFile>, key: NodeRef<'s>, node: NodeRef<'s>) -> Self {
        Self { protocol, source, key, node }
    }

    /// The name.
    pub fn name(&self) -> &'s str {
        self.key.text()
    }

    /// HTTP or TCP.
    pub fn protocol(&self) -> Protocol {
        self.protocol
    }

    /// The name with its kind and protocol.
    fn to_ref(self) -> ObjectRef {
        ObjectRef::new(Some(self.protocol), ObjectKind::Middleware, self.name())
    }

    /// The file.
    pub fn file(&self) -> &'s FileId {
        self.source.id()
    }

    /// The file as it was read.
    pub fn source(&self) -> &'s Arc<SourceFile> {
        self.source
    }

    /// The node.
    pub fn node(&self) -> NodeRef<'s> {
        self.node
    }

    /// Changes with every change of the middleware.
    pub fn version(&self) -> String {
        version_of([self.node])
    }

    /// What it does: the one key below its name, `basicAuth`, `headers`, …
    pub fn kind(&self) -> &'s str {
        if self.node.kind() != Kind::Mapping {
            return "";
        }
        self.node.entries().next().map(|(key, _)| key.text()).unwrap_or_default()
    }

    /// The middlewares that a chain hands requests to, in order; none for any other kind.
    pub fn members(&self) -> Vec<&'s str> {
        let chain = self.node.value_of("chain");
        listed(chain.and_then(|chain| chain.value_of("middlewares")))
    }
}
