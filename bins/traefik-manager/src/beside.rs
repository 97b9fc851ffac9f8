//! What is kept beside the settings, and who listens to the audit trail.

use std::{
    path::Path,
    sync::{
        Arc,
        mpsc::{Receiver, SyncSender, sync_channel},
    },
    thread,
    time::Duration,
};

use traefik_manager_core::{
    audit::AuditLog,
    certificates::collect,
    clock::Clock,
    companion::{Companions, DashboardFile, SmallFile, TemplateFile},
    crypto::{Digests, Entropy, SecretCipher},
    git::{GitBackups, Pushed},
    manager::Manager,
    notices::{Endings, NoticeBoard, Overheard, Rank, notice_of},
    settings::SettingsCell,
    tools::UserTools,
};
use traefik_manager_crypto::Bcrypt;
use traefik_manager_git::GitProgram;
use traefik_manager_storage_fs::{FsIcons, FsSmallFile};
use traefik_manager_webhook::HttpPostman;
use traefik_manager_yaml::PlainYaml;

use crate::cli::Failure;

/// The most notices that wait to be kept; a change never waits for one.
const MAX_WAITING: usize = 256;

/// For passwords of Traefik's users: it compares one at every request, so more would be felt there, and less is not
/// enough (ASVS 5.0 asks for 10 at least).
const EDGE_COST: u32 = 10;

/// In the state folder: what people have collected of the static configuration.
const DRAFTS: &str = "static-drafts.json";

/// What is heard of the trail.
pub(crate) struct Heard {
    /// What people are told.
    pub(crate) notices: Receiver<(Rank, String)>,
    /// That files have changed.
    pub(crate) changes: Receiver<()>,
}

/// The trail, and what is heard of it.
pub(crate) fn overhear(audit: Arc<dyn AuditLog>) -> (Arc<dyn AuditLog>, Heard) {
    let (told, notices): (SyncSender<(Rank, String)>, _) = sync_channel(MAX_WAITING);
    let (changed, changes) = sync_channel(1);
    let audit = Overheard::new(audit, move |entry| {
        if !entry.files.is_empty() {
            // One that waits already stands for all that come before it is heard.
            let _ = changed.try_send(());
        }
        // Nobody listens on the command line.
        if let Some(notice) = notice_of(entry)
            && let Err(std::sync::mpsc::TrySendError::Full(_)) = told.try_send(notice)
        {
            tracing::warn!("a notice is lost: {MAX_WAITING} wait already to be kept");
        }
    });
    (Arc::new(audit), Heard { notices, changes })
}

/// Keeps what is overheard, on a thread of its own, so that no change waits for it.
pub(crate) fn listen(overheard: Receiver<(Rank, String)>, notices: Arc<NoticeBoard>) {
    let listening = thread::Builder::new().name("notices".to_owned()).spawn(move || {
        for (rank, text) in overheard {
            if let Err(error) = notices.tell(rank, &text) {
                tracing::warn!(%error, "a notice could not be kept");
            }
        }
    });
    if let Err(error) = listening {
        tracing::warn!(%error, "no notices are kept");
    }
}

/// After the last change, before it is copied: what is changed in one go makes one commit.
const SETTLED: Duration = Duration::from_secs(10);

/// Copies changes into the git repository, where that is switched on, on a thread of its own.
pub(crate) fn copy_changes(changed: Receiver<()>, manager: &Arc<Manager>) {
    // The manager ends before this thread does: whoever has something to write down at its end must come to do it.
    let manager = Arc::downgrade(manager);
    let copying = thread::Builder::new().name("git".to_owned()).spawn(move || {
        while changed.recv().is_ok() {
            while changed.recv_timeout(SETTLED).is_ok() {}
            let Some(manager) = manager.upgrade() else { return };
            if let Some(companions) = manager.companions() {
                copy(companions, &manager);
            }
        }
    });
    if let Err(error) = copying {
        tracing::warn!(%error, "changes are not copied into the git repository");
    }
}

