//! A notice as a service wants it.

use std::fmt;

use base64::{Engine as _, engine::general_purpose::STANDARD};

use super::{Notice, Rank};
use crate::{
    secret::Secret,
    settings::{WebhookKind, WebhookSettings, shown_address},
};

/// One request to a webhook.
#[derive(Clone)]
pub struct Letter {
    /// Where to, which may be a secret as a whole.
    pub url: Secret,
    /// Names and values of its headers; one of them may be a password.
    pub headers: Vec<(&'static str, Secret)>,
    /// What it says.
    pub body: String,
}

/// Neither the address nor the headers are for logs.
impl fmt::Debug for Letter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Letter").field("to", &self.host()).finish_non_exhaustive()
    }
}

impl Letter {
    /// The server that it goes to, for logs and messages.
    pub fn host(&self) -> String {
        let shown = shown_address(self.url.expose());
        let rest = shown.split_once("://").map_or(shown.as_str(), |(_, rest)| rest);
        let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
        authority.rsplit('@').next().unwrap_or_default().to_owned()
    }
}

/// Writes a notice in the words of the service.
pub fn letter(webhook: &WebhookSettings, password: Option<Secret>, notice: &Notice) -> Letter {
    let text = notice.text.as_str();
    let at = notice.at;
    let mut headers: Vec<(&'static str, Secret)> = Vec::new();
    let is_grave = matches!(notice.rank, Rank::Warning | Rank::Error);
    let body = match &webhook.kind {
        WebhookKind::Discord => format!(
            r#"{{"embeds":[{{"title":{},"color":{},"footer":{{"text":{}}}}}],"allowed_mentions":{{"parse":[]}}}}"#,
            quoted(text),
            colour(notice.rank),
            quoted(&format!("Traefik Manager - {at} UTC")),
        ),
        WebhookKind::Slack => {
            // Slack reads these three as markup (https://docs.slack.dev/messaging/formatting-message-text).
            let text = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
            format!(
                r#"{{"text":{}}}"#,
                quoted(&format!(":{}: *Traefik Manager* - {text}", emoji(notice.rank)))
            )
        }
        WebhookKind::Ntfy => {
            headers.push(("x-title", Secret::new("Traefik Manager")));
            headers.push(("x-priority", Secret::new(if is_grave { "4" } else { "3" })));
            headers.push(("x-tags", Secret::new(emoji(notice.rank))));
            text.to_owned()
        }
        WebhookKind::Gotify => format!(
            r#"{{"title":"Traefik Manager","message":{},"priority":{}}}"#,
            quoted(text),
            if is_grave { 7 } else { 4 },
        ),
        WebhookKind::Generic(_) => format!(
            r#"{{"event":{},"message":{},"timestamp":{}}}"#,
            quoted(notice.rank.as_str()),
            quoted(text),
            quoted(&at.to_string()),
        ),
    };
    let is_text = webhook.kind == WebhookKind::Ntfy;
    let kind = if is_text { "text/plain; charset=utf-8" } else { "application/json" };
    headers.push(("content-type", Secret::new(kind)));
    if let Some(password) = password.filter(|_| !webhook.username.is_empty()) {
        let pair = STANDARD.encode(format!("{}:{}", webhook.username, password.expose()));
        headers.push(("authorization", Secret::new(format!("Basic {pair}"))));
    }
    Letter { url: Secret::new(webhook.url.as_str()), headers, body }
}

fn colour(rank: Rank) -> u32 {
    match rank {
        Rank::Success => 0x3f_b950,
        Rank::Info => 0x58_a6ff,
        Rank::Warning => 0xf0_a500,
        Rank::Error => 0xf8_5149,
    }
}

fn emoji(rank: Rank) -> &'static str {
    match rank {
        Rank::Success => "white_check_mark",
        Rank::Info => "information_source",
        Rank::Warning => "warning",
        Rank::Error => "x",
    }
}

/// A text as JSON. A notice has no control characters.
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}
