//! Saving an object: new, edited in place, renamed, moved to another file.

use super::{
    super::{
        Changed, Configuration, Terms, change::Deed, detached::Detached, patch::FileEdits, transaction::Plan,
    },
    ChangeError, Object, ObjectContent, ObjectForm, Snapshot, is_default,
    merge::merge,
    rename::{self, Records},
    text::{entry_of, new_entry, read_content, text_of, with_content},
    what,
};
use crate::{
    config::{
        edit::{Edit, NewNode, Path},
        object::{ObjectKind, root_key},
        store::{ConfigSyntax, FileId},
        value::Value,
    },
    traefik::name::ObjectName,
    tree::{NodeRef, Tree},
};

impl Configuration {
    /// Saves an object of any kind; a new name is carried into every file and every switched-off route that has the
    /// old one.
    ///
    /// # Errors
    /// [`ChangeError`]; then nothing was changed.
    pub fn save_object(&self, terms: &Terms, form: &ObjectForm) -> Result<Changed, ChangeError> {
        self.change(terms, &Deed::of_object("save", &form.object), |snapshot| {
            Saving::new(self, snapshot, form)?.plan()
        })
    }
}

/// One attempt at planning a save.
struct Saving<'a> {
    syntax: &'a dyn ConfigSyntax,
    snapshot: &'a Snapshot,
    form: &'a ObjectForm,
    /// The text of the form, where it differs from what is written.
    text: Option<String>,
    old: Option<Object<'a>>,
    file: FileId,
    files: FileEdits,
}

impl<'a> Saving<'a> {
    fn new(
        configuration: &'a Configuration,
        snapshot: &'a Snapshot,
        form: &'a ObjectForm,
    ) -> Result<Self, ChangeError> {
        let syntax = configuration.ports.syntax.as_ref();
        let kind = form.object.kind;
        if !kind.protocols().contains(&form.object.protocol) {
            let protocol = root_key(form.object.protocol).to_ascii_uppercase();
            let message = format!("there are no {protocol} {}", kind.section());
            return Err(ChangeError::invalid("protocol", message));
        }
        let version = form.version.as_deref();
        let old = form.edit_of.as_ref().map(|id| snapshot.object(id, version)).transpose()?;
        if let Some(old) = &old {
            check_version(syntax, old, version)?;
            if (old.kind(), old.protocol()) != (kind, form.object.protocol) {
                let message = format!("the {} cannot change its protocol; make a new one", kind.noun());
                return Err(ChangeError::invalid("protocol", message));
            }
        }
        let file = configuration.file_for(snapshot, old.as_ref().map(Object::file), form.file.as_deref())?;
        let mut saving = Self { syntax, snapshot, form, text: None, old, file, files: FileEdits::default() };
        saving.text = saving.changed_text()?;
        Ok(saving)
    }

    /// Text that says what is written already is no change, whatever a check would say of it.
    fn changed_text(&self) -> Result<Option<String>, ChangeError> {
        let ObjectContent::Text(text) = &self.form.content else { return Ok(None) };
        let text = text.replace("\r\n", "\n");
        if let Some(old) = &self.old
            && text_of(self.syntax, old)?.trim_end() == text.trim_end()
        {
            return Ok(None);
        }
        read_content(self.syntax, self.form.object.kind, &text)?;
        Ok(Some(text))
    }

    fn plan(mut self) -> Result<Plan, ChangeError> {
        if self.form.object.kind == ObjectKind::TlsCertificate {
            self.certificate()?;
            return Ok(Plan { files: self.files.into_plan(), ..Plan::default() });
        }
        let renamed = self.old.filter(|old| old.name() != self.form.object.name);
        if self.old.is_none() || renamed.is_some() {
            self.check_name()?;
        }
        let records = match &renamed {
            Some(old) => self.carry(old)?,
            None => Records::new(),
        };
        match self.old {
            None => self.create()?,
            Some(old) if *old.file() != self.file => self.relocate(&old)?,
            Some(old) => self.edit_in_place(&old)?,
        }
        Ok(Plan { files: self.files.into_plan(), before: rename::step(records), ..Plan::default() })
    }

