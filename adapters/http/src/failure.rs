//! The one place where a refusal becomes an answer.

use std::time::Duration;

use hyper::{HeaderMap, StatusCode, header};
use serde::Serialize;
use traefik_manager_core::{
    auth::Refusal,
    check::Finding,
    companion::CompanionError,
    config::{source::Problem, store::StorageError},
    git::GitError,
    routes::ChangeError,
    settings::SettingsError,
};

use crate::{
    call::Dialect,
    change::FindingJson,
    json_objects::DeletionJson,
    pages,
    reply::{self, Reply},
    said::said,
    theme::Theme,
};

/// Why a request was not done, in words for whoever sent it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Failure(Box<Details>);

#[derive(Debug, Clone, PartialEq, Eq)]
struct Details {
    status: StatusCode,
    message: String,
    place: Place,
    retry_after: Option<Duration>,
    allow: Option<String>,
    theirs: Option<String>,
    findings: Vec<Finding>,
    versions: Option<Box<Versions>>,
    needed: Option<Box<DeletionJson>>,
    by_status: bool,
}

/// Where the fault is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Place {
    /// The request's field.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) field: Option<String>,
    /// The configuration file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) file: Option<String>,
    /// The line in it, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) line: Option<usize>,
    /// The character in the line, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) column: Option<usize>,
}

/// An object before a change, after it, and now; `None` where it was not there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Versions {
    pub(crate) before: Option<String>,
    pub(crate) after: Option<String>,
    pub(crate) present: Option<String>,
}

#[derive(Serialize)]
struct Body<'a> {
    ok: bool,
    success: bool,
    message: &'a str,
    error: &'a str,
    #[serde(flatten)]
    place: &'a Place,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    findings: Vec<FindingJson<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    versions: Option<&'a Versions>,
    #[serde(flatten)]
    needed: Option<&'a DeletionJson>,
}

impl Failure {
    /// A failure with this status.
    pub(crate) fn new(status: StatusCode, message: impl Into<String>) -> Self {
        let (message, place) = (message.into(), Place::default());
        Self(Box::new(Details {
            status,
            message,
            place,
            retry_after: None,
            allow: None,
            theirs: None,
            findings: Vec::new(),
            versions: None,
            needed: None,
            by_status: false,
        }))
    }

