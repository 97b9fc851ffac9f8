//! The values of fields: single ones, lists, and settings of any shape.

use super::{
    finding::{Effect, Level},
    nodes::{entries, has_children},
    scalar::{self, Scalar},
    schema::{Field, Shape, Struct},
    shape::{Mode, Walk},
};
use crate::{
    config::value::parse_bool,
    traefik::duration::is_duration,
    tree::{Kind, NodeRef},
};

impl<'t> Walk<'_, '_, 't> {
    /// A list of texts or numbers.
    pub(super) fn list(&mut self, field: &'static Field, node: NodeRef<'t>, mode: Mode) {
        match node.kind() {
            Kind::Scalar => {
                self.separator(node);
                self.bad_scalar(node);
                if matches!(field.shape, Shape::Floats) && mode.fills {
                    let Some(text) = Scalar::of(node).into_text() else { return };
                    if text.split(',').any(|part| !text.is_empty() && !scalar::is_float(part.trim())) {
                        self.wrong(node, field, "a list of numbers", "write numbers such as 0.5");
                    }
                }
            }
            Kind::Mapping => {
                for (key, value) in entries(node) {
                    self.key(key);
                    if has_children(value) && value.kind() != Kind::Scalar {
                        self.wrong(value, field, "a list", "write `- ` before each value");
                        return;
                    }
                    self.free(value, 0);
                }
                self.lost(node, "a mapping stands where a list belongs; Traefik takes nothing from it");
            }
            Kind::Sequence => {
                for (index, item) in node.items().enumerate() {
                    self.steps.push_index(index);
                    self.list_item(field, item, mode);
                    self.steps.pop();
                }
            }
        }
    }

    fn list_item(&mut self, field: &'static Field, item: NodeRef<'t>, mode: Mode) {
        match item.kind() {
            Kind::Scalar => {
                self.null_item(item);
                self.separator(item);
                self.bad_scalar(item);
                if matches!(field.shape, Shape::Floats) && mode.fills {
                    let text = Scalar::of(item).into_text();
                    if text.is_some_and(|text| !scalar::is_float(text.trim())) {
                        self.wrong(item, field, "a list of numbers", "write numbers such as 0.5");
                    }
                }
            }
            Kind::Mapping if has_children(item) => self.wrong(
                item,
                field,
                "a list of single values",
                "write only the value; one with `: ` in it needs quotes",
            ),
            Kind::Mapping => self.lost(item, "an empty mapping in a list of single values is lost"),
            Kind::Sequence => self.nested_list(item),
        }
    }

    /// A list of mappings.
    pub(super) fn structs(&mut self, of: &'static Struct, node: NodeRef<'t>, mode: Mode) {
        match node.kind() {
            Kind::Scalar => {
                self.bad_scalar(node);
                if Scalar::of(node) != Scalar::Opaque {
                    self.lost(node, "a list belongs here; Traefik takes a single value for an empty one");
                }
            }
            Kind::Sequence => {
                for (index, item) in node.items().enumerate() {
                    self.steps.push_index(index);
                    match item.kind() {
                        Kind::Mapping => self.fields(of, item, mode),
                        Kind::Sequence => self.nested_list(item),
                        Kind::Scalar => {
                            self.null_item(item);
                            self.bad_scalar(item);
                            if !item.is_null() {
                                self.lost(item, "a mapping belongs here; Traefik leaves this element out");
                            }
                        }
                    }
                    self.steps.pop();
                }
            }
            Kind::Mapping => {
                self.lost(node, "a list belongs here; Traefik makes one element of each key");
                for (key, value) in entries(node) {
                    self.key(key);
                    if value.is_null() || key.is_null() {
                        continue;
                    }
                    self.steps.push_key(key.text());
                    match value.kind() {
                        Kind::Scalar => self.bad_scalar(value),
                        _ => self.fields(of, value, mode),
                    }
                    self.steps.pop();
                }
            }
        }
    }

    /// A single value.
    pub(super) fn single(&mut self, field: &'static Field, node: NodeRef<'t>, mode: Mode) {
        let is_text = matches!(field.shape, Shape::Text);
        if has_children(node) {
            self.wrong(node, field, expected(field.shape), "write a single value");
            return;
        }
        if node.kind() != Kind::Scalar {
            self.plain_items(node);
            if is_text {
                self.lost(node, "a text belongs here; Traefik makes nothing useful of a list or mapping");
            } else if mode.fills {
                self.wrong(node, field, expected(field.shape), "write a single value");
            }
            return;
        }
        self.bad_scalar(node);
        if is_text || !mode.fills {
            return;
        }
        let Some(text) = Scalar::of(node).into_text() else { return };
        let fits = match field.shape {
            Shape::Bool => parse_bool(&text).is_some(),
            Shape::Integer | Shape::IntegerMap => {
                scalar::parse_integer(&text, i128::from(i64::MIN)..=i128::from(i64::MAX)).is_some()
            }
            Shape::SmallInteger => {
                scalar::parse_integer(&text, i128::from(i32::MIN)..=i128::from(i32::MAX)).is_some()
            }
            Shape::Unsigned => scalar::parse_integer(&text, 0..=i128::from(u32::MAX)).is_some(),
            Shape::Float => scalar::is_float(&text),
            Shape::Duration => is_duration(&text),
            _ => true,
        };
        if !fits {
            let remedy = match field.shape {
                Shape::Bool => "write true or false",
                Shape::Duration => "write a number with a unit, such as 500ms, 30s or 1h30m",
                Shape::Float => "write a number such as 0.5",
                _ => "write a whole number",
            };
            self.wrong(node, field, expected(field.shape), remedy);
        }
    }

    /// Settings of any shape: a plugin's.
    pub(super) fn free(&mut self, node: NodeRef<'t>, depth: usize) {
        match node.kind() {
            Kind::Scalar => {
                self.separator(node);
                self.bad_scalar(node);
            }
            Kind::Mapping => {
                for (key, value) in entries(node) {
                    self.key(key);
                    if depth > 0 && key.text().is_empty() && !key.is_null() && !value.is_null() {
                        self.note(
                            Level::Error,
                            Effect::Hangs,
                            key,
                            "empty-plugin-key",
                            "an empty key in a plugin's settings makes Traefik's file provider stop for good",
                            "give the key a name",
                        );
                    }
                    if !value.is_null() && !key.is_null() {
                        self.steps.push_key(key.text());
                        self.free(value, depth + 1);
                        self.steps.pop();
                    }
                }
            }
            Kind::Sequence => {
                for (index, item) in node.items().enumerate() {
                    self.steps.push_index(index);
                    match item.kind() {
                        Kind::Sequence => self.nested_list(item),
                        Kind::Mapping => self.free(item, depth + 1),
                        Kind::Scalar => {
                            self.null_item(item);
                            self.free(item, depth);
                        }
                    }
                    self.steps.pop();
                }
            }
        }
    }
}

fn expected(shape: Shape) -> &'static str {
    match shape {
        Shape::Text | Shape::TextMap => "a text",
        Shape::Bool => "true or false",
        Shape::Float => "a number",
        Shape::Duration => "a duration",
        Shape::SmallInteger => "a whole number of at most 32 bits",
        Shape::Unsigned => "a positive whole number of at most 32 bits",
        _ => "a whole number",
    }
}
