//! What was done, by whom, and how to take it back.

use std::collections::HashMap;

use maud::{Markup, html};
use traefik_manager_core::{
    audit::{Actor, Area, Entry, FileChange, Outcome, Page, Recorded},
    routes::{SURVEY, Trial},
};

use super::{
    encoded,
    layout::{files_and_backups, token},
};
use crate::change::DRY_RUN;

/// Everything that the page shows.
#[derive(Debug)]
pub(crate) struct HistoryPage<'a> {
    pub(crate) found: &'a Page,
    pub(crate) area: Option<Area>,
    pub(crate) trials: &'a [Trial],
    pub(crate) csrf: &'a str,
}

/// The page's content.
pub(crate) fn content(page: &HistoryPage<'_>) -> Markup {
    let entries = &page.found.entries;
    // The newest word about a change is what became of it.
    let mut later: HashMap<u64, &Entry> = HashMap::new();
    for Recorded { entry, .. } in entries.iter().rev() {
        if let Some(number) = entry.regarding {
            later.insert(number, entry);
        }
    }
    html! {
        div.head { div.head-text {
            h1 { "History" }
            p.muted { "Every change and every sign-in, newest first. What can be taken back has " b { "Undo" } "." }
        } }
        (files_and_backups("/history"))
        nav.views aria-label="What to show" {
            @for (area, address, name) in AREAS {
                a.protocol href=(address) aria-current=[(area == page.area).then_some("true")] { (name) }
            }
        }
        @if page.found.unreadable > 0 {
            p.note.warn { (page.found.unreadable) " entries here cannot be read; " code { "traefik-manager audit verify" } " says which." }
        }
        @if entries.is_empty() { p.empty { "Nothing has happened yet." } }
        ol.history {
            @for recorded in entries.iter().filter(|recorded| is_shown(&recorded.entry)) {
                (item(recorded, later.get(&recorded.number).copied(), page))
            }
        }
        @if let Some(next) = &page.found.next {
            p { a.button href={ "/history?" (narrowed(page.area)) "before=" (encoded(next.as_str())) } { "Older" } }
        }
    }
}

/// What can be shown.
const AREAS: [(Option<Area>, &str, &str); 3] = [
    (None, "/history", "Everything"),
    (Some(Area::Configuration), "/history?show=changes", "Changes"),
    (Some(Area::Access), "/history?show=access", "Access"),
];

fn narrowed(area: Option<Area>) -> &'static str {
    match area {
        None => "",
        Some(Area::Configuration) => "show=changes&",
        Some(Area::Access) => "show=access&",
    }
}

