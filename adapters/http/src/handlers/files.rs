//! Configuration files as a whole.

use serde::Serialize;
use traefik_manager_core::config::store::Revision;

use crate::{
    call::{Call, Dialect},
    change::{Match, Outcome},
    failure::Failure,
    pages::{
        editor, files as pages,
        layout::{Frame, Tab},
    },
    reply::{Done, Reply},
    words::message,
};

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
    Ok(Done::reply(answer))
}

pub(crate) async fn page(call: Call) -> Result<Reply, Failure> {
    let frame = Frame::of(&call).await;
    let snapshot = call.app.manager().configuration().snapshot();
    let removed = call.block(|manager| manager.configuration().removed_files()).await??;
    Ok(frame.reply(message!("files"), Tab::Files, &pages::content(&snapshot, &removed)))
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
        schema: &editor::address(call.app.manager().configuration()),
        marks: &[],
        failure: None,
        csrf: &frame.csrf,
    });
    Ok(frame.reply(&file, Tab::Files, &content))
}

pub(crate) async fn submit(call: Call) -> Result<Reply, Failure> {
    let file = call.fields.trimmed("file")?.to_owned();
    let text = unix_lines(call.fields.text("content")?.unwrap_or_default());
    let seen = match call.fields.trimmed("revision")? {
        "" => call.if_match.clone().unwrap_or_default(),
        revision => revision.to_owned(),
    };
    let revision = Revision::new(seen);
    let failure = if call.edits_again()? {
        None
    } else {
        match save(&call, &file, &text, &revision).await {
            Ok(outcome) => {
                let message = format!("`{file}` is saved");
                return outcome.reply(&call, Tab::Files, "/files?done=saved", &message).await;
            }
            Err(failure) if call.dialect != Dialect::Page => return Err(failure),
            Err(failure) => Some(failure),
        }
    };
    let mut frame = Frame::of(&call).await;
    // Whoever saves again has seen what somebody else has made of it.
    let revision = match failure.as_ref().and_then(Failure::theirs) {
        Some(_) => {
            let file = file.clone();
            call.block(move |manager| manager.configuration().raw_file(&file)).await??.revision
        }
        None => revision,
    };
    let configuration = call.app.manager().configuration();
    let content = pages::editor(&pages::Editor {
        file: &file,
        text: &text,
        revision: revision.as_str(),
        problem: None,
        schema: &editor::address(configuration),
        marks: &editor::marks(configuration, failure.as_ref(), &text, 0),
        failure: failure.as_ref(),
        csrf: &frame.csrf,
    });
    if let Some(failure) = failure {
        frame = frame.refusing(failure);
    }
    Ok(frame.reply(&file, Tab::Files, &content))
}

async fn save(call: &Call, file: &str, text: &str, revision: &Revision) -> Result<Outcome, Failure> {
    let (file, text, revision) = (file.to_owned(), text.to_owned(), revision.clone());
    call.change_of(Match::Object, move |configuration, terms| {
        let text = lines_as_in(&configuration.raw_file(&file)?.text, text);
        configuration.save_raw_file(terms, &file, &text, &revision)
    })
    .await
}

/// Typed text with the line ends of the text that it replaces.
pub(crate) fn lines_as_in(original: &str, typed: String) -> String {
    if original.contains("\r\n") { typed.replace('\n', "\r\n") } else { typed }
}

/// Browsers send the lines of a text area with `\r\n`, whatever they were given.
pub(crate) fn unix_lines(text: &str) -> String {
    text.replace("\r\n", "\n")
}
