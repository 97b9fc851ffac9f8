//! All sections of the static configuration, what is pending of them, and the restart.

use maud::{Markup, Render, html};
use traefik_manager_core::{
    check::{Finding, Level, TraefikVersion},
    config::{edit::Segment, value::parse_bool},
    restart::Restarter,
    routes::Unread,
    static_config::{Draft, Place, SECTIONS, Section},
    tree::{NodeRef, Tree},
};

use super::{
    encoded, icons, restarts, static_form,
    static_form::{address, hint, label, none_yet},
    static_review,
};
use crate::{
    change::{MOST_SHOWN, told},
    failure::Failure,
    restarts::Progress,
    words::{Message, message, t},
};

/// Everything that the page shows.
pub(crate) struct Overview<'a> {
    pub(crate) path: &'a str,
    /// What it says with the pending changes; nothing where it cannot be understood.
    pub(crate) tree: Option<&'a Tree>,
    /// Whether it has no forms: only YAML is edited piece by piece.
    pub(crate) is_text_only: bool,
    /// Why not.
    pub(crate) problem: Option<&'a Failure>,
    pub(crate) findings: &'a [Finding],
    pub(crate) pending: Option<&'a Draft>,
    /// Whether somebody else has changed the file meanwhile.
    pub(crate) is_stale: bool,
    /// How many use one of the named things.
    pub(crate) users: &'a dyn Fn(&Place) -> usize,
    pub(crate) version: TraefikVersion,
    pub(crate) restarter: Option<&'a dyn Restarter>,
    pub(crate) progress: &'a Progress,
    /// What of the file Traefik has not read.
    pub(crate) unread: Option<&'a Unread>,
    pub(crate) csrf: &'a str,
}

/// The page's content.
pub(crate) fn content(page: &Overview<'_>) -> Markup {
    html! {
        div.head {
            div.head-text {
                h1 { (t!("static-title")) }
                p.muted { span.mono { (page.path) } " · " (t!("static-is-read")) }
            }
            a.button.small href="/static/raw" { (icons::code()) @if page.is_text_only { (t!("static-edit-toml")) } @else { (t!("edit-as-yaml")) } }
        }
        (restarts::unread(page.unread))
        @if let Some(draft) = page.pending { (pending(page, draft)) }
        @if page.is_text_only { p.note { (t!("static-toml")) } }
        @if let Some(problem) = page.problem {
            p.note.bad {
                (super::sentence(problem.message())) " "
                @if page.is_text_only { (t!("static-correct-toml")) } @else { (t!("static-correct")) }
            }
        }
        (findings(page.findings, page.is_text_only))
        @if let Some(restarter) = page.restarter { (restarts::panel(restarter, page.progress, page.csrf)) }
        @if let Some(tree) = page.tree {
            (entry_points(page, tree))
            (resolvers(page, tree))
            (providers(page, tree))
            (plugins(page, tree, Section::PLUGINS))
            @if has_local_plugins(tree) { (plugins(page, tree, Section::LOCAL_PLUGINS)) }
            (others(page, tree))
        }
    }
}

fn pending(page: &Overview<'_>, draft: &Draft) -> Markup {
    html! {
        section.panel.pending aria-label=(t!("static-pending-changes")) {
            div.head {
                div.head-text { h2 { (t!("static-pending")) } p.muted { (t!("static-collected")) } }
                div.actions {
                    a.button.quiet.danger href="/static/discard" data-confirm { (t!("discard")) }
                    a.button.primary href="/static/review" { (t!("review")) }
                }
            }
            (static_review::changes(draft))
            @if page.is_stale {
                p.note.warn { (t!("static-changed-meanwhile")) }
            }
        }
    }
}

