//! Single sign-on, with what is written down of it.

use super::Manager;
use crate::{
    audit::{Actor, Entry, Object, Outcome},
    auth::{
        Client, Refusal, SignedIn,
        oidc::{Account, OidcPatch, OidcReturn, ProviderError},
    },
    secret::Secret,
    session::Session,
    settings::OidcSettings,
};

impl Manager {
    /// Ends a sign-in at the provider: opens a session for the account, or says why not. Blocks: writes the session record
    /// and an entry of the audit trail.
    ///
    /// # Errors
    /// [`Refusal::NotAdmitted`] for an account that may not come in; [`Refusal::OidcGone`] when the settings have changed
    /// meanwhile; [`Refusal::Unavailable`], also where the sign-in cannot be written down.
    pub fn complete_oidc(
        &self,
        back: OidcReturn,
        account: &Account,
        client: &Client,
    ) -> Result<SignedIn, Refusal> {
        let actor = || Actor::Oidc(account.subject.clone());
        match self.access().admit_account(back, account, client) {
            Ok((signed_in, new)) => {
                if let Err(refusal) = self.note(actor(), client, "sign in", account.label(), Outcome::Done) {
                    self.access().sign_out(&new.session)?;
                    return Err(refusal.for_strangers());
                }
                Ok(signed_in)
            }
            Err(refusal) => {
                let outcome = Outcome::Refused { why: refusal.to_string() };
                // The refusal stands, written down or not.
                let _ = self.note(actor(), client, "sign in", account.label(), outcome);
                Err(refusal.for_strangers())
            }
        }
    }

    /// Writes down that the provider vouched for nobody. Blocks: writes an entry of the audit trail.
    ///
    /// # Errors
    /// [`Refusal::Unavailable`].
    pub fn note_oidc_failure(&self, error: &ProviderError, client: &Client) -> Result<(), Refusal> {
        let outcome = Outcome::Refused { why: error.to_string() };
        let nobody = Actor::Oidc("unknown".to_owned());
        self.note(nobody, client, "sign in", "unknown", outcome).map_err(Refusal::for_strangers)
    }

    /// Changes the settings of the provider, for somebody who shows the password once more. Blocks: hashes and writes.
    ///
    /// # Errors
    /// [`Refusal::WrongPassword`]; [`Refusal::TooMany`]; [`Refusal::Invalid`] naming the field; [`Refusal::Forbidden`] for a
    /// session that has ended; [`Refusal::NotKept`] and [`Refusal::Unavailable`], also where the change cannot be written
    /// down, and is then put back.
    pub fn change_oidc(
        &self,
        session: &Session,
        password: &Secret,
        patch: &OidcPatch,
        actor: Actor,
        client: &Client,
    ) -> Result<(), Refusal> {
        let name = "single sign-on";
        let changed = self.access().change_oidc(session, password, patch, client);
        let (before, after) = match changed {
            Ok(both) => both,
            Err(refusal) => {
                if refusal == Refusal::WrongPassword {
                    let outcome = Outcome::Refused { why: refusal.to_string() };
                    let _ = self.note_about(actor, client, "save", "settings", name, outcome);
                }
                return Err(refusal);
            }
        };
        let action = action(&before, &after);
        self.note_about(actor, client, action, "settings", name, Outcome::Done).or_else(|refusal| {
            self.access().restore_oidc(&before, &after)?;
            Err(refusal)
        })
    }

    fn note(
        &self,
        actor: Actor,
        client: &Client,
        action: &str,
        account: &str,
        outcome: Outcome,
    ) -> Result<(), Refusal> {
        self.note_about(actor, client, action, "account", account, outcome)
    }

    /// Writes an entry about somebody's access.
    fn note_about(
        &self,
        actor: Actor,
        client: &Client,
        action: &str,
        kind: &str,
        name: &str,
        outcome: Outcome,
    ) -> Result<(), Refusal> {
        let object = Object { kind: kind.to_owned(), protocol: None, name: name.to_owned(), file: None };
        let entry = Entry {
            at: self.access().now(),
            actor,
            address: client.address,
            action: action.to_owned(),
            object: Some(object),
            regarding: None,
            files: Vec::new(),
            outcome,
        };
        self.configuration().audit().append(&entry)?;
        Ok(())
    }
}

fn action(before: &OidcSettings, after: &OidcSettings) -> &'static str {
    match (before.enabled, after.enabled) {
        (false, true) => "switch on",
        (true, false) => "switch off",
        _ => "save",
    }
}
