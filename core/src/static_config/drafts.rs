//! Changes of the static configuration that are collected before they are written: one restart serves them all.
//!
//! Each person has one draft: the whole text as it shall be, and the file that it was begun from. Whoever keeps them
//! keeps them whole; what may be done with them is said here.

use std::{collections::BTreeMap, fmt, sync::Arc};

use super::{Place, Section};
use crate::{clock::Timestamp, config::store::Revision};

/// What somebody has collected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// The revision of the file that it was begun from.
    pub base: Revision,
    /// What that said.
    pub base_text: Arc<str>,
    /// What the file shall say.
    pub text: Arc<str>,
    /// What was changed.
    pub changes: Vec<DraftChange>,
}

/// One change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DraftChange {
    /// Anything.
    Text,
    /// Plugins that were pasted.
    Plugins,
    /// A section, or one of its things.
    Set(Place),
    /// The same, which went.
    Removed(Place),
}

/// As it is kept.
impl fmt::Display for DraftChange {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (what, place) = match self {
            Self::Text => return formatter.write_str("text"),
            Self::Plugins => return formatter.write_str("plugins"),
            Self::Set(place) => ("set", place),
            Self::Removed(place) => ("removed", place),
        };
        write!(formatter, "{what} {}", place.section)?;
        place.name.iter().try_for_each(|name| write!(formatter, " {name}"))
    }
}

impl DraftChange {
    /// What was kept; nothing where no change is told so, which costs a line on the page.
    pub fn parse(text: &str) -> Option<Self> {
        let Some((what, place)) = text.split_once(' ') else {
            return [Self::Text, Self::Plugins].into_iter().find(|change| change.to_string() == text);
        };
        let (section, name) =
            place.split_once(' ').map_or((place, None), |(section, name)| (section, Some(name)));
        let section = Section::find(section)?;
        let place = name.map_or_else(|| Place::once(section), |name| Place::named(section, name));
        match what {
            "set" => Some(Self::Set(place)),
            "removed" => Some(Self::Removed(place)),
            _ => None,
        }
    }
}

impl Draft {
    /// How many changes are named; the draft holds the others all the same.
    const NAMED: usize = 100;

    /// A file as it is, as the beginning of a draft.
    pub fn of_file(base: Revision, text: Arc<str>) -> Self {
        Self { base, base_text: Arc::clone(&text), text, changes: Vec::new() }
    }

    /// Makes this its text, by that change; `false` where it says so already.
    pub fn become_text(&mut self, text: Arc<str>, by: DraftChange) -> bool {
        if *text == *self.text {
            return false;
        }
        self.text = text;
        if self.changes.last() != Some(&by) && self.changes.len() < Self::NAMED {
            self.changes.push(by);
        }
        true
    }
}

/// A draft, and what is known of it besides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptDraft {
    /// When somebody has last added to it.
    pub at: Timestamp,
    /// The file that it is of: another one may be named meanwhile.
    pub file: String,
    /// The draft.
    pub draft: Draft,
}

/// Why a draft is not kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DraftError {
    /// It is not what somebody has seen any more.
    #[error("the pending changes have become others meanwhile; look at them again")]
    Changed,
    /// There are too many of other people's, and nobody's gives way to another's.
    #[error("{} people have pending changes already; some of them must apply theirs first", Drafts::MOST)]
    TooMany,
}

/// Everybody's drafts, by whose they are.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Drafts(BTreeMap<String, KeptDraft>);

/// Whose draft, of which file, and when that is asked.
#[derive(Debug, Clone, Copy)]
pub struct Whose<'a> {
    /// By whom it is known.
    pub who: &'a str,
    /// The path of the present static configuration file.
    pub file: &'a str,
    /// Now.
    pub now: Timestamp,
}

impl Drafts {
    /// How many people may have one at once.
    pub const MOST: usize = 32;
    /// How long a draft is kept that nobody adds to, in seconds: thirty days.
    pub const KEPT: u64 = 30 * 24 * 60 * 60;

    /// All of them, to be kept.
    pub fn all(&self) -> &BTreeMap<String, KeptDraft> {
        &self.0
    }

    /// Somebody's draft of the present file.
    pub fn of(&self, whose: Whose<'_>) -> Option<&Draft> {
        let kept = self.0.get(whose.who)?;
        (kept.file == whose.file && !is_over(kept, whose.now)).then_some(&kept.draft)
    }

    /// Keeps somebody's draft, in the place of one of another file; one that says what the file said is none.
    ///
    /// # Errors
    /// [`DraftError::TooMany`].
    pub fn keep(&mut self, whose: Whose<'_>, draft: Draft) -> Result<(), DraftError> {
        self.0.retain(|_, kept| !is_over(kept, whose.now));
        if draft.text == draft.base_text {
            self.0.remove(whose.who);
            return Ok(());
        }
        if self.0.len() >= Self::MOST && !self.0.contains_key(whose.who) {
            return Err(DraftError::TooMany);
        }
        let kept = KeptDraft { at: whose.now, file: whose.file.to_owned(), draft };
        self.0.insert(whose.who.to_owned(), kept);
        Ok(())
    }

