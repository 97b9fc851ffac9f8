//! Go templates, which Traefik runs over a dynamic file before it reads the YAML.
//!
//! An action such as `{{ env "DOMAIN" }}` is hidden behind filler of the same length, so that the YAML around
//! it can be read and every offset stays true. An action that decides the document's shape makes the file one
//! that only Traefik can read; it is refused with the place, and the file stays editable as text.

use std::{borrow::Cow, ops::Range};

use traefik_manager_core::{config::edit::SyntaxError, tree::position};

/// A letter: safe in a plain scalar, in quotes and in a comment.
const FILLER: u8 = b'x';

/// A text with its template actions hidden.
#[derive(Debug)]
pub(crate) struct Masked<'a> {
    /// The text to read as YAML, of the same length as the original.
    pub(crate) text: Cow<'a, str>,
    /// Where the actions are, in order.
    pub(crate) actions: Vec<Range<usize>>,
}

impl<'a> Masked<'a> {
    /// The text as it stands, for files that Traefik does not run as templates.
    pub(crate) fn none(text: &'a str) -> Self {
        Self { text: Cow::Borrowed(text), actions: Vec::new() }
    }

    /// Hides the actions of a text.
    pub(crate) fn new(text: &'a str) -> Result<Self, SyntaxError> {
        let mut actions = Vec::new();
        let mut from = 0;
        while let Some(found) = text[from..].find("{{") {
            let start = from + found;
            let end = Action { text, start, at: start + 2 }.end()?;
            actions.push(start..end);
            from = end;
        }
        if actions.is_empty() {
            return Ok(Self::none(text));
        }
        let mut hidden = String::with_capacity(text.len());
        let mut from = 0;
        for action in &actions {
            hidden.push_str(&text[from..action.start]);
            hidden.extend(action.clone().map(|_| char::from(FILLER)));
            from = action.end;
        }
        hidden.push_str(&text[from..]);
        Ok(Self { text: Cow::Owned(hidden), actions })
    }
}

/// One action, read as Go's `text/template` lexer reads it.
struct Action<'a> {
    text: &'a str,
    start: usize,
    at: usize,
}

impl Action<'_> {
    /// The offset behind `}}`.
    fn end(mut self) -> Result<usize, SyntaxError> {
        let rest = self.rest();
        if rest.starts_with("- ")
            || rest.starts_with("-\n")
            || rest.starts_with("-\t")
            || rest.starts_with("-\r")
        {
            return Err(self.shapes("trims the text around it (`{{-`)"));
        }
        if rest.starts_with("/*") {
            return self.comment();
        }
        self.keyword()?;
        loop {
            let rest = self.rest();
            let Some(next) = rest.chars().next() else { return Err(self.fails("is never closed with `}}`")) };
            match next {
                '}' if rest.starts_with("}}") => return Ok(self.at + 2),
                '"' | '\'' => self.quoted(next)?,
                '`' => match rest[1..].find('`') {
                    Some(length) if rest[1..=length].contains('\n') => return Err(self.spans_lines()),
                    Some(length) => self.at += length + 2,
                    None => return Err(self.fails("holds a raw string that is never closed")),
                },
                '\n' => return Err(self.spans_lines()),
                '=' => return Err(self.shapes("assigns a variable")),
                '\\' => return Err(self.fails("holds a backslash, which Go templates do not allow there")),
                ' ' | '\t' if rest[1..].starts_with("-}}") => {
                    return Err(self.shapes("trims the text around it (`-}}`)"));
                }
                _ => self.at += next.len_utf8(),
            }
        }
    }

    fn rest(&self) -> &str {
        &self.text[self.at..]
    }

    fn keyword(&self) -> Result<(), SyntaxError> {
        let rest = self.rest().trim_start();
        let length = rest.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_').count();
        match &rest[..length] {
            "range" | "if" | "else" | "end" | "with" | "define" | "block" | "template" | "break"
            | "continue" => Err(self.shapes("decides which lines the file has")),
            _ => Ok(()),
        }
    }

    fn comment(self) -> Result<usize, SyntaxError> {
        let Some(length) = self.rest().find("*/") else {
            return Err(self.fails("holds a comment that is never closed"));
        };
        if self.rest()[..length].contains('\n') {
            return Err(self.spans_lines());
        }
        let end = self.at + length + 2;
        let after = &self.text[end..];
        if after.starts_with("}}") {
            Ok(end + 2)
        } else if after.starts_with(" -}}") {
            Err(self.shapes("trims the text around it (`-}}`)"))
        } else {
            Err(self.fails("holds a comment that does not end in `*/}}`"))
        }
    }

    fn quoted(&mut self, quote: char) -> Result<(), SyntaxError> {
        let mut escaped = false;
        for (offset, next) in self.rest().char_indices().skip(1) {
            match next {
                '\n' => break,
                _ if escaped => escaped = false,
                '\\' => escaped = true,
                _ if next == quote => {
                    self.at += offset + 1;
                    return Ok(());
                }
                _ => {}
            }
        }
        Err(self.fails("holds a string that is not closed on its line"))
    }

    fn spans_lines(&self) -> SyntaxError {
        self.shapes("spans lines")
    }

    fn shapes(&self, what: &str) -> SyntaxError {
        shaped(self.text, self.start, what)
    }

    fn fails(&self, what: &str) -> SyntaxError {
        SyntaxError {
            message: format!("this Go template {what}, so Traefik refuses the file"),
            position: position(self.text, self.start),
            shaped_by_templates: false,
        }
    }
}

/// The refusal of a file whose shape an action decides.
pub(crate) fn shaped(text: &str, offset: usize, what: &str) -> SyntaxError {
    SyntaxError {
        message: format!(
            "this Go template {what}, so only Traefik knows what the file says; edit it as text"
        ),
        position: position(text, offset),
        shaped_by_templates: true,
    }
}
