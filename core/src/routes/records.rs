//! The records of switched-off routes as a part of a change: they stand in the settings and in no configuration file, and
//! an undo brings them back all the same.
//!
//! An entry of the trail names a record as if it were a file, under a name that no file has. A backup holds the whole
//! record; the entry shows the lines of its router and service that changed, masked like those of any file.

use std::sync::Arc;

use super::{
    ChangeError, Configuration, Snapshot,
    change::Deed,
    copies::Copies,
    detached::Detached,
    toggle::{DISABLE, ENABLE},
    transaction::SettingsStep,
};
use crate::{
    audit::FileChange,
    config::{
        diff::FileDiff,
        store::{BackupKind, FileId, Revision},
        value::Value,
    },
    settings::{Cut, DisabledRoute, DisabledSection, Settings},
    traefik::Protocol,
    tree::NodeRef,
};

/// What the names of records begin with; the path of a file below its folder never does.
const PREFIX: &str = "/switched-off/";
/// What the backups of all records are of.
const KEPT_AS: &str = "switched-off-routes.yml";
/// The key of a record in its backup.
const ROUTE: &str = "route";

/// A record that a change touches.
pub(super) struct RecordChange {
    id: String,
    old: Option<DisabledRoute>,
    new: Option<DisabledRoute>,
}

/// A record on both sides of a recorded change.
pub(super) struct RecordSides {
    id: String,
    old: Option<DisabledRoute>,
    new: Option<Revision>,
}

/// Whether an entry means a record by this name.
pub(super) fn is_record(file: &FileId) -> bool {
    file.as_str().starts_with(PREFIX)
}

/// The records that these steps touch. Switching a route off or on is undone by switching it again.
pub(super) fn touched(
    deed: &Deed,
    settings: &Settings,
    steps: [&Option<SettingsStep>; 2],
) -> Vec<RecordChange> {
    if deed.action == ENABLE || deed.action == DISABLE || steps.iter().all(|step| step.is_none()) {
        return Vec::new();
    }
    let mut after = settings.clone();
    for step in steps.into_iter().flatten() {
        step(&mut after);
    }
    let (old, new) = (&settings.disabled_routes, &after.disabled_routes);
    let find = |records: &[DisabledRoute], id: &str| records.iter().find(|record| record.id == id).cloned();
    let added = new.iter().filter(|record| old.iter().all(|other| other.id != record.id));
    let ids = old.iter().chain(added).map(|record| record.id.clone());
    ids.map(|id| RecordChange { old: find(old, &id), new: find(new, &id), id })
        .filter(|change| change.old != change.new)
        .collect()
}

impl RecordChange {
    fn name(&self) -> FileId {
        FileId::new(&format!("{PREFIX}{}", self.id))
    }
}

impl Configuration {
    /// What a change does to records, for people.
    pub(super) fn record_diffs(&self, changes: &[RecordChange]) -> Result<Vec<FileDiff>, ChangeError> {
        let diff = |change: &RecordChange| {
            let text =
                |record: &Option<DisabledRoute>| record.as_ref().map(|one| self.shown(one)).transpose();
            let (old, new) = (text(&change.old)?, text(&change.new)?);
            Ok(FileDiff::between(&change.name(), old.as_deref(), new.as_deref()))
        };
        changes.iter().map(diff).collect()
    }

    /// Keeps copies of the records that a change touches, and tells what is to be recorded about them.
    pub(super) fn keep_records(
        &self,
        changes: &[RecordChange],
        copies: &mut Copies<'_>,
    ) -> Result<Vec<FileChange>, ChangeError> {
        let mut kept = Vec::with_capacity(changes.len());
        for change in changes {
            let backup = match &change.old {
                Some(record) => {
                    let text = self.written(record)?;
                    Some(copies.keep(&FileId::new(KEPT_AS), BackupKind::Records, &text)?)
                }
                None => None,
            };
            let side = |record: &Option<DisabledRoute>| match record {
                Some(record) => Ok::<_, ChangeError>(Some((self.shown(record)?, self.revision_of(record)?))),
                None => Ok(None),
            };
            let (old, new) = (side(&change.old)?, side(&change.new)?);
            kept.push(FileChange::between(
                change.name(),
                old.as_ref().map(|(text, revision)| (text.as_str(), revision)),
                new.as_ref().map(|(text, revision)| (text.as_str(), revision)),
                backup,
            ));
        }
        Ok(kept)
    }

    /// A record as a recorded change found it.
    pub(super) fn record_sides(&self, number: u64, change: &FileChange) -> Result<RecordSides, ChangeError> {
        let gone = || ChangeError::NotUndoable {
            number,
            reason: "the copy of the switched-off route that it changed is gone".to_owned(),
        };
        let old = match (&change.old, &change.backup) {
            (None, _) => None,
            (Some(_), None) => return Err(gone()),
            (Some(_), Some(backup)) => {
                let (_, text) = self.ports.backups.read(backup)?.ok_or_else(gone)?;
                Some(self.read_record(&text).ok_or_else(gone)?)
            }
        };
        let id = change.file.as_str().strip_prefix(PREFIX).unwrap_or_default().to_owned();
        Ok(RecordSides { id, old, new: change.new.clone() })
    }

