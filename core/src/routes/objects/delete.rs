//! Deleting an object: alone while nothing names it, else with everything that cannot be without it.
//!
//! What a cascade does follows from what the object is to those who name it ([`Role`]). Who needs it goes too, and so
//! on; a list that may be empty loses the name, a field that may be absent goes; a list that may not be empty, and has
//! nothing left, takes its owner along. Routes that are switched off are treated like the others.

use std::collections::HashSet;

use super::{
    super::{Changed, Configuration, Terms, change::Deed, patch::FileEdits, transaction::Plan, version_of},
    ChangeError, Object, ObjectId, Snapshot, User,
    rename::{Records, edited_record, parts, refuse_shared, step},
    save::check_version,
    users::{Holder, users_of},
    what,
};
use crate::{
    config::{
        edit::{Edit, Path},
        object::ObjectRef,
        store::{ConfigSyntax, FileId},
        value::Value,
    },
    traefik::{
        name::in_files,
        reference::{Reference, Role, references},
    },
    tree::NodeRef,
};

/// What deleting an object means for the others, to be shown before it is done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deletion {
    /// The object.
    pub object: ObjectRef,
    /// Its file.
    pub file: FileId,
    /// Who names it; nobody when it can simply go.
    pub users: Vec<User>,
    /// What goes with it in a cascade.
    pub goes: Vec<User>,
    /// What stays, and names it no longer.
    pub loses: Vec<Loss>,
    /// Changes with all of this; whoever agrees to a cascade sends it back, so that nothing goes that was not shown.
    pub mark: String,
}

/// Something that stays and loses a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Loss {
    /// What it is.
    pub user: User,
    /// The names that it has no longer.
    pub names: Vec<String>,
}

impl Configuration {
    /// What deleting an object would mean.
    ///
    /// # Errors
    /// [`ChangeError::NotFound`].
    pub fn deletion(&self, id: &ObjectId, version: Option<&str>) -> Result<Deletion, ChangeError> {
        let snapshot = self.snapshot();
        let object = snapshot.object(id, version)?;
        Ok(Cascade::of(&snapshot, object).deletion())
    }

    /// Deletes an object that nothing names.
    ///
    /// # Errors
    /// [`ChangeError::InUse`] with its users, [`ChangeError::NotFound`], or another [`ChangeError`].
    pub fn delete_object(
        &self,
        terms: &Terms,
        id: &ObjectId,
        version: Option<&str>,
    ) -> Result<Changed, ChangeError> {
        self.change(terms, &Deed::of_object("delete", &id.object), |snapshot| {
            let object = snapshot.object(id, version)?;
            check_version(self.ports.syntax.as_ref(), &object, version)?;
            let users = users(snapshot, &object);
            if !users.is_empty() {
                let users = users.iter().map(User::to_string).collect();
                return Err(ChangeError::InUse { what: what(&id.object), users });
            }
            let files = vec![(object.file().clone(), vec![Edit::remove(object.path())])];
            Ok(Plan { files, ..Plan::default() })
        })
    }

    /// Deletes an object, everything that needs it, and its name wherever else it stands. `mark` is that of the
    /// [`Deletion`] that was agreed to; `None` agrees to whatever it takes.
    ///
    /// # Errors
    /// [`ChangeError::Conflict`] when it would be another deletion by now, or another [`ChangeError`].
    pub fn delete_cascading(
        &self,
        terms: &Terms,
        id: &ObjectId,
        version: Option<&str>,
        mark: Option<&str>,
    ) -> Result<Changed, ChangeError> {
        self.change(terms, &Deed::of_object("delete", &id.object), |snapshot| {
            let syntax = self.ports.syntax.as_ref();
            let object = snapshot.object(id, version)?;
            check_version(syntax, &object, version)?;
            let cascade = Cascade::of(snapshot, object);
            let deletion = cascade.deletion();
            if mark.is_some_and(|mark| mark != deletion.mark) {
                let theirs = super::text::text_of(syntax, &object)?;
                return Err(ChangeError::Conflict { what: what(&id.object), theirs });
            }
            cascade.plan(syntax)
        })
    }
}

