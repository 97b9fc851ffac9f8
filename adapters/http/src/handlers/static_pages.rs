//! The pages of the static configuration: all its sections, its text, what is pending, and what that would change.

use std::sync::Arc;

use traefik_manager_core::{
    config::diff::FileDiff,
    routes::{ChangeError, Configuration},
    static_config::{Draft, DraftChange},
    tree::Tree,
};

use crate::{
    call::{Call, Dialect},
    change::DRY_RUN,
    change::Match,
    drafts,
    endpoint::Needs,
    failure::Failure,
    pages::{
        editor,
        layout::{Frame, Tab},
        static_overview as overview, static_raw, static_review as review,
    },
    reply::{self, Reply},
    restarting,
    words::t,
};

use super::{
    files::{lines_as_in, unix_lines},
    static_file::{nothing, unread},
};

/// What somebody sees: their draft, or the file.
pub(super) async fn seen(call: &Call) -> Result<(Draft, bool), Failure> {
    if !call.app.has_static_file() {
        return Err(nothing());
    }
    match call.app.drafts().of(call).await? {
        Some(draft) => Ok((draft, true)),
        None => Ok((drafts::begin(call).await?, false)),
    }
}

/// Whether the file has no forms: it is TOML, which nobody here edits field by field.
pub(super) fn is_text_only(configuration: &Configuration) -> bool {
    let snapshot = configuration.snapshot();
    snapshot.static_file().is_some_and(|file| file.path().to_ascii_lowercase().ends_with(".toml"))
}

/// Whether the file has become another since a draft was begun.
fn is_stale(configuration: &Configuration, draft: &Draft) -> bool {
    configuration.snapshot().static_file().and_then(|file| file.revision()) != Some(&draft.base)
}

pub(crate) async fn page(call: Call) -> Result<Reply, Failure> {
    show(&call, None).await
}

/// All sections.
pub(super) async fn show(call: &Call, failure: Option<Failure>) -> Result<Reply, Failure> {
    let (draft, is_pending) = seen(call).await?;
    let mut frame = Frame::of(call).await;
    let progress = call.app.restarts().progress();
    let unread = unread(call, &frame.live).await;
    let csrf = frame.csrf.clone();
    let content = call
        .block(move |manager| {
            let configuration = manager.configuration();
            let snapshot = configuration.snapshot();
            let (tree, problem) = match configuration.static_tree(Some(&draft.text)) {
                Ok(tree) => (Some(tree), None),
                Err(error) => (None, Some(Failure::from(error))),
            };
            let findings = tree.as_ref().and_then(|tree| configuration.static_findings(tree).ok());
            overview::content(&overview::Overview {
                path: snapshot.static_file().map(|file| file.path()).unwrap_or_default(),
                tree: tree.as_ref(),
                is_text_only: is_text_only(configuration),
                problem: problem.as_ref(),
                findings: findings.as_deref().unwrap_or_default(),
                pending: is_pending.then_some(&draft),
                is_stale: is_stale(configuration, &draft),
                users: &|place| {
                    configuration.users_of_section(Some(&draft.text), place).map_or(0, |users| users.len())
                },
                version: snapshot.running().version,
                restarter: manager.restarter().map(|restarter| &**restarter),
                progress: &progress,
                unread: unread.as_ref(),
                csrf: &csrf,
            })
        })
        .await?;
    if let Some(failure) = failure {
        frame = frame.refusing(failure);
    }
    Ok(frame.reply(t!("static-title"), Tab::Static, &content))
}

/// The whole text.
pub(crate) async fn raw(call: Call) -> Result<Reply, Failure> {
    let (draft, is_pending) = seen(&call).await?;
    let line = call.query.trimmed("line")?.parse().ok();
    let text = Arc::clone(&draft.text);
    show_raw(&call, &draft, is_pending, &text, line, None).await
}

