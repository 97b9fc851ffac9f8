//! Random edits of files as people write them: nothing but what an edit names is changed, no comment is lost or comes
//! to stand by a stranger, and the file says what it said with the edit made.
//!
//! The judge does not ask the program. `model` makes the edit on what `serde_yaml` reads from the old text, and
//! compares that with what it reads from the new one; `region` says which bytes an edit may touch, and finds the
//! comments. `LOSSLESS_EDITS` is how many edits are made; `just lossless` makes a million.

mod model;
mod region;

use std::{cell::RefCell, collections::BTreeMap, env};

use proptest::{prelude::*, test_runner::TestRunner};
use traefik_manager_core::{
    config::{
        edit::{Edit, EditError, NewNode},
        guard,
    },
    tree::Tree,
};
use traefik_manager_yaml::Yaml;

use crate::{
    common::read,
    corpus,
    properties::{Change, change, config, node_at},
};

/// What became of the edits.
#[derive(Debug, Default)]
struct Tally {
    made: usize,
    /// Made, and there was nothing to do.
    idle: usize,
    /// Made, and compared with the model; the others have an anchor twice, which `serde_yaml` mixes up.
    modelled: usize,
    refused: BTreeMap<&'static str, usize>,
}

fn refusal(error: &EditError) -> &'static str {
    match error {
        EditError::Target { .. } => "no such place",
        EditError::Exists { .. } => "there already",
        EditError::Shared { .. } => "shared through an anchor",
        EditError::Entry(_) => "no entry",
        EditError::Guard { .. } => "stopped by the guard",
        _ => "other",
    }
}

/// One file, edited again and again.
fn edit_on(name: &str, text: &str, changes: &[Change], tally: &mut Tally) -> Result<(), TestCaseError> {
    let mut now = read(text);
    for change in changes {
        let Some(edit) = change.edit(&now) else { continue };
        match guard::apply(&Yaml, &now, std::slice::from_ref(&edit)) {
            Ok(next) => {
                tally.made += 1;
                judge(&now, &next, &edit, tally)
                    .map_err(|reason| TestCaseError::fail(told(name, &reason, &edit, &now, &next)))?;
                now = next;
            }
            Err(error) => {
                // A text that keeps its end owns the blank lines behind it; what would give it more is refused.
                let guarded = matches!(error, EditError::Guard { .. });
                let keeps = now.text().contains("|+") || now.text().contains(">+");
                prop_assert!(!guarded || keeps, "{name}: {error}: {edit:?}\n{}", now.text());
                *tally.refused.entry(refusal(&error)).or_default() += 1;
            }
        }
    }
    Ok(())
}

fn told(name: &str, reason: &str, edit: &Edit, old: &Tree, new: &Tree) -> String {
    format!("{name}: {reason}\n{edit:?}\n--- from\n{}\n--- to\n{}\n---", old.text(), new.text())
}

fn judge(old: &Tree, new: &Tree, edit: &Edit, tally: &mut Tally) -> Result<(), String> {
    if old.text() == new.text() {
        tally.idle += 1;
        return idle(old, edit);
    }
    tally.modelled += usize::from(model::agrees(old, new, edit)?);
    region::unchanged_elsewhere(old, new, edit)
}

/// An edit that changes no byte must have had nothing to do.
fn idle(tree: &Tree, edit: &Edit) -> Result<(), String> {
    let node = node_at(tree, edit.path());
    let inherited = || {
        let (last, above) = edit.path().split_last()?;
        let traefik_manager_core::config::edit::Segment::Key(key) = last else { return None };
        node_at(tree, &above)?.get(key)
    };
    let there = match edit {
        Edit::Set { node: NewNode::Value(value), .. } => {
            node.or_else(inherited).is_some_and(|node| value.matches(&node))
        }
        Edit::Set { node: NewNode::Entry(_), .. } => node.is_some(),
        Edit::Rename { path, to } => path.last_key() == Some(to),
        Edit::Insert { node: NewNode::Value(value), .. } => {
            inherited().is_some_and(|node| value.matches(&node))
        }
        Edit::Insert { .. } | Edit::Remove { .. } => false,
    };
    if there { Ok(()) } else { Err("nothing was changed".to_owned()) }
}

#[test]
fn edits_touch_what_they_name_and_nothing_else() {
    let wanted = env::var("LOSSLESS_EDITS").map_or(2_000, |number| number.parse().unwrap_or(2_000));
    let files = corpus::files();
    let tally = RefCell::new(Tally::default());
    let strategy = (any::<prop::sample::Index>(), prop::collection::vec(change(), 1..8));
    while tally.borrow().made < wanted {
        // A runner that has made its cases makes no more.
        let outcome = TestRunner::new(config(64)).run(&strategy, |(file, changes)| {
            let (name, text) = file.get(&files);
            edit_on(name, text, &changes, &mut tally.borrow_mut())
        });
        if let Err(error) = outcome {
            panic!("after {} edits: {error}", tally.borrow().made);
        }
    }
    let tally = tally.into_inner();
    println!("{tally:?}");
    let refused: usize = tally.refused.values().sum();
    assert!(tally.modelled * 10 > tally.made * 7, "the model has seen too few: {tally:?}");
    assert!(tally.made > refused && tally.idle * 4 < tally.made, "that proves little: {tally:?}");
    assert!(
        tally.refused.get("stopped by the guard").is_none_or(|stopped| stopped * 200 < tally.made),
        "what the guard stops is a mistake of the writer: {tally:?}"
    );
}
