//! A restart from its beginning to its end, and the way back where it goes wrong.

use std::{fmt, time::Duration};

use super::{Attempt, Expected, Look, Outcome, Restarter, Running, Watch, Withdrawal};
use crate::{
    clock::{Timer, Timestamp},
    traefik::live::{ApiAddress, LiveError, TraefikApi},
};

/// How long a restarted Traefik may take until it answers, where nobody says otherwise.
pub const BUDGET: Duration = Duration::from_mins(1);

/// Where a restart is, for those who look on.
#[derive(Debug, Clone, PartialEq)]
pub enum Stage {
    /// The restart is being asked for.
    Asking,
    /// Somebody was asked for it, so many seconds ago, and Traefik was not seen to restart yet.
    Requested(u64),
    /// It was asked for; Traefik is waited for, since so many seconds.
    Waiting(u64),
    /// It went wrong, in this way, and the last good file is being put back.
    PuttingBack(Attempt),
    /// The last good file is back; Traefik is restarted with it.
    RestartingAgain,
}

/// What became of putting the last good file back.
#[derive(Debug, Clone, PartialEq)]
pub enum PutBack {
    /// It is back; how the restart with it ended.
    Done(Attempt),
    /// It could not be put back, for this reason.
    Failed(String),
    /// There is none that is known to be good.
    NothingKnown,
}

/// How it all ended.
#[derive(Debug, Clone, PartialEq)]
pub struct Report {
    /// The restart with the file as it was found.
    pub attempt: Attempt,
    /// Traefik's last lines of that attempt, where they could be had.
    pub last_words: Option<String>,
    /// What followed, when that went wrong and Traefik is not as before.
    pub put_back: Option<PutBack>,
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let attempt = &self.attempt;
        match &self.put_back {
            None => attempt.fmt(f),
            Some(PutBack::Done(again)) if again.is_good() => {
                write!(f, "{attempt}; the last good file was put back, and Traefik runs with it")
            }
            Some(PutBack::Done(again)) => {
                write!(f, "{attempt}; the last good file was put back, but: {again}")
            }
            Some(PutBack::Failed(reason)) => {
                write!(f, "{attempt}; the last good file could not be put back: {reason}")
            }
            Some(PutBack::NothingKnown) => {
                write!(f, "{attempt}; no other file is known to be good, so nothing was put back")
            }
        }
    }
}

impl Report {
    /// Whether Traefik runs the file as it was found.
    pub fn is_good(&self) -> bool {
        self.attempt.is_good()
    }
}

/// Restarts Traefik and watches it.
#[derive(Debug, Clone, Copy)]
pub struct Supervisor<'a> {
    /// Who restarts.
    pub restarter: &'a dyn Restarter,
    /// Who is asked.
    pub traefik: &'a dyn TraefikApi,
    /// Who waits.
    pub timer: &'a dyn Timer,
    /// Where Traefik's API is.
    pub at: &'a ApiAddress,
    /// How long to wait for each of the two restarts.
    pub budget: Duration,
}

