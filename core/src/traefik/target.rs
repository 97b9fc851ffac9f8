//! What people type as the target of a route: a server's URL for HTTP, `host:port` for TCP and UDP.
//!
//! Traefik takes nearly anything for an address and drops what it cannot use, so what is typed is checked here,
//! and an IPv6 address gets its brackets.

use std::{
    fmt,
    net::{Ipv4Addr, Ipv6Addr},
};

/// The schemes that Traefik speaks to a server.
const SCHEMES: [&str; 3] = ["http", "https", "h2c"];

/// Which field of the target is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TargetField {
    /// `http`, `https` or `h2c`.
    Scheme,
    /// The host or the whole address.
    Host,
    /// The port.
    Port,
}

impl fmt::Display for TargetField {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Scheme => "scheme",
            Self::Host => "host",
            Self::Port => "port",
        })
    }
}

/// Why something typed is no target.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{field}: {message}; {remedy}")]
pub struct TargetError {
    /// The field to correct.
    pub field: TargetField,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub remedy: &'static str,
}

fn error<T>(field: TargetField, message: impl Into<String>, remedy: &'static str) -> Result<T, TargetError> {
    Err(TargetError { field, message: message.into(), remedy })
}

/// A server of an HTTP service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HttpServer {
    scheme: String,
    host: String,
    port: Option<u16>,
    path: String,
}

impl HttpServer {
    /// Reads three fields as typed. `host` may also hold a port, a path, or a whole URL, whose scheme then
    /// counts and not that of the field; an empty scheme is `http`.
    ///
    /// # Errors
    /// [`TargetError`] names the field and the remedy.
    pub fn parse(scheme: &str, host: &str, port: &str) -> Result<Self, TargetError> {
        let typed = host.trim();
        let (scheme, rest) = match typed.split_once("://") {
            Some((scheme, rest)) => {
                if !SCHEMES.contains(&scheme.to_ascii_lowercase().as_str()) {
                    return error(
                        TargetField::Host,
                        format!("Traefik does not speak {scheme:?} to servers"),
                        "begin it with http://, https:// or h2c://",
                    );
                }
                (scheme, rest)
            }
            None => (scheme.trim(), typed),
        };
        let scheme = if scheme.is_empty() { "http".to_owned() } else { scheme.to_ascii_lowercase() };
        if !SCHEMES.contains(&scheme.as_str()) {
            return error(
                TargetField::Scheme,
                format!("Traefik does not speak {scheme:?} to servers"),
                "choose http, https or h2c",
            );
        }
        let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
        if let Some(c) = path.chars().find(|&c| {
            c.is_whitespace()
                || c.is_control()
                || matches!(c, '`' | '"' | '\'' | '?' | '#' | '{' | '}' | '\\')
        }) {
            return error(
                TargetField::Host,
                format!("the path has {c:?} in it"),
                "type a plain path; queries do not belong in a target",
            );
        }
        let (host, port) = host_and_port(authority, port)?;
        Ok(Self { scheme, host, port, path: path.to_owned() })
    }

    /// Takes a URL from a file apart; `None` for one that this type could not write back byte for byte, such as
    /// one with a Go template in it.
    pub fn from_url(url: &str) -> Option<Self> {
        let server = url.contains("://").then(|| Self::parse("", url, "").ok()).flatten()?;
        (server.to_string() == url).then_some(server)
    }

    /// `http`, `https` or `h2c`.
    pub fn scheme(&self) -> &str {
        &self.scheme
    }

    /// A name or an address, IPv6 without brackets.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The port, if one was given; Traefik takes the scheme's own without.
    pub fn port(&self) -> Option<u16> {
        self.port
    }

    /// Empty, or a path that begins with `/`.
    pub fn path(&self) -> &str {
        &self.path
    }
}

/// The URL, as it stands in a service.
impl fmt::Display for HttpServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://", self.scheme)?;
        write_host(f, &self.host)?;
        if let Some(port) = self.port {
            write!(f, ":{port}")?;
        }
        f.write_str(&self.path)
    }
}

/// A server of a TCP or UDP service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StreamServer {
    host: String,
    port: u16,
}

impl StreamServer {
    /// Reads two fields as typed; `host` may also hold the port.
    ///
    /// # Errors
    /// [`TargetError`] names the field and the remedy. Without a port Traefik would drop the server.
    pub fn parse(host: &str, port: &str) -> Result<Self, TargetError> {
        let typed = host.trim();
        if typed.contains("://") {
            return error(
                TargetField::Host,
                "TCP and UDP servers have no scheme",
                "type only the host, as in 10.0.0.5",
            );
        }
        let (host, port) = host_and_port(typed, port)?;
        match port {
            Some(port) => Ok(Self { host, port }),
            None => error(TargetField::Port, "the port is missing", "type a number from 1 to 65535"),
        }
    }

