//! Which bytes an edit may touch, and which comments may go with them.

use std::ops::Range;

use traefik_manager_core::{
    config::edit::{Edit, NewNode, Path},
    tree::{Kind, NodeRef, Style, Tree},
};

use crate::properties::node_at;

/// The bytes that an edit is about.
struct Region {
    bytes: Range<usize>,
    /// Comments in here go with what is taken out.
    comments: Range<usize>,
    /// Whether blanks at its borders may go or come.
    loose: bool,
    /// Whether nothing may come into its place.
    emptied: bool,
}

/// Checks that the new text is the old one outside the region of an edit, and has the comments that it had.
pub(crate) fn unchanged_elsewhere(old: &Tree, new: &Tree, edit: &Edit) -> Result<(), String> {
    let Some(region) = region(old, edit) else { return Ok(()) };
    let (before, after) = (&old.text()[..region.bytes.start], &old.text()[region.bytes.end..]);
    let (before, after) =
        if region.loose { (before.trim_end(), after.trim_start()) } else { (before, after) };
    let text = new.text();
    if !text.starts_with(before) {
        return Err("changed in front of it".to_owned());
    }
    if !text.ends_with(after) || text.len() < before.len() + after.len() {
        return Err("changed behind it".to_owned());
    }
    let middle = &text[before.len()..text.len() - after.len()];
    if region.emptied && !middle.trim().is_empty() {
        return Err(format!("{middle:?} is left of it"));
    }
    let mut place = 0;
    for sibling in siblings(old, edit) {
        match middle[place..].find(sibling) {
            Some(at) => place += at + sibling.len(),
            None => return Err(format!("{sibling:?} is changed")),
        }
    }
    let gone = |at: &usize| region.comments.contains(at);
    let all = comments(old);
    let kept: Vec<&str> = all.iter().filter(|(at, _)| !gone(at)).map(|(_, text)| *text).collect();
    let found: Vec<&str> = comments(new).into_iter().map(|(_, text)| text).collect();
    let is_entry = matches!(
        edit,
        Edit::Set { node: NewNode::Entry(_), .. } | Edit::Insert { node: NewNode::Entry(_), .. }
    );
    let exact = !is_entry && (region.emptied || region.comments.is_empty());
    let mut rest = found.iter();
    if let Some(lost) = kept.iter().find(|comment| !rest.any(|found| found == *comment)) {
        return Err(format!("the comment {lost:?} is lost"));
    }
    if exact && found.len() != kept.len() {
        return Err(format!("a comment is left, or new: {found:?}, not {kept:?}"));
    }
    if !is_entry && found.len() > all.len() {
        return Err(format!("comments came: {found:?}"));
    }
    Ok(())
}

/// The node that an edit leads to, or the innermost one on the way there, and whether it is the node itself.
fn innermost<'t>(tree: &'t Tree, path: &Path) -> (Path, Option<NodeRef<'t>>, bool) {
    let mut at = path.clone();
    loop {
        if let Some(node) = node_at(tree, &at) {
            return (at.clone(), Some(node), at == *path);
        }
        match at.split_last() {
            Some((_, above)) => at = above,
            None => return (at, None, false),
        }
    }
}

fn region(tree: &Tree, edit: &Edit) -> Option<Region> {
    let text = tree.text();
    let (path, node, there) = innermost(tree, edit.path());
    let node = node?;
    let key = key_of(tree, &path);
    Some(match edit {
        Edit::Rename { .. } => {
            let bytes = key?.span();
            Region { bytes, comments: 0..0, loose: false, emptied: false }
        }
        Edit::Remove { .. } => removed(tree, &path)?,
        Edit::Set { node: NewNode::Entry(_), .. } if there => {
            let start = head(tree, &path, key?.span_with_properties().start);
            let bytes = start..line_end(text, node.span().end.max(key?.span().end));
            Region { comments: bytes.clone(), bytes, loose: true, emptied: false }
        }
        Edit::Set { node: NewNode::Value(value), .. } if there => {
            let collections = !matches!(node.kind(), Kind::Scalar)
                || matches!(value, traefik_manager_core::config::value::Value::List(_))
                || matches!(value, traefik_manager_core::config::value::Value::Map(_));
            let span = node.span_with_properties();
            let start = key.map_or(span.start, |key| key.span().end);
            let end = if collections { line_end(text, span.end) } else { span.end };
            // Comments inside it go with it; those on the line of its key, and behind its end, do not.
            let first = if node.style() == Style::Block && key.is_some() {
                line_end(text, start)
            } else {
                span.start
            };
            let inside = first.min(span.end)..span.end;
            let scalar = node.kind() == Kind::Scalar;
            let comments = if scalar { 0..0 } else { inside };
            Region { bytes: start..end, comments, loose: true, emptied: false }
        }
        Edit::Set { .. } | Edit::Insert { .. } if node.is_vacant() && !path.segments().is_empty() => {
            let span = node.span_with_properties();
            let start = key.map_or(span.start, |key| key.span().end);
            let comments = if node.kind() == Kind::Scalar { 0..0 } else { span.clone() };
            Region { bytes: start..line_end(text, span.end), comments, loose: true, emptied: false }
        }
        Edit::Set { .. } | Edit::Insert { .. } if node.style() == Style::Flow => {
            Region { bytes: node.span(), comments: 0..0, loose: false, emptied: false }
        }
        Edit::Set { .. } | Edit::Insert { .. } => {
            let (start, end) = lines_of(tree, node);
            Region { bytes: start..end, comments: 0..0, loose: true, emptied: false }
        }
    })
}