/// What Traefik would say, each with the way to where it is mended.
fn findings(findings: &[Finding], is_text_only: bool) -> Markup {
    let mut sorted = told(findings, MOST_SHOWN);
    let more = findings.len() - sorted.len();
    sorted.sort_by_key(|finding| std::cmp::Reverse((finding.level, finding.effect)));
    html! {
        @if !sorted.is_empty() {
            ul.findings aria-label=(t!("static-would-say")) {
                @for finding in sorted {
                    li .note .bad[finding.level == Level::Error] .warn[finding.level == Level::Warning] {
                        p { (super::finding(finding)) }
                        p.sub {
                            a.mono href={ "/static/raw?line=" (finding.position.line) } { (t!("static-line", line = finding.position.line)) }
                            @if let Some((address, name)) = place_of(finding).filter(|_| !is_text_only) { " · " a href=(address) { (name) } }
                        }
                    }
                }
                @if more > 0 { li.muted { (t!("and-more", count = more)) } }
            }
        }
    }
}

/// The form in which a finding is mended.
fn place_of(finding: &Finding) -> Option<(String, Markup)> {
    let keys: Vec<&str> = finding
        .path
        .segments()
        .iter()
        .map_while(|segment| match segment {
            Segment::Key(key) => Some(key.as_str()),
            Segment::Index(_) => None,
        })
        .collect();
    let is_above = |section: &Section| {
        let way = section.way();
        way.len() <= keys.len() && way.iter().zip(&keys).all(|(name, key)| name.eq_ignore_ascii_case(key))
    };
    let section = SECTIONS.into_iter().filter(is_above).max_by_key(|section| section.way().len())?;
    match section.noun() {
        None => Some((address(section, None), label(section))),
        Some(_) => {
            let name = keys.get(section.way().len())?;
            Some((address(section, Some(name)), name.render()))
        }
    }
}

/// A section of things with names: its heading, and a table or nothing.
fn named(page: &Overview<'_>, section: Section, head: &[Message], rows: &[Markup]) -> Markup {
    html! {
        div.head {
            div.head-text { h2 { (label(section)) } p.muted { (hint(section)) } }
            @if !page.is_text_only {
                a.button.small href=(address(section, None)) { (icons::plus()) (static_form::title(section, None)) }
            }
        }
        @if rows.is_empty() {
            div.panel.empty.slim { p.muted { @if let Some(none) = none_yet(section) { (none) } } }
        } @else {
            table.list {
                thead { tr { @for name in head { th scope="col" { (name) } } th scope="col" { span.sr { (t!("actions")) } } } }
                tbody { @for row in rows { (row) } }
            }
        }
    }
}

/// What is called so, with the way to where it is edited: its form, or its line in a text.
fn lead(page: &Overview<'_>, place: &Place, title: impl Render) -> Markup {
    let node = page.tree.filter(|_| page.is_text_only).and_then(|tree| place.node(tree));
    let address = match node {
        Some(node) => format!("/static/raw?line={}", node.position().line),
        None => address(place.section, place.name.as_deref()),
    };
    html! { td.lead data-label=(t!("name")) { span.title { a.name href=(address) { (title) } } } }
}

fn actions(page: &Overview<'_>, place: &Place, is_there: bool) -> Markup {
    if page.is_text_only {
        return html! { td.end {} };
    }
    let (section, name) = (place.section, place.name.as_deref());
    let title = name.map_or_else(|| label(section), Render::render);
    let remove = match name {
        Some(name) => format!("/static/remove?section={section}&name={}", encoded(name)),
        None => format!("/static/remove?section={section}"),
    };
    html! {
        td.end { div.row {
            a.button.quiet.small href=(address(section, name)) title=(t!("edit")) { (icons::pencil()) span.sr { (t!("edit-named", name = title.clone())) } }
            @if is_there && !section.holds_sections() {
                a.button.quiet.small.danger href=(remove) title=(t!("remove")) data-confirm { (icons::bin()) span.sr { (t!("static-remove-named", name = title)) } }
            }
        } }
    }
}

fn used(count: usize) -> Markup {
    html! {
        td data-label=(t!("used-by")) {
            @match count {
                0 => span.muted { (t!("nothing")) },
                1 => "1",
                many => { (many) },
            }
        }
    }
}

