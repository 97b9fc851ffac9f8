//! The form of a route.

use maud::{Markup, html};
use traefik_manager_core::{
    routes::{Route, Snapshot},
    settings::Settings,
    traefik::{
        Protocol,
        rule::{Rule, Syntax},
    },
};

use super::{encoded, icons, layout::token};
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
    name: String,
    protocol: Protocol,
    by_hosts: bool,
    hosts: String,
    rule: String,
    servers: Vec<String>,
    service: String,
    entry_points: String,
    middlewares: String,
    resolver: String,
    passthrough: bool,
    pass_host_header: bool,
    skip_tls_verify: bool,
    file: String,
    new_file: String,
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
        }
    }

    /// What a route says.
    pub(crate) fn of(route: &Route<'_>) -> Self {
        let (service, tls, rule) = (route.service(), route.tls(), route.rule());
        let syntax = Syntax::of_setting(route.router().map(|router| router.rule_syntax()));
        let hosts = Rule::parse(rule, route.protocol(), syntax).ok().and_then(|rule| rule.simple_hosts());
        // A service of several routes, or of another kind than servers, is only named here.
        let is_own = route.owns_service() && service.is_some_and(|service| service.load_balancer().is_some());
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
        }
    }

    /// What was typed, to be shown again with the reason why it was not saved.
    pub(crate) fn typed(fields: &Fields) -> Result<Self, Failure> {
        let text = |name: &str| Ok::<_, Failure>(fields.text(name)?.unwrap_or_default().to_owned());
        let ticked =
            |name: &str| Ok::<_, Failure>(matches!(fields.texts(name)?.last(), Some(&("true" | "on"))));
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
        })
    }

    /// What the page is called.
    pub(crate) fn title(&self) -> &str {
        self.edit_of.rsplit("::").next().unwrap_or(&self.name)
    }
}

/// Everything that the page shows.
#[derive(Debug)]
pub(crate) struct RouteFormPage<'a> {
    pub(crate) values: &'a Values,
    pub(crate) snapshot: &'a Snapshot,
    pub(crate) can_create_files: bool,
    pub(crate) failure: Option<&'a Failure>,
    pub(crate) csrf: &'a str,
}

/// The page's content.
pub(crate) fn content(page: &RouteFormPage<'_>) -> Markup {
    let values = page.values;
    let is_new = values.edit_of.is_empty();
    html! {
        div.head {
            div.head-text {
                h1 { @if is_new { "Add a route" } @else { (values.title()) } }
            }
            div.actions {
                @if is_new {
                    div.views role="group" aria-label="Protocol" {
                        @for protocol in Protocol::ALL {
                            a.protocol href={ "/routes/new?protocol=" (protocol) }
                                aria-current=[(protocol == values.protocol).then_some("true")] { (protocol.as_str().to_uppercase()) }
                        }
                    }
                } @else {
                    a.button.small href={ "/routes/raw?id=" (encoded(&values.edit_of)) } { (icons::code()) "Edit as YAML" }
                }
            }
        }
        @if let Some(theirs) = page.failure.and_then(Failure::theirs) { (super::raw::present(theirs)) }
        form.stack method="post" action="/save" data-guard data-changed[page.failure.is_some()] {
            (token(page.csrf))
            input type="hidden" name="protocol" value=(values.protocol);
            @if !is_new {
                input type="hidden" name="isEdit" value="true";
                input type="hidden" name="originalId" value=(values.edit_of);
                input type="hidden" name="version" value=(values.version);
            }
            fieldset.panel {
                legend.sr { "Route" }
                div.pair {
                    (field(page, "serviceName", "name", "Name", "", &html! {
                        input #name type="text" name="serviceName" value=(values.name) required autocomplete="off"
                            spellcheck="false" autofocus[is_new] placeholder="blog";
                    }))
                    (file(page))
                }
                @if values.protocol != Protocol::Udp { (rule(page)) }
                (targets(page))
            }
            fieldset.panel {
                legend.sr { "Way in" }
                div.pair {
                    (entry_points(page))
                    @if values.protocol != Protocol::Udp { (tls(page)) }
                }
                @if values.protocol != Protocol::Udp { (middlewares(page)) }
                @if values.protocol == Protocol::Tcp {
                    (tick("tlsPassthrough", "Pass TLS on undecrypted", "The server has the certificate. No certificate is requested here.", values.passthrough))
                }
            }
            @if values.protocol == Protocol::Http {
                fieldset.panel {
                    legend.sr { "Servers" }
                    (tick("passHostHeader", "Pass the client's host name on", "Most applications expect it.", values.pass_host_header))
                    (tick("insecureSkipVerify", "Do not check the servers' certificates", "For servers on HTTPS with a certificate of their own making.", values.skip_tls_verify))
                }
            }
            div.foot {
                button.primary type="submit" { @if is_new { "Add route" } @else { "Save" } }
                a.button.quiet href="/" { "Cancel" }
                @if !is_new {
                    a.button.quiet.danger.push href={ "/routes/delete?id=" (encoded(&values.edit_of)) } data-confirm { "Delete" }
                }
            }
        }
    }
}

