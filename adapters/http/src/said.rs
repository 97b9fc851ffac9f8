//! What the program says by itself, in the language of whoever reads it: refusals, findings, errors.
//!
//! They are made in English, in the core and the adapters too, which know of no reader: the log, the audit trail, the
//! command line and API keys are told them as they are. A page recognises an English message by the catalogues, whose
//! messages `said-…` say what varies in it, and says it in its own language ([`said`]). What varies stays as it is, unless
//! it is a message again (`the rule does not hold: {reason}`). Names, paths and values never are: what is in quotation
//! marks, and the arguments that are called so (`$name`, `$path`; all of them are in `build/said.rs`). Glue
//! (`said-glue-…`) joins messages: it counts where one of its parts is recognised.
//!
//! What is not recognised stays English, and says so by `lang`, alone or within a message that is. A message is recognised
//! by the pattern that has most of its letters; patterns are looked up by how they begin or end, so that a page with many
//! findings takes no longer for it. No text can take long either: what is long, nested or joined too often is not looked
//! at, and no text is held against more than a number of patterns.

use std::{
    borrow::Cow,
    cell::Cell,
    collections::{BTreeSet, HashMap},
    iter,
    ops::Range,
    sync::OnceLock,
};

use maud::{Escaper, Render};
use serde::{Serialize, Serializer};

use crate::words::{FIRST_ARGUMENT, FIRST_NAME, GLUE, Language, MOST_ARGUMENTS, SAID};

/// Patterns are looked up by so many bytes of their beginning or end: the most that they have.
const ANCHORS: [usize; 5] = [16, 8, 4, 2, 1];
/// The longest text that is looked at, in bytes.
const LONGEST: usize = 4096;
/// How deep messages are within messages.
const DEEPEST: usize = 10;
/// How often a message and its parts are held against a pattern, with a margin: real ones take some hundreds.
const MOST_ATTEMPTS: u32 = 2_000;
/// So many bytes cost another attempt.
const A_READING: usize = 256;
/// In how many places a joined message is taken apart.
const MOST_JOINTS: usize = 6;
/// What stands around names, which are never messages.
const QUOTES: [char; 3] = ['`', '"', '“'];

/// A message of the program for a person, in the language of the request.
pub(crate) fn said(english: &str) -> Said<'_> {
    said_in(Language::spoken(), english)
}

/// The same in this language.
pub(crate) fn said_in(language: Language, english: &str) -> Said<'_> {
    if language == Language::english() {
        return Said { text: Cow::Borrowed(english), foreign: Vec::new() };
    }
    match Known::all().say(language, english) {
        Some(put) => Said { text: Cow::Owned(put.said), foreign: put.foreign },
        None => Said { text: Cow::Borrowed(english), foreign: iter::once(0..english.len()).collect() },
    }
}

/// What is said, in the reader's language but for what is not recognised.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Said<'t> {
    text: Cow<'t, str>,
    /// Where it is English and its reader's language is not, in order.
    foreign: Vec<Range<usize>>,
}

impl Said<'_> {
    /// The same as a sentence: API clients get a message as it is, people with a capital and a full stop. What begins
    /// with the name of a file keeps its letters.
    #[must_use]
    pub(crate) fn sentence(mut self) -> Self {
        let Some(first) = self.text.chars().next() else { return self };
        let word = self.text.split_whitespace().next().unwrap_or_default();
        let is_name = word.trim_end_matches(['.', ',', ':', ';']).contains(['.', ':', '/', '_']);
        let text = self.text.to_mut();
        let capital = if is_name { first.to_string() } else { first.to_uppercase().to_string() };
        text.replace_range(..first.len_utf8(), &capital);
        for place in self.foreign.iter_mut().flat_map(|part| [&mut part.start, &mut part.end]) {
            *place = if *place == 0 { 0 } else { *place - first.len_utf8() + capital.len() };
        }
        if !text.ends_with(['.', '!', '?', ':']) {
            if let Some(last) = self.foreign.last_mut().filter(|part| part.end == text.len()) {
                last.end += 1;
            }
            text.push('.');
        }
        self
    }

    /// The text, for where nothing can say that it is English.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }
}

impl Serialize for Said<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text)
    }
}

impl Render for Said<'_> {
    fn render_to(&self, page: &mut String) {
        use std::fmt::Write as _;

        let mut done = 0;
        let mut write = |page: &mut String, upto: usize| {
            let _ = Escaper::new(page).write_str(self.text.get(done..upto).unwrap_or_default());
            done = upto;
        };
        for part in self.foreign.iter().filter(|part| !part.is_empty()) {
            write(page, part.start);
            page.push_str("<span lang=\"en\">");
            write(page, part.end);
            page.push_str("</span>");
        }
        write(page, self.text.len());
    }
}

/// All patterns, by how they begin or end.
#[derive(Debug)]
struct Known {
    /// So many join others, the longest of them first.
    glue: usize,
    /// Glue before all others.
    patterns: Vec<Pattern>,
    by_start: HashMap<&'static str, Vec<usize>>,
    by_end: HashMap<&'static str, Vec<usize>>,
    /// How long the keys are.
    starts: BTreeSet<usize>,
    ends: BTreeSet<usize>,
}

