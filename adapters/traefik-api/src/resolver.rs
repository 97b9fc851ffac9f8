//! Names become addresses, but never link-local ones: there clouds keep their secrets, and no server of Traefik is there.

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

#[cfg(test)]
mod tests {
    use tower_service::Service as _;

    use super::Resolver;

    #[tokio::test]
    async fn a_name_that_leads_there_leads_nowhere() {
        let mut told = Vec::new();
        for name in ["169.254.169.254", "localhost"] {
            let Ok(name) = name.parse() else { unreachable!("{name} is a name") };
            told.push(Resolver.call(name).await.is_ok());
        }
        assert_eq!(told, [false, true]);
    }
}
