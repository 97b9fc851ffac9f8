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

/// Puts a child in front of the one that starts here; on a line of its own if that has one.
pub(crate) fn insert_before(
    tree: &Tree,
    node: NodeRef<'_>,
    start: usize,
    child: &str,
    eol: &str,
) -> Vec<Splice> {
    let lines = Lines(tree.text());
    if !lines.is_first(start) {
        return vec![(start..start, format!("{child}, "))];
    }
    let above = children(node).into_iter().rfind(|(_, end)| *end <= start).map(|(_, end)| end);
    let head = head(lines, start, above.unwrap_or(node.span().start));
    vec![(head..head, format!("{}{child},{eol}", " ".repeat(lines.column(start))))]
}

/// Where the comments begin that stand right above a child with a line of its own, below what is above it.
fn head(lines: Lines<'_>, start: usize, above: usize) -> usize {
    lines.head(lines.start(start), lines.column(start)).max(lines.next(above))
}

/// Takes out one of several children, with the comments that are its own.
///
/// Those are the comments right above a child that begins a line, and the one behind a child that shares its line
/// with no other.
pub(crate) fn remove(tree: &Tree, node: NodeRef<'_>, index: usize) -> Vec<Splice> {
    let lines = Lines(tree.text());
    let children = children(node);
    let Some((start, end)) = children.get(index).copied() else { return Vec::new() };
    let above = index.checked_sub(1).and_then(|index| children.get(index)).map(|(_, end)| *end);
    let next = children.get(index + 1).map(|(start, _)| *start);
    let comma = behind_comma(lines.0, end);
    let child = Child { lines, start, end, above, comma: comma.filter(|comma| *comma <= lines.end(end)) };
    match (next, above) {
        (Some(_), _) if child.has_lines() && child.comma.is_some() => {
            let above = above.unwrap_or(node.span().start);
            vec![(head(lines, start, above)..lines.blank_below(lines.next(child.behind())), String::new())]
        }
        (Some(next), _) => child.before_another(next),
        (None, Some(above)) => child.last(above, comma),
        (None, None) => Vec::new(),
    }
}

/// A child that is to be taken out.
struct Child<'t> {
    lines: Lines<'t>,
    start: usize,
    end: usize,
    /// The end of the child in front of it.
    above: Option<usize>,
    /// The offset behind its comma, if that is on its last line.
    comma: Option<usize>,
}

impl Child<'_> {
    fn behind(&self) -> usize {
        self.comma.unwrap_or(self.end)
    }

    /// Whether its last line holds nothing behind it but a comment.
    fn ends_line(&self) -> bool {
        let rest = self.lines.0[self.behind()..self.lines.end(self.behind())].trim_start();
        rest.is_empty() || rest.starts_with('#')
    }

    /// Whether its lines hold nothing else.
    fn has_lines(&self) -> bool {
        self.lines.is_first(self.start) && self.ends_line()
    }

    fn before_another(&self, next: usize) -> Vec<Splice> {
        let (text, lines) = (self.lines.0, self.lines);
        let Some(behind) = self.comma.filter(|comma| text[*comma..next].contains('#')) else {
            return vec![(self.start..next, String::new())];
        };
        let from = text[..self.start].trim_end_matches(' ').len();
        if self.above.is_some_and(|above| above > lines.start(self.start)) {
            // The comment speaks of the whole line.
            return vec![(from..behind, String::new())];
        }
        let end = lines.end(behind);
        if text[end..next].contains('#') {
            return vec![(from..end, String::new())];
        }
        vec![(self.start..next, String::new())]
    }

    /// `comma` is the offset behind the comma that closes the list, wherever it is.
    fn last(&self, above: usize, comma: Option<usize>) -> Vec<Splice> {
        let (text, lines, start) = (self.lines.0, self.lines, self.start);
        let parted = behind_comma(text, above).unwrap_or(above);
        // A comma that closes the list makes the one before this child do so.
        let no_comma = (parted.saturating_sub(1)..parted, String::new());
        let mut splices = if comma.is_some() { Vec::new() } else { vec![no_comma] };
        let line = lines.start(start);
        if self.has_lines() && self.comma == comma {
            let head = head(lines, start, above);
            let from = lines.blank_above(head).max(lines.next(above)).min(head);
            splices.push((from..lines.next(self.behind()), String::new()));
            return splices;
        }
        if comma.is_none()
            && self.ends_line()
            && text[line..parted.saturating_sub(1).max(line)].trim().is_empty()
            && parted > line
        {
            // The comma that parts it from the one above begins its line.
            return vec![(line..lines.next(self.end), String::new())];
        }
        let behind = comma.unwrap_or(self.end);
        if lines.is_first(start) {
            let head = head(lines, start, above);
            if text[parted..head].contains('#') {
                // What closes the list stays on its line, or it would get behind a comment.
                let blanks = text[behind..].len() - text[behind..].trim_start_matches(' ').len();
                splices.push((head..line, String::new()));
                splices.push((start..behind + blanks, String::new()));
                return splices;
            }
            splices.push((parted + text[parted..head].trim_end().len()..behind, String::new()));
            return splices;
        }
        splices.push((parted + text[parted..start].trim_end().len()..behind, String::new()));
        splices
    }
}
