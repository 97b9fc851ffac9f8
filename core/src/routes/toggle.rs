//! Switching a route off and on again, so that it comes back as it was written and where it was written.

use std::sync::Arc;

use super::{
    ChangeError, Changed, Configuration, Route, Snapshot, Terms, change::Deed, detached::Detached, raw, save,
    transaction::Plan,
};
use crate::{
    config::{
        edit::{Edit, EditError, NewNode, Path, Segment},
        guard,
        store::FileId,
        value::Value,
    },
    settings::{Cut, DisabledRoute, DisabledSection, Settings},
    tree::{Kind, NodeRef, Tree},
};

/// What switching a route on is called in the audit trail.
pub(super) const ENABLE: &str = "enable";
/// What switching it off is called.
pub(super) const DISABLE: &str = "disable";

impl Configuration {
    /// Switches a route on or off. Its service stays in its file: unused, it does nothing.
    ///
    /// # Errors
    /// [`ChangeError`]; then nothing was changed.
    pub fn set_enabled(&self, terms: &Terms, id: &str, enable: bool) -> Result<Changed, ChangeError> {
        self.set_enabled_at(terms, id, enable, None)
    }

    /// The same, of a route that is still at `version`, see [`Route::version`].
    ///
    /// # Errors
    /// [`ChangeError::Conflict`] when it is not, or another [`ChangeError`]; then nothing was changed.
    pub fn set_enabled_at(
        &self,
        terms: &Terms,
        id: &str,
        enable: bool,
        version: Option<&str>,
    ) -> Result<Changed, ChangeError> {
        self.switch(terms, id, enable, None, &|snapshot| {
            raw::check_version(self.ports.syntax.as_ref(), &save::find(snapshot, id)?, version)
        })
    }

