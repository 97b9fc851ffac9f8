//! What Traefik takes without a word. What nobody can mean of it is a lint; what depends on files of the machine, and
//! what may be meant, such as a protocol of one's own, is nothing.

use crate::{
    table::{Statement, disabled, taken},
    texts::{balancer, datagram_service, middleware, options, service, stream_service, transport},
};

const SERVICE: &[&str] = &["http.routers.a-N", "http.services.s-N"];

pub(crate) fn statements() -> Vec<Statement> {
    let mut all = vec![
        taken(options("minVersion: nope"), &["lint unknown-tls-version 2"]),
        taken(options("minVersion: versiontls12"), &["lint unknown-tls-version 2"]),
        taken(options("maxVersion: nope"), &["lint unknown-tls-version 2"]),
        taken(options("alpnProtocols: [nope]"), &[]),
        taken(balancer("sticky: {cookie: {sameSite: bad}}"), &["lint unknown-value"]),
        taken(balancer("sticky: {cookie: {sameSite: lax}}"), &[]),
        taken(
            service("weighted: {services: [{name: x-N}], sticky: {cookie: {sameSite: bad}}}"),
            &["lint unknown-value"],
        ),
        taken(balancer("healthCheck: {path: /, mode: nope}"), &["lint unknown-value"]),
        taken(balancer("healthCheck: {path: /, method: \"no pe\"}"), &["lint bad-value"]),
        taken(balancer("healthCheck: {path: /, mode: grpc, method: HEAD}"), &[]),
        taken(service("weighted: {services: [{name: x-N, weight: -1}]}"), &["lint bad-value"]),
        taken(service("loadBalancer: {servers: [{url: \"http://x\", weight: -1}]}"), &["lint bad-value"]),
        taken(service("mirroring: {service: x-N, mirrors: [{name: x-N, percent: 100}]}"), &[]),
        taken("tls: {certificates: [{certFile: nope, keyFile: nope}]}\n", &[]),
        taken(transport("rootCAs: [nope]"), &[]),
        taken(
            stream_service("loadBalancer: {servers: [{address: \"127.0.0.1\"}]}"),
            &["lint server-without-port"],
        ),
        taken(
            datagram_service("loadBalancer: {servers: [{address: \"127.0.0.1\"}]}"),
            &["lint server-without-port"],
        ),
    ];
    for percent in ["101", "-1"] {
        let text =
            service(&format!("mirroring: {{service: x-N, mirrors: [{{name: x-N, percent: {percent}}}]}}"));
        all.push(disabled(text, &["error disables-object bad-value"], SERVICE));
    }
    let server = |url: &str| service(&format!("loadBalancer: {{servers: [{{url: {url}}}]}}"));
    all.extend(["\"\"", "a.b", "localhost:8080", "ftp://x"].map(|url| taken(server(url), &["lint odd-url"])));
    for url in ["\"http://[::1\"", "\"http://a b\"", "\"%zz\"", "10.0.0.1:80"] {
        all.push(disabled(server(url), &["error disables-object bad-url"], SERVICE));
    }
    let errors =
        |status: &str| middleware(&format!("errors: {{status: [{status}], service: noop@internal}}"));
    all.extend(
        ["599-500", "\"1000\"", "500-599-600"].map(|status| taken(errors(status), &["lint bad-value"])),
    );
    all.push(taken(errors("500-599, 404"), &[]));
    for status in ["nope", "\"\"", "\"500-\""] {
        let objects = &["http.middlewares.m-N", "http.routers.a-N"];
        all.push(disabled(errors(status), &["error disables-object bad-value"], objects));
    }
    all
}
