//! Sign-ins that have shown the password and owe the one-time code.

use super::{ReturnPath, steps::Steps};
use crate::clock::Timestamp;

const MAX_PENDING: usize = 1_000;
const LIFETIME_SECONDS: u64 = 300;
const MAX_CODES: u8 = 5;

#[derive(Debug, Clone)]
pub(super) struct PendingSignIn {
    /// The credentials as they were when the password was right.
    pub(super) epoch: [u8; 32],
    pub(super) remember: bool,
    pub(super) next: ReturnPath,
    codes: u8,
}

impl PendingSignIn {
    pub(super) fn new(epoch: [u8; 32], remember: bool, next: ReturnPath) -> Self {
        Self { epoch, remember, next, codes: 0 }
    }

    fn takes_codes(&self) -> bool {
        self.codes < MAX_CODES
    }
}

#[derive(Debug)]
pub(super) struct PendingSignIns(Steps<[u8; 32], PendingSignIn>);

impl Default for PendingSignIns {
    fn default() -> Self {
        Self(Steps::new(MAX_PENDING, LIFETIME_SECONDS))
    }
}

impl PendingSignIns {
    pub(super) fn add(&self, key: [u8; 32], pending: PendingSignIn, now: Timestamp) {
        self.0.begin(key, pending, now);
    }

    /// Whether it is still open.
    pub(super) fn is_open(&self, key: &[u8; 32], now: Timestamp) -> bool {
        self.0.with(key, now, |pending| pending.takes_codes()).unwrap_or(false)
    }

    /// Spends one of its five codes before anybody looks at the code, so that codes sent at once count too.
    pub(super) fn spend_code(&self, key: &[u8; 32], now: Timestamp) -> Option<PendingSignIn> {
        self.0.with(key, now, |pending| {
            let takes_codes = pending.takes_codes();
            pending.codes = pending.codes.saturating_add(1);
            takes_codes.then(|| pending.clone())
        })?
    }

    /// Closes it; true for the one caller that does.
    pub(super) fn close(&self, key: &[u8; 32]) -> bool {
        self.0.end(key)
    }
}
