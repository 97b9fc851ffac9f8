//! What a change comes to, before anything is written: new texts that are proven and checked.

use std::sync::Arc;

use super::{
    ChangeError, Configuration, Snapshot, Terms,
    excuses::Excuses,
    reach,
    transaction::{before, expectations},
};
use crate::{
    check::{self, Finding},
    config::{
        confirm::Expectation,
        delta::{self, ObjectChange},
        diff::FileDiff,
        edit::Edit,
        guard::{self, Claim},
        source::{Problem, check_root},
        store::{ConfigSyntax, FileId, FileWrite, Revision, StorageError, WriteCondition},
    },
    tree::Tree,
};

/// One file of a plan, ready to be written.
pub(super) struct Ready {
    pub(super) id: FileId,
    pub(super) old: Option<(Arc<str>, Revision)>,
    /// `None` takes the file away.
    pub(super) new: Option<NewText>,
}

pub(super) struct NewText {
    pub(super) text: Arc<str>,
    pub(super) tree: Result<Tree, Problem>,
}

impl Ready {
    pub(super) fn write(&self) -> FileWrite<'_> {
        let condition = match &self.old {
            Some((_, revision)) => WriteCondition::Matches(revision.clone()),
            None => WriteCondition::CreateNew,
        };
        FileWrite { id: &self.id, text: self.new.as_ref().map(|new| &*new.text), condition }
    }

    /// What is there now.
    pub(super) fn present(&self) -> Option<(&str, &Revision)> {
        self.old.as_ref().map(|(text, revision)| (&**text, revision))
    }

    pub(super) fn diff(&self) -> FileDiff {
        let old = self.old.as_ref().map(|(text, _)| &**text);
        FileDiff::between(&self.id, old, self.new.as_ref().map(|new| &*new.text))
            .of(self.present().map_or_else(Revision::absent, |(_, revision)| revision.clone()))
    }

    /// Whether only Traefik can tell what becomes of the new text.
    pub(super) fn is_shaped(&self, syntax: &dyn ConfigSyntax) -> bool {
        let old = self.old.as_ref().map(|(text, _)| &**text);
        self.new.as_ref().is_some_and(|new| syntax.is_for_traefik_alone(old, &new.text))
    }

    pub(super) fn tree(&self) -> Option<&Tree> {
        self.new.as_ref()?.tree.as_ref().ok()
    }
}

/// What a change comes to, before anything is written.
pub(super) struct Draft {
    pub(super) files: Vec<Ready>,
    pub(super) objects: Vec<ObjectChange>,
    pub(super) expected: Vec<Expectation>,
    pub(super) affected: Vec<String>,
    pub(super) findings: Vec<Finding>,
    /// Every finding of the configuration as it will be.
    pub(super) all: Vec<Finding>,
}

impl Configuration {
    /// What a plan comes to; refused where it would break what works.
    pub(super) fn draft(
        &self,
        snapshot: &Snapshot,
        terms: &Terms,
        edits: Vec<(FileId, Vec<Edit>)>,
        texts: Vec<(FileId, Option<Arc<str>>)>,
    ) -> Result<Draft, ChangeError> {
        let nothing = self.ports.syntax.parse(Arc::from("")).map_err(ChangeError::Text)?;
        let mut files = Vec::with_capacity(edits.len() + texts.len());
        let edits: Vec<_> = edits.into_iter().filter(|(_, edits)| !edits.is_empty()).collect();
        for (id, edits) in &edits {
            files.push(self.edited(snapshot, id, edits, &nothing)?);
        }
        for (id, text) in texts {
            files.push(self.replaced(snapshot, id, text)?);
        }
        let claims: Vec<Claim<'_>> = edits
            .iter()
            .zip(&files)
            .filter_map(|((id, edits), file)| {
                let old = snapshot.file(id.as_str()).map_or(Some(&nothing), |source| source.tree().ok())?;
                Some(Claim { old, edits, new: file.tree()? })
            })
            .collect();
        let judged = guard::prove(self.ports.syntax.as_ref(), &claims, || judge(snapshot, &files));
        let judged = judged.map_err(|(at, source)| {
            let file = files.get(at).map_or_else(|| FileId::new(""), |file| file.id.clone());
            ChangeError::NotEditable { file, source }
        })?;
        let Judgement { objects, all, findings, affected, expected } = judged;
        let excuses = Excuses::of(snapshot.findings(), &objects);
        if findings.iter().any(|finding| !excuses.allow(finding, terms.accepts_disabled)) {
            return Err(ChangeError::WouldBreak { findings });
        }
        Ok(Draft { files, objects, expected, affected, findings, all })
    }

