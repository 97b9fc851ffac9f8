//! Names become addresses, but never link-local ones: there clouds keep their secrets, and no webhook is there.

use std::{
    future::Future,
    io,
    net::SocketAddr,
    pin::Pin,
    task::{Context, Poll},
    vec::IntoIter,
};

use hyper_util::client::legacy::connect::dns::Name;
use traefik_manager_core::settings::askable;

/// The system's resolver, with the link-local addresses left out of what it says.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Resolver;

impl tower_service::Service<Name> for Resolver {
    type Response = IntoIter<SocketAddr>;
    type Error = io::Error;
    type Future = Pin<Box<dyn Future<Output = io::Result<IntoIter<SocketAddr>>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, name: Name) -> Self::Future {
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let allowed = askable(found).map_err(io::Error::other)?;
            Ok(allowed.into_iter())
        })
    }
}
