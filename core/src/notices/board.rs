//! The notices that are kept (`notifications.yml`).

use std::{fmt::Write as _, sync::Arc};

use super::{Letter, Notice, Postman, Rank, letter};
use crate::{
    audit::plain_up_to,
    clock::{Clock, Timestamp},
    companion::{self, CompanionError, SmallFile, check_seen},
    config::store::ConfigSyntax,
    crypto::SecretCipher,
    secret::Secret,
    settings::{SettingsCell, WebhookSettings},
    tree::{Kind, NodeRef},
};

/// The most that are kept; the oldest go first.
const MAX_NOTICES: usize = 200;
/// The most characters of one.
const MAX_TEXT: usize = 400;

/// The notices, and the way on to a webhook.
#[derive(Debug)]
pub struct NoticeBoard {
    file: Arc<dyn SmallFile>,
    syntax: Arc<dyn ConfigSyntax>,
    clock: Arc<dyn Clock>,
    settings: Arc<SettingsCell>,
    cipher: Arc<dyn SecretCipher>,
    postman: Arc<dyn Postman>,
}

impl NoticeBoard {
    /// The board in this file. Letters go by these settings, and this postman takes them.
    pub fn new(
        file: Arc<dyn SmallFile>,
        syntax: Arc<dyn ConfigSyntax>,
        clock: Arc<dyn Clock>,
        settings: Arc<SettingsCell>,
        cipher: Arc<dyn SecretCipher>,
        postman: Arc<dyn Postman>,
    ) -> Self {
        Self { file, syntax, clock, settings, cipher, postman }
    }

    /// Everything that is kept, newest first. Blocks on the disk.
    ///
    /// # Errors
    /// [`CompanionError::Broken`]; [`CompanionError::Storage`].
    pub fn newest_first(&self) -> Result<Vec<Notice>, CompanionError> {
        let mut notices = self.parse(&self.file.read()?)?;
        notices.reverse();
        Ok(notices)
    }

    /// What tells these from others, to be named by whoever takes some away.
    pub fn version_of(newest_first: &[Notice]) -> String {
        companion::version_of(&newest_first)
    }

    /// Keeps a notice, and posts it where there is a webhook. Blocks on the disk, and on nothing else.
    ///
    /// # Errors
    /// As [`newest_first`](Self::newest_first); it is posted in any case.
    pub fn tell(&self, rank: Rank, text: &str) -> Result<(), CompanionError> {
        let notice = Notice { at: self.clock.now(), rank, text: plain_up_to(text, MAX_TEXT) };
        self.send(&notice);
        self.rewrite(|text, mut notices| {
            let mut notice = notice.clone();
            if let Some(last) = notices.last() {
                notice.at = notice.at.max(last.at.plus(1));
            }
            let line = written(std::slice::from_ref(&notice));
            notices.push(notice);
            // What is there stays as it is, where a line can follow it.
            let end = if text.is_empty() || text.ends_with('\n') { "" } else { "\n" };
            let longer = format!("{text}{end}{line}");
            let surplus = notices.len().saturating_sub(MAX_NOTICES);
            if surplus == 0 && self.parse(&longer).is_ok_and(|all| all == notices) {
                return Some(longer);
            }
            notices.drain(..surplus);
            Some(written(&notices))
        })
    }

    /// Takes the notice of that moment away; where a version was `seen`, only of those. Blocks on the disk.
    ///
    /// # Errors
    /// [`CompanionError::NotFound`]; [`CompanionError::Stale`]; and as [`newest_first`](Self::newest_first).
    pub fn remove(&self, at: &str, seen: Option<&str>) -> Result<(), CompanionError> {
        let mut is_found = false;
        self.change(seen, |notices| {
            let found = notices.iter().rposition(|notice| notice.at.to_seconds_text() == at);
            is_found = found.is_some();
            found.map(|place| notices.remove(place)).is_some()
        })?;
        if is_found { Ok(()) } else { Err(CompanionError::NotFound("there is no such notification")) }
    }

    /// Takes all away; where a version was `seen`, only those. Blocks on the disk.
    ///
    /// # Errors
    /// [`CompanionError::Stale`]; and as [`newest_first`](Self::newest_first).
    pub fn clear(&self, seen: Option<&str>) -> Result<(), CompanionError> {
        self.change(seen, |notices| {
            let is_any = !notices.is_empty();
            notices.clear();
            is_any
        })
    }

