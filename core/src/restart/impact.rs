//! What another static configuration does to the way on which somebody has come, and to Traefik's API.
//!
//! A restart that goes well may still leave a page unreachable: its entry point has moved, a redirection or a middleware
//! stands in front of it, the provider of its route is gone. So whatever is not known to leave a way alone counts as
//! touching it; a trial too many costs a click.

use crate::{
    config::value::{Value, parse_bool},
    tree::{Kind, NodeRef, Tree},
};

/// Sections that have nothing to do with whether a page can be reached.
const HARMLESS: [&str; 7] = ["accessLog", "global", "log", "metrics", "ping", "spiffe", "tracing"];
/// Sections that hold things with names, each of which counts by itself.
const OF_NAMES: [&str; 3] = ["certificatesResolvers", "entryPoints", "providers"];
/// The entry point of an insecure API where the file says nothing else.
const API_ADDRESS: &str = ":8080";

/// The way on which requests for a host come in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Way {
    /// The entry points of the routers that take them; `None` where it may be any.
    pub entry_points: Option<Vec<String>>,
    /// The certificate resolvers of these routers; `None` where it may be any.
    pub resolvers: Option<Vec<String>>,
    /// Whether these routers stand in files.
    pub is_in_files: bool,
}

impl Way {
    /// What is known of a way of which no router is known.
    pub fn unknown() -> Self {
        Self { entry_points: None, resolvers: None, is_in_files: false }
    }

    /// What of the sections that differ may stand in this way.
    pub fn touched(&self, differing: &[String]) -> Vec<String> {
        differing.iter().filter(|place| self.is_touched_by(place)).cloned().collect()
    }

    fn is_touched_by(&self, place: &str) -> bool {
        let is_one_of = |names: &Option<Vec<String>>, name: &str| match names {
            Some(names) => names.iter().any(|own| own.eq_ignore_ascii_case(name)),
            None => true,
        };
        match place.split_once('.') {
            Some(("entryPoints", name)) => is_one_of(&self.entry_points, name),
            Some(("certificatesResolvers", name)) => is_one_of(&self.resolvers, name),
            Some(("providers", name)) => !self.is_in_files || name.eq_ignore_ascii_case("file"),
            // An entry point or a resolver of its own is not the whole section.
            _ => place != "api" && !HARMLESS.iter().any(|other| other.eq_ignore_ascii_case(place)),
        }
    }
}

/// The sections in which two static configurations say different things, those that hold names one by one:
/// `entryPoints.web`, `log`. Order, comments and spelling do not count.
pub fn differing(old: &Tree, new: &Tree) -> Vec<String> {
    let mut places = Vec::new();
    for_each_difference(old.root(), new.root(), |key, old, new| {
        match OF_NAMES.iter().find(|section| section.eq_ignore_ascii_case(key)) {
            Some(section) => {
                for_each_difference(old, new, |name, _, _| places.push(format!("{section}.{name}")));
            }
            None => places.push(key.to_owned()),
        }
    });
    places
}

/// Names each entry that stands in one only, or says something else in the other.
fn for_each_difference<'t>(
    old: Option<NodeRef<'t>>,
    new: Option<NodeRef<'t>>,
    mut tell: impl FnMut(&str, Option<NodeRef<'t>>, Option<NodeRef<'t>>),
) {
    let entry =
        |node: Option<NodeRef<'t>>, key: &str| node.and_then(|node| node.field(key)).map(|(_, value)| value);
    for (key, was) in old.into_iter().flat_map(|node| node.entries()) {
        let is = entry(new, key.text());
        if is.map(said) != Some(said(was)) {
            tell(key.text(), Some(was), is);
        }
    }
    for (key, is) in new.into_iter().flat_map(|node| node.entries()) {
        if entry(old, key.text()).is_none() {
            tell(key.text(), None, Some(is));
        }
    }
}

/// What a node says, whatever the order of its keys and the spelling of its scalars.
fn said(node: NodeRef<'_>) -> Value {
    match node.kind() {
        Kind::Scalar if node.is_null() => Value::Null,
        Kind::Scalar => Value::text(node.text()),
        Kind::Sequence => Value::List(node.items().map(said).collect()),
        Kind::Mapping => {
            let entries = node.entries().map(|(key, value)| (key.text().to_ascii_lowercase(), said(value)));
            let mut entries: Vec<_> = entries.collect();
            entries.sort_by(|(a, _), (b, _)| a.cmp(b));
            Value::Map(entries)
        }
    }
}

