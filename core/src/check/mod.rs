//! Would Traefik take this configuration? Asked before anything is written.
//!
//! Traefik drops every change of every file for one unknown key in one of them, and says so only in its log. So this
//! module knows what Traefik knows: its schema per version (`schema`), how its YAML reader and Go take values
//! (`scalar`), the shape that each file must have (`shape`, `fields`), what single objects must satisfy (`routers`,
//! `services`, `middlewares`, `access`, `tls`), and how all of them hang together (`objects`, `links`, `graph`).
//! [`check()`] is the entry for dynamic files, [`check_static`] for the static one. They do no I/O and take time linear
//! in the files.
//!
//! What is reported as an error, Traefik refuses or disables; where this module is stricter than Traefik, it is so
//! about things that nobody means, and `docs/oracle.md` lists them.

mod access;
mod aliases;
mod context;
mod expression;
mod fields;
mod finding;
mod graph;
mod install;
mod known;
mod links;
mod listeners;
mod meaning;
mod middlewares;
mod nodes;
mod objects;
mod report;
mod routers;
mod scalar;
pub mod schema;
mod services;
mod shape;
mod suggest;
mod swallowed;
mod template;
mod tls;
mod url;
mod values;

mod version;

pub use context::{Context, EntryPoint, Others};
pub use finding::{Effect, Finding, Identity, Level, newly_broken};
pub use install::{FileKind, check_static, kind_of};
pub use listeners::{Opening, opened_by, openings};
pub use meaning::{Meaning, Setting, Verdict};
pub use version::TraefikVersion;

use crate::{
    config::{
        source::{Problem, SourceFile},
        store::FileId,
    },
    tree::{Kind, Tree},
};
use context::Section;
use links::{LOOKS, Links};
use objects::Objects;
use report::Report;
use shape::Walk;

/// A file to check: its tree, or why it has none.
#[derive(Debug, Clone, Copy)]
pub struct File<'a> {
    /// Its name.
    pub id: &'a FileId,
    /// Its text.
    pub text: &'a str,
    /// What it says.
    pub tree: Result<&'a Tree, &'a Problem>,
}

impl<'a> File<'a> {
    /// A file of this text.
    pub fn new(id: &'a FileId, text: &'a str, tree: Result<&'a Tree, &'a Problem>) -> Self {
        Self { id, text, tree }
    }

    /// A file that is understood.
    pub fn of_tree(id: &'a FileId, tree: &'a Tree) -> Self {
        Self::new(id, tree.text(), Ok(tree))
    }
}

impl<'a> From<&'a SourceFile> for File<'a> {
    fn from(source: &'a SourceFile) -> Self {
        Self::new(source.id(), source.text(), source.tree())
    }
}

/// Checks the dynamic configuration that these files make together, in Traefik's order: by name.
///
/// The findings come in the order of the files and their lines.
pub fn check(files: &[File<'_>], context: &Context) -> Vec<Finding> {
    let mut report = Report::new(files);
    for (index, file) in files.iter().enumerate() {
        // What cannot be read is refused anyhow.
        if file.tree.map_or_else(|problem| problem.shaped_by_templates, |_| true) {
            template::check(&mut report, index, file.text, context.version);
        }
        match file.tree {
            Ok(tree) => check_shape(&mut report, index, tree, context),
            Err(problem) => unreadable(&mut report, index, problem, Effect::RefusesFile),
        }
    }
    check_objects(&mut report, files, context);
    report.finish()
}

fn check_objects(report: &mut Report<'_>, files: &[File<'_>], context: &Context) {
    let mut objects = Objects::collect(files, report);
    let mut links = Links { report, objects: &mut objects, context, looks: LOOKS };
    let children = links.children();
    for id in 0..links.objects.all.len() {
        match links.object(id).and_then(|object| object.section) {
            None => links.router(id, &children),
            Some(Section::Services(_)) => links.service(id),
            Some(Section::Middlewares(_)) => links.middleware(id),
            Some(Section::Transports(_)) => links.transport(id),
            Some(Section::TlsOptions) => links.tls_options_object(id),
        }
    }
    links.entry_point_middlewares();
    graph::settle(report, &mut objects, context, &children);
    tls::stores_and_certificates(report, files);
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

fn unreadable(report: &mut Report<'_>, file: usize, problem: &Problem, effect: Effect) {
    let kind = if problem.shaped_by_templates {
        (Level::Lint, Effect::Ignores, "shaped-by-templates")
    } else {
        (Level::Error, effect, "syntax")
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