/// A field with its label, its hint and what is wrong with it.
fn field(page: &RouteFormPage<'_>, name: &str, id: &str, label: &str, hint: &str, input: &Markup) -> Markup {
    let wrong = page.failure.and_then(|failure| failure.about(name));
    html! {
        div.field .bad[wrong.is_some()] {
            label for=(id) { (label) @if !hint.is_empty() { span.hint { " · " (hint) } } }
            (input)
            @if let Some(wrong) = wrong { p.wrong { (super::sentence(wrong)) } }
        }
    }
}

/// A check box. An unticked one sends nothing by itself, hence the hidden field.
fn tick(name: &str, label: &str, hint: &str, ticked: bool) -> Markup {
    html! {
        div.check {
            input type="hidden" name=(name) value="false";
            input id=(name) type="checkbox" name=(name) value="true" checked[ticked];
            label for=(name) { (label) span.hint { (hint) } }
        }
    }
}

fn file(page: &RouteFormPage<'_>) -> Markup {
    let files = page.snapshot.files();
    let sound = files.iter().find(|file| file.problem().is_none()).map(|file| file.id().as_str());
    let chosen = if page.values.file.is_empty() { sound.unwrap_or_default() } else { &page.values.file };
    html! {
        @if files.len() > 1 || page.can_create_files {
            (field(page, "configFile", "file", "File", "", &html! {
                div.row {
                    @if !files.is_empty() {
                        select #file name="configFile" {
                            @for file in files {
                                option value=(file.id()) selected[file.id().as_str() == chosen] { (file.id()) }
                            }
                        }
                    }
                    @if page.can_create_files {
                        input id=[files.is_empty().then_some("file")] type="text" name="newFile" value=(page.values.new_file)
                            placeholder="or a new file" aria-label="New file" autocomplete="off" spellcheck="false";
                    }
                }
            }))
        }
    }
}

fn rule(page: &RouteFormPage<'_>) -> Markup {
    let values = page.values;
    let name = if values.protocol == Protocol::Http { "httpRule" } else { "tcpRule" };
    let wrong = page
        .failure
        .and_then(|failure| ["rule", "domains"].into_iter().find_map(|field| failure.about(field)));
    html! {
        fieldset {
            span.label { "Takes requests for" }
            div.pair {
                div.stack {
                    div.check {
                        input #by-hosts type="radio" name="ruleMode" value="hosts" checked[values.by_hosts];
                        label for="by-hosts" { "These host names" }
                    }
                    div.field .bad[wrong.is_some() && values.by_hosts] {
                        textarea #hosts name="hosts" rows="2" data-picks="by-hosts" aria-label="Host names, one a line" spellcheck="false"
                            autocapitalize="off" placeholder="blog.example.com" { "\n" (values.hosts) }
                        @if let Some(wrong) = wrong.filter(|_| values.by_hosts) { p.wrong { (super::sentence(wrong)) } }
                    }
                }
                div.stack {
                    div.check {
                        input #by-rule type="radio" name="ruleMode" value="rule" checked[!values.by_hosts];
                        label for="by-rule" { "What this rule says" }
                    }
                    div.field .bad[wrong.is_some() && !values.by_hosts] {
                        textarea #rule name=(name) rows="2" data-picks="by-rule" aria-label="Rule" spellcheck="false" autocapitalize="off"
                            placeholder="Host(`example.com`) && PathPrefix(`/api`)" { "\n" (values.rule) }
                        @if let Some(wrong) = wrong.filter(|_| !values.by_hosts) { p.wrong { (super::sentence(wrong)) } }
                    }
                }
            }
        }
    }
}

