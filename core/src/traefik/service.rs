//! A service as it is written in a file.

use super::Protocol;
use crate::{
    config::value::parse_bool,
    tree::{Kind, NodeRef},
};

/// A service of a dynamic configuration file.
#[derive(Debug, Clone, Copy)]
pub struct Service<'t> {
    protocol: Protocol,
    node: NodeRef<'t>,
}

/// The kinds of service, as Traefik spells them.
pub const KINDS: [&str; 5] = ["loadBalancer", "weighted", "mirroring", "failover", "highestRandomWeight"];

/// What a client may be pinned to one server by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StickyCookie<'t> {
    /// The cookie's name; empty for a generated one.
    pub name: &'t str,
    /// `Secure`.
    pub secure: bool,
    /// `HttpOnly`.
    pub http_only: bool,
    /// `SameSite`.
    pub same_site: &'t str,
}

/// How Traefik asks a server whether it is well.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HealthCheck<'t> {
    /// The path to ask for.
    pub path: &'t str,
    /// The time between two checks, as it is written.
    pub interval: &'t str,
    /// How long one may take, as it is written.
    pub timeout: &'t str,
}

impl<'t> Service<'t> {
    /// The service that a node under `http.services`, `tcp.services` or `udp.services` describes.
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

    /// `loadBalancer`, `weighted`, …; `loadBalancer` for a service that names no kind.
    pub fn kind(&self) -> &'static str {
        KINDS.into_iter().find(|kind| self.node.field(kind).is_some()).unwrap_or(KINDS[0])
    }

    /// The load balancer, if that is what the service is.
    pub fn load_balancer(&self) -> Option<NodeRef<'t>> {
        self.node.value_of("loadBalancer")
    }

    /// Where the servers are, as they are written: URLs for HTTP, `host:port` otherwise.
    pub fn servers(&self) -> impl Iterator<Item = &'t str> + use<'t> {
        let field = if self.protocol == Protocol::Http { "url" } else { "address" };
        self.load_balancer()
            .and_then(|balancer| balancer.value_of("servers"))
            .into_iter()
            .flat_map(|servers| servers.items())
            .filter_map(move |server| server.value_of(field)?.as_str())
    }

    /// The names of the services that this one hands requests to, with `@provider` where it is written.
    pub fn children(&self) -> Vec<&'t str> {
        let mut names = Vec::new();
        let text = |node: NodeRef<'t>, field: &str| node.value_of(field).and_then(|name| name.as_str());
        for (field, list) in
            [("weighted", "services"), ("highestRandomWeight", "services"), ("mirroring", "mirrors")]
        {
            let Some(node) = self.node.value_of(field) else { continue };
            names.extend(text(node, "service"));
            names.extend(
                node.value_of(list)
                    .into_iter()
                    .flat_map(|list| list.items())
                    .filter_map(|item| text(item, "name")),
            );
        }
        if let Some(node) = self.node.value_of("failover") {
            names.extend([text(node, "service"), text(node, "fallback")].into_iter().flatten());
        }
        names
    }

    /// `passHostHeader`, where it is written; Traefik's default is `true`.
    pub fn pass_host_header(&self) -> Option<bool> {
        parse_bool(self.load_balancer()?.value_of("passHostHeader")?.as_str()?)
    }

    /// The servers transport; empty for the default one.
    pub fn servers_transport(&self) -> &'t str {
        self.load_balancer().map(|balancer| balancer.text_of("serversTransport")).unwrap_or_default()
    }

    /// Whether answers are passed on as they come: a negative flush interval.
    pub fn streams(&self) -> bool {
        self.load_balancer()
            .and_then(|balancer| balancer.value_of("responseForwarding")?.value_of("flushInterval"))
            .is_some_and(|interval| interval.text().starts_with('-'))
    }

    /// The sticky cookie, if clients are pinned.
    pub fn sticky(&self) -> Option<StickyCookie<'t>> {
        let cookie = self.load_balancer()?.value_of("sticky")?.value_of("cookie")?;
        let flag = |field: &str| parse_bool(cookie.text_of(field)) == Some(true);
        Some(StickyCookie {
            name: cookie.text_of("name"),
            secure: flag("secure"),
            http_only: flag("httpOnly"),
            same_site: cookie.text_of("sameSite"),
        })
    }

    /// The health check, if there is one.
    pub fn health_check(&self) -> Option<HealthCheck<'t>> {
        let check = self.load_balancer()?.value_of("healthCheck")?;
        (check.kind() == Kind::Mapping).then(|| HealthCheck {
            path: check.text_of("path"),
            interval: check.text_of("interval"),
            timeout: check.text_of("timeout"),
        })
    }
}
