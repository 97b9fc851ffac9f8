//! What the pending changes of the static configuration would write.

use maud::{Markup, html};
use traefik_manager_core::{
    check::{Finding, Level},
    config::diff::FileDiff,
};

use super::{layout::token, review};
use crate::{change::ACCEPTS_DISABLED, drafts::Draft, words::t};

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
            h1 { "Review" }
            p.muted { "Nothing is written yet. This is what " b { "Apply" } " writes; the present file is backed up first." }
        } }
        @if is_refused {
            p.note.bad { "Traefik would not start with this, so it cannot be applied." }
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
                        label for="accept" {
                            (t!("static-still-used")) span.hint { (t!("static-still-used-hint")) }
                        }
                    }
                }
                div.foot {
                    @if !is_refused {
                        button.primary type="submit" { "Apply" }
                        button type="submit" name="restart" value="true" data-restarts { "Apply and restart Traefik" }
                    }
                    a.button.quiet href="/static" { "Edit on" }
                    a.button.quiet href="/static/raw" { @if page.is_toml { (t!("static-edit-toml")) } @else { "Edit as YAML" } }
                    a.button.quiet.danger.push href="/static/discard" data-confirm { "Discard" }
                }
            }
        }
    }
}

fn both_versions(page: &Review<'_>) -> Markup {
    html! {
        div.versions {
            section { h2 { "The file as it is now" } pre { (page.theirs.unwrap_or_default()) } }
            section { h2 { "With the pending changes" } pre { (page.draft.text) } }
        }
        form method="post" action="/static/carry-over" {
            (token(page.csrf))
            div.foot {
                button.primary type="submit" { "Carry the changes over" }
                a.button.quiet href="/static" { "Edit on" }
                a.button.quiet.danger.push href="/static/discard" data-confirm { "Discard" }
                span.hint { "Carried over, they are made in the file as it is now, and shown once more before anything is written." }
            }
        }
    }
}

/// Asks before what is pending is gone.
pub(crate) fn confirm_discard(draft: Option<&Draft>, csrf: &str) -> Markup {
    html! {
        form.panel method="post" action="/static/discard" data-confirmation {
            (token(csrf))
            h1 #question { "Discard the pending changes?" }
            @match draft {
                Some(draft) => {
                    p { "The file stays as it is. What was collected cannot be brought back:" }
                    (changes(draft))
                }
                None => p { "Nothing is pending." },
            }
            div.foot {
                button.danger type="submit" { "Discard" }
                a.button.quiet.cancel href="/static" { "Cancel" }
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
            @for change in draft.changes.iter().take(SHOWN) { li { (super::sentence(change).trim_end_matches('.')) } }
            @if more > 0 { li.muted { "and " (more) " more" } }
        }
    }
}
