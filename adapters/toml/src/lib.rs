//! TOML as Traefik reads its static configuration: text to the same kind of tree that YAML becomes, so that the same
//! checks judge it and findings have their lines.
//!
//! It is read and never edited: a change of such a file is a whole text that somebody has typed.

#![warn(missing_docs)]

use std::{ops::Range, sync::Arc};

use toml::de::{DeTable, DeValue};
use traefik_manager_core::{
    config::{
        edit::{Edit, EditError, Path, SyntaxError},
        store::ConfigSyntax,
    },
    tree::{BuildError, Builder, Kind, Position, Style, Tree, position},
};

/// The longest text that is read; a static configuration is a few thousand bytes.
const MAX_BYTES: usize = 16 * 1024 * 1024;

/// TOML, without Go templates.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Toml;

impl ConfigSyntax for Toml {
    fn parse(&self, text: Arc<str>) -> Result<Tree, SyntaxError> {
        if text.len() > MAX_BYTES {
            return Err(error("the text is larger than 16 MiB".to_owned(), Position { line: 1, column: 1 }));
        }
        let table = DeTable::parse(&text).map_err(|failure| {
            let at = failure.span().map_or(0, |span| span.start);
            error(failure.message().to_owned(), position(&text, at))
        })?;
        let mut builder = Builder::new(Arc::clone(&text));
        // A text that says nothing is nothing, as in YAML.
        if !table.get_ref().is_empty() {
            add_table(&mut builder, table.get_ref(), 0..text.len())
                .map_err(|(failure, at)| error(failure.to_string(), position(&text, at)))?;
        }
        Ok(builder.finish())
    }

    fn parse_entry(&self, text: Arc<str>) -> Result<Tree, SyntaxError> {
        self.parse(text)
    }

    fn apply(&self, tree: &Tree, edits: &[Edit]) -> Result<Tree, EditError> {
        if edits.is_empty() { Ok(tree.clone()) } else { Err(not_edited()) }
    }

    /// Nothing here writes TOML, so there is no writer whom a second reader would catch.
    fn agrees(&self, _: &[&Tree], meanwhile: &mut dyn FnMut()) -> bool {
        meanwhile();
        true
    }

    /// Traefik reads its static configuration without templates.
    fn is_for_traefik_alone(&self, _: Option<&str>, _: &str) -> bool {
        false
    }

    fn excerpt(&self, _: &Tree, _: &Path) -> Result<String, EditError> {
        Err(not_edited())
    }
}

fn error(message: String, position: Position) -> SyntaxError {
    SyntaxError { message, position, shaped_by_templates: false }
}

fn not_edited() -> EditError {
    EditError::Target {
        path: Path::root(),
        reason: "is in a TOML file, which is edited as a text and not field by field".to_owned(),
    }
}

type Added = Result<(), (BuildError, usize)>;

fn add_table(builder: &mut Builder, table: &DeTable<'_>, span: Range<usize>) -> Added {
    builder.open(span.start, Kind::Mapping, Style::Block).map_err(|failure| (failure, span.start))?;
    // In the order of the text: the parser gives them by name.
    let mut entries: Vec<_> = table.iter().collect();
    entries.sort_by_key(|(key, _)| key.span().start);
    for (key, value) in entries {
        let at = key.span();
        add_text(builder, at.clone(), key.get_ref())?;
        add(builder, value.get_ref(), value.span())?;
    }
    builder.close(span.end).map_err(|failure| (failure, span.start))
}

fn add(builder: &mut Builder, value: &DeValue<'_>, span: Range<usize>) -> Added {
    let start = span.start;
    // What is no text has the spelling that YAML would have, so that it reads as the same number or switch.
    let plain = match value {
        DeValue::Table(table) => return add_table(builder, table, span),
        DeValue::Array(items) => {
            builder.open(start, Kind::Sequence, Style::Flow).map_err(|failure| (failure, start))?;
            for item in items {
                add(builder, item.get_ref(), item.span())?;
            }
            return builder.close(span.end).map_err(|failure| (failure, start));
        }
        DeValue::String(text) => return add_text(builder, span, text),
        DeValue::Datetime(moment) => return add_text(builder, span, &moment.to_string()),
        DeValue::Integer(number) => {
            let read = i64::from_str_radix(number.as_str(), number.radix());
            read.map_or_else(|_| number.as_str().to_owned(), |number| number.to_string())
        }
        DeValue::Float(number) => number.as_str().to_owned(),
        DeValue::Boolean(flag) => flag.to_string(),
    };
    let added = builder.scalar(span, Style::Plain, Some(plain.into()), false);
    added.map(drop).map_err(|failure| (failure, start))
}

fn add_text(builder: &mut Builder, span: Range<usize>, text: &str) -> Added {
    let start = span.start;
    let added = builder.scalar(span, Style::DoubleQuoted, Some(text.into()), false);
    added.map(drop).map_err(|failure| (failure, start))
}
