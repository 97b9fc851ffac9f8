//! Restarts of Traefik as the audit trail tells them: begun, ended, on trial, put back.
//!
//! The entry of a restart is there before anybody is asked for it, and says until when the new configuration is on trial
//! where it is. So whatever becomes of this program meanwhile, its next start knows what was under way.

use std::{collections::HashSet, sync::Arc, time::Duration};

use super::{
    Author, ChangeError, Configuration, Snapshot, Terms, Trial, Tries,
    change::Deed,
    static_file::{STATIC_FILE, StaticDeed},
    trial::{CONFIRM, takes},
};
use crate::{
    audit::{Entry, FileChange, Outcome, Recorded},
    clock::Timestamp,
    config::store::BackupKind,
    restart::{Expected, PutBack, Report, Way, api_loss, differing},
    traefik::{Protocol, router::hosts_in},
};

/// The action of a restart in the audit trail.
pub(super) const RESTART: &str = "restart";
/// How many entries of the trail are looked at for one whose end nobody saw.
const PAGE: usize = 200;

/// A restart that is written down and not over yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BegunRestart {
    /// Its entry.
    pub number: u64,
    /// When it was begun.
    pub at: Timestamp,
    /// What should be visible in Traefik afterwards.
    pub expected: Expected,
    /// When Traefik runs the new configuration, that is on trial for so many seconds; `None` where it stays.
    pub tries: Option<u64>,
    /// Why it is on trial where nobody has asked for that: what it changes on the way to the page, or of the API.
    pub because: Vec<String>,
    /// The restart whose configuration nobody has kept, where this one puts that back.
    pub reverts: Option<u64>,
}

impl Configuration {
    /// Writes down that Traefik is about to be restarted with the static configuration that is there now.
    ///
    /// It is on trial where that was asked for, where it may stand in the way on which somebody has come, and where
    /// Traefik's API cannot be asked any more with it; unless no other file is known to be good.
    ///
    /// # Errors
    /// [`ChangeError::OnTrial`] while an earlier restart is; [`ChangeError::NotFound`] where there is no static file;
    /// [`ChangeError::Storage`] when the trail cannot be read or written.
    pub fn begin_restart(
        &self,
        author: &Author,
        tries: &Tries,
        budget: Duration,
    ) -> Result<BegunRestart, ChangeError> {
        let _changing = self.lock_changes()?;
        self.refresh_within();
        if let Some(trial) = self.trials()?.iter().find(|trial| trial.is_restart) {
            return Err(ChangeError::OnTrial { number: trial.number });
        }
        let snapshot = self.snapshot();
        let present = self.static_file()?;
        let good = self.last_good_static(&present.text)?;
        let (mut expected, mut because) = (expected_of(&snapshot), Vec::new());
        let tree = snapshot.static_file().and_then(|file| file.tree().ok());
        if let (Some((_, text)), Some(new)) = (&good, tree)
            && let Ok(old) = self.ports.static_syntax.parse(Arc::clone(text))
        {
            expected.api_loss = api_loss(&old, new);
            if let Some(host) = &tries.way {
                because = way_of(&snapshot, host).touched(&differing(&old, new));
            }
            because.extend(expected.api_loss.clone());
        }
        let unasked = (!because.is_empty()).then_some(Tries::USUAL);
        let seconds = tries.asked.or(unasked).filter(|_| good.is_some());
        let mut entry = self.entry_of_restart(author, None)?;
        if let (Some(seconds), Some((backup, text))) = (seconds, &good) {
            // Longer than it will be: the time begins anew when Traefik is back.
            entry.outcome =
                Outcome::OnTrial { until: entry.at.plus(seconds.saturating_add(budget.as_secs())) };
            let old = self.ports.files.revision(text);
            let new = (&*present.text, &present.revision);
            entry.files = vec![FileChange::between(
                self.static_id()?,
                Some((text, &old)),
                Some(new),
                Some(backup.clone()),
            )];
        }
        let number = self.ports.audit.append(&entry)?;
        Ok(BegunRestart { number, at: entry.at, expected, tries: seconds, because, reverts: None })
    }