/// A line of English, and the same in every language.
#[derive(Debug)]
struct Pattern {
    lines: [&'static str; SAID.len()],
    /// How many bytes are its own.
    weight: usize,
}

type Arguments<'t> = [Option<&'t str>; MOST_ARGUMENTS];

impl Known {
    /// Read when the first message is said in another language than English.
    fn all() -> &'static Self {
        static ALL: OnceLock<Known> = OnceLock::new();
        ALL.get_or_init(|| Self::read(SAID, GLUE))
    }

    fn read(languages: [&'static str; SAID.len()], glue: usize) -> Self {
        let mut languages = languages.map(str::lines);
        let mut known = Self {
            glue,
            patterns: Vec::new(),
            by_start: HashMap::new(),
            by_end: HashMap::new(),
            starts: BTreeSet::new(),
            ends: BTreeSet::new(),
        };
        loop {
            let lines = languages.each_mut().map(|lines| lines.next().unwrap_or_default());
            let [english, ..] = lines;
            if english.is_empty() {
                return known;
            }
            let number = known.patterns.len();
            known.patterns.push(Pattern {
                lines,
                weight: english.bytes().filter(|byte| !byte.is_ascii_control()).count(),
            });
            if number < glue {
                continue;
            }
            let start = english.split(char::is_control).next().unwrap_or_default();
            let end = english.rsplit(char::is_control).next().unwrap_or_default();
            let (start, end) = (first_bytes(start), last_bytes(end));
            if start.len() >= end.len() {
                known.by_start.entry(start).or_default().push(number);
                known.starts.insert(start.len());
            } else {
                known.by_end.entry(end).or_default().push(number);
                known.ends.insert(end.len());
            }
        }
    }

    /// The patterns that begin or end as a text does.
    fn candidates(&self, text: &str) -> impl Iterator<Item = &Pattern> {
        let starts = self.starts.iter().filter_map(|length| self.by_start.get(text.get(..*length)?));
        let ends = self
            .ends
            .iter()
            .filter_map(|length| self.by_end.get(text.get(text.len().checked_sub(*length)?..)?));
        starts.chain(ends).flatten().filter_map(|number| self.patterns.get(*number))
    }

    fn say(&self, language: Language, english: &str) -> Option<Put> {
        Looking::new(self, language).say(english, 0)
    }
}

/// One message that is being said.
struct Looking<'k> {
    known: &'k Known,
    language: usize,
    /// How many patterns it may still be held against.
    left: Cell<u32>,
}

impl<'k> Looking<'k> {
    fn new(known: &'k Known, language: Language) -> Self {
        Self { known, language: language.number(), left: Cell::new(MOST_ATTEMPTS) }
    }

    fn say(&self, text: &str, depth: usize) -> Option<Put> {
        if text.len() > LONGEST || depth > DEEPEST {
            return None;
        }
        match self.find(text) {
            Some((pattern, arguments)) => {
                let put = self.put(pattern, &arguments, depth);
                Some(Put { recognised: put.recognised + pattern.weight, ..put })
            }
            // A name, most likely: nothing joins messages without a space.
            None if !text.contains(' ') => None,
            None => self.take_apart(text, depth),
        }
    }

    /// What varies in a text that has the shape of this pattern.
    fn hold<'t>(&self, pattern: &Pattern, text: &'t str, joint: usize) -> Option<Arguments<'t>> {
        self.left.set(self.left.get().checked_sub(cost(text))?);
        arguments(pattern.lines[0], text, joint)
    }

    /// The pattern that has the most of a text's letters.
    fn find<'t>(&self, text: &'t str) -> Option<(&'k Pattern, Arguments<'t>)> {
        let mut best: Option<(&Pattern, Arguments<'t>)> = None;
        for pattern in self.known.candidates(text) {
            if best.as_ref().is_none_or(|(best, _)| best.weight < pattern.weight)
                && let Some(arguments) = self.hold(pattern, text, 0)
            {
                best = Some((pattern, arguments));
            }
        }
        best
    }

    /// What is joined, taken apart where the most of it is recognised.
    fn take_apart(&self, text: &str, depth: usize) -> Option<Put> {
        let mut best = Put::default();
        for glue in self.known.patterns.iter().take(self.known.glue) {
            for arguments in (0..MOST_JOINTS).map_while(|joint| self.hold(glue, text, joint)) {
                let put = self.put(glue, &arguments, depth);
                if put.is_whole && put.recognised > 0 {
                    return Some(put);
                }
                if put.recognised > best.recognised {
                    best = put;
                }
            }
        }
        (best.recognised > 0).then_some(best)
    }

    /// A pattern with its arguments.
    fn put(&self, pattern: &Pattern, arguments: &Arguments<'_>, depth: usize) -> Put {
        let [english, ..] = pattern.lines;
        let mut put = Put { is_whole: true, ..Put::default() };
        let mut parts = arguments.map(|argument| argument.map(Put::name));
        let mut before = '\0';
        for letter in english.chars() {
            if let Some(number) = number(letter)
                && let (Some(Some(text)), Some(part)) = (arguments.get(number), parts.get_mut(number))
                && !is_name(letter)
                && !QUOTES.contains(&before)
            {
                let inner = self.say(text, depth + 1).unwrap_or_else(|| Put::unknown(text));
                put.recognised += inner.recognised;
                put.is_whole &= inner.is_whole;
                *part = Some(inner);
            }
            before = letter;
        }
        let line = pattern.lines.get(self.language).copied().unwrap_or(english);
        for letter in line.chars() {
            match number(letter) {
                Some(number) => {
                    let Some(Some(part)) = parts.get(number) else { continue };
                    let start = put.said.len();
                    put.foreign.extend(part.foreign.iter().map(|part| start + part.start..start + part.end));
                    put.said.push_str(&part.said);
                }
                None => put.said.push(letter),
            }
        }
        put
    }
}

