//! Adding, editing and deleting a route.

use traefik_manager_core::{
    routes::{NoSuchRoute, Route, Snapshot},
    traefik::Protocol,
};

use crate::{
    call::{Call, Dialect},
    failure::Failure,
    pages::{
        encoded,
        layout::{Frame, Tab},
        route_form as pages,
        route_values::Values,
    },
    reply::Reply,
    route_input,
};

use super::done;

pub(crate) async fn save(call: Call) -> Result<Reply, Failure> {
    match write(&call).await {
        Ok((name, true)) => {
            let to = format!("/?q={}&done=saved", encoded(&name));
            Ok(done(&call, &to, &format!("route `{name}` is saved")))
        }
        Ok((name, false)) => {
            Ok(done(&call, "/?done=unchanged", &format!("route `{name}` is as asked already")))
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

/// Saves, and says whether anything had to be written.
async fn write(call: &Call) -> Result<(String, bool), Failure> {
    call.for_this_host()?;
    let form = route_input::read(&call.fields, &call.app.manager().settings().current())?;
    let snapshot = call.app.manager().configuration().snapshot();
    // A route that is off stands in the settings: that no file was written says nothing.
    let is_off =
        form.edit_of.as_deref().is_some_and(|id| snapshot.route(id).is_ok_and(|route| !route.is_enabled()));
    let changed = call.block(move |manager| manager.configuration().save_route(&form)).await??;
    Ok((changed.name, is_off || !changed.files.is_empty()))
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
    let title = if values.edit_of.is_empty() { "Add a route" } else { values.title() };
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
    Ok(frame.reply("Delete a route", Tab::Routes, &content))
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
    let version = Some(call.fields.trimmed("version")?.to_owned()).filter(|version| !version.is_empty());
    let changed =
        call.block(move |manager| manager.configuration().delete_route(&id, version.as_deref())).await??;
    Ok(done(&call, "/?done=deleted", &format!("route `{}` is deleted", changed.name)))
}
