//! Findings while they are being collected.

use std::ops::Range;

use super::{
    File,
    finding::{Effect, Finding, Level},
    graph::MOST_NAMES,
};
use crate::{
    config::{edit::Path, store::FileId},
    tree::Position,
};

/// Collects findings; what places they have is worked out once, at the end.
#[derive(Debug)]
pub(super) struct Report<'a> {
    files: &'a [File<'a>],
    drafts: Vec<(usize, Finding)>,
}

/// Level, effect and code.
pub(super) type Kind = (Level, Effect, &'static str);

/// Names a finding of a [`Report`].
pub(super) type FindingId = usize;

impl<'a> Report<'a> {
    pub(super) fn new(files: &'a [File<'a>]) -> Self {
        Self { files, drafts: Vec::new() }
    }

    pub(super) fn add(
        &mut self,
        file: usize,
        span: Range<usize>,
        path: Path,
        (level, effect, code): Kind,
        message: impl Into<String>,
        remedy: impl Into<String>,
    ) -> FindingId {
        let id = self.files.get(file).map_or_else(|| FileId::new(""), |file| file.id.clone());
        let finding = Finding {
            level,
            effect,
            code,
            file: id,
            span,
            position: Position { line: 1, column: 1 },
            path,
            message: message.into(),
            remedy: remedy.into(),
            disables: Vec::new(),
        };
        self.drafts.push((file, finding));
        self.drafts.len() - 1
    }

    /// A finding again, to complete it.
    pub(super) fn get_mut(&mut self, id: FindingId) -> Option<&mut Finding> {
        self.drafts.get_mut(id).map(|(_, finding)| finding)
    }

    /// What a file is called.
    pub(super) fn file_name(&self, file: usize) -> String {
        self.files.get(file).map(|file| file.id.to_string()).unwrap_or_default()
    }

    /// The findings in the order of the files and their lines, each once.
    pub(super) fn finish(self) -> Vec<Finding> {
        let mut found = self.drafts;
        found.sort_by(|(file, a), (other, b)| {
            let place = |finding: &Finding| (finding.span.start, finding.span.end, finding.code);
            (file, place(a), &a.message).cmp(&(other, place(b), &b.message))
        });
        let (mut walked, mut walk) = (None, Walk::new(""));
        for (file, finding) in &mut found {
            if let Some(read) = self.files.get(*file) {
                if walked != Some(*file) {
                    (walked, walk) = (Some(*file), Walk::new(read.text));
                }
                // Of a file that cannot be read, the place has been told with the reason.
                if read.tree.is_ok() || !finding.span.is_empty() {
                    finding.position = walk.position(finding.span.start);
                }
            }
        }
        // The node of an anchor is met once for each alias: it is one finding about all that use it.
        found.dedup_by(|(file, again), (other, first)| {
            let is_same = file == other
                && again.span == first.span
                && again.code == first.code
                && again.message == first.message;
            if is_same {
                first.level = first.level.max(again.level);
                for name in std::mem::take(&mut again.disables) {
                    if first.disables.len() < MOST_NAMES && !first.disables.contains(&name) {
                        first.disables.push(name);
                    }
                }
            }
            is_same
        });
        found.into_iter().map(|(_, finding)| finding).collect()
    }
}

/// A place in a text that only moves forward, so that many positions cost one pass, however long the lines are.
#[derive(Debug)]
struct Walk<'a> {
    text: &'a str,
    at: usize,
    position: Position,
}

impl<'a> Walk<'a> {
    fn new(text: &'a str) -> Self {
        Self { text, at: 0, position: Position { line: 1, column: 1 } }
    }

    fn position(&mut self, offset: usize) -> Position {
        for c in self.text.get(self.at..offset).unwrap_or_default().chars() {
            if c == '\n' {
                self.position = Position { line: self.position.line + 1, column: 1 };
            } else {
                self.position.column += 1;
            }
            self.at += c.len_utf8();
        }
        self.position
    }
}
