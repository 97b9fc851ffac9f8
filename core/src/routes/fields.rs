//! From the fields of a form to the leaves of a router and its service.

use super::{
    ChangeError,
    change::{
        HealthCheckInput, ResolverInput, RouteForm, RuleInput, ServerInput, StickyInput, TargetInput,
        TlsInput,
    },
    patch::Patch,
};
use crate::{
    config::{
        edit::Edit,
        value::{Value, parse_bool},
    },
    settings::Settings,
    traefik::{
        Protocol,
        duration::is_duration,
        listed,
        name::Hostname,
        rule::{Rule, Syntax},
        service::Service,
        target::{HttpServer, StreamServer, TargetField},
    },
    tree::{Kind, NodeRef},
};

/// The longest rule that a message repeats, in bytes.
const MAX_SHOWN: usize = 1_000;

/// Entry point of a new HTTP route whose form names none, as scripts written for 1.5.2 expect.
const DEFAULT_ENTRY_POINT: &str = "https";

/// The router's leaves. `service` is the name of its service, where the form changes it.
pub(super) fn router(
    patch: &mut Patch<'_>,
    form: &RouteForm,
    service: Option<&str>,
    settings: &Settings,
    is_new: bool,
) -> Result<(), ChangeError> {
    if form.protocol != Protocol::Udp {
        match &form.rule {
            Some(input) => {
                let syntax = patch.at(&["ruleSyntax"]).map(|node| node.text()).unwrap_or_default();
                let is_written = |node: NodeRef<'_>| says(input, node.text(), form.protocol, syntax);
                if !patch.at(&["rule"]).is_some_and(is_written) {
                    let text = rule_text(input, form.protocol)?;
                    check_rule(&text, form.protocol, syntax)?;
                    patch.set(&["rule"], Value::text(text));
                }
            }
            None if is_new => {
                return Err(ChangeError::invalid(
                    "rule",
                    "the route needs a rule, or a host name to make one from",
                ));
            }
            None => {}
        }
    }
    let default = (is_new && form.protocol == Protocol::Http).then(|| vec![DEFAULT_ENTRY_POINT.to_owned()]);
    if let Some(entry_points) = form.entry_points.as_ref().or(default.as_ref()) {
        let wanted = cleaned(entry_points, "entryPoints")?;
        // The phone app's form has room for one UDP entry point; the others are not taken out by it.
        let is_first_of_several = form.protocol == Protocol::Udp
            && wanted.len() == 1
            && listed(patch.at(&["entryPoints"]))
                .first()
                .is_some_and(|first| wanted.contains(&(*first).to_owned()));
        if !is_first_of_several {
            patch.set_list(&["entryPoints"], &wanted);
        }
    }
    if let Some(service) = service {
        patch.set(&["service"], Value::text(service));
    }
    if form.protocol != Protocol::Udp {
        if let Some(middlewares) = &form.middlewares {
            patch.set_list(&["middlewares"], &cleaned(middlewares, "middlewares")?);
        }
        tls(patch, form, settings, is_new)?;
    }
    match form.priority {
        Some(Some(priority)) if form.protocol != Protocol::Udp => {
            patch.set(&["priority"], Value::Int(priority));
        }
        // A priority too large for the clients' numbers never reached the form, so it was not taken out there.
        Some(None) if patch.at(&["priority"]).is_some_and(|node| node.text().parse::<i32>().is_ok()) => {
            patch.remove(&["priority"]);
        }
        _ => {}
    }
    Ok(())
}

/// Whether a rule is what a form says, in whatever spelling.
fn says(input: &RuleInput, written: &str, protocol: Protocol, syntax: &str) -> bool {
    match input {
        RuleInput::Text(_) => rule_text(input, protocol).is_ok_and(|text| text == written.trim()),
        RuleInput::Hosts(hosts) => {
            let rule = Rule::parse(written, protocol, Syntax::of_setting(Some(syntax))).ok();
            let shown = rule.and_then(|rule| rule.simple_hosts());
            let hosts = || hosts.iter().map(|host| host.trim()).filter(|host| !host.is_empty());
            shown.is_some_and(|shown| hosts().eq(shown.iter().map(|host| host.trim())))
                || rule_text(input, protocol).is_ok_and(|text| text == written)
        }
    }
}

