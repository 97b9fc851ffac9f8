//! Saving a route: new, edited in place, renamed, moved to another file, or edited while switched off.

use std::borrow::Cow;

use super::{
    ChangeError, Changed, Configuration, Route, RouteForm, Snapshot, TargetInput, Terms,
    change::Deed,
    delete::{own_service, router_and_own},
    detached::Detached,
    fields, headers_preset,
    lookup::{SERVERS_TRANSPORTS, transport_place, transport_users, users},
    objects, own_service_name, own_transport_name,
    patch::{FileEdits, Patch},
    raw,
    transaction::{Plan, SettingsStep},
};

pub(super) use super::lookup::{find, not_found};

use crate::{
    config::{
        edit::{Edit, NewNode, Path},
        store::{ConfigSyntax, FileId},
        value::Value,
    },
    settings::{DisabledRoute, Settings},
    traefik::{
        Protocol,
        name::{ObjectName, in_files},
        service::Service,
    },
    tree::Tree,
};

const ROUTERS: &str = "routers";
const SERVICES: &str = "services";

impl Configuration {
    /// Saves a route as a form says; whatever the form does not know stays as it is.
    ///
    /// # Errors
    /// [`ChangeError`]; then nothing was changed.
    pub fn save_route(&self, terms: &Terms, form: &RouteForm) -> Result<Changed, ChangeError> {
        let deed = Deed::new("save", "router", Some(form.protocol), &form.name);
        self.change(terms, &deed, |snapshot| {
            let (form, files) = headers_preset::carried_out(self, snapshot, form)?;
            let form = without_empty_target(snapshot, form);
            Saving::new(self, snapshot, &form, files)?.plan()
        })
    }
}

/// A form whose list of servers is empty because the route has none says nothing about them: it is above other routes,
/// or its servers are yet to come.
fn without_empty_target<'f>(snapshot: &Snapshot, form: Cow<'f, RouteForm>) -> Cow<'f, RouteForm> {
    let says_none = matches!(&form.target, Some(TargetInput::Servers(servers)) if servers.is_empty());
    let old = form.edit_of.as_deref().filter(|_| says_none).and_then(|id| snapshot.route(id).ok());
    let has_none = old.is_some_and(|route| {
        route.protocol() == form.protocol
            && route.service().is_none_or(|service| service.servers().next().is_none())
    });
    if !has_none {
        return form;
    }
    Cow::Owned(RouteForm { target: None, ..form.into_owned() })
}

/// One attempt at planning a save.
struct Saving<'a> {
    syntax: &'a dyn ConfigSyntax,
    snapshot: &'a Snapshot,
    form: &'a RouteForm,
    old: Option<Route<'a>>,
    file: FileId,
    files: FileEdits,
}

impl<'a> Saving<'a> {
    fn new(
        configuration: &'a Configuration,
        snapshot: &'a Snapshot,
        form: &'a RouteForm,
        files: FileEdits,
    ) -> Result<Self, ChangeError> {
        let old = form.edit_of.as_deref().map(|id| find(snapshot, id)).transpose()?;
        let syntax = configuration.ports.syntax.as_ref();
        if let Some(route) = &old {
            raw::check_version(syntax, route, form.version.as_deref())?;
        }
        let file = configuration.file_for(snapshot, old.as_ref().map(Route::file), form.file.as_deref())?;
        Ok(Self { syntax, snapshot, form, old, file, files })
    }

    fn plan(mut self) -> Result<Plan, ChangeError> {
        self.check_name()?;
        match self.old {
            None => self.create(),
            Some(old) if old.protocol() != self.form.protocol => {
                if !old.is_enabled() {
                    return Err(ChangeError::invalid(
                        "protocol",
                        "enable the route before you change its protocol",
                    ));
                }
                router_and_own(&mut self.files, self.snapshot, &old);
                self.create()
            }
            Some(old) if !old.is_enabled() => self.edit_disabled(&old),
            Some(old) if *old.file() != self.file => self.relocate(&old),
            Some(old) => self.edit_in_place(&old),
        }
    }

    /// A new or changed name must be one that can be referred to, and free in every file.
    fn check_name(&self) -> Result<(), ChangeError> {
        let same_name = self.old.is_some_and(|old| old.name() == self.form.name);
        if !same_name {
            ObjectName::parse_new(&self.form.name)
                .map_err(|error| ChangeError::invalid("serviceName", error.to_string()))?;
        }
        let other = self.snapshot.routes().find(|route| {
            route.protocol() == self.form.protocol
                && route.name() == self.form.name
                && self.old.is_none_or(|old| old.id() != route.id())
        });
        match other {
            Some(route) => Err(ChangeError::Exists {
                what: format!("a route `{}`", self.form.name),
                file: route.file().clone(),
            }),
            None => Ok(()),
        }
    }

