//! A restart of Traefik: what it takes, how it goes on, and whether what it has brought is kept.

use maud::{Markup, html};
use traefik_manager_core::restart::{Report, Restarter};

use super::layout::token;
use crate::restarts::Progress;

/// The part of the page of the static configuration that restarts Traefik.
pub(crate) fn panel(restarter: &dyn Restarter, progress: &Progress, csrf: &str) -> Markup {
    html! {
        section.panel {
            h2 { "Restart" }
            p {
                "Traefik is restarted (" code { (restarter.method()) } ": " (restarter.target()) ") and watched until it "
                "answers again and has the entry points of this file. If it does not come back in time, the last "
                "good file is put back and Traefik restarted again. Where the change may cut off this page, or Traefik "
                "cannot be watched afterwards, the old file comes back unless you keep the new one."
            }
            p.muted { (restarter.method().trust()) }
            @if progress.is_under_way() || progress.report().is_some() {
                (state(progress))
            }
            form.foot method="post" action="/static/restart" {
                (token(csrf))
                @if progress.is_under_way() || progress.trial().is_some() {
                    a.button href="/static/restart" { "Look on" }
                } @else {
                    button type="submit" data-restarts { "Restart Traefik" }
                    button.quiet type="submit" name="try" value="60" data-restarts { "Restart on trial" }
                }
            }
        }
    }
}

/// How a restart goes on; `trial` is its change and how many seconds are left to keep it.
pub(crate) fn progress(progress: &Progress, trial: Option<(u64, u64)>, csrf: &str) -> Markup {
    html! {
        div.head { div.head-text {
            h1 { "Restart" }
            p.muted {
                "This page may itself come through the Traefik that is restarted. It goes on by itself as soon as it can be "
                "reached again."
            }
        } }
        @if let Some((number, seconds)) = trial { (keep(number, seconds, progress.because(), csrf)) }
        section.panel #restart data-restart[progress.is_under_way()] aria-live="polite" {
            (state(progress))
            div.foot {
                @if progress.is_under_way() { a.button href="/static/restart" { "Look again" } }
                a.button.quiet href="/static" { "Back to the static configuration" }
            }
        }
    }
}

fn keep(number: u64, seconds: u64, because: &[String], csrf: &str) -> Markup {
    html! {
        section.panel.trial data-countdown=(seconds) {
            h2 { "Keep the new static configuration?" }
            p {
                "The old file comes back in " strong { span data-seconds { (seconds) } " seconds" }
                ", and Traefik is restarted with it, so that nobody locks himself out. If you can read this through "
                "Traefik, the way to this page still works."
            }
            @if !because.is_empty() { p.muted { "It is on trial for this: " (because.join(", ")) "." } }
            div.foot {
                form method="post" action="/history/keep" {
                    (token(csrf))
                    input type="hidden" name="change" value=(number);
                    button.primary type="submit" autofocus { "Keep" }
                }
                form method="post" action="/history/undo" {
                    (token(csrf))
                    input type="hidden" name="change" value=(number);
                    button type="submit" { "Put it back now" }
                }
            }
        }
    }
}

fn state(progress: &Progress) -> Markup {
    let report = progress.report();
    let is_good = report.is_some_and(Report::is_good);
    html! {
        p.note .good[is_good] .bad[report.is_some() && !is_good] data-state { (super::sentence(&progress.message())) }
        @if let Some(words) = report.and_then(|report| report.last_words.as_deref()) {
            details open { summary { "Traefik's last lines" } pre { (words) } }
        }
    }
}
