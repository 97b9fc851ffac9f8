//! The usual fields of a service: the servers of a load balancer, the children of a weighted one.

use super::{
    super::{ChangeError, HealthCheckInput, RouteForm, ServerInput, StickyInput, fields, patch::Patch},
    Object,
};
use crate::{
    config::{edit::Edit, value::Value},
    traefik::{Protocol, service::Service},
    tree::{Kind, NodeRef},
};

/// A service as somebody wants it. What the form does not know stays as it is.
#[derive(Debug, Clone)]
pub enum ServiceForm {
    /// Servers that share the requests.
    Balancer(BalancerInput),
    /// Services that share the requests.
    Weighted(Vec<ChildInput>),
}

/// A load balancer, as it was typed. `None` leaves a field as it is.
#[derive(Debug, Clone, Default)]
pub struct BalancerInput {
    /// All servers.
    pub servers: Vec<WeightedServer>,
    /// Sticky sessions; the inner `None` switches them off. HTTP only.
    pub sticky: Option<Option<StickyInput>>,
    /// The health check; the inner `None` switches it off. HTTP only.
    pub health_check: Option<Option<HealthCheckInput>>,
    /// Whether the servers see the client's `Host`. HTTP only.
    pub pass_host_header: Option<bool>,
    /// The servers transport; empty for the default one. Not for UDP.
    pub servers_transport: Option<String>,
}

/// One server, as it was typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WeightedServer {
    /// Which of the present servers it was, from 0; `None` is found by its address, or new.
    pub at: Option<usize>,
    /// A URL for HTTP, `host:port` otherwise.
    pub address: String,
    /// Its weight, HTTP only.
    pub weight: WeightInput,
}

/// One child of a weighted service, as it was typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ChildInput {
    /// Which of the present children it was, from 0; `None` is found by its name, or new.
    pub at: Option<usize>,
    /// The service's name.
    pub name: String,
    /// Its weight.
    pub weight: WeightInput,
}

/// A weight, as it was typed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum WeightInput {
    /// As it is.
    #[default]
    AsWritten,
    /// None, which counts as 1.
    None,
    /// This one.
    Is(i64),
}

impl ServiceForm {
    /// Whether a form can show what the service says in these fields, so that it may be edited with one.
    pub fn can_edit(object: &Object<'_>) -> bool {
        let node = object.node();
        let list = |kind: &str, field: &str| {
            let of_kind = node.value_of(kind).filter(|node| node.kind() == Kind::Mapping);
            of_kind.is_some_and(|of_kind| {
                of_kind.value_of(field).is_none_or(|list| {
                    list.kind() == Kind::Sequence && list.items().all(|item| item.kind() == Kind::Mapping)
                })
            })
        };
        match object.variety() {
            "loadBalancer" => list("loadBalancer", "servers"),
            "weighted" => list("weighted", "services"),
            _ => false,
        }
    }

    pub(super) fn fill(&self, patch: &mut Patch<'_>, protocol: Protocol) -> Result<(), ChangeError> {
        let (field, other) = match self {
            Self::Balancer(_) => ("loadBalancer", "weighted"),
            Self::Weighted(_) => ("weighted", "loadBalancer"),
        };
        let present = [other, "mirroring", "failover", "highestRandomWeight"];
        if let Some(kind) = present.into_iter().find(|kind| patch.at(&[kind]).is_some()) {
            let message = format!("the service is of kind {kind}, not {field}; edit it as YAML");
            return Err(ChangeError::invalid("kind", message));
        }
        match self {
            Self::Balancer(balancer) => balancer.fill(patch, protocol),
            Self::Weighted(children) => weighted(patch, children),
        }
    }
}

impl BalancerInput {
    fn fill(&self, patch: &mut Patch<'_>, protocol: Protocol) -> Result<(), ChangeError> {
        let field = if protocol == Protocol::Http { "url" } else { "address" };
        let rows = self.servers.iter().map(|server| Row {
            at: server.at,
            name: server.address.trim().to_owned(),
            weight: if protocol == Protocol::Http { server.weight } else { WeightInput::AsWritten },
        });
        let rows: Vec<Row> = rows.filter(|row| !row.name.is_empty()).collect();
        if rows.is_empty() {
            return Err(ChangeError::invalid("server", "enter at least one server"));
        }
        let checked = |typed: &str| {
            let server = ServerInput { scheme: String::new(), host: typed.to_owned(), port: String::new() };
            fields::address(&server, protocol).map_err(|error| match error {
                ChangeError::Invalid { message, .. } => ChangeError::invalid("server", message),
                error => error,
            })
        };
        set_rows(patch, ["loadBalancer", "servers"], field, rows, checked)?;
        let old = patch.object().map(|node| Service::new(protocol, node));
        let known = RouteForm {
            sticky: self.sticky.clone(),
            health_check: self.health_check.clone(),
            pass_host_header: self.pass_host_header,
            ..RouteForm::new(String::new(), protocol)
        };
        fields::service(patch, &known, old)?;
        match self.servers_transport.as_deref().map(str::trim) {
            Some("") => patch.remove(&["loadBalancer", "serversTransport"]),
            Some(name) if protocol != Protocol::Udp => {
                patch.set(&["loadBalancer", "serversTransport"], Value::text(name));
            }
            _ => {}
        }
        Ok(())
    }
}

