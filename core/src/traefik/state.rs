//! How far an object has come: wanted, on the disk, loaded by Traefik, serving.
//!
//! Each of them is claimed only when somebody has said so: the files for the disk, Traefik's `status` for loaded, its
//! `serverStatus` for serving. What nobody has said, or not lately, is unknown, and unknown is never good.

use super::live::LiveStatus;
use crate::config::object::ObjectKind;

/// How far an object has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// It is kept for later and stands in no file: switched off.
    Wanted,
    /// It stands in a file; further than that nobody can tell.
    OnDisk(Beyond),
    /// Traefik runs it and finds it so.
    Loaded(LiveStatus),
    /// Traefik runs it and looks after its servers.
    Serving {
        /// How many servers are up.
        up: usize,
        /// How many there are; never none.
        all: usize,
    },
}

/// Why nothing is known beyond the disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Beyond {
    /// Traefik's API does not show objects of this kind.
    Untold,
    /// Traefik does not answer, or has not since something changed.
    Unknown,
    /// Traefik answers, and has no such object.
    Missing,
}

/// What Traefik said of an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sight {
    /// Nothing, or nothing that is still true.
    None,
    /// That there is none.
    Missing,
    /// That it runs it.
    Found {
        /// The verdict.
        status: LiveStatus,
        /// How many of its servers are up, and how many there are; `None` where nothing checks them.
        servers: Option<(usize, usize)>,
    },
}

/// What a state means for whoever relies on the object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// It is meant to do nothing.
    Off,
    /// Nobody knows.
    Unknown,
    /// Traefik finds no fault, and nobody has seen it serve.
    Fair,
    /// It serves.
    Good,
    /// It serves in part, with a reservation, or not yet.
    Warning,
    /// It does not serve.
    Bad,
}

impl State {
    /// The state of an object of this kind.
    pub fn of(kind: ObjectKind, is_in_file: bool, sight: Sight) -> Self {
        if !is_in_file {
            return Self::Wanted;
        }
        if !matches!(kind, ObjectKind::Router | ObjectKind::Service | ObjectKind::Middleware) {
            return Self::OnDisk(Beyond::Untold);
        }
        match sight {
            Sight::None => Self::OnDisk(Beyond::Unknown),
            Sight::Missing => Self::OnDisk(Beyond::Missing),
            Sight::Found { status: LiveStatus::Disabled, .. } => Self::Loaded(LiveStatus::Disabled),
            Sight::Found { servers: Some((up, all)), status }
                if all > 0 && (up < all || status == LiveStatus::Enabled) =>
            {
                Self::Serving { up, all }
            }
            Sight::Found { status, .. } => Self::Loaded(status),
        }
    }

    /// What it means.
    pub fn tone(self) -> Tone {
        match self {
            Self::Wanted => Tone::Off,
            Self::OnDisk(Beyond::Untold | Beyond::Unknown) => Tone::Unknown,
            Self::OnDisk(Beyond::Missing) | Self::Loaded(LiveStatus::Warning) => Tone::Warning,
            Self::Loaded(LiveStatus::Enabled) => Tone::Fair,
            Self::Loaded(LiveStatus::Disabled) | Self::Serving { up: 0, .. } => Tone::Bad,
            Self::Serving { up, all } if up < all => Tone::Warning,
            Self::Serving { .. } => Tone::Good,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STATUSES: [LiveStatus; 3] = [LiveStatus::Enabled, LiveStatus::Warning, LiveStatus::Disabled];

    fn sights() -> Vec<Sight> {
        let servers = [None, Some((0, 0)), Some((0, 2)), Some((1, 2)), Some((2, 2))];
        let found =
            STATUSES.into_iter().flat_map(|status| servers.map(|servers| Sight::Found { status, servers }));
        [Sight::None, Sight::Missing].into_iter().chain(found).collect()
    }

    #[test]
    fn what_is_in_no_file_is_only_wanted_whatever_traefik_says() {
        for kind in ObjectKind::ALL {
            for sight in sights() {
                let state = State::of(kind, false, sight);
                assert_eq!((state, state.tone()), (State::Wanted, Tone::Off), "{kind:?} {sight:?}");
            }
        }
    }

    #[test]
    fn what_the_api_does_not_show_is_on_the_disk_and_no_more() {
        for kind in [
            ObjectKind::ServersTransport,
            ObjectKind::TlsOptions,
            ObjectKind::TlsStore,
            ObjectKind::TlsCertificate,
        ] {
            for sight in sights() {
                let state = State::of(kind, true, sight);
                assert_eq!(
                    (state, state.tone()),
                    (State::OnDisk(Beyond::Untold), Tone::Unknown),
                    "{sight:?}"
                );
            }
        }
    }

    #[test]
    fn every_combination_has_one_state_and_only_servers_that_are_up_are_good() {
        use LiveStatus::{Disabled, Enabled, Warning};
        let found = |status, servers| Sight::Found { status, servers };
        let serving = |up, all| State::Serving { up, all };
        let expected = [
            (Sight::None, State::OnDisk(Beyond::Unknown), Tone::Unknown),
            (Sight::Missing, State::OnDisk(Beyond::Missing), Tone::Warning),
            (found(Enabled, None), State::Loaded(Enabled), Tone::Fair),
            (found(Enabled, Some((0, 0))), State::Loaded(Enabled), Tone::Fair),
            (found(Enabled, Some((0, 2))), serving(0, 2), Tone::Bad),
            (found(Enabled, Some((1, 2))), serving(1, 2), Tone::Warning),
            (found(Enabled, Some((2, 2))), serving(2, 2), Tone::Good),
            (found(Warning, None), State::Loaded(Warning), Tone::Warning),
            (found(Warning, Some((0, 0))), State::Loaded(Warning), Tone::Warning),
            (found(Warning, Some((0, 2))), serving(0, 2), Tone::Bad),
            (found(Warning, Some((1, 2))), serving(1, 2), Tone::Warning),
            (found(Warning, Some((2, 2))), State::Loaded(Warning), Tone::Warning),
            (found(Disabled, None), State::Loaded(Disabled), Tone::Bad),
            (found(Disabled, Some((0, 0))), State::Loaded(Disabled), Tone::Bad),
            (found(Disabled, Some((0, 2))), State::Loaded(Disabled), Tone::Bad),
            (found(Disabled, Some((1, 2))), State::Loaded(Disabled), Tone::Bad),
            (found(Disabled, Some((2, 2))), State::Loaded(Disabled), Tone::Bad),
        ];
        assert_eq!(expected.map(|(sight, ..)| sight).to_vec(), sights(), "none is left out");
        for kind in [ObjectKind::Router, ObjectKind::Service, ObjectKind::Middleware] {
            for (sight, state, tone) in expected {
                let found = State::of(kind, true, sight);
                assert_eq!((found, found.tone()), (state, tone), "{kind:?} {sight:?}");
            }
        }
    }
}
