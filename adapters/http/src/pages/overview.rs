//! The overview: what needs somebody first, then how much there is.

use maud::{Markup, html};
use traefik_manager_core::{
    certificates::{Collected, Found},
    check::{Finding, Level},
    clock::Timestamp,
    config::object::ObjectKind,
    traefik::{
        Protocol,
        certificate::Expiry,
        live::LiveStatus,
        state::{Sight, State},
    },
};

use super::{certificates as certificate_page, encoded, routes::broken, sentence, state};
use crate::{
    live::{Live, Reach},
    overview::{Count, KINDS, Overview, Trouble},
    said::said,
    shelf::words,
    view::View,
    words::{message, t},
};

/// Entries of a list before the others are only counted.
const MOST: usize = 10;

/// Everything that the page shows.
#[derive(Debug)]
pub(crate) struct OverviewPage<'a> {
    pub(crate) view: &'a View,
    pub(crate) live: &'a Live,
    pub(crate) certificates: &'a Collected,
    pub(crate) now: Timestamp,
}

/// The page's content.
pub(crate) fn content(page: &OverviewPage<'_>) -> Markup {
    let overview = Overview::of(page.live);
    html! {
        div.head { div.head-text {
            h1 { (t!("overview")) }
            p.muted { (t!("overview-lead")) }
        } }
        div.stack #overview data-every="5000" {
            @for problem in page.view.snapshot.problems() { (broken(problem)) }
            (reach(page.live))
            (counts(page, &overview))
            (troubles(page.live, &overview))
            (certificates(page))
            (findings(page.view.snapshot.findings()))
            (providers(page.live, &overview))
        }
    }
}

/// What there is to say of Traefik where it does not answer.
fn reach(live: &Live) -> Markup {
    html! {
        @match &live.reach {
            Reach::Answers(_) => {},
            Reach::Silent(reason) => div.note.warn {
                p { (t!("overview-silent")) }
                p.sub { (sentence(reason)) }
            },
            Reach::Waiting => p.note { (t!("overview-waiting")) " " span.needs-js { (t!("overview-ask-again")) } span.nojs { (t!("overview-load-again")) } },
        }
    }
}

/// One tile for each kind.
fn counts(page: &OverviewPage<'_>, overview: &Overview<'_>) -> Markup {
    let is_known = |kind| match kind {
        ObjectKind::Router => page.live.routers.is_some(),
        ObjectKind::Service => page.live.services.is_some(),
        _ => page.live.middlewares.is_some(),
    };
    html! {
        div.totals {
            @for kind in KINDS {
                @let address = if kind == ObjectKind::Router { "/" } else { words(kind).page };
                @let name = words(kind).many;
                section.panel.total {
                    h2 { a href=(address) { (name) } }
                    @if is_known(kind) {
                        @let all = Protocol::ALL.map(|protocol| overview.count(kind, protocol));
                        p.figure { (all.iter().map(|count| count.all).sum::<usize>()) }
                        dl {
                            @for (protocol, count) in Protocol::ALL.into_iter().zip(all) {
                                @if count.all > 0 {
                                    dt { (protocol.as_str().to_uppercase()) }
                                    dd { (count.all) " " (health(count)) }
                                }
                            }
                        }
                    } @else {
                        p.figure.muted { "—" }
                        p.muted { (t!("overview-unknown")) }
                    }
                }
            }
            section.panel.total {
                h2 { a href="/files" { (t!("files")) } }
                p.figure { (page.view.snapshot.files().len()) }
                dl {
                    dt { (t!("routes")) } dd { (page.view.rows.len()) }
                    @if page.view.off > 0 { dt { (t!("overview-switched-off")) } dd { (page.view.off) } }
                }
            }
        }
    }
}

fn health(count: Count) -> Markup {
    html! {
        @if count.errors > 0 { span.state.bad { (t!("overview-errors", count = count.errors)) } " " }
        @if count.warnings > 0 { span.state.warn { (t!("overview-warnings", count = count.warnings)) } }
        @if count.errors + count.warnings == 0 { span.state.loaded { (t!("overview-no-fault")) } }
    }
}

fn troubles(live: &Live, overview: &Overview<'_>) -> Markup {
    if !matches!(live.reach, Reach::Answers(_)) {
        return html! {};
    }
    let all = &overview.troubles;
    html! {
        section.panel {
            h2 { (t!("overview-troubles")) }
            @if all.is_empty() {
                p { span.state.good { (t!("overview-none")) } " " span.muted { (t!("overview-no-troubles")) } }
            } @else {
                ul.plain.lines {
                    @for trouble in all.iter().take(MOST) { li { (one_trouble(trouble)) } }
                }
                @if all.len() > MOST { p.muted { (t!("and-more-there", count = all.len() - MOST)) } }
            }
        }
    }
}

