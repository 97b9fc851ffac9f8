//! Single values that Traefik takes apart: addresses, users, media types, status ranges.

use std::net::IpAddr;

/// Go's `net.ParseIP` or `net.ParseCIDR`.
pub(super) fn is_address_range(text: &str) -> bool {
    match text.split_once('/') {
        None => text.parse::<IpAddr>().is_ok(),
        Some((address, bits)) => match (address.parse::<IpAddr>(), bits.parse::<u8>()) {
            (Ok(address), Ok(count)) => {
                let most = if address.is_ipv4() { 32 } else { 128 };
                count <= most && bits.bytes().all(|b| b.is_ascii_digit())
            }
            _ => false,
        },
    }
}

/// `500`, `500-599`: what stands behind a second dash does not count.
pub(super) fn is_status_range(text: &str) -> bool {
    text.split('-').take(2).all(|part| {
        let digits = part.strip_prefix('+').unwrap_or(part);
        !digits.is_empty() && digits.len() <= 18 && digits.bytes().all(|b| b.is_ascii_digit())
    })
}

/// Whether a range of statuses names any.
pub(super) fn names_a_status(range: &str) -> bool {
    let mut ends =
        range.split('-').map(|part| part.parse::<u32>().ok().filter(|status| (100..1000).contains(status)));
    let (first, last, rest) = (ends.next().flatten(), ends.next(), ends.next());
    let is_upwards = match (first, last) {
        (Some(first), Some(Some(last))) => first <= last,
        (first, None) => first.is_some(),
        _ => false,
    };
    is_upwards && rest.is_none()
}

/// A status that Go has a text for; Traefik answers with no other.
pub(super) fn is_known_status(status: i128) -> bool {
    matches!(status, 100..=103 | 200..=208 | 226 | 300..=305 | 307..=308 | 400..=418 | 421..=426 | 428..=429 | 431 | 451)
        || matches!(status, 500..=508 | 510..=511)
}

/// Go's `mime.ParseMediaType`, for what people write: `type/subtype; name=value`.
pub(super) fn is_media_type(text: &str) -> bool {
    let mut parts = text.split(';');
    let kind = parts.next().unwrap_or_default().trim();
    let is_kind = match kind.split_once('/') {
        Some((kind, sub)) => is_token(kind) && is_token(sub),
        None => is_token(kind),
    };
    is_kind
        && parts.all(|part| {
            let value = part.trim().split_once('=').filter(|(name, _)| is_token(name.trim()));
            value.is_some_and(|(_, value)| {
                let value = value.trim();
                is_token(value) || (value.len() >= 2 && value.starts_with('"') && value.ends_with('"'))
            })
        })
}

/// A token of HTTP, such as a method.
pub(super) fn is_token(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b))
}

#[cfg(test)]
mod tests {
    use super::{is_address_range, is_media_type, is_status_range, names_a_status};

    #[test]
    fn addresses_as_go_reads_them() {
        for good in ["10.0.0.1", "10.0.0.1/8", "::1", "::1/64", "::ffff:1.2.3.4", "10.0.0.0/08"] {
            assert!(is_address_range(good), "{good}");
        }
        for bad in ["", "x", "10.0.0.0/33", "10.0.0.256", "[::1]", "010.0.0.1", "fe80::1%eth0", "1.2.3.0/+8"]
        {
            assert!(!is_address_range(bad), "{bad}");
        }
    }

    #[test]
    fn statuses_and_media_types() {
        for good in ["500", "500-599", "500-599-600", "599-500", "+500", "1000"] {
            assert!(is_status_range(good), "{good}");
        }
        for bad in ["", "x", "500-", "-500", "500 - 599", "500,501", "0x10", "500.5"] {
            assert!(!is_status_range(bad), "{bad}");
        }
        for good in ["500", "500-599", "500-500", "+500"] {
            assert!(names_a_status(good), "{good}");
        }
        for bad in ["500-599-600", "599-500", "1000", "99", "500-1000", "500-"] {
            assert!(!names_a_status(bad), "{bad}");
        }
        for good in ["text/html", "x", "text/html; charset=utf-8", "a/b; c=\"d e\""] {
            assert!(is_media_type(good), "{good}");
        }
        for bad in ["", "; x", "a/b; c", "a/b/c", "a b"] {
            assert!(!is_media_type(bad), "{bad}");
        }
    }
}
