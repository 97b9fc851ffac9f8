//! What stands in a form made of an [`Outline`]: filled from an object, or from what somebody typed.

use std::collections::BTreeMap;

use traefik_manager_core::{
    check::{TraefikVersion, schema::Shape},
    config::{object::ObjectKind, value::parse_bool},
    routes::{FieldInput, FieldsForm, RowInput, Typed, Written, shown},
    traefik::Protocol,
    tree::{Kind, NodeRef},
};

use crate::{
    failure::Failure,
    fields::Fields,
    handlers::files::unix_lines,
    outline::{Leaf, Outline, Widget},
};

/// The field of a form that names the variety; that there is one tells a page's form from a program's request.
pub(crate) const FORM: &str = "form";

/// What stands in the fields, by their ways with dots.
#[derive(Debug, Default)]
pub(crate) struct Filled {
    values: BTreeMap<String, Shown>,
}

/// What a field shows.
#[derive(Debug)]
pub(crate) enum Shown {
    Text(String),
    Rows(Vec<Row>),
    /// It is written in a way that no form can show.
    Opaque,
}

/// An element of a list of mappings.
#[derive(Debug, Default, Clone)]
pub(crate) struct Row {
    /// Its place among those that are written.
    pub(crate) at: String,
    pub(crate) cells: Vec<String>,
}

impl Filled {
    /// What an object says.
    pub(crate) fn of(outline: &Outline, object: NodeRef<'_>) -> Self {
        Self::of_node(outline, Some(object))
    }

    /// What stands in a place, where anything does.
    pub(crate) fn of_node(outline: &Outline, node: Option<NodeRef<'_>>) -> Self {
        let at = |way: &[&str]| way.iter().try_fold(node?, |node, name| node.value_of(name));
        let mut values = BTreeMap::new();
        for leaf in outline.leaves() {
            values.insert(leaf.way.join("."), leaf.shown(at(&leaf.way)));
        }
        for group in outline.switches() {
            let is_on = at(&group.way).is_some_and(|node| node.text() != "false");
            values.insert(group.way.join("."), Shown::Text(is_on.to_string()));
        }
        Self { values }
    }

    /// What somebody typed.
    pub(crate) fn typed(outline: &Outline, fields: &Fields) -> Result<Self, Failure> {
        let mut values = BTreeMap::new();
        for leaf in outline.leaves() {
            let name = leaf.way.join(".");
            let shown = match &leaf.widget {
                Widget::Rows(_) => leaf.rows(fields)?.map_or(Shown::Opaque, Shown::Rows),
                // What the form could not show it does not send.
                _ if !fields.has(&name) => Shown::Opaque,
                Widget::Tick => Shown::Text(fields.last_flag(&name)?.unwrap_or(false).to_string()),
                Widget::Line | Widget::Lines => Shown::Text(unix_lines(&lines(fields, &name)?)),
            };
            values.insert(name, shown);
        }
        for group in outline.switches() {
            let name = group.way.join(".");
            let is_on = fields.last_flag(&name)?.unwrap_or(false);
            values.insert(name, Shown::Text(is_on.to_string()));
        }
        Ok(Self { values })
    }

    pub(crate) fn get(&self, name: &str) -> Option<&Shown> {
        self.values.get(name)
    }

    /// The text of a field.
    pub(crate) fn text(&self, name: &str) -> &str {
        match self.get(name) {
            Some(Shown::Text(text)) => text,
            _ => "",
        }
    }

    /// Whether a field says something.
    pub(crate) fn says(&self, name: &str) -> bool {
        match self.get(name) {
            Some(Shown::Text(text)) => !matches!(text.as_str(), "" | "false"),
            Some(Shown::Rows(rows)) => !rows.is_empty(),
            Some(Shown::Opaque) => true,
            None => false,
        }
    }
}

impl Leaf {
    /// What a form shows of it.
    fn shown(&self, node: Option<NodeRef<'_>>) -> Shown {
        let Widget::Rows(columns) = &self.widget else {
            return shown(node, self.shape).map_or(Shown::Opaque, Shown::Text);
        };
        let Some(list) = node else { return Shown::Rows(Vec::new()) };
        let row = |(at, item): (usize, NodeRef<'_>)| {
            let cell = |name: &str, shape: Shape| {
                let text = shown(item.value_of(name), shape)?;
                if matches!(shape, Shape::Texts) {
                    return (!text.contains(',')).then(|| text.replace('\n', ", "));
                }
                Some(if matches!(shape, Shape::Bool) && text.is_empty() { "false".to_owned() } else { text })
            };
            let cells: Option<Vec<String>> =
                columns.iter().map(|column| cell(column.name, column.shape)).collect();
            (item.kind() == Kind::Mapping).then_some(Row { at: at.to_string(), cells: cells? })
        };
        let rows: Option<Vec<Row>> = list.items().enumerate().map(row).collect();
        match rows {
            Some(rows) if list.kind() == Kind::Sequence => Shown::Rows(rows),
            _ => Shown::Opaque,
        }
    }

