//! What a router must satisfy.

use std::collections::HashSet;

use super::{
    context::{EntryPoint, Provider, Section},
    finding::{Effect, Level},
    links::{Links, Target},
    nodes::{is_switched_on, section, text_of, texts, value_of},
    objects::{Children, ObjectId, Step},
    scalar::{Scalar, parse_integer},
    suggest::nearest,
};
use crate::{
    traefik::{
        Protocol,
        rule::{Rule, RuleError, Syntax},
    },
    tree::NodeRef,
};

/// The largest priority that a router may have; the rest is Traefik's own.
const MOST_PRIORITY: i128 = i64::MAX as i128 - 1000;

impl<'t> Links<'_, '_, 't> {
    pub(super) fn router(&mut self, id: ObjectId, parents: &Children) {
        let Some(object) = self.object(id) else { return };
        let (node, protocol) = (object.node, object.protocol);
        self.router_service(id, node, protocol, parents);
        self.entry_points(id, node, protocol);
        if protocol == Protocol::Udp {
            return;
        }
        // `None` where a template decides.
        let tls = value_of(node, "tls").map_or(Some(false), is_switched_on);
        self.router_rule(id, node, protocol, tls);
        self.priority(id, node);
        self.link_all(
            id,
            Section::Middlewares(protocol),
            texts(node, "middlewares").collect(),
            &[Step::Field("middlewares")],
        );
        if tls != Some(false) {
            self.router_tls(id, node, protocol);
        }
        if protocol == Protocol::Http && self.context.version.minor() >= 6 {
            self.parents(id, node);
        }
    }

    fn router_service(&mut self, id: ObjectId, node: NodeRef<'t>, protocol: Protocol, parents: &Children) {
        let value = value_of(node, "service");
        if value.is_some_and(|value| Scalar::of(value) == Scalar::Opaque) {
            return;
        }
        let name = text_of(node, "service").unwrap_or_default();
        if !name.is_empty() {
            let at = value.unwrap_or(node);
            if parents.contains_key(&id) {
                let message = "the router has a service, and other routers name it as their parent";
                let remedy = "take the service out, or the `parentRefs` that name it";
                self.fault(id, at, &[Step::Field("service")], "parent-with-service", message, remedy);
            }
            self.link(id, Section::Services(protocol), &name, at, &[Step::Field("service")]);
        } else if !parents.contains_key(&id) {
            self.fault(
                id,
                node,
                &[],
                "no-service",
                "the router has no service",
                "name one, as in `service: my-app`",
            );
        }
    }

    fn router_rule(&mut self, id: ObjectId, node: NodeRef<'t>, protocol: Protocol, tls: Option<bool>) {
        let value = value_of(node, "rule");
        if value.is_some_and(|value| text_of(node, "rule").is_none() && !value.is_null()) {
            return;
        }
        let text = text_of(node, "rule").unwrap_or_default();
        let Some(value) = value.filter(|_| !text.is_empty()) else {
            let message = "the router has no rule, so Traefik disables it";
            let remedy = if protocol == Protocol::Http {
                "write one, as in rule: Host(`example.com`)"
            } else {
                "write one, as in rule: HostSNI(`*`)"
            };
            self.fault(id, value.unwrap_or(node), &[], "no-rule", message, remedy);
            return;
        };
        let syntax = match text_of(node, "ruleSyntax") {
            Some(syntax) if !syntax.is_empty() => Syntax::of_setting(Some(&syntax)),
            _ if self.context.default_syntax_is_v2 => Syntax::V2,
            _ => Syntax::V3,
        };
        match Rule::parse(&text, protocol, syntax) {
            Err(RuleError { message, remedy, .. }) => {
                let message = format!("the rule does not hold: {message}");
                self.fault(id, value, &[Step::Field("rule")], "bad-rule", message, remedy);
            }
            Ok(rule) if protocol == Protocol::Tcp => {
                if tls.is_none() {
                    return;
                }
                let version = self.context.version.minor();
                if version < 7 && rule.names_wildcard_sni() {
                    self.fault(
                        id,
                        value,
                        &[Step::Field("rule")],
                        "bad-rule",
                        "HostSNI takes a wildcard such as *.example.com only since Traefik 3.7",
                        "use HostSNIRegexp",
                    );
                } else if tls == Some(false) && rule.first_sni(version < 7).is_some_and(|name| name != "*") {
                    self.fault(
                        id,
                        value,
                        &[Step::Field("rule")],
                        "rule-needs-tls",
                        "a rule with HostSNI for a name needs TLS on the router, because only TLS tells names",
                        "add `tls: {}`, or use HostSNI(`*`)",
                    );
                }
            }
            Ok(_) => {}
        }
    }

