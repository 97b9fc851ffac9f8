//! Ports that somebody else holds: asked before a static configuration is written, as Traefik does not start with one.
//!
//! Traefik may be anywhere: on this machine, in a container of its own, behind itself. So it is asked where Traefik's API
//! is, and what is heard counts only where Traefik's own entry points are seen at that place too. Whether the place is
//! Traefik's own network is certain in two cases: the API stands on a loopback address and is reached over loopback, or its
//! host has the name of Traefik's container. Elsewhere a container may publish the same ports on a host that has others of
//! its own; then what is heard is a warning. What Traefik holds itself, under whatever name, is not asked.

use std::{fmt, net::IpAddr, sync::Arc};

use crate::{
    check::{Effect, Finding, Level, Opening, opened_by, openings},
    config::store::FileId,
    settings::{api_origin, is_for_machines},
    tree::Tree,
};

/// How many of Traefik's own sockets are looked for.
const CONTROLS: usize = 8;
/// How many sockets are asked about.
const MOST: usize = 64;

/// A socket that may be held.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Socket {
    /// The address of the host that counts; `None` for any of them.
    pub address: Option<IpAddr>,
    /// The port.
    pub port: u16,
    /// Whether it is one for datagrams.
    pub is_udp: bool,
}

/// Looks whether sockets are held.
///
/// *Time*: every call ends within half a second; it blocks that long. *Effects*: none that lasts; a connection is closed as
/// soon as it stands, and nothing is sent.
pub trait SocketProbe: Send + Sync + fmt::Debug {
    /// Which of these sockets of a host (a name, or an address without brackets) are certainly held, in their order.
    ///
    /// With an address only that one counts, and only where the host has it. Sockets for datagrams are looked at on this
    /// machine alone.
    fn held(&self, host: &str, sockets: &[Socket]) -> Vec<bool>;
}

/// Who else may be where Traefik is.
#[derive(Debug, Clone)]
pub struct Neighbours {
    /// Who looks.
    pub probe: Arc<dyn SocketProbe>,
    /// The name of Traefik's container, where it is known.
    pub container: Option<String>,
}

/// What is asked about a new static configuration, and what follows from the answers.
#[derive(Debug)]
pub struct Inquiry<'t> {
    host: String,
    is_certain: bool,
    own: Vec<Socket>,
    /// The TCP ports that Traefik has now.
    held_tcp: Vec<u16>,
    wanted: Vec<(Opening<'t>, Socket)>,
    tree: &'t Tree,
}

