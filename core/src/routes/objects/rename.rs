//! Carries a new name into every place where the old one stands: all files, and the routes that are switched off.

use super::{
    super::{Route, detached::Detached, patch::FileEdits, transaction::SettingsStep},
    ChangeError, Snapshot,
    users::{Holder, names},
};
use crate::{
    config::{
        edit::{Edit, EditError, Path},
        object::{ObjectKind, ObjectRef},
        store::{ConfigSyntax, FileId},
        value::Value,
    },
    settings::{DisabledRoute, Settings},
    traefik::reference::{Reference, references},
    tree::NodeRef,
};

/// What a route that is switched off becomes; `None` for one that goes.
pub(in crate::routes) type Records = Vec<(String, Option<DisabledRoute>)>;

/// Adds the edits of all files, and returns the records that change. The object itself, `old` in `file`, is left out.
pub(in crate::routes) fn carry(
    syntax: &dyn ConfigSyntax,
    snapshot: &Snapshot,
    old: &ObjectRef,
    file: &FileId,
    name: &str,
    files: &mut FileEdits,
) -> Result<Records, ChangeError> {
    let mut records = Records::new();
    for holder in Holder::all(snapshot) {
        let is_meant = |reference: &Reference<'_>| names(reference, old);
        match &holder {
            Holder::Object(other) if other.to_ref() == *old && other.file() == file => {}
            Holder::Object(other) => {
                let found: Vec<_> = holder.references().into_iter().filter(is_meant).collect();
                if !found.is_empty() {
                    let edits = renamed(other.file(), &other.path(), &found, old, name)?;
                    files.add(other.file(), edits);
                }
            }
            Holder::Route(route) => {
                if holder.references().iter().any(is_meant) {
                    let record = edited_record(syntax, route, |kind, base, node| {
                        let found: Vec<_> = references(kind, Some(route.protocol()), node)
                            .into_iter()
                            .filter(is_meant)
                            .collect();
                        renamed(route.file(), base, &found, old, name)
                    })?;
                    records.extend(record.map(|record| (record.id.clone(), Some(record))));
                }
            }
        }
    }
    Ok(records)
}

/// Edits of the single names, so that lists keep their comments and style.
fn renamed(
    file: &FileId,
    object: &Path,
    found: &[Reference<'_>],
    old: &ObjectRef,
    name: &str,
) -> Result<Vec<Edit>, ChangeError> {
    let mut edits: Vec<Edit> = Vec::new();
    for reference in found {
        refuse_shared(file, object, reference)?;
        let path = reference.path(object);
        if reference.part.is_none() {
            edits.push(Edit::set(path, Value::text(reference.renamed(name))));
        } else if !edits.iter().any(|edit| *edit.path() == path) {
            let text = parts(reference).map(|part| match part {
                part if crate::traefik::name::in_files(part) == old.name => part.replacen(&old.name, name, 1),
                part => part.to_owned(),
            });
            edits.push(Edit::set(path, Value::text(text.collect::<Vec<_>>().join(", "))));
        }
    }
    Ok(edits)
}

/// The names of the text of several that a reference is a part of.
pub(super) fn parts<'t>(reference: &Reference<'t>) -> impl Iterator<Item = &'t str> {
    reference.whole.split(',').map(str::trim).filter(|part| !part.is_empty())
}

/// A name that others share cannot be changed for one of them.
pub(super) fn refuse_shared(
    file: &FileId,
    object: &Path,
    reference: &Reference<'_>,
) -> Result<(), ChangeError> {
    if !reference.is_shared {
        return Ok(());
    }
    let reason =
        "is shared through an alias or a merge key; write it out there, or change it as text".to_owned();
    let source = EditError::Shared { path: reference.path(object), reason };
    Err(ChangeError::NotEditable { file: file.clone(), source })
}

/// A record with edits made to its router and to the service that is kept with it.
pub(super) fn edited_record(
    syntax: &dyn ConfigSyntax,
    route: &Route<'_>,
    edits: impl Fn(ObjectKind, &Path, NodeRef<'_>) -> Result<Vec<Edit>, ChangeError>,
) -> Result<Option<DisabledRoute>, ChangeError> {
    let Some(mut record) = route.record().cloned() else { return Ok(None) };
    let written = record.entry.as_deref().and_then(|text| Detached::from_text(syntax, route.name(), text));
    let router = match written {
        Some(router) => router,
        None => Detached::from_value(syntax, route.name(), record.router.clone())?,
    };
    let wanted = match router.node() {
        Some(node) => edits(ObjectKind::Router, &router.path(), node)?,
        None => Vec::new(),
    };
    if !wanted.is_empty() {
        let router = router.edited(syntax, wanted, route.name())?;
        record.router = router.value();
        record.entry = Some(router.text().to_owned());
    }
    if let Some(service) = record.service.clone().filter(|service| matches!(service, Value::Map(_))) {
        let name = "service";
        let service = Detached::from_value(syntax, name, service)?;
        let wanted = match service.node() {
            Some(node) => edits(ObjectKind::Service, &service.path(), node)?,
            None => Vec::new(),
        };
        if !wanted.is_empty() {
            record.service = Some(service.edited(syntax, wanted, name)?.value());
        }
    }
    Ok(Some(record))
}

/// Writes the records, each only where it is still there.
pub(in crate::routes) fn step(records: Records) -> Option<SettingsStep> {
    if records.is_empty() {
        return None;
    }
    Some(Box::new(move |settings: &mut Settings| {
        for (id, record) in &records {
            match record {
                None => settings.disabled_routes.retain(|route| route.id != *id),
                Some(record) => settings
                    .disabled_routes
                    .iter_mut()
                    .filter(|route| route.id == *id)
                    .for_each(|route| *route = record.clone()),
            }
        }
    }))
}
