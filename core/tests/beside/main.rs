//! What is kept beside the settings: templates, the dashboard, notices.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

mod dashboard;
mod notices;
mod templates;
mod tools;
