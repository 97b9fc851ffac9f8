//! The configuration files and the editor for a whole one.

use maud::{Markup, html};
use traefik_manager_core::{
    config::{
        object::ObjectKind,
        source::{Problem, SourceFile},
    },
    routes::Snapshot,
};

use super::{
    editor::{self, Mark},
    encoded, icons,
    layout::{files_and_backups, save_buttons, token},
};
use crate::failure::Failure;

/// The list of files.
pub(crate) fn content(snapshot: &Snapshot) -> Markup {
    html! {
        div.head { div.head-text {
            h1 { "Files" }
            p.muted { "Traefik's dynamic configuration, as it is on the disk." }
        } }
        (files_and_backups("/files"))
        @if snapshot.files().is_empty() {
            div.panel.empty {
                h2 { "No configuration files yet" }
                p.muted { "The first one is written with the first route." }
                p { a.button.primary href="/routes/new" { (icons::plus()) "Add route" } }
            }
        } @else {
            table.list {
                thead { tr {
                    th scope="col" { "File" } th scope="col" { "Holds" } th scope="col" { "State" }
                    th scope="col" { span.sr { "Actions" } }
                } }
                tbody {
                    @for file in snapshot.files() {
                        @let address = format!("/files/edit?file={}", encoded(file.id().as_str()));
                        tr {
                            td.lead data-label="File" { div {
                                a.name href=(address) { (file.id()) }
                                div.sub { (file.path()) }
                            } }
                            td data-label="Holds" { (holds(file)) }
                            td data-label="State" { (state(file)) }
                            td.end { div.row { a.button.quiet.small href=(address) { (icons::code()) "Edit text" } } }
                        }
                    }
                }
            }
        }
    }
}

fn holds(file: &SourceFile) -> String {
    let count = |kind: &ObjectKind| file.entries().filter(|entry| entry.kind == *kind).count();
    let named = ObjectKind::ALL
        .iter()
        .map(|kind| (count(kind), kind.noun()))
        .filter(|(count, _)| *count > 0)
        .map(|(count, name)| {
            format!("{count} {name}{}", if count == 1 || name.ends_with('s') { "" } else { "s" })
        })
        .collect::<Vec<_>>();
    if named.is_empty() { "—".to_owned() } else { named.join(", ") }
}

fn state(file: &SourceFile) -> Markup {
    html! {
        @match file.problem() {
            None => span.state.good { "In order" },
            Some(problem) if problem.shaped_by_templates => span.state.warn { "Shaped by templates" },
            Some(problem) => div {
                span.state.bad { "Broken" }
                div.trouble {
                    @if let Some(at) = problem.position { "Line " (at.line) ": " }
                    (problem.message)
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
        div.head { div.head-text { h1 { (editor.file) } p.muted { "The whole file. Nothing is written unless it parses." } } }
        @if let Some(problem) = editor.problem {
            p.note .bad[!problem.shaped_by_templates] .warn[problem.shaped_by_templates] {
                @if let Some(at) = problem.position { "Line " (at.line) ", column " (at.column) ": " }
                (super::sentence(&problem.message))
            }
        }
        @if let Some(theirs) = editor.failure.and_then(Failure::theirs) { (super::raw::present(theirs)) }
        form.panel method="post" action="/files/edit" data-guard data-changed[editor.failure.is_some()] {
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
                (save_buttons("Save"))
                a.button.quiet href="/files" { "Cancel" }
            }
        }
    }
}
