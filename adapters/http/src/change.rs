//! Changes of the configuration: on whose behalf, whether in earnest, and what became of them.
//!
//! Every handler that writes configuration goes through [`Call::change`] and answers through [`Outcome::reply`], so
//! that each of them can be tried (`dry_run`), is recorded under the right name, and tells the same things.

use hyper::StatusCode;
use serde::Serialize;
use traefik_manager_core::{
    audit::Outcome as AuditOutcome,
    check::Finding,
    config::{confirm::Confirmation, diff::FileDiff},
    routes::{Author, Changed, Configuration, Terms, Trial},
};

use crate::{
    call::{Call, Dialect},
    failure::Failure,
    pages::{layout::Frame, layout::Tab, review},
    reply::{self, Done, Message, Reply},
    trials,
};

/// The field that asks for a trial: nothing is written.
pub(crate) const DRY_RUN: &str = "dry_run";
/// The field that accepts that objects are disabled.
pub(crate) const ACCEPTS_DISABLED: &str = "accept_disabled";
/// The field that sends a form back to be edited on.
pub(crate) const EDIT_AGAIN: &str = "edit_again";

/// What became of a change.
#[derive(Debug)]
pub(crate) struct Outcome {
    pub(crate) changed: Changed,
    is_planned: bool,
    /// What Traefik says to it; `None` where nothing was written.
    confirmation: Option<Confirmation>,
    /// When it puts itself back.
    trial: Option<Trial>,
}

impl Call {
    /// For whom, and how far, a change is made.
    pub(crate) fn terms(&self) -> Result<Terms, Failure> {
        let asks =
            |name: &str| Ok::<_, Failure>(self.fields.flag(name, false)? || self.query.flag(name, false)?);
        Ok(Terms {
            author: self.author()?,
            dry_run: asks(DRY_RUN)?,
            accepts_disabled: asks(ACCEPTS_DISABLED)?,
        })
    }

    /// Who asks, as the audit trail names it.
    pub(crate) fn author(&self) -> Result<Author, Failure> {
        Ok(Author { actor: self.principal()?.actor(), address: self.client.address })
    }

    /// Whether a reviewed form comes back to be edited on.
    pub(crate) fn edits_again(&self) -> Result<bool, Failure> {
        self.fields.flag(EDIT_AGAIN, false)
    }

    /// The version that the client has seen, in its form or as `If-Match`.
    pub(crate) fn seen_version(&self) -> Result<Option<String>, Failure> {
        let version = self.fields.trimmed("version")?;
        let version = if version.is_empty() { self.if_match.as_deref().unwrap_or_default() } else { version };
        Ok(Some(version.to_owned()).filter(|version| !version.is_empty()))
    }

