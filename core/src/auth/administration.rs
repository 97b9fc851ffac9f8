//! What is changed about the program itself: its settings, whether people sign in, the end of the set-up.

use super::{
    Access, Action, Client, CrowdsecPatch, GitPatch, InterfacePatch, Principal, Refusal, WebhookPatch,
};
use crate::{
    audit::IdentityEvent,
    crypto::SecretCipher,
    secret::Secret,
    session::Session,
    settings::{SelfRoute, Settings, api_origin, is_for_machines, is_masked, shown_address},
};

const MAX_DOMAINS: usize = 200;

/// What somebody wants of the settings; `None` stays as it is.
#[derive(Debug, Clone, Default)]
pub struct SettingsPatch {
    /// Domains offered in forms.
    pub domains: Option<Vec<String>>,
    /// Names of certificate resolvers, the default first.
    pub cert_resolvers: Option<Vec<String>>,
    /// Where Traefik's API is.
    pub traefik_api_url: Option<String>,
    /// The user for it; an empty one also removes the password.
    pub traefik_api_user: Option<String>,
    /// The password for it.
    pub traefik_api_password: Option<Secret>,
    /// The route to this program, once it is in the files.
    pub self_route: Option<SelfRoute>,
    /// What is shown.
    pub interface: InterfacePatch,
    /// Where notices are sent to.
    pub webhook: WebhookPatch,
    /// `CrowdSec`.
    pub crowdsec: CrowdsecPatch,
    /// The copy in a git repository.
    pub git: GitPatch,
    /// The revision of a part that whoever asks has seen, see [`Access::settings_revision`]; `None` where he does not say.
    pub seen: Option<String>,
}

/// What somebody shows once more before a protection is taken away (ASVS 5.0 no. 7.5.1).
#[derive(Debug, Clone)]
pub struct Reauthentication {
    /// The password in force.
    pub password: Secret,
    /// The one-time code, where a second factor is on.
    pub code: String,
}

