//! Would Traefik take this configuration? Asked before anything is written.
//!
//! Traefik drops every change of every file for one unknown key in one of them, and says so only in its log. So this
//! module knows what Traefik knows: its [`schema`] per version, how its YAML reader and Go take values
//! ([`scalar`]), the [`shape`] that each file must have, and what the objects of all files together must satisfy
//! ([`objects`], [`links`]). [`check`] is the one entry. It does no I/O, takes time linear in the files, and does not
//! allocate for what is in order.
//!
//! What is reported as an error, Traefik refuses or disables; where this module is stricter than Traefik, it is so
//! about things that nobody means, and `docs/oracle.md` lists them.

mod context;
mod finding;
mod nodes;
mod report;
mod scalar;
mod schema;
mod shape;
mod suggest;
mod version;

pub use context::{Context, EntryPoint, Others};
pub use finding::{Effect, Finding, Identity, Level, newly_broken};
pub use version::TraefikVersion;

use crate::{
    config::{
        source::{Problem, SourceFile},
        store::FileId,
    },
    tree::{Kind, Tree},
};
use report::Report;
use shape::Walk;

/// A file to check: its tree, or why it has none.
#[derive(Debug, Clone, Copy)]
pub struct File<'a> {
    /// Its name.
    pub id: &'a FileId,
    /// What it says.
    pub tree: Result<&'a Tree, &'a Problem>,
}

impl<'a> From<&'a SourceFile> for File<'a> {
    fn from(source: &'a SourceFile) -> Self {
        Self { id: source.id(), tree: source.tree() }
    }
}

/// Checks the dynamic configuration that these files make together, in Traefik's order: by name.
///
/// The findings come in the order of the files and their lines.
pub fn check(files: &[File<'_>], context: &Context) -> Vec<Finding> {
    let mut report = Report::new(files);
    for (index, file) in files.iter().enumerate() {
        match file.tree {
            Ok(tree) => check_shape(&mut report, index, tree, context),
            Err(problem) => unreadable(&mut report, index, problem),
        }
    }
    report.finish()
}

fn check_shape(report: &mut Report<'_>, file: usize, tree: &Tree, context: &Context) {
    let Some(root) = tree.root().filter(|root| !root.is_null()) else { return };
    let mut walk = Walk {
        report,
        file,
        version: context.version,
        effect: Effect::RefusesFile,
        steps: nodes::Steps::default(),
    };
    if root.kind() != Kind::Mapping {
        walk.not_a_mapping(root);
        return;
    }
    let unknown = walk.root(&schema::DYNAMIC, root);
    walk.unknown_at_root(&schema::DYNAMIC, &unknown);
}

fn unreadable(report: &mut Report<'_>, file: usize, problem: &Problem) {
    let kind = if problem.shaped_by_templates {
        (Level::Lint, Effect::Ignores, "shaped-by-templates")
    } else {
        (Level::Error, Effect::RefusesFile, "syntax")
    };
    let remedy = if problem.shaped_by_templates {
        "it cannot be checked here; look at Traefik's log after a change"
    } else {
        "correct it"
    };
    let id = report.add(file, 0..0, crate::config::edit::Path::root(), kind, problem.message.clone(), remedy);
    if let (Some(finding), Some(position)) = (report.get_mut(id), problem.position) {
        finding.position = position;
    }
}
