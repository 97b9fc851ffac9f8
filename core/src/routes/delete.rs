//! Deleting a route, with what belongs to it alone and nothing else.

use super::{
    ChangeError, Changed, Configuration, Route, Snapshot, Terms,
    change::Deed,
    headers_preset,
    lookup::{find, transport_place, transport_users, users},
    objects::users_but,
    own_transport_name,
    patch::FileEdits,
    raw::check_version,
    transaction::Plan,
};
use crate::{config::edit::Edit, settings::Settings};

impl Configuration {
    /// Deletes a route, live or switched off. Its own service, servers transport and preset headers go too,
    /// unless something else uses them; shared ones stay.
    ///
    /// # Errors
    /// [`ChangeError::InUse`] with the routes that have it as their parent, or another [`ChangeError`]; then nothing
    /// was changed.
    pub fn delete_route(
        &self,
        terms: &Terms,
        id: &str,
        version: Option<&str>,
    ) -> Result<Changed, ChangeError> {
        let deed = Deed::of_route("delete", &self.snapshot(), id);
        self.change(terms, &deed, |snapshot| {
            let route = find(snapshot, id)?;
            check_version(self.ports.syntax.as_ref(), &route, version)?;
            let children: Vec<String> =
                users_but(snapshot, route.to_ref(), Some(&route)).map(|user| user.to_string()).collect();
            if !children.is_empty() {
                return Err(ChangeError::InUse {
                    what: format!("route `{}`", route.name()),
                    users: children,
                });
            }
            let mut files = FileEdits::default();
            if !route.is_enabled() {
                own_service(&mut files, snapshot, &route);
                headers_preset::remove_made(&mut files, snapshot, &route);
                let id = route.record().map(|record| record.id.clone()).unwrap_or_default();
                let step =
                    move |settings: &mut Settings| settings.disabled_routes.retain(|record| record.id != id);
                return Ok(Plan { files: files.into_plan(), after: Some(Box::new(step)), ..Plan::default() });
            }
            router_and_own(&mut files, snapshot, &route);
            Ok(Plan { files: files.into_plan(), ..Plan::default() })
        })
    }
}

/// Removes a live router and what belongs to it alone.
pub(super) fn router_and_own(files: &mut FileEdits, snapshot: &Snapshot, route: &Route<'_>) {
    if let Some(file) = route.source() {
        files
            .add(file.id(), [Edit::remove(file.section_path(route.protocol(), "routers").key(route.name()))]);
    }
    own_service(files, snapshot, route);
    headers_preset::remove_made(files, snapshot, route);
}

/// Removes the route's own service and transport where nothing else refers to them.
pub(super) fn own_service(files: &mut FileEdits, snapshot: &Snapshot, route: &Route<'_>) {
    let (protocol, name) = (route.protocol(), route.service_name());
    let Some((file, service)) = snapshot.service_place(protocol, name) else { return };
    if !route.owns_service() || users(snapshot, route, name).next().is_some() {
        return;
    }
    files.add(file.id(), [Edit::remove(file.section_path(protocol, "services").key(name))]);
    let own = own_transport_name(route.name());
    if service.servers_transport() == own
        && transport_users(snapshot, protocol, &own) == 1
        && let Some((file, path)) = transport_place(snapshot, protocol, &own)
    {
        files.add(&file, [Edit::remove(path)]);
    }
}