async fn show_raw(
    call: &Call,
    draft: &Draft,
    is_pending: bool,
    text: &str,
    line: Option<usize>,
    failure: Option<Failure>,
) -> Result<Reply, Failure> {
    let mut frame = Frame::of(call).await;
    let unread = unread(call, &frame.live).await;
    let configuration = call.app.manager().configuration();
    let parsed = {
        let text = text.to_owned();
        call.block(move |manager| {
            let configuration = manager.configuration();
            configuration.static_tree(Some(&text)).and_then(|tree| configuration.static_findings(&tree))
        })
        .await?
    };
    let (findings, faulty) = match parsed {
        Ok(findings) => (findings, None),
        Err(error) => (Vec::new(), Failure::from(error).place().line),
    };
    let snapshot = configuration.snapshot();
    let (is_toml, schema) = (is_text_only(configuration), editor::static_address(configuration));
    let content = static_raw::content(&static_raw::RawPage {
        path: snapshot.static_file().map(|file| file.path()).unwrap_or_default(),
        text,
        seen: &mark_of(&draft.text),
        is_pending,
        is_toml,
        // The names of fields come where indentation tells the way to them.
        schema: if is_toml { "" } else { &schema },
        marks: &editor::marks_of(&findings),
        line: faulty.or(line),
        failure: failure.as_ref(),
        unread: unread.as_ref(),
        csrf: &frame.csrf,
    });
    if let Some(failure) = failure {
        frame = frame.refusing(failure);
    }
    Ok(frame.reply(t!("static-title"), Tab::Static, &content))
}

/// Keeps a text among what is pending.
pub(crate) async fn submit_raw(call: Call) -> Result<Reply, Failure> {
    call.for_this_host()?;
    let (draft, is_pending) = seen(&call).await?;
    let text = unix_lines(call.fields.text("content")?.unwrap_or_default());
    let seen_text = call.fields.trimmed("seen")?.to_owned();
    let new = lines_as_in(&draft.base_text, text.clone());
    let result = call.app.drafts().change(&call, DraftChange::Text, move |configuration, before| {
        if mark_of(before) != seen_text {
            let what = "the static configuration".to_owned();
            return Err(ChangeError::Conflict { what, theirs: before.to_owned() });
        }
        configuration.static_tree(Some(&new))
    });
    match result.await {
        Ok(is_change) => Ok(kept(&call, is_change, is_pending)?),
        Err(failure) if call.dialect != Dialect::Page => Err(failure),
        Err(failure) => show_raw(&call, &draft, is_pending, &text, failure.place().line, Some(failure)).await,
    }
}

/// Where it goes on after a change was kept.
pub(super) fn kept(call: &Call, is_change: bool, is_pending: bool) -> Result<Reply, Failure> {
    let to = match (call.fields.flag(DRY_RUN, false)?, is_change) {
        (true, true) => "/static/review",
        (true, false) if is_pending => "/static/review",
        (_, true) => "/static?done=pending",
        (_, false) => "/static?done=unchanged",
    };
    Ok(super::done(call, to, "the change is kept among the pending ones; nothing is written yet"))
}

/// A mark of a text, to tell whether it is another.
pub(crate) fn mark_of(text: &str) -> String {
    format!("{:016x}", crate::assets::digest(text.as_bytes()))
}

pub(crate) async fn review(call: Call) -> Result<Reply, Failure> {
    show_review(&call, None).await
}

async fn show_review(call: &Call, failure: Option<Failure>) -> Result<Reply, Failure> {
    let (draft, is_pending) = seen(call).await?;
    if !is_pending {
        return Ok(reply::see_other("/static?done=unchanged"));
    }
    let mut frame = Frame::of(call).await;
    let unread = unread(call, &frame.live).await;
    let text = Arc::clone(&draft.text);
    let terms = call.terms()?;
    let base = draft.base.clone();
    let (difference, planned) = call
        .block(move |manager| {
            let configuration = manager.configuration();
            let terms = traefik_manager_core::routes::Terms { dry_run: true, ..terms };
            let planned = configuration.save_static_file(&terms, &text, Some(&base));
            (configuration.static_difference(&text), planned)
        })
        .await?;
    let difference: FileDiff = difference?;
    let (findings, theirs) = match planned {
        Ok(changed) => (changed.findings, None),
        Err(ChangeError::WouldBreak { findings }) => (findings, None),
        Err(ChangeError::Conflict { theirs, .. }) => (Vec::new(), Some(theirs)),
        Err(error) => return Err(error.into()),
    };
    let content = review::content(&review::Review {
        draft: &draft,
        is_toml: is_text_only(call.app.manager().configuration()),
        difference: &difference,
        findings: &findings,
        theirs: theirs.as_deref(),
        unread: unread.as_ref(),
        seen: &mark_of(&draft.text),
        csrf: &frame.csrf,
    });
    let conflict = theirs.map(|theirs| {
        Failure::from(ChangeError::Conflict { what: "the static configuration".to_owned(), theirs })
    });
    if let Some(failure) = failure.or(conflict) {
        frame = frame.refusing(failure);
    }
    Ok(frame.reply(t!("review"), Tab::Static, &content))
}