    fn priority(&mut self, id: ObjectId, node: NodeRef<'t>) {
        let Some((value, text)) = Self::text(node, "priority") else { return };
        if parse_integer(&text, i128::from(i64::MIN)..=i128::from(i64::MAX))
            .is_some_and(|n| n > MOST_PRIORITY)
        {
            let message = format!("a priority may be at most {MOST_PRIORITY}");
            self.fault(id, value, &[Step::Field("priority")], "bad-priority", message, "lower it");
        }
    }

    fn router_tls(&mut self, id: ObjectId, node: NodeRef<'t>, protocol: Protocol) {
        let Some(tls) = section(node, "tls") else { return };
        let passes_through = protocol == Protocol::Tcp
            && text_of(tls, "passthrough")
                .is_none_or(|flag| crate::config::value::parse_bool(&flag) == Some(true))
            && value_of(tls, "passthrough").is_some();
        if !passes_through {
            self.tls_options(id, tls);
        }
        if let (Some((value, name)), Some(resolvers)) =
            (Self::text(tls, "certResolver"), &self.context.resolvers)
            && !name.is_empty()
            && !resolvers.contains(name.as_ref())
        {
            let remedy = match nearest(&name, resolvers.iter().map(String::as_str)) {
                Some(known) => format!("did you mean `{known}`?"),
                None => "define it in the static configuration".to_owned(),
            };
            let message =
                format!("there is no certificate resolver `{name}`, so no certificate will be asked for");
            let steps = [Step::Field("tls"), Step::Field("certResolver")];
            self.lint(id, value, &steps, "unknown-resolver", message, remedy);
        }
    }

    fn tls_options(&mut self, id: ObjectId, tls: NodeRef<'t>) {
        let named = value_of(tls, "options");
        if named.is_some_and(|value| Scalar::of(value) == Scalar::Opaque) {
            return;
        }
        let name = text_of(tls, "options").unwrap_or_default();
        // `default` is there without being defined, and counts where nothing is said.
        if name.is_empty() || name == "default" {
            if let Some(Target::Object(default)) = self.resolve(Section::TlsOptions, "default")
                && let Some(object) = self.objects.all.get_mut(id)
            {
                object.needs.push(default);
            }
            return;
        }
        let steps = [Step::Field("tls"), Step::Field("options")];
        let at = named.unwrap_or(tls);
        if name == "default@file" {
            let message = "the options named `default` belong to no provider";
            self.fault(id, at, &steps, "dangling-tls-options", message, "write `default`");
            return;
        }
        self.link(id, Section::TlsOptions, &name, at, &steps);
    }

    fn entry_points(&mut self, id: ObjectId, node: NodeRef<'t>, protocol: Protocol) {
        let Some(known) = &self.context.entry_points else { return };
        let fits = |point: &&EntryPoint| point.is_udp == (protocol == Protocol::Udp);
        let (mut good, mut opaque, mut bad) = (0, false, Vec::new());
        for element in texts(node, "entryPoints") {
            match &element.text {
                None => opaque = true,
                Some(name) if known.iter().filter(fits).any(|point| point.name == name.as_ref()) => good += 1,
                Some(_) => bad.push(element),
            }
        }
        for element in bad {
            let name = element.text.unwrap_or_default();
            let mut steps = vec![Step::Field("entryPoints")];
            steps.extend(element.index.map(Step::Index));
            let message = match known.iter().find(|point| point.name == name.as_ref()) {
                Some(point) if point.is_udp => format!("the entry point `{name}` takes UDP only"),
                Some(_) => format!("the entry point `{name}` takes no UDP"),
                None => format!("there is no entry point `{name}`"),
            };
            let remedy = match nearest(&name, known.iter().filter(fits).map(|point| point.name.as_str())) {
                Some(known) => format!("did you mean `{known}`?"),
                None => "define it in the static configuration, or remove it".to_owned(),
            };
            if good == 0 && !opaque {
                self.fault(id, element.node, &steps, "unknown-entry-point", message, remedy);
            } else {
                let kind = (Level::Warning, Effect::Ignores, "unknown-entry-point");
                self.add(id, element.node, &steps, kind, message, remedy);
            }
        }
    }

