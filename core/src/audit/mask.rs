//! Hides the secrets of a configuration file in a text that people will see.
//!
//! It works line by line and by names, so that it does its duty on any text, also on one that is not YAML: the value
//! of a key such as `password`, `users` or `token` is hidden, with all lines that belong to it, and so is whatever
//! looks like a password hash, a private key, or the password in a URL. It hides too much rather than too little. A
//! secret under a name that says nothing (`x: hunter2`) is not known as one.

use std::borrow::Cow;

/// What stands for what is hidden.
const HIDDEN: &str = "…";

/// Parts of the names of secrets, in lower case without `-`, `_` and `.`.
const PARTS: [&str; 13] = [
    "password",
    "passwd",
    "secret",
    "token",
    "apikey",
    "credential",
    "authorization",
    "privatekey",
    "accesskey",
    "passphrase",
    "hmac",
    "encryptionkey",
    "signingkey",
];

/// How the values begin that are secrets under any name.
const VALUES: [&str; 11] =
    ["$apr1$", "$2a$", "$2b$", "$2x$", "$2y$", "$1$", "$5$", "$6$", "{SHA}", "Bearer ", "Basic "];

/// The lines of a text, as many as it has, with secrets hidden.
pub fn lines(text: &str) -> impl Iterator<Item = Cow<'_, str>> {
    Masking::default().go_on(text.lines())
}

/// What the lines so far say of those that follow.
#[derive(Debug, Clone, Copy)]
pub(super) struct Masking(State);

impl Default for Masking {
    fn default() -> Self {
        Self(State::Open)
    }
}

impl Masking {
    /// Goes over lines that nobody will see.
    pub(super) fn pass<'t>(self, lines: impl Iterator<Item = &'t str>) -> Self {
        Self(lines.fold(self.0, |state, line| state.line(line).1))
    }

    /// The lines that follow, with secrets hidden.
    pub(super) fn go_on<'t>(
        mut self,
        lines: impl Iterator<Item = &'t str>,
    ) -> impl Iterator<Item = Cow<'t, str>> {
        lines.map(move |line| {
            let (shown, next) = self.0.line(line);
            self.0 = next;
            shown
        })
    }
}

/// A text with its secrets hidden.
pub fn text(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for line in lines(text) {
        shown.push_str(&line);
        shown.push('\n');
    }
    shown
}

/// What the lines before say of the next one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Open,
    /// Lines further to the right than this belong to a hidden value, and so do items of a list right below it.
    Below(usize),
    /// A hidden value in quotes or brackets is not closed yet.
    Within(Value, usize),
    /// Inside a private key.
    Key,
}

/// How much of a value in quotes or brackets is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Value {
    brackets: usize,
    quote: Option<char>,
}

impl Value {
    /// A value from its beginning on.
    fn begin(text: &str) -> Self {
        let value = text.trim_start_matches(' ');
        // An anchor or a tag stands before the value itself.
        let value = if value.starts_with(['&', '!']) {
            value.split_once(' ').map_or("", |(_, value)| value.trim_start_matches(' '))
        } else {
            value
        };
        // Elsewhere in a plain text, quotes and brackets are letters like others.
        if value.starts_with(['"', '\'', '[', '{']) { Self::default().read(value) } else { Self::default() }
    }

    fn read(mut self, text: &str) -> Self {
        let mut characters = text.chars();
        while let Some(character) = characters.next() {
            match (self.quote, character) {
                (Some('"'), '\\') => drop(characters.next()),
                (Some(quote), _) if character == quote => self.quote = None,
                (None, '"' | '\'') => self.quote = Some(character),
                (None, '[' | '{') => self.brackets += 1,
                (None, ']' | '}') => self.brackets = self.brackets.saturating_sub(1),
                _ => {}
            }
            if !self.is_open() {
                break;
            }
        }
        self
    }

    fn is_open(self) -> bool {
        self.brackets > 0 || self.quote.is_some()
    }
}

impl State {
    fn line(self, line: &str) -> (Cow<'_, str>, Self) {
        let indent = line.len() - line.trim_start().len();
        let rest = line.trim_start();
        match self {
            Self::Key => {
                let next = if line.contains("-----END") { Self::Open } else { Self::Key };
                return (hide(line, indent), next);
            }
            Self::Within(value, column) => {
                let value = value.read(rest);
                let next = if value.is_open() { Self::Within(value, column) } else { Self::Below(column) };
                return (hide(line, indent), next);
            }
            // A value goes on behind empty lines, comments and template actions, wherever these stand.
            Self::Below(column) if rest.is_empty() || (indent <= column && rest.starts_with(['#', '{'])) => {
                let (shown, next) = Self::fresh(line, indent);
                return (shown, if next == Self::Open { self } else { next });
            }
            Self::Below(column) if indent > column || (indent == column && rest.starts_with('-')) => {
                let dashes = rest.len() - rest.trim_start_matches(['-', ' ']).len();
                return (hide(line, indent + dashes), self);
            }
            Self::Below(_) | Self::Open => {}
        }
        Self::fresh(line, indent)
    }

