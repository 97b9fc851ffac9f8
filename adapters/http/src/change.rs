//! Changes of the configuration: on whose behalf, whether in earnest, and what became of them.
//!
//! Every handler that writes configuration goes through [`Call::change`] and answers through [`Outcome::reply`], so
//! that each of them can be tried (`dry_run`), is recorded under the right name, and tells the same things.

use std::{collections::BTreeSet, sync::Arc};

use hyper::StatusCode;
use serde::Serialize;
use traefik_manager_core::{
    check::Finding,
    config::{
        confirm::{Confirmation, Served},
        diff::FileDiff,
        store::Revision,
    },
    routes::{Author, Changed, Configuration, Fate, Terms, Tries},
};

use crate::{
    call::{Call, Dialect},
    failure::Failure,
    live::Live,
    pages::{layout::Frame, layout::Tab, review},
    reply::{self, Done, Message, Reply},
    said::{Said, said},
    trials,
    words::message,
};

/// The field that asks for a trial: nothing is written.
pub(crate) const DRY_RUN: &str = "dry_run";
/// The field that accepts that objects are disabled.
pub(crate) const ACCEPTS_DISABLED: &str = "accept_disabled";
/// The field that sends a form back to be edited on.
pub(crate) const EDIT_AGAIN: &str = "edit_again";

/// The field that says which revisions of files were seen: `If-Match` for forms.
pub(crate) const REVISIONS: &str = "revisions";

/// What is compared with what a client says that it has seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Match {
    /// The files that are written.
    Files,
    /// The object, which has a version of its own; whoever changes it compares that himself.
    Object,
}

impl Match {
    /// An object that is changed has a version; one that is made has none yet.
    pub(crate) fn of(is_there: bool) -> Self {
        if is_there { Self::Object } else { Self::Files }
    }
}

/// What became of a change.
#[derive(Debug)]
pub(crate) struct Outcome {
    pub(crate) changed: Changed,
    is_planned: bool,
    matches: Match,
    /// What Traefik says to it; `None` where nothing was written.
    confirmation: Option<Confirmation>,
}

/// What Traefik serves before a change.
struct Before {
    live: Arc<Live>,
    /// Everything, where templates may make up a file: any difference afterwards may be the only sign of the change.
    served: Option<Served>,
}