    /// The middlewares that entry points put before every HTTP router.
    pub(super) fn entry_point_middlewares(&mut self) {
        let context = self.context;
        for point in context.entry_points.iter().flatten().filter(|point| !point.is_udp) {
            for name in &point.middlewares {
                let target = self.resolve(Section::Middlewares(Protocol::Http), name);
                let Some(Target::Object(_) | Target::Missing) = target else { continue };
                let routers: Vec<ObjectId> = self.routers_on(point);
                let Some(first) = routers.first().and_then(|id| self.object(*id)) else { continue };
                let mut fault = None;
                if target == Some(Target::Missing) {
                    let message = format!(
                        "the entry point `{}` needs the middleware `{name}`, which is not there",
                        point.name
                    );
                    let kind = (Level::Warning, Effect::DisablesObject, "dangling-entry-point-middleware");
                    let remedy = "define it, or take it out of the static configuration";
                    let path = first.path();
                    fault = Some(self.report.add(first.file, first.key.span(), path, kind, message, remedy));
                }
                for id in routers {
                    let Some(router) = self.objects.all.get_mut(id) else { continue };
                    router.faults.extend(fault);
                    if let Some(Target::Object(middleware)) = target {
                        router.needs.push(middleware);
                    }
                }
            }
        }
    }

    fn routers_on(&self, point: &EntryPoint) -> Vec<ObjectId> {
        let is_on = |node: NodeRef<'_>| {
            let mut named = texts(node, "entryPoints").filter_map(|element| element.text).peekable();
            if named.peek().is_none() {
                point.is_default
            } else {
                named.any(|name| name == point.name.as_str())
            }
        };
        let routers = self.objects.all.iter().enumerate();
        routers
            .filter(|(_, object)| object.section.is_none() && object.protocol == Protocol::Http)
            .filter(|(_, object)| is_on(object.node))
            .map(|(id, _)| id)
            .collect()
    }

    /// Routers behind routers, since 3.6.
    fn parents(&mut self, id: ObjectId, node: NodeRef<'t>) {
        let refs: Vec<_> = texts(node, "parentRefs").collect();
        if refs.is_empty() {
            return;
        }
        for name in ["entryPoints", "tls", "observability"] {
            let is_there = match name {
                "tls" => section(node, name),
                "entryPoints" => texts(node, name).next().and_then(|_| value_of(node, name)),
                _ => value_of(node, name),
            };
            if let Some(value) = is_there {
                let message = format!("a router with parents may have no `{name}` of its own");
                let remedy = format!("remove it, and set `{name}` on the parent");
                self.fault(id, value, &[Step::Field(name)], "child-router", message, remedy);
            }
        }
        for element in refs {
            let Some(name) = element.text else { continue };
            let mut steps = vec![Step::Field("parentRefs")];
            steps.extend(element.index.map(Step::Index));
            let is_there = match name.rsplit_once('@') {
                Some((local, "file")) => self.objects.router(Protocol::Http, local).is_some(),
                Some((_, provider)) => {
                    self.context.others.is_none() && self.context.provider(provider) == Provider::Possible
                }
                None => self.objects.router(Protocol::Http, &name).is_some(),
            };
            if !is_there && !self.objects.has_unknown_file {
                let message = format!("there is no router `{name}`");
                let remedy = "name a router that exists";
                self.fault(id, element.node, &steps, "dangling-parent", message, remedy);
            }
        }
        if self.is_unreachable(id) {
            let at = value_of(node, "parentRefs").unwrap_or(node);
            let message = "the parents of this router go round in a circle, so no request reaches it";
            self.fault(id, at, &[Step::Field("parentRefs")], "child-router", message, "break the circle");
        }
    }

    /// Whether no way up the parents ends at a router without parents.
    fn is_unreachable(&self, id: ObjectId) -> bool {
        let (mut seen, mut work) = (HashSet::new(), vec![id]);
        while let Some(id) = work.pop() {
            if !seen.insert(id) {
                continue;
            }
            let Some(object) = self.object(id) else { continue };
            let mut parents = texts(object.node, "parentRefs").peekable();
            if parents.peek().is_none() {
                return false;
            }
            for parent in parents {
                let Some(name) = parent.text else { return false };
                let local = name.strip_suffix("@file").unwrap_or(&name);
                work.extend(self.objects.router(Protocol::Http, local));
            }
        }
        // A missing parent is reported by itself.
        seen.len() > 1
            || self.object(id).is_some_and(|object| {
                texts(object.node, "parentRefs")
                    .any(|parent| parent.text.as_deref() == Some(object.name.as_ref()))
            })
    }

    /// The routers that others name as parents, and those that do.
    pub(super) fn children(&self) -> Children {
        let mut found = Children::new();
        if self.context.version.minor() < 6 {
            return found;
        }
        for (id, object) in self.objects.all.iter().enumerate() {
            if object.section.is_some() || object.protocol != Protocol::Http {
                continue;
            }
            for name in texts(object.node, "parentRefs").filter_map(|parent| parent.text) {
                let local = name.strip_suffix("@file").unwrap_or(&name);
                if let Some(parent) = self.objects.router(Protocol::Http, local) {
                    found.entry(parent).or_default().push(id);
                }
            }
        }
        found
    }
}
