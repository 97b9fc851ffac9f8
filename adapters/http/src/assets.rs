//! Style, scripts and icons: compiled in, named by their content, cached for a year.
//!
//! Each is there as it is and as the build has compressed it. Nothing else is sent compressed: a page holds a token next
//! to what a stranger may have put into its address, and how well the two compress together tells the token (BREACH).

use bytes::Bytes;
use hyper::{HeaderMap, Response, StatusCode, header};

use crate::reply::{Reply, full};

struct Asset {
    name: &'static str,
    kind: &'static str,
    bytes: &'static [u8],
    /// The same by gzip.
    compressed: &'static [u8],
}

macro_rules! assets {
    ($($name:literal: $kind:literal),+ $(,)?) => {
        const ASSETS: &[Asset] =
            &[$(Asset {
                name: $name,
                kind: $kind,
                bytes: include_bytes!(concat!("../assets/", $name)),
                compressed: include_bytes!(concat!(env!("OUT_DIR"), "/", $name, ".gz")),
            }),+];
    };
}

assets! {
    "style.css": "text/css; charset=utf-8",
    "main.js": "text/javascript; charset=utf-8",
    "api.js": "text/javascript; charset=utf-8",
    "confirm.js": "text/javascript; charset=utf-8",
    "copy.js": "text/javascript; charset=utf-8",
    "form.js": "text/javascript; charset=utf-8",
    "editor.js": "text/javascript; charset=utf-8",
    "complete.js": "text/javascript; charset=utf-8",
    "keys.js": "text/javascript; charset=utf-8",
    "live.js": "text/javascript; charset=utf-8",
    "map.js": "text/javascript; charset=utf-8",
    "trial.js": "text/javascript; charset=utf-8",
    "post.js": "text/javascript; charset=utf-8",
    "overlay.js": "text/javascript; charset=utf-8",
    "restart.js": "text/javascript; charset=utf-8",
    "routes.js": "text/javascript; charset=utf-8",
    "search.js": "text/javascript; charset=utf-8",
    "variables.js": "text/javascript; charset=utf-8",
    "words.js": "text/javascript; charset=utf-8",
    "icon.svg": "image/svg+xml",
}

/// One digest (FNV-1a) over all assets: a script imports its neighbours by their plain names, so they change their
/// address together.
const DIGEST: u64 = {
    let mut hash = BASIS;
    let mut asset = 0;
    while asset < ASSETS.len() {
        hash = hashed(hash, ASSETS[asset].bytes);
        asset += 1;
    }
    hash
};

const BASIS: u64 = 0xcbf2_9ce4_8422_2325;

const fn hashed(mut hash: u64, bytes: &[u8]) -> u64 {
    let mut at = 0;
    while at < bytes.len() {
        hash = (hash ^ bytes[at] as u64).wrapping_mul(0x0100_0000_01b3);
        at += 1;
    }
    hash
}

/// A digest of what is served, to name it by.
pub(crate) fn digest(bytes: &[u8]) -> u64 {
    hashed(BASIS, bytes)
}

/// The address of an asset.
pub(crate) fn address(name: &str) -> String {
    format!("/assets/{DIGEST:016x}/{name}")
}

/// Answers `/assets/{digest}/{name}`; `None` for a name that there is not.
///
/// An old digest gets the present asset, but no leave to keep it.
pub(crate) fn serve(path: &str, takes_gzip: bool) -> Option<Reply> {
    let (digest, name) = path.split_once('/')?;
    let asset = ASSETS.iter().find(|asset| asset.name == name)?;
    let current = digest == format!("{DIGEST:016x}");
    let cache = if current { "public, max-age=31536000, immutable" } else { "no-cache" };
    let reply = Response::builder()
        .status(StatusCode::OK)
        .header(header::CONTENT_TYPE, asset.kind)
        .header(header::CACHE_CONTROL, cache)
        .header(header::VARY, header::ACCEPT_ENCODING.as_str());
    let (reply, bytes) = if takes_gzip {
        (reply.header(header::CONTENT_ENCODING, "gzip"), asset.compressed)
    } else {
        (reply, asset.bytes)
    };
    reply.body(full(Bytes::from_static(bytes))).ok()
}

/// Whether a client says that it takes gzip (RFC 9110, section 12.5.3); one that says nothing may not.
pub(crate) fn takes_gzip(headers: &HeaderMap) -> bool {
    let mut takes_anything = false;
    let said = headers.get_all(header::ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
    for coding in said.flat_map(|value| value.split(',')) {
        let (name, weight) = coding.split_once(';').unwrap_or((coding, ""));
        let weight = weight.trim().trim_start_matches(['q', 'Q']).trim_start_matches('=');
        let is_taken = weight.is_empty() || weight.parse::<f32>().is_ok_and(|weight| weight > 0.0);
        match name.trim().to_ascii_lowercase().as_str() {
            "gzip" | "x-gzip" => return is_taken,
            "*" => takes_anything = is_taken,
            _ => {}
        }
    }
    takes_anything
}

/// The icon as the phone app wants it.
pub(crate) const APP_ICON: Bytes = Bytes::from_static(include_bytes!("../assets/icon.png"));

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use std::io::Read as _;

    use hyper::header::HeaderValue;

    use super::*;

    #[test]
    fn what_is_compressed_is_the_very_asset_and_smaller() {
        for asset in ASSETS {
            let mut bytes = Vec::new();
            flate2::read::GzDecoder::new(asset.compressed).read_to_end(&mut bytes).unwrap();
            assert!(bytes == asset.bytes, "{}", asset.name);
            assert!(asset.compressed.len() < asset.bytes.len(), "{}", asset.name);
        }
    }

    #[test]
    fn an_asset_is_compressed_for_those_who_take_it_and_caches_are_told() {
        let path = format!("{DIGEST:016x}/style.css");
        let (small, plain) = (serve(&path, true).unwrap(), serve(&path, false).unwrap());
        assert_eq!(small.headers()[header::CONTENT_ENCODING], "gzip");
        assert!(!plain.headers().contains_key(header::CONTENT_ENCODING));
        for reply in [small, plain] {
            assert_eq!(reply.headers()[header::VARY], "accept-encoding");
            assert_eq!(reply.headers()[header::CONTENT_TYPE], "text/css; charset=utf-8");
            assert_eq!(reply.headers()[header::CACHE_CONTROL], "public, max-age=31536000, immutable");
        }
    }

    #[test]
    fn only_who_says_so_takes_gzip() {
        for (said, takes) in [
            ("gzip, deflate, br, zstd", true),
            ("br, GZIP", true),
            ("x-gzip", true),
            ("gzip;q=0.5", true),
            ("br;q=1, *;q=0.1", true),
            ("", false),
            ("identity", false),
            ("br, deflate", false),
            ("gzip;q=0", false),
            ("gzip; q=0.000, *", false),
            ("*;q=0", false),
            ("gzip;q=much", false),
        ] {
            let headers = HeaderMap::from_iter([(header::ACCEPT_ENCODING, HeaderValue::from_static(said))]);
            assert_eq!(takes_gzip(&headers), takes, "{said}");
        }
        assert!(!takes_gzip(&HeaderMap::new()));
    }
}
