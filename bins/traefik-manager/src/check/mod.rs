//! `traefik-manager check`: what would Traefik say to these files?
//!
//! It needs no server, no settings and no Traefik. All dynamic files together are one configuration, as they are to
//! Traefik; a static file among them, or given beside them, tells what entry points, resolvers and plugins there are.

mod collect;
mod machine;
mod text;

use std::{
    io::{self, Write},
    process::ExitCode,
};

use traefik_manager_core::check::{Context, File, Finding, Level, check, check_static};

use crate::cli::{self, Failure, Format, Request};
use collect::{Collected, Role, Source};

/// Findings, and the files that they are about.
#[derive(Debug)]
struct Outcome {
    /// In the order of their names.
    sources: Vec<Source>,
    findings: Vec<Finding>,
    version: String,
}

impl Outcome {
    fn count(&self, level: Level) -> usize {
        self.findings.iter().filter(|finding| finding.level == level).count()
    }

    fn source(&self, finding: &Finding) -> Option<&Source> {
        let found = self.sources.binary_search_by(|source| source.id.cmp(&finding.file)).ok()?;
        self.sources.get(found)
    }
}

/// Checks, prints, and says by the status whether anything was found.
pub(crate) fn run(request: &Request) -> ExitCode {
    let collected = match collect::collect(&request.paths, request.static_file.as_deref()) {
        Ok(collected) => collected,
        Err(failure) => {
            cli::complain(&failure);
            return ExitCode::from(2);
        }
    };
    let outcome = examine(collected, request);
    let mut out = io::BufWriter::new(io::stdout().lock());
    let printed = match request.format {
        Format::Text => text::write(&mut out, &outcome),
        Format::Json => machine::json(&mut out, &outcome),
        Format::Sarif => machine::sarif(&mut out, &outcome),
        Format::Github => machine::github(&mut out, &outcome),
    };
    match printed.and_then(|()| out.flush()) {
        Ok(()) => {}
        // Whoever reads it has seen enough, as `head` has.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {}
        Err(error) => {
            cli::complain(&Failure::of("cannot write the findings", &error));
            return ExitCode::from(2);
        }
    }
    let fails = if request.strict { !outcome.findings.is_empty() } else { outcome.count(Level::Error) > 0 };
    ExitCode::from(u8::from(fails))
}

fn file(source: &Source) -> File<'_> {
    File::new(&source.id, &source.text, source.tree.as_ref())
}

fn examine(collected: Collected, request: &Request) -> Outcome {
    let version = request.traefik_version.unwrap_or_default();
    let Collected { mut sources, mut findings } = collected;
    // Traefik's order, which decides whose name counts.
    sources.sort_by(|a, b| a.id.cmp(&b.id));
    let of_role = |role: Role| sources.iter().filter(move |source| source.role == role);
    let known = of_role(Role::Static).find_map(|source| source.tree.as_ref().ok());
    let context =
        known.map_or_else(|| Context::for_version(version), |tree| Context::from_static(tree, version));
    for source in of_role(Role::Static).filter(|source| source.is_asked_about) {
        findings.extend(check_static(file(source), version));
    }
    let dynamic: Vec<File<'_>> = of_role(Role::Dynamic).map(file).collect();
    findings.extend(check(&dynamic, &context));
    findings.sort_by(|a, b| (&a.file, a.position).cmp(&(&b.file, b.position)));
    Outcome { sources, findings, version: version.to_string() }
}
