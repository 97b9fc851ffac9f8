//! Every field of Traefik's own reference file, as its API shows it: none is missed, and each change is noticed.

use std::{collections::HashSet, fs, path::Path, time::Duration};

use traefik_manager_core::{
    config::{
        confirm::{Confirmation, Expectation, confirm},
        object::{ObjectKind, ObjectRef},
        value::Value,
    },
    test_support::{FakeTimer, MemoryTraefik},
    traefik::{
        Protocol,
        live::{ApiAddress, LiveStatus, TraefikApi as _},
    },
    tree::Tree,
};
use traefik_manager_traefik_api::HttpTraefikApi;

use crate::{address, objects, support::traefik::Traefik, tree};

/// What may be taken out of an object without a difference that anybody could see, and why.
const NOT_MISSED: [(&str, &str); 12] = [
    ("observability", "every router gets it from its entry point"),
    ("observability.accessLogs", "the same"),
    ("observability.metrics", "the same"),
    ("observability.tracing", "the same"),
    ("observability.traceVerbosity", "the same"),
    ("ruleSyntax", "the static configuration may have it as its default"),
    ("entryPoints", "Traefik lists the default ones instead, which may be the same"),
    ("http entryPoints.0", "the reference names one entry point twice"),
    ("http entryPoints.1", "the same"),
    ("loadBalancer.passHostHeader", "true without it"),
    ("loadBalancer.healthCheck.followRedirects", "true without it"),
    ("mirroring.mirrorBody", "true without it"),
];

/// What Traefik says of the reference file, in memory.
async fn answers(traefik: &Traefik) -> MemoryTraefik {
    let (api, at) = (HttpTraefikApi::new().unwrap(), address(traefik));
    let memory = MemoryTraefik::default();
    memory.set_entry_points(api.entry_points(&at).await.unwrap());
    for protocol in Protocol::ALL {
        for kind in [ObjectKind::Router, ObjectKind::Service, ObjectKind::Middleware] {
            if (protocol, kind) == (Protocol::Udp, ObjectKind::Middleware) {
                continue;
            }
            for live in api.objects(&at, protocol, kind).await.unwrap().iter() {
                let object = ObjectRef { protocol: Some(protocol), kind, name: live.name.clone() };
                memory.serve(&object, live.value.clone(), LiveStatus::Enabled, &[]);
            }
        }
    }
    memory
}

async fn judge(
    traefik: &MemoryTraefik,
    object: &ObjectRef,
    before: Option<&Value>,
    after: &Value,
) -> Confirmation {
    let (before, after) = (before.map(Value::to_tree), after.to_tree());
    let before = before.as_ref().and_then(Tree::root);
    let expected = [Expectation::changed(object.clone(), before, after.root())];
    let at = ApiAddress { url: "http://x".to_owned(), credentials: None };
    confirm(traefik, &FakeTimer::default(), &at, &expected, Duration::ZERO).await
}

/// A place below an object, and the whole object with something else there, and with nothing there.
struct Change {
    path: String,
    other: Option<Value>,
    without: Value,
}

/// A change of every value below, single or not.
fn changes(value: &Value) -> Vec<Change> {
    match value {
        Value::Map(entries) => {
            let with = |index: usize, new: Value| {
                let mut entries = entries.clone();
                entries[index].1 = new;
                Value::Map(entries)
            };
            let without = |index: usize| {
                let mut entries = entries.clone();
                entries.remove(index);
                Value::Map(entries)
            };
            below(entries.iter().map(|(key, value)| (key.clone(), value)), with, without)
        }
        Value::List(items) => {
            let with = |index: usize, new: Value| {
                let mut items = items.clone();
                items[index] = new;
                Value::List(items)
            };
            let without = |index: usize| {
                let mut items = items.clone();
                items.remove(index);
                Value::List(items)
            };
            below(items.iter().enumerate().map(|(index, value)| (index.to_string(), value)), with, without)
        }
        _ => Vec::new(),
    }
}

fn below<'v>(
    values: impl Iterator<Item = (String, &'v Value)>,
    with: impl Fn(usize, Value) -> Value,
    without: impl Fn(usize) -> Value,
) -> Vec<Change> {
    let mut found = Vec::new();
    for (index, (key, value)) in values.enumerate() {
        let other = other(value).map(|other| with(index, other));
        found.push(Change { path: key.clone(), other, without: without(index) });
        found.extend(changes(value).into_iter().map(|change| Change {
            path: format!("{key}.{}", change.path),
            other: change.other.map(|other| with(index, other)),
            without: with(index, change.without),
        }));
    }
    found
}

fn other(value: &Value) -> Option<Value> {
    Some(match value {
        Value::Bool(flag) => Value::Bool(!flag),
        Value::Int(number) => Value::Int(number + 1),
        Value::Verbatim(text) if text == "42s" => Value::Verbatim("43s".to_owned()),
        Value::Verbatim(text) | Value::Text(text) => Value::text(format!("{text}-other")),
        Value::Null | Value::List(_) | Value::Map(_) => return None,
    })
}

#[tokio::test]
async fn every_object_of_the_reference_is_served_and_every_change_of_a_field_is_noticed() {
    let fixture = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/yaml/reference-3.7.yml");
    let text = fs::read_to_string(fixture).unwrap();
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.yml"), &text).unwrap();
    let Some(traefik) = Traefik::start(folder.path()).await else { return };
    traefik.wait_for("/api/udp/services/UDPService02@file", |_| true).await;
    let memory = answers(&traefik).await;

    let file = tree(&text);
    let (mut fields, mut unnoticed, mut lingering) = (0, Vec::new(), Vec::new());
    let mut used: HashSet<&(&str, &str)> = HashSet::new();
    for (object, node) in objects(&file) {
        let value = Value::from(node);
        let found = judge(&memory, &object, None, &value).await;
        assert_eq!(found, Confirmation::Confirmed { unseen: Vec::new() }, "{object}");
        for Change { path, other, without } in changes(&value) {
            if let Some(other) = other {
                fields += 1;
                let found = judge(&memory, &object, Some(&value), &other).await;
                if !matches!(found, Confirmation::StillOld { .. }) {
                    unnoticed.push(format!("{object}: {path}: {found:?}"));
                }
            }
            let of_protocol = object.protocol.map_or(String::new(), |protocol| format!("{protocol} {path}"));
            let exception = NOT_MISSED.iter().find(|(field, _)| *field == path || *field == of_protocol);
            used.extend(exception);
            match judge(&memory, &object, Some(&value), &without).await {
                Confirmation::StillOld { .. } if exception.is_none() => {}
                Confirmation::NotVisible if exception.is_some() => {}
                found => lingering.push(format!("{object}: {path}: {found:?}")),
            }
        }
    }
    assert!(fields > 340, "{fields}");
    assert!(unnoticed.is_empty(), "changed, and not noticed: {unnoticed:#?}");
    assert!(lingering.is_empty(), "taken out, and judged otherwise than expected: {lingering:#?}");
    assert_eq!(used.len(), NOT_MISSED.len(), "an exception that is none: {used:?}");
}
