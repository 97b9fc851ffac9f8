//! What the program says by itself, in other languages: refusals, findings and errors.
//!
//! They are made in English, far from any page, and so a page recognises them: a message with an id `said-…` is in
//! English what the program says, with an argument for each part that varies, and in every other language how that is
//! said. They are plain text, no markup, and nothing selects in them.
//!
//! They are no part of a catalogue's Fluent text, which is read into memory, but go into the program as one text for each
//! language, a message in each line: an argument is a control character there, [`FIRST_ARGUMENT`] and those after it, or
//! [`FIRST_NAME`] and those after it where it is a name.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
    path::Path,
};

use fluent_syntax::{
    ast::{Entry, Expression, InlineExpression, Message, PatternElement, Resource},
    unicode::unescape_unicode_to_string,
};

/// The ids begin with this.
const SAID: &str = "said-";
/// These join others and so have hardly a word of their own.
const GLUE: &str = "said-glue-";
/// What is not glue has at least so many letters.
const LEAST: usize = 4;
/// The first argument of a message in the text; those after it follow.
const FIRST_ARGUMENT: u32 = 1;
/// There are as many control characters before a line's end.
const MOST_ARGUMENTS: usize = 9;
/// The same for arguments that are names; it and those after it end no line either.
const FIRST_NAME: u32 = 14;
/// Arguments that are called so are names and values, never messages, even where they read like one.
const NAMES: [&str; 9] = ["address", "file", "host", "issuer", "key", "name", "names", "path", "value"];

/// A message in pieces.
pub(crate) type Words = Vec<Piece>;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Piece {
    Text(String),
    Argument(String),
}

/// Takes these messages out of a catalogue.
pub(crate) fn take(resource: &mut Resource<&str>) -> Result<BTreeMap<String, Words>, String> {
    let mut said = BTreeMap::new();
    for entry in &resource.body {
        let Entry::Message(message) = entry else { continue };
        let id = message.id.name;
        if id.starts_with(SAID) {
            let words = words(message).map_err(|fault| format!("{id}: {fault}"))?;
            if said.insert(id.to_owned(), words).is_some() {
                return Err(format!("{id} is there twice"));
            }
        }
    }
    resource
        .body
        .retain(|entry| !matches!(entry, Entry::Message(message) if message.id.name.starts_with(SAID)));
    Ok(said)
}

fn words(message: &Message<&str>) -> Result<Words, String> {
    if !message.attributes.is_empty() {
        return Err("what the program says has no attributes".to_owned());
    }
    let mut words: Words = Vec::new();
    for element in message.value.iter().flat_map(|pattern| &pattern.elements) {
        let text = match element {
            PatternElement::TextElement { value } => (*value).to_owned(),
            PatternElement::Placeable {
                expression: Expression::Inline(InlineExpression::StringLiteral { value }),
            } => unescape_unicode_to_string(value).into_owned(),
            PatternElement::Placeable {
                expression: Expression::Inline(InlineExpression::VariableReference { id }),
            } => {
                if matches!(words.last(), Some(Piece::Argument(_))) {
                    return Err("there is nothing between two arguments".to_owned());
                }
                words.push(Piece::Argument(id.name.to_owned()));
                continue;
            }
            PatternElement::Placeable { .. } => {
                return Err("what the program says has only text and arguments".to_owned());
            }
        };
        if text.chars().any(char::is_control) {
            return Err("what the program says is in one line".to_owned());
        }
        match words.last_mut() {
            Some(Piece::Text(before)) => before.push_str(&text),
            _ => words.push(Piece::Text(text)),
        }
    }
    if arguments(&words).len() > MOST_ARGUMENTS {
        return Err(format!("there are more than {MOST_ARGUMENTS} arguments"));
    }
    Ok(words)
}

