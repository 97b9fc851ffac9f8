//! The very bytes of a router that is switched off.

/// What taking a router out has done to the text of its file, byte for byte.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cut {
    /// How many bytes stand in front of it.
    pub ahead: usize,
    /// How many bytes stand behind it.
    pub behind: usize,
    /// What was there.
    pub old: String,
    /// What took its place; mostly nothing.
    pub new: String,
}

impl Cut {
    /// The one place in which two texts differ.
    pub fn between(old: &str, new: &str) -> Self {
        let ahead: usize = length_of(old.chars().zip(new.chars()));
        let (old, new) = (old.get(ahead..).unwrap_or_default(), new.get(ahead..).unwrap_or_default());
        let behind: usize = length_of(old.chars().rev().zip(new.chars().rev()));
        let middle =
            |text: &str| text.get(..text.len().saturating_sub(behind)).unwrap_or_default().to_owned();
        Self { ahead, behind, old: middle(old), new: middle(new) }
    }

    /// The text as it was, where `text` has gone on at most on one side of the place: once counted from its start, once
    /// from its end.
    pub fn undone(&self, text: &str) -> Vec<String> {
        let from_end = text.len().checked_sub(self.behind + self.new.len());
        let mut starts: Vec<usize> = [Some(self.ahead), from_end].into_iter().flatten().collect();
        starts.dedup();
        let undone = |start: usize| {
            let (before, rest) = text.split_at_checked(start)?;
            Some([before, &self.old, rest.strip_prefix(self.new.as_str())?].concat())
        };
        starts.into_iter().filter_map(undone).collect()
    }
}

/// How many bytes the characters have before the first pair that differs.
fn length_of(pairs: impl Iterator<Item = (char, char)>) -> usize {
    pairs.take_while(|(a, b)| a == b).map(|(a, _)| a.len_utf8()).sum()
}

#[cfg(test)]
mod tests {
    use super::Cut;

    #[test]
    fn a_cut_is_undone_where_the_text_has_gone_on_on_one_side() {
        for (old, new) in [
            ("é: 1\nb: ü\nc: é\n", "é: 1\nc: é\n"),
            ("{a, b}", "{a}"),
            ("aaa", "aa"),
            ("only", ""),
            ("a: \u{e9}", "a: \u{e8}"),
            ("same", "same"),
        ] {
            let cut = Cut::between(old, new);
            assert_eq!(cut.undone(new).first().map(String::as_str), Some(old));
            for (ahead, behind) in [("# more\n", ""), ("", "# more\n")] {
                let now = [ahead, new, behind].concat();
                let was = [ahead, old, behind].concat();
                assert!(cut.undone(&now).contains(&was), "{now:?}");
            }
        }
        let cut = Cut::between("one two three", "one three");
        assert!(cut.undone("").is_empty() && cut.undone("é").is_empty(), "no place is taken for another");
    }
}
