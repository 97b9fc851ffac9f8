//! What each port promises, as functions that panic where an implementation breaks the promise.

mod audit;
mod backups;
mod config;
mod provider;
mod restart;
mod sessions;
mod settings;

pub use audit::{audit_log, sample_entry};
pub use backups::backup_store;
pub use config::{CONFIG_FILES, config_store, config_store_exclusion};
pub use provider::{ProviderStage, identity_provider};
pub use restart::{RestarterWorld, Trouble, restarter};
pub use sessions::{many_sessions, session_store, session_store_bound};
pub use settings::{full_settings, settings_store};

use std::{thread, time::Duration};

/// Waits until `holds`, for implementations that learn of changes from the system.
///
/// # Panics
/// After half a minute.
#[expect(clippy::disallowed_methods, reason = "only the system knows when it tells of a change")]
pub fn eventually(what: &str, holds: impl Fn() -> bool) {
    for _ in 0..1_500 {
        if holds() {
            return;
        }
        thread::sleep(Duration::from_millis(20));
    }
    assert!(holds(), "never happened: {what}");
}
