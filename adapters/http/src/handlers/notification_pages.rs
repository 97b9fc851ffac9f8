//! The pages of notices.

use traefik_manager_core::{auth::SettingsPart, notices::NoticeBoard};

use crate::{
    call::{Call, Dialect},
    failure::Failure,
    pages::{
        layout::{Frame, Tab},
        notifications as pages,
    },
    reply::Reply,
    words::t,
};

use super::{done, notifications, settings};

pub(crate) async fn page(call: Call) -> Result<Reply, Failure> {
    let frame = Frame::of(&call).await.narrow();
    let notices = call.beside(|beside| beside.notices.newest_first()).await?;
    let content = pages::content(&notices, &NoticeBoard::version_of(&notices), &frame.csrf);
    Ok(frame.reply(t!("notifications"), Tab::Notifications, &content))
}

pub(crate) async fn remove(call: Call) -> Result<Reply, Failure> {
    let at = call.fields.trimmed("ts")?.to_owned();
    let seen = call.seen_version()?;
    call.beside(move |beside| beside.notices.remove(&at, seen.as_deref())).await?;
    Ok(done(&call, "/notifications?done=deleted", "the notification is deleted"))
}

pub(crate) async fn clear(call: Call) -> Result<Reply, Failure> {
    let seen = call.seen_version()?;
    call.beside(move |beside| beside.notices.clear(seen.as_deref())).await?;
    Ok(done(&call, "/notifications?done=deleted", "all notifications are deleted"))
}

pub(crate) async fn settings(call: Call) -> Result<Reply, Failure> {
    show(&call, None, None).await
}

pub(crate) async fn submit(call: Call) -> Result<Reply, Failure> {
    if call.fields.flag("test", false)? {
        let names = ("webhook_type", "webhook_username", "webhook_password");
        let tested = notifications::try_address(&call, "webhook_url", names).await?;
        return show(&call, Some(tested), None).await;
    }
    match settings::save_and_return(&call, "/settings/notifications").await {
        Err(failure) if call.dialect == Dialect::Page => show(&call, None, Some(failure)).await,
        saved => saved,
    }
}

async fn show(
    call: &Call,
    tested: Option<Result<(), String>>,
    failure: Option<Failure>,
) -> Result<Reply, Failure> {
    let mut frame = Frame::of(call).await.narrow();
    let settings = call.app.manager().settings().current();
    let webhook = &settings.webhook;
    let typed = |name: &str, stored: String| {
        Ok::<_, Failure>(call.fields.text(name)?.map_or(stored, |text| text.trim().to_owned()))
    };
    let version = settings::version(call, SettingsPart::Webhook, &settings);
    let content = pages::webhook(&pages::WebhookPage {
        url: typed("webhook_url", webhook.shown_url())?,
        kind: typed("webhook_type", webhook.kind.as_str().to_owned())?,
        username: typed("webhook_username", webhook.username.clone())?,
        has_password: !webhook.password.is_empty(),
        tested: tested.as_ref(),
        failure: failure.as_ref(),
        version: &call.shown_version(version)?,
        csrf: &frame.csrf,
    });
    if let Some(failure) = failure {
        frame = frame.refusing(failure);
    }
    Ok(frame.reply(t!("notifications"), Tab::Access, &content))
}