fn weighted(patch: &mut Patch<'_>, children: &[ChildInput]) -> Result<(), ChangeError> {
    let rows = children.iter().map(|child| Row {
        at: child.at,
        name: child.name.trim().to_owned(),
        weight: child.weight,
    });
    let rows: Vec<Row> = rows.filter(|row| !row.name.is_empty()).collect();
    if rows.is_empty() {
        return Err(ChangeError::invalid("child", "enter at least one service"));
    }
    set_rows(patch, ["weighted", "services"], "name", rows, |name| Ok(name.to_owned()))
}

/// One element of a list of mappings.
struct Row {
    at: Option<usize>,
    name: String,
    weight: WeightInput,
}

/// Brings a list of mappings to these rows; whatever else an element says stays with it.
fn set_rows(
    patch: &mut Patch<'_>,
    way: [&str; 2],
    field: &str,
    rows: Vec<Row>,
    checked: impl Fn(&str) -> Result<String, ChangeError>,
) -> Result<(), ChangeError> {
    let list = patch.at(&way).filter(|list| list.kind() == Kind::Sequence);
    let old: Vec<NodeRef<'_>> = list.map(|list| list.items().collect()).unwrap_or_default();
    let name_of = |node: &NodeRef<'_>| node.text_of(field).to_owned();
    let mut taken = vec![false; old.len()];
    let mut matched: Vec<(Option<usize>, Row)> = Vec::with_capacity(rows.len());
    for row in rows {
        let free = |index: &usize| !taken.get(*index).copied().unwrap_or(true);
        let named =
            || old.iter().enumerate().position(|(index, node)| free(&index) && name_of(node) == row.name);
        let at = row.at.filter(free).or_else(named);
        if let Some(slot) = at.and_then(|at| taken.get_mut(at)) {
            *slot = true;
        }
        matched.push((at, row));
    }
    let kept: Vec<usize> = matched.iter().filter_map(|(at, _)| *at).collect();
    if kept.is_empty() || !kept.is_sorted() {
        let whole = matched.iter().map(|(at, row)| {
            let node = at.and_then(|at| old.get(at));
            row.value(field, node.copied(), &checked)
        });
        let whole = Value::List(whole.collect::<Result<_, _>>()?);
        patch.set(&way, whole);
        return Ok(());
    }
    let path = patch.path(&way);
    let mut new = Vec::new();
    for (at, row) in &matched {
        let Some((at, node)) = at.and_then(|at| Some((at, *old.get(at)?))) else {
            new.push(row.value(field, None, &checked)?);
            continue;
        };
        let mut element = Patch::new(path.index(at), Some(node));
        if name_of(&node) != row.name {
            element.set(&[field], Value::text(checked(&row.name)?));
        }
        match row.weight {
            WeightInput::Is(weight) => element.set(&["weight"], Value::Int(weight)),
            WeightInput::None => element.remove(&["weight"]),
            WeightInput::AsWritten => {}
        }
        element.finish().into_iter().for_each(|edit| patch.push(edit));
    }
    for index in (0..old.len()).rev().filter(|index| !kept.contains(index)) {
        patch.push(Edit::remove(path.index(index)));
    }
    for (offset, value) in new.into_iter().enumerate() {
        patch.push(Edit::set(path.index(kept.len() + offset), value));
    }
    Ok(())
}

impl Row {
    /// A whole element; what an old one says besides comes along.
    fn value(
        &self,
        field: &str,
        old: Option<NodeRef<'_>>,
        checked: &impl Fn(&str) -> Result<String, ChangeError>,
    ) -> Result<Value, ChangeError> {
        let is_as_written = old.is_some_and(|node| node.text_of(field) == self.name);
        let name = if is_as_written { self.name.clone() } else { checked(&self.name)? };
        let mut entries = vec![(field.to_owned(), Value::text(name))];
        let weight = match self.weight {
            WeightInput::Is(weight) => Some(Value::Int(weight)),
            WeightInput::None => None,
            WeightInput::AsWritten => old.and_then(|node| node.value_of("weight")).map(Value::from),
        };
        if let Some(weight) = weight {
            entries.push(("weight".to_owned(), weight));
        }
        let others = old.into_iter().flat_map(|node| node.entries()).filter(|(key, _)| {
            !key.text().eq_ignore_ascii_case(field) && !key.text().eq_ignore_ascii_case("weight")
        });
        entries.extend(others.map(|(key, value)| (key.text().to_owned(), Value::from(value))));
        Ok(Value::Map(entries))
    }
}