    /// A new name must be one that can be referred to, and free in every file.
    fn check_name(&self) -> Result<(), ChangeError> {
        let object = &self.form.object;
        ObjectName::parse_new(&object.name)
            .map_err(|error| ChangeError::invalid("name", error.to_string()))?;
        let exists = |file: &FileId| {
            let what = format!("a {}", what(object));
            Err(ChangeError::Exists { what, file: file.clone() })
        };
        let mut others = self.snapshot.objects_of(object.kind, object.protocol);
        if let Some(other) = others.find(|other| other.name() == object.name) {
            return exists(other.file());
        }
        let is_same = |route: &super::super::Route<'_>| {
            object.kind == ObjectKind::Router
                && Some(route.protocol()) == object.protocol
                && route.name() == object.name
        };
        if let Some(route) = self.snapshot.routes().find(is_same) {
            return exists(route.file());
        }
        Ok(())
    }

    /// The references follow the object that they mean: of two files with one name, the first.
    fn carry(&mut self, old: &Object<'a>) -> Result<Records, ChangeError> {
        if is_default(&old.to_ref()) {
            let message = format!(
                "the {} `default` count wherever none are named; make others under a name of their own",
                old.kind().noun()
            );
            return Err(ChangeError::invalid("name", message));
        }
        if !self.snapshot.is_meant(old) {
            return Ok(Records::new());
        }
        let (object, name) = (old.to_ref(), &self.form.object.name);
        rename::carry(self.syntax, self.snapshot, &object, old.file(), name, &mut self.files)
    }

    fn create(&mut self) -> Result<(), ChangeError> {
        let path = self.section().key(&self.form.object.name);
        let edits = match &self.text {
            Some(text) => {
                let node = NewNode::Entry(new_entry(&self.form.object.name, text));
                vec![Edit::Insert { path, node, before: None }]
            }
            None => self.patched(&path, None)?,
        };
        if edits.is_empty() {
            let message = format!("the content is empty: say what the {} is", self.form.object.kind.noun());
            return Err(ChangeError::invalid("content", message));
        }
        self.files.add(&self.file, edits);
        Ok(())
    }

    fn edit_in_place(&mut self, old: &Object<'a>) -> Result<(), ChangeError> {
        let path = old.path();
        let mut edits = match &self.text {
            Some(text) => {
                let entry = with_content(self.syntax, &entry_of(self.syntax, old)?, old.name(), text);
                vec![Edit::Set { path: path.clone(), node: NewNode::Entry(entry) }]
            }
            None => self.patched(&path, Some(old.node()))?,
        };
        if old.name() != self.form.object.name {
            edits.push(Edit::Rename { path, to: self.form.object.name.clone() });
        }
        self.files.add(&self.file, edits);
        Ok(())
    }

    /// Takes the object with its text to another file.
    fn relocate(&mut self, old: &Object<'a>) -> Result<(), ChangeError> {
        let mut entry = entry_of(self.syntax, old)?;
        if let Some(text) = &self.text {
            entry = with_content(self.syntax, &entry, old.name(), text);
        }
        let detached = match Detached::from_text(self.syntax, old.name(), &entry) {
            Some(detached) => detached,
            // Typed text that leans on anchors of the old file cannot go without them.
            None if self.text.is_some() => {
                let message = "the text has an alias whose anchor stays in the old file; write it out";
                return Err(ChangeError::invalid("content", message));
            }
            None => Detached::from_value(self.syntax, old.name(), Value::from(old.node()))?,
        };
        let edits = self.patched(&detached.path(), detached.node())?;
        let moved = detached.edited(self.syntax, edits, &self.form.object.name)?;
        let path = self.section().key(&self.form.object.name);
        self.files.add(&self.file, [Edit::Insert { path, node: moved.new_node(), before: None }]);
        self.files.add(old.file(), [Edit::remove(old.path())]);
        Ok(())
    }

    /// The edits that a form, as opposed to a text, asks for.
    fn patched(&self, base: &Path, node: Option<NodeRef<'_>>) -> Result<Vec<Edit>, ChangeError> {
        match &self.form.content {
            ObjectContent::Fields(form) => form.edits(self.syntax, &self.form.object, base, node),
            ObjectContent::AsWritten | ObjectContent::Text(_) => Ok(Vec::new()),
        }
    }

    /// A certificate by itself, as a form says that it shall be; `old` is what it says already.
    fn filled(&self, old: Option<NodeRef<'_>>) -> Result<Option<Value>, ChangeError> {
        const NAME: &str = "certificate";
        let value = old.map_or(Value::Null, Value::from);
        let detached = Detached::from_value(self.syntax, NAME, value)?;
        let edits = self.patched(&detached.path(), detached.node().filter(|node| !node.is_null()))?;
        let value = detached.edited(self.syntax, edits, NAME)?.value();
        Ok(Some(value).filter(|value| *value != Value::Null))
    }

    /// A certificate stands in a list: there is no key to put a text under.
    fn certificate(&mut self) -> Result<(), ChangeError> {
        let section = self.section();
        let count = self
            .snapshot
            .file(self.file.as_str())
            .map_or(0, |file| file.entries_of(ObjectKind::TlsCertificate, None).count());
        let append = |value: Value| match count {
            0 => Edit::set(section.clone(), Value::List(vec![value])),
            count => Edit::set(section.index(count), value),
        };
        let new = match &self.text {
            Some(text) => Some(read_content(self.syntax, ObjectKind::TlsCertificate, text)?),
            None => None,
        };
        let new = new.as_ref().and_then(Tree::root);
        match (self.old, new) {
            (None, None) => {
                let value = self.filled(None)?;
                let value = value.ok_or_else(|| ChangeError::invalid("content", "the content is empty"))?;
                self.files.add(&self.file, [append(value)]);
                Ok(())
            }
            (None, Some(new)) => {
                self.files.add(&self.file, [append(Value::from(new))]);
                Ok(())
            }
            (Some(old), new) if *old.file() == self.file => {
                let mut edits = self.patched(&old.path(), Some(old.node()))?;
                if let Some(new) = new {
                    merge(&mut edits, &old.path(), old.node(), new);
                }
                self.files.add(&self.file, edits);
                Ok(())
            }
            (Some(old), new) => {
                let value = match new {
                    Some(new) => Value::from(new),
                    None => self.filled(Some(old.node()))?.unwrap_or_else(|| Value::from(old.node())),
                };
                self.files.add(&self.file, [append(value)]);
                self.files.add(old.file(), [Edit::remove(old.path())]);
                Ok(())
            }
        }
    }

    /// The path of the object's section in the target file.
    fn section(&self) -> Path {
        let (kind, protocol) = (self.form.object.kind, self.form.object.protocol);
        self.snapshot.file(self.file.as_str()).map_or_else(
            || Path::keys([root_key(protocol), kind.section()]),
            |file| file.path_of_section(kind, protocol),
        )
    }
}

/// Refuses a change of an object that is no longer the one that a form was filled from.
pub(super) fn check_version(
    syntax: &dyn ConfigSyntax,
    object: &Object<'_>,
    version: Option<&str>,
) -> Result<(), ChangeError> {
    if version.is_none_or(|version| version == object.version()) {
        return Ok(());
    }
    Err(ChangeError::Conflict { what: what(&object.to_ref()), theirs: text_of(syntax, object)? })
}
