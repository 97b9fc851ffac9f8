//! Configuration files: their text, their trees, and edits that lose nothing.

pub mod edit;
pub mod guard;
pub mod object;
pub mod source;
pub mod store;
pub mod value;
