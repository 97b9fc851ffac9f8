//! Whether a rule may take what is sent to a host.
//!
//! Used where being wrong in one direction costs a click and in the other the way in: what cannot be known, it may.

use super::{Expression, Matcher, Rule, Syntax};
use crate::traefik::Protocol;

/// Whether a router of this rule may take requests or connections for a host; a rule that does not hold may.
pub(crate) fn may_take(rule: &str, protocol: Protocol, host: &str) -> bool {
    [Syntax::V3, Syntax::V2]
        .into_iter()
        .find_map(|syntax| Rule::parse(rule, protocol, syntax).ok())
        .is_none_or(|rule| takes(&rule.expression, host) != Some(false))
}

/// `None` where that depends on more than the host.
fn takes(expression: &Expression, host: &str) -> Option<bool> {
    match expression {
        Expression::Matcher(matcher) => matches(matcher, host),
        Expression::Not(inner) => takes(inner, host).map(|takes| !takes),
        Expression::All(parts) => all(parts, host, true),
        Expression::Any(parts) => all(parts, host, false),
    }
}

/// What all parts say, if they say it; one that says otherwise decides.
fn all(parts: &[Expression], host: &str, usual: bool) -> Option<bool> {
    let mut said = Some(usual);
    for part in parts {
        match takes(part, host) {
            Some(takes) if takes == usual => {}
            Some(other) => return Some(other),
            None => said = None,
        }
    }
    said
}

fn matches(matcher: &Matcher, host: &str) -> Option<bool> {
    if !matches!(matcher.name, "Host" | "HostHeader" | "HostSNI") {
        return None;
    }
    let plain = |name: &str| name.trim().trim_end_matches('.').to_ascii_lowercase();
    let host = plain(host);
    let mut said = Some(false);
    for name in matcher.arguments.iter().map(|name| plain(name)) {
        if name == "*" || name == host {
            return Some(true);
        }
        let is_below = name.strip_prefix('*').is_some_and(|parent| host.ends_with(parent));
        let has_port = name.rsplit_once(':').is_some_and(|(name, _)| name == host);
        if is_below || has_port {
            said = None;
        }
    }
    said
}
