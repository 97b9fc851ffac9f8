//! Changes of the static configuration that are collected before they are written: one restart serves them all.
//!
//! Each person has one draft: the whole text as it shall be, and the file that it was begun from. It is kept here and
//! not in forms, so that no page that is left or loaded again loses it, and it goes on being there after a new sign-in
//! and after this program was restarted. What is applied is in the file.

use std::{
    collections::BTreeMap,
    fmt,
    sync::{Arc, Mutex, PoisonError},
};

use hyper::StatusCode;
use serde::{Deserialize, Serialize};
use traefik_manager_core::{
    audit::Actor,
    clock::Timestamp,
    companion::SmallFile,
    config::store::{Revision, StorageError},
    routes::{ChangeError, Configuration},
    static_config::{Place, Section},
    tree::Tree,
};

use crate::{call::Call, failure::Failure};

/// How many people may have one at once. Nobody's gives way to another's.
const MOST: usize = 32;
/// How many changes are named; the draft holds the others all the same.
const NAMED: usize = 100;
/// How long a draft is kept that nobody adds to, in seconds: thirty days.
const KEPT: u64 = 30 * 24 * 60 * 60;

/// What somebody has collected.
#[derive(Debug, Clone)]
pub(crate) struct Draft {
    /// The revision of the file that it was begun from, and what that said.
    pub(crate) base: Revision,
    pub(crate) base_text: Arc<str>,
    /// What the file shall say.
    pub(crate) text: Arc<str>,
    /// What was changed.
    pub(crate) changes: Vec<Change>,
}

/// One change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Change {
    /// Anything.
    Text,
    /// Plugins that were pasted.
    Plugins,
    /// A section, or one of its things.
    Set(Place),
    /// The same, which went.
    Removed(Place),
}

/// As it is kept.
impl fmt::Display for Change {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (what, place) = match self {
            Self::Text => return formatter.write_str("text"),
            Self::Plugins => return formatter.write_str("plugins"),
            Self::Set(place) => ("set", place),
            Self::Removed(place) => ("removed", place),
        };
        write!(formatter, "{what} {}", place.section)?;
        place.name.iter().try_for_each(|name| write!(formatter, " {name}"))
    }
}

impl Change {
    /// What was kept; nothing where no change is told so, which costs a line on the page.
    fn parse(text: &str) -> Option<Self> {
        let Some((what, place)) = text.split_once(' ') else {
            return [Self::Text, Self::Plugins].into_iter().find(|change| change.to_string() == text);
        };
        let (section, name) =
            place.split_once(' ').map_or((place, None), |(section, name)| (section, Some(name)));
        let section = Section::find(section)?;
        let place = name.map_or_else(|| Place::once(section), |name| Place::named(section, name));
        match what {
            "set" => Some(Self::Set(place)),
            "removed" => Some(Self::Removed(place)),
            _ => None,
        }
    }
}

/// A draft as it is kept.
#[derive(Debug, Serialize, Deserialize)]
struct Stored {
    /// When somebody has last added to it.
    at: i64,
    /// The file that it is of: another one may be named meanwhile.
    file: String,
    base: String,
    base_text: String,
    text: String,
    #[serde(default)]
    changes: Vec<String>,
}

/// Everybody's drafts, by whose they are.
type All = BTreeMap<String, Stored>;

/// Everybody's drafts, in one small file.
#[derive(Debug, Clone)]
pub(crate) struct Drafts(Arc<dyn SmallFile>);

/// The place of the file in a host that keeps nothing: its text goes with the process.
#[derive(Debug, Default)]
struct Unkept(Mutex<String>);

impl SmallFile for Unkept {
    fn name(&self) -> &'static str {
        "drafts"
    }

    fn update(&self, change: &mut dyn FnMut(&str) -> Option<String>) -> Result<(), StorageError> {
        let mut text = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(new) = change(&text) {
            *text = new;
        }
        Ok(())
    }
}

impl Drafts {
    /// In this file, where the host keeps one.
    pub(crate) fn new(file: Option<Arc<dyn SmallFile>>) -> Self {
        Self(file.unwrap_or_else(|| Arc::new(Unkept::default())))
    }

    /// What somebody has collected.
    pub(crate) async fn of(&self, call: &Call) -> Result<Option<Draft>, Failure> {
        self.update(call, |all, who, _| Ok((all.get(who).map(Draft::from), false))).await
    }

    /// Changes somebody's draft, or begins one with what the file says; `false` where nothing is changed by it.
    ///
    /// # Errors
    /// What the change says; the draft is as it was.
    pub(crate) async fn change(
        &self,
        call: &Call,
        what: Change,
        work: impl FnOnce(&Configuration, &str) -> Result<Tree, ChangeError> + Send + 'static,
    ) -> Result<bool, Failure> {
        let mut work = Some(work);
        // The file is held to the end: of two changes at once each is made on what the other has left.
        self.update(call, move |all, who, configuration| {
            let mut draft = match all.get(who) {
                Some(stored) => Draft::from(stored),
                None => Draft::of_file(configuration)?,
            };
            let Some(work) = work.take() else { return Ok((false, false)) };
            let tree = work(configuration, &draft.text)?;
            if *tree.text() == *draft.text {
                return Ok((false, false));
            }
            draft.text = tree.shared_text();
            if draft.changes.last() != Some(&what) && draft.changes.len() < NAMED {
                draft.changes.push(what.clone());
            }
            keep(all, who, &draft, configuration)?;
            Ok((true, true))
        })
        .await
    }