    /// Makes a change, or only plans it where that was asked for, and sees that Traefik takes it: what Traefik does not
    /// take is put back.
    pub(crate) async fn change<E: Into<Failure> + Send + 'static>(
        &self,
        work: impl FnOnce(&Configuration, &Terms) -> Result<Changed, E> + Send + 'static,
    ) -> Result<Outcome, Failure> {
        let terms = self.terms()?;
        let asked = self.trial_asked()?;
        let is_planned = terms.dry_run;
        let before = self.app.live().soon(self.app.manager()).await;
        let made = self.block(move |manager| work(manager.configuration(), &terms)).await?;
        let mut changed = made.map_err(Into::into)?;
        let Some(number) = changed.number.filter(|_| !changed.files.is_empty()) else {
            return Ok(Outcome { changed, is_planned, confirmation: None, trial: None });
        };
        let trial = match asked.or_else(|| self.own_way(&changed)) {
            Some(seconds) => Some(self.put_on_trial(number, seconds).await?),
            None => None,
        };
        let expected: Vec<_> = std::mem::take(&mut changed.expected)
            .into_iter()
            .map(|expectation| {
                let status = before.status(expectation.object());
                expectation.after_status(status)
            })
            .collect();
        let confirmation = self.app.manager().confirm(&expected).await;
        self.app.live().expire();
        if let Some(why) = refusal(&confirmation) {
            return Err(self.put_back(number, why).await?);
        }
        if matches!(confirmation, Confirmation::Confirmed { .. }) {
            let recorded = self
                .block(move |manager| manager.configuration().conclude(number, AuditOutcome::Confirmed))
                .await?;
            if let Err(error) = recorded {
                // The change itself is recorded, and served.
                tracing::error!(change = number, %error, "that Traefik took a change could not be recorded");
            }
        }
        Ok(Outcome { changed, is_planned, confirmation: Some(confirmation), trial })
    }

    /// Puts a change on trial. What cannot be put back by itself is put back now.
    async fn put_on_trial(&self, number: u64, seconds: u64) -> Result<Trial, Failure> {
        match trials::begin(&self.app, number, seconds).await {
            Ok(trial) => Ok(trial),
            Err(failure) => {
                let why = format!("the trial could not be recorded: {}", failure.message());
                Err(self.put_back(number, why).await?)
            }
        }
    }

    /// Takes a change back that Traefik did not take, sees that it serves what was before, and says all that.
    async fn put_back(&self, number: u64, why: String) -> Result<Failure, Failure> {
        let recorded = why.clone();
        let undone = self
            .block(move |manager| {
                let configuration = manager.configuration();
                let undone = configuration.put_back(number, recorded);
                match &undone {
                    // It may have been in the way of another that had to go back.
                    Ok(_) => trials::end_passed(configuration),
                    // Something else is built on it: should that go back, this goes too.
                    Err(_) => drop(configuration.try_until(number, configuration.now())),
                }
                undone
            })
            .await?;
        let outcome = match undone {
            Ok(undone) => match self.app.manager().confirm(&undone.expected).await {
                Confirmation::Confirmed { .. } | Confirmation::NotVisible => {
                    "the files are as they were, and Traefik serves them".to_owned()
                }
                _ => "the files are as they were; Traefik has not confirmed that it serves them".to_owned(),
            },
            Err(error) => format!("and putting the files back failed: {error}"),
        };
        self.app.live().expire();
        tracing::warn!(change = number, why, "Traefik did not take a change");
        Ok(Failure::new(StatusCode::UNPROCESSABLE_ENTITY, format!("{why}; {outcome}")))
    }

    /// For how long a change is on trial that touches the way on which this page came.
    fn own_way(&self, changed: &Changed) -> Option<u64> {
        let is_own_way = self.dialect == Dialect::Page
            && self.host.as_deref().is_some_and(|host| trials::reaches(self.app.manager(), changed, host));
        is_own_way.then_some(trials::USUAL_SECONDS)
    }

    /// For how long a trial was asked.
    fn trial_asked(&self) -> Result<Option<u64>, Failure> {
        let fields = if self.fields.has("try") { &self.fields } else { &self.query };
        if !fields.has("try") {
            return Ok(None);
        }
        let asked = fields.figure("try")?;
        let seconds = asked.parse::<u64>().ok().filter(|seconds| trials::SECONDS.contains(seconds));
        seconds.ok_or_else(|| Failure::field("try", "must be a number of seconds from 5 to 600")).map(Some)
    }
}

/// Why a change has to be put back; `None` where it need not be.
fn refusal(confirmation: &Confirmation) -> Option<String> {
    match confirmation {
        Confirmation::Confirmed { .. } | Confirmation::NotVisible | Confirmation::Unreachable(_) => None,
        Confirmation::InError { object, errors } => {
            Some(format!("Traefik does not serve {object}: {}", errors.join("; ")))
        }
        Confirmation::StillOld { objects } => {
            let object = objects.first().map_or_else(String::new, |(object, _)| format!(" of {object}"));
            Some(format!(
                "ten seconds after the change Traefik still serves the old configuration{object}: either it refuses a \
                 file, which its log tells, or its file provider does not watch these files"
            ))
        }
        Confirmation::Vanished(error) => {
            Some(format!("Traefik stopped answering after the change ({error})"))
        }
    }
}

impl Outcome {
    /// Whether there was nothing to do.
    pub(crate) fn is_unchanged(&self) -> bool {
        self.changed.files.is_empty() && self.changed.number.is_none() && !self.is_planned
    }

    /// The answer: what would happen, or a page to go to, or a message.
    pub(crate) async fn reply(
        self,
        call: &Call,
        tab: Tab,
        to: &str,
        message: &str,
    ) -> Result<Reply, Failure> {
        self.reply_with(call, tab, to, Message { message }).await
    }

