//! Names that people type: of new routers, services and middlewares, and of the hosts they serve.
//!
//! What is already in a file may be called anything. These rules are for new names only, so that every one of
//! them can be referred to, shown in an address and written without quotes going wrong.

use std::fmt;

/// The name that a reference has in the files: without the `@file` that names their provider.
///
/// A reference to another provider's object keeps its `@provider`, and so matches no name in a file.
pub fn in_files(reference: &str) -> &str {
    reference.strip_suffix("@file").unwrap_or(reference)
}

/// The most bytes of a new name.
const MAX_NAME: usize = 200;

/// The name of a new router, service, middleware or other object of the file provider.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ObjectName(String);

/// Why a name cannot be given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NameError {
    /// Nothing was typed.
    #[error("the name is empty: type one, such as my-app")]
    Empty,
    /// More than 200 bytes.
    #[error("the name is longer than {MAX_NAME} bytes: choose a shorter one")]
    TooLong,
    /// Spaces around it.
    #[error("the name begins or ends with a space: remove it")]
    Spaces,
    /// `@` stands between a name and its provider, so Traefik never finds such a name.
    #[error("the name has an @, which Traefik reads as the start of a provider: use a dash instead")]
    Provider,
    /// A character that does not belong in a name.
    #[error("{0:?} is not allowed in a name: use letters, digits, spaces, and - _ . only")]
    Character(char),
}

impl ObjectName {
    /// Checks the name of an object that does not exist yet.
    ///
    /// Letters and digits of any script, `-`, `_`, `.` and single spaces inside are allowed.
    ///
    /// # Errors
    /// [`NameError`], with what to do.
    pub fn parse_new(text: &str) -> Result<Self, NameError> {
        if text.trim().is_empty() {
            return Err(NameError::Empty);
        }
        if text.len() > MAX_NAME {
            return Err(NameError::TooLong);
        }
        if text.trim() != text {
            return Err(NameError::Spaces);
        }
        match text.chars().find(|&c| !(c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | ' '))) {
            Some('@') => Err(NameError::Provider),
            Some(c) => Err(NameError::Character(c)),
            None => Ok(Self(text.to_owned())),
        }
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ObjectName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A host that a rule can name: `example.com`, `*.example.com` or an IPv4 address; in lower case.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Hostname(String);

/// Why something typed as a domain is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum HostnameError {
    /// Nothing was typed.
    #[error("the domain is empty: type one, such as app.example.com")]
    Empty,
    /// More than 253 bytes, or more than 63 between two dots (RFC 1035).
    #[error("the domain is too long: at most 253 characters, and 63 between two dots")]
    TooLong,
    /// Two dots in a row, or one at the start.
    #[error("the domain has nothing between two dots: remove the extra dot")]
    EmptyLabel,
    /// Letters beyond ASCII, which Traefik's `Host` refuses.
    #[error("the domain has letters that DNS does not know: write its xn--… form (punycode)")]
    NotAscii,
    /// `http://` or the like.
    #[error("the domain has an address in it: type only its name, without http:// and without a path")]
    Address,
    /// A port.
    #[error("the domain has a colon: type it without a port; the entry point decides the port")]
    Port,
    /// A star anywhere but as the whole first label.
    #[error("a * may only stand for the whole first part, as in *.example.com")]
    Wildcard,
    /// Any other character.
    #[error("{0:?} is not allowed in a domain: use letters, digits, dots and dashes")]
    Character(char),
}

impl Hostname {
    /// Reads a domain as typed; spaces around it are dropped and capitals made small.
    ///
    /// # Errors
    /// [`HostnameError`], with what to do.
    pub fn parse(text: &str) -> Result<Self, HostnameError> {
        let text = text.trim().to_ascii_lowercase();
        if text.is_empty() {
            return Err(HostnameError::Empty);
        }
        if text.contains('/') {
            return Err(HostnameError::Address);
        }
        if !text.is_ascii() {
            return Err(HostnameError::NotAscii);
        }
        let labels = text.strip_prefix("*.").unwrap_or(&text);
        if let Some(c) =
            labels.chars().find(|&c| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.')))
        {
            return Err(match c {
                ':' => HostnameError::Port,
                '*' => HostnameError::Wildcard,
                c => HostnameError::Character(c),
            });
        }
        // One dot at the end is DNS's own way to write a full name; Traefik takes it.
        let mut labels = labels.strip_suffix('.').unwrap_or(labels).split('.');
        if text.len() > 253 || labels.clone().any(|label| label.len() > 63) {
            return Err(HostnameError::TooLong);
        }
        if labels.any(str::is_empty) {
            return Err(HostnameError::EmptyLabel);
        }
        Ok(Self(text))
    }

    /// The host.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Hostname {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
#[path = "name_tests.rs"]
mod tests;
