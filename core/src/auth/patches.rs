//! What somebody wants of the parts of the settings that lead to other servers.
//!
//! One rule for every secret among them: it goes to no other server than it was typed for. What stands for a secret on a
//! page (`***`), and nothing at all, means the stored one.

use super::Refusal;
use crate::{
    crypto::SecretCipher,
    secret::Secret,
    settings::{
        AGENT_RATE, CrowdsecSettings, GitSettings, InterfacePrefs, MASK, Settings, TABS, WebhookKind,
        WebhookSettings, api_origin, is_for_machines, is_masked, shown_address,
    },
};

/// The most bytes of a text of the settings.
const MAX_BYTES: usize = 2_000;

/// The address that notices are sent to; `None` stays as it is.
#[derive(Debug, Clone, Default)]
pub struct WebhookPatch {
    /// Where; an empty one also removes user and password.
    pub url: Option<String>,
    /// How a notice is written, by its word.
    pub kind: Option<String>,
    /// The user; an empty one also removes the password.
    pub username: Option<String>,
    /// The password.
    pub password: Option<Secret>,
}

/// The copy in a git repository; `None` stays as it is.
#[derive(Debug, Clone, Default)]
pub struct GitPatch {
    /// Whether it is kept.
    pub enabled: Option<bool>,
    /// The repository; an empty one also removes the token.
    pub repo: Option<String>,
    /// The branch.
    pub branch: Option<String>,
    /// The user.
    pub username: Option<String>,
    /// The token.
    pub token: Option<Secret>,
    /// What a commit says.
    pub commit_message: Option<String>,
    /// Whether every change is pushed.
    pub auto_push: Option<bool>,
}

/// `CrowdSec`; `None` stays as it is.
#[derive(Debug, Clone, Default)]
pub struct CrowdsecPatch {
    /// Its API; an empty one also removes both secrets.
    pub lapi_url: Option<String>,
    /// The machine that reads alerts.
    pub machine_id: Option<String>,
    /// The key of a bouncer.
    pub api_key: Option<Secret>,
    /// The machine's password.
    pub machine_password: Option<Secret>,
}

/// What is shown; `None` stays as it is.
#[derive(Debug, Clone, Default)]
pub struct InterfacePatch {
    /// Sections by their words, shown or not. Words that this program does not know are passed over.
    pub tabs: Vec<(String, bool)>,
    /// Whether the phone app shows routes with icons.
    pub route_icons: Option<bool>,
    /// How close its tiles stand.
    pub density: Option<String>,
    /// Requests a minute of an agent's.
    pub agent_rate: Option<u64>,
}

/// Puts a secret that was typed into its place, or keeps the stored one.
fn put_secret(
    sealed: &mut String,
    field: &'static str,
    typed: Option<&Secret>,
    is_elsewhere: bool,
    cipher: &dyn SecretCipher,
) -> Result<(), Refusal> {
    match typed.filter(|secret| !is_masked(secret.expose())) {
        Some(secret) => *sealed = cipher.seal(secret)?,
        None if is_elsewhere && !sealed.is_empty() => {
            return Err(Refusal::invalid(
                field,
                "This is another server, and what is stored was for the old one. Enter it again.",
            ));
        }
        None => {}
    }
    Ok(())
}

fn is_elsewhere(old: &str, new: &str) -> bool {
    api_origin(old).map(str::to_ascii_lowercase) != api_origin(new).map(str::to_ascii_lowercase)
}

