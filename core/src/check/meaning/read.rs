//! Objects into terms: from a file's nodes and from the values of Traefik's API, along the same schema.

use crate::{
    check::{
        nodes::{entries, is_switched_on, structs, texts},
        scalar::{Scalar, parse_duration, parse_integer},
        schema::{Field, Shape, Struct},
    },
    config::value::{Value, parse_bool},
    traefik::name::in_files,
    tree::{Kind, NodeRef},
};

/// The value of a field.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Term {
    /// Only Traefik knows: a Go template, or a shape that Traefik makes something odd of.
    Unknown,
    Text(String),
    Bool(bool),
    /// A number, or the nanoseconds of a duration.
    Number(i128),
    /// A list of texts, `None` for a template.
    Texts(Vec<Option<String>>),
    List(Vec<Term>),
    /// A mapping with fixed keys, in the schema's spelling.
    Fields(Vec<(&'static str, Term)>),
    /// A mapping with keys of one's own.
    Map(Vec<(String, Term)>),
}

/// Fields that name another object, which may stand with or without `@file`.
const REFERENCES: [&str; 6] = ["service", "fallback", "middlewares", "serversTransport", "options", "name"];

/// Go cuts texts there; what becomes of them is not followed.
const SEPARATOR: char = '║';

const NUMBERS: std::ops::RangeInclusive<i128> = i64::MIN as i128..=u64::MAX as i128;

/// The fields that a node has.
pub(super) fn fields(of: &'static Struct, node: NodeRef<'_>) -> Vec<(&'static str, Term)> {
    known(of).filter_map(|field| Some((field.name, of_node(field, node)?))).collect()
}

/// The fields that the API shows.
pub(super) fn shown_fields(of: &'static Struct, value: &Value) -> Vec<(&'static str, Term)> {
    let Value::Map(shown) = value else { return Vec::new() };
    let find = |name: &str| shown.iter().find(|(key, _)| key.eq_ignore_ascii_case(name));
    known(of).filter_map(|field| Some((field.name, of_value(field, &find(field.name)?.1)?))).collect()
}

fn known(of: &'static Struct) -> impl Iterator<Item = &'static Field> {
    of.0.iter().filter(|field| !field.is_ignored)
}

fn of_node(field: &'static Field, parent: NodeRef<'_>) -> Option<Term> {
    let node = parent.value_of(field.name)?;
    let term = match field.shape {
        Shape::Texts => {
            let list: Vec<_> = texts(parent, field.name).map(|element| element.text).collect();
            let list = list.into_iter().map(|text| text.filter(|text| !is_template(text)).map(String::from));
            let list: Vec<Option<String>> = list.collect();
            if list.iter().flatten().any(|text| text.contains(SEPARATOR)) {
                return Some(Term::Unknown);
            }
            Term::Texts(list)
        }
        Shape::List(_) if node.kind() == Kind::Scalar && is_unknown(node) => Term::Unknown,
        Shape::List(of) => {
            Term::List(structs(parent, field.name).map(|(_, item)| Term::Fields(fields(of, item))).collect())
        }
        Shape::Section(of) | Shape::Switch(of) => match is_switched_on(node) {
            None => Term::Unknown,
            Some(false) => return None,
            Some(true) if node.kind() == Kind::Mapping => Term::Fields(fields(of, node)),
            Some(true) => Term::Fields(Vec::new()),
        },
        Shape::TextMap | Shape::IntegerMap if node.kind() == Kind::Mapping => Term::Map(
            entries(node)
                .filter_map(|(key, value)| {
                    let text = text_of(value)?;
                    let term = if matches!(field.shape, Shape::IntegerMap) { number(&text) } else { text };
                    Some((key.text().to_owned(), term))
                })
                .collect(),
        ),
        Shape::Plugins if node.kind() == Kind::Mapping => Term::Map(
            entries(node).filter_map(|(key, value)| Some((key.text().to_owned(), plugin(value)?))).collect(),
        ),
        Shape::Text => text_of(node)?,
        Shape::Bool => switch(&text_of(node)?),
        Shape::Integer | Shape::SmallInteger | Shape::Unsigned => number(&text_of(node)?),
        Shape::Duration => duration(&text_of(node)?),
        _ => Term::Unknown,
    };
    said(field, term)
}

fn of_value(field: &'static Field, value: &Value) -> Option<Term> {
    let term = match (field.shape, value) {
        (_, Value::Null) => return None,
        (Shape::Texts, Value::List(items)) => Term::Texts(items.iter().map(scalar).collect()),
        (Shape::List(of), Value::List(items)) => {
            Term::List(items.iter().map(|item| Term::Fields(shown_fields(of, item))).collect())
        }
        (Shape::Section(of) | Shape::Switch(of), Value::Map(_)) => Term::Fields(shown_fields(of, value)),
        (Shape::TextMap, Value::Map(entries)) => Term::Map(
            entries
                .iter()
                .filter_map(|(key, value)| Some((key.clone(), Term::Text(scalar(value)?))))
                .collect(),
        ),
        (Shape::IntegerMap, Value::Map(entries)) => Term::Map(
            entries
                .iter()
                .filter_map(|(key, value)| Some((key.clone(), number(&Term::Text(scalar(value)?)))))
                .collect(),
        ),
        (Shape::Plugins, Value::Map(_)) => shown_setting(value)?,
        // A number of the API is in nanoseconds, and only a number of a file in seconds.
        (Shape::Duration, Value::Int(nanoseconds)) => Term::Number(i128::from(*nanoseconds)),
        (Shape::Duration, _) => duration(&Term::Text(scalar(value)?)),
        (Shape::Text, _) => Term::Text(scalar(value)?),
        (Shape::Bool, _) => switch(&Term::Text(scalar(value)?)),
        (Shape::Integer | Shape::SmallInteger | Shape::Unsigned, _) => number(&Term::Text(scalar(value)?)),
        _ => Term::Unknown,
    };
    said(field, term)
}

/// Empty texts and lists are not there to Go; references lose their `@file`.
fn said(field: &'static Field, term: Term) -> Option<Term> {
    let is_reference = REFERENCES.contains(&field.name);
    Some(match term {
        Term::Text(text) if text.is_empty() => return None,
        Term::Text(text) if is_reference => Term::Text(in_files(&text).to_owned()),
        Term::Texts(texts) if texts.is_empty() => return None,
        Term::Texts(texts) if is_reference => {
            Term::Texts(texts.into_iter().map(|text| text.map(|text| in_files(&text).to_owned())).collect())
        }
        Term::List(list) if list.is_empty() => return None,
        // Zero asks for the priority that the router has by itself.
        Term::Number(0) if field.name == "priority" => return None,
        term => term,
    })
}

/// The text that Traefik makes of a scalar; `None` for null.
fn text_of(node: NodeRef<'_>) -> Option<Term> {
    if node.is_null() {
        return None;
    }
    if node.kind() != Kind::Scalar || is_unknown(node) {
        return Some(Term::Unknown);
    }
    Some(Scalar::of(node).into_text().map_or(Term::Unknown, |text| Term::Text(text.into_owned())))
}

fn is_unknown(node: NodeRef<'_>) -> bool {
    node.is_templated() || is_template(node.text())
}

/// In a file that goes through Go's templates nothing else holds two braces.
fn is_template(text: &str) -> bool {
    text.contains("{{")
}

fn switch(text: &Term) -> Term {
    parsed(text, |text| parse_bool(text).map(Term::Bool))
}

fn number(text: &Term) -> Term {
    parsed(text, |text| parse_integer(text, NUMBERS).map(Term::Number))
}

fn duration(text: &Term) -> Term {
    parsed(text, |text| parse_duration(text).map(Term::Number))
}

fn parsed(text: &Term, parse: impl Fn(&str) -> Option<Term>) -> Term {
    match text {
        Term::Text(text) => parse(text).unwrap_or(Term::Unknown),
        _ => Term::Unknown,
    }
}

/// The settings of one plugin.
fn plugin(node: NodeRef<'_>) -> Option<Term> {
    if node.kind() == Kind::Mapping { setting(node) } else { (!node.is_null()).then_some(Term::Unknown) }
}

/// A plugin's setting: single values are texts, and of a list with mappings in it only these are left.
fn setting(node: NodeRef<'_>) -> Option<Term> {
    Some(match node.kind() {
        Kind::Scalar => return text_of(node),
        Kind::Mapping => Term::Map(
            entries(node).filter_map(|(key, value)| Some((key.text().to_owned(), setting(value)?))).collect(),
        ),
        Kind::Sequence => {
            let has_mappings = node.items().any(|item| item.kind() == Kind::Mapping);
            let items = node.items().filter(|item| !has_mappings || item.kind() == Kind::Mapping);
            Term::List(items.filter_map(setting).collect())
        }
    })
}

fn shown_setting(value: &Value) -> Option<Term> {
    Some(match value {
        Value::List(items) => Term::List(items.iter().filter_map(shown_setting).collect()),
        Value::Map(entries) => Term::Map(
            entries.iter().filter_map(|(key, value)| Some((key.clone(), shown_setting(value)?))).collect(),
        ),
        _ => Term::Text(scalar(value)?),
    })
}

fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::Text(text) | Value::Verbatim(text) => Some(text.clone()),
        Value::Int(number) => Some(number.to_string()),
        Value::Bool(flag) => Some(flag.to_string()),
        Value::Null | Value::List(_) | Value::Map(_) => None,
    }
}

/// Takes the first texts of a list away, where it is that long.
pub(super) fn drop_first(fields: &mut Vec<(&'static str, Term)>, name: &str, count: usize) {
    let Some(at) = fields.iter().position(|(known, _)| *known == name) else { return };
    if let Some((_, Term::Texts(texts))) = fields.get_mut(at) {
        texts.drain(..count.min(texts.len()));
        if texts.is_empty() {
            fields.remove(at);
        }
    }
}
