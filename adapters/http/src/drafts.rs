//! Changes of the static configuration that are collected before they are written: one restart serves them all.
//!
//! Each person has one draft: the whole text as it shall be, and the file that it was begun from. It is kept here and
//! not in forms, so that no page that is left or loaded again loses it, and it goes on being there after a new sign-in.
//! It is lost when this program ends; what is applied is in the file.

use std::{collections::HashMap, sync::Arc};

use hyper::StatusCode;
use tokio::sync::Mutex;
use traefik_manager_core::{
    audit::Actor, config::store::Revision, routes::ChangeError, routes::Configuration, static_config::Place,
    tree::Tree,
};

use crate::{call::Call, failure::Failure};

/// How many people may have one at once. Nobody's gives way to another's.
const MOST: usize = 32;
/// How many changes are named; the draft holds the others all the same.
const NAMED: usize = 100;

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

/// Everybody's drafts.
#[derive(Debug, Default)]
pub(crate) struct Drafts(Mutex<HashMap<String, Draft>>);

impl Drafts {
    /// What somebody has collected.
    pub(crate) async fn of(&self, call: &Call) -> Result<Option<Draft>, Failure> {
        let who = name(call)?;
        Ok(self.0.lock().await.get(&who).cloned())
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
        let who = name(call)?;
        // Held to the end: of two changes at once each is made on what the other has left.
        let mut drafts = self.0.lock().await;
        let mut draft = match drafts.get(&who) {
            Some(draft) => draft.clone(),
            None => begin(call).await?,
        };
        let before = Arc::clone(&draft.text);
        let tree = call.block(move |manager| work(manager.configuration(), &before)).await??;
        if *tree.text() == *draft.text {
            return Ok(false);
        }
        draft.text = tree.shared_text();
        if draft.text == draft.base_text {
            drafts.remove(&who);
            return Ok(true);
        }
        if draft.changes.last() != Some(&what) && draft.changes.len() < NAMED {
            draft.changes.push(what);
        }
        Self::keep(&mut drafts, who, draft)?;
        Ok(true)
    }

    /// Puts a draft in the place of somebody's present one, where that still says this text.
    ///
    /// # Errors
    /// 409 where it has become another.
    pub(crate) async fn replace(&self, call: &Call, seen: Option<&str>, draft: Draft) -> Result<(), Failure> {
        let who = name(call)?;
        let mut drafts = self.0.lock().await;
        if drafts.get(&who).map(|present| &*present.text) != seen {
            let message = "the pending changes have become others meanwhile; look at them again";
            return Err(Failure::new(StatusCode::CONFLICT, message));
        }
        if draft.text == draft.base_text {
            drafts.remove(&who);
            return Ok(());
        }
        Self::keep(&mut drafts, who, draft)
    }

    /// Forgets somebody's draft; with a text only while it says that.
    pub(crate) async fn forget(&self, call: &Call, text: Option<&str>) -> Result<(), Failure> {
        let who = name(call)?;
        let mut drafts = self.0.lock().await;
        if text.is_none() || drafts.get(&who).map(|draft| &*draft.text) == text {
            drafts.remove(&who);
        }
        Ok(())
    }

    fn keep(drafts: &mut HashMap<String, Draft>, who: String, draft: Draft) -> Result<(), Failure> {
        if drafts.len() >= MOST && !drafts.contains_key(&who) {
            let message =
                format!("{MOST} people have pending changes already; some of them must apply theirs first");
            return Err(Failure::new(StatusCode::CONFLICT, message));
        }
        drafts.insert(who, draft);
        Ok(())
    }
}

/// The file as it is, as the beginning of a draft.
pub(crate) async fn begin(call: &Call) -> Result<Draft, Failure> {
    let raw = call.block(|manager| manager.configuration().static_file()).await??;
    Ok(Draft { base: raw.revision, base_text: Arc::clone(&raw.text), text: raw.text, changes: Vec::new() })
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