    /// Puts a draft in the place of the present one, where that still says this text.
    ///
    /// # Errors
    /// [`DraftError`].
    pub fn replace(&mut self, whose: Whose<'_>, seen: Option<&str>, draft: Draft) -> Result<(), DraftError> {
        if self.of(whose).map(|present| &*present.text) != seen {
            return Err(DraftError::Changed);
        }
        self.keep(whose, draft)
    }

    /// Forgets somebody's draft, with a text only while it says that; whether there was one.
    pub fn forget(&mut self, whose: Whose<'_>, text: Option<&str>) -> bool {
        let Some(present) = self.of(whose) else { return false };
        text.is_none_or(|text| *present.text == *text) && self.0.remove(whose.who).is_some()
    }
}

impl FromIterator<(String, KeptDraft)> for Drafts {
    fn from_iter<I: IntoIterator<Item = (String, KeptDraft)>>(kept: I) -> Self {
        Self(kept.into_iter().collect())
    }
}

fn is_over(kept: &KeptDraft, now: Timestamp) -> bool {
    now.since(kept.at) >= Drafts::KEPT
}

#[cfg(test)]
mod tests {
    use super::*;

    fn whose(who: &str, now: i64) -> Whose<'_> {
        Whose { who, file: "traefik.yml", now: Timestamp(now) }
    }

    fn draft(text: &str) -> Draft {
        let mut draft = Draft::of_file(Revision::new("r"), Arc::from("a: 1\n"));
        draft.become_text(Arc::from(text), DraftChange::Text);
        draft
    }

    #[test]
    fn a_change_is_kept_as_it_was() {
        for change in [
            DraftChange::Text,
            DraftChange::Plugins,
            DraftChange::Set(Place::once(Section::DOCKER)),
            DraftChange::Set(Place::named(Section::ENTRY_POINTS, "web and more")),
            DraftChange::Removed(Place::named(Section::RESOLVERS, "le")),
        ] {
            assert_eq!(DraftChange::parse(&change.to_string()), Some(change));
        }
        for unknown in ["", "entry point web", "set nothing", "moved api"] {
            assert_eq!(DraftChange::parse(unknown), None, "{unknown}");
        }
    }

    #[test]
    fn nobodys_draft_gives_way_to_anothers() {
        let mut drafts = Drafts::default();
        for number in 0..Drafts::MOST {
            assert_eq!(drafts.keep(whose(&number.to_string(), 0), draft("a: 2\n")), Ok(()));
        }
        assert_eq!(drafts.keep(whose("one more", 0), draft("a: 2\n")), Err(DraftError::TooMany));
        assert_eq!(drafts.keep(whose("0", 0), draft("a: 3\n")), Ok(()));
        assert_eq!(drafts.of(whose("0", 0)), Some(&draft("a: 3\n")));
        // What says what the file says is no change, and what is left alone for a month is over.
        assert_eq!(drafts.keep(whose("0", 0), draft("a: 1\n")), Ok(()));
        assert_eq!((drafts.of(whose("0", 0)), drafts.all().len()), (None, Drafts::MOST - 1));
        let month = i64::try_from(Drafts::KEPT).unwrap_or_default();
        assert_eq!(drafts.of(whose("1", month)), None);
        assert_eq!(drafts.keep(whose("one more", month), draft("a: 2\n")), Ok(()));
        assert_eq!(drafts.all().len(), 1);
    }

    #[test]
    fn only_what_was_seen_is_replaced_or_forgotten() {
        let mut drafts = Drafts::default();
        assert_eq!(drafts.keep(whose("ann", 0), draft("a: 2\n")), Ok(()));
        assert_eq!(drafts.replace(whose("ann", 0), None, draft("a: 3\n")), Err(DraftError::Changed));
        assert_eq!(drafts.replace(whose("ann", 0), Some("a: 2\n"), draft("a: 3\n")), Ok(()));
        // Another file was named meanwhile: what is pending for this one waits, until there is something for that.
        let elsewhere = Whose { file: "other.yml", ..whose("ann", 0) };
        assert_eq!(drafts.of(elsewhere), None);
        assert!(!drafts.forget(elsewhere, None));
        assert!(!drafts.forget(whose("ann", 0), Some("a: 2\n")));
        assert!(drafts.forget(whose("ann", 0), Some("a: 3\n")));
        // But nobody has two.
        assert_eq!(drafts.keep(whose("ann", 0), draft("a: 4\n")), Ok(()));
        assert_eq!(drafts.keep(elsewhere, draft("a: 5\n")), Ok(()));
        assert_eq!((drafts.of(whose("ann", 0)), drafts.all().len()), (None, 1));
        assert!(drafts.forget(elsewhere, None));
        assert_eq!(drafts, Drafts::default());
    }
}
