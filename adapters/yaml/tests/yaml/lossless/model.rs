//! What a file says, and what it must say after an edit: on data, as `serde_yaml` reads it.

use serde_yaml::Value as Other;
use traefik_manager_core::{
    config::{
        edit::{Edit, NewNode, Segment},
        value::Value,
    },
    tree::Tree,
};

/// What a file says; that a number is one does not count.
#[derive(Debug, Clone, PartialEq)]
enum Data {
    Null,
    Text(String),
    List(Vec<Data>),
    Map(Vec<(String, Data)>),
}

/// Whether the new text says what the old one does with the edit made; `false` where it cannot be told.
pub(crate) fn agrees(old: &Tree, new: &Tree, edit: &Edit) -> Result<bool, String> {
    // `serde_yaml` numbers anchors by how many names it has seen, and mixes them up once a name is used twice.
    let twice = |tree: &Tree| {
        let mut names: Vec<_> = tree.anchors().collect();
        names.sort_unstable();
        names.windows(2).any(|pair| pair[0] == pair[1])
    };
    if twice(old) || twice(new) {
        return Ok(false);
    }
    let Some(mut expected) = read(old.text()) else { return Ok(false) };
    let made = match edit {
        Edit::Set { node, .. } | Edit::Insert { node, .. } => {
            let Some(data) = data_of(node) else { return Ok(false) };
            let before = match edit {
                Edit::Insert { before, .. } => before.as_deref(),
                _ => None,
            };
            expected.set(edit.path().segments(), data, before)
        }
        Edit::Remove { path } => expected.remove(path.segments()).map(|empty| {
            if empty {
                expected = Data::Null;
            }
        }),
        Edit::Rename { path, to } => expected.rename(path.segments(), to),
    };
    if made.is_none() {
        return Err(format!("the model cannot make it: {expected:?}"));
    }
    match read(new.text()) {
        Some(found) if found == expected => Ok(true),
        Some(found) => Err(format!("it says\n{found:?}\nand should say\n{expected:?}")),
        None => Err("serde_yaml cannot read it".to_owned()),
    }
}

fn data_of(node: &NewNode) -> Option<Data> {
    match node {
        NewNode::Value(value) => Some(Data::from(value)),
        NewNode::Entry(text) => match read(text)? {
            Data::Map(entries) => entries.into_iter().next().map(|(_, data)| data),
            _ => None,
        },
    }
}

fn read(text: &str) -> Option<Data> {
    let text = without_templates(text.strip_prefix('\u{feff}').unwrap_or(text));
    let read = match serde_yaml::Deserializer::from_str(&text).next() {
        None => Other::Null,
        Some(document) => serde::Deserialize::deserialize(document).ok()?,
    };
    Some(match Data::from(&read) {
        Data::Map(entries) if entries.is_empty() => Data::Null,
        data => data,
    })
}

/// A word in the place of each Go template.
fn without_templates(text: &str) -> String {
    let (mut out, mut rest) = (String::with_capacity(text.len()), text);
    while let Some(start) = rest.find("{{") {
        let (before, from) = rest.split_at(start);
        let Some(end) = action_end(from) else { break };
        out.push_str(before);
        out.push('T');
        out.extend(from[..end].chars().filter(|c| c.is_alphanumeric()));
        rest = &from[end..];
    }
    out + rest
}

/// Behind the `}}` that ends an action, which may hold texts.
fn action_end(action: &str) -> Option<usize> {
    let mut quote = None;
    for (at, c) in action.char_indices() {
        match quote {
            None if action[at..].starts_with("}}") => return Some(at + 2),
            None if c == '"' || c == '`' => quote = Some(c),
            Some(open) if open == c => quote = None,
            _ => {}
        }
    }
    None
}

impl From<&Value> for Data {
    fn from(value: &Value) -> Self {
        match value {
            Value::Null => Self::Null,
            Value::Bool(flag) => Self::Text(flag.to_string()),
            Value::Int(number) => Self::Text(number.to_string()),
            Value::Text(text) | Value::Verbatim(text) => Self::Text(without_templates(text)),
            Value::List(items) => Self::List(items.iter().map(Self::from).collect()),
            Value::Map(entries) => {
                Self::Map(entries.iter().map(|(key, value)| (key.clone(), Self::from(value))).collect())
            }
        }
    }
}

impl From<&Other> for Data {
    fn from(value: &Other) -> Self {
        match value {
            Other::Null => Self::Null,
            Other::Bool(flag) => Self::Text(flag.to_string()),
            Other::Number(number) => Self::Text(number.to_string()),
            Other::String(text) => Self::Text(text.clone()),
            Other::Sequence(items) => Self::List(items.iter().map(Self::from).collect()),
            Other::Mapping(entries) => Self::Map(
                entries
                    .iter()
                    .map(|(key, value)| match Self::from(key) {
                        Self::Text(key) => (key, Self::from(value)),
                        other => (format!("{other:?}"), Self::from(value)),
                    })
                    .collect(),
            ),
            Other::Tagged(tagged) => Self::from(&tagged.value),
        }
    }
}

impl Data {
    fn is_vacant(&self) -> bool {
        match self {
            Self::Null => true,
            Self::Text(_) => false,
            Self::List(items) => items.is_empty(),
            Self::Map(entries) => entries.is_empty(),
        }
    }

    fn child(&mut self, segment: &Segment) -> Option<&mut Self> {
        match (self, segment) {
            (Self::Map(entries), Segment::Key(key)) => {
                entries.iter_mut().find(|(name, _)| name == key).map(|(_, value)| value)
            }
            (Self::List(items), Segment::Index(index)) => items.get_mut(*index),
            _ => None,
        }
    }

    fn set(&mut self, path: &[Segment], new: Self, before: Option<&str>) -> Option<()> {
        let Some((first, rest)) = path.split_first() else {
            *self = new;
            return Some(());
        };
        if self.is_vacant() {
            *self = match first {
                Segment::Key(_) => Self::Map(Vec::new()),
                Segment::Index(_) => Self::List(Vec::new()),
            };
        }
        if self.child(first).is_none() {
            match (&mut *self, first) {
                (Self::Map(entries), Segment::Key(key)) => {
                    let sibling = before.filter(|_| rest.is_empty());
                    let at = entries.iter().position(|(name, _)| Some(name.as_str()) == sibling);
                    entries.insert(at.unwrap_or(entries.len()), (key.clone(), Self::Null));
                }
                (Self::List(items), Segment::Index(index)) if *index == items.len() => items.push(Self::Null),
                _ => return None,
            }
        }
        self.child(first)?.set(rest, new, before)
    }

    /// Takes a node out, and tells whether nothing is left.
    fn remove(&mut self, path: &[Segment]) -> Option<bool> {
        let Some((first, rest)) = path.split_first() else { return Some(true) };
        if self.child(first)?.remove(rest)? {
            match (&mut *self, first) {
                (Self::Map(entries), Segment::Key(key)) => entries.retain(|(name, _)| name != key),
                (Self::List(items), Segment::Index(index)) => drop(items.remove(*index)),
                _ => return None,
            }
        }
        Some(self.is_vacant())
    }

    fn rename(&mut self, path: &[Segment], to: &str) -> Option<()> {
        match path {
            [Segment::Key(key)] => {
                let Self::Map(entries) = self else { return None };
                to.clone_into(&mut entries.iter_mut().find(|(name, _)| name == key)?.0);
                Some(())
            }
            [first, rest @ ..] => self.child(first)?.rename(rest, to),
            [] => None,
        }
    }
}
