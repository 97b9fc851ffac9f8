//! Switching the second factor on and off.
//!
//! A secret is made here and kept here until a code proves that the authenticator has it; only then is it stored. A
//! mistyped code uses nothing up. Whatever changes ends all other sessions.

use std::fmt;

use super::{
    Access, Action, Client, NewSession, Refusal, code::Code, recovery::base32, steps::Steps,
    throttle::Attempt,
};
use crate::{
    audit::IdentityEvent,
    clock::Timestamp,
    secret::Secret,
    session::{Session, SessionKey, SignInMethod},
    settings::Settings,
};

/// For so long after signing in nobody has to show the password once more.
const FRESH_SECONDS: u64 = 600;
/// 160 bits, as RFC 4226 recommends.
const SECRET_BYTES: usize = 20;
const LIFETIME_SECONDS: u64 = 600;
const MAX_PENDING: usize = 100;

/// What an authenticator needs; shown to its owner alone.
#[derive(Clone)]
pub struct Enrolment {
    /// The secret in base32, for whoever types it.
    pub secret: Secret,
    /// The same as an `otpauth:` address, for a QR code.
    pub uri: Secret,
}

impl Enrolment {
    fn of(secret: Secret) -> Self {
        let uri = Secret::new(format!(
            "otpauth://totp/traefik-manager:Traefik%20Manager?secret={}&issuer=traefik-manager",
            secret.expose()
        ));
        Self { secret, uri }
    }
}

/// Both are secret.
impl fmt::Debug for Enrolment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Enrolment(…)")
    }
}

/// The second factor is on.
#[derive(Debug, Clone)]
pub struct Enrolled {
    /// The recovery codes, which are shown this once.
    pub recovery_codes: Vec<Secret>,
    /// The session that takes the caller's place.
    pub session: NewSession,
}

/// How the second factor stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SecondFactor {
    /// Whether a code is asked for.
    pub is_on: bool,
    /// How many recovery codes are left.
    pub recovery_codes: usize,
}

/// Secrets that no code has confirmed yet, by the session that asked for them.
#[derive(Debug)]
pub(super) struct PendingEnrolments(Steps<SessionKey, Pending>);

#[derive(Debug)]
struct Pending {
    secret: Secret,
    /// The credentials as they were.
    epoch: [u8; 32],
}

impl Default for PendingEnrolments {
    fn default() -> Self {
        Self(Steps::new(MAX_PENDING, LIFETIME_SECONDS))
    }
}

impl PendingEnrolments {
    fn open(&self, key: &SessionKey, epoch: [u8; 32], now: Timestamp) -> Option<Secret> {
        self.0.with(key, now, |pending| (pending.epoch == epoch).then(|| pending.secret.clone()))?
    }
}

impl Access {
    /// How the second factor stands, as last read. Never blocks.
    pub fn second_factor(&self) -> SecondFactor {
        let settings = self.settings.current();
        SecondFactor { is_on: settings.otp_enabled, recovery_codes: settings.otp_recovery.len() }
    }

    /// Whether [`begin_enrolment`](Self::begin_enrolment) needs the password: where the second factor is on already, and
    /// where it was not with the password that this session began, less than ten minutes ago. Never blocks.
    ///
    /// Otherwise whoever has copied a cookie could put an authenticator of their own before the owner's door.
    pub fn asks_before_enrolment(&self, session: &Session) -> bool {
        self.asks_with(&self.settings.current(), session)
    }

    fn asks_with(&self, settings: &Settings, session: &Session) -> bool {
        let (now, began) = (self.now(), session.created_at());
        let is_fresh = session.method().showed_password() && began <= now && now.since(began) < FRESH_SECONDS;
        settings.otp_enabled || !is_fresh
    }

    /// Makes a secret for an authenticator, to be confirmed within ten minutes. May need the password, see
    /// [`asks_before_enrolment`](Self::asks_before_enrolment). Blocks: may hash.
    ///
    /// # Errors
    /// [`Refusal::Invalid`] naming `password`; [`Refusal::WrongPassword`]; [`Refusal::TooMany`] after 10 in a minute;
    /// [`Refusal::Forbidden`] for a session that has ended; [`Refusal::Conflict`] where nobody signs in;
    /// [`Refusal::Unavailable`].
    pub fn begin_enrolment(
        &self,
        session: &Session,
        password: Option<&Secret>,
        client: &Client,
    ) -> Result<Enrolment, Refusal> {
        let (attempt, settings) = self.manage_second_factor(session, client)?;
        if self.asks_with(&settings, session) {
            self.check_password_again((session, client), attempt, password, &settings)?;
        }
        let mut bytes = zeroize::Zeroizing::new([0; SECRET_BYTES]);
        self.ports.entropy.fill(bytes.as_mut_slice())?;
        let secret = Secret::new(base32(bytes.as_slice()));
        let pending = Pending { secret: secret.clone(), epoch: self.epoch(&settings) };
        self.enrolments.0.begin(session.key(), pending, self.now());
        Ok(Enrolment::of(secret))
    }

    /// The secret that waits for its code, to be shown again after a mistyped one. Never blocks.
    pub fn pending_enrolment(&self, session: &Session) -> Option<Enrolment> {
        let epoch = self.epoch(&self.settings.current());
        self.enrolments.open(&session.key(), epoch, self.now()).map(Enrolment::of)
    }

