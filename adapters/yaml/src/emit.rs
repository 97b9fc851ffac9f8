//! New nodes as text.

use traefik_manager_core::{
    config::value::Value,
    tree::{NodeRef, Style},
};

use crate::{
    entry::EntryText,
    parse::{self, Dialect},
    quote::{self, Spot},
};

/// A key that is to be added to a mapping.
#[derive(Debug)]
pub(crate) enum Addition<'a> {
    Keyed(&'a str, New<'a>),
    Entry(&'a EntryText),
}

/// A node that is to be written.
#[derive(Debug)]
pub(crate) enum New<'a> {
    Value(&'a Value),
    /// A mapping of one key, made because something is to stand below it.
    Map(Box<Addition<'a>>),
    /// A list of one element, made because something is to stand in it.
    List(Box<New<'a>>),
}

/// How the file at hand writes things.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Habits {
    pub(crate) eol: &'static str,
    /// Columns from a key to the keys below it.
    pub(crate) step: usize,
    /// Columns from a key to the dashes below it.
    pub(crate) dash: usize,
    pub(crate) dialect: Dialect,
}

type Written = Result<(), String>;

impl New<'_> {
    /// Whether it is written on lines below its key.
    pub(crate) fn is_block(&self) -> bool {
        match self {
            Self::Value(Value::List(items)) => !items.is_empty(),
            Self::Value(Value::Map(entries)) => !entries.is_empty(),
            Self::Value(_) => false,
            Self::Map(_) | Self::List(_) => true,
        }
    }

    pub(crate) fn is_list(&self) -> bool {
        matches!(self, Self::List(_) | Self::Value(Value::List(_)))
    }
}

impl Habits {
    fn line(&self, out: &mut String, column: usize) {
        out.push_str(self.eol);
        out.extend((0..column).map(|_| ' '));
    }

    /// An entry whose first line starts where `out` ends, in column `column`.
    pub(crate) fn addition(&self, out: &mut String, addition: &Addition<'_>, column: usize) -> Written {
        match addition {
            Addition::Keyed(key, value) => self.keyed(out, key, value, column),
            Addition::Entry(entry) => {
                out.push_str(&entry.lines(column, self.eol));
                Ok(())
            }
        }
    }

    fn keyed(&self, out: &mut String, key: &str, value: &New<'_>, column: usize) -> Written {
        out.push_str(&self.key(key, Spot::Block, None)?);
        out.push(':');
        self.behind_key(out, value, column)
    }

    /// A key as a scalar.
    pub(crate) fn key(&self, key: &str, spot: Spot, wanted: Option<Style>) -> Result<String, String> {
        if self.dialect.templates && key.contains("{{") {
            return Err("would have a Go template in its key".to_owned());
        }
        if key.chars().count() > 1000 {
            return Err("would have a key of more than 1,000 characters".to_owned());
        }
        quote::scalar(key, spot, wanted, self.dialect)
    }

    /// A value right behind the colon of a key in column `column`.
    pub(crate) fn behind_key(&self, out: &mut String, value: &New<'_>, column: usize) -> Written {
        if value.is_block() {
            let child = column + if value.is_list() { self.dash } else { self.step };
            // Text that brings its own indentation needs it on its first line too.
            if let New::Map(addition) = value
                && let Addition::Entry(_) = **addition
            {
                out.push_str(self.eol);
            } else {
                self.line(out, child);
            }
            self.lines(out, value, child)
        } else {
            out.push(' ');
            self.inline(out, value, Spot::Block, None)
        }
    }

    /// The lines of a collection whose keys or dashes stand in column `column`.
    pub(crate) fn lines(&self, out: &mut String, value: &New<'_>, column: usize) -> Written {
        match value {
            _ if !value.is_block() => self.inline(out, value, Spot::Block, None),
            New::Map(addition) => self.addition(out, addition, column),
            New::List(item) => self.item(out, item, column),
            New::Value(Value::Map(entries)) => {
                for (position, (key, value)) in entries.iter().enumerate() {
                    if position > 0 {
                        self.line(out, column);
                    }
                    self.keyed(out, key, &New::Value(value), column)?;
                }
                Ok(())
            }
            New::Value(Value::List(items)) => {
                for (position, value) in items.iter().enumerate() {
                    if position > 0 {
                        self.line(out, column);
                    }
                    self.item(out, &New::Value(value), column)?;
                }
                Ok(())
            }
            New::Value(_) => Ok(()),
        }
    }

