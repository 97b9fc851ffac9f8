//! An object as text: the YAML below its name, taken out of its entry and put back into it.

use std::{fmt::Write as _, sync::Arc};

use super::{super::Configuration, ChangeError, Object};
use crate::{
    config::{edit::Segment, object::ObjectKind, store::ConfigSyntax},
    tree::{Kind, NodeRef, Tree},
};

impl Configuration {
    /// The YAML below an object's name, as it is written; all of a certificate.
    ///
    /// # Errors
    /// [`ChangeError`] when its text cannot be told apart from the rest.
    pub fn object_text(&self, object: &Object<'_>) -> Result<String, ChangeError> {
        text_of(self.ports.syntax.as_ref(), object)
    }

    /// A typed text as a tree; `None` where it does not parse.
    pub fn read_text(&self, text: &str) -> Option<Tree> {
        self.ports.syntax.parse_entry(Arc::from(text)).ok()
    }

    /// The lines of a typed text on which the nodes at these ways stand, from 1, or the nearest above them; `None` where
    /// the text does not parse.
    pub fn lines_of<'w>(
        &self,
        text: &str,
        ways: impl IntoIterator<Item = &'w [Segment]>,
    ) -> Vec<Option<usize>> {
        let tree = self.read_text(text);
        let root = tree.as_ref().and_then(Tree::root);
        ways.into_iter().map(|way| root.map(|root| line_of(root, way))).collect()
    }
}

fn line_of(root: NodeRef<'_>, way: &[Segment]) -> usize {
    let (mut line, mut node) = (1, root);
    for step in way {
        let (at, below) = match step {
            Segment::Key(key) => {
                let Some((key, value)) = node.entry(key) else { break };
                (key, value)
            }
            Segment::Index(index) => {
                let Some(item) = node.items().nth(*index) else { break };
                (item, item)
            }
        };
        (line, node) = (at.position().line, below);
    }
    line
}

pub(super) fn text_of(syntax: &dyn ConfigSyntax, object: &Object<'_>) -> Result<String, ChangeError> {
    if object.kind() == ObjectKind::TlsCertificate {
        return Ok(item_text(object));
    }
    let entry = entry_of(syntax, object)?;
    Ok(Parts::of(syntax, &entry).map_or_else(|| object.node().source().to_owned(), |parts| parts.content()))
}

/// The whole entry of an object that has a key, from column 0.
pub(super) fn entry_of(syntax: &dyn ConfigSyntax, object: &Object<'_>) -> Result<String, ChangeError> {
    let tree = object.source().tree().map_err(|problem| ChangeError::Broken(problem.clone()))?;
    syntax
        .excerpt(tree, &object.path())
        .map_err(|source| ChangeError::NotEditable { file: object.file().clone(), source })
}

/// The same entry with other content: comments above it and beside its name stay.
pub(super) fn with_content(syntax: &dyn ConfigSyntax, entry: &str, name: &str, content: &str) -> String {
    Parts::of(syntax, entry).map_or_else(|| new_entry(name, content), |parts| parts.with(content))
}

/// An entry of this name and content.
pub(super) fn new_entry(name: &str, content: &str) -> String {
    let key = key_text(name);
    if is_inline(content) {
        return format!("{key}: {}\n", content.trim());
    }
    let mut entry = format!("{key}:\n");
    super::super::raw::indent(&mut entry, content.trim_end(), "  ");
    entry
}

/// Content that stands behind its key and not below it.
fn is_inline(content: &str) -> bool {
    content.trim_start().starts_with(['{', '[', '&', '*', '!'])
}

/// The text of an entry, taken apart.
struct Parts<'e> {
    /// Up to where the value stands, or to the end of the key's line where it stands below.
    head: &'e str,
    value: Value<'e>,
}

enum Value<'e> {
    /// Lines below the key, this much indented.
    Below { lines: &'e str, indent: usize },
    /// Behind the key, and what follows it on its last line.
    Behind { text: &'e str, tail: &'e str },
}

impl<'e> Parts<'e> {
    fn of(syntax: &dyn ConfigSyntax, entry: &'e str) -> Option<Self> {
        let tree: Tree = syntax.parse_entry(Arc::from(entry)).ok()?;
        let (key, node) = tree.root()?.own_entries().next()?;
        let key_end = key.span().end;
        let colon = key_end + entry.get(key_end..)?.find(':')? + 1;
        let line_end = entry.get(colon..)?.find('\n').map_or(entry.len(), |at| colon + at + 1);
        let behind = entry.get(colon..line_end)?.trim();
        if behind.is_empty() || behind.starts_with('#') {
            let lines = entry.get(line_end..)?;
            let width = |line: &str| line.len() - line.trim_start_matches(' ').len();
            let indent = lines.lines().filter(|line| !line.trim().is_empty()).map(width).min()?;
            return Some(Self { head: entry.get(..line_end)?, value: Value::Below { lines, indent } });
        }
        let span = node.span_with_properties();
        let (text, tail) = (entry.get(span.clone())?, entry.get(span.end..)?);
        Some(Self { head: entry.get(..span.start)?, value: Value::Behind { text, tail } })
    }

