//! What a change asks for, and why it may be refused.

use std::{fmt::Write as _, net::IpAddr};

use super::{Snapshot, Trial, headers_preset::HeadersPresetInput, trial::Tries};
use crate::{
    audit::{self, Actor},
    check::Finding,
    config::{
        confirm::Expectation,
        delta::ObjectChange,
        diff::FileDiff,
        edit::{EditError, SyntaxError},
        object::ObjectRef,
        source::Problem,
        store::{FileId, Revision, StorageError},
    },
    settings::SettingsError,
    traefik::Protocol,
};

/// For whom, and how far, a change is made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Terms {
    /// Who answers for it in the audit trail.
    pub author: Author,
    /// Whether it is only planned, checked and shown.
    pub dry_run: bool,
    /// Whether it may disable objects that worked. What makes Traefik refuse a file, hang or die is never made.
    pub accepts_disabled: bool,
    /// When it puts itself back.
    pub tries: Tries,
    /// The revisions of files that whoever asks has seen; none where he does not say. Every file that is written must be
    /// at one of them, and one that is not there yet must still not be there where [`Revision::absent`] is among them.
    pub seen: Vec<Revision>,
}

impl Terms {
    /// A change that is made, and breaks nothing.
    pub fn of(author: Author) -> Self {
        Self { author, dry_run: false, accepts_disabled: false, tries: Tries::default(), seen: Vec::new() }
    }

    /// The same for a step of which nobody can have seen what it changes.
    #[must_use]
    pub(super) fn unseen(&self) -> Self {
        Self { seen: Vec::new(), ..self.clone() }
    }

    /// Whether the files that are written are as they were seen. That one is not there need not have been seen.
    ///
    /// # Errors
    /// [`ChangeError::Conflict`] with the first that is not, and with nothing where no file is there at all.
    pub(super) fn check_seen<'a>(
        &self,
        files: impl IntoIterator<Item = (&'a FileId, Option<(&'a str, &'a Revision)>)>,
    ) -> Result<(), ChangeError> {
        if self.seen.is_empty() {
            return Ok(());
        }
        let mut is_seen = false;
        for (id, old) in files {
            let Some((text, revision)) = old else {
                is_seen |= self.seen.contains(&Revision::absent());
                continue;
            };
            if !self.seen.contains(revision) {
                return Err(ChangeError::Conflict { what: format!("`{id}`"), theirs: text.to_owned() });
            }
            is_seen = true;
        }
        if is_seen {
            return Ok(());
        }
        Err(ChangeError::Conflict { what: "what this would change".to_owned(), theirs: String::new() })
    }
}

/// Who makes a change, and from where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Author {
    /// Who.
    pub actor: Actor,
    /// From where; `None` for what does not come over the network.
    pub address: Option<IpAddr>,
}

impl Author {
    /// This program by itself.
    pub fn program() -> Self {
        Self { actor: Actor::Program, address: None }
    }
}

/// What is done to what, as the audit trail tells it.
#[derive(Debug, Clone)]
pub(super) struct Deed {
    pub(super) action: &'static str,
    pub(super) object: audit::Object,
    /// The change that it goes on with.
    pub(super) regarding: Option<u64>,
}

impl Deed {
    pub(super) fn new(action: &'static str, kind: &str, protocol: Option<Protocol>, name: &str) -> Self {
        let object = audit::Object { kind: kind.to_owned(), protocol, name: name.to_owned(), file: None };
        Self { action, object, regarding: None }
    }

    /// The same, going on with an earlier change.
    #[must_use]
    pub(super) fn regarding(mut self, number: u64) -> Self {
        self.regarding = Some(number);
        self
    }

    /// The same, to an object of this file.
    #[must_use]
    pub(super) fn in_file(mut self, file: &FileId) -> Self {
        self.object.file = Some(file.clone());
        self
    }

    pub(super) fn of_file(action: &'static str, file: &str) -> Self {
        Self::new(action, "file", None, file).in_file(&FileId::new(file))
    }

    pub(super) fn of_object(action: &'static str, object: &ObjectRef) -> Self {
        Self::new(action, object.kind.noun(), object.protocol, &object.name)
    }

    /// A deed to the route of this id, which may turn out not to be there.
    pub(super) fn of_route(action: &'static str, snapshot: &Snapshot, id: &str) -> Self {
        match snapshot.route(id) {
            Ok(route) => {
                Self::new(action, "router", Some(route.protocol()), route.name()).in_file(route.file())
            }
            Err(_) => Self::new(action, "router", None, id),
        }
    }

    pub(super) fn name(&self) -> &str {
        &self.object.name
    }
}

