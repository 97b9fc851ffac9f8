//! The objects of the files, all kinds through one mechanism: listed with their users, saved as text or from a form,
//! renamed with every reference, deleted alone or with what cannot be without them.

mod delete;
mod fields;
mod form;
mod merge;
mod rename;
mod rows;
mod save;
mod shown;
mod text;
mod users;

use std::sync::Arc;

pub use delete::{Deletion, Loss};
pub(super) use fields::Target;
pub use fields::{FieldInput, FieldsForm, RowInput, Typed, Written};
pub use form::{ObjectContent, ObjectForm, ObjectId};
pub(super) use merge::merge;
pub use shown::shown;
pub use users::{User, Users};

pub(super) use rename::{carry, step};
pub(super) use users::users_but;

use super::{ChangeError, Middleware, Snapshot, version_of};
use crate::{
    check::schema,
    config::{
        edit::Path,
        object::{Entry, ObjectKind, ObjectRef},
        source::SourceFile,
        store::FileId,
    },
    traefik::{Protocol, service::Service},
    tree::{Kind, NodeRef, Position},
};

/// One object of a [`Snapshot`].
#[derive(Debug, Clone, Copy)]
pub struct Object<'s> {
    source: &'s Arc<SourceFile>,
    entry: Entry<'s>,
}

impl<'s> Object<'s> {
    /// What it is.
    pub fn kind(&self) -> ObjectKind {
        self.entry.kind
    }

    /// HTTP, TCP or UDP; `None` for what stands under `tls`.
    pub fn protocol(&self) -> Option<Protocol> {
        self.entry.protocol
    }

    /// The name; a certificate's `certFile`.
    pub fn name(&self) -> &'s str {
        self.entry.name()
    }

    /// The file.
    pub fn file(&self) -> &'s FileId {
        self.source.id()
    }

    /// The file as it was read.
    pub fn source(&self) -> &'s Arc<SourceFile> {
        self.source
    }

    /// What stands below its name.
    pub fn node(&self) -> NodeRef<'s> {
        self.entry.node
    }

    /// Where its name stands, or where a certificate begins.
    pub fn position(&self) -> Position {
        self.entry.key.unwrap_or(self.entry.node).position()
    }

    /// Changes with every change of the object; a form sends it back to say what it was filled from. That of a
    /// certificate holds its place too: two in one list may say the same.
    pub fn version(&self) -> String {
        let version = version_of([self.entry.node]);
        if self.entry.key.is_some() { version } else { format!("{version}-{}", self.entry.index) }
    }

    /// The name with kind and protocol.
    pub fn to_ref(&self) -> ObjectRef {
        self.entry.to_ref()
    }

    /// The variety: `loadBalancer` or `weighted`, `headers` or `chain`; empty for kinds that have none.
    pub fn variety(&self) -> &'s str {
        match (self.kind(), self.protocol()) {
            (ObjectKind::Service, Some(protocol)) => Service::new(protocol, self.node()).kind(),
            (ObjectKind::Middleware, _) if self.node().kind() == Kind::Mapping => {
                self.node().entries().next().map(|(key, _)| key.text()).unwrap_or_default()
            }
            _ => "",
        }
    }

    /// Whether a form can be filled from it: of what it says, each field by itself may still be one for YAML.
    pub fn has_form(&self) -> bool {
        let node = self.node();
        if node.kind() != Kind::Mapping || node.own_entries().any(|(key, _)| key.is_merge()) {
            return false;
        }
        match self.kind() {
            ObjectKind::Router => false,
            ObjectKind::Service | ObjectKind::Middleware => self.form_variety().is_some(),
            _ => true,
        }
    }

    /// The variety as the schema spells it, where it is the only one and consists of fields.
    pub fn form_variety(&self) -> Option<&'static str> {
        let root = schema::of(self.kind(), self.protocol())?;
        let field = |key: NodeRef<'_>| root.field(key.text()).filter(|field| field.shape.inner().is_some());
        let mut varieties = self.node().own_entries().filter_map(|(key, _)| field(key));
        let first = varieties.next()?;
        let is_only = varieties.next().is_none()
            && (self.kind() == ObjectKind::Service || self.node().own_entries().count() == 1);
        is_only.then_some(first.name)
    }

    /// The path in its file.
    pub fn path(&self) -> Path {
        self.source.path_of(&self.entry)
    }

    /// Whether Traefik looks for it by itself, so that nobody need name it.
    pub fn is_default(&self) -> bool {
        is_default(&self.to_ref())
    }
}

/// `default` is what counts where no TLS options, or no TLS store, are named.
fn is_default(object: &ObjectRef) -> bool {
    matches!(object.kind, ObjectKind::TlsOptions | ObjectKind::TlsStore) && object.name == "default"
}

impl<'s> From<Middleware<'s>> for Object<'s> {
    fn from(middleware: Middleware<'s>) -> Self {
        let (kind, protocol) = (ObjectKind::Middleware, Some(middleware.protocol()));
        let entry = Entry { kind, protocol, key: Some(middleware.key), index: 0, node: middleware.node() };
        Self { source: middleware.source(), entry }
    }
}

impl Snapshot {
    /// Every object of a kind, file by file in Traefik's order.
    pub fn objects(&self, kind: ObjectKind) -> impl Iterator<Item = Object<'_>> {
        let of_protocol = move |protocol: &Option<Protocol>| self.objects_of(kind, *protocol);
        kind.protocols().iter().flat_map(of_protocol)
    }

    /// Every object of a kind and protocol, file by file in Traefik's order.
    pub fn objects_of(
        &self,
        kind: ObjectKind,
        protocol: Option<Protocol>,
    ) -> impl Iterator<Item = Object<'_>> {
        self.files().iter().flat_map(move |source| {
            source.entries_of(kind, protocol).map(move |entry| Object { source, entry })
        })
    }

    /// The object that an id names. Of two files with one name Traefik takes the first; of two certificates with one
    /// name in one file the version tells which.
    ///
    /// # Errors
    /// [`ChangeError::NotFound`].
    pub fn object(&self, id: &ObjectId, version: Option<&str>) -> Result<Object<'_>, ChangeError> {
        let file = id.file.as_deref().map(str::trim).filter(|file| !file.is_empty());
        let is_meant = |object: &Object<'_>| {
            object.name() == id.object.name
                && file.is_none_or(|file| object.file().as_str() == file || object.file().base_name() == file)
        };
        let mut found = self.objects_of(id.object.kind, id.object.protocol).filter(is_meant);
        let first = found.next().ok_or_else(|| ChangeError::NotFound { what: what(&id.object) })?;
        let is_it = |object: &Object<'_>| version == Some(object.version().as_str());
        if first.kind() == ObjectKind::TlsCertificate && !is_it(&first) {
            return Ok(found.find(is_it).unwrap_or(first));
        }
        Ok(first)
    }

    /// How many files define an object of this name.
    fn definitions(&self, object: &ObjectRef) -> usize {
        self.objects_of(object.kind, object.protocol).filter(|other| other.name() == object.name).count()
    }

    /// Whether a reference to the object's name means this one and not that of a file before it.
    fn is_meant(&self, object: &Object<'_>) -> bool {
        self.objects_of(object.kind(), object.protocol())
            .find(|other| other.name() == object.name())
            .is_some_and(|first| first.file() == object.file())
    }
}

/// An object as messages call it.
fn what(object: &ObjectRef) -> String {
    format!("{} `{}`", object.kind.noun(), object.name)
}