    fn create(mut self) -> Result<Plan, ChangeError> {
        let service = match &self.form.target {
            Some(TargetInput::Service(name)) => name.trim().to_owned(),
            Some(_) => own_service_name(&self.form.name),
            None => {
                return Err(ChangeError::invalid(
                    "targetIp",
                    "enter at least one server, or choose a service",
                ));
            }
        };
        let is_own = !matches!(self.form.target, Some(TargetInput::Service(_)));
        let mut router = Patch::new(self.section(ROUTERS).key(&self.form.name), None);
        fields::router(&mut router, self.form, Some(&service), self.snapshot.settings(), true)?;
        self.files.add(&self.file, router.finish());
        if is_own {
            self.create_own_service(&service)?;
        }
        Ok(Plan { files: self.files.into_plan(), ..Plan::default() })
    }

    fn create_own_service(&mut self, name: &str) -> Result<(), ChangeError> {
        let freed =
            self.old.is_some_and(|old| old.protocol() == self.form.protocol && old.service_name() == name);
        if let Some((file, _)) = self.snapshot.service_place(self.form.protocol, name).filter(|_| !freed) {
            return Err(ChangeError::Exists { what: format!("a service `{name}`"), file: file.id().clone() });
        }
        let mut patch = Patch::new(self.section(SERVICES).key(name), None);
        fields::service(&mut patch, self.form, None)?;
        self.transport(&mut patch, None, &self.form.name)?;
        let edits = patch.finish();
        self.files.add(&self.file, edits);
        Ok(())
    }

    fn edit_in_place(mut self, old: &Route<'a>) -> Result<Plan, ChangeError> {
        let path = self.section(ROUTERS).key(old.name());
        let service = self.edit_service(old)?;
        let mut router = Patch::new(path.clone(), old.router().map(|router| router.node()));
        fields::router(&mut router, self.form, service.as_deref(), self.snapshot.settings(), false)?;
        let mut edits = router.finish();
        if old.name() != self.form.name {
            edits.push(Edit::Rename { path, to: self.form.name.clone() });
        }
        let before = self.carry_name(old)?;
        self.files.add(&self.file, edits);
        Ok(Plan { files: self.files.into_plan(), before, ..Plan::default() })
    }

    /// Tells the routers that have this one as their parent its new name.
    fn carry_name(&mut self, old: &Route<'a>) -> Result<Option<SettingsStep>, ChangeError> {
        let is_other = |route: &Route<'_>| route.to_ref() == old.to_ref() && route.id() != old.id();
        if old.name() == self.form.name || self.snapshot.routes().any(|route| is_other(&route)) {
            return Ok(None);
        }
        let (router, name) = (old.to_ref(), &self.form.name);
        let records = objects::carry(self.syntax, self.snapshot, &router, old.file(), name, &mut self.files)?;
        Ok(objects::step(records))
    }

    /// Takes the router with its text to another file; its own service goes along if it stood beside it.
    fn relocate(mut self, old: &Route<'a>) -> Result<Plan, ChangeError> {
        let from = old.source().ok_or_else(|| not_found(old.id()))?;
        let old_path = from.section_path(old.protocol(), ROUTERS).key(old.name());
        let service = self.edit_service(old)?;
        let detached = self.detach(from.tree().ok(), &old_path, old)?;
        let mut router = Patch::new(detached.path(), detached.node());
        fields::router(&mut router, self.form, service.as_deref(), self.snapshot.settings(), false)?;
        let edits = router.finish();
        let moved = detached.edited(self.syntax, edits, &self.form.name)?;
        let path = self.section(ROUTERS).key(&self.form.name);
        self.files.add(&self.file, [Edit::Insert { path, node: moved.new_node(), before: None }]);
        self.files.add(from.id(), [Edit::remove(old_path)]);
        self.relocate_service(old);
        let before = self.carry_name(old)?;
        Ok(Plan { files: self.files.into_plan(), before, ..Plan::default() })
    }

