//! Reading single tokens: blanks and comments, scalars in all five styles, anchors and tags.
//!
//! The rules are those of libyaml, which Traefik's yaml.v3 is a port of; where this reader is stricter, the
//! message says what to write instead.

use std::{borrow::Cow, collections::HashMap, ops::Range};

use traefik_manager_core::{
    config::edit::SyntaxError,
    tree::{BuildError, Builder, NodeId, Style, position},
};

use crate::template::shaped;

pub(crate) type Result<T> = std::result::Result<T, SyntaxError>;

/// A reader over one text, at one place.
pub(crate) struct Reader<'a> {
    /// The text as it stands: what scalars are made of.
    pub(crate) text: &'a str,
    /// The text with templates hidden: what decides the structure. Of the same length.
    pub(crate) bytes: &'a [u8],
    pub(crate) at: usize,
    /// Where the current line starts, so that `at - line` is the column.
    pub(crate) line: usize,
    /// The column of the innermost block collection, -1 outside of all.
    pub(crate) indent: isize,
    /// How many flow collections are open.
    pub(crate) flow: usize,
    /// Where the node that was last completed ends.
    pub(crate) last_end: usize,
    pub(crate) builder: Builder,
    pub(crate) anchors: HashMap<&'a str, NodeId>,
    /// Keys of the open mappings, each mapping's behind its parent's.
    pub(crate) keys: Vec<Cow<'a, str>>,
    /// Values of merge keys, to be checked once they are complete.
    pub(crate) merges: Vec<NodeId>,
    /// Whether an alias may name an anchor that is not in the text.
    pub(crate) fragment: bool,
    pub(crate) actions: &'a [Range<usize>],
}

/// A scalar that was read but not yet given to the builder.
pub(crate) struct Scalar {
    pub(crate) span: Range<usize>,
    pub(crate) style: Style,
    pub(crate) decoded: Option<Box<str>>,
    pub(crate) templated: bool,
    pub(crate) multiline: bool,
}

/// Anchor and tag in front of a node.
pub(crate) struct Props<'a> {
    pub(crate) span: Range<usize>,
    pub(crate) anchor: Option<&'a str>,
    pub(crate) tag: Option<&'a str>,
}

pub(crate) fn is_blank(byte: u8) -> bool {
    byte == b' ' || byte == b'\t'
}

/// A blank, a line's end, or the end of the text (which reads as zero).
pub(crate) fn is_blankz(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | 0)
}

pub(crate) fn is_break(byte: u8) -> bool {
    byte == b'\n' || byte == b'\r'
}

pub(crate) fn is_flow_indicator(byte: u8) -> bool {
    matches!(byte, b',' | b'[' | b']' | b'{' | b'}')
}

impl<'a> Reader<'a> {
    /// The byte at an offset; zero at the end, which no text holds.
    pub(crate) fn byte(&self, at: usize) -> u8 {
        self.bytes.get(at).copied().unwrap_or(0)
    }

    pub(crate) fn peek(&self) -> u8 {
        self.byte(self.at)
    }

    pub(crate) fn column(&self) -> isize {
        self.at.saturating_sub(self.line).cast_signed()
    }

    pub(crate) fn error<T>(&self, at: usize, message: impl Into<String>) -> Result<T> {
        let position = position(self.text, at);
        Err(SyntaxError { message: message.into(), position, shaped_by_templates: false })
    }

    pub(crate) fn built<T>(&self, at: usize, result: std::result::Result<T, BuildError>) -> Result<T> {
        result.or_else(|error| self.error(at, error.to_string()))
    }

    /// Whether a template action stands in the span.
    pub(crate) fn is_templated(&self, span: &Range<usize>) -> bool {
        if self.actions.is_empty() {
            return false;
        }
        let first = self.actions.partition_point(|action| action.end <= span.start);
        self.actions.get(first).is_some_and(|action| action.start < span.end)
    }

    /// Whether a template action starts here.
    pub(crate) fn is_action(&self, at: usize) -> bool {
        self.actions.binary_search_by_key(&at, |action| action.start).is_ok()
    }

    pub(crate) fn shaped<T>(&self, at: usize, what: &str) -> Result<T> {
        Err(shaped(self.text, at, what))
    }

