//! Copies, put together from blobs and pushed.

use std::{
    fs::{self, DirBuilder, File},
    io,
    os::unix::fs::DirBuilderExt as _,
    path::{Path, PathBuf},
    time::Duration,
};

use traefik_manager_core::git::{Commit, CommittedFile, CopiedFile, GitCopies, GitError, Pushed, Remote};

use crate::{process::Git, read};

/// For everything that one call does, so that whoever asked is told before he gives up.
const BUDGET: Duration = Duration::from_secs(25);
/// What is known here of the branch elsewhere.
const KNOWN: &str = "refs/remotes/origin/copy";
/// The folders that are ours.
pub(crate) const FOLDERS: [&str; 2] = ["dynamic", "static"];

/// The `git` program, with a bare repository beside the backups.
#[derive(Debug)]
pub struct GitProgram {
    folder: PathBuf,
    /// Where 1.5.2 has kept its clone.
    old: PathBuf,
}

impl GitProgram {
    /// A repository in the folder of the backups, which is made when it is needed.
    pub fn new(backups: &Path) -> Self {
        Self { folder: backups.join("git-repo.git"), old: backups.join("git-repo") }
    }

    fn repository(&self) -> PathBuf {
        self.folder.canonicalize().unwrap_or_else(|_| self.folder.clone())
    }

    /// Takes the lock between processes, and makes the repository where there is none.
    fn open(&self) -> Result<(PathBuf, File), GitError> {
        let failed = |error: io::Error| GitError::Failed(format!("{}: {error}", self.folder.display()));
        DirBuilder::new().recursive(true).mode(0o700).create(&self.folder).map_err(failed)?;
        let repository = self.repository();
        let lock = File::create(repository.join("copy.lock")).map_err(failed)?;
        lock.lock().map_err(failed)?;
        if !repository.join("HEAD").exists() {
            let git = Git::new(&repository, BUDGET);
            git.run(&["init", "--quiet", "--bare", "--template="], b"")?;
        }
        Ok((repository, lock))
    }

    /// What the branch elsewhere is at; `None` where there is no such branch.
    fn head(git: &Git<'_>, at: &Remote) -> Result<Option<String>, GitError> {
        let branch = format!("refs/heads/{}", at.branch);
        let found = git.text(&["ls-remote", "--quiet", "--", &at.url, &branch], b"")?;
        let named = |line: &str| {
            let (sha, name) = line.split_once('\t')?;
            (name == branch && sha.len() == 40).then(|| sha.to_owned())
        };
        Ok(found.lines().find_map(named))
    }

    /// Gets the branch, and says what it is at.
    fn get(git: &Git<'_>, at: &Remote) -> Result<Option<String>, GitError> {
        let Some(head) = Self::head(git, at)? else { return Ok(None) };
        let branch = format!("+refs/heads/{}:{KNOWN}", at.branch);
        git.run(
            &[
                "fetch",
                "--quiet",
                "--no-tags",
                "--no-recurse-submodules",
                "--no-write-fetch-head",
                "--",
                &at.url,
                &branch,
            ],
            b"",
        )?;
        let got = git.text(&["rev-parse", "--verify", "--quiet", KNOWN], b"")?;
        // Somebody may have pushed in between; what was fetched is what counts.
        Ok(Some(if got.is_empty() { head } else { got }))
    }

    /// The tree of the branch with our folders made anew.
    fn tree(git: &Git<'_>, base: Option<&str>, files: &[CopiedFile]) -> Result<String, GitError> {
        git.run(&["read-tree", base.unwrap_or("--empty")], b"")?;
        let mut entries = Vec::new();
        for path in git.run(&["ls-files", "-z", "--", FOLDERS[0], FOLDERS[1]], b"")?.split(|byte| *byte == 0)
        {
            if !path.is_empty() {
                entries.extend_from_slice(b"0 0000000000000000000000000000000000000000\t");
                entries.extend_from_slice(path);
                entries.push(0);
            }
        }
        for file in files {
            let blob = git.text(&["hash-object", "-w", "--stdin"], file.text.as_bytes())?;
            entries.extend_from_slice(format!("100644 {blob}\t{}\0", file.path).as_bytes());
        }
        git.run(&["update-index", "-z", "--index-info"], &entries)?;
        git.text(&["write-tree"], b"")
    }
}

impl GitCopies for GitProgram {
    fn test(&self, at: &Remote) -> Result<(), GitError> {
        let (repository, _held) = self.open()?;
        Self::head(&Git::new(&repository, BUDGET).at(at), at).map(drop)
    }

    fn fetch(&self, at: &Remote) -> Result<(), GitError> {
        let (repository, _held) = self.open()?;
        Self::get(&Git::new(&repository, BUDGET).at(at), at).map(drop)
    }

    fn push(&self, at: &Remote, files: &[CopiedFile], message: &str) -> Result<Pushed, GitError> {
        let (repository, _held) = self.open()?;
        let git = Git::new(&repository, BUDGET).at(at);
        let base = Self::get(&git, at)?;
        let folder = tempfile::tempdir().map_err(|error| GitError::Failed(error.to_string()))?;
        let index = folder.path().join("index");
        let tree = Self::tree(&git.with_index(&index), base.as_deref(), files)?;
        if let Some(base) = &base
            && git.text(&["rev-parse", &format!("{base}^{{tree}}")], b"")? == tree
        {
            return Ok(Pushed::Nothing);
        }
        let mut commit = vec!["commit-tree", tree.as_str(), "-F", "-"];
        commit.extend(base.iter().flat_map(|base| ["-p", base.as_str()]));
        let sha = git.text(&commit, message.as_bytes())?;
        let refspec = format!("{sha}:refs/heads/{}", at.branch);
        git.run(&["push", "--quiet", "--no-verify", "--no-follow-tags", "--", &at.url, &refspec], b"")?;
        if Self::head(&git, at)?.as_deref() != Some(sha.as_str()) {
            return Err(GitError::Failed("the repository does not have what was pushed to it".to_owned()));
        }
        git.run(&["update-ref", KNOWN, &sha], b"")?;
        Ok(Pushed::Commit(sha))
    }

    fn commits(&self, most: usize) -> Result<Vec<Commit>, GitError> {
        if !self.folder.join("HEAD").exists() {
            return Ok(Vec::new());
        }
        let (repository, _held) = self.open()?;
        read::commits(&Git::new(&repository, BUDGET), KNOWN, most)
    }

    fn changes(&self, sha: &str) -> Result<(String, Vec<CommittedFile>), GitError> {
        if !self.folder.join("HEAD").exists() {
            return Err(GitError::NoSuchCommit);
        }
        let (repository, _held) = self.open()?;
        read::changes(&Git::new(&repository, BUDGET), KNOWN, sha)
    }

    fn files(&self, sha: &str) -> Result<Vec<CopiedFile>, GitError> {
        if !self.folder.join("HEAD").exists() {
            return Err(GitError::NoSuchCommit);
        }
        let (repository, _held) = self.open()?;
        read::files(&Git::new(&repository, BUDGET), KNOWN, sha)
    }

    fn forget(&self) -> Result<(), GitError> {
        for folder in [&self.folder, &self.old] {
            match fs::remove_dir_all(folder) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => {
                    return Err(GitError::Failed(format!("{}: {error}", folder.display())));
                }
                _ => {}
            }
        }
        Ok(())
    }
}
