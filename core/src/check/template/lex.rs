//! The words of a template, as Go's lexer divides it.

use std::ops::Range;

/// What a [`Token`] is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// What stands between actions.
    Text,
    /// `{{`, with what trims.
    Open,
    /// `}}`, with what trims.
    Close,
    Space,
    Keyword,
    Identifier,
    Nil,
    Bool,
    Dot,
    /// `.name`.
    Field,
    /// `$` or `$name`.
    Variable,
    Number,
    /// `'a'`.
    Character,
    /// `"…"` or a raw string.
    Quoted,
    /// `=`.
    Assign,
    /// `:=`.
    Declare,
    Pipe,
    LeftParen,
    RightParen,
    /// Any other character; only the comma has a meaning, and that once.
    Other,
    End,
    /// What cannot be read at all, as what the template does.
    Wrong(&'static str),
}

/// One word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Token {
    pub(super) kind: Kind,
    pub(super) span: Range<usize>,
}

/// Reads the words of a text, one after the other.
#[derive(Debug)]
pub(super) struct Lexer<'a> {
    text: &'a str,
    at: usize,
    is_inside: bool,
    parens: usize,
}

impl<'a> Lexer<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { text, at: 0, is_inside: false, parens: 0 }
    }

    /// The next word; at the end, [`Kind::End`] for ever.
    pub(super) fn next(&mut self) -> Token {
        loop {
            let start = self.at;
            let kind = if self.is_inside { Some(self.inside()) } else { self.outside() };
            if let Some(kind) = kind {
                return Token { kind, span: start..self.at };
            }
        }
    }

    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn take(&mut self, is_meant: impl Fn(char) -> bool) -> bool {
        let found = self.peek().filter(|&c| is_meant(c));
        self.at += found.map_or(0, char::len_utf8);
        found.is_some()
    }

    fn take_all(&mut self, is_meant: impl Fn(char) -> bool) {
        while self.take(&is_meant) {}
    }

    /// Text, the beginning of an action, or nothing where a comment is.
    fn outside(&mut self) -> Option<Kind> {
        let rest = self.rest();
        let Some(found) = rest.find("{{") else {
            self.at = self.text.len();
            return Some(if rest.is_empty() { Kind::End } else { Kind::Text });
        };
        if found > 0 {
            self.at += found;
            return Some(Kind::Text);
        }
        let after = rest.get(2..).unwrap_or_default();
        let trims = after.starts_with('-') && after.chars().nth(1).is_some_and(is_space);
        let width = if trims { 4 } else { 2 };
        let Some(comment) = rest.get(width..).and_then(|rest| rest.strip_prefix("/*")) else {
            // The space behind a dash that trims is read again, and means nothing.
            self.at += if trims { 3 } else { 2 };
            (self.is_inside, self.parens) = (true, 0);
            return Some(Kind::Open);
        };
        let Some(length) = comment.find("*/") else {
            return Some(Kind::Wrong("holds a comment that is never closed"));
        };
        self.at += width + 2 + length + 2;
        match self.closing() {
            Some(width) => {
                self.at += width;
                None
            }
            None => Some(Kind::Wrong("holds a comment that does not end in `*/}}`")),
        }
    }

    /// The width of the end of an action, if one is here.
    fn closing(&self) -> Option<usize> {
        let rest = self.rest();
        if rest.starts_with("}}") {
            return Some(2);
        }
        rest.strip_prefix(is_space)?.starts_with("-}}").then_some(4)
    }

    fn inside(&mut self) -> Kind {
        if let Some(width) = self.closing() {
            if self.parens > 0 {
                return Kind::Wrong("holds a parenthesis that is never closed");
            }
            self.at += width;
            self.is_inside = false;
            return Kind::Close;
        }
        let rest = self.rest();
        let Some(next) = rest.chars().next() else { return Kind::Wrong("is never closed with `}}`") };
        if is_space(next) {
            // The last space before a dash that trims belongs to the end of the action.
            while self.closing().is_none() && self.take(is_space) {}
            return Kind::Space;
        }
        let follows_digit = rest.chars().nth(1).is_some_and(|c| c.is_ascii_digit());
        match next {
            '.' if !follows_digit => self.named(1, Kind::Dot, Kind::Field),
            '.' | '+' | '-' | '0'..='9' => self.number(),
            '$' => self.named(1, Kind::Variable, Kind::Variable),
            '"' => self.quoted('"', Kind::Quoted, "holds a string that is not closed on its line"),
            '\'' => self.quoted('\'', Kind::Character, "holds a character that is not closed on its line"),
            '`' => self.raw(),
            _ if is_letter(next) => self.word(),
            _ => self.sign(next),
        }
    }

    fn sign(&mut self, next: char) -> Kind {
        self.at += next.len_utf8();
        match next {
            '=' => Kind::Assign,
            ':' if self.take(|c| c == '=') => Kind::Declare,
            ':' => Kind::Wrong("holds a colon without `=`"),
            '|' => Kind::Pipe,
            '(' => {
                self.parens += 1;
                Kind::LeftParen
            }
            ')' if self.parens == 0 => Kind::Wrong("closes a parenthesis that it has not opened"),
            ')' => {
                self.parens -= 1;
                Kind::RightParen
            }
            _ if next.is_ascii_graphic() => Kind::Other,
            _ => Kind::Wrong("holds a character that Go templates do not allow there"),
        }
    }

    /// A name behind a sign, or the sign alone.
    fn named(&mut self, sign: usize, alone: Kind, with_name: Kind) -> Kind {
        self.at += sign;
        let start = self.at;
        self.take_all(is_letter);
        self.ended(if self.at == start { alone } else { with_name })
    }

    fn word(&mut self) -> Kind {
        let start = self.at;
        self.take_all(is_letter);
        let kind = match self.text.get(start..self.at).unwrap_or_default() {
            "nil" => Kind::Nil,
            "true" | "false" => Kind::Bool,
            "block" | "break" | "continue" | "define" | "else" | "end" | "if" | "range" | "template"
            | "with" => Kind::Keyword,
            _ => Kind::Identifier,
        };
        self.ended(kind)
    }

    /// A word, where nothing follows that cannot follow one.
    fn ended(&self, kind: Kind) -> Kind {
        let rest = self.rest();
        let may_follow = |c: char| is_space(c) || matches!(c, '.' | ',' | '|' | ':' | ')' | '(');
        if rest.is_empty() || rest.starts_with(may_follow) || rest.starts_with("}}") {
            kind
        } else {
            Kind::Wrong("holds a name with a character that no name may have")
        }
    }

    fn number(&mut self) -> Kind {
        const BAD: Kind = Kind::Wrong("holds a number that Go does not read");
        if !self.simple_number() {
            return BAD;
        }
        // Two make a complex one.
        if self.rest().starts_with(['+', '-']) {
            let is_imaginary =
                self.simple_number() && self.text.get(..self.at).is_some_and(|t| t.ends_with('i'));
            return if is_imaginary { Kind::Number } else { BAD };
        }
        Kind::Number
    }

    fn simple_number(&mut self) -> bool {
        let is_sign = |c| matches!(c, '+' | '-');
        let (mut base, decimal) = (10, |c: char| c.is_ascii_digit() || c == '_');
        self.take(is_sign);
        if self.take(|c| c == '0') {
            base = match self.peek() {
                Some('x' | 'X') => 16,
                Some('o' | 'O') => 8,
                Some('b' | 'B') => 2,
                _ => 10,
            };
            if base != 10 {
                self.at += 1;
            }
        }
        let is_digit = |c: char| c.is_digit(base) || c == '_';
        self.take_all(is_digit);
        if self.take(|c| c == '.') {
            self.take_all(is_digit);
        }
        let has_exponent = (base == 10 && self.take(|c| matches!(c, 'e' | 'E')))
            || (base == 16 && self.take(|c| matches!(c, 'p' | 'P')));
        if has_exponent {
            self.take(is_sign);
            self.take_all(decimal);
        }
        self.take(|c| c == 'i');
        !self.peek().is_some_and(is_letter)
    }

    fn quoted(&mut self, quote: char, kind: Kind, unclosed: &'static str) -> Kind {
        let mut escaped = false;
        for (offset, next) in self.rest().char_indices().skip(1) {
            match next {
                '\n' => break,
                _ if escaped => escaped = false,
                '\\' => escaped = true,
                _ if next == quote => {
                    self.at += offset + 1;
                    return kind;
                }
                _ => {}
            }
        }
        Kind::Wrong(unclosed)
    }

    fn raw(&mut self) -> Kind {
        match self.rest().get(1..).and_then(|rest| rest.find('`')) {
            Some(length) => {
                self.at += length + 2;
                Kind::Quoted
            }
            None => Kind::Wrong("holds a raw string that is never closed"),
        }
    }
}

fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\r' | '\n')
}

fn is_letter(c: char) -> bool {
    c == '_' || c.is_alphanumeric()
}