/// A change that went back.
struct Refused {
    words: String,
    /// What put it back, where another change may have been to blame.
    undo: Option<u64>,
    /// The changes that were written before it and had no word yet.
    older: BTreeSet<u64>,
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
            tries: Tries { asked: self.trial_asked()?, way: self.way() },
            seen: Vec::new(),
        })
    }

    /// The revisions of files that the client has seen, in its form or as `If-Match`.
    fn seen_revisions(&self) -> Result<Vec<Revision>, Failure> {
        let revisions = self.fields.trimmed(REVISIONS)?;
        let revisions =
            if revisions.is_empty() { self.if_match.as_deref().unwrap_or_default() } else { revisions };
        let tags = revisions.split(',').map(|tag| tag.trim().trim_matches('"'));
        Ok(tags.filter(|tag| !tag.is_empty()).map(Revision::new).collect())
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

    /// The version that a form is shown with. What was typed is shown with what was seen, and that stays refused: whoever
    /// tests it, or is refused, has not looked at what is there now.
    pub(crate) fn shown_version(&self, present: String) -> Result<String, Failure> {
        Ok(self.seen_version()?.unwrap_or(present))
    }

    /// Makes a change, or only plans it where that was asked for, and sees that Traefik takes it: what Traefik does not
    /// take is put back. Where the client says what it has seen, the files must be as it has seen them.
    pub(crate) async fn change<E: Into<Failure> + Send + 'static>(
        &self,
        work: impl FnOnce(&Configuration, &Terms) -> Result<Changed, E> + Send + 'static,
    ) -> Result<Outcome, Failure> {
        self.change_of(Match::Files, work).await
    }

    /// The same, where it may be the object rather than the files that must be as it was seen.
    pub(crate) async fn change_of<E: Into<Failure> + Send + 'static>(
        &self,
        matches: Match,
        work: impl FnOnce(&Configuration, &Terms) -> Result<Changed, E> + Send + 'static,
    ) -> Result<Outcome, Failure> {
        let mut terms = self.terms()?;
        let is_planned = terms.dry_run;
        let before = self.before().await;
        let again = terms.clone();
        if matches == Match::Files {
            terms.seen = self.seen_revisions()?;
        }
        let made = self.block(move |manager| work(manager.configuration(), &terms)).await?;
        let mut changed = made.map_err(Into::into)?;
        let Some(number) = changed.number.filter(|_| !changed.files.is_empty()) else {
            return Ok(Outcome { changed, is_planned, matches, confirmation: None });
        };
        let refused = match self.see_taken(number, &mut changed, &before).await? {
            Ok(confirmation) => {
                return Ok(Outcome { changed, is_planned, matches, confirmation: Some(confirmation) });
            }
            Err(refused) => refused,
        };
        if let Some(undo) = refused.undo
            && let Some(mut repeated) = self.app.again(&refused.older, undo, again).await?
            && let Some(number) = repeated.number
            && let Ok(confirmation) = self.see_taken(number, &mut repeated, &before).await?
        {
            let changed = Changed { name: changed.name, findings: changed.findings, ..repeated };
            return Ok(Outcome { changed, is_planned, matches, confirmation: Some(confirmation) });
        }
        Err(Failure::new(StatusCode::UNPROCESSABLE_ENTITY, refused.words))
    }

    /// What Traefik serves before a change.
    async fn before(&self) -> Before {
        let manager = self.app.manager();
        let live = self.app.live().before_change(manager).await;
        let has_templates = |text: &str| text.contains("{{");
        let snapshot = manager.configuration().snapshot();
        let served = if self.fields.pairs().into_iter().any(|(_, value)| has_templates(value))
            || snapshot.files().iter().any(|file| has_templates(file.text()))
        {
            manager.served().await.ok()
        } else {
            None
        };
        Before { live, served }
    }

    /// Sees that Traefik takes a change that was written; what it does not take is put back.
    async fn see_taken(
        &self,
        number: u64,
        changed: &mut Changed,
        before: &Before,
    ) -> Result<Result<Confirmation, Refused>, Failure> {
        let app = &self.app;
        if let Some(trial) = changed.trial {
            trials::watch(app.clone(), trial);
        }
        let flight = app.flights().board(number);
        let expected: Vec<_> = std::mem::take(&mut changed.expected)
            .into_iter()
            .map(|expectation| {
                let status = before.live.status(expectation.object());
                expectation.after_status(status)
            })
            .collect();
        let mut confirmation = app.word_on(&flight, &expected).await?;
        if changed.is_shaped && confirmation == Confirmation::NotVisible {
            confirmation = app.sign_of(&flight, before.served.as_ref()).await;
        }
        let (older, _) = flight.others();
        if flight.is_gone() {
            let words =
                "Traefik took no change any more while this one was there; the files are as they were";
            return Ok(Err(Refused { words: words.to_owned(), undo: None, older }));
        }
        match Fate::of(&confirmation, changed) {
            Fate::GoesBack { why, is_own_fault } => {
                let put_back = app.put_back(number, why.clone()).await?;
                let undo = put_back.undo.filter(|_| !is_own_fault);
                return Ok(Err(Refused { words: format!("{why}; {}", put_back.words), undo, older }));
            }
            Fate::OnTrial(seconds) => changed.trial = app.wait_for_sign(number, seconds).await,
            Fate::Stays(outcome) => app.record(number, outcome).await,
            Fate::Open => app.ask_about(number, false),
        }
        Ok(Ok(confirmation))
    }

    /// The host on which this page came: a change that touches the way of that is on trial.
    fn way(&self) -> Option<String> {
        self.host.clone().filter(|_| self.dialect == Dialect::Page)
    }

    /// For how long a trial was asked.
    fn trial_asked(&self) -> Result<Option<u64>, Failure> {
        let fields = if self.fields.has("try") { &self.fields } else { &self.query };
        if !fields.has("try") {
            return Ok(None);
        }
        let asked = fields.figure("try")?;
        let seconds = asked.parse::<u64>().ok().filter(|seconds| Tries::SECONDS.contains(seconds));
        seconds.ok_or_else(|| Failure::field("try", "must be a number of seconds from 5 to 600")).map(Some)
    }
}