/// From the first child of a block collection, its comments included, to the end of the last line.
fn lines_of(tree: &Tree, node: NodeRef<'_>) -> (usize, usize) {
    let text = tree.text();
    let mut start = node.span().start;
    while let Some(above) = line_above(text, start)
        && text[above..].trim_start().starts_with('#')
    {
        start = above;
    }
    (start, line_end(text, node.span().end))
}

/// What goes when a node is taken out, with the ancestors that it leaves empty.
fn removed(tree: &Tree, path: &Path) -> Option<Region> {
    let text = tree.text();
    let (mut path, mut above) = (path.clone(), path.split_last()?.1);
    while count(node_at(tree, &above)?) == 1 && !above.segments().is_empty() {
        path = above;
        above = path.split_last()?.1;
    }
    let (node, parent) = (node_at(tree, &path)?, node_at(tree, &above)?);
    let last_of_all = count(parent) == 1;
    let start = start_of(tree, &path)?;
    let end = node.span().end.max(key_of(tree, &path).map_or(0, |key| key.span().end));
    if last_of_all {
        let span = parent.span_with_properties();
        let bytes = line_start(text, span.start)..line_end(text, span.end);
        let comments = if parent.style() == Style::Flow { span } else { bytes.clone() };
        return Some(Region { comments, bytes, loose: true, emptied: parent.style() != Style::Flow });
    }
    let head = head(tree, &path, start);
    if parent.style() == Style::Flow {
        let comma = text[end..line_end(text, end)].trim_start_matches(' ');
        let behind = line_end(text, end) - comma.len() + usize::from(comma.starts_with(','));
        let rest = text[behind..line_end(text, end)].trim_start();
        let mut others = children(parent).into_iter().filter(|span| span.start != start);
        let shared = others.any(|span| line_start(text, start) < span.end && span.end <= start);
        let own = !shared && (rest.is_empty() || rest.starts_with('#'));
        let tail = if own { line_end(text, end) } else { end };
        return Some(Region { bytes: parent.span(), comments: head..tail, loose: false, emptied: false });
    }
    let next = children(parent).into_iter().find(|span| span.start >= end);
    let is_inline = !text[line_start(text, start)..start].trim().is_empty();
    let bytes = match next {
        // The next one moves up behind the dash that stays.
        Some(next) if is_inline => {
            children(parent).into_iter().map(|span| span.start).find(|at| *at >= start)?..next.start
        }
        _ => head..line_end(text, end),
    };
    Some(Region { comments: bytes.clone(), bytes, loose: true, emptied: true })
}

/// The source texts of the children of a collection in braces that an edit does not name.
fn siblings<'t>(tree: &'t Tree, edit: &Edit) -> Vec<&'t str> {
    let (path, node, there) = innermost(tree, edit.path());
    let (path, parent) = if there {
        let Some((_, above)) = path.split_last() else { return Vec::new() };
        if !matches!(edit, Edit::Remove { .. }) {
            return Vec::new();
        }
        let (mut path, mut above) = (path, above);
        while node_at(tree, &above).is_some_and(|node| count(node) == 1) && !above.segments().is_empty() {
            path = above;
            let Some((_, higher)) = path.split_last() else { return Vec::new() };
            above = higher;
        }
        (path, node_at(tree, &above))
    } else {
        (edit.path().clone(), node)
    };
    let Some(parent) = parent.filter(|parent| parent.style() == Style::Flow && !parent.is_vacant()) else {
        return Vec::new();
    };
    let own = start_of(tree, &path);
    children(parent)
        .into_iter()
        .filter(|span| Some(span.start) != own)
        .map(|span| &tree.text()[span])
        .collect()
}

fn count(node: NodeRef<'_>) -> usize {
    if node.is_alias() { 0 } else { node.own_entries().count().max(node.items().count()) }
}

