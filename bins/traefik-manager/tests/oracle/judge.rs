//! Our verdict, and where it differs from Traefik's.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use traefik_manager_core::{
    check::{Context, Effect, File, Finding, Level, TraefikVersion, check},
    config::{
        source::Problem,
        store::{ConfigSyntax as _, FileId},
    },
};
use traefik_manager_yaml::{PlainYaml, Yaml};

use crate::ask::Verdict;

/// What we say about files.
#[derive(Debug)]
pub(crate) struct Ours {
    /// The findings for which a file is refused, Traefik hangs or dies.
    pub(crate) fatal: Vec<Finding>,
    /// What is disabled, and why.
    pub(crate) disabled: BTreeMap<String, String>,
    /// Errors that Traefik has none of: we are stricter there, and say so.
    pub(crate) stricter: Vec<&'static str>,
}

impl Ours {
    /// Checks files as one configuration.
    pub(crate) fn of(texts: &[String], context: &Context) -> Self {
        let parsed: Vec<_> = texts
            .iter()
            .enumerate()
            .map(|(index, text)| {
                let id = FileId::new(&format!("{index:03}.yml"));
                let tree = Yaml.parse(Arc::from(text.as_str())).map_err(|error| Problem::syntax(&id, error));
                (id, tree)
            })
            .collect();
        let files: Vec<File<'_>> = parsed.iter().map(|(id, tree)| File { id, tree: tree.as_ref() }).collect();
        let (mut fatal, mut disabled, mut stricter) = (Vec::new(), BTreeMap::new(), Vec::new());
        for finding in check(&files, context) {
            if finding.level != Level::Error {
                continue;
            }
            for object in &finding.disables {
                disabled.insert(object.clone(), format!("{}: {}", finding.code, finding.message));
            }
            if finding.effect.is_fatal() {
                fatal.push(finding);
            } else if finding.effect == Effect::Ignores {
                stricter.push(finding.code);
            }
        }
        Self { fatal, disabled, stricter }
    }

    /// Whether Traefik may not be asked: it would eat the machine's memory.
    pub(crate) fn is_dangerous(&self, version: TraefikVersion) -> bool {
        version.minor() < 6
            && self.fatal.iter().any(|finding| finding.effect == Effect::Hangs && finding.code == "circle")
    }
}

/// What a version knows of its static configuration.
pub(crate) fn context(static_text: &str, version: TraefikVersion) -> Context {
    Context::from_static(&PlainYaml.parse(Arc::from(static_text)).unwrap(), version)
}

/// The differences of one version.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    /// How many mutants were compared.
    pub(crate) mutants: usize,
    /// How many of them Traefik refuses.
    pub(crate) refused: usize,
    /// How many objects were compared.
    pub(crate) objects: usize,
    /// How many of them Traefik disables.
    pub(crate) disabled: usize,
    /// How many mutants were not sent, because they would eat the machine's memory.
    pub(crate) not_asked: usize,
    /// Objects that depend on files of the machine that Traefik runs on.
    pub(crate) unknowable: usize,
    /// What Traefik refuses or disables and we do not.
    pub(crate) false_accepts: Vec<String>,
    /// What we refuse or disable and Traefik does not, by reason.
    pub(crate) false_rejects: BTreeMap<String, usize>,
    /// One example of each reason.
    pub(crate) examples: BTreeMap<String, String>,
}

impl Tally {
    /// Compares the verdicts about one or more mutants.
    pub(crate) fn compare(&mut self, texts: &[String], ours: &Ours, theirs: &Verdict) {
        self.mutants += texts.len();
        let shown = || texts.join("---\n");
        match theirs {
            Verdict::Refused(reason) => {
                self.refused += texts.len();
                if ours.fatal.is_empty() && ours.stricter.is_empty() {
                    self.false_accepts.push(format!("refused: {reason}\n{}", shown()));
                }
            }
            Verdict::Broken => {
                if ours.fatal.is_empty() {
                    self.false_accepts.push(format!("hangs or dies\n{}", shown()));
                }
            }
            Verdict::Taken(objects) => {
                for finding in &ours.fatal {
                    self.stricter(&format!("file: {}", finding.code), &finding.message, &shown());
                }
                for code in ours.stricter.iter().collect::<BTreeSet<_>>() {
                    self.stricter(&format!("file: {code}"), code, &shown());
                }
                if ours.fatal.is_empty() && ours.stricter.is_empty() {
                    self.objects(objects, ours, &shown());
                }
            }
        }
    }

    fn objects(&mut self, objects: &BTreeMap<String, Option<String>>, ours: &Ours, shown: &str) {
        for (name, error) in objects {
            if name.contains(".marker") {
                continue;
            }
            self.objects += 1;
            match (error, ours.disabled.get(name)) {
                (Some(error), None) if depends_on_files(error) => {
                    self.disabled += 1;
                    self.unknowable += 1;
                }
                (Some(error), None) => {
                    self.disabled += 1;
                    self.false_accepts.push(format!("{name} is disabled: {error}\n{shown}"));
                }
                (Some(_), Some(_)) => self.disabled += 1,
                (None, Some(reason)) => {
                    let code = reason.split(':').next().unwrap_or_default();
                    let kind = name.split('.').take(2).collect::<Vec<_>>().join(".");
                    // A router that is disabled for another reason reaches nothing.
                    self.stricter(&format!("{kind}: {code}"), reason, shown);
                }
                (None, None) => {}
            }
        }
    }

    fn stricter(&mut self, reason: &str, detail: &str, shown: &str) {
        *self.false_rejects.entry(reason.to_owned()).or_default() += 1;
        self.examples.entry(reason.to_owned()).or_insert_with(|| format!("{detail}\n{shown}"));
    }
}

/// Whether Traefik's error is about files that are on its machine, or not.
fn depends_on_files(error: &str) -> bool {
    [
        "no such file",
        "failed to parse CA",
        "file does not exist",
        "invalid certificate(s) content",
        "is a directory",
    ]
    .iter()
    .any(|part| error.contains(part))
}
