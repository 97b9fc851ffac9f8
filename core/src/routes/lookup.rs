//! Finds a route, and whoever else refers to what it uses.

use super::{ChangeError, NoSuchRoute, Route, Snapshot, objects::users_but};
use crate::{
    config::{
        edit::Path,
        object::{ObjectKind, ObjectRef},
        store::FileId,
    },
    traefik::{Protocol, name::in_files},
};

pub(super) const SERVERS_TRANSPORTS: &str = "serversTransports";

/// Finds a route by id.
pub(super) fn find<'s>(snapshot: &'s Snapshot, id: &str) -> Result<Route<'s>, ChangeError> {
    snapshot.route(id).map_err(|error| match error {
        NoSuchRoute::Unknown => not_found(id),
        NoSuchRoute::Ambiguous(ids) => ChangeError::Ambiguous { id: id.to_owned(), ids },
    })
}

pub(super) fn not_found(id: &str) -> ChangeError {
    ChangeError::NotFound { what: format!("route `{id}`") }
}

/// Everything but `route` that refers to the service.
pub(super) fn users<'s>(
    snapshot: &'s Snapshot,
    route: &Route<'_>,
    service: &str,
) -> impl Iterator<Item = String> + use<'s> {
    let service = ObjectRef::new(Some(route.protocol()), ObjectKind::Service, in_files(service));
    users_but(snapshot, service, Some(route)).map(|user| user.to_string())
}

/// How many services use a servers transport.
pub(super) fn transport_users(snapshot: &Snapshot, protocol: Protocol, name: &str) -> usize {
    snapshot
        .services_of(protocol)
        .filter(|(_, service)| in_files(service.servers_transport()) == name)
        .count()
}

/// The file and path of a servers transport.
pub(super) fn transport_place(snapshot: &Snapshot, protocol: Protocol, name: &str) -> Option<(FileId, Path)> {
    let file =
        snapshot.files().iter().find(|file| file.object(protocol, SERVERS_TRANSPORTS, name).is_some())?;
    Some((file.id().clone(), file.section_path(protocol, SERVERS_TRANSPORTS).key(name)))
}
