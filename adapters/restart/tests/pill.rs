//! The file that asks for a restart.

#![expect(clippy::unwrap_used, reason = "tests")]

use std::{
    fs,
    os::unix::fs::PermissionsExt as _,
    path::PathBuf,
    sync::atomic::{AtomicUsize, Ordering},
};

use async_trait::async_trait;
use tempfile::TempDir;
use traefik_manager_core::{
    restart::{Outcome, RestartError, Restarter},
    test_support::conformance::{self, RestarterWorld, Trouble},
};
use traefik_manager_restart::PoisonPill;

struct World {
    folder: TempDir,
    pill: PoisonPill,
    restarts: AtomicUsize,
}

impl World {
    fn file(&self) -> PathBuf {
        self.folder.path().join("signals/restart.sig")
    }
}

#[async_trait]
impl RestarterWorld for World {
    fn restarter(&self) -> &dyn Restarter {
        &self.pill
    }

    fn restarts(&self) -> usize {
        self.restarts.load(Ordering::SeqCst)
    }

    async fn take_up(&self) -> bool {
        let is_there = fs::remove_file(self.file()).is_ok();
        self.restarts.fetch_add(usize::from(is_there), Ordering::SeqCst);
        is_there
    }

    /// A file where the folder should be: then the pill has no place.
    async fn trouble(&self, trouble: Option<Trouble>) -> bool {
        let folder = self.folder.path().join("signals");
        match trouble {
            Some(Trouble::Gone) => {
                fs::remove_dir_all(&folder).ok();
                fs::write(&folder, "").unwrap();
                true
            }
            None => {
                fs::remove_file(&folder).ok();
                true
            }
            Some(_) => false,
        }
    }
}

#[tokio::test]
async fn the_pill_keeps_the_promises() {
    let folder = tempfile::tempdir().unwrap();
    let pill = PoisonPill::new(folder.path().join("signals/restart.sig"));
    conformance::restarter(&World { folder, pill, restarts: AtomicUsize::new(0) }).await;
}

#[tokio::test]
async fn it_is_empty_alone_in_its_folder_and_anybody_may_take_it_away() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("signals/restart.sig");
    let pill = PoisonPill::new(file.clone());
    assert_eq!(pill.restart().await, Ok(Outcome::Requested));
    let found = fs::metadata(&file).unwrap();
    assert_eq!((found.len(), found.permissions().mode() & 0o777), (0, 0o666));
    assert_eq!(fs::read_dir(file.parent().unwrap()).unwrap().count(), 1);
    assert_eq!(pill.container().await, Ok(None));
    assert_eq!(pill.last_words().await, None);
}

#[tokio::test]
async fn a_folder_in_the_place_of_the_file_is_told_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let pill = PoisonPill::new(folder.path().to_owned());
    assert!(matches!(pill.restart().await, Err(RestartError::Failed { .. })));
    assert!(matches!(pill.withdraw().await, Err(RestartError::Failed { .. })));
    assert!(folder.path().is_dir());
}