    /// Sends a notice to an address that somebody has typed.
    ///
    /// What stands for the stored address means it; the stored password goes to the stored server and user, and to no
    /// other.
    ///
    /// # Errors
    /// What is wrong with the address, or why it did not arrive; in words, and without what the server answered.
    ///
    /// # Cancel safety
    /// Dropping the future gives up; the notice may have arrived.
    pub async fn try_address(
        &self,
        url: &str,
        kind: &str,
        user: &str,
        password: Option<Secret>,
    ) -> Result<(), String> {
        let stored = self.settings.current().webhook.clone();
        let patch = crate::auth::WebhookPatch {
            url: Some(url.to_owned()),
            kind: Some(kind.to_owned()),
            username: Some(user.to_owned()),
            password,
        };
        let mut tried = if stored.username == user {
            stored
        } else {
            WebhookSettings { password: String::new(), ..stored }
        };
        patch.apply(&mut tried, self.cipher.as_ref()).map_err(|refusal| refusal.to_string())?;
        if tried.url.is_empty() {
            return Err("Enter the address of the webhook.".to_owned());
        }
        let text = "This is a test of Traefik Manager's notifications.".to_owned();
        let notice = Notice { at: self.clock.now(), rank: Rank::Info, text };
        let letter = self.letter(&tried, &notice)?;
        self.postman.deliver(&letter).await
    }

    fn send(&self, notice: &Notice) {
        let webhook = &self.settings.current().webhook;
        // Where it cannot be sent there is nobody to be told; the settings page shows it when somebody tries.
        if !webhook.url.is_empty()
            && let Ok(letter) = self.letter(webhook, notice)
        {
            self.postman.post(letter);
        }
    }

    fn letter(&self, webhook: &WebhookSettings, notice: &Notice) -> Result<Letter, String> {
        let password = match webhook.password.as_str() {
            "" => None,
            sealed => Some(self.cipher.open(sealed).map_err(|error| error.to_string())?),
        };
        Ok(letter(webhook, password, notice))
    }

    fn broken(&self, message: impl Into<String>) -> CompanionError {
        CompanionError::Broken { file: self.file.name().to_owned(), message: message.into() }
    }

    /// The notices of a text, oldest first; what is none among them is passed over.
    fn parse(&self, text: &str) -> Result<Vec<Notice>, CompanionError> {
        let tree = self.syntax.parse(Arc::from(text)).map_err(|error| self.broken(error.to_string()))?;
        match tree.root().filter(|root| !root.is_null()) {
            None => Ok(Vec::new()),
            Some(root) if root.kind() == Kind::Sequence => {
                Ok(root.items().filter_map(|item| read(&item)).collect())
            }
            Some(_) => Err(self.broken("it must hold a list")),
        }
    }

    /// Writes the file anew where `change` says so.
    fn change(
        &self,
        seen: Option<&str>,
        mut change: impl FnMut(&mut Vec<Notice>) -> bool,
    ) -> Result<(), CompanionError> {
        let mut is_seen = Ok(());
        self.rewrite(|_, mut notices| {
            is_seen = check_seen(seen, &notices.iter().rev().collect::<Vec<_>>());
            (is_seen.is_ok() && change(&mut notices)).then(|| written(&notices))
        })?;
        is_seen
    }

    /// Gives the file the text that `change` makes of its text and what that says.
    fn rewrite(
        &self,
        mut change: impl FnMut(&str, Vec<Notice>) -> Option<String>,
    ) -> Result<(), CompanionError> {
        let mut problem = None;
        self.file.update(&mut |text| match self.parse(text) {
            Ok(notices) => change(text, notices),
            Err(error) => {
                problem = Some(error);
                None
            }
        })?;
        problem.map_or(Ok(()), Err)
    }
}

fn read(item: &NodeRef<'_>) -> Option<Notice> {
    let text = |key: &str| Some(item.get(key)?.text());
    let compact: String = text("ts")?.chars().filter(char::is_ascii_digit).collect();
    let (day, clock) = compact.split_at_checked(8)?;
    let at = Timestamp::from_compact_text(&format!("{day}_{clock}"))?;
    Some(Notice {
        at,
        rank: text("type").and_then(Rank::parse).unwrap_or(Rank::Info),
        text: plain_up_to(text("msg")?, MAX_TEXT),
    })
}

fn written(notices: &[Notice]) -> String {
    let mut text = String::new();
    for notice in notices {
        // A line without control characters needs no more than this in double quotes.
        let message = notice.text.replace('\\', "\\\\").replace('"', "\\\"");
        let (at, rank) = (notice.at, notice.rank.as_str());
        // Writing to a string does not fail.
        let _ = writeln!(text, "- {{msg: \"{message}\", ts: '{at}', type: {rank}}}");
    }
    if text.is_empty() { "[]\n".to_owned() } else { text }
}
