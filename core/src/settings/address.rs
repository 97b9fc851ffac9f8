//! What can be said of the address of Traefik's API without asking anybody.

use std::net::{IpAddr, SocketAddr};

/// Scheme, user and host with port, as written; `None` for what has no host, or is neither `http` nor `https`.
pub fn api_origin(url: &str) -> Option<&str> {
    let url = url.trim();
    let (scheme, rest) = url.split_once("://")?;
    if !scheme.eq_ignore_ascii_case("http") && !scheme.eq_ignore_ascii_case("https") {
        return None;
    }
    let authority = rest.find(['/', '?', '#', '\\']).unwrap_or(rest.len());
    let host = rest.get(..authority)?.rsplit('@').next()?;
    if host.is_empty() || host.starts_with(':') {
        return None;
    }
    url.get(..scheme.len() + "://".len() + authority)
}

/// The address without the password that old files may have in it.
pub fn shown_address(url: &str) -> String {
    let hidden = || {
        let origin = api_origin(url)?;
        let (before, host) = origin.rsplit_once('@')?;
        let (scheme, user) = before.split_once("://")?;
        let user = user.split_once(':').map_or(user, |(name, _)| name);
        Some(format!("{scheme}://{user}@{host}{}", url.trim().strip_prefix(origin)?))
    };
    hidden().unwrap_or_else(|| url.to_owned())
}

/// Whether the host of an origin is a link-local address, where clouds keep their secrets and no Traefik is, or a number
/// in one of the spellings that may be one.
pub fn is_for_machines(origin: &str) -> bool {
    let authority = origin.split_once("://").map_or(origin, |(_, rest)| rest);
    let authority = authority.rsplit('@').next().unwrap_or_default();
    let host = match authority.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or_default(),
        None => authority.split(':').next().unwrap_or_default(),
    };
    match host.parse() {
        Ok(address) => is_link_local(address),
        // No name ends in a number, but resolvers read some such texts as addresses.
        Err(_) => {
            let last = host.trim_end_matches('.').rsplit('.').next().unwrap_or_default();
            last.starts_with(|c: char| c.is_ascii_digit())
        }
    }
}

/// Whether an address is a link-local one, however it is written: there clouds keep their secrets.
pub fn is_link_local(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(address) => address.is_link_local(),
        IpAddr::V6(address) => address.is_unicast_link_local(),
    }
}

/// Why a name is not asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the name leads to link-local addresses only, which are not asked")]
pub struct OnlyLinkLocal;

/// What of the addresses that a name leads to may be asked: a literal address can be refused as it is written, but any
/// name may lead to a link-local one.
///
/// # Errors
/// [`OnlyLinkLocal`] where nothing is left.
pub fn askable(found: impl Iterator<Item = SocketAddr>) -> Result<Vec<SocketAddr>, OnlyLinkLocal> {
    let allowed: Vec<SocketAddr> = found.filter(|address| !is_link_local(address.ip())).collect();
    if allowed.is_empty() { Err(OnlyLinkLocal) } else { Ok(allowed) }
}

#[cfg(test)]
mod tests {
    use super::{api_origin, is_for_machines, is_link_local, shown_address};

    #[test]
    fn what_only_machines_have_is_link_local() {
        let of = |text: &str| text.parse().is_ok_and(is_link_local);
        assert!(["169.254.169.254", "fe80::1", "::ffff:169.254.169.254"].into_iter().all(of));
        assert!(!["127.0.0.1", "10.0.0.1", "::1", "192.0.2.1"].into_iter().any(of));
    }

    #[test]
    fn an_origin_is_what_a_password_is_for() {
        for (url, origin) in [
            ("http://traefik:8080/api", Some("http://traefik:8080")),
            (" https://edge.example ", Some("https://edge.example")),
            ("http://a@b:c@[::1]:80/x?y#z", Some("http://a@b:c@[::1]:80")),
            ("ftp://traefik", None),
            ("http://", None),
            ("http://user@/x", None),
            ("http://:80", None),
            ("traefik:8080", None),
        ] {
            assert_eq!(api_origin(url), origin, "{url}");
        }
    }

    #[test]
    fn an_address_is_shown_without_its_password() {
        for (url, shown) in [
            ("http://ann:hunter2@traefik:8080/api", "http://ann@traefik:8080/api"),
            ("http://ann:hun@ter2@traefik", "http://ann@traefik"),
            ("http://ann@traefik", "http://ann@traefik"),
            ("http://traefik", "http://traefik"),
        ] {
            assert_eq!(shown_address(url), shown);
        }
    }

    #[test]
    fn addresses_that_only_machines_have_are_known_in_every_spelling() {
        for url in [
            "http://169.254.169.254",
            "http://user@169.254.169.254:80",
            "http://[fe80::1]:8080",
            "http://[::ffff:169.254.169.254]",
            "http://2852039166",
            "http://0xa9fea9fe",
            "http://169.254.43518",
        ] {
            assert!(is_for_machines(url), "{url}");
        }
        for url in [
            "http://traefik:8080",
            "http://10.0.0.1",
            "http://[::1]:8080",
            "https://edge.example",
            "http://a1",
        ] {
            assert!(!is_for_machines(url), "{url}");
        }
    }
}
