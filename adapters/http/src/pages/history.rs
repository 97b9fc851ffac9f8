//! What was done, by whom, and how to take it back.

use std::collections::HashMap;

use maud::{Markup, html};
use traefik_manager_core::{
    audit::{Actor, Area, Entry, FileChange, Outcome, Page, Recorded},
    routes::{SURVEY, Trial},
};

use super::{
    deeds::{details, doer, sentence_of},
    encoded,
    layout::{files_and_backups, token},
};
use crate::{
    change::DRY_RUN,
    words::{Message, message, t},
};

/// Everything that the page shows.
#[derive(Debug)]
pub(crate) struct HistoryPage<'a> {
    pub(crate) found: &'a Page,
    /// What entries on newer pages say of these.
    pub(crate) newer: &'a [Recorded],
    /// Whether these are the newest.
    pub(crate) is_first: bool,
    pub(crate) area: Option<Area>,
    pub(crate) trials: &'a [Trial],
    pub(crate) csrf: &'a str,
}

/// The page's content.
pub(crate) fn content(page: &HistoryPage<'_>) -> Markup {
    let entries = &page.found.entries;
    let later = Later::of(page.newer.iter().chain(entries));
    html! {
        div.head { div.head-text {
            h1 { (t!("history")) }
            p.muted { (t!("history-lead")) }
        } }
        (files_and_backups("/history"))
        nav.views aria-label=(t!("history-show")) {
            @for (area, address, name) in AREAS {
                a.protocol href=(address) aria-current=[(area == page.area).then_some("true")] { (name) }
            }
        }
        @if page.found.unreadable > 0 {
            p.note.warn { (t!("history-unreadable", count = page.found.unreadable)) }
        }
        @if entries.is_empty() { p.empty { (t!("history-none")) } }
        ol.history {
            @for recorded in entries.iter().filter(|recorded| is_shown(&recorded.entry)) {
                (item(recorded, &later, page))
            }
        }
        @if page.found.next.is_some() || !page.is_first {
            nav.row aria-label=(t!("history")) {
                @if !page.is_first { a.button href={ "/history?" (narrowed(page.area)) } { (t!("history-newest")) } }
                @if let Some(next) = &page.found.next {
                    a.button rel="next" href={ "/history?" (narrowed(page.area)) "before=" (encoded(next.as_str())) } { (t!("history-older")) }
                }
            }
        }
    }
}

/// What can be shown.
const AREAS: [(Option<Area>, &str, Message); 3] = [
    (None, "/history", message!("history-everything")),
    (Some(Area::Configuration), "/history?show=changes", message!("history-changes")),
    (Some(Area::Access), "/history?show=access", message!("history-access")),
];

fn narrowed(area: Option<Area>) -> &'static str {
    match area {
        None => "",
        Some(Area::Configuration) => "show=changes&",
        Some(Area::Access) => "show=access&",
    }
}

/// What later entries say of earlier ones.
#[derive(Debug, Default)]
struct Later<'a> {
    /// The newest word on what became of a change.
    words: HashMap<u64, &'a Outcome>,
    /// What took a change back last.
    undone_by: HashMap<u64, u64>,
}

impl<'a> Later<'a> {
    fn of(newest_first: impl DoubleEndedIterator<Item = &'a Recorded>) -> Self {
        let mut later = Self::default();
        for Recorded { number, entry } in newest_first.rev() {
            let Some(regarding) = entry.regarding else { continue };
            if entry.action == "confirm" || entry.action == "keep" {
                later.words.insert(regarding, &entry.outcome);
            } else {
                later.undone_by.insert(regarding, *number);
            }
        }
        later
    }

    /// Whether a change was taken back, and that was not taken back in its turn.
    fn is_undone(&self, number: u64) -> bool {
        self.undone_by.get(&number).is_some_and(|undo| *undo > number && !self.is_undone(*undo))
    }
}

fn item(Recorded { number, entry }: &Recorded, later: &Later<'_>, page: &HistoryPage<'_>) -> Markup {
    let outcome = later.words.get(number).copied().unwrap_or(&entry.outcome);
    let was_put_back = matches!(outcome, Outcome::RolledBack { .. });
    let is_undone = !was_put_back && later.is_undone(*number);
    let is_back = is_undone || was_put_back;
    let is_on_trial = page.trials.iter().any(|trial| trial.number == *number);
    html! {
        li.panel {
            div.row {
                div {
                    p { strong { (sentence_of(entry)) } }
                    p.sub {
                        time { (entry.at) " UTC" } " · " (doer(&entry.actor))
                        @if let Some(address) = entry.address { " · " (address) }
                        @if entry.area() == Area::Access { @if let (_, Some(browser)) = details(entry) { br; (browser) } }
                    }
                }
                div.actions {
                    (mark(outcome, is_undone))
                    @if is_on_trial { a.button.small href={ "/history/trial?change=" (number) } { (t!("trial-keep-or-revert")) } }
                    @else if is_undoable(entry) && !is_back {
                        form method="post" action="/history/undo" {
                            (token(page.csrf))
                            input type="hidden" name="change" value=(number);
                            button.small type="submit" name=(DRY_RUN) value="true" { (t!("undo")) }
                        }
                    }
                }
            }
            @if has_no_copy(entry) && !is_back {
                p.sub { (t!("history-no-copy")) }
            }
            @for change in &entry.files { (file(change)) }
        }
    }
}

