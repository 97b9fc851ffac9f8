//! The configuration as a whole: kept in step with the files, and changed as plans.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError, RwLock,
        atomic::{AtomicU64, Ordering},
    },
};

use super::{
    ChangeError, Parts, Running, Snapshot,
    others::{Others, by_others},
    static_trail::StaticTrail,
};
use crate::{
    audit::AuditLog,
    check::Finding,
    clock::Clock,
    config::{
        source::{Problem, SourceFile},
        store::{
            BackupStore, ConfigStore, ConfigSyntax, Exclusive, FileContent, FileEntry, FileId, Revision,
            StorageError,
        },
    },
    settings::SettingsCell,
    static_config::Neighbours,
    tree::Tree,
};

/// What a problem is said to be of when the files cannot be listed.
pub(super) const FOLDER: &str = "configuration folder";

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
    /// How the static configuration file is written.
    pub static_syntax: Arc<dyn ConfigSyntax>,
    /// Who else may be where Traefik is; `None` in a host that looks for nobody.
    pub neighbours: Option<Neighbours>,
    /// Where changes are recorded.
    pub audit: Arc<dyn AuditLog>,
    /// When they are made.
    pub clock: Arc<dyn Clock>,
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
    /// What the running Traefik was last known to be, and a number for every other state of that.
    running: RwLock<Arc<Running>>,
    running_version: AtomicU64,
    seen_running: AtomicU64,
    /// Held while a snapshot is made.
    refreshing: Mutex<Known>,
    /// Held while a change is planned and written.
    changing: Mutex<()>,
    /// What others have done, as far as it is known.
    pub(super) others: Others,
    pub(super) static_trail: Mutex<StaticTrail>,
}

/// What is known of texts that were just written.
#[derive(Debug, Default)]
pub(super) struct Known {
    /// The revision that each file got, `None` where it was taken away, and its tree where it has one.
    pub(super) written: HashMap<FileId, (Option<Revision>, Option<Tree>)>,
    /// The revision that the static configuration file got.
    pub(super) static_written: Option<Revision>,
    /// The findings of the configuration that the write has made.
    pub(super) findings: Option<Vec<Finding>>,
}

