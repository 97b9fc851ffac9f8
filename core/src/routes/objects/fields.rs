//! Any object through a form: fields of Traefik's schema as they were typed.
//!
//! A field that says what its form showed is no change, whatever it says; so a form that nobody changed writes nothing.
//! What a form does not name stays as it is.

use super::{
    super::{ChangeError, patch::Patch},
    rows, shown,
};
use crate::{
    check::schema::{Field, Shape, Struct, of},
    config::{
        edit::{Edit, Path, Segment},
        object::ObjectRef,
        store::ConfigSyntax,
        value::{Value, parse_bool},
    },
    traefik::{Protocol, duration::is_duration},
    tree::{NodeRef, Tree},
};

/// What a form says about an object.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FieldsForm {
    /// The variety of a service or middleware, such as `weighted`: it is there, even with no field of its own.
    pub variety: Option<&'static str>,
    /// The fields that it has.
    pub fields: Vec<FieldInput>,
}

/// A field as it was typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldInput {
    /// The way to it from the object, as the schema spells it.
    pub way: Vec<&'static str>,
    /// What was typed.
    pub typed: Typed,
}

/// What somebody typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Typed {
    /// A single value, or a list with an element on each line, or `name: value` on each line. Nothing takes it out.
    Text(String),
    /// Yes or no; for a mapping, whether it is there.
    Flag {
        /// What was chosen.
        on: bool,
        /// What Traefik takes where nothing is written.
        by_default: bool,
        /// When it is written.
        written: Written,
    },
    /// The elements of a list of mappings.
    Rows(Vec<RowInput>),
}

/// When a yes or no is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Written {
    /// Where it differs from what Traefik takes by itself; otherwise it is taken out.
    WhereItDiffers,
    /// Where it was changed, whichever way.
    WhereItChanged,
    /// Also with whatever else was changed: what Traefik takes by itself would open something up.
    WithAnyChange,
    /// In any case.
    Always,
}

/// One element of a list of mappings, as it was typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RowInput {
    /// Which of the present elements it was, from 0; `None` is found by what stands in its first field, or new.
    pub at: Option<usize>,
    /// Its fields and what was typed; nothing takes one out.
    pub cells: Vec<(&'static str, String)>,
}

