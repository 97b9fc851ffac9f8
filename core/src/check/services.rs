//! What a service must satisfy.

use super::{
    context::Section,
    links::Links,
    nodes::{section, structs, text_of, texts, value_of},
    objects::{ObjectId, Step},
    scalar::{Scalar, parse_integer},
    url,
    values::is_status_range,
};
use crate::{
    traefik::Protocol,
    tree::{Kind, NodeRef},
};

const KINDS: [(&str, u8); 5] =
    [("loadBalancer", 0), ("weighted", 0), ("mirroring", 0), ("failover", 0), ("highestRandomWeight", 6)];

impl<'t> Links<'_, '_, 't> {
    pub(super) fn service(&mut self, id: ObjectId) {
        let Some(object) = self.object(id) else { return };
        let (node, protocol) = (object.node, object.protocol);
        let version = self.context.version.minor();
        if node.kind() == Kind::Scalar && Scalar::of(node) == Scalar::Opaque {
            return;
        }
        let exists = |(name, since): &(&str, u8)| {
            *since <= version && (protocol == Protocol::Http || matches!(*name, "loadBalancer" | "weighted"))
        };
        let kinds: Vec<(&str, NodeRef<'t>)> = KINDS
            .into_iter()
            .filter(exists)
            .filter_map(|(name, _)| Some((name, value_of(node, name)?)))
            .collect();
        match kinds.as_slice() {
            [(name, kind)] => self.service_kind(id, name, *kind, protocol),
            [] => {
                let message = "the service has no kind: nothing says where requests go";
                let remedy = "give it a `loadBalancer` with servers";
                self.fault(id, node, &[], "no-kind", message, remedy);
            }
            [_, (second, at), ..] => {
                let message = "the service has several kinds, and Traefik takes one";
                let remedy = "make two services of it";
                self.fault(id, *at, &[Step::Field(second)], "several-kinds", message, remedy);
            }
        }
        if protocol == Protocol::Http && version >= 7 {
            let names = texts(node, "middlewares").collect();
            self.link_all(id, Section::Middlewares(protocol), names, &[Step::Field("middlewares")]);
        }
    }

    fn service_kind(&mut self, id: ObjectId, name: &str, kind: NodeRef<'t>, protocol: Protocol) {
        match name {
            "loadBalancer" => self.load_balancer(id, kind, protocol),
            "weighted" | "highestRandomWeight" => self.weighted(id, name, kind, protocol),
            "mirroring" => self.mirroring(id, kind),
            _ => self.failover(id, kind),
        }
    }

    fn load_balancer(&mut self, id: ObjectId, balancer: NodeRef<'t>, protocol: Protocol) {
        let lb = Step::Field("loadBalancer");
        let version = self.context.version.minor();
        let field = if protocol == Protocol::Http { "url" } else { "address" };
        let mut servers = 0;
        for (index, server) in structs(balancer, "servers") {
            let text = Self::text(server, field);
            // A TCP server without a port is left out before anything is built for it.
            servers += usize::from(
                protocol == Protocol::Http || text.as_ref().is_none_or(|(_, text)| text.contains(':')),
            );
            let Some((at, text)) = text else { continue };
            let steps = [lb, Step::Field("servers"), Step::Index(index), Step::Field(field)];
            if protocol != Protocol::Http {
                if !text.contains(':') {
                    let message = format!("the server `{text}` has no port, so Traefik leaves it out");
                    self.lint(id, at, &steps, "server-without-port", message, "write host:port");
                }
            } else if let Err(reason) = url::check(&text) {
                let message = format!("`{text}` is no URL that Traefik can read: {reason}");
                let remedy = "write one like http://10.0.0.5:8080";
                self.fault(id, at, &steps, "bad-url", message, remedy);
            } else if !text.starts_with("http://")
                && !text.starts_with("https://")
                && !text.starts_with("h2c://")
            {
                let message = format!("`{text}` does not begin with http://, https:// or h2c://");
                self.lint(id, at, &steps, "odd-url", message, "write one like http://10.0.0.5:8080");
            }
        }
        if protocol == Protocol::Udp {
            return;
        }
        if let Some((at, name)) = Self::text(balancer, "serversTransport")
            && !name.is_empty()
        {
            let steps = [lb, Step::Field("serversTransport")];
            // Without a server Traefik never looks for it, since 3.2.
            if servers > 0 || (version < 2 && protocol == Protocol::Http) {
                self.link(id, Section::Transports(protocol), &name, at, &steps);
            }
        }
        if protocol == Protocol::Tcp {
            if version >= 5 {
                self.proxy_protocol(id, balancer, &[lb]);
            }
            return;
        }
        self.weights(id, "loadBalancer", balancer, "servers");
        self.cookie(id, "loadBalancer", balancer);
        self.health_check(id, balancer);
        if let Some((at, strategy)) = Self::text(balancer, "strategy") {
            let known: &[&str] =
                if version >= 6 { &["wrr", "p2c", "hrw", "leasttime"] } else { &["wrr", "p2c"] };
            if !strategy.is_empty() && !known.contains(&strategy.as_ref()) {
                let message = format!("Traefik {} knows no strategy `{strategy}`", self.context.version);
                let remedy = format!("write one of {}", known.join(", "));
                self.fault(id, at, &[lb, Step::Field("strategy")], "bad-value", message, remedy);
            }
        }
    }

    pub(super) fn proxy_protocol(&mut self, id: ObjectId, node: NodeRef<'t>, steps: &[Step<'_>]) {
        let Some((at, text)) = section(node, "proxyProtocol").and_then(|node| Self::text(node, "version"))
        else {
            return;
        };
        if parse_integer(&text, i128::from(i64::MIN)..=i128::from(i64::MAX)).is_some_and(|n| n != 1 && n != 2)
        {
            let mut steps = steps.to_vec();
            steps.extend([Step::Field("proxyProtocol"), Step::Field("version")]);
            let message = format!("there is no version {text} of the PROXY protocol");
            self.fault(id, at, &steps, "bad-value", message, "write 1 or 2");
        }
    }

