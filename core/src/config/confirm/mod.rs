//! After a change was written: does the running Traefik serve it?
//!
//! Traefik reads changed files within about two seconds, drops every change while one file is wrong, and tells
//! nobody but its log. So its API is asked until the *new* values are there and in order, or a budget is used up.
//! [`confirm`] does that; [`Expectation`] says what is looked for, through [`Meaning`], and [`Confirmation`] what was
//! found.
//!
//! # What makes it hard
//!
//! - Right after a write the old value is no verdict. It is one at the end of the budget.
//! - Traefik loads a folder as soon as the first of several files changes, and the others two seconds later. Until
//!   then a router may well be disabled because its service is not there yet. An error therefore counts once all of
//!   the change is loaded, or once that must have happened ([`SETTLED`]).
//! - A router on several entry points is several routers, `websecure-app` beside `app`, when one of these entry points
//!   has TLS, middlewares or tracing of its own; the one called `app` may be missing altogether.
//! - TLS options, stores, certificates and servers transports are not shown by any API, nor is what Traefik takes for
//!   the same as before. When something of a change is seen, the rest was loaded with it and is listed as
//!   [`unseen`](Confirmation::Confirmed); when nothing of it can be seen, the answer is
//!   [`NotVisible`](Confirmation::NotVisible), not yes.
//! - An object that was in error before the change may stay so; it may not become worse.
//! - Traefik 3.7 goes on serving an entry point's last UDP router after it is gone from the files, and its API says
//!   that it is gone. The API is believed.

mod ask;
mod poll;
mod sign;

use std::time::Duration;

use super::{edit::Path, object::ObjectRef};
use crate::{
    check::{Meaning, Setting, Verdict},
    clock::Timer,
    traefik::live::{ApiAddress, LiveError, LiveStatus, TraefikApi},
    tree::NodeRef,
};
use ask::Asker;
use poll::Poll;

pub use sign::Served;

/// How long [`confirm`] should look for a change, where nobody says otherwise.
pub const BUDGET: Duration = Duration::from_secs(10);
/// When Traefik has loaded every file that was written before: two seconds is what it waits between two loads, unless
/// its static configuration has a larger `providersThrottleDuration`.
pub const SETTLED: Duration = Duration::from_secs(3);
/// The first pause between two looks, and the longest.
const PAUSES: (Duration, Duration) = (Duration::from_millis(50), Duration::from_millis(500));

/// What the running Traefik should say of one object.
#[derive(Debug, Clone)]
pub struct Expectation {
    object: ObjectRef,
    before: Option<Meaning>,
    after: Option<Meaning>,
    is_change: bool,
    /// Whether Traefik's old answer would differ from the new one.
    tells: bool,
    status_before: Option<LiveStatus>,
}

impl Expectation {
    /// An object that a change adds (no `before`), changes, or takes away (no `after`).
    ///
    /// The nodes are what all files together say of the object: one that only moves to another file has both.
    pub fn changed(object: ObjectRef, before: Option<NodeRef<'_>>, after: Option<NodeRef<'_>>) -> Self {
        let read = |node| Meaning::of_file(&object, node);
        let (before, after) = (before.and_then(read), after.and_then(read));
        let tells = match (&before, &after) {
            (None, None) => false,
            (Some(before), Some(after)) => {
                before.entry_points() != after.entry_points()
                    || after.served(Some(before), before, Setting::default()) != Verdict::Serves
            }
            _ => true,
        };
        Self { object, before, after, is_change: true, tells, status_before: None }
    }

    /// An object that a change leaves as it is and that needs what is changed: it may not become worse.
    pub fn kept(object: ObjectRef, node: NodeRef<'_>) -> Self {
        let meaning = Meaning::of_file(&object, node);
        Self {
            object,
            before: meaning.clone(),
            after: meaning,
            is_change: false,
            tells: false,
            status_before: None,
        }
    }

    /// Notes what Traefik said of the object before the change; else it counts as having been in order.
    #[must_use]
    pub fn after_status(self, status: Option<LiveStatus>) -> Self {
        Self { status_before: status, ..self }
    }

    /// The object.
    pub fn object(&self) -> &ObjectRef {
        &self.object
    }

