//! Where nodes stand in their lines, and which lines belong to an entry.

use std::ops::Range;

use traefik_manager_core::tree::{NodeRef, Style, Tree};

use crate::resolve::Hop;

/// The lines of a text.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Lines<'t>(pub(crate) &'t str);

impl<'t> Lines<'t> {
    /// The first byte of the line, behind a byte order mark.
    pub(crate) fn start(self, at: usize) -> usize {
        match self.0[..at].rfind('\n') {
            Some(end) => end + 1,
            None if self.0.starts_with('\u{feff}') => '\u{feff}'.len_utf8().min(at),
            None => 0,
        }
    }

    /// The end of the line's text, before its line break.
    pub(crate) fn end(self, at: usize) -> usize {
        let end = self.0[at..].find('\n').map_or(self.0.len(), |length| at + length);
        if end < self.0.len() && self.0[at..end].ends_with('\r') { end - 1 } else { end }
    }

    /// The first byte of the next line, or the end of the text.
    pub(crate) fn next(self, at: usize) -> usize {
        self.0[at..].find('\n').map_or(self.0.len(), |length| at + length + 1)
    }

    /// The columns in front of a byte; indentation and dashes are ASCII.
    pub(crate) fn column(self, at: usize) -> usize {
        at - self.start(at)
    }

    /// Whether only spaces stand before this byte on its line.
    pub(crate) fn is_first(self, at: usize) -> bool {
        self.0[self.start(at)..at].bytes().all(|byte| byte == b' ')
    }

    /// The line before the one that starts here, without its break; `None` on the first line.
    fn before(self, start: usize) -> Option<(usize, &'t str)> {
        if start == 0 || !self.0[..start].ends_with('\n') {
            return None;
        }
        let above = self.start(start - 1);
        Some((above, self.0[above..start].trim_end_matches(['\n', '\r'])))
    }

    /// The start of the comment block right above the line that starts here, at the same indentation.
    ///
    /// A block that opens the file speaks of the file and stays.
    pub(crate) fn head(self, start: usize, column: usize) -> usize {
        let mut head = start;
        while let Some((above, line)) = self.before(head) {
            let text = line.trim_start_matches(' ');
            if !text.starts_with('#') || line.len() - text.len() != column {
                return head;
            }
            head = above;
        }
        if head == start { head } else { start }
    }

    /// The start of the blank lines right above the line that starts here.
    pub(crate) fn blank_above(self, start: usize) -> usize {
        let mut blank = start;
        while let Some((above, line)) = self.before(blank) {
            if !line.trim().is_empty() {
                break;
            }
            blank = above;
        }
        blank
    }

    /// The start of the first line from here on that is not blank.
    pub(crate) fn blank_below(self, start: usize) -> usize {
        let mut blank = start;
        while blank < self.0.len() && self.0[blank..self.next(blank)].trim().is_empty() {
            blank = self.next(blank);
        }
        blank
    }
}

/// The lines of one entry of a block mapping, or one item of a block list.
#[derive(Debug, Clone)]
pub(crate) struct Extent {
    /// The comments right above it to the end of its last line, without that line's break.
    pub(crate) core: Range<usize>,
    /// The core with the blank lines that set it off, whole lines.
    pub(crate) whole: Range<usize>,
    /// Whether it is the last of its collection, and not the only one.
    pub(crate) last: bool,
    /// The column of its key or dash.
    pub(crate) column: usize,
    /// Whether a dash stands before it on its line, so that it has no lines of its own.
    pub(crate) inline: bool,
}

impl Extent {
    /// `start` is where the key or dash stands.
    pub(crate) fn new(tree: &Tree, start: usize, hop: &Hop<'_>) -> Self {
        let lines = Lines(tree.text());
        let (end, first, last) = (hop.node.span().end, hop.is_first(), hop.is_last());
        let column = lines.column(start);
        let inline = !lines.is_first(start);
        let own = if inline { start } else { lines.start(start) };
        let head = if inline { start } else { lines.head(own, column) };
        let core = head..lines.end(end);
        let behind = lines.next(end);
        let whole = if last && !first && !inline {
            lines.blank_above(head).max(lines.next(hop.floor)).min(head)..behind
        } else if last {
            head..behind
        } else {
            head..lines.blank_below(behind)
        };
        Self { core, whole, last: last && !first, column, inline }
    }

    /// What to take out so that the neighbours stand as if the entry had never been there.
    pub(crate) fn removal(&self, tree: &Tree) -> Range<usize> {
        let text = tree.text();
        let ends_file = self.whole.end == text.len() && !text.ends_with('\n');
        if !(self.last || ends_file) {
            return self.whole.clone();
        }
        // With the break before it rather than its own, so that a file without a final line break stays so.
        let before =
            text[..self.whole.start].strip_suffix('\n').map(|rest| rest.strip_suffix('\r').unwrap_or(rest));
        match before {
            Some(rest) => rest.len()..self.core.end,
            None => self.whole.clone(),
        }
    }
}

/// Where the list item that holds this node starts: its dash.
pub(crate) fn dash(tree: &Tree, item: NodeRef<'_>) -> usize {
    tree.text()[..item.span_with_properties().start].rfind('-').unwrap_or_default()
}

/// Whether the node is a collection by indentation.
pub(crate) fn is_block(node: NodeRef<'_>) -> bool {
    node.style() == Style::Block
}