impl Access {
    /// Changes settings, and names those that were changed, as the file calls them. Blocks on the disk.
    ///
    /// The stored password of Traefik's API goes to no other server than it was typed for: a new address needs it
    /// again.
    ///
    /// # Errors
    /// [`Refusal::Conflict`] where what was seen is not there any more; [`Refusal::Invalid`] naming the field;
    /// [`Refusal::NotKept`]; [`Refusal::Unavailable`].
    pub fn change_settings(
        &self,
        patch: &SettingsPatch,
        by: &Principal,
        client: &Client,
    ) -> Result<Vec<&'static str>, Refusal> {
        let before = self.fresh_settings()?;
        let mut after = Settings::clone(&before);
        let apply = |settings: &mut Settings| {
            self.check_seen(patch.seen.as_deref(), settings)?;
            patch.apply(settings, self.ports.cipher.as_ref())
        };
        apply(&mut after)?;
        let names = changed(&before, &after);
        if names.is_empty() {
            return Ok(names);
        }
        self.recorded(&IdentityEvent::SettingsChanged(names.clone()), by.actor(), client, || {
            self.settings.update(apply)
        })?;
        Ok(names)
    }

    /// Notes that the set-up is finished; once more does nothing. Blocks on the disk.
    ///
    /// # Errors
    /// [`Refusal::NotKept`]; [`Refusal::Unavailable`].
    pub fn finish_setup(&self, by: &Principal, client: &Client) -> Result<(), Refusal> {
        if self.fresh_settings()?.setup_complete {
            return Ok(());
        }
        self.recorded(&IdentityEvent::SetUpFinished, by.actor(), client, || {
            self.settings.update(|settings: &mut Settings| {
                settings.setup_complete = true;
                Ok(())
            })
        })
    }

    /// Whether the set-up is still to be done. Never blocks.
    ///
    /// It goes by the settings as they were last read whole: a file that cannot be read opens nothing.
    pub fn setup_is_open(&self) -> bool {
        !self.settings.current().setup_complete && self.settings.problem().is_none()
    }

    /// Switches asking people to sign in on or off, for somebody who shows once more who they are. Blocks: hashes, and
    /// writes.
    ///
    /// # Errors
    /// [`Refusal::Conflict`] while the environment decides, or when there is no password to sign in with; what
    /// [`reauthenticate`](Self::reauthenticate) refuses; [`Refusal::NotKept`]; [`Refusal::Unavailable`].
    pub fn ask_to_sign_in(
        &self,
        ask: bool,
        session: &Session,
        proof: &Reauthentication,
        client: &Client,
    ) -> Result<(), Refusal> {
        if self.sign_in_is_set_by_environment() {
            return Err(Refusal::conflict(
                "AUTH_ENABLED decides that; change it there and start the program again.",
            ));
        }
        if self.must_change_password() {
            return Err(Refusal::forbidden("Change the temporary password first."));
        }
        let epoch = self.reauthenticate(session, proof, client)?;
        self.recorded(&IdentityEvent::SignInAsked(ask), session.actor(), client, || {
            self.settings.update(|settings: &mut Settings| {
                self.still_rests_on(epoch, settings)?;
                settings.auth_enabled = ask;
                Ok(())
            })
        })
    }

    /// Checks the password, and the one-time code where a second factor is on, and says by which credentials. Blocks:
    /// hashes, and writes the step of the code.
    ///
    /// # Errors
    /// [`Refusal::Forbidden`] for a session that has ended; [`Refusal::WrongPassword`]; [`Refusal::WrongCode`];
    /// [`Refusal::TooMany`]; [`Refusal::SecondFactorBroken`]; [`Refusal::Unavailable`].
    pub fn reauthenticate(
        &self,
        session: &Session,
        proof: &Reauthentication,
        client: &Client,
    ) -> Result<[u8; 32], Refusal> {
        self.still_in(session)?;
        let now = self.now();
        let admitted = self.throttle.begin(Action::SecondFactorManagement, client.place(), || true, now)?;
        let settings = self.fresh_settings()?;
        let checked = if self.password_is_right(&proof.password, &settings) {
            self.check_present_code(&settings, &proof.code, now)
        } else {
            Err(Refusal::WrongPassword)
        };
        match &checked {
            Ok(()) => admitted.succeeded(),
            Err(refusal) => {
                if matches!(refusal, Refusal::WrongPassword | Refusal::WrongCode) {
                    admitted.failed();
                }
                self.not_shown_again(refusal, session, client);
            }
        }
        checked?;
        // Hashing takes a while, in which somebody may have ended it.
        self.still_in(session)?;
        Ok(self.epoch(&settings))
    }
}

impl SettingsPatch {
    /// Writes what is asked for into settings.
    fn apply(&self, settings: &mut Settings, cipher: &dyn SecretCipher) -> Result<(), Refusal> {
        if let Some(domains) = &self.domains {
            settings.domains = checked_domains(domains)?;
        }
        if let Some(resolvers) = &self.cert_resolvers {
            settings.cert_resolvers = checked_resolvers(resolvers)?;
        }
        if let Some(own) = &self.self_route {
            settings.self_route.clone_from(own);
        }
        self.interface.apply(settings)?;
        self.webhook.apply(&mut settings.webhook, cipher)?;
        self.crowdsec.apply(&mut settings.crowdsec, cipher)?;
        self.git.apply(&mut settings.git, cipher)?;
        let old_origin = api_origin(&settings.traefik_api_url).map(str::to_ascii_lowercase);
        if let Some(url) = &self.traefik_api_url
            // Who sends back what was shown has not changed it.
            && *url != shown_address(&settings.traefik_api_url)
        {
            settings.traefik_api_url = checked_address(url)?;
        }
        let is_elsewhere = old_origin != api_origin(&settings.traefik_api_url).map(str::to_ascii_lowercase);
        if let Some(user) = &self.traefik_api_user {
            settings.traefik_api_user = checked_user(user)?;
        }
        let typed = self.traefik_api_password.as_ref().filter(|password| !is_masked(password.expose()));
        if settings.traefik_api_user.is_empty() {
            settings.traefik_api_password.clear();
        } else if let Some(password) = typed {
            settings.traefik_api_password = cipher.seal(password)?;
        } else if is_elsewhere && !settings.traefik_api_password.is_empty() {
            return Err(Refusal::invalid(
                "traefik_api_password",
                "This is another server, and the stored password was for the old one. Enter it again, or empty the user.",
            ));
        }
        Ok(())
    }
}

