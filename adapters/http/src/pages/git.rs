//! The copy in a git repository: its settings, its commits, and what one of them did.

use maud::{Markup, PreEscaped, html};
use traefik_manager_core::{
    config::{diff::FileDiff, store::FileId},
    git::{Commit, CommittedFile},
    settings::{GitSettings, shown_address},
};

use super::{
    dashboard::check,
    encoded,
    layout::{files_and_backups, seen, settings_bar, token},
};
use crate::{change::DRY_RUN, failure::Failure, handlers::git::short, words::t};

/// The most files of a commit that the page shows, and the most bytes of what is different in one.
const MAX_FILES: usize = 20;
const MAX_BYTES: usize = 5_000;

/// What the form shows.
#[derive(Debug)]
pub(crate) struct GitPage<'a> {
    pub(crate) git: &'a GitSettings,
    pub(crate) tested: Option<&'a Result<(), String>>,
    pub(crate) last: Option<&'a Commit>,
    pub(crate) failure: Option<&'a Failure>,
    pub(crate) version: &'a str,
    pub(crate) csrf: &'a str,
}

/// The settings.
pub(crate) fn settings(page: &GitPage<'_>) -> Markup {
    let git = page.git;
    let wrong = |name: &str| page.failure.and_then(|failure| failure.about(name)).map(super::sentence);
    let field = |name: &'static str,
                 label: Markup,
                 hint: Markup,
                 kind: &str,
                 value: &str,
                 placeholder: &str| {
        let wrong = wrong(name);
        html! {
            div.field .bad[wrong.is_some()] {
                label for=(name) { (label) @if !hint.0.is_empty() { span.hint { " · " (hint) } } }
                input id=(name) type=(kind) name=(name) value=(value) placeholder=(placeholder)
                    autocomplete=(if kind == "password" { "new-password" } else { "off" }) spellcheck="false" autocapitalize="none";
                @if let Some(wrong) = wrong { p.wrong { (wrong) } }
            }
        }
    };
    let nothing = || PreEscaped(String::new());
    let stored = if git.token.is_empty() { nothing() } else { t!("stored-empty-keeps") };
    html! {
        div.head { div.head-text {
            h1 { (t!("backups")) }
            p.muted { (t!("git-settings-lead")) }
        } }
        (settings_bar("/settings/backups"))
        form.panel method="post" action="/settings/backups" {
            (token(page.csrf))
            (seen(page.version))
            div.head {
                h2 { (t!("git-title")) }
                @match page.last {
                    Some(commit) => span.state.good title=(commit.message) { (t!("git-last", time = html! { (commit.at) })) },
                    None => span.state.off { (t!("git-none")) },
                }
            }
            (check("git_backup_enabled", t!("git-enabled"), git.enabled))
            (field("git_backup_repo", t!("git-repository"), t!("git-repository-hint"), "text", &shown_address(&git.repo), "https://git.example.com/me/edge.git"))
            div.pair {
                (field("git_backup_branch", t!("git-branch"), nothing(), "text", &git.branch, GitSettings::BRANCH))
                (field("git_backup_commit_message", t!("git-message"), nothing(), "text", &git.commit_message, GitSettings::MESSAGE))
            }
            div.pair {
                (field("git_backup_username", t!("user"), nothing(), "text", &git.username, "git"))
                (field("git_backup_token", t!("git-token"), stored, "password", "", ""))
            }
            (check("git_backup_auto_push", t!("git-push"), git.auto_push))
            @match page.tested {
                None => {},
                Some(Ok(())) => p.note.good role="status" { (t!("git-repository-answers")) },
                Some(Err(why)) => p.note.bad role="alert" { (super::sentence(why)) },
            }
            div.foot {
                button.primary type="submit" { (t!("save")) }
                button type="submit" name="test" value="true" { (t!("git-test")) }
                @if git.enabled { a.button.quiet.push href="/backups/git" { (t!("git-commits")) } }
            }
        }
        div.panel {
            h2 { (t!("git-token-kept")) }
            p.muted { (t!("git-token-kept-lead")) }
        }
    }
}

/// The commits.
pub(crate) fn commits(commits: &[Commit], is_enabled: bool, csrf: &str) -> Markup {
    html! {
        div.head {
            div.head-text {
                h1 { (t!("git-title")) }
                p.muted { (t!("git-lead")) }
            }
            @if is_enabled {
                form method="post" action="/backups/git/push" {
                    (token(csrf))
                    button.primary type="submit" { (t!("git-push-now")) }
                }
            }
        }
        (files_and_backups("/backups/git"))
        @if commits.is_empty() {
            div.panel.empty {
                h2 { (t!("git-no-commits")) }
                p.muted {
                    @if is_enabled { (t!("git-first")) }
                    @else { (t!("git-name-one")) }
                }
            }
        } @else {
            table.list {
                thead { tr {
                    th scope="col" { (t!("git-commit")) } th scope="col" { (t!("backups-made")) } th scope="col" { span.sr { (t!("actions")) } }
                } }
                tbody {
                    @for commit in commits {
                        tr {
                            td.lead data-label=(t!("git-commit")) { div { span.name lang="en" { (commit.message) } div.sub.mono { (short(&commit.sha)) } } }
                            td.fit data-label=(t!("backups-made")) { (commit.at) }
                            td.end { div.row {
                                a.button.quiet.small href={ "/backups/git/commit?sha=" (encoded(&commit.sha)) } { (t!("git-show")) span.sr lang="en" { " " (commit.message) } }
                            } }
                        }
                    }
                }
            }
        }
    }
}

/// What a commit did, and the way back to it.
pub(crate) fn commit(sha: &str, stat: &str, files: &[CommittedFile], csrf: &str) -> Markup {
    html! {
        div.head {
            div.head-text {
                h1 { (t!("git-commit-named", sha = short(sha))) }
                p.muted lang="en" { (stat.lines().last().unwrap_or_default()) }
            }
            form method="post" action="/backups/git/restore" {
                (token(csrf))
                input type="hidden" name="sha" value=(sha);
                button.primary type="submit" name=(DRY_RUN) value="true" { (t!("git-restore")) }
            }
        }
        p.muted { (t!("git-restore-lead")) }
        @for file in files.iter().take(MAX_FILES) {
            div.panel {
                div.row { strong.mono { (file.path) } span.badge { (status(file.status)) } }
                (difference(file))
            }
        }
        @if files.len() > MAX_FILES { p.muted { (t!("and-more-there", count = files.len() - MAX_FILES)) } }
        p { a href="/backups/git" { (t!("git-all")) } }
    }
}

fn status(status: &str) -> Markup {
    match status {
        "added" => t!("git-added"),
        "deleted" => t!("git-deleted"),
        _ => t!("git-modified"),
    }
}

fn difference(file: &CommittedFile) -> Markup {
    let diff = FileDiff::between(&FileId::new(&file.path), Some(&file.old), Some(&file.new));
    html! {
        @if diff.text.len() > MAX_BYTES { p.muted { (t!("git-too-much")) } }
        @else if diff.text.is_empty() { p.muted { (t!("git-nothing-to-show")) } }
        @else { div.diff { (super::review::lines(&diff)) } }
    }
}