fn entry_points(page: &Overview<'_>, tree: &Tree) -> Markup {
    let section = Section::ENTRY_POINTS;
    let row = |name: &str| {
        let place = Place::named(section, name);
        let node = place.node(tree);
        html! { tr {
            (lead(page, &place, name))
            td data-label=(t!("static-address")) { code { (text(node, &["address"])) } }
            td data-label=(t!("details")) { (badges(&of_entry_point(node))) }
            (used((page.users)(&place)))
            (actions(page, &place, true))
        } }
    };
    let rows: Vec<Markup> = Place::names(section, tree).into_iter().map(row).collect();
    named(
        page,
        section,
        &[message!("name"), message!("static-address"), message!("details"), message!("used-by")],
        &rows,
    )
}

fn of_entry_point(node: Option<NodeRef<'_>>) -> Vec<Markup> {
    let mut said = Vec::new();
    let to = text(node, &["http", "redirections", "entryPoint", "to"]);
    if !to.is_empty() {
        said.push(t!("static-redirects-to", to = to));
    }
    for (way, name) in [
        (&["http", "tls"][..], message!("tls")),
        (&["http3"], message!("field-entryPoints-http3")),
        (&["proxyProtocol"], message!("static-proxy-protocol")),
        (&["forwardedHeaders", "trustedIPs"], message!("static-forwarded-headers")),
        (&["http", "middlewares"], message!("static-middlewares")),
    ] {
        if at(node, way).is_some() {
            said.push(name.render());
        }
    }
    if is_on(node, &["asDefault"]) {
        said.push(t!("static-default"));
    }
    said
}

fn resolvers(page: &Overview<'_>, tree: &Tree) -> Markup {
    let section = Section::RESOLVERS;
    let row = |name: &str| {
        let place = Place::named(section, name);
        let node = place.node(tree);
        html! { tr {
            (lead(page, &place, name))
            td data-label=(t!("static-challenge")) { (badges(&challenges(node))) }
            td data-label=(t!("static-kept-in")) { @let file = text(node, &["acme", "storage"]); @if file.is_empty() { span.muted { "—" } } @else { code { (file) } } }
            (used((page.users)(&place)))
            (actions(page, &place, true))
        } }
    };
    let rows: Vec<Markup> = Place::names(section, tree).into_iter().map(row).collect();
    named(
        page,
        section,
        &[message!("name"), message!("static-challenge"), message!("static-kept-in"), message!("used-by")],
        &rows,
    )
}

fn challenges(node: Option<NodeRef<'_>>) -> Vec<Markup> {
    let mut said = Vec::new();
    for (key, name, more) in [
        ("dnsChallenge", "DNS", "provider"),
        ("httpChallenge", "HTTP", "entryPoint"),
        ("tlsChallenge", "TLS", ""),
    ] {
        if at(node, &["acme", key]).is_some() {
            let more = text(node, &["acme", key, more]);
            said.push(html! { (name) @if !more.is_empty() { ": " (more) } });
        }
    }
    if at(node, &["tailscale"]).is_some() {
        said.push("Tailscale".render());
    }
    said
}

fn has_local_plugins(tree: &Tree) -> bool {
    !Place::names(Section::LOCAL_PLUGINS, tree).is_empty()
}

fn plugins(page: &Overview<'_>, tree: &Tree, section: Section) -> Markup {
    let row = |name: &str| {
        let place = Place::named(section, name);
        let node = place.node(tree);
        html! { tr {
            (lead(page, &place, name))
            td data-label=(t!("static-module")) { code { (text(node, &["moduleName"])) } }
            td data-label=(t!("static-version")) { (text(node, &["version"])) }
            (used((page.users)(&place)))
            (actions(page, &place, true))
        } }
    };
    let rows: Vec<Markup> = Place::names(section, tree).into_iter().map(row).collect();
    named(
        page,
        section,
        &[message!("name"), message!("static-module"), message!("static-version"), message!("used-by")],
        &rows,
    )
}

