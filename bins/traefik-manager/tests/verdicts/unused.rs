//! Only what a router uses is checked: the same fault is an error there, and a warning elsewhere.

use crate::{
    table::{Statement, disabled, taken},
    texts::{datagram_service, middleware, service, stream_middleware, stream_service},
};

const MIDDLEWARE: &[&str] = &["http.middlewares.m-N", "http.routers.a-N"];

pub(crate) fn statements() -> Vec<Statement> {
    let (good, both) =
        ("loadBalancer: {servers: [{url: \"http://x\"}]}", "weighted: {services: [{name: x-N}]}");
    let stream = "loadBalancer: {servers: [{address: \"127.0.0.1:9\"}]}, weighted: {services: [{name: x-N}]}";
    vec![
        taken(
            format!("http: {{services: {{s-N: {{{good}, weighted: {{services: [{{name: s-N}}]}}}}}}}}\n"),
            &["warning disables-object several-kinds"],
        ),
        taken("http: {services: {s-N: {}}}\n", &["warning disables-object no-kind"]),
        taken(
            "http: {middlewares: {m-N: {addPrefix: {prefix: /a}, compress: {}}}}\n",
            &["warning disables-object several-kinds"],
        ),
        taken(
            "http: {middlewares: {m-N: {ipAllowList: {sourceRange: [x]}}}}\n",
            &["warning disables-object bad-address"],
        ),
        disabled(
            "http: {routers: {a-N: {rule: Host(`a`), service: noop@internal, middlewares: [c-N]}}, middlewares: {c-N: {chain: {middlewares: [m-N]}}, m-N: {ipAllowList: {sourceRange: [x]}}}}\n",
            &["error disables-object bad-address"],
            &["http.middlewares.c-N", "http.middlewares.m-N", "http.routers.a-N"],
        ),
        disabled(
            "http: {routers: {a-N: {rule: Host(`a`), service: w-N}}, services: {w-N: {weighted: {services: [{name: s-N}]}}, s-N: {}}}\n",
            &["error disables-object no-kind"],
            &["http.routers.a-N", "http.services.s-N", "http.services.w-N"],
        ),
        disabled(
            middleware("addPrefix: {prefix: /a}, compress: {}"),
            &["error disables-object several-kinds"],
            MIDDLEWARE,
        ),
        disabled(
            service(&format!("{good}, {both}")),
            &["error disables-object several-kinds"],
            &["http.routers.a-N", "http.services.s-N"],
        ),
        disabled(
            stream_service(stream),
            &["error disables-object several-kinds"],
            &["tcp.routers.a-N", "tcp.services.s-N"],
        ),
        disabled(
            datagram_service(stream),
            &["error disables-object several-kinds"],
            &["udp.routers.a-N", "udp.services.s-N"],
        ),
        taken(stream_middleware("ipAllowList: {sourceRange: [10.0.0.0/8]}, inFlightConn: {amount: 1}"), &[]),
        disabled(
            stream_middleware(""),
            &["error disables-object no-kind"],
            &["tcp.middlewares.m-N", "tcp.routers.a-N"],
        ),
    ]
}
