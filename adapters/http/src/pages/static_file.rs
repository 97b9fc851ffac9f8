//! The static configuration, and the restart that it takes.

use maud::{Markup, html};
use traefik_manager_core::{restart::Restarter, routes::RawFile};

use super::{
    editor::{self, Editor},
    layout::{save_buttons, token},
    restarts,
};
use crate::{failure::Failure, restarts::Progress};

/// Everything that the page shows.
#[derive(Debug)]
pub(crate) struct StaticPage<'a> {
    pub(crate) path: &'a str,
    /// What the editor holds, which may be what was sent.
    pub(crate) text: &'a str,
    pub(crate) raw: &'a RawFile,
    pub(crate) restarter: Option<&'a dyn Restarter>,
    pub(crate) progress: &'a Progress,
    pub(crate) failure: Option<&'a Failure>,
    pub(crate) csrf: &'a str,
}

/// The page's content.
pub(crate) fn content(page: &StaticPage<'_>) -> Markup {
    let problem = page.raw.problem.as_ref();
    let faulty = problem.and_then(|problem| problem.position).map(|at| at.line);
    let line = page.failure.map_or(faulty, |failure| failure.place().line);
    html! {
        div.head { div.head-text {
            h1 { "Static configuration" }
            p.muted { span.mono { (page.path) } " · Traefik reads it when it starts. Save as often as you like; one restart is enough for all." }
        } }
        @if let Some(problem) = problem {
            p.note.bad {
                @if let Some(at) = problem.position { "Line " (at.line) ", column " (at.column) ": " }
                (super::sentence(&problem.message))
            }
        }
        @if let Some(theirs) = page.failure.and_then(Failure::theirs) { (super::raw::present(theirs)) }
        form.panel method="post" action="/static" data-guard data-changed[page.failure.is_some()] {
            (token(page.csrf))
            input type="hidden" name="revision" value=(page.raw.revision.as_str());
            div.field {
                label.sr for="text" { "YAML" }
                (editor::content(&Editor {
                    id: "text",
                    name: "content",
                    text: page.text,
                    place: "",
                    schema: "",
                    line,
                    marks: &[],
                    is_whole_file: true,
                    placeholder: None,
                }))
            }
            div.foot { (save_buttons("Save")) }
        }
        @if let Some(restarter) = page.restarter { (restarts::panel(restarter, page.progress, page.csrf)) }
    }
}
