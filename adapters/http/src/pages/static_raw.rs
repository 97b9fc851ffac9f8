//! The editor for the whole static configuration.

use maud::{Markup, html};

use traefik_manager_core::routes::Unread;

use super::{
    editor::{self, Editor, Mark},
    layout::token,
};
use crate::{change::DRY_RUN, failure::Failure, words::t};

/// Everything that the page shows.
#[derive(Debug)]
pub(crate) struct RawPage<'a> {
    pub(crate) path: &'a str,
    /// What the editor holds, which may be what was sent.
    pub(crate) text: &'a str,
    /// A mark of what was edited.
    pub(crate) seen: &'a str,
    pub(crate) is_pending: bool,
    /// Whether it is TOML, and not YAML.
    pub(crate) is_toml: bool,
    pub(crate) schema: &'a str,
    pub(crate) marks: &'a [Mark],
    /// The line to show.
    pub(crate) line: Option<usize>,
    pub(crate) failure: Option<&'a Failure>,
    pub(crate) unread: Option<&'a Unread>,
    pub(crate) csrf: &'a str,
}

/// The page's content.
pub(crate) fn content(page: &RawPage<'_>) -> Markup {
    html! {
        div.head {
            div.head-text {
                h1 { (t!("static-title")) }
                p.muted {
                    span.mono { (page.path) }
                    @if page.is_pending { " · " (t!("static-with-pending-too")) }
                }
            }
            a.button.small href="/static" { (t!("static-all-sections")) }
        }
        (super::restarts::unread(page.unread))
        @if let Some(theirs) = page.failure.and_then(Failure::theirs) { (super::raw::present(theirs)) }
        form.panel method="post" action="/static/raw" enctype="multipart/form-data" data-guard data-changed[page.failure.is_some()] {
            (token(page.csrf))
            input type="hidden" name="seen" value=(page.seen);
            div.field {
                label.sr for="text" { @if page.is_toml { "TOML" } @else { "YAML" } }
                (editor::content(&Editor {
                    id: "text",
                    name: "content",
                    text: page.text,
                    place: "",
                    schema: page.schema,
                    line: page.line,
                    marks: page.marks,
                    is_whole_file: true,
                    placeholder: None,
                }))
            }
            (keep_buttons())
        }
    }
}

/// The buttons of a form whose changes are collected.
pub(super) fn keep_buttons() -> Markup {
    html! {
        div.foot {
            button.primary type="submit" name=(DRY_RUN) value="true" { (t!("static-keep-and-review")) }
            button type="submit" { (t!("static-keep")) }
            a.button.quiet href="/static" { (t!("cancel")) }
            span.hint { (t!("static-keep-hint")) }
        }
    }
}
