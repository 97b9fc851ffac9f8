//! Who gets in.
//!
//! Signing in is a state machine: the password, then the one-time code where there is one, then a session; a
//! temporary password leads to a session that can do nothing but change it. [`Access`] is what a host holds.
//! Its methods are synchronous: those that hash a password or touch the disk say so and belong on a thread that
//! may block.
//!
//! Everything fails closed. Settings that cannot be read let nobody sign in and change nothing, while sessions
//! and keys that were good go on; a session store that cannot be read opens no session; a second factor that
//! cannot be checked lets nobody past; and what cannot be recorded opens no door (`ledger.rs`).

mod administration;
mod client_address;
mod code;
mod common;
mod credentials;
mod enrolment;
mod external;
mod ledger;
pub mod oidc;
mod password;
mod patches;
mod pending;
mod recovery;
mod refusal;
mod return_path;
mod second_factor;
mod seen;
mod session_list;
mod sessions;
mod sign_in;
mod signed;
mod steps;
mod throttle;

pub use administration::{Reauthentication, SettingsPatch};
pub use client_address::{NotANetwork, TrustedProxies};
pub use credentials::PasswordChange;
pub use enrolment::{Enrolled, Enrolment, SecondFactor};
pub use password::NewPassword;
pub(crate) use patches::checked_url;
pub use patches::{CrowdsecPatch, GitPatch, InterfacePatch, WebhookPatch, is_branch};
pub use refusal::Refusal;
pub use return_path::ReturnPath;
pub(crate) use seen::STALE;
pub use seen::SettingsPart;
pub use session_list::ListedSession;
pub use sessions::{LoginForm, NewSession};
pub use sign_in::{SignIn, SignedIn};
pub use throttle::{Action, AttemptStore};

use std::{fmt, net::IpAddr, sync::Arc};

use self::{
    enrolment::PendingEnrolments,
    ledger::Ledger,
    pending::PendingSignIns,
    signed::Signed,
    throttle::{Place, Throttle},
};
use crate::{
    api_key::{KeyHolder, KeyUses},
    audit::{Actor, AuditLog},
    clock::{Clock, Timestamp},
    crypto::{CommonPasswords, Digests, Entropy, OneTimePasswords, PasswordHasher, SecretCipher},
    secret::Secret,
    session::{Session, SessionLimits, SessionStore},
    settings::{Settings, SettingsCell},
};

/// What the environment decides about access.
#[derive(Debug, Clone)]
pub struct AccessPolicy {
    /// `AUTH_ENABLED`; goes over `auth_enabled` in the settings.
    pub auth_enabled: Option<bool>,
    /// `ADMIN_PASSWORD`; goes over the stored password. An empty one is none.
    pub admin_password: Option<Secret>,
    /// `INACTIVITY_TIMEOUT_MINUTES`: how long a session without "remember me" may rest; at least 1.
    pub idle_minutes: u64,
}

/// Sign-in by the stored password, 120 minutes of rest.
impl Default for AccessPolicy {
    fn default() -> Self {
        Self { auth_enabled: None, admin_password: None, idle_minutes: 120 }
    }
}

/// What access needs from outside.
#[derive(Debug, Clone)]
pub struct AccessPorts {
    /// The present.
    pub clock: Arc<dyn Clock>,
    /// Random bytes.
    pub entropy: Arc<dyn Entropy>,
    /// Slow hashing.
    pub passwords: Arc<dyn PasswordHasher>,
    /// What new passwords must not be.
    pub common_passwords: Arc<dyn CommonPasswords>,
    /// HMAC and SHA-256.
    pub digests: Arc<dyn Digests>,
    /// Stored secrets.
    pub cipher: Arc<dyn SecretCipher>,
    /// One-time codes.
    pub one_time: Arc<dyn OneTimePasswords>,
    /// The session records.
    pub sessions: Arc<dyn SessionStore>,
    /// Where it is recorded who came in and what was done to access.
    pub audit: Arc<dyn AuditLog>,
    /// What is remembered of attempts to sign in.
    pub attempts: Arc<dyn AttemptStore>,
    /// When API keys were used.
    pub key_uses: Arc<dyn KeyUses>,
}

/// Where a request comes from.
#[derive(Debug, Clone, Default)]
pub struct Client {
    /// The address, as [`TrustedProxies::resolve`] gave it; `None` where there is none, as on a Unix socket.
    pub address: Option<IpAddr>,
    /// The browser's own description.
    pub user_agent: String,
}

impl Client {
    pub(crate) fn place(&self) -> Place {
        Place::of(self.address)
    }
}

/// Who does something: the holder of a session or of an API key.
#[derive(Debug, Clone)]
pub enum Principal {
    /// Somebody at a browser.
    Session(Session),
    /// A device or script.
    Key(KeyHolder),
}

impl Principal {
    /// How the audit trail names them.
    pub fn actor(&self) -> Actor {
        match self {
            Self::Session(session) => session.actor(),
            Self::Key(holder) => Actor::ApiKey(holder.name.clone()),
        }
    }
}