impl Configuration {
    /// Opens the files. Nothing is read before the first [`refresh`](Self::refresh).
    pub fn open(ports: ConfigurationPorts, settings: Arc<SettingsCell>) -> Self {
        let running = Arc::new(Running::default());
        let empty = Parts {
            files: Vec::new(),
            static_file: None,
            settings: settings.current(),
            problems: Vec::new(),
            has_other_files: false,
            running: Arc::clone(&running),
        };
        let snapshot = Snapshot::build(0, empty, ports.syntax.as_ref());
        Self {
            // Other than the present generation, so that the first refresh reads.
            seen: AtomicU64::new(ports.files.generation().wrapping_sub(1)),
            seen_static: AtomicU64::new(0),
            seen_settings: AtomicU64::new(0),
            running: RwLock::new(running),
            running_version: AtomicU64::new(0),
            seen_running: AtomicU64::new(0),
            ports,
            settings,
            current: RwLock::new(Arc::new(snapshot)),
            refreshing: Mutex::default(),
            changing: Mutex::default(),
            others: Others::default(),
            static_trail: Mutex::default(),
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
            && self.running_version.load(Ordering::Acquire) == self.seen_running.load(Ordering::Acquire)
    }

    /// Takes note of what the running Traefik is: later changes are checked against it.
    pub fn observe(&self, running: Running) {
        let mut present = self.running.write().unwrap_or_else(PoisonError::into_inner);
        if **present != running {
            *present = Arc::new(running);
            self.running_version.fetch_add(1, Ordering::Release);
        }
    }

    /// Takes note that nobody knows any more what the running Traefik serves besides the files: what depends on that
    /// becomes a warning.
    pub fn observe_silence(&self) {
        let version = self.running().version;
        self.observe(Running { version, ..Running::default() });
    }

    fn running(&self) -> Arc<Running> {
        Arc::clone(&self.running.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Reads what has changed since the snapshot was made, and records what others have done.
    pub fn refresh(&self) {
        self.read_again();
        if self.others.wait_to_be_recorded()
            && let Ok(_changing) = self.lock_changes()
        {
            self.record_edits_by_others();
        }
    }

    /// The same for whoever is making a change.
    pub(super) fn refresh_within(&self) {
        self.read_again();
        if self.others.wait_to_be_recorded() {
            self.record_edits_by_others();
        }
    }

    /// Reads what has changed since the snapshot was made.
    pub(super) fn read_again(&self) {
        let mut known = self.known();
        if self.is_fresh() {
            return;
        }
        let (generation, static_generation) = (self.ports.files.generation(), self.static_generation());
        let settings_version = self.settings.version();
        let running_version = self.running_version.load(Ordering::Acquire);
        let old = self.snapshot();
        let mut problems = Vec::new();
        let mut written = std::mem::take(&mut known.written);
        let files = match self.ports.files.list() {
            Ok(entries) => {
                entries.into_iter().filter_map(|entry| self.read(old.files(), entry, &mut written)).collect()
            }
            Err(error) => {
                problems.push(Problem::of_file(&FileId::new(FOLDER), error.to_string()));
                old.files().to_vec()
            }
        };
        let static_file = self.read_static(&old);
        let static_revision = static_file.as_ref().and_then(|file| file.revision());
        let static_before = old.static_file().and_then(|file| file.revision());
        let is_static_ours = known.static_written.take().as_ref() == static_revision;
        let static_by_others = static_before != static_revision && !is_static_ours;
        let (settings, running) = (self.settings.current(), self.running());
        let findings = known.findings.take();
        let same_static = old.static_file().map(Arc::as_ptr) == static_file.as_ref().map(Arc::as_ptr);
        let same_running = Arc::ptr_eq(old.running(), &running);
        let same = problems.is_empty()
            && old.id() > 0
            && (Arc::ptr_eq(old.settings(), &settings) || *old.settings() == settings)
            && old.files().len() == files.len()
            && old.files().iter().zip(&files).all(|(old, new)| Arc::ptr_eq(old, new))
            && same_static
            && same_running;
        if !same {
            let static_was = static_by_others.then(|| old.static_file().cloned());
            let by_others = by_others(&old, &files, &written);
            let has_other_files = !self.ports.files.can_create();
            let parts = Parts { files, static_file, settings, problems, has_other_files, running };
            let snapshot = Snapshot::build(old.id() + 1, parts, self.ports.syntax.as_ref());
            if let Some(findings) = findings.filter(|_| by_others.is_empty() && same_static && same_running) {
                snapshot.found_before(findings);
            }
            *self.current.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(snapshot);
            if old.id() > 0 {
                self.others.note(by_others);
                if let Some(was) = static_was {
                    self.others.note_static(was);
                }
            }
        }
        self.seen.store(generation, Ordering::Release);
        self.seen_static.store(static_generation, Ordering::Release);
        self.seen_settings.store(settings_version, Ordering::Release);
        self.seen_running.store(running_version, Ordering::Release);
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
        written: &mut HashMap<FileId, (Option<Revision>, Option<Tree>)>,
    ) -> Option<Arc<SourceFile>> {
        let unchanged = old.iter().find(|file| *file.id() == entry.id && file.stamp() == entry.stamp);
        if let Some(file) = unchanged {
            return Some(Arc::clone(file));
        }
        if let Some((Some(revision), tree)) = written.get_mut(&entry.id)
            && tree.is_some()
            && self.ports.files.has_revision(&entry.id, revision).unwrap_or_default()
            && let Some(tree) = tree.take()
        {
            let content = FileContent { text: tree.shared_text(), revision: revision.clone() };
            return Some(Arc::new(SourceFile::new(entry, content, Ok(tree))));
        }
        match self.ports.files.read(&entry.id) {
            Ok(Some(content)) => {
                let parsed = self.ports.syntax.parse(Arc::clone(&content.text));
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
                let parsed = self.ports.static_syntax.parse(Arc::clone(&content.text));
                Some(Arc::new(SourceFile::of_static(entry, content, parsed)))
            }
            Ok(None) => None,
            Err(error) => Some(Arc::new(SourceFile::unreadable(entry, error.to_string()))),
        }
    }

    /// One change at a time, of this process and of all others.
    pub(super) fn lock_changes(&self) -> Result<(MutexGuard<'_, ()>, Exclusive), StorageError> {
        let changing = self.changing.lock().unwrap_or_else(PoisonError::into_inner);
        Ok((changing, self.ports.files.exclusive()?))
    }

    pub(super) fn known(&self) -> MutexGuard<'_, Known> {
        self.refreshing.lock().unwrap_or_else(PoisonError::into_inner)
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

    /// Where a save goes: to the file that it names, else to where the object stands, else to the first.
    pub(super) fn file_for(
        &self,
        snapshot: &Snapshot,
        present: Option<&FileId>,
        named: Option<&str>,
    ) -> Result<FileId, ChangeError> {
        match (present, named.map(str::trim).filter(|name| !name.is_empty())) {
            (Some(file), None) => Ok(file.clone()),
            (_, named) => self.target_file(snapshot, named),
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
