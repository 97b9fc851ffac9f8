//! An answer, and what every answer of this program keeps to.

use bytes::Bytes;
use hyper::{HeaderMap, Method, StatusCode, header};
use serde_json::Value as Json;

/// What came back.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) bytes: Bytes,
}

const ALLOWED_HEADERS: [&str; 19] = [
    "etag",
    "allow",
    "connection",
    "cache-control",
    "content-encoding",
    "content-length",
    "content-security-policy",
    "content-type",
    "cross-origin-opener-policy",
    "cross-origin-resource-policy",
    "location",
    "permissions-policy",
    "referrer-policy",
    "retry-after",
    "set-cookie",
    "strict-transport-security",
    "vary",
    "x-content-type-options",
    "x-frame-options",
];

impl Answer {
    pub(crate) fn text(&self) -> &str {
        std::str::from_utf8(&self.bytes).unwrap()
    }

    pub(crate) fn json(&self) -> Json {
        serde_json::from_slice(&self.bytes).unwrap_or_else(|error| panic!("{error}: {}", self.text()))
    }

    pub(crate) fn location(&self) -> &str {
        self.headers.get(header::LOCATION).map_or("", |location| location.to_str().unwrap())
    }

    /// The value of a hidden field in a page.
    pub(crate) fn field(&self, name: &str) -> String {
        let text = self.text();
        let at =
            text.find(&format!("name=\"{name}\" value=\"")).unwrap_or_else(|| panic!("no {name} in {text}"));
        let value = &text[at + format!("name=\"{name}\" value=\"").len()..];
        value[..value.find('"').unwrap()].to_owned()
    }

    /// What stands in the text area of an editor.
    pub(crate) fn area(&self) -> String {
        let text = self.text();
        let area =
            text.split("<textarea class=\"code").nth(1).unwrap_or_else(|| panic!("no editor in {text}"));
        let inside = area.split_once('>').unwrap().1.split_once("</textarea>").unwrap().0;
        // A browser drops the first line break.
        let inside = inside.strip_prefix('\n').unwrap_or(inside);
        plain(inside)
    }

    /// What a browser would send for a form of the page, without script, if nothing was typed.
    pub(crate) fn form_fields(&self, action: &str) -> Vec<(String, String)> {
        let text = self.text();
        let form = text
            .split(&format!("action=\"{action}\""))
            .nth(1)
            .unwrap_or_else(|| panic!("no {action} in {text}"));
        let form = form.split_once("</form>").unwrap().0;
        let attribute = |tag: &str, name: &str| {
            let value = tag.split(&format!(" {name}=\"")).nth(1)?.split_once('"').unwrap().0;
            Some(plain(value))
        };
        let mut fields = Vec::new();
        let mut select = None;
        for part in form.split('<').skip(1) {
            let (tag, after) = part.split_once('>').unwrap();
            let is_ticked = tag.contains(" checked");
            match tag.split(' ').next().unwrap() {
                "input" if tag.contains(" type=\"checkbox\"") || tag.contains(" type=\"radio\"") => {
                    fields.extend(attribute(tag, "name").filter(|_| is_ticked).zip(attribute(tag, "value")));
                }
                "input" => fields.extend(
                    attribute(tag, "name").map(|name| (name, attribute(tag, "value").unwrap_or_default())),
                ),
                "textarea" => {
                    let value = plain(after.strip_prefix('\n').unwrap_or(after)).replace('\n', "\r\n");
                    fields.extend(attribute(tag, "name").map(|name| (name, value)));
                }
                "select" => select = attribute(tag, "name"),
                "option" if tag.contains(" selected") => {
                    fields.extend(select.clone().zip(attribute(tag, "value")));
                }
                _ => {}
            }
        }
        fields
    }

    pub(crate) fn meta_token(&self) -> String {
        let text = self.text();
        let mark = "<meta name=\"csrf-token\" content=\"";
        let at = text.find(mark).unwrap_or_else(|| panic!("no token in {text}"));
        let value = &text[at + mark.len()..];
        value[..value.find('"').unwrap()].to_owned()
    }

    /// What must be true of every answer, whatever was asked.
    pub(super) fn inspect(&self, method: &Method, path: &str) {
        let what = format!("{method} {path} -> {}", self.status);
        for name in self.headers.keys() {
            assert!(ALLOWED_HEADERS.contains(&name.as_str()), "{what}: unexpected header {name}");
        }
        assert_eq!(self.headers["x-content-type-options"], "nosniff", "{what}");
        assert_eq!(self.headers["x-frame-options"], "DENY", "{what}");
        for (name, value) in [
            ("referrer-policy", "same-origin"),
            ("cross-origin-opener-policy", "same-origin"),
            ("cross-origin-resource-policy", "same-origin"),
        ] {
            assert_eq!(self.headers[name], value, "{what}");
        }
        let permissions = self.headers["permissions-policy"].to_str().unwrap();
        for feature in ["camera=()", "microphone=()", "geolocation=()", "usb=()"] {
            assert!(permissions.contains(feature), "{what}: {permissions}");
        }
        let policy = self.headers["content-security-policy"].to_str().unwrap();
        assert!(policy.starts_with("default-src 'none'") && !policy.contains("unsafe"), "{what}");
        assert!(policy.contains("frame-ancestors 'none'"), "{what}: {policy}");
        let cache = self.headers["cache-control"].to_str().unwrap();
        // What is the same for everybody: assets, and Traefik's own schema.
        let is_asset = ["/assets/", "/static/", "/api/schema", "/api/dashboard/icon/"]
            .iter()
            .any(|part| path.starts_with(part));
        assert!(cache == "no-store" || is_asset, "{what}: {cache}");
        // A page that is compressed tells its token (BREACH).
        assert!(path.starts_with("/assets/") || !self.headers.contains_key("content-encoding"), "{what}");
        for cookie in self.headers.get_all(header::SET_COOKIE) {
            let cookie = cookie.to_str().unwrap();
            for part in ["HttpOnly", "SameSite=Lax", "Path=/"] {
                assert!(cookie.contains(part), "{what}: {cookie}");
            }
            assert_eq!(cookie.starts_with("__Host-"), cookie.contains("Secure"), "{what}: {cookie}");
        }
        assert_ne!(self.status, StatusCode::INTERNAL_SERVER_ERROR, "{what}: {}", self.text());
        let text = String::from_utf8_lossy(&self.bytes);
        assert!(!text.contains("fake$") && !text.contains("sha256:"), "{what} tells a secret");
        if method == Method::HEAD {
            assert!(self.bytes.is_empty(), "{what}");
            return;
        }
        match self.headers.get("content-type").map(|kind| kind.to_str().unwrap()) {
            Some("application/json") => {
                let value = self.json();
                if let Some(ok) = value.get("ok") {
                    assert_eq!(value.get("success"), Some(ok), "{what}: {value}");
                }
                if self.status.is_client_error() || self.status.is_server_error() {
                    assert_eq!(value["ok"], false, "{what}: {value}");
                    assert!(value["message"].as_str().is_some_and(|message| !message.is_empty()), "{what}");
                    assert_eq!(value["message"], value["error"], "{what}");
                }
            }
            Some("text/html; charset=utf-8") => {
                for bad in ["<script>", " style=", " onclick=", "javascript:"] {
                    assert!(!text.contains(bad), "{what} holds {bad}");
                }
                assert!(text.len() < 100 * 1024, "{what} has {} bytes", text.len());
            }
            _ => {}
        }
    }
}

/// Text as it was before it was escaped.
fn plain(html: &str) -> String {
    html.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&")
}