fn providers(page: &Overview<'_>, tree: &Tree) -> Markup {
    let of_version = SECTIONS.into_iter().filter(|one| one.is_provider() && one.exists_in(page.version));
    let (there, others): (Vec<Section>, Vec<Section>) =
        of_version.partition(|section| Place::once(*section).node(tree).is_some());
    html! {
        div.head { div.head-text { h2 { (t!("field-providers")) } p.muted { (t!("field-providers.hint")) } } }
        @if there.is_empty() {
            div.panel.empty.slim { p.muted { (t!("static-no-provider")) } }
        } @else {
            table.list {
                thead { tr { th scope="col" { (t!("name")) } th scope="col" { (t!("static-from")) } th scope="col" { (t!("details")) } th scope="col" { span.sr { (t!("actions")) } } } }
                tbody { @for section in there { (provider(page, section, tree)) } }
            }
        }
        @if !page.is_text_only { details.panel.slim {
            summary { (t!("static-add-provider")) }
            ul.templates { @for section in others { li { a href=(address(section, None)) { (label(section)) span.hint { " " (hint(section)) } } } } }
        } }
    }
}

fn provider(page: &Overview<'_>, section: Section, tree: &Tree) -> Markup {
    let place = Place::once(section);
    let node = place.node(tree);
    let from = [&["directory"][..], &["filename"], &["endpoint"], &["endpoint", "address"], &["region"]]
        .into_iter()
        .map(|way| text(node, way))
        .find(|text| !text.is_empty())
        .unwrap_or_default();
    let mut said = Vec::new();
    if section.fields().is_some_and(|fields| fields.field("exposedByDefault").is_some()) {
        let is_exposed = parse_bool(text(node, &["exposedByDefault"])).unwrap_or(true);
        said.push(if is_exposed { t!("static-exposes-all") } else { t!("static-exposes-enabled") });
    }
    html! { tr {
        (lead(page, &place, label(section)))
        td data-label=(t!("static-from")) { @if from.is_empty() { span.muted { "—" } } @else { code { (from) } } }
        td data-label=(t!("details")) { (badges(&said)) }
        (actions(page, &place, true))
    } }
}

/// Whatever else has a form.
fn others(page: &Overview<'_>, tree: &Tree) -> Markup {
    let is_other = |section: &Section| {
        !section.is_provider()
            && section.exists_in(page.version)
            // Without a form there is nothing to go to where nothing stands.
            && (!page.is_text_only || Place::once(*section).node(tree).is_some())
            && (section.noun().is_none() || (*section == Section::LOCAL_PLUGINS && !has_local_plugins(tree)))
    };
    html! {
        div.head { div.head-text { h2 { (t!("static-everything-else")) } } }
        table.list {
            thead { tr { th scope="col" { (t!("name")) } th scope="col" { (t!("static-about")) } th scope="col" { (t!("static-state")) } th scope="col" { span.sr { (t!("actions")) } } } }
            tbody { @for section in SECTIONS.into_iter().filter(is_other) { (other(page, section, tree)) } }
        }
    }
}

fn other(page: &Overview<'_>, section: Section, tree: &Tree) -> Markup {
    let place = Place::once(section);
    let is_there = place.node(tree).is_some();
    html! { tr {
        (lead(page, &place, label(section)))
        td data-label=(t!("static-about")) { span.muted { (hint(section)) } }
        td data-label=(t!("static-state")) { @if is_there { span.state.disk { (t!("static-set")) } } @else { span.muted { "—" } } }
        (actions(page, &place, is_there && section.noun().is_none()))
    } }
}

fn badges(said: &[Markup]) -> Markup {
    html! {
        @if said.is_empty() { span.muted { "—" } }
        span.title { @for one in said { span.badge { (one) } } }
    }
}

fn at<'t>(node: Option<NodeRef<'t>>, way: &[&str]) -> Option<NodeRef<'t>> {
    way.iter().try_fold(node?, |node, name| node.value_of(name))
}

fn text<'t>(node: Option<NodeRef<'t>>, way: &[&str]) -> &'t str {
    at(node, way).and_then(|node| node.as_str()).unwrap_or_default()
}

fn is_on(node: Option<NodeRef<'_>>, way: &[&str]) -> bool {
    parse_bool(text(node, way)) == Some(true)
}
