//! Sessions and the tokens that go into forms.

use std::fmt;

use super::{
    Access, Client, Refusal,
    signed::{Signed, decode},
};
use crate::{
    audit::IdentityEvent,
    clock::Timestamp,
    crypto::url_safe,
    secret::Secret,
    session::{MAX_LIFETIME_SECONDS, Session, SessionKey, SessionRecord, SignInMethod},
};

use subtle::ConstantTimeEq;

const MAX_USER_AGENT: usize = 200;

/// A session that has just begun.
#[derive(Debug, Clone)]
pub struct NewSession {
    /// The value of its cookie.
    pub cookie: Secret,
    /// The session.
    pub session: Session,
    /// Whether the cookie outlives the browser.
    pub persistent: bool,
    /// The cookie's `Max-Age` where it does: seconds to the absolute end of the session.
    pub max_age_seconds: Option<u64>,
}

/// What a visitor needs to send the sign-in form.
#[derive(Clone)]
pub struct LoginForm {
    /// The value of a cookie.
    pub cookie: Secret,
    /// What the form must say as well.
    pub token: String,
}

/// The token stays out of logs.
impl fmt::Debug for LoginForm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LoginForm(…)")
    }
}

impl Access {
    /// The session whose cookie this is. Never blocks, takes any text.
    ///
    /// `None` for a cookie that is not ours, a session that ended, rested too long or became too old, and when
    /// the records cannot be read. A record from the future is over, see
    /// [`SessionLimits`](crate::session::SessionLimits).
    pub fn open_session(&self, cookie: &str) -> Option<Session> {
        let key = SessionKey(self.session_cookies.open(self.ports.digests.as_ref(), cookie)?);
        let record = self.live_record(&key)?;
        self.ports.sessions.touch(&key, self.now());
        Some(Session::from(record))
    }

    pub(super) fn live_record(&self, key: &SessionKey) -> Option<SessionRecord> {
        let record = self.ports.sessions.find(key).ok()??;
        self.is_open(&record).then_some(record)
    }

    pub(super) fn is_open(&self, record: &SessionRecord) -> bool {
        let guard_is_gone = match record.method {
            SignInMethod::External => self.asks_to_sign_in(),
            SignInMethod::Oidc => !self.settings.current().oidc.enabled,
            SignInMethod::Password | SignInMethod::PasswordAndCode => false,
        };
        !self.limits.is_over(record, self.now()) && !guard_is_gone
    }

    pub(super) fn begin_session(
        &self,
        method: SignInMethod,
        remember: bool,
        client: &Client,
        now: Timestamp,
    ) -> Result<NewSession, Refusal> {
        self.begin_session_of(method, None, remember, client, now)
    }

    /// The same for somebody whom the identity provider vouches for.
    pub(super) fn begin_session_of(
        &self,
        method: SignInMethod,
        subject: Option<String>,
        remember: bool,
        client: &Client,
        now: Timestamp,
    ) -> Result<NewSession, Refusal> {
        let (cookie, key) =
            self.session_cookies.issue(self.ports.entropy.as_ref(), self.ports.digests.as_ref())?;
        let record = SessionRecord {
            key: SessionKey(key),
            created_at: now,
            last_seen: now,
            method,
            address: client.address.map(|address| address.to_canonical()),
            user_agent: client.user_agent.chars().filter(|c| !c.is_control()).take(MAX_USER_AGENT).collect(),
            remember,
            subject,
        };
        let limits = self.limits;
        self.ports.sessions.add(record.clone(), &move |other| limits.is_over(other, now))?;
        Ok(NewSession {
            cookie,
            session: Session::from(record),
            persistent: remember,
            max_age_seconds: remember.then_some(MAX_LIFETIME_SECONDS),
        })
    }

    /// Ends a session for good. Blocks: writes the records and the audit trail.
    ///
    /// # Errors
    /// [`Refusal::NotKept`], [`Refusal::Unavailable`]; the session is over all the same, but a restart may bring it
    /// back, see [`SessionStore::end_here`](crate::session::SessionStore::end_here).
    pub fn sign_out(&self, session: &Session, client: &Client) -> Result<(), Refusal> {
        let ended = self.close_session(session);
        self.note(&IdentityEvent::SignedOut, session.actor(), client);
        ended
    }

    pub(super) fn close_session(&self, session: &Session) -> Result<(), Refusal> {
        let key = session.key();
        let is_this = move |record: &SessionRecord| record.key == key;
        let removed = self.ports.sessions.remove(&is_this);
        removed.map(drop).map_err(|error| {
            self.ports.sessions.end_here(&is_this);
            Refusal::from(error)
                .but("You are signed out, which a restart would undo while it is not written down:")
        })
    }

    /// The token that state-changing requests of this session must carry (ASVS 5.0 no. 3.5.1).
    pub fn csrf_token(&self, session: &Session) -> String {
        url_safe(&self.ports.digests.mac("csrf", &session.key().0))
    }

    /// Compares a token with the session's in constant time; takes any text.
    pub fn csrf_matches(&self, session: &Session, token: &str) -> bool {
        same_token(self.ports.digests.mac("csrf", &session.key().0), token)
    }

    /// A cookie and a form token for somebody who has not signed in: the token follows from the cookie, so that
    /// another site's form does not sign anybody in.
    ///
    /// # Errors
    /// [`Refusal::Unavailable`] without randomness.
    pub fn login_form(&self) -> Result<LoginForm, Refusal> {
        let (cookie, key) =
            Signed::LOGIN_FORM.issue(self.ports.entropy.as_ref(), self.ports.digests.as_ref())?;
        Ok(LoginForm { cookie, token: url_safe(&self.login_mac(key)) })
    }

    /// The form token that belongs to a cookie that the visitor has already.
    pub fn login_token(&self, cookie: &str) -> Option<String> {
        let key = Signed::LOGIN_FORM.open(self.ports.digests.as_ref(), cookie)?;
        Some(url_safe(&self.login_mac(key)))
    }

    /// Whether the form's token belongs to the cookie; takes any text.
    pub fn login_token_matches(&self, cookie: &str, token: &str) -> bool {
        Signed::LOGIN_FORM
            .open(self.ports.digests.as_ref(), cookie)
            .is_some_and(|key| same_token(self.login_mac(key), token))
    }

    fn login_mac(&self, key: [u8; 32]) -> [u8; 32] {
        self.ports.digests.mac("login-form-token", &key)
    }
}

fn same_token(expected: [u8; 32], token: &str) -> bool {
    token.len() < 64 && decode(token).is_some_and(|given| given.ct_eq(&expected).into())
}
