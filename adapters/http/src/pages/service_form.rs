//! The fields of a service: the servers of a load balancer, or the children of a weighted one.

use maud::{Markup, html};
use traefik_manager_core::{
    config::object::ObjectKind,
    routes::Object,
    traefik::{Protocol, service::Service},
};

use super::{icons, object_form::ObjectFormPage, route_form::tick};
use crate::{failure::Failure, fields::Fields};

/// What stands in the fields.
#[derive(Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "the form's own check boxes")]
pub(crate) struct Values {
    pub(crate) is_weighted: bool,
    pub(crate) rows: Vec<Row>,
    transport: String,
    pass_host_header: bool,
    sticky: bool,
    cookie: String,
    secure: bool,
    http_only: bool,
    health_check: bool,
    path: String,
    interval: String,
    timeout: String,
}

/// A server or a child.
#[derive(Debug, Default)]
pub(crate) struct Row {
    /// Its place among those that are written.
    at: String,
    name: String,
    weight: String,
}

impl Values {
    /// An empty form.
    pub(crate) fn fresh(is_weighted: bool) -> Self {
        Self { is_weighted, pass_host_header: true, ..Self::default() }
    }

    /// What a service says.
    pub(crate) fn of(object: &Object<'_>, protocol: Protocol) -> Self {
        let service = Service::new(protocol, object.node());
        let is_weighted = service.kind() == "weighted";
        let (kind, list, field) = match (is_weighted, protocol) {
            (true, _) => ("weighted", "services", "name"),
            (false, Protocol::Http) => ("loadBalancer", "servers", "url"),
            (false, _) => ("loadBalancer", "servers", "address"),
        };
        let list = object.node().value_of(kind).and_then(|node| node.value_of(list));
        let rows = list.into_iter().flat_map(|list| list.items()).enumerate().map(|(at, node)| Row {
            at: at.to_string(),
            name: node.text_of(field).to_owned(),
            weight: node.text_of("weight").to_owned(),
        });
        let (sticky, health) = (service.sticky(), service.health_check());
        let owned = |text: Option<&str>| text.unwrap_or_default().to_owned();
        Self {
            is_weighted,
            rows: rows.collect(),
            transport: service.servers_transport().to_owned(),
            pass_host_header: service.pass_host_header().unwrap_or(true),
            sticky: sticky.is_some(),
            cookie: owned(sticky.map(|cookie| cookie.name)),
            secure: sticky.is_some_and(|cookie| cookie.secure),
            http_only: sticky.is_some_and(|cookie| cookie.http_only),
            health_check: health.is_some(),
            path: owned(health.map(|check| check.path)),
            interval: owned(health.map(|check| check.interval)),
            timeout: owned(health.map(|check| check.timeout)),
        }
    }

    /// What somebody typed.
    pub(crate) fn typed(fields: &Fields) -> Result<Self, Failure> {
        let is_weighted = fields.has("child");
        let field = if is_weighted { "child" } else { "server" };
        let (at, weights) =
            (fields.figures(&format!("{field}At"))?, fields.figures(&format!("{field}Weight"))?);
        let nth = |texts: &[&str], number: usize| texts.get(number).copied().unwrap_or_default().to_owned();
        let rows = fields.texts(field)?.into_iter().enumerate().map(|(number, name)| Row {
            at: nth(&at, number),
            name: name.to_owned(),
            weight: nth(&weights, number),
        });
        let text = |name: &str| fields.trimmed(name).map(str::to_owned);
        let ticked = |name: &str| Ok::<_, Failure>(fields.last_flag(name)?.unwrap_or(false));
        Ok(Self {
            is_weighted,
            rows: rows.filter(|row| !row.name.trim().is_empty()).collect(),
            transport: text("serversTransport")?,
            pass_host_header: ticked("passHostHeader")?,
            sticky: ticked("sticky")?,
            cookie: text("stickyName")?,
            secure: ticked("stickySecure")?,
            http_only: ticked("stickyHttpOnly")?,
            health_check: ticked("healthCheck")?,
            path: text("healthPath")?,
            interval: text("healthInterval")?,
            timeout: text("healthTimeout")?,
        })
    }
}

/// The fields.
pub(super) fn fields(page: &ObjectFormPage<'_>, values: &Values) -> Markup {
    let protocol = page.values.protocol.unwrap_or(Protocol::Http);
    let is_http = protocol == Protocol::Http;
    let wrong = ["server", "child", "targetIp", "targetPort", "scheme", "kind"]
        .into_iter()
        .find_map(|field| page.wrong(field));
    html! {
        div.field .bad[wrong.is_some()] {
            span.label #rows-label { @if values.is_weighted { "Services that share the requests" } @else { "Servers" } }
            (rows(page, values, protocol))
            @if let Some(wrong) = wrong { p.wrong { (super::sentence(wrong)) } }
        }
        @if !values.is_weighted {
            @if is_http { (tick("passHostHeader", "Pass the client's host name on", "Most applications expect it.", values.pass_host_header)) }
            @if is_http { (sticky(values)) (health_check(page, values)) }
            @if protocol != Protocol::Udp { (transport(page, values, protocol)) }
        }
    }
}

