//! Middlewares as 1.5.2 saves and deletes them; their pages are those of all objects.

use traefik_manager_core::{
    config::object::{ObjectKind, ObjectRef},
    routes::{ChangeError, ObjectContent, ObjectForm, ObjectId},
    traefik::Protocol,
};

use crate::{
    call::Call,
    change::{Match, Outcome},
    failure::Failure,
    pages::layout::Tab,
    reply::Reply,
};

use super::files::unix_lines;

pub(crate) async fn save(call: Call) -> Result<Reply, Failure> {
    let outcome = write(&call).await?;
    let message = format!("middleware `{}` is saved", outcome.changed.name);
    outcome.reply(&call, Tab::Middlewares, "/middlewares?done=saved", &message).await
}

async fn write(call: &Call) -> Result<Outcome, Failure> {
    call.for_this_host()?;
    let fields = &call.fields;
    let some = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
    let protocol = |field: &str| match fields.trimmed(field)? {
        "" => Ok(Protocol::Http),
        name => Protocol::parse(name).ok_or_else(|| Failure::field(field, "must be http or tcp")),
    };
    let name = fields.trimmed("middlewareName")?;
    if name.is_empty() {
        return Err(Failure::bad_request("give the middleware a name").in_field("middlewareName"));
    }
    let content = unix_lines(fields.text("middlewareContent")?.unwrap_or_default());
    if content.trim().is_empty() {
        return Err(
            Failure::bad_request("say in YAML what the middleware does").in_field("middlewareContent")
        );
    }
    let edit_of = if fields.flag("isMwEdit", false)? {
        let original = some(fields.trimmed("originalMwId")?).unwrap_or_else(|| name.to_owned());
        let of = if fields.has("originalMwProtocol") { "originalMwProtocol" } else { "mwProtocol" };
        Some((plain_name(&original).to_owned(), protocol(of)?))
    } else {
        None
    };
    let form = ObjectForm {
        object: named_in(protocol("mwProtocol")?, name),
        content: ObjectContent::Text(content),
        edit_of: edit_of.map(|(name, protocol)| ObjectId::anywhere(named_in(protocol, &name))),
        file: some(fields.trimmed("configFile")?),
        version: call.seen_version()?,
    };
    call.change_of(Match::of(form.edit_of.is_some()), move |configuration, terms| {
        configuration.save_object(terms, &form).map_err(in_own_field)
    })
    .await
}

/// A refusal in the words of this form, whose fields are those of 1.5.2.
fn in_own_field(error: ChangeError) -> Failure {
    let field = match &error {
        ChangeError::Text(_) => "middlewareContent",
        ChangeError::Exists { .. } => "middlewareName",
        ChangeError::Invalid { field, .. } => match *field {
            "name" => "middlewareName",
            "content" => "middlewareContent",
            "protocol" => "mwProtocol",
            other => other,
        },
        _ => return error.into(),
    };
    Failure::from(error).in_field(field)
}

/// The fields of this form are those of 1.5.2; the object is one like all others.
fn named_in(protocol: Protocol, name: &str) -> ObjectRef {
    ObjectRef::new(Some(protocol), ObjectKind::Middleware, name)
}

/// An id may have its file in front.
fn plain_name(id: &str) -> &str {
    id.rsplit("::").next().unwrap_or(id)
}

pub(crate) async fn delete(call: Call) -> Result<Reply, Failure> {
    let protocol = match Protocol::parse(call.fields.trimmed("mwProtocol")?) {
        Some(protocol) => protocol,
        None => {
            let snapshot = call.app.manager().configuration().snapshot();
            let found = snapshot.middlewares().find(|middleware| middleware.name() == call.id);
            found.map_or(Protocol::Http, |middleware| middleware.protocol())
        }
    };
    let file = Some(call.fields.trimmed("configFile")?.to_owned()).filter(|file| !file.is_empty());
    let id = ObjectId { object: named_in(protocol, &call.id), file };
    let outcome = super::objects::remove(&call, id, &call.fields).await?;
    let message = format!("middleware `{}` is deleted", outcome.changed.name);
    outcome.reply(&call, Tab::Middlewares, "/middlewares?done=deleted", &message).await
}