/// The places of the children, keys and anchors included, dashes not.
fn children(node: NodeRef<'_>) -> Vec<Range<usize>> {
    let entry = |(key, value): (NodeRef<'_>, NodeRef<'_>)| {
        key.span_with_properties().start..value.span().end.max(key.span().end)
    };
    match node.kind() {
        Kind::Mapping => node.own_entries().map(entry).collect(),
        _ => node.items().map(|item| item.span_with_properties().start..item.span().end).collect(),
    }
}

fn key_of<'t>(tree: &'t Tree, path: &Path) -> Option<NodeRef<'t>> {
    let (_, above) = path.split_last()?;
    let key = path.last_key()?;
    node_at(tree, &above)?.own_entries().find(|(name, _)| name.text() == key).map(|(name, _)| name)
}

/// Where a node starts: its key, its dash, or the value itself in brackets.
fn start_of(tree: &Tree, path: &Path) -> Option<usize> {
    if let Some(key) = key_of(tree, path) {
        return Some(key.span_with_properties().start);
    }
    let (_, above) = path.split_last()?;
    let start = node_at(tree, path)?.span_with_properties().start;
    if node_at(tree, &above)?.style() == Style::Flow {
        return Some(start);
    }
    // Comments may stand between a dash and its value.
    let (mut at, text) = (start, tree.text());
    loop {
        let line = line_start(text, at);
        let before = text[line..at].trim_end_matches([' ', '\r']);
        if before.ends_with('-') {
            return Some(line + before.len() - 1);
        }
        let dash = text[line..at].find("- #").filter(|dash| text[line..line + dash].trim().is_empty());
        if let Some(dash) = dash {
            return Some(line + dash);
        }
        at = line.checked_sub(1)?;
    }
}

/// The start of the comments right above a node that begins its line, in the same column.
fn head(tree: &Tree, path: &Path, start: usize) -> usize {
    let text = tree.text();
    let line = line_start(text, start);
    if !text[line..start].trim().is_empty() {
        return start;
    }
    let siblings = path.split_last().and_then(|(_, above)| node_at(tree, &above));
    let floor = siblings.map_or(0, |parent| {
        let ends = children(parent).into_iter().map(|span| span.end).filter(|end| *end <= start);
        ends.max().unwrap_or(if parent.style() == Style::Flow { parent.span().start } else { 0 })
    });
    let mut head = line;
    loop {
        let Some(above) = line_above(text, head) else {
            // What opens the file speaks of the file.
            return if head == line { head } else { line };
        };
        let found = text[above..head].trim_start_matches(' ');
        let column = text[above..head].len() - found.len();
        if !found.starts_with('#') || column != start - line || above < floor {
            return head;
        }
        head = above;
    }
}

fn line_start(text: &str, at: usize) -> usize {
    text[..at]
        .rfind(['\n', '\u{feff}'])
        .map_or(0, |found| found + text[found..].chars().next().map_or(0, char::len_utf8))
}

fn line_above(text: &str, line: usize) -> Option<usize> {
    let above = line_start(text, line).checked_sub(1)?;
    text[..=above].ends_with('\n').then(|| line_start(text, above))
}

fn line_end(text: &str, at: usize) -> usize {
    text[at..].find('\n').map_or(text.len(), |length| at + length)
}

/// All comments, with their places.
pub(crate) fn comments(tree: &Tree) -> Vec<(usize, &str)> {
    let text = tree.text();
    let mut scalars = Vec::new();
    if let Some(root) = tree.root() {
        collect(root, &mut scalars);
    }
    scalars.sort_by_key(|span: &Range<usize>| (span.start, span.end));
    let (mut found, mut at, mut scalars) = (Vec::new(), 0, scalars.into_iter().peekable());
    while at < text.len() {
        if let Some(span) = scalars.next_if(|span| span.start <= at) {
            at = at.max(span.end);
            continue;
        }
        let blank = text[..at].chars().next_back().is_none_or(|c| c.is_whitespace() || c == '\u{feff}');
        if text.as_bytes().get(at) == Some(&b'#') && blank {
            let end = line_end(text, at);
            found.push((at, text[at..end].trim_end()));
            at = end;
        } else {
            at += text[at..].chars().next().map_or(1, char::len_utf8);
        }
    }
    found
}

/// The places of all texts; of one below a header only what is below it.
fn collect(node: NodeRef<'_>, spans: &mut Vec<Range<usize>>) {
    if node.is_alias() {
        return spans.push(node.span());
    }
    match node.kind() {
        Kind::Scalar => {
            let mut span = node.span();
            if matches!(node.style(), Style::Literal | Style::Folded) {
                let header = line_end(node.tree().text(), span.start);
                span.start = header.min(span.end);
            }
            spans.push(span);
        }
        Kind::Sequence => node.items().for_each(|item| collect(item, spans)),
        Kind::Mapping => node.own_entries().for_each(|(key, value)| {
            collect(key, spans);
            collect(value, spans);
        }),
    }
}
