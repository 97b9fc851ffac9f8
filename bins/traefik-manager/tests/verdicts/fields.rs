//! Fields that no page documents, and fields that came with a minor version.

use crate::{
    table::{Statement, disabled, ours, refused, taken},
    texts::{balancer, middleware, options, router, service, stream_service, transport},
};

pub(crate) fn statements() -> Vec<Statement> {
    let mut all: Vec<Statement> = new_fields().into_iter().map(|(_, text)| taken(text, &[])).collect();
    let ignored = &["lint ignored-field"];
    all.extend([
        taken("http: {models: {web: {middlewares: [x]}}}\n", ignored),
        refused("http: {models: {}}\n", "empty-element", "models cannot be a standalone element"),
        taken(router("deniedEncodedPathCharacters: {allowEncodedSlash: true}"), ignored),
        taken(router("defaultRule: x"), ignored),
        taken(middleware("addPrefix: {prefix: /a}, urlRewrite: {hostname: x}"), ignored),
        taken(middleware("addPrefix: {prefix: /a}, snippet: foo"), ignored),
        refused(middleware("snippet: {a: b}"), "unknown-field", "field not found, node: a"),
        disabled(
            middleware("urlRewrite: {hostname: x}"),
            &["lint ignored-field", "error disables-object no-kind"],
            &["http.middlewares.m-N", "http.routers.a-N"],
        ),
        // Taken, but the answer of the redirect stays 302.
        taken(middleware("redirectRegex: {regex: a, replacement: b, statusCode: 308}"), ignored),
        // No page has it, and it works.
        taken(transport("forwardingTimeouts: {readTimeout: 5s}"), &[]),
        // The reference of 3.7 is ahead of 3.7.15.
        refused(
            middleware("headers: {addXForwardedSchemeHeaders: true}"),
            "unknown-field",
            "addXForwardedSchemeHeaders",
        ),
    ]);
    all
}

/// What is new in which minor version.
fn new_fields() -> Vec<(u8, String)> {
    let allow = |strategy: &str| {
        middleware(&format!("ipAllowList: {{sourceRange: [10.0.0.0/8], ipStrategy: {{{strategy}}}}}"))
    };
    let forward = |field: &str| middleware(&format!("forwardAuth: {{address: \"http://x\", {field}}}"));
    vec![
        (2, middleware("compress: {encodings: [gzip]}")),
        (2, allow("ipv6Subnet: 64")),
        (2, service("loadBalancer: {servers: [{url: \"http://x\", preservePath: true}]}")),
        (2, service("mirroring: {service: x-N, mirrorBody: false}")),
        (2, forward("headerField: X")),
        (3, router("observability: {tracing: true}")),
        (3, balancer("sticky: {cookie: {path: /}}")),
        (3, forward("forwardBody: true")),
        (3, forward("maxBodySize: 5")),
        (4, balancer("strategy: p2c")),
        (4, middleware("rateLimit: {average: 1, redis: {endpoints: [\"127.0.0.1:1\"]}}")),
        (4, middleware("errors: {status: [\"500\"], service: noop@internal, statusRewrites: {\"500\": 404}}")),
        (4, balancer("sticky: {cookie: {domain: x}}")),
        (4, options("disableSessionTickets: true")),
        (5, router("observability: {traceVerbosity: minimal}")),
        (5, balancer("healthCheck: {path: /, unhealthyInterval: 100s}")),
        (5, "tcp: {serversTransports: {t-N: {proxyProtocol: {version: 1}}}}\n".to_owned()),
        (6, "http: {routers: {p-N: {rule: Host(`a`)}, c-N: {rule: PathPrefix(`/`), parentRefs: [p-N], service: noop@internal}}}\n".to_owned()),
        (6, service("highestRandomWeight: {services: [{name: x-N}]}")),
        (6, balancer("passiveHealthCheck: {maxFailedAttempts: 1}")),
        (6, stream_service("loadBalancer: {servers: [{address: \"127.0.0.1:9\"}], healthCheck: {interval: 100s}}")),
        (7, service("loadBalancer: {servers: [{url: \"http://x\"}]}, middlewares: [m-N]").replace("services: ", "middlewares: {m-N: {addPrefix: {prefix: /a}}}, services: ")),
        (7, service("failover: {service: x-N, fallback: x-N, errors: {status: [\"500\"]}}")),
        (7, middleware("encodedCharacters: {allowEncodedSlash: true}")),
        (7, middleware("retry: {attempts: 1, status: [\"500\"]}")),
        (7, middleware("retry: {attempts: 1, timeout: 1s}")),
        (7, transport("minVersion: VersionTLS12")),
        (7, transport("cipherSuites: [TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256]")),
    ]
}

/// A field refuses the file in the version before it came, and is taken in its own.
pub(crate) fn by_version() -> Vec<(u8, Statement)> {
    let mut all = Vec::new();
    for (minor, text) in new_fields() {
        // There is no 3.1 to ask.
        let before = if minor == 2 { 0 } else { minor - 1 };
        all.push((before, refused(text.clone(), "future-field", "")));
        all.push((minor, ours(text, &[])));
    }
    let strategy = |name: &str| balancer(&format!("strategy: {name}"));
    for name in ["hrw", "leasttime"] {
        all.push((4, ours(strategy(name), &["error disables-object bad-value"])));
        all.push((6, ours(strategy(name), &[])));
    }
    all
}
