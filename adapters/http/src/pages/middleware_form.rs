//! The form of a middleware: a name and YAML, with templates to begin from.

use maud::{Markup, html};
use traefik_manager_core::{routes::Snapshot, traefik::Protocol};

use super::{
    icons,
    layout::{save_buttons, token},
};
use crate::{
    failure::Failure,
    templates::{TEMPLATES, template},
};

/// What stands in the fields.
#[derive(Debug)]
pub(crate) struct Values {
    /// The name of the middleware that is edited; empty for a new one.
    pub(crate) edit_of: String,
    pub(crate) version: String,
    pub(crate) name: String,
    pub(crate) protocol: Protocol,
    pub(crate) content: String,
    pub(crate) file: String,
    /// The id of the template that the content comes from.
    pub(crate) template: &'static str,
}

impl Values {
    /// A new middleware, from a template if there is one of that id.
    pub(crate) fn from_template(id: &str) -> Self {
        let chosen = template(id);
        Self {
            edit_of: String::new(),
            version: String::new(),
            name: chosen.map_or("", |template| template.suggested).to_owned(),
            protocol: Protocol::Http,
            content: chosen.map_or("", |template| template.yaml).to_owned(),
            file: String::new(),
            template: chosen.map_or("", |template| template.id),
        }
    }
}

/// Everything that the page shows.
#[derive(Debug)]
pub(crate) struct MiddlewareFormPage<'a> {
    pub(crate) values: &'a Values,
    pub(crate) snapshot: &'a Snapshot,
    pub(crate) failure: Option<&'a Failure>,
    pub(crate) csrf: &'a str,
}

/// The page's content.
pub(crate) fn content(page: &MiddlewareFormPage<'_>) -> Markup {
    let values = page.values;
    let is_new = values.edit_of.is_empty();
    html! {
        div.head { div.head-text {
            h1 { @if is_new { "Add a middleware" } @else { (values.edit_of) } }
            @if !is_new { p.muted { "A new name is carried into every route that uses it." } }
        } }
        @if let Some(theirs) = page.failure.and_then(Failure::theirs) { (super::raw::present(theirs)) }
        div .two[is_new] {
            (form(page))
            @if is_new { (templates(values.template)) }
        }
    }
}

fn form(page: &MiddlewareFormPage<'_>) -> Markup {
    let values = page.values;
    let is_new = values.edit_of.is_empty();
    let wrong = |field: &str| page.failure.and_then(|failure| failure.about(field));
    let wrong_content = wrong("middlewareContent").or(wrong("content"));
    let files = page.snapshot.files();
    html! {
        form.panel method="post" action="/save-middleware" data-guard data-changed[page.failure.is_some()] {
            (token(page.csrf))
            @if !is_new {
                input type="hidden" name="isMwEdit" value="true";
                input type="hidden" name="originalMwId" value=(values.edit_of);
                input type="hidden" name="originalMwProtocol" value=(values.protocol);
                input type="hidden" name="version" value=(values.version);
            }
            div.pair {
                div.field .bad[wrong("middlewareName").is_some()] {
                    label for="name" { "Name" }
                    input #name type="text" name="middlewareName" value=(values.name) required autocomplete="off" spellcheck="false" placeholder="secure-headers";
                    @if let Some(wrong) = wrong("middlewareName") { p.wrong { (super::sentence(wrong)) } }
                }
                div.row {
                    div.field.grow {
                        label for="protocol" { "For" }
                        @if is_new {
                            select #protocol name="mwProtocol" {
                                option value="http" selected[values.protocol == Protocol::Http] { "HTTP" }
                                option value="tcp" selected[values.protocol == Protocol::Tcp] { "TCP" }
                            }
                        } @else {
                            input type="hidden" name="mwProtocol" value=(values.protocol);
                            input #protocol type="text" value=(values.protocol.as_str().to_uppercase()) disabled;
                        }
                    }
                    @if files.len() > 1 {
                        div.field.grow {
                            label for="file" { "File" }
                            select #file name="configFile" {
                                @for file in files {
                                    option value=(file.id()) selected[file.id().as_str() == values.file] { (file.id()) }
                                }
                            }
                        }
                    }
                }
            }
            div.field .bad[wrong_content.is_some()] {
                label for="yaml" { "What it does" span.hint { " · the YAML below its name" } }
                textarea.code #yaml name="middlewareContent" data-line=[page.failure.and_then(|failure| failure.place().line)] spellcheck="false" autocapitalize="off" required
                    placeholder="headers:\n  frameDeny: true" { "\n" (values.content) }
                @if let Some(wrong) = wrong_content { p.wrong { (super::sentence(wrong)) } }
            }
            div.foot {
                (save_buttons(if is_new { "Add middleware" } else { "Save" }))
                a.button.quiet href="/middlewares" { "Cancel" }
            }
        }
    }
}

fn templates(chosen: &str) -> Markup {
    html! {
        nav.panel aria-label="Templates" {
            h2 { "Begin from" }
            ul.templates {
                @for template in TEMPLATES {
                    li { a href={ "/middlewares/new?template=" (template.id) }
                        aria-current=[(template.id == chosen).then_some("true")] { (template.title) } }
                }
                li { a href="/middlewares/new" { (icons::plus()) " An empty one" } }
            }
        }
    }
}
