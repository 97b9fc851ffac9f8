//! Our reader against libyaml: whatever ours accepts, `serde_yaml` accepts too and reads the same data.

use std::{cell::Cell, sync::Arc};

use proptest::{
    prelude::*,
    test_runner::{Config, TestRunner},
};
use serde_yaml::Value as Other;
use traefik_manager_core::{
    config::store::ConfigSyntax,
    tree::{Kind, NodeRef, Style},
};
use traefik_manager_yaml::PlainYaml;

use crate::corpus;

/// Bits of YAML and of what looks like it.
const BITS: &[&str] = &[
    "a",
    "b",
    "key",
    "k2",
    "é",
    "0x1",
    "yes",
    "~",
    "null",
    "x: 1\n",
    "y: z\n",
    "- q\n",
    "  w: v\n",
    "\"q\": 'r'\n",
    ": ",
    ":",
    ":\n",
    "- ",
    "-",
    "\n",
    "\n",
    "\n  ",
    "\n  ",
    "\n    ",
    "\r\n",
    " ",
    "  ",
    "\t",
    "#",
    " # c",
    "[",
    "]",
    "{",
    "}",
    ", ",
    ",",
    "{}",
    "[]",
    "\"",
    "'",
    "''",
    "\\\"",
    "\\n",
    "\\\n",
    "\\x41",
    "|",
    ">",
    "|-\n",
    ">+\n",
    "|2\n",
    "&x ",
    "*x",
    "&y\n",
    "*y ",
    "!t ",
    "!!str ",
    "<<: ",
    "<<: *x\n",
    "---\n",
    "...\n",
    "? ",
    "?",
    "@",
    "%",
    "`",
    "!",
    "&",
    "*",
    "\u{85}",
    "\u{feff}",
    "\u{2028}",
    "\0",
];

/// Whether both readers say the same of a node; `None` where it cannot be told.
fn same(ours: NodeRef<'_>, theirs: &Other) -> bool {
    let theirs = match theirs {
        Other::Tagged(tagged) => &tagged.value,
        other => other,
    };
    match (ours.kind(), theirs) {
        (Kind::Sequence, Other::Sequence(items)) => {
            ours.items().count() == items.len()
                && ours.items().zip(items).all(|(ours, theirs)| same(ours, theirs))
        }
        (Kind::Mapping, Other::Mapping(entries)) => {
            ours.own_entries().count() == entries.len()
                && ours
                    .own_entries()
                    .zip(entries)
                    .all(|((key, value), (k, v))| same(key, k) && same(value, v))
        }
        (Kind::Scalar, Other::String(text)) => ours.text() == text,
        // A typed value: it must be what the same characters mean on their own.
        (Kind::Scalar, typed) => {
            let plain = ours.resolved().style() == Style::Plain || ours.resolved().tag().is_some();
            let alone = serde_yaml::from_str::<Other>(ours.text().trim());
            plain && (ours.text().is_empty() || alone.is_ok_and(|alone| alone == *typed || typed.is_f64()))
        }
        _ => false,
    }
}

/// Whether our reader accepts the text; panics where libyaml disagrees.
fn agrees(text: &str) -> bool {
    let Ok(tree) = PlainYaml.parse(Arc::from(text)) else { return false };
    // `serde_yaml` numbers anchors by how many names it has seen, and mixes them up once a name is used twice.
    let mut names: Vec<_> = tree.anchors().collect();
    names.sort_unstable();
    if names.windows(2).any(|pair| pair[0] == pair[1]) {
        return false;
    }
    let bare = text.strip_prefix('\u{feff}').unwrap_or(text);
    let first = serde_yaml::Deserializer::from_str(bare).next();
    let theirs = first.map_or(Ok(Other::Null), serde::Deserialize::deserialize);
    match (tree.root(), theirs) {
        (None, Ok(theirs)) => assert_eq!(theirs, Other::Null, "{text:?}"),
        (Some(root), Ok(theirs)) => assert!(same(root, &theirs), "{text:?}\n{root:?}\n{theirs:?}"),
        (_, Err(error)) => panic!("{text:?} is refused by libyaml: {error}"),
    }
    true
}

/// Tries texts until so many of them were accepted: a refused text says nothing about what is read.
fn run<S: Strategy<Value = String>>(strategy: &S) {
    let config = Config { failure_persistence: None, ..Config::default() };
    let (wanted, most) = (config.cases / 4, config.cases * 400);
    let (accepted, tried) = (Cell::new(0), Cell::new(0));
    while accepted.get() < wanted {
        assert!(tried.get() < most, "only {} of {} accepted", accepted.get(), tried.get());
        // A runner that has made its cases makes no more.
        let outcome = TestRunner::new(Config { cases: 16, ..config.clone() }).run(strategy, |text| {
            tried.set(tried.get() + 1);
            accepted.set(accepted.get() + u32::from(agrees(&text)));
            Ok(())
        });
        assert_eq!(outcome.map_err(|error| error.to_string()), Ok(()));
    }
}

#[test]
fn the_corpus_is_read_alike() {
    let plain = corpus::files().into_iter().filter(|(name, _)| !name.starts_with("templates"));
    assert_eq!(plain.filter(|(_, text)| agrees(text)).count(), 28);
}

#[test]
fn bits_of_yaml_are_read_alike() {
    let bits = prop::collection::vec(prop::sample::select(BITS), 0..16);
    run(&bits.prop_map(|bits| bits.concat()));
}

#[test]
fn changed_files_are_read_alike() {
    let files: Vec<String> = corpus::files().into_iter().map(|(_, text)| text).collect();
    let index = any::<prop::sample::Index>;
    let bits = prop::collection::vec(prop::sample::select(BITS), 0..3);
    let changed = (index(), index(), 1usize..30, index(), 0usize..12, bits).prop_map(
        move |(file, from, lines, at, cut, bits)| {
            let all: Vec<&str> = file.get(&files).split_inclusive('\n').collect();
            let from = from.index(all.len());
            let mut text = all[from..(from + lines).min(all.len())].concat();
            let mut start = at.index(text.len() + 1);
            while !text.is_char_boundary(start) {
                start -= 1;
            }
            let mut end = (start + cut).min(text.len());
            while !text.is_char_boundary(end) {
                end += 1;
            }
            text.replace_range(start..end, &bits.concat());
            text
        },
    );
    run(&changed);
}

#[test]
fn written_data_is_read_alike() {
    let scalar = prop_oneof![
        "[a-z]{1,4}( [a-z:#]{1,3}[a-z])?",
        "'[a-z ]{0,5}('')?\n?[ ]{5}[a-z]{1,3}'",
        "\"[a-z ]{0,4}(\\\\n|\\\\\n|\n)?[ ]{5}[a-z]{0,3}\"",
        "[|>][-+]?\n         [a-z]{1,3}\n           [a-z]{1,3}\n\n?         [a-z]",
        Just(String::new()),
        "-?[0-9]{1,3}(\\.[0-9])?",
    ];
    let line = (0usize..4, prop::bool::ANY, "[a-e]", scalar);
    let text = prop::collection::vec(line, 1..8).prop_map(|lines| {
        let text = lines.into_iter().map(|(depth, dash, key, value)| {
            let indent = " ".repeat(depth * 2);
            if dash { format!("{indent}- {key}: {value}\n") } else { format!("{indent}{key}: {value}\n") }
        });
        text.collect::<String>()
    });
    run(&text);
}
