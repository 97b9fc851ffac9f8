//! The JSON API of the objects: one set of handlers for every kind.

use std::collections::BTreeMap;

use hyper::StatusCode;
use serde::Serialize;
use traefik_manager_core::{
    config::object::{ObjectKind, ObjectRef},
    routes::{ChangeError, ObjectContent, ObjectForm, ObjectId},
};

use crate::{
    call::Call,
    change::{Match, Outcome},
    failure::Failure,
    fields::Fields,
    filled::FORM,
    json_objects::{DeletionJson, ObjectJson},
    object_input,
    reply::{self, Done, Reply},
    shelf::{Shelf, kind_of, protocol_of, words},
};

/// Refuses a request that is meant for another server: that of TLS options is named by `server`, too.
fn for_this_host(call: &Call, kind: ObjectKind) -> Result<(), Failure> {
    match call.query.trimmed("server")? {
        server if kind == ObjectKind::TlsOptions && !server.is_empty() => {
            Err(Failure::not_found("there is no agent of that id"))
        }
        _ => call.for_this_host(),
    }
}

/// All objects of a kind. That of TLS options is a bare array, as 1.5.2 has it.
pub(crate) async fn list<S: Shelf>(call: Call) -> Result<Reply, Failure> {
    let kind = kind_of::<S>(&call)?;
    for_this_host(&call, kind)?;
    let view = call.app.views().present(call.app.manager()).await?;
    call.block(move |manager| {
        let objects = view.snapshot.objects(kind).map(|object| {
            let json = ObjectJson::new(&object, view.users());
            if kind == ObjectKind::TlsOptions { json.with_text(manager, &object) } else { json }
        });
        let objects: Vec<ObjectJson<'_>> = objects.collect();
        match kind {
            ObjectKind::TlsOptions => reply::json(StatusCode::OK, &objects),
            kind => Done::reply(BTreeMap::from([(words(kind).key, objects)])),
        }
    })
    .await
}

/// One object with its YAML.
pub(crate) async fn read<S: Shelf>(call: Call) -> Result<Reply, Failure> {
    let kind = kind_of::<S>(&call)?;
    for_this_host(&call, kind)?;
    let id = id_of(kind, &call.id, &call.query)?;
    let view = call.app.views().present(call.app.manager()).await?;
    call.block(move |manager| {
        let object = view.snapshot.object(&id, None)?;
        let json = ObjectJson::new(&object, view.users()).with_text(manager, &object);
        Ok(reply::tagged(Done::reply(json), &object.version()))
    })
    .await?
}

/// The id of an object that a request names by its path or a field.
pub(super) fn id_of(kind: ObjectKind, name: &str, fields: &Fields) -> Result<ObjectId, Failure> {
    let protocol = protocol_of(kind, fields.trimmed("protocol")?)?;
    let file = Some(fields.trimmed("configFile")?.to_owned()).filter(|file| !file.is_empty());
    Ok(ObjectId { object: ObjectRef::new(protocol, kind, name), file })
}

#[derive(Serialize)]
struct Saved<'a> {
    message: String,
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<String>,
}

/// Saves an object.
pub(crate) async fn save<S: Shelf>(call: Call) -> Result<Reply, Failure> {
    let kind = kind_of::<S>(&call)?;
    let (form, outcome) = write(&call, kind).await?;
    let snapshot = call.app.manager().configuration().snapshot();
    let id = ObjectId { object: form.object.clone(), file: None };
    let version = snapshot.object(&id, None).ok().map(|object| object.version());
    let message = match form.object.name.as_str() {
        "" => format!("the {} is saved", kind.noun()),
        name => format!("{} `{name}` is saved", kind.noun()),
    };
    let saved = Saved { message, name: &form.object.name, version };
    outcome.reply_with(&call, words(kind).tab, words(kind).page, saved).await
}

/// Saves what a request asks for, and says what that was and whether anything had to be written.
pub(super) async fn write(call: &Call, kind: ObjectKind) -> Result<(ObjectForm, Outcome), Failure> {
    for_this_host(call, kind)?;
    let mut form = object_input::read(&call.fields, kind)?;
    if kind == ObjectKind::TlsOptions
        && matches!(form.content, ObjectContent::Fields(_))
        && form.edit_of.is_none()
        && !call.fields.has(FORM)
    {
        form.edit_of = existing(call, &form);
    }
    form.version = form.version.or(call.seen_version()?);
    let wanted = form.clone();
    let outcome = call
        .change_of(Match::of(form.edit_of.is_some()), move |configuration, terms| {
            configuration.save_object(terms, &wanted).map_err(|error| match error {
                error @ (ChangeError::Text(_) | ChangeError::Invalid { field: "content", .. }) => {
                    Failure::from(error).in_field("yaml")
                }
                error @ ChangeError::Exists { .. } => Failure::from(error).in_field("name"),
                error => error.into(),
            })
        })
        .await?;
    Ok((form, outcome))
}

/// 1.5.2 saves TLS options over those of the same name.
fn existing(call: &Call, form: &ObjectForm) -> Option<ObjectId> {
    let id = ObjectId { object: form.object.clone(), file: form.file.clone() };
    call.app.manager().configuration().snapshot().object(&id, None).is_ok().then_some(id)
}

/// Deletes an object; with `cascade`, also what needs it.
pub(crate) async fn delete<S: Shelf>(call: Call) -> Result<Reply, Failure> {
    let kind = kind_of::<S>(&call)?;
    let name = call.id.clone();
    let fields = Fields::joined(&call.query, &call.fields)?;
    let removed = remove(&call, id_of(kind, &name, &fields)?, &fields).await?;
    let message = format!("{} `{}` is deleted", kind.noun(), removed.changed.name);
    removed.reply(&call, words(kind).tab, words(kind).page, &message).await
}

/// Deletes what a request asks for.
pub(super) async fn remove(call: &Call, id: ObjectId, fields: &Fields) -> Result<Outcome, Failure> {
    for_this_host(call, id.object.kind)?;
    let some =
        |name| Ok::<_, Failure>(Some(fields.trimmed(name)?.to_owned()).filter(|text| !text.is_empty()));
    let (version, mark) = (some("version")?.or(call.seen_version()?), some("mark")?);
    let cascade = fields.flag("cascade", false)?;
    call.change_of(Match::Object, move |configuration, terms| {
        let version = version.as_deref();
        if cascade {
            return Ok(configuration.delete_cascading(terms, &id, version, mark.as_deref())?);
        }
        configuration.delete_object(terms, &id, version).map_err(|error| match error {
            error @ ChangeError::InUse { .. } => {
                let deletion = configuration.deletion(&id, version).ok();
                Failure::from(error).needed(deletion.as_ref().map(DeletionJson::from))
            }
            error => error.into(),
        })
    })
    .await
}
