//! The figures, and the arithmetic of one client.

use std::collections::VecDeque;

use crate::clock::Timestamp;

/// Something that is limited.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Action {
    /// Signing in with a password: 5 a minute.
    SignIn,
    /// Entering a one-time code: 5 a minute.
    SecondFactor,
    /// Starting to sign in at an identity provider: 10 a minute.
    OidcStart,
    /// Coming back from there with a code: 10 a minute.
    OidcReturn,
    /// Changing the password: 10 a minute.
    PasswordChange,
    /// Switching the second factor on or off: 10 a minute.
    SecondFactorManagement,
    /// Making an API key: 5 an hour.
    KeyIssue,
    /// Restoring a backup: 10 a minute.
    Restore,
    /// Showing an API key that is wrong: 20 a minute.
    WrongKey,
    /// Comparing with a key hash of the old, slow kind: 30 a minute, by everybody together.
    SlowKey,
    /// Beginning a session without signing in (`AUTH_ENABLED=false`): 30 a minute.
    ExternalSession,
}

impl Action {
    /// How many are admitted in how many seconds.
    pub fn limit(self) -> (usize, u64) {
        match self {
            Self::SignIn | Self::SecondFactor => (5, 60),
            Self::OidcStart
            | Self::OidcReturn
            | Self::PasswordChange
            | Self::SecondFactorManagement
            | Self::Restore => (10, 60),
            Self::KeyIssue => (5, 3_600),
            Self::WrongKey => (20, 60),
            Self::SlowKey | Self::ExternalSession => (30, 60),
        }
    }
}

impl Action {
    /// Those whose counts outlive a restart and hold across processes, with their names: all that stand before a door,
    /// and what whoever is in may do a few times only. Starting at a provider opens nothing, and a session without
    /// signing in is written down itself: strangers shall not make this program write as often as they like.
    pub(super) const KEPT: [(Self, &str); 9] = [
        (Self::SignIn, "sign-in"),
        (Self::SecondFactor, "code"),
        (Self::OidcReturn, "provider"),
        (Self::WrongKey, "wrong-key"),
        (Self::SlowKey, "slow-key"),
        (Self::Restore, "restore"),
        (Self::PasswordChange, "password"),
        (Self::SecondFactorManagement, "second-factor"),
        (Self::KeyIssue, "key"),
    ];

    pub(super) fn is_kept(self) -> bool {
        Self::KEPT.iter().any(|(action, _)| *action == self)
    }
}

/// When the last admitted requests of one kind came from one client.
#[derive(Debug, Default)]
pub(super) struct Window(pub(super) VecDeque<Timestamp>);

impl Window {
    /// How many seconds until one more is admitted; 0 for now.
    pub(super) fn wait(&mut self, action: Action, now: Timestamp) -> u64 {
        let (limit, seconds) = action.limit();
        expire(&mut self.0, seconds, now);
        match self.0.front() {
            Some(first) if self.0.len() >= limit => seconds.saturating_sub(now.since(*first)).max(1),
            _ => 0,
        }
    }

    pub(super) fn admit(&mut self, now: Timestamp) {
        self.0.push_back(now);
    }
}

/// Drops what is `seconds` old or older. A moment in the future was written before the clock was set back: it
/// counts as now, so that it neither loosens the limit nor stays for longer than the limit says.
pub(super) fn expire(stamps: &mut VecDeque<Timestamp>, seconds: u64, now: Timestamp) {
    for stamp in stamps.iter_mut() {
        *stamp = now.min(*stamp);
    }
    while stamps.front().is_some_and(|first| now.since(*first) >= seconds) {
        stamps.pop_front();
    }
}

/// Failures further apart than this are not connected (Authelia's figure).
const CONNECTED_SECONDS: u64 = 120;
/// So many connected failures block the client.
const TOLERATED: usize = 3;
/// How long each further block lasts. An hour without a failure, or a success, starts again at the first.
const BLOCK_SECONDS: [u64; 5] = [30, 60, 120, 300, 900];
const CALM_SECONDS: u64 = 3_600;

/// The failures of one client.
#[derive(Debug, Default)]
pub(super) struct Failures {
    pub(super) recent: VecDeque<Timestamp>,
    pub(super) blocks: usize,
    pub(super) blocked: Option<(Timestamp, u64)>,
    pub(super) last: Option<Timestamp>,
}

impl Failures {
    /// How many seconds until one more attempt is admitted; 0 for now.
    ///
    /// Attempts whose end is not known yet count as failures: as many as would lead to a block run at a time.
    pub(super) fn wait(&mut self, under_way: usize, now: Timestamp) -> u64 {
        expire(&mut self.recent, CONNECTED_SECONDS, now);
        let left = self.blocked(now);
        if left > 0 {
            return left;
        }
        let at_a_time = TOLERATED.saturating_sub(self.recent.len()).max(1);
        u64::from(under_way >= at_a_time)
    }

    /// How many seconds the present block has left; 0 without one.
    pub(super) fn blocked(&mut self, now: Timestamp) -> u64 {
        let Some((since, seconds)) = &mut self.blocked else { return 0 };
        *since = now.min(*since);
        let left = seconds.saturating_sub(now.since(*since));
        if left == 0 {
            self.blocked = None;
        }
        left
    }

    pub(super) fn failed(&mut self, now: Timestamp) {
        if self.last.is_some_and(|last| now.since(last) >= CALM_SECONDS) {
            self.blocks = 0;
        }
        self.last = Some(now);
        expire(&mut self.recent, CONNECTED_SECONDS, now);
        self.recent.push_back(now);
        if self.recent.len() > TOLERATED {
            self.recent.pop_front();
        }
        if self.recent.len() == TOLERATED {
            let longest = BLOCK_SECONDS.len() - 1;
            let seconds = BLOCK_SECONDS.get(self.blocks.min(longest)).copied().unwrap_or(900);
            self.blocked = Some((now, seconds));
            self.blocks += 1;
        }
    }
}
