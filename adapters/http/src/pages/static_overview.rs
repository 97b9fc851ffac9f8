//! All sections of the static configuration, what is pending of them, and the restart.

use maud::{Markup, html};
use traefik_manager_core::{
    check::{Finding, Level, TraefikVersion},
    config::{edit::Segment, value::parse_bool},
    restart::Restarter,
    routes::Unread,
    static_config::{Place, SECTIONS, Section},
    tree::{NodeRef, Tree},
};

use super::{
    encoded, icons, restarts, static_form,
    static_form::{address, hint, label},
    static_review,
};
use crate::{drafts::Draft, failure::Failure, restarts::Progress, words::t};

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
                h1 { "Static configuration" }
                p.muted { span.mono { (page.path) } " · Traefik reads it when it starts. Collect changes; one restart is enough for all." }
            }
            a.button.small href="/static/raw" { (icons::code()) @if page.is_text_only { (t!("static-edit-toml")) } @else { "Edit as YAML" } }
        }
        (restarts::unread(page.unread))
        @if let Some(draft) = page.pending { (pending(page, draft)) }
        @if page.is_text_only { p.note { (t!("static-toml")) } }
        @if let Some(problem) = page.problem {
            p.note.bad {
                (super::sentence(problem.message())) " "
                @if page.is_text_only { (t!("static-correct-toml")) } @else { "Correct it as YAML." }
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
        section.panel.pending aria-label="Pending changes" {
            div.head {
                div.head-text { h2 { "Pending" } p.muted { "Collected, and not written yet." } }
                div.actions {
                    a.button.quiet.danger href="/static/discard" data-confirm { "Discard" }
                    a.button.primary href="/static/review" { "Review" }
                }
            }
            (static_review::changes(draft))
            @if page.is_stale {
                p.note.warn { "Somebody else has changed the file since. The review shows both versions, and carries your changes over." }
            }
        }
    }
}

/// What Traefik would say, each with the way to where it is mended.
fn findings(findings: &[Finding], is_text_only: bool) -> Markup {
    let mut sorted: Vec<&Finding> = findings.iter().collect();
    sorted.sort_by_key(|finding| std::cmp::Reverse((finding.level, finding.effect)));
    html! {
        @if !sorted.is_empty() {
            ul.findings aria-label="What Traefik would say" {
                @for finding in sorted {
                    li .note .bad[finding.level == Level::Error] .warn[finding.level == Level::Warning] {
                        p { (super::sentence(&finding.message)) " " (super::sentence(&finding.remedy)) }
                        p.sub {
                            a.mono href={ "/static/raw?line=" (finding.position.line) } { "Line " (finding.position.line) }
                            @if let Some((address, name)) = place_of(finding).filter(|_| !is_text_only) { " · " a href=(address) { (name) } }
                        }
                    }
                }
            }
        }
    }
}

/// The form in which a finding is mended.
fn place_of(finding: &Finding) -> Option<(String, String)> {
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
        None => Some((address(section, None), label(section).to_owned())),
        Some(_) => {
            let name = keys.get(section.way().len())?;
            Some((address(section, Some(name)), (*name).to_owned()))
        }
    }
}

/// A section of things with names: its heading, and a table or nothing.
fn named(page: &Overview<'_>, section: Section, head: &[&str], rows: &[Markup]) -> Markup {
    let noun = section.noun().unwrap_or_default();
    html! {
        div.head {
            div.head-text { h2 { (label(section)) } p.muted { (hint(section)) } }
            @if !page.is_text_only {
                a.button.small href=(address(section, None)) { (icons::plus()) (static_form::title(section, None)) }
            }
        }
        @if rows.is_empty() {
            div.panel.empty.slim { p.muted { "No " (noun) " yet." } }
        } @else {
            table.list {
                thead { tr { @for name in head { th scope="col" { (name) } } th scope="col" { span.sr { "Actions" } } } }
                tbody { @for row in rows { (row) } }
            }
        }
    }
}

/// What is called so, with the way to where it is edited: its form, or its line in a text.
fn lead(page: &Overview<'_>, place: &Place, title: &str) -> Markup {
    let node = page.tree.filter(|_| page.is_text_only).and_then(|tree| place.node(tree));
    let address = match node {
        Some(node) => format!("/static/raw?line={}", node.position().line),
        None => address(place.section, place.name.as_deref()),
    };
    html! { td.lead data-label="Name" { span.title { a.name href=(address) { (title) } } } }
}

fn actions(page: &Overview<'_>, place: &Place, is_there: bool) -> Markup {
    if page.is_text_only {
        return html! { td.end {} };
    }
    let (section, name) = (place.section, place.name.as_deref());
    let title = name.unwrap_or(label(section));
    let remove = match name {
        Some(name) => format!("/static/remove?section={section}&name={}", encoded(name)),
        None => format!("/static/remove?section={section}"),
    };
    html! {
        td.end { div.row {
            a.button.quiet.small href=(address(section, name)) title="Edit" { (icons::pencil()) span.sr { "Edit " (title) } }
            @if is_there && !section.holds_sections() {
                a.button.quiet.small.danger href=(remove) title="Remove" data-confirm { (icons::bin()) span.sr { "Remove " (title) } }
            }
        } }
    }
}

