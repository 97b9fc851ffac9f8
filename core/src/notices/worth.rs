//! What of the audit trail is worth a notice.

use std::{fmt, sync::Arc};

use super::Rank;
use crate::{
    audit::{Actor, Area, AuditLog, Cursor, Entry, Outcome, Page, Recorded, Verdict},
    config::store::StorageError,
    routes::STATIC_FILE,
};

/// A trail that tells somebody of each entry that it has kept.
pub struct Overheard<L> {
    log: L,
    listener: Box<dyn Fn(&Entry) + Send + Sync>,
}

impl<L: fmt::Debug> fmt::Debug for Overheard<L> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Overheard").field("log", &self.log).finish_non_exhaustive()
    }
}

impl<L> Overheard<L> {
    /// The same trail; `listener` must not block, since a change waits for it.
    pub fn new(log: L, listener: impl Fn(&Entry) + Send + Sync + 'static) -> Self {
        Self { log, listener: Box::new(listener) }
    }
}

impl AuditLog for Overheard<Arc<dyn AuditLog>> {
    fn append(&self, entry: &Entry) -> Result<u64, StorageError> {
        let number = self.log.append(entry)?;
        (self.listener)(entry);
        Ok(number)
    }

    fn newest(&self, before: Option<&Cursor>, limit: usize) -> Result<Page, StorageError> {
        self.log.newest(before, limit)
    }

    fn find(&self, number: u64) -> Result<Option<Recorded>, StorageError> {
        self.log.find(number)
    }

    fn verify(&self) -> Result<Verdict, StorageError> {
        self.log.verify()
    }
}

/// What people are told of an entry; nothing where it is not worth it.
pub fn notice_of(entry: &Entry) -> Option<(Rank, String)> {
    match entry.area() {
        Area::Access => of_access(entry),
        Area::Configuration => of_configuration(entry),
    }
}

fn of_access(entry: &Entry) -> Option<(Rank, String)> {
    let from = entry.address.map(|address| format!(" from {address}")).unwrap_or_default();
    let name = entry.object.as_ref().map_or("", |object| object.name.as_str());
    let plainly = |rank, text: &str| Some((rank, format!("{text}{from}")));
    if matches!(entry.outcome, Outcome::Refused { .. }) {
        // A single wrong password is nobody's business; what it leads to is.
        return None;
    }
    match entry.action.as_str() {
        "sign in" => plainly(Rank::Info, "Login"),
        "block sign-in" => {
            plainly(Rank::Error, &format!("Too many wrong passwords or codes: sign-in is blocked {name}"))
        }
        "change password" => plainly(Rank::Warning, "The password was changed"),
        "switch on second factor" => plainly(Rank::Success, "Two-factor authentication was switched on"),
        "switch off second factor" => plainly(Rank::Warning, "Two-factor authentication was switched off"),
        "use recovery code" => plainly(Rank::Warning, "A recovery code was used"),
        "make API key" => plainly(Rank::Info, &format!("API key {name} was made")),
        "revoke API key" => plainly(Rank::Info, &format!("API key {name} was revoked")),
        "switch on sign-in" => plainly(Rank::Success, "Sign-in was switched on"),
        "switch off sign-in" => plainly(Rank::Warning, "Sign-in was switched off"),
        "change identity provider" => plainly(Rank::Warning, "The identity provider's settings were changed"),
        "change settings" => plainly(Rank::Info, &format!("Settings were changed: {name}")),
        _ => None,
    }
}

fn of_configuration(entry: &Entry) -> Option<(Rank, String)> {
    let what = match &entry.object {
        Some(object) => {
            let kind = object.kind.as_str();
            let noun = if kind == "router" { "route" } else { kind };
            format!("{noun} {}", object.name)
        }
        None => match entry.regarding {
            Some(number) => format!("change {number}"),
            None => "the configuration".to_owned(),
        },
    };
    let subject = capital(&what);
    // What is concluded of the static configuration is how a restart with it ended.
    let is_of_restart =
        entry.action == "confirm" && entry.object.as_ref().is_some_and(|object| object.kind == STATIC_FILE);
    match &entry.outcome {
        Outcome::RolledBack { why } => {
            Some((Rank::Error, format!("Traefik does not take {what}, so it was put back: {why}")))
        }
        Outcome::NotServed { why } => Some((Rank::Error, format!("Traefik does not serve {what}: {why}"))),
        Outcome::Confirmed | Outcome::OnTrial { .. } if is_of_restart => {
            Some((Rank::Success, "Traefik was restarted".to_owned()))
        }
        Outcome::Refused { why } if is_of_restart => {
            Some((Rank::Error, format!("Traefik's restart failed: {why}")))
        }
        Outcome::Refused { .. } => None,
        _ => match entry.action.as_str() {
            // What became of a change is told where it went wrong; the change itself was told of before.
            // So is how a restart ended, which nobody knows when it begins.
            "confirm" | "keep" | "restart" | "survey" => None,
            action => Some((Rank::Success, done(&subject, action, &entry.actor))),
        },
    }
}

fn done(subject: &str, action: &str, by: &Actor) -> String {
    match action {
        "save" => format!("{subject} was saved"),
        "delete" => format!("{subject} was deleted"),
        "rename" => format!("{subject} was renamed"),
        "enable" => format!("{subject} was switched on"),
        "disable" => format!("{subject} was switched off"),
        "restore" => format!("{subject} was restored"),
        "undo" => format!("{subject} was undone"),
        "edit" if *by == Actor::OnDisk => format!("{subject} was changed on disk"),
        "edit" => format!("{subject} was changed"),
        other => format!("{subject} was changed ({other})"),
    }
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    let first: String = letters.next().map(char::to_uppercase).into_iter().flatten().collect();
    first + letters.as_str()
}