/// An address of another server, in one line, without a password in it and at no link-local address.
pub(crate) fn checked_url(field: &'static str, url: &str) -> Result<String, Refusal> {
    let url = url.trim();
    let is_odd = |c: char| c.is_control() || c.is_whitespace() || "\\\"'<>".contains(c);
    if url.len() > MAX_BYTES || url.chars().any(is_odd) {
        return Err(Refusal::invalid(field, "This is no address, such as https://example.com."));
    }
    if url.contains(MASK) {
        return Err(Refusal::invalid(
            field,
            "A part of the address is hidden here. Enter it whole to change it.",
        ));
    }
    match api_origin(url) {
        None => Err(Refusal::invalid(
            field,
            "The address must begin with http:// or https://, followed by a host.",
        )),
        Some(origin) if origin.contains('@') => {
            Err(Refusal::invalid(field, "Give user and password in their own fields, not in the address."))
        }
        Some(origin) if is_for_machines(origin) => {
            Err(Refusal::invalid(field, "Link-local addresses are not asked."))
        }
        Some(_) => Ok(url.to_owned()),
    }
}

fn checked_line(field: &'static str, text: &str) -> Result<String, Refusal> {
    if text.len() > MAX_BYTES || text.chars().any(char::is_control) {
        return Err(Refusal::invalid(field, "This must be one line, of at most 2,000 bytes."));
    }
    Ok(text.trim().to_owned())
}

impl WebhookPatch {
    /// Writes what is asked for into the settings.
    ///
    /// # Errors
    /// [`Refusal::Invalid`] naming the field.
    pub fn apply(&self, webhook: &mut WebhookSettings, cipher: &dyn SecretCipher) -> Result<(), Refusal> {
        let old = webhook.clone();
        let is_shown = |url: &str| url.trim() == old.shown_url() || url.trim() == old.url;
        if let Some(url) = self.url.as_deref().filter(|url| !is_shown(url)) {
            webhook.url =
                if url.trim().is_empty() { String::new() } else { checked_url("webhook_url", url)? };
        }
        if let Some(kind) = &self.kind {
            let is_known = kind == old.kind.as_str() || WebhookKind::NAMES.contains(&kind.as_str());
            if !is_known && !kind.is_empty() {
                return Err(Refusal::invalid(
                    "webhook_type",
                    "Choose discord, slack, ntfy, gotify or generic.",
                ));
            }
            webhook.kind = WebhookKind::parse(kind);
        }
        if let Some(user) = &self.username {
            webhook.username = checked_line("webhook_username", user)?;
        }
        if webhook.url.is_empty() {
            webhook.username.clear();
        }
        if webhook.username.is_empty() {
            webhook.password.clear();
            return Ok(());
        }
        let elsewhere = is_elsewhere(&old.url, &webhook.url);
        put_secret(&mut webhook.password, "webhook_password", self.password.as_ref(), elsewhere, cipher)
    }
}

impl GitPatch {
    /// Writes what is asked for into the settings.
    ///
    /// # Errors
    /// [`Refusal::Invalid`] naming the field.
    pub fn apply(&self, git: &mut GitSettings, cipher: &dyn SecretCipher) -> Result<(), Refusal> {
        let old_repo = git.repo.clone();
        if let Some(repo) = self
            .repo
            .as_deref()
            .filter(|repo| ![git.repo.as_str(), &shown_address(&git.repo)].contains(&repo.trim()))
        {
            git.repo =
                if repo.trim().is_empty() { String::new() } else { checked_url("git_backup_repo", repo)? };
        }
        if let Some(branch) = self.branch.as_deref().map(str::trim) {
            git.branch = match branch {
                "" => GitSettings::BRANCH.to_owned(),
                branch if branch == git.branch || is_branch(branch) => branch.to_owned(),
                _ => {
                    return Err(Refusal::invalid(
                        "git_backup_branch",
                        "This is no name of a branch, such as main.",
                    ));
                }
            };
        }
        if let Some(user) = &self.username {
            git.username = checked_line("git_backup_username", user)?;
        }
        if let Some(message) = &self.commit_message {
            let message = checked_line("git_backup_commit_message", message)?;
            git.commit_message = if message.is_empty() { GitSettings::MESSAGE.to_owned() } else { message };
        }
        git.auto_push = self.auto_push.unwrap_or(git.auto_push);
        git.enabled = self.enabled.unwrap_or(git.enabled);
        if self.enabled == Some(true) && git.repo.is_empty() {
            return Err(Refusal::invalid("git_backup_repo", "Enter the address of the repository."));
        }
        if git.repo.is_empty() {
            git.token.clear();
            return Ok(());
        }
        let elsewhere = is_elsewhere(&old_repo, &git.repo);
        put_secret(&mut git.token, "git_backup_token", self.token.as_ref(), elsewhere, cipher)
    }
}