fn used(count: usize) -> Markup {
    html! {
        td data-label="Used by" {
            @match count {
                0 => span.muted { "Nothing" },
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
            td data-label="Address" { code { (text(node, &["address"])) } }
            td data-label="Details" { (badges(&of_entry_point(node))) }
            (used((page.users)(&place)))
            (actions(page, &place, true))
        } }
    };
    let rows: Vec<Markup> = Place::names(section, tree).into_iter().map(row).collect();
    named(page, section, &["Name", "Address", "Details", "Used by"], &rows)
}

fn of_entry_point(node: Option<NodeRef<'_>>) -> Vec<String> {
    let mut said = Vec::new();
    let to = text(node, &["http", "redirections", "entryPoint", "to"]);
    if !to.is_empty() {
        said.push(format!("redirects to {to}"));
    }
    for (way, name) in [
        (&["http", "tls"][..], "TLS"),
        (&["http3"], "HTTP/3"),
        (&["proxyProtocol"], "PROXY protocol"),
        (&["forwardedHeaders", "trustedIPs"], "forwarded headers"),
        (&["http", "middlewares"], "middlewares"),
    ] {
        if at(node, way).is_some() {
            said.push(name.to_owned());
        }
    }
    if is_on(node, &["asDefault"]) {
        said.push("default".to_owned());
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
            td data-label="Challenge" { (badges(&challenges(node))) }
            td data-label="Kept in" { @let file = text(node, &["acme", "storage"]); @if file.is_empty() { span.muted { "—" } } @else { code { (file) } } }
            (used((page.users)(&place)))
            (actions(page, &place, true))
        } }
    };
    let rows: Vec<Markup> = Place::names(section, tree).into_iter().map(row).collect();
    named(page, section, &["Name", "Challenge", "Kept in", "Used by"], &rows)
}

fn challenges(node: Option<NodeRef<'_>>) -> Vec<String> {
    let mut said = Vec::new();
    for (key, name, more) in [
        ("dnsChallenge", "DNS", "provider"),
        ("httpChallenge", "HTTP", "entryPoint"),
        ("tlsChallenge", "TLS", ""),
    ] {
        if at(node, &["acme", key]).is_some() {
            let more = text(node, &["acme", key, more]);
            said.push(if more.is_empty() { name.to_owned() } else { format!("{name}: {more}") });
        }
    }
    if at(node, &["tailscale"]).is_some() {
        said.push("Tailscale".to_owned());
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
            td data-label="Module" { code { (text(node, &["moduleName"])) } }
            td data-label="Version" { (text(node, &["version"])) }
            (used((page.users)(&place)))
            (actions(page, &place, true))
        } }
    };
    let rows: Vec<Markup> = Place::names(section, tree).into_iter().map(row).collect();
    named(page, section, &["Name", "Module", "Version", "Used by"], &rows)
}

fn providers(page: &Overview<'_>, tree: &Tree) -> Markup {
    let of_version = SECTIONS.into_iter().filter(|one| one.is_provider() && one.exists_in(page.version));
    let (there, others): (Vec<Section>, Vec<Section>) =
        of_version.partition(|section| Place::once(*section).node(tree).is_some());
    html! {
        div.head { div.head-text { h2 { "Providers" } p.muted { "Where dynamic configuration comes from." } } }
        @if there.is_empty() {
            div.panel.empty.slim { p.muted { "No provider yet." } }
        } @else {
            table.list {
                thead { tr { th scope="col" { "Name" } th scope="col" { "From" } th scope="col" { "Details" } th scope="col" { span.sr { "Actions" } } } }
                tbody { @for section in there { (provider(page, section, tree)) } }
            }
        }
        @if !page.is_text_only { details.panel.slim {
            summary { "Add a provider" }
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
        said.push(if is_exposed { "exposes everything" } else { "only what is enabled" }.to_owned());
    }
    html! { tr {
        (lead(page, &place, label(section)))
        td data-label="From" { @if from.is_empty() { span.muted { "—" } } @else { code { (from) } } }
        td data-label="Details" { (badges(&said)) }
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
        div.head { div.head-text { h2 { "Everything else" } } }
        table.list {
            thead { tr { th scope="col" { "Name" } th scope="col" { "About" } th scope="col" { "State" } th scope="col" { span.sr { "Actions" } } } }
            tbody { @for section in SECTIONS.into_iter().filter(is_other) { (other(page, section, tree)) } }
        }
    }
}

fn other(page: &Overview<'_>, section: Section, tree: &Tree) -> Markup {
    let place = Place::once(section);
    let is_there = place.node(tree).is_some();
    html! { tr {
        (lead(page, &place, label(section)))
        td data-label="About" { span.muted { (hint(section)) } }
        td data-label="State" { @if is_there { span.state.disk { "Set" } } @else { span.muted { "—" } } }
        (actions(page, &place, is_there && section.noun().is_none()))
    } }
}

fn badges(said: &[String]) -> Markup {
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
