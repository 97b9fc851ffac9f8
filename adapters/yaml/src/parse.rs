//! The grammar: block and flow collections around the scalars of [`scan`](crate::scan).
//!
//! One pass, in time linear in the text. Recursion is bounded because the tree's builder refuses to open a
//! collection past [`MAX_DEPTH`](traefik_manager_core::tree::MAX_DEPTH).

use std::{
    borrow::Cow,
    collections::{HashMap, HashSet},
    sync::Arc,
};

use traefik_manager_core::tree::{Builder, Kind, NodeId, Style, Tree};

use crate::{
    chars,
    scan::{Props, Reader, Result, Scalar, is_blankz},
    template::Masked,
};

/// How many keys of a mapping are compared one by one before they are hashed.
const FEW_KEYS: usize = 16;
/// The longest key that YAML allows without `?`, in characters.
const LONGEST_KEY: usize = 1024;
const LARGEST_TEXT: usize = u32::MAX as usize / 2;

/// How a text is to be read.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Dialect {
    /// Whether Traefik runs Go templates over it.
    pub(crate) templates: bool,
    /// Whether it is a part of a file, so that aliases may name anchors that are not in it. Such an alias
    /// becomes a plain scalar whose text is `*name`, which no YAML text can produce.
    pub(crate) fragment: bool,
}

/// Where a block node starts.
#[derive(Clone, Copy)]
struct Place {
    /// The column that it must stand to the right of.
    parent: isize,
    /// It may be a block collection, because only indentation and dashes stand before it on its line.
    fresh: bool,
    /// Only indentation stands before it.
    own_line: bool,
    /// It is the value of a block mapping, where a list may stand at the parent's own column.
    value: bool,
}

/// Reads a text.
pub(crate) fn parse(text: &Arc<str>, dialect: Dialect) -> Result<Tree> {
    let masked = if dialect.templates { Masked::new(text)? } else { Masked::none(text) };
    let start = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let mut reader = Reader {
        text,
        bytes: masked.text.as_bytes(),
        at: start,
        line: start,
        indent: -1,
        flow: 0,
        last_end: start,
        builder: Builder::new(Arc::clone(text)),
        anchors: HashMap::new(),
        keys: Vec::new(),
        merges: Vec::new(),
        fragment: dialect.fragment,
        actions: &masked.actions,
    };
    if text.len() > LARGEST_TEXT {
        return reader.error(0, "the text is larger than 2 GiB");
    }
    chars::check(text)?;
    reader.document()?;
    let merges = std::mem::take(&mut reader.merges);
    let tree = std::mem::replace(&mut reader.builder, Builder::new(Arc::from(""))).finish();
    for node in merges.into_iter().filter_map(|id| tree.node(id)) {
        let fine = match node.kind() {
            Kind::Mapping => true,
            Kind::Sequence => {
                node.items().all(|item| item.kind() == Kind::Mapping || reader.is_open_alias(item.text()))
            }
            Kind::Scalar => reader.is_open_alias(node.text()),
        };
        if !fine {
            return reader.error(node.span().start, "`<<` takes a mapping, or a list of mappings, to merge");
        }
    }
    Ok(tree)
}

impl<'a> Reader<'a> {
    fn is_open_alias(&self, text: &str) -> bool {
        self.fragment && text.starts_with('*')
    }

    fn document(&mut self) -> Result<()> {
        self.skip(false)?;
        let mut own_line = true;
        if self.peek() == b'%' && self.at == self.line {
            return self.error(self.at, "directives (`%`) are not supported by Traefik; remove the line");
        }
        if self.at_marker() {
            if self.peek() == b'.' {
                return self.error(self.at, "`...` ends a document that has not begun; remove the line");
            }
            self.at += 3;
            own_line = self.skip(true)?;
        }
        if !self.at_end() {
            self.block_node(Place { parent: -1, fresh: own_line, own_line, value: false })?;
            self.skip(true)?;
        }
        if !self.at_end() {
            return self.error(self.at, "this does not fit the lines above it; check the indentation");
        }
        while self.at_marker() {
            self.at += 3;
            self.skip(true)?;
        }
        if self.at < self.bytes.len() {
            return self
                .error(self.at, "Traefik ignores everything from the second document on; keep one per file");
        }
        Ok(())
    }