    fn weighted(&mut self, id: ObjectId, kind: &str, weighted: NodeRef<'t>, protocol: Protocol) {
        let (services, version) = (Step::Field("services"), self.context.version.minor());
        let checks_health = section(weighted, "healthCheck").is_some();
        for (index, child) in structs(weighted, "services") {
            let steps = [Step::Field(kind), services, Step::Index(index), Step::Field("name")];
            self.child(id, child, "name", &steps, checks_health && protocol == Protocol::Http);
            if protocol == Protocol::Http || version < 7 {
                continue;
            }
            if let Some((at, text)) = Self::text(child, "weight")
                && text.starts_with('-')
                && parse_integer(&text, i128::MIN..=-1).is_some()
            {
                let steps = [Step::Field(kind), services, Step::Index(index), Step::Field("weight")];
                self.fault(id, at, &steps, "bad-value", "a weight may not be negative", "write 0 or more");
            }
        }
        if protocol == Protocol::Http {
            self.weights(id, kind, weighted, "services");
            self.cookie(id, kind, weighted);
        }
        if value_of(weighted, "services").is_none_or(|list| list.is_vacant()) {
            let message = "nothing is weighted: every request is answered with 503";
            self.lint(id, weighted, &[Step::Field(kind)], "no-children", message, "name services");
        }
    }

    fn mirroring(&mut self, id: ObjectId, mirroring: NodeRef<'t>) {
        let here = Step::Field("mirroring");
        self.child(id, mirroring, "service", &[here, Step::Field("service")], false);
        for (index, mirror) in structs(mirroring, "mirrors") {
            let steps = |field| [here, Step::Field("mirrors"), Step::Index(index), Step::Field(field)];
            self.child(id, mirror, "name", &steps("name"), false);
            if let Some((at, text)) = Self::text(mirror, "percent")
                && parse_integer(&text, i128::MIN..=i128::MAX).is_some_and(|n| !(0..=100).contains(&n))
            {
                let message = "a percentage must be from 0 to 100";
                self.fault(id, at, &steps("percent"), "bad-value", message, "write a number from 0 to 100");
            }
        }
    }

