//! YAML as Traefik's own reader takes it.

use crate::{
    table::{Statement, disabled, ours, refused, taken},
    texts::router,
};

const GOOD: &str = "http: {routers: {a-N: {rule: Host(`a`), service: noop@internal}}}\n";

pub(crate) fn statements() -> Vec<Statement> {
    [refusals(), oddities(), stricter()].into_iter().flatten().collect()
}

fn refusals() -> Vec<Statement> {
    let merged = |merge: &str| {
        format!(
            "x-a: &a {{priority: 1}}\nx-b: &b {{ruleSyntax: v3}}\nhttp: {{routers: {{a: {{{merge}, rule: Host(`a`), service: noop@internal}}}}}}\n"
        )
    };
    vec![
        refused(format!("{GOOD}{GOOD}"), "syntax", "already defined"),
        refused("x-ignored: {b: 1, b: 2}\n", "syntax", "already defined"),
        refused(router("priority: 1, priority: 2"), "syntax", "already defined"),
        refused(merged("<<: *a, <<: *b"), "syntax", "already defined"),
        refused(merged("<<: ~"), "syntax", "map merge requires map or sequence of maps as the value"),
        refused(merged("<<: x"), "syntax", "map merge requires map or sequence of maps as the value"),
        refused(format!("%YAML 1.2\n---\n{GOOD}"), "syntax", "found incompatible YAML document"),
        refused(
            format!("x-a: {}{}\n{GOOD}", "[".repeat(10_001), "]".repeat(10_001)),
            "syntax",
            "exceeded max depth",
        ),
        refused(bomb(7), "too-many-aliases 4", "document contains excessive aliasing"),
        refused(format!("{GOOD}# \0\n"), "syntax", "control characters are not allowed"),
        refused(format!("{GOOD}# \u{1}\n"), "syntax", "control characters are not allowed"),
        refused("http:\n\trouters: {}\n", "syntax", "found character that cannot start any token"),
    ]
}

/// Lists of ten of the list before, so many times; each is below a section that Traefik skips.
fn bomb(levels: usize) -> String {
    let ten = |level: usize, of: &str| format!("x-{level}: &a{level} [{}]\n", [of; 10].join(","));
    let above: String = (1..levels).map(|level| ten(level, &format!("*a{}", level - 1))).collect();
    format!("{}{above}{GOOD}", ten(0, "a"))
}

fn oddities() -> Vec<Statement> {
    let lines = "http:\n  routers:\n    a-N:\n      rule: Host(`a`)\n      service: noop@internal\n";
    vec![
        taken(bomb(3), &[]),
        taken(format!("\u{feff}{GOOD}"), &[]),
        taken(lines.replace('\n', "\r\n"), &[]),
        taken(lines.replace(": ", ":\t"), &[]),
        taken(GOOD.replace(": ", ":\t"), &[]),
        taken("http: {routers: {a-N: {rule: Host(`a`), service: noop@internal, middlewares: [],},},}\n", &[]),
        taken(format!("---\n{GOOD}...\n"), &[]),
        taken(
            "x-a: &a {priority: 1}\nhttp: {routers: {a-N: {<<: *a, rule: Host(`a`), service: noop@internal}}}\n",
            &[],
        ),
        disabled(
            "x-a: &a {rule: \"Hots(`a`)\"}\nhttp: {routers: {a-N: {<<: *a, service: noop@internal}}}\n",
            &["error disables-object bad-rule"],
            &["http.routers.a-N"],
        ),
    ]
}

/// What Traefik takes and our reader does not: who writes it is told what to write instead, and no file is touched.
fn stricter() -> Vec<Statement> {
    let syntax = &["error refuses-file syntax"];
    vec![
        ours(format!("{GOOD}---\nfoo: [\n"), syntax),
        ours(format!("%YAML 1.1\n---\n{GOOD}"), syntax),
        ours(GOOD.replace('\n', "\r"), syntax),
        ours(format!("x-a: {}{}\n{GOOD}", "[".repeat(200), "]".repeat(200)), syntax),
        ours("http: {routers: {a: {rule: Host(`a`), service: noop@internal, tls:}}}\n", syntax),
    ]
}