impl FieldsForm {
    /// The edits that bring an object to what the form says.
    ///
    /// # Errors
    /// [`ChangeError::Field`] for what makes no sense in its field, or for an object of another variety.
    pub(super) fn edits(
        &self,
        syntax: &dyn ConfigSyntax,
        object: &ObjectRef,
        base: &Path,
        node: Option<NodeRef<'_>>,
    ) -> Result<Vec<Edit>, ChangeError> {
        let root = of(object.kind, object.protocol).ok_or_else(|| wrong(&[], "there is no such object"))?;
        let mut kept: Vec<(Vec<&'static str>, bool)> = Vec::new();
        if let Some(variety) = self.variety {
            let field = root.field(variety).ok_or_else(|| wrong(&[variety], "there is no such kind"))?;
            if node.is_some_and(|node| node.value_of(variety).is_none()) {
                let message = format!("the {} is not of this kind: edit it as YAML", object.kind.noun());
                return Err(wrong(&[variety], message));
            }
            kept.push((vec![variety], matches!(field.shape, Shape::Switch(_))));
        }
        self.edits_of(syntax, &Target { root, protocol: object.protocol, base, node }, kept)
    }

    /// The edits that bring a mapping to what the form says; `kept` are the ways, from the mapping, of those that shall
    /// be there whatever they hold, and whether they may be empty.
    ///
    /// # Errors
    /// [`ChangeError::Field`] for what makes no sense in its field.
    pub(in crate::routes) fn edits_of(
        &self,
        syntax: &dyn ConfigSyntax,
        target: &Target<'_>,
        mut kept: Vec<(Vec<&'static str>, bool)>,
    ) -> Result<Vec<Edit>, ChangeError> {
        let Target { root, protocol, base, node } = *target;
        let mut patch = Patch::new(base.clone(), node);
        let mut beside: Vec<(&[&'static str], bool)> = Vec::new();
        let mut gone: Vec<&[&'static str]> = Vec::new();
        for input in &self.fields {
            let field = find(root, &input.way).ok_or_else(|| wrong(&input.way, "there is no such field"))?;
            if gone.iter().any(|way| input.way.starts_with(way)) {
                continue;
            }
            match (&input.typed, field.shape.inner()) {
                (Typed::Flag { on: false, .. }, Some(_)) => {
                    patch.remove(&input.way);
                    gone.push(&input.way);
                }
                (Typed::Flag { on: true, .. }, Some(_)) => {
                    kept.push((input.way.clone(), matches!(field.shape, Shape::Switch(_))));
                }
                (Typed::Rows(typed), Some(inner)) => {
                    rows::set(&mut patch, &input.way, inner, protocol, typed)?;
                }
                (typed, None) => {
                    set(&mut patch, &input.way, field.shape, typed)?;
                    if let Typed::Flag { on, written: Written::WithAnyChange, .. } = typed {
                        beside.push((&input.way, *on));
                    }
                }
                _ => return Err(wrong(&input.way, "this form cannot hold that")),
            }
        }
        if patch.is_change() {
            for (way, on) in beside {
                if way.split_last().is_some_and(|(_, above)| patch.has(above)) {
                    patch.set(way, Value::Bool(on));
                }
            }
        }
        keep(syntax, patch, base, node, kept)
    }
}

/// A mapping that a form is about.
#[derive(Debug, Clone, Copy)]
pub(in crate::routes) struct Target<'t> {
    /// What may stand in it.
    pub(in crate::routes) root: &'static Struct,
    pub(in crate::routes) protocol: Option<Protocol>,
    /// Its place, as the file spells it.
    pub(in crate::routes) base: &'t Path,
    /// What stands there.
    pub(in crate::routes) node: Option<NodeRef<'t>>,
}

/// The field at the end of a way.
fn find(root: &'static Struct, way: &[&'static str]) -> Option<&'static Field> {
    let (last, above) = way.split_last()?;
    let inner = above.iter().try_fold(root, |of, name| of.field(name)?.shape.inner())?;
    inner.field(last)
}

/// A refusal of what was typed in a field.
pub(super) fn wrong(way: &[&'static str], message: impl Into<String>) -> ChangeError {
    ChangeError::Field { path: way.join("."), message: message.into() }
}

/// Brings one field to what was typed.
pub(super) fn set(
    patch: &mut Patch<'_>,
    way: &[&'static str],
    shape: Shape,
    typed: &Typed,
) -> Result<(), ChangeError> {
    let written = patch.at(way);
    let Some(shown) = shown(written, shape) else {
        return Err(wrong(way, "what is written there cannot be shown in a form: edit it as YAML"));
    };
    let text = match typed {
        Typed::Flag { on, by_default, written } => {
            let now = parse_bool(&shown);
            if now == Some(*on) || (*written != Written::Always && now.unwrap_or(*by_default) == *on) {
                return Ok(());
            }
            if on == by_default && *written == Written::WhereItDiffers {
                patch.remove(way);
            } else {
                patch.set(way, Value::Bool(*on));
            }
            return Ok(());
        }
        Typed::Text(text) if *text == shown => return Ok(()),
        Typed::Text(text) => text.trim(),
        Typed::Rows(_) => return Err(wrong(way, "is no list of mappings")),
    };
    if text.is_empty() {
        patch.remove(way);
        return Ok(());
    }
    match shape {
        Shape::Texts => {
            let lines = text.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned);
            patch.set_list(way, &lines.collect::<Vec<_>>());
        }
        Shape::Floats => {
            let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
            let numbers = lines.map(|line| single(way, Shape::Float, line));
            patch.set(way, Value::List(numbers.collect::<Result<_, _>>()?));
        }
        Shape::TextMap | Shape::IntegerMap => set_pairs(patch, way, shape, text)?,
        _ => patch.set(way, single(way, shape, text)?),
    }
    Ok(())
}

/// A single value as it is to be written.
pub(super) fn single(way: &[&'static str], shape: Shape, text: &str) -> Result<Value, ChangeError> {
    let whole = || text.parse::<i64>().map(Value::Int);
    match shape {
        Shape::Integer => whole().map_err(|_| wrong(way, format!("`{text}` is not a whole number"))),
        Shape::SmallInteger | Shape::Unsigned => {
            let fits = text.parse::<i32>().is_ok()
                && (matches!(shape, Shape::SmallInteger) || !text.starts_with('-'));
            whole()
                .ok()
                .filter(|_| fits)
                .ok_or_else(|| wrong(way, format!("`{text}` is no number that fits here")))
        }
        Shape::Float => match text.parse::<f64>() {
            Ok(number) if number.is_finite() => Ok(Value::Verbatim(text.to_owned())),
            _ => Err(wrong(way, format!("`{text}` is not a number"))),
        },
        Shape::Duration if !is_duration(text) => {
            Err(wrong(way, format!("`{text}` is not a duration such as 10s, 500ms or 1h30m")))
        }
        Shape::Duration => Ok(whole().unwrap_or_else(|_| Value::text(text))),
        Shape::Bool => parse_bool(text)
            .map(Value::Bool)
            .ok_or_else(|| wrong(way, format!("`{text}` is neither true nor false"))),
        _ => Ok(Value::text(text)),
    }
}

/// Names with values, one on each line: each name by itself, so that comments beside the others stay.
fn set_pairs(
    patch: &mut Patch<'_>,
    way: &[&'static str],
    shape: Shape,
    text: &str,
) -> Result<(), ChangeError> {
    let mut pairs: Vec<(String, Value)> = Vec::new();
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let (name, value) = line
            .split_once(':')
            .map(|(name, value)| (name.trim(), value.trim()))
            .filter(|(name, _)| !name.is_empty())
            .ok_or_else(|| wrong(way, format!("write `Name: value` in place of `{line}`")))?;
        if pairs.iter().any(|(other, _)| other == name) {
            return Err(wrong(way, format!("`{name}` stands there twice")));
        }
        let shape = if matches!(shape, Shape::IntegerMap) { Shape::Integer } else { Shape::Text };
        pairs.push((name.to_owned(), single(way, shape, value)?));
    }
    let Some(old) = patch.at(way) else {
        patch.set(way, Value::Map(pairs));
        return Ok(());
    };
    let path = patch.path(way);
    let gone = old.own_entries().filter(|(key, _)| !pairs.iter().any(|(name, _)| key.text() == name));
    let mut edits: Vec<Edit> = gone.map(|(key, _)| Edit::remove(path.key(key.text()))).collect();
    for (name, value) in pairs {
        if !old.get(&name).is_some_and(|node| value.matches(&node)) {
            edits.push(Edit::set(path.key(name), value));
        }
    }
    for edit in edits {
        patch.push(edit);
    }
    Ok(())
}

/// Sees that mappings stay which shall be there: one that may be empty is left empty, another needs something in it.
fn keep(
    syntax: &dyn ConfigSyntax,
    mut patch: Patch<'_>,
    base: &Path,
    node: Option<NodeRef<'_>>,
    kept: Vec<(Vec<&'static str>, bool)>,
) -> Result<Vec<Edit>, ChangeError> {
    let needed = |way: &[&'static str]| wrong(way, "fill in at least one of its fields");
    let Some(node) = node else {
        // The innermost first: what is kept below keeps what is above.
        for (way, may_be_empty) in kept.into_iter().rev() {
            match (patch.drafts(&way), may_be_empty) {
                (true, _) => {}
                (false, true) if way.is_empty() => {
                    patch.push(Edit::set(base.clone(), Value::Map(Vec::new())));
                }
                (false, true) => patch.set(&way, Value::Map(Vec::new())),
                (false, false) => return Err(needed(&way)),
            }
        }
        return Ok(patch.finish());
    };
    let ways: Vec<(Path, Vec<&'static str>, bool)> =
        kept.into_iter().map(|(way, may_be_empty)| (patch.path(&way), way, may_be_empty)).collect();
    let mut edits = patch.finish();
    let left = edits.is_empty().then(|| node.tree().clone());
    let Some(left) = left.or_else(|| syntax.apply(node.tree(), &edits).ok()) else { return Ok(edits) };
    for (path, way, may_be_empty) in ways.into_iter().rev() {
        if is_there(&left, base, &way) || edits.iter().any(|edit| is_set_below(edit, &path)) {
            continue;
        }
        if !may_be_empty {
            return Err(needed(&way));
        }
        edits.retain(|edit| !edit.path().segments().starts_with(path.segments()));
        edits.push(Edit::set(path, Value::Map(Vec::new())));
    }
    Ok(edits)
}

fn is_set_below(edit: &Edit, path: &Path) -> bool {
    matches!(edit, Edit::Set { .. }) && edit.path().segments().starts_with(path.segments())
}

fn is_there(tree: &Tree, base: &Path, way: &[&'static str]) -> bool {
    let step = |node: NodeRef<'_>, segment: &Segment| -> Option<crate::tree::NodeId> {
        match segment {
            Segment::Key(key) => node.get(key).map(|node| node.id()),
            Segment::Index(index) => node.items().nth(*index).map(|node| node.id()),
        }
    };
    let mut node = tree.root();
    for segment in base.segments() {
        node = node.and_then(|node| step(node, segment)).and_then(|id| tree.node(id));
    }
    way.iter().try_fold(node, |node, name| Some(node?.value_of(name))).flatten().is_some()
}
