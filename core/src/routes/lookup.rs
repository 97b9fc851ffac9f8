//! Finds a route, and whoever else refers to what it uses.

use super::{ChangeError, NoSuchRoute, Route, Snapshot};
use crate::{
    config::{edit::Path, store::FileId},
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
    let (protocol, own_id) = (route.protocol(), route.id().to_owned());
    let bare = in_files(service).to_owned();
    let same = move |name: &str| in_files(name) == bare;
    let by_service = {
        let same = same.clone();
        snapshot
            .services_of(protocol)
            .filter(move |(_, service)| service.children().into_iter().any(&same))
            .map(|(name, _)| format!("service `{name}`"))
    };
    snapshot
        .routes()
        .filter(move |other| {
            other.protocol() == protocol && other.id() != own_id && same(other.service_name())
        })
        .map(|other| format!("route `{}`", other.name()))
        .chain(by_service)
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