/// Writes what is pending, and restarts where that was asked for too.
pub(crate) async fn apply(call: Call) -> Result<Reply, Failure> {
    call.for_this_host()?;
    let (draft, is_pending) = seen(&call).await?;
    if !is_pending {
        return Ok(super::done(&call, "/static?done=unchanged", "nothing is pending"));
    }
    if call.fields.trimmed("seen")? != mark_of(&draft.text) {
        let message = "the pending changes have become others meanwhile; look at them again";
        return show_review(&call, Some(Failure::new(hyper::StatusCode::CONFLICT, message))).await;
    }
    let restarts = call.fields.flag("restart", false)?;
    if restarts {
        call.require(Needs::Restart).await?;
    }
    let (text, base) = (Arc::clone(&draft.text), draft.base.clone());
    let made = call.change_of(Match::Object, move |configuration, terms| {
        let terms = traefik_manager_core::routes::Terms { dry_run: false, ..terms.clone() };
        configuration.save_static_file(&terms, &text, Some(&base))
    });
    match made.await {
        Ok(outcome) => {
            call.app.drafts().forget(&call, Some(&draft.text)).await?;
            if restarts {
                let terms = call.terms()?;
                return match restarting::begin(&call.app, terms.author, terms.tries).await {
                    Ok(progress) => Ok(super::done(&call, "/static/restart", &progress.message())),
                    Err(failure) if call.dialect == Dialect::Page => show(&call, Some(failure)).await,
                    // The file is written all the same, which the field tells the page's script.
                    Err(failure) => Err(failure.in_field("restart")),
                };
            }
            outcome.reply(&call, Tab::Static, "/static?done=static-saved", SAVED).await
        }
        Err(failure) if call.dialect != Dialect::Page => Err(failure),
        Err(failure) => show_review(&call, Some(failure)).await,
    }
}

const SAVED: &str = "the static configuration is saved; Traefik reads it when it is restarted";

/// Carries what is pending over to the file as somebody else has left it.
pub(crate) async fn carry_over(call: Call) -> Result<Reply, Failure> {
    call.for_this_host()?;
    let (draft, is_pending) = seen(&call).await?;
    let present = drafts::begin(&call).await?;
    if is_pending {
        let (mine, base, theirs) = (draft.clone(), draft.base_text.clone(), present.text.clone());
        let carried: Tree = call
            .block(move |manager| manager.configuration().carried_over(&base, &mine.text, &theirs))
            .await??;
        let new = Draft { text: carried.shared_text(), changes: draft.changes.clone(), ..present };
        call.app.drafts().replace(&call, Some(&draft.text), new).await?;
    }
    Ok(super::done(&call, "/static/review", "the pending changes are carried over"))
}

pub(crate) async fn confirm_discard(call: Call) -> Result<Reply, Failure> {
    let (draft, is_pending) = seen(&call).await?;
    let frame = Frame::of(&call).await.narrow();
    let content = review::confirm_discard(is_pending.then_some(&draft), &frame.csrf);
    Ok(frame.reply(t!("discard"), Tab::Static, &content))
}

pub(crate) async fn discard(call: Call) -> Result<Reply, Failure> {
    seen(&call).await?;
    call.app.drafts().forget(&call, None).await?;
    Ok(super::done(&call, "/static?done=discarded", "the pending changes are discarded"))
}
