//! Notices that files were changed, by anybody.
//!
//! The system's notifications are quick but not to be relied on: network mounts have none, and a link may point
//! elsewhere. So a thread also looks at the files every two seconds.

use std::{
    ffi::OsString,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
        mpsc::{self, RecvTimeoutError, Sender},
    },
    thread,
    time::Duration,
};

use notify::{
    Config, Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher as _,
    event::{AccessKind, AccessMode},
};

const POLL: Duration = Duration::from_secs(2);

/// A number that changes with every change of the watched files. The watching ends when this is dropped.
#[derive(Debug)]
pub(crate) struct Watch {
    generation: Arc<AtomicU64>,
    _watcher: Option<RecommendedWatcher>,
    _stop: Sender<()>,
}

/// Which files.
#[derive(Debug, Clone)]
pub(crate) enum Scope {
    /// Everything below a folder.
    Folder(PathBuf),
    /// These files; their folders are watched, because a file that is renamed over is another file.
    Files(Vec<PathBuf>),
}

impl Watch {
    /// Starts watching. `look` gives a mark that differs when something has changed; it is called every two
    /// seconds on a thread of its own, so it may block.
    pub(crate) fn start(scope: &Scope, look: impl FnMut() -> u64 + Send + 'static) -> Self {
        Self::calling(scope, look, || ())
    }

    /// The same, and after every change `noticed` is called on the thread that has noticed it, which may block too.
    pub(crate) fn calling(
        scope: &Scope,
        mut look: impl FnMut() -> u64 + Send + 'static,
        noticed: impl Fn() + Send + Sync + 'static,
    ) -> Self {
        let generation = Arc::new(AtomicU64::new(0));
        let (counter, noticed) = (Arc::clone(&generation), Arc::new(noticed));
        let calling = Arc::clone(&noticed);
        let count = move || {
            counter.fetch_add(1, Ordering::Release);
            calling();
        };
        let watcher = match notifications(scope, count) {
            Ok(watcher) => Some(watcher),
            Err(error) => {
                tracing::warn!(?scope, %error, "changes of files are noticed within seconds, not at once");
                None
            }
        };
        let (stop, stopped) = mpsc::channel::<()>();
        let counter = Arc::clone(&generation);
        let mut last = look();
        let polling = thread::Builder::new().name("file-watch".to_owned()).spawn(move || {
            while stopped.recv_timeout(POLL) == Err(RecvTimeoutError::Timeout) {
                let mark = look();
                if mark != last {
                    last = mark;
                    counter.fetch_add(1, Ordering::Release);
                    noticed();
                }
            }
        });
        if let Err(error) = polling {
            tracing::warn!(%error, "changes on network mounts will not be noticed");
        }
        Self { generation, _watcher: watcher, _stop: stop }
    }

    pub(crate) fn generation(&self) -> u64 {
        self.generation.load(Ordering::Acquire)
    }

    /// Counts an own change at once.
    pub(crate) fn bump(&self) {
        self.generation.fetch_add(1, Ordering::Release);
    }
}

fn notifications(scope: &Scope, count: impl Fn() + Send + 'static) -> notify::Result<RecommendedWatcher> {
    let (folders, names, mode): (Vec<&Path>, Option<Vec<OsString>>, _) = match scope {
        Scope::Folder(folder) => (vec![folder], None, RecursiveMode::Recursive),
        Scope::Files(files) => {
            let mut folders: Vec<&Path> = files.iter().map(|file| crate::file::folder_of(file)).collect();
            folders.sort_unstable();
            folders.dedup();
            let names = files.iter().filter_map(|file| file.file_name().map(OsString::from)).collect();
            (folders, Some(names), RecursiveMode::NonRecursive)
        }
    };
    let concerns = move |event: &Event| {
        let changes =
            !event.kind.is_access() || event.kind == EventKind::Access(AccessKind::Close(AccessMode::Write));
        let named = |path: &PathBuf| match (&names, path.file_name()) {
            (Some(names), Some(name)) => names.iter().any(|other| other == name),
            _ => true,
        };
        changes && (event.paths.is_empty() || event.paths.iter().any(named))
    };
    let handler = move |event: notify::Result<Event>| {
        // A failure, such as a queue that ran over, may hide a change.
        if event.as_ref().map_or(true, &concerns) {
            count();
        }
    };
    let mut watcher = RecommendedWatcher::new(handler, Config::default().with_follow_symlinks(false))?;
    for folder in folders {
        watcher.watch(folder, mode)?;
    }
    Ok(watcher)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use std::fs;

    use tempfile::TempDir;
    use traefik_manager_core::test_support::conformance::eventually;

    use super::*;

    #[test]
    fn the_thread_ends_with_the_watch() {
        let folder = TempDir::new().unwrap();
        let held = Arc::new(());
        let weak = Arc::downgrade(&held);
        let watch = Watch::start(&Scope::Folder(folder.path().to_owned()), move || {
            u64::from(Arc::weak_count(&held) == 0)
        });
        assert!(weak.upgrade().is_some());
        drop(watch);
        eventually("the thread lets go of what it looks at", || weak.upgrade().is_none());
    }

    #[test]
    fn other_files_and_mere_reading_do_not_count() {
        let folder = TempDir::new().unwrap();
        let (mine, other) = (folder.path().join("mine"), folder.path().join("other"));
        fs::write(&mine, "1").unwrap();
        let watch = Watch::start(&Scope::Files(vec![mine.clone()]), || 0);
        fs::write(other, "2").unwrap();
        fs::read(&mine).unwrap();
        // Notifications come in order: once this one is here, those before it are.
        let before = watch.generation();
        fs::remove_file(&mine).unwrap();
        eventually("the change is noticed", || watch.generation() != before);
        assert_eq!((before, watch.generation()), (0, 1));
    }

    #[test]
    fn a_folder_that_cannot_be_watched_is_looked_at() {
        let folder = TempDir::new().unwrap();
        let file = folder.path().join("not/yet/there");
        let looked = file.clone();
        let watch = Watch::start(&Scope::Files(vec![file.clone()]), move || u64::from(looked.exists()));
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(&file, "1").unwrap();
        eventually("the file is noticed", || watch.generation() == 1);
    }
}
