//! How far an object has come, as a mark: a shape of its own and a word for each, so that no colour is needed.

use maud::{Markup, html};
use traefik_manager_core::traefik::{
    live::LiveStatus,
    state::{Beyond, State, Tone},
};

use crate::words::{Message, message, t};

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
fn words(state: State) -> (&'static str, Markup, Message) {
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
        State::Wanted => (t!("state-off"), message!("state-off-more")),
        State::OnDisk(Beyond::Untold) => (t!("state-on-disk"), message!("state-on-disk-more")),
        State::OnDisk(Beyond::Unknown) => (t!("state-unknown"), message!("state-unknown-more")),
        State::OnDisk(Beyond::Missing) => (t!("state-not-loaded"), message!("state-not-loaded-more")),
        State::Loaded(LiveStatus::Enabled) => (t!("state-loaded"), message!("state-loaded-more")),
        State::Loaded(LiveStatus::Warning) => (t!("state-warning"), message!("state-warning-more")),
        State::Loaded(LiveStatus::Disabled) => (t!("state-error"), message!("state-error-more")),
        State::Serving { up: 0, .. } => (t!("state-no-server"), message!("state-no-server-more")),
        State::Serving { up, all } if up < all => {
            (t!("state-servers-up", up = up, all = all), message!("state-servers-up-more"))
        }
        State::Serving { .. } => (t!("state-serving"), message!("state-all-up")),
    };
    (class, word, more)
}
