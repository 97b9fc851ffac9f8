//! A change as a transaction: planned, checked, shown or backed up, written and recorded, all of it or nothing.
//!
//! Every path that writes dynamic configuration goes through [`Configuration::change`]: forms, YAML, whole files,
//! switching off and on, restoring, undoing. What comes after, asking Traefik whether it took the change, is
//! [`confirm`](crate::config::confirm)'s; the number of the audit entry is what a change is put back by.

use std::{collections::HashSet, sync::Arc};

use super::{
    ChangeError, Changed, Configuration, Snapshot, Terms, Trial,
    change::Deed,
    configuration::Known,
    copies::Copies,
    draft::{Draft, Ready},
    records,
    trial::takes,
};
use crate::{
    audit, check,
    clock::Timestamp,
    config::{
        confirm::Expectation,
        delta::ObjectChange,
        edit::Edit,
        object::{ObjectKind, ObjectRef},
        store::{BackupKind, FileId, FileWrite, Revision, StorageError, WriteCondition},
    },
    settings::{DisabledRoute, Settings},
    traefik::Protocol,
    tree::NodeRef,
};

/// How often a change is planned again because a file was changed in between by another program.
const ATTEMPTS: usize = 32;

/// Of how many changed objects Traefik is asked afterwards.
const MOST_EXPECTED: usize = 256;
/// Of how many routers that a change reaches without changing them.
const MOST_KEPT: usize = 64;

/// A step of a plan that writes to the settings.
pub(super) type SettingsStep = Box<dyn Fn(&mut Settings)>;

/// What a change writes, in this order. Between any two steps every route is still in one place at least.
#[derive(Default)]
pub(super) struct Plan {
    /// To the settings, before the files.
    pub(super) before: Option<SettingsStep>,
    /// To the files.
    pub(super) files: Vec<(FileId, Vec<Edit>)>,
    /// Files that get another text as a whole; `None` takes one away.
    pub(super) texts: Vec<(FileId, Option<Arc<str>>)>,
    /// To the settings, after the files.
    pub(super) after: Option<SettingsStep>,
}

/// A change that was not made.
struct NotDone {
    error: ChangeError,
    /// Whether it is certain that nothing of it is in the files.
    is_as_before: bool,
}

impl Configuration {
    /// Plans a change on a fresh snapshot and makes it on these terms, all of it or nothing.
    ///
    /// When another program writes one of the files in between, the change is planned again on what it wrote.
    pub(super) fn change(
        &self,
        terms: &Terms,
        deed: &Deed,
        plan: impl Fn(&Snapshot) -> Result<Plan, ChangeError>,
    ) -> Result<Changed, ChangeError> {
        let _changing = self.lock_changes()?;
        self.change_within(terms, deed, plan)
    }

    /// The same for whoever holds the lock for changes.
    pub(super) fn change_within(
        &self,
        terms: &Terms,
        deed: &Deed,
        plan: impl Fn(&Snapshot) -> Result<Plan, ChangeError>,
    ) -> Result<Changed, ChangeError> {
        let mut attempt = 1;
        loop {
            self.settings.refresh();
            self.refresh_within();
            let snapshot = self.snapshot();
            let plan = plan(&snapshot)?;
            match self.carry_out(&snapshot, terms, deed, plan) {
                Err(ChangeError::Storage(StorageError::Conflict { .. })) if attempt < ATTEMPTS => {
                    attempt += 1;
                }
                result => {
                    self.refresh_within();
                    return result;
                }
            }
        }
    }