    fn give_props(&mut self, props: Option<Props<'a>>) -> Option<&'a str> {
        let props = props?;
        self.builder.properties(props.span.start, props.anchor.map(Into::into), props.tag.map(Into::into));
        props.anchor
    }

    fn give_scalar(&mut self, scalar: Scalar, props: Option<Props<'a>>) -> Result<NodeId> {
        let anchor = self.give_props(props);
        let (start, end) = (scalar.span.start, scalar.span.end);
        let added = self.builder.scalar(scalar.span, scalar.style, scalar.decoded, scalar.templated);
        let id = self.built(start, added)?;
        self.last_end = end;
        if let Some(name) = anchor {
            self.anchors.insert(name, id);
        }
        Ok(id)
    }

    fn give_null(&mut self, at: usize, props: Option<Props<'a>>) -> Result<NodeId> {
        let at = props.as_ref().map_or(at, |props| props.span.end);
        let nothing =
            Scalar { span: at..at, style: Style::Plain, decoded: None, templated: false, multiline: false };
        self.give_scalar(nothing, props)
    }

    fn open(&mut self, start: usize, kind: Kind, style: Style, props: Option<Props<'a>>) -> Result<NodeId> {
        let anchor = self.give_props(props);
        let opened = self.builder.open(start, kind, style);
        let id = self.built(start, opened)?;
        if let Some(name) = anchor {
            self.anchors.insert(name, id);
        }
        Ok(id)
    }

    fn close(&mut self, end: usize) -> Result<()> {
        let closed = self.builder.close(end);
        self.last_end = end;
        self.built(end, closed)
    }

    fn alias(&mut self) -> Result<NodeId> {
        let start = self.at;
        self.at += 1;
        let name = self.name("an alias")?;
        self.last_end = self.at;
        let Some(target) = self.anchors.get(name).copied() else {
            if self.fragment {
                let added = self.builder.scalar(start..self.at, Style::Plain, None, false);
                return self.built(start, added);
            }
            return self.error(start, format!("there is no anchor `&{name}` above this alias"));
        };
        if self.builder.is_open(target) {
            return self.error(start, format!("the alias `*{name}` stands inside the node it names"));
        }
        let added = self.builder.alias(start..self.at, target);
        self.built(start, added)
    }

    /// Reads the node that starts here.
    fn block_node(&mut self, place: Place) -> Result<NodeId> {
        let Place { parent, mut fresh, mut own_line, value } = place;
        let mut outer: Option<Props<'a>> = None;
        loop {
            let column = self.column();
            let start = self.at;
            if fresh && self.at_dash() {
                return self.block_sequence(column, outer);
            }
            let props = self.props()?;
            if props.is_some() && matches!(self.peek(), b'\n' | b'\r' | b'#' | 0) {
                let Some(found) = props else { continue };
                if outer.is_some() {
                    return self.error(found.span.start, "a node cannot have two anchors or tags");
                }
                self.skip(true)?;
                let list = value && self.column() == parent && self.at_dash();
                if self.at_end() || (self.column() <= parent && !list) {
                    return self.give_null(found.span.end, Some(found));
                }
                outer = Some(found);
                (fresh, own_line) = (true, true);
                continue;
            }
            return self.block_content((start, column), fresh, own_line, outer, props);
        }
    }

    fn block_content(
        &mut self,
        (start, column): (usize, isize),
        fresh: bool,
        own_line: bool,
        outer: Option<Props<'a>>,
        props: Option<Props<'a>>,
    ) -> Result<NodeId> {
        if outer.is_some()
            && let Some(props) = &props
            && matches!(self.peek(), b'[' | b'{' | b'|' | b'>' | b'*')
        {
            return self.error(props.span.start, "a node cannot have two anchors or tags");
        }
        let id = match self.peek() {
            b'[' | b'{' => {
                let id = self.flow_collection(outer.or(props))?;
                self.end_of_line("the list or mapping")?;
                id
            }
            b'*' => {
                if let Some(props) = outer.or(props) {
                    return self.error(props.span.start, "an alias cannot have an anchor or tag");
                }
                let id = self.alias()?;
                self.end_of_line("the alias")?;
                id
            }
            _ => {
                let line = self.line;
                let scalar = self.scalar(true)?;
                let is_key = !matches!(scalar.style, Style::Literal | Style::Folded) && self.finds_colon();
                if is_key {
                    if !fresh {
                        let remedy = "a second `: ` stands on this line; put the value in quotes";
                        return self.error(scalar.span.start, remedy);
                    }
                    self.check_key(&scalar, start, line)?;
                    return self.block_mapping((start, column), outer, props, scalar);
                }
                if let (Some(_), Some(props)) = (&outer, &props) {
                    return self.error(props.span.start, "a node cannot have two anchors or tags");
                }
                if own_line && scalar.templated && self.actions.iter().any(|a| a.start == scalar.span.start) {
                    return self.shaped(scalar.span.start, "stands on a line of its own");
                }
                let block = matches!(scalar.style, Style::Literal | Style::Folded);
                let id = self.give_scalar(scalar, outer.or(props))?;
                if !block {
                    self.end_of_line("the value")?;
                }
                id
            }
        };
        Ok(id)
    }

    /// Moves to the `: ` that makes the scalar just read a key, if there is one.
    fn finds_colon(&mut self) -> bool {
        let mut at = self.at;
        while matches!(self.byte(at), b' ' | b'\t') {
            at += 1;
        }
        let found = self.byte(at) == b':' && is_blankz(self.byte(at + 1));
        if found {
            self.at = at;
        }
        found
    }

    fn check_key(&self, key: &Scalar, start: usize, line: usize) -> Result<()> {
        if key.templated {
            return self.shaped(key.span.start, "stands in a key");
        }
        if key.multiline || self.line != line {
            return self
                .error(start, "a key cannot span lines; is there a `:` missing behind the first word?");
        }
        if self.at - start > LONGEST_KEY && self.text[start..self.at].chars().count() > LONGEST_KEY {
            return self.error(start, "a key cannot be longer than 1,024 characters");
        }
        Ok(())
    }

    fn end_of_line(&mut self, what: &str) -> Result<()> {
        self.skip_blanks();
        match self.peek() {
            b'\n' | b'\r' | 0 => Ok(()),
            b'#' if self.at > 0 && matches!(self.byte(self.at - 1), b' ' | b'\t') => Ok(()),
            b'#' => self.error(self.at, "a comment needs a space before its `#`"),
            b':' => self.error(self.at, format!("{what} cannot be followed by `:` here; put it in quotes")),
            _ => self.error(
                self.at,
                format!("there is more text behind the end of {what}; put all of it in quotes"),
            ),
        }
    }

    /// Notes a key, and refuses one that the mapping has already.
    fn note_key(
        &mut self,
        key: &Scalar,
        base: usize,
        many: &mut Option<HashSet<Cow<'a, str>>>,
    ) -> Result<()> {
        let span = match key.style {
            Style::Plain => key.span.clone(),
            _ => key.span.start + 1..key.span.end - 1,
        };
        let text: Cow<'a, str> = match &key.decoded {
            Some(text) => Cow::Owned(text.to_string()),
            None => Cow::Borrowed(&self.text[span]),
        };
        let repeated = match many {
            Some(many) => many.contains(&text),
            None => self.keys[base..].contains(&text),
        };
        if repeated {
            return self.error(key.span.start, format!("the key `{text}` stands here a second time"));
        }
        match many {
            Some(many) => {
                many.insert(text);
            }
            None if self.keys.len() - base < FEW_KEYS => self.keys.push(text),
            None => {
                let mut set: HashSet<_> = self.keys.drain(base..).collect();
                set.insert(text);
                *many = Some(set);
            }
        }
        Ok(())
    }