    /// Puts a draft in the place of somebody's present one, where that still says this text.
    ///
    /// # Errors
    /// 409 where it has become another.
    pub(crate) async fn replace(&self, call: &Call, seen: Option<&str>, draft: Draft) -> Result<(), Failure> {
        let seen = seen.map(str::to_owned);
        self.update(call, move |all, who, configuration| {
            if all.get(who).map(|present| &present.text) != seen.as_ref() {
                let message = "the pending changes have become others meanwhile; look at them again";
                return Err(Failure::new(StatusCode::CONFLICT, message));
            }
            keep(all, who, &draft, configuration)?;
            Ok(((), true))
        })
        .await
    }

    /// Forgets somebody's draft; with a text only while it says that.
    pub(crate) async fn forget(&self, call: &Call, text: Option<&str>) -> Result<(), Failure> {
        let text = text.map(str::to_owned);
        self.update(call, move |all, who, _| {
            let is_meant = text.is_none() || all.get(who).map(|draft| &draft.text) == text.as_ref();
            Ok(((), is_meant && all.remove(who).is_some()))
        })
        .await
    }

    /// Shows everybody's drafts to whoever wants to know or change one, and keeps them where they were changed.
    async fn update<T: Send + 'static>(
        &self,
        call: &Call,
        mut work: impl FnMut(&mut All, &str, &Configuration) -> Result<(T, bool), Failure> + Send + 'static,
    ) -> Result<T, Failure> {
        let (file, who) = (Arc::clone(&self.0), name(call)?);
        call.block(move |manager| {
            let configuration = manager.configuration();
            let mut outcome = None;
            let kept = file.update(&mut |text| {
                let mut all = read(file.name(), text, configuration);
                let (result, is_changed) = match work(&mut all, &who, configuration) {
                    Ok((value, is_changed)) => (Ok(value), is_changed),
                    Err(failure) => (Err(failure), false),
                };
                outcome = Some(result);
                is_changed.then(|| serde_json::to_string(&all).unwrap_or_default())
            });
            kept.map_err(ChangeError::from)?;
            outcome
                .unwrap_or_else(|| Err(Failure::new(StatusCode::INTERNAL_SERVER_ERROR, "nothing was read")))
        })
        .await?
    }
}

/// Everybody's drafts but those that nobody has added to for long, and those of another file.
fn read(name: &str, text: &str, configuration: &Configuration) -> All {
    if text.is_empty() {
        return All::new();
    }
    let mut all: All = serde_json::from_str(text).unwrap_or_else(|error| {
        tracing::warn!(file = name, %error, "pending changes cannot be read and are given up");
        All::new()
    });
    let (now, file) = (configuration.now(), path(configuration));
    all.retain(|_, draft| now.since(Timestamp(draft.at)) < KEPT && draft.file == file);
    all
}

fn path(configuration: &Configuration) -> String {
    configuration.snapshot().static_file().map(|file| file.path().to_owned()).unwrap_or_default()
}

fn keep(all: &mut All, who: &str, draft: &Draft, configuration: &Configuration) -> Result<(), Failure> {
    if draft.text == draft.base_text {
        all.remove(who);
        return Ok(());
    }
    if all.len() >= MOST && !all.contains_key(who) {
        let message =
            format!("{MOST} people have pending changes already; some of them must apply theirs first");
        return Err(Failure::new(StatusCode::CONFLICT, message));
    }
    let stored = Stored {
        at: configuration.now().0,
        file: path(configuration),
        base: draft.base.as_str().to_owned(),
        base_text: draft.base_text.to_string(),
        text: draft.text.to_string(),
        changes: draft.changes.iter().map(Change::to_string).collect(),
    };
    all.insert(who.to_owned(), stored);
    Ok(())
}

impl Draft {
    /// The file as it is, as the beginning of a draft.
    fn of_file(configuration: &Configuration) -> Result<Self, ChangeError> {
        let raw = configuration.static_file()?;
        let base_text = Arc::clone(&raw.text);
        Ok(Self { base: raw.revision, base_text, text: raw.text, changes: Vec::new() })
    }
}

impl From<&Stored> for Draft {
    fn from(stored: &Stored) -> Self {
        Self {
            base: Revision::new(stored.base.clone()),
            base_text: Arc::from(&*stored.base_text),
            text: Arc::from(&*stored.text),
            changes: stored.changes.iter().filter_map(|change| Change::parse(change)).collect(),
        }
    }
}

/// The file as it is, as the beginning of a draft.
pub(crate) async fn begin(call: &Call) -> Result<Draft, Failure> {
    Ok(call.block(|manager| Draft::of_file(manager.configuration())).await??)
}

/// By whom a draft is known.
fn name(call: &Call) -> Result<String, Failure> {
    Ok(match call.principal()?.actor() {
        Actor::Session(name) => format!("session {name}"),
        Actor::Oidc(subject) => format!("oidc {subject}"),
        Actor::ApiKey(name) => format!("key {name}"),
        other => format!("{other:?}"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_is_kept_as_it_was() {
        for change in [
            Change::Text,
            Change::Plugins,
            Change::Set(Place::once(Section::DOCKER)),
            Change::Set(Place::named(Section::ENTRY_POINTS, "web and more")),
            Change::Removed(Place::named(Section::RESOLVERS, "le")),
        ] {
            assert_eq!(Change::parse(&change.to_string()), Some(change));
        }
        for unknown in ["", "entry point web", "set nothing", "moved api"] {
            assert_eq!(Change::parse(unknown), None, "{unknown}");
        }
    }
}