    fn carry_out(
        &self,
        snapshot: &Snapshot,
        terms: &Terms,
        deed: &Deed,
        plan: Plan,
    ) -> Result<Changed, ChangeError> {
        let Plan { before, files, texts, after } = plan;
        let draft = self.draft(snapshot, terms, files, texts)?;
        let mut changed = Changed {
            name: deed.name().to_owned(),
            files: draft.files.iter().map(|file| file.id.clone()).collect(),
            affected: draft.affected.clone(),
            expected: draft.expected.clone(),
            findings: draft.findings.clone(),
            diffs: Vec::new(),
            objects: draft.objects.clone(),
            number: None,
            trial: None,
            is_shaped: draft.files.iter().any(|file| file.is_shaped(self.ports.syntax.as_ref())),
            needs_sign: false,
        };
        changed.needs_sign = changed.is_shaped && deed.regarding.is_none();
        if !draft.files.is_empty() || before.is_some() || after.is_some() {
            terms.check_seen(draft.files.iter().map(|file| (&file.id, file.present())))?;
        }
        let records = records::touched(deed, snapshot.settings(), [&before, &after]);
        if terms.dry_run {
            changed.diffs = draft.files.iter().map(Ready::diff).collect();
            changed.diffs.extend(self.record_diffs(&records)?);
            return Ok(changed);
        }
        if draft.files.is_empty() && before.is_none() && after.is_none() {
            return Ok(changed);
        }
        let mut copies = Copies::new(self.ports.backups.as_ref());
        let mut backups = Vec::with_capacity(draft.files.len());
        for file in &draft.files {
            backups.push(match &file.old {
                Some((text, _)) => Some(copies.keep(&file.id, BackupKind::Routes, text)?),
                None => None,
            });
        }
        let records = self.keep_records(&records, &mut copies)?;
        let recorded = before.as_ref().map(|step| self.step(step)).transpose()?;
        let take_back = || {
            recorded
                .as_ref()
                .is_none_or(|(old, new)| self.take_back(&old.disabled_routes, &new.disabled_routes))
        };
        // Nobody reads before it is known whose work it is, or he would take it for an edit by somebody else.
        let mut known = self.known();
        let until = trial_of(terms, snapshot, &draft).map(|seconds| self.now().plus(seconds));
        let recorded = self.write_and_record(terms, deed, &draft.files, &backups, records, until);
        match recorded {
            Ok((number, revisions)) => {
                copies.settle();
                changed.number = Some(number);
                changed.trial =
                    until.map(|until| Trial { number, until, is_restart: false, is_unseen: false });
                known.remember(draft, revisions);
                drop(known);
            }
            Err(NotDone { error, is_as_before }) => {
                drop(known);
                if !take_back() || !is_as_before {
                    copies.stay();
                }
                return Err(error);
            }
        }
        if let Some(step) = &after {
            self.step(step)?;
        }
        Ok(changed)
    }

    /// Writes all files and the entry about them, or nothing. The entry itself says until when the change is on trial:
    /// whatever comes after the write, a trial is never forgotten.
    fn write_and_record(
        &self,
        terms: &Terms,
        deed: &Deed,
        files: &[Ready],
        backups: &[Option<String>],
        records: Vec<audit::FileChange>,
        until: Option<Timestamp>,
    ) -> Result<(u64, Vec<Option<Revision>>), NotDone> {
        let writes: Vec<FileWrite<'_>> = files.iter().map(Ready::write).collect();
        let revisions = self.ports.files.write_all(&writes).map_err(|error| NotDone {
            is_as_before: !matches!(error, StorageError::Unsettled { .. }),
            error: error.into(),
        })?;
        let mut entry = self.entry(terms, deed, files, &revisions, backups);
        entry.files.extend(records);
        if let Some(until) = until {
            entry.outcome = audit::Outcome::OnTrial { until };
        }
        // What cannot be recorded is not done.
        let number = self.ports.audit.append(&entry).map_err(|error| NotDone {
            is_as_before: self.unwrite(files, &revisions),
            error: error.into(),
        })?;
        Ok((number, revisions))
    }

    fn entry(
        &self,
        terms: &Terms,
        deed: &Deed,
        files: &[Ready],
        revisions: &[Option<Revision>],
        backups: &[Option<String>],
    ) -> audit::Entry {
        let changes = files.iter().zip(revisions).zip(backups).map(|((file, revision), backup)| {
            let old = file.old.as_ref().map(|(text, revision)| (&**text, revision));
            let new = file.new.as_ref().map(|new| &*new.text).zip(revision.as_ref());
            audit::FileChange::between(file.id.clone(), old, new, backup.clone())
        });
        audit::Entry {
            at: self.ports.clock.now(),
            actor: terms.author.actor.clone(),
            address: terms.author.address,
            action: deed.action.to_owned(),
            object: Some(deed.object.clone()),
            regarding: deed.regarding,
            files: changes.collect(),
            outcome: if files.is_empty() { audit::Outcome::Done } else { audit::Outcome::Unconfirmed },
        }
    }

    /// Puts the old texts back after a write that could not be recorded; whether that went well.
    fn unwrite(&self, files: &[Ready], revisions: &[Option<Revision>]) -> bool {
        let writes = files.iter().zip(revisions).map(|(file, revision)| FileWrite {
            id: &file.id,
            text: file.old.as_ref().map(|(text, _)| &**text),
            condition: revision.clone().map_or(WriteCondition::CreateNew, WriteCondition::Matches),
        });
        // The first failure is what the caller hears of; the backups still exist.
        self.ports.files.write_all(&writes.collect::<Vec<_>>()).is_ok()
    }

    /// Changes the settings and returns what they were and what they have become.
    fn step(&self, step: &SettingsStep) -> Result<(Arc<Settings>, Arc<Settings>), ChangeError> {
        self.settings.update(|settings| {
            let old = Arc::new(settings.clone());
            step(settings);
            Ok((old, Arc::new(settings.clone())))
        })
    }