fn copy(companions: &Companions, manager: &Manager) {
    if !companions.git.is_automatic() {
        return;
    }
    let told = match companions.git.push(manager.configuration(), "change", "") {
        Ok(Pushed::Commit(_)) => companions.notices.tell(Rank::Success, "Git backup pushed"),
        Ok(Pushed::Nothing) => Ok(()),
        Err(error) => companions.notices.tell(Rank::Error, &format!("Git backup failed: {error}")),
    };
    if let Err(error) = told {
        tracing::warn!(%error, "a notice could not be kept");
    }
}

/// How often the ends of certificates are looked at, after the start.
const LOOK: Duration = Duration::from_hours(1);

/// Tells of certificates that are about to end, on a task of its own.
pub(crate) fn watch_certificates(manager: &Arc<Manager>) {
    let manager = Arc::downgrade(manager);
    tokio::spawn(async move {
        let mut hours = tokio::time::interval(LOOK);
        loop {
            hours.tick().await;
            let Some(manager) = manager.upgrade() else { return };
            // What it cannot do it says in the log.
            let _ = tokio::task::spawn_blocking(move || look_at_certificates(&manager)).await;
        }
    });
}

fn look_at_certificates(manager: &Manager) {
    let Some(companions) = manager.companions() else { return };
    manager.configuration().refresh();
    let collected = collect(manager, &manager.configuration().snapshot());
    if let Err(error) = companions.endings.look(&collected) {
        tracing::warn!(%error, "nobody could be told of certificates that are about to end");
    }
}

/// What the parts stand on.
pub(crate) struct Parts<'p> {
    pub(crate) clock: &'p Arc<dyn Clock>,
    pub(crate) cipher: &'p Arc<dyn SecretCipher>,
    pub(crate) entropy: Arc<dyn Entropy>,
    pub(crate) digests: Arc<dyn Digests>,
    pub(crate) settings: &'p Arc<SettingsCell>,
}

/// Everything in the folder of the settings that is not the settings.
pub(crate) fn companions(
    folder: &Path,
    state: &Path,
    backups: &Path,
    parts: &Parts<'_>,
) -> Result<Companions, Failure> {
    let file = |name: &str| {
        FsSmallFile::open(&folder.join(name), state)
            .map(|file| Arc::new(file) as Arc<dyn SmallFile>)
            .map_err(|error| Failure::of(name, &error))
    };
    let postman = HttpPostman::start().map_err(|error| Failure::of("webhook client", &error))?;
    let notices = NoticeBoard::new(
        file("notifications.yml")?,
        Arc::new(PlainYaml),
        Arc::clone(parts.clock),
        Arc::clone(parts.settings),
        Arc::clone(parts.cipher),
        Arc::new(postman),
    );
    let notices = Arc::new(notices);
    let told = FsSmallFile::open(&state.join("certificates-told"), state)
        .map_err(|error| Failure::of("certificates-told", &error))?;
    let drafts =
        FsSmallFile::open(&state.join(DRAFTS), state).map_err(|error| Failure::of(DRAFTS, &error))?;
    Ok(Companions {
        drafts: Arc::new(drafts),
        templates: TemplateFile::new(file("templates.yml")?, Arc::new(PlainYaml), Arc::clone(&parts.entropy)),
        dashboard: DashboardFile::new(file("dashboard.yml")?, Arc::new(PlainYaml)),
        // The second one is where 1.5.2 has put the icons that it fetched.
        icons: Arc::new(FsIcons::new(vec![folder.join("icons"), folder.join("cache")])),
        endings: Endings::new(Arc::new(told), Arc::clone(parts.clock), Arc::clone(&notices)),
        notices,
        git: GitBackups::new(
            Arc::new(GitProgram::new(backups)),
            Arc::clone(parts.settings),
            Arc::clone(parts.cipher),
            Arc::clone(parts.clock),
        ),
        users: UserTools::new(Arc::new(Bcrypt { cost: EDGE_COST }), Arc::clone(&parts.digests)),
    })
}