/// A pattern that is said.
#[derive(Debug, Default)]
struct Put {
    said: String,
    /// Where it is still English.
    foreign: Vec<Range<usize>>,
    /// How many bytes of what was said are recognised.
    recognised: usize,
    /// Whether all of the arguments are recognised, but for names.
    is_whole: bool,
}

impl Put {
    /// What is the same in every language.
    fn name(text: &str) -> Self {
        Self { said: text.to_owned(), is_whole: true, ..Self::default() }
    }

    /// What is not recognised: several words are no name, and several names no words.
    fn unknown(text: &str) -> Self {
        let mut put = Self::name(text);
        let mut words = text.split('`').step_by(2).flat_map(|part| part.split(' '));
        let is_word = |word: &str| word.len() > 1 && word.chars().all(char::is_alphabetic);
        if text.contains(' ') && words.any(is_word) {
            put.foreign.push(0..text.len());
            put.is_whole = false;
        }
        put
    }
}

/// What varies in a text that has the shape of a line; with a joint, from its so-manieth occurrence of what follows the
/// first argument. `None` where it has another shape.
fn arguments<'t>(line: &str, text: &'t str, joint: usize) -> Option<Arguments<'t>> {
    let mut found = [None; MOST_ARGUMENTS];
    let mut pieces = line.split_inclusive(char::is_control);
    let mut joint = Some(joint).filter(|joint| *joint > 0);
    let first = pieces.next()?;
    let (first, mut argument) = cut(first);
    let mut rest = text.strip_prefix(first)?;
    let mut before = first;
    while let Some(place) = argument {
        let (piece, next) = cut(pieces.next().unwrap_or_default());
        let value = if next.is_none() {
            if joint.is_some() && !piece.is_empty() {
                return None;
            }
            std::mem::take(&mut rest).strip_suffix(piece)?
        } else {
            let (at, _) = rest.match_indices(piece).nth(joint.take().unwrap_or_default())?;
            let (value, after) = rest.split_at_checked(at)?;
            rest = after.get(piece.len()..)?;
            value
        };
        if found.get_mut(place)?.replace(value).is_some_and(|other| other != value)
            || (before.ends_with('(') && !is_whole(value))
        {
            return None;
        }
        (before, argument) = (piece, next);
    }
    (rest.is_empty()).then_some(found)
}

/// Whether a text in brackets is one without those: none ends in it that did not begin there.
fn is_whole(text: &str) -> bool {
    let depths = text.chars().scan(0_i32, |depth, letter| {
        *depth += i32::from(letter == '(') - i32::from(letter == ')');
        Some(*depth)
    });
    depths.min().unwrap_or_default() >= 0
}

/// A piece of a line, and the argument that ends it.
fn cut(piece: &str) -> (&str, Option<usize>) {
    match piece.chars().next_back().and_then(number) {
        Some(argument) => (piece.get(..piece.len() - 1).unwrap_or_default(), Some(argument)),
        None => (piece, None),
    }
}

/// Which argument this is.
fn number(letter: char) -> Option<usize> {
    let first = if is_name(letter) { FIRST_NAME } else { FIRST_ARGUMENT };
    letter.is_control().then(|| usize::try_from(u32::from(letter).checked_sub(first)?).ok())?
}

/// Whether this is an argument that is never a message.
fn is_name(letter: char) -> bool {
    letter.is_control() && u32::from(letter) >= FIRST_NAME
}

/// What it takes to hold a text against a pattern: it is read for each of the pattern's pieces.
fn cost(text: &str) -> u32 {
    u32::try_from(text.len() / A_READING).unwrap_or(u32::MAX).saturating_add(1)
}

fn first_bytes(text: &str) -> &str {
    ANCHORS.into_iter().find_map(|length| text.get(..length)).unwrap_or_default()
}

fn last_bytes(text: &str) -> &str {
    ANCHORS.into_iter().find_map(|length| text.get(text.len().checked_sub(length)?..)).unwrap_or_default()
}

#[cfg(test)]
mod complete;
#[cfg(test)]
mod findings;
#[cfg(test)]
mod mistakes;
#[cfg(test)]
mod refusals;
#[cfg(test)]
mod sources;

#[cfg(test)]
mod tests;
