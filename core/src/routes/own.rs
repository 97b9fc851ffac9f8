//! The route on which this program itself is reached through Traefik.
//!
//! It is a route like any other. Which one it is, the settings keep once it was saved as such; of an installation that
//! never did that, the files tell.

use super::{Route, Snapshot};
use crate::{
    settings::SelfRoute,
    traefik::{Protocol, router::hosts_in},
};

/// The name of this program in the usual set-up: of its router, and of the container that is its server.
pub const OWN_NAME: &str = "traefik-manager";

impl Snapshot {
    /// The route to this program: the one that was last saved as such, by its name, or else by its domain and server;
    /// otherwise the router [`OWN_NAME`], or one that has the host [`OWN_NAME`] for a server.
    pub fn own_route(&self, saved: &SelfRoute) -> Option<Route<'_>> {
        let is_known = !saved.domain.is_empty();
        self.live_http_route(&saved.router_name)
            .filter(|_| is_known)
            .or_else(|| self.live_http_routes().find(|route| is_known && leads_as(route, saved)))
            .or_else(|| self.live_http_route(OWN_NAME))
            .or_else(|| self.live_http_routes().find(|route| servers(route).any(is_here)))
    }

    /// The HTTP route of this name, if it is switched on.
    pub fn live_http_route(&self, name: &str) -> Option<Route<'_>> {
        self.live_http_routes().find(|route| route.name() == name)
    }

    fn live_http_routes(&self) -> impl Iterator<Item = Route<'_>> {
        self.routes().filter(|route| route.is_enabled() && route.protocol() == Protocol::Http)
    }
}

/// Whether a route has the domain and the server of the saved one: somebody else's may be on the same domain.
fn leads_as(route: &Route<'_>, saved: &SelfRoute) -> bool {
    hosts_in(route.rule()).iter().any(|host| host.eq_ignore_ascii_case(&saved.domain))
        && servers(route).any(|url| url == saved.service_url)
}

fn servers<'s>(route: &Route<'s>) -> impl Iterator<Item = &'s str> {
    route.service().into_iter().flat_map(|service| service.servers().collect::<Vec<_>>())
}

fn is_here(url: &str) -> bool {
    url.trim_start_matches("http://").split([':', '/']).next() == Some(OWN_NAME)
}
