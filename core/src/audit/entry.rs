//! One thing that was done.

use std::net::IpAddr;

use super::Excerpt;
use crate::{
    clock::Timestamp,
    config::{
        diff::FileDiff,
        store::{FileId, Revision},
    },
    traefik::Protocol,
};

/// One thing that somebody did, or tried to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// When.
    pub at: Timestamp,
    /// Who.
    pub actor: Actor,
    /// From where; `None` for what does not come over the network.
    pub address: Option<IpAddr>,
    /// What, as a verb: `save`, `delete`, `restore`.
    pub action: String,
    /// To which object; `None` for what is about no single one.
    pub object: Option<Object>,
    /// The number of the earlier entry that this one goes on with: what became of a change, or its undoing.
    pub regarding: Option<u64>,
    /// What it did to files.
    pub files: Vec<FileChange>,
    /// What became of it.
    pub outcome: Outcome,
}

impl Entry {
    /// The entry without the texts of its files, which are marked as cut.
    #[must_use]
    pub fn without_texts(&self) -> Self {
        let mut entry = self.clone();
        for file in &mut entry.files {
            file.before.drop_text();
            file.after.drop_text();
        }
        entry
    }
}

/// Who did something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Actor {
    /// Somebody who has signed in with a password, by his name.
    Session(String),
    /// An API key, by its name.
    ApiKey(String),
    /// Somebody whom the identity provider vouches for, by its subject.
    Oidc(String),
    /// Somebody who has not come in.
    Stranger,
    /// Somebody at the terminal of this host.
    CommandLine,
    /// Somebody, or a program, that edited a file on disk.
    OnDisk,
    /// This program by itself, as when a change puts itself back.
    Program,
}

impl Actor {
    /// The one account that signs in with a password.
    pub fn admin() -> Self {
        Self::Session("admin".to_owned())
    }
}

/// What something was done to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Object {
    /// `router`, `middleware`, `file`, `access`.
    pub kind: String,
    /// For what there is one of in each protocol.
    pub protocol: Option<Protocol>,
    /// Its name.
    pub name: String,
    /// The file that it is in.
    pub file: Option<FileId>,
}

/// What was done to a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileChange {
    /// The file.
    pub file: FileId,
    /// The revision that it had; `None` when it was made.
    pub old: Option<Revision>,
    /// The revision that it got; `None` when it was taken away.
    pub new: Option<Revision>,
    /// The backup that holds the whole old text, byte for byte.
    pub backup: Option<String>,
    /// The lines that changed, as they were, with secrets masked.
    pub before: Excerpt,
    /// The lines that changed, as they became, with secrets masked.
    pub after: Excerpt,
}

impl FileChange {
    /// The change from one text to another; `None` where there is no file.
    pub fn between(
        file: FileId,
        old: Option<(&str, &Revision)>,
        new: Option<(&str, &Revision)>,
        backup: Option<String>,
    ) -> Self {
        let revision = |version: Option<(&str, &Revision)>| version.map(|(_, revision)| revision.clone());
        let (before, after) =
            Excerpt::pair(old.map_or("", |(text, _)| text), new.map_or("", |(text, _)| text));
        Self { file, old: revision(old), new: revision(new), backup, before, after }
    }

    /// What it did to the lines that are kept, as a unified diff.
    pub fn diff(&self) -> FileDiff {
        let Self { file, before, after, .. } = self;
        let first_line = before.first_line.max(1);
        FileDiff::of_part(file, first_line, &before.text, &after.text, before.is_cut && after.is_cut)
    }
}

/// What became of something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It was done; there is nothing that Traefik could confirm.
    Done,
    /// It was written, and Traefik serves it.
    Confirmed,
    /// It was written; whether Traefik serves it is not known yet.
    Unconfirmed,
    /// It was written, and Traefik's API shows nothing by which it could be told whether it was taken.
    NotVisible,
    /// It was written, Traefik answers and does not serve it, and it was not put back.
    NotServed {
        /// Why, in Traefik's words where they are known.
        why: String,
    },
    /// It was written, and puts itself back unless somebody keeps it in time.
    OnTrial {
        /// Until when.
        until: Timestamp,
    },
    /// It was written and put back.
    RolledBack {
        /// Why, in Traefik's words where they are known.
        why: String,
    },
    /// It was not done.
    Refused {
        /// Why.
        why: String,
    },
}