impl<'t> Inquiry<'t> {
    /// What is to be asked; `None` where there is nothing new, or nothing that could be known.
    ///
    /// `listens` are the addresses of the entry points that Traefik has now, `api` is where its API is.
    pub fn of(
        new: &'t Tree,
        present: Option<&Tree>,
        listens: &[String],
        api: &str,
        container: Option<&str>,
    ) -> Option<Self> {
        let held: Vec<_> = listens.iter().filter_map(|address| opened_by(address)).collect();
        let (host, port) = host_and_port(api)?;
        let address: Option<IpAddr> = host.parse().ok();
        let is_here = host.eq_ignore_ascii_case("localhost") || address.is_some_and(|ip| ip.is_loopback());
        // Under another port it is not Traefik that answers there.
        let own: Vec<_> = held.iter().filter(|(_, at, is_udp)| *at == port && !is_udp).collect();
        if own.is_empty() {
            return None;
        }
        let is_own_name = container.is_some_and(|name| host.eq_ignore_ascii_case(name));
        let is_certain = is_own_name || (is_here && own.iter().any(|(host, ..)| is_loopback(host)));
        // A name with dots leads to an edge, of which nobody knows what stands behind it.
        if !is_certain && address.is_none() && host.contains('.') {
            return None;
        }
        let place = Place { is_here, address };
        let before = present.map(openings).unwrap_or_default();
        let is_held = |port: u16, is_udp: bool| held.iter().any(|(_, at, udp)| (*at, *udp) == (port, is_udp));
        let is_old = |new: &Opening<'_>| {
            before.iter().any(|old| (old.port, old.is_udp, &old.host) == (new.port, new.is_udp, &new.host))
        };
        let wanted: Vec<_> = openings(new)
            .into_iter()
            .filter(|new| !new.shares && !is_held(new.port, new.is_udp) && !is_old(new))
            .filter(|new| !new.is_udp || (is_here && is_certain))
            .filter_map(|new| {
                let socket = place.socket(&new.host, new.port, new.is_udp)?;
                Some((new, socket))
            })
            .take(MOST)
            .collect();
        let own = held.iter().filter(|(_, _, is_udp)| !is_udp);
        let own = own.filter_map(|(host, port, _)| {
            // Whether a name leads to that very address is not known.
            place.socket(host, *port, false).filter(|socket| is_here || socket.address.is_none())
        });
        let own = own.take(CONTROLS).collect();
        let held_tcp = held.iter().filter(|(_, _, is_udp)| !is_udp).map(|(_, port, _)| *port).collect();
        (!wanted.is_empty()).then_some(Self { host, is_certain, own, held_tcp, wanted, tree: new })
    }

    /// The host to ask at.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The sockets to ask about.
    pub fn sockets(&self) -> Vec<Socket> {
        let wanted = self.wanted.iter().map(|(_, socket)| socket);
        self.own.iter().chain(wanted).cloned().collect()
    }

    /// What follows from which of the [`sockets`](Self::sockets) are held.
    pub fn findings(&self, file: &FileId, held: &[bool]) -> Vec<Finding> {
        let (own, wanted) = held.split_at_checked(self.own.len()).unwrap_or_default();
        if own.is_empty() || own.contains(&false) {
            return Vec::new();
        }
        let taken = self.wanted.iter().zip(wanted).filter(|(_, held)| **held);
        taken.map(|((opening, socket), _)| self.finding(file, opening, socket)).collect()
    }

    fn finding(&self, file: &FileId, opening: &Opening<'_>, socket: &Socket) -> Finding {
        let Opening { entry_point, port, is_udp, .. } = opening;
        let host = socket.address.map_or_else(|| self.host.clone(), |ip| ip.to_string());
        let host = if host.contains(':') { format!("[{host}]") } else { host };
        let place = format!("{host}:{port}{}", if *is_udp { "/udp" } else { "" });
        // Beside a TCP socket of Traefik's it may be Traefik's own HTTP/3, which its API does not show.
        let (level, effect, remedy) = if *is_udp && self.held_tcp.contains(port) {
            (
                Level::Warning,
                Effect::RefusesStartNow,
                "take another port, unless it is HTTP/3 of Traefik's own",
            )
        } else if self.is_certain {
            let remedy = "take another port; or accept this, and stop what listens there before the restart";
            (Level::Error, Effect::RefusesStartNow, remedy)
        } else {
            let remedy =
                "take another port, unless Traefik has a network of its own and only publishes ports there";
            (Level::Warning, Effect::RefusesStartNow, remedy)
        };
        let span = opening.at.span();
        Finding {
            level,
            effect,
            code: "port-in-use",
            file: file.clone(),
            position: self.tree.position(span.start),
            span,
            path: opening.path.clone(),
            message: format!(
                "something other than Traefik listens at {place} already, where the entry point `{entry_point}` would"
            ),
            remedy: remedy.to_owned(),
            disables: Vec::new(),
        }
    }
}

/// Where it is asked.
#[derive(Debug)]
struct Place {
    is_here: bool,
    address: Option<IpAddr>,
}

impl Place {
    /// The socket that an entry point with this host opens there; `None` where it cannot be asked.
    fn socket(&self, host: &str, port: u16, is_udp: bool) -> Option<Socket> {
        let socket = Socket { address: None, port, is_udp };
        if host.is_empty() || matches!(host, "0.0.0.0" | "[::]") {
            return Some(socket);
        }
        let address = bare(host).parse::<IpAddr>().ok()?;
        let is_asked = match self.address {
            _ if address.is_loopback() => self.is_here,
            Some(own) => self.is_here || own == address,
            None => true,
        };
        is_asked.then_some(Socket { address: Some(address), ..socket })
    }
}

