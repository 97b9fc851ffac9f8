//! Sign-ins whose browser is at the provider.

use super::Request;
use crate::{
    auth::{ReturnPath, steps::Steps},
    clock::Timestamp,
};

const MAX_PENDING: usize = 2_000;
/// Time to sign in at the provider, with its second factor.
const LIFETIME_SECONDS: u64 = 600;

#[derive(Debug, Clone)]
pub(super) struct Pending {
    /// The digest of the browser's cookie.
    pub(super) browser: [u8; 32],
    /// The settings as they were.
    pub(super) epoch: [u8; 32],
    pub(super) request: Request,
    pub(super) next: ReturnPath,
}

/// By the digest of the state.
#[derive(Debug)]
pub(crate) struct PendingAtProvider(Steps<[u8; 32], Pending>);

impl Default for PendingAtProvider {
    fn default() -> Self {
        Self(Steps::new(MAX_PENDING, LIFETIME_SECONDS))
    }
}

impl PendingAtProvider {
    pub(super) fn add(&self, state: [u8; 32], pending: Pending, now: Timestamp) {
        self.0.begin(state, pending, now);
    }

    /// Takes it out for good, whoever asks; the browser that began it gets it if it is not over.
    pub(super) fn take(&self, state: &[u8; 32], browser: &[u8; 32], now: Timestamp) -> Option<Pending> {
        self.0.take(state, now).filter(|pending| pending.browser == *browser)
    }

    /// Takes all of them out.
    pub(super) fn clear(&self) {
        self.0.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::secret::Secret;

    fn pending() -> Pending {
        let secret = || Secret::new("s");
        let request = Request { redirect_uri: String::new(), nonce: secret(), verifier: secret() };
        let next = ReturnPath::default();
        Pending { browser: [1; 32], epoch: [0; 32], request, next }
    }

    #[test]
    fn each_is_taken_once_by_its_own_browser_within_ten_minutes() {
        let all = PendingAtProvider::default();
        for (number, browser, now, is_given) in [
            (1, [1; 32], 699, true),
            (2, [1; 32], 700, false),
            (3, [2; 32], 100, false),
            (4, [1; 32], 99, false),
        ] {
            all.add([number; 32], pending(), Timestamp(100));
            let taken = all.take(&[number; 32], &browser, Timestamp(now));
            assert_eq!(taken.is_some(), is_given, "{number}");
            assert!(all.take(&[number; 32], &[1; 32], Timestamp(100)).is_none(), "{number} is spent");
        }
    }
}
