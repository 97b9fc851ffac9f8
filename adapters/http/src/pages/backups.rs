//! The list of backups.

use maud::{Markup, html};
use traefik_manager_core::{
    config::store::{Backup, BackupKind, Revision},
    routes::Snapshot,
};

use super::{
    encoded, icons,
    layout::{files_and_backups, token},
};
use crate::{
    change::{DRY_RUN, REVISIONS},
    words::t,
};

/// The page's content.
pub(crate) fn content(backups: &[Backup], snapshot: &Snapshot, csrf: &str) -> Markup {
    let labels = Labels {
        file: t!("file"),
        made: t!("backups-made"),
        size: t!("backups-size"),
        restore: t!("backups-restore"),
        delete: t!("delete"),
    };
    html! {
        div.head {
            div.head-text {
                h1 { (t!("backups")) }
                p.muted { (t!("backups-lead")) }
            }
            form method="post" action="/backups/create" {
                (token(csrf))
                button.primary type="submit" { (icons::plus()) (t!("backups-now")) }
            }
        }
        (files_and_backups("/backups"))
        @if backups.is_empty() {
            div.panel.empty {
                h2 { (t!("backups-none")) }
                p.muted { (t!("backups-none-lead")) }
            }
        } @else {
            table.list {
                thead { tr {
                    th scope="col" { (labels.file) } th scope="col" { (labels.made) } th scope="col" { (labels.size) }
                    th scope="col" { span.sr { (t!("actions")) } }
                } }
                tbody { @for backup in backups { (line(backup, snapshot.lacks(backup), &labels)) } }
            }
        }
    }
}

/// What every line says, said once.
struct Labels {
    file: Markup,
    made: Markup,
    size: Markup,
    restore: Markup,
    delete: Markup,
}

fn line(backup: &Backup, is_removed: bool, labels: &Labels) -> Markup {
    let name = encoded(&backup.name);
    html! {
        tr {
            td.lead data-label=(labels.file) { div {
                span.title {
                    span.name { (origin(backup)) }
                    @if backup.kind == BackupKind::Static { span.badge { (t!("backups-static")) } }
                    @if is_removed { span.badge.warn title=(t!("backups-removed-more")) { (t!("backups-removed")) } }
                    @if backup.kind == BackupKind::Records { span.badge title=(t!("backups-records-more")) { (t!("backups-records")) } }
                }
                div.sub { (backup.name) }
            } }
            td.fit data-label=(labels.made) { (backup.made_at) " UTC" }
            td.fit data-label=(labels.size) { (size(backup.size)) }
            td.end { div.row {
                @if backup.origin.is_some() && backup.kind == BackupKind::Routes {
                    a.button.quiet.small href={ "/backups/restore?name=" (name) } data-confirm { (labels.restore) span.sr { " " (backup.name) } }
                }
                a.button.quiet.small.danger href={ "/backups/delete?name=" (name) } title=(labels.delete) data-confirm {
                    (icons::bin()) span.sr { (t!("delete-named", name = &backup.name)) }
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
pub(crate) fn confirm_restore(backup: &Backup, seen: Option<&Revision>, csrf: &str) -> Markup {
    html! {
        form.panel method="post" action="/backups/restore" data-confirmation {
            (token(csrf))
            input type="hidden" name="name" value=(backup.name);
            @if let Some(seen) = seen { input type="hidden" name=(REVISIONS) value=(seen.as_str()); }
            h1 #question { (t!("backups-restore-question", file = origin(backup))) }
            @let time = html! { (backup.made_at) };
            p {
                @if seen == Some(&Revision::absent()) { (t!("backups-restore-lead-removed", time = time)) }
                @else { (t!("backups-restore-lead", time = time)) }
            }
            div.foot {
                button.primary type="submit" name=(DRY_RUN) value="true" { (t!("backups-restore")) }
                a.button.quiet.cancel href="/backups" { (t!("cancel")) }
            }
        }
    }
}

/// Asks before a copy is gone.
pub(crate) fn confirm_delete(backup: &Backup, _: Option<&Revision>, csrf: &str) -> Markup {
    html! {
        form.panel method="post" action="/backups/delete" data-confirmation {
            (token(csrf))
            input type="hidden" name="name" value=(backup.name);
            h1 #question { (t!("backups-delete")) }
            p { (t!("backups-cannot", name = &backup.name)) }
            div.foot {
                button.danger type="submit" { (t!("delete")) }
                a.button.quiet.cancel href="/backups" { (t!("cancel")) }
            }
        }
    }
}
