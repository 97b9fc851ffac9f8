//! The first step: the password.

use std::fmt;

use super::{
    Access, Action, Client, NewSession, Refusal, ReturnPath,
    pending::PendingSignIn,
    signed::Signed,
    throttle::{Attempt, Place},
};
use crate::{
    audit::{Actor, IdentityEvent, Proof},
    clock::Timestamp,
    crypto::CryptoError,
    secret::Secret,
    session::SignInMethod,
    settings::Settings,
};

/// A password and what goes with it.
#[derive(Debug, Clone)]
pub struct SignIn {
    /// The password.
    pub password: Secret,
    /// Whether the session may rest for 24 hours and outlive the browser.
    pub remember: bool,
    /// From where.
    pub client: Client,
    /// Where to go afterwards.
    pub next: ReturnPath,
}

/// How far a sign-in has come.
#[derive(Clone)]
pub enum SignedIn {
    /// Signed in.
    Session {
        /// The session and its cookie.
        new: NewSession,
        /// Where to go.
        next: ReturnPath,
        /// Whether the temporary password must be changed first.
        must_change_password: bool,
    },
    /// The one-time code is still owed.
    NeedsCode {
        /// The value of the cookie that carries the sign-in to the next step; good for 5 minutes.
        pending: String,
    },
}

/// The value of the cookie stays out of logs.
impl fmt::Debug for SignedIn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Session { new, next, must_change_password } => f
                .debug_struct("Session")
                .field("new", new)
                .field("next", next)
                .field("must_change_password", must_change_password)
                .finish(),
            Self::NeedsCode { .. } => f.debug_struct("NeedsCode").finish_non_exhaustive(),
        }
    }
}

impl Access {
    /// Checks a password. Blocks: hashes, and writes the session record.
    ///
    /// The answer, and the time it takes, are the same whether the password is wrong or none is set.
    ///
    /// # Errors
    /// [`Refusal::WrongPassword`]; [`Refusal::TooMany`] for an attempt over the limits, which is not looked at;
    /// [`Refusal::SecondFactorBroken`] after the right password; [`Refusal::Conflict`] when nobody is asked to
    /// sign in; [`Refusal::Unavailable`].
    pub fn sign_in(&self, attempt: SignIn) -> Result<SignedIn, Refusal> {
        let client = attempt.client.clone();
        self.check_password(attempt)
            .inspect_err(|refusal| self.note_failure(Proof::Password, refusal, &client))
            .map_err(Refusal::for_strangers)
    }

    fn check_password(&self, attempt: SignIn) -> Result<SignedIn, Refusal> {
        if !self.asks_to_sign_in() {
            return Err(Refusal::conflict("Nobody signs in here: another service guards the pages."));
        }
        let now = self.now();
        let admitted = self.begin_attempt(Action::SignIn, &attempt.client, now)?;
        let settings = self.fresh_settings()?;
        if !self.password_is_right(&attempt.password, &settings) {
            admitted.failed();
            return Err(Refusal::WrongPassword);
        }
        if settings.otp_enabled {
            return self.ask_for_code(&settings, &attempt, now);
        }
        let epoch = self.epoch(&settings);
        let new = self.come_in(SignInMethod::Password, attempt.remember, epoch, &attempt.client)?;
        admitted.succeeded();
        Ok(self.signed_in(new, attempt.next))
    }

    /// The right password alone clears no failures: it would buy guesses at the code.
    fn ask_for_code(
        &self,
        settings: &Settings,
        attempt: &SignIn,
        now: Timestamp,
    ) -> Result<SignedIn, Refusal> {
        self.open_otp_secret(settings)?;
        let (cookie, key) =
            Signed::SECOND_FACTOR.issue(self.ports.entropy.as_ref(), self.ports.digests.as_ref())?;
        let epoch = self.epoch(settings);
        self.pending.add(key, PendingSignIn::new(epoch, attempt.remember, attempt.next.clone()), now);
        Ok(SignedIn::NeedsCode { pending: cookie.expose().to_owned() })
    }

    pub(super) fn open_otp_secret(&self, settings: &Settings) -> Result<Secret, Refusal> {
        if settings.otp_secret.is_empty() {
            return Err(Refusal::SecondFactorBroken(
                "Two-factor authentication is on, but its secret is missing (otp_secret in manager.yml). \
                 Restore the file from a backup, or run the command reset-password with --disable-otp on the host."
                    .to_owned(),
            ));
        }
        self.ports.cipher.open(&settings.otp_secret).map_err(|error| match error {
            CryptoError::Unavailable(detail) => Refusal::Unavailable(detail),
            CryptoError::Refused(_) | CryptoError::Undecipherable => Refusal::SecondFactorBroken(
                "Two-factor authentication is on, but its secret does not decrypt with the present key. \
                 Restore OTP_ENCRYPTION_KEY, .otp_key or .secret_key, or run the command reset-password with \
                 --disable-otp on the host."
                    .to_owned(),
            ),
        })
    }

    pub(super) fn signed_in(&self, new: NewSession, next: ReturnPath) -> SignedIn {
        SignedIn::Session { new, next, must_change_password: self.must_change_password() }
    }

    /// Begins a session and records it, see [`recorded`](Self::recorded).
    pub(super) fn come_in(
        &self,
        method: SignInMethod,
        remember: bool,
        epoch: [u8; 32],
        client: &Client,
    ) -> Result<NewSession, Refusal> {
        let (account, user_agent) = (String::new(), client.user_agent.clone());
        let event = IdentityEvent::SignedIn { method, account, user_agent };
        self.recorded(&event, Actor::admin(), client, || {
            let new = self.begin_session(method, remember, client, self.now())?;
            self.confirm_epoch(epoch, &new)?;
            Ok(new)
        })
    }

    /// Records a failure, and the block that it has led to.
    pub(super) fn note_failure(&self, proof: Proof, refusal: &Refusal, client: &Client) {
        self.turned_away(proof, refusal, client);
        if matches!(refusal, Refusal::WrongPassword | Refusal::WrongCode) {
            self.note_block(client);
        }
    }

    pub(super) fn begin_attempt(
        &self,
        action: Action,
        client: &Client,
        now: Timestamp,
    ) -> Result<Attempt<'_>, Refusal> {
        let place = client.place();
        self.throttle.begin(action, place, || self.has_session_from(place, now), now)
    }

    pub(super) fn has_session_from(&self, place: Place, now: Timestamp) -> bool {
        let Ok(records) = self.ports.sessions.list() else { return false };
        records.iter().any(|record| {
            record.method != SignInMethod::External
                && !self.limits.is_over(record, now)
                && Place::of(record.address) == place
        })
    }

    /// The password may have changed between the look at it and the new session. A change first saves and then
    /// ends all sessions, so looking once more after the session is there leaves no gap.
    pub(super) fn confirm_epoch(&self, epoch: [u8; 32], new: &NewSession) -> Result<(), Refusal> {
        let unchanged = self.fresh_settings().map(|settings| self.epoch(&settings) == epoch);
        if unchanged == Ok(true) {
            return Ok(());
        }
        self.close_session(&new.session)?;
        Err(unchanged.err().unwrap_or(Refusal::PendingGone))
    }
}