/// A change that was made, or in a dry run, one that could be.
#[derive(Debug, Clone)]
pub struct Changed {
    /// The name of the object.
    pub name: String,
    /// The files that are written; none when everything was already as asked.
    pub files: Vec<FileId>,
    /// The objects that differ.
    pub objects: Vec<ObjectChange>,
    /// The routers that the change reaches, as `http.routers.app`.
    pub affected: Vec<String>,
    /// What Traefik should say once it has loaded the change.
    pub expected: Vec<Expectation>,
    /// What is new among the findings of the whole configuration.
    pub findings: Vec<Finding>,
    /// What it does to the files' texts; in a dry run only.
    pub diffs: Vec<FileDiff>,
    /// The number of its entry in the audit trail; `None` when nothing was written.
    pub number: Option<u64>,
    /// When it puts itself back unless it is kept; `None` where it stays.
    pub trial: Option<Trial>,
    /// Whether Go templates make up a file that is written, so that nobody but Traefik knows what becomes of it.
    pub is_shaped: bool,
    /// Whether it must not stay where Traefik gives no sign of having taken it. What takes a change back may.
    pub needs_sign: bool,
}

impl Changed {
    /// No change, of this.
    pub(super) fn nothing(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            files: Vec::new(),
            objects: Vec::new(),
            affected: Vec::new(),
            expected: Vec::new(),
            findings: Vec::new(),
            diffs: Vec::new(),
            number: None,
            trial: None,
            is_shaped: false,
            needs_sign: false,
        }
    }
}

/// A change that was not made. Every file is as it was.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ChangeError {
    /// There is no such object.
    #[error("{what} not found")]
    NotFound {
        /// What was looked for.
        what: String,
    },
    /// The id names several objects.
    #[error("`{id}` is the name of several routes; say which: {}", ids.join(", "))]
    Ambiguous {
        /// The id.
        id: String,
        /// The full ids.
        ids: Vec<String>,
    },
    /// A field does not hold what it must.
    #[error("{message}")]
    Invalid {
        /// The field's name.
        field: &'static str,
        /// What is wrong and what to do.
        message: String,
    },
    /// A field of an object does not hold what it must.
    #[error("{message}")]
    Field {
        /// The way to it from the object, such as `loadBalancer.servers`.
        path: String,
        /// What is wrong and what to do.
        message: String,
    },
    /// Something else has this name already.
    #[error("{what} exists already in {file}; choose another name or edit that one")]
    Exists {
        /// The object.
        what: String,
        /// Where it is.
        file: FileId,
    },
    /// Somebody has changed the object or file since it was read; nothing was written.
    #[error(
        "{what} was changed by somebody else since you opened it; compare the two versions and save again"
    )]
    Conflict {
        /// The object or file.
        what: String,
        /// Its present text.
        theirs: String,
    },
    /// An earlier restart is on trial: the file to go back to must stay the same until that is over.
    #[error(
        "Traefik runs a static configuration that is on trial (change {number}); keep it or put it back first"
    )]
    OnTrial {
        /// The entry of that restart.
        number: u64,
    },
    /// Other objects need this one.
    #[error("{what} is used by {}; change them first", users.join(", "))]
    InUse {
        /// The object.
        what: String,
        /// Who uses it.
        users: Vec<String>,
    },
    /// Traefik would refuse the files, or disable, hang or die; nothing was written.
    #[error("{}", would_break(findings))]
    WouldBreak {
        /// What is new among the findings of the whole configuration, the worst among them.
        findings: Vec<Finding>,
    },
    /// A change cannot be taken back, because later ones have touched the same object.
    #[error("{object} was changed again since change {number}; compare the versions and edit it by hand")]
    Overtaken {
        /// The change.
        number: u64,
        /// The first object that both have touched.
        object: ObjectRef,
        /// Its text before the change; `None` where it was not there.
        before: Option<String>,
        /// Its text after the change.
        after: Option<String>,
        /// Its present text.
        present: Option<String>,
    },
    /// A change cannot be taken back.
    #[error("change {number} cannot be undone: {reason}")]
    NotUndoable {
        /// The change.
        number: u64,
        /// Why.
        reason: String,
    },
    /// The file cannot be understood, so nothing in it can be changed but its whole text.
    #[error("{0}")]
    Broken(Problem),
    /// The text that was sent does not parse.
    #[error("line {}, column {}: {}", .0.position.line, .0.position.column, .0.message)]
    Text(SyntaxError),
    /// The change cannot be made without touching something that is shared.
    #[error("{file}: {source}")]
    NotEditable {
        /// The file.
        file: FileId,
        /// Why.
        source: EditError,
    },
    /// Storage failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// The settings cannot be used.
    #[error(transparent)]
    Settings(#[from] SettingsError),
}