    fn content(&self) -> String {
        match self.value {
            Value::Behind { text, .. } => format!("{}\n", text.trim_end()),
            Value::Below { lines, indent } => {
                let mut text = String::with_capacity(lines.len());
                for line in lines.trim_end().lines() {
                    text.push_str(line.get(indent..).unwrap_or_default());
                    text.push('\n');
                }
                text
            }
        }
    }

    fn with(&self, content: &str) -> String {
        let mut entry = self.head.to_owned();
        match self.value {
            Value::Behind { tail, .. } if is_inline(content) => {
                entry.push_str(content.trim());
                entry.push_str(tail);
            }
            Value::Behind { tail, .. } => {
                entry.truncate(entry.trim_end().len());
                let comment = tail.trim();
                if !comment.is_empty() {
                    entry.push_str("   ");
                    entry.push_str(comment);
                }
                entry.push('\n');
                super::super::raw::indent(&mut entry, content.trim_end(), "  ");
            }
            Value::Below { indent, .. } => {
                super::super::raw::indent(&mut entry, content.trim_end(), &" ".repeat(indent.max(1)));
            }
        }
        entry
    }
}

/// A list element without the indentation that its place gives it.
fn item_text(object: &Object<'_>) -> String {
    let node = object.node();
    let column = node.position().column.saturating_sub(1);
    let mut text = String::new();
    for (number, line) in node.source().trim_end().lines().enumerate() {
        let spaces = line.len() - line.trim_start_matches(' ').len();
        let cut = if number == 0 { 0 } else { spaces.min(column) };
        text.push_str(line.get(cut..).unwrap_or_default());
        text.push('\n');
    }
    text
}

/// Text that somebody typed below a name, read; it must say something that Traefik can take for an object.
///
/// # Errors
/// [`ChangeError::Text`] with the place, [`ChangeError::Invalid`] in the field `content`.
pub(super) fn read_content(
    syntax: &dyn ConfigSyntax,
    kind: ObjectKind,
    content: &str,
) -> Result<Tree, ChangeError> {
    let refuse = |message: String| Err(ChangeError::invalid("content", message));
    let tree = syntax.parse_entry(Arc::from(content)).map_err(ChangeError::Text)?;
    let Some(root) = tree.root() else {
        return refuse(format!("the content is empty: say in YAML what the {} is", kind.noun()));
    };
    if content.trim_start().starts_with('*') {
        return Ok(tree);
    }
    if root.kind() != Kind::Mapping {
        return refuse(format!("the content must be keys and values, such as `{}`", example(kind)));
    }
    let keys: Vec<&str> =
        root.own_entries().filter(|(key, _)| !key.is_merge()).map(|(key, _)| key.text()).collect();
    let is_merged = root.own_entries().any(|(key, _)| key.is_merge());
    match kind {
        ObjectKind::Middleware if keys.len() > 1 => refuse(format!(
            "a middleware does one thing; this one names {}: make one of each",
            keys.join(", ")
        )),
        ObjectKind::Service if named_kinds(&keys).len() > 1 => refuse(format!(
            "a service is of one kind; this one names {}: make one of each",
            named_kinds(&keys).join(", ")
        )),
        ObjectKind::Service if named_kinds(&keys).is_empty() && !is_merged => {
            refuse(format!("name the kind of the service: {}", crate::traefik::service::KINDS.join(", ")))
        }
        ObjectKind::Middleware | ObjectKind::Router | ObjectKind::TlsCertificate
            if keys.is_empty() && !is_merged =>
        {
            refuse(format!("the content must say what the {} does, such as `{}`", kind.noun(), example(kind)))
        }
        _ => Ok(tree),
    }
}

fn named_kinds<'k>(keys: &[&'k str]) -> Vec<&'k str> {
    let is_kind =
        |key: &&&str| crate::traefik::service::KINDS.iter().any(|kind| kind.eq_ignore_ascii_case(key));
    keys.iter().filter(is_kind).copied().collect()
}

fn example(kind: ObjectKind) -> &'static str {
    match kind {
        ObjectKind::Router => "rule: Host(`example.com`)",
        ObjectKind::Service => "loadBalancer: {servers: [{url: 'http://10.0.0.5:80'}]}",
        ObjectKind::Middleware => "compress: {}",
        ObjectKind::ServersTransport => "insecureSkipVerify: true",
        ObjectKind::TlsOptions => "minVersion: VersionTLS12",
        ObjectKind::TlsStore => "defaultCertificate: {certFile: cert.pem, keyFile: key.pem}",
        ObjectKind::TlsCertificate => "certFile: cert.pem",
    }
}

/// A name as a key: in double quotes unless it is plainly a word.
fn key_text(name: &str) -> String {
    let is_word = name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_')
        && !["true", "false", "null", "yes", "no", "on", "off", "y", "n"]
            .iter()
            .any(|word| name.eq_ignore_ascii_case(word));
    if is_word {
        return name.to_owned();
    }
    let mut text = String::from("\"");
    for c in name.chars() {
        match c {
            '"' | '\\' => {
                text.push('\\');
                text.push(c);
            }
            c if c.is_control() => {
                let _ = write!(text, "\\u{:04x}", u32::from(c));
            }
            c => text.push(c),
        }
    }
    text.push('"');
    text
}
