//! What stands in the fields of a route's form: nothing yet, what a route says, or what was typed.

use traefik_manager_core::{
    routes::{Route, Snapshot},
    settings::Settings,
    traefik::{
        Protocol,
        name::in_files,
        rule::{Rule, Syntax},
    },
};

use super::balancing::Balancing;
use crate::{
    failure::Failure,
    fields::Fields,
    route_input::{NO_RESOLVER, TLS_OFF},
};

/// What stands in the fields.
#[derive(Debug)]
#[expect(clippy::struct_excessive_bools, reason = "one for each check box")]
pub(crate) struct Values {
    /// The id of the route that is edited; empty for a new one.
    pub(crate) edit_of: String,
    pub(crate) version: String,
    pub(super) name: String,
    pub(super) protocol: Protocol,
    pub(super) by_hosts: bool,
    pub(super) hosts: String,
    pub(super) rule: String,
    pub(super) servers: Vec<String>,
    pub(super) service: String,
    pub(super) entry_points: String,
    pub(super) middlewares: String,
    pub(super) resolver: String,
    pub(super) passthrough: bool,
    pub(super) pass_host_header: bool,
    pub(super) skip_tls_verify: bool,
    pub(super) file: String,
    pub(super) new_file: String,
    pub(super) more: More,
}

/// What few routes need.
#[derive(Debug, Default)]
pub(crate) struct More {
    pub(super) balancing: Balancing,
    pub(super) priority: String,
}

impl More {
    fn of(route: &Route<'_>) -> Self {
        let priority = route.router().and_then(|router| router.priority());
        Self {
            balancing: route.service().as_ref().map(Balancing::of).unwrap_or_default(),
            priority: priority.map(|priority| priority.to_string()).unwrap_or_default(),
        }
    }

    fn typed(fields: &Fields) -> Result<Self, Failure> {
        Ok(Self { balancing: Balancing::typed(fields)?, priority: fields.figure("priority")?.to_owned() })
    }

    /// Whether there is anything to see.
    pub(super) fn says_something(&self) -> bool {
        self.balancing.says_something() || !self.priority.is_empty()
    }
}

fn ticked(fields: &Fields, name: &str) -> Result<bool, Failure> {
    Ok(matches!(fields.texts(name)?.last(), Some(&("true" | "on"))))
}

impl Values {
    /// An empty form.
    pub(crate) fn fresh(protocol: Protocol, settings: &Settings) -> Self {
        let resolver = match (protocol, settings.cert_resolvers.first()) {
            (Protocol::Http, Some(resolver)) => resolver.clone(),
            _ => TLS_OFF.to_owned(),
        };
        Self {
            edit_of: String::new(),
            version: String::new(),
            name: String::new(),
            protocol,
            by_hosts: protocol == Protocol::Http,
            hosts: String::new(),
            rule: if protocol == Protocol::Tcp { "HostSNI(`*`)".to_owned() } else { String::new() },
            servers: Vec::new(),
            service: String::new(),
            entry_points: String::new(),
            middlewares: String::new(),
            resolver,
            passthrough: false,
            pass_host_header: true,
            skip_tls_verify: false,
            file: String::new(),
            new_file: String::new(),
            more: More::default(),
        }
    }

    /// What a route says.
    pub(crate) fn of(snapshot: &Snapshot, route: &Route<'_>) -> Self {
        let (service, tls, rule) = (route.service(), route.tls(), route.rule());
        let syntax = Syntax::of_setting(route.router().map(|router| router.rule_syntax()));
        let hosts = Rule::parse(rule, route.protocol(), syntax).ok().and_then(|rule| rule.simple_hosts());
        // A service of several routes, or of another kind than servers, is only named here.
        let is_own = (route.owns_service() || route.is_enabled() && is_alone(snapshot, route))
            && service.is_some_and(|service| service.load_balancer().is_some());
        Self {
            edit_of: route.id().to_owned(),
            version: route.version(),
            name: route.name().to_owned(),
            protocol: route.protocol(),
            by_hosts: hosts.is_some(),
            hosts: hosts.unwrap_or_default().join("\n"),
            rule: rule.to_owned(),
            servers: service
                .filter(|_| is_own)
                .map(|service| service.servers().map(str::to_owned).collect())
                .unwrap_or_default(),
            service: if is_own { String::new() } else { route.service_name().to_owned() },
            entry_points: route.entry_points().join(", "),
            middlewares: route.middlewares().join(", "),
            resolver: match tls.map(|tls| tls.cert_resolver()) {
                None => TLS_OFF.to_owned(),
                Some("") => NO_RESOLVER.to_owned(),
                Some(name) => name.to_owned(),
            },
            passthrough: tls.is_some_and(|tls| tls.passthrough()),
            pass_host_header: service.and_then(|service| service.pass_host_header()).unwrap_or(true),
            skip_tls_verify: route.skips_tls_verify(),
            file: route.file().as_str().to_owned(),
            new_file: String::new(),
            more: More::of(route),
        }
    }

    /// What was typed, to be shown again with the reason why it was not saved.
    pub(crate) fn typed(fields: &Fields) -> Result<Self, Failure> {
        let text = |name: &str| Ok::<_, Failure>(fields.text(name)?.unwrap_or_default().to_owned());
        let ticked = |name: &str| ticked(fields, name);
        let protocol = Protocol::parse(&text("protocol")?).unwrap_or(Protocol::Http);
        let (rule, middlewares, entry_points) = match protocol {
            Protocol::Http => ("httpRule", "middlewares", "entryPoints"),
            Protocol::Tcp => ("tcpRule", "middlewaresTcp", "entryPoints"),
            Protocol::Udp => ("httpRule", "middlewares", "udpEntryPoint"),
        };
        Ok(Self {
            edit_of: if ticked("isEdit")? { text("originalId")? } else { String::new() },
            version: text("version")?,
            name: text("serviceName")?,
            protocol,
            by_hosts: text("ruleMode")? == "hosts",
            hosts: text("hosts")?,
            rule: text(rule)?,
            servers: fields.texts("server")?.into_iter().map(str::to_owned).collect(),
            service: text("serviceRef")?,
            entry_points: text(entry_points)?,
            middlewares: text(middlewares)?,
            resolver: text("certResolver")?,
            passthrough: ticked("tlsPassthrough")?,
            pass_host_header: ticked("passHostHeader")?,
            skip_tls_verify: ticked("insecureSkipVerify")?,
            file: text("configFile")?,
            new_file: text("newFile")?,
            more: More::typed(fields)?,
        })
    }

    /// What the page is called.
    pub(crate) fn title(&self) -> &str {
        self.edit_of.rsplit("::").next().unwrap_or(&self.name)
    }
}

/// Whether no other route sends requests to the route's service.
fn is_alone(snapshot: &Snapshot, route: &Route<'_>) -> bool {
    let name = in_files(route.service_name());
    let users = snapshot
        .routes()
        .filter(|other| other.protocol() == route.protocol() && in_files(other.service_name()) == name);
    users.count() == 1
}
