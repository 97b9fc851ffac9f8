//! Where one object names another: the one list of it, for who uses what, renaming and deleting alike.

use super::{Protocol, name::in_files};
use crate::{
    config::{edit::Path, object::ObjectKind},
    tree::{Kind, NodeRef},
};

/// What an object is to whoever names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// The one that names it makes no sense without it: a router's service.
    Needed,
    /// The field can go, and Traefik's default takes its place: a servers transport.
    Optional,
    /// One of a list that may be empty: a router's middlewares.
    Member,
    /// One of a list that may not: a chain's middlewares.
    NeededMember,
}

/// One place where an object names another.
#[derive(Debug, Clone)]
pub struct Reference<'t> {
    /// What is named.
    pub kind: ObjectKind,
    /// Its protocol; `None` for what stands under `tls`.
    pub protocol: Option<Protocol>,
    /// The name as it is written, with its `@provider` where it has one.
    pub written: &'t str,
    /// The text that it stands in: itself, or several names with commas between them.
    pub whole: &'t str,
    /// What for.
    pub role: Role,
    /// Whether the place is reached through an alias or a merge key, so that others share it.
    pub is_shared: bool,
    /// Its place in a text of several names with commas between them.
    pub part: Option<usize>,
    way: Way<'t>,
    /// How many steps lead to the list that it is an element of, for members.
    list: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step<'t> {
    Key(&'t str),
    Index(usize),
}

/// The longest way there is: `weighted.services[0].name`.
const MAX_STEPS: usize = 4;

/// The steps from an object to a name in it. Every object of every file is looked at for who uses what, so it is kept
/// without memory of its own.
#[derive(Debug, Clone, Copy)]
struct Way<'t> {
    steps: [Step<'t>; MAX_STEPS],
    length: usize,
}

impl<'t> Way<'t> {
    const NONE: Self = Self { steps: [Step::Index(0); MAX_STEPS], length: 0 };

    fn steps(&self) -> &[Step<'t>] {
        self.steps.get(..self.length).unwrap_or_default()
    }

    fn then(mut self, step: Step<'t>) -> Self {
        if let Some(slot) = self.steps.get_mut(self.length) {
            *slot = step;
            self.length += 1;
        }
        self
    }
}

impl<'t> Reference<'t> {
    /// The name that it has in the files, without `@file`.
    pub fn name(&self) -> &'t str {
        in_files(self.written)
    }

    /// What is written for another name, with the same `@file` or none.
    pub fn renamed(&self, name: &str) -> String {
        format!("{name}{}", self.written.get(self.name().len()..).unwrap_or_default())
    }

    /// The path of the name, below that of the object.
    pub fn path(&self, object: &Path) -> Path {
        self.steps_to(object, self.way.length)
    }

    /// The path of the list that it is an element of; of the name itself for any other.
    pub fn list(&self, object: &Path) -> Path {
        self.steps_to(object, self.list)
    }

    /// The path of its element in that list.
    pub fn item(&self, object: &Path) -> Path {
        self.steps_to(object, (self.list + 1).min(self.way.length))
    }

    /// Whether both are elements of the same list of the same object.
    pub fn is_beside(&self, other: &Self) -> bool {
        self.list == other.list && self.way.steps().get(..self.list) == other.way.steps().get(..other.list)
    }

    /// The element's index.
    pub fn index(&self) -> Option<usize> {
        match self.way.steps().get(self.list) {
            Some(Step::Index(index)) => Some(*index),
            _ => None,
        }
    }

    fn steps_to(&self, object: &Path, count: usize) -> Path {
        self.way.steps().iter().take(count).fold(object.clone(), |path, step| match step {
            Step::Key(key) => path.key(*key),
            Step::Index(index) => path.index(*index),
        })
    }
}

