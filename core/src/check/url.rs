//! Go's `net/url`, as far as it refuses the URL of a server.

/// Whether Go reads the text as a URL.
///
/// # Errors
/// Why not, as a part of a sentence.
pub(super) fn check(url: &str) -> Result<(), &'static str> {
    if url.bytes().any(|b| b < 0x20 || b == 0x7f) {
        return Err("it holds a control character");
    }
    let (url, fragment) = url.split_once('#').unwrap_or((url, ""));
    escapes(fragment)?;
    if url.is_empty() || url == "*" {
        return Ok(());
    }
    let (scheme, rest) = split_scheme(url)?;
    // A query may hold anything, also a broken escape.
    let rest = rest.split_once('?').map_or(rest, |(rest, _)| rest);
    if !rest.starts_with('/') {
        if scheme {
            // `localhost:8080`: a scheme and something opaque.
            return Ok(());
        }
        let segment = rest.split('/').next().unwrap_or_default();
        if segment.contains(':') {
            return Err("write its scheme, http:// or https://, before it");
        }
    }
    match rest.strip_prefix("//") {
        Some(rest) if scheme || !rest.starts_with('/') => {
            let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
            check_authority(authority)?;
            escapes(path)
        }
        _ => escapes(rest),
    }
}

/// Whether there is a scheme, and what follows it.
fn split_scheme(url: &str) -> Result<(bool, &str), &'static str> {
    for (at, c) in url.char_indices() {
        match c {
            'a'..='z' | 'A'..='Z' => {}
            '0'..='9' | '+' | '-' | '.' if at > 0 => {}
            ':' if at == 0 => return Err("the scheme before the : is missing"),
            ':' => return Ok((true, url.get(at + 1..).unwrap_or_default())),
            _ => return Ok((false, url)),
        }
    }
    Ok((false, url))
}

fn escapes(text: &str) -> Result<(), &'static str> {
    let bytes = text.as_bytes();
    for (at, _) in bytes.iter().enumerate().filter(|(_, byte)| **byte == b'%') {
        let is_hex = |offset: usize| bytes.get(at + offset).is_some_and(u8::is_ascii_hexdigit);
        if !is_hex(1) || !is_hex(2) {
            return Err("a % needs two hexadecimal digits behind it");
        }
    }
    Ok(())
}

fn check_authority(authority: &str) -> Result<(), &'static str> {
    let host = match authority.rsplit_once('@') {
        Some((user, host)) => {
            let is_plain = |b: u8| b.is_ascii_alphanumeric() || b"-._:~!$&'()*+,;=%@".contains(&b);
            if !user.bytes().all(is_plain) {
                return Err("the user name holds a character that is not allowed");
            }
            escapes(user)?;
            host
        }
        None => authority,
    };
    let port = if let Some(rest) = host.strip_prefix('[') {
        let (address, port) = rest.rsplit_once(']').ok_or("the ] behind the address is missing")?;
        let address = address.split_once("%25").map_or(address, |(address, _)| address);
        if address.parse::<std::net::Ipv6Addr>().is_err() {
            return Err("there is no IPv6 address between the brackets");
        }
        port
    } else {
        host_characters(host)?;
        host.find(':').map_or("", |at| host.get(at..).unwrap_or_default())
    };
    let digits = port.strip_prefix(':').unwrap_or(port);
    if (port.is_empty() || port.starts_with(':')) && digits.bytes().all(|b| b.is_ascii_digit()) {
        Ok(())
    } else {
        Err("the port is no number")
    }
}

fn host_characters(host: &str) -> Result<(), &'static str> {
    let is_host =
        |b: u8| !b.is_ascii() || b.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=:[]<>\"".contains(&b);
    if host.contains('%') {
        return Err("a host name holds no %");
    }
    if host.bytes().all(is_host) {
        Ok(())
    } else {
        Err("the host name holds a character that is not allowed")
    }
}

#[cfg(test)]
mod tests {
    use super::check;

    #[test]
    fn urls_as_go_reads_them() {
        for good in [
            "",
            "*",
            "http://x",
            "http://x:8080/a%20b",
            "http://x:",
            "http://x:99999",
            "http://x/a b",
            "http://x?%",
            "http://x<y",
            "http://é",
            "http://[fe80::1%25en0]:80",
            "http://u:p@x",
            "http:///x",
            "//x",
            "http:x",
            "localhost:8080",
            "a.b",
            "a/b:c",
            "a:b/c:d",
        ] {
            assert_eq!(check(good), Ok(()), "{good}");
        }
        for bad in [
            "%zz",
            "http://[::1",
            "http://a b",
            "http://x:abc",
            "http://x::80",
            ":8080",
            "1.2.3.4:80",
            "a_b://x",
            "http://x/%",
            "http://x#%",
            "http://x\\y",
            "http://x\ty",
            "http://x`y",
            "http://{x}",
            "http://x%41",
            "http://[x]",
            "http://[::1]x",
            "http://u:p q@x",
            " http://x",
            "http://x ",
        ] {
            assert!(check(bad).is_err(), "{bad}");
        }
    }
}