    /// Switches the second factor on, once a code shows that the authenticator has the secret. The code counts as used,
    /// all other sessions end, and the caller gets a new one. Blocks: writes.
    ///
    /// # Errors
    /// [`Refusal::WrongCode`], after which another code may be tried; [`Refusal::Conflict`] when no secret waits for its
    /// code, or none any more; [`Refusal::TooMany`]; [`Refusal::Forbidden`]; [`Refusal::NotKept`];
    /// [`Refusal::Unavailable`].
    pub fn confirm_enrolment(
        &self,
        session: &Session,
        code: &str,
        client: &Client,
    ) -> Result<Enrolled, Refusal> {
        let gone = || Refusal::conflict("The QR code is no longer valid. Begin again with a new one.");
        let now = self.now();
        let (_attempt, before) = self.manage_second_factor(session, client)?;
        let epoch = self.epoch(&before);
        let secret = self.enrolments.open(&session.key(), epoch, now).ok_or_else(gone)?;
        let Some(Code::OneTime(digits)) = Code::parse(code) else { return Err(Refusal::WrongCode) };
        let step = self.matching_step(&secret, digits.expose(), now, None)?.ok_or(Refusal::WrongCode)?;
        let sealed = self.ports.cipher.seal(&secret)?;
        let (recovery_codes, digests) = self.make_recovery_codes()?;
        let replaced = self.recorded(&IdentityEvent::SecondFactor(true), session.actor(), client, || {
            self.replace_credentials(Some(session), |settings| {
                if self.epoch(settings) != epoch {
                    return Err(gone());
                }
                settings.otp_secret.clone_from(&sealed);
                settings.otp_enabled = true;
                settings.otp_last_step = Some(step);
                settings.otp_recovery.clone_from(&digests);
                Ok(())
            })
        })?;
        self.enrolments.0.end(&session.key());
        Ok(Enrolled { recovery_codes, session: self.begin_again(session, replaced, client, now)? })
    }

    /// Switches the second factor off and forgets its secret; needs the password. All other sessions end, and the
    /// caller gets a new one. Blocks: hashes and writes.
    ///
    /// # Errors
    /// Those of [`begin_enrolment`](Self::begin_enrolment), and [`Refusal::NotKept`].
    pub fn disable_second_factor(
        &self,
        session: &Session,
        password: Option<&Secret>,
        client: &Client,
    ) -> Result<NewSession, Refusal> {
        let (attempt, settings) = self.manage_second_factor(session, client)?;
        self.check_password_again((session, client), attempt, password, &settings)?;
        let epoch = self.epoch(&settings);
        let event = IdentityEvent::SecondFactor(false);
        let replaced = self.recorded(&event, session.actor(), client, || {
            self.replace_credentials(Some(session), |settings| {
                self.still_rests_on(epoch, settings)?;
                forget_second_factor(settings);
                Ok(())
            })
        })?;
        self.begin_again(session, replaced, client, self.now())
    }

    /// Makes ten other recovery codes; those of before are worth nothing then. Needs the password. Blocks: hashes and
    /// writes.
    ///
    /// # Errors
    /// Those of [`begin_enrolment`](Self::begin_enrolment), [`Refusal::Conflict`] while the second factor is off, and
    /// [`Refusal::NotKept`].
    pub fn renew_recovery_codes(
        &self,
        session: &Session,
        password: Option<&Secret>,
        client: &Client,
    ) -> Result<Vec<Secret>, Refusal> {
        let (attempt, settings) = self.manage_second_factor(session, client)?;
        self.check_password_again((session, client), attempt, password, &settings)?;
        let epoch = self.epoch(&settings);
        let (codes, digests) = self.make_recovery_codes()?;
        if !settings.otp_enabled {
            return Err(Refusal::conflict("Two-factor authentication is off."));
        }
        self.recorded(&IdentityEvent::RecoveryCodesMade, session.actor(), client, || {
            self.settings.update(|settings: &mut Settings| {
                self.still_rests_on(epoch, settings)?;
                settings.otp_recovery.clone_from(&digests);
                Ok(())
            })
        })?;
        Ok(codes)
    }

    /// What all of this begins with.
    fn manage_second_factor(
        &self,
        session: &Session,
        client: &Client,
    ) -> Result<(Attempt<'_>, std::sync::Arc<Settings>), Refusal> {
        self.still_in(session)?;
        if session.method() == SignInMethod::External {
            return Err(Refusal::conflict("Nobody signs in here: another service guards the pages."));
        }
        let action = Action::SecondFactorManagement;
        let attempt = self.throttle.begin(action, client.place(), || true, self.now())?;
        Ok((attempt, self.fresh_settings()?))
    }

    /// Asks for the password again: a session that somebody left open must not be enough.
    fn check_password_again(
        &self,
        (session, client): (&Session, &Client),
        attempt: Attempt<'_>,
        password: Option<&Secret>,
        settings: &Settings,
    ) -> Result<(), Refusal> {
        let Some(password) = password.filter(|password| !password.expose().is_empty()) else {
            return Err(Refusal::invalid("password", "Enter your password."));
        };
        if self.password_is_right(password, settings) {
            // Hashing takes a while, in which somebody may have ended it.
            return self.still_in(session);
        }
        attempt.failed();
        self.not_shown_again(&Refusal::WrongPassword, session, client);
        Err(Refusal::WrongPassword)
    }
}

/// Takes everything of the second factor out of the settings.
pub(super) fn forget_second_factor(settings: &mut Settings) {
    settings.otp_enabled = false;
    settings.otp_secret.clear();
    settings.otp_last_step = None;
    settings.otp_recovery.clear();
}
