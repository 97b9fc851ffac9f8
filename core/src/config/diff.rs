//! The difference of two texts, for people.

use similar::TextDiff;

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
        let text = TextDiff::from_lines(old.unwrap_or_default(), new.unwrap_or_default())
            .unified_diff()
            .context_radius(CONTEXT)
            .header(&name("a", old), &name("b", new))
            .to_string();
        Self { file: file.clone(), text, revision: None }
    }

    /// The same, of the file at this revision.
    #[must_use]
    pub fn of(mut self, revision: Revision) -> Self {
        self.revision = Some(revision);
        self
    }
}
