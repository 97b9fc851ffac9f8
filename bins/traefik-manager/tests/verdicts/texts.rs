//! Small configurations around the one thing that a statement is about. `-N` becomes a number.

/// A router with more fields.
pub(crate) fn router(more: &str) -> String {
    format!("http: {{routers: {{a-N: {{rule: Host(`a`), service: noop@internal, {more}}}}}}}\n")
}

/// A router with a rule, as YAML has it.
pub(crate) fn rule(rule: &str) -> String {
    format!("http: {{routers: {{a-N: {{rule: {rule}, service: noop@internal}}}}}}\n")
}

/// A middleware that a router uses.
pub(crate) fn middleware(kind: &str) -> String {
    format!(
        "http: {{routers: {{a-N: {{rule: Host(`a`), service: noop@internal, middlewares: [m-N]}}}}, middlewares: {{m-N: {{{kind}}}}}}}\n"
    )
}

/// A service that a router uses, and a good one, `x-N`, beside it.
pub(crate) fn service(kind: &str) -> String {
    format!(
        "http: {{routers: {{a-N: {{rule: Host(`a`), service: s-N}}}}, services: {{s-N: {{{kind}}}, x-N: {{loadBalancer: {{servers: [{{url: \"http://127.0.0.1:9\"}}]}}}}}}}}\n"
    )
}

/// A load balancer with more fields.
pub(crate) fn balancer(more: &str) -> String {
    service(&format!("loadBalancer: {{servers: [{{url: \"http://127.0.0.1:9\"}}], {more}}}"))
}

/// A servers transport that a service uses.
pub(crate) fn transport(fields: &str) -> String {
    let with = format!("serversTransports: {{t-N: {{{fields}}}}}, services: ");
    balancer("serversTransport: t-N").replace("services: ", &with)
}

/// TLS options that a router uses.
pub(crate) fn options(fields: &str) -> String {
    format!("{}tls: {{options: {{o-N: {{{fields}}}}}}}\n", router("tls: {options: o-N}"))
}

/// A TCP router with a rule and more fields.
pub(crate) fn stream(rule: &str, more: &str) -> String {
    format!(
        "tcp: {{routers: {{a-N: {{entryPoints: [tcp], rule: {rule}, service: s-N, {more}}}}}, services: {{s-N: {{loadBalancer: {{servers: [{{address: \"127.0.0.1:9\"}}]}}}}}}}}\n"
    )
}

/// A TCP service that a router uses, and a good one, `x-N`, beside it.
pub(crate) fn stream_service(kind: &str) -> String {
    format!(
        "tcp: {{routers: {{a-N: {{entryPoints: [tcp], rule: HostSNI(`*`), service: s-N}}}}, services: {{s-N: {{{kind}}}, x-N: {{loadBalancer: {{servers: [{{address: \"127.0.0.1:9\"}}]}}}}}}}}\n"
    )
}

/// A TCP middleware that a router uses.
pub(crate) fn stream_middleware(kind: &str) -> String {
    stream("HostSNI(`*`)", "middlewares: [m-N]")
        .replace("services: ", &format!("middlewares: {{m-N: {{{kind}}}}}, services: "))
}

/// A UDP service that a router uses, and a good one, `x-N`, beside it.
pub(crate) fn datagram_service(kind: &str) -> String {
    format!(
        "udp: {{routers: {{a-N: {{entryPoints: [udp], service: s-N}}}}, services: {{s-N: {{{kind}}}, x-N: {{loadBalancer: {{servers: [{{address: \"127.0.0.1:9\"}}]}}}}}}}}\n"
    )
}
