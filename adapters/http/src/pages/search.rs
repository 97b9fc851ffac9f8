//! What a search has found.

use maud::{Markup, html};
use serde::Serialize;

use crate::words::{Message, t};

/// Something that was found.
#[derive(Debug, Serialize)]
pub(crate) struct Hit {
    /// What it is.
    pub(crate) kind: Message,
    pub(crate) name: String,
    /// What tells it from others.
    pub(crate) detail: String,
    /// The page where it is.
    pub(crate) address: String,
}

/// The page's content.
pub(crate) fn content(text: &str, hits: &[Hit]) -> Markup {
    html! {
        h1 { (t!("search")) }
        form.filters method="get" action="/search" role="search" {
            div.search {
                (super::icons::search())
                input type="search" name="q" value=(text) placeholder=(t!("search-hint"))
                    aria-label=(t!("search-everything"));
            }
            button type="submit" { (t!("search")) }
        }
        @if hits.is_empty() {
            div.panel.empty.slim {
                p.muted {
                    @if text.is_empty() { (t!("search-nothing-asked")) }
                    @else { (t!("nothing-matches")) }
                }
            }
        } @else {
            ul.hits {
                @for hit in hits {
                    li { a href=(hit.address) {
                        span.badge { (hit.kind) }
                        span.hit-name { (hit.name) }
                        @if !hit.detail.is_empty() { span.sub.mono { (hit.detail) } }
                    } }
                }
            }
        }
    }
}

/// What opens the search from any page; without script a link to the page.
pub(crate) fn opener() -> Markup {
    html! {
        a.find href="/search" data-search aria-keyshortcuts="Control+K" title={ (t!("search-everything")) " (Ctrl-K)" } {
            (super::icons::search()) span.sr { (t!("search-everything")) }
        }
        template #search-everything {
            dialog.palette aria-label=(t!("search-everything")) {
                form.search method="dialog" role="search" {
                    (super::icons::search())
                    input type="text" enterkeyhint="search" role="combobox" aria-expanded="false" aria-controls="hits" aria-autocomplete="list"
                        autocomplete="off" spellcheck="false" maxlength="100" aria-label=(t!("search-everything"))
                        placeholder=(t!("search-hint"));
                }
                ul #hits.hits role="listbox" aria-label=(t!("search-found")) {}
                p.muted.sub aria-live="polite" data-nothing=(t!("nothing-matches"))
                    data-failed=(t!("search-failed")) {}
            }
        }
    }
}
