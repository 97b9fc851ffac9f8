//! Whether a server is there: asked of nobody whom the configuration does not name.

use std::{fmt, time::Duration};

use async_trait::async_trait;

use super::{live::LiveRouter, router::hosts_in, service::Service};
use crate::{
    config::object::ObjectKind,
    routes::Snapshot,
    settings::{api_origin, is_for_machines},
};

/// What a server answered, whatever that was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Echo {
    /// The status of its answer.
    pub status: u16,
    /// How long it took.
    pub took: Duration,
}

/// Knocks at servers.
///
/// Nothing is followed and nothing of an answer is read but its status. Certificates are not looked at, and nothing
/// secret is sent: it is about being there, not about being trusted. Every call ends within five seconds.
#[async_trait]
pub trait Pinger: Send + Sync + fmt::Debug {
    /// Knocks at an origin, such as `https://app.example.com`.
    ///
    /// # Errors
    /// Why there is no answer, in words for people.
    async fn knock(&self, origin: &str) -> Result<Echo, String>;
}

/// The origin to knock at, where a configuration names it: the host of a route, also of one that the running Traefik has
/// from elsewhere, at its usual ports; or a server of a file.
///
/// `None` for whatever it does not name, and for addresses that only machines have.
pub fn named_origin(snapshot: &Snapshot, others: &[LiveRouter], url: &str) -> Option<String> {
    let origin = api_origin(url)?.to_ascii_lowercase();
    let (scheme, authority) = origin.split_once("://")?;
    if authority.contains('@') || is_for_machines(&origin) {
        return None;
    }
    let (host, port) = host_and_port(authority)?;
    let is_usual = matches!((scheme, port), (_, None) | ("http", Some(80)) | ("https", Some(443)));
    let names_host = |rule: &str| {
        rule.to_ascii_lowercase().contains(host)
            && hosts_in(rule).iter().any(|named| named.eq_ignore_ascii_case(host))
    };
    let is_route = is_usual
        && (snapshot.routes().any(|route| names_host(route.rule()))
            || others.iter().any(|router| names_host(&router.rule)));
    let is_server = || {
        let services = snapshot.objects(ObjectKind::Service);
        let mut servers = services.filter_map(|service| {
            let protocol = service.protocol()?;
            let of = Service::new(protocol, service.node());
            let found = of.servers().any(|server| is_same(server, scheme, host, port));
            Some(found)
        });
        servers.any(|found| found)
    };
    (is_route || is_server()).then_some(origin)
}

/// Whether the address of a server is this one; one of TCP has no scheme.
fn is_same(server: &str, scheme: &str, host: &str, port: Option<u16>) -> bool {
    let server = server.to_ascii_lowercase();
    let usual = |scheme: &str| if scheme == "https" { 443 } else { 80 };
    let (of, authority) = match api_origin(&server).and_then(|origin| origin.split_once("://")) {
        Some((of, authority)) => (of, authority),
        None => (scheme, server.as_str()),
    };
    let Some((named, at)) = host_and_port(authority) else { return false };
    of == scheme && named == host && at.unwrap_or(usual(of)) == port.unwrap_or(usual(scheme))
}

fn host_and_port(authority: &str) -> Option<(&str, Option<u16>)> {
    let end = if authority.starts_with('[') {
        authority.find(']')? + 1
    } else {
        authority.find(':').unwrap_or(authority.len())
    };
    let (host, rest) = authority.split_at_checked(end)?;
    match rest.strip_prefix(':') {
        Some(port) => Some((host, Some(port.parse().ok()?))),
        None => rest.is_empty().then_some((host, None)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_a_server_only_where_scheme_host_and_port_are_the_same() {
        for (server, url, same) in [
            ("http://10.0.0.1:8096/base", ("http", "10.0.0.1", Some(8096)), true),
            ("http://10.0.0.1", ("http", "10.0.0.1", Some(80)), true),
            ("https://10.0.0.1", ("https", "10.0.0.1", Some(443)), true),
            ("HTTP://App.lan:81", ("http", "app.lan", Some(81)), true),
            ("http://10.0.0.1:8096", ("http", "10.0.0.1", Some(22)), false),
            ("http://10.0.0.1:8096", ("https", "10.0.0.1", Some(8096)), false),
            ("http://10.0.0.1:8096", ("http", "10.0.0.10", Some(8096)), false),
            ("http://[fd00::1]:81", ("http", "[fd00::1]", Some(81)), true),
            ("10.0.0.3:5432", ("http", "10.0.0.3", Some(5432)), true),
            ("10.0.0.3:5432", ("http", "10.0.0.3", None), false),
            ("h2c://10.0.0.1:80", ("http", "10.0.0.1", Some(80)), false),
        ] {
            assert_eq!(is_same(server, url.0, url.1, url.2), same, "{server} {url:?}");
        }
    }
}
