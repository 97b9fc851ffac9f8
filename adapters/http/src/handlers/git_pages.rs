//! The pages of the copy in a git repository.

use traefik_manager_core::{auth::SettingsPart, settings::GitSettings};

use crate::{
    call::{Call, Dialect},
    failure::Failure,
    pages::{
        git as pages,
        layout::{Frame, Tab},
    },
    reply::{self, Reply},
    words::message,
};

use super::{done, git, settings};

pub(crate) async fn settings(call: Call) -> Result<Reply, Failure> {
    show(&call, None, None).await
}

pub(crate) async fn submit(call: Call) -> Result<Reply, Failure> {
    if call.fields.flag("test", false)? {
        let names = ["git_backup_repo", "git_backup_username", "git_backup_token"];
        let tested = git::try_repository(&call, names).await.map_err(|failure| failure.message().to_owned());
        return show(&call, Some(tested), None).await;
    }
    match settings::save_and_return(&call, "/settings/backups").await {
        Err(failure) if call.dialect == Dialect::Page => show(&call, None, Some(failure)).await,
        saved => saved,
    }
}

async fn show(
    call: &Call,
    tested: Option<Result<(), String>>,
    failure: Option<Failure>,
) -> Result<Reply, Failure> {
    let mut frame = Frame::of(call).await.narrow();
    let present = call.app.manager().settings().current();
    let stored = present.git.clone();
    let typed = |name: &str, stored: &str| {
        Ok::<_, Failure>(call.fields.text(name)?.map_or(stored, str::trim).to_owned())
    };
    let shown = GitSettings {
        enabled: call.fields.last_flag("git_backup_enabled")?.unwrap_or(stored.enabled),
        auto_push: call.fields.last_flag("git_backup_auto_push")?.unwrap_or(stored.auto_push),
        repo: typed("git_backup_repo", &stored.repo)?,
        branch: typed("git_backup_branch", &stored.branch)?,
        username: typed("git_backup_username", &stored.username)?,
        commit_message: typed("git_backup_commit_message", &stored.commit_message)?,
        token: stored.token,
    };
    let last = git::last(call).await;
    let version = settings::version(call, SettingsPart::Git, &present);
    let content = pages::settings(&pages::GitPage {
        git: &shown,
        tested: tested.as_ref(),
        last: last.as_ref(),
        failure: failure.as_ref(),
        version: &call.shown_version(version)?,
        csrf: &frame.csrf,
    });
    if let Some(failure) = failure {
        frame = frame.refusing(failure);
    }
    Ok(frame.reply(message!("backups"), Tab::Access, &content))
}

pub(crate) async fn commits(call: Call) -> Result<Reply, Failure> {
    let mut frame = Frame::of(&call).await;
    let is_enabled = call.app.manager().settings().current().git.enabled;
    let commits = match git::all(&call).await {
        Ok(commits) => commits,
        Err(failure) => {
            frame = frame.refusing(failure);
            Vec::new()
        }
    };
    Ok(frame.reply(message!("git-title"), Tab::Files, &pages::commits(&commits, is_enabled, &frame.csrf)))
}

pub(crate) async fn commit(call: Call) -> Result<Reply, Failure> {
    let frame = Frame::of(&call).await;
    let sha = call.query.trimmed("sha")?.to_owned();
    let (stat, files) = git::done_by(&call, sha.clone()).await?;
    Ok(frame.reply(message!("git-title"), Tab::Files, &pages::commit(&sha, &stat, &files, &frame.csrf)))
}

pub(crate) async fn push(call: Call) -> Result<Reply, Failure> {
    match git::make_copy(&call).await {
        Ok(_) => Ok(done(&call, "/backups/git?done=pushed", "the copy is pushed")),
        Err(failure) if call.dialect == Dialect::Page => {
            let frame = Frame::of(&call).await.refusing(failure);
            let commits = git::all(&call).await.unwrap_or_default();
            Ok(frame.reply(message!("git-title"), Tab::Files, &pages::commits(&commits, true, &frame.csrf)))
        }
        Err(failure) => Err(failure),
    }
}

pub(crate) async fn restore(call: Call) -> Result<Reply, Failure> {
    let sha = call.fields.trimmed("sha")?.to_owned();
    if call.edits_again()? {
        return Ok(reply::see_other("/backups/git"));
    }
    let outcome = git::put_back(&call, sha).await?;
    outcome.reply(&call, Tab::Files, "/backups?done=restored", "the files of the commit are restored").await
}
