//! `manager.yml`: the settings, in a file that people edit too.
//!
//! A save changes the fields that differ and no other byte. The new text is proven against the edits, and read
//! again as settings: unless it says exactly what was asked for, nothing is written.

mod change;
mod read;
mod sections;

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use traefik_manager_core::{
    config::{
        edit::Edit,
        guard,
        store::{ConfigSyntax, Revision, StorageError, WriteCondition},
    },
    settings::{Settings, SettingsError, SettingsStore, StoredSettings},
    tree::Tree,
};

use crate::{
    errors,
    file::{create_private_folder, folder_of, revision, sweep},
    identity::Identity,
    replace::{Replacement, replace_all, text},
    watch::{Scope, Watch},
    write::{Access, Writer},
};

const LOCK: &str = "settings";

/// How a new file begins. The first key makes it a mapping into which the others are set.
const HEADER: &str = "\
# The settings of Traefik Manager. Comments and keys that it does not know are kept.
domains: []
";

/// The settings file, readable by the owner alone.
#[derive(Debug)]
pub struct FsSettingsStore {
    path: PathBuf,
    name: String,
    syntax: Arc<dyn ConfigSyntax>,
    defaults: Settings,
    writer: Writer,
    watch: Watch,
}

impl FsSettingsStore {
    /// Opens the file, which need not exist yet; `state` is the folder for locks and journals.
    ///
    /// `defaults` says what is meant where the file has no `domains`, `cert_resolver` or `traefik_api_…`; its other
    /// fields do not count.
    ///
    /// # Errors
    /// [`StorageError`] when the folder of the file or the state folder cannot be made.
    pub fn open(
        path: &Path,
        syntax: Arc<dyn ConfigSyntax>,
        state: &Path,
        defaults: Settings,
    ) -> Result<Self, StorageError> {
        let writer = Writer::open(state).map_err(|error| errors::folder(state, error))?;
        let folder = folder_of(path);
        create_private_folder(folder).map_err(|error| errors::folder(folder, error))?;
        sweep(folder);
        let watched = path.to_owned();
        let watch = Watch::start(&Scope::Files(vec![path.to_owned()]), move || {
            std::fs::metadata(&watched).map_or(0, |metadata| Identity::of(&metadata).stamp().0)
        });
        let name = path.display().to_string();
        Ok(Self { path: path.to_owned(), name, syntax, defaults, writer, watch })
    }

    fn read_text(&self) -> Result<Option<(Arc<str>, Revision)>, StorageError> {
        let read = self.writer.read(&self.path).map_err(|error| errors::reading(&self.name, error))?;
        let Some((bytes, _)) = read else { return Ok(None) };
        let revision = revision(&bytes);
        Ok(Some((Arc::from(text(&self.name, bytes)?), revision)))
    }

    fn broken(&self, message: String) -> SettingsError {
        SettingsError::Broken { file: self.name.clone(), message }
    }

    fn parse(&self, text: Arc<str>) -> Result<(Tree, Settings), SettingsError> {
        let tree = self.syntax.parse(text).map_err(|error| self.broken(error.to_string()))?;
        let settings = read::settings(&tree, &self.defaults).map_err(|message| self.broken(message))?;
        Ok((tree, settings))
    }

    /// The file's text once it says what `settings` say.
    fn changed(&self, tree: &Tree, edits: &[Edit], settings: &Settings) -> Result<Arc<str>, SettingsError> {
        let refused = |why: String| {
            let source = format!("a change of the settings was not made: {why}").into();
            SettingsError::Storage(StorageError::Other {
                adapter: "settings file",
                name: self.name.clone(),
                source,
            })
        };
        let changed =
            guard::apply(self.syntax.as_ref(), tree, edits).map_err(|error| refused(error.to_string()))?;
        match self.parse(changed.shared_text()) {
            Ok((_, result)) if result == *settings => Ok(changed.shared_text()),
            Ok(_) => Err(refused("the file would not say what it should".to_owned())),
            Err(error) => Err(refused(error.to_string())),
        }
    }

    fn replace(&self, text: &str, condition: &WriteCondition) -> Result<Revision, SettingsError> {
        let replacement = Replacement { path: &self.path, name: &self.name, text: Some(text), condition };
        let (_, changed) = replace_all(&self.writer, LOCK, &[replacement], Access::Secret)?;
        if changed {
            self.watch.bump();
        }
        Ok(revision(text.as_bytes()))
    }
}

impl SettingsStore for FsSettingsStore {
    fn generation(&self) -> u64 {
        self.watch.generation()
    }

    fn load(&self) -> Result<Option<StoredSettings>, SettingsError> {
        let Some((text, revision)) = self.read_text()? else { return Ok(None) };
        let (_, settings) = self.parse(text)?;
        Ok(Some(StoredSettings { settings: Arc::new(settings), revision }))
    }

    fn save(&self, settings: &Settings, condition: &WriteCondition) -> Result<Revision, SettingsError> {
        let settings = &change::as_filed(settings);
        let conflict = || SettingsError::from(StorageError::Conflict { name: self.name.clone() });
        let present = self.read_text()?;
        let text = match (present, condition) {
            (None, WriteCondition::CreateNew) => {
                let (tree, _) = self.parse(Arc::from(HEADER))?;
                self.changed(&tree, &change::all(settings), settings)?
            }
            // Between here and the write, which compares again, others may write: then that is the conflict.
            (Some((text, revision)), WriteCondition::Matches(expected)) => {
                let (tree, stored) = self.parse(text)?;
                if revision != *expected {
                    return Err(conflict());
                }
                let edits = change::between(&tree, &stored, settings);
                if edits.is_empty() {
                    return Ok(revision);
                }
                self.changed(&tree, &edits, settings)?
            }
            _ => return Err(conflict()),
        };
        self.replace(&text, condition)
    }
}