    /// The same, also as the undoing of an earlier change, unless `may` refuses when nobody else can change anything.
    pub(super) fn switch(
        &self,
        terms: &Terms,
        id: &str,
        enable: bool,
        regarding: Option<u64>,
        may: &dyn Fn(&Snapshot) -> Result<(), ChangeError>,
    ) -> Result<Changed, ChangeError> {
        let action = if enable { ENABLE } else { DISABLE };
        // A route that comes back breaks nothing that worked, whatever it lacks by now.
        let terms = &Terms { accepts_disabled: terms.accepts_disabled || enable, ..terms.clone() };
        let deed = Deed { regarding, ..Deed::of_route(action, &self.snapshot(), id) };
        self.change(terms, &deed, |snapshot| {
            may(snapshot)?;
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
        if router.node().kind() != Kind::Mapping {
            // A record could not tell it from a route that has none.
            let message = format!("router `{}` has no keys; write its rule and service first", route.name());
            return Err(ChangeError::invalid("id", message));
        }
        let tree = source.tree().map_err(|problem| ChangeError::Broken(problem.clone()))?;
        let section = source.section_path(route.protocol(), "routers");
        let path = section.key(route.name());
        let siblings = source.objects(route.protocol(), "routers").map(|(key, _)| key.text());
        let before = siblings.skip_while(|name| *name != route.name()).nth(1).map(str::to_owned);
        let record = DisabledRoute {
            id: route.id().to_owned(),
            protocol: route.protocol(),
            router: Value::from(router.node()),
            service: route
                .service()
                .filter(|service| service.node().kind() == Kind::Mapping)
                .map(|service| Value::from(service.node())),
            config_file: route.file().as_str().to_owned(),
            service_config_file: route.file().as_str().to_owned(),
            entry: self.ports.syntax.excerpt(tree, &path).ok(),
            before,
            section: self.emptied_section(tree, &section),
            cut: self.without(tree, &path).ok().map(|new| Cut::between(tree.text(), new.text())),
        };
        let step = move |settings: &mut Settings| {
            settings.disabled_routes.retain(|old| old.id != record.id);
            settings.disabled_routes.push(record.clone());
        };
        let files = vec![(source.id().clone(), vec![Edit::remove(path)])];
        Ok(Plan { before: Some(Box::new(step)), files, ..Plan::default() })
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
        let path = section("routers");
        let is_there = snapshot.file(file.as_str()).is_some_and(|source| {
            source.tree().is_ok_and(|tree| node_at(tree, &path).is_some_and(|node| !node.is_null()))
        });
        let node = self.returning_node(snapshot, &file, &path.key(route.name()), record);
        let mut edits = vec![match &node {
            NewNode::Entry(entry) if !is_there => self.returning_section(route, record, &path, entry),
            _ => Edit::Insert { path: path.key(route.name()), node, before: record.before.clone() },
        }];
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
        let plan = Plan { after: Some(Box::new(step)), ..Plan::default() };
        let present = snapshot.file(file.as_str()).filter(|_| edits.len() == 1);
        match present.and_then(|source| self.as_it_was(source.text(), &path.key(route.name()), record)) {
            Some(text) => Ok(Plan { texts: vec![(file, Some(text))], ..plan }),
            None => Ok(Plan { files: vec![(file, edits)], ..plan }),
        }
    }

    /// The file with the very bytes that were taken out: where they hold the router as the record has it, and taking it
    /// out again would leave what is there now.
    fn as_it_was(&self, present: &str, path: &Path, record: &DisabledRoute) -> Option<Arc<str>> {
        let (cut, entry) = (record.cut.as_ref()?, record.entry.as_ref()?);
        let syntax = self.ports.syntax.as_ref();
        cut.undone(present).into_iter().map(Arc::from).find(|text: &Arc<str>| {
            let Ok(tree) = syntax.parse(Arc::clone(text)) else { return false };
            let is_the_router = syntax.excerpt(&tree, path).is_ok_and(|excerpt| excerpt == *entry);
            is_the_router && self.without(&tree, path).is_ok_and(|new| new.text() == present)
        })
    }

    /// A file's text without a router.
    fn without(&self, tree: &Tree, path: &Path) -> Result<Tree, EditError> {
        guard::apply(self.ports.syntax.as_ref(), tree, &[Edit::remove(path.clone())])
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

    /// The highest section that goes when its last router goes, with what stands behind it.
    fn emptied_section(&self, tree: &Tree, routers: &Path) -> Option<DisabledSection> {
        let holds_one = |path: &Path| node_at(tree, path).is_some_and(|node| node.own_entries().count() == 1);
        if !holds_one(routers) {
            return None;
        }
        let (_, protocol) = routers.split_last()?;
        let gone = if holds_one(&protocol) { protocol } else { routers.clone() };
        let (_, parent) = gone.split_last()?;
        let siblings = node_at(tree, &parent)?.own_entries().map(|(key, _)| key.text());
        let before = siblings.skip_while(|key| Some(*key) != gone.last_key()).nth(1).map(str::to_owned);
        let entry = self.ports.syntax.excerpt(tree, &gone).ok()?;
        Some(DisabledSection { entry, before })
    }

    /// A router whose section is gone comes back with the section that went with it, else with a new one in front of
    /// its siblings.
    fn returning_section(
        &self,
        route: &Route<'_>,
        record: &DisabledRoute,
        routers: &Path,
        entry: &str,
    ) -> Edit {
        let insert =
            |path: Path, entry: String, before| Edit::Insert { path, node: NewNode::Entry(entry), before };
        let kept = record.section.as_ref().and_then(|section| {
            let (path, text) = self.section_with(section, route, routers, entry)?;
            Some(insert(path, text, section.before.clone()))
        });
        kept.unwrap_or_else(|| {
            let mut text = format!("{}:\n", routers.last_key().unwrap_or("routers"));
            super::raw::indent(&mut text, entry, "  ");
            let behind = route.source().and_then(|source| {
                let (_, protocol) = routers.split_last()?;
                Some(node_at(source.tree().ok()?, &protocol)?.own_entries().next()?.0.text().to_owned())
            });
            insert(routers.clone(), text, behind)
        })
    }

    /// The text of a kept section with the router in it as it is now, and the section's path in the file.
    fn section_with(
        &self,
        section: &DisabledSection,
        route: &Route<'_>,
        routers: &Path,
        entry: &str,
    ) -> Option<(Path, String)> {
        let syntax = self.ports.syntax.as_ref();
        let tree = syntax.parse(Arc::from(section.entry.as_str())).ok()?;
        let (top, node) = tree.root()?.own_entries().next()?;
        let top_path = Path::keys([top.text()]);
        let (_, protocol) = routers.split_last()?;
        let (place, inner) = if top.text().eq_ignore_ascii_case("routers") {
            (protocol.key(top.text()), top_path)
        } else {
            let (key, _) = node.own_entries().next()?;
            (top_path.clone(), top_path.key(key.text()))
        };
        let (old, _) = node_at(&tree, &inner)?.own_entries().next()?;
        let mut edits = Vec::new();
        if old.text() != route.name() {
            edits.push(Edit::Rename { path: inner.key(old.text()), to: route.name().to_owned() });
        }
        let present = syntax.excerpt(&tree, &inner.key(old.text())).ok()?;
        if present != entry {
            edits.push(Edit::Set { path: inner.key(route.name()), node: NewNode::Entry(entry.to_owned()) });
        }
        let new = guard::apply(syntax, &tree, &edits).ok()?;
        Some((place, new.text().to_owned()))
    }
}

/// The node at a path of keys.
pub(super) fn node_at<'t>(tree: &'t Tree, path: &Path) -> Option<NodeRef<'t>> {
    path.segments().iter().try_fold(tree.root()?, |node, segment| match segment {
        Segment::Key(key) => node.get(key),
        Segment::Index(index) => node.items().nth(*index),
    })
}
