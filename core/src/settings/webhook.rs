//! Where notices are sent to.

use std::fmt;

use super::{api_origin, shown_address};

/// The address that notices are sent to; `url` empty for none.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct WebhookSettings {
    /// Where (`webhook_url`). The last part of its path and the values of its query often are the whole secret.
    pub url: String,
    /// How a notice is written (`webhook_type`).
    pub kind: WebhookKind,
    /// The user for basic authentication; empty for none (`webhook_username`).
    pub username: String,
    /// The password for it, sealed; empty for none (`webhook_password`).
    pub password: String,
}

/// The address holds a secret.
impl fmt::Debug for WebhookSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WebhookSettings").field("kind", &self.kind).finish_non_exhaustive()
    }
}

/// Whose words a notice is put into.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum WebhookKind {
    /// An embed with a colour.
    #[default]
    Discord,
    /// A line of text.
    Slack,
    /// The text as the body, its rank in headers.
    Ntfy,
    /// Title, message and priority.
    Gotify,
    /// Event, message and time as JSON; `generic`, or any other word that a file says.
    Generic(String),
}

impl WebhookKind {
    /// The kinds that can be chosen, by their words in the file.
    pub const NAMES: [&str; 5] = ["discord", "slack", "ntfy", "gotify", "generic"];

    /// The kind of that word; what is unknown is a generic one, as in 1.5.2.
    pub fn parse(text: &str) -> Self {
        match text {
            "" | "discord" => Self::Discord,
            "slack" => Self::Slack,
            "ntfy" => Self::Ntfy,
            "gotify" => Self::Gotify,
            other => Self::Generic(other.to_owned()),
        }
    }

    /// The word in the file.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Discord => "discord",
            Self::Slack => "slack",
            Self::Ntfy => "ntfy",
            Self::Gotify => "gotify",
            Self::Generic(word) => word,
        }
    }
}

/// What stands for a secret that is not shown.
pub const MASK: &str = "***";

/// Whether somebody has sent back what stood for a secret, or nothing: then the stored one is meant.
pub fn is_masked(text: &str) -> bool {
    text.chars().all(|c| c == '*' || c == '•')
}

impl WebhookSettings {
    /// The address without what may be a secret in it: the last part of the path, and the values of the query. It tells
    /// one service from another, and who sends it back means the stored one.
    pub fn shown_url(&self) -> String {
        let url = shown_address(&self.url);
        let Some(origin) = api_origin(&url) else { return url };
        let rest = url.get(origin.len()..).unwrap_or_default();
        let (path, query) = rest.split_once('?').map_or((rest, None), |(path, query)| (path, Some(query)));
        // The topic of ntfy is what tells one from another; Gotify's path is always the same.
        let is_name = matches!(self.kind, WebhookKind::Ntfy | WebhookKind::Gotify);
        let path = match path.trim_end_matches('/').rsplit_once('/') {
            Some((before, last)) if !is_name && !last.is_empty() => format!("{before}/{MASK}"),
            _ => path.to_owned(),
        };
        let masked = |pair: &str| {
            let name = pair.split('=').next().unwrap_or_default();
            if pair.contains('=') { format!("{name}={MASK}") } else { MASK.to_owned() }
        };
        let query =
            query.map(|query| format!("?{}", query.split('&').map(masked).collect::<Vec<_>>().join("&")));
        format!("{origin}{path}{}", query.unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::{WebhookKind, WebhookSettings, is_masked};

    #[test]
    fn an_address_is_shown_without_what_may_be_a_secret() {
        for (kind, url, shown) in [
            (
                "discord",
                "https://discord.com/api/webhooks/1/s3cret",
                "https://discord.com/api/webhooks/1/***",
            ),
            (
                "slack",
                "https://hooks.slack.com/services/T0/B0/s3cret/",
                "https://hooks.slack.com/services/T0/B0/***",
            ),
            ("ntfy", "https://ntfy.sh/alerts?auth=s3cret&x", "https://ntfy.sh/alerts?auth=***&***"),
            ("gotify", "http://g.lan/message?token=s3cret", "http://g.lan/message?token=***"),
            ("generic", "http://ann:s3cret@ha.lan/hook", "http://ann@ha.lan/***"),
            ("generic", "http://ha.lan", "http://ha.lan"),
            ("generic", "", ""),
        ] {
            let kind = WebhookKind::parse(kind);
            let webhook = WebhookSettings { url: url.to_owned(), kind, ..WebhookSettings::default() };
            assert_eq!(webhook.shown_url(), shown);
            assert!(!format!("{webhook:?}").contains("s3cret"));
        }
    }

    #[test]
    fn a_mask_is_no_secret() {
        assert!(["", "***", "••••••••"].iter().all(|text| is_masked(text)));
        assert!(["*a*", "hunter2", " "].iter().all(|text| !is_masked(text)));
    }

    #[test]
    fn a_kind_keeps_its_word() {
        for name in WebhookKind::NAMES.iter().chain(&["teams"]) {
            assert_eq!(WebhookKind::parse(name).as_str(), *name);
        }
        assert_eq!(WebhookKind::parse(""), WebhookKind::default());
    }
}
