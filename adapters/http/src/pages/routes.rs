//! The list of routes.

use maud::{Markup, Render, html};
use traefik_manager_core::{
    config::{object::ObjectKind, source::Problem},
    traefik::{
        Protocol,
        state::{Sight, State},
    },
};

use super::{encoded, icons, layout::token, state};
use crate::{
    live::{Live, Reach, Verdict},
    view::{FILES, Found, Query, Row, Shape, View},
    words::{Message, message, t},
};

/// Everything that the page shows.
#[derive(Debug)]
pub(crate) struct RoutesPage<'a> {
    pub(crate) view: &'a View,
    pub(crate) query: &'a Query,
    pub(crate) found: &'a Found<'a>,
    /// The providers of routers that no file of ours has.
    pub(crate) providers: &'a [&'a str],
    /// How many routers the settings leave out.
    pub(crate) not_shown: usize,
    pub(crate) live: &'a Live,
    pub(crate) csrf: &'a str,
    /// The domains of the settings, to filter by.
    pub(crate) domains: &'a [String],
}

/// The page's content.
pub(crate) fn content(page: &RoutesPage<'_>) -> Markup {
    html! {
        div.head {
            h1 { (t!("routes")) }
            @if page.found.all > 0 {
                a.button.primary href="/routes/new" data-key="n" { (icons::plus()) (t!("add-route")) }
            }
        }
        @for problem in page.view.snapshot.problems() { (broken(problem)) }
        @if page.found.all == 0 {
            @if page.view.snapshot.problems().next().is_none() { (first()) }
        } @else {
            (filters(page))
            div.stack #routes { (list(page)) }
        }
    }
}

fn first() -> Markup {
    html! {
        div.panel.empty {
            (icons::crossroads())
            h2 { (t!("routes-first")) }
            p.muted { (t!("routes-first-lead")) }
            p { a.button.primary href="/routes/new" data-key="n" { (icons::plus()) (t!("add-route")) } }
        }
    }
}

/// A file that cannot be understood: what is wrong, where, and the way to mend it.
pub(crate) fn broken(problem: &Problem) -> Markup {
    let edit = format!("/files/edit?file={}", encoded(problem.file.as_str()));
    // What cannot even be read says itself what it is about.
    let names_itself =
        problem.position.is_none() && problem.message.starts_with(&format!("`{}`", problem.file));
    let place = html! {
        @if !names_itself {
            strong.mono {
                (problem.file)
                @if let Some(at) = problem.position { ":" (at.line) ":" (at.column) }
            }
        }
    };
    if problem.shaped_by_templates {
        return html! {
            p.note {
                (place) " " (super::sentence(&problem.message)) " "
                a href=(edit) { (t!("routes-edit-text")) }
            }
        };
    }
    html! {
        div.note.bad role="alert" {
            p {
                (place) " "
                (super::sentence(&problem.message))
            }
            p { (t!("routes-folder-broken")) " " a href=(edit) { (t!("routes-mend")) } }
        }
    }
}

fn filters(page: &RoutesPage<'_>) -> Markup {
    let query = page.query;
    let files: Vec<&str> = page.view.snapshot.files().iter().map(|file| file.id().as_str()).collect();
    html! {
        form.filters method="get" action="/" role="search" {
            div.search {
                (icons::search())
                input type="search" name="q" value=(query.text) placeholder=(t!("routes-search-hint"))
                    aria-label=(t!("routes-search")) autocomplete="off" spellcheck="false";
                kbd.needs-js aria-hidden="true" { "/" }
            }
            (choice("protocol", message!("protocol"), message!("all-protocols"), query.protocol.map_or("", Protocol::as_str),
                [("http", "HTTP"), ("tcp", "TCP"), ("udp", "UDP")]))
            (choice("status", message!("status"), message!("routes-any-status"), &query.status,
                [("on", message!("routes-switched-on")), ("off", message!("routes-switched-off")), ("trouble", message!("routes-trouble"))]))
            @if files.len() > 1 {
                (choice("file", message!("file"), message!("routes-all-files"), &query.file, files.iter().map(|file| (*file, *file))))
            }
            @if !page.providers.is_empty() {
                (choice("provider", message!("provider"), message!("routes-all-providers"), &query.provider,
                    [(FILES, t!("files"))].into_iter().chain(page.providers.iter().map(|name| (*name, name.render())))))
            }
            @if !page.domains.is_empty() {
                (choice("domain", message!("routes-domain"), message!("routes-all-domains"), &query.domain,
                    page.domains.iter().map(|domain| (domain.as_str(), domain.as_str()))))
            }
            @if query.shape == Shape::Cards { input type="hidden" name="view" value="cards"; }
            button.nojs type="submit" { (t!("routes-filter")) }
            div.views role="group" aria-label=(t!("routes-view")) {
                a href=(query.address(Shape::Table, 1)) aria-label=(t!("routes-table")) title=(t!("routes-table"))
                    aria-current=[(query.shape == Shape::Table).then_some("true")] { (icons::table()) }
                a href=(query.address(Shape::Cards, 1)) aria-label=(t!("routes-cards")) title=(t!("routes-cards"))
                    aria-current=[(query.shape == Shape::Cards).then_some("true")] { (icons::cards()) }
            }
        }
    }
}

