//! The static configuration, and the restart that it takes.

use maud::{Markup, html};
use traefik_manager_core::{restart::Restarter, routes::RawFile};

use super::{
    editor::{self, Editor},
    layout::{save_buttons, token},
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
        @if let Some(restarter) = page.restarter { (restart(restarter, page.progress, page.csrf)) }
    }
}

fn restart(restarter: &dyn Restarter, progress: &Progress, csrf: &str) -> Markup {
    html! {
        section.panel {
            h2 { "Restart" }
            p {
                "Traefik is restarted (" code { (restarter.method()) } ": " (restarter.target()) ") and watched until it "
                "answers again and has the entry points of this file. If it does not come back in time, the last "
                "good file is put back and Traefik restarted again."
            }
            p.muted { (restarter.method().trust()) }
            @if progress.is_under_way() || progress.report().is_some() {
                (state(progress))
            }
            form.foot method="post" action="/static/restart" {
                (token(csrf))
                @if progress.is_under_way() {
                    a.button href="/static/restart" { "Look on" }
                } @else {
                    button type="submit" { "Restart Traefik" }
                }
            }
        }
    }
}

/// How a restart goes on.
pub(crate) fn progress(progress: &Progress) -> Markup {
    html! {
        div.head { div.head-text {
            h1 { "Restart" }
            p.muted {
                "This page may itself come through the Traefik that is restarted. It goes on by itself as soon as it can be "
                "reached again."
            }
        } }
        section.panel #restart data-restart[progress.is_under_way()] aria-live="polite" {
            (state(progress))
            div.foot {
                @if progress.is_under_way() { a.button href="/static/restart" { "Look again" } }
                a.button.quiet href="/static" { "Back to the static configuration" }
            }
        }
    }
}

fn state(progress: &Progress) -> Markup {
    let report = progress.report();
    let is_good = report.is_some_and(traefik_manager_core::restart::Report::is_good);
    html! {
        p.note .good[is_good] .bad[report.is_some() && !is_good] data-state { (super::sentence(&progress.message())) }
        @if let Some(words) = report.and_then(|report| report.last_words.as_deref()) {
            details open { summary { "Traefik's last lines" } pre { (words) } }
        }
    }
}
