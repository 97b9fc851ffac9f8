//! The configuration as a whole: kept in step with the files, and changed as plans.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError, RwLock,
        atomic::{AtomicU64, Ordering},
    },
};

use super::{ChangeError, Changed, Parts, Snapshot};
use crate::{
    config::{
        edit::Edit,
        guard,
        source::{Problem, SourceFile},
        store::{
            BackupKind, BackupStore, ConfigStore, ConfigSyntax, Exclusive, FileEntry, FileId, FileWrite,
            Revision, StorageError, WriteCondition,
        },
    },
    settings::{DisabledRoute, Settings, SettingsCell},
    tree::Tree,
};

/// How often a change is planned again because a file was changed in between by another program.
const ATTEMPTS: usize = 32;

/// The ports that the configuration stands on.
#[derive(Debug, Clone)]
pub struct ConfigurationPorts {
    /// The dynamic configuration files.
    pub files: Arc<dyn ConfigStore>,
    /// The static configuration file, where one is named.
    pub static_file: Option<Arc<dyn ConfigStore>>,
    /// The backups of both.
    pub backups: Arc<dyn BackupStore>,
    /// How the files are written.
    pub syntax: Arc<dyn ConfigSyntax>,
}

/// Traefik's configuration files, read and changed.
///
/// [`is_fresh`](Self::is_fresh) and [`snapshot`](Self::snapshot) never block. Everything else blocks on the disk and
/// is run by an async host on a thread for blocking work, where it also outlives a client that hangs up.
#[derive(Debug)]
pub struct Configuration {
    pub(super) ports: ConfigurationPorts,
    pub(super) settings: Arc<SettingsCell>,
    current: RwLock<Arc<Snapshot>>,
    seen: AtomicU64,
    seen_static: AtomicU64,
    seen_settings: AtomicU64,
    /// Held while a snapshot is made, with the trees of files that were just written.
    refreshing: Mutex<HashMap<FileId, (Revision, Tree)>>,
    /// Held while a change is planned and written.
    changing: Mutex<()>,
}

/// A step of a plan that writes to the settings.
pub(super) type SettingsStep = Box<dyn Fn(&mut Settings)>;

/// What a change writes, in this order. Between any two steps every route is still in one place at least.
#[derive(Default)]
pub(super) struct Plan {
    /// To the settings, before the files.
    pub(super) before: Option<SettingsStep>,
    /// To the files.
    pub(super) files: Vec<(FileId, Vec<Edit>)>,
    /// To the settings, after the files.
    pub(super) after: Option<SettingsStep>,
}

/// One file of a plan, ready to be written.
struct Ready {
    id: FileId,
    old: Option<(Arc<str>, Revision)>,
    new: Tree,
}

impl Ready {
    fn write(&self) -> FileWrite<'_> {
        let condition = match &self.old {
            Some((_, revision)) => WriteCondition::Matches(revision.clone()),
            None => WriteCondition::CreateNew,
        };
        FileWrite { id: &self.id, text: Some(self.new.text()), condition }
    }
}

impl Configuration {
    /// Opens the files. Nothing is read before the first [`refresh`](Self::refresh).
    pub fn open(ports: ConfigurationPorts, settings: Arc<SettingsCell>) -> Self {
        let empty = Parts {
            files: Vec::new(),
            static_file: None,
            settings: settings.current(),
            problems: Vec::new(),
        };
        let snapshot = Snapshot::build(0, empty, ports.syntax.as_ref());
        Self {
            // Other than the present generation, so that the first refresh reads.
            seen: AtomicU64::new(ports.files.generation().wrapping_sub(1)),
            seen_static: AtomicU64::new(0),
            seen_settings: AtomicU64::new(0),
            ports,
            settings,
            current: RwLock::new(Arc::new(snapshot)),
            refreshing: Mutex::default(),
            changing: Mutex::default(),
        }
    }

