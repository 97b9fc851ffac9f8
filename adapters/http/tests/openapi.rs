//! The document of the API says what the table of endpoints does, and is one that tools can read.

#![expect(clippy::unwrap_used, clippy::panic, reason = "tests")]

use std::collections::{BTreeMap, BTreeSet};

use serde_yaml::Value as Yaml;
use traefik_manager_http::{Door, Needs, endpoints};

/// What an operation says of who may use it.
#[derive(Debug, PartialEq, Eq)]
struct Gate {
    door: String,
    scope: String,
    /// The ways in that it names, where it does not leave them to the document.
    security: Option<Vec<Vec<String>>>,
}

fn document() -> Yaml {
    serde_yaml::from_str(include_str!("../openapi.yaml")).unwrap()
}

fn text<'y>(yaml: &'y Yaml, name: &str) -> &'y str {
    yaml.get(name).and_then(Yaml::as_str).unwrap_or_default()
}

fn members(yaml: &Yaml) -> Vec<(&str, &Yaml)> {
    let pairs = yaml.as_mapping().into_iter().flatten();
    pairs.map(|(name, value)| (name.as_str().unwrap(), value)).collect()
}

/// A path without the names of its parameters, which are for people.
fn bare(path: &str) -> String {
    let mut parts = path.split('{');
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |path, part| format!("{path}{{}}{}", part.split_once('}').unwrap().1))
}

/// The operations of the document by method and path.
fn operations(document: &Yaml) -> BTreeMap<(String, String), Yaml> {
    let mut found = BTreeMap::new();
    for (path, item) in members(&document["paths"]) {
        for (method, operation) in members(item) {
            if method != "parameters" {
                found.insert((method.to_uppercase(), path.to_owned()), operation.clone());
            }
        }
    }
    found
}

#[test]
fn the_document_names_what_the_table_answers_in_json_and_who_may_use_it() {
    let strings = |yaml: &Yaml| -> Vec<Vec<String>> {
        let ways = yaml.as_sequence().unwrap().iter();
        ways.map(|way| members(way).into_iter().map(|(name, _)| name.to_owned()).collect()).collect()
    };
    let of_the_document: BTreeMap<_, _> = operations(&document())
        .into_iter()
        .map(|((method, path), operation)| {
            let door = text(&operation, "x-door");
            let gate = Gate {
                door: if door.is_empty() { "inside" } else { door }.to_owned(),
                scope: text(&operation, "x-scope").to_owned(),
                security: operation.get("security").map(strings),
            };
            ((method, bare(&path)), gate)
        })
        .collect();
    // JSON is answered under `/api/`. What 1.5.2 answers elsewhere in both ways, the document may name too.
    let of_the_table: BTreeMap<_, _> = endpoints()
        .into_iter()
        .map(|endpoint| {
            let key = (endpoint.method.to_string(), bare(endpoint.path));
            let security = match (endpoint.door, endpoint.needs) {
                (Door::Public, _) => Some(Vec::new()),
                (_, Needs::Person) => Some(vec![vec!["session".to_owned(), "formToken".to_owned()]]),
                _ => None,
            };
            let gate = Gate {
                door: format!("{:?}", endpoint.door).to_lowercase(),
                scope: format!("{:?}", endpoint.needs).to_lowercase(),
                security,
            };
            (key, gate)
        })
        .filter(|(key, _)| key.1.starts_with("/api/") || of_the_document.contains_key(key))
        .collect();
    let missing: Vec<_> = of_the_table.keys().filter(|key| !of_the_document.contains_key(key)).collect();
    assert!(missing.is_empty(), "not in the document: {missing:#?}");
    let unanswered: Vec<_> = of_the_document.keys().filter(|key| !of_the_table.contains_key(key)).collect();
    assert!(unanswered.is_empty(), "not in the table: {unanswered:#?}");
    for (key, gate) in &of_the_document {
        assert_eq!(gate, &of_the_table[key], "{key:?}: the document, and the table");
    }
}

#[test]
fn each_operation_says_what_it_is_and_gives_an_example_of_what_it_takes() {
    let document = document();
    let mut ids = BTreeSet::new();
    for ((method, path), operation) in operations(&document) {
        let what = format!("{method} {path}");
        assert!(ids.insert(text(&operation, "operationId").to_owned()), "{what}: its id is there twice");
        assert!(text(&operation, "summary").len() > 10, "{what}: no summary");
        let statuses: Vec<_> =
            members(&operation["responses"]).into_iter().map(|(status, _)| status).collect();
        assert!(statuses.contains(&"default"), "{what}: refusals");
        assert!(statuses.contains(&"200"), "{what}: what comes when all is well");
        let resolved = |yaml: &Yaml| match yaml.get("$ref").and_then(Yaml::as_str) {
            Some(reference) => follow(&document, reference),
            None => yaml.clone(),
        };
        let shared = &document["paths"][path.as_str()]["parameters"];
        let lists = [shared, operation.get("parameters").unwrap_or(&Yaml::Null)];
        let parameters: Vec<Yaml> = lists
            .into_iter()
            .flat_map(|list| list.as_sequence().into_iter().flatten())
            .map(resolved)
            .collect();
        for name in path.split('{').skip(1).map(|part| part.split('}').next().unwrap()) {
            let found = parameters.iter().find(|one| text(one, "name") == name && text(one, "in") == "path");
            let found = found.unwrap_or_else(|| panic!("{what}: nothing about {name}"));
            assert!(found.get("example").is_some(), "{what}: no example of {name}");
        }
        if let Some(body) = operation.get("requestBody").map(resolved) {
            assert!(
                body["content"]["application/json"].get("example").is_some(),
                "{what}: no example of a body"
            );
        }
    }
}

#[test]
fn every_reference_leads_somewhere_and_every_component_is_used() {
    fn visit(document: &Yaml, yaml: &Yaml, used: &mut BTreeSet<String>) {
        if let Some(reference) = yaml.get("$ref").and_then(Yaml::as_str) {
            assert!(!follow(document, reference).is_null(), "{reference}");
            used.insert(reference.to_owned());
        }
        for value in yaml.as_mapping().into_iter().flatten().map(|(_, value)| value) {
            visit(document, value, used);
        }
        for value in yaml.as_sequence().into_iter().flatten() {
            visit(document, value, used);
        }
    }
    let document = document();
    let mut used = BTreeSet::new();
    visit(&document, &document, &mut used);
    for (kind, components) in members(&document["components"]) {
        for (name, _) in members(components).into_iter().filter(|_| kind != "securitySchemes") {
            assert!(used.contains(&format!("#/components/{kind}/{name}")), "{kind}/{name} is not used");
        }
    }
}

#[test]
fn the_document_is_of_this_version() {
    assert_eq!(document()["info"]["version"], env!("CARGO_PKG_VERSION"));
}

fn follow(document: &Yaml, reference: &str) -> Yaml {
    let names = reference.trim_start_matches("#/").split('/');
    names.fold(document.clone(), |yaml, name| yaml.get(name).cloned().unwrap_or_default())
}