/// A list to choose from, with nothing chosen at its top.
fn choice<'a>(
    name: &str,
    label: Message,
    all: Message,
    chosen: &str,
    options: impl IntoIterator<Item = (&'a str, impl Render)>,
) -> Markup {
    html! {
        select name=(name) aria-label=(label) {
            option value="" { (all) }
            @for (value, text) in options {
                option value=(value) selected[value == chosen] { (text) }
            }
        }
    }
}

fn list(page: &RoutesPage<'_>) -> Markup {
    let found = page.found;
    html! {
        (switches(page))
        (silence(&page.live.reach))
        div.counts {
            span {
                @if found.total == found.all { (t!("routes-count", count = found.total)) }
                @else { (t!("routes-count-of", found = found.total, count = found.all)) }
            }
            @if page.view.off > 0 { span.state.off { (t!("routes-off-count", count = page.view.off)) } }
            @if page.not_shown > 0 {
                span { a href="/settings/interface" { (t!("routes-not-shown", count = page.not_shown)) } }
            }
            @if found.trouble > 0 { span.state.bad { (t!("routes-trouble-count", count = found.trouble)) } }
        }
        @if found.rows.is_empty() {
            div.panel.empty {
                h2 { (t!("routes-nothing-matches")) }
                p { a href="/" { (t!("routes-show-all")) } }
            }
        } @else if page.query.shape == Shape::Cards {
            div.cards { @for row in &found.rows { (card(page, row)) } }
        } @else {
            table.list.routes {
                thead {
                    tr {
                        th scope="col" { span.sr { (t!("routes-on-or-off")) } }
                        th scope="col" { (t!("name")) }
                        th scope="col" { (t!("routes-matches")) }
                        th scope="col" { (t!("routes-goes-to")) }
                        th scope="col" { (t!("status")) }
                        th scope="col" { span.sr { (t!("actions")) } }
                    }
                }
                tbody { @for row in &found.rows { (line(page, row)) } }
            }
        }
        (super::pager(found.page, found.pages, |number| page.query.address(page.query.shape, number)))
    }
}

/// Said once, above the list, instead of beside each route.
fn silence(reach: &Reach) -> Markup {
    let Reach::Silent(reason) = reach else { return html! {} };
    html! {
        div.note {
            p { (t!("routes-silent")) }
            p.sub { (super::sentence(reason)) }
            p.sub { (t!("routes-silent-why")) }
        }
    }
}

fn line(page: &RoutesPage<'_>, row: &Row) -> Markup {
    html! {
        tr .is-off[!row.enabled] {
            td.fit.at-right { @if row.foreign.is_none() { (switch(row)) } }
            td.lead data-label=(t!("name")) { div {
                span.title { (edit_link(row)) (badges(row)) }
                (whose(page, row))
            } }
            td data-label=(t!("routes-matches")) { div { (matches(row)) (way(row)) } }
            td data-label=(t!("routes-goes-to")) { (target(row)) }
            td data-label=(t!("status")) { (status(page, row)) }
            td.end { @if row.foreign.is_none() { (actions(row)) } }
        }
    }
}

fn card(page: &RoutesPage<'_>, row: &Row) -> Markup {
    html! {
        article.card .is-off[!row.enabled] {
            div.stack {
                div.card-top {
                    div { span.title { (edit_link(row)) (badges(row)) } (whose(page, row)) }
                    @if row.foreign.is_none() { (switch(row)) }
                }
                (matches(row))
                dl {
                    dt { (t!("routes-goes-to")) } dd { (target(row)) }
                    @if !row.entry_points.is_empty() { dt { (t!("routes-at")) } dd { (row.entry_points.join(", ")) } }
                    @if !row.middlewares.is_empty() { dt { (t!("routes-through")) } dd { (row.middlewares.join(", ")) } }
                }
            }
            div.card-foot { (status(page, row)) @if row.foreign.is_none() { (actions(row)) } }
        }
    }
}

fn edit_link(row: &Row) -> Markup {
    html! {
        @if row.foreign.is_some() { span.name { (row.name) } }
        @else { a.name href={ "/routes/edit?id=" (encoded(&row.id)) } { (row.name) } }
    }
}

