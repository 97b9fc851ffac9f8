//! Which routers a change reaches: through the services, middlewares, transports and TLS options that they use.

use std::collections::HashSet;

use crate::{
    check,
    config::{
        delta::ObjectChange,
        object::{ObjectKind, ObjectRef},
    },
    traefik::{Protocol, listed, name::in_files, service::Service},
    tree::NodeRef,
};

type Reached<'a> = HashSet<(Option<Protocol>, ObjectKind, &'a str)>;

/// The routers of these files that are among the changed objects or use one of them, directly or not, as
/// `http.routers.app`; changed ones first.
pub(super) fn routers(files: &[check::File<'_>], changed: &[ObjectChange]) -> Vec<String> {
    let is_router = |object: &&ObjectRef| object.kind == ObjectKind::Router;
    let mut names: Vec<String> =
        changed.iter().map(|change| &change.object).filter(is_router).map(ObjectRef::place).collect();
    let others = changed.iter().map(|change| &change.object).filter(|object| !is_router(object));
    let mut reached: Reached<'_> =
        others.map(|object| (object.protocol, object.kind, object.name.as_str())).collect();
    if reached.is_empty() {
        return names;
    }
    // What stands between: services of services, transports of services, chains of middlewares.
    loop {
        let before = reached.len();
        for protocol in Protocol::ALL {
            for kind in [ObjectKind::Service, ObjectKind::Middleware] {
                for (name, node) in objects(files, protocol, kind) {
                    if uses(protocol, kind, node).into_iter().any(|used| reached.contains(&used)) {
                        reached.insert((Some(protocol), kind, name));
                    }
                }
            }
        }
        if reached.len() == before {
            break;
        }
    }
    let for_all_of_tls = changed.iter().any(|change| is_for_all_of_tls(&change.object));
    let known: HashSet<String> = names.iter().cloned().collect();
    for protocol in Protocol::ALL {
        for (name, node) in objects(files, protocol, ObjectKind::Router) {
            let is_reached = (for_all_of_tls && node.value_of("tls").is_some())
                || uses(protocol, ObjectKind::Router, node).into_iter().any(|used| reached.contains(&used));
            if is_reached {
                let router = ObjectRef::new(Some(protocol), ObjectKind::Router, name);
                names.extend(Some(router.place()).filter(|name| !known.contains(name)));
            }
        }
    }
    names
}

/// Whether any router with TLS may feel a change of this: it is found by the name that a client asks for, or by default.
fn is_for_all_of_tls(object: &ObjectRef) -> bool {
    match object.kind {
        ObjectKind::TlsCertificate | ObjectKind::TlsStore => true,
        ObjectKind::TlsOptions => object.name == "default",
        _ => false,
    }
}

fn objects<'a>(
    files: &[check::File<'a>],
    protocol: Protocol,
    kind: ObjectKind,
) -> impl Iterator<Item = (&'a str, NodeRef<'a>)> {
    let roots = files.iter().filter_map(|file| file.tree.ok()?.root()).collect::<Vec<_>>();
    roots.into_iter().flat_map(move |root| {
        let section = root.value_of(protocol.as_str()).and_then(|node| node.value_of(kind.section()));
        section.into_iter().flat_map(|node| node.entries()).map(|(key, value)| (key.text(), value))
    })
}

/// What an object refers to by name.
fn uses(
    protocol: Protocol,
    kind: ObjectKind,
    node: NodeRef<'_>,
) -> Vec<(Option<Protocol>, ObjectKind, &str)> {
    let of = |kind, name| (Some(protocol), kind, in_files(name));
    let mut used = Vec::new();
    match kind {
        ObjectKind::Router => {
            used.push(of(ObjectKind::Service, node.text_of("service")));
            used.extend(
                listed(node.value_of("middlewares")).into_iter().map(|name| of(ObjectKind::Middleware, name)),
            );
            let options = node.value_of("tls").map(|tls| tls.text_of("options")).unwrap_or_default();
            used.push((None, ObjectKind::TlsOptions, in_files(options)));
        }
        ObjectKind::Service => {
            let service = Service::new(protocol, node);
            used.extend(service.children().into_iter().map(|name| of(ObjectKind::Service, name)));
            used.push(of(ObjectKind::ServersTransport, service.servers_transport()));
            used.extend(
                listed(node.value_of("middlewares")).into_iter().map(|name| of(ObjectKind::Middleware, name)),
            );
        }
        ObjectKind::Middleware => {
            let chain = node.value_of("chain").and_then(|chain| chain.value_of("middlewares"));
            used.extend(listed(chain).into_iter().map(|name| of(ObjectKind::Middleware, name)));
            let pages = node.value_of("errors").map(|errors| errors.text_of("service")).unwrap_or_default();
            used.push(of(ObjectKind::Service, pages));
        }
        _ => {}
    }
    used.retain(|(_, _, name)| !name.is_empty());
    used
}
