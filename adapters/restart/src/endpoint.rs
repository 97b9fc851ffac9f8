//! Where an engine listens, as in `DOCKER_HOST`.

use std::{fmt, path::PathBuf};

/// The port of an engine's API without TLS.
const PORT: u16 = 2375;

/// Where an engine, or a proxy in front of it, listens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Endpoint {
    /// `tcp://host:port`.
    Tcp {
        /// A name, or an address; one of IPv6 without brackets.
        host: String,
        /// The port.
        port: u16,
    },
    /// `unix:///path`.
    Unix(PathBuf),
}

/// A text that says no such place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BadEndpoint(&'static str);

impl fmt::Display for BadEndpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl std::error::Error for BadEndpoint {}

impl Endpoint {
    /// Reads `tcp://host[:port]`, `http://host[:port]` or `unix:///path`.
    ///
    /// # Errors
    /// [`BadEndpoint`] with what is expected. It does not show the text, in which there may be a password.
    pub fn parse(text: &str) -> Result<Self, BadEndpoint> {
        let text = text.trim();
        if let Some(path) = text.strip_prefix("unix://") {
            let is_path = path.starts_with('/') && path.len() > 1 && !path.contains('\0');
            return if is_path {
                Ok(Self::Unix(PathBuf::from(path)))
            } else {
                Err(BadEndpoint("a socket is named by its whole path, such as unix:///var/run/docker.sock"))
            };
        }
        let place = text.strip_prefix("tcp://").or_else(|| text.strip_prefix("http://")).ok_or(BadEndpoint(
            "it must begin with tcp:// or unix://; an engine behind TLS or SSH needs a socket proxy beside it",
        ))?;
        let place = place.strip_suffix('/').unwrap_or(place);
        let (host, port) = match place.rsplit_once(':') {
            // A bare IPv6 address has colons of its own.
            Some((host, port)) if !port.ends_with(']') => {
                let port = port.parse().ok().filter(|port| *port > 0);
                (host, port.ok_or(BadEndpoint("its port must be a number from 1 to 65535"))?)
            }
            _ => (place, PORT),
        };
        let bare = host.strip_prefix('[').and_then(|host| host.strip_suffix(']'));
        let is_good = match bare {
            Some(address) => address.parse::<std::net::Ipv6Addr>().is_ok(),
            None => {
                !host.is_empty()
                    && host.chars().all(|char| char.is_ascii_alphanumeric() || "._-".contains(char))
            }
        };
        if !is_good {
            return Err(BadEndpoint("after tcp:// there must be a host and a port, and nothing else"));
        }
        Ok(Self::Tcp { host: bare.unwrap_or(host).to_owned(), port })
    }

    /// What the `Host` of a request says.
    pub(crate) fn authority(&self) -> String {
        match self {
            Self::Tcp { host, port } if host.contains(':') => format!("[{host}]:{port}"),
            Self::Tcp { host, port } => format!("{host}:{port}"),
            Self::Unix(_) => "localhost".to_owned(),
        }
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tcp { .. } => write!(f, "tcp://{}", self.authority()),
            Self::Unix(path) => write!(f, "unix://{}", path.display()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_read_and_shown() {
        for (text, shown) in [
            ("tcp://socket-proxy:2375", "tcp://socket-proxy:2375"),
            ("tcp://10.0.0.1", "tcp://10.0.0.1:2375"),
            (" http://proxy:80/ ", "tcp://proxy:80"),
            ("tcp://[::1]:2375", "tcp://[::1]:2375"),
            ("tcp://[fd00::1]", "tcp://[fd00::1]:2375"),
            ("unix:///var/run/docker.sock", "unix:///var/run/docker.sock"),
        ] {
            assert_eq!(
                Endpoint::parse(text).map(|endpoint| endpoint.to_string()),
                Ok(shown.to_owned()),
                "{text}"
            );
        }
    }

    #[test]
    fn everything_else_is_refused_and_not_shown() {
        for text in [
            "",
            "docker",
            "socket-proxy:2375",
            "tcp://",
            "tcp://:2375",
            "tcp://h:0",
            "tcp://h:99999",
            "tcp://h:2375/path",
            "tcp://me:hunter2@h:2375",
            "tcp://::1:2375",
            "tcp://[::1",
            "tcp://a\r\nb:1",
            "https://h:2376",
            "ssh://me@h",
            "unix://",
            "unix:///",
            "unix://relative",
        ] {
            let error = Endpoint::parse(text).map_err(|error| error.to_string());
            assert!(error.as_ref().is_err_and(|error| !error.contains("hunter2")), "{text}: {error:?}");
        }
    }
}
