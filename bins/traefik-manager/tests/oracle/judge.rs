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

use crate::{
    probe,
    support::oracle::{Oracle, Verdict},
};

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
        let files: Vec<File<'_>> =
            parsed.iter().zip(texts).map(|((id, tree), text)| File::new(id, text, tree.as_ref())).collect();
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

/// How often we are stricter for one reason.
#[derive(Debug, Default)]
pub(crate) struct Rejects {
    /// In all.
    pub(crate) times: usize,
    /// How many of them a router proved right: one that is put before the object alone is disabled.
    pub(crate) proven: usize,
    /// One of them, rather one that is not proven.
    pub(crate) example: String,
}

/// How many objects of one kind were compared.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct Count {
    /// In all.
    pub(crate) objects: usize,
    /// How many of them Traefik disables.
    pub(crate) disabled: usize,
}

/// The differences of one version.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    /// How many mutants were compared.
    pub(crate) mutants: usize,
    /// How many of them Traefik refuses.
    pub(crate) refused: usize,
    /// How many objects were compared, by their kinds, as `http.routers`.
    pub(crate) kinds: BTreeMap<String, Count>,
    /// How many mutants were not sent, because they would eat the machine's memory.
    pub(crate) not_asked: usize,
    /// Objects that depend on files of the machine that Traefik runs on.
    pub(crate) unknowable: usize,
    /// What Traefik refuses or disables and we do not.
    pub(crate) false_accepts: Vec<String>,
    /// What we refuse or disable and Traefik does not, by reason.
    pub(crate) false_rejects: BTreeMap<String, Rejects>,
}

impl Tally {
    /// How many objects were compared, and how many of them Traefik disables.
    pub(crate) fn all(&self) -> Count {
        self.kinds.values().fold(Count::default(), |sum, kind| Count {
            objects: sum.objects + kind.objects,
            disabled: sum.disabled + kind.disabled,
        })
    }

    /// How often we are stricter.
    pub(crate) fn rejects(&self) -> usize {
        self.false_rejects.values().map(|rejects| rejects.times).sum()
    }

    /// Compares the verdicts about one or more mutants; where we are stricter about an object, asks once more.
    pub(crate) fn compare(&mut self, texts: &[String], ours: &Ours, theirs: &Verdict, oracle: &mut Oracle) {
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
                    self.stricter(&format!("file: {}", finding.code), &finding.message, &shown(), false);
                }
                for code in ours.stricter.iter().collect::<BTreeSet<_>>() {
                    self.stricter(&format!("file: {code}"), code, &shown(), false);
                }
                if ours.fatal.is_empty() && ours.stricter.is_empty() {
                    self.objects(objects, ours, texts, oracle);
                }
            }
        }
    }

    fn objects(
        &mut self,
        objects: &BTreeMap<String, Option<String>>,
        ours: &Ours,
        texts: &[String],
        oracle: &mut Oracle,
    ) {
        let shown = || texts.join("---\n");
        for (full, error) in objects {
            let mut words = full.splitn(3, '.');
            let (Some(protocol), Some(section), Some(name)) = (words.next(), words.next(), words.next())
            else {
                continue;
            };
            if name.starts_with("marker") {
                continue;
            }
            let kind = format!("{protocol}.{section}");
            let count = self.kinds.entry(kind.clone()).or_default();
            count.objects += 1;
            count.disabled += usize::from(error.is_some());
            match (error, ours.disabled.get(full)) {
                (Some(error), None) if depends_on_files(error) => self.unknowable += 1,
                (Some(error), None) => {
                    self.false_accepts.push(format!("{full} is disabled: {error}\n{}", shown()));
                }
                (None, Some(reason)) => {
                    let code = reason.split(':').next().unwrap_or_default();
                    let proven = probe::is_broken(oracle, texts, &kind, name);
                    self.stricter(&format!("{kind}: {code}"), &format!("{full}: {reason}"), &shown(), proven);
                }
                (Some(_), Some(_)) | (None, None) => {}
            }
        }
    }

    fn stricter(&mut self, reason: &str, detail: &str, shown: &str, proven: bool) {
        let rejects = self.false_rejects.entry(reason.to_owned()).or_default();
        if rejects.times == rejects.proven {
            rejects.example = format!("{detail}\n{shown}");
        }
        rejects.times += 1;
        rejects.proven += usize::from(proven);
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