fn rule_text(input: &RuleInput, protocol: Protocol) -> Result<String, ChangeError> {
    let hosts = match input {
        // Browsers send the lines of a text area with `\r\n`.
        RuleInput::Text(text) => return Ok(text.replace("\r\n", "\n").trim().to_owned()),
        RuleInput::Hosts(hosts) => hosts,
    };
    let hosts = hosts
        .iter()
        .map(|host| host.trim())
        .filter(|host| !host.is_empty())
        .map(|host| {
            if protocol == Protocol::Tcp && host == "*" {
                return Ok(host.to_owned());
            }
            Hostname::parse(host)
                .map(|host| host.to_string())
                .map_err(|error| ChangeError::invalid("domains", error.to_string()))
        })
        .collect::<Result<Vec<_>, _>>()?;
    if hosts.is_empty() {
        return Err(ChangeError::invalid("domains", "enter at least one host name, or a rule"));
    }
    let matcher = if protocol == Protocol::Tcp { "HostSNI" } else { "Host" };
    Ok(hosts.iter().map(|host| format!("{matcher}(`{host}`)")).collect::<Vec<_>>().join(" || "))
}

fn check_rule(text: &str, protocol: Protocol, syntax: &str) -> Result<(), ChangeError> {
    fault_in_rule(text, protocol, syntax).map_or(Ok(()), |fault| Err(ChangeError::invalid("rule", fault)))
}

/// What Traefik's grammar has against a rule, and the remedy.
pub(super) fn fault_in_rule(text: &str, protocol: Protocol, syntax: &str) -> Option<String> {
    // What a template stands for only Traefik knows.
    if text.contains("{{") {
        return None;
    }
    let error = Rule::parse(text, protocol, Syntax::of_setting(Some(syntax))).err()?;
    Some(if text.len() > MAX_SHOWN {
        format!("the rule is not valid: {error}")
    } else {
        format!("the rule `{text}` is not valid: {error}")
    })
}

fn cleaned(names: &[String], field: &'static str) -> Result<Vec<String>, ChangeError> {
    let names: Vec<String> =
        names.iter().map(|name| name.trim().to_owned()).filter(|name| !name.is_empty()).collect();
    match names.iter().find(|name| name.contains([',', '\n', '\r', '`', '"'])) {
        Some(name) => {
            Err(ChangeError::invalid(field, format!("`{name}` is not a name; separate names with commas")))
        }
        None => Ok(names),
    }
}

/// The name of a resolver or of TLS options, unless it can be none; one that is written already may be anything.
fn tls_name(patch: &Patch<'_>, key: &str, name: &str, field: &'static str) -> Result<String, ChangeError> {
    let is_odd = name.contains(|letter: char| letter.is_control() || ['`', '"', ','].contains(&letter));
    if is_odd && patch.at(&["tls", key]).is_none_or(|node| node.text() != name) {
        let message = format!("{name:?} is not a name; type it as it stands in Traefik's configuration");
        return Err(ChangeError::invalid(field, message));
    }
    Ok(name.to_owned())
}

