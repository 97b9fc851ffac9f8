//! Keeps settings, sessions, configuration, backups and the audit trail in files.
//!
//! Everything is written by one durable writer (`write`): readers see the old content or the new one, never a
//! part, and neither a crash nor a full disk leaves less than one whole version. Files that cannot be renamed
//! over, such as a file that is itself a bind mount, are written in place under a journal. Several processes may
//! work on the same files: they exclude each other with locks in a *state folder*, which holds nothing that
//! must outlive a crash but those journals.
//!
//! The crate is for Unix: file modes and owners are part of what it promises.

#![warn(missing_docs)]

mod attempts;
mod audit;
mod backup_name;
mod backups;
mod config;
mod disk;
mod errors;
mod file;
mod icons;
mod identity;
mod journal;
mod key_uses;
mod lock;
mod odd;
mod private;
mod replace;
mod secrets;
mod sessions;
mod settings;
mod settle;
mod small_file;
mod step;
mod watch;
mod write;

pub use attempts::FsAttemptStore;
pub use audit::FsAuditLog;
pub use backups::FsBackupStore;
pub use config::{ConfigLocation, FsConfigStore};
pub use icons::FsIcons;
pub use key_uses::FsKeyUses;
pub use odd::odd_entry;
pub use secrets::{check_permissions, otp_key, session_key};
pub use sessions::FsSessionStore;
pub use settings::FsSettingsStore;
pub use small_file::FsSmallFile;
