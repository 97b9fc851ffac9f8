//! What people are told of, and where it is sent on to.

use maud::{Markup, html};
use traefik_manager_core::{
    notices::{Notice, Rank},
    settings::WebhookKind,
};

use super::layout::{seen, settings_bar, token};
use crate::{
    failure::Failure,
    said::said,
    words::{Message, message, t},
};

/// The list.
pub(crate) fn content(notices: &[Notice], version: &str, csrf: &str) -> Markup {
    let delete = t!("delete");
    html! {
        div.head {
            div.head-text {
                h1 { (t!("notifications")) }
                p.muted { (t!("notifications-lead")) }
            }
            @if !notices.is_empty() {
                form method="post" action="/notifications/clear" {
                    (token(csrf))
                    (seen(version))
                    button type="submit" { (t!("notifications-clear")) }
                }
            }
        }
        @if notices.is_empty() {
            div.panel.empty {
                h2 { (t!("notifications-empty")) }
                p.muted { (t!("notifications-empty-lead")) }
            }
        } @else {
            ul.notices {
                @for notice in notices {
                    li {
                        span .state .(tone(notice.rank)) { span.sr { (rank(notice.rank)) } }
                        div { p { (said(&notice.text)) } p.sub { time { (notice.at) " UTC" } } }
                        form method="post" action="/notifications/delete" {
                            (token(csrf))
                            input type="hidden" name="ts" value=(notice.at.to_seconds_text());
                            button.quiet.small type="submit" title=(delete) { (super::icons::bin()) span.sr { (t!("notifications-delete", notice = said(&notice.text).text())) } }
                        }
                    }
                }
            }
        }
    }
}

/// What the mark says to those who do not see it.
fn rank(rank: Rank) -> Message {
    match rank {
        Rank::Success => message!("notifications-rank-success"),
        Rank::Info => message!("notifications-rank-info"),
        Rank::Warning => message!("notifications-rank-warning"),
        Rank::Error => message!("notifications-rank-error"),
    }
}

fn tone(rank: Rank) -> &'static str {
    match rank {
        Rank::Success => "good",
        Rank::Info => "off",
        Rank::Warning => "warn",
        Rank::Error => "bad",
    }
}

/// What the form of the webhook shows.
#[derive(Debug)]
pub(crate) struct WebhookPage<'a> {
    pub(crate) url: String,
    pub(crate) kind: String,
    pub(crate) username: String,
    pub(crate) has_password: bool,
    pub(crate) tested: Option<&'a Result<(), String>>,
    pub(crate) failure: Option<&'a Failure>,
    pub(crate) version: &'a str,
    pub(crate) csrf: &'a str,
}

/// The settings of the webhook.
pub(crate) fn webhook(page: &WebhookPage<'_>) -> Markup {
    let wrong = |name: &str| page.failure.and_then(|failure| failure.about(name)).map(super::sentence);
    html! {
        div.head { div.head-text {
            h1 { (t!("notifications")) }
            p.muted { (t!("notifications-sent-on")) }
        } }
        (settings_bar("/settings/notifications"))
        form.panel method="post" action="/settings/notifications" {
            (token(page.csrf))
            (seen(page.version))
            h2 { (t!("notifications-webhook")) }
            div.row.top {
                div.field {
                    label for="kind" { (t!("notifications-service")) }
                    select #kind name="webhook_type" {
                        @for name in WebhookKind::NAMES { option value=(name) selected[name == page.kind] { (title(name)) } }
                        @if !WebhookKind::NAMES.contains(&page.kind.as_str()) { option value=(page.kind) selected { (page.kind) } }
                    }
                }
                div.field.grow .bad[wrong("webhook_url").is_some()] {
                    label for="hook" { (t!("notifications-address")) span.hint { " · " (t!("notifications-address-hint")) } }
                    input #hook type="text" name="webhook_url" value=(page.url) inputmode="url"
                        placeholder="https://discord.com/api/webhooks/…" autocomplete="off" spellcheck="false";
                    @if let Some(wrong) = wrong("webhook_url") { p.wrong { (wrong) } }
                    @if page.url.contains("***") { p.sub { (t!("notifications-secret")) } }
                }
            }
            div.pair {
                div.field .bad[wrong("webhook_username").is_some()] {
                    label for="hook-user" { (t!("user")) span.hint { " · " (t!("notifications-user-hint")) } }
                    input #hook-user type="text" name="webhook_username" value=(page.username) autocomplete="off" spellcheck="false";
                    @if let Some(wrong) = wrong("webhook_username") { p.wrong { (wrong) } }
                }
                div.field .bad[wrong("webhook_password").is_some()] {
                    label for="hook-password" { (t!("password")) @if page.has_password { span.hint { " · " (t!("stored-empty-keeps")) } } }
                    input #hook-password type="password" name="webhook_password" autocomplete="new-password";
                    @if let Some(wrong) = wrong("webhook_password") { p.wrong { (wrong) } }
                }
            }
            @match page.tested {
                None => {},
                Some(Ok(())) => p.note.good role="status" { (t!("notifications-arrived")) },
                Some(Err(why)) => p.note.bad role="alert" { (super::sentence(why)) },
            }
            div.foot {
                button.primary type="submit" { (t!("save")) }
                button type="submit" name="test" value="true" { (t!("notifications-test")) }
            }
        }
        div.panel {
            h2 { (t!("notifications-what")) }
            p.muted { (t!("notifications-what-lead")) }
            p.muted { (t!("notifications-what-again")) }
        }
    }
}

fn title(kind: &str) -> Markup {
    let name = match kind {
        "discord" => "Discord",
        "slack" => "Slack",
        "gotify" => "Gotify",
        "generic" => return t!("notifications-service-other"),
        other => other,
    };
    html! { (name) }
}
