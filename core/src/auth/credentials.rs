//! The password itself: the first one, changing it, resetting it.

use std::sync::atomic::{AtomicBool, Ordering};

use super::{
    Access, Action, Client, NewPassword, NewSession, Refusal, enrolment::forget_second_factor, password,
};
use crate::{
    audit::{Actor, IdentityEvent},
    clock::Timestamp,
    crypto::{CryptoError, Entropy, PasswordHasher, random_token},
    secret::Secret,
    session::{Session, SessionRecord},
    settings::Settings,
};

/// Random bytes in a temporary password.
const TEMPORARY_BYTES: usize = 16;

/// What the form for changing the password says.
#[derive(Debug, Clone)]
pub struct PasswordChange {
    /// The present password; not needed to replace a temporary one.
    pub current: Option<Secret>,
    /// The new one.
    pub new: Secret,
    /// The new one again.
    pub confirm: Secret,
}

impl Access {
    /// The settings of a new installation, with a temporary password that must be shown to the operator once.
    /// Blocks: hashes.
    ///
    /// Of two processes that start at once only one saves its settings: show the password only if
    /// [`SettingsCell::open`](crate::settings::SettingsCell::open) came back with this `password_hash`.
    ///
    /// # Errors
    /// [`CryptoError`]; the installation must then not start.
    pub fn first_settings(
        entropy: &dyn Entropy,
        passwords: &dyn PasswordHasher,
        defaults: Settings,
    ) -> Result<(Settings, Secret), CryptoError> {
        let password = Secret::new(random_token(entropy, TEMPORARY_BYTES)?);
        let password_hash = passwords.hash(&password)?;
        let settings =
            Settings { password_hash, must_change_password: true, setup_complete: false, ..defaults };
        Ok((settings, password))
    }

    /// Changes the password, ends all sessions and begins a new one for the caller. Blocks: hashes and writes.
    ///
    /// The present password is needed unless a temporary one must be changed, by somebody who has signed in
    /// with it.
    ///
    /// # Errors
    /// [`Refusal::Conflict`] while `ADMIN_PASSWORD` is set; [`Refusal::Invalid`] naming `current_password`,
    /// `new_password` or `confirm_password`; [`Refusal::WrongPassword`]; [`Refusal::Forbidden`] for a session that
    /// has ended; [`Refusal::TooMany`]; [`Refusal::NotKept`]; [`Refusal::Unavailable`].
    pub fn change_password(
        &self,
        session: &Session,
        change: PasswordChange,
        client: &Client,
    ) -> Result<NewSession, Refusal> {
        if self.has_admin_password() {
            return Err(Refusal::conflict(
                "The password is set by ADMIN_PASSWORD; change it there and start the program again.",
            ));
        }
        let now = self.now();
        self.still_in(session)?;
        let admitted = self.throttle.begin(Action::PasswordChange, client.place(), || true, now)?;
        let new = NewPassword::parse(change.new, &change.confirm, self.ports.common_passwords.as_ref())?;
        let before = self.fresh_settings()?;
        let is_forced = before.must_change_password && session.method().showed_password();
        match &change.current {
            Some(current) => {
                if !password::belongs(self.ports.passwords.as_ref(), current, &before.password_hash) {
                    admitted.failed();
                    self.not_shown_again(&Refusal::WrongPassword, session, client);
                    return Err(Refusal::WrongPassword);
                }
            }
            None if is_forced => {}
            None => return Err(Refusal::invalid("current_password", "Enter the current password.")),
        }
        if self.ports.passwords.verify(new.secret(), &before.password_hash) {
            return Err(Refusal::invalid("new_password", "Choose a password other than the present one."));
        }
        let hash = self.ports.passwords.hash(new.secret())?;
        // Hashing takes a while, in which somebody may have ended it.
        self.still_in(session)?;
        let event = IdentityEvent::PasswordChanged;
        let replaced = self.recorded(&event, session.actor(), client, || {
            self.replace_credentials(Some(session), |settings| {
                if settings.password_hash != before.password_hash {
                    return Err(Refusal::conflict("The password was changed by somebody else meanwhile."));
                }
                settings.password_hash.clone_from(&hash);
                settings.must_change_password = false;
                Ok(())
            })
        })?;
        let new_session = self.begin_again(session, replaced, client, now)?;
        admitted.succeeded();
        Ok(new_session)
    }