    fn block_mapping(
        &mut self,
        (start, column): (usize, isize),
        outer: Option<Props<'a>>,
        mut props: Option<Props<'a>>,
        mut key: Scalar,
    ) -> Result<NodeId> {
        let id = self.open(start, Kind::Mapping, Style::Block, outer)?;
        let around = std::mem::replace(&mut self.indent, column);
        let base = self.keys.len();
        let mut many = None;
        loop {
            self.note_key(&key, base, &mut many)?;
            let merge = key.style == Style::Plain && &self.text[key.span.clone()] == "<<";
            self.give_scalar(key, props)?;
            self.at += 1;
            let value = self.block_value(column)?;
            if merge {
                self.merges.push(value);
            }
            self.skip(true)?;
            if self.at_end() || self.column() < column {
                break;
            }
            if self.column() > column {
                return self.error(self.at, "this line is indented further than the key above it");
            }
            if self.at_dash() {
                return self.error(self.at, "a list item stands where a key should; indent it, or move it");
            }
            let (start, line) = (self.at, self.line);
            props = self.props()?;
            key = self.scalar(false)?;
            if !self.finds_colon() {
                if key.templated && self.actions.iter().any(|action| action.start == key.span.start) {
                    return self.shaped(key.span.start, "stands on a line of its own");
                }
                return self.error(start, "a key needs a `:` and a space behind it");
            }
            self.check_key(&key, start, line)?;
        }
        self.keys.truncate(base);
        self.indent = around;
        self.close(self.last_end)?;
        Ok(id)
    }

