//! Signing in at an identity provider, beside the password.
//!
//! [`Access::begin_oidc`] makes what ties a sign-in to its browser and its answer (state, nonce, PKCE verifier) and keeps
//! it here; [`IdentityProvider`] says where the browser goes; [`Access::resume_oidc`] takes the sign-in up again, once,
//! in the same browser; [`Access::try_oidc`] counts the code as one more guess at a door; the provider says whose it is; [`OidcPolicy`] whether that account may come in, and
//! [`Access::complete_oidc`] opens the session, written down like every sign-in. A second factor is the provider's business.
//!
//! A change of the settings ends what rests on them: sign-ins under way, which carry the digest of the settings as they
//! were, and sessions that came of the provider. Everything fails closed and leaves the password as the way in.

mod pending;
mod policy;
mod provider;
mod settings;

pub(crate) use pending::PendingAtProvider;
pub use policy::{Account, Email, OidcPolicy, Rejection};
pub use provider::{Answer, IdentityProvider, ProviderAddress, ProviderError, Registration, Request};
pub use settings::{OidcPatch, SecretPatch};

use self::pending::Pending;
use super::{
    Access, Action, Client, Refusal, ReturnPath, SignedIn,
    signed::Signed,
    throttle::{Begun, Outcome as Ended},
};
use crate::{
    audit::{Actor, IdentityEvent, Outcome, Proof, plain},
    crypto::{CryptoError, random_token},
    secret::Secret,
    session::SignInMethod,
    settings::{OidcSettings, Settings},
};

/// Where the provider sends browsers back to.
pub const CALLBACK: &str = "/auth/oidc/callback";

/// Random bytes in state, nonce and verifier.
const RANDOM_BYTES: usize = 32;

/// A sign-in that has begun; the browser has to go to the provider.
#[derive(Debug)]
pub struct OidcStart {
    /// What the provider knows of this program.
    pub registration: Registration,
    /// What the provider has to be told.
    pub request: Request,
    /// What the browser brings back.
    pub state: Secret,
}

/// A sign-in whose browser has come back from the provider.
#[derive(Debug)]
pub struct OidcReturn {
    /// What the provider knows of this program.
    pub registration: Registration,
    /// What the provider was told.
    pub request: Request,
    /// Where to go afterwards.
    pub next: ReturnPath,
    epoch: [u8; 32],
}

/// A code that is being tried at the provider.
#[derive(Debug)]
#[must_use]
pub struct OidcAttempt(Begun);

impl Access {
    /// The name on the button, where people may sign in at a provider. Never blocks.
    pub fn oidc_name(&self) -> Option<String> {
        let settings = self.settings.current();
        (settings.oidc.enabled && self.asks_to_sign_in()).then(|| settings.oidc.name().to_owned())
    }

    /// Begins a sign-in. Blocks on the disk when the settings were touched.
    ///
    /// `browser` is the cookie that came with the sign-in form ([`login_form`](Self::login_form)). `origin` is the address
    /// by which a trusted proxy says that this program was asked for; the configured one goes over it.
    ///
    /// # Errors
    /// [`Refusal::TooMany`] after 10 a minute; [`Refusal::NotFound`] where no provider is switched on;
    /// [`Refusal::OidcClosed`] with the remedy; [`Refusal::Unavailable`].
    pub fn begin_oidc(
        &self,
        client: &Client,
        browser: &str,
        origin: Option<&str>,
        next: ReturnPath,
    ) -> Result<OidcStart, Refusal> {
        let now = self.now();
        self.admit(Action::OidcStart, client)?;
        let settings = self.fresh_settings()?;
        let registration = self.registration(&settings)?;
        let base = match settings.oidc.public_url.trim().trim_end_matches('/') {
            "" => origin.ok_or_else(|| closed(&settings.oidc, NO_ADDRESS))?,
            public_url => public_url,
        };
        let digests = self.ports.digests.as_ref();
        let browser = Signed::LOGIN_FORM.open(digests, browser).ok_or(Refusal::OidcGone)?;
        let random = || random_token(self.ports.entropy.as_ref(), RANDOM_BYTES).map(Secret::new);
        let request =
            Request { redirect_uri: format!("{base}{CALLBACK}"), nonce: random()?, verifier: random()? };
        let state = random()?;
        let epoch = self.oidc_epoch(&settings);
        let pending = Pending { browser, epoch, request: request.clone(), next };
        self.at_provider.add(digests.sha256(state.expose().as_bytes()), pending, now);
        Ok(OidcStart { registration, request, state })
    }