    /// The step that brings records back, where nobody has touched them since.
    pub(super) fn records_back(
        &self,
        snapshot: &Snapshot,
        number: u64,
        sides: &[RecordSides],
    ) -> Result<Option<SettingsStep>, ChangeError> {
        let mut steps = Vec::with_capacity(sides.len());
        for RecordSides { id, old, new } in sides {
            let refused = |reason: String| ChangeError::NotUndoable { number, reason };
            let present = snapshot.settings().disabled_routes.iter().find(|record| record.id == *id);
            let present = present.map(|record| self.revision_of(record)).transpose()?;
            if present != *new {
                return Err(refused(format!("the switched-off route `{id}` was changed again since")));
            }
            if old.is_some() && snapshot.route(id).is_ok_and(|route| route.is_enabled()) {
                return Err(refused(format!("there is a route `{id}` by now that is switched on")));
            }
            steps.push((id.clone(), old.clone()));
        }
        if steps.is_empty() {
            return Ok(None);
        }
        Ok(Some(Box::new(move |settings: &mut Settings| {
            for (id, record) in &steps {
                settings.disabled_routes.retain(|other| other.id != *id);
                settings.disabled_routes.extend(record.clone());
            }
        })))
    }

    fn revision_of(&self, record: &DisabledRoute) -> Result<Revision, ChangeError> {
        Ok(self.ports.files.revision(&self.written(record)?))
    }

    /// Router and service as they would stand in a file.
    fn shown(&self, record: &DisabledRoute) -> Result<String, ChangeError> {
        let syntax = self.ports.syntax.as_ref();
        let name = record.id.rsplit("::").next().unwrap_or_default();
        let mut text = match &record.entry {
            Some(entry) => entry.clone(),
            None => Detached::from_value(syntax, name, record.router.clone())?.text().to_owned(),
        };
        if let Some(service) = &record.service {
            text.push_str(Detached::from_value(syntax, "service", service.clone())?.text());
        }
        Ok(text)
    }

    /// The whole record as a text.
    fn written(&self, record: &DisabledRoute) -> Result<String, ChangeError> {
        let DisabledRoute {
            id,
            protocol,
            router,
            service,
            config_file,
            service_config_file,
            entry,
            before,
            ..
        } = record;
        let number = |number: usize| Value::Int(i64::try_from(number).unwrap_or(i64::MAX));
        let mut fields = vec![
            ("id", Value::text(id)),
            ("protocol", Value::text(protocol.as_str())),
            ("router", router.clone()),
            ("configFile", Value::text(config_file)),
            ("serviceConfigFile", Value::text(service_config_file)),
        ];
        fields.extend(service.clone().map(|service| ("service", service)));
        fields.extend(entry.as_ref().map(|entry| ("entry", Value::text(entry))));
        fields.extend(before.as_ref().map(|before| ("before", Value::text(before))));
        if let Some(DisabledSection { entry, before }) = &record.section {
            fields.push(("section", Value::text(entry)));
            fields.extend(before.as_ref().map(|before| ("sectionBefore", Value::text(before))));
        }
        if let Some(Cut { ahead, behind, old, new }) = &record.cut {
            let cut = [
                ("ahead", number(*ahead)),
                ("behind", number(*behind)),
                ("old", Value::text(old)),
                ("new", Value::text(new)),
            ];
            fields.push(("cut", Value::map(cut)));
        }
        let syntax = self.ports.syntax.as_ref();
        Ok(Detached::from_value(syntax, ROUTE, Value::map(fields))?.text().to_owned())
    }

    /// What [`written`](Self::written) has written.
    fn read_record(&self, text: &str) -> Option<DisabledRoute> {
        let tree = self.ports.syntax.parse(Arc::from(text)).ok()?;
        let node = tree.root()?.get(ROUTE)?;
        let text = |node: NodeRef<'_>, key: &str| node.get(key).map(|value| value.text().to_owned());
        let number = |node: NodeRef<'_>, key: &str| node.get(key)?.text().parse::<usize>().ok();
        let cut = |node: NodeRef<'_>| {
            Some(Cut {
                ahead: number(node, "ahead")?,
                behind: number(node, "behind")?,
                old: text(node, "old")?,
                new: text(node, "new")?,
            })
        };
        Some(DisabledRoute {
            id: text(node, "id")?,
            protocol: Protocol::parse(&text(node, "protocol")?)?,
            router: Value::from(node.get("router")?),
            service: node.get("service").map(Value::from),
            config_file: text(node, "configFile")?,
            service_config_file: text(node, "serviceConfigFile")?,
            entry: text(node, "entry"),
            before: text(node, "before"),
            section: text(node, "section")
                .map(|entry| DisabledSection { entry, before: text(node, "sectionBefore") }),
            cut: node.get("cut").and_then(cut),
        })
    }
}
