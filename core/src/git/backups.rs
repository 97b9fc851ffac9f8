//! What is copied, and how it comes back.

use std::sync::Arc;

use super::{Commit, CommittedFile, CopiedFile, GitCopies, GitError, Pushed, Remote, is_sha};
use crate::{
    audit::plain,
    auth::{GitPatch, checked_url, is_branch},
    clock::Clock,
    config::store::FileId,
    crypto::SecretCipher,
    routes::{ChangeError, Changed, Configuration, Terms},
    settings::{GitSettings, SettingsCell},
};

const DYNAMIC: &str = "dynamic/";
const STATIC: &str = "static/";
/// The most commits that are listed.
const MAX_COMMITS: usize = 50;

/// The copy in a git repository, by the settings.
#[derive(Debug, Clone)]
pub struct GitBackups {
    copies: Arc<dyn GitCopies>,
    settings: Arc<SettingsCell>,
    cipher: Arc<dyn SecretCipher>,
    clock: Arc<dyn Clock>,
}

/// What is known without asking anybody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GitStatus {
    /// Whether copies are kept.
    pub enabled: bool,
    /// Whether a repository is named.
    pub configured: bool,
    /// The branch.
    pub branch: String,
    /// The newest commit that is known here.
    pub last: Option<Commit>,
}

impl GitBackups {
    /// Copies by these settings.
    pub fn new(
        copies: Arc<dyn GitCopies>,
        settings: Arc<SettingsCell>,
        cipher: Arc<dyn SecretCipher>,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self { copies, settings, cipher, clock }
    }

    /// What is known here. Blocks on the disk.
    ///
    /// # Errors
    /// [`GitError::Failed`].
    pub fn status(&self) -> Result<GitStatus, GitError> {
        let git = &self.settings.current().git;
        let last = self.copies.commits(1)?.into_iter().next();
        Ok(GitStatus {
            enabled: git.enabled,
            configured: !git.repo.is_empty(),
            branch: git.branch.clone(),
            last,
        })
    }

    /// Whether every change is to be copied. Never blocks.
    pub fn is_automatic(&self) -> bool {
        let git = &self.settings.current().git;
        git.enabled && git.auto_push && !git.repo.is_empty()
    }

    /// Copies the configuration as it is. An empty message means the one of the settings. Blocks, on the network too.
    ///
    /// # Errors
    /// [`GitError::Failed`].
    pub fn push(
        &self,
        configuration: &Configuration,
        action: &str,
        message: &str,
    ) -> Result<Pushed, GitError> {
        let git = &self.settings.current().git;
        if !git.enabled {
            return Err(GitError::Failed("the copy in a git repository is switched off".to_owned()));
        }
        let at = self.remote(git)?;
        let message = match plain(message) {
            said if said.is_empty() => {
                let time = format!("{} UTC", self.clock.now());
                plain(&git.commit_message.replace("{action}", action).replace("{timestamp}", &time))
            }
            said => said,
        };
        configuration.refresh();
        let snapshot = configuration.snapshot();
        let readable = |id: &FileId, folder: &str, text: &str| CopiedFile {
            path: format!("{folder}{}", if folder == STATIC { id.base_name() } else { id.as_str() }),
            text: text.to_owned(),
        };
        let mut files = Vec::new();
        for file in snapshot.files() {
            if file.revision().is_none() {
                // A copy without it would look as if somebody had deleted it.
                return Err(GitError::Failed(format!(
                    "`{}` cannot be read, so nothing is copied",
                    file.id()
                )));
            }
            files.push(readable(file.id(), DYNAMIC, file.text()));
        }
        if let Some(file) = snapshot.static_file().filter(|file| file.revision().is_some()) {
            files.push(readable(file.id(), STATIC, file.text()));
        }
        if files.is_empty() {
            return Err(GitError::Failed("there is no configuration file to copy".to_owned()));
        }
        self.copies.push(&at, &files, &message)
    }

    /// Asks a repository that somebody has typed. What stands for the stored token means it, and it goes to the stored
    /// repository alone. Blocks, on the network too.
    ///
    /// # Errors
    /// [`GitError::Failed`] with what is wrong with the address, or why it does not answer.
    pub fn test(&self, patch: &GitPatch) -> Result<(), GitError> {
        let mut git = self.settings.current().git.clone();
        let is_other_user = patch.username.as_ref().is_some_and(|user| *user != git.username);
        if is_other_user {
            git.token.clear();
        }
        patch
            .apply(&mut git, self.cipher.as_ref())
            .map_err(|refusal| GitError::Failed(refusal.to_string()))?;
        self.copies.test(&self.remote(&git)?)
    }