    /// Writes down how a restart ended. Where Traefik runs a configuration that is to be tried, that begins now.
    ///
    /// # Errors
    /// [`ChangeError::Storage`] when the trail cannot be read or written; the restart has happened all the same, and a
    /// trial ends a while later than it would.
    pub fn end_restart(&self, begun: &BegunRestart, report: &Report) -> Result<Option<Trial>, ChangeError> {
        let _changing = self.lock_changes()?;
        let why = report.attempt.to_string();
        let (number, now) = (begun.number, self.now());
        let mut trial = None;
        let outcome = match (&report.put_back, begun.tries) {
            (None, Some(seconds)) if report.is_good() && self.is_on_trial(number).is_ok() => {
                let until = now.plus(seconds);
                trial = Some(Trial { number, until, is_restart: true, is_unseen: false });
                Outcome::OnTrial { until }
            }
            (None, _) if report.is_good() => Outcome::Confirmed,
            (Some(PutBack::Done(again)), _) if again.is_good() => Outcome::RolledBack { why },
            _ => Outcome::Refused { why },
        };
        let mut entry = self.about(number, CONFIRM, Author::program(), outcome);
        entry.object = Some(Deed::new(CONFIRM, STATIC_FILE, None, self.static_id()?.as_str()).object);
        self.ports.audit.append(&entry)?;
        Ok(trial)
    }

    /// Puts the file back that Traefik ran before a restart that is on trial, after keeping a copy of the present one, and
    /// writes down that Traefik is about to be restarted with it. `None` where the trial is over: somebody has kept it.
    ///
    /// # Errors
    /// [`ChangeError`]. Where the old file cannot be had any more, or Traefik would not start with it, the trial is over
    /// too, and the trail says why; with [`ChangeError::Storage`] it goes on.
    pub fn begin_revert(&self, author: &Author, number: u64) -> Result<Option<BegunRestart>, ChangeError> {
        let _changing = self.lock_changes()?;
        match self.is_on_trial(number) {
            Err(ChangeError::NotFound { .. }) => return Ok(None),
            answer => answer.map(drop)?,
        }
        let written = self.text_before(number).and_then(|text| {
            self.change_static_within(&Terms::of(author.clone()), StaticDeed::put_back(), |_| Ok(text))
        });
        match written {
            Ok(_) => {}
            Err(ChangeError::Storage(error)) => return Err(error.into()),
            Err(error) => {
                let why = format!("the file of before cannot be put back: {error}");
                self.conclude(number, Outcome::Refused { why })?;
                return Err(error);
            }
        }
        let entry = self.entry_of_restart(author, Some(number))?;
        let own = self.ports.audit.append(&entry)?;
        let expected = expected_of(&self.snapshot());
        Ok(Some(BegunRestart {
            number: own,
            at: entry.at,
            expected,
            tries: None,
            because: Vec::new(),
            reverts: Some(number),
        }))
    }

    /// Writes down that a restart's configuration was put back, and why.
    ///
    /// # Errors
    /// [`ChangeError::Storage`] when the trail cannot be written.
    pub fn end_revert(&self, begun: &BegunRestart, report: &Report) -> Result<(), ChangeError> {
        let outcome = match &report.put_back {
            Some(PutBack::Done(again)) if again.is_good() => Outcome::Confirmed,
            _ => Outcome::Refused { why: report.to_string() },
        };
        let mut entry = self.about(begun.number, CONFIRM, Author::program(), outcome);
        entry.object = Some(Deed::new(CONFIRM, STATIC_FILE, None, self.static_id()?.as_str()).object);
        self.ports.audit.append(&entry)?;
        if let Some(number) = begun.reverts {
            self.conclude(number, Outcome::RolledBack { why: report.attempt.to_string() })?;
        }
        Ok(())
    }

    /// The restart that was begun and of which nobody knows how it ended: this program was killed meanwhile. One that is
    /// on trial is not among them, since its trial tells.
    ///
    /// # Errors
    /// [`ChangeError::Storage`] when the trail cannot be read.
    pub fn open_restart(&self) -> Result<Option<BegunRestart>, ChangeError> {
        let mut concluded = HashSet::new();
        for Recorded { number, entry } in self.ports.audit.newest(None, PAGE)?.entries {
            if entry.action == CONFIRM {
                concluded.extend(entry.regarding);
            } else if entry.action == RESTART && is_of_static(&entry) {
                if entry.outcome != Outcome::Unconfirmed || concluded.contains(&number) {
                    return Ok(None);
                }
                self.refresh();
                let expected = expected_of(&self.snapshot());
                let (at, reverts) = (entry.at, entry.regarding);
                let because = Vec::new();
                return Ok(Some(BegunRestart { number, at, expected, tries: None, because, reverts }));
            }
        }
        Ok(None)
    }

