//! Restarting Traefik, which alone makes it read its static configuration again, and watching it come back.
//!
//! How a restart is asked for differs a lot in what it takes to be trusted with: [`Method`] has the three ways and says
//! of each what somebody gains who takes over this program. Behind the port [`Restarter`] they look alike. Whether
//! Traefik really was restarted, and runs what the file says now, is nothing that a restarter knows: [`Watch`] finds
//! out from Traefik's own API, and [`Supervisor`] brings the last good file back where it does not.

mod container;
mod impact;
mod method;
mod supervise;
mod watch;
#[cfg(test)]
mod watch_tests;

use std::fmt;

use async_trait::async_trait;

pub use container::{
    BadContainerName, Container, ContainerName, ContainerState, Labels, METHOD_LABEL, ROLE_LABEL,
    STATIC_FILE_LABEL,
};
pub use impact::{Way, api_loss, differing};
pub use method::Method;
pub use supervise::{BUDGET, PutBack, Report, Stage, Supervisor};
pub use watch::{Attempt, Difference, Expected, Look, Running, Watch};

/// How far a restart has come when [`Restarter::restart`] returns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Traefik's process was ended and another one started. It need not have come up.
    Completed,
    /// Somebody was asked to restart Traefik. Whether anybody listens shows later.
    Requested,
}

/// What became of a request that [`Restarter::withdraw`] was to take back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Withdrawal {
    /// There was none, or it has been taken up.
    Nothing,
    /// It had not been taken up, and now never will be.
    TakenBack,
}

/// Traefik could not be restarted, or its container not be looked at.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RestartError {
    /// Nobody listens where the engine should be.
    #[error("{at} cannot be reached: {reason}")]
    Unreachable {
        /// Where the engine should be.
        at: String,
        /// The system's words.
        reason: String,
    },
    /// The engine answers, and has no such container.
    #[error("there is no container {wanted} at {at}; name Traefik's container in TRAEFIK_CONTAINER")]
    NoSuchContainer {
        /// Where the engine is.
        at: String,
        /// The name, or the label, that was looked for.
        wanted: String,
    },
    /// More than one container has the label that says which is Traefik's.
    #[error("more than one container has the label {ROLE_LABEL} ({}); name one in TRAEFIK_CONTAINER", names.join(", "))]
    Ambiguous {
        /// Their names.
        names: Vec<String>,
    },
    /// Permission is refused: by a proxy in front of the engine, a socket, or a folder.
    #[error("{at} does not allow it: {reason}")]
    Refused {
        /// What refuses.
        at: String,
        /// Its words, or the system's.
        reason: String,
    },
    /// There was no answer in time. A restart may have happened all the same.
    #[error("{at} did not answer within {seconds} seconds")]
    Timeout {
        /// What did not answer.
        at: String,
        /// For how long it was waited.
        seconds: u64,
    },
    /// The engine was asked and could not do it.
    #[error("{at} could not do it: {reason}")]
    Failed {
        /// Where the engine is.
        at: String,
        /// Its words.
        reason: String,
    },
    /// What answers is no container engine.
    #[error("{at} answers, but not as a container engine does: {reason}")]
    Unexpected {
        /// What answers.
        at: String,
        /// What it said.
        reason: String,
    },
}

impl RestartError {
    /// Whether Traefik certainly goes on as before. An engine that could not restart it may have ended it already, and
    /// without a proper answer nobody knows.
    pub fn is_certain(&self) -> bool {
        !matches!(self, Self::Timeout { .. } | Self::Failed { .. } | Self::Unexpected { .. })
    }
}

/// One way of restarting the one Traefik.
///
/// *Time*: every call ends, within a minute at most. *Idempotence*: restarting twice restarts twice, but a request that
/// is still outstanding is not doubled. *Cancel safety*: dropping the future of [`restart`](Self::restart) leaves open
/// whether Traefik is restarted; of the others nothing is left behind.
#[cfg_attr(feature = "test-support", mockall::automock)]
#[async_trait]
pub trait Restarter: Send + Sync + fmt::Debug {
    /// The way.
    fn method(&self) -> Method;

    /// What is restarted and through what, for people: `container traefik through tcp://socket-proxy:2375`.
    fn target(&self) -> String;

    /// The name of Traefik's container, where somebody has said it.
    fn container_name(&self) -> Option<String> {
        None
    }

    /// Traefik's container; `None` where this way does not see it, or is not allowed to look.
    ///
    /// # Errors
    /// [`RestartError`], but not [`Refused`](RestartError::Refused).
    async fn container(&self) -> Result<Option<Container>, RestartError>;

    /// Restarts Traefik, or asks for it.
    ///
    /// # Errors
    /// [`RestartError`]; [`is_certain`](RestartError::is_certain) tells whether Traefik goes on as before.
    async fn restart(&self) -> Result<Outcome, RestartError>;

    /// Takes back a request that nobody has taken up.
    ///
    /// # Errors
    /// [`RestartError::Refused`] or [`RestartError::Failed`]; then it may still be taken up.
    async fn withdraw(&self) -> Result<Withdrawal, RestartError>;

    /// The last lines that Traefik wrote, where this way can read them.
    async fn last_words(&self) -> Option<String>;
}
