//! A statement, and how it is judged.

use std::{collections::BTreeSet, sync::Arc};

use serde_json::Value;
use traefik_manager_core::{
    check::{Context, Effect, File, Finding, Level, TraefikVersion, check},
    config::{
        source::Problem,
        store::{ConfigSyntax as _, FileId},
    },
};
use traefik_manager_yaml::{PlainYaml, Yaml};

use crate::support::oracle::Verdict;

/// What Traefik does.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Real {
    /// It refuses the file, with these words in its reason.
    Refuses(&'static str),
    /// It takes the file and disables these objects, `-N` for their number.
    Takes(Vec<&'static str>),
    /// It takes the file, and its API says this: a pointer into all that it serves, and the value there.
    Reads(&'static str, Value),
    /// It is not asked.
    NotAsked,
}

/// A configuration, and what is said of it.
#[derive(Debug)]
pub(crate) struct Statement {
    pub(crate) files: Vec<String>,
    /// `level effect code`, and the line where it matters, of each finding.
    pub(crate) says: Vec<&'static str>,
    pub(crate) real: Real,
    /// What the objects that are disabled are, where no error of ours says so: it hangs on files of the machine.
    unknowable: bool,
    alone: bool,
    number: String,
}

fn statement(text: impl Into<String>, says: &[&'static str], real: Real) -> Statement {
    Statement {
        files: vec![text.into()],
        says: says.to_vec(),
        real,
        unknowable: false,
        alone: false,
        number: String::new(),
    }
}

/// Both refuse the file; ours may find more than the one thing.
pub(crate) fn refused(text: impl Into<String>, code: &'static str, reason: &'static str) -> Statement {
    statement(text, &[code], Real::Refuses(reason))
}

/// Traefik takes it whole, and these are our findings.
pub(crate) fn taken(text: impl Into<String>, says: &[&'static str]) -> Statement {
    statement(text, says, Real::Takes(Vec::new()))
}

/// Traefik takes it, disables these objects, and so do we, for exactly these findings.
pub(crate) fn disabled(
    text: impl Into<String>,
    says: &[&'static str],
    objects: &[&'static str],
) -> Statement {
    statement(text, says, Real::Takes(objects.to_vec()))
}

/// Traefik takes it, and this is what it has read.
pub(crate) fn reads(
    text: impl Into<String>,
    says: &[&'static str],
    pointer: &'static str,
    value: impl Into<Value>,
) -> Statement {
    statement(text, says, Real::Reads(pointer, value.into()))
}

/// Asked of `check` alone.
pub(crate) fn ours(text: impl Into<String>, says: &[&'static str]) -> Statement {
    statement(text, says, Real::NotAsked)
}

impl Statement {
    /// Asked by itself, because its names cannot be numbered or others would change it.
    pub(crate) fn alone(mut self) -> Self {
        self.alone = true;
        self
    }

    /// What Traefik disables hangs on files of the machine, of which we say nothing.
    pub(crate) fn unknowable(mut self) -> Self {
        self.unknowable = true;
        self
    }

    /// With names of its own.
    pub(crate) fn numbered(mut self, number: usize) -> Self {
        self.number = number.to_string();
        for text in &mut self.files {
            *text = text.replace("-N", &format!("-{number}"));
        }
        self.real = match self.real {
            Real::Takes(objects) => {
                let own = objects.iter().map(|object| &*object.replace("-N", &format!("-{number}")).leak());
                Real::Takes(own.collect())
            }
            Real::Reads(pointer, value) => {
                Real::Reads(pointer.replace("-N", &format!("-{number}")).leak(), value)
            }
            other => other,
        };
        self
    }

    pub(crate) fn goes_with_others(&self) -> bool {
        !self.alone && matches!(self.real, Real::Takes(_) | Real::Reads(..))
    }

    /// What `check` says, against what it must say.
    pub(crate) fn judge(&self, context: &Context) -> Result<(), String> {
        let found = findings(&self.files, context);
        let lines: Vec<String> = found.iter().map(line).collect();
        let complaint = || {
            format!("{}\n  check must say {:?}, and says {lines:?}", self.files.join("\n---\n"), self.says)
        };
        if let Real::Refuses(_) = self.real {
            let is_meant = |line: &&String| {
                format!("{line} ").starts_with(&format!("error refuses-file {} ", self.says[0]))
            };
            return lines.iter().find(is_meant).map(drop).ok_or_else(complaint);
        }
        let mut left = lines.clone();
        for said in &self.says {
            let at = left.iter().position(|line| {
                line == said || line.rsplit_once(' ').is_some_and(|(line, _)| line == *said)
            });
            left.remove(at.ok_or_else(complaint)?);
        }
        if !left.is_empty() {
            return Err(complaint());
        }
        let Real::Takes(objects) = &self.real else { return Ok(()) };
        let errors = found.iter().filter(|finding| finding.level == Level::Error);
        let disabled: BTreeSet<&str> =
            errors.flat_map(|finding| &finding.disables).map(String::as_str).collect();
        if !self.unknowable && disabled != objects.iter().copied().collect() {
            return Err(format!(
                "{}\n  check disables {disabled:?} and not {objects:?}",
                self.files.join("\n---\n")
            ));
        }
        Ok(())
    }

    /// What Traefik says, against what it must say.
    pub(crate) fn compare(&self, verdict: &Verdict, serves: &Value) -> Result<(), String> {
        let complaint = |what: String| Err(format!("{}\n  {what}", self.files.join("\n---\n")));
        match (&self.real, verdict) {
            (Real::Refuses(words), Verdict::Refused(reason)) if reason.contains(words) => Ok(()),
            (Real::Takes(wanted), Verdict::Taken(objects)) => {
                let own = |name: &str| {
                    self.alone || name.rsplit_once('-').is_some_and(|(_, number)| number == self.number)
                };
                let disabled: BTreeSet<&str> = objects
                    .iter()
                    .filter(|(name, error)| error.is_some() && own(name))
                    .map(|(name, _)| name.as_str())
                    .collect();
                if disabled == wanted.iter().copied().collect() {
                    Ok(())
                } else {
                    complaint(format!("Traefik disables {disabled:?} and not {wanted:?}"))
                }
            }
            (Real::Reads(pointer, value), Verdict::Taken(_)) => {
                let found = serves.pointer(pointer).cloned().unwrap_or_default();
                if found == *value {
                    Ok(())
                } else {
                    complaint(format!("at {pointer} Traefik has {found}, not {value}"))
                }
            }
            (wanted, verdict) => complaint(format!("wanted is {wanted:?}, and Traefik says {verdict:?}")),
        }
    }
}

/// What is known of Traefik's static configuration.
pub(crate) fn context(static_text: &str, version: TraefikVersion) -> Context {
    Context::from_static(&PlainYaml.parse(Arc::from(static_text)).unwrap(), version)
}

/// A Traefik of a minor version with the entry points that the statements name.
pub(crate) fn known(minor: u8) -> Context {
    let text = "entryPoints: {web: {address: \":80\"}, tcp: {address: \":81\"}, udp: {address: \":82/udp\"}}\napi: {}\n";
    context(text, TraefikVersion::v3(minor))
}

fn findings(texts: &[String], context: &Context) -> Vec<Finding> {
    let parsed: Vec<_> = texts
        .iter()
        .enumerate()
        .map(|(index, text)| {
            let id = FileId::new(&format!("{index:03}.yml"));
            let tree = Yaml.parse(Arc::from(text.as_str())).map_err(|error| Problem::syntax(&id, error));
            (id, text, tree)
        })
        .collect();
    let files: Vec<File<'_>> =
        parsed.iter().map(|(id, text, tree)| File::new(id, text, tree.as_ref())).collect();
    check(&files, context)
}

/// `level effect code line`, without the effect where the level says it.
pub(crate) fn line(finding: &Finding) -> String {
    let Finding { level, effect, code, position, .. } = finding;
    let effect = if *level == Level::Lint && *effect == Effect::Ignores { "" } else { effect.as_str() };
    let space = if effect.is_empty() { "" } else { " " };
    format!("{level}{space}{effect} {code} {}", position.line)
}