    /// Puts the last static configuration back with which Traefik is known to have started, after keeping a copy of
    /// the present one, and says what should then be visible; `None` when there is none that differs.
    ///
    /// That is the oldest copy since the last good restart. Where no restart is known to have gone well, and nothing was
    /// written yet, the newest copy that differs is the best guess.
    ///
    /// # Errors
    /// [`ChangeError`]; then the file is as it was.
    pub fn put_back_static(&self) -> Result<Option<Expected>, ChangeError> {
        self.refresh();
        let present = self.static_file()?.text;
        let Some((_, text)) = self.last_good_static(&present)? else { return Ok(None) };
        self.change_static(&Terms::of(Author::program()), StaticDeed::put_back(), |_| Ok(text))?;
        Ok(Some(expected_of(&self.snapshot())))
    }

    /// The backup of the last good static configuration that differs from the present one, and its text.
    fn last_good_static(&self, present: &str) -> Result<Option<(String, Arc<str>)>, ChangeError> {
        let (oldest, is_known) = self.static_trail()?.oldest_backup();
        let others = if is_known { Vec::new() } else { self.ports.backups.list()? };
        let id = self.static_id()?;
        let others = others
            .into_iter()
            .filter(|backup| backup.kind == BackupKind::Static && backup.origin.as_ref() == Some(&id));
        let others = others.map(|backup| backup.name);
        for name in oldest.into_iter().chain(others) {
            if let Some((_, text)) = self.ports.backups.read(&name)?.filter(|(_, text)| *text != present) {
                return Ok(Some((name, Arc::from(text))));
            }
        }
        Ok(None)
    }

    /// The text that an entry about the static configuration names as the one before.
    pub(super) fn text_before(&self, number: u64) -> Result<Arc<str>, ChangeError> {
        let gone = |reason: &str| ChangeError::NotUndoable { number, reason: reason.to_owned() };
        let recorded = self.ports.audit.find(number)?;
        let backup = recorded.and_then(|recorded| recorded.entry.files.into_iter().next()?.backup);
        let backup = backup.ok_or_else(|| gone("it names no file to go back to"))?;
        let kept = self.ports.backups.read(&backup)?;
        kept.map(|(_, text)| Arc::from(text)).ok_or_else(|| gone("the backup with the old file is gone"))
    }

    fn entry_of_restart(&self, author: &Author, reverts: Option<u64>) -> Result<Entry, ChangeError> {
        Ok(Entry {
            at: self.ports.clock.now(),
            actor: author.actor.clone(),
            address: author.address,
            action: RESTART.to_owned(),
            object: Some(Deed::new(RESTART, STATIC_FILE, None, self.static_id()?.as_str()).object),
            regarding: reverts,
            files: Vec::new(),
            outcome: Outcome::Unconfirmed,
        })
    }
}

/// Whether an entry is about the static configuration.
pub(super) fn is_of_static(entry: &Entry) -> bool {
    entry.object.as_ref().is_some_and(|object| object.kind == STATIC_FILE)
}

/// What the static configuration should make visible in Traefik.
fn expected_of(snapshot: &Snapshot) -> Expected {
    let points = snapshot.entry_points().into_iter().filter(|(_, address)| !address.is_empty());
    let entry_points = points.map(|(name, at)| (name.to_owned(), at.to_owned())).collect();
    Expected { entry_points, api_loss: None }
}

/// On which way requests for a host come in, as far as the files tell.
fn way_of(snapshot: &Snapshot, host: &str) -> Way {
    let is_meant =
        |rule: &str| takes(rule, host) && hosts_in(rule).iter().any(|named| named.eq_ignore_ascii_case(host));
    let routes = snapshot.routes().filter(|route| route.is_enabled() && route.protocol() == Protocol::Http);
    let routers: Vec<_> =
        routes.filter(|route| is_meant(route.rule())).filter_map(|route| route.router()).collect();
    if routers.is_empty() {
        return Way::unknown();
    }
    let (mut entry_points, mut resolvers) = (Some(Vec::new()), Some(Vec::new()));
    for router in routers {
        let points = router.entry_points();
        match &mut entry_points {
            Some(all) if !points.is_empty() => all.extend(points.into_iter().map(str::to_owned)),
            // Traefik's default ones.
            _ => entry_points = None,
        }
        match (router.tls().map(|tls| tls.cert_resolver()), &mut resolvers) {
            (Some(resolver), Some(all)) if !resolver.is_empty() => all.push(resolver.to_owned()),
            // An entry point may have one for all.
            _ => resolvers = None,
        }
    }
    Way { entry_points, resolvers, is_in_files: true }
}
