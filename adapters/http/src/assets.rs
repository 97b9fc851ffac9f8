//! Style, scripts and icons: compiled in, named by their content, cached for a year.

use bytes::Bytes;
use hyper::{Response, StatusCode, header};

use crate::reply::{Reply, full};

struct Asset {
    name: &'static str,
    kind: &'static str,
    bytes: &'static [u8],
}

macro_rules! assets {
    ($($name:literal: $kind:literal),+ $(,)?) => {
        const ASSETS: &[Asset] =
            &[$(Asset { name: $name, kind: $kind, bytes: include_bytes!(concat!("../assets/", $name)) }),+];
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
pub(crate) fn serve(path: &str) -> Option<Reply> {
    let (digest, name) = path.split_once('/')?;
    let asset = ASSETS.iter().find(|asset| asset.name == name)?;
    let current = digest == format!("{DIGEST:016x}");
    let cache = if current { "public, max-age=31536000, immutable" } else { "no-cache" };
    Response::builder()
        .status(StatusCode::OK)
        .header(header::CONTENT_TYPE, asset.kind)
        .header(header::CACHE_CONTROL, cache)
        .body(full(Bytes::from_static(asset.bytes)))
        .ok()
}

/// The icon as the phone app wants it.
pub(crate) const APP_ICON: Bytes = Bytes::from_static(include_bytes!("../assets/icon.png"));
