//! Where entry points listen, and which of them get into each other's way.

use super::nodes::{section, text_of};
use crate::{config::value::parse_bool, tree::NodeRef};

/// The entry point for Traefik's own pages, and where it listens unless it is defined.
const OWN: &str = "traefik";
const OWN_PORT: &str = "8080";

/// A socket that an entry point opens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Listener {
    /// The entry point.
    pub(super) name: String,
    host: String,
    port: String,
    is_udp: bool,
    /// Whether it leaves room for others that do as well.
    shares: bool,
}

impl Listener {
    /// What an entry point of this name and address opens.
    pub(super) fn all_of(
        name: &str,
        (host, port, is_udp): (&str, &str, bool),
        point: NodeRef<'_>,
    ) -> Vec<Self> {
        let port = match port {
            "http" => "80",
            "https" => "443",
            number => number,
        };
        let host = if host.eq_ignore_ascii_case("localhost") { "127.0.0.1" } else { host };
        let first = Self {
            name: name.to_owned(),
            host: host.to_owned(),
            port: port.to_owned(),
            is_udp,
            shares: is_on(point, "reusePort"),
        };
        // HTTP/3 comes over UDP, at the same port.
        let quic =
            (!is_udp && section(point, "http3").is_some()).then(|| Self { is_udp: true, ..first.clone() });
        [Some(first), quic].into_iter().flatten().collect()
    }

    /// The one that Traefik opens by itself for its API, `ping`, metrics or the REST provider, where none has its name.
    pub(super) fn of_traefik(root: NodeRef<'_>, names: &[&str]) -> Option<Self> {
        let is_routed = |node: NodeRef<'_>| {
            !is_on(node, "manualRouting") && text_of(node, "entryPoint").is_none_or(|point| point == OWN)
        };
        let metrics = section(root, "metrics").and_then(|metrics| section(metrics, "prometheus"));
        let rest = section(root, "providers").and_then(|providers| section(providers, "rest"));
        let is_needed = section(root, "api").is_some_and(|api| is_on(api, "insecure"))
            || section(root, "ping").is_some_and(is_routed)
            || metrics.is_some_and(is_routed)
            || rest.is_some_and(|rest| is_on(rest, "insecure"));
        (is_needed && !names.contains(&OWN)).then(|| Self {
            name: OWN.to_owned(),
            host: String::new(),
            port: OWN_PORT.to_owned(),
            is_udp: false,
            shares: false,
        })
    }

    /// Whether both cannot be opened.
    pub(super) fn clashes_with(&self, other: &Self) -> bool {
        let is_any = |host: &str| matches!(host, "" | "0.0.0.0" | "[::]" | "::");
        // Port 0 is another one each time.
        self.port == other.port
            && self.port != "0"
            && self.is_udp == other.is_udp
            && (self.host == other.host || is_any(&self.host) || is_any(&other.host))
            && !(self.shares && other.shares)
    }
}

fn is_on(node: NodeRef<'_>, field: &str) -> bool {
    text_of(node, field).as_deref().and_then(parse_bool) == Some(true)
}
