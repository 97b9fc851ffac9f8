//! The copy in a git repository.

use hyper::StatusCode;
use serde::Serialize;
use traefik_manager_core::{
    auth::{Action, GitPatch},
    git::{Commit, CommittedFile, GitBackups, GitError, Pushed},
    manager::Manager,
    routes::ChangeError,
    secret::Secret,
};

use crate::{
    call::Call,
    change::Outcome,
    failure::Failure,
    pages::layout::Tab,
    reply::{self, Done, Message, Reply},
};

use super::plainly_done;

/// Does something with the copy, on a thread for that.
async fn with_git<T: Send + 'static>(
    call: &Call,
    work: impl FnOnce(&Manager, &GitBackups) -> Result<T, GitError> + Send + 'static,
) -> Result<T, Failure> {
    let done =
        call.block(move |manager| manager.companions().map(|beside| work(manager, &beside.git))).await?;
    Ok(done.ok_or_else(|| Failure::not_found("there is nothing at this address").by_status())??)
}

/// The first eight digits.
pub(crate) fn short(sha: &str) -> &str {
    sha.get(..8).unwrap_or(sha)
}

pub(crate) async fn status(call: Call) -> Result<Reply, Failure> {
    #[derive(Serialize)]
    struct Told {
        enabled: bool,
        configured: bool,
        branch: String,
        last_sha: Option<String>,
        last_push: Option<String>,
    }
    call.for_this_host()?;
    let status = with_git(&call, |_, git| git.status()).await?;
    let told = Told {
        enabled: status.enabled,
        configured: status.configured,
        branch: status.branch,
        last_sha: status.last.as_ref().map(|commit| short(&commit.sha).to_owned()),
        last_push: status.last.map(|commit| commit.at),
    };
    Ok(Done::reply(told))
}

pub(crate) async fn push(call: Call) -> Result<Reply, Failure> {
    call.for_this_host()?;
    let message = match make_copy(&call).await? {
        Pushed::Commit(sha) => format!("commit {} is pushed", short(&sha)),
        Pushed::Nothing => "the repository has everything already".to_owned(),
    };
    Ok(Done::reply(Message { message: &message }))
}

pub(super) async fn make_copy(call: &Call) -> Result<Pushed, Failure> {
    let message = call.fields.trimmed("message")?.to_owned();
    with_git(call, move |manager, git| git.push(manager.configuration(), "backup", &message)).await
}

/// Asks the repository that the request names; what it leaves out is as it is stored.
pub(crate) async fn test(call: Call) -> Result<Reply, Failure> {
    call.for_this_host()?;
    try_repository(&call, ["repo_url", "username", "token"]).await?;
    Ok(plainly_done())
}

pub(super) async fn try_repository(call: &Call, [url, user, token]: [&str; 3]) -> Result<(), Failure> {
    let said = |name: &str| {
        Ok::<_, Failure>(Some(call.fields.trimmed(name)?.to_owned()).filter(|text| !text.is_empty()))
    };
    let patch = GitPatch {
        repo: said(url)?,
        username: said(user)?,
        token: call.fields.text(token)?.map(Secret::new),
        ..GitPatch::default()
    };
    with_git(call, move |_, git| git.test(&patch)).await
}

#[derive(Serialize)]
struct CommitJson {
    sha_short: String,
    sha: String,
    timestamp: String,
    message: String,
}

impl From<Commit> for CommitJson {
    fn from(commit: Commit) -> Self {
        let sha_short = short(&commit.sha).to_owned();
        Self { sha_short, sha: commit.sha, timestamp: commit.at, message: commit.message }
    }
}

/// The newest commit that is known here, for a page that goes without as well.
pub(super) async fn last(call: &Call) -> Option<Commit> {
    with_git(call, |_, git| git.status()).await.ok()?.last
}

pub(super) async fn all(call: &Call) -> Result<Vec<Commit>, Failure> {
    with_git(call, |_, git| git.commits()).await
}

/// What a commit did.
pub(super) async fn done_by(call: &Call, sha: String) -> Result<(String, Vec<CommittedFile>), Failure> {
    with_git(call, move |_, git| git.changes(&sha)).await
}

pub(crate) async fn commits(call: Call) -> Result<Reply, Failure> {
    call.for_this_host()?;
    let commits = all(&call).await?;
    let commits: Vec<CommitJson> = commits.into_iter().map(CommitJson::from).collect();
    Ok(reply::json(StatusCode::OK, &commits))
}

pub(crate) async fn changes(call: Call) -> Result<Reply, Failure> {
    #[derive(Serialize)]
    struct FileJson {
        filename: String,
        status: &'static str,
        old: String,
        new: String,
    }
    #[derive(Serialize)]
    struct Told {
        stat: String,
        files: Vec<FileJson>,
    }
    call.for_this_host()?;
    let (stat, files) = done_by(&call, call.id.clone()).await?;
    let files = files.into_iter().map(|file| FileJson {
        filename: file.path,
        status: file.status,
        old: file.old,
        new: file.new,
    });
    Ok(Done::reply(Told { stat, files: files.collect() }))
}

/// Puts the files of a commit back, as one change.
pub(crate) async fn restore(call: Call) -> Result<Reply, Failure> {
    call.for_this_host()?;
    let outcome = put_back(&call, call.id.clone()).await?;
    outcome.reply(&call, Tab::Files, "/backups?done=restored", "the files of the commit are restored").await
}

pub(super) async fn put_back(call: &Call, sha: String) -> Result<Outcome, Failure> {
    let client = call.client.clone();
    call.block(move |manager| manager.access().admit(Action::Restore, &client)).await??;
    let wanted = sha.clone();
    let found = with_git(call, move |manager, git| git.restorable(manager.configuration(), &wanted)).await?;
    call.change::<ChangeError>(move |configuration, terms| found.put_back(configuration, terms, &sha)).await
}

/// Forgets what is known here; the repository elsewhere stays.
pub(crate) async fn forget(call: Call) -> Result<Reply, Failure> {
    with_git(&call, |_, git| git.forget()).await?;
    Ok(plainly_done())
}
