//! Keys, their spelling, and keys that nobody knows; values that are null.

use crate::{
    table::{Statement, disabled, reads, refused, taken},
    texts::{balancer, middleware, options, router, rule, service, stream},
};

pub(crate) fn statements() -> Vec<Statement> {
    [unknown(), cases(), nulls()].into_iter().flatten().collect()
}

/// Below the top level an unknown key refuses the file; at the top level it is skipped.
fn unknown() -> Vec<Statement> {
    let texts = [
        "http: {foo: {a: b}}\n".to_owned(),
        router("foo: 1"),
        service("foo: {a: b}"),
        service("loadBalancer: {servers: [{uri: x}]}"),
        middleware("addPrefix: {foo: x}"),
        "http: {middlewares: {m-N: {foo: {a: b}}}}\n".to_owned(),
        "tls: {options: {o-N: {foo: x}}}\n".to_owned(),
        stream("HostSNI(`*`)", "foo: 1"),
        "udp: {routers: {a-N: {rule: x, service: s}}}\n".to_owned(),
    ];
    let mut all: Vec<Statement> =
        texts.into_iter().map(|text| refused(text, "unknown-field", "field not found, node: ")).collect();
    all.extend([
        // One without a value is not there.
        taken(router("foo: ~"), &[]),
        taken("htttp: {routers: {a-N: {foo: 1}}}\n", &["lint unknown-section 1"]),
        taken("entryPoints: {web: {address: \":80\"}}\n", &["lint unknown-section 1"]),
        taken("x-anchors: {a: b}\n", &[]),
    ]);
    all
}

fn cases() -> Vec<Statement> {
    let app = |reference: &str| {
        service("loadBalancer: {servers: [{url: \"http://x\"}]}")
            .replace("service: s-N", &format!("service: {reference}"))
    };
    let mut all = vec![
        taken("http: {routers: {a-N: {RULE: Host(`a`), Service: noop@internal}}}\n", &[]),
        taken(
            "http: {routers: {a-N: {rule: Host(`a`), service: noop@internal}}}\nHTTP: {routers: {b-N: {rule: Host(`b`), service: noop@internal}}}\n",
            &["error ignores field-twice 2"],
        ),
        reads(
            "http: {routers: {a-N: {rule: Host(`lower`), Rule: Host(`upper`), service: noop@internal}}}\n",
            &["lint field-twice"],
            "/routers/a-N@file/rule",
            "Host(`lower`)",
        ),
        disabled(app("S-N"), &["error disables-object dangling-service"], &["http.routers.a-N"]),
        disabled(app("s-N@FILE"), &["error disables-object dangling-service"], &["http.routers.a-N"]),
        taken(app("s-N@file"), &[]),
        disabled(
            router("entryPoints: [Web]"),
            &["error disables-object unknown-entry-point"],
            &["http.routers.a-N"],
        ),
        disabled(
            options("minVersion: VersionTLS12").replace("options: o-N", "options: O-N"),
            &["error disables-object dangling-tls-options"],
            &["http.routers.a-N"],
        ),
        disabled(
            balancer("strategy: WRR"),
            &["error disables-object bad-value"],
            &["http.routers.a-N", "http.services.s-N"],
        ),
        disabled(
            middleware("plugin: {Nope: {a: b}}"),
            &["error disables-object unknown-plugin"],
            &["http.routers.a-N", "http.middlewares.m-N"],
        ),
    ];
    for key in
        ["entry-points: [web]", "entry_points: [web]", "rules: x", "\"priority \": 1", "\"\\u212A\": 1"]
    {
        all.push(refused(router(key), "unknown-field", "field not found, node: "));
    }
    for (good, bad) in [
        (
            "cipherSuites: [TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256]",
            "cipherSuites: [tls_ecdhe_rsa_with_aes_128_gcm_sha256]",
        ),
        ("curvePreferences: [CurveP256, X25519]", "curvePreferences: [curvep256]"),
        (
            "clientAuth: {clientAuthType: RequestClientCert}",
            "clientAuth: {clientAuthType: requestclientcert}",
        ),
    ] {
        all.push(taken(options(good), &[]));
        all.push(disabled(options(bad), &["error disables-object bad-value 2"], &["http.routers.a-N"]));
    }
    all.extend(
        ["host(`a`)", "HOST(`a`)", "PATHPREFIX(`/`)", "pathprefix(`/`)"].map(|good| taken(rule(good), &[])),
    );
    for bad in ["hOsT(`a`)", "pathPrefix(`/`)"] {
        all.push(disabled(rule(bad), &["error disables-object bad-rule"], &["http.routers.a-N"]));
    }
    all
}

/// Null is absent, but a parent without children is refused.
fn nulls() -> Vec<Statement> {
    let alone = "cannot be a standalone element";
    vec![
        taken(router("middlewares: , tls: ~"), &[]),
        taken("http: ~\n", &[]),
        taken("http:\n", &[]),
        taken("http: {routers: {b-N: null, a-N: {rule: Host(`a`), service: noop@internal}}}\n", &[]),
        refused("http: {routers: null}\n", "empty-element", alone),
        refused("http: {routers: {a: null}}\n", "empty-element", alone),
        refused(middleware("addPrefix: {prefix: null}"), "empty-element", alone),
        refused(router("entryPoints: [web, null]"), "null-in-list", "unsupported simple value type: invalid"),
        refused(router("middlewares: [~]"), "null-in-list", "unsupported simple value type: invalid"),
        refused(
            service("loadBalancer: {servers: [null]}"),
            "null-in-list",
            "unsupported simple value type: invalid",
        ),
        refused(
            "http:\n  routers:\n    a:\n      rule: Host(`a`)\n      service: noop@internal\n      entryPoints:\n        -\n",
            "null-in-list",
            "unsupported simple value type: invalid",
        ),
    ]
}
