//! A restart of Traefik: what it takes, how it goes on, and whether what it has brought is kept.

use maud::{Markup, html};
use traefik_manager_core::restart::{Method, Report, Restarter};

use super::layout::token;
use crate::{
    restarts::Progress,
    words::{Message, message, t},
};

/// The part of the page of the static configuration that restarts Traefik.
pub(crate) fn panel(restarter: &dyn Restarter, progress: &Progress, csrf: &str) -> Markup {
    html! {
        section.panel {
            h2 { (t!("restarts")) }
            p { (t!("restarts-how", method = restarter.method().name(), target = restarter.target())) }
            p.muted { (trust(restarter.method())) }
            @if progress.is_under_way() || progress.report().is_some() {
                (state(progress))
            }
            form.foot method="post" action="/static/restart" {
                (token(csrf))
                @if progress.is_under_way() || progress.trial().is_some() {
                    a.button href="/static/restart" { (t!("restarts-look")) }
                } @else {
                    button type="submit" data-restarts { (t!("restarts-now")) }
                    button.quiet type="submit" name="try" value="60" data-restarts { (t!("restarts-on-trial")) }
                }
            }
        }
    }
}

/// What this program is trusted with.
fn trust(method: Method) -> Message {
    match method {
        Method::Proxy => message!("restarts-trust-proxy"),
        Method::PoisonPill => message!("restarts-trust-pill"),
        Method::Socket => message!("restarts-trust-socket"),
    }
}

/// How a restart goes on; `trial` is its change and how many seconds are left to keep it.
pub(crate) fn progress(progress: &Progress, trial: Option<(u64, u64)>, csrf: &str) -> Markup {
    html! {
        div.head { div.head-text {
            h1 { (t!("restarts")) }
            p.muted { (t!("restarts-progress-lead")) }
        } }
        @if let Some((number, seconds)) = trial { (keep(number, seconds, progress.because(), csrf)) }
        section.panel #restart data-restart[progress.is_under_way()] aria-live="polite" {
            (state(progress))
            div.foot {
                @if progress.is_under_way() { a.button href="/static/restart" { (t!("restarts-look-again")) } }
                a.button.quiet href="/static" { (t!("restarts-back")) }
            }
        }
    }
}

fn keep(number: u64, seconds: u64, because: &[String], csrf: &str) -> Markup {
    html! {
        section.panel.trial data-countdown=(seconds) {
            h2 { (t!("restarts-keep-question")) }
            p { (t!("restarts-keep-lead", seconds = seconds)) }
            @if !because.is_empty() { p.muted { (t!("restarts-because", reasons = html! { span lang="en" { (because.join(", ")) } })) } }
            div.foot {
                form method="post" action="/history/keep" {
                    (token(csrf))
                    input type="hidden" name="change" value=(number);
                    button.primary type="submit" autofocus { (t!("restarts-keep")) }
                }
                form method="post" action="/history/undo" {
                    (token(csrf))
                    input type="hidden" name="change" value=(number);
                    button type="submit" { (t!("restarts-put-back")) }
                }
            }
        }
    }
}

fn state(progress: &Progress) -> Markup {
    let report = progress.report();
    let is_good = report.is_some_and(Report::is_good);
    html! {
        p.note .good[is_good] .bad[report.is_some() && !is_good] data-state lang="en" { (super::sentence(&progress.message())) }
        @if let Some(words) = report.and_then(|report| report.last_words.as_deref()) {
            details open { summary { (t!("restarts-last-lines")) } pre { (words) } }
        }
    }
}
