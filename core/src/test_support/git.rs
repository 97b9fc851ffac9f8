//! Copies in memory.

use std::sync::Mutex;

use super::lock;
use crate::git::{Commit, CommittedFile, CopiedFile, GitCopies, GitError, Pushed, Remote};

/// A [`GitCopies`] in memory, which takes whatever credentials it gets.
#[derive(Debug, Default)]
pub struct MemoryGit {
    commits: Mutex<Vec<(Commit, Vec<CopiedFile>)>>,
    asked: Mutex<Vec<Remote>>,
    refuses: Mutex<Option<String>>,
}

impl MemoryGit {
    /// Every repository that was asked, with the credentials that it was given.
    pub fn asked(&self) -> Vec<Remote> {
        lock(&self.asked).clone()
    }

    /// Makes every repository refuse.
    pub fn refuse(&self, why: &str) {
        *lock(&self.refuses) = Some(why.to_owned());
    }

    /// Puts a commit there that somebody else has made.
    pub fn put(&self, sha: &str, files: Vec<CopiedFile>) {
        let commit = Commit {
            sha: sha.to_owned(),
            at: "2026-11-21T09:05:01+00:00".to_owned(),
            message: "by hand".to_owned(),
        };
        lock(&self.commits).push((commit, files));
    }

    fn ask(&self, at: &Remote) -> Result<(), GitError> {
        lock(&self.asked).push(at.clone());
        lock(&self.refuses).clone().map_or(Ok(()), |why| Err(GitError::Failed(why)))
    }

    fn find(&self, sha: &str) -> Result<(usize, Vec<CopiedFile>), GitError> {
        let commits = lock(&self.commits);
        let at = commits
            .iter()
            .position(|(commit, _)| commit.sha.starts_with(sha))
            .ok_or(GitError::NoSuchCommit)?;
        Ok((at, commits.get(at).map(|(_, files)| files.clone()).unwrap_or_default()))
    }
}

impl GitCopies for MemoryGit {
    fn test(&self, at: &Remote) -> Result<(), GitError> {
        self.ask(at)
    }

    fn fetch(&self, at: &Remote) -> Result<(), GitError> {
        self.ask(at)
    }

    fn push(&self, at: &Remote, files: &[CopiedFile], message: &str) -> Result<Pushed, GitError> {
        self.ask(at)?;
        let mut commits = lock(&self.commits);
        if commits.last().is_some_and(|(_, last)| last == files) {
            return Ok(Pushed::Nothing);
        }
        let sha = format!("{:040x}", commits.len() + 1);
        let commit = Commit {
            sha: sha.clone(),
            at: "2026-11-21T09:05:01+00:00".to_owned(),
            message: message.to_owned(),
        };
        commits.push((commit, files.to_vec()));
        Ok(Pushed::Commit(sha))
    }

    fn commits(&self, most: usize) -> Result<Vec<Commit>, GitError> {
        Ok(lock(&self.commits).iter().rev().take(most).map(|(commit, _)| commit.clone()).collect())
    }

    fn changes(&self, sha: &str) -> Result<(String, Vec<CommittedFile>), GitError> {
        let (_, files) = self.find(sha)?;
        let of = |file: &CopiedFile| CommittedFile {
            path: file.path.clone(),
            status: "added",
            old: String::new(),
            new: file.text.clone(),
        };
        Ok((format!("{} files changed", files.len()), files.iter().map(of).collect()))
    }

    fn files(&self, sha: &str) -> Result<Vec<CopiedFile>, GitError> {
        Ok(self.find(sha)?.1)
    }

    fn forget(&self) -> Result<(), GitError> {
        lock(&self.commits).clear();
        Ok(())
    }
}
