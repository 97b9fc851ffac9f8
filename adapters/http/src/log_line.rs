//! A line of Traefik's access log, made harmless and taken apart: JSON, or the common log format with or without what
//! Traefik adds to it.
//!
//! A visitor decides what stands in a line. Control characters and those that turn the direction of a text are replaced,
//! and what an address or a header says under the name of a secret is hidden, before anybody sees or searches the line.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;
use serde::Deserialize;

/// What stands for what is hidden.
const HIDDEN: &str = "…";

/// Parts of the names of secrets, in lower case without `-` and `_`.
const SECRETS: [&str; 16] = [
    "password",
    "passwd",
    "pwd",
    "passphrase",
    "secret",
    "token",
    "apikey",
    "accesskey",
    "credential",
    "authorization",
    "cookie",
    "session",
    "signature",
    "jwt",
    "assertion",
    "privatekey",
];
/// Whole names of secrets.
const SECRET_NAMES: [&str; 8] = ["key", "code", "sig", "auth", "pass", "otp", "sid", "samlresponse"];

/// A line that may be shown.
pub(crate) fn harmless(line: &[u8]) -> String {
    let text = String::from_utf8_lossy(line);
    let text = if text.chars().any(is_harmful) {
        Cow::Owned(text.chars().map(|c| if is_harmful(c) { '\u{fffd}' } else { c }).collect())
    } else {
        text
    };
    without_secrets(&text)
}

fn is_harmful(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

/// Between the parameters of an address: as it is, encoded in another address, or escaped in JSON.
const SEPARATORS: [&str; 10] = ["?", "&", ";", "#", "%3F", "%3f", "%26", "\\u0026", "%253F", "%2526"];
/// Between a name and its value.
const ASSIGNMENTS: [&str; 4] = ["=", "%3D", "%3d", "%253D"];

/// Hides what follows the name of a secret, in addresses and in fields of JSON.
fn without_secrets(line: &str) -> String {
    let mut shown = String::with_capacity(line.len());
    let mut rest = line;
    while let Some(next) = rest.chars().next() {
        let parameter = || {
            SEPARATORS.iter().find_map(|separator| {
                let after = rest.strip_prefix(separator)?;
                Some((separator.len(), secret_parameter(after)?))
            })
        };
        let found = match next {
            '?' | '&' | ';' | '#' | '%' | '\\' => parameter(),
            '"' => rest.strip_prefix('"').and_then(secret_field).map(|field| (1, field)),
            _ => None,
        };
        let length = match found {
            Some((before, (name, value))) => {
                shown.push_str(rest.get(..before + name).unwrap_or_default());
                shown.push_str(HIDDEN);
                before + name + value
            }
            None => {
                shown.push(next);
                next.len_utf8()
            }
        };
        rest = rest.get(length..).unwrap_or_default();
    }
    shown
}

/// The lengths of a parameter's name with what assigns, and of its value, where the name is that of a secret.
fn secret_parameter(text: &str) -> Option<(usize, usize)> {
    let end = text.find(|c: char| c.is_whitespace() || matches!(c, '"' | '&' | '?' | '/' | '#' | '=' | '\\'));
    let part = text.get(..end.unwrap_or(text.len()).saturating_add(1).min(text.len())).unwrap_or(text);
    let (at, assignment) =
        ASSIGNMENTS.iter().filter_map(|assignment| Some((part.find(assignment)?, assignment))).min()?;
    let name = percent_decode_str(text.get(..at)?).decode_utf8_lossy();
    if !is_secret(&name) {
        return None;
    }
    let name = at + assignment.len();
    let after = text.get(name..)?;
    let encoded = ["%26", "%2526", "\\u0026"].iter().filter_map(|end| after.find(end)).min();
    let plain = after.find(|c: char| c.is_whitespace() || matches!(c, '"' | '&' | '#' | '\\'));
    let value = [encoded, plain].into_iter().flatten().min().unwrap_or(after.len());
    Some((name, value))
}

/// The lengths of a JSON field's name up to its value, and of its value, where the name is that of a secret.
fn secret_field(text: &str) -> Option<(usize, usize)> {
    let (name, after) = text.split_once('"')?;
    let value = after.strip_prefix(":\"")?;
    let of_header = name.strip_prefix("request_").or_else(|| name.strip_prefix("downstream_"));
    let of_header = of_header.or_else(|| name.strip_prefix("origin_"))?;
    if !is_secret(of_header) {
        return None;
    }
    let mut is_escaped = false;
    let end = value.find(|c: char| {
        let ends = c == '"' && !is_escaped;
        is_escaped = c == '\\' && !is_escaped;
        ends
    });
    Some((name.len() + "\":\"".len(), end.unwrap_or(value.len())))
}

fn is_secret(name: &str) -> bool {
    let name: String = name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
    SECRET_NAMES.contains(&name.as_str()) || SECRETS.iter().any(|part| name.contains(part))
}

/// What a line says; what it does not say is empty.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Entry<'l> {
    pub(crate) time: Cow<'l, str>,
    pub(crate) client: Cow<'l, str>,
    pub(crate) method: Cow<'l, str>,
    pub(crate) host: Cow<'l, str>,
    pub(crate) path: Cow<'l, str>,
    pub(crate) status: Option<u16>,
    pub(crate) router: Cow<'l, str>,
    pub(crate) service: Cow<'l, str>,
    /// In microseconds.
    pub(crate) took: Option<u64>,
}

