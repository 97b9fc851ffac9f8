//! The part of a route's form that few routes need: sticky sessions, health check, priority.

use maud::{Markup, html};
use traefik_manager_core::traefik::Protocol;

use super::route_form::{RouteFormPage, field, tick};

/// A section that is closed until there is something in it.
pub(super) fn section(page: &RouteFormPage<'_>) -> Markup {
    let (values, more) = (page.values, &page.values.more);
    // A service that others use too is not edited here.
    let has_service = values.protocol == Protocol::Http && values.service.is_empty();
    let wrong = page.failure.is_some_and(|failure| {
        ["healthCheck", "priority"].into_iter().any(|name| failure.about(name).is_some())
    });
    html! {
        details.panel.more open[more.says_something() || wrong] {
            summary {
                strong { "More" }
                span.hint { @if has_service { " · sticky sessions, health check, priority" } @else { " · priority" } }
            }
            div.stack {
            @if has_service { (sticky(page)) (health_check(page)) }
            div.pair {
                (field(page, "priority", "priority", "Priority", "Where several rules match, the highest number wins. Empty: the longest rule.", &html! {
                    input #priority type="text" name="priority" value=(more.priority) inputmode="numeric"
                        autocomplete="off";
                }))
            }
            }
        }
    }
}

fn sticky(page: &RouteFormPage<'_>) -> Markup {
    let more = &page.values.more;
    html! {
        fieldset.group {
            (tick("sticky", "Sticky sessions", "A cookie keeps each visitor on the same server.", more.sticky))
            div.pair.only-if-ticked {
                div.field {
                    label for="sticky-name" { "Name of the cookie" }
                    input #sticky-name type="text" name="stickyName" value=(more.cookie) autocomplete="off" spellcheck="false";
                    span.hint { "Empty: Traefik makes one." }
                }
                div.stack.tight {
                    (tick("stickySecure", "Only over HTTPS (Secure)", "", more.secure))
                    (tick("stickyHttpOnly", "Not for scripts (HttpOnly)", "", more.http_only))
                }
            }
        }
    }
}

fn health_check(page: &RouteFormPage<'_>) -> Markup {
    let more = &page.values.more;
    let wrong = page.failure.and_then(|failure| failure.about("healthCheck"));
    html! {
        fieldset.group {
            (tick("healthCheck", "Health check", "Servers that do not answer get no requests until they do.", more.health_check))
            div.only-if-ticked.stack.tight {
                div.three {
                    (part(wrong.is_some(), "healthPath", "Path", &more.path, "/health"))
                    (part(wrong.is_some(), "healthInterval", "Every", &more.interval, "30s"))
                    (part(wrong.is_some(), "healthTimeout", "Gives up after", &more.timeout, "5s"))
                }
                @if let Some(wrong) = wrong { p.wrong { (super::sentence(wrong)) } }
            }
        }
    }
}

fn part(wrong: bool, name: &str, label: &str, value: &str, placeholder: &str) -> Markup {
    html! {
        div.field .bad[wrong] {
            label for=(name) { (label) }
            input id=(name) type="text" name=(name) value=(value) placeholder=(placeholder) autocomplete="off" spellcheck="false";
        }
    }
}
