//! Backups: list, make, restore, delete.

use hyper::StatusCode;
use maud::Markup;
use serde::Serialize;
use traefik_manager_core::{
    auth::Action,
    config::store::{Backup, BackupKind, Revision},
    routes::ChangeError,
};

use crate::{
    call::Call,
    failure::Failure,
    json::BackupJson,
    pages::{
        backups as pages,
        layout::{Frame, Tab},
    },
    reply::{self, Done, Reply},
    words::message,
};

use super::{done, plainly_done};

pub(crate) async fn list(call: Call) -> Result<Reply, Failure> {
    let backups = call.block(|manager| manager.configuration().backups()).await??;
    let snapshot = call.app.manager().configuration().snapshot();
    let backups: Vec<BackupJson> =
        backups.into_iter().map(|backup| BackupJson::of(backup, &snapshot)).collect();
    Ok(reply::json(StatusCode::OK, &backups))
}

#[derive(Serialize)]
struct Made {
    count: usize,
    names: Vec<String>,
}

pub(crate) async fn create(call: Call) -> Result<Reply, Failure> {
    let names = make(&call).await?;
    Ok(Done::reply(Made { count: names.len(), names }))
}

async fn make(call: &Call) -> Result<Vec<String>, Failure> {
    let made = call.block(|manager| manager.configuration().create_backups()).await?;
    made.map_err(|error| match error {
        ChangeError::NotFound { .. } => Failure::bad_request("there is no configuration file to back up"),
        error => error.into(),
    })
}

#[derive(Serialize)]
struct MadeStatic {
    count: usize,
    name: String,
}

pub(crate) async fn create_static(call: Call) -> Result<Reply, Failure> {
    let made = call.block(|manager| manager.configuration().create_static_backup()).await?;
    let name = made.map_err(|error| match error {
        ChangeError::NotFound { .. } => Failure::bad_request(
            "there is no static configuration to back up; set STATIC_CONFIG_PATH to Traefik's own file",
        ),
        error => error.into(),
    })?;
    Ok(Done::reply(MadeStatic { count: 1, name }))
}

pub(crate) async fn restore(call: Call) -> Result<Reply, Failure> {
    put_back(&call, call.id.clone()).await
}

async fn put_back(call: &Call, name: String) -> Result<Reply, Failure> {
    let client = call.client.clone();
    call.block(move |manager| manager.access().admit(Action::Restore, &client)).await??;
    let outcome = call.change(move |configuration, terms| configuration.restore(terms, &name)).await?;
    outcome.reply(call, Tab::Files, "/backups?done=restored", "the backup is restored").await
}

pub(crate) async fn delete(call: Call) -> Result<Reply, Failure> {
    remove(&call, call.id.clone()).await?;
    Ok(plainly_done())
}

async fn remove(call: &Call, name: String) -> Result<(), Failure> {
    Ok(call.block(move |manager| manager.configuration().remove_backup(&name)).await??)
}

pub(crate) async fn page(call: Call) -> Result<Reply, Failure> {
    let frame = Frame::of(&call).await;
    let backups = call.block(|manager| manager.configuration().backups()).await??;
    let snapshot = call.app.manager().configuration().snapshot();
    let content = pages::content(&backups, &snapshot, &frame.csrf);
    Ok(frame.reply(message!("backups"), Tab::Files, &content))
}

pub(crate) async fn confirm_restore(call: Call) -> Result<Reply, Failure> {
    confirm(&call, pages::confirm_restore).await
}

pub(crate) async fn confirm_delete(call: Call) -> Result<Reply, Failure> {
    confirm(&call, pages::confirm_delete).await
}

type Question = fn(&Backup, Option<&Revision>, &str) -> Markup;

async fn confirm(call: &Call, question: Question) -> Result<Reply, Failure> {
    let name = call.query.trimmed("name")?;
    let backups = call.block(|manager| manager.configuration().backups()).await??;
    let backup = backups
        .iter()
        .find(|backup| backup.name == name)
        .ok_or_else(|| Failure::not_found("there is no such backup"))?;
    let frame = Frame::of(call).await.narrow();
    let snapshot = call.app.manager().configuration().snapshot();
    let file = backup.origin.as_ref().filter(|_| backup.kind == BackupKind::Routes);
    let seen = file.and_then(|file| snapshot.revision_of(file.as_str()));
    let content = question(backup, seen.as_ref(), &frame.csrf);
    Ok(frame.reply(message!("backups"), Tab::Files, &content))
}

pub(crate) async fn create_form(call: Call) -> Result<Reply, Failure> {
    make(&call).await?;
    Ok(done(&call, "/backups?done=backed-up", "the configuration is backed up"))
}

pub(crate) async fn restore_form(call: Call) -> Result<Reply, Failure> {
    if call.edits_again()? {
        return page(call).await;
    }
    put_back(&call, call.fields.trimmed("name")?.to_owned()).await
}

pub(crate) async fn delete_form(call: Call) -> Result<Reply, Failure> {
    remove(&call, call.fields.trimmed("name")?.to_owned()).await?;
    Ok(done(&call, "/backups?done=removed", "the backup is deleted"))
}