    /// An own service stays behind when the form has changed it or others use it: references reach across files.
    fn relocate_service(&mut self, old: &Route<'a>) {
        let (protocol, name) = (old.protocol(), old.service_name());
        let Some((file, service)) = self.snapshot.service_place(protocol, name) else { return };
        let path = file.section_path(protocol, SERVICES).key(name);
        if self.files.touch(file.id(), &path)
            || !old.owns_service()
            || *file.id() != *old.file()
            || users(self.snapshot, old, name).next().is_some()
        {
            return;
        }
        let node = file
            .tree()
            .ok()
            .and_then(|tree| self.syntax.excerpt(tree, &path).ok())
            .and_then(|text| Detached::from_text(self.syntax, name, &text))
            .map_or_else(|| NewNode::Value(Value::from(service.node())), |entry| entry.new_node());
        let to = self.section(SERVICES).key(name);
        self.files.add(&self.file, [Edit::Insert { path: to, node, before: None }]);
        self.files.add(file.id(), [Edit::remove(path)]);
    }

    /// A switched-off route lives in its record; its service still stands in a file.
    fn edit_disabled(mut self, old: &Route<'a>) -> Result<Plan, ChangeError> {
        let Some(record) = old.record() else { return Err(not_found(old.id())) };
        let in_file = self.snapshot.service_place(old.protocol(), old.service_name()).is_some();
        let mut record = record.clone();
        let service = if in_file || record.service.is_none() {
            self.edit_service(old)?
        } else {
            self.edit_recorded_service(old, &mut record)?
        };
        let detached = match record.entry.as_deref() {
            Some(text) => Detached::from_text(self.syntax, old.name(), text),
            None => None,
        };
        let detached = match detached {
            Some(detached) => detached,
            None => Detached::from_value(self.syntax, old.name(), record.router.clone())?,
        };
        let mut router = Patch::new(detached.path(), detached.node());
        fields::router(&mut router, self.form, service.as_deref(), self.snapshot.settings(), false)?;
        let edits = router.finish();
        let edited = detached.edited(self.syntax, edits, &self.form.name)?;
        record.router = edited.value();
        record.entry = Some(edited.text().to_owned());
        if *old.file() != self.file {
            (record.before, record.section, record.cut) = (None, None, None);
        }
        let old_id = std::mem::replace(&mut record.id, format!("{}::{}", self.file, self.form.name));
        record.config_file = self.file.as_str().to_owned();
        let step = move |settings: &mut Settings| {
            if let Some(slot) = settings.disabled_routes.iter_mut().find(|route| route.id == old_id) {
                *slot = record.clone();
            }
        };
        Ok(Plan { files: self.files.into_plan(), after: Some(Box::new(step)), ..Plan::default() })
    }

    /// The service that 1.5.2 keeps inside the record, edited there.
    fn edit_recorded_service(
        &mut self,
        old: &Route<'a>,
        record: &mut DisabledRoute,
    ) -> Result<Option<String>, ChangeError> {
        if let Some(TargetInput::Service(name)) = &self.form.target {
            return Ok((name.trim() != old.service_name()).then(|| name.trim().to_owned()));
        }
        let Some(value) = record.service.clone() else { return Ok(None) };
        let name = old.service_name();
        let detached = Detached::from_value(self.syntax, name, value)?;
        let mut patch = Patch::new(detached.path(), detached.node());
        fields::service(&mut patch, self.form, old.service())?;
        self.transport(&mut patch, old.service(), old.name())?;
        let edits = patch.finish();
        record.service = Some(detached.edited(self.syntax, edits, name)?.value());
        let renamed = old.owns_service() && old.name() != self.form.name;
        Ok(renamed.then(|| own_service_name(&self.form.name)))
    }

    /// Plans what the form changes in the service and returns the service's new name where the router must say
    /// another one.
    fn edit_service(&mut self, old: &Route<'a>) -> Result<Option<String>, ChangeError> {
        let (protocol, name) = (old.protocol(), old.service_name());
        if let Some(TargetInput::Service(chosen)) = &self.form.target {
            let chosen = chosen.trim();
            if chosen.is_empty() {
                return Err(ChangeError::invalid("serviceRef", "choose a service"));
            }
            if in_files(chosen) == in_files(name) {
                return Ok(None);
            }
            own_service(&mut self.files, self.snapshot, old);
            return Ok(Some(chosen.to_owned()));
        }
        let Some((file, service)) = self.snapshot.service_place(protocol, name) else {
            // Another provider's service, or none: servers of its own mean a service of its own.
            if self.form.target.is_none() {
                return Ok(None);
            }
            let own = own_service_name(&self.form.name);
            self.create_own_service(&own)?;
            return Ok(Some(own));
        };
        let path = file.section_path(protocol, SERVICES).key(in_files(name));
        let mut patch = Patch::new(path.clone(), Some(service.node()));
        fields::service(&mut patch, self.form, Some(service))?;
        self.transport(&mut patch, Some(service), old.name())?;
        let mut edits = patch.finish();
        let is_shared = users(self.snapshot, old, name).next().is_some();
        if !edits.is_empty() {
            if service.kind() != "loadBalancer" {
                return Err(ChangeError::invalid(
                    "targetIp",
                    format!("service `{name}` is of kind {}; edit it as YAML", service.kind()),
                ));
            }
            if is_shared {
                // The others keep what they have; this route gets a service of its own.
                let own = own_service_name(&self.form.name);
                if own == name {
                    let users: Vec<String> = users(self.snapshot, old, name).collect();
                    return Err(ChangeError::InUse { what: format!("service `{name}`"), users });
                }
                self.create_own_service(&own)?;
                return Ok(Some(own));
            }
        }
        let renamed = old.owns_service() && old.name() != self.form.name && !is_shared;
        let new_name = renamed.then(|| own_service_name(&self.form.name));
        if let Some(new_name) = &new_name {
            self.rename_transport(&mut edits, &path, service, old);
            edits.push(Edit::Rename { path, to: new_name.clone() });
        }
        self.files.add(file.id(), edits);
        Ok(new_name)
    }