fn tls(
    patch: &mut Patch<'_>,
    form: &RouteForm,
    settings: &Settings,
    is_new: bool,
) -> Result<(), ChangeError> {
    let default = TlsInput::On {
        resolver: Some(ResolverInput::Default),
        options: None,
        domain: None,
        passthrough: None,
    };
    let choice = match &form.tls {
        Some(choice) => choice,
        None if is_new && form.protocol == Protocol::Http => &default,
        None => return Ok(()),
    };
    let TlsInput::On { resolver, options, domain, passthrough } = choice else {
        patch.remove(&["tls"]);
        return Ok(());
    };
    let old = patch.at(&["tls"]).filter(|node| node.kind() == Kind::Mapping);
    // Nothing asks for a certificate where TLS is passed on; one who has written a resolver beside that keeps it.
    let was_passed_on = old.is_some_and(|node| parse_bool(node.text_of("passthrough")) == Some(true));
    let resolver = match resolver {
        None => None,
        Some(ResolverInput::None) => Some(None),
        Some(_) if *passthrough == Some(true) && !was_passed_on => Some(None),
        Some(ResolverInput::Default) => Some(settings.cert_resolvers.first().cloned()),
        Some(ResolverInput::Named(name)) => {
            Some(Some(tls_name(patch, "certResolver", name, "certResolver")?))
        }
    };
    let options = match options.as_deref() {
        None => None,
        Some("") => Some(None),
        Some(name) => Some(Some(tls_name(patch, "options", name, "tlsOptionsProfile")?)),
    };
    let keeps = |field: &str, wanted: Option<bool>| {
        wanted.unwrap_or_else(|| old.is_some_and(|node| node.value_of(field).is_some()))
    };
    let has_more_domains = patch.at(&["tls", "domains"]).is_some_and(|node| node.items().count() > 1);
    let keeps_domains = keeps("domains", domain.as_ref().map(|first| first.is_some() || has_more_domains));
    let keeps_passthrough = keeps("passthrough", *passthrough);
    let leaves_something = keeps("certResolver", resolver.as_ref().map(Option::is_some))
        || keeps("options", options.as_ref().map(Option::is_some))
        || keeps_domains
        || keeps_passthrough
        || old.is_some_and(|node| {
            let known = ["certResolver", "options", "domains", "passthrough"];
            node.entries().any(|(key, _)| !known.iter().any(|field| key.text().eq_ignore_ascii_case(field)))
        });
    if !leaves_something {
        // Removing the last leaf would remove `tls` itself, and with it TLS.
        let on = patch.at(&["tls"]).is_some_and(|node| {
            node.is_vacant() || (node.kind() == Kind::Scalar && parse_bool(node.text()) == Some(true))
        });
        if !on {
            patch.set(&["tls"], Value::Map(Vec::new()));
        }
        return Ok(());
    }
    for (field, value) in [("certResolver", &resolver), ("options", &options)] {
        match value {
            Some(Some(name)) => patch.set(&["tls", field], Value::text(name)),
            Some(None) => patch.remove(&["tls", field]),
            None => {}
        }
    }
    match domain {
        Some(Some((main, sans))) => tls_domain(patch, main, sans),
        Some(None) if has_more_domains => {
            let first = patch.path(&["tls", "domains"]).index(0);
            patch.push(Edit::remove(first));
        }
        Some(None) => patch.remove(&["tls", "domains"]),
        None => {}
    }
    match passthrough {
        Some(true) => patch.set(&["tls", "passthrough"], Value::Bool(true)),
        Some(false) if keeps("passthrough", None) => patch.remove(&["tls", "passthrough"]),
        _ => {}
    }
    Ok(())
}

/// A form knows one domain; a router may have several. Only the first is the form's.
fn tls_domain(patch: &mut Patch<'_>, main: &str, sans: &[String]) {
    let value = || {
        let mut domain = vec![("main".to_owned(), Value::text(main))];
        if !sans.is_empty() {
            domain.push(("sans".to_owned(), Value::texts(sans.iter().cloned())));
        }
        Value::Map(domain)
    };
    let first = patch.at(&["tls", "domains"]).and_then(|domains| domains.items().next());
    match first {
        None => patch.set(&["tls", "domains"], Value::List(vec![value()])),
        Some(domain) => {
            let same_main = domain.value_of("main").is_some_and(|node| node.text() == main);
            let same_sans = listed(domain.value_of("sans")) == sans;
            if !same_main || !same_sans {
                let path = patch.path(&["tls", "domains"]).index(0);
                patch.push(Edit::set(path, value()));
            }
        }
    }
}