impl<'l> Entry<'l> {
    /// Takes a harmless line apart; `None` for one that is neither of the formats.
    pub(crate) fn parse(line: &'l str) -> Option<Self> {
        if line.starts_with('{') { Self::json(line) } else { Self::common(line) }
    }

    fn json(line: &'l str) -> Option<Self> {
        #[derive(Deserialize)]
        #[serde(rename_all = "PascalCase")]
        struct Line<'l> {
            #[serde(borrow, default, rename = "time")]
            time: Cow<'l, str>,
            #[serde(borrow, default, rename = "StartUTC")]
            start_utc: Cow<'l, str>,
            #[serde(borrow, default)]
            client_host: Cow<'l, str>,
            #[serde(borrow, default)]
            request_method: Cow<'l, str>,
            #[serde(borrow, default)]
            request_host: Cow<'l, str>,
            #[serde(borrow, default)]
            request_path: Cow<'l, str>,
            #[serde(default)]
            downstream_status: Option<u16>,
            #[serde(borrow, default)]
            router_name: Cow<'l, str>,
            #[serde(borrow, default)]
            service_name: Cow<'l, str>,
            #[serde(default)]
            duration: Option<u64>,
        }
        let said: Line<'l> = serde_json::from_str(line).ok()?;
        Some(Self {
            time: if said.start_utc.is_empty() { said.time } else { said.start_utc },
            client: said.client_host,
            method: said.request_method,
            host: said.request_host,
            path: said.request_path,
            status: said.downstream_status,
            router: said.router_name,
            service: said.service_name,
            took: said.duration.map(|nanoseconds| nanoseconds / 1000),
        })
    }

    /// `host - user [time] "GET /x HTTP/1.1" 200 5`, and then `"referrer" "agent"`, and then `1 "router" "url" 3ms`.
    fn common(line: &'l str) -> Option<Self> {
        let (client, rest) = line.split_once(' ')?;
        let (_, rest) = rest.split_once(" [")?;
        let (time, rest) = rest.split_once("] \"")?;
        let (request, rest) = quoted(rest)?;
        let (method, request) = request.split_once(' ').unwrap_or((request, ""));
        let path = request.rsplit_once(' ').map_or(request, |(path, _)| path);
        let (status, rest) = rest.trim_start().split_once(' ').unwrap_or((rest.trim(), ""));
        let mut entry = Self {
            time: time.into(),
            client: client.into(),
            method: method.into(),
            path: path.into(),
            status: status.parse().ok(),
            ..Self::default()
        };
        let mut quotes = Vec::new();
        let mut after = rest;
        while let Some((_, begun)) = after.split_once('"') {
            let Some((text, behind)) = quoted(begun) else { break };
            quotes.push(text);
            after = behind;
        }
        if let [.., _, _, router, service] = quotes.as_slice() {
            let known = |text: &'l str| if text == "-" { Cow::default() } else { Cow::Borrowed(text) };
            (entry.router, entry.service) = (known(router), known(service));
            let milliseconds = after.trim().strip_suffix("ms").and_then(|number| number.parse::<u64>().ok());
            entry.took = milliseconds.map(|number| number.saturating_mul(1000));
        }
        Some(entry)
    }
}

