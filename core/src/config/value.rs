//! A value that is to be written: owned, without a place in a text.

use std::sync::Arc;

use crate::tree::{BuildError, Builder, Kind, NodeRef, Style, Tree};

/// A value to write into a configuration file.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// Text, quoted by the writer where the syntax needs it.
    Text(String),
    /// An unquoted scalar that is written as it stands: a number in the author's spelling, a template.
    Verbatim(String),
    /// A list.
    List(Vec<Value>),
    /// Keys and values in this order.
    Map(Vec<(String, Value)>),
}

impl Value {
    /// A text.
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    /// A list of texts.
    pub fn texts<T: Into<String>>(texts: impl IntoIterator<Item = T>) -> Self {
        Self::List(texts.into_iter().map(Self::text).collect())
    }

    /// A mapping.
    pub fn map<K: Into<String>>(entries: impl IntoIterator<Item = (K, Value)>) -> Self {
        Self::Map(entries.into_iter().map(|(key, value)| (key.into(), value)).collect())
    }

    /// The value under a key of a mapping.
    pub fn get(&self, key: &str) -> Option<&Value> {
        let Self::Map(entries) = self else { return None };
        entries.iter().find(|(name, _)| name == key).map(|(_, value)| value)
    }

    /// The text of a scalar.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::Text(text) | Self::Verbatim(text) => Some(text),
            _ => None,
        }
    }

    /// A tree that says the same and has no text of its own.
    pub fn to_tree(&self) -> Tree {
        let mut builder = Builder::new(Arc::from(""));
        // The limits guard against files; a value that is deeper than them is cut off.
        let _ = build(&mut builder, self);
        builder.finish()
    }

    /// Whether a node already says this, so that writing it would change nothing.
    ///
    /// Spelling does not count: a text may stand quoted or plain as long as it reads as that text.
    pub fn matches(&self, node: &NodeRef<'_>) -> bool {
        match self {
            Self::Null => node.is_null(),
            Self::Bool(expected) => node.as_str().is_some_and(|text| parse_bool(text) == Some(*expected)),
            Self::Int(expected) => node.as_str().is_some_and(|text| text.parse() == Ok(*expected)),
            Self::Text(expected) | Self::Verbatim(expected) => {
                node.kind() == Kind::Scalar && !node.is_null() && node.text() == expected
            }
            Self::List(expected) => {
                node.kind() == Kind::Sequence
                    && node.items().count() == expected.len()
                    && node.items().zip(expected).all(|(item, value)| value.matches(&item))
            }
            Self::Map(expected) => {
                node.kind() == Kind::Mapping
                    && node.entries().count() == expected.len()
                    && expected
                        .iter()
                        .all(|(key, value)| node.get(key).is_some_and(|node| value.matches(&node)))
            }
        }
    }
}

/// The value of a node, merge keys and aliases resolved.
impl From<NodeRef<'_>> for Value {
    fn from(node: NodeRef<'_>) -> Self {
        match node.kind() {
            Kind::Scalar if node.is_null() => Self::Null,
            Kind::Scalar if node.resolved().style() != Style::Plain => Self::text(node.text()),
            Kind::Scalar => match node.text() {
                "true" => Self::Bool(true),
                "false" => Self::Bool(false),
                text => match text.parse::<i64>() {
                    Ok(number) if number.to_string() == text => Self::Int(number),
                    _ => Self::Verbatim(text.to_owned()),
                },
            },
            Kind::Sequence => Self::List(node.items().map(Self::from).collect()),
            Kind::Mapping => Self::Map(
                node.entries().map(|(key, value)| (key.text().to_owned(), Self::from(value))).collect(),
            ),
        }
    }
}

fn build(builder: &mut Builder, value: &Value) -> Result<(), BuildError> {
    let plain = |text: String| (Style::Plain, text);
    let (style, text) = match value {
        Value::Null => plain("null".to_owned()),
        Value::Bool(flag) => plain(flag.to_string()),
        Value::Int(number) => plain(number.to_string()),
        Value::Verbatim(text) => plain(text.clone()),
        Value::Text(text) => (Style::DoubleQuoted, text.clone()),
        Value::List(items) => {
            builder.open(0, Kind::Sequence, Style::Block)?;
            items.iter().try_for_each(|item| build(builder, item))?;
            return builder.close(0);
        }
        Value::Map(entries) => {
            builder.open(0, Kind::Mapping, Style::Block)?;
            for (key, value) in entries {
                builder.scalar(0..0, Style::DoubleQuoted, Some(key.as_str().into()), false)?;
                build(builder, value)?;
            }
            return builder.close(0);
        }
    };
    builder.scalar(0..0, style, Some(text.into()), false).map(drop)
}

/// Go's `strconv.ParseBool`, which is how Traefik reads a boolean.
pub fn parse_bool(text: &str) -> Option<bool> {
    match text {
        "1" | "t" | "T" | "true" | "True" | "TRUE" => Some(true),
        "0" | "f" | "F" | "false" | "False" | "FALSE" => Some(false),
        _ => None,
    }
}