impl Supervisor<'_> {
    /// Restarts once, and waits until Traefik runs what is expected, or the time is over.
    ///
    /// # Cancel safety
    /// Dropping the future stops the watch; the restart goes on, and a request stays outstanding.
    pub async fn attempt(&self, expected: Expected, tell: &(dyn Fn(Stage) + Send + Sync)) -> Attempt {
        let before = self.look().await;
        self.attempt_after(before, false, expected, tell).await
    }

    async fn attempt_after(
        &self,
        before: Look,
        is_askable: bool,
        expected: Expected,
        tell: &(dyn Fn(Stage) + Send + Sync),
    ) -> Attempt {
        tell(Stage::Asking);
        let outcome = match self.restarter.restart().await {
            Ok(outcome) => outcome,
            Err(error) if error.is_certain() => return Attempt::NotAskedFor(error),
            // It may have happened; what Traefik says will tell.
            Err(_) => Outcome::Requested,
        };
        let start = self.timer.elapsed();
        let mut watch = Watch::new(expected, before, outcome);
        if is_askable {
            watch = watch.askable();
        }
        loop {
            let passed = self.timer.elapsed().saturating_sub(start);
            let waited = passed.as_secs();
            tell(if watch.is_open() { Stage::Requested(waited) } else { Stage::Waiting(waited) });
            if let Some(attempt) = watch.see(self.look().await) {
                // A health check that ends Traefik without taking the file away would do it for ever.
                self.restarter.withdraw().await.ok();
                return attempt;
            }
            let passed = self.timer.elapsed().saturating_sub(start);
            if passed >= self.budget {
                let withdrawal = self.restarter.withdraw().await.unwrap_or(Withdrawal::Nothing);
                return watch.end(withdrawal);
            }
            self.timer.sleep(Watch::pause(passed).min(self.budget.saturating_sub(passed))).await;
        }
    }

    /// Restarts; where Traefik then does not run the new file, puts the last good one back and restarts again.
    ///
    /// `put_back` writes the last good file and says what is then expected of Traefik; `None` when no file is known to be
    /// good. It is not called where Traefik was not restarted at all: the new file then waits for the next restart.
    ///
    /// # Cancel safety
    /// Not safe to drop: the way back would not be gone. Hosts run it on a task of its own.
    pub async fn restart<F>(
        &self,
        expected: Expected,
        put_back: impl FnOnce() -> F + Send,
        tell: &(dyn Fn(Stage) + Send + Sync),
    ) -> Report
    where
        F: Future<Output = Result<Option<Expected>, String>> + Send,
    {
        let before = self.look().await;
        let is_askable = before.api.is_ok();
        let attempt = self.attempt_after(before, is_askable, expected, tell).await;
        self.finish(attempt, is_askable, put_back, tell).await
    }

    /// Goes on with a restart that was begun at that moment by a process that did not see its end: Traefik may have been
    /// restarted or not, and may have come back or not.
    ///
    /// # Cancel safety
    /// As [`restart`](Self::restart).
    pub async fn resume<F>(
        &self,
        since: Timestamp,
        expected: Expected,
        put_back: impl FnOnce() -> F + Send,
        tell: &(dyn Fn(Stage) + Send + Sync),
    ) -> Report
    where
        F: Future<Output = Result<Option<Expected>, String>> + Send,
    {
        let start = self.timer.elapsed();
        let look = loop {
            let passed = self.timer.elapsed().saturating_sub(start);
            tell(Stage::Waiting(passed.as_secs()));
            let look = self.look().await;
            if look.api.is_ok() || passed >= self.budget {
                break look;
            }
            self.timer.sleep(Watch::pause(passed).min(self.budget.saturating_sub(passed))).await;
        };
        let attempt = match &look.api {
            Err(error) => Attempt::Silent(error.clone()),
            Ok(running) if running.is_started_after(since) => {
                match expected.differences(&running.entry_points) {
                    differences if differences.is_empty() => {
                        Attempt::Confirmed { version: running.version.clone() }
                    }
                    differences => Attempt::Otherwise(differences),
                }
            }
            Ok(_) => self.attempt_after(look, true, expected, tell).await,
        };
        self.finish(attempt, true, put_back, tell).await
    }

    /// Puts the last good file back where a restart went wrong.
    async fn finish<F>(
        &self,
        attempt: Attempt,
        is_askable: bool,
        put_back: impl FnOnce() -> F + Send,
        tell: &(dyn Fn(Stage) + Send + Sync),
    ) -> Report
    where
        F: Future<Output = Result<Option<Expected>, String>> + Send,
    {
        if attempt.is_good() || attempt.is_as_before() {
            return Report { attempt, last_words: None, put_back: None };
        }
        let last_words = self.restarter.last_words().await;
        tell(Stage::PuttingBack(attempt.clone()));
        let put_back = match put_back().await {
            Err(reason) => PutBack::Failed(reason),
            Ok(None) => PutBack::NothingKnown,
            Ok(Some(expected)) => {
                tell(Stage::RestartingAgain);
                PutBack::Done(self.attempt_after(self.look().await, is_askable, expected, tell).await)
            }
        };
        Report { attempt, last_words, put_back: Some(put_back) }
    }

    /// What can be seen of Traefik now. That its container cannot be seen is no error here.
    async fn look(&self) -> Look {
        Look { api: self.ask().await, container: self.restarter.container().await.ok().flatten() }
    }

    async fn ask(&self) -> Result<Running, LiveError> {
        let version = self.traefik.version(self.at).await?;
        let entry_points = self.traefik.entry_points(self.at).await?;
        Ok(Running { version: version.number, started_at: version.started_at, entry_points })
    }
}
