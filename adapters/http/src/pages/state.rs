//! How far an object has come, as a mark: a shape of its own and a word for each, so that no colour is needed.

use maud::{Markup, html};
use traefik_manager_core::traefik::{
    live::LiveStatus,
    state::{Beyond, State, Tone},
};

/// The mark.
pub(crate) fn mark(state: State) -> Markup {
    let (class, word, more) = words(state);
    html! { span class={ "state " (class) } title=(more) { (word) } }
}

/// The mark with what it means beside it, where there is room.
pub(crate) fn told(state: State) -> Markup {
    let (_, _, more) = words(state);
    html! { p.told { (mark(state)) span.muted { (more) } } }
}

/// The mark's shape, its word, and what it means.
fn words(state: State) -> (&'static str, String, &'static str) {
    let class = match (state, state.tone()) {
        (_, Tone::Off) => "off",
        (State::OnDisk(Beyond::Untold), _) => "disk",
        (_, Tone::Unknown) => "unknown",
        (_, Tone::Fair) => "loaded",
        (_, Tone::Good) => "good",
        (_, Tone::Warning) => "warn",
        (_, Tone::Bad) => "bad",
    };
    let (word, more) = match state {
        State::Wanted => ("Off".to_owned(), "Switched off: kept in manager.yml, in no file of Traefik's."),
        State::OnDisk(Beyond::Untold) => {
            ("On disk".to_owned(), "Traefik's API does not tell more of objects of this kind.")
        }
        State::OnDisk(Beyond::Unknown) => {
            ("Unknown".to_owned(), "On disk; Traefik has not said what it makes of it.")
        }
        State::OnDisk(Beyond::Missing) => {
            ("Not loaded".to_owned(), "On disk; Traefik does not have it, or not yet.")
        }
        State::Loaded(LiveStatus::Enabled) => (
            "Loaded".to_owned(),
            "Traefik runs it and finds no fault; nothing checks whether servers answer.",
        ),
        State::Loaded(LiveStatus::Warning) => ("Warning".to_owned(), "Traefik runs it with a reservation."),
        State::Loaded(LiveStatus::Disabled) => ("Error".to_owned(), "Traefik has it and does not run it."),
        State::Serving { up: 0, .. } => {
            ("No server up".to_owned(), "Traefik runs it; its health check finds no server up.")
        }
        State::Serving { up, all } if up < all => {
            (format!("{up} of {all} servers up"), "Traefik runs it; its health check finds servers down.")
        }
        State::Serving { .. } => {
            ("Serving".to_owned(), "Traefik runs it, and its health check finds every server up.")
        }
    };
    (class, word, more)
}