/// A text up to the quote that ends it, and what follows.
fn quoted(text: &str) -> Option<(&str, &str)> {
    let mut is_escaped = false;
    let end = text.find(|c: char| {
        let ends = c == '"' && !is_escaped;
        is_escaped = c == '\\' && !is_escaped;
        ends
    })?;
    Some((text.get(..end)?, text.get(end + 1..)?))
}

/// Which lines are asked for.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Filter {
    /// `404`, or `4xx`; empty for any.
    pub(crate) status: String,
    pub(crate) method: String,
    pub(crate) router: String,
    pub(crate) host: String,
    /// Words anywhere in the line.
    pub(crate) text: String,
}

impl Filter {
    /// Whether every line is asked for.
    pub(crate) fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Whether a line is asked for. What is hidden in it cannot be found.
    pub(crate) fn wants(&self, line: &[u8]) -> bool {
        if self.is_empty() {
            return true;
        }
        // Whatever is found in the harmless line stands in the line too, and most lines end here.
        let words = || self.text.split_whitespace();
        if !words().all(|word| contains(line, word))
            || !contains(line, &self.router)
            || !contains(line, &self.host)
        {
            return false;
        }
        let line = harmless(line);
        if !words().all(|word| contains(line.as_bytes(), word)) {
            return false;
        }
        if self.status.is_empty() && self.method.is_empty() && self.router.is_empty() && self.host.is_empty()
        {
            return true;
        }
        let Some(entry) = Entry::parse(&line) else { return false };
        let has = |value: &str, wanted: &str| wanted.is_empty() || contains(value.as_bytes(), wanted);
        let is_status = || {
            let said = entry.status.map(|status| status.to_string()).unwrap_or_default();
            let class = self.status.strip_suffix("xx");
            class.map_or_else(|| said == self.status, |class| said.len() == 3 && said.starts_with(class))
        };
        (self.status.is_empty() || is_status())
            && (self.method.is_empty() || entry.method.eq_ignore_ascii_case(&self.method))
            && has(&entry.router, &self.router)
            && has(&entry.host, &self.host)
    }
}

