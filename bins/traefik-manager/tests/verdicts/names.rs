//! Names of objects: what may be one, and what can be referred to.

use crate::table::{Statement, disabled, refused, taken};

const DANGLING: &str = "error disables-object dangling-service";
const NOT_TEXT: &str = "lint name-not-text";
const NOT_REFERABLE: &str = "lint name-not-referable";
const SERVER: &str = "{loadBalancer: {servers: [{url: \"http://127.0.0.1:9\"}]}}";

/// A service of this name, and a router that refers to it so.
fn named(name: &str, reference: &str) -> String {
    format!(
        "http: {{routers: {{a-N: {{rule: Host(`a`), service: {reference}}}}}, services: {{{name}: {SERVER}}}}}\n"
    )
}

pub(crate) fn statements() -> Vec<Statement> {
    let long = "x".repeat(300);
    let mut all: Vec<Statement> =
        ["a/b-N", "a.b-N", "\"a b-N\"", "\"a\\nb-N\"", "bücher-N", "\"s║t-N\"", "\"null\"", "yes", &long]
            .map(|name| taken(named(name, name), &[]))
            .into();
    for (name, reference, told) in [
        ("x@docker", "x@docker", NOT_REFERABLE),
        ("x@docker", "x", NOT_REFERABLE),
        ("x@file", "x@file", NOT_REFERABLE),
        ("1", "1", NOT_TEXT),
        ("1", "\"1\"", NOT_TEXT),
        ("1.5", "1.5", NOT_TEXT),
        ("true", "true", NOT_TEXT),
        ("010", "010", NOT_TEXT),
        ("2001-01-01", "\"2001-01-01\"", NOT_TEXT),
    ] {
        all.push(disabled(named(name, reference), &[DANGLING, told], &["http.routers.a-N"]).alone());
    }
    let number = |router: &str| {
        format!("http: {{routers: {{{router}: {{rule: Host(`a`), service: noop@internal}}}}}}\n")
    };
    let key = |length: usize| {
        format!(
            "http:\n  services:\n    {}:\n      loadBalancer: {{servers: [{{url: \"http://127.0.0.1:9\"}}]}}\n",
            "x".repeat(length)
        )
    };
    all.extend([
        taken(named("\"1\"", "1"), &[]).alone(),
        taken(named("1", "\"<int Value>\""), &[NOT_TEXT]).alone(),
        disabled(named("\"\"", "\"\""), &["error disables-object no-service", NOT_REFERABLE], &["http.routers.a-N"]).alone(),
        taken(named("\"\"", "\"@file\""), &[NOT_REFERABLE]).alone(),
        // Both are `<int Value>` to Traefik.
        taken(
            format!("http: {{services: {{1: {SERVER}, 2: {SERVER}}}}}\n"),
            &[NOT_TEXT, NOT_TEXT, "warning ignores duplicate-name"],
        )
        .alone(),
        taken(number("a@docker"), &[NOT_REFERABLE]).alone(),
        // An entry without a name is dropped, whatever it says.
        taken("http: {routers: {null: {foo: x}, b-N: {rule: Host(`b`), service: noop@internal}}}\n", &[]),
        taken(key(1_024), &[]).alone(),
        refused(key(1_025), "syntax", "mapping values are not allowed in this context"),
        disabled(
            "http: {routers: {a-N: {rule: Host(`a`), service: noop@internal, middlewares: [m@x]}}, middlewares: {m@x: {addPrefix: {prefix: /a}}}}\n",
            &["error disables-object dangling-middleware", NOT_REFERABLE],
            &["http.routers.a-N"],
        )
        .alone(),
    ]);
    all
}
