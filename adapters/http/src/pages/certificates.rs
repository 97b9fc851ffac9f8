//! The list of certificates, those first that end first.

use maud::{Markup, html};
use traefik_manager_core::{
    certificates::{Collected, Found},
    clock::Timestamp,
    traefik::certificate::Expiry,
};

use super::{encoded, icons, sentence};
use crate::words::t;

/// Certificates on the page before it says that there are more.
const MOST: usize = 100;
/// Names of a certificate that are shown before the others are counted.
const NAMES: usize = 6;

/// The page's content.
pub(crate) fn content(collected: &Collected, text: &str, now: Timestamp) -> Markup {
    let found: Vec<&Found> = collected.all.iter().filter(|found| is_asked_for(found, text)).collect();
    html! {
        div.head { div.head-text {
            h1 { (t!("certificates")) }
            p.muted { (t!("certificates-lead")) }
        } }
        @if let Some(error) = &collected.error {
            div.note.warn {
                p { (sentence(error)) }
                p.sub { (t!("certificates-acme")) }
            }
        }
        @if !collected.is_named {
            p.note { span { (t!("certificates-acme-unknown")) } }
        }
        @if collected.all.is_empty() {
            div.panel.empty {
                (icons::lock())
                h2 { (t!("certificates-none")) }
                p.muted { (t!("certificates-appear")) }
                p { a.button href="/tls" { (t!("certificates-name")) } }
            }
        } @else {
            form.filters method="get" action="/certificates" role="search" {
                div.search {
                    (icons::search())
                    input type="search" name="q" value=(text) placeholder=(t!("certificates-search-hint")) aria-label=(t!("certificates-search"));
                    kbd.needs-js aria-hidden="true" { "/" }
                }
                button type="submit" { (t!("search")) }
            }
            (counts(collected, &found, now))
            @if found.is_empty() {
                div.panel.empty.slim { p.muted { (t!("nothing-matches")) } p { a href="/certificates" { (t!("show-all")) } } }
            } @else {
                @let heads =
                    [t!("certificates-names"), t!("certificates-ends"), t!("certificates-from"), t!("certificates-file")];
                table.list {
                    thead { tr { @for head in &heads { th scope="col" { (head) } } } }
                    tbody { @for one in found.iter().take(MOST) { (line(one, now, &heads)) } }
                }
                @if found.len() > MOST { p.muted { (t!("certificates-more", count = found.len() - MOST)) } }
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
                @let all = collected.all.len();
                @if found.len() < all { (t!("certificates-count-of", shown = found.len(), count = all)) }
                @else { (t!("certificates-count", count = all)) }
            }
            @if bad > 0 { span.state.bad { (t!("certificates-urgent", count = bad)) } }
            @if soon > 0 { span.state.warn { (t!("certificates-soon", count = soon)) } }
        }
    }
}

/// How soon it ends, as a mark with words.
pub(crate) fn mark(found: &Found, now: Timestamp) -> Markup {
    let Ok(certificate) = &found.certificate else {
        return html! { span.state.unknown { (t!("certificates-unreadable")) } };
    };
    let days = certificate.days_left(now);
    let class = match certificate.expiry(now) {
        Expiry::Ended | Expiry::Urgent => "bad",
        Expiry::Soon => "warn",
        Expiry::Later => "good",
    };
    html! {
        span class={ "state " (class) } {
            @if days < 0 { (t!("certificates-ended")) } @else if days == 0 { (t!("certificates-ends-today")) }
            @else { (t!("certificates-days-left", days = days)) }
        }
    }
}

fn line(found: &Found, now: Timestamp, heads: &[Markup; 4]) -> Markup {
    let [names, ends, from, file_of] = heads;
    html! {
        tr {
            td.lead data-label=(names) { div {
                span.name { (name(found)) }
                @for san in found.sans.iter().filter(|san| **san != found.main).take(NAMES) { div.sub { (san) } }
                @if found.sans.len() > NAMES { div.sub { (t!("certificates-and-more", count = found.sans.len() - NAMES)) } }
            } }
            td data-label=(ends) { div {
                (mark(found, now))
                @match &found.certificate {
                    Ok(certificate) => div.sub { (certificate.not_after.to_minutes_text()) " UTC" },
                    Err(reason) => div.trouble { (sentence(reason)) },
                }
            } }
            td data-label=(from) { div {
                @if found.config_file.is_some() { (t!("certificates-from-file")) } @else { (found.resolver) }
                @if let Ok(certificate) = &found.certificate { @if !certificate.issuer.is_empty() { div.sub { (certificate.issuer) } } }
            } }
            td data-label=(file_of) { div {
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
pub(crate) fn name(found: &Found) -> Markup {
    match (found.main.as_str(), &found.cert_file) {
        ("", Some(path)) => html! { (path) },
        ("", None) => t!("certificates-nameless"),
        (main, _) => html! { (main) },
    }
}
