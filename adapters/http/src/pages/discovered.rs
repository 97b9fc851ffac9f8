//! What the running Traefik has from other providers than the files: shown, never edited here.

use maud::{Markup, html};
use traefik_manager_core::{
    config::object::ObjectKind,
    traefik::{
        Protocol,
        state::{Sight, State},
    },
};

use super::state;
use crate::{
    live::{Live, sight_of},
    words::t,
};

/// Objects that are shown before the others are only counted.
const MOST: usize = 50;

/// An object of another provider.
struct Found<'l> {
    protocol: Protocol,
    name: &'l str,
    provider: &'l str,
    kind: &'l str,
    sight: Sight,
    errors: &'l [String],
    servers: Vec<&'l str>,
}

/// The list of those that a search asks for; nothing where there are none.
pub(crate) fn list(live: &Live, kind: ObjectKind, text: &str) -> Markup {
    let all = all(live, kind);
    if all.is_empty() {
        return html! {};
    }
    let text = text.to_lowercase();
    let is_asked_for = |found: &&Found<'_>| {
        let searched =
            [found.name, found.provider, found.kind, &found.servers.join("\n")].join("\n").to_lowercase();
        text.split_whitespace().all(|word| searched.contains(word))
    };
    let found: Vec<&Found<'_>> = all.iter().filter(is_asked_for).collect();
    html! {
        div.head-text {
            h2 { (t!("discovered")) }
            p.muted { (t!("discovered-lead")) }
        }
        @if found.is_empty() {
            div.panel.empty.slim { p.muted { (t!("nothing-matches")) } }
        } @else {
            table.list {
                thead { tr {
                    th scope="col" { (t!("name")) }
                    th scope="col" { (t!("discovered-type")) }
                    @if kind == ObjectKind::Service { th scope="col" { (t!("discovered-sends-to")) } }
                    th scope="col" { (t!("status")) }
                    th scope="col" { (t!("provider")) }
                } }
                tbody { @for one in found.iter().take(MOST) { (line(kind, one)) } }
            }
            @if found.len() > MOST { p.muted { (t!("discovered-more", count = found.len() - MOST)) } }
        }
    }
}

/// Traefik's own come last.
fn all(live: &Live, kind: ObjectKind) -> Vec<Found<'_>> {
    let mut all: Vec<Found<'_>> = match kind {
        ObjectKind::Service => live
            .services
            .iter()
            .flatten()
            .map(|one| Found {
                protocol: one.protocol,
                name: &one.name,
                provider: &one.provider,
                kind: &one.kind,
                sight: sight_of(one),
                errors: &one.errors,
                servers: one.servers.iter().map(|(server, _)| server.as_str()).collect(),
            })
            .collect(),
        ObjectKind::Middleware => live
            .middlewares
            .iter()
            .flatten()
            .map(|one| Found {
                protocol: one.protocol,
                name: &one.name,
                provider: &one.provider,
                kind: &one.kind,
                sight: Sight::Found { status: one.status, servers: None },
                errors: &one.errors,
                servers: Vec::new(),
            })
            .collect(),
        _ => Vec::new(),
    };
    all.retain(|one| one.provider != "file");
    all.sort_by_key(|one| (one.provider == "internal", one.provider, one.name));
    all
}

fn line(kind: ObjectKind, found: &Found<'_>) -> Markup {
    html! {
        tr {
            td.lead data-label=(t!("name")) { span.title {
                span.name { (found.name) }
                @if found.protocol != Protocol::Http { span.badge.proto { (found.protocol) } }
            } }
            td data-label=(t!("discovered-type")) { @if found.kind.is_empty() { span.muted { "—" } } @else { code { (found.kind) } } }
            @if kind == ObjectKind::Service {
                td data-label=(t!("discovered-to")) {
                    @match found.servers.as_slice() {
                        [] => span.muted { "—" },
                        [first, rest @ ..] => span { (first) @if !rest.is_empty() { span.muted { " " (t!("and-more", count = rest.len())) } } },
                    }
                }
            }
            td data-label=(t!("status")) { div {
                (state::mark(State::of(kind, true, found.sight)))
                @for error in found.errors.iter().take(3) { (super::trouble(error)) }
            } }
            td data-label=(t!("provider")) { span.badge { (found.provider) } }
        }
    }
}
