//! The history: what was done, by whom, and how to take it back.

use hyper::StatusCode;
use serde::Serialize;
use traefik_manager_core::{
    api_key::Scope,
    audit::{Area, Cursor, Entry, FileChange, Page, Recorded},
    auth::Principal,
    routes::{STATIC_FILE, SURVEY},
    traefik::Protocol,
};

use crate::{
    call::{Call, Dialect},
    change::Outcome,
    failure::Failure,
    pages::{
        history::{self as pages, actor_text, outcome_text},
        layout::{Frame, Tab},
    },
    reply::{self, Done, Reply},
    words::message,
};

use super::{done, plainly_done, restarts};

/// How many entries a page shows.
const PAGE: usize = 50;

pub(crate) async fn page(call: Call) -> Result<Reply, Failure> {
    let area = area(&call)?;
    let found = found(&call, area).await?;
    let is_first = cursor(&call)?.is_none();
    let newest = found.entries.first().map(|recorded| recorded.number).filter(|_| !is_first);
    let (trials, newer) = call
        .block(move |manager| {
            let configuration = manager.configuration();
            let newer = newest.map(|number| configuration.later_words(number)).transpose()?;
            Ok::<_, Failure>((configuration.trials()?, newer.unwrap_or_default()))
        })
        .await??;
    let frame = Frame::of(&call).await;
    let content = pages::content(&pages::HistoryPage {
        found: &found,
        newer: &newer,
        is_first,
        area,
        trials: &trials,
        csrf: &frame.csrf,
    });
    Ok(frame.reply(message!("history"), Tab::Files, &content))
}

/// The entries that are asked for, as whoever asks may see them: to a key without the scope `static` they say that
/// somebody changed the static configuration, and not how.
async fn found(call: &Call, area: Option<Area>) -> Result<Page, Failure> {
    let cursor = cursor(call)?;
    let mut page =
        call.block(move |manager| manager.configuration().history(area, cursor.as_ref(), PAGE)).await??;
    if matches!(call.principal()?, Principal::Key(holder) if !holder.scopes.allow(Scope::Static)) {
        let entries = page.entries.iter_mut().map(|recorded| &mut recorded.entry);
        let is_static =
            |entry: &&mut Entry| entry.object.as_ref().is_some_and(|object| object.kind == STATIC_FILE);
        for entry in entries.filter(is_static) {
            entry.files.clear();
        }
    }
    Ok(page)
}

fn cursor(call: &Call) -> Result<Option<Cursor>, Failure> {
    let before = call.query.trimmed("before")?;
    Ok((!before.is_empty()).then(|| Cursor::new(before)))
}

/// What the history is narrowed to: `show=changes` or `show=access`.
fn area(call: &Call) -> Result<Option<Area>, Failure> {
    match call.query.trimmed("show")? {
        "" => Ok(None),
        "changes" => Ok(Some(Area::Configuration)),
        "access" => Ok(Some(Area::Access)),
        _ => Err(Failure::field("show", "must be `changes` or `access`")),
    }
}

/// The page on which a change is kept, and which counts down until it puts itself back.
pub(crate) async fn trial(call: Call) -> Result<Reply, Failure> {
    let number = number(call.query.trimmed("change")?)?;
    let (trial, now) = call
        .block(move |manager| {
            let configuration = manager.configuration();
            let trials = configuration.trials()?;
            Ok::<_, Failure>((trials.into_iter().find(|trial| trial.number == number), configuration.now()))
        })
        .await??;
    let frame = Frame::of(&call).await.narrow();
    let content = pages::trial(number, trial.map(|trial| (trial, trial.until.since(now))), &frame.csrf);
    Ok(frame.reply(message!("trial-question"), Tab::Files, &content))
}

fn number(text: &str) -> Result<u64, Failure> {
    text.parse().map_err(|_| Failure::not_found(format!("there is no change `{text}`")))
}

