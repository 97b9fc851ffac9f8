//! Restarting without any access to an engine: a file that Traefik's health check looks for.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use async_trait::async_trait;
use tempfile::NamedTempFile;
use traefik_manager_core::restart::{Container, Method, Outcome, RestartError, Restarter, Withdrawal};

/// Writes a file; whoever looks after Traefik finds it, takes it away, and ends Traefik.
///
/// The file is empty: it only has to be there. It appears at once and whole, by a rename.
#[derive(Debug, Clone)]
pub struct PoisonPill {
    file: PathBuf,
}

impl PoisonPill {
    /// Where the file goes. Its folder is made where it is missing.
    pub fn new(file: PathBuf) -> Self {
        Self { file }
    }

    fn failed(&self, error: &io::Error) -> RestartError {
        let at = self.file.display().to_string();
        match error.kind() {
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
                RestartError::Refused { at, reason: error.to_string() }
            }
            // Something that is no folder is where its folder should be.
            io::ErrorKind::NotFound | io::ErrorKind::NotADirectory | io::ErrorKind::AlreadyExists => {
                RestartError::Unreachable { at, reason: error.to_string() }
            }
            _ => RestartError::Failed { at, reason: error.to_string() },
        }
    }
}

/// Makes the file, durably and at once.
fn put(file: &Path) -> io::Result<()> {
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    fs::create_dir_all(folder)?;
    let pill = NamedTempFile::new_in(folder)?;
    pill.as_file().sync_all()?;
    // Everybody may find it and take it away, whoever Traefik runs as; there is nothing in it.
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        pill.as_file().set_permissions(fs::Permissions::from_mode(0o666))?;
    }
    pill.persist(file)?;
    fs::File::open(folder)?.sync_all()
}

#[async_trait]
impl Restarter for PoisonPill {
    fn method(&self) -> Method {
        Method::PoisonPill
    }

    fn target(&self) -> String {
        format!("whoever looks for {}", self.file.display())
    }

    async fn container(&self) -> Result<Option<Container>, RestartError> {
        Ok(None)
    }

    async fn restart(&self) -> Result<Outcome, RestartError> {
        let file = self.file.clone();
        let put = tokio::task::spawn_blocking(move || put(&file)).await;
        put.unwrap_or_else(|error| Err(io::Error::other(error)))
            .map(|()| Outcome::Requested)
            .map_err(|error| self.failed(&error))
    }

    async fn withdraw(&self) -> Result<Withdrawal, RestartError> {
        let file = self.file.clone();
        let removed = tokio::task::spawn_blocking(move || fs::remove_file(file)).await;
        match removed.unwrap_or_else(|error| Err(io::Error::other(error))) {
            Ok(()) => Ok(Withdrawal::TakenBack),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Withdrawal::Nothing),
            Err(error) => Err(self.failed(&error)),
        }
    }

    async fn last_words(&self) -> Option<String> {
        None
    }
}