/// The leaves of the route's own service.
pub(super) fn service(
    patch: &mut Patch<'_>,
    form: &RouteForm,
    old: Option<Service<'_>>,
) -> Result<(), ChangeError> {
    match &form.target {
        Some(TargetInput::First(server)) => {
            let first = address(server, form.protocol)?;
            let mut servers: Vec<String> =
                old.map(|service| service.servers().map(str::to_owned).collect()).unwrap_or_default();
            match servers.first_mut() {
                Some(slot) => *slot = first,
                None => servers.push(first),
            }
            set_servers(patch, form.protocol, &servers);
        }
        Some(TargetInput::Servers(servers)) => {
            let servers =
                servers.iter().map(|server| address(server, form.protocol)).collect::<Result<Vec<_>, _>>()?;
            if servers.is_empty() {
                return Err(ChangeError::invalid("targetIp", "enter at least one server"));
            }
            set_servers(patch, form.protocol, &servers);
        }
        Some(TargetInput::Service(_)) | None => {}
    }
    if form.protocol != Protocol::Http {
        return Ok(());
    }
    if let Some(pass) = form.pass_host_header {
        let now = old.and_then(|service| service.pass_host_header());
        if now.unwrap_or(true) != pass {
            patch.set(&["loadBalancer", "passHostHeader"], Value::Bool(pass));
        }
    }
    match &form.sticky {
        Some(Some(input)) => sticky(patch, input),
        Some(None) if old.is_some_and(|service| service.sticky().is_some()) => {
            patch.remove(&["loadBalancer", "sticky"]);
        }
        _ => {}
    }
    match &form.health_check {
        Some(Some(input)) => health_check(patch, input)?,
        Some(None) if old.is_some_and(|service| service.health_check().is_some()) => {
            patch.remove(&["loadBalancer", "healthCheck"]);
        }
        _ => {}
    }
    let flush = ["loadBalancer", "responseForwarding", "flushInterval"];
    match form.streaming {
        Some(true) if !old.is_some_and(|service| service.streams()) => {
            patch.set(&flush, Value::text(super::FLUSH_AT_ONCE));
        }
        Some(false) if old.is_some_and(|service| service.streams()) => patch.remove(&flush),
        _ => {}
    }
    Ok(())
}

pub(super) fn address(server: &ServerInput, protocol: Protocol) -> Result<String, ChangeError> {
    let text = if protocol == Protocol::Http {
        HttpServer::parse(&server.scheme, &server.host, &server.port).map(|server| server.to_string())
    } else {
        StreamServer::parse(&server.host, &server.port).map(|server| server.to_string())
    };
    text.map_err(|error| ChangeError::invalid(form_field(error.field), error.to_string()))
}

fn form_field(field: TargetField) -> &'static str {
    match field {
        TargetField::Scheme => "scheme",
        TargetField::Host => "targetIp",
        TargetField::Port => "targetPort",
    }
}

/// Whether a form that was filled from `written` and sent back as `typed` means the same server: forms have no
/// field for a path.
fn same_server(written: &str, typed: &str) -> bool {
    if written == typed {
        return true;
    }
    let (Some(a), Some(b)) = (HttpServer::from_url(written), HttpServer::from_url(typed)) else {
        return false;
    };
    (a.scheme(), a.host(), a.port()) == (b.scheme(), b.host(), b.port()) && b.path().is_empty()
}

