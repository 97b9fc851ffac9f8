//! Sections of the static configuration: which there are, where they stand, and what a change of one says.
//!
//! A section is a mapping of Traefik's schema that has a form of its own: one that there is once (`api`), or one of
//! several with names (`entryPoints`). What its fields are is the schema's to say, and a change is edits of single
//! leaves, made by the same form that objects have.

mod drafts;
mod mentions;
mod place;
mod sockets;

pub use drafts::{Draft, DraftChange, DraftError, Drafts, KeptDraft, Whose};
pub use mentions::{Mention, mentions};
pub use place::{Place, SECTIONS, Section};
pub use sockets::{Inquiry, Neighbours, Socket, SocketProbe};

use crate::routes::FieldsForm;

/// A change of one section, or of one of its named things.
#[derive(Debug, Clone)]
pub struct SectionChange {
    /// What it is about, under the name that it shall have.
    pub place: Place,
    /// What becomes of it.
    pub what: What,
    /// Whether it may take away what others need.
    pub accepts_users: bool,
}

/// What becomes of a section.
#[derive(Debug, Clone)]
pub enum What {
    /// Some of its fields are as the form says; the others stay.
    Fields(Fields),
    /// It says what this YAML says besides what it says already; a field that is `null` there goes.
    Added(String),
    /// It goes.
    Removed,
}

/// Fields of a section as they were typed.
#[derive(Debug, Clone, Default)]
pub struct Fields {
    /// The fields.
    pub form: FieldsForm,
    /// Which one it is about.
    pub of: Origin,
    /// What the form was filled from, see [`Place::version`]; `None` asks nothing.
    pub version: Option<String>,
}

/// Which of the named things a form is about.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Origin {
    /// The one of this name, or a new one.
    #[default]
    Whichever,
    /// One that is not there yet.
    New,
    /// The one that has this name now.
    Old(String),
}

impl SectionChange {
    /// A change of fields.
    pub fn fields(place: Place, fields: Fields) -> Self {
        Self { place, what: What::Fields(fields), accepts_users: false }
    }

    /// Takes a section away.
    pub fn remove(place: Place) -> Self {
        Self { place, what: What::Removed, accepts_users: false }
    }

    /// Adds what a YAML says.
    pub fn add(place: Place, yaml: impl Into<String>) -> Self {
        Self { place, what: What::Added(yaml.into()), accepts_users: false }
    }

    /// The same change, whoever uses what it takes away.
    #[must_use]
    pub fn accepting_users(self, accepts_users: bool) -> Self {
        Self { accepts_users, ..self }
    }
}
