//! Configuration files as a whole.

use hyper::StatusCode;
use serde::Serialize;
use traefik_manager_core::config::store::Revision;

use crate::{
    call::{Call, Dialect},
    failure::Failure,
    pages::{
        files as pages,
        layout::{Frame, Tab},
    },
    reply::{self, Reply},
};

use super::done;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ConfigsJson<'a> {
    files: Vec<FileJson<'a>>,
    config_dir_set: bool,
}

#[derive(Serialize)]
struct FileJson<'a> {
    label: &'a str,
    path: &'a str,
}

pub(crate) async fn configs(call: Call) -> Result<Reply, Failure> {
    let configuration = call.app.manager().configuration();
    let snapshot = configuration.snapshot();
    let files = snapshot
        .files()
        .iter()
        .map(|file| FileJson { label: file.id().as_str(), path: file.path() })
        .collect();
    let answer = ConfigsJson { files, config_dir_set: configuration.can_create_files() };
    Ok(reply::json(StatusCode::OK, &answer))
}

pub(crate) async fn page(call: Call) -> Result<Reply, Failure> {
    let frame = Frame::of(&call).await;
    let snapshot = call.app.manager().configuration().snapshot();
    Ok(frame.reply("Files", Tab::Files, &pages::content(&snapshot)))
}

pub(crate) async fn edit(call: Call) -> Result<Reply, Failure> {
    let file = call.query.trimmed("file")?.to_owned();
    let raw = {
        let file = file.clone();
        call.block(move |manager| manager.configuration().raw_file(&file)).await??
    };
    let frame = Frame::of(&call).await;
    let content = pages::editor(&pages::Editor {
        file: &file,
        text: &raw.text,
        revision: raw.revision.as_str(),
        problem: raw.problem.as_ref(),
        failure: None,
        csrf: &frame.csrf,
    });
    Ok(frame.reply(&file, Tab::Files, &content))
}

pub(crate) async fn submit(call: Call) -> Result<Reply, Failure> {
    let file = call.fields.trimmed("file")?.to_owned();
    let text = unix_lines(call.fields.text("content")?.unwrap_or_default());
    let revision = Revision::new(call.fields.trimmed("revision")?);
    let saved = {
        let (file, text, revision) = (file.clone(), text.clone(), revision.clone());
        call.block(move |manager| {
            let configuration = manager.configuration();
            let text = lines_as_in(&configuration.raw_file(&file)?.text, text);
            configuration.save_raw_file(&file, &text, &revision)
        })
        .await?
    };
    let failure: Failure = match saved {
        Ok(_) => return Ok(done(&call, "/files?done=saved", &format!("`{file}` is saved"))),
        Err(error) => error.into(),
    };
    if call.dialect != Dialect::Page {
        return Err(failure);
    }
    let frame = Frame::of(&call).await.refusing(failure.clone());
    // Whoever saves again has seen what somebody else has made of it.
    let revision = match failure.theirs() {
        Some(_) => {
            let file = file.clone();
            call.block(move |manager| manager.configuration().raw_file(&file)).await??.revision
        }
        None => revision,
    };
    let content = pages::editor(&pages::Editor {
        file: &file,
        text: &text,
        revision: revision.as_str(),
        problem: None,
        failure: Some(&failure),
        csrf: &frame.csrf,
    });
    Ok(frame.reply(&file, Tab::Files, &content))
}

/// Typed text with the line ends of the text that it replaces.
pub(crate) fn lines_as_in(original: &str, typed: String) -> String {
    if original.contains("\r\n") { typed.replace('\n', "\r\n") } else { typed }
}

/// Browsers send the lines of a text area with `\r\n`, whatever they were given.
pub(crate) fn unix_lines(text: &str) -> String {
    text.replace("\r\n", "\n")
}
