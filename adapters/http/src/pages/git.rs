//! The copy in a git repository: its settings, its commits, and what one of them did.

use maud::{Markup, html};
use traefik_manager_core::{
    config::{diff::FileDiff, store::FileId},
    git::{Commit, CommittedFile},
    settings::{GitSettings, shown_address},
};

use super::{
    dashboard::check,
    encoded,
    layout::{files_and_backups, settings_bar, token},
};
use crate::{change::DRY_RUN, failure::Failure, handlers::git::short};

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
    pub(crate) csrf: &'a str,
}

/// The settings.
pub(crate) fn settings(page: &GitPage<'_>) -> Markup {
    let git = page.git;
    let wrong = |name: &str| page.failure.and_then(|failure| failure.about(name)).map(super::sentence);
    let field = |name: &'static str, label: &str, hint: &str, kind: &str, value: &str, placeholder: &str| {
        let wrong = wrong(name);
        html! {
            div.field .bad[wrong.is_some()] {
                label for=(name) { (label) @if !hint.is_empty() { span.hint { " · " (hint) } } }
                input id=(name) type=(kind) name=(name) value=(value) placeholder=(placeholder)
                    autocomplete=(if kind == "password" { "new-password" } else { "off" }) spellcheck="false" autocapitalize="none";
                @if let Some(wrong) = wrong { p.wrong { (wrong) } }
            }
        }
    };
    let stored = if git.token.is_empty() { "" } else { "stored; empty keeps it" };
    html! {
        div.head { div.head-text {
            h1 { "Backups" }
            p.muted { "A copy of each file is kept here before every change, see " a href="/backups" { "Backups" } ". A git repository keeps one elsewhere." }
        } }
        (settings_bar("/settings/backups"))
        form.panel method="post" action="/settings/backups" {
            (token(page.csrf))
            div.head {
                h2 { "Git repository" }
                @match page.last {
                    Some(commit) => span.state.good title=(commit.message) { "Last copy " (commit.at) },
                    None => span.state.off { "No copy yet" },
                }
            }
            (check("git_backup_enabled", "Keep a copy in a git repository", git.enabled))
            (field("git_backup_repo", "Repository", "one that nobody else reads: files may hold secrets", "text", &shown_address(&git.repo), "https://git.example.com/me/edge.git"))
            div.pair {
                (field("git_backup_branch", "Branch", "", "text", &git.branch, GitSettings::BRANCH))
                (field("git_backup_commit_message", "What a commit says", "", "text", &git.commit_message, GitSettings::MESSAGE))
            }
            div.pair {
                (field("git_backup_username", "User", "", "text", &git.username, "git"))
                (field("git_backup_token", "Token", stored, "password", "", ""))
            }
            (check("git_backup_auto_push", "Push after every change", git.auto_push))
            @match page.tested {
                None => {},
                Some(Ok(())) => p.note.good role="status" { "The repository answers." },
                Some(Err(why)) => p.note.bad role="alert" { (super::sentence(why)) },
            }
            div.foot {
                button.primary type="submit" { "Save" }
                button type="submit" name="test" value="true" { "Test" }
                @if git.enabled { a.button.quiet.push href="/backups/git" { "Commits" } }
            }
        }
        div.panel {
            h2 { "How the token is kept" }
            p.muted { "Encrypted in " code { "manager.yml" } ", and given to this one server only: it stands in no file, no address and no list of processes." }
        }
    }
}

/// The commits.
pub(crate) fn commits(commits: &[Commit], is_enabled: bool, csrf: &str) -> Markup {
    html! {
        div.head {
            div.head-text {
                h1 { "Git repository" }
                p.muted { "Copies of all files, newest first. " a href="/settings/backups" { "Settings" } }
            }
            @if is_enabled {
                form method="post" action="/backups/git/push" {
                    (token(csrf))
                    button.primary type="submit" { "Push now" }
                }
            }
        }
        (files_and_backups("/backups/git"))
        @if commits.is_empty() {
            div.panel.empty {
                h2 { "No commits yet" }
                p.muted {
                    @if is_enabled { "The first one is made after the next change, or by “Push now”." }
                    @else { "Name a repository in the " a href="/settings/backups" { "settings" } "." }
                }
            }
        } @else {
            table.list {
                thead { tr {
                    th scope="col" { "Commit" } th scope="col" { "Made" } th scope="col" { span.sr { "Actions" } }
                } }
                tbody {
                    @for commit in commits {
                        tr {
                            td.lead data-label="Commit" { div { span.name { (commit.message) } div.sub.mono { (short(&commit.sha)) } } }
                            td.fit data-label="Made" { (commit.at) }
                            td.end { div.row {
                                a.button.quiet.small href={ "/backups/git/commit?sha=" (encoded(&commit.sha)) } { "Show" span.sr { " " (commit.message) } }
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
                h1 { "Commit " code { (short(sha)) } }
                p.muted { (stat.lines().last().unwrap_or_default()) }
            }
            form method="post" action="/backups/git/restore" {
                (token(csrf))
                input type="hidden" name="sha" value=(sha);
                button.primary type="submit" name=(DRY_RUN) value="true" { "Restore its files…" }
            }
        }
        p.muted { "Restoring makes Traefik's dynamic files what they are in this commit, after a review and with a backup. Files that it does not have stay; the static configuration is not touched." }
        @for file in files.iter().take(MAX_FILES) {
            div.panel {
                div.row { strong.mono { (file.path) } span.badge { (file.status) } }
                (difference(file))
            }
        }
        @if files.len() > MAX_FILES { p.muted { "And " (files.len() - MAX_FILES) " more." } }
        p { a href="/backups/git" { "All commits" } }
    }
}

fn difference(file: &CommittedFile) -> Markup {
    let diff = FileDiff::between(&FileId::new(&file.path), Some(&file.old), Some(&file.new));
    html! {
        @if diff.text.len() > MAX_BYTES { p.muted { "Too much to be shown here." } }
        @else if diff.text.is_empty() { p.muted { "Nothing that can be shown." } }
        @else { div.diff { (super::review::lines(&diff)) } }
    }
}