    /// The configuration as it was last read. Never blocks.
    pub fn snapshot(&self) -> Arc<Snapshot> {
        Arc::clone(&self.current.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Whether nobody has touched a file or the settings since the snapshot was made. Never blocks.
    pub fn is_fresh(&self) -> bool {
        self.ports.files.generation() == self.seen.load(Ordering::Acquire)
            && self.static_generation() == self.seen_static.load(Ordering::Acquire)
            && self.settings.version() == self.seen_settings.load(Ordering::Acquire)
    }

    /// Reads what has changed since the snapshot was made.
    pub fn refresh(&self) {
        let mut known = self.refreshing.lock().unwrap_or_else(PoisonError::into_inner);
        if self.is_fresh() {
            return;
        }
        let (generation, static_generation) = (self.ports.files.generation(), self.static_generation());
        let settings_version = self.settings.version();
        let old = self.snapshot();
        let mut problems = Vec::new();
        let files = match self.ports.files.list() {
            Ok(entries) => {
                entries.into_iter().filter_map(|entry| self.read(old.files(), entry, &mut known)).collect()
            }
            Err(error) => {
                problems.push(Problem::of_file(&FileId::new("configuration folder"), error.to_string()));
                old.files().to_vec()
            }
        };
        let static_file = self.read_static(&old);
        let settings = self.settings.current();
        known.clear();
        let same = problems.is_empty()
            && old.id() > 0
            && (Arc::ptr_eq(old.settings(), &settings) || *old.settings() == settings)
            && old.files().len() == files.len()
            && old.files().iter().zip(&files).all(|(old, new)| Arc::ptr_eq(old, new))
            && old.static_file().map(Arc::as_ptr) == static_file.as_ref().map(Arc::as_ptr);
        if !same {
            let parts = Parts { files, static_file, settings, problems };
            let snapshot = Snapshot::build(old.id() + 1, parts, self.ports.syntax.as_ref());
            *self.current.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(snapshot);
        }
        self.seen.store(generation, Ordering::Release);
        self.seen_static.store(static_generation, Ordering::Release);
        self.seen_settings.store(settings_version, Ordering::Release);
    }

    fn static_generation(&self) -> u64 {
        self.ports.static_file.as_ref().map_or(0, |store| store.generation())
    }

    /// The file as it is known while its stamp is the same, else read again; parsed only when it was not parsed
    /// for the write that changed it. `None` when it vanished between listing and reading.
    fn read(
        &self,
        old: &[Arc<SourceFile>],
        entry: FileEntry,
        known: &mut HashMap<FileId, (Revision, Tree)>,
    ) -> Option<Arc<SourceFile>> {
        let unchanged = old.iter().find(|file| *file.id() == entry.id && file.stamp() == entry.stamp);
        if let Some(file) = unchanged {
            return Some(Arc::clone(file));
        }
        match self.ports.files.read(&entry.id) {
            Ok(Some(content)) => {
                let parsed = match known.remove(&entry.id) {
                    Some((revision, tree)) if revision == content.revision => Ok(tree),
                    _ => self.ports.syntax.parse(Arc::clone(&content.text)),
                };
                Some(Arc::new(SourceFile::new(entry, content, parsed)))
            }
            // A file that is named but not there yet can be made; in a folder, one has just vanished.
            Ok(None) if self.ports.files.can_create() => None,
            Ok(None) => Some(Arc::new(SourceFile::absent(entry, self.ports.syntax.as_ref()))),
            Err(error) => Some(Arc::new(SourceFile::unreadable(entry, error.to_string()))),
        }
    }

    fn read_static(&self, old: &Snapshot) -> Option<Arc<SourceFile>> {
        let store = self.ports.static_file.as_ref()?;
        let entry = store.list().ok()?.into_iter().next()?;
        if let Some(file) = old.static_file().filter(|file| file.stamp() == entry.stamp) {
            return Some(Arc::clone(file));
        }
        match store.read(&entry.id) {
            Ok(Some(content)) => {
                let parsed = self.ports.syntax.parse(Arc::clone(&content.text));
                Some(Arc::new(SourceFile::new(entry, content, parsed)))
            }
            Ok(None) => None,
            Err(error) => Some(Arc::new(SourceFile::unreadable(entry, error.to_string()))),
        }
    }

    /// Plans a change on a fresh snapshot and makes it, all of it or nothing.
    ///
    /// When another program writes one of the files in between, the change is planned again on what it wrote.
    pub(super) fn change(
        &self,
        name: &str,
        plan: impl Fn(&Snapshot) -> Result<Plan, ChangeError>,
    ) -> Result<Changed, ChangeError> {
        let _changing = self.lock_changes()?;
        let mut attempt = 1;
        loop {
            self.settings.refresh();
            self.refresh();
            let snapshot = self.snapshot();
            let plan = plan(&snapshot)?;
            match self.carry_out(&snapshot, plan) {
                Err(ChangeError::Storage(StorageError::Conflict { .. })) if attempt < ATTEMPTS => {
                    attempt += 1;
                }
                Err(error) => {
                    self.refresh();
                    return Err(error);
                }
                Ok(files) => {
                    self.refresh();
                    return Ok(Changed { name: name.to_owned(), files });
                }
            }
        }
    }

    /// One change at a time, of this process and of all others.
    pub(super) fn lock_changes(&self) -> Result<(MutexGuard<'_, ()>, Exclusive), StorageError> {
        let changing = self.changing.lock().unwrap_or_else(PoisonError::into_inner);
        Ok((changing, self.ports.files.exclusive()?))
    }

    fn carry_out(&self, snapshot: &Snapshot, plan: Plan) -> Result<Vec<FileId>, ChangeError> {
        let Plan { before, files, after } = plan;
        let ready = files
            .into_iter()
            .filter(|(_, edits)| !edits.is_empty())
            .map(|(id, edits)| self.prepare(snapshot, id, &edits))
            .collect::<Result<Vec<_>, _>>()?;
        for file in &ready {
            if let Some((text, _)) = &file.old {
                self.ports.backups.keep(&file.id, BackupKind::Routes, text)?;
            }
        }
        let recorded = before.as_ref().map(|step| self.step(step)).transpose()?;
        let written = self.write_all(ready);
        match (&written, recorded) {
            (Err(_), Some((old, new))) => self.take_back(&old.disabled_routes, &new.disabled_routes),
            (Ok(_), _) => {
                if let Some(step) = &after {
                    self.step(step)?;
                }
            }
            _ => {}
        }
        written
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
    /// goes only while its route is live: somebody else may have relied on it.
    fn take_back(&self, old: &[DisabledRoute], new: &[DisabledRoute]) {
        self.refresh();
        let snapshot = self.snapshot();
        let is_live = |id: &str| snapshot.route(id).is_ok_and(|route| route.is_enabled());
        // A leftover record beside a live route does no harm, so a failure here changes nothing.
        let _ = self.settings.update(|settings| {
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
    }

    fn prepare(&self, snapshot: &Snapshot, id: FileId, edits: &[Edit]) -> Result<Ready, ChangeError> {
        let empty;
        let (old, tree) = match snapshot.file(id.as_str()) {
            Some(source) => {
                let tree = source.tree().map_err(|problem| ChangeError::Broken(problem.clone()))?;
                (source.revision().map(|revision| (Arc::clone(source.text()), revision.clone())), tree)
            }
            None => {
                empty = self.ports.syntax.parse(Arc::from("")).map_err(ChangeError::Text)?;
                (None, &empty)
            }
        };
        let new = guard::apply(self.ports.syntax.as_ref(), tree, edits)
            .map_err(|source| ChangeError::NotEditable { file: id.clone(), source })?;
        Ok(Ready { id, old, new })
    }

    /// Writes the files in this order, all of them or none.
    fn write_all(&self, ready: Vec<Ready>) -> Result<Vec<FileId>, ChangeError> {
        let writes: Vec<FileWrite<'_>> = ready.iter().map(Ready::write).collect();
        let revisions = self.ports.files.write_all(&writes)?;
        let written = ready.into_iter().zip(revisions).map(|(Ready { id, new, .. }, revision)| {
            if let Some(revision) = revision {
                self.remember(&id, &revision, new);
            }
            id
        });
        Ok(written.collect())
    }

    /// Keeps the tree of a text that was just written, so that the next refresh need not parse it again.
    pub(super) fn remember(&self, id: &FileId, revision: &Revision, tree: Tree) {
        let mut known = self.refreshing.lock().unwrap_or_else(PoisonError::into_inner);
        known.insert(id.clone(), (revision.clone(), tree));
    }

    /// The file that a form names: one that exists, or where new files may be made, a new one; without a name the
    /// first file.
    pub(super) fn target_file(&self, snapshot: &Snapshot, name: Option<&str>) -> Result<FileId, ChangeError> {
        let named = name.map(str::trim).filter(|name| !name.is_empty());
        let Some(name) = named else {
            return match snapshot.files().first() {
                Some(file) => Ok(file.id().clone()),
                None => self.new_file("dynamic"),
            };
        };
        if let Some(file) = snapshot.file(name) {
            return Ok(file.id().clone());
        }
        let mut same_base =
            snapshot.files().iter().filter(|file| file.id().base_name() == name || file.path() == name);
        match (same_base.next(), same_base.next()) {
            (Some(file), None) => Ok(file.id().clone()),
            (Some(_), Some(_)) => Err(ChangeError::invalid(
                "configFile",
                format!("several files are called `{name}`; give the path below the configuration folder"),
            )),
            (None, _) => {
                let id = self.new_file(name)?;
                // `media` is the file `media.yml` where there is one.
                Ok(snapshot.file(id.as_str()).map_or(id, |file| file.id().clone()))
            }
        }
    }

    fn new_file(&self, name: &str) -> Result<FileId, ChangeError> {
        self.ports.files.new_file(name).map_err(|error| match error {
            StorageError::BadName { .. } => ChangeError::invalid("configFile", error.to_string()),
            error => error.into(),
        })
    }

    /// Whether new files may be made.
    pub fn can_create_files(&self) -> bool {
        self.ports.files.can_create()
    }
}
