//! Settings for which Traefik takes the file and disables the object.

use crate::{
    table::{Statement, disabled, taken},
    texts::{balancer, middleware, options, stream_middleware},
};

const MIDDLEWARE: &[&str] = &["http.middlewares.m-N", "http.routers.a-N"];

pub(crate) fn statements() -> Vec<Statement> {
    [middlewares(), others(), of_the_machine()].into_iter().flatten().collect()
}

fn middlewares() -> Vec<Statement> {
    let bad = [
        ("ipAllowList: {sourceRange: [10.0.0.0/33]}", "error disables-object bad-address"),
        (
            "ipAllowList: {sourceRange: [10.0.0.0/8], ipStrategy: {ipv6Subnet: 129}}",
            "error disables-object bad-value",
        ),
        (
            "ipAllowList: {sourceRange: [10.0.0.0/8], ipStrategy: {ipv6Subnet: -1}}",
            "error disables-object bad-value",
        ),
        ("ipAllowList: {sourceRange: [10.0.0.0/8], rejectStatusCode: 42}", "error disables-object bad-value"),
        ("redirectRegex: {regex: \"(\", replacement: x}", "error disables-object bad-regex"),
        ("stripPrefixRegex: {regex: [\"(\"]}", "error disables-object bad-regex"),
        (
            "circuitBreaker: {expression: \"LatencyAtQuantileMS(50) > 100\"}",
            "error disables-object bad-expression",
        ),
        ("buffering: {retryExpression: \"nope(\"}", "error disables-object bad-expression"),
        ("compress: {encodings: [nope]}", "error disables-object bad-value"),
        ("rateLimit: {average: 1, period: -1s}", "error disables-object bad-value"),
        ("retry: {attempts: 0}", "error disables-object missing-value"),
        ("redirectScheme: {permanent: true}", "error disables-object missing-value"),
        ("addPrefix: {prefix: \"\"}", "error disables-object missing-value"),
        ("basicAuth: {users: [nope]}", "error disables-object bad-user"),
        ("digestAuth: {users: [nope]}", "error disables-object bad-user"),
    ];
    let good = [
        "circuitBreaker: {expression: \"LatencyAtQuantileMS(50.0) > 100\"}",
        "ipAllowList: {sourceRange: [10.0.0.0/8], rejectStatusCode: 404, ipStrategy: {ipv6Subnet: 64}}",
    ];
    let bad = bad.into_iter().map(|(kind, code)| disabled(middleware(kind), vec![code].leak(), MIDDLEWARE));
    bad.chain(good.into_iter().map(|kind| taken(middleware(kind), &[]))).collect()
}

fn others() -> Vec<Statement> {
    let option =
        |fields: &str, code: &'static [&'static str]| disabled(options(fields), code, &["http.routers.a-N"]);
    vec![
        disabled(
            balancer("strategy: nope"),
            &["error disables-object bad-value"],
            &["http.routers.a-N", "http.services.s-N"],
        ),
        disabled(
            stream_middleware("ipAllowList: {sourceRange: [x]}"),
            &["error disables-object bad-address"],
            &["tcp.middlewares.m-N", "tcp.routers.a-N"],
        ),
        option("cipherSuites: [nope]", &["error disables-object bad-value"]),
        option("curvePreferences: [nope]", &["error disables-object bad-value"]),
        option("clientAuth: {clientAuthType: nope}", &["error disables-object bad-value"]),
        option(
            "clientAuth: {clientAuthType: RequireAndVerifyClientCert}",
            &["error disables-object missing-value"],
        ),
    ]
}

/// `check` does not look at the files that a configuration names: they lie on another machine.
fn of_the_machine() -> Vec<Statement> {
    vec![
        disabled(middleware("basicAuth: {usersFile: /nope}"), &[], MIDDLEWARE).unknowable(),
        disabled(options("clientAuth: {caFiles: [/nope]}"), &[], &["http.routers.a-N"]).unknowable(),
    ]
}
