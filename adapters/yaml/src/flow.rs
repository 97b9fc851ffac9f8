//! Edits inside braces and brackets, where commas part the children.

use traefik_manager_core::tree::{Kind, NodeRef, Tree};

use crate::{place::Lines, plan::Splice};

/// Where each child starts and ends, anchors and tags included.
fn children(node: NodeRef<'_>) -> Vec<(usize, usize)> {
    match node.kind() {
        Kind::Mapping => {
            let bounds = |(key, value): (NodeRef<'_>, NodeRef<'_>)| {
                (key.span_with_properties().start, value.span().end.max(key.span().end))
            };
            node.own_entries().map(bounds).collect()
        }
        _ => node.items().map(|item| (item.span_with_properties().start, item.span().end)).collect(),
    }
}

/// The offset behind the comma that follows a child, if one does.
fn behind_comma(text: &str, mut at: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    loop {
        match bytes.get(at)? {
            b' ' | b'\t' | b'\r' | b'\n' => at += 1,
            b'#' => at = Lines(text).next(at),
            b',' => return Some(at + 1),
            _ => return None,
        }
    }
}

/// Adds a child at the end of a collection that has some.
pub(crate) fn append(tree: &Tree, node: NodeRef<'_>, child: &str, eol: &str) -> Vec<Splice> {
    let text = tree.text();
    let lines = Lines(text);
    let Some((start, end)) = children(node).last().copied() else {
        let at = node.span().start + 1;
        return vec![(at..at, child.to_owned())];
    };
    let comma = behind_comma(text, end);
    let trailing = if comma.is_some() { "," } else { "" };
    let at = comma.unwrap_or(end);
    if lines.is_first(start) {
        // One child a line: the new one gets its own too, behind a comment that may follow the last.
        let line = lines.end(at);
        let closing = node.span().end - 1;
        let new = format!("{eol}{}{child}{trailing}", " ".repeat(lines.column(start)));
        if line <= closing {
            return match comma {
                Some(_) => vec![(line..line, new)],
                None => vec![(end..end, ",".to_owned()), (line..line, new)],
            };
        }
    }
    let separator = if comma.is_some() { " " } else { ", " };
    vec![(at..at, format!("{separator}{child}{trailing}"))]
}

/// Takes out one of several children.
pub(crate) fn remove(tree: &Tree, node: NodeRef<'_>, index: usize) -> Vec<Splice> {
    let text = tree.text();
    let children = children(node);
    let Some((start, end)) = children.get(index).copied() else { return Vec::new() };
    if let Some((next, _)) = children.get(index + 1) {
        return vec![(start..*next, String::new())];
    }
    let Some((_, before)) = index.checked_sub(1).and_then(|index| children.get(index).copied()) else {
        return Vec::new();
    };
    let comma = behind_comma(text, before).unwrap_or(before);
    let gap = text[comma..start].trim_end().len() + comma;
    match behind_comma(text, end) {
        // A comma closes the list, and the one before this child takes its place.
        Some(behind) => vec![(gap..behind, String::new())],
        None => vec![(comma.saturating_sub(1)..comma, String::new()), (gap..end, String::new())],
    }
}
