//! What a client asks for, if it is one of the calls that are let through.
//!
//! The reader takes the strictest form of HTTP/1.1 that engines' clients write, and refuses whatever two readers could
//! read in two ways.

use traefik_manager_core::restart::ContainerName;

/// The most bytes of a head.
pub(crate) const MAX_HEAD: usize = 8 * 1024;
/// The most header lines.
const MAX_HEADERS: usize = 64;

/// A call that is let through.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Call {
    pub(crate) kind: Kind,
    /// The path and query to ask the engine for.
    pub(crate) path: String,
}

/// Which call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Ping,
    Version,
    Inspect,
    /// With the seconds that the container may take to end by itself.
    Restart(Option<u16>),
}

/// Reads a head, without the empty line that ends it.
///
/// # Errors
/// Why it is refused.
pub(crate) fn read(head: &[u8], container: &ContainerName) -> Result<Call, &'static str> {
    let text = std::str::from_utf8(head).map_err(|_| "the head is not ASCII")?;
    let mut lines = text.split("\r\n");
    let first = lines.next().unwrap_or_default();
    let headers: Vec<&str> = lines.collect();
    if !text.split("\r\n").all(|line| line.bytes().all(|byte| (b' '..=b'~').contains(&byte))) {
        return Err("the head has control characters, or is not ASCII");
    }
    let mut words = first.split(' ');
    let (Some(method), Some(target), Some("HTTP/1.1"), None) =
        (words.next(), words.next(), words.next(), words.next())
    else {
        return Err("the first line is not of HTTP/1.1");
    };
    check(&headers)?;
    let kind = kind(method, target, container)?;
    Ok(Call { kind, path: target.to_owned() })
}

/// Refuses headers that announce a body or another protocol, or can be read in two ways.
fn check(headers: &[&str]) -> Result<(), &'static str> {
    if headers.len() > MAX_HEADERS {
        return Err("there are too many headers");
    }
    let (mut hosts, mut lengths) = (0, 0);
    for header in headers {
        let (name, value) = header.split_once(':').ok_or("a header has no colon")?;
        let is_token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
        if name.is_empty() || !name.bytes().all(is_token) {
            return Err("a header has a bad name");
        }
        let value = value.trim_matches(' ');
        match name.to_ascii_lowercase().as_str() {
            "host" => hosts += 1,
            "content-length" => {
                lengths += 1;
                if value != "0" {
                    return Err("there is a body");
                }
            }
            "transfer-encoding" | "trailer" => return Err("there is a body in chunks"),
            "expect" => return Err("it expects something"),
            "upgrade" | "http2-settings" => return Err("it wants another protocol"),
            "connection" | "proxy-connection" => {
                let is_plain = |word: &str| {
                    word.trim().eq_ignore_ascii_case("close")
                        || word.trim().eq_ignore_ascii_case("keep-alive")
                };
                if !value.split(',').all(is_plain) {
                    return Err("it wants something else of the connection");
                }
            }
            _ => {}
        }
    }
    match (hosts, lengths) {
        (1, 0 | 1) => Ok(()),
        (1, _) => Err("there is more than one length"),
        _ => Err("there is not exactly one host"),
    }
}

/// Which of the calls a method and a target are.
fn kind(method: &str, target: &str, container: &ContainerName) -> Result<Kind, &'static str> {
    const NOT_ALLOWED: &str = "this call is not let through";
    let (path, query) = match target.split_once('?') {
        Some((path, query)) => (path, Some(query)),
        None => (target, None),
    };
    let path = without_version(path);
    let of_container = path
        .strip_prefix("/containers/")
        .and_then(|rest| rest.strip_prefix(container.as_str())?.strip_prefix('/'));
    match (method, path, of_container, query) {
        ("GET", "/_ping", _, None) => Ok(Kind::Ping),
        ("GET", "/version", _, None) => Ok(Kind::Version),
        ("GET", _, Some("json"), None) => Ok(Kind::Inspect),
        ("POST", _, Some("restart"), None) => Ok(Kind::Restart(None)),
        ("POST", _, Some("restart"), Some(query)) => {
            let seconds = query.strip_prefix("t=").filter(|text| is_number(text, 3));
            seconds
                .and_then(|text| text.parse().ok())
                .map(|seconds| Kind::Restart(Some(seconds)))
                .ok_or(NOT_ALLOWED)
        }
        _ => Err(NOT_ALLOWED),
    }
}

/// The path without `/v1.41` in front.
fn without_version(path: &str) -> &str {
    let rest = path.strip_prefix("/v").and_then(|rest| {
        let (version, _) = rest.split_once('/')?;
        let (major, minor) = version.split_once('.')?;
        let is_version = is_number(major, 2) && is_number(minor, 3);
        is_version.then(|| rest.get(version.len()..)).flatten()
    });
    rest.unwrap_or(path)
}

fn is_number(text: &str, most: usize) -> bool {
    (1..=most).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(line: &str) -> Result<Kind, &'static str> {
        let head = format!("{line} HTTP/1.1\r\nHost: docker");
        read(head.as_bytes(), &ContainerName::default()).map(|call| call.kind)
    }

    #[test]
    fn the_four_calls_with_and_without_a_version() {
        for version in ["", "/v1.41", "/v1.4", "/v10.123"] {
            for (line, kind) in [
                ("GET {}/_ping", Kind::Ping),
                ("GET {}/version", Kind::Version),
                ("GET {}/containers/traefik/json", Kind::Inspect),
                ("POST {}/containers/traefik/restart", Kind::Restart(None)),
                ("POST {}/containers/traefik/restart?t=0", Kind::Restart(Some(0))),
                ("POST {}/containers/traefik/restart?t=999", Kind::Restart(Some(999))),
            ] {
                let line = line.replace("{}", version);
                assert_eq!(of(&line), Ok(kind), "{line}");
            }
        }
    }

    #[test]
    fn nothing_else() {
        for line in [
            "HEAD /_ping",
            "POST /_ping",
            "get /_ping",
            "GET /_ping?x",
            "GET /_ping/",
            "GET /v1.41/v1.41/_ping",
            "GET /v1/_ping",
            "GET /v1.41x/_ping",
            "GET /v1.1234/_ping",
            "GET v1.41/_ping",
            "GET /containers/json",
            "GET /containers/traefik",
            "GET /containers/traefik/json?size=1",
            "GET /containers/traefik2/json",
            "GET /containers/traefi/json",
            "GET /containers/Traefik/json",
            "GET /containers/traefik/logs",
            "GET /containers/traefik/restart",
            "POST /containers/traefik/json",
            "POST /containers/traefik/stop",
            "POST /containers/traefik/restart?",
            "POST /containers/traefik/restart?t=",
            "POST /containers/traefik/restart?t=1000",
            "POST /containers/traefik/restart?t=-1",
            "POST /containers/traefik/restart?t=1&t=2",
            "POST /containers/traefik/restart?t=1&signal=KILL",
            "POST /containers/traefik/restart?T=1",
            "POST /containers/create",
        ] {
            assert_eq!(of(line), Err("this call is not let through"), "{line}");
        }
    }
}
