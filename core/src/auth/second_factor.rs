//! The second step: the one-time code.

use super::{
    Access, Action, Client, Refusal, SignedIn, code::Code, pending::PendingSignIn, recovery::strike_off,
    signed::Signed,
};
use crate::{
    audit::{Actor, IdentityEvent, Proof},
    clock::Timestamp,
    crypto::CryptoError,
    secret::Secret,
    session::SignInMethod,
    settings::Settings,
};

impl Access {
    /// Checks the one-time code, or a recovery code, of a sign-in whose password was right. Blocks: writes settings and session
    /// record.
    ///
    /// A code works once, in any browser and across restarts: the time step of the last accepted one is stored,
    /// and only later ones are accepted (RFC 6238, section 5.2). A sign-in takes five codes in five minutes,
    /// and ends when password or second factor change meanwhile. Should the clock have run ahead once, codes
    /// are refused until it gets there again, or until `reset-password --disable-otp`.
    ///
    /// # Errors
    /// [`Refusal::WrongCode`], [`Refusal::PendingGone`], [`Refusal::TooMany`], [`Refusal::SecondFactorBroken`],
    /// [`Refusal::Unavailable`].
    pub fn complete_second_factor(
        &self,
        pending: &str,
        code: &str,
        client: &Client,
    ) -> Result<SignedIn, Refusal> {
        self.check_code(pending, code, client)
            .inspect_err(|refusal| self.note_failure(Proof::Code, refusal, client))
            .map_err(Refusal::for_strangers)
    }

    fn check_code(&self, pending: &str, code: &str, client: &Client) -> Result<SignedIn, Refusal> {
        let now = self.now();
        let key = Signed::SECOND_FACTOR
            .open(self.ports.digests.as_ref(), pending)
            .filter(|key| self.pending.is_open(key, now))
            .ok_or(Refusal::PendingGone)?;
        let admitted = self.begin_attempt(Action::SecondFactor, client, now)?;
        let settings = self.fresh_settings()?;
        let sign_in = self.pending.spend_code(&key, now).ok_or(Refusal::PendingGone)?;
        if self.epoch(&settings) != sign_in.epoch {
            self.pending.close(&key);
            return Err(Refusal::PendingGone);
        }
        let secret = self.open_otp_secret(&settings)?;
        let code = Code::parse(code);
        let accepted = match &code {
            Some(Code::OneTime(digits)) => self
                .matching_step(&secret, digits.expose(), now, settings.otp_last_step)?
                .ok_or(Refusal::WrongCode)
                .and_then(|step| self.use_up(step, sign_in.epoch)),
            Some(Code::Recovery(code)) => self.use_up_recovery(code, &sign_in),
            None => Err(Refusal::WrongCode),
        };
        if let Err(refusal) = accepted {
            if refusal == Refusal::WrongCode {
                admitted.failed();
            }
            return Err(refusal);
        }
        if !self.pending.close(&key) {
            return Err(Refusal::PendingGone);
        }
        if matches!(code, Some(Code::Recovery(_))) {
            self.note(&IdentityEvent::RecoveryCodeUsed, Actor::admin(), client);
        }
        let new = self.come_in(SignInMethod::PasswordAndCode, sign_in.remember, sign_in.epoch, client)?;
        admitted.succeeded();
        Ok(self.signed_in(new, sign_in.next))
    }

    /// Whether the sign-in that the cookie names still waits for its code. Never blocks.
    pub fn awaits_code(&self, pending: &str) -> bool {
        Signed::SECOND_FACTOR
            .open(self.ports.digests.as_ref(), pending)
            .is_some_and(|key| self.pending.is_open(&key, self.now()))
    }

    /// Checks the code of somebody who is in, and uses it up; nothing to check without a second factor.
    pub(super) fn check_present_code(
        &self,
        settings: &Settings,
        code: &str,
        now: Timestamp,
    ) -> Result<(), Refusal> {
        if !settings.otp_enabled {
            return Ok(());
        }
        let secret = self.open_otp_secret(settings)?;
        let Some(Code::OneTime(digits)) = Code::parse(code) else { return Err(Refusal::WrongCode) };
        let step = self.matching_step(&secret, digits.expose(), now, settings.otp_last_step)?;
        self.use_up(step.ok_or(Refusal::WrongCode)?, self.epoch(settings))
    }

    pub(super) fn matching_step(
        &self,
        secret: &Secret,
        code: &str,
        now: Timestamp,
        used: Option<u64>,
    ) -> Result<Option<u64>, Refusal> {
        let unix_time = u64::try_from(now.0).unwrap_or(0);
        self.ports.one_time.matching_step(secret, code, unix_time, used).map_err(|error| match error {
            CryptoError::Refused(_) => Refusal::SecondFactorBroken(
                "The stored secret of two-factor authentication is not one. Run the command reset-password with \
                 --disable-otp on the host."
                    .to_owned(),
            ),
            other => other.into(),
        })
    }

    /// Strikes a recovery code off the list in the file, so that of two equal ones one wins.
    fn use_up_recovery(&self, code: &Secret, sign_in: &PendingSignIn) -> Result<(), Refusal> {
        let digest = self.recovery_digest(code.expose());
        self.settings.update(|settings: &mut Settings| {
            if self.epoch(settings) != sign_in.epoch {
                return Err(Refusal::PendingGone);
            }
            if strike_off(settings, &digest) { Ok(()) } else { Err(Refusal::WrongCode) }
        })
    }

    /// Compares and sets the last accepted step in the file, so that of two equal codes one wins.
    fn use_up(&self, step: u64, epoch: [u8; 32]) -> Result<(), Refusal> {
        self.settings.update(|settings: &mut Settings| {
            if self.epoch(settings) != epoch {
                return Err(Refusal::PendingGone);
            }
            if settings.otp_last_step.is_some_and(|last| step <= last) {
                return Err(Refusal::WrongCode);
            }
            settings.otp_last_step = Some(step);
            Ok(())
        })
    }
}