    /// The newest commits, newest first. Blocks; where nothing is known here the repository is asked.
    ///
    /// # Errors
    /// [`GitError::Failed`].
    pub fn commits(&self) -> Result<Vec<Commit>, GitError> {
        let known = self.copies.commits(MAX_COMMITS)?;
        let git = &self.settings.current().git;
        if !known.is_empty() || !git.enabled || git.repo.is_empty() {
            return Ok(known);
        }
        self.copies.fetch(&self.remote(git)?)?;
        self.copies.commits(MAX_COMMITS)
    }

    /// What a commit did. Blocks on the disk.
    ///
    /// # Errors
    /// [`GitError::NoSuchCommit`]; [`GitError::Failed`].
    pub fn changes(&self, sha: &str) -> Result<(String, Vec<CommittedFile>), GitError> {
        self.copies.changes(checked(sha)?)
    }

    /// The texts of a commit by the files of the configuration that they are of, and those of which that cannot be told.
    /// Blocks on the disk.
    ///
    /// # Errors
    /// [`GitError::NoSuchCommit`]; [`GitError::Failed`] where nothing in it is of the configuration.
    pub fn restorable(&self, configuration: &Configuration, sha: &str) -> Result<Restorable, GitError> {
        let files = self.copies.files(checked(sha)?)?;
        configuration.refresh();
        let snapshot = configuration.snapshot();
        let mut found = Restorable::default();
        for CopiedFile { path, text } in files {
            let Some(name) = path.strip_prefix(DYNAMIC) else { continue };
            let same_base: Vec<&FileId> =
                snapshot.files().iter().map(|file| file.id()).filter(|id| id.base_name() == name).collect();
            let id = match (snapshot.file(name), same_base.as_slice()) {
                (Some(file), _) => Some(file.id().clone()),
                // 1.5.2 has copied files by their base names.
                (None, [id]) => Some((*id).clone()),
                (None, []) if configuration.can_create_files() => FileId::for_new_file(name).ok(),
                _ => None,
            };
            match id.filter(|id| !found.texts.iter().any(|(other, _)| other == id)) {
                Some(id) => found.texts.push((id, Arc::from(text))),
                None => found.unknown.push(path),
            }
        }
        if found.texts.is_empty() {
            return Err(GitError::Failed(
                "nothing in this commit is of the present configuration".to_owned(),
            ));
        }
        Ok(found)
    }

    /// Forgets the commits that are known here; the repository stays. Blocks on the disk.
    ///
    /// # Errors
    /// [`GitError::Failed`].
    pub fn forget(&self) -> Result<(), GitError> {
        self.copies.forget()
    }

    fn remote(&self, git: &GitSettings) -> Result<Remote, GitError> {
        if git.repo.is_empty() {
            return Err(GitError::Failed("no git repository is configured".to_owned()));
        }
        // A file by hand may say anything.
        let url = checked_url("git_backup_repo", &git.repo)
            .map_err(|refusal| GitError::Failed(refusal.to_string()))?;
        if !is_branch(&git.branch) {
            return Err(GitError::Failed("the branch in the settings is no name of a branch".to_owned()));
        }
        let credentials = match git.token.as_str() {
            "" => None,
            sealed => {
                let token = self.cipher.open(sealed).map_err(|error| GitError::Failed(error.to_string()))?;
                // Most services look at the token alone, but want some name beside it.
                let user = if git.username.is_empty() { "git" } else { git.username.as_str() };
                Some((user.to_owned(), token))
            }
        };
        Ok(Remote { url, branch: git.branch.clone(), credentials })
    }
}

/// What can come back of a commit.
#[derive(Debug, Clone, Default)]
pub struct Restorable {
    /// Files of the configuration and their texts.
    pub texts: Vec<(FileId, Arc<str>)>,
    /// Files in the commit that are of none.
    pub unknown: Vec<String>,
}

impl Restorable {
    /// Puts the texts back, all or none.
    ///
    /// # Errors
    /// [`ChangeError`], as for any change.
    pub fn put_back(
        &self,
        configuration: &Configuration,
        terms: &Terms,
        sha: &str,
    ) -> Result<Changed, ChangeError> {
        configuration.restore_texts(terms, &format!("commit {}", sha.get(..8).unwrap_or(sha)), &self.texts)
    }
}

fn checked(sha: &str) -> Result<&str, GitError> {
    if is_sha(sha) { Ok(sha) } else { Err(GitError::NoSuchCommit) }
}