/// The names of the settings that differ.
fn changed(before: &Settings, after: &Settings) -> Vec<&'static str> {
    let differs = [
        ("domains", before.domains != after.domains),
        ("cert_resolver", before.cert_resolvers != after.cert_resolvers),
        ("traefik_api_url", before.traefik_api_url != after.traefik_api_url),
        ("traefik_api_user", before.traefik_api_user != after.traefik_api_user),
        ("traefik_api_password", before.traefik_api_password != after.traefik_api_password),
        ("self_route", before.self_route != after.self_route),
        ("visible_tabs", before.visible_tabs != after.visible_tabs),
        ("ui_prefs", before.ui_prefs != after.ui_prefs),
        ("webhook", before.webhook != after.webhook),
        ("crowdsec", before.crowdsec != after.crowdsec),
        ("git_backup", before.git != after.git),
        ("agent_api_rate_limit", before.agent_api_rate_limit != after.agent_api_rate_limit),
    ];
    differs.into_iter().filter(|(_, differs)| *differs).map(|(name, _)| name).collect()
}

fn checked_domains(domains: &[String]) -> Result<Vec<String>, Refusal> {
    let mut checked: Vec<String> = Vec::new();
    for domain in domains.iter().map(|domain| domain.trim()).filter(|domain| !domain.is_empty()) {
        let is_letter = |c: char| c.is_alphanumeric() || "-._*".contains(c);
        if domain.len() > 253 || !domain.chars().all(is_letter) {
            let domain: String = domain.chars().take(80).collect();
            return Err(Refusal::invalid(
                "domains",
                format!("{domain:?} is no domain, such as example.com."),
            ));
        }
        if !checked.iter().any(|other| other == domain) {
            checked.push(domain.to_owned());
        }
    }
    match checked.len() {
        0 => Err(Refusal::invalid("domains", "Enter at least one domain.")),
        1..=MAX_DOMAINS => Ok(checked),
        _ => Err(Refusal::invalid("domains", "There may be at most 200 domains.")),
    }
}

fn checked_resolvers(resolvers: &[String]) -> Result<Vec<String>, Refusal> {
    let mut checked: Vec<String> = Vec::new();
    for name in resolvers.iter().map(|name| name.trim()).filter(|name| !name.is_empty() && *name != "none") {
        if name.len() > 100 || name.chars().any(|c| c.is_control() || c.is_whitespace()) {
            return Err(Refusal::invalid(
                "cert_resolver",
                "A resolver's name has no blanks, and at most 100 characters.",
            ));
        }
        if !checked.iter().any(|other| other == name) {
            checked.push(name.to_owned());
        }
    }
    Ok(checked)
}

/// An address whose server can be told, without a password in it.
fn checked_address(url: &str) -> Result<String, Refusal> {
    let invalid = |message: &str| Refusal::invalid("traefik_api_url", message);
    let url = url.trim().trim_end_matches('/');
    if url.is_empty() {
        return Err(invalid("Enter the address of Traefik's API, such as http://traefik:8080."));
    }
    let Some(origin) = api_origin(url) else {
        return Err(invalid("The address must begin with http:// or https://, followed by a host."));
    };
    let is_odd = |c: char| c.is_control() || c.is_whitespace() || "?#\\\"'<>".contains(c);
    if url.len() > 2_000 || url.chars().any(is_odd) {
        return Err(invalid("This is no address, such as http://traefik:8080."));
    }
    if is_for_machines(origin) {
        return Err(invalid("Traefik is at no link-local address."));
    }
    if origin.contains('@') {
        return Err(invalid("Give user and password in their own fields, not in the address."));
    }
    Ok(url.to_owned())
}

fn checked_user(user: &str) -> Result<String, Refusal> {
    if user.len() > 200 || user.chars().any(|c| c.is_control() || c == ':') {
        return Err(Refusal::invalid("traefik_api_user", "A user has no colon, and at most 200 characters."));
    }
    Ok(user.trim().to_owned())
}