    /// The same, with more to say than a message.
    pub(crate) async fn reply_with(
        self,
        call: &Call,
        tab: Tab,
        to: &str,
        more: impl Serialize + Send,
    ) -> Result<Reply, Failure> {
        if self.is_planned {
            return self.review(call, tab).await;
        }
        if call.dialect == Dialect::Page {
            if let Some(trial) = self.trial {
                return Ok(reply::see_other(&format!("/history/trial?change={}", trial.number)));
            }
            if !matches!(self.confirmation, Some(Confirmation::Unreachable(_))) {
                return Ok(reply::see_other(to));
            }
            let sign = if to.contains('?') { '&' } else { '?' };
            return Ok(reply::see_other(&format!("{to}{sign}traefik=silent")));
        }
        let note = match &self.confirmation {
            Some(Confirmation::Unreachable(error)) => Some(format!("written, not confirmed: {error}")),
            Some(Confirmation::NotVisible) => {
                Some("written, not confirmed: Traefik's API does not show what was changed".to_owned())
            }
            _ => None,
        };
        let is_confirmed = |found: &Confirmation| matches!(found, Confirmation::Confirmed { .. });
        let now = call.app.manager().configuration().now();
        Ok(Done::reply(Made {
            more,
            confirmed: self.confirmation.as_ref().map(is_confirmed),
            note,
            change: self.changed.number,
            reverts_in: self.trial.map(|trial| trial.until.since(now)),
            findings: self.changed.findings.iter().map(FindingJson::from).collect(),
        }))
    }

    async fn review(self, call: &Call, tab: Tab) -> Result<Reply, Failure> {
        let changed = &self.changed;
        if call.dialect != Dialect::Page {
            return Ok(Done::reply(Planned {
                dry_run: true,
                message: "this is what would be written; nothing was",
                diff: changed.diffs.iter().map(|diff| diff.text.as_str()).collect(),
                files: changed.diffs.iter().map(FileJson::from).collect(),
                affected: &changed.affected,
                findings: changed.findings.iter().map(FindingJson::from).collect(),
            }));
        }
        let frame = Frame::of(call).await;
        let content = review::content(&review::ReviewPage {
            changed,
            action: &call.path,
            fields: call.fields.pairs(),
            csrf: &frame.csrf,
        });
        Ok(frame.reply("Review", tab, &content))
    }
}

#[derive(Serialize)]
struct Made<'a, T> {
    #[serde(flatten)]
    more: T,
    /// Whether Traefik was seen to serve the change.
    #[serde(skip_serializing_if = "Option::is_none")]
    confirmed: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<String>,
    /// In how many seconds the change puts itself back unless it is kept.
    #[serde(skip_serializing_if = "Option::is_none")]
    reverts_in: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    change: Option<u64>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    findings: Vec<FindingJson<'a>>,
}

#[derive(Serialize)]
struct Planned<'a> {
    dry_run: bool,
    message: &'static str,
    diff: String,
    files: Vec<FileJson<'a>>,
    affected: &'a [String],
    findings: Vec<FindingJson<'a>>,
}

#[derive(Serialize)]
struct FileJson<'a> {
    file: &'a str,
    diff: &'a str,
}

impl<'a> From<&'a FileDiff> for FileJson<'a> {
    fn from(diff: &'a FileDiff) -> Self {
        Self { file: diff.file.as_str(), diff: &diff.text }
    }
}

/// A finding, as scripts read it.
#[derive(Serialize)]
pub(crate) struct FindingJson<'a> {
    level: &'static str,
    code: &'static str,
    effect: &'static str,
    file: &'a str,
    line: usize,
    column: usize,
    path: String,
    message: &'a str,
    remedy: &'a str,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    disables: &'a [String],
}

impl<'a> From<&'a Finding> for FindingJson<'a> {
    fn from(finding: &'a Finding) -> Self {
        Self {
            level: finding.level.as_str(),
            code: finding.code,
            effect: finding.effect.as_str(),
            file: finding.file.as_str(),
            line: finding.position.line,
            column: finding.position.column,
            path: finding.path.to_string(),
            message: &finding.message,
            remedy: &finding.remedy,
            disables: &finding.disables,
        }
    }
}
