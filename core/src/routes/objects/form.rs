//! What a save of an object asks for.

use super::FieldsForm;
use crate::config::object::ObjectRef;

/// Names one object of one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObjectId {
    /// The object.
    pub object: ObjectRef,
    /// The file; `None` means the first that has it, which is Traefik's choice too.
    pub file: Option<String>,
}

impl ObjectId {
    /// An object wherever it stands.
    pub fn anywhere(object: ObjectRef) -> Self {
        Self { object, file: None }
    }
}

/// An object as somebody wants it.
#[derive(Debug, Clone)]
pub struct ObjectForm {
    /// Kind, protocol and name as they shall be. A certificate takes its name from its content.
    pub object: ObjectRef,
    /// What it shall say.
    pub content: ObjectContent,
    /// The object that is edited; `None` makes a new one.
    pub edit_of: Option<ObjectId>,
    /// The file; `None` means where the object is, or the first file.
    pub file: Option<String>,
    /// The version that the form was filled from, see [`Object::version`](super::Object::version).
    pub version: Option<String>,
}

impl ObjectForm {
    /// A new object.
    pub fn new(object: ObjectRef, content: ObjectContent) -> Self {
        Self { object, content, edit_of: None, file: None, version: None }
    }

    /// An existing object that keeps its name and its file.
    pub fn edit(object: ObjectRef, content: ObjectContent) -> Self {
        let edit_of = Some(ObjectId::anywhere(object.clone()));
        Self { edit_of, ..Self::new(object, content) }
    }
}

/// What an object shall say.
#[derive(Debug, Clone)]
pub enum ObjectContent {
    /// What it says already: for another name, or another file.
    AsWritten,
    /// The YAML below its name.
    Text(String),
    /// Some of its fields; whatever else it says stays.
    Fields(FieldsForm),
}