/// Sign-in, sessions, API keys and the limits on all of them.
pub struct Access {
    pub(crate) ports: AccessPorts,
    pub(crate) settings: Arc<SettingsCell>,
    pub(crate) throttle: Throttle,
    policy: AccessPolicy,
    limits: SessionLimits,
    session_cookies: Signed,
    pending: PendingSignIns,
    ledger: Ledger,
    at_provider: oidc::PendingAtProvider,
    enrolments: PendingEnrolments,
}

impl fmt::Debug for Access {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Access").field("policy", &self.policy).finish_non_exhaustive()
    }
}

impl Access {
    /// Access to the installation with these settings.
    ///
    /// Sessions outlive the process, unless `ADMIN_PASSWORD` is another one than before.
    pub fn new(ports: AccessPorts, settings: Arc<SettingsCell>, policy: AccessPolicy) -> Self {
        let admin_password = policy.admin_password.filter(|password| !password.expose().is_empty());
        let policy = AccessPolicy { admin_password, ..policy };
        let fingerprint =
            |password: &Secret| ports.digests.mac("admin-password", password.expose().as_bytes());
        let session_cookies = Signed::SESSION.bound_to(policy.admin_password.as_ref().map(fingerprint));
        Self {
            throttle: Throttle::new(Arc::clone(&ports.attempts)),
            ports,
            settings,
            limits: SessionLimits::with_idle_minutes(policy.idle_minutes),
            session_cookies,
            policy,
            pending: PendingSignIns::default(),
            ledger: Ledger::default(),
            at_provider: oidc::PendingAtProvider::default(),
            enrolments: PendingEnrolments::default(),
        }
    }

    /// Whether people must sign in. Never blocks.
    ///
    /// When not, somebody else guards the pages, and [`begin_external_session`](Self::begin_external_session)
    /// is how they get a session.
    pub fn asks_to_sign_in(&self) -> bool {
        self.policy.auth_enabled.unwrap_or_else(|| self.settings.current().auth_enabled)
    }

    /// Whether the environment decides that, so that the settings cannot.
    pub fn sign_in_is_set_by_environment(&self) -> bool {
        self.policy.auth_enabled.is_some()
    }

    /// Whether `ADMIN_PASSWORD` stands in for the stored password.
    pub fn has_admin_password(&self) -> bool {
        self.policy.admin_password.is_some()
    }

    /// How many minutes a session without "remember me" may rest.
    pub fn idle_minutes(&self) -> u64 {
        self.policy.idle_minutes
    }

    /// Whether nothing may be done before the temporary password is changed. Never blocks.
    ///
    /// Holds for sessions that signed in; with `ADMIN_PASSWORD` there is no temporary password in use.
    pub fn must_change_password(&self) -> bool {
        !self.has_admin_password() && self.settings.current().must_change_password
    }

    /// Counts a request against its limit, for what is limited outside of this module: restoring a backup, which blocks on
    /// the disk, and starting at an identity provider, which does not.
    ///
    /// The other methods here count by themselves.
    ///
    /// # Errors
    /// [`Refusal::TooMany`].
    pub fn admit(&self, action: Action, client: &Client) -> Result<(), Refusal> {
        self.throttle.admit(action, client.place(), self.now())
    }

    /// The present. Never blocks.
    pub fn now(&self) -> Timestamp {
        self.ports.clock.now()
    }

    /// The settings as the file says now, or nothing when it says nothing. Blocks on the disk when it was
    /// touched.
    pub(crate) fn fresh_settings(&self) -> Result<Arc<Settings>, Refusal> {
        self.settings.refresh();
        match self.settings.problem() {
            Some(problem) => Err(Refusal::Unavailable(problem)),
            None => Ok(self.settings.current()),
        }
    }

    /// A digest that changes with everything that a sign-in rests on.
    pub(crate) fn epoch(&self, settings: &Settings) -> [u8; 32] {
        let enabled = if settings.otp_enabled { "on" } else { "off" };
        let text = [settings.password_hash.as_str(), &settings.otp_secret, enabled].join("\0");
        self.ports.digests.sha256(text.as_bytes())
    }

    /// Compares a password with the one in force; one slow hash is made in any case.
    pub(crate) fn password_is_right(&self, password: &Secret, settings: &Settings) -> bool {
        let is_stored = password::belongs(self.ports.passwords.as_ref(), password, &settings.password_hash);
        match &self.policy.admin_password {
            // Equal digests rather than equal texts, because a comparison of texts tells their length.
            Some(admin) => {
                let digest = |text: &Secret| {
                    let composed = password::composed(text);
                    self.ports.digests.sha256(composed.as_ref().unwrap_or(text).expose().as_bytes())
                };
                bool::from(subtle::ConstantTimeEq::ct_eq(&digest(password)[..], &digest(admin)[..]))
            }
            None => is_stored,
        }
    }
}