/// The names of the arguments, each once, in the order in which they come first.
fn arguments(words: &Words) -> Vec<&str> {
    let mut names = Vec::new();
    for piece in words {
        if let Piece::Argument(name) = piece
            && !names.contains(&name.as_str())
        {
            names.push(name.as_str());
        }
    }
    names
}

/// A message as it goes into the program; the names say which argument is the first.
fn line(words: &Words, names: &[&str]) -> String {
    let mut line = String::new();
    for piece in words {
        match piece {
            Piece::Text(text) => line.push_str(text),
            Piece::Argument(name) => {
                let number = names.iter().position(|known| known == name).unwrap_or_default();
                let first = if NAMES.contains(&name.as_str()) { FIRST_NAME } else { FIRST_ARGUMENT };
                line.extend(u32::try_from(number).ok().and_then(|number| char::from_u32(first + number)));
            }
        }
    }
    line
}

/// What could not be told from one another, or recognised at all.
pub(crate) fn check(english: &BTreeMap<String, Words>, faults: &mut String) {
    let mut lines: BTreeMap<String, &str> = BTreeMap::new();
    for (id, words) in english {
        let line = line(words, &[]);
        let letters = line.chars().filter(|letter| letter.is_alphabetic()).count();
        let is_open = line.starts_with(char::is_control) || line.ends_with(char::is_control);
        if is_open && letters < LEAST && !id.starts_with(GLUE) {
            let _ = writeln!(faults, "{id} has hardly a word of its own; is it glue?");
        }
        let shape = line.replace(char::is_control, "\u{1}");
        if let Some(other) = lines.insert(shape, id) {
            let _ = writeln!(faults, "{id} is in English the same as {other}");
        }
    }
}

/// That both languages say the same messages with the same arguments.
pub(crate) fn compare(
    english: &BTreeMap<String, Words>,
    other: &BTreeMap<String, Words>,
    path: &Path,
    faults: &mut String,
) {
    let file = path.display();
    for (id, words) in english {
        let wanted: BTreeSet<&str> = arguments(words).into_iter().collect();
        let fault = match other.get(id) {
            None => format!("{file}: {id} is missing"),
            Some(words) => {
                let told: BTreeSet<&str> = arguments(words).into_iter().collect();
                if told == wanted {
                    continue;
                }
                format!("{file}: {id} is told {told:?}, and in English {wanted:?}")
            }
        };
        let _ = writeln!(faults, "{fault}");
    }
    for id in other.keys().filter(|id| !english.contains_key(*id)) {
        let _ = writeln!(faults, "{file}: {id} is not there in English");
    }
}

/// What the program says, as Rust: a text for each language, the same message in the same line of each, glue before all
/// others and the longest first.
pub(crate) fn table<'c>(
    catalogues: impl Iterator<Item = &'c BTreeMap<String, Words>>,
    english: &BTreeMap<String, Words>,
) -> String {
    let (mut glue, others): (Vec<_>, Vec<_>) = english.iter().partition(|(id, _)| id.starts_with(GLUE));
    glue.sort_by_key(|(_, words)| Reverse(line(words, &[]).len()));
    let number = glue.len();
    let all = [glue, others].concat();
    let mut code = format!(
        "pub(crate) const GLUE: usize = {number};\n\
         pub(crate) const FIRST_ARGUMENT: u32 = {FIRST_ARGUMENT};\n\
         pub(crate) const FIRST_NAME: u32 = {FIRST_NAME};\n\
         pub(crate) const MOST_ARGUMENTS: usize = {MOST_ARGUMENTS};\n"
    );
    code.push_str("pub(crate) static SAID: [&str; CATALOGUES.len()] = [\n");
    for catalogue in catalogues {
        let lines = all.iter().filter_map(|(id, words)| Some(line(catalogue.get(*id)?, &arguments(words))));
        let _ = writeln!(code, "    {:?},", lines.collect::<Vec<_>>().join("\n"));
    }
    code.push_str("];\n");
    code
}
