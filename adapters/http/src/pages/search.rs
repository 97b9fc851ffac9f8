//! What a search has found.

use maud::{Markup, html};
use serde::Serialize;

/// Something that was found.
#[derive(Debug, Serialize)]
pub(crate) struct Hit {
    /// What it is.
    pub(crate) kind: &'static str,
    pub(crate) name: String,
    /// What tells it from others.
    pub(crate) detail: String,
    /// The page where it is.
    pub(crate) address: String,
}

/// The page's content.
pub(crate) fn content(text: &str, hits: &[Hit]) -> Markup {
    html! {
        h1 { "Search" }
        form.filters method="get" action="/search" role="search" {
            div.search {
                (super::icons::search())
                input type="search" name="q" value=(text) placeholder="Routes, services, middlewares, files, pages"
                    aria-label="Search everything";
            }
            button type="submit" { "Search" }
        }
        @if hits.is_empty() {
            div.panel.empty.slim {
                p.muted {
                    @if text.is_empty() { "Names, hosts, rules, servers, files: whatever you remember of it." }
                    @else { "Nothing matches." }
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
        a.find href="/search" data-search aria-keyshortcuts="Control+K" title="Search everything (Ctrl-K)" {
            (super::icons::search()) span.sr { "Search everything" }
        }
        template #search-everything {
            dialog.palette aria-label="Search everything" {
                form.search method="dialog" role="search" {
                    (super::icons::search())
                    input type="text" enterkeyhint="search" role="combobox" aria-expanded="false" aria-controls="hits" aria-autocomplete="list"
                        autocomplete="off" spellcheck="false" maxlength="100" aria-label="Search everything"
                        placeholder="Routes, services, middlewares, files, pages";
                }
                ul #hits.hits role="listbox" aria-label="Found" {}
                p.muted.sub aria-live="polite" data-nothing="Nothing matches."
                    data-failed="The search did not answer. Press Enter to try its page." {}
            }
        }
    }
}
