//! The editor for a route as YAML.

use maud::{Markup, html};

use super::{
    editor::{self, Editor, Mark},
    encoded,
    layout::{save_buttons, token},
};
use crate::{failure::Failure, words::t};

/// Everything that the page shows.
#[derive(Debug)]
pub(crate) struct RawPage<'a> {
    pub(crate) id: &'a str,
    pub(crate) text: &'a str,
    pub(crate) version: &'a str,
    pub(crate) schema: &'a str,
    pub(crate) marks: &'a [Mark],
    pub(crate) failure: Option<&'a Failure>,
    pub(crate) csrf: &'a str,
}

/// The page's content.
pub(crate) fn content(page: &RawPage<'_>) -> Markup {
    let RawPage { id, text, version, schema, marks, failure, csrf } = *page;
    let name = id.rsplit("::").next().unwrap_or(id);
    html! {
        div.head {
            div.head-text { h1 { (name) } p.muted { (t!("raw-lead")) } }
            a.button.small href={ "/routes/edit?id=" (encoded(id)) } { (t!("edit-as-form")) }
        }
        @if let Some(theirs) = failure.and_then(Failure::theirs) { (present(theirs)) }
        form.panel method="post" action="/routes/raw" data-guard data-changed[failure.is_some()] {
            (token(csrf))
            input type="hidden" name="id" value=(id);
            input type="hidden" name="version" value=(version);
            div.field {
                label.sr for="text" { "YAML" }
                (editor::content(&Editor {
                    id: "text",
                    name: "content",
                    text,
                    place: "",
                    schema,
                    line: failure.filter(|failure| failure.findings().is_empty()).and_then(|failure| failure.place().line),
                    marks,
                    is_whole_file: false,
                    placeholder: None,
                }))
            }
            div.foot {
                (save_buttons(t!("save")))
                a.button.quiet href="/" { (t!("cancel")) }
            }
        }
    }
}

/// What somebody else has made of the text meanwhile.
pub(crate) fn present(theirs: &str) -> Markup {
    html! {
        details open {
            summary { (t!("raw-present")) }
            pre { (theirs) }
        }
    }
}
