//! What became of a change after it was written: taken by Traefik or put back, on trial or kept.
//!
//! The audit trail only grows, so each of these is an entry of its own that names the change's.

use std::{collections::HashSet, ops::RangeInclusive};

use super::{Author, ChangeError, Changed, Configuration, Terms, static_restart::is_of_static};
use crate::{
    audit::{Area, Cursor, Entry, Outcome, Page, Recorded},
    clock::Timestamp,
    config::{delta::ObjectChange, object::ObjectKind, value::Value},
    traefik::{Protocol, rule::may_take},
};

/// What keeping a change on trial is called in the audit trail.
pub(super) const KEEP: &str = "keep";
/// What the entry is called that tells whether Traefik took a change.
pub(super) const CONFIRM: &str = "confirm";
/// What undoing is called.
pub(super) const UNDO: &str = "undo";
/// How many entries are read at once.
const PAGE: usize = 256;
/// How long an entry that is older than the newest one may be and still hold a trial: twice as long as the longest.
const OLDEST: u64 = 2 * *Tries::SECONDS.end();

/// When a change puts itself back unless somebody keeps it in time.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Tries {
    /// After so many seconds, whatever it changes; see [`SECONDS`](Self::SECONDS).
    pub asked: Option<u64>,
    /// After [`USUAL`](Self::USUAL) seconds, where it reaches a router that takes requests for this host: the way on
    /// which whoever makes it has come.
    pub way: Option<String>,
}

impl Tries {
    /// How many seconds may be asked for.
    pub const SECONDS: RangeInclusive<u64> = 5..=600;
    /// How many it is where nobody has asked.
    pub const USUAL: u64 = 60;

    /// For how many seconds a change is on trial; `rule_of` tells the rule of an HTTP router, and `is_entered_at` whether
    /// requests for a host may come in at one of these entry points.
    pub(super) fn seconds(
        &self,
        objects: &[ObjectChange],
        affected: &[String],
        rule_of: impl Fn(&str) -> Option<String>,
        is_entered_at: impl Fn(&str, &[&str]) -> bool,
    ) -> Option<u64> {
        let is_way = |host: &str| {
            reaches(host, objects, affected, rule_of, |points: &[&str]| is_entered_at(host, points))
        };
        self.asked.or_else(|| self.way.as_deref().is_some_and(is_way).then_some(Self::USUAL))
    }
}

/// Whether a change reaches a router that takes requests for this host, before the change or after it.
fn reaches(
    host: &str,
    objects: &[ObjectChange],
    affected: &[String],
    rule_of: impl Fn(&str) -> Option<String>,
    is_entered_at: impl Fn(&[&str]) -> bool,
) -> bool {
    let takes = |rule: &str| takes(rule, host);
    let rule_takes = |router: &Option<Value>| {
        router.as_ref().and_then(|router| router.get("rule")?.as_str()).is_some_and(takes)
    };
    let is_router = |change: &&ObjectChange, protocol| {
        change.object.kind == ObjectKind::Router && change.object.protocol == Some(protocol)
    };
    let mut changed = objects.iter().filter(|change| is_router(change, Protocol::Http));
    if changed.any(|change| rule_takes(&change.before) || rule_takes(&change.after)) {
        return true;
    }
    let mut streams = objects.iter().filter(|change| is_router(change, Protocol::Tcp));
    let takes_stream = |router: &Value| takes_stream(host, router, &is_entered_at);
    if streams.any(|change| [&change.before, &change.after].into_iter().flatten().any(takes_stream)) {
        return true;
    }
    // TLS is found by the name that a browser asks for, and what no router names may be an entry point's.
    let is_tls = |change: &ObjectChange| match change.object.kind {
        ObjectKind::TlsCertificate | ObjectKind::TlsStore => true,
        ObjectKind::TlsOptions => change.object.name == "default" || affected.is_empty(),
        _ => false,
    };
    if objects.iter().any(is_tls) {
        return true;
    }
    let mut reached = affected.iter().filter_map(|place| place.strip_prefix("http.routers."));
    reached.any(|name| rule_of(name).is_some_and(|rule| takes(&rule)))
}