    /// Takes a sign-in up again with the state that the browser brings back. Blocks on the disk when the settings were
    /// touched.
    ///
    /// The state is spent by this, whatever comes of it. Takes any text.
    ///
    /// # Errors
    /// [`Refusal::OidcGone`] for a state that is unknown, spent, of another browser, older than ten minutes, or from before
    /// a change of the settings; otherwise as [`begin_oidc`](Self::begin_oidc).
    pub fn resume_oidc(&self, browser: Option<&str>, state: &str) -> Result<OidcReturn, Refusal> {
        let digests = self.ports.digests.as_ref();
        let browser = browser.and_then(|cookie| Signed::LOGIN_FORM.open(digests, cookie)).unwrap_or_default();
        let state = digests.sha256(state.as_bytes());
        let pending = self.at_provider.take(&state, &browser, self.now()).ok_or(Refusal::OidcGone)?;
        let settings = self.fresh_settings()?;
        if self.oidc_epoch(&settings) != pending.epoch {
            return Err(Refusal::OidcGone);
        }
        let registration = self.registration(&settings)?;
        Ok(OidcReturn { registration, request: pending.request, next: pending.next, epoch: pending.epoch })
    }

    /// Ends a sign-in at the provider: opens a session for the account, or says why not. Blocks: writes the session
    /// record and an entry of the audit trail.
    ///
    /// An account that may not come in counts as a failure of the client, as a wrong password does.
    ///
    /// # Errors
    /// [`Refusal::NotAdmitted`] for an account that may not come in; [`Refusal::OidcGone`] when the settings have changed
    /// meanwhile; [`Refusal::Unavailable`], also where the sign-in cannot be written down.
    pub fn complete_oidc(
        &self,
        back: OidcReturn,
        account: &Account,
        attempt: OidcAttempt,
        client: &Client,
    ) -> Result<SignedIn, Refusal> {
        let result = self.admit_account(back, account, client);
        self.throttle.end(
            attempt.0,
            match &result {
                Ok(_) => Ended::Succeeded,
                Err(Refusal::NotAdmitted(_)) => Ended::Failed,
                Err(_) => Ended::Neither,
            },
        );
        result.map_err(|refusal| {
            if matches!(refusal, Refusal::NotAdmitted(_) | Refusal::OidcGone) {
                self.note_oidc_failure(&format!("{}: {refusal}", plain(account.label())), client);
            }
            refusal.for_strangers()
        })
    }

    /// Admits a code to be tried at the provider. Blocks on the disk.
    ///
    /// # Errors
    /// [`Refusal::TooMany`], as for a password; [`Refusal::NotKept`] and [`Refusal::Unavailable`] when attempts cannot be
    /// counted.
    pub fn try_oidc(&self, client: &Client) -> Result<OidcAttempt, Refusal> {
        let place = client.place();
        let now = self.now();
        let is_familiar = || self.has_session_from(place, now);
        self.throttle.begin_apart(Action::OidcReturn, place, is_familiar, now).map(OidcAttempt)
    }

    /// Ends an attempt for which the provider has vouched for nobody, and records it. Blocks on the disk.
    ///
    /// A code that the provider does not take, and an answer that does not hold, count as failures of the client; that the
    /// provider does not answer does not.
    pub fn fail_oidc(&self, attempt: OidcAttempt, error: &ProviderError, client: &Client) {
        let is_guess = matches!(error, ProviderError::Refused(_) | ProviderError::Untrusted(_));
        self.throttle.end(attempt.0, if is_guess { Ended::Failed } else { Ended::Neither });
        self.note_oidc_failure(&error.to_string(), client);
    }

