//! Entries as lines of JSON.

use std::io;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use traefik_manager_core::{
    audit::{Actor, ChainHash, Entry, Excerpt, FileChange, Link, Object, Outcome, Recorded},
    clock::Timestamp,
    config::store::{FileId, Revision},
    traefik::Protocol,
};

/// A line. JSON has no line breaks but escaped ones, so nothing in an entry can begin another line.
#[derive(Debug, Serialize, Deserialize)]
struct Line {
    number: u64,
    /// The SHA-256 of the line before, without its line break.
    previous: String,
    at: i64,
    /// The same moment for people; it is not read.
    #[serde(default)]
    utc: String,
    actor: Named,
    #[serde(skip_serializing_if = "Option::is_none")]
    address: Option<std::net::IpAddr>,
    action: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    object: Option<ObjectLine>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    regarding: Option<u64>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    files: Vec<FileLine>,
    outcome: Named,
}

/// A word, and a text where it has one.
#[derive(Debug, Serialize, Deserialize)]
struct Named {
    kind: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    text: Option<String>,
}

#[derive(Debug, Serialize, Deserialize)]
struct ObjectLine {
    kind: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    protocol: Option<String>,
    name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    file: Option<String>,
}

#[derive(Debug, Serialize, Deserialize)]
struct FileLine {
    file: String,
    old: Option<String>,
    new: Option<String>,
    backup: Option<String>,
    before: ExcerptLine,
    after: ExcerptLine,
}

#[derive(Debug, Serialize, Deserialize)]
struct ExcerptLine {
    line: usize,
    text: String,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    cut: bool,
}

/// What the chain needs of a line.
#[derive(Debug, Deserialize)]
struct LinkLine {
    number: u64,
    previous: String,
}

/// The SHA-256 of a line without its line break.
pub(super) fn hash(line: &[u8]) -> ChainHash {
    ChainHash(Sha256::digest(line).into())
}

/// The line of an entry, without a line break.
pub(super) fn render(link: Link, entry: &Entry) -> io::Result<Vec<u8>> {
    let line = Line {
        number: link.number,
        previous: link.previous.to_string(),
        at: entry.at.0,
        utc: entry.at.to_seconds_text(),
        actor: actor(&entry.actor),
        address: entry.address,
        action: entry.action.clone(),
        object: entry.object.as_ref().map(object),
        regarding: entry.regarding,
        files: entry.files.iter().map(file).collect(),
        outcome: outcome(&entry.outcome),
    };
    Ok(serde_json::to_vec(&line)?)
}

/// What a line says of its place; `None` for what is no line of the trail.
pub(super) fn link(line: &[u8]) -> Option<Link> {
    let line: LinkLine = serde_json::from_slice(line).ok()?;
    Some(Link { number: line.number, previous: ChainHash::parse(&line.previous)? })
}

/// The entry of a line; `None` for what is no line of the trail.
pub(super) fn parse(line: &[u8]) -> Option<Recorded> {
    let line: Line = serde_json::from_slice(line).ok()?;
    let entry = Entry {
        at: Timestamp(line.at),
        actor: parse_actor(line.actor)?,
        address: line.address,
        action: line.action,
        object: match line.object {
            Some(object) => Some(parse_object(object)?),
            None => None,
        },
        regarding: line.regarding,
        files: line.files.into_iter().map(parse_file).collect(),
        outcome: parse_outcome(line.outcome)?,
    };
    Some(Recorded { number: line.number, entry })
}

fn named(kind: &str, text: Option<&str>) -> Named {
    Named { kind: kind.to_owned(), text: text.map(str::to_owned) }
}

fn actor(actor: &Actor) -> Named {
    match actor {
        Actor::Session(name) => named("session", Some(name)),
        Actor::ApiKey(name) => named("api key", Some(name)),
        Actor::Oidc(subject) => named("oidc", Some(subject)),
        Actor::Stranger => named("stranger", None),
        Actor::CommandLine => named("command line", None),
        Actor::OnDisk => named("on disk", None),
        Actor::Program => named("program", None),
    }
}

fn parse_actor(Named { kind, text }: Named) -> Option<Actor> {
    Some(match (kind.as_str(), text) {
        ("session", Some(name)) => Actor::Session(name),
        ("api key", Some(name)) => Actor::ApiKey(name),
        ("oidc", Some(subject)) => Actor::Oidc(subject),
        ("stranger", None) => Actor::Stranger,
        ("command line", None) => Actor::CommandLine,
        ("on disk", None) => Actor::OnDisk,
        ("program", None) => Actor::Program,
        _ => return None,
    })
}

fn outcome(outcome: &Outcome) -> Named {
    match outcome {
        Outcome::Done => named("done", None),
        Outcome::Confirmed => named("confirmed", None),
        Outcome::Unconfirmed => named("not confirmed", None),
        Outcome::NotVisible => named("not visible", None),
        Outcome::NotServed { why } => named("not served", Some(why)),
        Outcome::OnTrial { until } => named("on trial", Some(&until.0.to_string())),
        Outcome::RolledBack { why } => named("rolled back", Some(why)),
        Outcome::Refused { why } => named("refused", Some(why)),
    }
}

fn parse_outcome(Named { kind, text }: Named) -> Option<Outcome> {
    Some(match (kind.as_str(), text) {
        ("done", None) => Outcome::Done,
        ("confirmed", None) => Outcome::Confirmed,
        ("not confirmed", None) => Outcome::Unconfirmed,
        ("not visible", None) => Outcome::NotVisible,
        ("not served", Some(why)) => Outcome::NotServed { why },
        ("on trial", Some(until)) => Outcome::OnTrial { until: Timestamp(until.parse().ok()?) },
        ("rolled back", Some(why)) => Outcome::RolledBack { why },
        ("refused", Some(why)) => Outcome::Refused { why },
        _ => return None,
    })
}

fn object(object: &Object) -> ObjectLine {
    ObjectLine {
        kind: object.kind.clone(),
        protocol: object.protocol.map(|protocol| protocol.as_str().to_owned()),
        name: object.name.clone(),
        file: object.file.as_ref().map(FileId::to_string),
    }
}

fn parse_object(line: ObjectLine) -> Option<Object> {
    let protocol = match line.protocol {
        Some(protocol) => Some(Protocol::parse(&protocol)?),
        None => None,
    };
    let file = line.file.as_deref().map(FileId::new);
    Some(Object { kind: line.kind, protocol, name: line.name, file })
}

fn file(change: &FileChange) -> FileLine {
    let excerpt = |excerpt: &Excerpt| ExcerptLine {
        line: excerpt.first_line,
        text: excerpt.text.clone(),
        cut: excerpt.is_cut,
    };
    let revision = |revision: &Option<Revision>| revision.as_ref().map(|one| one.as_str().to_owned());
    FileLine {
        file: change.file.to_string(),
        old: revision(&change.old),
        new: revision(&change.new),
        backup: change.backup.clone(),
        before: excerpt(&change.before),
        after: excerpt(&change.after),
    }
}

fn parse_file(line: FileLine) -> FileChange {
    let excerpt = |line: ExcerptLine| Excerpt { first_line: line.line, text: line.text, is_cut: line.cut };
    FileChange {
        file: FileId::new(&line.file),
        old: line.old.map(Revision::new),
        new: line.new.map(Revision::new),
        backup: line.backup,
        before: excerpt(line.before),
        after: excerpt(line.after),
    }
}
