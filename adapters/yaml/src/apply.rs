//! Edits of a whole text: planned one by one, spliced together, read again once.

use std::sync::Arc;

use traefik_manager_core::{
    config::edit::{Edit, EditError, NewNode, Path},
    tree::Tree,
};

use crate::{
    batch::Batch,
    index::Index,
    parse::{self, Dialect},
    place::is_block,
    plan::{Planner, Splice},
    resolve::{resolve, target},
};

/// Makes edits one after the other.
///
/// Edits that do not touch each other are planned on the same tree, so that a save reads a large file once and
/// not once per edit; the others wait for the text that the earlier ones leave.
pub(crate) fn apply(tree: &Tree, edits: &[Edit], dialect: Dialect) -> Result<Tree, EditError> {
    let mut current: Option<Tree> = None;
    let mut left = edits;
    let mut alone = false;
    while !left.is_empty() {
        let now = current.as_ref().unwrap_or(tree);
        let mut batch = Batch::default();
        let planner = Planner::new(now, eol(now.text()), dialect);
        let anchored = now.anchors().next().is_some();
        let mut taken = 0;
        for edit in left {
            if batch.depends(edit) {
                break;
            }
            match planner.plan(edit) {
                Ok(plan) => {
                    if !batch.takes(edit, plan) {
                        break;
                    }
                    taken += 1;
                    batch.aliased |= entry_text(edit).is_some_and(|text| text.contains('*')) && anchored;
                }
                Err(error) if taken == 0 => return Err(error),
                // What stands in the way may be gone once the earlier edits are made.
                Err(_) => break,
            }
            if alone {
                break;
            }
        }
        let (done, behind) = left.split_at(taken.max(1));
        if batch.splices.is_empty() {
            left = behind;
            continue;
        }
        let Some(text) = splice(now.text(), batch.splices) else {
            return Err(EditError::Guard { path: first_path(done) });
        };
        let text: Arc<str> = text.into();
        match parse::parse(&text, dialect) {
            Ok(read) => (current, left) = (Some(read), behind),
            // Which of them it is shows when they are made one by one.
            Err(_) if taken > 1 => alone = true,
            Err(error) => return Err(unreadable(done, error)),
        }
    }
    Ok(current.unwrap_or_else(|| tree.clone()))
}

/// The text of an entry with its comments and the blank lines that set it off, from column 0.
pub(crate) fn excerpt(tree: &Tree, path: &Path, dialect: Dialect) -> Result<String, EditError> {
    let found = resolve(tree, path, &Index::default())?;
    let (Some(hop), true) = (found.hops.last(), found.rest.is_empty()) else {
        return Err(target(path, "does not exist"));
    };
    let parent = found.hops.len().checked_sub(2).and_then(|at| found.hops.get(at));
    let (Some(parent), Some(key)) = (parent, hop.key) else {
        return Err(target(path, "is not an entry of a mapping"));
    };
    let text = tree.text();
    if !is_block(parent.node) {
        let (name, value) = (key.span_with_properties(), hop.node.span_with_properties());
        if text[name.end..].starts_with(':') && !value.is_empty() && value.start == name.end + 1 {
            // `{"a":1}`: outside braces a colon needs a blank behind it.
            return Ok(format!("{}: {}\n", &text[name], &text[value]));
        }
        return Ok(format!("{}\n", &text[hop.start()..hop.node.span().end]));
    }
    let extent = Planner::new(tree, "\n", dialect).extent(hop);
    let mut out = String::with_capacity(extent.whole.len());
    for (position, line) in text[extent.whole.clone()].split_inclusive('\n').enumerate() {
        let line = line.trim_end_matches(['\n', '\r']);
        let spaces = line.bytes().take_while(|byte| *byte == b' ').count();
        let cut = if position == 0 && extent.inline { 0 } else { spaces.min(extent.column) };
        out.push_str(&line[cut..]);
        out.push('\n');
    }
    Ok(out)
}

/// The line end that most lines of the text have.
fn eol(text: &str) -> &'static str {
    let windows = text.bytes().filter(|byte| *byte == b'\r').count();
    if windows > 0 && windows * 2 >= text.bytes().filter(|byte| *byte == b'\n').count() {
        "\r\n"
    } else {
        "\n"
    }
}

fn first_path(edits: &[Edit]) -> Path {
    edits.first().map_or_else(Path::root, |edit| edit.path().clone())
}

/// The text of the entry that an edit writes, if it writes one.
fn entry_text(edit: &Edit) -> Option<&str> {
    match edit {
        Edit::Set { node: NewNode::Entry(text), .. } | Edit::Insert { node: NewNode::Entry(text), .. } => {
            Some(text)
        }
        _ => None,
    }
}

fn unreadable(edits: &[Edit], error: traefik_manager_core::config::edit::SyntaxError) -> EditError {
    if edits.iter().any(|edit| entry_text(edit).is_some()) {
        EditError::Entry(error)
    } else {
        EditError::Guard { path: first_path(edits) }
    }
}

/// The text with the splices made; `None` if two of them are about the same bytes.
fn splice(text: &str, mut splices: Vec<Splice>) -> Option<String> {
    // Stable, so that what is inserted at one place stands in the order of the edits.
    splices.sort_by_key(|(range, _)| (range.start, range.end));
    let mut out = String::with_capacity(text.len() + splices.iter().map(|(_, new)| new.len()).sum::<usize>());
    let mut from = 0;
    for (range, new) in splices {
        out.push_str(text.get(from..range.start)?);
        out.push_str(&new);
        from = range.end;
    }
    out.push_str(text.get(from..)?);
    Some(out)
}