/// The provider of a router that is changed elsewhere, or the file where there are several.
fn whose(page: &RoutesPage<'_>, row: &Row) -> Markup {
    html! {
        @if let Some(foreign) = &row.foreign {
            div.sub { (t!("routes-of-provider", provider = &foreign.provider)) }
        } @else if page.view.snapshot.files().len() > 1 { div.sub { (row.file) } }
    }
}

fn badges(row: &Row) -> Markup {
    html! {
        @if row.protocol != Protocol::Http { span.badge.proto { (row.protocol) } }
        @if row.tls { span.badge title=(t!("routes-uses-tls")) { (icons::lock()) span.sr { "TLS" } } }
    }
}

/// One form for all switches; each button says which route it is for.
fn switches(page: &RoutesPage<'_>) -> Markup {
    html! {
        form #switches hidden method="post" action="/routes/toggle" {
            (token(page.csrf))
            input type="hidden" name="back" value=(page.query.address(page.query.shape, page.found.page));
        }
    }
}

fn switch(row: &Row) -> Markup {
    let (turn, title) = if row.enabled {
        ("off", message!("routes-switch-off"))
    } else {
        ("on", message!("routes-switch-on"))
    };
    html! {
        button.switch form="switches" name=(turn) value=(row.id) role="switch" aria-checked=(row.enabled) title=(title) {
            span.sr { (row.name) }
        }
    }
}

fn matches(row: &Row) -> Markup {
    let plain = row.hosts.len() <= 4 && row.rule_is_hosts;
    html! {
        div.hosts {
            @if plain {
                @for host in &row.hosts {
                    @if row.protocol == Protocol::Http && is_linkable(host) {
                        a href={ (if row.tls { "https" } else { "http" }) "://" (host) } target="_blank" rel="noreferrer" { (host) }
                    } @else { span { (host) } }
                }
            } @else if row.rule.is_empty() {
                span.muted { @if row.entry_points.is_empty() { (t!("routes-everything")) } @else { (row.entry_points.join(", ")) } }
            } @else { code { (row.rule) } }
        }
    }
}

/// The entry points and middlewares, below what the rule matches.
fn way(row: &Row) -> Markup {
    html! {
        @if !row.rule.is_empty() && !row.entry_points.is_empty() || !row.middlewares.is_empty() {
            div.sub {
                @if !row.rule.is_empty() && !row.entry_points.is_empty() { (t!("routes-on-entry-points", names = row.entry_points.join(", "))) " " }
                @if !row.middlewares.is_empty() { (t!("routes-through-middlewares", names = row.middlewares.join(", "))) }
            }
        }
    }
}

/// A rule may hold anything; only what is a plain host name becomes a link.
fn is_linkable(host: &str) -> bool {
    !host.is_empty()
        && host.chars().all(|c| c.is_alphanumeric() || c == '.' || c == '-')
        && host.contains('.')
}

fn target(row: &Row) -> Markup {
    html! {
        span.target {
            @if let Some(target) = &row.target {
                span.mono { (target) }
                @if row.servers > 1 { " " span.badge { "+" (row.servers - 1) } }
            } @else if row.service.is_empty() {
                span.trouble { (t!("routes-no-service")) }
            } @else {
                span.mono { (row.service) }
            }
        }
    }
}

fn status(page: &RoutesPage<'_>, row: &Row) -> Markup {
    let (state, errors) = match (&row.foreign, page.live.verdict(row.protocol, &row.name)) {
        (Some(foreign), _) => {
            let sight = Sight::Found { status: foreign.status, servers: None };
            (State::of(ObjectKind::Router, true, sight), foreign.errors.as_slice())
        }
        (None, verdict) => {
            let state = page.live.router_state(row.protocol, &row.name, &row.service, row.enabled);
            match verdict {
                Verdict::Router(router) if row.enabled => (state, router.errors.as_slice()),
                _ => (state, [].as_slice()),
            }
        }
    };
    html! {
        div {
            (state::mark(state))
            @for error in errors { (super::trouble(error)) }
        }
    }
}

fn actions(row: &Row) -> Markup {
    let id = encoded(&row.id).to_string();
    html! {
        div.row {
            a.button.quiet.small href={ "/routes/edit?id=" (id) } title=(t!("edit")) { (icons::pencil()) span.sr { (t!("edit-named", name = &row.name)) } }
            a.button.quiet.small href={ "/routes/raw?id=" (id) } title="YAML" { (icons::code()) span.sr { (t!("routes-yaml-of", name = &row.name)) } }
            a.button.quiet.small.danger href={ "/routes/delete?id=" (id) } title=(t!("delete")) data-confirm { (icons::bin()) span.sr { (t!("delete-named", name = &row.name)) } }
        }
    }
}
