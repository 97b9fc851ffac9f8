//! What the running Traefik's objects come to: how many there are, of which provider, and which of them have trouble.

use std::collections::BTreeMap;

use traefik_manager_core::{
    config::object::ObjectKind,
    traefik::{Protocol, live::LiveStatus, state::Sight},
};

use crate::live::{Live, sight_of};

/// How many there are, and how they are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Count {
    pub(crate) all: usize,
    pub(crate) warnings: usize,
    pub(crate) errors: usize,
}

impl Count {
    fn add(&mut self, status: LiveStatus) {
        self.all += 1;
        match status {
            LiveStatus::Enabled => {}
            LiveStatus::Warning => self.warnings += 1,
            LiveStatus::Disabled => self.errors += 1,
        }
    }
}

/// An object with trouble, in Traefik's own words.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Trouble<'l> {
    pub(crate) kind: ObjectKind,
    pub(crate) protocol: Protocol,
    pub(crate) name: &'l str,
    pub(crate) provider: &'l str,
    pub(crate) status: LiveStatus,
    pub(crate) errors: &'l [String],
    /// How many of a service's servers are up, and how many there are, where some are down.
    pub(crate) servers: Option<(usize, usize)>,
}

/// What Traefik runs.
#[derive(Debug, Default)]
pub(crate) struct Overview<'l> {
    counts: BTreeMap<(usize, Protocol), Count>,
    /// How many objects each provider has, its own not counted.
    pub(crate) providers: BTreeMap<&'l str, Count>,
    /// The worst first.
    pub(crate) troubles: Vec<Trouble<'l>>,
}

/// The kinds that Traefik's API shows.
pub(crate) const KINDS: [ObjectKind; 3] = [ObjectKind::Router, ObjectKind::Service, ObjectKind::Middleware];

impl<'l> Overview<'l> {
    /// Looks through everything that Traefik has said.
    pub(crate) fn of(live: &'l Live) -> Self {
        let mut overview = Self::default();
        for router in live.routers.iter().flatten() {
            overview.add(Trouble {
                kind: ObjectKind::Router,
                protocol: router.protocol,
                name: &router.name,
                provider: &router.provider,
                status: router.status,
                errors: &router.errors,
                servers: None,
            });
        }
        for service in live.services.iter().flatten() {
            let servers = match sight_of(service) {
                Sight::Found { servers: Some((up, all)), .. } if up < all => Some((up, all)),
                _ => None,
            };
            overview.add(Trouble {
                kind: ObjectKind::Service,
                protocol: service.protocol,
                name: &service.name,
                provider: &service.provider,
                status: service.status,
                errors: &service.errors,
                servers,
            });
        }
        for middleware in live.middlewares.iter().flatten() {
            overview.add(Trouble {
                kind: ObjectKind::Middleware,
                protocol: middleware.protocol,
                name: &middleware.name,
                provider: &middleware.provider,
                status: middleware.status,
                errors: &middleware.errors,
                servers: None,
            });
        }
        overview.troubles.sort_by_key(|trouble| {
            let is_down = trouble.servers.is_some_and(|(up, _)| up == 0);
            (std::cmp::Reverse(trouble.status), !is_down, trouble.kind as usize, trouble.name)
        });
        overview
    }

    fn add(&mut self, object: Trouble<'l>) {
        let place = KINDS.iter().position(|kind| *kind == object.kind).unwrap_or_default();
        self.counts.entry((place, object.protocol)).or_default().add(object.status);
        if object.provider != "internal" {
            self.providers.entry(object.provider).or_default().add(object.status);
        }
        if object.status != LiveStatus::Enabled || object.servers.is_some() {
            self.troubles.push(object);
        }
    }

    /// How many objects of a kind there are.
    pub(crate) fn count(&self, kind: ObjectKind, protocol: Protocol) -> Count {
        let place = KINDS.iter().position(|one| *one == kind).unwrap_or_default();
        self.counts.get(&(place, protocol)).copied().unwrap_or_default()
    }
}
