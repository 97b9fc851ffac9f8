//! A restart of Traefik: what it takes, how it goes on, and whether what it has brought is kept.

use maud::{Markup, html};
use traefik_manager_core::{
    restart::{Attempt, Method, Report, Restarter},
    routes::Unread,
};

use super::layout::token;
use crate::{
    restarts::Progress,
    said::said,
    words::{Message, message, t},
};

/// Says that Traefik does not run the file yet.
pub(crate) fn unread(unread: Option<&Unread>) -> Markup {
    html! {
        @if let Some(Unread { since, is_certain }) = unread {
            @let since = since.to_seconds_text();
            p.note.warn data-unread {
                @if *is_certain { (t!("static-unread", since = since)) } @else { (t!("static-unread-unseen", since = since)) }
            }
        }
    }
}

/// The part of the page of the static configuration that restarts Traefik.
pub(crate) fn panel(restarter: &dyn Restarter, progress: &Progress, csrf: &str) -> Markup {
    html! {
        section.panel #restart-traefik {
            h2 { (t!("restarts")) }
            p { (t!("restarts-how", method = restarter.method().name(), target = restarter.target())) }
            p.muted { (trust(restarter.method())) }
            @if progress.is_under_way() || progress.report().is_some() {
                (state(progress, Some(restarter.method())))
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
pub(crate) fn progress(
    progress: &Progress,
    method: Option<Method>,
    trial: Option<(u64, u64)>,
    csrf: &str,
) -> Markup {
    html! {
        div.head { div.head-text {
            h1 { (t!("restarts")) }
            p.muted { (t!("restarts-progress-lead")) }
        } }
        @if let Some((number, seconds)) = trial { (keep(number, seconds, progress.because(), csrf)) }
        section.panel #restart data-restart[progress.is_under_way()] aria-live="polite" {
            (state(progress, method))
            div.foot {
                @if progress.is_under_way() { a.button href="/static/restart" { (t!("restarts-look-again")) } }
                a.button.quiet href="/static" { (t!("restarts-back")) }
            }
        }
    }
}

fn keep(number: u64, seconds: u64, because: &[String], csrf: &str) -> Markup {
    let reasons: Vec<String> = because.iter().map(|reason| said(reason).text().to_owned()).collect();
    html! {
        section.panel.trial data-countdown=(seconds) {
            h2 { (t!("restarts-keep-question")) }
            p { (t!("restarts-keep-lead", seconds = seconds)) }
            @if !because.is_empty() { p.muted { (t!("restarts-because", reasons = reasons.join(", "))) } }
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

fn state(progress: &Progress, method: Option<Method>) -> Markup {
    let report = progress.report();
    let is_good = report.is_some_and(Report::is_good);
    html! {
        p.note .good[is_good] .bad[report.is_some() && !is_good] data-state { (super::sentence(&progress.message())) }
        @if let Some(words) = report.and_then(|report| report.last_words.as_deref()) {
            details open { summary { (t!("restarts-last-lines")) } pre { (words) } }
        } @else if report.is_some_and(says_something) {
            p.muted { (where_lines_are(method)) }
        }
    }
}

/// Whether Traefik will have said why it did not run the new file.
fn says_something(report: &Report) -> bool {
    !report.is_good() && !report.attempt.is_as_before() && report.attempt != Attempt::NotKept
}

/// Why there are no lines of Traefik's, and where to look for them.
fn where_lines_are(method: Option<Method>) -> Markup {
    match method {
        Some(Method::Proxy) => t!("restart-lines-proxy"),
        Some(Method::PoisonPill) => t!("restart-lines-pill"),
        _ => t!("restart-lines-none"),
    }
}

#[cfg(test)]
mod tests {
    use traefik_manager_core::restart::PutBack;

    use super::*;

    fn shown(method: Method, attempt: Attempt, last_words: Option<&str>) -> String {
        let confirmed = Attempt::Confirmed { version: "3.7.15".into() };
        let put_back = (!attempt.is_good() && !attempt.is_as_before()).then_some(PutBack::Done(confirmed));
        let report = Report { attempt, last_words: last_words.map(str::to_owned), put_back };
        let ended = Progress::ended(report, None, Vec::new());
        super::progress(&ended, Some(method), None, "token").into_string()
    }

    #[test]
    fn where_traefiks_last_lines_are_is_said_where_they_cannot_be_shown() {
        let ended = || Attempt::Ended { code: Some(1), error: String::new() };
        assert!(shown(Method::Proxy, ended(), None).contains("no socket proxy should let it through"));
        assert!(shown(Method::PoisonPill, ended(), None).contains("Without access to the container engine"));
        assert!(shown(Method::Socket, ended(), None).contains("could not be read"));
        let lines = shown(Method::Socket, ended(), Some("ERR bad"));
        assert!(lines.contains("ERR bad") && !lines.contains("docker logs"), "{lines}");
        // Where Traefik had nothing to complain of there is nothing to look for.
        let good = Attempt::Confirmed { version: "3.7.15".into() };
        for quiet in [good, Attempt::NotTakenUp, Attempt::NotKept] {
            let page = shown(Method::Proxy, quiet, None);
            assert!(!page.contains("docker logs"), "{page}");
        }
    }
}
