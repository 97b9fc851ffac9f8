//! The list of backups.

use maud::{Markup, html};
use traefik_manager_core::config::store::{Backup, BackupKind};

use super::{
    encoded, icons,
    layout::{files_and_backups, token},
};

/// The page's content.
pub(crate) fn content(backups: &[Backup], csrf: &str) -> Markup {
    html! {
        div.head {
            div.head-text {
                h1 { "Backups" }
                p.muted { "A copy of the file is kept before every change." }
            }
            form method="post" action="/backups/create" {
                (token(csrf))
                button.primary type="submit" { (icons::plus()) "Back up now" }
            }
        }
        (files_and_backups("/backups"))
        @if backups.is_empty() {
            div.panel.empty {
                h2 { "No backups yet" }
                p.muted { "The first one is made before the first change." }
            }
        } @else {
            table.list {
                thead { tr {
                    th scope="col" { "File" } th scope="col" { "Made" } th scope="col" { "Size" }
                    th scope="col" { span.sr { "Actions" } }
                } }
                tbody { @for backup in backups { (line(backup)) } }
            }
        }
    }
}

fn line(backup: &Backup) -> Markup {
    let name = encoded(&backup.name);
    html! {
        tr {
            td.lead data-label="File" { div {
                span.title {
                    span.name { (origin(backup)) }
                    @if backup.kind == BackupKind::Static { span.badge { "static" } }
                    @if backup.kind == BackupKind::Records { span.badge title="The history restores it" { "switched off" } }
                }
                div.sub { (backup.name) }
            } }
            td.fit data-label="Made" { (backup.made_at) " UTC" }
            td.fit data-label="Size" { (size(backup.size)) }
            td.end { div.row {
                @if backup.origin.is_some() && backup.kind == BackupKind::Routes {
                    a.button.quiet.small href={ "/backups/restore?name=" (name) } data-confirm { "Restore" span.sr { " " (backup.name) } }
                }
                a.button.quiet.small.danger href={ "/backups/delete?name=" (name) } title="Delete" data-confirm {
                    (icons::bin()) span.sr { "Delete " (backup.name) }
                }
            } }
        }
    }
}

fn origin(backup: &Backup) -> &str {
    backup.origin.as_ref().map_or(backup.name.as_str(), |file| file.as_str())
}

fn size(bytes: u64) -> String {
    match bytes {
        0..1024 => format!("{bytes} B"),
        1024..1_048_576 => format!("{}.{} KB", bytes / 1024, bytes % 1024 * 10 / 1024),
        _ => format!("{}.{} MB", bytes / 1_048_576, bytes % 1_048_576 * 10 / 1_048_576),
    }
}

/// Asks before a file is replaced.
pub(crate) fn confirm_restore(backup: &Backup, csrf: &str) -> Markup {
    html! {
        form.panel method="post" action="/backups/restore" data-confirmation {
            (token(csrf))
            input type="hidden" name="name" value=(backup.name);
            h1 #question { "Restore " (origin(backup)) "?" }
            p { "The whole file becomes what it was on " (backup.made_at) " UTC. What it holds now is backed up first." }
            div.foot {
                button.primary type="submit" { "Restore" }
                a.button.quiet.cancel href="/backups" { "Cancel" }
            }
        }
    }
}

/// Asks before a copy is gone.
pub(crate) fn confirm_delete(backup: &Backup, csrf: &str) -> Markup {
    html! {
        form.panel method="post" action="/backups/delete" data-confirmation {
            (token(csrf))
            input type="hidden" name="name" value=(backup.name);
            h1 #question { "Delete this backup?" }
            p { code { (backup.name) } " cannot be brought back." }
            div.foot {
                button.danger type="submit" { "Delete" }
                a.button.quiet.cancel href="/backups" { "Cancel" }
            }
        }
    }
}