    /// What is said of it where nothing is written.
    pub(crate) fn is_on_by_default(&self) -> bool {
        self.about.is_some_and(|about| about.tick.is_on_by_default)
    }

    /// The rows that were sent; `None` where none of their fields was.
    fn rows(&self, fields: &Fields) -> Result<Option<Vec<Row>>, Failure> {
        let Widget::Rows(columns) = &self.widget else { return Ok(None) };
        let name = self.way.join(".");
        let named = |column: &str| format!("{name}.{column}");
        let Some(first) = columns.first().filter(|column| fields.has(&named(column.name))) else {
            return Ok(None);
        };
        let count = fields.figures(&named(first.name))?.len();
        let mut rows = vec![Row { at: String::new(), cells: Vec::with_capacity(columns.len()) }; count];
        for (row, at) in rows.iter_mut().zip(fields.figures(&named("at"))?) {
            at.clone_into(&mut row.at);
        }
        for column in columns {
            let sent = fields.figures(&named(column.name))?;
            for (number, row) in rows.iter_mut().enumerate() {
                row.cells.push(sent.get(number).copied().unwrap_or_default().to_owned());
            }
        }
        Ok(Some(rows))
    }

    /// Its input; `None` where it was not sent.
    fn input(&self, fields: &Fields) -> Result<Option<FieldInput>, Failure> {
        let name = self.way.join(".");
        let typed = match &self.widget {
            Widget::Rows(columns) => {
                let Some(rows) = self.rows(fields)? else { return Ok(None) };
                // A program that does not send a column leaves it as it is.
                let is_sent = |column: &str| fields.has(&format!("{name}.{column}"));
                let rows = rows.into_iter().map(|row| RowInput {
                    at: row.at.trim().parse().ok(),
                    cells: columns
                        .iter()
                        .map(|column| column.name)
                        .zip(row.cells)
                        .filter(|(column, _)| is_sent(column))
                        .collect(),
                });
                Typed::Rows(rows.collect())
            }
            _ if !fields.has(&name) => return Ok(None),
            Widget::Tick => {
                let by_default = self.is_on_by_default();
                Typed::Flag {
                    on: fields.last_flag(&name)?.unwrap_or(by_default),
                    by_default,
                    written: self.written,
                }
            }
            Widget::Line | Widget::Lines => Typed::Text(unix_lines(&lines(fields, &name)?)),
        };
        Ok(Some(FieldInput { way: self.way.clone(), typed }))
    }
}

/// A text, or in JSON a number or a list of texts.
fn lines(fields: &Fields, name: &str) -> Result<String, Failure> {
    Ok(fields.figures(name)?.join("\n"))
}

/// The fields of an object as a request names them, by their ways with dots; `None` where it names none.
///
/// # Errors
/// 400 with the field that makes no sense.
pub(crate) fn read(
    fields: &Fields,
    kind: ObjectKind,
    protocol: Option<Protocol>,
) -> Result<Option<FieldsForm>, Failure> {
    let variety = match fields.trimmed(FORM)? {
        "" => fields.names().find_map(|name| Some(name.split_once('.')?.0)).unwrap_or_default(),
        named => named,
    };
    // Also what the Traefik that runs has not yet: that it would refuse it is for the check to say.
    let Some(outline) = Outline::of(kind, protocol, Some(variety), TraefikVersion::NEWEST) else {
        return Ok(None);
    };
    let inputs = inputs(&outline, fields)?;
    let is_form = !inputs.is_empty() || fields.has(FORM);
    Ok(is_form.then_some(FieldsForm { variety: outline.variety, fields: inputs }))
}

/// What a request says of the fields of a form, by their ways with dots.
///
/// # Errors
/// 400 with the field that makes no sense.
pub(crate) fn inputs(outline: &Outline, fields: &Fields) -> Result<Vec<FieldInput>, Failure> {
    let mut inputs = Vec::new();
    for group in outline.switches() {
        if let Some(on) = fields.last_flag(&group.way.join("."))? {
            let typed = Typed::Flag { on, by_default: false, written: Written::WhereItDiffers };
            inputs.push(FieldInput { way: group.way.clone(), typed });
        }
    }
    for leaf in outline.leaves() {
        inputs.extend(leaf.input(fields)?);
    }
    Ok(inputs)
}

/// Whether a text is what a tick shows.
pub(crate) fn is_ticked(text: &str, by_default: bool) -> bool {
    parse_bool(text).unwrap_or(by_default)
}
