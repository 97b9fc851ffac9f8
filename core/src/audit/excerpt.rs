//! The part of a text that a change touched.

use std::{collections::HashSet, ops::Range};

use super::mask::Masking;

/// How many unchanged lines are kept on either side.
const CONTEXT: usize = 3;

/// The most that is kept of one text, in bytes.
const MAX_TEXT: usize = 32 << 10;

/// What stands behind a line that differs only in what is hidden.
const CHANGED: &str = " (changed)";

/// Some lines of a file, with secrets masked.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Excerpt {
    /// The number of the first line, counted from 1.
    pub first_line: usize,
    /// The lines.
    pub text: String,
    /// Whether lines were left out at the end because there were too many.
    pub is_cut: bool,
}

impl Excerpt {
    /// From the first line that differs to the last one, in either text, with some lines around.
    ///
    /// What differs is told by the texts as they are; what is shown is masked. A line that differs in nothing but a secret
    /// says so in the new text, or nobody would see that it changed.
    pub fn pair(old: &str, new: &str) -> (Self, Self) {
        let (before, after) = (old.lines().count(), new.lines().count());
        let same = old.lines().zip(new.lines()).take_while(|(a, b)| a == b).count();
        let alike = old.lines().rev().zip(new.lines().rev()).take_while(|(a, b)| a == b).count();
        let tail = alike.min(before.min(after) - same);
        let start = same.saturating_sub(CONTEXT);
        // What stands before is the same in both.
        let masking = Masking::default().pass(old.lines().take(start));
        let part = |text, lines: usize| part(text, start..(lines - tail + CONTEXT).min(lines));
        let (old, new) = (part(old, before), part(new, after));
        let excerpt = Self::of(masking, old.clone(), start, |_, _| false);
        let (mut as_it_was, mut as_shown) = (HashSet::new(), HashSet::new());
        for (line, shown) in old.clone().zip(masking.go_on(old)).filter(|(line, shown)| line != shown) {
            as_it_was.insert(line);
            as_shown.insert(shown);
        }
        let differs_unseen = |line: &str, shown: &str| as_shown.contains(shown) && !as_it_was.contains(line);
        (excerpt, Self::of(masking, new, start, differs_unseen))
    }

    /// These lines, of which the first has `start` lines before it; `differs_unseen` tells those that differ by what is
    /// hidden alone.
    fn of<'a>(
        masking: Masking,
        lines: impl Iterator<Item = &'a str> + Clone,
        start: usize,
        differs_unseen: impl Fn(&str, &str) -> bool,
    ) -> Self {
        let mut excerpt = Self { first_line: start + 1, ..Self::default() };
        for (line, shown) in lines.clone().zip(masking.go_on(lines)) {
            let mark = if line != shown && differs_unseen(line, &shown) { CHANGED } else { "" };
            let line = shown + mark;
            if excerpt.text.len() + line.len() >= MAX_TEXT {
                excerpt.is_cut = true;
                break;
            }
            excerpt.text.push_str(&line);
            excerpt.text.push('\n');
        }
        excerpt
    }

    pub(super) fn drop_text(&mut self) {
        self.is_cut |= !self.text.is_empty();
        self.text.clear();
    }
}

/// Some lines of a text.
fn part(text: &str, lines: Range<usize>) -> impl Iterator<Item = &str> + Clone {
    text.lines().take(lines.end).skip(lines.start)
}
