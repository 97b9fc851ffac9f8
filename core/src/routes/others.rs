//! What others have done to the files: people with an editor, other programs.

use std::{collections::HashMap, sync::Arc};

use super::{Configuration, Snapshot};
use crate::{
    audit::{Actor, Entry, FileChange, Object, Outcome},
    config::{
        source::SourceFile,
        store::{BackupKind, FileId, Revision},
    },
    tree::Tree,
};

/// How many of the newest entries may be those of another process of this program for the same edit.
const RECENT: usize = 32;

/// A file as it was and as it is.
pub(super) struct Edited {
    old: Option<Arc<SourceFile>>,
    new: Option<Arc<SourceFile>>,
}

impl Edited {
    fn source(&self) -> Option<&Arc<SourceFile>> {
        self.new.as_ref().or(self.old.as_ref())
    }
}

/// The files that differ by what this process has not written.
pub(super) fn by_others(
    old: &Snapshot,
    new: &[Arc<SourceFile>],
    written: &HashMap<FileId, (Option<Revision>, Option<Tree>)>,
) -> Vec<Edited> {
    let is_ours = |id: &FileId, revision: Option<&Revision>| {
        written.get(id).is_some_and(|(ours, _)| ours.as_ref() == revision)
    };
    let mut found = Vec::new();
    for file in new {
        let before = old.file(file.id().as_str());
        let same = before.is_some_and(|old| Arc::ptr_eq(old, file) || old.revision() == file.revision());
        if !same && !is_ours(file.id(), file.revision()) {
            found.push(Edited { old: before.cloned(), new: Some(Arc::clone(file)) });
        }
    }
    for file in old.files() {
        if new.iter().all(|other| other.id() != file.id()) && !is_ours(file.id(), None) {
            found.push(Edited { old: Some(Arc::clone(file)), new: None });
        }
    }
    found
}

impl Configuration {
    /// Records what others have done, with a copy of what was there before, so that it can be undone too.
    ///
    /// It is not theirs to wait for: where the trail or a copy cannot be written, the next change says so.
    pub(super) fn record_edits_by_others(&self, edited: Vec<Edited>) {
        if edited.is_empty() {
            return;
        }
        let recent = self.ports.audit.newest(None, RECENT).unwrap_or_default();
        for edit in edited {
            let Some(source) = edit.source() else { continue };
            let now = edit.new.as_ref().and_then(|file| file.revision());
            let is_recorded = recent
                .entries
                .iter()
                .flat_map(|recorded| &recorded.entry.files)
                .find(|change| change.file == *source.id())
                .is_some_and(|change| change.new.as_ref() == now);
            if is_recorded {
                continue;
            }
            let text = |file: &Option<Arc<SourceFile>>| {
                file.as_ref().and_then(|file| Some((Arc::clone(file.text()), file.revision()?.clone())))
            };
            let (old, new) = (text(&edit.old), text(&edit.new));
            let backup = old
                .as_ref()
                .and_then(|(text, _)| self.ports.backups.keep(source.id(), BackupKind::Routes, text).ok());
            let entry = Entry {
                at: self.ports.clock.now(),
                actor: Actor::OnDisk,
                address: None,
                action: "edit".to_owned(),
                object: Some(Object {
                    kind: "file".to_owned(),
                    protocol: None,
                    name: source.id().to_string(),
                    file: Some(source.id().clone()),
                }),
                regarding: None,
                files: vec![FileChange::between(
                    source.id().clone(),
                    old.as_ref().map(|(text, revision)| (&**text, revision)),
                    new.as_ref().map(|(text, revision)| (&**text, revision)),
                    backup,
                )],
                outcome: Outcome::Done,
            };
            let _ = self.ports.audit.append(&entry);
        }
    }
}
