//! What matchers there are, and what each wants of its arguments.

use std::net::IpAddr;

use super::{Protocol, RuleError, Syntax, pattern, regex};

/// A matcher of one of the four rule languages.
#[derive(Debug)]
pub(super) struct Kind {
    pub(super) name: &'static str,
    count: Count,
    wants: Wants,
}

#[derive(Debug, Clone, Copy)]
enum Count {
    One,
    OneOrTwo,
    Two,
    /// One or more.
    Some,
    /// Name and value in turn.
    Pairs,
}

#[derive(Debug, Clone, Copy)]
enum Wants {
    Anything,
    Ascii,
    AsciiRegex,
    Path,
    Regex,
    /// A regular expression as the second argument of each pair.
    PairRegex,
    Address,
    Sni,
    /// Without `*.`.
    PlainSni,
    Alpn,
    PathTemplate,
    HostTemplate,
    SniTemplate,
    QueryTemplates,
}

/// The matchers of one language.
#[derive(Debug, Clone, Copy)]
pub(super) struct Matchers {
    own: &'static [Kind],
    /// Those of the other version, to give better advice.
    other: &'static [Kind],
}

/// What is wrong with a matcher; the parser adds where.
#[derive(Debug)]
pub(super) struct Problem {
    argument: Option<usize>,
    message: String,
    remedy: String,
}

impl Problem {
    pub(super) fn new(message: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { argument: None, message: message.into(), remedy: remedy.into() }
    }

    fn of_argument(mut self, index: usize) -> Self {
        self.argument = Some(index);
        self
    }

    pub(super) fn argument(&self) -> Option<usize> {
        self.argument
    }

    pub(super) fn at(self, offset: usize) -> RuleError {
        RuleError::new(offset, self.message, self.remedy)
    }
}

const fn kind(name: &'static str, count: Count, wants: Wants) -> Kind {
    Kind { name, count, wants }
}

/// Traefik 3.7, `pkg/muxer/http/matcher.go`.
static HTTP: [Kind; 11] = [
    kind("Host", Count::One, Wants::Ascii),
    kind("HostRegexp", Count::One, Wants::AsciiRegex),
    kind("Path", Count::One, Wants::Path),
    kind("PathPrefix", Count::One, Wants::Path),
    kind("PathRegexp", Count::One, Wants::Regex),
    kind("Method", Count::One, Wants::Anything),
    kind("Header", Count::Two, Wants::Anything),
    kind("HeaderRegexp", Count::Two, Wants::PairRegex),
    kind("Query", Count::OneOrTwo, Wants::Anything),
    kind("QueryRegexp", Count::OneOrTwo, Wants::PairRegex),
    kind("ClientIP", Count::One, Wants::Address),
];

/// Traefik 3.7, `pkg/muxer/http/matcher_v2.go`.
static HTTP_V2: [Kind; 10] = [
    kind("Host", Count::Some, Wants::Ascii),
    kind("HostHeader", Count::Some, Wants::Ascii),
    kind("HostRegexp", Count::Some, Wants::HostTemplate),
    kind("Path", Count::Some, Wants::PathTemplate),
    kind("PathPrefix", Count::Some, Wants::PathTemplate),
    kind("Method", Count::Some, Wants::Anything),
    kind("Headers", Count::Pairs, Wants::Anything),
    kind("HeadersRegexp", Count::Pairs, Wants::PairRegex),
    kind("Query", Count::Some, Wants::QueryTemplates),
    kind("ClientIP", Count::Some, Wants::Address),
];

/// Traefik 3.7, `pkg/muxer/tcp/matcher.go`.
static TCP: [Kind; 4] = [
    kind("HostSNI", Count::One, Wants::Sni),
    kind("HostSNIRegexp", Count::One, Wants::AsciiRegex),
    kind("ClientIP", Count::One, Wants::Address),
    kind("ALPN", Count::One, Wants::Alpn),
];

/// Traefik 3.7, `pkg/muxer/tcp/matcher_v2.go`.
static TCP_V2: [Kind; 4] = [
    kind("HostSNI", Count::Some, Wants::PlainSni),
    kind("HostSNIRegexp", Count::Some, Wants::SniTemplate),
    kind("ClientIP", Count::Some, Wants::Address),
    kind("ALPN", Count::Some, Wants::Alpn),
];

/// The matchers of a router's language; `None` for UDP.
pub(super) fn of(protocol: Protocol, syntax: Syntax) -> Option<Matchers> {
    let (own, other): (&[Kind], &[Kind]) = match (protocol, syntax) {
        (Protocol::Http, Syntax::V3) => (&HTTP, &HTTP_V2),
        (Protocol::Http, Syntax::V2) => (&HTTP_V2, &HTTP),
        (Protocol::Tcp, Syntax::V3) => (&TCP, &HTTP),
        (Protocol::Tcp, Syntax::V2) => (&TCP_V2, &HTTP_V2),
        (Protocol::Udp, _) => return None,
    };
    Some(Matchers { own, other })
}