    /// Takes an address from a file apart; `None` for one that this type could not write back byte for byte.
    pub fn from_address(address: &str) -> Option<Self> {
        Self::parse(address, "").ok().filter(|server| server.to_string() == address)
    }

    /// A name or an address, IPv6 without brackets.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The port.
    pub fn port(&self) -> u16 {
        self.port
    }
}

/// The address, as it stands in a service.
impl fmt::Display for StreamServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_host(f, &self.host)?;
        write!(f, ":{}", self.port)
    }
}

fn write_host(f: &mut fmt::Formatter<'_>, host: &str) -> fmt::Result {
    if host.contains(':') { write!(f, "[{host}]") } else { f.write_str(host) }
}

/// Reads `host`, `host:port`, `[v6]`, `[v6]:port` or a bare IPv6 address, with the port field beside it.
fn host_and_port(authority: &str, field: &str) -> Result<(String, Option<u16>), TargetError> {
    let (host, inline) = if authority.parse::<Ipv6Addr>().is_ok() {
        (authority, None)
    } else if let Some((address, rest)) = authority.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        if address.parse::<Ipv6Addr>().is_err() {
            return error(
                TargetField::Host,
                "there is no IPv6 address between the brackets",
                "write it like [2001:db8::1]",
            );
        }
        match rest.strip_prefix(':') {
            Some(port) => (address, Some(port)),
            None if rest.is_empty() => (address, None),
            None => return error(TargetField::Host, "something follows the bracket", "write [address]:port"),
        }
    } else {
        match authority.split_once(':') {
            Some((host, port)) => (host, Some(port)),
            None => (authority, None),
        }
    };
    if host.parse::<Ipv6Addr>().is_err() {
        check_host(host)?;
    }
    let field_port = port_number(TargetField::Port, field.trim())?;
    let inline_port = match inline {
        Some("") => {
            return error(TargetField::Host, "nothing follows the colon", "remove it or add the port");
        }
        Some(text) => port_number(TargetField::Host, text)?,
        None => None,
    };
    match (inline_port, field_port) {
        (Some(inline), Some(field)) if inline != field => error(
            TargetField::Port,
            format!("the host says port {inline} and this field says {field}"),
            "give the port once",
        ),
        (inline, field) => Ok((host.to_owned(), inline.or(field))),
    }
}

fn check_host(host: &str) -> Result<(), TargetError> {
    let wrong = |message: String, remedy| error(TargetField::Host, message, remedy);
    if host.is_empty() {
        return wrong("the host is empty".into(), "type a name or an address, as in 10.0.0.5");
    }
    if host.len() > 253 {
        return wrong("the host is longer than 253 characters".into(), "type a shorter one");
    }
    if !host.is_ascii() && host.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '.')) {
        return wrong(
            "the host has letters that DNS does not know".into(),
            "write its xn--… form (punycode)",
        );
    }
    match host.chars().find(|&c| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'))) {
        Some('@') => return wrong("a user name does not belong in a target".into(), "remove it"),
        Some(c) => {
            return wrong(
                format!("{c:?} is not allowed in a host"),
                "type a name or an address, as in 10.0.0.5",
            );
        }
        None => {}
    }
    if host.split('.').any(str::is_empty) {
        return wrong("the host has nothing between two dots".into(), "remove the extra dot");
    }
    let number_at_end = host.rsplit('.').next().is_some_and(|last| last.bytes().all(|b| b.is_ascii_digit()));
    if number_at_end && host.parse::<Ipv4Addr>().is_err() {
        return wrong(
            format!("{host} is no IPv4 address"),
            "write four numbers from 0 to 255, as in 10.0.0.5",
        );
    }
    Ok(())
}

fn port_number(field: TargetField, text: &str) -> Result<Option<u16>, TargetError> {
    if text.is_empty() {
        return Ok(None);
    }
    let plain = text.bytes().all(|b| b.is_ascii_digit());
    match text.parse::<u16>() {
        Ok(port) if plain && port > 0 => Ok(Some(port)),
        _ => error(field, format!("{text:?} is no port"), "type a number from 1 to 65535"),
    }
}

#[cfg(test)]
#[path = "target_tests.rs"]
mod tests;
