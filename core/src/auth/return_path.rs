//! Where to go after signing in: a place on this site, and nowhere else.

use std::fmt;

const MAX_BYTES: usize = 2_048;

/// A path on this site, with query and fragment.
///
/// It begins with exactly one `/`. Browsers read a second `/`, or a `\`, as the beginning of a host name, and
/// strip tabs and line breaks before they look; so none of these can be in it. Whatever is not such a path
/// becomes `/`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReturnPath(String);

impl ReturnPath {
    /// Reads what a form or a query says; never fails.
    pub fn parse(text: &str) -> Self {
        if is_local(text) { Self(text.to_owned()) } else { Self::default() }
    }

    /// The path.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn is_local(text: &str) -> bool {
    let one_slash = text.starts_with('/') && !text.starts_with("//");
    let plain = |byte: u8| byte.is_ascii_graphic() && byte != b'\\';
    one_slash && text.len() <= MAX_BYTES && text.bytes().all(plain) && !has_dot_segment(text)
}

/// `/.//host` is on this site as it stands, but no longer when somebody on the way tidies it up.
fn has_dot_segment(text: &str) -> bool {
    let path = text.split(['?', '#']).next().unwrap_or_default();
    path.split('/').any(|segment| {
        let plain = segment.to_ascii_lowercase().replace("%2e", ".");
        plain == "." || plain == ".."
    })
}

impl Default for ReturnPath {
    fn default() -> Self {
        Self("/".to_owned())
    }
}

impl fmt::Display for ReturnPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
