//! What is kept beside the settings: templates, the dashboard, notices, and certificates that end.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

mod dashboard;
mod endings;
mod notices;
mod templates;
mod tools;
