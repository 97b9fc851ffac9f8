//! The text of a whole mapping entry, as it comes from a person or from an excerpt.

use std::{ops::Range, sync::Arc};

use traefik_manager_core::{
    config::edit::{EditError, SyntaxError},
    tree::{Kind, NodeRef, Style, Tree, position},
};

use crate::{
    parse::{self, Dialect},
    quote::{self, Spot},
};

/// A checked entry.
#[derive(Debug)]
pub(crate) struct EntryText {
    tree: Tree,
}

impl EntryText {
    /// Checks that the text is one entry of this key, from column 0, that can stand in `file`.
    pub(crate) fn new(text: &str, key: &str, file: &Tree, dialect: Dialect) -> Result<Self, EditError> {
        let text: Arc<str> =
            if text.contains('\r') { text.replace("\r\n", "\n").into() } else { text.into() };
        let tree = parse::parse(&text, Dialect { fragment: true, ..dialect }).map_err(EditError::Entry)?;
        let fails = |at: usize, message: String| {
            let position = position(&text, at);
            Err(EditError::Entry(SyntaxError { message, position, shaped_by_templates: false }))
        };
        if let Some(offset) = marker(&text) {
            return fails(offset, "an entry cannot hold document markers or a byte order mark".to_owned());
        }
        let Some(root) = tree.root() else {
            return fails(0, format!("the text must hold the entry `{key}`"));
        };
        let start = root.span().start;
        let mut entries = root.own_entries();
        let column = start - text[..start].rfind('\n').map_or(0, |at| at + 1);
        if root.kind() != Kind::Mapping
            || root.style() != Style::Block
            || root.tag().or(root.anchor()).is_some()
        {
            return fails(start, format!("the text must be an entry of the form `{key}: …`"));
        }
        if column != 0 {
            return fails(start, "the entry must start at the beginning of its line".to_owned());
        }
        match (entries.next(), entries.next()) {
            (Some((name, _)), None) if name.text() == key && !name.is_merge() => {}
            (Some((name, _)), None) => {
                return fails(
                    name.span().start,
                    format!("the entry must be called `{key}`, not `{}`", name.text()),
                );
            }
            (_, Some((name, _))) => {
                return fails(name.span().start, format!("only the entry `{key}` may stand here"));
            }
            (None, None) => return fails(start, format!("the text must hold the entry `{key}`")),
        }
        if let Some((alias, name)) = open_alias(root, file) {
            return fails(alias.span().start, format!("there is no anchor `&{name}` in the file"));
        }
        Ok(Self { tree })
    }

    /// The text without the blank lines around it.
    fn core(&self) -> Range<usize> {
        let text = self.tree.text();
        let end = self.tree.root().map_or(0, |root| root.span().end);
        let mut last = text[end..].find('\n').map_or(text.len(), |at| end + at);
        if !text[last..].trim().is_empty() {
            last = text.trim_end().len();
        }
        let mut first = 0;
        while let Some(length) = text[first..].find('\n')
            && text[first..first + length].trim().is_empty()
        {
            first += length + 1;
        }
        first..last
    }

    /// The lines, each indented, without the last line's end.
    pub(crate) fn lines(&self, column: usize, eol: &str) -> String {
        let text = self.tree.text();
        indent(text.strip_suffix('\n').unwrap_or(text), column, eol)
    }

    /// As [`lines`](Self::lines), without the blank lines around them.
    pub(crate) fn core_lines(&self, column: usize, eol: &str) -> String {
        indent(&self.tree.text()[self.core()], column, eol)
    }

    /// Whether comments stand above the key.
    pub(crate) fn has_head(&self) -> bool {
        let start = self.tree.root().map_or(0, |root| root.span().start);
        !self.tree.text()[..start].trim().is_empty()
    }

