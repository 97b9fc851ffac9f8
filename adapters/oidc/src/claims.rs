//! From claims to an account.

use openidconnect::{AdditionalClaims, StandardClaims, UserInfoClaims, core::CoreGenderClaim};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use traefik_manager_core::auth::oidc::{Account, Email, ProviderError};

use crate::{strange, verify::IdClaims};

/// The longest subject (`OpenID` Connect Core 1.0, section 2), and the longest address and group.
const MAX_CHARACTERS: usize = 255;
/// The most groups of an account; what comes after them does not count.
const MAX_GROUPS: usize = 1_000;

/// The claims that no specification names.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct More {
    #[serde(flatten)]
    all: Map<String, Value>,
}

impl AdditionalClaims for More {}

/// What one answer of the provider tells of an account.
pub(crate) struct Source {
    email: Option<Email>,
    says_verified: bool,
    more: Map<String, Value>,
}

impl Source {
    pub(crate) fn of_id_token(claims: &IdClaims) -> Self {
        let email = claims.email().map(|email| email.as_str());
        Self::new(email, claims.email_verified(), claims.additional_claims())
    }

    pub(crate) fn of_userinfo(claims: &UserInfoClaims<More, CoreGenderClaim>) -> Self {
        let standard: &StandardClaims<CoreGenderClaim> = claims.standard_claims();
        let email = standard.email().map(|email| email.as_str());
        Self::new(email, standard.email_verified(), claims.additional_claims())
    }

    fn new(email: Option<&str>, verified: Option<bool>, more: &More) -> Self {
        let email = email.filter(|address| is_plain(address));
        Self {
            email: email
                .map(|address| Email { address: address.to_owned(), verified: verified.unwrap_or(false) }),
            says_verified: verified.is_some(),
            more: more.all.clone(),
        }
    }
}

/// The account. What the first source tells goes over what the second does; an address and whether it is verified are
/// never taken from two.
pub(crate) fn account(
    subject: &str,
    sources: &[Source],
    groups_claim: &str,
) -> Result<Account, ProviderError> {
    if subject.is_empty() || !is_plain(subject) {
        return Err(strange("it names the account by nothing, or by what is no name"));
    }
    let whole = sources.iter().find(|source| source.email.is_some() && source.says_verified);
    let with_email = whole.or_else(|| sources.iter().find(|source| source.email.is_some()));
    let groups = sources.iter().find_map(|source| groups(&source.more, groups_claim)).unwrap_or_default();
    Ok(Account {
        subject: subject.to_owned(),
        email: with_email.and_then(|source| source.email.clone()),
        groups,
    })
}

/// Nothing that could end a line, or fill a file, where it is written down.
fn is_plain(text: &str) -> bool {
    text.chars().count() <= MAX_CHARACTERS && !text.chars().any(char::is_control)
}

/// The groups in a claim: a list, or a single one as text. `realm_access.roles` is a claim inside a claim, unless there is
/// one of that very name.
fn groups(claims: &Map<String, Value>, name: &str) -> Option<Vec<String>> {
    let found = claims.get(name).or_else(|| {
        let mut parts = name.split('.');
        let first = claims.get(parts.next()?)?;
        parts.try_fold(first, |value, part| value.get(part))
    })?;
    let group = |value: &Value| value.as_str().filter(|group| is_plain(group)).map(str::to_owned);
    match found {
        Value::Array(items) => Some(items.iter().filter_map(group).take(MAX_GROUPS).collect()),
        value => group(value).map(|group| vec![group]),
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use serde_json::json;

    use super::*;

    fn source(email: Option<(&str, Option<bool>)>, more: Value) -> Source {
        let more: More = serde_json::from_value(more).unwrap();
        Source::new(email.map(|(address, _)| address), email.and_then(|(_, verified)| verified), &more)
    }

    #[test]
    fn groups_come_as_a_list_as_text_and_from_inside_of_claims() {
        let many: Vec<String> = (0..2_000).map(|number| format!("g{number}")).collect();
        for (name, claims, expected) in [
            ("groups", json!({"groups": ["a", "b"]}), &["a", "b"][..]),
            ("groups", json!({"groups": "admins"}), &["admins"]),
            ("groups", json!({"groups": ["a", 7, null, ["b"], {"c": "d"}, "x\ny"]}), &["a"]),
            ("groups", json!({"groups": {"a": true}}), &[]),
            ("groups", json!({"groups": true}), &[]),
            ("groups", json!({}), &[]),
            ("realm_access.roles", json!({"realm_access": {"roles": ["ops"]}}), &["ops"]),
            ("realm_access.roles", json!({"realm_access": "roles"}), &[]),
            ("https://x.example/groups", json!({"https://x.example/groups": ["a"]}), &["a"]),
            ("a..b", json!({"a": {"": {"b": "c"}}}), &["c"]),
            ("", json!({}), &[]),
        ] {
            let account = account("s", &[source(None, claims.clone())], name).unwrap();
            assert_eq!(account.groups, expected, "{name} of {claims}");
        }
        let crowd = account("s", &[source(None, json!({ "groups": many }))], "groups").unwrap();
        assert_eq!(crowd.groups.len(), MAX_GROUPS);
    }

    #[test]
    fn an_address_and_its_verification_come_from_one_source() {
        let unsaid = || source(Some(("a@x.example", None)), json!({}));
        let verified = || source(Some(("b@x.example", Some(true))), json!({"groups": "second"}));
        let denied = || source(Some(("c@x.example", Some(false))), json!({"groups": "first"}));
        let none = || source(None, json!({}));
        for (sources, expected) in [
            (vec![unsaid(), verified()], Some(("b@x.example", true))),
            (vec![unsaid(), none()], Some(("a@x.example", false))),
            (vec![denied(), verified()], Some(("c@x.example", false))),
            (vec![none(), verified()], Some(("b@x.example", true))),
            (vec![none()], None),
            (vec![source(Some(("a\n@x.example", Some(true))), json!({}))], None),
        ] {
            let email = account("s", &sources, "groups").unwrap().email;
            let email = email.as_ref().map(|email| (email.address.as_str(), email.verified));
            assert_eq!(email, expected);
        }
        assert_eq!(account("s", &[denied(), verified()], "groups").unwrap().groups, ["first"]);
        assert!(account("", &[], "groups").is_err() && account("a\u{7}b", &[], "groups").is_err());
        assert!(account(&"s".repeat(256), &[], "groups").is_err());
    }
}
