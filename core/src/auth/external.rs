//! `AUTH_ENABLED=false`: somebody else guards the pages.

use super::{Access, Action, Client, NewSession, Refusal};
use crate::{
    audit::{IdentityEvent, Outcome},
    session::SignInMethod,
};

impl Access {
    /// A session for somebody whom another service has let through to a page. Blocks: writes the session
    /// record.
    ///
    /// The documented set-up leads `/api/*` around that guard, so requests there need a session that began with
    /// a page, or an API key. Such a session is worth nothing once people are asked to sign in.
    ///
    /// # Errors
    /// [`Refusal::Forbidden`] when people must sign in; [`Refusal::TooMany`] after 30 a minute from one client;
    /// [`Refusal::Unavailable`].
    pub fn begin_external_session(&self, client: &Client) -> Result<NewSession, Refusal> {
        if self.asks_to_sign_in() {
            return Err(Refusal::forbidden("Sign in first."));
        }
        let now = self.now();
        self.throttle.admit(Action::ExternalSession, client.place(), now)?;
        self.note_stranger(&IdentityEvent::LetIn, Outcome::Done, client);
        self.begin_session(SignInMethod::External, false, client, now).map_err(Refusal::for_strangers)
    }
}
