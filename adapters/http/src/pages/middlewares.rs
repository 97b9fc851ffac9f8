//! The list of middlewares.

use maud::{Markup, html};
use traefik_manager_core::{routes::Middleware, traefik::Protocol};

use super::{encoded, icons, layout::token, routes::broken};
use crate::view::View;

/// Users that a list names before it only counts them.
const NAMED_USERS: usize = 3;

/// The page's content.
pub(crate) fn content(view: &View, query: &str) -> Markup {
    let snapshot = &view.snapshot;
    let words = query.to_lowercase();
    let found: Vec<Middleware<'_>> = snapshot
        .middlewares()
        .filter(|middleware| {
            words.split_whitespace().all(|word| {
                [middleware.name(), middleware.kind()].iter().any(|text| text.to_lowercase().contains(word))
            })
        })
        .collect();
    let is_empty = snapshot.middlewares().next().is_none();
    html! {
        div.head {
            div.head-text { h1 { "Middlewares" } p.muted { "What happens to requests on their way to a service." } }
            @if !is_empty { a.button.primary href="/middlewares/new" { (icons::plus()) "Add middleware" } }
        }
        @for problem in snapshot.problems() { (broken(problem)) }
        @if is_empty {
            div.panel.empty {
                (icons::crossroads())
                h2 { "Add your first middleware" }
                p.muted { "Ask for a password, redirect to HTTPS, set security headers, limit the rate…" }
                p { a.button.primary href="/middlewares/new" { (icons::plus()) "Add middleware" } }
            }
        } @else {
            form.row method="get" action="/middlewares" role="search" {
                div.search.grow {
                    (icons::search())
                    input type="search" name="q" value=(query) placeholder="Search names and types" aria-label="Search middlewares";
                    kbd.needs-js aria-hidden="true" { "/" }
                }
                button type="submit" { "Search" }
            }
            @if found.is_empty() {
                div.panel.empty { h2 { "Nothing matches" } p { a href="/middlewares" { "Show all middlewares" } } }
            } @else {
                table.list {
                    thead { tr {
                        th scope="col" { "Name" } th scope="col" { "Type" } th scope="col" { "Used by" }
                        th scope="col" { "File" } th scope="col" { span.sr { "Actions" } }
                    } }
                    tbody { @for middleware in &found { (line(view, middleware)) } }
                }
            }
        }
    }
}

fn address(page: &str, middleware: &Middleware<'_>) -> String {
    format!(
        "/middlewares/{page}?name={}&protocol={}&file={}",
        encoded(middleware.name()),
        middleware.protocol(),
        encoded(middleware.file().as_str())
    )
}

fn line(view: &View, middleware: &Middleware<'_>) -> Markup {
    let users = view.users(middleware);
    html! {
        tr {
            td.lead data-label="Name" { span.title {
                a.name href=(address("edit", middleware)) { (middleware.name()) }
                @if middleware.protocol() == Protocol::Tcp { span.badge.proto { "tcp" } }
            } }
            td data-label="Type" { code { (middleware.kind()) } }
            td data-label="Used by" {
                @if users.is_empty() { span.muted { "Nothing" } }
                @else {
                    span {
                        (users.get(..NAMED_USERS).unwrap_or(users).join(", "))
                        @if users.len() > NAMED_USERS { " and " (users.len() - NAMED_USERS) " more" }
                    }
                }
            }
            td data-label="File" { span.sub { (middleware.file()) } }
            td.end { div.row {
                a.button.quiet.small href=(address("edit", middleware)) title="Edit" { (icons::pencil()) span.sr { "Edit " (middleware.name()) } }
                a.button.quiet.small.danger href=(address("delete", middleware)) title="Delete" data-confirm {
                    (icons::bin()) span.sr { "Delete " (middleware.name()) }
                }
            } }
        }
    }
}

/// Asks before a middleware is gone, or names those who need it.
pub(crate) fn confirm_delete(view: &View, middleware: &Middleware<'_>, csrf: &str) -> Markup {
    let users = view.users(middleware);
    html! {
        form.panel method="post" action={ "/delete-middleware/" (encoded(middleware.name())) } data-confirmation {
            (token(csrf))
            input type="hidden" name="mwProtocol" value=(middleware.protocol());
            input type="hidden" name="configFile" value=(middleware.file());
            @if users.is_empty() {
                h1 #question { "Delete " (middleware.name()) "?" }
                p { "Nothing uses it. A backup of " code { (middleware.file()) } " is kept." }
            } @else {
                h1 #question { (middleware.name()) " is in use" }
                p { "Take it out of these first:" }
                ul { @for user in users.iter().take(20) { li { (user) } } }
            }
            div.foot {
                @if users.is_empty() { button.danger type="submit" { "Delete" } }
                a.button.quiet.cancel href="/middlewares" { @if users.is_empty() { "Cancel" } @else { "Back" } }
            }
        }
    }
}
