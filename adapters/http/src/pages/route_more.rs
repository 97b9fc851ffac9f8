//! The part of a route's form that few routes need: sticky sessions, health check, priority.

use maud::{Markup, html};
use traefik_manager_core::traefik::Protocol;

use super::route_form::{RouteFormPage, field};
use crate::words::t;

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
                strong { (t!("route-form-more")) }
                span.hint { " · " @if has_service { (t!("route-form-more-service")) } @else { (t!("route-form-more-priority")) } }
            }
            div.stack {
            @if has_service { (more.balancing.fields(page.failure)) }
            div.pair {
                (field(page, "priority", "priority", t!("route-form-priority"), t!("route-form-priority-hint"), &html! {
                    input #priority type="text" name="priority" value=(more.priority) inputmode="numeric"
                        autocomplete="off";
                }))
            }
            }
        }
    }
}
