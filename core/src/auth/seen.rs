//! What somebody has seen of the settings, so that nobody writes over what he has not seen.
//!
//! Each part that a page shows has a revision of its own: somebody who signs in meanwhile, makes a key or switches a
//! route off has changed none of them. A revision is a MAC over what the part says, stored secrets included, so it tells
//! nobody anything of them; and it names its part, so that who has seen one part is held to that part.

use super::{Access, Refusal};
use crate::{
    crypto::{Digests, hex},
    settings::{Settings, TABS},
};

/// How many bytes of a MAC tell revisions apart.
const BYTES: usize = 16;
const PURPOSE: &str = "settings-revision";

/// A part of the settings that is shown and saved as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SettingsPart {
    /// Everything that the other parts are.
    All,
    /// What forms offer, and where Traefik's API is.
    Traefik,
    /// What is shown.
    Interface,
    /// Where notices are sent to.
    Webhook,
    /// `CrowdSec`.
    Crowdsec,
    /// The copy in a git repository.
    Git,
    /// The identity provider.
    Oidc,
}

impl SettingsPart {
    const EACH: [Self; 6] =
        [Self::Traefik, Self::Interface, Self::Webhook, Self::Crowdsec, Self::Git, Self::Oidc];

    const fn name(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Traefik => "traefik",
            Self::Interface => "interface",
            Self::Webhook => "webhook",
            Self::Crowdsec => "crowdsec",
            Self::Git => "git",
            Self::Oidc => "oidc",
        }
    }

    fn named(name: &str) -> Option<Self> {
        Self::EACH.into_iter().chain([Self::All]).find(|part| part.name() == name)
    }

    /// What the part says, in such a way that nothing else says the same.
    fn content(self, settings: &Settings) -> Said {
        let mut said = Said::default();
        let Settings { webhook, crowdsec, git, oidc, ui_prefs, .. } = settings;
        match self {
            Self::All => {
                for part in Self::EACH {
                    said.0.extend(part.content(settings).0);
                }
            }
            Self::Traefik => {
                said.list(&settings.domains);
                said.list(&settings.cert_resolvers);
                said.text(&settings.traefik_api_url);
                said.text(&settings.traefik_api_user);
                said.text(&settings.traefik_api_password);
            }
            Self::Interface => {
                for tab in TABS {
                    said.flag(settings.visible_tabs.shows(tab));
                }
                said.flag(ui_prefs.route_icons.unwrap_or(false));
                said.text(ui_prefs.density.as_deref().unwrap_or_default());
                said.text(&settings.agent_api_rate_limit.to_string());
            }
            Self::Webhook => {
                said.text(&webhook.url);
                said.text(webhook.kind.as_str());
                said.text(&webhook.username);
                said.text(&webhook.password);
            }
            Self::Crowdsec => {
                said.text(&crowdsec.lapi_url);
                said.text(&crowdsec.machine_id);
                said.text(&crowdsec.api_key);
                said.text(&crowdsec.machine_password);
            }
            Self::Git => {
                said.flag(git.enabled);
                said.text(&git.repo);
                said.text(&git.branch);
                said.text(&git.username);
                said.text(&git.token);
                said.text(&git.commit_message);
                said.flag(git.auto_push);
            }
            Self::Oidc => {
                let texts = [
                    &oidc.provider_url,
                    &oidc.client_id,
                    &oidc.client_secret,
                    &oidc.display_name,
                    &oidc.allowed_emails,
                    &oidc.allowed_groups,
                    &oidc.groups_claim,
                    &oidc.ca_file,
                    &oidc.public_url,
                ];
                for text in texts {
                    said.text(text);
                }
                let flags = [oidc.enabled, oidc.any_account, oidc.allow_unverified_email, oidc.allow_http];
                for flag in flags {
                    said.flag(flag);
                }
            }
        }
        said
    }

    fn revision(self, settings: &Settings, digests: &dyn Digests) -> String {
        let mut said = Said::default();
        said.text(self.name());
        said.0.extend(self.content(settings).0);
        let mac = digests.mac(PURPOSE, &said.0);
        format!("{}-{}", self.name(), hex(mac.get(..BYTES).unwrap_or_default()))
    }
}

/// Texts, each with its length before it.
#[derive(Default)]
struct Said(Vec<u8>);

impl Said {
    fn text(&mut self, text: &str) {
        self.0.extend(text.len().to_be_bytes());
        self.0.extend(text.as_bytes());
    }

    fn list(&mut self, items: &[String]) {
        self.0.extend(items.len().to_be_bytes());
        for item in items {
            self.text(item);
        }
    }

    fn flag(&mut self, flag: bool) {
        self.0.push(u8::from(flag));
    }
}

impl Access {
    /// The revision of a part of these settings, to be named by whoever changes it.
    pub fn settings_revision(&self, part: SettingsPart, settings: &Settings) -> String {
        part.revision(settings, self.ports.digests.as_ref())
    }

    /// Refuses somebody who has seen other settings than these; who says nothing is not held to anything.
    pub(super) fn check_seen(&self, seen: Option<&str>, settings: &Settings) -> Result<(), Refusal> {
        let Some(seen) = seen else { return Ok(()) };
        let part = seen.split_once('-').and_then(|(part, _)| SettingsPart::named(part));
        if part.is_some_and(|part| self.settings_revision(part, settings) == seen) {
            return Ok(());
        }
        Err(Refusal::conflict(STALE))
    }
}

/// What is said to somebody who would write over what he has not seen.
pub(crate) const STALE: &str = "This was changed by somebody else, or in another tab, since you opened it. Nothing was saved; \
     open the page again to see what is there now.";
