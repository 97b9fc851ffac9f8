//! Collects the edits that bring an object to what a form says, and none for what is so already.

use crate::{
    config::{
        edit::{Edit, Path},
        store::FileId,
        value::Value,
    },
    traefik::listed,
    tree::{Kind, NodeRef},
};

/// The differences between an object and what it shall be.
///
/// For an object that exists they are edits of single leaves, in the file's own spelling of the keys, so that
/// everything else in it survives. For a new one they add up to one value.
#[derive(Debug)]
pub(super) struct Patch<'t> {
    base: Path,
    node: Option<NodeRef<'t>>,
    edits: Vec<Edit>,
    draft: Vec<(String, Value)>,
}

impl<'t> Patch<'t> {
    /// A patch of the object at `base`; `node` is the object where it exists.
    pub(super) fn new(base: Path, node: Option<NodeRef<'t>>) -> Self {
        let node = node.filter(|node| node.kind() == Kind::Mapping);
        Self { base, node, edits: Vec::new(), draft: Vec::new() }
    }

    /// The node at a way of field names, if it is there.
    pub(super) fn at(&self, fields: &[&str]) -> Option<NodeRef<'t>> {
        fields.iter().try_fold(self.node?, |node, field| node.value_of(field))
    }

    /// Makes a field have this value.
    pub(super) fn set(&mut self, fields: &[&str], value: Value) {
        if self.node.is_none() {
            draft_set(&mut self.draft, fields, value);
        } else if !self.at(fields).is_some_and(|node| value.matches(&node)) {
            self.edits.push(Edit::set(self.path(fields), value));
        }
    }

    /// Whether the value of a new object has something at this way.
    pub(super) fn drafts(&self, fields: &[&str]) -> bool {
        let (first, rest) = match fields {
            [] => return !self.draft.is_empty(),
            [first, rest @ ..] => (first, rest),
        };
        let found = self.draft.iter().find(|(key, _)| key == first).map(|(_, value)| value);
        rest.iter().try_fold(found, |value, field| Some(value?.get(field))).flatten().is_some()
    }

    /// Whether anything is to be done: always so for a new object.
    pub(super) fn is_change(&self) -> bool {
        self.node.is_none() || !self.edits.is_empty()
    }

    /// Whether there is, or will be, a mapping at this way.
    pub(super) fn has(&self, fields: &[&str]) -> bool {
        fields.is_empty() || self.at(fields).is_some() || self.drafts(fields)
    }

    /// Makes a field absent.
    pub(super) fn remove(&mut self, fields: &[&str]) {
        if self.node.is_some_and(|node| has(node, fields)) {
            self.edits.push(Edit::remove(self.path(fields)));
        }
    }

    /// Makes a list field hold these texts: by removing and appending where that is enough, so that comments
    /// beside the other elements stay.
    pub(super) fn set_list(&mut self, fields: &[&str], texts: &[String]) {
        let node = self.at(fields);
        let old = listed(node);
        if old == texts {
            return;
        }
        if texts.is_empty() {
            return self.remove(fields);
        }
        let whole = |patch: &mut Self| patch.set(fields, Value::texts(texts.iter().cloned()));
        let Some(list) =
            node.filter(|node| node.kind() == Kind::Sequence && node.items().count() == old.len())
        else {
            return whole(self);
        };
        let kept = list.items().filter(|item| texts.iter().any(|text| item.text() == text)).count();
        let in_order =
            list.items().filter(|item| texts.iter().any(|text| item.text() == text)).map(|item| item.text());
        if kept == 0 || !in_order.eq(texts.iter().take(kept).map(String::as_str)) {
            return whole(self);
        }
        let path = self.path(fields);
        for (index, item) in list.items().enumerate().collect::<Vec<_>>().into_iter().rev() {
            if !texts.iter().any(|text| item.text() == text) {
                self.edits.push(Edit::remove(path.index(index)));
            }
        }
        for (offset, text) in texts.iter().skip(kept).enumerate() {
            self.edits.push(Edit::set(path.index(kept + offset), Value::text(text)));
        }
    }

    /// The path of a field, in the file's spelling as far as it is there.
    pub(super) fn path(&self, fields: &[&str]) -> Path {
        let mut node = self.node;
        fields.iter().fold(self.base.clone(), |path, field| {
            let entry = node.and_then(|node| node.field(field));
            node = entry.map(|(_, value)| value);
            path.key(entry.map_or(*field, |(key, _)| key.text()))
        })
    }

    /// Adds an edit as it is.
    pub(super) fn push(&mut self, edit: Edit) {
        self.edits.push(edit);
    }

    /// The edits, in the order in which they are to be made.
    pub(super) fn finish(mut self) -> Vec<Edit> {
        if self.node.is_none() && !self.draft.is_empty() {
            self.edits.push(Edit::set(self.base, Value::Map(self.draft)));
        }
        self.edits
    }
}

/// Edits by file, in the order in which the files came up.
#[derive(Default)]
pub(super) struct FileEdits(Vec<(FileId, Vec<Edit>)>);

impl FileEdits {
    /// Adds edits of a file.
    pub(super) fn add(&mut self, file: &FileId, edits: impl IntoIterator<Item = Edit>) {
        match self.0.iter_mut().find(|(id, _)| id == file) {
            Some((_, list)) => list.extend(edits),
            None => self.0.push((file.clone(), edits.into_iter().collect())),
        }
    }

    /// Whether an edit is of this node, or of one below it.
    pub(super) fn touch(&self, file: &FileId, path: &Path) -> bool {
        let below = |edit: &Edit| edit.path().segments().starts_with(path.segments());
        self.0.iter().any(|(id, edits)| id == file && edits.iter().any(below))
    }

    /// The edits, files that gain something first: what moves is in two files for a moment rather than in none.
    pub(super) fn into_plan(mut self) -> Vec<(FileId, Vec<Edit>)> {
        let only_removes = |edits: &[Edit]| edits.iter().all(|edit| matches!(edit, Edit::Remove { .. }));
        self.0.sort_by_key(|(_, edits)| only_removes(edits));
        self.0
    }
}

/// Whether the field is written, null or not.
fn has(node: NodeRef<'_>, fields: &[&str]) -> bool {
    match fields {
        [] => true,
        [field, rest @ ..] => node.field(field).is_some_and(|(_, value)| has(value, rest)),
    }
}

fn draft_set(draft: &mut Vec<(String, Value)>, fields: &[&str], value: Value) {
    let [field, rest @ ..] = fields else { return };
    let position = draft.iter().position(|(key, _)| key == field).unwrap_or_else(|| {
        draft.push(((*field).to_owned(), Value::Map(Vec::new())));
        draft.len() - 1
    });
    let Some((_, slot)) = draft.get_mut(position) else { return };
    if rest.is_empty() {
        *slot = value;
    } else if let Value::Map(inner) = slot {
        draft_set(inner, rest, value);
    }
}
