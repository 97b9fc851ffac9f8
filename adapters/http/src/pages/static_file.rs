//! The restart that the static configuration takes.

use maud::{Markup, html};
use traefik_manager_core::restart::Restarter;

use super::layout::token;
use crate::restarts::Progress;

/// The panel from which Traefik is restarted.
pub(crate) fn restart(restarter: &dyn Restarter, progress: &Progress, csrf: &str) -> Markup {
    html! {
        section.panel #restart-panel {
            h2 { "Restart" }
            p {
                "Traefik is restarted (" code { (restarter.method()) } ": " (restarter.target()) ") and watched until it "
                "answers again and has the entry points of this file. If it does not come back in time, the last "
                "good file is put back and Traefik restarted again."
            }
            p.muted { (restarter.method().trust()) }
            @if progress.is_under_way() || progress.report().is_some() {
                (state(progress))
            }
            form.foot method="post" action="/static/restart" {
                (token(csrf))
                @if progress.is_under_way() {
                    a.button href="/static/restart" { "Look on" }
                } @else {
                    button type="submit" data-restarts { "Restart Traefik" }
                }
            }
        }
    }
}

/// How a restart goes on.
pub(crate) fn progress(progress: &Progress) -> Markup {
    html! {
        div.head { div.head-text {
            h1 { "Restart" }
            p.muted {
                "This page may itself come through the Traefik that is restarted. It goes on by itself as soon as it can be "
                "reached again."
            }
        } }
        section.panel #restart data-restart[progress.is_under_way()] aria-live="polite" {
            (state(progress))
            div.foot {
                @if progress.is_under_way() { a.button href="/static/restart" { "Look again" } }
                a.button.quiet href="/static" { "Back to the static configuration" }
            }
        }
    }
}

fn state(progress: &Progress) -> Markup {
    let report = progress.report();
    let is_good = report.is_some_and(traefik_manager_core::restart::Report::is_good);
    html! {
        p.note .good[is_good] .bad[report.is_some() && !is_good] data-state { (super::sentence(&progress.message())) }
        @if let Some(words) = report.and_then(|report| report.last_words.as_deref()) {
            details open { summary { "Traefik's last lines" } pre { (words) } }
        }
    }
}
