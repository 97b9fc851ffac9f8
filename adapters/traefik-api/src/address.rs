//! Where to ask, and how errors speak of that place.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use hyper::{Uri, header::HeaderValue};
use percent_encoding::percent_decode_str;
use traefik_manager_core::traefik::live::{ApiAddress, LiveError};

/// An [`ApiAddress`] ready for use. Holds the credentials only as a header that does not print.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Target {
    /// Scheme, host, port and path, without credentials and without a slash at the end.
    base: String,
    pub(crate) authorization: Option<HeaderValue>,
}

impl Target {
    /// Takes the address apart. A user and password in the URL count when no others are given.
    pub(crate) fn parse(at: &ApiAddress) -> Result<Self, LiveError> {
        let typed = at.url.trim();
        let (scheme, rest) = typed.split_once("://").unwrap_or(("", typed));
        let path_start = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        let (authority, path) = rest.split_at(path_start);
        let (user_info, host) = match authority.rsplit_once('@') {
            Some((user_info, host)) => (Some(user_info), host),
            None => (None, authority),
        };
        let path = path.split(['?', '#']).next().unwrap_or_default().trim_end_matches('/');
        let base =
            if scheme.is_empty() { format!("{host}{path}") } else { format!("{scheme}://{host}{path}") };
        let target = Self { base, authorization: None };

        if !scheme.eq_ignore_ascii_case("http") && !scheme.eq_ignore_ascii_case("https") {
            return Err(target.unreachable("the address must begin with http:// or https://"));
        }
        if host.is_empty() || target.base.parse::<Uri>().is_err() {
            return Err(
                target.unreachable("this is no valid address; it should look like http://traefik:8080")
            );
        }
        let credentials = match (&at.credentials, user_info) {
            (Some((user, password)), _) => Some(format!("{user}:{}", password.expose())),
            (None, Some(user_info)) => Some(match user_info.split_once(':') {
                Some((user, password)) => format!("{}:{}", decoded(user), decoded(password)),
                None => format!("{}:", decoded(user_info)),
            }),
            (None, None) => None,
        };
        let authorization = credentials.and_then(|plain| {
            let mut value = HeaderValue::from_str(&format!("Basic {}", STANDARD.encode(plain))).ok()?;
            value.set_sensitive(true);
            Some(value)
        });
        Ok(Self { authorization, ..target })
    }

    /// The address of something below the base.
    pub(crate) fn uri(&self, path_and_query: &str) -> Result<Uri, LiveError> {
        format!("{}{path_and_query}", self.base).parse().map_err(|_| {
            self.unreachable("this is no valid address; it should look like http://traefik:8080")
        })
    }

    pub(crate) fn unreachable(&self, reason: impl Into<String>) -> LiveError {
        LiveError::Unreachable { url: self.base.clone(), reason: reason.into() }
    }

    pub(crate) fn refused(&self, reason: impl Into<String>) -> LiveError {
        LiveError::Refused { url: self.base.clone(), reason: reason.into() }
    }

    pub(crate) fn unexpected(&self, reason: impl Into<String>) -> LiveError {
        LiveError::Unexpected { url: self.base.clone(), reason: reason.into() }
    }
}

fn decoded(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use traefik_manager_core::secret::Secret;

    use super::*;

    fn parse(url: &str, credentials: Option<(&str, &str)>) -> Result<Target, LiveError> {
        Target::parse(&ApiAddress {
            url: url.to_owned(),
            credentials: credentials.map(|(user, password)| (user.to_owned(), Secret::new(password))),
        })
    }

    #[test]
    fn a_base_may_have_a_path_and_a_slash_at_its_end() {
        for (url, asked) in [
            ("http://traefik:8080", "http://traefik:8080/api/version"),
            ("http://traefik:8080/", "http://traefik:8080/api/version"),
            (" https://edge.example/traefik/ ", "https://edge.example/traefik/api/version"),
            ("http://[::1]:8080/?x=1#y", "http://[::1]:8080/api/version"),
        ] {
            assert_eq!(parse(url, None).unwrap().uri("/api/version").unwrap().to_string(), asked);
        }
    }

    #[test]
    fn credentials_go_into_the_header_and_nowhere_else() {
        let target = parse("http://ann:p%40ss@traefik:8080", None).unwrap();
        assert_eq!(target.authorization.as_ref().unwrap(), &format!("Basic {}", STANDARD.encode("ann:p@ss")));
        assert!(!format!("{target:?}{}", target.unreachable("x")).contains("ss@"), "{target:?}");
        assert!(!format!("{target:?}").contains(&STANDARD.encode("ann:p@ss")));

        let target = parse("http://traefik:8080", Some(("bob", "secret"))).unwrap();
        assert_eq!(target.authorization.unwrap(), format!("Basic {}", STANDARD.encode("bob:secret")));
        assert!(parse("http://traefik:8080", None).unwrap().authorization.is_none());
    }

    #[test]
    fn what_is_no_address_is_refused_without_its_password() {
        for url in [
            "",
            "traefik:8080",
            "ftp://u:hunter2@traefik",
            "u:hunter2@traefik",
            "http://",
            "http://u:hunter2@a b/",
        ] {
            let error = parse(url, None).unwrap_err();
            assert!(matches!(error, LiveError::Unreachable { .. }), "{url}");
            assert!(!error.to_string().contains("hunter2"), "{error}");
        }
    }
}
