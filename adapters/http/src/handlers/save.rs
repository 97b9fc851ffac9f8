//! Adding, editing and deleting a route.

use maud::Render;
use traefik_manager_core::{
    routes::{ChangeError, NoSuchRoute, Route, Snapshot},
    traefik::Protocol,
};

use crate::{
    call::{Call, Dialect},
    change::{Match, Outcome},
    failure::Failure,
    pages::{
        encoded,
        layout::{Frame, Tab},
        route_form as pages,
        route_values::Values,
    },
    reply::Reply,
    route_input,
    words::{message, t},
};

pub(crate) async fn save(call: Call) -> Result<Reply, Failure> {
    if call.edits_again()? {
        return show(&call, Values::typed(&call.fields)?, None).await;
    }
    match write(&call).await {
        Ok(outcome) => {
            let name = outcome.changed.name.clone();
            let (to, message) = if outcome.is_unchanged() {
                ("/?done=unchanged".to_owned(), format!("route `{name}` is as asked already"))
            } else {
                (format!("/?q={}&done=saved", encoded(&name)), format!("route `{name}` is saved"))
            };
            outcome.reply(&call, Tab::Routes, &to, &message).await
        }
        Err(failure) if call.dialect == Dialect::Page => {
            let mut values = Values::typed(&call.fields)?;
            if failure.theirs().is_some() {
                // Whoever saves again has seen what somebody else has made of it.
                let snapshot = call.app.manager().configuration().snapshot();
                values.version = find(&snapshot, &values.edit_of)?.version();
            }
            show(&call, values, Some(failure)).await
        }
        Err(failure) => Err(failure),
    }
}

async fn write(call: &Call) -> Result<Outcome, Failure> {
    call.for_this_host()?;
    let mut form = route_input::read(&call.fields, &call.app.manager().settings().current())?;
    form.version = call.seen_version()?;
    call.change_of(Match::of(form.edit_of.is_some()), move |configuration, terms| {
        configuration.save_route(terms, &form).map_err(|error| in_own_field(error, form.protocol))
    })
    .await
}

/// A refusal in the words of this form, where fields of one meaning have a name for each protocol.
fn in_own_field(error: ChangeError, protocol: Protocol) -> Failure {
    let field = match &error {
        ChangeError::Exists { .. } => "serviceName",
        ChangeError::Invalid { field, .. } => match (*field, protocol) {
            ("rule", Protocol::Tcp) => "tcpRule",
            ("rule", _) => "httpRule",
            ("middlewares", Protocol::Tcp) => "middlewaresTcp",
            ("entryPoints", Protocol::Udp) => "udpEntryPoint",
            (other, _) => other,
        },
        _ => return error.into(),
    };
    Failure::from(error).in_field(field)
}

pub(crate) async fn new_form(call: Call) -> Result<Reply, Failure> {
    let protocol = Protocol::parse(call.query.trimmed("protocol")?).unwrap_or(Protocol::Http);
    let settings = call.app.manager().settings().current();
    show(&call, Values::fresh(protocol, &settings), None).await
}

pub(crate) async fn edit_form(call: Call) -> Result<Reply, Failure> {
    let snapshot = call.app.manager().configuration().snapshot();
    let values = Values::of(&snapshot, &find(&snapshot, call.query.text("id")?.unwrap_or_default())?);
    show(&call, values, None).await
}

async fn show(call: &Call, values: Values, failure: Option<Failure>) -> Result<Reply, Failure> {
    let mut frame = Frame::of(call).await.narrow();
    let live = std::sync::Arc::clone(&frame.live);
    let configuration = call.app.manager().configuration();
    let snapshot = configuration.snapshot();
    let content = pages::content(&pages::RouteFormPage {
        values: &values,
        snapshot: &snapshot,
        can_create_files: configuration.can_create_files(),
        live: &live,
        failure: failure.as_ref(),
        csrf: &frame.csrf,
    });
    if let Some(failure) = failure {
        frame = frame.refusing(failure);
    }
    let title = if values.edit_of.is_empty() { t!("route-form-new") } else { values.title().render() };
    Ok(frame.reply(title, Tab::Routes, &content))
}

fn find<'s>(snapshot: &'s Snapshot, id: &str) -> Result<Route<'s>, Failure> {
    snapshot.route(id).map_err(|error| match error {
        NoSuchRoute::Unknown => Failure::not_found(format!("there is no route `{id}`")),
        NoSuchRoute::Ambiguous(ids) => {
            Failure::not_found(format!("`{id}` is the name of several routes: {}", ids.join(", ")))
        }
    })
}

pub(crate) async fn confirm_delete(call: Call) -> Result<Reply, Failure> {
    let snapshot = call.app.manager().configuration().snapshot();
    let route = find(&snapshot, call.query.text("id")?.unwrap_or_default())?;
    let frame = Frame::of(&call).await.narrow();
    let content = pages::confirm_delete(&route, &frame.csrf);
    Ok(frame.reply(message!("route-form-delete"), Tab::Routes, &content))
}

pub(crate) async fn delete(call: Call) -> Result<Reply, Failure> {
    call.for_this_host()?;
    let file = call.fields.trimmed("configFile")?;
    // An id without a file, as 1.5.2 gives it, is completed by the form's file.
    let id = if file.is_empty() || call.id.contains("::") {
        call.id.clone()
    } else {
        format!("{file}::{}", call.id)
    };
    let version = call.seen_version()?;
    let outcome = call
        .change_of(Match::Object, move |configuration, terms| {
            configuration.delete_route(terms, &id, version.as_deref())
        })
        .await?;
    let message = format!("route `{}` is deleted", outcome.changed.name);
    outcome.reply(&call, Tab::Routes, "/?done=deleted", &message).await
}
