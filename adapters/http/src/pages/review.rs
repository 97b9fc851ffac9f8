//! What a change would do, before it is done.

use maud::{Markup, html};
use traefik_manager_core::{
    check::{Finding, Level},
    config::diff::FileDiff,
    routes::Changed,
};

use super::layout::token;
use crate::{
    change::{ACCEPTS_DISABLED, DRY_RUN, EDIT_AGAIN, MOST_SHOWN, REVISIONS, told},
    failure::Versions,
    words::{message, t},
};

/// Everything that the page shows.
#[derive(Debug)]
pub(crate) struct ReviewPage<'a> {
    pub(crate) changed: &'a Changed,
    /// Where the reviewed form is sent to.
    pub(crate) action: &'a str,
    /// What it holds.
    pub(crate) fields: Vec<(&'a str, &'a str)>,
    /// The revisions of the files that this was planned on, where the form says no version of its own.
    pub(crate) revisions: Option<String>,
    pub(crate) csrf: &'a str,
}

/// The page's content.
pub(crate) fn content(page: &ReviewPage<'_>) -> Markup {
    let changed = page.changed;
    let is_nothing = changed.diffs.is_empty();
    html! {
        div.head { div.head-text {
            h1 { (t!("review")) }
            p.muted {
                @if is_nothing { (t!("review-nothing")) } @else { (t!("review-lead")) }
            }
        } }
        (findings(&changed.findings))
        @for diff in &changed.diffs { (file(diff)) }
        @if !changed.affected.is_empty() { (affected(&changed.affected)) }
        form data-review method="post" action=(page.action) enctype="multipart/form-data" {
            (token(page.csrf))
            @for (name, value) in page.fields.iter().filter(|(name, _)| is_kept(name)) {
                input type="hidden" name=(name) value=(value);
            }
            @if let Some(revisions) = page.revisions.as_deref().filter(|revisions| !revisions.is_empty()) {
                input type="hidden" name=(REVISIONS) value=(revisions);
            }
            div.foot {
                button.primary type="submit" { (t!("review-apply")) }
                button.quiet type="submit" name=(EDIT_AGAIN) value="true" { (t!("review-again")) }
            }
        }
    }
}

/// What a form's answer keeps of what was sent: not the token, and not what asked for the review.
fn is_kept(name: &str) -> bool {
    !["csrf_token", DRY_RUN, EDIT_AGAIN, ACCEPTS_DISABLED, REVISIONS].contains(&name)
}

/// The findings, the worst first.
pub(crate) fn findings(findings: &[Finding]) -> Markup {
    let mut sorted = told(findings, MOST_SHOWN);
    let more = findings.len() - sorted.len();
    sorted.sort_by_key(|finding| std::cmp::Reverse((finding.level, finding.effect)));
    html! {
        @if !sorted.is_empty() {
            ul.findings {
                @for finding in sorted {
                    li class={ "note " (kind(finding.level)) } {
                        p { (super::finding(finding)) }
                        p.sub.mono { (finding.file) ":" (finding.position) " · " (finding.path) }
                    }
                }
                @if more > 0 { li.muted { (t!("and-more", count = more)) } }
            }
        }
    }
}

/// Three versions of one object, side by side where there is room.
pub(crate) fn versions(versions: &Versions) -> Markup {
    let shown = [
        (message!("review-before"), &versions.before),
        (message!("review-after"), &versions.after),
        (message!("review-now"), &versions.present),
    ];
    html! {
        div.versions {
            @for (name, text) in shown {
                section { h2 { (name) } pre { @match text { Some(text) => (text), None => (t!("review-not-there")) } } }
            }
        }
    }
}

fn kind(level: Level) -> &'static str {
    match level {
        Level::Error => "bad",
        Level::Warning => "warn",
        Level::Lint => "",
    }
}

/// A unified diff, its lines marked for the eye and for screen readers.
pub(crate) fn file(diff: &FileDiff) -> Markup {
    html! {
        section.panel.diff aria-label=(t!("review-changes-of", file = diff.file.as_str())) {
            h2.mono { (diff.file) }
            (lines(diff))
        }
    }
}

/// The lines of a diff.
pub(super) fn lines(diff: &FileDiff) -> Markup {
    html! { pre { @for line in diff.text.lines().skip(2) { (diff_line(line)) } } }
}

fn diff_line(line: &str) -> Markup {
    html! {
        @if line.starts_with('+') { ins { (line) } }
        @else if line.starts_with('-') { del { (line) } }
        @else { span .muted[line.starts_with("@@")] { (line) } }
    }
}

fn affected(routers: &[String]) -> Markup {
    const SHOWN: usize = 20;
    html! {
        section.panel {
            h2 { (t!("review-affected")) }
            ul.plain.mono {
                @for router in routers.iter().take(SHOWN) { li { (router) } }
                @if routers.len() > SHOWN { li.muted { (t!("and-more", count = routers.len() - SHOWN)) } }
            }
        }
    }
}