    /// A request that makes no sense (400).
    pub(crate) fn bad_request(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, message)
    }

    /// A field that makes no sense (400).
    pub(crate) fn field(name: &str, reason: &str) -> Self {
        Self::bad_request(format!("`{name}` {reason}")).in_field(name)
    }

    /// Nothing of that name (404).
    pub(crate) fn not_found(message: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, message)
    }

    /// Nobody in particular asks (401).
    pub(crate) fn unauthorized(message: impl Into<String>) -> Self {
        Self::new(StatusCode::UNAUTHORIZED, message)
    }

    /// Somebody asks who may not (403).
    pub(crate) fn forbidden(message: impl Into<String>) -> Self {
        Self::new(StatusCode::FORBIDDEN, message)
    }

    /// Asked too often (429).
    pub(crate) fn too_many(message: impl Into<String>, retry_after: Duration) -> Self {
        let mut failure = Self::new(StatusCode::TOO_MANY_REQUESTS, message);
        failure.0.retry_after = Some(retry_after);
        failure
    }

    /// The path is right but the method is not (405).
    pub(crate) fn method_not_allowed(allow: String) -> Self {
        let message = format!("this address answers {allow} only");
        let mut failure = Self::new(StatusCode::METHOD_NOT_ALLOWED, message);
        failure.0.allow = Some(allow);
        failure
    }

    /// Something of ours is broken; the cause goes to the log and not to the client (500).
    pub(crate) fn internal(cause: &dyn std::fmt::Display) -> Self {
        tracing::error!(%cause, "a request failed");
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "something went wrong here; the log says what")
    }

    /// The same failure, at this place.
    #[must_use]
    pub(crate) fn at(mut self, place: Place) -> Self {
        self.0.place = place;
        self
    }

    /// The same failure, told by its status to everybody: a 404 is how the phone app learns what a server has not.
    #[must_use]
    pub(crate) fn by_status(mut self) -> Self {
        self.0.by_status = true;
        self
    }

    /// The same failure, in this field.
    #[must_use]
    pub(crate) fn in_field(mut self, name: &str) -> Self {
        self.0.place.field = Some(name.to_owned());
        self
    }

    /// The versions of an object that a change and later ones have touched.
    pub(crate) fn versions(&self) -> Option<&Versions> {
        self.0.versions.as_deref()
    }

    /// What Traefik would say.
    pub(crate) fn findings(&self) -> &[Finding] {
        &self.0.findings
    }

    /// The same failure, with who needs the object and what a cascade would take.
    #[must_use]
    pub(crate) fn needed(mut self, deletion: Option<DeletionJson>) -> Self {
        self.0.needed = deletion.map(Box::new);
        self
    }

    /// The present text, where somebody else has changed it meanwhile.
    pub(crate) fn theirs(&self) -> Option<&str> {
        self.0.theirs.as_deref()
    }

    /// What is wrong with a field, where it is that field.
    pub(crate) fn about(&self, field: &str) -> Option<&str> {
        (self.0.place.field.as_deref() == Some(field)).then_some(self.0.message.as_str())
    }

    pub(crate) fn status(&self) -> StatusCode {
        self.0.status
    }

    pub(crate) fn message(&self) -> &str {
        &self.0.message
    }

    pub(crate) fn place(&self) -> &Place {
        &self.0.place
    }

    /// The answer in the client's own way of talking.
    ///
    /// The phone app reads the body only of a 200, so a refusal comes to it as one, except where the status itself
    /// is what it looks at.
    pub(crate) fn reply(&self, dialect: Dialect, theme: Theme) -> Reply {
        let told_by_status = self.0.by_status
            || matches!(
                self.0.status,
                StatusCode::UNAUTHORIZED | StatusCode::PAYLOAD_TOO_LARGE | StatusCode::TOO_MANY_REQUESTS
            );
        let mut reply = match dialect {
            Dialect::Page => pages::failure(self, theme),
            Dialect::Fetch if !told_by_status => self.json(StatusCode::OK),
            Dialect::Fetch | Dialect::Json => self.json(self.0.status),
        };
        self.announce(reply.headers_mut());
        reply
    }

    /// Adds the headers that belong to the status.
    pub(crate) fn announce(&self, headers: &mut HeaderMap) {
        if let Some(after) = self.0.retry_after {
            let seconds = after.as_secs() + u64::from(after.subsec_nanos() > 0);
            headers.insert(header::RETRY_AFTER, seconds.max(1).into());
        }
        if let Some(allow) = self.0.allow.as_deref().and_then(|allow| allow.parse().ok()) {
            headers.insert(header::ALLOW, allow);
        }
    }

    fn json(&self, status: StatusCode) -> Reply {
        let message = said(&self.0.message);
        let message = message.text();
        reply::json(
            status,
            &Body {
                ok: false,
                success: false,
                message,
                error: message,
                place: &self.0.place,
                findings: FindingJson::all(&self.0.findings),
                versions: self.0.versions.as_deref(),
                needed: self.0.needed.as_deref(),
            },
        )
    }
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        let message = refusal.to_string();
        match refusal {
            Refusal::WrongPassword
            | Refusal::WrongCode
            | Refusal::WrongKey
            | Refusal::KeyExpired
            | Refusal::PendingGone => Self::unauthorized(message),
            Refusal::TooMany { retry_after_seconds } => {
                Self::too_many(message, Duration::from_secs(retry_after_seconds))
            }
            Refusal::OidcGone => Self::bad_request(message),
            Refusal::Invalid { field, .. } => Self::bad_request(message).in_field(field),
            Refusal::Conflict { .. } => Self::new(StatusCode::CONFLICT, message),
            Refusal::NotFound { .. } => Self::not_found(message),
            Refusal::Forbidden { .. } | Refusal::NotAdmitted(_) => Self::forbidden(message),
            Refusal::NotKept { is_full, .. } => {
                tracing::error!(message, "access could not be changed");
                let status = if is_full { StatusCode::INSUFFICIENT_STORAGE } else { StatusCode::CONFLICT };
                Self::new(status, message)
            }
            Refusal::Unavailable(detail) => {
                tracing::error!(detail, "access could not be decided or changed");
                Self::new(StatusCode::SERVICE_UNAVAILABLE, message)
            }
            _ => Self::new(StatusCode::SERVICE_UNAVAILABLE, message),
        }
    }
}

