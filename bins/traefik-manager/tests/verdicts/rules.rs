//! Rules: they refuse no file, and disable the router.
//!
//! `rules_against_traefik` puts thousands of changed rules of both languages to Traefik; here stand those of which
//! something is known by name.

use crate::{
    table::{Statement, disabled, ours, taken},
    texts::{router, rule, stream},
};

pub(crate) fn statements() -> Vec<Statement> {
    let mut all = [http(), tcp(), priorities()].into_iter().flatten().collect::<Vec<_>>();
    all.extend([
        disabled(
            "http: {routers: {a-N: {service: noop@internal}}}\n",
            &["error disables-object no-rule"],
            &["http.routers.a-N"],
        ),
        disabled(
            "http: {routers: {a-N: {rule: Host(`a`)}}}\n",
            &["error disables-object no-service"],
            &["http.routers.a-N"],
        ),
    ]);
    all
}

fn http() -> Vec<Statement> {
    let good = [
        "Header(`a`, `b`)",
        "HeaderRegexp(`a`, `b.*`)",
        "Query(`a`)",
        "Query(`a`, `b`)",
        "Host(`a b`)",
        "Host(`*.x`)",
        "Host(`a:80`)",
        "Host(`a/b`)",
        "!!Host(`a`)",
        "Host(`a`) // comment",
        "Host(\\\"a\\\")",
        "Host(`a`) &&\\nPath(`/b`)",
    ];
    let bad = [
        "Host(`a`, `b`)",
        "Host()",
        "Header(`a`)",
        "HeaderRegexp(`a`)",
        "Query(`a`, `b`, `c`)",
        "Path(`/a`, `/b`)",
        "Method(`GET`, `POST`)",
        "ClientIP(`10.0.0.0/33`)",
        "Host(`bücher.example`)",
        "Host('a')",
        "Host(`a`)\\n&& Path(`/b`)",
        "(Host(`a`)\\n)",
    ];
    let quoted = |text: &str| rule(&format!("\"{text}\""));
    let syntax = |syntax: &str| {
        rule("\"Host(`a`, `b`)\"").replace("service: ", &format!("ruleSyntax: {syntax}, service: "))
    };
    let wrong = |text: String| disabled(text, &["error disables-object bad-rule"], &["http.routers.a-N"]);
    let mut all: Vec<Statement> = good.map(|text| taken(quoted(text), &[])).into();
    all.extend(bad.map(|text| wrong(quoted(text))));
    all.push(taken(syntax("v2"), &[]));
    // Anything but exactly `v2` is v3.
    all.extend(["V2", "v4", "\"v2 \""].map(|other| wrong(syntax(other))));
    all
}

fn tcp() -> Vec<Statement> {
    let with_tls = ["HostSNI(`a`)", "HostSNI(`*`)", "HostSNI(`*.a.b`)", "!HostSNI(`a`)"];
    let mut all: Vec<Statement> =
        with_tls.map(|rule| taken(stream(&format!("\"{rule}\""), "tls: {}"), &[])).into();
    all.extend(
        ["HostSNI(`*`)", "!HostSNI(`a`)"]
            .map(|rule| taken(stream(&format!("\"{rule}\""), "priority: 1"), &[])),
    );
    all.extend(["HostSNI(`a`)", "\"HostSNI(`*.a.b`)\""].map(|rule| {
        disabled(stream(rule, "priority: 1"), &["error disables-object rule-needs-tls"], &["tcp.routers.a-N"])
    }));
    all
}

fn priorities() -> Vec<Statement> {
    let priority = |value: &str| router(&format!("priority: {value}"));
    let too_high = &["error disables-object bad-priority"];
    vec![
        taken(priority("9223372036854774807"), &[]),
        disabled(priority("9223372036854774808"), too_high, &["http.routers.a-N"]),
        taken(priority("-5"), &[]),
        disabled(stream("HostSNI(`*`)", "priority: 9223372036854774808"), too_high, &["tcp.routers.a-N"]),
    ]
}

/// Since 3.7 a name may have a wild beginning, and what is not a name needs no TLS.
pub(crate) fn by_version() -> Vec<(u8, Statement)> {
    vec![
        (6, ours(stream("\"HostSNI(`*.a.b`)\"", "tls: {}"), &["error disables-object bad-rule"])),
        (6, ours(stream("\"!HostSNI(`a`)\"", "priority: 1"), &["error disables-object rule-needs-tls"])),
        (7, ours(stream("\"HostSNI(`*.a.b`)\"", "tls: {}"), &[])),
        (7, ours(stream("\"!HostSNI(`a`)\"", "priority: 1"), &[])),
    ]
}