fn is_loopback(host: &str) -> bool {
    bare(host).parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

fn bare(host: &str) -> &str {
    host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host)
}

/// Host and port of Traefik's API where it is asked without TLS: with TLS it is a router of Traefik that answers.
fn host_and_port(url: &str) -> Option<(String, u16)> {
    let origin = api_origin(url)?;
    let (scheme, authority) = origin.split_once("://")?;
    if !scheme.eq_ignore_ascii_case("http") || is_for_machines(origin) {
        return None;
    }
    let authority = authority.rsplit('@').next()?;
    let (host, port) = match authority.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => (host, port.parse().ok()?),
        _ => (authority, 80),
    };
    Some((bare(host).to_owned(), port))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::value::Value;

    /// A static configuration with entry points at these addresses.
    fn tree(addresses: &[&str]) -> Tree {
        let points = addresses.iter().enumerate().map(|(number, address)| {
            (format!("e{number}"), Value::map([("address", Value::text(*address))]))
        });
        let points: Vec<_> = points.collect();
        let points = Value::map(points.iter().map(|(name, point)| (name.as_str(), point.clone())));
        Value::map([("entryPoints", points)]).to_tree()
    }

    fn listens(addresses: &[&str]) -> Vec<String> {
        addresses.iter().map(|address| (*address).to_owned()).collect()
    }

    /// What is asked about new addresses, as `address:port`, and whether it would be certain.
    fn asked(new: &[&str], live: &[&str], api: &str, container: Option<&str>) -> Option<(Vec<String>, bool)> {
        let new = tree(new);
        let inquiry = Inquiry::of(&new, None, &listens(live), api, container)?;
        let shown = inquiry.wanted.iter().map(|(_, Socket { address, port, is_udp })| {
            let address = address.map(|ip| ip.to_string()).unwrap_or_default();
            format!("{address}:{port}{}", if *is_udp { "/udp" } else { "" })
        });
        Some((shown.collect(), inquiry.is_certain))
    }

    #[test]
    fn it_is_certain_only_where_the_place_is_traefiks_own() {
        let new = [":81", ":53/udp", "127.0.0.1:82", "10.0.0.5:83", "[::1]:84", "name:85", ":0", ":http"];
        let all = |udp: bool| {
            let udp = udp.then_some(":53/udp");
            let rest = [":81"].into_iter().chain(udp).chain(["127.0.0.1:82", "10.0.0.5:83", "::1:84"]);
            rest.map(str::to_owned).collect::<Vec<_>>()
        };
        let live = ["127.0.0.1:8080", ":80"];
        assert_eq!(asked(&new, &live, "http://127.0.0.1:8080", None), Some((all(true), true)));
        assert_eq!(asked(&new, &live, "http://u:p@localhost:8080/x", None), Some((all(true), true)));
        // Published, or on the host's own network: nobody knows.
        let live = [":8080", ":80"];
        assert_eq!(asked(&new, &live, "http://127.0.0.1:8080", None), Some((all(false), false)));
        let there = vec![":81".to_owned(), "10.0.0.5:83".to_owned()];
        let container = Some("Traefik");
        assert_eq!(asked(&new, &live, "http://traefik:8080", container), Some((there.clone(), true)));
        assert_eq!(asked(&new, &live, "http://traefik:8080", None), Some((there, false)));
        let by_address = asked(&new, &live, "http://192.168.0.2:8080", container);
        assert_eq!(by_address, Some((vec![":81".to_owned()], false)));
    }

    #[test]
    fn what_cannot_be_known_is_not_asked() {
        let live = [":8080", ":80", ":443"];
        for api in [
            "https://traefik:443",
            "http://traefik.example.com:8080",
            "http://traefik:9000",
            "http://169.254.169.254:8080",
            "traefik:8080",
            "",
        ] {
            assert_eq!(asked(&[":81"], &live, api, Some("edge")), None, "{api}");
        }
        assert_eq!(asked(&[":81"], &[], "http://traefik:8080", Some("traefik")), None, "nothing is known");
        // What Traefik has already under another name, or on another of its addresses.
        assert_eq!(asked(&["10.0.0.5:443", ":80"], &live, "http://traefik:8080", Some("traefik")), None);
    }

    #[test]
    fn what_stands_in_the_present_file_is_nothing_new() {
        let (new, old) = (tree(&[":81", ":82"]), tree(&[":81"]));
        let live = listens(&[":8080"]);
        let inquiry = Inquiry::of(&new, Some(&old), &live, "http://traefik:8080", None);
        let ports: Option<Vec<_>> =
            inquiry.map(|inquiry| inquiry.wanted.iter().map(|(_, socket)| socket.port).collect());
        assert_eq!(ports, Some(vec![82]));
    }

    #[test]
    fn sockets_that_are_opened_besides_are_asked_about_and_shared_ones_are_not() {
        let point =
            |fields: &[(&str, Value)]| Value::map(fields.iter().map(|(key, value)| (*key, value.clone())));
        let new = Value::map([
            ("api", Value::map([("insecure", Value::Bool(true))])),
            (
                "entryPoints",
                Value::map([
                    ("web", point(&[("address", Value::text(":443")), ("http3", Value::Map(Vec::new()))])),
                    ("dns", point(&[("address", Value::text(":81")), ("reusePort", Value::Bool(true))])),
                ]),
            ),
        ])
        .to_tree();
        let live = listens(&[":443", "127.0.0.1:9000"]);
        let inquiry = Inquiry::of(&new, None, &live, "http://127.0.0.1:9000", None);
        let wanted: Vec<_> = inquiry.iter().flat_map(|inquiry| &inquiry.wanted).collect();
        let told: Vec<_> = wanted.iter().map(|(of, to)| (of.path.to_string(), to.port, to.is_udp)).collect();
        let expected = [("api".to_owned(), 8080, false), ("entryPoints.web.address".to_owned(), 443, true)];
        assert_eq!(told, expected);
        // It may be HTTP/3 that Traefik has already.
        let findings = inquiry.map(|inquiry| inquiry.findings(&FileId::new("traefik.yml"), &[true; 4]));
        let levels: Vec<_> = findings.iter().flatten().map(|finding| finding.level).collect();
        assert_eq!(levels, [Level::Error, Level::Warning]);
    }

    #[test]
    fn what_is_heard_counts_only_where_traefik_itself_is_seen() {
        let file = FileId::new("traefik.yml");
        let (new, live) = (tree(&[":81", "10.0.0.5:82"]), listens(&[":8080", ":80"]));
        let told = |container: Option<&str>, held: &[bool]| {
            let inquiry = Inquiry::of(&new, None, &live, "http://traefik:8080", container);
            inquiry.map(|inquiry| inquiry.findings(&file, held)).unwrap_or_default()
        };
        let sure = told(Some("traefik"), &[true, true, true, false]);
        let shown: Vec<_> =
            sure.iter().map(|one| (one.level, one.effect.is_fatal(), one.path.to_string())).collect();
        assert_eq!(shown, [(Level::Error, false, "entryPoints.e0.address".to_owned())]);
        assert!(sure.iter().all(|one| one.message.contains("traefik:81 already")), "{sure:?}");
        let unsure = told(None, &[true, true, false, true]);
        assert_eq!(unsure.iter().map(|one| one.level).collect::<Vec<_>>(), [Level::Warning]);
        assert!(unsure.iter().all(|one| one.message.contains("10.0.0.5:82")));
        for held in [[true, false, true, true], [false, false, true, true]] {
            assert_eq!(told(Some("traefik"), &held), [], "a tunnel, or a host that publishes other ports");
        }
        assert_eq!(told(Some("traefik"), &[]), []);
    }
}
