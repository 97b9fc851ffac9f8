//! What is known here of the copies: commits, what they did, and what they hold.

use traefik_manager_core::git::{Commit, CommittedFile, CopiedFile, GitError};

use crate::{copies::FOLDERS, process::Git};

/// The most files of one commit that are shown or brought back.
const MAX_FILES: usize = 1_000;
/// The most bytes of one of them.
const MAX_BYTES: usize = 8 * 1024 * 1024;

pub(crate) fn commits(git: &Git<'_>, known: &str, most: usize) -> Result<Vec<Commit>, GitError> {
    if git.run(&["rev-parse", "--verify", "--quiet", known], b"").is_err() {
        return Ok(Vec::new());
    }
    let most = format!("--max-count={most}");
    let said = git.text(&["log", &most, "--format=%H%x00%cI%x00%s%x00", known, "--"], b"")?;
    let mut parts = said.split('\0').map(str::trim);
    let mut found = Vec::new();
    while let (Some(sha), Some(at), Some(message)) = (parts.next(), parts.next(), parts.next()) {
        let message = message.chars().filter(|c| !c.is_control()).take(300).collect();
        found.push(Commit { sha: sha.to_owned(), at: at.to_owned(), message });
    }
    Ok(found)
}

/// The full name of a commit of the branch.
fn named(git: &Git<'_>, known: &str, sha: &str) -> Result<String, GitError> {
    let full = git
        .text(&["rev-parse", "--verify", "--quiet", "--end-of-options", &format!("{sha}^{{commit}}")], b"");
    let full = full.map_err(|_| GitError::NoSuchCommit)?;
    match git.run(&["merge-base", "--is-ancestor", &full, known], b"") {
        Ok(_) => Ok(full),
        Err(_) => Err(GitError::NoSuchCommit),
    }
}

pub(crate) fn changes(
    git: &Git<'_>,
    known: &str,
    sha: &str,
) -> Result<(String, Vec<CommittedFile>), GitError> {
    let sha = named(git, known, sha)?;
    let plain = ["--root", "--no-commit-id", "--no-ext-diff", "--no-textconv", "--no-renames", "-r"];
    let asked = |more: &[&'static str]| {
        let mut arguments = vec!["diff-tree"];
        arguments.extend(plain);
        arguments.extend(more);
        arguments
    };
    let mut summary = asked(&["--stat"]);
    summary.extend([sha.as_str(), "--"]);
    let summary = git.text(&summary, b"")?;
    let mut raw = asked(&["-z", "--raw", "--no-abbrev"]);
    raw.extend([sha.as_str(), "--"]);
    let raw = git.run(&raw, b"")?;
    let raw = String::from_utf8_lossy(&raw).into_owned();
    let mut parts = raw.split('\0');
    let mut files = Vec::new();
    while let (Some(what), Some(path)) = (parts.next(), parts.next()) {
        // `:100644 100644 <old> <new> M`
        let mut words = what.trim_start_matches(':').split(' ').skip(2);
        let (Some(old), Some(new), Some(letter)) = (words.next(), words.next(), words.next()) else { break };
        let status = match letter {
            "A" => "added",
            "D" => "deleted",
            _ => "modified",
        };
        files.push(CommittedFile {
            path: path.to_owned(),
            status,
            old: blob(git, old).unwrap_or_default(),
            new: blob(git, new).unwrap_or_default(),
        });
        if files.len() == MAX_FILES {
            break;
        }
    }
    Ok((summary, files))
}

/// The text of a blob; `None` for what there is not, or what is no text.
fn blob(git: &Git<'_>, sha: &str) -> Option<String> {
    if sha.bytes().all(|byte| byte == b'0') {
        return None;
    }
    let bytes = git.run(&["cat-file", "blob", sha], b"").ok().filter(|bytes| bytes.len() <= MAX_BYTES)?;
    String::from_utf8(bytes).ok()
}

pub(crate) fn files(git: &Git<'_>, known: &str, sha: &str) -> Result<Vec<CopiedFile>, GitError> {
    let sha = named(git, known, sha)?;
    let listed = git.run(&["ls-tree", "-r", "-z", "--full-tree", &sha, "--", FOLDERS[0], FOLDERS[1]], b"")?;
    let listed =
        String::from_utf8(listed).map_err(|_| GitError::Failed("a name in it is no text".to_owned()))?;
    let mut files = Vec::new();
    for entry in listed.split('\0').filter(|entry| !entry.is_empty()).take(MAX_FILES) {
        // `100644 blob <sha>\t<path>`; what is a link or a submodule is none of ours.
        let Some((what, path)) = entry.split_once('\t') else { continue };
        let mut words = what.split(' ');
        let (Some("100644" | "100755"), Some("blob"), Some(sha)) = (words.next(), words.next(), words.next())
        else {
            continue;
        };
        let text = blob(git, sha)
            .ok_or_else(|| GitError::Failed(format!("`{path}` in it is no text, or too large")))?;
        files.push(CopiedFile { path: path.to_owned(), text });
    }
    Ok(files)
}
