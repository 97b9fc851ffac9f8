//! What people are told of, and where it is sent on to.

use maud::{Markup, html};
use traefik_manager_core::{
    notices::{Notice, Rank},
    settings::WebhookKind,
};

use super::layout::{settings_bar, token};
use crate::failure::Failure;

/// The list.
pub(crate) fn content(notices: &[Notice], csrf: &str) -> Markup {
    html! {
        div.head {
            div.head-text {
                h1 { "Notifications" }
                p.muted { "The newest 200. They can be " a href="/settings/notifications" { "sent on" } "; the history keeps everything." }
            }
            @if !notices.is_empty() {
                form method="post" action="/notifications/clear" {
                    (token(csrf))
                    button type="submit" { "Clear all" }
                }
            }
        }
        @if notices.is_empty() {
            div.panel.empty {
                h2 { "Nothing new" }
                p.muted { "Changes, sign-ins, restarts and whatever goes wrong are told here." }
            }
        } @else {
            ul.notices {
                @for notice in notices {
                    li {
                        span .state .(tone(notice.rank)) { span.sr { (notice.rank.as_str()) } }
                        div { p { (notice.text) } p.sub { time { (notice.at) " UTC" } } }
                        form method="post" action="/notifications/delete" {
                            (token(csrf))
                            input type="hidden" name="ts" value=(notice.at.to_seconds_text());
                            button.quiet.small type="submit" title="Delete" { (super::icons::bin()) span.sr { "Delete: " (notice.text) } }
                        }
                    }
                }
            }
        }
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
    pub(crate) csrf: &'a str,
}

/// The settings of the webhook.
pub(crate) fn webhook(page: &WebhookPage<'_>) -> Markup {
    let wrong = |name: &str| page.failure.and_then(|failure| failure.about(name)).map(super::sentence);
    html! {
        div.head { div.head-text {
            h1 { "Notifications" }
            p.muted { "Kept " a href="/notifications" { "here" } ", and sent on where you name an address." }
        } }
        (settings_bar("/settings/notifications"))
        form.panel method="post" action="/settings/notifications" {
            (token(page.csrf))
            h2 { "Webhook" }
            div.row.top {
                div.field {
                    label for="kind" { "Service" }
                    select #kind name="webhook_type" {
                        @for name in WebhookKind::NAMES { option value=(name) selected[name == page.kind] { (title(name)) } }
                        @if !WebhookKind::NAMES.contains(&page.kind.as_str()) { option value=(page.kind) selected { (page.kind) } }
                    }
                }
                div.field.grow .bad[wrong("webhook_url").is_some()] {
                    label for="hook" { "Address" span.hint { " · empty sends nothing" } }
                    input #hook type="text" name="webhook_url" value=(page.url) inputmode="url"
                        placeholder="https://discord.com/api/webhooks/…" autocomplete="off" spellcheck="false";
                    @if let Some(wrong) = wrong("webhook_url") { p.wrong { (wrong) } }
                    @if page.url.contains("***") { p.sub { "Its secret part is hidden. Leave it to keep it." } }
                }
            }
            div.pair {
                div.field .bad[wrong("webhook_username").is_some()] {
                    label for="hook-user" { "User" span.hint { " · where the service asks for one" } }
                    input #hook-user type="text" name="webhook_username" value=(page.username) autocomplete="off" spellcheck="false";
                    @if let Some(wrong) = wrong("webhook_username") { p.wrong { (wrong) } }
                }
                div.field .bad[wrong("webhook_password").is_some()] {
                    label for="hook-password" { "Password" @if page.has_password { span.hint { " · stored; empty keeps it" } } }
                    input #hook-password type="password" name="webhook_password" autocomplete="new-password";
                    @if let Some(wrong) = wrong("webhook_password") { p.wrong { (wrong) } }
                }
            }
            @match page.tested {
                None => {},
                Some(Ok(())) => p.note.good role="status" { "It has arrived. Nothing is saved yet." },
                Some(Err(why)) => p.note.bad role="alert" { (super::sentence(why)) },
            }
            div.foot {
                button.primary type="submit" { "Save" }
                button type="submit" name="test" value="true" { "Send a test" }
            }
        }
        div.panel {
            h2 { "What is told" }
            p.muted { "Changes and sign-ins; what Traefik does not take and is put back; restarts and how they ended; blocks after wrong passwords; changes of keys, passwords and settings; copies into the git repository." }
            p.muted { "A notice that does not arrive is sent again, three times in all. Nothing else is sent, and no answer is followed." }
        }
    }
}

fn title(kind: &str) -> &str {
    match kind {
        "discord" => "Discord",
        "slack" => "Slack",
        "gotify" => "Gotify",
        "generic" => "Other (JSON)",
        other => other,
    }
}