    /// Records that the provider vouched for nobody, or counts it. Blocks on the disk.
    pub fn note_oidc_failure(&self, why: &str, client: &Client) {
        let outcome = Outcome::Refused { why: why.to_owned() };
        self.note_stranger(&IdentityEvent::TurnedAway(Proof::Provider), outcome, client);
        self.note_block(client);
    }

    fn admit_account(
        &self,
        back: OidcReturn,
        account: &Account,
        client: &Client,
    ) -> Result<SignedIn, Refusal> {
        let settings = self.fresh_settings()?;
        if self.oidc_epoch(&settings) != back.epoch {
            return Err(Refusal::OidcGone);
        }
        OidcPolicy::of(&settings.oidc).judge(account).map_err(Refusal::NotAdmitted)?;
        let method = SignInMethod::Oidc;
        let event = IdentityEvent::SignedIn {
            method,
            account: account.label().to_owned(),
            user_agent: client.user_agent.clone(),
        };
        let new = self.recorded(&event, Actor::Oidc(account.subject.clone()), client, || {
            let subject = Some(account.subject.clone());
            let new = self.begin_session_of(method, subject, false, client, self.now())?;
            // The settings may have changed since. A change saves first and then ends these sessions, so looking once
            // more after the session is there leaves no gap.
            let unchanged = self.fresh_settings().map(|settings| self.oidc_epoch(&settings) == back.epoch);
            if unchanged == Ok(true) {
                return Ok(new);
            }
            self.close_session(&new.session)?;
            Err(unchanged.err().unwrap_or(Refusal::OidcGone))
        })?;
        Ok(self.signed_in(new, back.next))
    }

    /// What the provider knows of this program, if everything is there that a sign-in needs.
    fn registration(&self, settings: &Settings) -> Result<Registration, Refusal> {
        let oidc = &settings.oidc;
        if !self.asks_to_sign_in() || !oidc.enabled {
            return Err(Refusal::not_found("Nobody signs in at an identity provider here."));
        }
        if oidc.lacks_filter() {
            return Err(closed(oidc, OidcSettings::NO_FILTER));
        }
        if let Err(refusal) = oidc.check() {
            return Err(closed(oidc, &refusal.to_string()));
        }
        Ok(Registration {
            at: oidc.address(),
            client_id: oidc.client_id.trim().to_owned(),
            client_secret: self.open_client_secret(oidc)?,
            groups_claim: oidc.claim_of_groups().to_owned(),
            asks_for_groups: OidcPolicy::of(oidc).asks_for_groups(),
        })
    }

    fn open_client_secret(&self, oidc: &OidcSettings) -> Result<Option<Secret>, Refusal> {
        if oidc.client_secret.is_empty() {
            return Ok(None);
        }
        self.ports.cipher.open(&oidc.client_secret).map(Some).map_err(|error| match error {
            CryptoError::Unavailable(detail) => Refusal::Unavailable(detail),
            CryptoError::Refused(_) | CryptoError::Undecipherable => closed(
                oidc,
                "Its client secret does not decrypt with the present key. Enter it anew, or restore \
                 OTP_ENCRYPTION_KEY, .otp_key or .secret_key.",
            ),
        })
    }

    /// A digest that changes with everything that a sign-in at the provider rests on.
    fn oidc_epoch(&self, settings: &Settings) -> [u8; 32] {
        self.ports.digests.sha256(settings.oidc.fingerprint().as_bytes())
    }
}

const NO_ADDRESS: &str =
    "It is not known by which address browsers find this program. Enter the public address.";

/// Nobody comes in by the provider until somebody has mended the settings.
fn closed(oidc: &OidcSettings, remedy: &str) -> Refusal {
    let name = oidc.name();
    Refusal::OidcClosed(format!(
        "Signing in with {name} is not possible at present; the password is. {remedy} The settings of single sign-on \
         are under Access."
    ))
}