/// Whether git takes this for the name of a branch and for nothing else: letters, digits and `-_./`, no part that is
/// empty, begins or ends with a dot, or begins with a dash.
pub fn is_branch(name: &str) -> bool {
    let is_part = |part: &str| {
        !part.is_empty()
            && !part.starts_with(['.', '-'])
            && !part.ends_with('.')
            && part.strip_suffix(".lock").is_none()
            && !part.contains("..")
            && part.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c))
    };
    name.len() <= 200 && name != "HEAD" && name.split('/').all(is_part)
}

impl CrowdsecPatch {
    /// Writes what is asked for into the settings.
    ///
    /// # Errors
    /// [`Refusal::Invalid`] naming the field.
    pub fn apply(&self, crowdsec: &mut CrowdsecSettings, cipher: &dyn SecretCipher) -> Result<(), Refusal> {
        let old = crowdsec.lapi_url.clone();
        if let Some(url) =
            self.lapi_url.as_deref().filter(|url| ![old.as_str(), &shown_address(&old)].contains(&url.trim()))
        {
            crowdsec.lapi_url =
                if url.trim().is_empty() { String::new() } else { checked_url("crowdsec_lapi_url", url)? };
        }
        if let Some(machine) = &self.machine_id {
            crowdsec.machine_id = checked_line("crowdsec_machine_id", machine)?;
        }
        if crowdsec.lapi_url.is_empty() {
            crowdsec.api_key.clear();
            crowdsec.machine_password.clear();
            return Ok(());
        }
        let elsewhere = is_elsewhere(&old, &crowdsec.lapi_url);
        put_secret(&mut crowdsec.api_key, "crowdsec_api_key", self.api_key.as_ref(), elsewhere, cipher)?;
        let password = self.machine_password.as_ref();
        put_secret(&mut crowdsec.machine_password, "crowdsec_machine_password", password, elsewhere, cipher)
    }
}

impl InterfacePatch {
    /// Writes what is asked for into the settings.
    ///
    /// # Errors
    /// [`Refusal::Invalid`] naming the field.
    pub fn apply(&self, settings: &mut Settings) -> Result<(), Refusal> {
        for (name, shown) in self.tabs.iter().filter(|(name, _)| TABS.contains(&name.as_str())) {
            // What was only meant stays unsaid.
            if settings.visible_tabs.shows(name) != *shown {
                settings.visible_tabs.set(name, *shown);
            }
        }
        let prefs: &mut InterfacePrefs = &mut settings.ui_prefs;
        if let Some(icons) = self.route_icons.filter(|icons| *icons != prefs.route_icons.unwrap_or(false)) {
            prefs.route_icons = Some(icons);
        }
        if let Some(density) = self.density.as_deref() {
            if !["list", "icons"].contains(&density) {
                return Err(Refusal::invalid("dashPodDensity", "Choose list or icons."));
            }
            if density != prefs.density.as_deref().unwrap_or("list") {
                prefs.density = Some(density.to_owned());
            }
        }
        if let Some(rate) = self.agent_rate {
            if !(1..=1_000_000).contains(&rate) {
                let message = format!("This must be a number of requests a minute, such as {AGENT_RATE}.");
                return Err(Refusal::invalid("agent_api_rate_limit", message));
            }
            settings.agent_api_rate_limit = rate;
        }
        Ok(())
    }
}