/// Brings the server list to these addresses and leaves alone whatever else a server says (weight, path).
fn set_servers(patch: &mut Patch<'_>, protocol: Protocol, wanted: &[String]) {
    let field = if protocol == Protocol::Http { "url" } else { "address" };
    let list = patch.at(&["loadBalancer", "servers"]).filter(|node| node.kind() == Kind::Sequence);
    let new = |url: &String| Value::map([(field, Value::text(url))]);
    let Some(list) = list else {
        return patch.set(&["loadBalancer", "servers"], Value::List(wanted.iter().map(new).collect()));
    };
    let old: Vec<NodeRef<'_>> = list.items().collect();
    let url_of =
        |node: &NodeRef<'_>| node.value_of(field).map(|url| url.text()).unwrap_or_default().to_owned();
    let path = patch.path(&["loadBalancer", "servers"]);
    if old.len() == wanted.len() {
        for (index, (node, url)) in old.iter().zip(wanted).enumerate() {
            if !same_server(&url_of(node), url) {
                let key = node.field(field).map_or(field, |(key, _)| key.text());
                patch.push(Edit::set(path.index(index).key(key), Value::text(url)));
            }
        }
        return;
    }
    let is_wanted = |node: &NodeRef<'_>| wanted.iter().any(|url| same_server(&url_of(node), url));
    let kept = old.iter().filter(|node| is_wanted(node)).count();
    if kept == 0 {
        let value = Value::List(wanted.iter().map(new).collect());
        return patch.push(Edit::set(path, value));
    }
    for (index, _) in old.iter().enumerate().rev().filter(|(_, node)| !is_wanted(node)) {
        patch.push(Edit::remove(path.index(index)));
    }
    let added = wanted.iter().filter(|url| !old.iter().any(|node| same_server(&url_of(node), url)));
    for (offset, url) in added.enumerate() {
        patch.push(Edit::set(path.index(kept + offset), new(url)));
    }
}

fn sticky(patch: &mut Patch<'_>, input: &StickyInput) {
    let cookie = ["loadBalancer", "sticky", "cookie"];
    let flag = |patch: &Patch<'_>, field: &str| {
        patch.at(&[cookie[0], cookie[1], cookie[2], field]).and_then(|node| parse_bool(node.text()))
            == Some(true)
    };
    let is_there = patch.at(&cookie[..2]).is_some();
    if !input.name.is_empty() {
        patch.set(&[cookie[0], cookie[1], cookie[2], "name"], Value::text(&input.name));
    } else if patch.at(&[cookie[0], cookie[1], cookie[2], "name"]).is_some() {
        patch.remove(&[cookie[0], cookie[1], cookie[2], "name"]);
    } else if !is_there && !input.secure && !input.http_only {
        // An empty cookie is a sticky cookie with a generated name.
        patch.set(&cookie, Value::Map(Vec::new()));
    }
    for (field, wanted) in [("secure", input.secure), ("httpOnly", input.http_only)] {
        if flag(patch, field) != wanted {
            patch.set(&[cookie[0], cookie[1], cookie[2], field], Value::Bool(wanted));
        }
    }
}

fn health_check(patch: &mut Patch<'_>, input: &HealthCheckInput) -> Result<(), ChangeError> {
    let old_path =
        patch.at(&["loadBalancer", "healthCheck", "path"]).map(|node| node.text()).unwrap_or_default();
    if input.path != old_path && !input.path.starts_with('/') {
        return Err(ChangeError::invalid("healthCheck", "the path of a health check begins with `/`"));
    }
    if input.path != old_path {
        patch.set(&["loadBalancer", "healthCheck", "path"], Value::text(&input.path));
    }
    for (field, text) in [("interval", &input.interval), ("timeout", &input.timeout)] {
        let way = ["loadBalancer", "healthCheck", field];
        if patch.at(&way).is_some_and(|node| node.text() == text) {
            continue;
        }
        if text.is_empty() {
            patch.remove(&way);
        } else if !is_duration(text) {
            return Err(ChangeError::invalid(
                "healthCheck",
                format!("`{text}` is not a duration; write `10s`, `1m30s` or `500ms`"),
            ));
        } else {
            patch.set(&way, Value::text(text));
        }
    }
    Ok(())
}
