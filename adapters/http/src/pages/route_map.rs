//! The route map: a drawing where there is room for one, a list on a phone and for screen readers.

use std::borrow::Cow;

use maud::{Markup, html};
use traefik_manager_core::traefik::{Protocol, state::Tone};

use super::{encoded, icons};
use crate::{
    route_map::{
        BY_DEFAULT, Drawing, ENTRY_POINTS, MIDDLEWARES, MOST, Node, Query, ROUTERS, SERVICES, Way, Ways,
    },
    words::{Message, message, t},
};

/// Where the columns begin, and how wide their nodes are.
const COLUMNS: [(usize, usize); 4] = [(0, 120), (180, 230), (470, 200), (730, 250)];
const WIDTH: usize = 980;
const NODE: usize = 30;
/// Room for the headings.
const TOP: usize = 30;
/// The most letters of a name in a node, by its width.
const LETTER: usize = 8;

/// The page's content.
pub(crate) fn content(ways: &Ways, query: &Query) -> Markup {
    html! {
        div.head { div.head-text {
            h1 { (t!("map")) }
            p.muted { (t!("map-lead")) }
        } }
        @if ways.all == 0 {
            div.panel.empty {
                (icons::crossroads())
                h2 { (t!("map-nothing")) }
                p.muted { (t!("map-nothing-lead")) }
                p { a.button.primary href="/routes/new" { (icons::plus()) (t!("add-route")) } }
            }
        } @else {
            (filters(ways, query))
            div.counts {
                span {
                    @if ways.found > MOST { (t!("map-count-of", shown = MOST, count = ways.found)) }
                    @else { (t!("map-count", count = ways.found)) }
                    @if ways.found < ways.all { " " (t!("map-of-all", count = ways.all)) }
                }
                @if ways.found > MOST { span { (t!("map-others")) } }
            }
            @if ways.shown.is_empty() {
                div.panel.empty.slim { p.muted { (t!("nothing-matches")) } p { a href="/map" { (t!("show-all")) } } }
            } @else {
                div.panel.map tabindex="0" role="group" aria-label=(t!("map-drawing")) { (drawing(&ways.shown)) }
                ul.plain.ways { @for way in &ways.shown { li.panel { (in_words(way)) } } }
            }
        }
    }
}

fn filters(ways: &Ways, query: &Query) -> Markup {
    let choice = |name: &str, label: Message, all: Message, chosen: &str, options: &[String]| {
        html! {
            select name=(name) aria-label=(label) {
                option value="" { (all) }
                @for option in options { option value=(option) selected[option == chosen] { (shown(option)) } }
            }
        }
    };
    let protocols = Protocol::ALL.map(|protocol| protocol.as_str().to_owned());
    html! {
        form.filters method="get" action="/map" role="search" {
            div.search {
                (icons::search())
                input type="search" name="q" value=(query.text) placeholder=(t!("map-search-hint")) aria-label=(t!("map-search")) spellcheck="false";
                kbd.needs-js aria-hidden="true" { "/" }
            }
            (choice("entrypoint", message!("map-entry-point"), message!("map-all-entry-points"), &query.entry_point, &ways.entry_points))
            (choice("protocol", message!("protocol"), message!("all-protocols"), query.protocol.map_or("", Protocol::as_str), &protocols))
            @if ways.providers.len() > 1 { (choice("provider", message!("provider"), message!("map-all-providers"), &query.provider, &ways.providers)) }
            button type="submit" { (t!("search")) }
        }
    }
}

fn drawing(ways: &[Way]) -> Markup {
    let drawing = Drawing::of(ways);
    let height = drawing.height + TOP;
    let middle = |node: &Node| node.y + TOP + NODE / 2;
    let ends = |node: &Node| COLUMNS.get(node.column).map_or((0, 0), |(x, width)| (*x, x + width));
    html! {
        svg width=(WIDTH) height=(height) viewBox={ "0 0 " (WIDTH) " " (height) } role="group" aria-label=(t!("map-drawing-parts")) {
            @for (name, (x, _)) in [message!("entry-points"), message!("map-routers"), message!("middlewares"), message!("services")].into_iter().zip(COLUMNS) {
                text.column x=(x) y="14" { (name) }
            }
            @for line in &drawing.lines {
                @if let (Some(from), Some(to)) = (drawing.nodes.get(line.from), drawing.nodes.get(line.to)) {
                    @let (x1, x2, y1, y2) = (ends(from).1, ends(to).0, middle(from), middle(to));
                    @let bend = (x2.saturating_sub(x1)) / 2;
                    path data-r=(line.router) d={ "M" (x1) " " (y1) "C" (x1 + bend) " " (y1) " " (x2.saturating_sub(bend)) " " (y2) " " (x2) " " (y2) } {}
                }
            }
            @for node in &drawing.nodes { (one_node(node, ways)) }
        }
    }
}