fn targets(page: &RouteFormPage<'_>) -> Markup {
    let values = page.values;
    let placeholder =
        if values.protocol == Protocol::Http { "http://192.168.1.20:8080" } else { "192.168.1.20:5432" };
    let wrong = page.failure.and_then(|failure| {
        ["targetIp", "targetPort", "scheme", "server", "serviceRef"]
            .into_iter()
            .find_map(|field| failure.about(field))
    });
    html! {
        div.field .bad[wrong.is_some()] {
            @if values.service.is_empty() {
                span.label #servers-label { "Sends them to" span.hint { " · several servers share the requests" } }
                div.stack #servers {
                    @let servers = if values.servers.is_empty() { vec![String::new()] } else { values.servers.clone() };
                    @for server in &servers {
                        div.row {
                            input type="text" name="server" value=(server) placeholder=(placeholder) inputmode="url"
                                aria-labelledby="servers-label" autocomplete="off" spellcheck="false";
                        }
                    }
                }
                // Without script one more field is enough to get on: each save shows another.
                @if !values.servers.is_empty() {
                    div.row.nojs { input type="text" name="server" placeholder="another server" aria-labelledby="servers-label"; }
                }
                div.needs-js { button.quiet.small type="button" data-add="servers" { (icons::plus()) "Add server" } }
            } @else {
                label for="service" { "Sends them to the service" span.hint { " · shared, so its servers are edited as YAML" } }
                input #service type="text" name="serviceRef" value=(values.service) list="services" autocomplete="off" spellcheck="false";
                datalist #services {
                    @for name in page.snapshot.service_names(values.protocol).into_iter().take(200) { option value=(name) {} }
                }
            }
            @if let Some(wrong) = wrong { p.wrong { (super::sentence(wrong)) } }
        }
    }
}

fn entry_points(page: &RouteFormPage<'_>) -> Markup {
    let name = if page.values.protocol == Protocol::Udp { "udpEntryPoint" } else { "entryPoints" };
    let known = page.snapshot.entry_points();
    let names: Vec<&str> = known.iter().map(|(name, _)| *name).collect();
    html! {
        (field(page, name, "entry-points", "Entry points", "comma separated, empty for the default", &html! {
            input #entry-points type="text" name=(name) value=(page.values.entry_points) list="known-entry-points"
                placeholder="websecure" autocomplete="off" spellcheck="false";
            datalist #known-entry-points {
                @for (name, address) in &known { option value=(name) { (address) } }
            }
            @if !names.is_empty() { span.hint { "There are: " (names.join(", ")) } }
        }))
    }
}

fn tls(page: &RouteFormPage<'_>) -> Markup {
    let chosen = page.values.resolver.as_str();
    let resolvers = &page.snapshot.settings().cert_resolvers;
    let is_other = !chosen.is_empty()
        && chosen != TLS_OFF
        && chosen != NO_RESOLVER
        && !resolvers.iter().any(|resolver| resolver == chosen);
    html! {
        (field(page, "certResolver", "tls", "TLS", "", &html! {
            select #tls name="certResolver" {
                option value=(TLS_OFF) selected[chosen == TLS_OFF] { "Off" }
                option value=(NO_RESOLVER) selected[chosen == NO_RESOLVER] { "On, with a certificate from a file" }
                @for resolver in resolvers {
                    option value=(resolver) selected[resolver == chosen] { "On, certificate from " (resolver) }
                }
                @if is_other { option value=(chosen) selected { "On, certificate from " (chosen) } }
            }
        }))
    }
}

fn middlewares(page: &RouteFormPage<'_>) -> Markup {
    let protocol = page.values.protocol;
    let name = if protocol == Protocol::Http { "middlewares" } else { "middlewaresTcp" };
    let known: Vec<&str> = page
        .snapshot
        .middlewares()
        .filter(|middleware| middleware.protocol() == protocol)
        .map(|middleware| middleware.name())
        .take(30)
        .collect();
    html! {
        (field(page, name, "middlewares", "Middlewares", "comma separated, in the order in which they act", &html! {
            input #middlewares type="text" name=(name) value=(page.values.middlewares) autocomplete="off" spellcheck="false";
            @if !known.is_empty() { span.hint { "There are: " (known.join(", ")) } }
        }))
    }
}

/// Asks before a route is gone.
pub(crate) fn confirm_delete(route: &Route<'_>, csrf: &str) -> Markup {
    html! {
        form.panel method="post" action={ "/delete/" (encoded(route.id())) } data-confirmation {
            (token(csrf))
            input type="hidden" name="version" value=(route.version());
            h1 #question { "Delete " (route.name()) "?" }
            p {
                "The route is taken out of " code { (route.file()) } ", and its service too unless another route uses it. "
                "A backup of the file is kept."
            }
            div.foot {
                button.danger type="submit" { "Delete" }
                a.button.quiet.cancel href="/" { "Cancel" }
            }
        }
    }
}
