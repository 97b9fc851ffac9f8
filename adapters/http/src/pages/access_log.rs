//! The access log: the newest lines first, filters, and following what comes.

use maud::{Markup, html};
use traefik_manager_core::traefik::access_log::{LogError, Stretch};

use super::{encoded, icons, sentence};
use crate::{
    log_line::{Entry, Filter},
    words::{Message, message, t},
};

/// The most characters of a path or a line that is shown whole.
const LONG: usize = 300;

/// Everything that the page shows.
#[derive(Debug)]
pub(crate) struct LogPage<'a> {
    pub(crate) filter: &'a Filter,
    /// Whether older lines than the newest are asked for.
    pub(crate) is_older: bool,
    /// The lines, harmless, the newest first.
    pub(crate) lines: &'a [String],
    pub(crate) read: &'a Result<Stretch, LogError>,
}

/// The page's content.
pub(crate) fn content(page: &LogPage<'_>) -> Markup {
    html! {
        div.head {
            div.head-text {
                h1 { (t!("log")) }
                p.muted { (t!("log-lead")) }
            }
            @if page.read.is_ok() && !page.is_older {
                label.follow.needs-js { input type="checkbox" data-follow="log"; (t!("log-follow")) }
            }
        }
        @match page.read {
            Ok(stretch) => {
                (filters(page.filter))
                div.stack #log { (list(page, stretch)) }
            },
            Err(error) => (missing(error)),
        }
    }
}

/// Nothing to show, and what to do about it.
fn missing(error: &LogError) -> Markup {
    html! {
        div.panel.empty {
            (icons::crossroads())
            h2 { @if *error == LogError::NotNamed { (t!("log-not-named")) } @else { (t!("log-unreadable")) } }
            p.muted { (sentence(&error.to_string())) }
            p.muted { (t!("log-how")) }
        }
    }
}

fn filters(filter: &Filter) -> Markup {
    let choice = |name: &str, label: Message, all: Message, chosen: &str, options: &[&str]| {
        html! {
            select name=(name) aria-label=(label) {
                option value="" { (all) }
                @for option in options { option value=(option) selected[*option == chosen] { (option) } }
                @if !chosen.is_empty() && !options.contains(&chosen) { option value=(chosen) selected { (chosen) } }
            }
        }
    };
    html! {
        form.filters method="get" action="/logs" role="search" {
            div.search {
                (icons::search())
                input type="search" name="q" value=(filter.text) placeholder=(t!("log-search")) aria-label=(t!("log-search")) spellcheck="false";
                kbd.needs-js aria-hidden="true" { "/" }
            }
            (choice("status", message!("log-status"), message!("log-any-status"), &filter.status, &["2xx", "3xx", "4xx", "5xx"]))
            (choice("method", message!("log-method"), message!("log-any-method"), &filter.method, &["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"]))
            input.short name="host" value=(filter.host) placeholder=(t!("log-host")) aria-label=(t!("log-host")) spellcheck="false";
            input.short name="router" value=(filter.router) placeholder=(t!("log-router")) aria-label=(t!("log-router")) spellcheck="false";
            button type="submit" { (t!("search")) }
        }
    }
}

fn list(page: &LogPage<'_>, stretch: &Stretch) -> Markup {
    let is_filtered = !page.filter.is_empty();
    html! {
        @if is_filtered {
            div.counts { span { (t!("log-looked-at", shown = page.lines.len(), count = stretch.looked_at)) } }
        }
        @if page.lines.is_empty() {
            div.panel.empty.slim {
                @if is_filtered && stretch.reached > 0 { p.muted { (t!("log-nothing-so-far")) } }
                @else if is_filtered { p.muted { (t!("nothing-matches")) } p { a href="/logs" { (t!("log-show-all")) } } }
                @else if page.is_older { p.muted { (t!("log-begins")) } p { a href="/logs" { (t!("log-show-newest")) } } }
                @else { p.muted { (t!("log-nobody")) } }
            }
        } @else {
            @let heads = [
                t!("log-time"), t!("log-status"), t!("log-request"), t!("log-went-to"), t!("log-took"), t!("log-from"),
            ];
            table.list.log {
                thead { tr { @for head in &heads { th scope="col" { (head) } } } }
                tbody { @for line in page.lines { (row(line, &heads)) } }
            }
        }
        @if stretch.reached > 0 || page.is_older {
            nav.pager aria-label=(t!("log-pages")) {
                @if page.is_older { a.button.small href=(address(page.filter, None)) { (t!("log-newest")) } }
                @if stretch.reached > 0 { a.button.small rel="next" href=(address(page.filter, Some(stretch.reached))) { (t!("log-older")) } }
            }
        }
    }
}

fn row(line: &str, heads: &[Markup; 6]) -> Markup {
    let Some(entry) = Entry::parse(line) else {
        return html! { tr { td.lead colspan="6" { code { (short(line)) } } } };
    };
    let [time, status_of, request, went_to, took_of, from] = heads;
    html! {
        tr {
            td data-label=(time) { div.fixed { @let (day, clock) = day_and_clock(&entry.time); (clock) div.sub { (day) } } }
            td data-label=(status_of) { (status(entry.status)) }
            td.lead data-label=(request) { div.request {
                strong { (entry.method) } " " @if !entry.host.is_empty() { (entry.host) } span.mono { (short(&entry.path)) }
            } }
            td data-label=(went_to) { div {
                @if entry.router.is_empty() { span.muted { "—" } } @else { (entry.router) }
                @if !entry.service.is_empty() && entry.service != entry.router { div.sub { (entry.service) } }
            } }
            td data-label=(took_of) { span.fixed { @if let Some(took) = entry.took { (duration(took)) } @else { span.muted { "—" } } } }
            td data-label=(from) { span.fixed[entry.client.len() < 20] { (entry.client) } }
        }
    }
}

fn status(status: Option<u16>) -> Markup {
    let class = match status {
        Some(200..=399) => "good",
        Some(400..=499) => "warn",
        Some(500..) => "bad",
        _ => "off",
    };
    html! { span class={ "state " (class) } { @if let Some(status) = status { (status) } @else { "—" } } }
}

/// `2026-11-27T07:00:00.123Z` and `27/Nov/2026:07:00:00 +0000` as a day and a time of day.
fn day_and_clock(time: &str) -> (&str, &str) {
    let cut = time.split_once('T').filter(|(day, _)| day.len() == "2026-11-27".len());
    let Some((day, clock)) = cut.or_else(|| time.split_once(':')) else { return ("", time) };
    let seconds = clock.get(.."07:00:00".len()).unwrap_or(clock);
    (day, seconds)
}

fn duration(microseconds: u64) -> String {
    match microseconds {
        0..1000 => format!("{microseconds} µs"),
        1000..10_000_000 => format!("{} ms", microseconds / 1000),
        _ => format!("{} s", microseconds / 1_000_000),
    }
}

fn short(text: &str) -> String {
    match text.char_indices().nth(LONG) {
        Some((at, _)) => format!("{}…", text.get(..at).unwrap_or_default()),
        None => text.to_owned(),
    }
}

fn address(filter: &Filter, before: Option<u64>) -> String {
    let fields = [
        ("q", &filter.text),
        ("status", &filter.status),
        ("method", &filter.method),
        ("host", &filter.host),
        ("router", &filter.router),
    ];
    let mut pairs: Vec<String> = fields
        .into_iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(name, value)| format!("{name}={}", encoded(value)))
        .collect();
    pairs.extend(before.map(|before| format!("before={before}")));
    if pairs.is_empty() { "/logs".to_owned() } else { format!("/logs?{}", pairs.join("&")) }
}