/// Whether a TCP router takes a host's connections, before any HTTP router sees a request.
fn takes_stream(host: &str, router: &Value, is_entered_at: impl Fn(&[&str]) -> bool) -> bool {
    let rule = router.get("rule").and_then(Value::as_str).unwrap_or_default();
    if !may_take(rule, Protocol::Tcp, host) {
        return false;
    }
    let names_hosts = rule.to_ascii_lowercase().contains("hostsniregexp");
    if names_hosts || !may_take(rule, Protocol::Tcp, "") {
        return true;
    }
    // One with TLS comes after whatever names the host.
    let takes_all_at = |points: &Value| router.get("tls").is_none() && is_entered_at(&names(points));
    router.get("entryPoints").is_none_or(takes_all_at)
}

/// The names of a list, as Traefik reads them.
fn names(list: &Value) -> Vec<&str> {
    match list {
        Value::List(items) => items.iter().filter_map(Value::as_str).collect(),
        text => text.as_str().unwrap_or_default().split(',').map(str::trim).collect(),
    }
}

/// Whether a router of this rule may take requests for a host.
pub(super) fn takes(rule: &str, host: &str) -> bool {
    may_take(rule, Protocol::Http, host)
}

/// How many entries are looked at for a page of those of one area.
const MOST_LOOKED_AT: usize = 2_000;

/// A change that puts itself back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Trial {
    /// The change.
    pub number: u64,
    /// When it does.
    pub until: Timestamp,
    /// Whether it is a restart with another static configuration, which takes another restart to put back.
    pub is_restart: bool,
    /// Whether that is because Traefik gave no sign of having taken it, and not because it was to be tried.
    pub is_unseen: bool,
}

/// The number of a change whose trial has ended, and what came of it, see [`Configuration::end_trial`].
pub type EndOfTrial = (u64, Result<Option<Changed>, ChangeError>);

impl Configuration {
    /// Records what became of a change.
    ///
    /// # Errors
    /// [`ChangeError::Storage`] when the trail cannot be written.
    pub fn conclude(&self, number: u64, outcome: Outcome) -> Result<(), ChangeError> {
        let author = Author::program();
        self.ports.audit.append(&self.about(number, CONFIRM, author, outcome))?;
        Ok(())
    }

    /// Puts a change back that Traefik did not take, and records why.
    ///
    /// # Errors
    /// [`ChangeError`] as [`undo`](Self::undo).
    pub fn put_back(&self, number: u64, why: String) -> Result<Changed, ChangeError> {
        let undone = self.undo(&Terms::of(Author::program()), number)?;
        self.conclude(number, Outcome::RolledBack { why })?;
        Ok(undone)
    }

    /// Puts a change on trial that was made already: it is undone at that moment unless it is kept.
    ///
    /// # Errors
    /// [`ChangeError::Storage`] when the trail cannot be written.
    pub fn try_until(&self, number: u64, until: Timestamp) -> Result<Trial, ChangeError> {
        self.conclude(number, Outcome::OnTrial { until })?;
        Ok(Trial { number, until, is_restart: false, is_unseen: until > self.now() })
    }

    /// Puts a change on trial of which Traefik, though it answers, gave no sign of having taken it. It may be what makes
    /// Traefik refuse every change from now on, and nobody but its log would tell.
    ///
    /// # Errors
    /// [`ChangeError::Storage`] when the trail cannot be written.
    pub fn wait_for_sign(&self, number: u64, seconds: u64) -> Result<Trial, ChangeError> {
        self.conclude(number, Outcome::NotVisible)?;
        self.try_until(number, self.now().plus(seconds))
    }