/// Whether a text has a word in it, whatever the case of its ASCII letters.
fn contains(text: &[u8], word: &str) -> bool {
    word.is_empty() || text.windows(word.len()).any(|part| part.eq_ignore_ascii_case(word.as_bytes()))
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use super::*;

    const COMMON: &str = r#"10.0.0.7 - ann [27/Nov/2026:07:00:00 +0000] "GET /a/b?x=1 HTTP/1.1" 404 19 "https://r.example/" "curl \"8\"" 12 "app@file" "http://10.0.0.1:80" 3ms"#;
    const JSON: &str = r#"{"ClientHost":"10.0.0.7","DownstreamStatus":502,"Duration":1234567,"RequestHost":"app.example.com","RequestMethod":"POST","RequestPath":"/x?a=1\u0026b=2","RouterName":"app@docker","ServiceName":"app@docker","StartUTC":"2026-11-27T07:00:00Z","level":"info","msg":"","time":"2026-11-27T07:00:01Z"}"#;

    #[test]
    fn both_formats_are_taken_apart() {
        let entry = Entry::parse(COMMON).unwrap();
        assert_eq!(
            (&*entry.client, &*entry.time, &*entry.method, &*entry.path, entry.status, entry.took),
            ("10.0.0.7", "27/Nov/2026:07:00:00 +0000", "GET", "/a/b?x=1", Some(404), Some(3000))
        );
        assert_eq!((&*entry.router, &*entry.service), ("app@file", "http://10.0.0.1:80"));
        let entry = Entry::parse(JSON).unwrap();
        assert_eq!(
            (&*entry.host, &*entry.path, entry.status, entry.took, &*entry.time),
            ("app.example.com", "/x?a=1&b=2", Some(502), Some(1234), "2026-11-27T07:00:00Z")
        );
        let generic = r#"10.0.0.7 - - [27/Nov/2026:07:00:00 +0000] "GET / HTTP/2.0" 200 5 "-" "-""#;
        let entry = Entry::parse(generic).unwrap();
        assert_eq!((entry.status, &*entry.router), (Some(200), ""));
        for odd in ["", "{", "{}x", "hello", "a - - [", "a - - [x] \"GET", "\u{fffd}\u{fffd}"] {
            assert_eq!(Entry::parse(odd), None, "{odd}");
        }
        let broken = r#"a - - [x] "\x16\x03" 400 0"#;
        assert_eq!(Entry::parse(broken).unwrap().status, Some(400));
    }

    #[test]
    fn what_stands_under_the_name_of_a_secret_is_hidden() {
        for (line, shown) in [
            ("GET /x?token=abc&y=1 HTTP/1.1", "GET /x?token=…&y=1 HTTP/1.1"),
            ("/x?y=1&API_Key=abc\"", "/x?y=1&API_Key=…\""),
            ("/x?%74oken=abc#access_token=def", "/x?%74oken=…#access_token=…"),
            ("/cb?code=abc&state=s", "/cb?code=…&state=s"),
            (r#""/x?a=1\u0026password=hunter2\u0026b=2""#, r#""/x?a=1\u0026password=…\u0026b=2""#),
            (
                "/go?to=https%3A%2F%2Fx%3Ftoken%3Dabc%26y%3D1 HTTP",
                "/go?to=https%3A%2F%2Fx%3Ftoken%3D…%26y%3D1 HTTP",
            ),
            (
                r#"{"request_Authorization":"Basic \"abc","x":"1"}"#,
                r#"{"request_Authorization":"…","x":"1"}"#,
            ),
            (r#"{"downstream_Set-Cookie":"a=b"}"#, r#"{"downstream_Set-Cookie":"…"}"#),
            ("/x?y=token&z=1", "/x?y=token&z=1"),
            ("/tokens/abc?page=2", "/tokens/abc?page=2"),
            ("/x?token", "/x?token"),
            ("/x?token=", "/x?token=…"),
        ] {
            assert_eq!(harmless(line.as_bytes()), shown);
        }
    }

    #[test]
    fn control_characters_and_those_that_turn_a_text_are_replaced() {
        let line = harmless(b"a\x1b[31mb\r\x00\xff\xe2\x80\xaec");
        assert_eq!(line, "a\u{fffd}[31mb\u{fffd}\u{fffd}\u{fffd}\u{fffd}c");
    }

    #[test]
    fn lines_are_found_by_what_they_say_and_not_by_what_is_hidden() {
        let filter = |change: fn(&mut Filter)| {
            let mut filter = Filter::default();
            change(&mut filter);
            [COMMON, JSON].map(|line| filter.wants(line.as_bytes()))
        };
        assert_eq!(filter(|_| {}), [true, true]);
        assert_eq!(filter(|f| f.status = "404".into()), [true, false]);
        assert_eq!(filter(|f| f.status = "5xx".into()), [false, true]);
        assert_eq!(filter(|f| f.method = "post".into()), [false, true]);
        assert_eq!(filter(|f| f.router = "APP@".into()), [true, true]);
        assert_eq!(filter(|f| f.host = "app.example".into()), [false, true]);
        assert_eq!(filter(|f| f.text = "CURL 10.0.0.7".into()), [true, false]);
        let hidden = Filter { text: "hunter2".into(), ..Filter::default() };
        assert!(!hidden.wants(b"/x?password=hunter2"));
        assert!(hidden.wants(b"/hunter2"));
    }
}
