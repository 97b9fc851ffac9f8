//! The real Traefik and our reader of rules must agree: what we accept, Traefik accepts.
//!
//! `RULE_MUTANTS` and `RULE_SEED` choose how many mutated rules are asked and which; `RULE_REPORT` names a file
//! for every difference.

#![expect(clippy::unwrap_used, reason = "tests")]

mod support;

use std::{env, fmt::Write as _, fs};

use support::traefik::Traefik;
use traefik_manager_core::traefik::{
    Protocol,
    rule::{Rule, Syntax},
};

/// Rules of each language, good and bad; the mutants are made from them too.
const RULES: [(Protocol, Syntax, &[&str]); 4] = [
    (Protocol::Http, Syntax::V3, include!("rules/http.in")),
    (Protocol::Http, Syntax::V2, include!("rules/http_v2.in")),
    (Protocol::Tcp, Syntax::V3, include!("rules/tcp.in")),
    (Protocol::Tcp, Syntax::V2, include!("rules/tcp_v2.in")),
];

/// What a mutation puts in.
const PIECES: &[&str] = &[
    "`",
    "\"",
    "'",
    "(",
    ")",
    "&&",
    "||",
    "!",
    ",",
    " ",
    "\n",
    "\t",
    "/",
    "//",
    "/*",
    "*/",
    "\\",
    ".",
    "*",
    "+",
    "?",
    "[",
    "]",
    "^",
    "$",
    "|",
    "{",
    "}",
    "{2}",
    "{2,1}",
    "{1000}",
    "(?i)",
    "(?:",
    "(?P<n>",
    "(?<n>",
    "\\d",
    "\\p{Greek}",
    "\\pL",
    "\\x41",
    "\\1",
    "\\07",
    "\\Q",
    "\\E",
    "[^a-z]",
    "[[:alpha:]]",
    "[z-a]",
    "**",
    "Host",
    "hOST",
    "Path",
    "é",
    "\u{0}",
    "\u{feff}",
    "\r",
    ";",
    "==",
    "1",
    "a",
    "-",
    ":",
    "=",
    "10.0.0.0/8",
    "::1",
    "/32",
    "...",
    "Host(`x`)",
    "`, `",
    "`) || !(Host(`",
    "Pathprefix",
    "{n:[a-z]+}",
    "{n}",
    "a.*",
    "xn--p1ai",
    "_",
    "*.x.y",
    "||\n",
    "\n&&",
];

/// A generator of numbers that is the same on every machine.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, below: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 16).unwrap() % below.max(1)
    }

    fn place(&mut self, text: &str) -> usize {
        let places: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
        places[self.roll(places.len())]
    }

    fn mutate(&mut self, rule: &str, others: &[&str]) -> String {
        let mut rule = rule.to_owned();
        for _ in 0..=self.roll(2) {
            let (a, b) = (self.place(&rule), self.place(&rule));
            let (from, to) = (a.min(b), a.max(b));
            match self.roll(6) {
                0 if to - from < 6 => rule.replace_range(from..to, ""),
                1 => rule = format!("{rule} && {}", others[self.roll(others.len())]),
                2 => rule = format!("!({rule})"),
                3 if to - from < 4 => rule.replace_range(from..to, PIECES[self.roll(PIECES.len())]),
                _ => rule.insert_str(a, PIECES[self.roll(PIECES.len())]),
            }
        }
        rule
    }
}

/// A text between double quotes for YAML, nothing but ASCII.
fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for c in text.chars() {
        if c.is_ascii_graphic() && c != '"' && c != '\\' || c == ' ' {
            quoted.push(c);
        } else {
            write!(quoted, "\\U{:08x}", u32::from(c)).unwrap();
        }
    }
    quoted + "\""
}

fn number(name: &str, default: u64) -> u64 {
    env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(default)
}