impl Outcome {
    /// Whether there was nothing to do.
    pub(crate) fn is_unchanged(&self) -> bool {
        self.changed.files.is_empty() && self.changed.number.is_none() && !self.is_planned
    }

    /// Whether nothing was written, because only a plan was asked for.
    pub(crate) fn is_planned(&self) -> bool {
        self.is_planned
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
            if let Some(trial) = self.changed.trial {
                return Ok(reply::see_other(&format!("/history/trial?change={}", trial.number)));
            }
            return Ok(reply::see_other(to));
        }
        let note = match &self.confirmation {
            Some(Confirmation::Unreachable(error)) => Some(format!("written, not confirmed: {error}")),
            Some(Confirmation::NotVisible) if self.changed.is_shaped => Some(
                "written, not confirmed: templates make up the file, so nobody but Traefik knows what becomes of it, and \
                 ten seconds later its API shows no difference; whether it took the file, only its log tells. Unless \
                 the change is kept, or a later one shows that Traefik goes on taking changes, it puts itself back"
                    .to_owned(),
            ),
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
            reverts_in: self.changed.trial.map(|trial| trial.until.since(now)),
            findings: FindingJson::all(&self.changed.findings),
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
                findings: FindingJson::all(&changed.findings),
            }));
        }
        let frame = Frame::of(call).await;
        let content = review::content(&review::ReviewPage {
            changed,
            action: &call.path,
            fields: call.fields.pairs(),
            revisions: (self.matches == Match::Files).then(|| revisions(&changed.diffs)),
            csrf: &frame.csrf,
        });
        Ok(frame.reply(message!("review"), tab, &content))
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

/// The revisions that a change was planned on, as [`REVISIONS`] holds them.
fn revisions(diffs: &[FileDiff]) -> String {
    let revisions: Vec<&str> =
        diffs.iter().filter_map(|diff| diff.revision.as_ref()).map(Revision::as_str).collect();
    revisions.join(",")
}

#[derive(Serialize)]
struct FileJson<'a> {
    file: &'a str,
    diff: &'a str,
    /// What `If-Match` says for this to be the change that is made.
    #[serde(skip_serializing_if = "Option::is_none")]
    revision: Option<&'a str>,
}

impl<'a> From<&'a FileDiff> for FileJson<'a> {
    fn from(diff: &'a FileDiff) -> Self {
        let revision = diff.revision.as_ref().map(Revision::as_str);
        Self { file: diff.file.as_str(), diff: &diff.text, revision }
    }
}

/// How many findings programs are told of one text: somebody mends the first ones and asks again.
const MOST_TOLD: usize = 200;
/// How many a page shows.
pub(crate) const MOST_SHOWN: usize = 50;

/// The findings that are told: all, or of more than so many the worst, in their order.
pub(crate) fn told<'f>(findings: impl IntoIterator<Item = &'f Finding>, most: usize) -> Vec<&'f Finding> {
    let mut told: Vec<(usize, &Finding)> = findings.into_iter().enumerate().collect();
    if told.len() > most {
        told.sort_by_key(|(place, finding)| (std::cmp::Reverse((finding.level, finding.effect)), *place));
        told.truncate(most);
        told.sort_by_key(|(place, _)| *place);
    }
    told.into_iter().map(|(_, finding)| finding).collect()
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
    message: Said<'a>,
    remedy: Said<'a>,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    disables: &'a [String],
}

impl<'a> FindingJson<'a> {
    /// Those that are told.
    pub(crate) fn all(findings: &'a [Finding]) -> Vec<Self> {
        told(findings, MOST_TOLD).into_iter().map(Self::from).collect()
    }
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
            message: said(&finding.message),
            remedy: said(&finding.remedy),
            disables: &finding.disables,
        }
    }
}
