//! The cookies: the session, two that live no longer than the sign-in, and choices of colours and language.

use cookie::{Cookie, SameSite, time::Duration};
use hyper::{HeaderMap, header, header::HeaderValue};

/// A cookie's purpose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Jar {
    /// Who is signed in.
    Session,
    /// Which browser was shown the sign-in form.
    Login,
    /// Which sign-in waits for its one-time code.
    Pending,
    /// How pages are coloured.
    Theme,
    /// In which language pages are.
    Language,
}

impl Jar {
    /// With `Secure` comes the `__Host-` prefix: no other host can set or shadow the cookie (ASVS 3.3.3).
    fn name(self, secure: bool) -> &'static str {
        match (self, secure) {
            (Self::Session, false) => "session",
            (Self::Session, true) => "__Host-session",
            (Self::Login, false) => "login",
            (Self::Login, true) => "__Host-login",
            (Self::Pending, false) => "pending",
            (Self::Pending, true) => "__Host-pending",
            (Self::Theme, false) => "theme",
            (Self::Theme, true) => "__Host-theme",
            (Self::Language, false) => "language",
            (Self::Language, true) => "__Host-language",
        }
    }

    /// The cookie's value in a request; nothing where it is absent or there twice.
    pub(crate) fn read(self, headers: &HeaderMap, secure: bool) -> Option<String> {
        let name = self.name(secure);
        let mut found = headers
            .get_all(header::COOKIE)
            .iter()
            .filter_map(|text| text.to_str().ok())
            .flat_map(|text| text.split(';'))
            .filter_map(|pair| pair.trim().split_once('='))
            .filter(|(key, _)| *key == name)
            .map(|(_, value)| value.to_owned());
        found.next().filter(|_| found.next().is_none())
    }

    /// Sets the cookie, until the browser closes or for so many seconds.
    pub(crate) fn set(self, value: &str, max_age: Option<u64>, secure: bool) -> Option<HeaderValue> {
        let age = max_age.map(|seconds| Duration::seconds(i64::try_from(seconds).unwrap_or(i64::MAX)));
        self.header(value, age, secure)
    }

    /// Removes the cookie.
    pub(crate) fn clear(self, secure: bool) -> Option<HeaderValue> {
        self.header("", Some(Duration::ZERO), secure)
    }

    fn header(self, value: &str, age: Option<Duration>, secure: bool) -> Option<HeaderValue> {
        let mut cookie = Cookie::build((self.name(secure), value))
            .http_only(true)
            .secure(secure)
            .same_site(SameSite::Lax)
            .path("/");
        if let Some(age) = age {
            cookie = cookie.max_age(age);
        }
        HeaderValue::from_str(&cookie.build().encoded().to_string()).ok()
    }
}
