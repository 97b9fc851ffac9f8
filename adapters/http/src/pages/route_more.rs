//! The part of a route's form that few routes need: sticky sessions, health check, priority.

use maud::{Markup, html};
use traefik_manager_core::traefik::Protocol;

use super::route_form::{RouteFormPage, field};

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
            @if has_service { (more.balancing.fields(page.failure)) }
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