fn cases() -> Vec<(Protocol, Syntax, String)> {
    let mut dice = Dice(number("RULE_SEED", 20_261_121));
    let mut cases = Vec::new();
    for (protocol, syntax, rules) in RULES {
        cases.extend(rules.iter().map(|rule| (protocol, syntax, (*rule).to_owned())));
        // A mutant of a bad rule is nearly always bad.
        let good: Vec<&str> =
            rules.iter().copied().filter(|rule| Rule::parse(rule, protocol, syntax).is_ok()).collect();
        for _ in 0..number("RULE_MUTANTS", 60) {
            let base = good[dice.roll(good.len())];
            cases.push((protocol, syntax, dice.mutate(base, &good)));
        }
    }
    // Traefik would run a template first, and a router without a rule is not about rules.
    cases.retain(|(_, _, rule)| !rule.contains("{{") && !rule.is_empty());
    cases
}

fn file_for(cases: &[(Protocol, Syntax, String)]) -> String {
    let mut text = String::new();
    for protocol in [Protocol::Http, Protocol::Tcp] {
        let (service, tls) =
            if protocol == Protocol::Http { ("noop@internal", "") } else { ("s", ", tls: {}") };
        writeln!(text, "{protocol}:\n  routers:").unwrap();
        for (index, (of, syntax, rule)) in cases.iter().enumerate() {
            if *of == protocol {
                let syntax = if *syntax == Syntax::V2 { "v2" } else { "v3" };
                let rule = quoted(rule);
                writeln!(
                    text,
                    "    r{index}: {{entryPoints: [{}], rule: {rule}, ruleSyntax: {syntax}, service: {service}{tls}}}",
                    if protocol == Protocol::Http { "web" } else { "tcp" },
                )
                .unwrap();
            }
        }
    }
    text + "  services:\n    s: {loadBalancer: {servers: [{address: \"127.0.0.1:9\"}]}}\n"
}

#[tokio::test]
async fn what_we_accept_traefik_accepts() {
    let folder = tempfile::tempdir().unwrap();
    let cases = cases();
    fs::write(folder.path().join("rules.yml"), file_for(&cases)).unwrap();
    let Some(traefik) = Traefik::start(folder.path()).await else { return };

    let mut verdicts = vec![None; cases.len()];
    for protocol in ["http", "tcp"] {
        let count = cases.iter().filter(|(of, _, _)| of.as_str() == protocol).count();
        let path = format!("/api/{protocol}/routers?per_page=100000");
        let routers =
            traefik.wait_for(&path, |list| list.as_array().is_some_and(|list| list.len() >= count)).await;
        for router in routers.as_array().unwrap() {
            let name = router["name"].as_str().unwrap_or_default();
            if let Some(index) = name.strip_prefix('r').and_then(|rest| rest.strip_suffix("@file")) {
                let errors = router["error"].to_string();
                verdicts[index.parse::<usize>().unwrap()] = Some((router["status"] == "enabled", errors));
            }
        }
    }

    let (mut wrong, mut strict, mut accepted) = (String::new(), String::new(), 0);
    for ((protocol, syntax, rule), verdict) in cases.iter().zip(verdicts) {
        let (enabled, traefik_says) = verdict.unwrap();
        let ours = Rule::parse(rule, *protocol, *syntax);
        accepted += usize::from(enabled);
        match ours {
            Ok(_) if !enabled => writeln!(wrong, "{protocol} {syntax:?} {rule:?}: {traefik_says}").unwrap(),
            Err(error) if enabled => writeln!(strict, "{protocol} {syntax:?} {rule:?}: {error}").unwrap(),
            _ => {}
        }
    }
    if let Some(report) = env::var_os("RULE_REPORT") {
        fs::write(
            report,
            format!(
                "# accepted but disabled
{wrong}
# refused but enabled
{strict}"
            ),
        )
        .unwrap();
    }
    assert!(accepted * 5 > cases.len(), "nearly all rules are bad, which proves little: {accepted}");
    assert!(wrong.is_empty(), "Traefik disables what we accept:\n{wrong}");
    let strict = strict.lines().count();
    assert!(strict * 20 < accepted, "we refuse {strict} of the {accepted} rules that Traefik takes");
}