/// Why Traefik's API cannot be asked after a restart where it could be before; `None` where the files do not show it.
///
/// An API that is reached through a router of its own shows in the dynamic configuration and not here.
pub fn api_loss(old: &Tree, new: &Tree) -> Option<String> {
    let (was, is) = (Api::of(old), Api::of(new));
    match (was, is) {
        (Api::Off, _) => None,
        (_, Api::Off) => Some("the new file switches Traefik's API off".to_owned()),
        (Api::At(_), Api::ByRouter) => Some(
            "with the new file Traefik's API is not open any more on the entry point traefik (`api.insecure`)"
                .to_owned(),
        ),
        (Api::At(was), Api::At(is)) if was != is => {
            Some(format!("the new file moves Traefik's API from {was} to {is}"))
        }
        _ => None,
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Api {
    Off,
    /// Open on the entry point `traefik`, which listens there.
    At(String),
    /// Only where a router leads to it.
    ByRouter,
}

impl Api {
    fn of(tree: &Tree) -> Self {
        let Some(root) = tree.root() else { return Self::Off };
        let Some(api) = root.value_of("api") else { return Self::Off };
        // `api: true` is `api: {}`, and any other scalar is nothing.
        if api.kind() == Kind::Scalar && parse_bool(api.text()) != Some(true) {
            return Self::Off;
        }
        let is_insecure = api.value_of("insecure").and_then(|flag| flag.as_str()).and_then(parse_bool);
        if is_insecure != Some(true) {
            return Self::ByRouter;
        }
        let own = root.value_of("entryPoints").and_then(|points| points.value_of("traefik"));
        let address = own.map_or("", |point| point.text_of("address"));
        Self::At(if address.is_empty() { API_ADDRESS } else { address }.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn map(entries: &[(&str, Value)]) -> Value {
        Value::map(entries.iter().map(|(key, value)| (*key, value.clone())))
    }

    fn point(address: &str) -> Value {
        map(&[("address", Value::text(address))])
    }

    fn of(points: &[(&str, Value)], others: &[(&str, Value)]) -> Tree {
        let mut entries = vec![("entryPoints", map(points))];
        entries.extend_from_slice(others);
        map(&entries).to_tree()
    }

    #[test]
    fn only_what_says_something_else_differs() {
        let old = of(&[("web", point(":80")), ("dns", point(":53"))], &[("log", map(&[]))]);
        let same = map(&[
            ("LOG", map(&[])),
            ("entrypoints", map(&[("dns", point(":53")), ("web", map(&[("Address", Value::text(":80"))]))])),
        ])
        .to_tree();
        assert_eq!(differing(&old, &same), Vec::<String>::new());
        let new = of(&[("web", point(":81")), ("udp", point(":54"))], &[("api", map(&[]))]);
        let places = differing(&old, &new);
        assert_eq!(places, ["entryPoints.web", "entryPoints.dns", "entryPoints.udp", "log", "api"]);
        let gone = differing(&old, &Value::Null.to_tree());
        assert_eq!(gone, ["entryPoints.web", "entryPoints.dns", "log"]);
    }

    #[test]
    fn a_way_is_touched_by_what_it_needs_and_by_what_nobody_knows() {
        let names = |names: &[&str]| Some(names.iter().map(|name| (*name).to_owned()).collect());
        let known = Way { entry_points: names(&["websecure"]), resolvers: names(&["le"]), is_in_files: true };
        let places = [
            ("entryPoints.websecure", true, true),
            ("entryPoints.WEBSECURE", true, true),
            ("entryPoints.web", false, true),
            ("certificatesResolvers.le", true, true),
            ("certificatesResolvers.other", false, true),
            ("providers.file", true, true),
            ("providers.docker", false, true),
            ("experimental", true, true),
            ("serversTransport", true, true),
            ("somethingNew", true, true),
            ("log", false, false),
            ("accesslog", false, false),
            ("api", false, false),
        ];
        for (place, by_known, by_unknown) in places {
            let touched = |way: &Way| !way.touched(&[place.to_owned()]).is_empty();
            assert_eq!((touched(&known), touched(&Way::unknown())), (by_known, by_unknown), "{place}");
        }
    }

    #[test]
    fn an_api_is_lost_when_it_goes_closes_or_moves() {
        let api = |insecure: bool| ("api", map(&[("insecure", Value::Bool(insecure))]));
        let open = of(&[], &[api(true)]);
        let moved = of(&[("traefik", point(":9000"))], &[api(true)]);
        let (closed, none) = (of(&[], &[api(false)]), of(&[], &[]));
        let told = |old: &Tree, new: &Tree| api_loss(old, new).unwrap_or_default();
        assert_eq!(told(&open, &moved), "the new file moves Traefik's API from :8080 to :9000");
        assert!(told(&open, &closed).contains("`api.insecure`"));
        assert!(told(&closed, &none).ends_with("off") && told(&moved, &none).ends_with("off"));
        let off = of(&[], &[("api", Value::Null)]);
        assert!(told(&open, &off).ends_with("off"));
        for (old, new) in
            [(&open, &open), (&closed, &open), (&none, &open), (&closed, &closed), (&none, &none)]
        {
            assert_eq!(api_loss(old, new), None);
        }
        let on = of(&[], &[("api", Value::Bool(true))]);
        assert_eq!(api_loss(&on, &closed), None, "both need a router");
    }
}
