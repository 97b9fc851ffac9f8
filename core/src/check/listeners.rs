//! Where entry points listen, and which of them get into each other's way.

use super::nodes::{entries, section, text_of, value_of};
use crate::{
    config::{edit::Path, value::parse_bool},
    tree::{NodeRef, Tree},
};

/// The entry point for Traefik's own pages, and where it listens unless it is defined.
const OWN: &str = "traefik";
const OWN_PORT: &str = "8080";

/// Why an address is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum BadAddress<'x> {
    Protocol,
    NoPort,
    /// What stands where the port belongs.
    Port(&'x str),
}

/// Host, port, and whether it is UDP.
pub(super) fn place(address: &str) -> Result<(&str, &str, bool), BadAddress<'_>> {
    let (place, protocol) = address.rsplit_once('/').unwrap_or((address, "tcp"));
    let is_udp = protocol.eq_ignore_ascii_case("udp");
    if !is_udp && !protocol.eq_ignore_ascii_case("tcp") {
        return Err(BadAddress::Protocol);
    }
    let (host, port) = place.rsplit_once(':').ok_or(BadAddress::NoPort)?;
    // Names of ports depend on the machine, but for these two.
    if port.parse::<u16>().is_err() && !matches!(port, "" | "http" | "https") {
        return Err(BadAddress::Port(port));
    }
    Ok((host, port, is_udp))
}

/// A socket that a static configuration opens, and what in it says so.
#[derive(Debug, Clone)]
pub struct Opening<'t> {
    /// The entry point.
    pub entry_point: String,
    /// The address on which it listens; empty for all of them.
    pub host: String,
    /// The port.
    pub port: u16,
    /// Whether it takes datagrams.
    pub is_udp: bool,
    /// Whether it leaves room for others that do as well (`reusePort`).
    pub shares: bool,
    /// What says so.
    pub at: NodeRef<'t>,
    /// Where that stands.
    pub path: Path,
}

/// The sockets that Traefik opens with a static configuration, as far as it says their ports.
pub fn openings(tree: &Tree) -> Vec<Opening<'_>> {
    let Some(root) = tree.root() else { return Vec::new() };
    let points = value_of(root, "entryPoints").into_iter().flat_map(entries);
    let points: Vec<_> = points.filter(|(key, point)| !key.is_null() && !point.is_null()).collect();
    let names: Vec<&str> = points.iter().map(|(key, _)| key.text()).collect();
    let mut all = Vec::new();
    let own = Listener::of_traefik(root, &names);
    if let Some((own, section)) = own.zip(needs_own(root))
        && let Some((key, _)) = root.field(section)
    {
        all.extend(own.opening(key, Path::keys([section])));
    }
    for (key, point) in points {
        let Some(address) = text_of(point, "address") else { continue };
        let Ok(place) = place(&address) else { continue };
        let at = value_of(point, "address").unwrap_or(key);
        let path = Path::keys(["entryPoints", key.text(), "address"]);
        let own = Listener::all_of(key.text(), place, point);
        all.extend(own.into_iter().filter_map(|listener| listener.opening(at, path.clone())));
    }
    all
}

/// What the address of an entry point opens, as Traefik's API tells it; `None` for what is none.
pub fn opened_by(address: &str) -> Option<(String, u16, bool)> {
    let (host, port, is_udp) = place(address).ok()?;
    let (host, port) = canonical(host, port);
    Some((host.to_owned(), port.parse().ok()?, is_udp))
}

/// The first of the sections for which Traefik opens an entry point of its own: the API, `ping`, metrics, the REST provider.
fn needs_own(root: NodeRef<'_>) -> Option<&'static str> {
    let is_routed = |node: NodeRef<'_>| {
        !is_on(node, "manualRouting") && text_of(node, "entryPoint").is_none_or(|point| point == OWN)
    };
    let metrics = || section(root, "metrics").and_then(|metrics| section(metrics, "prometheus"));
    let rest = || section(root, "providers").and_then(|providers| section(providers, "rest"));
    if section(root, "api").is_some_and(|api| is_on(api, "insecure")) {
        Some("api")
    } else if section(root, "ping").is_some_and(is_routed) {
        Some("ping")
    } else if metrics().is_some_and(is_routed) {
        Some("metrics")
    } else if rest().is_some_and(|rest| is_on(rest, "insecure")) {
        Some("providers")
    } else {
        None
    }
}

/// An address with the names that are the same everywhere resolved.
fn canonical<'x>(host: &'x str, port: &'x str) -> (&'x str, &'x str) {
    let host = if host.eq_ignore_ascii_case("localhost") { "127.0.0.1" } else { host };
    let port = match port {
        "http" => "80",
        "https" => "443",
        number => number,
    };
    (host, port)
}

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
        let (host, port) = canonical(host, port);
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
        (needs_own(root).is_some() && !names.contains(&OWN)).then(|| Self {
            name: OWN.to_owned(),
            host: String::new(),
            port: OWN_PORT.to_owned(),
            is_udp: false,
            shares: false,
        })
    }

    /// `None` where the port is another one each time, or a template says it.
    fn opening(self, at: NodeRef<'_>, path: Path) -> Option<Opening<'_>> {
        let port = self.port.parse().ok().filter(|port| *port > 0)?;
        let Self { name, host, is_udp, shares, .. } = self;
        let host = if is_any(&host) { String::new() } else { host };
        Some(Opening { entry_point: name, host, port, is_udp, shares, at, path })
    }

    /// Whether both cannot be opened.
    pub(super) fn clashes_with(&self, other: &Self) -> bool {
        // Port 0 is another one each time.
        self.port == other.port
            && self.port != "0"
            && self.is_udp == other.is_udp
            && (self.host == other.host || is_any(&self.host) || is_any(&other.host))
            && !(self.shares && other.shares)
    }
}

/// Whether a host stands for all addresses.
fn is_any(host: &str) -> bool {
    matches!(host, "" | "0.0.0.0" | "[::]" | "::")
}

fn is_on(node: NodeRef<'_>, field: &str) -> bool {
    text_of(node, field).as_deref().and_then(parse_bool) == Some(true)
}
