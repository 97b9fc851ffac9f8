//! Which accounts of the provider may come in.

use crate::settings::{OidcSettings, oidc::items};

/// An account as the provider vouches for it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Account {
    /// The provider's own name for it, which never changes and is never given to somebody else (`sub`).
    pub subject: String,
    /// Its e-mail address, where the provider tells one.
    pub email: Option<Email>,
    /// The groups in the configured claim; none where there is no such claim.
    pub groups: Vec<String>,
}

impl Account {
    /// What people call it: the e-mail address, else the subject.
    pub fn label(&self) -> &str {
        self.email.as_ref().map_or(&self.subject, |email| &email.address)
    }
}

/// An e-mail address as the provider tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Email {
    /// The address.
    pub address: String,
    /// Whether the provider says that it belongs to the account; saying nothing is no.
    pub verified: bool,
}

/// Who may come in.
///
/// Where both filters are set an account must pass both. An address counts in any case of its ASCII letters, a group
/// exactly as written. An e-mail address that is not verified shuts the account out, whichever filter is set, unless
/// the settings say otherwise; an account without an address needs none where no address is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OidcPolicy {
    emails: Vec<String>,
    groups: Vec<String>,
    any_account: bool,
    allow_unverified: bool,
}

/// Why an account does not come in. The text is for whoever owns the account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Rejection {
    /// Its address is not verified.
    #[error(
        "The provider does not say that the e-mail address of this account is verified, so it does not count."
    )]
    Unverified,
    /// Its address is not listed, or it has none.
    #[error("This account's e-mail address is not among those that may come in.")]
    NotListed,
    /// It is in none of the groups.
    #[error("This account is in none of the groups that may come in.")]
    NotInGroup,
    /// Nothing says who may come in.
    #[error("Nothing says which accounts may come in.")]
    NoFilter,
}

impl OidcPolicy {
    /// What the settings say.
    pub fn of(settings: &OidcSettings) -> Self {
        let list = |text: &str| items(text).map(str::to_owned).collect();
        Self {
            emails: list(&settings.allowed_emails),
            groups: list(&settings.allowed_groups),
            any_account: settings.any_account,
            allow_unverified: settings.allow_unverified_email,
        }
    }

    /// Whether groups are asked for.
    pub fn asks_for_groups(&self) -> bool {
        !self.groups.is_empty()
    }

    /// Decides about an account.
    ///
    /// # Errors
    /// [`Rejection`].
    pub fn judge(&self, account: &Account) -> Result<(), Rejection> {
        if self.emails.is_empty() && self.groups.is_empty() && !self.any_account {
            return Err(Rejection::NoFilter);
        }
        if account.email.as_ref().is_some_and(|email| !email.verified) && !self.allow_unverified {
            return Err(Rejection::Unverified);
        }
        // ASCII only: other letters have twins in other scripts.
        let is_listed = |email: &Email| {
            self.emails.iter().any(|listed| listed.eq_ignore_ascii_case(email.address.trim()))
        };
        if !self.emails.is_empty() && !account.email.as_ref().is_some_and(is_listed) {
            return Err(Rejection::NotListed);
        }
        if self.asks_for_groups() && !account.groups.iter().any(|group| self.groups.contains(group)) {
            return Err(Rejection::NotInGroup);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn policy(emails: &str, groups: &str, any_account: bool, allow_unverified_email: bool) -> OidcPolicy {
        OidcPolicy::of(&OidcSettings {
            allowed_emails: emails.to_owned(),
            allowed_groups: groups.to_owned(),
            any_account,
            allow_unverified_email,
            ..OidcSettings::default()
        })
    }

    fn account(email: Option<(&str, bool)>, groups: &[&str]) -> Account {
        Account {
            subject: "s-1".to_owned(),
            email: email.map(|(address, verified)| Email { address: address.to_owned(), verified }),
            groups: groups.iter().map(|group| (*group).to_owned()).collect(),
        }
    }

    #[test]
    fn each_filter_that_is_set_must_be_passed() {
        use Rejection::{NoFilter, NotInGroup, NotListed, Unverified};
        let (good, other, none) = (Some(("Ann@Example.com", true)), Some(("eve@example.com", true)), None);
        let unverified = Some(("ann@example.com", false));
        let by_email = policy(" ann@example.com ,bob@example.com,", "", false, false);
        let by_group = policy("", "admins, ops", false, false);
        let by_both = policy("ann@example.com", "admins", true, false);
        let anybody = policy(" , ", ",", true, false);
        let loose = policy("ann@example.com", "", false, true);
        for (policy, email, groups, expected) in [
            (&by_email, good, &[][..], Ok(())),
            (&by_email, other, &["admins"][..], Err(NotListed)),
            (&by_email, none, &[], Err(NotListed)),
            (&by_email, unverified, &[], Err(Unverified)),
            (&by_email, Some(("ann@example.com.evil", true)), &[], Err(NotListed)),
            (&by_group, other, &["users", "ops"], Ok(())),
            (&by_group, none, &["ops"], Ok(())),
            (&by_group, good, &["Ops", "admins,ops", ""], Err(NotInGroup)),
            (&by_group, unverified, &["ops"], Err(Unverified)),
            (&by_both, good, &["admins"], Ok(())),
            (&by_both, good, &[], Err(NotInGroup)),
            (&by_both, other, &["admins"], Err(NotListed)),
            (&anybody, other, &[], Ok(())),
            (&anybody, none, &[], Ok(())),
            (&anybody, unverified, &[], Err(Unverified)),
            (&loose, unverified, &[], Ok(())),
            (&loose, other, &[], Err(NotListed)),
            (&policy("", " ,", false, true), good, &["admins"], Err(NoFilter)),
        ] {
            assert_eq!(policy.judge(&account(email, groups)), expected, "{policy:?} {email:?} {groups:?}");
        }
    }

    #[test]
    fn letters_that_only_look_alike_are_not_the_same() {
        // U+212A, the Kelvin sign, becomes `k` in lower case.
        let policy = policy("kim@example.com", "", false, false);
        let spoofed = account(Some(("\u{212a}im@example.com", true)), &[]);
        assert_eq!(policy.judge(&spoofed), Err(Rejection::NotListed));
    }
}
