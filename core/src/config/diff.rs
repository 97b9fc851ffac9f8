//! The difference of two texts, for people.

use std::{fmt::Write as _, ops::Range};

use similar::{DiffOp, TextDiff, group_diff_ops};

use super::store::{FileId, Revision};

/// Unchanged lines around a change.
const CONTEXT: usize = 3;

/// What a change does to one file, as a unified diff.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileDiff {
    /// The file.
    pub file: FileId,
    /// The diff with its header; empty where only line ends differ that cannot be shown.
    pub text: String,
    /// The revision of the file that the change was planned on, where that is known.
    pub revision: Option<Revision>,
}

impl FileDiff {
    /// The difference; `None` stands for a file that is not there.
    pub fn between(file: &FileId, old: Option<&str>, new: Option<&str>) -> Self {
        let name = |side: &str, text: Option<&str>| match text {
            Some(_) => format!("{side}/{file}"),
            None => "/dev/null".to_owned(),
        };
        let header = format!("--- {}\n+++ {}\n", name("a", old), name("b", new));
        let hunks = hunks(old.unwrap_or_default(), new.unwrap_or_default(), 1, false);
        let text = if hunks.is_empty() { hunks } else { header + &hunks };
        Self { file: file.clone(), text, revision: None }
    }

    /// The difference of a part of a file: the lines from this number on, as they were and as they are. Where both go on
    /// (`are_cut`), what has no counterpart at their end may have one behind it, so nothing is said of that.
    pub fn of_part(file: &FileId, first_line: usize, old: &str, new: &str, are_cut: bool) -> Self {
        let header = format!("--- a/{file}\n+++ b/{file}\n");
        let hunks = hunks(old, new, first_line, are_cut);
        let text = if hunks.is_empty() { hunks } else { header + &hunks };
        Self { file: file.clone(), text, revision: None }
    }

    /// The same, of the file at this revision.
    #[must_use]
    pub fn of(mut self, revision: Revision) -> Self {
        self.revision = Some(revision);
        self
    }
}

/// The hunks of a unified diff, of texts whose first line has this number.
fn hunks(old: &str, new: &str, first_line: usize, are_cut: bool) -> String {
    let diff = TextDiff::from_lines(old, new);
    let mut ops = diff.ops().to_vec();
    if are_cut {
        ops.pop_if(|op| matches!(op, DiffOp::Delete { .. } | DiffOp::Insert { .. }));
    }
    let mut text = String::new();
    for group in group_diff_ops(ops, CONTEXT) {
        let (Some(first), Some(last)) = (group.first(), group.last()) else { continue };
        let old = lines(first.old_range().start..last.old_range().end, first_line);
        let new = lines(first.new_range().start..last.new_range().end, first_line);
        // Writing to a string does not fail.
        let _ = writeln!(text, "@@ -{old} +{new} @@");
        for change in group.iter().flat_map(|op| diff.iter_changes(op)) {
            let end = if change.missing_newline() { "\n\\ No newline at end of file\n" } else { "" };
            let _ = write!(text, "{}{}{end}", change.tag(), change.value());
        }
    }
    text
}

/// The lines of a hunk, as its head names them.
fn lines(range: Range<usize>, first_line: usize) -> String {
    let start = range.start + first_line;
    match range.len() {
        0 => format!("{},0", start - 1),
        1 => start.to_string(),
        length => format!("{start},{length}"),
    }
}