/// What became of a change stands with the change, and what the program notes for itself is nobody's change.
fn is_shown(entry: &Entry) -> bool {
    entry.action != "confirm" && entry.action != SURVEY
}

fn is_undoable(entry: &Entry) -> bool {
    // A restart names the file that it was about, and wrote none; what was put back did not stay for a reason.
    entry.action != "restart"
        && !entry.puts_back()
        && entry.files.iter().any(|change| change.old != change.new)
        && !has_no_copy(entry)
}

/// Whether a file was there before and no copy of that is left to go back to.
fn has_no_copy(entry: &Entry) -> bool {
    entry.action != "restart"
        && entry
            .files
            .iter()
            .any(|change| change.old.is_some() && change.old != change.new && change.backup.is_none())
}

fn mark(outcome: &Outcome, is_undone: bool) -> Markup {
    html! {
        @if is_undone { span.state.off { (t!("history-undone")) } }
        @else {
            @match outcome {
                Outcome::Confirmed => span.state.good { (t!("history-served")) },
                Outcome::Unconfirmed => span.state.off title=(t!("history-not-confirmed-more")) { (t!("history-not-confirmed")) },
                Outcome::NotVisible => span.state.off title=(t!("history-not-visible-more")) { (t!("history-not-visible")) },
                Outcome::NotServed { .. } => span.state.bad { (t!("history-not-served")) },
                Outcome::OnTrial { .. } => span.state.warn { (t!("history-on-trial")) },
                Outcome::RolledBack { .. } => span.state.bad { (t!("history-put-back")) },
                Outcome::Refused { .. } => span.state.bad { (t!("history-refused")) },
                Outcome::Done => {},
            }
        }
        @if let Outcome::RolledBack { why } | Outcome::NotServed { why } | Outcome::Refused { why } = outcome { p.sub { (super::sentence(why)) } }
    }
}

fn file(change: &FileChange) -> Markup {
    let diff = change.diff();
    html! {
        details {
            summary.mono { (change.file) }
            div.diff {
                @if !diff.text.is_empty() { (super::review::lines(&diff)) }
                @else if !change.after.text.is_empty() { p.sub { (t!("history-nothing-to-show")) } }
                @if change.before.is_cut || change.after.is_cut { p.sub { (t!("history-too-long")) } }
            }
        }
    }
}

/// Who did it, for scripts.
pub(crate) fn actor_text(actor: &Actor) -> String {
    match actor {
        Actor::Session(name) => name.clone(),
        Actor::ApiKey(name) => format!("API key {name}"),
        Actor::Oidc(subject) => format!("OpenID Connect {subject}"),
        Actor::Stranger => "a stranger".to_owned(),
        Actor::CommandLine => "command line".to_owned(),
        Actor::OnDisk => "edited on disk".to_owned(),
        Actor::Program => "by itself".to_owned(),
    }
}

/// What became of it, for scripts.
pub(crate) fn outcome_text(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Done => "done".to_owned(),
        Outcome::Confirmed => "confirmed".to_owned(),
        Outcome::Unconfirmed => "not confirmed".to_owned(),
        Outcome::NotVisible => {
            "not confirmed: Traefik's API shows nothing by which it could be told".to_owned()
        }
        Outcome::NotServed { why } => format!("not served: {why}"),
        Outcome::OnTrial { until } => format!("on trial until {until} UTC"),
        Outcome::RolledBack { why } => format!("put back: {why}"),
        Outcome::Refused { why } => format!("refused: {why}"),
    }
}

/// The page of a change that puts itself back, with the seconds until then; `None` once that is over.
pub(crate) fn trial(number: u64, trial: Option<(Trial, u64)>, csrf: &str) -> Markup {
    html! {
        @match trial {
            Some((trial, seconds)) => {
                section.panel.trial data-countdown=(seconds) {
                    h1 { (t!("trial-question")) }
                    @if trial.is_unseen {
                        p { (t!("trial-unseen")) }
                        p { (t!("trial-unseen-back", seconds = seconds)) }
                    } @else {
                        p { (t!("trial-lead", seconds = seconds)) }
                    }
                    div.foot {
                        form method="post" action="/history/keep" {
                            (token(csrf))
                            input type="hidden" name="change" value=(number);
                            button.primary type="submit" autofocus { (t!("trial-keep")) }
                        }
                        form method="post" action="/history/undo" {
                            (token(csrf))
                            input type="hidden" name="change" value=(number);
                            button type="submit" { (t!("trial-back")) }
                        }
                    }
                }
            }
            None => {
                section.panel {
                    h1 { (t!("trial-over")) }
                    p { (t!("trial-over-lead")) }
                    p { a.button.primary href="/history" { (t!("history")) } }
                }
            }
        }
    }
}
