//! Whether Traefik came back after a restart, as a machine that is fed with looks at it.
//!
//! It asks nobody and knows no time of its own, so that every course of events has an exact test.

use std::{fmt, time::Duration};

use super::{Container, ContainerState, Outcome, RestartError, Withdrawal};
use crate::{
    clock::Timestamp,
    traefik::live::{LiveEntryPoint, LiveError},
};

/// How often a container must be seen ended before its Traefik counts as one that does not start.
const ENDS: u32 = 3;
/// How often in a row a container must be seen running with the same process, where its Traefik cannot be asked.
const STEADY: u32 = 12;

/// What the new static configuration should make visible.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Expected {
    /// Every entry point that the file names, with its address.
    pub entry_points: Vec<(String, String)>,
    /// Why Traefik's API cannot be asked any more; `None` where it should go on answering.
    pub api_loss: Option<String>,
}

impl Expected {
    /// What Traefik has otherwise, or not at all.
    pub fn differences(&self, points: &[LiveEntryPoint]) -> Vec<Difference> {
        let wanted = self.entry_points.iter();
        wanted
            .filter_map(|(name, address)| {
                let found = points.iter().find(|point| point.name.eq_ignore_ascii_case(name));
                let is_there = found.is_some_and(|point| point.address == *address);
                (!is_there).then(|| Difference {
                    name: name.clone(),
                    expected: address.clone(),
                    found: found.map(|point| point.address.clone()),
                })
            })
            .collect()
    }
}

/// What Traefik's API says of the process behind it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Running {
    /// `3.7.15`.
    pub version: String,
    /// When it started, in its own words.
    pub started_at: Option<String>,
    /// Its entry points.
    pub entry_points: Vec<LiveEntryPoint>,
}

impl Running {
    /// Whether it started at that moment or later; `false` where it does not say so.
    pub fn is_started_after(&self, moment: Timestamp) -> bool {
        let started = self.started_at.as_deref().and_then(Timestamp::from_rfc3339);
        started.is_some_and(|started| started >= moment)
    }
}

/// One look.
#[derive(Debug, Clone, PartialEq)]
pub struct Look {
    /// What Traefik's API says.
    pub api: Result<Running, LiveError>,
    /// Traefik's container, where it can be seen.
    pub container: Option<Container>,
}

/// An entry point that is not as the file has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// Its name.
    pub name: String,
    /// Its address in the file.
    pub expected: String,
    /// Its address in Traefik; `None` when it has no such entry point.
    pub found: Option<String>,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.found {
            None => write!(f, "entry point {} ({}) is not there", self.name, self.expected),
            Some(found) => write!(f, "entry point {} is {found} and not {}", self.name, self.expected),
        }
    }
}

/// How one restart ended.
#[derive(Debug, Clone, PartialEq)]
pub enum Attempt {
    /// Traefik was restarted and runs the new configuration.
    Confirmed {
        /// Its version.
        version: String,
    },
    /// Traefik was restarted and goes on running as far as can be seen, but its API cannot be asked, for this reason: it
    /// could not be before either, or the new configuration says so.
    Unconfirmed(String),
    /// Traefik was restarted and ran the new configuration, which was on trial, and nobody kept it.
    NotKept,
    /// The restart could not be asked for; Traefik goes on as before.
    NotAskedFor(RestartError),
    /// The restart was asked for, nobody did it, and the request was taken back; Traefik goes on as before.
    NotTakenUp,
    /// The API answers, but of the process from before.
    NotRestarted,
    /// Traefik ends as soon as it starts.
    Ended {
        /// The code it ended with.
        code: Option<i64>,
        /// The engine's words; empty when it has none.
        error: String,
    },
    /// Traefik does not answer any more.
    Silent(LiveError),
    /// Traefik was restarted, and runs something else than the file says.
    Otherwise(Vec<Difference>),
}

impl Attempt {
    /// Whether Traefik is restarted and nothing speaks against what it runs.
    pub fn is_good(&self) -> bool {
        matches!(self, Self::Confirmed { .. } | Self::Unconfirmed(_))
    }

    /// Whether Traefik still is the process from before, with the configuration from before.
    pub fn is_as_before(&self) -> bool {
        matches!(self, Self::NotAskedFor(_) | Self::NotTakenUp | Self::NotRestarted)
    }
}

impl fmt::Display for Attempt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Confirmed { version } => {
                write!(f, "Traefik {version} was restarted and runs the configuration in the file")
            }
            Self::Unconfirmed(reason) => {
                write!(f, "Traefik was restarted; with which configuration it runs cannot be seen: {reason}")
            }
            Self::NotKept => {
                f.write_str("Traefik was restarted and ran the new configuration, and nobody kept it in time")
            }
            Self::NotAskedFor(error) => write!(f, "Traefik was not restarted: {error}"),
            Self::NotTakenUp => f.write_str(
                "Traefik was not restarted: nobody took up the signal file, so it was taken back; \
                 check that Traefik's health check looks for it",
            ),
            Self::NotRestarted => f.write_str("Traefik answers, but it was not restarted"),
            Self::Ended { code: None, error } if error.is_empty() => f.write_str("Traefik does not start"),
            Self::Ended { code: None, error } => write!(f, "Traefik does not start ({error})"),
            Self::Ended { code: Some(code), error } if error.is_empty() => {
                write!(f, "Traefik does not start: it ends with code {code}")
            }
            Self::Ended { code: Some(code), error } => {
                write!(f, "Traefik does not start: it ends with code {code} ({error})")
            }
            Self::Silent(error) => write!(f, "Traefik does not answer after the restart: {error}"),
            Self::Otherwise(differences) => {
                let differences: Vec<String> = differences.iter().map(ToString::to_string).collect();
                let differences = differences.join("; ");
                write!(f, "Traefik was restarted, but runs something else than the file says: {differences}")
            }
        }
    }
}

