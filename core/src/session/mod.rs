//! Sessions: a signed cookie carries an unguessable id, the server keeps the record.

mod device;
mod limits;

pub use device::device_of;
pub use limits::{MAX_LIFETIME_SECONDS, SessionLimits};

use std::{fmt, net::IpAddr};

use crate::{audit::Actor, clock::Timestamp, config::store::StorageError};

/// The SHA-256 of a session id: what a store keeps, so that a copied file opens no session.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SessionKey(pub [u8; 32]);

impl fmt::Debug for SessionKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SessionKey(…)")
    }
}

/// How somebody signed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignInMethod {
    /// Password alone.
    Password,
    /// Password and one-time code.
    PasswordAndCode,
    /// At the identity provider.
    Oidc,
    /// Nobody was asked: the guard stands in front of this program (`AUTH_ENABLED=false`).
    External,
}

impl SignInMethod {
    /// Whether its holder has shown the password.
    pub fn showed_password(self) -> bool {
        matches!(self, Self::Password | Self::PasswordAndCode)
    }
}

/// What the server knows of a session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionRecord {
    /// The digest of the session's id.
    pub key: SessionKey,
    /// When it began; it ends seven days later whatever happens.
    pub created_at: Timestamp,
    /// The last request.
    pub last_seen: Timestamp,
    /// How its holder signed in.
    pub method: SignInMethod,
    /// From where.
    pub address: Option<IpAddr>,
    /// The browser's own description, cut to 200 characters.
    pub user_agent: String,
    /// Whether "remember me" was ticked.
    pub remember: bool,
    /// Whom the identity provider vouches for, by its subject.
    pub subject: Option<String>,
}

impl SessionRecord {
    /// How the audit trail names its holder.
    pub(crate) fn actor(&self) -> Actor {
        match self.method {
            SignInMethod::Password | SignInMethod::PasswordAndCode => Actor::admin(),
            SignInMethod::Oidc => Actor::Oidc(self.subject.clone().unwrap_or_default()),
            SignInMethod::External => Actor::Session("external".to_owned()),
        }
    }
}

/// A session that is open, as a request sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session(SessionRecord);

impl Session {
    /// The digest of its id.
    pub fn key(&self) -> SessionKey {
        self.0.key
    }

    /// How its holder signed in.
    pub fn method(&self) -> SignInMethod {
        self.0.method
    }

    /// Whether "remember me" was ticked.
    pub fn remember(&self) -> bool {
        self.0.remember
    }

    /// Whom the identity provider vouches for, by its subject.
    pub fn subject(&self) -> Option<&str> {
        self.0.subject.as_deref()
    }

    /// When it began.
    pub fn created_at(&self) -> Timestamp {
        self.0.created_at
    }

    /// How the audit trail names its holder.
    pub fn actor(&self) -> Actor {
        self.0.actor()
    }

    /// From where its holder signed in.
    pub fn address(&self) -> Option<IpAddr> {
        self.0.address
    }
}

impl From<SessionRecord> for Session {
    fn from(record: SessionRecord) -> Self {
        Self(record)
    }
}

/// How many records a store keeps.
pub const MAX_RECORDS: usize = 1_000;

/// Adds a record to a store's records as [`SessionStore::add`] promises; a record with the same key is
/// replaced.
pub fn admit(
    records: &mut Vec<SessionRecord>,
    record: SessionRecord,
    is_over: &(dyn Fn(&SessionRecord) -> bool + Send + Sync),
) {
    records.retain(|other| other.key != record.key && !is_over(other));
    records.push(record);
    while records.len() > MAX_RECORDS {
        let oldest = records.iter().enumerate().min_by_key(|(_, record)| record.created_at);
        let Some((oldest, _)) = oldest else { break };
        records.remove(oldest);
    }
}

/// The session records.
///
/// *Durability*: an added record outlives a restart, and a removed one is gone for good, also for another
/// process on the same store. [`touch`](Self::touch) alone may be lost.
///
/// *Blocking*: [`add`](Self::add) and [`remove`](Self::remove) block on the disk. [`find`](Self::find) and
/// [`touch`](Self::touch), which every request calls, wait for nobody: not for the disk, nor for another call.
pub trait SessionStore: Send + Sync + fmt::Debug {
    /// The record with this key. Served from memory, without a lock.
    ///
    /// # Errors
    /// [`StorageError`] when the records cannot be known; the caller must then treat nobody as signed in.
    fn find(&self, key: &SessionKey) -> Result<Option<SessionRecord>, StorageError>;

    /// Adds a record; records that `is_over` are dropped on the way, and the oldest beyond [`MAX_RECORDS`].
    ///
    /// # Errors
    /// [`StorageError`]; the session then does not exist.
    fn add(
        &self,
        record: SessionRecord,
        is_over: &(dyn Fn(&SessionRecord) -> bool + Send + Sync),
    ) -> Result<(), StorageError>;

    /// Notes that the session was used; a record that is gone stays gone.
    fn touch(&self, key: &SessionKey, now: Timestamp);

    /// Ends the sessions for which `which` holds and says how many they were.
    ///
    /// # Errors
    /// [`StorageError`]; the sessions may then still be there.
    fn remove(&self, which: &(dyn Fn(&SessionRecord) -> bool + Send + Sync)) -> Result<usize, StorageError>;

    /// Ends the sessions for which `which` holds where [`remove`](Self::remove) could not: for this process at once, and
    /// for good as soon as that can be written. Until then another process, or a restart, finds them open. Never blocks.
    fn end_here(&self, which: &(dyn Fn(&SessionRecord) -> bool + Send + Sync));

    /// All records, the newest first.
    ///
    /// # Errors
    /// [`StorageError`].
    fn list(&self) -> Result<Vec<SessionRecord>, StorageError>;
}
