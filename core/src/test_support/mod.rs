//! Stand-ins for the ports and the suites that every implementation of a port must pass.
//!
//! The stores here are complete implementations that keep everything in memory; they run the same
//! [`conformance`] suites as the adapters, so a rule tested on them holds on disk too. Each can be told to fail
//! and can be changed behind the program's back. Nothing here is built without the feature `test-support`.

mod attempts;
mod audit;
mod backups;
mod companion;
mod config;
pub mod conformance;
mod crypto;
mod git;
mod key_uses;
mod provider;
mod restart;
mod sessions;
mod settings;
mod traefik;

pub use attempts::MemoryAttemptStore;
pub use audit::MemoryAuditLog;
pub use backups::MemoryBackupStore;
pub use companion::{MemoryIcons, MemoryPostman, MemorySmallFile};
pub use config::MemoryConfigStore;
pub use crypto::{
    FakeCipher, FakeCommonPasswords, FakeDigests, FakeEntropy, FakeOneTimePasswords, FakePasswords,
    LISTED_PASSWORD,
};
pub use git::MemoryGit;
pub use key_uses::MemoryKeyUses;
pub use provider::FakeIdentityProvider;
pub use restart::MemoryRestarter;
pub use sessions::MemorySessionStore;
pub use settings::{MemorySettingsStore, sample_settings};
pub use traefik::{FakeTimer, MemoryTraefik};

use std::sync::{
    Mutex, MutexGuard, PoisonError,
    atomic::{AtomicI64, Ordering},
};

use crate::{
    clock::{Clock, Timestamp},
    config::store::Revision,
    crypto::hex,
};

/// A clock that stands still until it is told otherwise.
#[derive(Debug)]
pub struct FakeClock(AtomicI64);

impl FakeClock {
    /// A clock that shows `now`.
    pub fn at(now: Timestamp) -> Self {
        Self(AtomicI64::new(now.0))
    }

    /// Lets so many seconds pass.
    pub fn advance(&self, seconds: i64) {
        self.0.fetch_add(seconds, Ordering::SeqCst);
    }

    /// Puts the clock to `now`, also backwards.
    pub fn set(&self, now: Timestamp) {
        self.0.store(now.0, Ordering::SeqCst);
    }
}

/// 2026-11-21 09:00:00 UTC.
impl Default for FakeClock {
    fn default() -> Self {
        Self::at(Timestamp(1_795_251_600))
    }
}

impl Clock for FakeClock {
    fn now(&self) -> Timestamp {
        Timestamp(self.0.load(Ordering::SeqCst))
    }
}

/// A revision that differs whenever the text does.
fn revision_of(text: &str) -> Revision {
    Revision::new(hex(&crypto::mix(&[text.as_bytes()])[..16]))
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
