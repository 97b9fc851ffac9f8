//! What is kept beside the settings, and who listens to the audit trail.

use std::{
    path::Path,
    sync::{
        Arc,
        mpsc::{Receiver, SyncSender, sync_channel},
    },
    thread,
};

use traefik_manager_core::{
    audit::AuditLog,
    clock::Clock,
    companion::{Companions, DashboardFile, SmallFile, TemplateFile},
    crypto::{Digests, Entropy, SecretCipher},
    notices::{NoticeBoard, Overheard, Rank, notice_of},
    settings::SettingsCell,
    tools::UserTools,
};
use traefik_manager_crypto::Bcrypt;
use traefik_manager_storage_fs::{FsIcons, FsSmallFile};
use traefik_manager_webhook::HttpPostman;
use traefik_manager_yaml::PlainYaml;

use crate::cli::Failure;

/// The most notices that wait to be kept; a change never waits for one.
const MAX_WAITING: usize = 256;

/// For passwords of Traefik's users: it compares one at every request, so more would be felt there, and less is not
/// enough (ASVS 5.0 asks for 10 at least).
const EDGE_COST: u32 = 10;

/// The trail, and what of it people are told.
pub(crate) fn overhear(audit: Arc<dyn AuditLog>) -> (Arc<dyn AuditLog>, Receiver<(Rank, String)>) {
    let (told, overheard): (SyncSender<(Rank, String)>, _) = sync_channel(MAX_WAITING);
    let audit = Overheard::new(audit, move |entry| {
        // Nobody listens on the command line.
        if let Some(notice) = notice_of(entry)
            && let Err(std::sync::mpsc::TrySendError::Full(_)) = told.try_send(notice)
        {
            tracing::warn!("a notice is lost: {MAX_WAITING} wait already to be kept");
        }
    });
    (Arc::new(audit), overheard)
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

/// What the parts stand on.
pub(crate) struct Parts<'p> {
    pub(crate) clock: &'p Arc<dyn Clock>,
    pub(crate) cipher: &'p Arc<dyn SecretCipher>,
    pub(crate) entropy: Arc<dyn Entropy>,
    pub(crate) digests: Arc<dyn Digests>,
    pub(crate) settings: &'p Arc<SettingsCell>,
}

/// Everything in the folder of the settings that is not the settings.
pub(crate) fn companions(folder: &Path, state: &Path, parts: &Parts<'_>) -> Result<Companions, Failure> {
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
    Ok(Companions {
        templates: TemplateFile::new(file("templates.yml")?, Arc::new(PlainYaml), Arc::clone(&parts.entropy)),
        dashboard: DashboardFile::new(file("dashboard.yml")?, Arc::new(PlainYaml)),
        // The second one is where 1.5.2 has put the icons that it fetched.
        icons: Arc::new(FsIcons::new(vec![folder.join("icons"), folder.join("cache")])),
        notices: Arc::new(notices),
        users: UserTools::new(Arc::new(Bcrypt { cost: EDGE_COST }), Arc::clone(&parts.digests)),
    })
}