/// Every place where an object names another one.
pub fn references(kind: ObjectKind, protocol: Option<Protocol>, node: NodeRef<'_>) -> Vec<Reference<'_>> {
    use ObjectKind::{Middleware, Router, ServersTransport, Service, TlsCertificate, TlsOptions, TlsStore};
    let mut found = Found { protocol, references: Vec::new() };
    let object = Walk { node, way: Way::NONE, is_shared: node.is_alias() };
    match kind {
        Router => {
            found.one(object.field("service"), Service, Role::Needed);
            found.list(object.field("middlewares"), Middleware, Role::Member);
            found.list(object.field("parentRefs"), Router, Role::NeededMember);
            let options = object.field("tls").and_then(|tls| tls.field("options"));
            found.protocol = None;
            found.one(options, TlsOptions, Role::Optional);
        }
        Service => {
            let balancer = object.field("loadBalancer");
            let transport = balancer.and_then(|balancer| balancer.field("serversTransport"));
            found.one(transport, ServersTransport, Role::Optional);
            found.list(object.field("middlewares"), Middleware, Role::Member);
            for kind in ["weighted", "highestRandomWeight"] {
                let children = object.field(kind).and_then(|kind| kind.field("services"));
                found.named(children, Service, Role::NeededMember);
            }
            if let Some(mirroring) = object.field("mirroring") {
                found.one(mirroring.field("service"), Service, Role::Needed);
                found.named(mirroring.field("mirrors"), Service, Role::Member);
            }
            if let Some(failover) = object.field("failover") {
                found.one(failover.field("service"), Service, Role::Needed);
                found.one(failover.field("fallback"), Service, Role::Needed);
            }
        }
        Middleware => {
            let chain = object.field("chain").and_then(|chain| chain.field("middlewares"));
            found.list(chain, Middleware, Role::NeededMember);
            let errors = object.field("errors").and_then(|errors| errors.field("service"));
            found.one(errors, Service, Role::Needed);
        }
        TlsCertificate => found.list(object.field("stores"), TlsStore, Role::Member),
        ServersTransport | TlsOptions | TlsStore => {}
    }
    found.references
}

/// A node, and how it was reached.
#[derive(Clone, Copy)]
struct Walk<'t> {
    node: NodeRef<'t>,
    way: Way<'t>,
    is_shared: bool,
}

impl<'t> Walk<'t> {
    fn field(&self, name: &str) -> Option<Self> {
        let (key, node) = self.node.field(name).filter(|(_, value)| !value.is_null())?;
        let is_own = self.node.own_entries().any(|(own, _)| own.id() == key.id());
        Some(self.step(Step::Key(key.text()), node, !is_own))
    }

    fn items(&self) -> impl Iterator<Item = Self> {
        let items = self.node.items().enumerate();
        items.map(|(index, node)| self.step(Step::Index(index), node, false))
    }

    fn step(&self, step: Step<'t>, node: NodeRef<'t>, is_inherited: bool) -> Self {
        let way = self.way.then(step);
        Self { node, way, is_shared: self.is_shared || is_inherited || node.is_alias() }
    }
}

struct Found<'t> {
    protocol: Option<Protocol>,
    references: Vec<Reference<'t>>,
}

impl<'t> Found<'t> {
    fn one(&mut self, place: Option<Walk<'t>>, kind: ObjectKind, role: Role) {
        if let Some(place) = place
            && let Some(written) = place.node.as_str()
        {
            let list = place.way.length;
            self.add(place, written, kind, role, list, None);
        }
    }

    /// A list of names, or a text of names with commas between them.
    fn list(&mut self, place: Option<Walk<'t>>, kind: ObjectKind, role: Role) {
        let Some(place) = place else { return };
        let list = place.way.length;
        if place.node.kind() == Kind::Sequence {
            for item in place.items() {
                if let Some(written) = item.node.as_str() {
                    self.add(item, written, kind, role, list, None);
                }
            }
            return;
        }
        let text = place.node.as_str().unwrap_or_default();
        for (part, written) in text.split(',').map(str::trim).filter(|name| !name.is_empty()).enumerate() {
            self.add(place, written, kind, role, list, Some(part));
        }
    }

    /// A list of mappings with a `name` each.
    fn named(&mut self, place: Option<Walk<'t>>, kind: ObjectKind, role: Role) {
        let Some(place) = place else { return };
        let list = place.way.length;
        for name in place.items().filter_map(|item| item.field("name")) {
            if let Some(written) = name.node.as_str() {
                self.add(name, written, kind, role, list, None);
            }
        }
    }

    fn add(
        &mut self,
        place: Walk<'t>,
        written: &'t str,
        kind: ObjectKind,
        role: Role,
        list: usize,
        part: Option<usize>,
    ) {
        let Walk { way, is_shared, node } = place;
        let (protocol, whole) = (self.protocol, node.text());
        self.references.push(Reference { kind, protocol, written, whole, role, is_shared, part, way, list });
    }
}