impl Matchers {
    /// The matcher of that name, which Traefik knows as `PathPrefix`, `pathprefix`, `PATHPREFIX` and `Pathprefix`.
    pub(super) fn find(self, name: &str) -> Result<&'static Kind, Problem> {
        let is_lower = |text: &str| !text.bytes().any(|b| b.is_ascii_uppercase());
        let spelled = |kind: &&Kind| {
            let one_case = is_lower(name.get(1..).unwrap_or_default()) || name == name.to_ascii_uppercase();
            name == kind.name || (one_case && name.eq_ignore_ascii_case(kind.name))
        };
        self.own.iter().find(spelled).ok_or_else(|| self.unknown(name))
    }

    fn unknown(self, name: &str) -> Problem {
        let message = format!("unknown matcher `{name}`");
        let near = self
            .own
            .iter()
            .map(|kind| (distance(name, kind.name), kind.name))
            .min()
            .filter(|&(distance, known)| distance <= known.len().div_ceil(3));
        if let Some((_, known)) = near {
            return Problem::new(message, format!("did you mean `{known}`?"));
        }
        if self.other.iter().any(|kind| kind.name.eq_ignore_ascii_case(name)) {
            return Problem::new(message, "it belongs to another kind of router or another `ruleSyntax`");
        }
        let names: Vec<_> = self.own.iter().map(|kind| kind.name).collect();
        Problem::new(message, format!("use one of {}", names.join(", ")))
    }
}

impl Kind {
    /// Whether Traefik takes these arguments.
    pub(super) fn check(&self, arguments: &[String]) -> Result<(), Problem> {
        self.check_count(arguments.len())?;
        if let Some(index) = arguments.iter().position(String::is_empty) {
            return Err(Problem::new(
                format!("{} has an empty value", self.name),
                "write a value between the backticks",
            )
            .of_argument(index));
        }
        if matches!(self.wants, Wants::QueryTemplates) {
            return pattern::queries(arguments);
        }
        for (index, argument) in arguments.iter().enumerate() {
            self.check_argument(index, argument).map_err(|problem| problem.of_argument(index))?;
        }
        Ok(())
    }

    fn check_count(&self, count: usize) -> Result<(), Problem> {
        let (fits, wanted) = match self.count {
            Count::One => (count == 1, "one value"),
            Count::OneOrTwo => (count == 1 || count == 2, "one or two values"),
            Count::Two => (count == 2, "two values"),
            Count::Some => (count > 0, "one value or more"),
            Count::Pairs => (count > 0 && count.is_multiple_of(2), "names and values in turn"),
        };
        if fits {
            return Ok(());
        }
        let remedy = match self.count {
            Count::One if count > 1 => format!("write {0}(`a`) || {0}(`b`)", self.name),
            _ => format!("give it {wanted}"),
        };
        Err(Problem::new(format!("{} takes {wanted}, not {count}", self.name), remedy))
    }

    fn check_argument(&self, index: usize, text: &str) -> Result<(), Problem> {
        let name = self.name;
        match self.wants {
            Wants::Ascii => ascii(name, text),
            Wants::AsciiRegex => ascii(name, text).and_then(|()| expression(name, text)),
            Wants::Regex => expression(name, text),
            Wants::PairRegex if index % 2 == 1 => expression(name, text),
            Wants::PathTemplate => pattern::path(name, text),
            Wants::HostTemplate => ascii(name, text).and_then(|()| pattern::host(name, text)),
            Wants::SniTemplate => pattern::sni(name, text),
            Wants::Path if !text.starts_with('/') => {
                Err(Problem::new(format!("{name} has a path without a slash"), "begin it with /"))
            }
            Wants::Address if !is_address(text) => Err(Problem::new(
                format!("{name} has no valid address: `{text}`"),
                "write an IP address or a range like 10.0.0.0/8",
            )),
            Wants::Sni if text != "*" && !is_sni(text.strip_prefix("*.").unwrap_or(text)) => {
                Err(Problem::new(
                    format!("{name} has no valid host name: `{text}`"),
                    "write a name in ASCII (xn--… for others), *.name, or * for every connection",
                ))
            }
            Wants::PlainSni if text != "*" && !is_sni(text) => Err(Problem::new(
                format!("{name} has no valid host name: `{text}`"),
                "write a name in ASCII (xn--… for others), or * for every connection",
            )),
            Wants::Alpn if text == "acme-tls/1" => Err(Problem::new(
                "ALPN may not be acme-tls/1, which Traefik keeps for itself",
                "remove the matcher",
            )),
            _ => Ok(()),
        }
    }
}

fn ascii(name: &str, text: &str) -> Result<(), Problem> {
    if text.is_ascii() {
        return Ok(());
    }
    Err(Problem::new(format!("{name} takes only ASCII"), "write the name in its xn--… form (punycode)"))
}

fn expression(name: &str, text: &str) -> Result<(), Problem> {
    regex::check(text).map_err(|reason| {
        Problem::new(format!("{name} has a regular expression that Go cannot read: {reason}"), "correct it")
    })
}

/// An address or a range as Go's `net.ParseCIDR` reads them.
fn is_address(text: &str) -> bool {
    let Some((address, bits)) = text.split_once('/') else { return text.parse::<IpAddr>().is_ok() };
    let Ok(address) = address.parse::<IpAddr>() else { return false };
    bits.bytes().all(|b| b.is_ascii_digit())
        && bits.parse::<u8>().is_ok_and(|bits| bits <= if address.is_ipv4() { 32 } else { 128 })
}

fn is_sni(name: &str) -> bool {
    let is_plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.' | b'-' | b':');
    !name.is_empty() && name.bytes().all(is_plain)
}

/// The number of letters to change to get from one word to the other, without regard to case.
fn distance(from: &str, to: &str) -> usize {
    let to: Vec<char> = to.to_lowercase().chars().collect();
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (i, a) in from.to_lowercase().chars().take(64).enumerate() {
        let mut left = i + 1;
        let mut next = vec![left];
        for (b, above) in to.iter().zip(row.windows(2)) {
            if let [diagonal, up] = *above {
                left = (diagonal + usize::from(a != *b)).min(up + 1).min(left + 1);
            }
            next.push(left);
        }
        row = next;
    }
    row.last().copied().unwrap_or(usize::MAX)
}
