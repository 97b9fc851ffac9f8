//! What the pending changes of the static configuration would write.

use maud::{Markup, html};
use traefik_manager_core::{
    check::{Effect, Finding, Level},
    config::diff::FileDiff,
    routes::Unread,
    static_config::{Draft, DraftChange},
};

use super::{layout::token, review, static_form::called};
use crate::{change::ACCEPTS_DISABLED, words::t};

/// Everything that the page shows.
#[derive(Debug)]
pub(crate) struct Review<'a> {
    pub(crate) draft: &'a Draft,
    /// Whether it is TOML, and not YAML.
    pub(crate) is_toml: bool,
    pub(crate) difference: &'a FileDiff,
    pub(crate) findings: &'a [Finding],
    /// The file, where somebody else has made another of it.
    pub(crate) theirs: Option<&'a str>,
    pub(crate) unread: Option<&'a Unread>,
    /// A mark of what is shown.
    pub(crate) seen: &'a str,
    pub(crate) csrf: &'a str,
}

/// The page's content.
pub(crate) fn content(page: &Review<'_>) -> Markup {
    let mut errors = page.findings.iter().filter(|finding| finding.level == Level::Error).peekable();
    let breaks_something = errors.peek().is_some();
    let is_refused = errors.any(|finding| finding.effect.is_fatal());
    html! {
        div.head { div.head-text {
            h1 { (t!("review")) }
            p.muted { (t!("static-review-lead")) }
        } }
        (super::restarts::unread(page.unread))
        @if is_refused {
            p.note.bad { (t!("static-refused")) }
        }
        (review::findings(page.findings))
        @if page.theirs.is_some() { (both_versions(page)) } @else { (review::file(page.difference)) }
        @if page.theirs.is_none() {
            form data-review method="post" action="/static/apply" {
                (token(page.csrf))
                input type="hidden" name="seen" value=(page.seen);
                @if breaks_something && !is_refused {
                    div.check {
                        input #accept type="checkbox" name=(ACCEPTS_DISABLED) value="true" required;
                        label for="accept" { (accepted(page.findings)) }
                    }
                }
                div.foot {
                    @if !is_refused {
                        button.primary type="submit" { (t!("static-apply")) }
                        button type="submit" name="restart" value="true" data-restarts { (t!("static-apply-and-restart")) }
                    }
                    a.button.quiet href="/static" { (t!("static-edit-on")) }
                    a.button.quiet href="/static/raw" { @if page.is_toml { (t!("static-edit-toml")) } @else { (t!("edit-as-yaml")) } }
                    a.button.quiet.danger.push href="/static/discard" data-confirm { (t!("discard")) }
                }
            }
        }
    }
}

/// What it means to apply the changes in spite of the errors.
fn accepted(findings: &[Finding]) -> Markup {
    let mut errors = findings.iter().filter(|finding| finding.level == Level::Error);
    let is_port = |finding: &Finding| finding.effect == Effect::RefusesStartNow;
    let (ports, losses) = (errors.clone().any(is_port), errors.any(|finding| !is_port(finding)));
    html! {
        @if losses { (t!("static-still-used")) } @else { (t!("static-port-taken")) }
        @if losses { span.hint { (t!("static-still-used-hint")) } }
        @if ports { span.hint { (t!("static-port-taken-hint")) } }
    }
}

fn both_versions(page: &Review<'_>) -> Markup {
    html! {
        div.versions {
            section { h2 { (t!("static-file-now")) } pre { (page.theirs.unwrap_or_default()) } }
            section { h2 { (t!("static-with-pending")) } pre { (page.draft.text) } }
        }
        form method="post" action="/static/carry-over" {
            (token(page.csrf))
            div.foot {
                button.primary type="submit" { (t!("static-carry-over")) }
                a.button.quiet href="/static" { (t!("static-edit-on")) }
                a.button.quiet.danger.push href="/static/discard" data-confirm { (t!("discard")) }
                span.hint { (t!("static-carry-over-hint")) }
            }
        }
    }
}

/// Asks before what is pending is gone.
pub(crate) fn confirm_discard(draft: Option<&Draft>, csrf: &str) -> Markup {
    html! {
        form.panel method="post" action="/static/discard" data-confirmation {
            (token(csrf))
            h1 #question { (t!("static-discard-question")) }
            @match draft {
                Some(draft) => {
                    p { (t!("static-discard-gone")) }
                    (changes(draft))
                }
                None => p { (t!("static-discard-none")) },
            }
            div.foot {
                button.danger type="submit" { (t!("discard")) }
                a.button.quiet.cancel href="/static" { (t!("cancel")) }
            }
        }
    }
}

/// What was changed, one a line.
pub(super) fn changes(draft: &Draft) -> Markup {
    const SHOWN: usize = 12;
    let more = draft.changes.len().saturating_sub(SHOWN);
    html! {
        ul.changes {
            @for change in draft.changes.iter().take(SHOWN) { li { (what(change)) } }
            @if more > 0 { li.muted { (t!("and-more", count = more)) } }
        }
    }
}

fn what(change: &DraftChange) -> Markup {
    match change {
        DraftChange::Text => t!("static-change-text"),
        DraftChange::Plugins => t!("static-change-plugins"),
        DraftChange::Set(place) => called(place),
        DraftChange::Removed(place) => t!("static-change-removed", what = called(place)),
    }
}
