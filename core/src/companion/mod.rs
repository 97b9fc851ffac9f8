//! The small files beside the settings: middleware templates and the dashboard, in the words of 1.5.2.
//!
//! People may edit them too, so a change is made as in any other file of theirs: as edits of single nodes, which are
//! proven before they are written. A file that cannot be understood is an error, and is never written over.

mod dashboard;
mod icons;
mod templates;

pub use dashboard::{Dashboard, DashboardFile, Group, IconKind, Tile};
pub use icons::{Icon, IconStore, is_slug, slug_of};
pub use templates::{Template, TemplateFile};

use std::{
    fmt,
    hash::{DefaultHasher, Hash, Hasher as _},
    sync::Arc,
};

use crate::{
    auth::STALE,
    config::{
        edit::Edit,
        guard,
        store::{ConfigSyntax, StorageError},
    },
    git::GitBackups,
    notices::{Endings, NoticeBoard},
    tools::UserTools,
    tree::{Kind, NodeRef, Tree},
};

/// One small text file of this program's, which need not exist.
///
/// Calls block on the disk. They are exclusive across processes, and a text that was put there is there whole and
/// outlives a power cut.
pub trait SmallFile: Send + Sync + fmt::Debug {
    /// Where it is, for messages.
    fn name(&self) -> &str;

    /// Shows the text, empty where there is no file, and puts another one there where the caller wants it.
    ///
    /// # Errors
    /// [`StorageError`]; then the file is as it was, and `change` may or may not have been asked.
    fn update(&self, change: &mut dyn FnMut(&str) -> Option<String>) -> Result<(), StorageError>;

    /// Moves the file out of the way, whole and beside whatever was moved before, and says where it is now; `None` where it
    /// says something else than this text by now.
    ///
    /// # Errors
    /// [`StorageError`]; then the file is as it was.
    fn set_aside(&self, text: &str) -> Result<Option<String>, StorageError>;

    /// The text; empty where there is no file.
    ///
    /// # Errors
    /// [`StorageError`].
    fn read(&self) -> Result<String, StorageError> {
        let mut found = String::new();
        self.update(&mut |text| {
            text.clone_into(&mut found);
            None
        })?;
        Ok(found)
    }
}

/// Everything that is kept beside the settings, and what is made of nothing but words.
#[derive(Debug)]
pub struct Companions {
    /// Middleware templates.
    pub templates: TemplateFile,
    /// The dashboard.
    pub dashboard: DashboardFile,
    /// Icons for its tiles.
    pub icons: Arc<dyn IconStore>,
    /// Notices.
    pub notices: Arc<NoticeBoard>,
    /// Who tells of certificates that are about to end.
    pub endings: Endings,
    /// Entries of users for middlewares.
    pub users: UserTools,
    /// The copy in a git repository.
    pub git: GitBackups,
    /// What people have collected of the static configuration and not written yet.
    pub drafts: Arc<dyn SmallFile>,
}

/// Why something is not done with one of these files.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CompanionError {
    /// The file cannot be understood; it is left alone.
    #[error("{file}: {message}; correct the file")]
    Broken {
        /// Where it is.
        file: String,
        /// What is wrong with it, and where.
        message: String,
    },
    /// It is not what somebody has seen any more; nothing was written.
    #[error("{STALE}")]
    Stale,
    /// There is no such thing in it.
    #[error("{0}")]
    NotFound(&'static str),
    /// A field makes no sense.
    #[error("{reason}")]
    Invalid {
        /// The field, by its name in the file.
        field: &'static str,
        /// What is wrong with it.
        reason: String,
    },
    /// The file cannot be read or written.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl CompanionError {
    fn invalid(field: &'static str, reason: impl Into<String>) -> Self {
        Self::Invalid { field, reason: reason.into() }
    }
}

/// What tells what a file says from what it said before. It is made of nothing but what is shown, and protects nothing.
pub(crate) fn version_of(shown: &impl Hash) -> String {
    let mut hasher = DefaultHasher::new();
    shown.hash(&mut hasher);
    format!("{:016x}", hasher.finish())
}

/// Refuses somebody who has seen something else than what there is; who says nothing is not held to anything.
pub(crate) fn check_seen(seen: Option<&str>, present: &impl Hash) -> Result<(), CompanionError> {
    match seen {
        Some(seen) if seen != version_of(present) => Err(CompanionError::Stale),
        _ => Ok(()),
    }
}

/// A small YAML file, read as a tree and changed by edits.
#[derive(Debug, Clone)]
struct Document {
    file: Arc<dyn SmallFile>,
    syntax: Arc<dyn ConfigSyntax>,
    /// What makes an empty file one that edits can be made in.
    first: &'static str,
}

impl Document {
    fn broken(&self, message: impl Into<String>) -> CompanionError {
        CompanionError::Broken { file: self.file.name().to_owned(), message: message.into() }
    }

    fn parse(&self, text: &str) -> Result<Tree, CompanionError> {
        let parsed =
            |text: &str| self.syntax.parse(Arc::from(text)).map_err(|error| self.broken(error.to_string()));
        let tree = parsed(text)?;
        match tree.root() {
            Some(root) if root.kind() == Kind::Mapping => Ok(tree),
            Some(root) if !root.is_null() => Err(self.broken("it must hold keys and values")),
            _ => parsed(&format!("{text}{}", self.first)),
        }
    }

    fn read(&self) -> Result<Tree, CompanionError> {
        self.parse(&self.file.read()?)
    }

    /// Makes the edits that are planned on the present text; where there are none, nothing is written.
    fn change<T>(
        &self,
        mut plan: impl FnMut(&Tree) -> Result<(Vec<Edit>, T), CompanionError>,
    ) -> Result<T, CompanionError> {
        let mut outcome = None;
        self.file.update(&mut |text| {
            let (new, result) = match self.changed(text, &mut plan) {
                Ok((new, result)) => (new, Ok(result)),
                Err(error) => (None, Err(error)),
            };
            outcome = Some(result);
            new
        })?;
        outcome.unwrap_or_else(|| Err(self.broken("it was not read")))
    }

    fn changed<T>(
        &self,
        text: &str,
        plan: &mut impl FnMut(&Tree) -> Result<(Vec<Edit>, T), CompanionError>,
    ) -> Result<(Option<String>, T), CompanionError> {
        let tree = self.parse(text)?;
        let (edits, result) = plan(&tree)?;
        if edits.is_empty() {
            return Ok((None, result));
        }
        let new = guard::apply(self.syntax.as_ref(), &tree, &edits);
        let new = new.map_err(|error| self.broken(format!("it cannot be changed: {error}")))?;
        Ok((Some(new.text().to_owned()), result))
    }
}

/// The text of a scalar under a key; empty for anything else.
fn text_of(node: &NodeRef<'_>, key: &str) -> String {
    node.get(key)
        .filter(|value| !value.is_null())
        .and_then(|value| value.as_str())
        .unwrap_or_default()
        .to_owned()
}

/// A text in one line that may stand on a page.
fn checked_line(field: &'static str, text: &str, most: usize) -> Result<String, CompanionError> {
    let text = text.trim();
    if text.chars().count() > most || text.chars().any(char::is_control) {
        return Err(CompanionError::invalid(
            field,
            format!("`{field}` must be one line of at most {most} characters"),
        ));
    }
    Ok(text.to_owned())
}