    fn failover(&mut self, id: ObjectId, failover: NodeRef<'t>) {
        let here = Step::Field("failover");
        let checks_health = section(failover, "healthCheck").is_some();
        let errors = section(failover, "errors");
        let mut has_status = false;
        for status in errors.into_iter().flat_map(|errors| texts(errors, "status")) {
            has_status = true;
            let Some(text) = status.text else { continue };
            if !is_status_range(&text) {
                let mut steps = vec![here, Step::Field("errors"), Step::Field("status")];
                steps.extend(status.index.map(Step::Index));
                let message = format!("`{text}` is no status or range of them");
                self.fault(id, status.node, &steps, "bad-value", message, "write one like 500 or 500-599");
            }
        }
        let needs_health = checks_health || !has_status;
        self.child(id, failover, "service", &[here, Step::Field("service")], needs_health);
        let names_fallback = text_of(failover, "fallback").is_some_and(|name| !name.is_empty());
        if names_fallback || value_of(failover, "service").is_some() {
            self.child(id, failover, "fallback", &[here, Step::Field("fallback")], checks_health);
        }
    }

    /// A service that this one hands requests to; one whose health counts must be able to tell it.
    fn child(
        &mut self,
        id: ObjectId,
        node: NodeRef<'t>,
        field: &str,
        steps: &[Step<'_>],
        must_tell_health: bool,
    ) {
        let Some(protocol) = self.object(id).map(|object| object.protocol) else { return };
        let value = value_of(node, field);
        if value.is_some_and(|value| Scalar::of(value) == Scalar::Opaque) {
            return;
        }
        let name = text_of(node, field).unwrap_or_default();
        let at = value.unwrap_or(node);
        if self.context.version.minor() < 2 && name.ends_with("@internal") {
            let message = "Traefik 3.0 lets routers use its own services, and no service";
            self.fault(id, at, steps, "dangling-service", message, "name a service of the files");
            return;
        }
        let linked = self.link(id, Section::Services(protocol), &name, at, steps);
        if let Some(child) = linked.filter(|_| must_tell_health)
            && self.object(child).is_some_and(|child| !tells_health(child.node))
        {
            let message =
                format!("the service `{name}` has no health check, which this one needs to know its state");
            let remedy = format!("add a `healthCheck` to `{name}`, or remove it here");
            self.fault(id, at, steps, "no-health-check", message, remedy);
        }
    }

    /// A servers transport of TCP; those of HTTP have nothing that Traefik looks at before it uses them.
    pub(super) fn transport(&mut self, id: ObjectId) {
        let Some(object) = self.object(id) else { return };
        let (node, protocol) = (object.node, object.protocol);
        if protocol == Protocol::Tcp {
            self.proxy_protocol(id, node, &[]);
            return;
        }
        for name in ["minVersion", "maxVersion"] {
            self.tls_version(id, node, name);
        }
    }

    /// Traefik takes any text for a version of TLS, and Go's own default for one that it does not know.
    pub(super) fn tls_version(&mut self, id: ObjectId, node: NodeRef<'t>, name: &'static str) {
        let Some((at, text)) = Self::text(node, name) else { return };
        let known = ["VersionTLS10", "VersionTLS11", "VersionTLS12", "VersionTLS13"];
        if !text.is_empty() && !known.contains(&text.as_ref()) {
            let message = format!("there is no TLS version `{text}`, and Traefik silently takes its default");
            let remedy = format!("write one of {}", known.join(", "));
            self.lint(id, at, &[Step::Field(name)], "unknown-tls-version", message, remedy);
        }
    }
}

/// Whether a service says how it is to those that it belongs to.
fn tells_health(node: NodeRef<'_>) -> bool {
    KINDS.into_iter().filter_map(|(name, _)| Some((name, value_of(node, name)?))).any(|(name, kind)| {
        if name == "loadBalancer" {
            value_of(kind, "healthCheck").is_some()
        } else {
            section(kind, "healthCheck").is_some()
        }
    })
}
