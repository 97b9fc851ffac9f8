//! Middleware templates.

use serde::Serialize;
use traefik_manager_core::companion::Template;

use crate::{
    call::Call,
    failure::Failure,
    reply::{Done, Reply},
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
    let all = call.beside(|beside| beside.templates.all()).await?;
    Ok(Done::reply(Told { templates: all.into_iter().map(TemplateJson::from).collect() }))
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
    let template = call.beside(move |beside| beside.templates.add(&name, &yaml)).await?;
    Ok(Done::reply(Kept { template: template.into() }))
}

pub(crate) async fn change(call: Call) -> Result<Reply, Failure> {
    let ((name, yaml), id) = (sent(&call)?, call.id.clone());
    call.beside(move |beside| beside.templates.change(&id, &name, &yaml)).await?;
    Ok(plainly_done())
}

pub(crate) async fn remove(call: Call) -> Result<Reply, Failure> {
    let id = call.id.clone();
    call.beside(move |beside| beside.templates.remove(&id)).await?;
    Ok(plainly_done())
}
