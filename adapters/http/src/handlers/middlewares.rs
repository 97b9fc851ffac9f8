//! Middlewares: list, edit, delete.

use traefik_manager_core::{
    config::object::{ObjectKind, ObjectRef},
    routes::{ChangeError, Middleware, ObjectContent, ObjectForm, ObjectId, Snapshot},
    traefik::Protocol,
};

use crate::{
    call::{Call, Dialect},
    change::Outcome,
    failure::Failure,
    pages::{
        layout::{Frame, Tab},
        middleware_form::{self as forms, Values},
    },
    reply::Reply,
};

use super::files::unix_lines;

pub(crate) async fn new_form(call: Call) -> Result<Reply, Failure> {
    let values = Values::from_template(call.query.trimmed("template")?);
    show(&call, values, None).await
}

pub(crate) async fn edit_form(call: Call) -> Result<Reply, Failure> {
    let configuration = call.app.manager().configuration();
    let snapshot = configuration.snapshot();
    let middleware = named(&call, &snapshot)?;
    let values = Values {
        edit_of: middleware.name().to_owned(),
        version: middleware.version(),
        name: middleware.name().to_owned(),
        protocol: middleware.protocol(),
        content: configuration.object_text(&middleware.into())?,
        file: middleware.file().as_str().to_owned(),
        template: "",
    };
    show(&call, values, None).await
}

/// The middleware that a query names.
fn named<'s>(call: &Call, snapshot: &'s Snapshot) -> Result<Middleware<'s>, Failure> {
    let name = call.query.text("name")?.unwrap_or_default();
    let protocol = Protocol::parse(call.query.trimmed("protocol")?).unwrap_or(Protocol::Http);
    let file = call.query.trimmed("file")?;
    snapshot
        .middlewares()
        .find(|middleware| {
            middleware.name() == name
                && middleware.protocol() == protocol
                && (file.is_empty() || middleware.file().as_str() == file)
        })
        .ok_or_else(|| Failure::not_found(format!("there is no middleware `{name}`")))
}

async fn show(call: &Call, values: Values, failure: Option<Failure>) -> Result<Reply, Failure> {
    let mut frame = Frame::of(call).await;
    let configuration = call.app.manager().configuration();
    let snapshot = configuration.snapshot();
    let content = forms::content(&forms::MiddlewareFormPage {
        values: &values,
        snapshot: &snapshot,
        failure: failure.as_ref(),
        csrf: &frame.csrf,
    });
    if let Some(failure) = failure {
        frame = frame.refusing(failure);
    }
    let title = if values.edit_of.is_empty() { "Add a middleware" } else { &values.edit_of };
    Ok(frame.reply(title, Tab::Middlewares, &content))
}

pub(crate) async fn save(call: Call) -> Result<Reply, Failure> {
    if call.edits_again()? {
        return show(&call, typed(&call)?, None).await;
    }
    match write(&call).await {
        Ok(outcome) => {
            let message = format!("middleware `{}` is saved", outcome.changed.name);
            outcome.reply(&call, Tab::Middlewares, "/middlewares?done=saved", &message).await
        }
        Err(failure) if call.dialect == Dialect::Page => {
            let mut values = typed(&call)?;
            if failure.theirs().is_some() {
                // Whoever saves again has seen what somebody else has made of it.
                let snapshot = call.app.manager().configuration().snapshot();
                let theirs = snapshot.middlewares().find(|middleware| {
                    middleware.name() == values.edit_of && middleware.protocol() == values.protocol
                });
                values.version = theirs.map(|middleware| middleware.version()).unwrap_or_default();
            }
            show(&call, values, Some(failure)).await
        }
        Err(failure) => Err(failure),
    }
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
    call.change(move |configuration, terms| configuration.save_object(terms, &form).map_err(in_own_field))
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

fn typed(call: &Call) -> Result<Values, Failure> {
    let text = |name: &str| Ok::<_, Failure>(call.fields.text(name)?.unwrap_or_default().to_owned());
    Ok(Values {
        edit_of: if call.fields.flag("isMwEdit", false)? { text("originalMwId")? } else { String::new() },
        version: text("version")?,
        name: text("middlewareName")?,
        protocol: Protocol::parse(&text("mwProtocol")?).unwrap_or(Protocol::Http),
        content: unix_lines(&text("middlewareContent")?),
        file: text("configFile")?,
        template: "",
    })
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
