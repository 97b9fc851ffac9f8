//! The words of a rule, cut as Go's scanner cuts them.

use std::{iter::Peekable, str::CharIndices};

use super::RuleError;

/// A word of a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Word {
    Name(String),
    Text(String),
    Open,
    Close,
    Comma,
    And,
    Or,
    Not,
    /// A line break where a Go statement could end: Go puts a semicolon there.
    LineEnd,
    End,
}

/// Reads one word after the other.
#[derive(Debug)]
pub(super) struct Scanner<'a> {
    text: &'a str,
    chars: Peekable<CharIndices<'a>>,
    /// Whether the last word could end a statement, so that a line break counts.
    can_end: bool,
}

const QUOTES: &str = "write the value between backticks, like Host(`example.com`)";

impl<'a> Scanner<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        let mut chars = text.char_indices().peekable();
        // Go allows a byte order mark, but only as the first character.
        chars.next_if(|&(_, c)| c == '\u{feff}');
        Self { text, chars, can_end: false }
    }

    fn offset(&mut self) -> usize {
        self.chars.peek().map_or(self.text.len(), |&(offset, _)| offset)
    }

    fn next_char(&mut self) -> Option<char> {
        self.chars.next().map(|(_, c)| c)
    }

    fn next_is(&mut self, expected: char) -> bool {
        self.chars.next_if(|&(_, c)| c == expected).is_some()
    }

    /// The next word and the byte at which it starts.
    pub(super) fn next_word(&mut self) -> Result<(usize, Word), RuleError> {
        loop {
            let start = self.offset();
            let Some(c) = self.next_char() else { return Ok((start, Word::End)) };
            let word = match c {
                '\n' if self.can_end => Word::LineEnd,
                ' ' | '\t' | '\r' | '\n' => continue,
                '/' if self.next_is('/') => {
                    self.line_comment(start)?;
                    continue;
                }
                '/' if self.next_is('*') => {
                    if self.block_comment(start)? && self.can_end {
                        Word::LineEnd
                    } else {
                        continue;
                    }
                }
                '(' => Word::Open,
                ')' => Word::Close,
                ',' => Word::Comma,
                '&' if self.next_is('&') => Word::And,
                '|' if self.next_is('|') => Word::Or,
                '!' if self.chars.peek().is_none_or(|&(_, next)| next != '=') => Word::Not,
                '`' => Word::Text(self.raw_text(start)?),
                '"' => Word::Text(self.quoted_text(start)?),
                c if is_name(c) => Word::Name(self.name(c)),
                c => return Err(unexpected(start, c)),
            };
            self.can_end = matches!(word, Word::Name(_) | Word::Text(_) | Word::Close);
            return Ok((start, word));
        }
    }

    fn name(&mut self, first: char) -> String {
        let mut name = String::from(first);
        while let Some((_, c)) = self.chars.next_if(|&(_, c)| is_name(c) || c.is_ascii_digit()) {
            name.push(c);
        }
        name
    }

    fn line_comment(&mut self, start: usize) -> Result<(), RuleError> {
        self.no_line_directive(start)?;
        while let Some((offset, c)) = self.chars.next_if(|&(_, c)| c != '\n') {
            printable(offset, c)?;
        }
        Ok(())
    }

    /// Reads to the comment's end; says whether it held a line break.
    fn block_comment(&mut self, start: usize) -> Result<bool, RuleError> {
        self.no_line_directive(start)?;
        let mut breaks = false;
        while let Some((offset, c)) = self.chars.next() {
            printable(offset, c)?;
            breaks |= c == '\n';
            if c == '*' && self.next_is('/') {
                return Ok(breaks);
            }
        }
        Err(RuleError::new(start, "the comment does not end", "close it with */"))
    }

    /// `//line` and `/*line` are orders to Go's scanner, which it may refuse.
    fn no_line_directive(&self, start: usize) -> Result<(), RuleError> {
        let body = self.text.get(start + 2..).unwrap_or_default();
        if body.starts_with("line ") {
            return Err(RuleError::new(
                start,
                "a comment may not begin with `line`",
                "put a space before it",
            ));
        }
        Ok(())
    }

    fn raw_text(&mut self, start: usize) -> Result<String, RuleError> {
        let mut text = String::new();
        for (offset, c) in self.chars.by_ref() {
            match c {
                '`' => return Ok(text),
                '\r' => {}
                c => text.push(printable(offset, c)?),
            }
        }
        Err(RuleError::new(start, "the value does not end", "close it with a backtick"))
    }

    fn quoted_text(&mut self, start: usize) -> Result<String, RuleError> {
        let mut text = String::new();
        while let Some((offset, c)) = self.chars.next() {
            match c {
                '"' => return Ok(text),
                '\n' => break,
                '\\' => text.push(self.escape(offset)?),
                c => text.push(printable(offset, c)?),
            }
        }
        Err(RuleError::new(start, "the value does not end on its line", "close it with \""))
    }

    fn escape(&mut self, start: usize) -> Result<char, RuleError> {
        let wrong = || {
            RuleError::new(
                start,
                "this is no escape that Go knows",
                "write the value between backticks, where \\ stands for itself",
            )
        };
        let code = match self.next_char().ok_or_else(wrong)? {
            'a' => 0x07,
            'b' => 0x08,
            'f' => 0x0c,
            'n' => 0x0a,
            'r' => 0x0d,
            't' => 0x09,
            'v' => 0x0b,
            '\\' => 0x5c,
            '"' => 0x22,
            c @ '0'..='7' => {
                let first = c.to_digit(8).ok_or_else(wrong)?;
                first * 64 + self.digits(2, 8).ok_or_else(wrong)?
            }
            'x' => self.digits(2, 16).ok_or_else(wrong)?,
            'u' => return self.digits(4, 16).and_then(char::from_u32).ok_or_else(wrong),
            'U' => return self.digits(8, 16).and_then(char::from_u32).ok_or_else(wrong),
            _ => return Err(wrong()),
        };
        // `\xff` and `\377` are bytes in Go, not characters: only the ASCII ones are text.
        if code < 0x80 { char::from_u32(code).ok_or_else(wrong) } else { Err(wrong()) }
    }

    fn digits(&mut self, count: usize, radix: u32) -> Option<u32> {
        let mut value: u32 = 0;
        for _ in 0..count {
            let digit = self.next_char()?.to_digit(radix)?;
            value = value.checked_mul(radix)?.checked_add(digit)?;
        }
        Some(value)
    }
}

fn is_name(c: char) -> bool {
    c == '_' || c.is_alphabetic()
}

/// Go's scanner refuses NUL everywhere and a byte order mark everywhere but at the start.
fn printable(offset: usize, c: char) -> Result<char, RuleError> {
    match c {
        '\0' | '\u{feff}' => {
            Err(RuleError::new(offset, "an invisible character is not allowed", "remove it"))
        }
        c => Ok(c),
    }
}

fn unexpected(offset: usize, c: char) -> RuleError {
    match c {
        '\'' => RuleError::new(offset, "single quotes are not allowed", QUOTES),
        '&' => RuleError::new(offset, "a single & means nothing", "write && for \"and\""),
        '|' => RuleError::new(offset, "a single | means nothing", "write || for \"or\""),
        c if c.is_ascii_digit() => RuleError::new(offset, "a number stands alone", QUOTES),
        c => RuleError::new(
            offset,
            format!("{c:?} is not allowed here"),
            "a rule is made of matchers like Host(`example.com`), &&, ||, ! and parentheses",
        ),
    }
}
