//! Middleware templates.

use serde::Serialize;
use traefik_manager_core::companion::Template;

use crate::{
    call::Call,
    failure::Failure,
    reply::{self, Done, Reply},
};

use super::{files::unix_lines, plainly_done};

#[derive(Serialize)]
struct TemplateJson {
    id: String,
    name: String,
    yaml: String,
}

impl From<Template> for TemplateJson {
    fn from(Template { id, name, yaml }: Template) -> Self {
        Self { id, name, yaml }
    }
}

pub(crate) async fn list(call: Call) -> Result<Reply, Failure> {
    #[derive(Serialize)]
    struct Told {
        templates: Vec<TemplateJson>,
    }
    let (all, version) = call.beside(|beside| beside.templates.all_with_version()).await?;
    let told = Done::reply(Told { templates: all.into_iter().map(TemplateJson::from).collect() });
    Ok(reply::tagged(told, &version))
}

/// Name and text as they were sent.
pub(super) fn sent(call: &Call) -> Result<(String, String), Failure> {
    let yaml = unix_lines(call.fields.text("yaml")?.unwrap_or_default());
    Ok((call.fields.trimmed("name")?.to_owned(), yaml))
}

pub(crate) async fn add(call: Call) -> Result<Reply, Failure> {
    #[derive(Serialize)]
    struct Kept {
        template: TemplateJson,
    }
    let (name, yaml) = sent(&call)?;
    let seen = call.seen_version()?;
    let template = call.beside(move |beside| beside.templates.as_seen(seen).add(&name, &yaml)).await?;
    Ok(Done::reply(Kept { template: template.into() }))
}

pub(crate) async fn change(call: Call) -> Result<Reply, Failure> {
    let ((name, yaml), id, seen) = (sent(&call)?, call.id.clone(), call.seen_version()?);
    call.beside(move |beside| beside.templates.as_seen(seen).change(&id, &name, &yaml)).await?;
    Ok(plainly_done())
}

pub(crate) async fn remove(call: Call) -> Result<Reply, Failure> {
    let (id, seen) = (call.id.clone(), call.seen_version()?);
    call.beside(move |beside| beside.templates.as_seen(seen).remove(&id)).await?;
    Ok(plainly_done())
}
