//! The list of certificates, those first that end first.

use maud::{Markup, html};
use traefik_manager_core::{
    certificates::{Collected, Found},
    clock::Timestamp,
    traefik::certificate::Expiry,
};

use super::{encoded, icons, sentence};

/// Certificates on the page before it says that there are more.
const MOST: usize = 100;
/// Names of a certificate that are shown before the others are counted.
const NAMES: usize = 6;

/// The page's content.
pub(crate) fn content(collected: &Collected, text: &str, now: Timestamp) -> Markup {
    let found: Vec<&Found> = collected.all.iter().filter(|found| is_asked_for(found, text)).collect();
    html! {
        div.head { div.head-text {
            h1 { "Certificates" }
            p.muted { "What Traefik shows visitors, and until when. Keys stay where they are." }
        } }
        @if let Some(error) = &collected.error {
            div.note.warn {
                p { (sentence(error)) }
                p.sub { code { "ACME_JSON_PATH" } " names the file in which Traefik keeps the certificates that it gets from authorities. It must be readable here." }
            }
        }
        @if !collected.is_named {
            p.note {
                "Nobody has said where Traefik keeps the certificates that it gets from authorities: "
                code { "ACME_JSON_PATH" } " names its " code { "acme.json" } "."
            }
        }
        @if collected.all.is_empty() {
            div.panel.empty {
                (icons::lock())
                h2 { "No certificates" }
                p.muted { "They appear when Traefik has got one, or when a file names one under " code { "tls.certificates" } "." }
                p { a.button href="/tls" { "Name a certificate" } }
            }
        } @else {
            form.filters method="get" action="/certificates" role="search" {
                div.search {
                    (icons::search())
                    input type="search" name="q" value=(text) placeholder="Search names, resolvers, issuers" aria-label="Search certificates";
                    kbd.needs-js aria-hidden="true" { "/" }
                }
                button type="submit" { "Search" }
            }
            (counts(collected, &found, now))
            @if found.is_empty() {
                div.panel.empty.slim { p.muted { "Nothing matches." } p { a href="/certificates" { "Show all" } } }
            } @else {
                table.list {
                    thead { tr {
                        th scope="col" { "Names" }
                        th scope="col" { "Ends" }
                        th scope="col" { "From" }
                        th scope="col" { "File" }
                    } }
                    tbody { @for one in found.iter().take(MOST) { (line(one, now)) } }
                }
                @if found.len() > MOST { p.muted { "And " (found.len() - MOST) " more, which end later. Search to find one." } }
            }
        }
    }
}

fn is_asked_for(found: &Found, text: &str) -> bool {
    let issuer = found.certificate.as_ref().map(|one| one.issuer.as_str()).unwrap_or_default();
    let searched = [
        found.main.as_str(),
        &found.sans.join("\n"),
        &found.resolver,
        issuer,
        found.cert_file.as_deref().unwrap_or_default(),
    ]
    .join("\n")
    .to_lowercase();
    text.to_lowercase().split_whitespace().all(|word| searched.contains(word))
}

fn counts(collected: &Collected, found: &[&Found], now: Timestamp) -> Markup {
    let of = |wanted: &[Option<Expiry>]| found.iter().filter(|one| wanted.contains(&one.expiry(now))).count();
    let (bad, soon) = (of(&[None, Some(Expiry::Ended), Some(Expiry::Urgent)]), of(&[Some(Expiry::Soon)]));
    html! {
        div.counts {
            span {
                @if found.len() < collected.all.len() { (found.len()) " of " }
                (collected.all.len()) @if collected.all.len() == 1 { " certificate" } @else { " certificates" }
            }
            @if bad > 0 { span.state.bad { (bad) " to look after now" } }
            @if soon > 0 { span.state.warn { (soon) @if soon == 1 { " ends" } @else { " end" } " soon" } }
        }
    }
}

/// How soon it ends, as a mark with words.
pub(crate) fn mark(found: &Found, now: Timestamp) -> Markup {
    let Ok(certificate) = &found.certificate else {
        return html! { span.state.unknown { "Cannot be read" } };
    };
    let days = certificate.days_left(now);
    let class = match certificate.expiry(now) {
        Expiry::Ended | Expiry::Urgent => "bad",
        Expiry::Soon => "warn",
        Expiry::Later => "good",
    };
    html! {
        span class={ "state " (class) } {
            @if days < 0 { "Ended" } @else if days == 0 { "Ends today" } @else if days == 1 { "1 day left" } @else { (days) " days left" }
        }
    }
}

fn line(found: &Found, now: Timestamp) -> Markup {
    html! {
        tr {
            td.lead data-label="Names" { div {
                span.name { (name(found)) }
                @for san in found.sans.iter().filter(|san| **san != found.main).take(NAMES) { div.sub { (san) } }
                @if found.sans.len() > NAMES { div.sub { "and " (found.sans.len() - NAMES) " more" } }
            } }
            td data-label="Ends" { div {
                (mark(found, now))
                @match &found.certificate {
                    Ok(certificate) => div.sub { (certificate.not_after.to_minutes_text()) " UTC" },
                    Err(reason) => div.trouble { (sentence(reason)) },
                }
            } }
            td data-label="From" { div {
                @if found.config_file.is_some() { "A file" } @else { (found.resolver) }
                @if let Ok(certificate) = &found.certificate { @if !certificate.issuer.is_empty() { div.sub { (certificate.issuer) } } }
            } }
            td data-label="File" { div {
                @match &found.config_file {
                    Some(file) => {
                        a href={ "/files/edit?file=" (encoded(file)) } { (file) }
                        @if let Some(path) = &found.cert_file { div.sub.mono { (path) } }
                    },
                    None => span.muted { "acme.json" },
                }
            } }
        }
    }
}

/// What a certificate is called.
pub(crate) fn name(found: &Found) -> &str {
    match (found.main.as_str(), &found.cert_file) {
        ("", Some(path)) => path,
        ("", None) => "(without a name)",
        (main, _) => main,
    }
}
