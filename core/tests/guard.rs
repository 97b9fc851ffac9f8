//! The guard over edits: it lets the asked-for change through and nothing besides it.
#![expect(clippy::panic, reason = "tests")]

use std::sync::Arc;

use traefik_manager_core::{
    config::{
        edit::{Edit, EditError, NewNode, Path},
        guard,
        store::ConfigSyntax,
        value::Value,
    },
    tree::Tree,
};
use traefik_manager_yaml::Yaml;

fn read(text: &str) -> Tree {
    Yaml.parse(Arc::from(text)).unwrap_or_else(|error| panic!("{error}"))
}

fn keys(path: &str) -> Path {
    Path::keys(path.split('.'))
}

fn verdict(old: &str, edits: &[Edit], new: &str) -> Result<(), String> {
    guard::verify(&read(old), edits, &read(new), &Yaml).map_err(|error| match error {
        EditError::Guard { path } => path.to_string(),
        other => panic!("{other}"),
    })
}

const OLD: &str = "a: {x: 1, y: [p, q]}\nb: '1'\nc: &c {k: v}\nd: *c\n";

#[test]
fn a_result_that_is_as_asked_passes_in_any_spelling() {
    let set = [Edit::set(keys("a.x"), Value::Int(2))];
    for new in [
        "a: {x: 2, y: [p, q]}\nb: '1'\nc: &c {k: v}\nd: *c\n",
        "# c\na:\n  x: 2\n  y:\n  - p\n  - q\nb: \"1\"\nc: &c\n  k: v\nd: *c\n",
        "a: {x: '2', y: [p, q]}\nb: '1'\nc: &c {k: v}\nd: *c\n",
    ] {
        assert_eq!(verdict(OLD, &set, new), Ok(()), "{new}");
    }
}

#[test]
fn a_result_that_says_anything_else_is_refused_where_it_does() {
    let set = [Edit::set(keys("a.x"), Value::Int(2))];
    for (new, place) in [
        ("a: {x: 1, y: [p, q]}\nb: '1'\nc: &c {k: v}\nd: *c\n", "a.x"),
        ("a: {x: 2, y: [p, r]}\nb: '1'\nc: &c {k: v}\nd: *c\n", "a.y[1]"),
        ("a: {x: 2, y: [p]}\nb: '1'\nc: &c {k: v}\nd: *c\n", "a.y[1]"),
        ("a: {x: 2, y: [p, q], z: 1}\nb: '1'\nc: &c {k: v}\nd: *c\n", "a.z"),
        ("a: {y: [p, q], x: 2}\nb: '1'\nc: &c {k: v}\nd: *c\n", "a.x"),
        ("a: {x: 2, y: [p, q]}\nb: 1\nc: &c {k: v}\nd: *c\n", "b"),
        ("a: {x: 2, y: [p, q]}\nb: '1'\nc: &c {k: w}\nd: *c\n", "c.k"),
        ("a: {x: 2, y: [p, q]}\nb: '1'\nc: &c {k: v}\nd: {k: v}\n", "d"),
        ("a: {x: 2, y: [p, q]}\nb: '1'\nc: &c {k: v}\n", "d"),
        ("a: {x: 2, y: [p, q]}\nb: '1'\nc: &e {k: v}\nd: *e\n", "c"),
        ("a: {x: 2, y: !t [p, q]}\nb: '1'\nc: &c {k: v}\nd: *c\n", "a.y"),
        ("", ""),
    ] {
        assert_eq!(verdict(OLD, &set, new), Err(place.to_owned()), "{new}");
    }
}

#[test]
fn every_kind_of_edit_is_understood_one_after_the_other() {
    let edits = [
        Edit::Rename { path: keys("b"), to: "e".to_owned() },
        Edit::set(keys("e"), Value::text("2")),
        Edit::Insert {
            path: keys("a.n"),
            node: NewNode::Entry("# new\nn:\n  - *c\n".to_owned()),
            before: Some("y".to_owned()),
        },
        Edit::set(keys("f.g").index(0), Value::text("h")),
        Edit::remove(keys("a.y").index(0)),
        Edit::remove(keys("a.y").index(0)),
        Edit::set(keys("f.g").index(1), Value::text("i")),
    ];
    let old = "c: &c {k: v}\na: {x: 1, y: [p, q]}\nb: '1'\n";
    let new = "c: &c {k: v}\na: {x: 1, n: [*c]}\ne: '2'\nf: {g: [h, i]}\n";
    assert_eq!(verdict(old, &edits, new), Ok(()));
    assert_eq!(verdict(old, &edits, &new.replace("*c", "{k: v}")), Err("a.n[0]".to_owned()));
    assert_eq!(verdict(old, &edits, &new.replace("h, i", "i, h")), Err("f.g[0]".to_owned()));
}

#[test]
fn emptied_parents_must_be_gone() {
    let remove = [Edit::remove(keys("a.b.c"))];
    assert_eq!(verdict("a: {b: {c: 1}}\nd: 1\n", &remove, "d: 1\n"), Ok(()));
    assert!(verdict("a: {b: {c: 1}}\nd: 1\n", &remove, "a: {b: {}}\nd: 1\n").is_err());
    assert_eq!(verdict("a: {b: {c: 1}}\n", &remove, "# nothing\n"), Ok(()));
    assert!(verdict("a: {b: {c: 1}}\n", &remove, "{}").is_err());
}

#[test]
fn an_edit_that_cannot_be_made_proves_nothing() {
    for edit in [
        Edit::remove(keys("x")),
        Edit::set(keys("b.x"), Value::Null),
        Edit::set(keys("d.k"), Value::text("w")),
        Edit::Rename { path: keys("x"), to: "y".to_owned() },
        Edit::Insert { path: keys("b"), node: NewNode::Value(Value::Null), before: None },
        Edit::set(Path::root(), Value::Null),
    ] {
        assert!(verdict(OLD, std::slice::from_ref(&edit), OLD).is_err(), "{edit:?}");
    }
}

#[test]
fn a_key_taken_over_by_merging_may_be_set_or_left() {
    let old = "x: &x {k: v}\na:\n  <<: *x\n";
    let set = |value: &str| [Edit::set(keys("a.k"), Value::text(value))];
    assert_eq!(verdict(old, &set("w"), "x: &x {k: v}\na:\n  <<: *x\n  k: w\n"), Ok(()));
    assert_eq!(verdict(old, &set("v"), old), Ok(()));
    assert!(verdict(old, &set("w"), old).is_err());
}

#[test]
fn the_guard_stands_behind_every_edit() {
    let made = guard::apply(&Yaml, &read("a: 1 # c\n"), &[Edit::set(keys("a"), Value::Int(2))]);
    assert_eq!(made.map(|tree| tree.text().to_owned()), Ok("a: 2 # c\n".to_owned()));
}