pub(crate) async fn undo_form(call: Call) -> Result<Reply, Failure> {
    if call.edits_again()? {
        return Ok(reply::see_other("/history"));
    }
    let number = number(call.fields.figure("change")?)?;
    if let Some(reply) = restarts::put_back(&call, number).await? {
        return Ok(reply);
    }
    take_back(&call, number)
        .await?
        .reply(&call, Tab::Files, "/history?done=undone", "the change is undone")
        .await
}

pub(crate) async fn undo(call: Call) -> Result<Reply, Failure> {
    let number = number(&call.id)?;
    if let Some(reply) = restarts::put_back(&call, number).await? {
        return Ok(reply);
    }
    take_back(&call, number).await?.reply(&call, Tab::Files, "/history", "the change is undone").await
}

async fn take_back(call: &Call, number: u64) -> Result<Outcome, Failure> {
    call.for_this_host()?;
    call.change(move |configuration, terms| configuration.undo(terms, number)).await
}

pub(crate) async fn keep_form(call: Call) -> Result<Reply, Failure> {
    let number = number(call.fields.figure("change")?)?;
    match keep(&call, number).await {
        Ok(()) => Ok(done(&call, "/history?done=kept", "the change is kept")),
        // Too late: the page says so by itself.
        Err(failure) if call.dialect == Dialect::Page && failure.status() == StatusCode::NOT_FOUND => {
            Ok(reply::see_other(&format!("/history/trial?change={number}")))
        }
        Err(failure) => Err(failure),
    }
}

pub(crate) async fn keep_change(call: Call) -> Result<Reply, Failure> {
    keep(&call, number(&call.id)?).await?;
    Ok(plainly_done())
}

async fn keep(call: &Call, number: u64) -> Result<(), Failure> {
    call.for_this_host()?;
    let author = call.author()?;
    Ok(call.block(move |manager| manager.configuration().keep(author, number)).await??)
}

#[derive(Serialize)]
struct HistoryJson<'a> {
    entries: Vec<EntryJson<'a>>,
    unreadable: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<&'a str>,
}

#[derive(Serialize)]
struct EntryJson<'a> {
    change: u64,
    at: i64,
    actor: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    address: Option<String>,
    action: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    kind: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    protocol: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    regarding: Option<u64>,
    files: Vec<ChangeJson<'a>>,
    outcome: String,
}

#[derive(Serialize)]
struct ChangeJson<'a> {
    file: &'a str,
    line: usize,
    before: &'a str,
    after: &'a str,
}

impl<'a> From<&'a Recorded> for EntryJson<'a> {
    fn from(Recorded { number, entry }: &'a Recorded) -> Self {
        let Entry { at, actor, address, action, object, regarding, files, outcome } = entry;
        let change = |change: &'a FileChange| ChangeJson {
            file: change.file.as_str(),
            line: change.after.first_line,
            before: &change.before.text,
            after: &change.after.text,
        };
        Self {
            change: *number,
            at: at.0,
            actor: actor_text(actor),
            address: address.map(|address| address.to_string()),
            action,
            kind: object.as_ref().map(|object| object.kind.as_str()),
            protocol: object.as_ref().and_then(|object| object.protocol).map(Protocol::as_str),
            name: object.as_ref().map(|object| object.name.as_str()),
            regarding: *regarding,
            files: files.iter().map(change).collect(),
            outcome: outcome_text(outcome),
        }
    }
}

/// The newest entries of the history, or those before a cursor.
pub(crate) async fn list(call: Call) -> Result<Reply, Failure> {
    let Page { entries, unreadable, next } = found(&call, area(&call)?).await?;
    let answer = HistoryJson {
        entries: entries
            .iter()
            .filter(|recorded| recorded.entry.action != SURVEY)
            .map(EntryJson::from)
            .collect(),
        unreadable,
        next: next.as_ref().map(Cursor::as_str),
    };
    Ok(Done::reply(answer))
}