fn one_node(node: &Node, ways: &[Way]) -> Markup {
    let Some((x, width)) = COLUMNS.get(node.column).copied() else { return html! {} };
    let way = node.routers.first().and_then(|router| ways.get(*router)).filter(|_| node.column == ROUTERS);
    let class = way.map_or("", |way| tone(way.tone).0);
    let routers: Vec<String> = node.routers.iter().map(ToString::to_string).collect();
    if node.name.is_empty() {
        let y = node.y + TOP + NODE / 2;
        return html! { path data-r=(routers.join(" ")) d={ "M" (x) " " (y) "H" (x + width) } {} };
    }
    let name = shown(&node.name);
    html! {
        a class=(class) href=(address(node, way)) data-r=(routers.join(" ")) {
            title {
                (name)
                @if let Some(way) = way { @if !way.rule.is_empty() { ": " (way.rule) } " – " (tone(way.tone).1) }
            }
            rect x=(x) y=(node.y + TOP) width=(width) height=(NODE) rx="6" {}
            text x=(x + 10) y=(node.y + TOP + 20) {
                @if class == "bad" { "✕ " } @else if class == "warn" { "! " }
                (short(&name, (width - 24) / LETTER))
            }
        }
    }
}

/// A state's class and word.
fn tone(tone: Tone) -> (&'static str, Message) {
    match tone {
        Tone::Good => ("good", message!("map-good")),
        Tone::Fair => ("", message!("map-loaded")),
        Tone::Warning => ("warn", message!("map-warning")),
        Tone::Bad => ("bad", message!("map-bad")),
        Tone::Off | Tone::Unknown => ("unknown", message!("map-unknown")),
    }
}

/// Where more is told of a node.
fn address(node: &Node, way: Option<&Way>) -> String {
    let name = encoded(&node.name);
    match node.column {
        ENTRY_POINTS => format!("/map?entrypoint={name}"),
        ROUTERS => match way.and_then(|way| way.id.as_ref()) {
            Some(id) => format!("/routes/edit?id={}", encoded(id)),
            None => format!("/map?q={name}"),
        },
        MIDDLEWARES if !node.name.contains('@') => {
            format!("/middlewares/edit?name={name}&protocol={}", node.protocol)
        }
        MIDDLEWARES => format!("/middlewares?q={}", encoded(before_provider(&node.name))),
        SERVICES if !node.name.contains('@') => {
            format!("/services/edit?name={name}&protocol={}", node.protocol)
        }
        _ => format!("/services?q={}", encoded(before_provider(&node.name))),
    }
}

fn before_provider(name: &str) -> &str {
    name.rsplit_once('@').map_or(name, |(name, _)| name)
}

/// A name for people; addresses have it as it is.
fn shown(name: &str) -> Cow<'_, str> {
    if name == BY_DEFAULT { t!("map-by-default").0.into() } else { name.into() }
}

fn short(name: &str, most: usize) -> String {
    match name.char_indices().nth(most) {
        Some((at, _)) => format!("{}…", name.get(..at).unwrap_or_default()),
        None => name.to_owned(),
    }
}

/// The same way in words.
fn in_words(way: &Way) -> Markup {
    let edit = match &way.id {
        Some(id) => format!("/routes/edit?id={}", encoded(id)),
        None => format!("/map?q={}", encoded(&way.name)),
    };
    html! {
        p {
            a.name href=(edit) { (way.name) }
            @if way.protocol != Protocol::Http { " " span.badge.proto { (way.protocol) } }
            @if way.provider != "file" { " " span.badge { (way.provider) } }
        }
        p.sub { (way.entry_points.iter().map(|name| shown(name)).collect::<Vec<_>>().join(", ")) }
        @for middleware in &way.middlewares { p.step { (middleware) } }
        p.step { @if way.service.is_empty() { (t!("map-no-service")) } @else { (way.service) } }
    }
}