    /// Reads the value behind a key's colon.
    fn block_value(&mut self, column: isize) -> Result<NodeId> {
        let colon = self.at;
        if !self.skip(true)? {
            if self.at_end() {
                return self.give_null(colon, None);
            }
            if self.at_dash() {
                return self
                    .error(self.at, "a list cannot start on the line of its key; put it on the next one");
            }
            return self.block_node(Place { parent: column, fresh: false, own_line: false, value: true });
        }
        if self.at_end() {
            self.give_null(colon, None)
        } else if self.column() > column {
            self.block_node(Place { parent: column, fresh: true, own_line: true, value: true })
        } else if self.column() == column && self.at_dash() {
            self.block_sequence(column, None)
        } else {
            self.give_null(colon, None)
        }
    }

    fn block_sequence(&mut self, column: isize, props: Option<Props<'a>>) -> Result<NodeId> {
        let id = self.open(self.at, Kind::Sequence, Style::Block, props)?;
        let around = std::mem::replace(&mut self.indent, column);
        while !self.at_end() && self.column() == column && self.at_dash() {
            self.at += 1;
            let dash = self.at;
            let crossed = self.skip(false)?;
            if self.at_end() || self.column() <= column {
                self.give_null(dash, None)?;
            } else {
                self.block_node(Place { parent: column, fresh: true, own_line: crossed, value: false })?;
            }
            self.skip(true)?;
        }
        if !self.at_end() && self.column() > column {
            return self.error(self.at, "this line is indented further than the list item above it");
        }
        self.indent = around;
        self.close(self.last_end)?;
        Ok(id)
    }

    fn flow_collection(&mut self, props: Option<Props<'a>>) -> Result<NodeId> {
        let start = self.at;
        let mapping = self.peek() == b'{';
        let kind = if mapping { Kind::Mapping } else { Kind::Sequence };
        let id = self.open(start, kind, Style::Flow, props)?;
        self.flow += 1;
        self.at += 1;
        if mapping {
            self.flow_entries(start)?;
        } else {
            self.flow_items(start)?;
        }
        self.at += 1;
        self.flow -= 1;
        self.close(self.at)?;
        Ok(id)
    }

    /// Passes blanks inside brackets; a document cannot end there.
    fn flow_skip(&mut self, open: usize) -> Result<()> {
        self.skip(true)?;
        if self.at_end() {
            let bracket = char::from(self.byte(open));
            return self.error(open, format!("this `{bracket}` is never closed"));
        }
        Ok(())
    }

    fn flow_items(&mut self, open: usize) -> Result<()> {
        loop {
            self.flow_skip(open)?;
            if self.peek() == b']' {
                return Ok(());
            }
            self.flow_node(open)?;
            self.flow_skip(open)?;
            match self.peek() {
                b',' => self.at += 1,
                b']' => {}
                b':' => {
                    return self
                        .error(self.at, "a key with its value needs braces inside a list: `[{key: value}]`");
                }
                _ => return self.error(self.at, "a `,` or `]` is missing here"),
            }
        }
    }

    fn flow_entries(&mut self, open: usize) -> Result<()> {
        let base = self.keys.len();
        let mut many = None;
        loop {
            self.flow_skip(open)?;
            if self.peek() == b'}' {
                self.keys.truncate(base);
                return Ok(());
            }
            let (start, line) = (self.at, self.line);
            let props = self.props()?;
            let key = self.scalar(false)?;
            let end = self.at;
            self.skip_blanks();
            let colon = self.peek() == b':';
            if colon || key.templated {
                self.check_key(&key, start, line)?;
            }
            self.note_key(&key, base, &mut many)?;
            let merge = key.style == Style::Plain && &self.text[key.span.clone()] == "<<";
            self.give_scalar(key, props)?;
            let value = if colon {
                self.at += 1;
                let behind = self.at;
                self.flow_skip(open)?;
                if matches!(self.peek(), b',' | b'}') {
                    self.give_null(behind, None)?
                } else {
                    self.flow_node(open)?
                }
            } else {
                self.give_null(end, None)?
            };
            if merge {
                self.merges.push(value);
            }
            self.flow_skip(open)?;
            match self.peek() {
                b',' => self.at += 1,
                b'}' => {}
                _ => return self.error(self.at, "a `,` or `}` is missing here"),
            }
        }
    }

    fn flow_node(&mut self, open: usize) -> Result<NodeId> {
        let props = self.props()?;
        if props.is_some() {
            self.flow_skip(open)?;
        }
        match self.peek() {
            b'[' | b'{' => self.flow_collection(props),
            b'*' => match props {
                Some(props) => self.error(props.span.start, "an alias cannot have an anchor or tag"),
                None => self.alias(),
            },
            b',' | b']' | b'}' if props.is_some() => self.give_null(self.at, props),
            _ => {
                let scalar = self.scalar(false)?;
                self.give_scalar(scalar, props)
            }
        }
    }
}
