//! The editor for a route as YAML.

use maud::{Markup, html};

use super::{
    encoded,
    layout::{save_buttons, token},
};
use crate::failure::Failure;

/// The editor.
pub(crate) fn editor(id: &str, text: &str, version: &str, failure: Option<&Failure>, csrf: &str) -> Markup {
    let name = id.rsplit("::").next().unwrap_or(id);
    html! {
        div.head {
            div.head-text { h1 { (name) } p.muted { "The router and its service, as they stand in the file." } }
            a.button.small href={ "/routes/edit?id=" (encoded(id)) } { "Edit as a form" }
        }
        @if let Some(theirs) = failure.and_then(Failure::theirs) { (present(theirs)) }
        form.panel method="post" action="/routes/raw" data-guard data-changed[failure.is_some()] {
            (token(csrf))
            input type="hidden" name="id" value=(id);
            input type="hidden" name="version" value=(version);
            div.field {
                label.sr for="text" { "YAML" }
                textarea.code #text name="content" data-line=[failure.and_then(|failure| failure.place().line)] spellcheck="false" autocapitalize="off" autocomplete="off" { "\n" (text) }
            }
            div.foot {
                (save_buttons("Save"))
                a.button.quiet href="/" { "Cancel" }
                span.muted.needs-js { kbd { "Ctrl" } " " kbd { "S" } " saves" }
            }
        }
    }
}

/// What somebody else has made of the text meanwhile.
pub(crate) fn present(theirs: &str) -> Markup {
    html! {
        details open {
            summary { "The text as it is now" }
            pre { (theirs) }
        }
    }
}
