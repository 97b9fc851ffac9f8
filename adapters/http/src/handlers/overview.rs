//! The overview: how Traefik is, and what to look after.

use std::sync::Arc;

use traefik_manager_core::certificates::collect;

use crate::{
    call::Call,
    failure::Failure,
    pages::{
        layout::{Frame, Tab},
        overview as pages,
    },
    reply::Reply,
    words::message,
};

/// The page. It waits for Traefik no longer than any other, and brings itself up to date.
pub(crate) async fn page(call: Call) -> Result<Reply, Failure> {
    let frame = Frame::of(&call).await;
    let view = call.app.views().present(call.app.manager()).await?;
    let live = Arc::clone(&frame.live);
    let content = call
        .block(move |manager| {
            let certificates = collect(manager, &view.snapshot);
            pages::content(&pages::OverviewPage {
                view: &view,
                live: &live,
                certificates: &certificates,
                now: manager.access().now(),
            })
        })
        .await?;
    Ok(frame.reply(message!("overview"), Tab::Overview, &content))
}