    /// Sets a temporary password and ends all sessions: the way back in for whoever is on the host. Blocks:
    /// hashes and writes.
    ///
    /// With `disable_otp` the second factor is switched off and its secret removed. API keys stay. While
    /// `ADMIN_PASSWORD` is set, that one goes on being the password.
    ///
    /// # Errors
    /// [`Refusal::NotKept`]; [`Refusal::Unavailable`].
    pub fn reset_password(&self, disable_otp: bool) -> Result<Secret, Refusal> {
        let password = Secret::new(random_token(self.ports.entropy.as_ref(), TEMPORARY_BYTES)?);
        let hash = self.ports.passwords.hash(&password)?;
        let event = IdentityEvent::PasswordReset;
        self.recorded(&event, Actor::CommandLine, &Client::default(), || {
            self.replace_credentials(None, |settings| {
                settings.password_hash.clone_from(&hash);
                settings.must_change_password = true;
                if disable_otp {
                    forget_second_factor(settings);
                }
                Ok(())
            })
        })?;
        if disable_otp {
            self.note(&IdentityEvent::SecondFactor(false), Actor::CommandLine, &Client::default());
        }
        Ok(password)
    }

    /// The session that takes another one's place, which ended with a change of the credentials; none where it was
    /// ended by somebody else in between, or the credentials were changed once more.
    pub(super) fn begin_again(
        &self,
        session: &Session,
        replaced: Replaced,
        client: &Client,
        now: Timestamp,
    ) -> Result<NewSession, Refusal> {
        if !replaced.caller_was_in {
            return Err(ended());
        }
        let subject = session.subject().map(str::to_owned);
        let new = self.begin_session_of(session.method(), subject, session.remember(), client, now)?;
        self.confirm_epoch(replaced.epoch, &new).map_err(|refusal| match refusal {
            Refusal::PendingGone => ended(),
            other => other,
        })?;
        Ok(new)
    }

    /// Refuses somebody whose session has ended since the request came in.
    pub(super) fn still_in(&self, session: &Session) -> Result<(), Refusal> {
        self.live_record(&session.key()).map(drop).ok_or_else(ended)
    }

    /// Refuses a change that rests on credentials which somebody has changed meanwhile.
    pub(super) fn still_rests_on(&self, epoch: [u8; 32], settings: &Settings) -> Result<(), Refusal> {
        if self.epoch(settings) == epoch {
            return Ok(());
        }
        Err(Refusal::conflict("The password or the second factor was changed meanwhile. Nothing else was."))
    }

    /// Saves a password or a second factor and ends all sessions.
    ///
    /// The sessions but the caller's end before, so that a session store that cannot be written leaves
    /// everything as it was; and all of them after, also those that began meanwhile.
    pub(super) fn replace_credentials(
        &self,
        caller: Option<&Session>,
        mut change: impl FnMut(&mut Settings) -> Result<(), Refusal>,
    ) -> Result<Replaced, Refusal> {
        let caller = caller.map(Session::key);
        self.fresh_settings()?;
        let others = |record: &SessionRecord| Some(record.key) != caller;
        self.ports.sessions.remove(&others)?;
        if caller.is_some_and(|caller| self.live_record(&caller).is_none()) {
            return Err(ended());
        }
        let epoch = self.settings.update(|settings| {
            change(settings)?;
            Ok::<_, Refusal>(self.epoch(settings))
        })?;
        let caller_was_in = AtomicBool::new(false);
        let all = |record: &SessionRecord| {
            caller_was_in.fetch_or(!others(record), Ordering::Relaxed);
            true
        };
        self.ports.sessions.remove(&all)?;
        Ok(Replaced { epoch, caller_was_in: caller_was_in.into_inner() })
    }
}

/// What was found when credentials were replaced.
#[derive(Debug, Clone, Copy)]
pub(super) struct Replaced {
    /// The credentials as they are now.
    epoch: [u8; 32],
    /// Whether the caller's session was still there to be ended.
    caller_was_in: bool,
}

fn ended() -> Refusal {
    Refusal::forbidden("This session has ended. Sign in again.")
}