    /// Whether Traefik's API shows objects of this kind.
    fn is_shown(&self) -> bool {
        Meaning::is_shown(&self.object)
    }
}

/// Whether Traefik serves a change.
#[derive(Debug, Clone, PartialEq)]
pub enum Confirmation {
    /// It does.
    Confirmed {
        /// Objects of the change that were loaded with the others and of which Traefik's API shows no difference.
        unseen: Vec<ObjectRef>,
    },
    /// Traefik answers and nothing became worse, but nothing of the change can be seen in its API.
    NotVisible,
    /// Traefik does not answer, and has not since the change was written.
    Unreachable(LiveError),
    /// Traefik answered after the change was written, and at the end did not any more.
    Vanished(LiveError),
    /// Traefik answers and still does not serve the change: it cannot take some file, or does not see it.
    StillOld {
        /// The objects that it serves otherwise, each with the first place that differs.
        objects: Vec<(ObjectRef, Path)>,
    },
    /// Traefik has loaded the change, and something that was in order is not any more.
    InError {
        /// The first such object.
        object: ObjectRef,
        /// Traefik's own words.
        errors: Vec<String>,
    },
}

impl Confirmation {
    /// Why the change has to be put back; `None` where it need not be.
    pub fn refusal(&self) -> Option<String> {
        match self {
            Self::Confirmed { .. } | Self::NotVisible | Self::Unreachable(_) => None,
            Self::InError { object, errors } => {
                Some(format!("Traefik does not serve {object}: {}", errors.join("; ")))
            }
            Self::StillOld { objects } => {
                Some(match objects.first() {
                    None => "ten seconds after the change Traefik still serves the old configuration: either it \
                             refuses a file, which its log tells, or its file provider does not watch these files"
                        .to_owned(),
                    Some((object, _)) => format!(
                        "ten seconds after the change Traefik still serves the old configuration of {object}: \
                         either it refuses a file, which its log tells, or its file provider does not watch these \
                         files"
                    ),
                })
            }
            Self::Vanished(error) => Some(format!("Traefik stopped answering after the change ({error})")),
        }
    }
}

/// Asks Traefik until it serves what is expected, for `budget` at most and one call of the API more.
///
/// Most calls ask for one object: the one that was not there the last time. Only when it is there are the others
/// asked for, in whole lists where they are many. A refused connection is an answer at once, unless Traefik has
/// answered before.
///
/// # Cancel safety
/// Dropping the future stops the asking; nothing else happens.
pub async fn confirm(
    traefik: &dyn TraefikApi,
    timer: &dyn Timer,
    at: &ApiAddress,
    expected: &[Expectation],
    budget: Duration,
) -> Confirmation {
    let start = timer.elapsed();
    let mut asker = Asker::new(traefik, at, expected);
    let mut poll = Poll::new(expected);
    if !expected.iter().any(Expectation::is_shown) {
        return Confirmation::NotVisible;
    }
    let mut pause = PAUSES.0;
    loop {
        let is_last = timer.elapsed().saturating_sub(start) >= budget;
        let pass = poll.pass(&mut asker, is_last).await;
        let passed = timer.elapsed().saturating_sub(start);
        let (found, is_final) = poll.judge(pass, passed);
        if is_final || is_last {
            return found;
        }
        timer.sleep(pause.min(budget.saturating_sub(passed))).await;
        pause = (pause * 2).min(PAUSES.1);
    }
}

/// Notes what Traefik says of the objects before a change is written, see [`Expectation::after_status`].
///
/// # Errors
/// [`LiveError`]; then nothing is noted.
///
/// # Cancel safety
/// Dropping the future stops the asking; nothing is noted then.
pub async fn note_statuses(
    traefik: &dyn TraefikApi,
    at: &ApiAddress,
    expected: &mut [Expectation],
) -> Result<(), LiveError> {
    let mut statuses = Vec::with_capacity(expected.len());
    let mut asker = Asker::new(traefik, at, expected);
    for expectation in expected.iter().filter(|expectation| expectation.is_shown()) {
        statuses.push(asker.status(expectation).await?);
    }
    let shown = expected.iter_mut().filter(|expectation| expectation.is_shown());
    for (expectation, status) in shown.zip(statuses) {
        expectation.status_before = status;
    }
    Ok(())
}