/// Who would be left without the object. Where another file has one of the same name, that takes its place.
fn users(snapshot: &Snapshot, object: &Object<'_>) -> Vec<User> {
    let object = object.to_ref();
    if snapshot.definitions(&object) > 1 { Vec::new() } else { users_of(snapshot, &object) }
}

/// A deletion with all that follows from it.
struct Cascade<'s> {
    snapshot: &'s Snapshot,
    object: Object<'s>,
    /// What goes besides the object.
    goes: Vec<Holder<'s>>,
    /// What stays, with the names that it loses.
    loses: Vec<(Holder<'s>, Vec<Reference<'s>>)>,
}

impl<'s> Cascade<'s> {
    fn of(snapshot: &'s Snapshot, object: Object<'s>) -> Self {
        let mut cascade = Self { snapshot, object, goes: Vec::new(), loses: Vec::new() };
        let mut gone = HashSet::new();
        if snapshot.definitions(&object.to_ref()) == 1 {
            gone.insert(object.to_ref());
        }
        let mut left: Vec<(Holder<'s>, Vec<Reference<'s>>)> = Holder::all(snapshot)
            .filter(|holder| !cascade.is_object(holder))
            .map(|holder| (holder, holder.references()))
            .filter(|(_, references)| !references.is_empty())
            .collect();
        loop {
            let falls = |(holder, references): &mut (Holder<'s>, Vec<Reference<'s>>)| {
                falls(node_of(holder), references, &gone)
            };
            let fallen: Vec<_> = left.extract_if(.., falls).map(|(holder, _)| holder).collect();
            if fallen.is_empty() {
                break;
            }
            for holder in &fallen {
                if let Holder::Object(object) = holder
                    && snapshot.definitions(&object.to_ref()) == 1
                {
                    gone.insert(object.to_ref());
                }
            }
            cascade.goes.extend(fallen);
        }
        for (holder, mut references) in left {
            references.retain(|reference| is_gone(reference, &gone));
            if !references.is_empty() {
                cascade.loses.push((holder, references));
            }
        }
        cascade
    }

    fn is_object(&self, holder: &Holder<'_>) -> bool {
        matches!(holder, Holder::Object(other)
            if other.file() == self.object.file() && other.path() == self.object.path())
    }

    fn deletion(&self) -> Deletion {
        let goes: Vec<User> = self.goes.iter().map(Holder::user).collect();
        let loses = self.loses.iter().map(|(holder, references)| {
            let mut names: Vec<String> =
                references.iter().map(|reference| reference.written.to_owned()).collect();
            names.dedup();
            Loss { user: holder.user(), names }
        });
        let mut deletion = Deletion {
            object: self.object.to_ref(),
            file: self.object.file().clone(),
            users: users(self.snapshot, &self.object),
            goes,
            loses: loses.collect(),
            mark: String::new(),
        };
        deletion.mark = mark_of(&deletion, self.object.node());
        deletion
    }

    fn plan(self, syntax: &dyn ConfigSyntax) -> Result<Plan, ChangeError> {
        let mut files = FileEdits::default();
        let mut records = Records::new();
        for (holder, lost) in &self.loses {
            match holder {
                Holder::Object(object) => {
                    let edits = without(object.file(), &object.path(), object.node(), lost)?;
                    files.add(object.file(), edits);
                }
                Holder::Route(route) => {
                    let record = edited_record(syntax, route, |kind, base, node| {
                        let mut found = references(kind, Some(route.protocol()), node);
                        found.retain(|reference| {
                            lost.iter().any(|gone| {
                                (gone.kind, gone.protocol, gone.name())
                                    == (reference.kind, reference.protocol, reference.name())
                            })
                        });
                        without(route.file(), base, node, &found)
                    })?;
                    records.extend(record.map(|record| (record.id.clone(), Some(record))));
                }
            }
        }
        files.add(self.object.file(), [Edit::remove(self.object.path())]);
        for holder in &self.goes {
            match holder {
                Holder::Object(object) => files.add(object.file(), [Edit::remove(object.path())]),
                Holder::Route(route) => {
                    records.extend(route.record().map(|record| (record.id.clone(), None)));
                }
            }
        }
        Ok(Plan { files: files.into_plan(), after: step(records), ..Plan::default() })
    }
}