fn one_trouble(trouble: &Trouble<'_>) -> Markup {
    let sight = Sight::Found { status: trouble.status, servers: trouble.servers };
    let noun = match trouble.kind {
        ObjectKind::Router => message!("overview-router"),
        ObjectKind::Service => message!("overview-service"),
        _ => message!("overview-middleware"),
    };
    html! {
        div.line {
            (state::mark(State::of(trouble.kind, true, sight)))
            div {
                span.muted { (noun) " " }
                a.name href=(address(trouble)) { (trouble.name) }
                @if trouble.provider != "file" { " " span.badge { (trouble.provider) } }
                @if trouble.protocol != Protocol::Http { " " span.badge.proto { (trouble.protocol) } }
                @for error in trouble.errors.iter().take(3) { div class=(if trouble.status == LiveStatus::Disabled { "trouble" } else { "sub" }) { (said(error)) } }
            }
        }
    }
}

/// Where an object is edited; of another provider, where it is listed.
fn address(trouble: &Trouble<'_>) -> String {
    let name = encoded(trouble.name);
    match (trouble.kind, trouble.provider) {
        (ObjectKind::Router, "file") => format!("/?q={name}"),
        (ObjectKind::Router, _) => format!("/map?q={name}"),
        (kind, "file") => format!("{}/edit?name={name}&protocol={}", words(kind).page, trouble.protocol),
        (kind, _) => format!("{}?q={name}", words(kind).page),
    }
}

fn certificates(page: &OverviewPage<'_>) -> Markup {
    let all = &page.certificates.all;
    let ending: Vec<&Found> = all
        .iter()
        .filter(|found| found.expiry(page.now).is_none_or(|expiry| expiry < Expiry::Later))
        .collect();
    if all.is_empty() && page.certificates.error.is_none() {
        return html! {};
    }
    html! {
        section.panel {
            h2 { a href="/certificates" { (t!("certificates")) } }
            @if let Some(error) = &page.certificates.error { p.muted { (sentence(error)) } }
            @if ending.is_empty() && !all.is_empty() {
                p { span.state.good { (t!("overview-certificates-in-order", count = all.len())) } " " span.muted { (t!("overview-certificates-later")) } }
            } @else {
                ul.plain.lines {
                    @for found in ending.iter().take(MOST) {
                        li { div.line {
                            (certificate_page::mark(found, page.now))
                            div { strong { (certificate_page::name(found)) } @if found.config_file.is_none() { span.muted { " " (t!("overview-from", resolver = &found.resolver)) } } }
                        } }
                    }
                }
                @if ending.len() > MOST { p.muted { (t!("and-more-there", count = ending.len() - MOST)) } }
            }
        }
    }
}

fn findings(findings: &[Finding]) -> Markup {
    let worth: Vec<&Finding> = {
        let mut all: Vec<&Finding> = findings.iter().collect();
        all.sort_by_key(|finding| std::cmp::Reverse((finding.level, finding.effect)));
        all
    };
    html! {
        section.panel {
            h2 { (t!("overview-check")) }
            @if worth.is_empty() {
                p { span.state.good { (t!("nothing")) } " " span.muted { (t!("overview-check-nothing")) } }
            } @else {
                ul.plain.lines {
                    @for finding in worth.iter().take(MOST) { li { (one_finding(finding)) } }
                }
                @if worth.len() > MOST { p.muted { (t!("overview-check-more", count = worth.len() - MOST)) } }
            }
        }
    }
}

fn one_finding(finding: &Finding) -> Markup {
    let (class, word) = match finding.level {
        Level::Error => ("bad", message!("overview-error")),
        Level::Warning => ("warn", message!("overview-warning")),
        Level::Lint => ("off", message!("overview-hint")),
    };
    html! {
        div.line {
            span class={ "state " (class) } { (word) }
            div {
                div { (sentence(&finding.message)) }
                @if !finding.remedy.is_empty() { div.sub { (sentence(&finding.remedy)) } }
                div.sub { a href={ "/files/edit?file=" (encoded(finding.file.as_str())) } { (finding.file) ":" (finding.position.line) } }
            }
        }
    }
}

fn providers(live: &Live, overview: &Overview<'_>) -> Markup {
    html! {
        @if matches!(live.reach, Reach::Answers(_)) && !overview.providers.is_empty() {
            section.panel {
                h2 { (t!("overview-origins")) }
                ul.plain.lines {
                    @for (provider, count) in &overview.providers {
                        li { div.line { strong { (provider) } div { (t!("overview-objects", count = count.all)) " " (health(*count)) } } }
                    }
                }
            }
        }
    }
}