impl From<ChangeError> for Failure {
    fn from(error: ChangeError) -> Self {
        let message = error.to_string();
        match error {
            ChangeError::NotFound { .. } => Self::not_found(message),
            ChangeError::Invalid { field, .. } => Self::bad_request(message).in_field(field),
            ChangeError::Field { path, .. } => Self::bad_request(message).in_field(&path),
            ChangeError::Ambiguous { .. }
            | ChangeError::Exists { .. }
            | ChangeError::InUse { .. }
            | ChangeError::OnTrial { .. }
            | ChangeError::NotUndoable { .. }
            | ChangeError::Settings(SettingsError::Broken { .. }) => Self::new(StatusCode::CONFLICT, message),
            ChangeError::Conflict { theirs, .. } => {
                let mut failure = Self::new(StatusCode::CONFLICT, message);
                failure.0.theirs = Some(theirs);
                failure
            }
            ChangeError::WouldBreak { findings } => {
                let worst = findings.iter().max_by_key(|finding| (finding.level, finding.effect));
                let place = worst.map(|finding| Place {
                    field: None,
                    file: Some(finding.file.to_string()),
                    line: Some(finding.position.line),
                    column: Some(finding.position.column),
                });
                let mut failure = Self::new(StatusCode::UNPROCESSABLE_ENTITY, message);
                failure.0.place = place.unwrap_or_default();
                failure.0.findings = findings;
                failure
            }
            ChangeError::Overtaken { before, after, present, .. } => {
                let mut failure = Self::new(StatusCode::CONFLICT, message);
                failure.0.versions = Some(Box::new(Versions { before, after, present }));
                failure
            }
            ChangeError::Broken(problem) => Self::new(StatusCode::CONFLICT, message).at(Place::of(&problem)),
            ChangeError::Text(error) => Self::bad_request(message).at(Place {
                line: Some(error.position.line),
                column: Some(error.position.column),
                ..Place::default()
            }),
            ChangeError::NotEditable { file, .. } => Self::new(StatusCode::UNPROCESSABLE_ENTITY, message)
                .at(Place { file: Some(file.to_string()), ..Place::default() }),
            ChangeError::Storage(error) | ChangeError::Settings(SettingsError::Storage(error)) => {
                error.into()
            }
            error => Self::internal(&error),
        }
    }
}

impl From<CompanionError> for Failure {
    fn from(error: CompanionError) -> Self {
        let message = error.to_string();
        match error {
            CompanionError::NotFound(_) => Self::not_found(message),
            CompanionError::Invalid { field, .. } => Self::bad_request(message).in_field(field),
            CompanionError::Storage(error) => error.into(),
            _ => Self::new(StatusCode::CONFLICT, message),
        }
    }
}

impl From<GitError> for Failure {
    fn from(error: GitError) -> Self {
        let message = error.to_string();
        match error {
            GitError::NoSuchCommit => Self::not_found(message),
            _ => Self::bad_request(message),
        }
    }
}

impl From<StorageError> for Failure {
    fn from(error: StorageError) -> Self {
        let message = error.to_string();
        match error {
            StorageError::NotFound { .. } => Self::not_found(message),
            StorageError::Conflict { .. }
            | StorageError::ReadOnly { .. }
            | StorageError::Unreadable { .. }
            | StorageError::Unsettled { .. } => Self::new(StatusCode::CONFLICT, message),
            StorageError::NoSpace { .. } => Self::new(StatusCode::INSUFFICIENT_STORAGE, message),
            StorageError::BadName { .. } => Self::bad_request(message),
            error => Self::internal(&Chain(&error)),
        }
    }
}

impl Place {
    fn of(problem: &Problem) -> Self {
        Self {
            field: None,
            file: Some(problem.file.to_string()),
            line: problem.position.map(|at| at.line),
            column: problem.position.map(|at| at.column),
        }
    }
}

/// An error with its causes, for the log.
struct Chain<'e>(&'e dyn std::error::Error);

impl std::fmt::Display for Chain<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.0)?;
        let mut cause = self.0.source();
        while let Some(error) = cause {
            write!(f, ": {error}")?;
            cause = error.source();
        }
        Ok(())
    }
}
