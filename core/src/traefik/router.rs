//! A router as it is written in a file.

use super::{Protocol, listed};
use crate::{
    config::value::parse_bool,
    tree::{Kind, NodeRef},
};

/// A router of a dynamic configuration file; every method reads what is written, with Traefik's leniency.
#[derive(Debug, Clone, Copy)]
pub struct Router<'t> {
    protocol: Protocol,
    node: NodeRef<'t>,
}

impl<'t> Router<'t> {
    /// The router that a node under `http.routers`, `tcp.routers` or `udp.routers` describes.
    pub fn new(protocol: Protocol, node: NodeRef<'t>) -> Self {
        Self { protocol, node }
    }

    /// HTTP, TCP or UDP.
    pub fn protocol(&self) -> Protocol {
        self.protocol
    }

    /// The node.
    pub fn node(&self) -> NodeRef<'t> {
        self.node
    }

    /// The rule; empty for UDP and where there is none.
    pub fn rule(&self) -> &'t str {
        self.node.text_of("rule")
    }

    /// `v3` unless the router says `v2`.
    pub fn rule_syntax(&self) -> &'t str {
        self.node.text_of("ruleSyntax")
    }

    /// The service's name as it is written, with its `@provider` if it has one.
    pub fn service(&self) -> &'t str {
        self.node.text_of("service")
    }

    /// The entry points; none means Traefik's default ones.
    pub fn entry_points(&self) -> Vec<&'t str> {
        listed(self.node.value_of("entryPoints"))
    }

    /// The middlewares, in order.
    pub fn middlewares(&self) -> Vec<&'t str> {
        listed(self.node.value_of("middlewares"))
    }

    /// The priority, where one is written that fits.
    pub fn priority(&self) -> Option<i64> {
        self.node.text_of("priority").parse().ok()
    }

    /// TLS as the router asks for it, `None` without TLS.
    pub fn tls(&self) -> Option<RouterTls<'t>> {
        let node = self.node.value_of("tls")?;
        // For a struct that may be empty Traefik takes `true` for `{}`, and any other scalar for nothing.
        let on = match node.kind() {
            Kind::Mapping => true,
            Kind::Scalar => parse_bool(node.text()) == Some(true),
            Kind::Sequence => false,
        };
        on.then_some(RouterTls { node })
    }
}

/// The `tls` section of a router.
#[derive(Debug, Clone, Copy)]
pub struct RouterTls<'t> {
    node: NodeRef<'t>,
}

impl<'t> RouterTls<'t> {
    /// The node.
    pub fn node(&self) -> NodeRef<'t> {
        self.node
    }

    /// The certificate resolver; empty for none.
    pub fn cert_resolver(&self) -> &'t str {
        self.node.text_of("certResolver")
    }

    /// The TLS options; empty for the default ones.
    pub fn options(&self) -> &'t str {
        self.node.text_of("options")
    }

    /// Whether a TCP router passes the TLS stream on undecrypted.
    pub fn passthrough(&self) -> bool {
        parse_bool(self.node.text_of("passthrough")) == Some(true)
    }

    /// The domains to ask certificates for: main name and alternative names.
    pub fn domains(&self) -> Vec<(&'t str, Vec<&'t str>)> {
        let Some(domains) = self.node.value_of("domains") else { return Vec::new() };
        domains
            .items()
            .map(|domain| {
                let main = domain.text_of("main");
                (main, listed(domain.value_of("sans")))
            })
            .collect()
    }
}

/// The hosts that a rule names literally, in order, for links and search.
///
/// It looks for `Host(…)` and `HostSNI(…)` without understanding the rule, so that it works on any rule, also one
/// that Traefik refuses.
pub fn hosts_in(rule: &str) -> Vec<&str> {
    let mut hosts = Vec::new();
    let mut rest = rule;
    while let Some(at) = rest.find("Host").or_else(|| rest.find("host")) {
        rest = &rest[at + 4..];
        let arguments = rest.strip_prefix("SNI").unwrap_or(rest);
        let Some(arguments) = arguments.strip_prefix('(') else { continue };
        let Some(end) = arguments.find(')') else { break };
        for argument in arguments[..end].split(',') {
            let host = argument.trim().trim_matches(['`', '"']);
            if !host.is_empty() && host != "*" {
                hosts.push(host);
            }
        }
        rest = &arguments[end..];
    }
    hosts
}
