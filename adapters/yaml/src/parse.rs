//! The grammar: block and flow collections around the scalars of [`scan`](crate::scan).
//!
//! One pass, in time linear in the text. Recursion is bounded because the tree's builder refuses to open a
//! collection past [`MAX_DEPTH`](traefik_manager_core::tree::MAX_DEPTH).

use std::{borrow::Cow, collections::HashMap, sync::Arc};

use traefik_manager_core::{
    lookup::Lookup,
    tree::{Builder, Kind, NodeId, Style, Tree},
};

use crate::{
    block::Place,
    chars,
    scan::{Props, Reader, Result, Scalar, is_blankz},
    template::Masked,
};

/// How many keys of a mapping are compared one by one before they are hashed.
const FEW_KEYS: usize = 16;
/// The longest key that YAML allows without `?`, in characters.
const LONGEST_KEY: usize = 1024;
const LARGEST_TEXT: usize = u32::MAX as usize / 2;

/// The keys of a large mapping.
#[derive(Debug, Default)]
pub(crate) struct ManyKeys<'a> {
    keys: Vec<Cow<'a, str>>,
    by_name: Lookup,
}

impl<'a> ManyKeys<'a> {
    /// Whether the key was not there yet.
    fn note(&mut self, key: Cow<'a, str>) -> bool {
        let keys = &self.keys;
        let is_new = self.by_name.insert(&key, keys.len(), |at| keys.get(at) == Some(&key)).is_none();
        if is_new {
            self.keys.push(key);
        }
        is_new
    }
}

/// How a text is to be read.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Dialect {
    /// Whether Traefik runs Go templates over it.
    pub(crate) templates: bool,
    /// Whether it is a part of a file, so that aliases may name anchors that are not in it. Such an alias
    /// becomes a plain scalar whose text is `*name`, which no YAML text can produce.
    pub(crate) fragment: bool,
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
            return self.error(
                self.at,
                "directives (`%`) are not read here, and Traefik knows only `%YAML 1.1`; remove the line",
            );
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

    pub(crate) fn give_props(&mut self, props: Option<Props<'a>>) -> Option<&'a str> {
        let props = props?;
        self.builder.properties(props.span.start, props.anchor.map(Into::into), props.tag.map(Into::into));
        props.anchor
    }

    pub(crate) fn give_scalar(&mut self, scalar: Scalar, props: Option<Props<'a>>) -> Result<NodeId> {
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

    pub(crate) fn give_null(&mut self, at: usize, props: Option<Props<'a>>) -> Result<NodeId> {
        let at = props.as_ref().map_or(at, |props| props.span.end);
        let nothing =
            Scalar { span: at..at, style: Style::Plain, decoded: None, templated: false, multiline: false };
        self.give_scalar(nothing, props)
    }

    pub(crate) fn open(
        &mut self,
        start: usize,
        kind: Kind,
        style: Style,
        props: Option<Props<'a>>,
    ) -> Result<NodeId> {
        let anchor = self.give_props(props);
        let opened = self.builder.open(start, kind, style);
        let id = self.built(start, opened)?;
        if let Some(name) = anchor {
            self.anchors.insert(name, id);
        }
        Ok(id)
    }

    pub(crate) fn close(&mut self, end: usize) -> Result<()> {
        let closed = self.builder.close(end);
        self.last_end = end;
        self.built(end, closed)
    }

    pub(crate) fn alias(&mut self) -> Result<NodeId> {
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

    /// Moves to the `: ` that makes the scalar just read a key, if there is one.
    pub(crate) fn finds_colon(&mut self) -> bool {
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

    pub(crate) fn check_key(&self, key: &Scalar, start: usize, line: usize) -> Result<()> {
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

    pub(crate) fn end_of_line(&mut self, what: &str) -> Result<()> {
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
    pub(crate) fn note_key(
        &mut self,
        key: &Scalar,
        base: usize,
        many: &mut Option<ManyKeys<'a>>,
    ) -> Result<()> {
        let start = key.span.start;
        let span = match key.style {
            Style::Plain => key.span.clone(),
            _ => key.span.start + 1..key.span.end - 1,
        };
        let text: Cow<'a, str> = match &key.decoded {
            Some(text) => Cow::Owned(text.to_string()),
            None => Cow::Borrowed(&self.text[span]),
        };
        let is_new = match many {
            Some(many) => many.note(text),
            None if self.keys[base..].contains(&text) => false,
            None if self.keys.len() - base < FEW_KEYS => {
                self.keys.push(text);
                true
            }
            None => {
                let keys = many.insert(ManyKeys::default());
                for key in self.keys.drain(base..) {
                    keys.note(key);
                }
                keys.note(text)
            }
        };
        if !is_new {
            let key = &self.text[key.span.clone()];
            return self.error(start, format!("the key `{key}` stands here a second time"));
        }
        Ok(())
    }
}
