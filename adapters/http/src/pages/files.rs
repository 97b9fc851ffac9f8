//! The configuration files and the editor for a whole one.

use std::sync::Arc;

use maud::{Markup, PreEscaped, html};
use traefik_manager_core::{
    config::{
        object::ObjectKind,
        source::{Problem, SourceFile},
    },
    routes::{RemovedFile, Snapshot},
};

use super::{
    editor::{self, Mark},
    encoded, icons,
    layout::{files_and_backups, save_buttons, token},
};
use crate::{failure::Failure, said::said, words::t};

/// The list of files.
pub(crate) fn content(snapshot: &Snapshot, removed: &[RemovedFile]) -> Markup {
    let is_missing = |file: &&Arc<SourceFile>| file.revision().is_none() && file.problem().is_none();
    let is_removed = |file: &&Arc<SourceFile>| removed.iter().any(|removed| removed.id == *file.id());
    html! {
        div.head { div.head-text {
            h1 { (t!("files")) }
            p.muted { (t!("files-lead")) }
        } }
        (files_and_backups("/files"))
        @if snapshot.files().is_empty() && removed.is_empty() {
            div.panel.empty {
                h2 { (t!("files-none")) }
                p.muted { (t!("files-none-lead")) }
                p { a.button.primary href="/routes/new" { (icons::plus()) (t!("add-route")) } }
            }
        } @else {
            table.list {
                thead { tr {
                    th scope="col" { (t!("file")) } th scope="col" { (t!("files-holds")) } th scope="col" { (t!("files-state")) }
                    th scope="col" { span.sr { (t!("actions")) } }
                } }
                tbody {
                    @for file in snapshot.files().iter().filter(|file| !is_missing(file)) {
                        @let address = format!("/files/edit?file={}", encoded(file.id().as_str()));
                        tr {
                            td.lead data-label=(t!("file")) { div {
                                a.name href=(address) { (file.id()) }
                                div.sub { (file.path()) }
                            } }
                            td data-label=(t!("files-holds")) { (holds(file)) }
                            td data-label=(t!("files-state")) { (state(file)) }
                            td.end { div.row { a.button.quiet.small href=(address) { (icons::code()) (t!("files-edit-text")) } } }
                        }
                    }
                    @for file in snapshot.files().iter().filter(|file| is_missing(file) && !is_removed(file)) {
                        tr {
                            td.lead data-label=(t!("file")) { div { span.name { (file.id()) } div.sub { (file.path()) } } }
                            td data-label=(t!("files-holds")) { "—" }
                            td data-label=(t!("files-state")) { span.state.unknown { (t!("files-not-there")) } }
                            td.end {}
                        }
                    }
                    @for file in removed { (removed_file(file)) }
                }
            }
        }
    }
}

/// A file that somebody has removed, and the way to have it back.
fn removed_file(file: &RemovedFile) -> Markup {
    let address = format!("/backups/restore?name={}", encoded(&file.newest.name));
    html! {
        tr {
            td.lead data-label=(t!("file")) { div {
                span.name { (file.id) }
                div.sub { (t!("files-removed-backups", count = file.backups)) }
            } }
            td data-label=(t!("files-holds")) { "—" }
            td data-label=(t!("files-state")) { span.state.warn { (t!("files-removed")) } }
            td.end { div.row { a.button.quiet.small href=(address) data-confirm { (t!("backups-restore")) span.sr { " " (file.newest.name) } } } }
        }
    }
}

fn holds(file: &SourceFile) -> Markup {
    let count = |kind: &ObjectKind| file.entries().filter(|entry| entry.kind == *kind).count();
    let named = ObjectKind::ALL
        .iter()
        .map(|kind| (count(kind), *kind))
        .filter(|(count, _)| *count > 0)
        .map(|(count, kind)| counted(count, kind).0)
        .collect::<Vec<_>>();
    PreEscaped(if named.is_empty() { "—".to_owned() } else { named.join(", ") })
}

fn counted(count: usize, kind: ObjectKind) -> Markup {
    match kind {
        ObjectKind::Router => t!("files-holds-routers", count = count),
        ObjectKind::Service => t!("files-holds-services", count = count),
        ObjectKind::Middleware => t!("files-holds-middlewares", count = count),
        ObjectKind::ServersTransport => t!("files-holds-transports", count = count),
        ObjectKind::TlsOptions => t!("files-holds-options", count = count),
        ObjectKind::TlsStore => t!("files-holds-stores", count = count),
        ObjectKind::TlsCertificate => t!("files-holds-certificates", count = count),
    }
}

fn state(file: &SourceFile) -> Markup {
    html! {
        @match file.problem() {
            None => span.state.good { (t!("files-in-order")) },
            Some(problem) if problem.shaped_by_templates => span.state.warn { (t!("files-shaped")) },
            Some(problem) => div {
                span.state.bad { (t!("files-broken")) }
                div.trouble {
                    @if let Some(at) = problem.position { (t!("editor-line", line = at.line)) ": " }
                    (said(&problem.message))
                }
            },
        }
    }
}

/// What the editor shows.
#[derive(Debug)]
pub(crate) struct Editor<'a> {
    pub(crate) file: &'a str,
    pub(crate) text: &'a str,
    pub(crate) revision: &'a str,
    pub(crate) problem: Option<&'a Problem>,
    pub(crate) schema: &'a str,
    pub(crate) marks: &'a [Mark],
    pub(crate) failure: Option<&'a Failure>,
    pub(crate) csrf: &'a str,
}

/// The editor for a whole file.
pub(crate) fn editor(editor: &Editor<'_>) -> Markup {
    let faulty = editor.problem.and_then(|problem| problem.position).map(|at| at.line);
    let line = editor.failure.map_or(faulty, |failure| failure.place().line);
    html! {
        div.head { div.head-text { h1 { (editor.file) } p.muted { (t!("files-editor-lead")) } } }
        @if let Some(problem) = editor.problem {
            p.note .bad[!problem.shaped_by_templates] .warn[problem.shaped_by_templates] {
                @if let Some(at) = problem.position { (t!("editor-line-column", line = at.line, column = at.column)) ": " }
                (super::sentence(&problem.message))
            }
        }
        @if let Some(theirs) = editor.failure.and_then(Failure::theirs) { (super::raw::present(theirs)) }
        form.panel method="post" action="/files/edit" enctype="multipart/form-data" data-guard data-changed[editor.failure.is_some()] {
            (token(editor.csrf))
            input type="hidden" name="file" value=(editor.file);
            input type="hidden" name="revision" value=(editor.revision);
            div.field {
                label.sr for="text" { "YAML" }
                (editor::content(&editor::Editor {
                    id: "text",
                    name: "content",
                    text: editor.text,
                    place: "",
                    schema: editor.schema,
                    line,
                    marks: editor.marks,
                    is_whole_file: true,
                    placeholder: None,
                }))
            }
            div.foot {
                (save_buttons(t!("save")))
                a.button.quiet href="/files" { (t!("cancel")) }
            }
        }
    }
}
