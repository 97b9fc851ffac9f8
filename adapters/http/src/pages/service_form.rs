//! The fields of a service: the servers of a load balancer, or the children of a weighted one.

use maud::{Markup, html};
use traefik_manager_core::{
    config::object::ObjectKind,
    routes::Object,
    traefik::{Protocol, service::Service},
};

use super::{balancing::Balancing, icons, object_form::ObjectFormPage, route_form::tick};
use crate::{failure::Failure, fields::Fields};

/// What stands in the fields.
#[derive(Debug, Default)]
pub(crate) struct Values {
    pub(crate) is_weighted: bool,
    pub(crate) rows: Vec<Row>,
    transport: String,
    pass_host_header: bool,
    balancing: Balancing,
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
        Self {
            is_weighted,
            rows: rows.collect(),
            transport: service.servers_transport().to_owned(),
            pass_host_header: service.pass_host_header().unwrap_or(true),
            balancing: Balancing::of(&service),
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
        Ok(Self {
            is_weighted,
            rows: rows.filter(|row| !row.name.trim().is_empty()).collect(),
            transport: fields.trimmed("serversTransport")?.to_owned(),
            pass_host_header: fields.last_flag("passHostHeader")?.unwrap_or(false),
            balancing: Balancing::typed(fields)?,
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
            @if is_http { (values.balancing.fields(page.failure)) }
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