/// The worst finding in full, and how many more there are.
fn would_break(findings: &[Finding]) -> String {
    let Some(worst) = findings.iter().max_by_key(|finding| (finding.level, finding.effect)) else {
        return "Traefik would not take this".to_owned();
    };
    let Finding { file, position, message, remedy, .. } = worst;
    let mut text = format!("{file}:{position}: {message}; {remedy}");
    if findings.len() > 1 {
        let _ = write!(text, " (and {} more)", findings.len() - 1);
    }
    text
}

impl ChangeError {
    pub(super) fn invalid(field: &'static str, message: impl Into<String>) -> Self {
        Self::Invalid { field, message: message.into() }
    }
}

/// A route as somebody wants it.
///
/// A field that is `None` was not in the form: it stays as it is in an existing route and takes its default in a
/// new one. So whatever a form does not know survives a save.
#[derive(Debug, Clone)]
pub struct RouteForm {
    /// The router's name.
    pub name: String,
    /// HTTP, TCP or UDP.
    pub protocol: Protocol,
    /// The id of the route that is edited; `None` makes a new one.
    pub edit_of: Option<String>,
    /// The version of the route that the form was filled from, see [`Route::version`](super::Route::version).
    pub version: Option<String>,
    /// The file; `None` means where the route is, or the first file.
    pub file: Option<String>,
    /// Which requests it takes.
    pub rule: Option<RuleInput>,
    /// On which entry points; an empty list means Traefik's default ones.
    pub entry_points: Option<Vec<String>>,
    /// Through which middlewares, in this order.
    pub middlewares: Option<Vec<String>>,
    /// With TLS or without.
    pub tls: Option<TlsInput>,
    /// To which servers.
    pub target: Option<TargetInput>,
    /// Whether the servers see the client's `Host`.
    pub pass_host_header: Option<bool>,
    /// Whether the servers' certificates are not checked.
    pub skip_tls_verify: Option<bool>,
    /// Sticky sessions; the inner `None` switches them off.
    pub sticky: Option<Option<StickyInput>>,
    /// The health check; the inner `None` switches it off.
    pub health_check: Option<Option<HealthCheckInput>>,
    /// The priority; the inner `None` leaves it to Traefik.
    pub priority: Option<Option<i64>>,
    /// Whether long answers may take their time (no timeout on the way to the servers).
    pub streaming: Option<bool>,
    /// The security headers that this program keeps for the route.
    pub headers_preset: Option<HeadersPresetInput>,
}

impl RouteForm {
    /// A form that says nothing but what is needed.
    pub fn new(name: impl Into<String>, protocol: Protocol) -> Self {
        Self {
            name: name.into(),
            protocol,
            edit_of: None,
            version: None,
            file: None,
            rule: None,
            entry_points: None,
            middlewares: None,
            tls: None,
            target: None,
            pass_host_header: None,
            skip_tls_verify: None,
            sticky: None,
            health_check: None,
            priority: None,
            streaming: None,
            headers_preset: None,
        }
    }
}

/// A rule, as it was typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RuleInput {
    /// A rule in Traefik's grammar.
    Text(String),
    /// One or more host names.
    Hosts(Vec<String>),
}

/// TLS, as it was chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TlsInput {
    /// No `tls` at all.
    Off,
    /// With TLS.
    On {
        /// Where certificates come from; `None` leaves that as it is.
        resolver: Option<ResolverInput>,
        /// The TLS options' name, empty for the default ones; `None` leaves them.
        options: Option<String>,
        /// The first domain to ask a certificate for, main name and alternative names; the inner `None` removes it.
        /// Further domains have no field in a form and stay.
        domain: Option<Option<(String, Vec<String>)>>,
        /// Whether a TCP router hands the stream on undecrypted; `None` leaves that.
        passthrough: Option<bool>,
    },
}

/// A certificate resolver, as it was chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ResolverInput {
    /// None: certificates come from files.
    None,
    /// The first one of the settings, if there is one.
    Default,
    /// This one.
    Named(String),
}

/// Where requests go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TargetInput {
    /// To a service that exists, by name.
    Service(String),
    /// To this server; further ones of an existing route stay.
    First(ServerInput),
    /// To exactly these servers.
    Servers(Vec<ServerInput>),
}

/// A server, as it was typed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ServerInput {
    /// `http`, `https` or `h2c`; empty means `http`. Not for TCP and UDP.
    pub scheme: String,
    /// A name, an address, or a whole URL.
    pub host: String,
    /// The port; may be empty where the host has one.
    pub port: String,
}

/// A sticky cookie, as it was typed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct StickyInput {
    /// The cookie's name; empty for a generated one.
    pub name: String,
    /// `Secure`.
    pub secure: bool,
    /// `HttpOnly`.
    pub http_only: bool,
}

/// A health check, as it was typed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct HealthCheckInput {
    /// The path to ask for.
    pub path: String,
    /// The time between two checks; empty leaves Traefik's default.
    pub interval: String,
    /// How long one may take; empty leaves Traefik's default.
    pub timeout: String,
}
