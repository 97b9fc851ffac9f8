//! Traefik's rules: which requests or connections a router takes.
//!
//! Traefik reads a rule as a Go expression (`vulcand/predicate` over `go/parser`) of matcher calls, `&&`, `||`,
//! `!` and parentheses. A rule that does not hold never refuses the file, it disables the router, and the edge
//! answers 404 without a word. So every rule is read here, by the same grammar, before it is written. What this
//! module accepts, Traefik 3.7 accepts; a few oddities that Traefik accepts (`Host("a"...)`, `\xff` in a text,
//! hosts outside ASCII in TCP rules) are refused here.

mod error;
mod host;
mod matcher;
mod parse;
mod pattern;
pub(crate) mod regex;
mod scan;

use std::fmt::{self, Display as _};

pub use error::RuleError;
pub(crate) use host::may_take;

use super::Protocol;

/// Which of Traefik's two rule languages a router speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Syntax {
    /// The language of Traefik 2, chosen by `ruleSyntax: v2`.
    V2,
    /// The language of Traefik 3.
    #[default]
    V3,
}

impl Syntax {
    /// What a router's `ruleSyntax` means: anything but exactly `v2` is version 3 (Traefik 3.7).
    pub fn of_setting(rule_syntax: Option<&str>) -> Self {
        if rule_syntax == Some("v2") { Self::V2 } else { Self::V3 }
    }
}

/// A matcher and its arguments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Matcher {
    /// Traefik's own spelling of the name, `PathPrefix`.
    pub(crate) name: &'static str,
    /// The arguments, without quotes; never empty texts.
    pub(crate) arguments: Vec<String>,
}

/// A part of a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Expression {
    /// One matcher.
    Matcher(Matcher),
    /// `!`.
    Not(Box<Expression>),
    /// Two or more parts joined by `&&`.
    All(Vec<Expression>),
    /// Two or more parts joined by `||`.
    Any(Vec<Expression>),
}

/// A rule that Traefik takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    expression: Expression,
}

impl Rule {
    /// Reads a rule in the language of its router.
    ///
    /// # Errors
    /// [`RuleError`] where Traefik would disable the router; always for UDP, whose routers have no rule.
    pub fn parse(text: &str, protocol: Protocol, syntax: Syntax) -> Result<Self, RuleError> {
        let matchers = matcher::of(protocol, syntax)
            .ok_or_else(|| RuleError::new(0, "a UDP router has no rule", "remove the rule"))?;
        parse::parse(text, matchers).map(|expression| Self { expression })
    }

    /// What the first `HostSNI` of a TCP rule names, which tells Traefik whether the router needs TLS; what is
    /// negated counts only when asked for.
    pub(crate) fn first_sni(&self, counts_negated: bool) -> Option<&str> {
        fn find(expression: &Expression, counts_negated: bool) -> Option<&str> {
            match expression {
                Expression::Matcher(Matcher { name: "HostSNI", arguments }) => {
                    arguments.first().map(String::as_str)
                }
                Expression::Matcher(_) => None,
                Expression::Not(inner) => counts_negated.then(|| find(inner, true)).flatten(),
                Expression::All(parts) | Expression::Any(parts) => {
                    parts.iter().find_map(|part| find(part, counts_negated))
                }
            }
        }
        find(&self.expression, counts_negated)
    }

    /// Whether a `HostSNI` names a wildcard such as `*.example.com`.
    pub(crate) fn names_wildcard_sni(&self) -> bool {
        fn any(expression: &Expression) -> bool {
            match expression {
                Expression::Matcher(Matcher { name, arguments }) => {
                    *name == "HostSNI" && arguments.iter().any(|text| text.starts_with("*."))
                }
                Expression::Not(inner) => any(inner),
                Expression::All(parts) | Expression::Any(parts) => parts.iter().any(any),
            }
        }
        any(&self.expression)
    }

    /// The hosts, when the rule says nothing but ``Host(`a`) || Host(`b`) || …``.
    ///
    /// Such a rule can be edited as a list of names. `None` for every other rule, also for TCP's.
    pub fn simple_hosts(&self) -> Option<Vec<String>> {
        let host = |expression: &Expression| match expression {
            Expression::Matcher(Matcher { name: "Host", arguments }) if arguments.len() == 1 => {
                arguments.first().cloned()
            }
            _ => None,
        };
        match &self.expression {
            Expression::Any(parts) => parts.iter().map(host).collect(),
            one => host(one).map(|name| vec![name]),
        }
    }
}

/// In Traefik's usual spelling, which reads back as the same rule.
impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.expression.fmt(f)
    }
}

impl fmt::Display for Expression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Matcher(matcher) => matcher.fmt(f),
            Self::Not(inner) => {
                f.write_str("!")?;
                write_part(f, inner, matches!(**inner, Self::All(_) | Self::Any(_)))
            }
            Self::All(parts) => {
                write_joined(f, parts, " && ", |part| matches!(part, Self::All(_) | Self::Any(_)))
            }
            Self::Any(parts) => write_joined(f, parts, " || ", |part| matches!(part, Self::Any(_))),
        }
    }
}

fn write_joined(
    f: &mut fmt::Formatter<'_>,
    parts: &[Expression],
    operator: &str,
    in_parentheses: impl Fn(&Expression) -> bool,
) -> fmt::Result {
    for (index, part) in parts.iter().enumerate() {
        if index > 0 {
            f.write_str(operator)?;
        }
        write_part(f, part, in_parentheses(part))?;
    }
    Ok(())
}

fn write_part(f: &mut fmt::Formatter<'_>, part: &Expression, in_parentheses: bool) -> fmt::Result {
    if in_parentheses { write!(f, "({part})") } else { part.fmt(f) }
}

impl fmt::Display for Matcher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}(", self.name)?;
        for (index, argument) in self.arguments.iter().enumerate() {
            if index > 0 {
                f.write_str(", ")?;
            }
            write_text(f, argument)?;
        }
        f.write_str(")")
    }
}

/// Between backticks where they can hold the text; Go drops carriage returns there and refuses NUL and BOM.
fn write_text(f: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    let needs_escapes = |c: char| c == '`' || c == '\u{feff}' || (c.is_control() && c != '\n' && c != '\t');
    if !text.contains(needs_escapes) {
        return write!(f, "`{text}`");
    }
    f.write_str("\"")?;
    for c in text.chars() {
        match c {
            '"' | '\\' => write!(f, "\\{c}")?,
            '\n' => f.write_str("\\n")?,
            '\t' => f.write_str("\\t")?,
            c if c.is_control() || c == '\u{feff}' => write!(f, "\\U{:08x}", u32::from(c))?,
            c => write!(f, "{c}")?,
        }
    }
    f.write_str("\"")
}

#[cfg(test)]
mod tests;