fn item(Recorded { number, entry }: &Recorded, later: Option<&Entry>, page: &HistoryPage<'_>) -> Markup {
    let outcome = later.map_or(&entry.outcome, |later| &later.outcome);
    let is_undone = later.is_some_and(|later| later.action != "confirm" && later.action != "keep");
    let is_back = is_undone || matches!(outcome, Outcome::RolledBack { .. });
    let is_on_trial = page.trials.iter().any(|trial| trial.number == *number);
    html! {
        li.panel {
            div.row {
                div {
                    p { strong { (sentence_of(entry)) } }
                    p.sub {
                        time { (entry.at) " UTC" } " · " (actor_text(&entry.actor))
                        @if let Some(address) = entry.address { " · " (address) }
                        @if entry.area() == Area::Access { @if let (_, Some(browser)) = details(entry) { br; (browser) } }
                    }
                }
                div.actions {
                    (mark(outcome, is_undone))
                    @if is_on_trial { a.button.small href={ "/history/trial?change=" (number) } { "Keep or revert" } }
                    @else if is_undoable(entry) && !is_back {
                        form method="post" action="/history/undo" {
                            (token(page.csrf))
                            input type="hidden" name="change" value=(number);
                            button.small type="submit" name=(DRY_RUN) value="true" { "Undo" }
                        }
                    }
                }
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
    // A restart names the file that it was about, and wrote none.
    entry.action != "restart"
        && entry
            .files
            .iter()
            .any(|change| change.old != change.new && (change.backup.is_some() || change.old.is_none()))
}

fn mark(outcome: &Outcome, is_undone: bool) -> Markup {
    html! {
        @if is_undone { span.state.off { "Undone" } }
        @else {
            @match outcome {
                Outcome::Confirmed => span.state.good { "Served" },
                Outcome::Unconfirmed => span.state.off title="Traefik was not seen to serve it" { "Not confirmed" },
                Outcome::NotVisible => span.state.off title="Traefik's API shows nothing by which it could be told" { "Not visible" },
                Outcome::NotServed { why } => span.state.bad title=(why) { "Not served" },
                Outcome::OnTrial { .. } => span.state.warn { "On trial" },
                Outcome::RolledBack { why } => span.state.bad title=(why) { "Put back" },
                Outcome::Refused { why } => span.state.bad title=(why) { "Refused" },
                Outcome::Done => {},
            }
        }
        @if let Outcome::RolledBack { why } | Outcome::NotServed { why } | Outcome::Refused { why } = outcome { p.sub { (super::sentence(why)) } }
    }
}

/// What is said of an entry about access: in its sentence, and in small print. The latter is a browser's description.
pub(super) fn details(entry: &Entry) -> (&str, Option<&str>) {
    let name = entry.object.as_ref().map_or("", |object| object.name.as_str());
    match name.split_once(", ") {
        Some((how, browser)) if entry.action == "sign in" => (how, Some(browser)),
        _ => (name, None),
    }
}

fn sentence_of(entry: &Entry) -> String {
    let object = entry.object.as_ref().map_or_else(String::new, |object| {
        let protocol = object
            .protocol
            .map_or_else(String::new, |protocol| format!("{} ", protocol.as_str().to_uppercase()));
        match entry.area() {
            Area::Access if object.name.is_empty() => String::new(),
            // The action says already what it is about.
            Area::Access => format!(" {}", details(entry).0),
            Area::Configuration => format!(" {protocol}{} {}", object.kind, object.name),
        }
    });
    let regarding = match (entry.regarding, &entry.object) {
        (Some(number), None) => format!(" change {number}"),
        _ => String::new(),
    };
    let mut text = format!("{}{object}{regarding}", entry.action);
    if let Some(first) = text.get(..1).map(str::to_uppercase) {
        text.replace_range(..1, &first);
    }
    text
}

fn file(change: &FileChange) -> Markup {
    html! {
        details {
            summary.mono { (change.file) }
            div.diff {
                pre {
                    @for line in change.before.text.lines() { del { "-" (line) } }
                    @for line in change.after.text.lines() { ins { "+" (line) } }
                }
                @if change.before.is_cut || change.after.is_cut { p.sub { "Too long to be kept in full; the backup holds it." } }
            }
        }
    }
}

/// Who did it, for people.
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

/// What became of it, for people.
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
                    h1 { "Keep this change?" }
                    @if trial.is_unseen {
                        p { "Written, not confirmed: templates make up the file, so nobody but Traefik knows what becomes of it, and its API shows no difference. If Traefik refuses the file, it takes no change of any other from now on, and nothing but its log says so." }
                        p { "The change puts itself back in " strong { span data-seconds { (seconds) } " seconds" } ". Keep it if Traefik's log shows no error, or if it changes nothing that could show, such as TLS options. It is kept by itself once Traefik takes a later change." }
                    } @else {
                        p { "It puts itself back in " strong { span data-seconds { (seconds) } " seconds" } ", so that nobody locks himself out. If you can read this through Traefik, the way to this page still works." }
                    }
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
            None => {
                section.panel {
                    h1 { "This change is not on trial" }
                    p { "It was kept, or nobody kept it in time and it was put back. The history says which." }
                    p { a.button.primary href="/history" { "History" } }
                }
            }
        }
    }
}