    /// Takes note that Traefik was seen to take a change, and with it all that was written before: what was on trial only
    /// for want of a sign has it now, and stays.
    ///
    /// # Errors
    /// [`ChangeError::Storage`] when the trail cannot be read or written.
    pub fn was_taken(&self, number: u64) -> Result<(), ChangeError> {
        let _changing = self.lock_changes()?;
        let earlier = self.trials()?.into_iter().filter(|trial| trial.is_unseen && trial.number < number);
        for trial in earlier {
            self.ports.audit.append(&self.about(trial.number, KEEP, Author::program(), Outcome::Done))?;
            self.conclude(trial.number, Outcome::Confirmed)?;
        }
        Ok(())
    }

    /// The present time, by which trials end.
    pub fn now(&self) -> Timestamp {
        self.ports.clock.now()
    }

    /// Keeps a change that is on trial.
    ///
    /// # Errors
    /// [`ChangeError::NotFound`] when it is not, or not any more.
    pub fn keep(&self, author: Author, number: u64) -> Result<(), ChangeError> {
        let _changing = self.lock_changes()?;
        let trial = self.is_on_trial(number)?;
        self.ports.audit.append(&self.about(number, KEEP, author, Outcome::Done))?;
        if trial.is_unseen {
            // Somebody answers for it, and what Traefik makes of it is as unknown as before.
            self.conclude(number, Outcome::NotVisible)?;
        }
        Ok(())
    }

    /// Ends a trial: the change is undone where nobody has kept it. `None` when that was not needed.
    ///
    /// # Errors
    /// [`ChangeError`] as [`undo`](Self::undo). The trial goes on then, and [`end_trials`](Self::end_trials) tries again.
    pub fn end_trial(&self, number: u64) -> Result<Option<Changed>, ChangeError> {
        // Asked where nobody can keep it any more: who was told that it is kept must find it kept.
        let still = || self.is_on_trial(number).map(drop);
        let undone = match self.undo_if(&Terms::of(Author::program()), number, &still) {
            Err(ChangeError::NotFound { .. }) => return Ok(None),
            undone => undone?,
        };
        self.conclude(number, Outcome::RolledBack { why: "nobody kept it in time".to_owned() })?;
        Ok(Some(undone))
    }

    /// Ends all trials whose time has passed, the newest first: one may have stood in the way of another. Restarts are not
    /// among them, see [`begin_revert`](Self::begin_revert).
    ///
    /// # Errors
    /// [`ChangeError::Storage`] when the trail cannot be read. What became of each trial is in the list.
    pub fn end_trials(&self) -> Result<Vec<EndOfTrial>, ChangeError> {
        let now = self.now();
        let passed = self.trials()?.into_iter().filter(|trial| trial.until <= now && !trial.is_restart);
        Ok(passed.map(|trial| (trial.number, self.end_trial(trial.number))).collect())
    }

    /// Looks at everything that came after the change, however much that is.
    pub(super) fn is_on_trial(&self, number: u64) -> Result<Trial, ChangeError> {
        let trials = self.trials_where(|recorded| recorded.number >= number)?;
        let trial = trials.into_iter().find(|trial| trial.number == number);
        trial.ok_or_else(|| ChangeError::NotFound { what: format!("change {number} on trial") })
    }

    /// The changes that are on trial, newest first, also those whose time has passed while this program was not running.
    ///
    /// # Errors
    /// [`ChangeError::Storage`] when the trail cannot be read.
    pub fn trials(&self) -> Result<Vec<Trial>, ChangeError> {
        let mut newest = None;
        self.trials_where(|recorded| {
            let newest = *newest.get_or_insert(recorded.entry.at);
            newest.since(recorded.entry.at) <= OLDEST
        })
    }

