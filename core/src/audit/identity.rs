//! What is done with passwords, sessions, keys and settings, as entries of the trail.
//!
//! One mechanism for all of them: an [`IdentityEvent`] says what, and becomes an [`Entry`] that has no files. No secret
//! has a place in one, and what a stranger can choose (a browser's description, a name) is made [`plain`] first.

use std::{fmt::Write as _, net::IpAddr};

use super::{Actor, Entry, Object, Outcome};
use crate::{clock::Timestamp, session::SignInMethod};

/// The kind of the object of an entry about who may come in.
const ACCESS: &str = "access";
/// The kind of the object of an entry about this program's own settings.
const SETTINGS: &str = "settings";
/// The most characters of a text that somebody else has chosen.
const MAX_TEXT: usize = 160;

/// What an entry is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Area {
    /// Traefik's configuration.
    Configuration,
    /// Who may come in, and this program's own settings.
    Access,
}

impl Entry {
    /// What the entry is about.
    pub fn area(&self) -> Area {
        match &self.object {
            Some(object) if object.kind == ACCESS || object.kind == SETTINGS => Area::Access,
            _ => Area::Configuration,
        }
    }
}

/// What a stranger has shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Proof {
    /// A password.
    Password,
    /// A one-time code, or a recovery code.
    Code,
    /// An API key.
    Key,
    /// What an identity provider has said.
    Provider,
    /// A form token, or where a request comes from.
    Form,
}

/// Something that happened to who may come in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum IdentityEvent {
    /// Somebody signed in.
    SignedIn {
        /// By what.
        method: SignInMethod,
        /// What the identity provider calls the account; empty for the one that has the password.
        account: String,
        /// The browser's own description.
        user_agent: String,
    },
    /// Somebody was let in without being asked, because another service guards the pages.
    LetIn,
    /// Somebody was not let in.
    TurnedAway(Proof),
    /// Somebody who is in did not show the password, or the code, once more when asked to.
    NotShownAgain,
    /// An API key was used for something that its scopes do not hold, see the text.
    NotPermitted(String),
    /// Failures have blocked the client for so many seconds.
    Blocked(u64),
    /// Somebody signed out.
    SignedOut,
    /// Sessions were ended, see the text: `all others`, `Firefox from 192.0.2.1`.
    SessionsEnded(String),
    /// The password was changed.
    PasswordChanged,
    /// A temporary password was set on the command line.
    PasswordReset,
    /// The second factor was switched on or off.
    SecondFactor(bool),
    /// Recovery codes were made; those from before are void.
    RecoveryCodesMade,
    /// A recovery code was used up.
    RecoveryCodeUsed,
    /// An API key was made, for this device.
    KeyIssued(String),
    /// An API key was revoked, by this device's name.
    KeyRevoked(String),
    /// Asking people to sign in was switched on or off.
    SignInAsked(bool),
    /// The identity provider's settings were changed, see the text.
    ProviderChanged(String),
    /// These settings were changed, by their names in the file.
    SettingsChanged(Vec<&'static str>),
    /// The set-up was finished.
    SetUpFinished,
}

impl IdentityEvent {
    /// What was done, as a verb.
    pub fn action(&self) -> &'static str {
        match self {
            Self::SignedIn { .. } => "sign in",
            Self::LetIn => "let in",
            Self::TurnedAway(Proof::Password | Proof::Provider) => "refuse sign-in",
            Self::TurnedAway(Proof::Code) => "refuse code",
            Self::TurnedAway(Proof::Key) => "refuse API key",
            Self::TurnedAway(Proof::Form) => "refuse form",
            Self::NotShownAgain => "refuse confirmation",
            Self::NotPermitted(_) => "refuse request",
            Self::Blocked(_) => "block sign-in",
            Self::SignedOut => "sign out",
            Self::SessionsEnded(_) => "end sessions",
            Self::PasswordChanged => "change password",
            Self::PasswordReset => "reset password",
            Self::SecondFactor(true) => "switch on second factor",
            Self::SecondFactor(false) => "switch off second factor",
            Self::RecoveryCodesMade => "make recovery codes",
            Self::RecoveryCodeUsed => "use recovery code",
            Self::KeyIssued(_) => "make API key",
            Self::KeyRevoked(_) => "revoke API key",
            Self::SignInAsked(true) => "switch on sign-in",
            Self::SignInAsked(false) => "switch off sign-in",
            Self::ProviderChanged(_) => "change identity provider",
            Self::SettingsChanged(_) => "change settings",
            Self::SetUpFinished => "finish set-up",
        }
    }

    fn details(&self) -> String {
        match self {
            Self::SignedIn { method, account, user_agent } => {
                let how = match method {
                    SignInMethod::Password => "with password",
                    SignInMethod::PasswordAndCode => "with password and code",
                    SignInMethod::Oidc => "at the identity provider",
                    SignInMethod::External => "behind another guard",
                };
                let (account, agent) = (plain(account), plain(user_agent));
                let how = if account.is_empty() { how.to_owned() } else { format!("{how} as {account}") };
                if agent.is_empty() { how } else { format!("{how}, {agent}") }
            }
            Self::LetIn => "behind another guard".to_owned(),
            Self::Blocked(seconds) => format!("for {seconds} s"),
            Self::NotPermitted(text)
            | Self::SessionsEnded(text)
            | Self::KeyIssued(text)
            | Self::KeyRevoked(text)
            | Self::ProviderChanged(text) => plain(text),
            Self::SettingsChanged(names) => names.join(", "),
            Self::TurnedAway(Proof::Provider) => "by the identity provider".to_owned(),
            _ => String::new(),
        }
    }

    /// The entry of it.
    pub fn entry(&self, at: Timestamp, actor: Actor, address: Option<IpAddr>, outcome: Outcome) -> Entry {
        let kind = match self {
            Self::SettingsChanged(_) | Self::SetUpFinished => SETTINGS,
            _ => ACCESS,
        };
        entry(at, actor, address, self.action(), kind, self.details(), outcome)
    }
}

/// The entry of what happened so often that it was counted and not written down each time.
pub(crate) fn counted(at: Timestamp, action: &'static str, count: u64, since: Timestamp) -> Entry {
    let mut details = String::new();
    // Writing to a string does not fail.
    let _ = write!(details, "{count} more since {} UTC", since.to_seconds_text());
    let outcome = Outcome::Refused { why: "too many to be written down one by one".to_owned() };
    entry(at, Actor::Stranger, None, action, ACCESS, details, outcome)
}

fn entry(
    at: Timestamp,
    actor: Actor,
    address: Option<IpAddr>,
    action: &str,
    kind: &str,
    name: String,
    outcome: Outcome,
) -> Entry {
    Entry {
        at,
        actor,
        address,
        action: action.to_owned(),
        object: Some(Object { kind: kind.to_owned(), protocol: None, name, file: None }),
        regarding: None,
        files: Vec::new(),
        outcome,
    }
}

/// A text that somebody else has chosen, in one line and without anything that a terminal obeys or that turns the
/// direction of writing; at most 160 characters.
pub fn plain(text: &str) -> String {
    plain_up_to(text, MAX_TEXT)
}

/// The same, with at most so many characters.
pub(crate) fn plain_up_to(text: &str, most: usize) -> String {
    let is_hidden = |c: char| matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}');
    let shown = text.chars().filter(|c| !is_hidden(*c)).map(|c| if c.is_control() { ' ' } else { c });
    shown.take(most).collect::<String>().trim().to_owned()
}