    /// A file with edits that nobody has proven yet.
    fn edited(
        &self,
        snapshot: &Snapshot,
        id: &FileId,
        edits: &[Edit],
        nothing: &Tree,
    ) -> Result<Ready, ChangeError> {
        let (old, tree) = match snapshot.file(id.as_str()) {
            Some(source) => {
                let tree = source.tree().map_err(|problem| ChangeError::Broken(problem.clone()))?;
                (source.revision().map(|revision| (Arc::clone(source.text()), revision.clone())), tree)
            }
            None => (None, nothing),
        };
        let new = self
            .ports
            .syntax
            .apply(tree, edits)
            .map_err(|source| ChangeError::NotEditable { file: id.clone(), source })?;
        Ok(Ready { id: id.clone(), old, new: Some(NewText { text: new.shared_text(), tree: Ok(new) }) })
    }

    /// A whole text that somebody typed or kept must parse, unless Go templates shape it, which only Traefik can judge.
    fn replaced(
        &self,
        snapshot: &Snapshot,
        id: FileId,
        text: Option<Arc<str>>,
    ) -> Result<Ready, ChangeError> {
        let old = match snapshot.file(id.as_str()) {
            None => None,
            Some(source) => match source.revision() {
                Some(revision) => Some((Arc::clone(source.text()), revision.clone())),
                None if source.problem().is_some() => {
                    let reason = "it cannot be read, so no copy of it can be kept first".to_owned();
                    return Err(StorageError::Unreadable { name: id.to_string(), reason }.into());
                }
                None => None,
            },
        };
        let new = match text {
            None => None,
            Some(text) => {
                let tree = match self.ports.syntax.parse(Arc::clone(&text)) {
                    Ok(tree) => Ok(check_root(&id, tree).map_err(ChangeError::Broken)?),
                    Err(error) if error.shaped_by_templates => Err(Problem::syntax(&id, error)),
                    Err(error) => return Err(ChangeError::Text(error)),
                };
                Some(NewText { text, tree })
            }
        };
        Ok(Ready { id, old, new })
    }
}

/// What is to be said of texts that are still being proven.
struct Judgement {
    objects: Vec<ObjectChange>,
    all: Vec<Finding>,
    findings: Vec<Finding>,
    affected: Vec<String>,
    expected: Vec<Expectation>,
}

fn judge(snapshot: &Snapshot, files: &[Ready]) -> Judgement {
    let mut objects = Vec::new();
    for file in files {
        let old = snapshot.file(file.id.as_str()).and_then(|source| source.tree().ok());
        objects.extend(delta::of_file(&file.id, old, file.tree()));
    }
    let (old, new) = (before(snapshot), after(snapshot, files));
    let all =
        if files.is_empty() { snapshot.findings().to_vec() } else { check::check(&new, snapshot.context()) };
    let findings = check::newly_broken(snapshot.findings(), &all).into_iter().cloned().collect();
    let objects = delta::joined(objects);
    let affected = reach::routers(&new, &objects);
    let expected = expectations(&old, &new, &objects, &affected);
    Judgement { objects, all, findings, affected, expected }
}

/// All files as they will be, in Traefik's order.
fn after<'a>(snapshot: &'a Snapshot, changed: &'a [Ready]) -> Vec<check::File<'a>> {
    fn file(ready: &Ready) -> Option<check::File<'_>> {
        let new = ready.new.as_ref()?;
        Some(check::File::new(&ready.id, &new.text, new.tree.as_ref()))
    }
    let mut files: Vec<check::File<'a>> = snapshot
        .files()
        .iter()
        .filter_map(|source| match changed.iter().find(|ready| ready.id == *source.id()) {
            Some(ready) => file(ready),
            None => Some(check::File::from(&**source)),
        })
        .collect();
    for ready in changed.iter().filter(|ready| snapshot.file(ready.id.as_str()).is_none()) {
        if let Some(new) = file(ready) {
            files.insert(files.partition_point(|other| *other.id < ready.id), new);
        }
    }
    files
}