    fn rename_transport(
        &mut self,
        edits: &mut Vec<Edit>,
        service_path: &Path,
        service: Service<'_>,
        old: &Route<'_>,
    ) {
        let (own, new) = (own_transport_name(old.name()), own_transport_name(&self.form.name));
        if service.servers_transport() != own || transport_users(self.snapshot, old.protocol(), &own) > 1 {
            return;
        }
        let Some((file, path)) = transport_place(self.snapshot, old.protocol(), &own) else { return };
        let patch = Patch::new(service_path.clone(), Some(service.node()));
        edits.push(Edit::set(patch.path(&["loadBalancer", "serversTransport"]), Value::text(&new)));
        self.files.add(&file, [Edit::Rename { path, to: new }]);
    }

    /// Switches the check of the servers' certificates on or off through a transport of the route's own.
    fn transport(
        &mut self,
        patch: &mut Patch<'_>,
        service: Option<Service<'_>>,
        name: &str,
    ) -> Result<(), ChangeError> {
        let Some(skip) = self.form.skip_tls_verify.filter(|_| self.form.protocol == Protocol::Http) else {
            return Ok(());
        };
        let written = service.map(|service| service.servers_transport()).unwrap_or_default();
        if self.snapshot.is_unverified_transport(written) == skip {
            return Ok(());
        }
        let own = own_transport_name(name);
        if !written.is_empty() && in_files(written) != own {
            return Err(ChangeError::invalid(
                "insecureSkipVerify",
                format!("the service uses the servers transport `{written}`; change it there"),
            ));
        }
        let place = transport_place(self.snapshot, Protocol::Http, &own);
        if skip {
            let (file, path) =
                place.unwrap_or_else(|| (self.file.clone(), self.section(SERVERS_TRANSPORTS).key(&own)));
            self.files.add(&file, [Edit::set(path.key("insecureSkipVerify"), Value::Bool(true))]);
            patch.set(&["loadBalancer", "serversTransport"], Value::text(own));
        } else if let Some((file, path)) = place {
            let node = self
                .snapshot
                .file(file.as_str())
                .and_then(|file| file.object(Protocol::Http, SERVERS_TRANSPORTS, &own));
            if node.is_some_and(|node| node.entries().count() > 1) {
                self.files.add(&file, [Edit::set(path.key("insecureSkipVerify"), Value::Bool(false))]);
            } else {
                self.files.add(&file, [Edit::remove(path)]);
                patch.remove(&["loadBalancer", "serversTransport"]);
            }
        }
        Ok(())
    }

    fn detach(&self, tree: Option<&Tree>, path: &Path, old: &Route<'_>) -> Result<Detached, ChangeError> {
        let text = tree.and_then(|tree| self.syntax.excerpt(tree, path).ok());
        if let Some(detached) = text.and_then(|text| Detached::from_text(self.syntax, old.name(), &text)) {
            return Ok(detached);
        }
        // The entry leans on anchors of its file; what they stand for is written out.
        let value = old.router().map_or(Value::Null, |router| Value::from(router.node()));
        Detached::from_value(self.syntax, old.name(), value)
    }

    /// The path of a section in the target file.
    fn section(&self, section: &str) -> Path {
        self.snapshot.file(self.file.as_str()).map_or_else(
            || Path::keys([self.form.protocol.as_str(), section]),
            |file| file.section_path(self.form.protocol, section),
        )
    }
}