    /// The entry for a place in braces: what has braces of its own as it stands, anything else on one line.
    pub(crate) fn in_braces(&self, eol: &str) -> Result<String, String> {
        let text = self.tree.text();
        let entry = self.tree.root().and_then(|root| root.own_entries().next());
        let Some((key, value)) = entry else { return Err("is empty".to_owned()) };
        let verbatim = (value.style() == Style::Flow).then(|| value.span_with_properties());
        let kept = verbatim.clone().unwrap_or_default();
        let around = text[..kept.start].lines().chain(text[kept.end..].lines());
        for line in around {
            if line.contains(" #") || line.trim_start().starts_with('#') {
                return Err("stands in braces, where comments cannot be kept".to_owned());
            }
        }
        let mut out = String::new();
        in_braces(&mut out, key)?;
        out.push_str(": ");
        match verbatim {
            Some(span) => out.push_str(&text[span].replace('\n', eol)),
            None => in_braces(&mut out, value)?,
        }
        Ok(out)
    }
}

/// A node without line breaks, its scalars as they are spelled.
fn in_braces(out: &mut String, node: NodeRef<'_>) -> Result<(), String> {
    if node.anchor().or(node.tag()).is_some() {
        return Err("stands in braces, where anchors and tags cannot be kept".to_owned());
    }
    match node.kind() {
        Kind::Scalar => {
            let source = node.source();
            let one_line = !source.contains('\n');
            match node.style() {
                Style::Plain if node.is_null() => out.push_str("null"),
                Style::Plain if one_line && (node.is_templated() || quote::is_plain(source, Spot::Flow)) => {
                    out.push_str(source);
                }
                // No plain text begins like that: it is an alias, and `open_alias` has seen its anchor.
                Style::Plain if source.starts_with('*') => out.push_str(source),
                Style::SingleQuoted | Style::DoubleQuoted if one_line => out.push_str(source),
                Style::Plain | Style::Alias => {
                    return Err(format!("stands in braces, where `{source}` needs quotes"));
                }
                _ if node.is_templated() => {
                    return Err("stands in braces, where a template cannot stand in a block text".to_owned());
                }
                _ => out.push_str(&quote::double_quoted(node.text())),
            }
        }
        Kind::Sequence => {
            out.push('[');
            for (position, item) in node.items().enumerate() {
                out.push_str(if position > 0 { ", " } else { "" });
                in_braces(out, item)?;
            }
            out.push(']');
        }
        Kind::Mapping => {
            out.push('{');
            for (position, (key, value)) in node.own_entries().enumerate() {
                out.push_str(if position > 0 { ", " } else { "" });
                in_braces(out, key)?;
                out.push_str(": ");
                in_braces(out, value)?;
            }
            out.push('}');
        }
    }
    Ok(())
}

fn indent(text: &str, column: usize, eol: &str) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 4);
    for (position, line) in text.split('\n').enumerate() {
        if position > 0 {
            out.push_str(eol);
        }
        if !line.is_empty() {
            out.extend((0..column).map(|_| ' '));
        }
        out.push_str(line);
    }
    out
}

fn marker(text: &str) -> Option<usize> {
    if text.starts_with('\u{feff}') {
        return Some(0);
    }
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let rest = line.strip_prefix("---").or_else(|| line.strip_prefix("..."));
        if rest.is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '\t', '\n'])) {
            return Some(start);
        }
        start += line.len();
    }
    None
}

/// An alias whose anchor is neither in the text nor in the file, and its name.
fn open_alias<'t>(node: NodeRef<'t>, file: &Tree) -> Option<(NodeRef<'t>, &'t str)> {
    match node.kind() {
        Kind::Scalar if node.style() == Style::Plain => {
            let name =
                node.text().strip_prefix('*').filter(|name| !file.anchors().any(|anchor| anchor == *name))?;
            Some((node, name))
        }
        Kind::Scalar => None,
        Kind::Sequence => node.items().find_map(|item| open_alias(item, file)),
        Kind::Mapping => node.own_entries().find_map(|(_, value)| open_alias(value, file)),
    }
}
