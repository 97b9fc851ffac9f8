//! How single values become texts, numbers, truths and durations.

use serde_json::{Value, json};

use crate::{
    table::{Statement, disabled, ours, reads, refused, taken},
    texts::{balancer, middleware, router, service},
};

pub(crate) fn statements() -> Vec<Statement> {
    [texts(), dates(), integers(), truths(), durations()].into_iter().flatten().collect()
}

fn texts() -> Vec<Statement> {
    let prefix = |value: &str| middleware(&format!("addPrefix: {{prefix: {value}}}"));
    let read = [
        ("1.50", "1.500000"),
        ("0x1F", "31"),
        ("010", "8"),
        ("0o17", "15"),
        ("1_000", "1000"),
        ("1e3", "1000"),
        ("+7", "7"),
        ("TRUE", "true"),
        ("yes", "yes"),
        ("12:30", "12:30"),
        ("!!str 5", "5"),
        ("\"2001-01-01\"", "2001-01-01"),
    ];
    let mut all: Vec<Statement> = read
        .into_iter()
        .map(|(written, read)| reads(prefix(written), &[], "/middlewares/m-N@file/addPrefix/prefix", read))
        .collect();
    all.extend([
        reads(prefix("[a, b]"), &["lint lost-value"], "/middlewares/m-N@file/addPrefix/prefix", "║24║a║b"),
        disabled(
            service("loadBalancer: {servers: [{url: \"http://x\"}]}")
                .replace("service: s-N", "service: [s-N]"),
            &["lint lost-value", "error disables-object dangling-service"],
            &["http.routers.a-N"],
        ),
        refused(prefix("{a: b}"), "wrong-type", "invalid node prefix: string"),
        // Traefik decodes it; nobody writes that, and our reader refuses it.
        ours(
            prefix("!!binary aGVsbG8="),
            &["error refuses-file bad-tag", "error disables-object missing-value"],
        ),
    ]);
    all
}

fn dates() -> Vec<Statement> {
    let reason = "unsupported";
    vec![
        refused(middleware("addPrefix: {prefix: 2001-01-01}"), "date", "uses unsupported type: struct"),
        refused(
            middleware("addPrefix: {prefix: 2001-01-01T00:00:00Z}"),
            "date",
            "uses unsupported type: struct",
        ),
        refused(
            middleware("headers: {customRequestHeaders: {X-D: 2001-01-01}}"),
            "date",
            "uses unsupported type: struct",
        ),
        refused(router("entryPoints: [2001-01-01]"), "date", reason),
        taken(
            "http: {routers: {2001-01-01: {rule: Host(`a`), service: noop@internal}}}\n",
            &["lint name-not-text"],
        )
        .alone(),
        taken("x-date: 2001-01-01\n", &[]),
    ]
}

fn integers() -> Vec<Statement> {
    let priority = |value: &str| router(&format!("priority: {value}"));
    let good = [
        ("\"42\"", 42),
        ("4.0", 4),
        ("1e2", 100),
        ("0x2A", 42),
        ("052", 42),
        ("+7", 7),
        ("\"+7\"", 7),
        ("-7", -7),
        ("\"007\"", 7),
        ("1_0", 10),
        ("0b11", 3),
    ];
    let bad = ["4.5", "\"\"", "\" 7\"", "\"0x2A\"", "\"1e2\"", "9223372036854775808", "true", "[1]", "{}"];
    let good = good
        .into_iter()
        .map(|(written, read)| reads(priority(written), &[], "/routers/a-N@file/priority", json!(read)));
    good.chain(
        bad.into_iter().map(|value| refused(priority(value), "wrong-type", "strconv.ParseInt: parsing")),
    )
    .collect()
}

fn truths() -> Vec<Statement> {
    let flag = |value: &str| balancer(&format!("passHostHeader: {value}"));
    let pointer = "/services/s-N@file/loadBalancer/passHostHeader";
    let good = ["TRUE", "True", "t", "T", "1", "\"true\"", "\"t\"", "1.0"].map(|value| (value, true));
    let good = good.into_iter().chain(["0", "F", "\"False\"", "0.0"].map(|value| (value, false)));
    let bad = ["yes", "no", "on", "off", "y", "tRUE", "\"\"", "2", "[true]"];
    good.map(|(written, read)| reads(flag(written), &[], pointer, Value::from(read)))
        .chain(bad.into_iter().map(|value| refused(flag(value), "wrong-type", "strconv.ParseBool: parsing")))
        .collect()
}

fn durations() -> Vec<Statement> {
    let period = |value: &str| middleware(&format!("rateLimit: {{average: 1, period: {value}}}"));
    let good = [
        ("10", "10s"),
        ("\"10\"", "10s"),
        ("5.s", "5s"),
        (".5s", "500ms"),
        ("1h30m", "1h30m0s"),
        ("1_000", "16m40s"),
        ("\"100µs\"", "100µs"),
        ("\"+1s\"", "1s"),
        ("0x10", "16s"),
    ];
    let bad = ["1d", "\"10 s\"", "1.5", "\"\"", "\"1_000s\"", "9223372036854775808", "[1s]"];
    let negative = ["-1s", "-1", "9223372036854775807", "9223372037"];
    good.into_iter()
        .map(|(written, read)| reads(period(written), &[], "/middlewares/m-N@file/rateLimit/period", read))
        .chain(bad.into_iter().map(|value| refused(period(value), "wrong-type", "time: ")))
        // So many seconds overflow silently.
        .chain(negative.into_iter().map(|value| {
            disabled(
                period(value),
                &["error disables-object bad-value"],
                &["http.middlewares.m-N", "http.routers.a-N"],
            )
        }))
        .collect()
}
