//! `manager.yml` as a typed aggregate.
//!
//! The file belongs to the operator: a store changes only the fields that differ and keeps comments, order and
//! keys that this program does not know.

mod address;
mod cell;
mod cut;
pub(crate) mod oidc;
mod sections;
mod webhook;

pub use address::{OnlyLinkLocal, api_origin, askable, is_for_machines, is_link_local, shown_address};
pub use cell::SettingsCell;
pub use cut::Cut;
pub use oidc::OidcSettings;
pub use sections::{
    AGENT_RATE, CrowdsecSettings, FilePaths, GitSettings, InterfacePrefs, SelfRoute, TABS, VisibleTabs,
};
pub use webhook::{MASK, WebhookKind, WebhookSettings, is_masked};

use std::{fmt, sync::Arc};

use crate::{
    api_key::ApiKey,
    config::{
        store::{Revision, StorageError, WriteCondition},
        value::Value,
    },
    traefik::Protocol,
};

/// Everything that `manager.yml` holds and this program uses.
#[derive(Clone, PartialEq)]
#[expect(clippy::struct_excessive_bools, reason = "the file's own fields")]
pub struct Settings {
    /// Domains offered in forms.
    pub domains: Vec<String>,
    /// Names of certificate resolvers, the default first (`cert_resolver`, comma separated in the file).
    pub cert_resolvers: Vec<String>,
    /// Where Traefik's API is.
    pub traefik_api_url: String,
    /// User for the API's basic authentication; empty for none.
    pub traefik_api_user: String,
    /// Password for it, sealed; empty for none.
    pub traefik_api_password: String,
    /// Whether this program asks people to sign in, unless the environment decides.
    pub auth_enabled: bool,
    /// bcrypt hash; empty before the first start.
    pub password_hash: String,
    /// Whether the password is temporary, so that nothing but the change page answers.
    pub must_change_password: bool,
    /// Whether somebody has finished the set-up.
    pub setup_complete: bool,
    /// TOTP secret, sealed; empty for none.
    pub otp_secret: String,
    /// Whether a second factor is asked for.
    pub otp_enabled: bool,
    /// The time step (Unix time / 30) of the last one-time code that was accepted (`otp_last_step`); a code of
    /// this step or an earlier one is a replay. Absent before the first.
    pub otp_last_step: Option<u64>,
    /// Digests of the recovery codes that were not used yet (`otp_recovery_codes`, `sha256:<hex>`).
    pub otp_recovery: Vec<String>,
    /// Routes taken out of their files for the time being.
    pub disabled_routes: Vec<DisabledRoute>,
    /// Keys of the JSON API.
    pub api_keys: Vec<ApiKey>,
    /// The identity provider.
    pub oidc: OidcSettings,
    /// Which optional sections are shown.
    pub visible_tabs: VisibleTabs,
    /// How the phone app looks.
    pub ui_prefs: InterfacePrefs,
    /// Which route leads to this program.
    pub self_route: SelfRoute,
    /// Files that are named here rather than in the environment.
    pub paths: FilePaths,
    /// Where notices are sent to.
    pub webhook: WebhookSettings,
    /// `CrowdSec`.
    pub crowdsec: CrowdsecSettings,
    /// The copy in a git repository.
    pub git: GitSettings,
    /// Requests a minute of an agent's (`agent_api_rate_limit`).
    pub agent_api_rate_limit: u64,
}

/// Hashes and sealed texts stay out of logs too.
impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Settings")
            .field("domains", &self.domains)
            .field("api_keys", &self.api_keys.len())
            .field("disabled_routes", &self.disabled_routes.len())
            .finish_non_exhaustive()
    }
}

/// A router that was taken out of its file, kept so that it can be put back as it was.
///
/// The fields up to `service_config_file` are those of 1.5.2 (`disabled_routes.<id>`); `entry`, `before`,
/// `section` and `cut` are ours and absent in its records.
#[derive(Debug, Clone, PartialEq)]
pub struct DisabledRoute {
    /// The key in `disabled_routes`: a route id as it was when the route was disabled.
    pub id: String,
    /// HTTP, TCP or UDP.
    pub protocol: Protocol,
    /// The router.
    pub router: Value,
    /// A copy of its service, where it has one of its own.
    pub service: Option<Value>,
    /// The file that the router stood in; empty means the only one.
    pub config_file: String,
    /// The file that the service stands in; empty means the same.
    pub service_config_file: String,
    /// The router's entry, byte for byte, as [`ConfigSyntax::excerpt`](crate::config::store::ConfigSyntax::excerpt)
    /// gave it.
    pub entry: Option<String>,
    /// The sibling in front of which it stood.
    pub before: Option<String>,
    /// Where it was the last router of its file: the section that went with it, `routers` or the whole protocol, byte
    /// for byte, and the sibling in front of which that stood.
    pub section: Option<DisabledSection>,
    /// The bytes that taking it out has changed.
    pub cut: Option<Cut>,
}

/// A section that had nothing left in it, see [`DisabledRoute::section`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DisabledSection {
    /// Its entry, the router included.
    pub entry: String,
    /// The sibling in front of which it stood.
    pub before: Option<String>,
}

/// The settings as stored, with the revision that a save must name.
#[derive(Debug, Clone)]
pub struct StoredSettings {
    /// The settings.
    pub settings: Arc<Settings>,
    /// The revision of the file.
    pub revision: Revision,
}

/// A settings file that cannot be used. It is never treated as empty, and never written over.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SettingsError {
    /// The file is there but does not say what it must.
    #[error("{file}: {message}; correct the file or restore a backup of it")]
    Broken {
        /// The file's path.
        file: String,
        /// What is wrong, with line and column where they are known.
        message: String,
    },
    /// The file cannot be read or written.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// The settings file.
///
/// The same promises as [`ConfigStore`](crate::config::store::ConfigStore): atomic, durable, exclusive across
/// processes by revision. Calls block on the disk.
pub trait SettingsStore: Send + Sync + fmt::Debug {
    /// A number that changes when the file may have been changed by anybody. Never blocks.
    fn generation(&self) -> u64;

    /// The stored settings; `None` only when the file does not exist.
    ///
    /// # Errors
    /// [`SettingsError::Broken`] for a file that cannot be understood.
    fn load(&self) -> Result<Option<StoredSettings>, SettingsError>;

    /// Writes what differs from the stored settings, with mode 0600, and returns the new revision.
    ///
    /// # Errors
    /// [`StorageError::Conflict`] when the file is not at the revision that the condition names;
    /// [`SettingsError::Broken`] when it does not parse (it is then left alone).
    fn save(&self, settings: &Settings, condition: &WriteCondition) -> Result<Revision, SettingsError>;
}
