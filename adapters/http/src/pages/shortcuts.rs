//! The keys that work on every page, and the list of them. The pages and their keys are those of the navigation.
//!
//! Who dictates, or strikes keys by chance, switches single keys off there, for this browser (WCAG 2.2, 2.1.4).

use maud::{Markup, html};

use crate::words::t;

/// What opens the list, and the list; `keys.js` adds the pages to it. Without script there are no such keys.
pub(crate) fn opener() -> Markup {
    html! {
        button.quiet.small.needs-js type="button" data-shortcuts aria-haspopup="dialog" {
            (t!("shortcuts")) " " kbd aria-hidden="true" { "?" }
        }
        template #shortcuts {
            dialog.shortcuts aria-labelledby="shortcuts-title" {
                h2 #shortcuts-title { (t!("shortcuts")) }
                dl {
                    div { dt { kbd { "Ctrl" } " " kbd { "K" } } dd { (t!("search-everything")) } }
                    div { dt { kbd { "/" } } dd { (t!("shortcuts-search")) } }
                    div { dt { kbd { "n" } } dd { (t!("shortcuts-new")) } }
                    div { dt { kbd { "?" } } dd { (t!("shortcuts-list")) } }
                    div { dt { kbd { "Esc" } } dd { (t!("shortcuts-escape")) } }
                }
                h3 #shortcuts-pages { (t!("shortcuts-pages")) }
                dl.pages aria-labelledby="shortcuts-pages" {}
                div.check {
                    input #shortcuts-on type="checkbox" name="single-keys" checked;
                    label for="shortcuts-on" { (t!("shortcuts-on")) span.hint { (t!("shortcuts-on-hint")) } }
                }
                form method="dialog" { button type="submit" { (t!("shortcuts-close")) } }
            }
        }
    }
}
