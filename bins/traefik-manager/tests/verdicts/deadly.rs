//! What kills Traefik or makes it hang.

use crate::{
    table::{Statement, disabled, ours, taken},
    texts::{datagram_service, middleware, service, stream_service},
};

/// The process dies, of every minor version: a service of TCP or UDP that reaches itself, used by a router.
pub(crate) const KILLS: [&str; 2] = [
    "tcp: {routers: {a: {entryPoints: [tcp], rule: HostSNI(`*`), service: s}}, services: {s: {weighted: {services: [{name: s}]}}}}\n",
    "udp: {routers: {a: {entryPoints: [udp], service: s}}, services: {s: {weighted: {services: [{name: s}]}}}}\n",
];

/// What is not asked, or only what is harmless in 3.7.
pub(crate) fn statements() -> Vec<Statement> {
    let circle = "weighted: {services: [{name: s-N}]}";
    let mut all: Vec<Statement> = KILLS.map(|text| ours(text, &["error kills circle"])).into();
    for protocol in ["tcp", "udp"] {
        let text = format!("{protocol}: {{services: {{s-N: {{{circle}}}}}}}\n");
        all.push(taken(text, &["warning kills circle"]));
    }
    all.extend([
        taken(format!("http: {{services: {{s-N: {{{circle}}}}}}}\n"), &["warning disables-object circle"]),
        disabled(
            service(circle),
            &["error disables-object circle"],
            &["http.routers.a-N", "http.services.s-N"],
        ),
        disabled(
            middleware("basicAuth: {realm: x}"),
            &["error disables-object no-users"],
            &["http.middlewares.m-N", "http.routers.a-N"],
        ),
        taken("http: {middlewares: {m-N: {basicAuth: {realm: x}}}}\n", &["warning disables-object no-users"]),
    ]);
    all
}

pub(crate) fn by_version() -> Vec<(u8, Statement)> {
    let circle = "weighted: {services: [{name: s-N}]}";
    let no_users = || middleware("basicAuth: {realm: x}");
    let mut all = vec![
        (0, ours(service(circle), &["error hangs circle"])),
        (5, ours(service(circle), &["error hangs circle"])),
        (6, ours(service(circle), &["error disables-object circle"])),
        (5, ours(no_users(), &["lint no-users"])),
        (6, ours(no_users(), &["error hangs no-users"])),
    ];
    for minor in [0, 2, 3, 4, 5, 6] {
        all.push((minor, ours(stream_service(circle), &["error kills circle"])));
        all.push((minor, ours(datagram_service(circle), &["error kills circle"])));
    }
    all
}
