//! The part of a text that a change touched.

use super::mask::Masking;

/// How many unchanged lines are kept on either side.
const CONTEXT: usize = 3;

/// The most that is kept of one text, in bytes.
const MAX_TEXT: usize = 32 << 10;

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
    /// What differs is told by the texts as they are; what is shown is masked. So a change of nothing but a secret
    /// shows as a change of a masked line.
    pub fn pair(old: &str, new: &str) -> (Self, Self) {
        let (before, after) = (old.lines().count(), new.lines().count());
        let same = old.lines().zip(new.lines()).take_while(|(a, b)| a == b).count();
        let alike = old.lines().rev().zip(new.lines().rev()).take_while(|(a, b)| a == b).count();
        let tail = alike.min(before.min(after) - same);
        let start = same.saturating_sub(CONTEXT);
        // What stands before is the same in both.
        let masking = Masking::default().pass(old.lines().take(start));
        let cut_out = |text: &str, lines: usize| {
            let end = (lines - tail + CONTEXT).min(lines);
            Self::of(masking, text.lines().take(end).skip(start), start)
        };
        (cut_out(old, before), cut_out(new, after))
    }

    /// These lines, of which the first has `start` lines before it.
    fn of<'a>(masking: Masking, lines: impl Iterator<Item = &'a str>, start: usize) -> Self {
        let mut excerpt = Self { first_line: start + 1, ..Self::default() };
        for line in masking.go_on(lines) {
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
