//! What the settings say of an identity provider.

use std::fmt;

use super::address::is_for_machines;
use crate::auth::Refusal;

/// The longest text that a field takes, in bytes.
const MAX_BYTES: usize = 4_096;

/// The fields `oidc_…`: the first eight are those of 1.5.2, the others are ours and absent in its files.
#[derive(Clone, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "the file's own fields")]
pub struct OidcSettings {
    /// Whether people may sign in at the provider (`oidc_enabled`).
    pub enabled: bool,
    /// The provider's issuer (`oidc_provider_url`).
    pub provider_url: String,
    /// How the provider knows this program (`oidc_client_id`).
    pub client_id: String,
    /// The secret that goes with it, sealed; empty for a public client (`oidc_client_secret`).
    pub client_secret: String,
    /// The name on the button (`oidc_display_name`).
    pub display_name: String,
    /// E-mail addresses, separated by commas; empty for no such filter (`oidc_allowed_emails`).
    pub allowed_emails: String,
    /// Groups, separated by commas; empty for no such filter (`oidc_allowed_groups`).
    pub allowed_groups: String,
    /// The claim that holds an account's groups, nested ones as `realm_access.roles` (`oidc_groups_claim`).
    pub groups_claim: String,
    /// Whether every account of the provider may come in where there is no filter (`oidc_any_account`).
    pub any_account: bool,
    /// Whether an e-mail address counts that the provider does not call verified (`oidc_allow_unverified_email`).
    pub allow_unverified_email: bool,
    /// Whether the provider may be asked without TLS, also when it is not on this host (`oidc_allow_http`).
    pub allow_http: bool,
    /// A file with certificates of private authorities; empty for those of the system alone (`oidc_ca_file`).
    pub ca_file: String,
    /// Where browsers find this program, such as `https://manager.example.com`; empty for what a trusted proxy says
    /// (`oidc_public_url`).
    pub public_url: String,
}

impl Default for OidcSettings {
    fn default() -> Self {
        let nothing = String::new;
        Self {
            enabled: false,
            provider_url: nothing(),
            client_id: nothing(),
            client_secret: nothing(),
            display_name: Self::NAME.to_owned(),
            allowed_emails: nothing(),
            allowed_groups: nothing(),
            groups_claim: Self::GROUPS_CLAIM.to_owned(),
            any_account: false,
            allow_unverified_email: false,
            allow_http: false,
            ca_file: nothing(),
            public_url: nothing(),
        }
    }
}

/// The sealed secret stays out of logs too.
impl fmt::Debug for OidcSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OidcSettings")
            .field("enabled", &self.enabled)
            .field("provider_url", &self.provider_url)
            .finish_non_exhaustive()
    }
}

impl OidcSettings {
    /// The name on the button where none is set.
    pub const NAME: &str = "OIDC";
    /// The claim with the groups where none is set.
    pub const GROUPS_CLAIM: &str = "groups";

    /// The name on the button.
    pub fn name(&self) -> &str {
        Some(self.display_name.trim()).filter(|name| !name.is_empty()).unwrap_or(Self::NAME)
    }

    /// The claim with the groups.
    pub fn claim_of_groups(&self) -> &str {
        Some(self.groups_claim.trim()).filter(|claim| !claim.is_empty()).unwrap_or(Self::GROUPS_CLAIM)
    }

    /// Whether nothing decides who comes in.
    pub fn lacks_filter(&self) -> bool {
        items(&self.allowed_emails).next().is_none()
            && items(&self.allowed_groups).next().is_none()
            && !self.any_account
    }

    /// Everything that a sign-in, and a session that came of one, rests on: all but the name on the button.
    pub(crate) fn fingerprint(&self) -> String {
        let flags = [self.enabled, self.any_account, self.allow_unverified_email, self.allow_http];
        let flags = flags.map(|flag| if flag { '1' } else { '0' }).iter().collect::<String>();
        [
            flags.as_str(),
            &self.provider_url,
            &self.client_id,
            &self.client_secret,
            &self.allowed_emails,
            &self.allowed_groups,
            &self.groups_claim,
            &self.ca_file,
            &self.public_url,
        ]
        .join("\0")
    }