    /// A list element, its dash in column `column`.
    pub(crate) fn item(&self, out: &mut String, value: &New<'_>, column: usize) -> Written {
        if let New::Map(addition) = value
            && let Addition::Entry(entry) = **addition
        {
            // The entry's own lines are indented as a whole; its first one moves up behind the dash.
            let lines = entry.lines(column + 2, self.eol);
            let first = lines.trim_start();
            if first.starts_with('#') {
                return Err("would put a comment behind the dash of a list element".to_owned());
            }
            out.push_str("- ");
            out.push_str(first);
            return Ok(());
        }
        out.push_str("- ");
        self.lines(out, value, column + 2)
    }

    /// A value on one line.
    pub(crate) fn inline(
        &self,
        out: &mut String,
        value: &New<'_>,
        spot: Spot,
        wanted: Option<Style>,
    ) -> Written {
        match value {
            New::Value(value) => self.value(out, value, spot, wanted),
            New::Map(addition) => {
                out.push('{');
                self.flow_addition(out, addition)?;
                out.push('}');
                Ok(())
            }
            New::List(item) => {
                out.push('[');
                self.inline(out, item, Spot::Flow, None)?;
                out.push(']');
                Ok(())
            }
        }
    }

    /// An entry inside braces.
    pub(crate) fn flow_addition(&self, out: &mut String, addition: &Addition<'_>) -> Written {
        match addition {
            Addition::Keyed(key, value) => {
                out.push_str(&self.key(key, Spot::Flow, None)?);
                out.push_str(": ");
                self.inline(out, value, Spot::Flow, None)
            }
            Addition::Entry(entry) => {
                out.push_str(&entry.in_braces(self.eol)?);
                Ok(())
            }
        }
    }

    fn value(&self, out: &mut String, value: &Value, spot: Spot, wanted: Option<Style>) -> Written {
        let scalar = match value {
            Value::Null => "null".to_owned(),
            Value::Bool(value) => self.typed(&value.to_string(), wanted),
            Value::Int(value) => self.typed(&value.to_string(), wanted),
            Value::Text(text) => quote::scalar(text, spot, wanted, self.dialect)?,
            Value::Verbatim(text) => self.verbatim(text, spot)?,
            Value::List(items) => {
                out.push('[');
                for (position, item) in items.iter().enumerate() {
                    if position > 0 {
                        out.push_str(", ");
                    }
                    self.value(out, item, Spot::Flow, None)?;
                }
                out.push(']');
                return Ok(());
            }
            Value::Map(entries) => {
                out.push('{');
                for (position, (key, value)) in entries.iter().enumerate() {
                    if position > 0 {
                        out.push_str(", ");
                    }
                    out.push_str(&self.key(key, Spot::Flow, None)?);
                    out.push_str(": ");
                    self.value(out, value, Spot::Flow, None)?;
                }
                out.push('}');
                return Ok(());
            }
        };
        out.push_str(&scalar);
        Ok(())
    }

    /// A number or boolean keeps the quotes that the author gave it; Traefik reads it the same.
    #[expect(clippy::unused_self, reason = "one of the writer's shapes")]
    fn typed(&self, text: &str, wanted: Option<Style>) -> String {
        match wanted {
            Some(Style::SingleQuoted) => format!("'{text}'"),
            Some(Style::DoubleQuoted) => format!("\"{text}\""),
            _ => text.to_owned(),
        }
    }

    /// A scalar as the caller spelled it, if it is one and stays one in its place.
    fn verbatim(&self, text: &str, spot: Spot) -> Result<String, String> {
        let wrapped = match spot {
            Spot::Block => format!("k: {text}\n"),
            Spot::Flow => format!("k: [{text}]\n"),
        };
        let start = wrapped.find(text).unwrap_or_default().max(3 + usize::from(spot == Spot::Flow));
        let tree = parse::parse(&wrapped.into(), self.dialect).map_err(|error| quote::unwritable(&error))?;
        let node = tree.root().and_then(|root| root.get("k"));
        let node = if spot == Spot::Flow { node.and_then(|list| list.items().next()) } else { node };
        let whole = |node: &NodeRef<'_>| {
            node.style() == Style::Plain && node.span() == (start..start + text.len()) && !text.is_empty()
        };
        if node.as_ref().is_some_and(whole) {
            Ok(text.to_owned())
        } else {
            Err(format!("cannot be written as `{text}` without quotes"))
        }
    }
}
