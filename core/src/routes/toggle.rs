//! Switching a route off and on again, so that it comes back as it was written and where it was written.

use super::{
    ChangeError, Changed, Configuration, Route, Snapshot, configuration::Plan, detached::Detached, save,
};
use crate::{
    config::{
        edit::{Edit, NewNode, Path},
        store::FileId,
        value::Value,
    },
    settings::{DisabledRoute, Settings},
};

impl Configuration {
    /// Switches a route on or off. Its service stays in its file: unused, it does nothing.
    ///
    /// # Errors
    /// [`ChangeError`]; then nothing was changed.
    pub fn set_enabled(&self, id: &str, enable: bool) -> Result<Changed, ChangeError> {
        let name =
            save::find(&self.snapshot(), id).map_or_else(|_| id.to_owned(), |route| route.name().to_owned());
        self.change(&name, |snapshot| {
            let route = save::find(snapshot, id)?;
            match (route.is_enabled(), enable) {
                (true, false) => self.disable(&route),
                (false, true) => self.enable(snapshot, &route),
                _ => Ok(Plan::default()),
            }
        })
    }

    /// The record is written first: a crash in between leaves a live route beside a record that nobody looks at.
    fn disable(&self, route: &Route<'_>) -> Result<Plan, ChangeError> {
        let (Some(source), Some(router)) = (route.source(), route.router()) else {
            return Err(save::not_found(route.id()));
        };
        let tree = source.tree().map_err(|problem| ChangeError::Broken(problem.clone()))?;
        let section = source.section_path(route.protocol(), "routers");
        let path = section.key(route.name());
        let siblings = source.objects(route.protocol(), "routers").map(|(key, _)| key.text());
        let before = siblings.skip_while(|name| *name != route.name()).nth(1).map(str::to_owned);
        let record = DisabledRoute {
            id: route.id().to_owned(),
            protocol: route.protocol(),
            router: Value::from(router.node()),
            service: route.service().map(|service| Value::from(service.node())),
            config_file: route.file().as_str().to_owned(),
            service_config_file: route.file().as_str().to_owned(),
            entry: self.ports.syntax.excerpt(tree, &path).ok(),
            before,
        };
        let step = move |settings: &mut Settings| {
            settings.disabled_routes.retain(|old| old.id != record.id);
            settings.disabled_routes.push(record.clone());
        };
        let files = vec![(source.id().clone(), vec![Edit::remove(path)])];
        Ok(Plan { before: Some(Box::new(step)), files, after: None })
    }

    /// The file is written first: a crash in between leaves a live route beside a record that nobody looks at.
    fn enable(&self, snapshot: &Snapshot, route: &Route<'_>) -> Result<Plan, ChangeError> {
        let Some(record) = route.record() else { return Err(save::not_found(route.id())) };
        let taken = snapshot.routes().find(|other| {
            other.is_enabled() && other.protocol() == route.protocol() && other.name() == route.name()
        });
        if let Some(other) = taken {
            return Err(ChangeError::Exists {
                what: format!("a route `{}`", route.name()),
                file: other.file().clone(),
            });
        }
        let file = match route.source() {
            Some(source) => source.id().clone(),
            None => self.target_file(snapshot, Some(route.file().as_str()))?,
        };
        let section = |section: &str| match snapshot.file(file.as_str()) {
            Some(source) => source.section_path(route.protocol(), section),
            None => Path::keys([route.protocol().as_str(), section]),
        };
        let path = section("routers").key(route.name());
        let node = self.returning_node(snapshot, &file, &path, record);
        let mut edits = vec![Edit::Insert { path, node, before: record.before.clone() }];
        // 1.5.2 takes the service out together with the router.
        let reference = route.service_name();
        if !reference.contains('@')
            && !reference.is_empty()
            && let Some(service) = record
                .service
                .as_ref()
                .filter(|service| matches!(service, Value::Map(fields) if !fields.is_empty()))
            && snapshot.service(route.protocol(), reference).is_none()
        {
            edits.push(Edit::set(section("services").key(reference), service.clone()));
        }
        let id = record.id.clone();
        let step = move |settings: &mut Settings| settings.disabled_routes.retain(|old| old.id != id);
        Ok(Plan { before: None, files: vec![(file, edits)], after: Some(Box::new(step)) })
    }

    /// The text that was taken out. Text that leans on anchors is good only while they are in the file; then the
    /// values take its place.
    fn returning_node(
        &self,
        snapshot: &Snapshot,
        file: &FileId,
        path: &Path,
        record: &DisabledRoute,
    ) -> NewNode {
        let values = || NewNode::Value(record.router.clone());
        let Some(text) = &record.entry else { return values() };
        let syntax = self.ports.syntax.as_ref();
        let entry = NewNode::Entry(text.clone());
        let stands_alone =
            path.last_key().is_some_and(|name| Detached::from_text(syntax, name, text).is_some());
        let tree = snapshot.file(file.as_str()).and_then(|source| source.tree().ok());
        let attempt = Edit::Insert { path: path.clone(), node: entry.clone(), before: None };
        if stands_alone || tree.is_some_and(|tree| syntax.apply(tree, &[attempt]).is_ok()) {
            entry
        } else {
            values()
        }
    }
}
