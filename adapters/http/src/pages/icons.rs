//! The few icons, drawn for this program on a grid of 16 × 16.

use maud::{Markup, html};

/// Icons that stand in every line of a list: drawn once a page, referred to by name.
const SHARED: [(&str, &str); 4] = [
    ("pencil", "M10.6 3.2l2.2 2.2L5.6 12.6 2.7 13.3l.7-2.9zM9.2 4.6l2.2 2.2"),
    ("code", "M5.2 4.5 1.8 8l3.4 3.5M10.8 4.5 14.2 8l-3.4 3.5M9.2 3 6.8 13"),
    ("bin", "M2.8 4.3h10.4M6.3 4.3V2.6h3.4v1.7M4.2 4.3l.6 9.1h6.4l.6-9.1M6.7 6.8v4.1M9.3 6.8v4.1"),
    ("lock", "M3.5 7.2h9v6.3h-9zM5.4 7.2V5a2.6 2.6 0 0 1 5.2 0v2.2"),
];

/// What the shared icons are drawn from.
pub(crate) fn shared() -> Markup {
    html! {
        svg.sprite aria-hidden="true" {
            @for (name, path) in SHARED { symbol id={ "i-" (name) } viewBox="0 0 16 16" { path d=(path) {} } }
        }
    }
}

fn referred(name: &str) -> Markup {
    html! { svg.i aria-hidden="true" { use href={ "#i-" (name) } {} } }
}

fn drawn(path: &str) -> Markup {
    html! {
        svg width="16" height="16" viewBox="0 0 16 16" fill="none" stroke="currentColor" stroke-width="1.5"
            stroke-linecap="round" stroke-linejoin="round" aria-hidden="true" { path d=(path) {} }
    }
}

/// An icon of its own, 16 by 16.
pub(crate) fn outline(path: &str) -> Markup {
    html! { svg.i viewBox="0 0 16 16" aria-hidden="true" { path d=(path) {} } }
}

pub(crate) fn brand() -> Markup {
    html! {
        svg width="22" height="22" viewBox="0 0 22 22" fill="none" stroke="currentColor" stroke-width="2"
            stroke-linecap="round" stroke-linejoin="round" aria-hidden="true" {
            path d="M3 11h4c4 0 4-6 8-6h3M7 11c4 0 4 6 8 6h3" {}
            circle cx="3" cy="11" r="1.4" fill="currentColor" {}
            circle cx="19" cy="5" r="1.4" fill="currentColor" {}
            circle cx="19" cy="17" r="1.4" fill="currentColor" {}
        }
    }
}

pub(crate) fn search() -> Markup {
    drawn("M7 12.2a5.2 5.2 0 1 0 0-10.4 5.2 5.2 0 0 0 0 10.4zM10.8 10.8 14.2 14.2")
}

pub(crate) fn plus() -> Markup {
    drawn("M8 3v10M3 8h10")
}

pub(crate) fn table() -> Markup {
    drawn("M2 3.5h12M2 8h12M2 12.5h12")
}

pub(crate) fn cards() -> Markup {
    drawn("M2.5 2.5h4v4h-4zM9.5 2.5h4v4h-4zM2.5 9.5h4v4h-4zM9.5 9.5h4v4h-4z")
}

pub(crate) fn pencil() -> Markup {
    referred("pencil")
}

pub(crate) fn code() -> Markup {
    referred("code")
}

pub(crate) fn bin() -> Markup {
    referred("bin")
}

pub(crate) fn lock() -> Markup {
    referred("lock")
}

pub(crate) fn crossroads() -> Markup {
    html! {
        svg width="44" height="44" viewBox="0 0 44 44" fill="none" stroke="currentColor" stroke-width="2"
            stroke-linecap="round" stroke-linejoin="round" aria-hidden="true" {
            path d="M4 22h8c9 0 9-12 18-12h9M12 22c9 0 9 12 18 12h9M35 6l4 4-4 4M35 30l4 4-4 4" {}
        }
    }
}
