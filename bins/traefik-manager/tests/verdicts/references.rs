//! Names that lead nowhere, and names that are there without anybody having written them.

use crate::{
    table::{Statement, disabled, taken},
    texts::{balancer, middleware, options, router, service, stream, stream_service},
};

const ROUTER: &[&str] = &["http.routers.a-N"];
const SERVICE: &[&str] = &["http.routers.a-N", "http.services.s-N"];
const MIDDLEWARE: &[&str] = &["http.middlewares.m-N", "http.routers.a-N"];
const TRANSPORT: &[&str] = &["error disables-object dangling-transport"];
const OPTIONS: &[&str] = &["error disables-object dangling-tls-options"];
const POINT: &[&str] = &["error disables-object unknown-entry-point"];
const NO_SERVICE: &[&str] = &["error disables-object dangling-service"];

pub(crate) fn statements() -> Vec<Statement> {
    [nowhere(), points_and_resolvers(), defaults()].into_iter().flatten().collect()
}

fn nowhere() -> Vec<Statement> {
    vec![
        disabled("http: {routers: {a-N: {rule: Host(`a`), service: x}}}\n", NO_SERVICE, ROUTER),
        disabled(router("middlewares: [x]"), &["error disables-object dangling-middleware"], ROUTER),
        disabled(balancer("serversTransport: x"), TRANSPORT, SERVICE),
        disabled(router("tls: {options: x}"), OPTIONS, ROUTER),
        disabled(service("mirroring: {service: x}"), NO_SERVICE, SERVICE),
        disabled(
            middleware("chain: {middlewares: [x]}"),
            &["error disables-object dangling-middleware"],
            MIDDLEWARE,
        ),
        disabled(middleware("errors: {status: [\"500\"], service: x}"), NO_SERVICE, MIDDLEWARE),
        disabled(stream("HostSNI(`a`)", "tls: {options: x}"), OPTIONS, &["tcp.routers.a-N"]),
        disabled(
            "udp: {routers: {a-N: {entryPoints: [udp], service: x}}}\n",
            NO_SERVICE,
            &["udp.routers.a-N"],
        ),
    ]
}

fn points_and_resolvers() -> Vec<Statement> {
    vec![
        taken(router("tls: {certResolver: x}"), &["lint unknown-resolver"]),
        taken(stream("HostSNI(`a`)", "tls: {certResolver: x}"), &["lint unknown-resolver"]),
        // One good one is enough: the router is shown with a warning, and serves.
        taken(router("entryPoints: [web, nope]"), &["warning ignores unknown-entry-point"]),
        disabled(router("entryPoints: [nope]"), POINT, ROUTER),
        // HTTP is not heard where UDP is.
        disabled(router("entryPoints: [udp]"), POINT, ROUTER),
        disabled(
            "udp: {routers: {a-N: {entryPoints: [web], service: s-N}}, services: {s-N: {loadBalancer: {servers: [{address: \"127.0.0.1:9\"}]}}}}\n",
            POINT,
            &["udp.routers.a-N"],
        ),
    ]
}

/// `default` is a TLS option, a store, and no servers transport.
fn defaults() -> Vec<Statement> {
    let stream_transport = |name: &str| {
        stream_service(&format!(
            "loadBalancer: {{servers: [{{address: \"127.0.0.1:9\"}}], serversTransport: {name}}}"
        ))
    };
    vec![
        taken(router("tls: {options: default}"), &[]),
        disabled(router("tls: {options: default@file}"), OPTIONS, ROUTER),
        disabled(
            options("minVersion: VersionTLS12")
                .replace("o-N", "default")
                .replace("options: default}", "options: default@file}"),
            OPTIONS,
            ROUTER,
        )
        .alone(),
        taken("tls: {stores: {default: {}}}\n", &[]).alone(),
        taken("tls: {stores: {other-N: {}}}\n", &["lint unused-store"]),
        disabled(balancer("serversTransport: default"), TRANSPORT, SERVICE),
        disabled(balancer("serversTransport: default@file"), TRANSPORT, SERVICE),
        taken(balancer("serversTransport: default@internal"), &[]),
        taken(stream_transport("default@internal"), &[]),
    ]
}
