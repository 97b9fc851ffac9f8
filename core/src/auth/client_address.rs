//! Whose request it is: the peer, or what a trusted proxy says of it.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// The proxies whose `X-Forwarded-*` headers are believed (`TRUSTED_PROXIES`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrustedProxies(Vec<Network>);

/// An entry of a list of proxies that is no address and no network.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{entry:?} is not an IP address or a network such as 10.0.0.0/8")]
pub struct NotANetwork {
    /// The entry.
    pub entry: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Network {
    base: IpAddr,
    prefix: u32,
}

impl TrustedProxies {
    /// Reads a comma-separated list of addresses and networks; an empty list trusts nobody.
    ///
    /// # Errors
    /// [`NotANetwork`] for the first entry that is neither.
    pub fn parse(list: &str) -> Result<Self, NotANetwork> {
        list.split(',')
            .map(str::trim)
            .filter(|entry| !entry.is_empty())
            .map(|entry| Network::parse(entry).ok_or_else(|| NotANetwork { entry: entry.to_owned() }))
            .collect::<Result<_, _>>()
            .map(Self)
    }

    /// Whether forwarded headers of this peer count at all.
    pub fn trusts(&self, peer: IpAddr) -> bool {
        let peer = peer.to_canonical();
        self.0.iter().any(|network| network.holds(peer))
    }

    /// The client's address: the first from the right that is not a trusted proxy.
    ///
    /// `forwarded_for` are the values of the `X-Forwarded-For` headers in their order. What is not an address
    /// ends the walk, because nobody trusted can have written it; when all are trusted, the leftmost is the
    /// client.
    pub fn resolve<'a>(&self, peer: IpAddr, forwarded_for: impl Iterator<Item = &'a str>) -> IpAddr {
        let mut client = peer.to_canonical();
        let values: Vec<&str> = forwarded_for.collect();
        for entry in values.iter().rev().flat_map(|value| value.rsplit(',')) {
            if !self.trusts(client) {
                break;
            }
            match address(entry) {
                Some(address) => client = address,
                None => break,
            }
        }
        client
    }
}

/// Loopback, the private ranges of RFC 1918 and RFC 4193, and link-local addresses.
impl Default for TrustedProxies {
    fn default() -> Self {
        let v4 = |a, b, prefix| Network { base: Ipv4Addr::new(a, b, 0, 0).into(), prefix };
        let v6 = |first, prefix| Network { base: Ipv6Addr::new(first, 0, 0, 0, 0, 0, 0, 0).into(), prefix };
        Self(vec![
            v4(127, 0, 8),
            v4(10, 0, 8),
            v4(172, 16, 12),
            v4(192, 168, 16),
            v4(169, 254, 16),
            Network { base: Ipv6Addr::LOCALHOST.into(), prefix: 128 },
            v6(0xfc00, 7),
            v6(0xfe80, 10),
        ])
    }
}

impl Network {
    fn parse(entry: &str) -> Option<Self> {
        let (base, prefix) = match entry.split_once('/') {
            Some((base, prefix)) => (base, Some(prefix)),
            None => (entry, None),
        };
        let base: IpAddr = base.parse().ok()?;
        let widest = if base.is_ipv4() { 32 } else { 128 };
        let prefix = match prefix {
            Some(digits) if digits.bytes().all(|byte| byte.is_ascii_digit()) => digits.parse().ok()?,
            Some(_) => return None,
            None => widest,
        };
        (prefix <= widest).then_some(Self { base, prefix })
    }

    fn holds(self, address: IpAddr) -> bool {
        match (self.base, address) {
            (IpAddr::V4(base), IpAddr::V4(address)) => {
                let mask = u32::MAX.checked_shl(32_u32.saturating_sub(self.prefix)).unwrap_or(0);
                (base.to_bits() ^ address.to_bits()) & mask == 0
            }
            (IpAddr::V6(base), IpAddr::V6(address)) => {
                let mask = u128::MAX.checked_shl(128_u32.saturating_sub(self.prefix)).unwrap_or(0);
                (base.to_bits() ^ address.to_bits()) & mask == 0
            }
            _ => false,
        }
    }
}

/// An entry of `X-Forwarded-For`: an address, which some proxies write with a port.
fn address(entry: &str) -> Option<IpAddr> {
    let entry = entry.trim();
    let bare = entry.parse::<IpAddr>();
    let address = bare.or_else(|_| entry.parse::<std::net::SocketAddr>().map(|with_port| with_port.ip()));
    address.ok().map(|address| address.to_canonical())
}