    /// The trials that entries tell of, from the newest one to the first that does not count any more.
    fn trials_where(&self, mut counts: impl FnMut(&Recorded) -> bool) -> Result<Vec<Trial>, ChangeError> {
        let (mut ended, mut trials) = (HashSet::new(), Vec::new());
        let mut cursor = None;
        loop {
            let page = self.ports.audit.newest(cursor.as_ref(), PAGE)?;
            for recorded in &page.entries {
                if !counts(recorded) {
                    return Ok(trials);
                }
                let (own, entry) = (recorded.number, &recorded.entry);
                // A change of which there was no sign is on trial from then on, and one that could not be put back, whose
                // time is over at once.
                let later = entry.regarding.filter(|_| entry.action == CONFIRM);
                let number = later.unwrap_or(own);
                if let Outcome::OnTrial { until } = entry.outcome
                    && ended.insert(number)
                {
                    let is_restart = is_of_static(entry);
                    let is_unseen = !is_restart && later.is_some() && until > entry.at;
                    trials.push(Trial { number, until, is_restart, is_unseen });
                }
                // Kept, undone, put back: whatever comes after a trial and is no word of Traefik's.
                if let Some(number) = entry.regarding
                    && (entry.action != CONFIRM
                        || matches!(entry.outcome, Outcome::RolledBack { .. } | Outcome::Refused { .. }))
                {
                    ended.insert(number);
                }
            }
            match page.next {
                Some(next) => cursor = Some(next),
                None => return Ok(trials),
            }
        }
    }

    pub(super) fn about(
        &self,
        number: u64,
        action: &str,
        Author { actor, address }: Author,
        outcome: Outcome,
    ) -> Entry {
        Entry {
            at: self.ports.clock.now(),
            actor,
            address,
            action: action.to_owned(),
            object: None,
            regarding: Some(number),
            files: Vec::new(),
            outcome,
        }
    }

    /// The entries after that of this number that go on with earlier ones, newest first and without their texts: what they
    /// say of a change belongs to it, wherever that is shown. At most the 2,000 newest entries are looked at.
    ///
    /// # Errors
    /// [`ChangeError::Storage`] when the trail cannot be read.
    pub fn later_words(&self, number: u64) -> Result<Vec<Recorded>, ChangeError> {
        let (mut found, mut cursor, mut looked_at) = (Vec::new(), None, 0);
        loop {
            let page = self.ports.audit.newest(cursor.as_ref(), PAGE)?;
            looked_at += page.entries.len();
            let is_all_newer = page.entries.iter().all(|recorded| recorded.number > number);
            let newer = page.entries.iter().filter(|recorded| recorded.number > number);
            let newer = newer.filter(|recorded| recorded.entry.regarding.is_some());
            found.extend(newer.map(|Recorded { number, entry }| Recorded {
                number: *number,
                entry: entry.without_texts(),
            }));
            match page.next {
                Some(next) if is_all_newer && looked_at < MOST_LOOKED_AT => cursor = Some(next),
                _ => return Ok(found),
            }
        }
    }

    /// Entries of the audit trail, newest first: all, or those of one area.
    ///
    /// Of those of one area there may be fewer than the limit though there are older ones: at most 2,000 entries are
    /// looked at for a page.
    ///
    /// # Errors
    /// [`ChangeError::Storage`] when the trail cannot be read.
    pub fn history(
        &self,
        area: Option<Area>,
        before: Option<&Cursor>,
        limit: usize,
    ) -> Result<Page, ChangeError> {
        let Some(area) = area else { return Ok(self.ports.audit.newest(before, limit)?) };
        let (mut found, mut cursor, mut looked_at) = (Page::default(), before.cloned(), 0);
        loop {
            // No more than there is room for, so that none is passed over.
            let left = limit.saturating_sub(found.entries.len());
            let page = self.ports.audit.newest(cursor.as_ref(), left)?;
            looked_at += page.entries.len();
            found.unreadable += page.unreadable;
            found.entries.extend(page.entries.into_iter().filter(|recorded| recorded.entry.area() == area));
            let is_enough = found.entries.len() >= limit || looked_at >= MOST_LOOKED_AT;
            match page.next {
                Some(next) if !is_enough => cursor = Some(next),
                next => {
                    found.next = next;
                    return Ok(found);
                }
            }
        }
    }
}
