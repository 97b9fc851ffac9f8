//! Looking at sessions and ending them.

use std::net::IpAddr;

use super::{Access, Client, Refusal};
use crate::{
    audit::IdentityEvent,
    clock::Timestamp,
    crypto::url_safe,
    session::{Session, SessionKey, SessionRecord, SignInMethod, device_of},
};

/// Bytes of the id under which a session is shown.
const SHOWN_BYTES: usize = 16;

/// A session as its owner sees it. Nothing in it opens one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedSession {
    /// Names it for [`Access::end_session`]; follows from its secret id, which does not follow from this.
    pub id: String,
    /// Browser and system, as far as the browser tells.
    pub device: String,
    /// From where its holder signed in.
    pub address: Option<IpAddr>,
    /// How.
    pub method: SignInMethod,
    /// Whether "remember me" was ticked.
    pub remember: bool,
    /// When it began.
    pub began: Timestamp,
    /// The last request.
    pub last_seen: Timestamp,
    /// Whether it is the one of whoever asks.
    pub is_this: bool,
}

impl Access {
    /// The sessions that are open, the one of whoever asks first and then the one used last. May block on the disk.
    ///
    /// # Errors
    /// [`Refusal::Unavailable`].
    pub fn list_sessions(&self, this: Option<&Session>) -> Result<Vec<ListedSession>, Refusal> {
        let this = this.map(Session::key);
        let records = self.ports.sessions.list()?;
        let open = records.into_iter().filter(|record| self.is_open(record));
        let mut listed: Vec<ListedSession> = open
            .map(|record| ListedSession {
                id: self.shown_id(&record.key),
                device: device_of(&record.user_agent),
                address: record.address,
                method: record.method,
                remember: record.remember,
                began: record.created_at,
                last_seen: record.last_seen,
                is_this: Some(record.key) == this,
            })
            .collect();
        listed.sort_by_key(|session| std::cmp::Reverse((session.is_this, session.last_seen)));
        Ok(listed)
    }

    /// Ends the session that is shown under this id, for the one of whoever asks. Blocks: writes the records, and the
    /// audit trail.
    ///
    /// # Errors
    /// [`Refusal::NotFound`]; [`Refusal::NotKept`] and [`Refusal::Unavailable`], when it is over for this process all
    /// the same.
    pub fn end_session(&self, id: &str, by: &Session, client: &Client) -> Result<(), Refusal> {
        let records = self.ports.sessions.list()?;
        let is_meant = |record: &&SessionRecord| self.is_open(record) && self.shown_id(&record.key) == id;
        let Some(meant) = records.iter().find(is_meant) else {
            return Err(Refusal::not_found("That session has ended already."));
        };
        let key = meant.key;
        let ended = self.end_sessions(&move |record| record.key == key).map(drop);
        let from = meant.address.map_or_else(String::new, |address| format!(" from {address}"));
        let text = format!("{}{from}", device_of(&meant.user_agent));
        self.note(&IdentityEvent::SessionsEnded(text), by.actor(), client);
        ended
    }

    /// Ends all sessions but this one, and says how many. Blocks: writes the records, and the audit trail.
    ///
    /// # Errors
    /// As those of [`end_session`](Self::end_session).
    pub fn end_other_sessions(&self, session: &Session, client: &Client) -> Result<usize, Refusal> {
        let key = session.key();
        let ended = self.end_sessions(&move |record| record.key != key);
        self.note(&IdentityEvent::SessionsEnded("all others".to_owned()), session.actor(), client);
        ended
    }

    fn end_sessions(&self, which: &(dyn Fn(&SessionRecord) -> bool + Send + Sync)) -> Result<usize, Refusal> {
        self.ports.sessions.remove(which).map_err(|error| {
            self.ports.sessions.end_here(which);
            Refusal::from(error).but("It is ended, which a restart would undo while it is not written down:")
        })
    }

    fn shown_id(&self, key: &SessionKey) -> String {
        let mac = self.ports.digests.mac("session-shown", &key.0);
        url_safe(mac.get(..SHOWN_BYTES).unwrap_or_default())
    }
}
