//! Who names whom.

use std::{collections::HashMap, fmt};

use super::{super::Route, Snapshot};
use crate::{
    config::{
        object::{ObjectKind, ObjectRef},
        store::FileId,
    },
    traefik::reference::{Reference, references},
    tree::NodeRef,
};

/// An object that names another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// The object.
    pub object: ObjectRef,
    /// Its file.
    pub file: FileId,
    /// Whether it stands in the file; otherwise it is a route that is switched off.
    pub is_enabled: bool,
}

impl User {
    /// What people call it: a router is a route to them.
    pub fn noun(&self) -> &'static str {
        match self.object.kind {
            ObjectKind::Router => "route",
            kind => kind.noun(),
        }
    }
}

impl fmt::Display for User {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} `{}`", self.noun(), self.object.name)
    }
}

/// Something that may name objects: an object of a file, or a route that is switched off.
#[derive(Debug, Clone, Copy)]
pub(super) enum Holder<'s> {
    Object(super::Object<'s>),
    Route(Route<'s>),
}

impl<'s> Holder<'s> {
    /// Every one of them that may name objects of a kind.
    pub(super) fn all(snapshot: &'s Snapshot) -> impl Iterator<Item = Self> {
        let objects = |kinds: [ObjectKind; 3]| {
            kinds.into_iter().flat_map(|kind| snapshot.objects(kind)).map(Self::Object)
        };
        let off = snapshot.routes().filter(|route| !route.is_enabled()).map(Self::Route);
        let routers = snapshot.objects(ObjectKind::Router).map(Self::Object);
        routers.chain(off).chain(objects([
            ObjectKind::Service,
            ObjectKind::Middleware,
            ObjectKind::TlsCertificate,
        ]))
    }

    pub(super) fn user(&self) -> User {
        match self {
            Self::Object(object) => {
                User { object: object.to_ref(), file: object.file().clone(), is_enabled: true }
            }
            Self::Route(route) => {
                User { object: route.to_ref(), file: route.file().clone(), is_enabled: false }
            }
        }
    }

    /// The places where it names others; for a route that is switched off, also where the service that is kept with it
    /// does.
    pub(super) fn references(&self) -> Vec<Reference<'s>> {
        match self {
            Self::Object(object) => references(object.kind(), object.protocol(), object.node()),
            Self::Route(route) => {
                let of = |kind, node: Option<NodeRef<'s>>| {
                    node.map(|node| references(kind, Some(route.protocol()), node)).unwrap_or_default()
                };
                let mut found = of(ObjectKind::Router, route.router().map(|router| router.node()));
                found.extend(of(ObjectKind::Service, route.recorded_service()));
                found
            }
        }
    }
}

/// Who uses what, for all objects at once.
#[derive(Debug, Default)]
pub struct Users(HashMap<ObjectRef, Vec<User>>);

impl Users {
    /// Looks once at every object.
    pub fn of(snapshot: &Snapshot) -> Self {
        let mut users: HashMap<ObjectRef, Vec<User>> = HashMap::new();
        for holder in Holder::all(snapshot) {
            let references = holder.references();
            if references.is_empty() {
                continue;
            }
            let user = holder.user();
            for reference in references {
                let named = users
                    .entry(ObjectRef::new(reference.protocol, reference.kind, reference.name()))
                    .or_default();
                if named.last() != Some(&user) {
                    named.push(user.clone());
                }
            }
        }
        Self(users)
    }

    /// Who names an object.
    pub fn get(&self, object: &ObjectRef) -> &[User] {
        self.0.get(object).map(Vec::as_slice).unwrap_or_default()
    }
}

pub(super) fn names(reference: &Reference<'_>, object: &ObjectRef) -> bool {
    reference.kind == object.kind && reference.protocol == object.protocol && reference.name() == object.name
}

/// Who names an object, looked for one by one.
pub(super) fn users_of(snapshot: &Snapshot, object: &ObjectRef) -> Vec<User> {
    users_but(snapshot, object.clone(), None).collect()
}

/// Who but one route names an object.
pub(in crate::routes) fn users_but<'s>(
    snapshot: &'s Snapshot,
    object: ObjectRef,
    route: Option<&Route<'_>>,
) -> impl Iterator<Item = User> + use<'s> {
    let route = route.map(|route| (route.to_ref(), route.file().clone()));
    Holder::all(snapshot)
        .filter(move |holder| holder.references().iter().any(|reference| names(reference, &object)))
        .map(|holder| holder.user())
        .filter(move |user| {
            route.as_ref().is_none_or(|(own, file)| (own, file) != (&user.object, &user.file))
        })
}
