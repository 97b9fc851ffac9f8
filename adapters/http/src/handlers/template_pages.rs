//! The pages of templates and tools.

use traefik_manager_core::{auth::Refusal, companion::Template, config::object::ObjectKind, secret::Secret};

use crate::{
    call::{Call, Dialect},
    failure::Failure,
    pages::{
        layout::{Frame, Tab},
        templates as pages,
    },
    reply::Reply,
    words::message,
};

use super::{done, templates, tools::Made};

/// What the field of a page's address begins with where it names a template of somebody's own.
const OWN: &str = "own:";

/// The templates that people keep, for a page that goes without as well.
pub(super) async fn kept(call: &Call, kind: ObjectKind) -> Vec<Template> {
    if kind != ObjectKind::Middleware {
        return Vec::new();
    }
    call.beside(|beside| beside.templates.all()).await.unwrap_or_default()
}

/// The template that a page's address names.
pub(super) async fn named(call: &Call, kind: ObjectKind, wanted: &str) -> Option<Template> {
    let id = wanted.strip_prefix(OWN)?;
    kept(call, kind).await.into_iter().find(|template| template.id == id)
}

pub(crate) async fn page(call: Call) -> Result<Reply, Failure> {
    show(&call, &pages::Typed::default(), None).await
}

async fn show(call: &Call, typed: &pages::Typed, failure: Option<Failure>) -> Result<Reply, Failure> {
    let mut frame = Frame::of(call).await.narrow();
    let (all, version) = call.beside(|beside| beside.templates.all_with_version()).await?;
    let version = call.shown_version(version)?;
    let form = pages::Form { version: &version, csrf: &frame.csrf };
    let content = pages::content(&all, typed, failure.as_ref(), &form);
    if let Some(failure) = failure {
        frame = frame.refusing(failure);
    }
    Ok(frame.reply(message!("templates-title"), Tab::Middlewares, &content))
}

pub(crate) async fn save(call: Call) -> Result<Reply, Failure> {
    let id = call.fields.trimmed("id")?.to_owned();
    let (name, yaml) = templates::sent(&call)?;
    let typed = pages::Typed { id: id.clone(), name: name.clone(), yaml: yaml.clone() };
    let seen = call.seen_version()?;
    let saved = call
        .beside(move |beside| {
            let templates = beside.templates.as_seen(seen);
            if id.is_empty() {
                templates.add(&name, &yaml).map(drop)
            } else {
                templates.change(&id, &name, &yaml)
            }
        })
        .await;
    match saved {
        Ok(()) => Ok(done(&call, "/middlewares/templates?done=saved", "the template is saved")),
        Err(failure) if call.dialect == Dialect::Page => show(&call, &typed, Some(failure)).await,
        Err(failure) => Err(failure),
    }
}

pub(crate) async fn remove(call: Call) -> Result<Reply, Failure> {
    let id = call.fields.trimmed("id")?.to_owned();
    let seen = call.seen_version()?;
    call.beside(move |beside| beside.templates.as_seen(seen).remove(&id)).await?;
    Ok(done(&call, "/middlewares/templates?done=deleted", "the template is deleted"))
}

pub(crate) async fn tools(call: Call) -> Result<Reply, Failure> {
    let is_digest = call.query.trimmed("for")? == "digestAuth";
    show_tools(&call, is_digest, None).await
}

pub(crate) async fn make(call: Call) -> Result<Reply, Failure> {
    let is_digest = call.fields.trimmed("scheme")? == "digest";
    let (user, realm) =
        (call.fields.trimmed("username")?.to_owned(), call.fields.trimmed("realm")?.to_owned());
    let password = Secret::new(call.fields.text("password")?.unwrap_or_default());
    let made = call
        .beside::<_, Refusal>(move |beside| {
            if is_digest {
                beside.users.digest(&user, &realm, &password)
            } else {
                beside.users.basic(&user, &password)
            }
        })
        .await;
    if call.dialect != Dialect::Page {
        return Ok(Made::reply(made?));
    }
    show_tools(&call, is_digest, Some(made)).await
}

async fn show_tools(
    call: &Call,
    is_digest: bool,
    made: Option<Result<String, Failure>>,
) -> Result<Reply, Failure> {
    let mut frame = Frame::of(call).await.narrow();
    let (entry, failure) = match made {
        None => (None, None),
        Some(Ok(entry)) => (Some(entry), None),
        Some(Err(failure)) => (None, Some(failure)),
    };
    let content = pages::tools(&pages::ToolsPage {
        is_digest,
        user: call.fields.trimmed("username")?,
        realm: call.fields.trimmed("realm")?,
        entry: entry.as_deref(),
        failure: failure.as_ref(),
        csrf: &frame.csrf,
    });
    if let Some(failure) = failure {
        frame = frame.refusing(failure);
    }
    Ok(frame.reply(message!("tools-title"), Tab::Middlewares, &content))
}
