//! Taking a recorded change back.

use std::sync::Arc;

use super::{
    ChangeError, Changed, Configuration, Snapshot, Terms,
    change::Deed,
    others::SURVEY,
    records::is_record,
    static_restart::is_of_static,
    static_trail::PUT_BACK,
    toggle::{DISABLE, ENABLE},
    transaction::Plan,
    trial::UNDO,
};
use crate::{
    audit::{Actor, Cursor, Entry, FileChange, Recorded},
    config::{
        delta::{self, ObjectChange},
        edit::{Edit, NewNode, Path},
        object::{ObjectKind, ObjectRef},
        source::Problem,
        store::{FileId, Revision},
    },
    traefik::Protocol,
    tree::Tree,
};

/// How many entries are read at once in search of a text.
const PAGE: usize = 64;
/// How many entries are looked through in search of a text.
const MOST_ENTRIES: usize = 4096;

impl Configuration {
    /// Takes a recorded change back: the bytes of before where the files are as the change left them, else object by
    /// object, where no later change has touched the same objects.
    ///
    /// # Errors
    /// [`ChangeError::NotFound`] for an unknown number; [`ChangeError::Overtaken`] with three versions of what later
    /// edits have touched; [`ChangeError::NotUndoable`] for what left no trace in the files or whose texts are gone, and
    /// for what took back a change that did not stay, unless it is this program that brings it back.
    pub fn undo(&self, terms: &Terms, number: u64) -> Result<Changed, ChangeError> {
        if terms.author.actor != Actor::Program
            && let Some(recorded) = self.ports.audit.find(number)?
            && recorded.entry.puts_back()
        {
            let reason = match recorded.entry.regarding {
                Some(change) => format!(
                    "it took back change {change}, which did not stay; make that change again where you want it"
                ),
                None => "it brought back what Traefik starts with; save the one that you want and restart"
                    .to_owned(),
            };
            return Err(ChangeError::NotUndoable { number, reason });
        }
        self.undo_if(terms, number, &|| Ok(()))
    }

    /// Makes a change once more, for whoever made it, that the change of this number took back through no fault of its
    /// own.
    ///
    /// # Errors
    /// As [`undo`](Self::undo).
    pub fn make_again(&self, terms: &Terms, put_back: u64) -> Result<Changed, ChangeError> {
        self.undo_if(terms, put_back, &|| Ok(()))
    }

    /// The same, unless `may` refuses once nobody else can change anything any more.
    pub(super) fn undo_if(
        &self,
        terms: &Terms,
        number: u64,
        may: &dyn Fn() -> Result<(), ChangeError>,
    ) -> Result<Changed, ChangeError> {
        // The way back is not the place to be strict: what did not work then does not work again.
        let terms = &Terms { accepts_disabled: true, ..terms.clone() };
        let recorded = self.ports.audit.find(number)?;
        let Recorded { entry, .. } =
            recorded.ok_or_else(|| ChangeError::NotFound { what: format!("change {number}") })?;
        if let Some(enable) = toggled(&entry) {
            self.refresh();
            let id = self.route_of(&entry).ok_or_else(|| ChangeError::NotUndoable {
                number,
                reason: "the route that it switched is gone".to_owned(),
            })?;
            return self.switch(terms, &id, !enable, Some(number), &|_| may());
        }
        let refused = |reason: &str| ChangeError::NotUndoable { number, reason: reason.to_owned() };
        if entry.action == SURVEY {
            return Err(refused("it takes note of what files there are and changed none"));
        }
        if entry.files.is_empty() {
            return Err(refused("it wrote to no configuration file"));
        }
        if is_of_static(&entry) {
            return self.undo_static(terms, number, entry, may);
        }
        let (mut sides, mut records) = (Vec::with_capacity(entry.files.len()), Vec::new());
        for change in &entry.files {
            if is_record(&change.file) {
                records.push(self.record_sides(number, change)?);
            } else {
                sides.push(self.sides(number, change)?);
            }
        }
        let deed = Deed::new(UNDO, "change", None, &number.to_string()).regarding(number);
        self.change(terms, &deed, |snapshot| {
            may()?;
            let plan = self.plan_undo(snapshot, number, &sides)?;
            Ok(Plan { before: self.records_back(snapshot, number, &records)?, ..plan })
        })
    }

    /// The id of the route that an entry is about.
    fn route_of(&self, entry: &Entry) -> Option<String> {
        let object = entry.object.as_ref()?;
        let snapshot = self.snapshot();
        let route = snapshot.routes().find(|route| {
            route.name() == object.name
                && Some(route.protocol()) == object.protocol
                && object.file.as_ref().is_none_or(|file| file == route.file())
        })?;
        Some(route.id().to_owned())
    }

    /// The texts on both sides of a change.
    pub(super) fn sides(&self, number: u64, change: &FileChange) -> Result<Sides, ChangeError> {
        let gone = |reason: &str| ChangeError::NotUndoable { number, reason: reason.to_owned() };
        let old = match (&change.old, &change.backup) {
            (None, _) => None,
            (Some(_), None) => return Err(gone("no copy of the text before it was kept")),
            (Some(_), Some(backup)) => {
                let kept = self.ports.backups.read(backup)?;
                Some(Arc::from(kept.ok_or_else(|| gone("the copy of the text before it is gone"))?.1))
            }
        };
        Ok(Sides { file: change.file.clone(), old, new: change.new.clone() })
    }

    fn plan_undo(&self, snapshot: &Snapshot, number: u64, sides: &[Sides]) -> Result<Plan, ChangeError> {
        let mut plan = Plan::default();
        for side in sides {
            let present = snapshot.file(side.file.as_str());
            if present.and_then(|file| file.revision()) == side.new.as_ref() {
                plan.texts.push((side.file.clone(), side.old.clone()));
                continue;
            }
            let edits = self.edits_back(snapshot, number, side)?;
            plan.files.push((side.file.clone(), edits));
        }
        Ok(plan)
    }