    /// Whether `---` or `...` stands here at the start of a line.
    pub(crate) fn at_marker(&self) -> bool {
        self.at == self.line && self.marker_at(self.at)
    }

    pub(crate) fn marker_at(&self, at: usize) -> bool {
        let next = self.byte(at);
        (next == b'-' || next == b'.')
            && self.byte(at + 1) == next
            && self.byte(at + 2) == next
            && is_blankz(self.byte(at + 3))
    }

    /// Whether nothing more belongs to the document.
    pub(crate) fn at_end(&self) -> bool {
        self.at >= self.bytes.len() || self.at_marker()
    }

    /// Whether `- ` stands here.
    pub(crate) fn at_dash(&self) -> bool {
        self.peek() == b'-' && is_blankz(self.byte(self.at + 1))
    }

    /// Passes blanks within the line.
    pub(crate) fn skip_blanks(&mut self) {
        while is_blank(self.peek()) {
            self.at += 1;
        }
    }

    /// Passes blanks, comments and line ends up to the next token; tells whether a line ended.
    ///
    /// Tabs may separate tokens of a line (`tabs`), but never indent one.
    pub(crate) fn skip(&mut self, mut tabs: bool) -> Result<bool> {
        let mut crossed = false;
        loop {
            match self.peek() {
                b'\t' if tabs || self.flow > 0 => self.at += 1,
                b'\t' => return self.error(self.at, "a tab cannot indent; use spaces"),
                b'\n' => {
                    self.at += 1;
                    self.line = self.at;
                    crossed = true;
                    tabs = false;
                }
                b' ' | b'\r' => self.at += 1,
                b'#' => {
                    if self.at > self.line && !is_blank(self.byte(self.at - 1)) {
                        return self.error(self.at, "a comment needs a space before its `#`");
                    }
                    while !matches!(self.peek(), b'\n' | 0) {
                        self.at += 1;
                    }
                }
                _ => return Ok(crossed),
            }
        }
    }

    /// Reads `&anchor` and `!tag` in either order.
    pub(crate) fn props(&mut self) -> Result<Option<Props<'a>>> {
        let mut props = Props { span: self.at..self.at, anchor: None, tag: None };
        loop {
            let start = self.at;
            match self.peek() {
                b'&' => {
                    self.at += 1;
                    let name = self.name("an anchor")?;
                    if props.anchor.replace(name).is_some() {
                        return self.error(start, "a node cannot have two anchors");
                    }
                }
                b'!' => {
                    while !(is_blankz(self.peek()) || self.flow > 0 && is_flow_indicator(self.peek())) {
                        self.at += 1;
                    }
                    let tag = &self.text[start..self.at];
                    let name = tag.strip_prefix("!!").or_else(|| tag.strip_prefix('!')).unwrap_or(tag);
                    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:".contains(c);
                    if !name.chars().all(plain) || (name.is_empty() && tag == "!!") {
                        return self
                            .error(start, "this tag is not one of the short forms `!name` and `!!name`");
                    }
                    if self.flow > 0 && !is_blankz(self.peek()) && self.peek() != b',' {
                        return self.error(self.at, "a tag needs a space behind it");
                    }
                    if props.tag.replace(tag).is_some() {
                        return self.error(start, "a node cannot have two tags");
                    }
                }
                _ => break,
            }
            if self.is_templated(&(start..self.at)) {
                return self.shaped(start, "stands in an anchor or tag");
            }
            props.span.end = self.at;
            self.skip_blanks();
        }
        if props.span.is_empty() {
            return Ok(None);
        }
        // Line ends stay for the caller; blanks up to them are of no use to anybody.
        Ok(Some(props))
    }

    /// The name behind `&` or `*`.
    pub(crate) fn name(&mut self, what: &str) -> Result<&'a str> {
        let start = self.at;
        while matches!(self.peek(), b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' | b'-' | b'_') {
            self.at += 1;
        }
        let ends = is_blankz(self.peek()) || (self.flow > 0 && matches!(self.peek(), b',' | b']' | b'}'));
        if start == self.at || !ends {
            return self.error(start, format!("the name of {what} holds only letters, digits, `-` and `_`"));
        }
        if self.is_templated(&(start..self.at)) {
            return self.shaped(start, "stands in an anchor or alias");
        }
        Ok(&self.text[start..self.at])
    }
}
