//! The route map.

use std::sync::Arc;

use traefik_manager_core::traefik::Protocol;

use crate::{
    call::Call,
    failure::Failure,
    pages::{
        layout::{Frame, Tab},
        route_map as pages,
    },
    reply::Reply,
    route_map::{Query, Ways},
    words::message,
};

pub(crate) async fn page(call: Call) -> Result<Reply, Failure> {
    let frame = Frame::of(&call).await;
    let view = call.app.views().present(call.app.manager()).await?;
    let query = Query {
        text: call.query.trimmed("q")?.to_owned(),
        protocol: Protocol::parse(call.query.trimmed("protocol")?),
        entry_point: call.query.trimmed("entrypoint")?.to_owned(),
        provider: call.query.trimmed("provider")?.to_owned(),
    };
    let live = Arc::clone(&frame.live);
    let content = call.block(move |_| pages::content(&Ways::find(&view, &live, &query), &query)).await?;
    Ok(frame.reply(message!("map"), Tab::Map, &content))
}
