//! Nothing that the program says is forgotten, and nothing is in the catalogues that it does not say any more.

#![expect(clippy::unwrap_used, reason = "tests")]

use std::collections::BTreeSet;

use super::{
    Known, arguments,
    sources::{self, Text, VARIES},
};
use crate::words::SAID;

/// Where the program's sentences are.
const SOURCES: &[&str] = &["core/src", "adapters/http/src", "adapters/yaml/src"];
/// So many words make a sentence.
const WORDS: usize = 3;

fn sample(line: &str) -> String {
    let mut number = 0;
    line.chars().fold(String::new(), |mut text, letter| {
        if letter.is_control() && letter != '\n' {
            number += 1;
            text.push_str(&format!("zz{number}"));
        } else {
            text.push(letter);
        }
        text
    })
}

fn is_sentence(text: &Text) -> bool {
    let words = text.line.split([' ', '\n', VARIES]).filter(|word| {
        let word = word.trim_matches(|letter: char| ".,:;()".contains(letter));
        !word.is_empty() && word.chars().all(|letter| letter.is_alphabetic() || letter == '\'')
    });
    words.count() >= if text.is_error { 1 } else { WORDS }
}

/// Whether nothing of a text would stay English.
fn is_said(known: &Known, text: &str) -> bool {
    let has_words = text
        .split(|letter: char| !letter.is_alphanumeric())
        .any(|word| word.len() > 1 && !word.starts_with("zz"));
    if !has_words {
        return true;
    }
    if let Some((pattern, found)) = known.find(text) {
        return pattern.lines[0] == text || found.iter().flatten().all(|part| is_said(known, part));
    }
    known.patterns.iter().take(known.glue).any(|glue| {
        (0..super::MOST_JOINTS)
            .map_while(|joint| arguments(glue.lines[0], text, joint))
            .any(|found| found.iter().flatten().all(|part| is_said(known, part)))
    })
}

#[test]
fn every_sentence_of_the_program_is_said_in_every_language() {
    let known = Known::all();
    let texts = sources::texts(SOURCES);
    let mut forgotten = BTreeSet::new();
    for text in texts.iter().filter(|text| is_sentence(text)) {
        if !is_said(known, &sample(&text.line)) {
            forgotten.insert(format!("{} {:?}", text.file.display(), text.line));
        }
    }
    assert!(
        forgotten.is_empty(),
        "{}:\n{}",
        forgotten.len(),
        forgotten.into_iter().collect::<Vec<_>>().join("\n")
    );
}

#[test]
fn every_sentence_of_the_catalogues_is_the_programs() {
    let texts = sources::texts(SOURCES);
    let is_there = |line: &str| {
        let (mut pieces, sample) = (line.split(char::is_control), sample(line));
        pieces.all(|piece| texts.iter().any(|text| text.line.contains(piece)))
            || texts.iter().any(|text| {
                let letters = text.line.chars().filter(|letter| letter.is_alphabetic()).count();
                letters > 5 && arguments(&text.line, &sample, 0).is_some()
            })
    };
    let dead: Vec<&str> = SAID[0].lines().filter(|line| !is_there(line)).collect();
    assert!(dead.is_empty(), "{}:\n{}", dead.len(), dead.join("\n"));
}
