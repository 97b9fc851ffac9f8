//! The drafts of the static configuration, kept: what may be done with them is
//! [`static_config`](traefik_manager_core::static_config)'s to say.
//!
//! They are kept here and not in forms, so that no page that is left or loaded again loses one, and they go on being there
//! after a new sign-in and after this program was restarted. What is applied is in the file.

use std::{
    collections::BTreeMap,
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
    static_config::{Draft, DraftChange, DraftError, Drafts, KeptDraft, Whose},
    tree::Tree,
};

use crate::{call::Call, failure::Failure};

/// A draft as it is kept.
#[derive(Debug, Serialize, Deserialize)]
struct Stored {
    at: i64,
    file: String,
    base: String,
    base_text: String,
    text: String,
    #[serde(default)]
    changes: Vec<String>,
}

/// Everybody's drafts, in one small file.
#[derive(Debug, Clone)]
pub(crate) struct DraftStore(Arc<dyn SmallFile>);

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

    /// Nobody but this process writes here, so there is nothing that it cannot read.
    fn set_aside(&self, _: &str) -> Result<Option<String>, StorageError> {
        Ok(None)
    }
}

impl DraftStore {
    /// In this file, where the host keeps one.
    pub(crate) fn new(file: Option<Arc<dyn SmallFile>>) -> Self {
        Self(file.unwrap_or_else(|| Arc::new(Unkept::default())))
    }

    /// What somebody has collected.
    pub(crate) async fn of(&self, call: &Call) -> Result<Option<Draft>, Failure> {
        self.update(call, |drafts, whose, _| Ok((drafts.of(whose).cloned(), false))).await
    }

    /// Changes somebody's draft, or begins one with what the file says; `false` where nothing is changed by it.
    ///
    /// # Errors
    /// What the change says; the draft is as it was.
    pub(crate) async fn change(
        &self,
        call: &Call,
        what: DraftChange,
        work: impl FnOnce(&Configuration, &str) -> Result<Tree, ChangeError> + Send + 'static,
    ) -> Result<bool, Failure> {
        let mut work = Some(work);
        // The file is held to the end: of two changes at once each is made on what the other has left.
        self.update(call, move |drafts, whose, configuration| {
            let mut draft = match drafts.of(whose) {
                Some(draft) => draft.clone(),
                None => of_file(configuration)?,
            };
            let Some(work) = work.take() else { return Ok((false, false)) };
            let tree = work(configuration, &draft.text)?;
            if !draft.become_text(tree.shared_text(), what.clone()) {
                return Ok((false, false));
            }
            drafts.keep(whose, draft)?;
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
        self.update(call, move |drafts, whose, _| {
            drafts.replace(whose, seen.as_deref(), draft.clone())?;
            Ok(((), true))
        })
        .await
    }

    /// Forgets somebody's draft; with a text only while it says that.
    pub(crate) async fn forget(&self, call: &Call, text: Option<&str>) -> Result<(), Failure> {
        let text = text.map(str::to_owned);
        self.update(call, move |drafts, whose, _| Ok(((), drafts.forget(whose, text.as_deref())))).await
    }

    /// Shows everybody's drafts to whoever wants to know or change one, and keeps them where they were changed.
    async fn update<T: Send + 'static>(
        &self,
        call: &Call,
        mut work: impl FnMut(&mut Drafts, Whose<'_>, &Configuration) -> Result<(T, bool), Failure>
        + Send
        + 'static,
    ) -> Result<T, Failure> {
        let (file, who) = (Arc::clone(&self.0), name(call)?);
        call.block(move |manager| {
            let configuration = manager.configuration();
            let path = configuration.snapshot().static_file().map(|file| file.path().to_owned());
            let path = path.unwrap_or_default();
            let whose = Whose { who: &who, file: &path, now: configuration.now() };
            let (mut outcome, mut unreadable) = (None, None);
            let kept = file.update(&mut |text| {
                let mut drafts = match read(text) {
                    Ok(drafts) => drafts,
                    Err(error) => {
                        // The place alone: what stands there may be a secret.
                        let at = format!("line {}, column {}", error.line(), error.column());
                        unreadable = Some((text.to_owned(), at));
                        return None;
                    }
                };
                let (result, is_changed) = match work(&mut drafts, whose, configuration) {
                    Ok((value, is_changed)) => (Ok(value), is_changed),
                    Err(failure) => (Err(failure), false),
                };
                outcome = Some(result);
                is_changed.then(|| written(&drafts))
            });
            kept.map_err(ChangeError::from)?;
            if let Some((text, at)) = unreadable {
                return Err(give_up(file.as_ref(), &text, &at));
            }
            outcome
                .unwrap_or_else(|| Err(Failure::new(StatusCode::INTERNAL_SERVER_ERROR, "nothing was read")))
        })
        .await?
    }
}

/// Keeps aside what nobody can read, and says so: whoever collected it may want to look for himself.
fn give_up(file: &dyn SmallFile, text: &str, at: &str) -> Failure {
    let place = match file.set_aside(text) {
        Ok(Some(place)) => place,
        Ok(None) => file.name().to_owned(),
        Err(failed) => return ChangeError::from(failed).into(),
    };
    tracing::error!(file = place, at, "pending changes cannot be read; they are kept aside");
    let message = format!(
        "the pending changes cannot be read ({at}) and are kept in `{place}`; nothing is pending now"
    );
    Failure::new(StatusCode::CONFLICT, message)
}

fn read(text: &str) -> serde_json::Result<Drafts> {
    if text.is_empty() {
        return Ok(Drafts::default());
    }
    let all: BTreeMap<String, Stored> = serde_json::from_str(text)?;
    Ok(all.into_iter().map(|(who, stored)| (who, stored.into())).collect())
}

fn written(drafts: &Drafts) -> String {
    let all: BTreeMap<&String, Stored> = drafts.all().iter().map(|(who, kept)| (who, kept.into())).collect();
    serde_json::to_string(&all).unwrap_or_default()
}

impl From<&KeptDraft> for Stored {
    fn from(KeptDraft { at, file, draft }: &KeptDraft) -> Self {
        Self {
            at: at.0,
            file: file.clone(),
            base: draft.base.as_str().to_owned(),
            base_text: draft.base_text.to_string(),
            text: draft.text.to_string(),
            changes: draft.changes.iter().map(DraftChange::to_string).collect(),
        }
    }
}

impl From<Stored> for KeptDraft {
    fn from(Stored { at, file, base, base_text, text, changes }: Stored) -> Self {
        let draft = Draft {
            base: Revision::new(base),
            base_text: Arc::from(base_text),
            text: Arc::from(text),
            changes: changes.iter().filter_map(|change| DraftChange::parse(change)).collect(),
        };
        Self { at: Timestamp(at), file, draft }
    }
}

impl From<DraftError> for Failure {
    fn from(error: DraftError) -> Self {
        Self::new(StatusCode::CONFLICT, error.to_string())
    }
}

/// The file as it is, as the beginning of a draft.
fn of_file(configuration: &Configuration) -> Result<Draft, ChangeError> {
    let raw = configuration.static_file()?;
    Ok(Draft::of_file(raw.revision, raw.text))
}

/// The file as it is, as the beginning of a draft.
pub(crate) async fn begin(call: &Call) -> Result<Draft, Failure> {
    Ok(call.block(|manager| of_file(manager.configuration())).await??)
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