fn rows(page: &ObjectFormPage<'_>, values: &Values, protocol: Protocol) -> Markup {
    let empty = [Row::default()];
    let rows: &[Row] = if values.rows.is_empty() { &empty } else { &values.rows };
    html! {
        div.stack.tight #servers {
            @for row in rows { (one_row(values, row, protocol)) }
        }
        // Without script two more fields are enough to get on: each save shows others.
        div.stack.tight.nojs { @for row in [Row::default(), Row::default()] { (one_row(values, &row, protocol)) } }
        @if values.is_weighted {
            datalist #known-services {
                @for name in page.snapshot.service_names(protocol).into_iter().take(200) { option value=(name) {} }
            }
        }
        div.foot {
            button.small.needs-js type="button" data-add="servers" {
                (icons::plus()) @if values.is_weighted { "Add service" } @else { "Add server" }
            }
            span.hint {
                @if has_weights(values, protocol) { "A weight of 3 gets three times as many requests as one of 1." }
                @else { "Several servers share the connections." }
            }
        }
    }
}

/// TCP and UDP servers have none.
fn has_weights(values: &Values, protocol: Protocol) -> bool {
    values.is_weighted || protocol == Protocol::Http
}

fn one_row(values: &Values, row: &Row, protocol: Protocol) -> Markup {
    let (field, placeholder) = match (values.is_weighted, protocol) {
        (true, _) => ("child", "another-service"),
        (false, Protocol::Http) => ("server", "http://192.168.1.20:8080"),
        (false, _) => ("server", "192.168.1.20:5432"),
    };
    html! {
        div.row {
            input type="hidden" name={ (field) "At" } value=(row.at);
            input type="text" name=(field) value=(row.name) placeholder=(placeholder) aria-labelledby="rows-label"
                list=[values.is_weighted.then_some("known-services")] autocomplete="off" spellcheck="false";
            @if has_weights(values, protocol) {
                input.weight type="text" name={ (field) "Weight" } value=(row.weight) placeholder="weight" aria-label="Weight"
                    inputmode="numeric" autocomplete="off";
            }
            button.quiet.small.needs-js type="button" data-remove aria-label="Remove" title="Remove" { (icons::bin()) }
        }
    }
}

fn sticky(values: &Values) -> Markup {
    html! {
        fieldset.group {
            (tick("sticky", "Sticky sessions", "A cookie keeps each visitor on the same server.", values.sticky))
            div.pair.only-if-ticked {
                div.field {
                    label for="sticky-name" { "Name of the cookie" }
                    input #sticky-name type="text" name="stickyName" value=(values.cookie) autocomplete="off" spellcheck="false";
                    span.hint { "Empty: Traefik makes one." }
                }
                div.stack.tight {
                    (tick("stickySecure", "Only over HTTPS (Secure)", "", values.secure))
                    (tick("stickyHttpOnly", "Not for scripts (HttpOnly)", "", values.http_only))
                }
            }
        }
    }
}

fn health_check(page: &ObjectFormPage<'_>, values: &Values) -> Markup {
    let wrong = page.wrong("healthCheck");
    let part = |name: &str, label: &str, value: &str, placeholder: &str| {
        html! {
            div.field .bad[wrong.is_some()] {
                label for=(name) { (label) }
                input id=(name) type="text" name=(name) value=(value) placeholder=(placeholder) autocomplete="off" spellcheck="false";
            }
        }
    };
    html! {
        fieldset.group {
            (tick("healthCheck", "Health check", "Servers that do not answer get no requests until they do.", values.health_check))
            div.only-if-ticked.stack.tight {
                div.three {
                    (part("healthPath", "Path", &values.path, "/health"))
                    (part("healthInterval", "Every", &values.interval, "30s"))
                    (part("healthTimeout", "Gives up after", &values.timeout, "5s"))
                }
                @if let Some(wrong) = wrong { p.wrong { (super::sentence(wrong)) } }
            }
        }
    }
}

fn transport(page: &ObjectFormPage<'_>, values: &Values, protocol: Protocol) -> Markup {
    let known: Vec<&str> = page
        .snapshot
        .objects_of(ObjectKind::ServersTransport, Some(protocol))
        .map(|object| object.name())
        .collect();
    html! {
        div.field {
            label for="transport" { "Servers transport" }
            input #transport type="text" name="serversTransport" value=(values.transport) list="known-transports"
                autocomplete="off" spellcheck="false";
            datalist #known-transports { @for name in known.iter().take(200) { option value=(name) {} } }
            span.hint { "Empty: Traefik's default one." }
        }
    }
}