    /// The edits that take back what the change did to the objects of a file that has gone on since.
    fn edits_back(&self, snapshot: &Snapshot, number: u64, side: &Sides) -> Result<Vec<Edit>, ChangeError> {
        let gone = |reason: String| ChangeError::NotUndoable { number, reason };
        let file = &side.file;
        let after = match &side.new {
            Some(revision) => Some(self.text_at(number, file, revision)?.ok_or_else(|| {
                gone(format!("`{file}` has changed since, and no copy of what the change left is kept"))
            })?),
            None => None,
        };
        let parse = |text: &Option<Arc<str>>| match text {
            Some(text) => {
                let parsed = self.ports.syntax.parse(Arc::clone(text));
                parsed.map(Some).map_err(|error| ChangeError::Broken(Problem::syntax(file, error)))
            }
            None => Ok(None),
        };
        let (old, after) = (parse(&side.old)?, parse(&after)?);
        let source = snapshot.file(file.as_str());
        let present = match source {
            Some(source) => Some(source.tree().map_err(|problem| ChangeError::Broken(problem.clone()))?),
            None => None,
        };
        let done = delta::of_file(file, old.as_ref(), after.as_ref());
        if done.is_empty() {
            return Err(gone(format!("it changed no object of `{file}`, and the file has changed since")));
        }
        let later = delta::of_file(file, after.as_ref(), present);
        if let Some(both) = done.iter().find(|change| later.iter().any(|other| other.object == change.object))
        {
            let text = |tree: Option<&Tree>| self.text_of_object(tree, &both.object);
            return Err(ChangeError::Overtaken {
                number,
                object: both.object.clone(),
                before: text(old.as_ref()),
                after: text(after.as_ref()),
                present: text(present),
            });
        }
        done.iter().map(|change| self.edit_back(change, old.as_ref(), present, number)).collect()
    }

    fn edit_back(
        &self,
        change: &ObjectChange,
        old: Option<&Tree>,
        present: Option<&Tree>,
        number: u64,
    ) -> Result<Edit, ChangeError> {
        let object = &change.object;
        if object.kind == ObjectKind::TlsCertificate {
            return Err(ChangeError::NotUndoable {
                number,
                reason: format!("the list of certificates in `{}` has changed since", change.file),
            });
        }
        let path = path_of(present, object);
        if change.before.is_none() {
            return Ok(Edit::remove(path));
        }
        let text = old.and_then(|tree| self.ports.syntax.excerpt(tree, &path_of(Some(tree), object)).ok());
        let node = match (text, &change.before) {
            (Some(text), _) => NewNode::Entry(text),
            (None, Some(value)) => NewNode::Value(value.clone()),
            (None, None) => return Ok(Edit::remove(path)),
        };
        Ok(if change.after.is_none() {
            Edit::Insert { path, node, before: None }
        } else {
            Edit::Set { path, node }
        })
    }

    /// The text of a file at a revision: the present one, or a kept copy that a later change names.
    pub(super) fn text_at(
        &self,
        number: u64,
        file: &FileId,
        revision: &Revision,
    ) -> Result<Option<Arc<str>>, ChangeError> {
        let mut cursor: Option<Cursor> = None;
        let mut seen = 0;
        loop {
            let page = self.ports.audit.newest(cursor.as_ref(), PAGE)?;
            for recorded in &page.entries {
                let kept = recorded.entry.files.iter().find(|change| {
                    change.file == *file && change.old.as_ref() == Some(revision) && change.backup.is_some()
                });
                if let Some(backup) = kept.and_then(|change| change.backup.as_deref()) {
                    return Ok(self.ports.backups.read(backup)?.map(|(_, text)| Arc::from(text)));
                }
            }
            seen += page.entries.len();
            let is_past = page.entries.iter().any(|recorded| recorded.number <= number);
            match page.next {
                Some(next) if !is_past && seen < MOST_ENTRIES => cursor = Some(next),
                _ => return Ok(None),
            }
        }
    }

    fn text_of_object(&self, tree: Option<&Tree>, object: &ObjectRef) -> Option<String> {
        self.ports.syntax.excerpt(tree?, &path_of(tree, object)).ok()
    }
}

impl Entry {
    /// Whether this program took a change back by it that did not stay: Traefik did not take it, or nobody kept it in time.
    pub fn puts_back(&self) -> bool {
        self.actor == Actor::Program
            && !self.files.is_empty()
            && (self.regarding.is_some() || self.action == PUT_BACK)
    }
}

/// One file of a recorded change.
pub(super) struct Sides {
    file: FileId,
    /// The text before; `None` where the change made the file.
    pub(super) old: Option<Arc<str>>,
    /// The revision after; `None` where the change took it away.
    new: Option<Revision>,
}

/// Whether the entry tells of a route that was switched on or off, and which.
fn toggled(entry: &Entry) -> Option<bool> {
    match entry.action.as_str() {
        ENABLE => Some(true),
        DISABLE => Some(false),
        _ => None,
    }
}

/// An object's path, in the file's own spelling as far as it is there.
fn path_of(tree: Option<&Tree>, object: &ObjectRef) -> Path {
    let root = object.protocol.map_or("tls", Protocol::as_str);
    let mut node = tree.and_then(Tree::root);
    let mut path = Path::root();
    for field in [root, object.kind.section()] {
        let entry = node.and_then(|node| node.field(field));
        path = path.key(entry.map_or(field, |(key, _)| key.text()));
        node = entry.map(|(_, value)| value);
    }
    path.key(&object.name)
}