    /// Whether this can be saved: what is switched on must be whole.
    ///
    /// # Errors
    /// [`Refusal::Invalid`] with the field's name in the file and what it needs.
    pub fn check(&self) -> Result<(), Refusal> {
        for (field, text) in self.texts() {
            if text.len() > MAX_BYTES {
                return Err(Refusal::invalid(field, format!("This is longer than {MAX_BYTES} bytes.")));
            }
            if text.chars().any(char::is_control) {
                return Err(Refusal::invalid(field, "This must be one line, without control characters."));
            }
        }
        if !self.provider_url.is_empty() {
            self.check_provider()?;
        }
        if !self.public_url.is_empty() {
            let is_bare = WebAddress::parse(&self.public_url).is_some_and(|url| url.path.is_empty());
            if !is_bare {
                return Err(Refusal::invalid(
                    "oidc_public_url",
                    "Enter scheme and host as the browser shows them, such as https://manager.example.com.",
                ));
            }
        }
        if !self.enabled {
            return Ok(());
        }
        if self.provider_url.is_empty() {
            return Err(Refusal::invalid("oidc_provider_url", "Enter the address of the provider."));
        }
        if self.client_id.trim().is_empty() {
            return Err(Refusal::invalid("oidc_client_id", "Enter the client ID that the provider gave."));
        }
        if self.lacks_filter() {
            return Err(Refusal::invalid("oidc_any_account", Self::NO_FILTER));
        }
        Ok(())
    }

    /// What is wrong with a provider that admits everybody without anybody having said so.
    pub(crate) const NO_FILTER: &str =
        "Say who may come in: e-mail addresses, groups, or every account of the provider.";

    fn check_provider(&self) -> Result<(), Refusal> {
        let refused = |message: &str| Err(Refusal::invalid("oidc_provider_url", message));
        match WebAddress::parse(&self.provider_url) {
            None => {
                refused("This must be an address such as https://login.example.com, without user, ? or #.")
            }
            Some(url) if is_for_machines(url.host) => refused("A provider is at no link-local address."),
            Some(url) if !url.is_https && !url.is_loopback() && !self.allow_http => refused(
                "Over http:// anybody on the way could sign in as anybody. Use https://, or allow it explicitly.",
            ),
            Some(_) => Ok(()),
        }
    }

    fn texts(&self) -> [(&'static str, &str); 8] {
        [
            ("oidc_provider_url", &self.provider_url),
            ("oidc_client_id", &self.client_id),
            ("oidc_display_name", &self.display_name),
            ("oidc_allowed_emails", &self.allowed_emails),
            ("oidc_allowed_groups", &self.allowed_groups),
            ("oidc_groups_claim", &self.groups_claim),
            ("oidc_ca_file", &self.ca_file),
            ("oidc_public_url", &self.public_url),
        ]
    }
}

/// The items of a list that is separated by commas.
pub(crate) fn items(list: &str) -> impl Iterator<Item = &str> {
    list.split(',').map(str::trim).filter(|item| !item.is_empty())
}

/// An `http://` or `https://` address, as far as the rules need to know it.
struct WebAddress<'t> {
    is_https: bool,
    host: &'t str,
    /// Without a `/` at its end.
    path: &'t str,
}

impl<'t> WebAddress<'t> {
    fn parse(text: &'t str) -> Option<Self> {
        let (scheme, rest) = text.split_once("://")?;
        let is_https = match scheme.to_ascii_lowercase().as_str() {
            "https" => true,
            "http" => false,
            _ => return None,
        };
        let plain = |c: char| c.is_ascii_graphic() && !matches!(c, '@' | '?' | '#' | '\\' | '"' | '<' | '>');
        if !rest.chars().all(plain) {
            return None;
        }
        let (authority, path) = rest.find('/').map_or((rest, ""), |at| rest.split_at(at));
        let host = match authority.rsplit_once(':') {
            Some((host, port)) if !port.ends_with(']') => {
                port.parse::<u16>().ok()?;
                host
            }
            _ => authority,
        };
        (!host.is_empty()).then(|| Self { is_https, host, path: path.trim_end_matches('/') })
    }

    fn is_loopback(&self) -> bool {
        let bare = self.host.trim_start_matches('[').trim_end_matches(']');
        bare.eq_ignore_ascii_case("localhost")
            || bare.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
    }
}
