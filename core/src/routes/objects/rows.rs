//! A list of mappings through a form: servers, the children of a service, certificates.

use super::{
    super::{ChangeError, ServerInput, fields, patch::Patch},
    fields::{RowInput, Typed, Written, set as set_field, single, wrong},
    shown,
};
use crate::{
    check::schema::{Shape, Struct},
    config::{edit::Edit, value::Value},
    traefik::Protocol,
    tree::{Kind, NodeRef},
};

/// Brings a list of mappings to these rows; whatever else an element says stays with it.
pub(super) fn set(
    patch: &mut Patch<'_>,
    way: &[&'static str],
    inner: &'static Struct,
    protocol: Option<Protocol>,
    typed: &[RowInput],
) -> Result<(), ChangeError> {
    let list = patch.at(way);
    if !can_show(list) {
        return Err(wrong(way, "what is written there cannot be shown in a form: edit it as YAML"));
    }
    let old: Vec<NodeRef<'_>> = list.map(|list| list.items().collect()).unwrap_or_default();
    let rows = Rows { way, inner, protocol };
    let mut taken = vec![false; old.len()];
    let mut matched: Vec<(Option<usize>, &RowInput)> = Vec::with_capacity(typed.len());
    for row in typed.iter().filter(|row| row.cells.iter().any(|(_, text)| says_something(text))) {
        let free = |index: &usize| !taken.get(*index).copied().unwrap_or(true);
        let (key, text) = rows.key(row)?;
        let named = || {
            old.iter().enumerate().position(|(index, node)| free(&index) && node.text_of(key) == text.trim())
        };
        let at = row.at.filter(free).or_else(named);
        if let Some(slot) = at.and_then(|at| taken.get_mut(at)) {
            *slot = true;
        }
        matched.push((at, row));
    }
    if matched.is_empty() {
        if matches!(way.last(), Some(&("servers" | "services"))) {
            let what = way.last().and_then(|name| name.strip_suffix('s')).unwrap_or_default();
            return Err(wrong(way, format!("enter at least one {what}")));
        }
        patch.remove(way);
        return Ok(());
    }
    let kept: Vec<usize> = matched.iter().filter_map(|(at, _)| *at).collect();
    if kept.is_empty() || !kept.is_sorted() {
        let whole = matched.iter().map(|(at, row)| rows.whole(row, at.and_then(|at| old.get(at)).copied()));
        let whole = Value::List(whole.collect::<Result<_, _>>()?);
        patch.set(way, whole);
        return Ok(());
    }
    let path = patch.path(way);
    let mut new = Vec::new();
    for (at, row) in &matched {
        let Some((at, node)) = at.and_then(|at| Some((at, *old.get(at)?))) else {
            new.push(rows.whole(row, None)?);
            continue;
        };
        let mut element = Patch::new(path.index(at), Some(node));
        for (name, text) in &row.cells {
            rows.cell(&mut element, name, text)?;
        }
        element.finish().into_iter().for_each(|edit| patch.push(edit));
    }
    for index in (0..old.len()).rev().filter(|index| !kept.contains(index)) {
        patch.push(Edit::remove(path.index(index)));
    }
    for (offset, value) in new.into_iter().enumerate() {
        patch.push(Edit::set(path.index(kept.len() + offset), value));
    }
    Ok(())
}

/// Whether a form can show the list.
pub(super) fn can_show(list: Option<NodeRef<'_>>) -> bool {
    list.filter(|list| !list.is_null()).is_none_or(|list| {
        list.kind() == Kind::Sequence && list.items().all(|item| item.kind() == Kind::Mapping)
    })
}

/// Whether a cell says what its field says: a list stands in one line, with commas.
fn says_already(written: Option<NodeRef<'_>>, shape: Shape, text: &str) -> bool {
    let Some(shown) = shown(written, shape) else { return false };
    if matches!(shape, Shape::Texts) { shown == listed_lines(text) } else { shown == text }
}

/// A list in one line, with commas, as a list of lines.
fn listed_lines(text: &str) -> String {
    let items: Vec<&str> = text.split(',').map(str::trim).filter(|item| !item.is_empty()).collect();
    items.join("\n")
}

/// A box that is not ticked says nothing.
fn says_something(text: &str) -> bool {
    !matches!(text.trim(), "" | "false")
}

/// What all rows of a list have in common.
struct Rows<'w> {
    way: &'w [&'static str],
    inner: &'static Struct,
    protocol: Option<Protocol>,
}

impl Rows<'_> {
    /// The field that a row is known by, and what was typed there.
    fn key<'r>(&self, row: &'r RowInput) -> Result<(&'static str, &'r str), ChangeError> {
        match row.cells.first() {
            Some((name, text)) if !text.trim().is_empty() => Ok((name, text)),
            Some((name, _)) => Err(wrong(self.way, format!("a row has no `{name}`"))),
            None => Err(wrong(self.way, "a row is empty")),
        }
    }

    fn shape(&self, name: &str) -> Result<Shape, ChangeError> {
        let field = self.inner.field(name).map(|field| field.shape);
        field.ok_or_else(|| wrong(self.way, format!("there is no field `{name}`")))
    }

    /// Brings one field of an element to what was typed.
    fn cell(&self, element: &mut Patch<'_>, name: &'static str, text: &str) -> Result<(), ChangeError> {
        let shape = self.shape(name)?;
        let typed = match shape {
            Shape::Bool => {
                Typed::Flag { on: says_something(text), by_default: false, written: Written::WhereItDiffers }
            }
            _ if says_already(element.at(&[name]), shape, text) => return Ok(()),
            Shape::Texts => Typed::Text(listed_lines(text)),
            _ => Typed::Text(self.checked(name, text)?),
        };
        set_field(element, &[name], shape, &typed).map_err(|error| match error {
            ChangeError::Field { message, .. } => wrong(self.way, message),
            error => error,
        })
    }

    /// The address of a server as Traefik wants it; anything else as it was typed.
    fn checked(&self, name: &str, text: &str) -> Result<String, ChangeError> {
        let Some(protocol) = self.protocol.filter(|_| matches!(name, "url" | "address")) else {
            return Ok(text.to_owned());
        };
        let server = ServerInput { host: text.trim().to_owned(), ..ServerInput::default() };
        fields::address(&server, protocol).map_err(|error| match error {
            ChangeError::Invalid { message, .. } => wrong(self.way, message),
            error => error,
        })
    }

    /// A whole element; what an old one says besides comes along.
    fn whole(&self, row: &RowInput, old: Option<NodeRef<'_>>) -> Result<Value, ChangeError> {
        let mut entries = Vec::new();
        for (name, text) in &row.cells {
            let shape = self.shape(name)?;
            let written = old.and_then(|node| node.value_of(name));
            if let Some(written) = written.filter(|_| says_already(written, shape, text)) {
                entries.push(((*name).to_owned(), Value::from(written)));
            } else if matches!(shape, Shape::Texts) {
                let texts = listed_lines(text);
                if !texts.is_empty() {
                    entries.push(((*name).to_owned(), Value::texts(texts.lines())));
                }
            } else if says_something(text) {
                let text = self.checked(name, text.trim())?;
                entries.push(((*name).to_owned(), single(self.way, shape, &text)?));
            }
        }
        let is_typed = |key: &str| row.cells.iter().any(|(name, _)| key.eq_ignore_ascii_case(name));
        let others = old.into_iter().flat_map(|node| node.entries()).filter(|(key, _)| !is_typed(key.text()));
        entries.extend(others.map(|(key, value)| (key.text().to_owned(), Value::from(value))));
        Ok(Value::Map(entries))
    }
}