fn node_of<'s>(holder: &Holder<'s>) -> Option<NodeRef<'s>> {
    match holder {
        Holder::Object(object) => Some(object.node()),
        Holder::Route(route) => route.router().map(|router| router.node()),
    }
}

fn is_gone(reference: &Reference<'_>, gone: &HashSet<ObjectRef>) -> bool {
    gone.contains(&ObjectRef::new(reference.protocol, reference.kind, reference.name()))
}

/// Whether something cannot be without what is gone.
fn falls(node: Option<NodeRef<'_>>, references: &[Reference<'_>], gone: &HashSet<ObjectRef>) -> bool {
    references.iter().filter(|reference| is_gone(reference, gone)).any(|reference| match reference.role {
        Role::Needed => true,
        Role::NeededMember => {
            references.iter().filter(|other| other.is_beside(reference)).all(|other| is_gone(other, gone))
        }
        // A service that would say nothing without its transport is none.
        Role::Optional => {
            reference.kind != crate::config::object::ObjectKind::TlsOptions
                && node.is_some_and(|node| says_one_thing(node))
        }
        Role::Member => false,
    })
}

/// Whether there is nothing but one leaf in a node.
fn says_one_thing(node: NodeRef<'_>) -> bool {
    let mut entries = node.entries();
    match (entries.next(), entries.next()) {
        (None, _) => true,
        (Some((_, value)), None) => says_one_thing(value),
        _ => false,
    }
}

/// The edits that take names out of what stays.
fn without(
    file: &FileId,
    object: &Path,
    node: NodeRef<'_>,
    lost: &[Reference<'_>],
) -> Result<Vec<Edit>, ChangeError> {
    let mut edits = Vec::new();
    let mut done: Vec<&Reference<'_>> = Vec::new();
    for reference in lost {
        refuse_shared(file, object, reference)?;
        if matches!(reference.role, Role::Needed | Role::Optional) {
            edits.push(without_field(object, node, reference));
            continue;
        }
        if done.iter().any(|other| other.is_beside(reference)) {
            continue;
        }
        done.push(reference);
        let beside: Vec<&Reference<'_>> = lost.iter().filter(|other| other.is_beside(reference)).collect();
        if reference.part.is_some() {
            let is_lost = |part: &&str| beside.iter().any(|other| other.name() == in_files(part));
            let kept: Vec<&str> = parts(reference).filter(|part| !is_lost(part)).collect();
            let path = reference.path(object);
            edits.push(match kept.as_slice() {
                [] => Edit::remove(path),
                kept => Edit::set(path, Value::text(kept.join(", "))),
            });
            continue;
        }
        // From behind, so that the places of the others stay as they are.
        let mut items: Vec<&Reference<'_>> = beside;
        items.sort_by_key(|item| std::cmp::Reverse(item.index()));
        edits.extend(items.into_iter().map(|item| Edit::remove(item.item(object))));
    }
    Ok(edits)
}

/// Taking out the last field of a router's `tls` would take TLS itself away.
fn without_field(object: &Path, node: NodeRef<'_>, reference: &Reference<'_>) -> Edit {
    let path = reference.path(object);
    let tls = node.field("tls").filter(|(_, tls)| tls.entries().count() == 1);
    match tls {
        Some((key, _)) if reference.kind == crate::config::object::ObjectKind::TlsOptions => {
            Edit::set(object.key(key.text()), Value::Map(Vec::new()))
        }
        _ => Edit::remove(path),
    }
}

fn mark_of(deletion: &Deletion, node: NodeRef<'_>) -> String {
    use std::hash::{DefaultHasher, Hash as _, Hasher as _};
    let mut hasher = DefaultHasher::new();
    version_of([node]).hash(&mut hasher);
    format!("{:?} {:?}", deletion.goes, deletion.loses).hash(&mut hasher);
    format!("{:016x}", hasher.finish())
}