    /// Takes back what a step has done to the records, and nothing that other processes have done meanwhile. A record
    /// goes only while its route is live: somebody else may have relied on it. Whether that went well.
    fn take_back(&self, old: &[DisabledRoute], new: &[DisabledRoute]) -> bool {
        self.refresh_within();
        let snapshot = self.snapshot();
        let is_live = |id: &str| snapshot.route(id).is_ok_and(|route| route.is_enabled());
        let done = self.settings.update(|settings| {
            let present = &mut settings.disabled_routes;
            for mine in new.iter().filter(|record| !old.contains(record)) {
                match old.iter().find(|record| record.id == mine.id) {
                    Some(before) => {
                        present
                            .iter_mut()
                            .filter(|record| record.id == mine.id)
                            .for_each(|record| *record = before.clone());
                    }
                    None if is_live(&mine.id) => present.retain(|record| record.id != mine.id),
                    None => {}
                }
            }
            for gone in old.iter().filter(|record| !new.iter().any(|other| other.id == record.id)) {
                if !present.iter().any(|record| record.id == gone.id) {
                    present.push(gone.clone());
                }
            }
            Ok::<_, ChangeError>(())
        });
        // A leftover record beside a live route does no harm, so nobody is told; but the copies of what it was stay.
        done.is_ok()
    }
}

impl Known {
    /// Keeps what is known of the texts that were just written, so that the next refresh need not find it out again.
    fn remember(&mut self, draft: Draft, revisions: Vec<Option<Revision>>) {
        for (file, revision) in draft.files.into_iter().zip(revisions) {
            let tree = file.new.and_then(|new| new.tree.ok());
            self.written.insert(file.id, (revision, tree));
        }
        self.findings = Some(draft.all);
    }
}

/// For how many seconds a change is on trial; `None` where it stays.
fn trial_of(terms: &Terms, snapshot: &Snapshot, draft: &Draft) -> Option<u64> {
    if draft.files.is_empty() {
        return None;
    }
    // A router that is only reached is what it was; one that is changed is among the objects.
    let files = before(snapshot);
    let rule_of = |name: &str| {
        let router = ObjectRef::new(Some(Protocol::Http), ObjectKind::Router, name);
        Some(node_of(&files, &router)?.value_of("rule")?.text().to_owned())
    };
    let is_entered_at = |host: &str, points: &[&str]| {
        let routes =
            snapshot.routes().filter(|route| route.is_enabled() && route.protocol() == Protocol::Http);
        routes.filter(|route| takes(route.rule(), host)).any(|route| {
            let own = route.entry_points();
            own.is_empty() || own.iter().any(|name| points.contains(name))
        })
    };
    terms.tries.seconds(&draft.objects, &draft.affected, rule_of, is_entered_at)
}

/// What Traefik should say after the change: of the changed objects, and of the routers that need them.
pub(super) fn expectations(
    old: &[check::File<'_>],
    new: &[check::File<'_>],
    objects: &[ObjectChange],
    affected: &[String],
) -> Vec<Expectation> {
    let changed = objects.iter().take(MOST_EXPECTED).map(|change| {
        let object = &change.object;
        Expectation::changed(object.clone(), node_of(old, object), node_of(new, object))
    });
    let mut expected: Vec<Expectation> = changed.collect();
    let changed: HashSet<String> = objects.iter().map(|change| change.object.place()).collect();
    for place in affected.iter().filter(|place| !changed.contains(*place)).take(MOST_KEPT) {
        let mut parts = place.splitn(3, '.');
        let (Some(protocol), Some(_), Some(name)) = (parts.next(), parts.next(), parts.next()) else {
            continue;
        };
        let object = ObjectRef::new(Protocol::parse(protocol), ObjectKind::Router, name);
        if let Some(node) = node_of(new, &object) {
            expected.push(Expectation::kept(object, node));
        }
    }
    expected
}

/// Where Traefik finds an object: in the first file that has one of that name.
pub(super) fn node_of<'a>(files: &[check::File<'a>], object: &ObjectRef) -> Option<NodeRef<'a>> {
    let root = object.protocol.map_or("tls", Protocol::as_str);
    files.iter().find_map(|file| {
        let section = file.tree.ok()?.root()?.value_of(root)?.value_of(object.kind.section())?;
        section.get(&object.name)
    })
}

/// All files as they are, in Traefik's order.
pub(super) fn before(snapshot: &Snapshot) -> Vec<check::File<'_>> {
    snapshot.files().iter().map(|source| check::File::from(&**source)).collect()
}