/// What is known of a restart that is under way.
#[derive(Debug, Clone)]
pub struct Watch {
    expected: Expected,
    before: Look,
    /// Whether Traefik's API can be asked at all, as far as is known.
    is_askable: bool,
    outcome: Outcome,
    last: Option<Look>,
    ends: u32,
    end_code: Option<i64>,
    /// How often in a row the container was seen running with the same process.
    steady: u32,
}

impl Watch {
    /// A watch over a restart that came this far, with the last look from before it.
    pub fn new(expected: Expected, before: Look, outcome: Outcome) -> Self {
        let is_askable = before.api.is_ok();
        Self { expected, before, is_askable, outcome, last: None, ends: 0, end_code: None, steady: 0 }
    }

    /// Says that Traefik's API could be asked some time before, so that silence is a failure.
    #[must_use]
    pub fn askable(self) -> Self {
        Self { is_askable: true, ..self }
    }

    /// Whether the restart was requested, and nothing tells yet that anybody has taken that up.
    pub fn is_open(&self) -> bool {
        let is_taken_up =
            |last: &Look| (self.before.api.is_ok() && last.api.is_err()) || self.is_restarted(last);
        self.outcome == Outcome::Requested && !self.last.as_ref().is_some_and(is_taken_up)
    }

    /// Takes a look into account; the end of the watch when nothing later could say otherwise.
    pub fn see(&mut self, look: Look) -> Option<Attempt> {
        let verdict = match &look.api {
            Ok(running) => {
                self.ends = 0;
                let is_new =
                    self.is_restarted(&look) && self.expected.differences(&running.entry_points).is_empty();
                is_new.then(|| Attempt::Confirmed { version: running.version.clone() })
            }
            Err(_) => look.container.as_ref().and_then(|container| {
                if let ContainerState::Ended(code) = container.state {
                    self.end_code = code;
                }
                let has_ended = self.has_ended(container);
                self.ends += u32::from(has_ended);
                self.steady = if has_ended || !self.is_restarted(&look) { 0 } else { self.steady + 1 };
                let error = container.error.clone();
                match &self.expected.api_loss {
                    _ if self.ends >= ENDS => Some(Attempt::Ended { code: self.end_code, error }),
                    Some(loss) if self.steady >= STEADY => Some(Attempt::Unconfirmed(loss.clone())),
                    _ => None,
                }
            }),
        };
        self.last = Some(look);
        verdict
    }

    /// What it comes to when the time is over, after what was outstanding has been taken back.
    pub fn end(self, withdrawal: Withdrawal) -> Attempt {
        let Some(last) = &self.last else {
            return Attempt::NotRestarted;
        };
        if withdrawal == Withdrawal::TakenBack && !self.is_restarted(last) {
            return Attempt::NotTakenUp;
        }
        match &last.api {
            Ok(running) if self.is_restarted(last) => {
                Attempt::Otherwise(self.expected.differences(&running.entry_points))
            }
            Ok(_) => Attempt::NotRestarted,
            Err(error) => match last.container.as_ref().map(|container| (container, container.state)) {
                Some((container, ContainerState::Ended(code))) => {
                    Attempt::Ended { code, error: container.error.clone() }
                }
                Some((_, ContainerState::Running)) if !self.is_askable && self.is_restarted(last) => {
                    Attempt::Unconfirmed(error.to_string())
                }
                _ => match self.expected.api_loss.clone() {
                    // What the file says is no sign of a failure.
                    Some(loss) if last.container.is_none() => Attempt::Unconfirmed(loss),
                    _ => Attempt::Silent(error.clone()),
                },
            },
        }
    }

    /// How long to wait before the next look, `passed` after the restart was asked for.
    pub fn pause(passed: Duration) -> Duration {
        if passed < Duration::from_secs(5) { Duration::from_millis(250) } else { Duration::from_secs(1) }
    }

    /// Whether the process is another one than before.
    ///
    /// Traefik tells when it started. Where it does not, or could not be asked, the container does; and where that is
    /// not to be seen either, an engine that says that it has restarted it is believed, and a request is not.
    fn is_restarted(&self, look: &Look) -> bool {
        let started = |look: &Look| look.api.as_ref().ok().and_then(|running| running.started_at.clone());
        if let (Some(before), Some(now)) = (started(&self.before), started(look)) {
            return before != now;
        }
        if let (Some(before), Some(now)) = (&self.before.container, &look.container) {
            return before.started_at != now.started_at;
        }
        // Nothing answered before: that something does now is a start.
        self.outcome == Outcome::Completed || (self.before.api.is_err() && look.api.is_ok())
    }

    /// Whether the container's process has ended since the last look: the engine may have started it again already.
    fn has_ended(&self, container: &Container) -> bool {
        let last = self.last.as_ref().and_then(|look| look.container.as_ref());
        matches!(container.state, ContainerState::Ended(_))
            || last.is_some_and(|last| last.started_at != container.started_at)
    }
}