    /// A line that belongs to no secret of the lines before.
    fn fresh(line: &str, indent: usize) -> (Cow<'_, str>, Self) {
        // Most lines have none of the letters that any of this begins with, and looking for a letter is cheap.
        let key = line.contains('-').then(|| line.find("-----BEGIN")).flatten();
        let key = key.filter(|_| line.contains("PRIVATE KEY"));
        let named = named_secret(line);
        let values = if line.contains(['$', '{', 'B']) { &VALUES[..] } else { &[] };
        let looks = values.iter().filter_map(|value| line.find(value));
        let next = match (key, named) {
            (Some(_), _) if !line.contains("-----END") => Self::Key,
            (_, Some(at)) => {
                let rest = line.get(indent..).unwrap_or_default();
                let column = indent + rest.len() - rest.trim_start_matches(['-', ' ']).len();
                let value = Value::begin(line.get(at..).unwrap_or_default());
                if value.is_open() { Self::Within(value, column) } else { Self::Below(column) }
            }
            _ => Self::Open,
        };
        let shown = match looks.chain(key).chain(named).min() {
            Some(at) => hide(line, at),
            None => Cow::Borrowed(line),
        };
        (without_passwords_in_urls(shown), next)
    }
}

/// The line up to a place, and a sign that there is more.
fn hide(line: &str, at: usize) -> Cow<'_, str> {
    match line.split_at_checked(at) {
        Some((shown, hidden)) if !hidden.trim().is_empty() => {
            let blank = if shown.ends_with([':', ',', '=']) { " " } else { "" };
            Cow::Owned(format!("{shown}{blank}{HIDDEN}"))
        }
        _ => Cow::Borrowed(line),
    }
}

/// Where the value of a secret begins, behind its name and a `:` or `=`, or a `,` as in a rule.
fn named_secret(line: &str) -> Option<usize> {
    line.char_indices().find_map(|(at, character)| {
        let (before, behind) = line.split_at_checked(at)?;
        let behind = behind.get(1..).unwrap_or_default();
        let quoted = before.ends_with(['"', '\'', '`']);
        let separates = match character {
            ':' | '=' => true,
            ',' => quoted,
            _ => false,
        };
        if !separates {
            return None;
        }
        let name = before.trim_end_matches(['"', '\'', '`', ' ']);
        let start = name.rfind(|c: char| !(c.is_ascii_alphanumeric() || "-_.".contains(c)));
        let name = name.get(start.map_or(0, |start| start + 1)..).unwrap_or(name);
        is_secret(name, behind.trim_start()).then_some(at + 1)
    })
}

fn is_secret(name: &str, value: &str) -> bool {
    if !may_be_secret(name) {
        return false;
    }
    let plain: String = name.chars().filter(|c| !"-_.".contains(*c)).collect::<String>().to_ascii_lowercase();
    match plain.as_str() {
        "pass" => true,
        // A header, and not the cookie that makes sessions sticky.
        "cookie" | "setcookie" => !value.is_empty() && !value.starts_with('{'),
        plain => plain.ends_with("users") || PARTS.iter().any(|part| plain.contains(part)),
    }
}

/// Whether a name has a letter pair that every name of a secret has; it saves most names the closer look.
fn may_be_secret(name: &str) -> bool {
    const PAIRS: [&[u8; 2]; 8] = [b"pa", b"se", b"to", b"ke", b"ut", b"oo", b"cr", b"hm"];
    let letters = name.bytes().filter(|byte| !b"-_.".contains(byte)).map(|byte| byte.to_ascii_lowercase());
    let behind = letters.clone().skip(1);
    letters.zip(behind).any(|(a, b)| PAIRS.iter().any(|pair| **pair == [a, b]))
}

/// `https://user:…@host`.
fn without_passwords_in_urls(line: Cow<'_, str>) -> Cow<'_, str> {
    if !line.contains('@') {
        return line;
    }
    let (mut shown, mut rest) = (String::new(), &*line);
    while let Some((start, end)) = password_in_url(rest) {
        shown.push_str(rest.get(..start).unwrap_or_default());
        shown.push_str(HIDDEN);
        rest = rest.get(end..).unwrap_or_default();
    }
    if shown.is_empty() { line } else { Cow::Owned(shown + rest) }
}

fn password_in_url(line: &str) -> Option<(usize, usize)> {
    line.match_indices("://").find_map(|(at, _)| {
        let authority = at + 3;
        let rest = line.get(authority..)?;
        let host = rest.find(['/', ' ', '"', '\'', '?', '#']).unwrap_or(rest.len());
        let user_end = rest.get(..host)?.rfind('@')?;
        let colon = rest.get(..user_end)?.find(':')?;
        Some((authority + colon + 1, authority + user_end))
    })
}
