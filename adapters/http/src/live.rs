//! The running Traefik, asked at most once a second, and never in the way of a page.

use std::{
    collections::HashMap,
    sync::{
        Arc, PoisonError, RwLock,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use tokio::time::Instant;
use traefik_manager_core::{
    check::{Others, TraefikVersion},
    config::object::{ObjectKind, ObjectRef},
    manager::Manager,
    routes::Running,
    traefik::{
        Protocol,
        live::{LiveError, LiveMiddleware, LiveRouter, LiveService, LiveStatus, Version},
        name::in_files,
        state::{Sight, State},
    },
};

/// How long an answer counts as the present.
const FRESH: Duration = Duration::from_secs(1);
/// How long a page waits for Traefik before it says that it does not know.
pub(crate) const PATIENCE: Duration = Duration::from_millis(300);

/// How old an answer may be to be shown as the present, and to say what there is besides the files. Nobody waits for a
/// Traefik that hangs, and what it served a while ago is no reason to forbid anything.
const STALE: Duration = Duration::from_secs(10);

/// What Traefik said last.
#[derive(Debug)]
pub(crate) struct Live {
    /// Another number for every other answer.
    pub(crate) id: u64,
    pub(crate) reach: Reach,
    pub(crate) version: Option<Version>,
    pub(crate) routers: Option<Vec<LiveRouter>>,
    /// Routers of files, by protocol and name.
    from_files: HashMap<(Protocol, String), usize>,
    pub(crate) services: Option<Vec<LiveService>>,
    /// Services of files, by protocol and name.
    services_of_files: HashMap<(Protocol, String), usize>,
    pub(crate) middlewares: Option<Vec<LiveMiddleware>>,
    /// Middlewares of files, by protocol and name.
    middlewares_of_files: HashMap<(Protocol, String), usize>,
}

/// What Traefik said of a service: the verdict, and where its servers are checked, how many are up and how many there are.
pub(crate) fn sight_of(service: &LiveService) -> Sight {
    let states: Vec<bool> = service.servers.iter().filter_map(|(_, is_up)| *is_up).collect();
    let up = states.iter().filter(|is_up| **is_up).count();
    let servers = (!states.is_empty()).then_some((up, states.len()));
    Sight::Found { status: service.status, servers }
}

/// Where the objects of files stand in a list, by protocol and name.
fn of_files<'l>(
    list: impl Iterator<Item = (Protocol, &'l str, &'l str)>,
) -> HashMap<(Protocol, String), usize> {
    list.enumerate()
        .filter(|(_, (_, _, provider))| *provider == "file")
        .map(|(at, (protocol, name, _))| ((protocol, name.to_owned()), at))
        .collect()
}

/// Whether Traefik answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Reach {
    /// It does, and has this version.
    Answers(String),
    /// It does not, for this reason.
    Silent(String),
    /// Nobody has heard from it yet.
    Waiting,
}

/// What Traefik says about one router of a file.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Verdict<'l> {
    /// Traefik was not reached.
    Unknown,
    /// Traefik does not have it.
    Missing,
    /// Traefik has it.
    Router(&'l LiveRouter),
}

impl Live {
    fn waiting() -> Self {
        Self {
            id: 0,
            reach: Reach::Waiting,
            version: None,
            routers: None,
            from_files: HashMap::new(),
            services: None,
            services_of_files: HashMap::new(),
            middlewares: None,
            middlewares_of_files: HashMap::new(),
        }
    }

    /// A Traefik that answers, but has said nothing for too long, or nothing since something changed.
    fn late(last: &Self) -> Self {
        Self { version: last.version.clone(), reach: last.reach.clone(), ..Self::waiting() }
    }

    fn new(
        id: u64,
        version: Result<Version, LiveError>,
        routers: Result<Vec<LiveRouter>, LiveError>,
        services: Result<Vec<LiveService>, LiveError>,
        middlewares: Result<Vec<LiveMiddleware>, LiveError>,
    ) -> Self {
        let reach = match (&version, &routers) {
            (Ok(version), Ok(_)) => Reach::Answers(version.number.clone()),
            (Err(error), _) | (_, Err(error)) => Reach::Silent(error.to_string()),
        };
        // Services and middlewares are an extra: without them the rest is shown all the same.
        let (version, routers, services, middlewares) =
            (version.ok(), routers.ok(), services.ok(), middlewares.ok());
        let from_files =
            of_files(routers.iter().flatten().map(|one| (one.protocol, &*one.name, &*one.provider)));
        let services_of_files =
            of_files(services.iter().flatten().map(|one| (one.protocol, &*one.name, &*one.provider)));
        let middlewares_of_files =
            of_files(middlewares.iter().flatten().map(|one| (one.protocol, &*one.name, &*one.provider)));
        Self {
            id,
            reach,
            version,
            routers,
            from_files,
            services,
            services_of_files,
            middlewares,
            middlewares_of_files,
        }
    }

    /// The service of a file.
    fn service(&self, protocol: Protocol, name: &str) -> Option<&LiveService> {
        let at = self.services_of_files.get(&(protocol, name.to_owned()))?;
        self.services.as_ref()?.get(*at)
    }

    /// The middleware of a file.
    fn middleware(&self, protocol: Protocol, name: &str) -> Option<&LiveMiddleware> {
        let at = self.middlewares_of_files.get(&(protocol, name.to_owned()))?;
        self.middlewares.as_ref()?.get(*at)
    }

    /// Traefik's own words on what is wrong with an object of a file.
    pub(crate) fn errors(&self, object: &ObjectRef) -> &[String] {
        let found = object.protocol.and_then(|protocol| match object.kind {
            ObjectKind::Service => self.service(protocol, &object.name).map(|one| &*one.errors),
            ObjectKind::Middleware => self.middleware(protocol, &object.name).map(|one| &*one.errors),
            _ => None,
        });
        found.unwrap_or_default()
    }

    /// What Traefik says about the router of a file.
    pub(crate) fn verdict(&self, protocol: Protocol, name: &str) -> Verdict<'_> {
        let Some(routers) = &self.routers else { return Verdict::Unknown };
        let at = self.from_files.get(&(protocol, name.to_owned()));
        at.and_then(|at| routers.get(*at)).map_or(Verdict::Missing, Verdict::Router)
    }

    /// What Traefik said of an object of a file; `None` where it has none, or shows no objects of that kind.
    pub(crate) fn status(&self, object: &ObjectRef) -> Option<LiveStatus> {
        match object.kind {
            ObjectKind::Router => match self.verdict(object.protocol?, &object.name) {
                Verdict::Router(router) => Some(router.status),
                Verdict::Unknown | Verdict::Missing => None,
            },
            ObjectKind::Service => self.service(object.protocol?, &object.name).map(|one| one.status),
            _ => None,
        }
    }

    /// How many of a service's servers are up, and how many there are; `None` where nothing says that a server is down.
    pub(crate) fn failing(&self, protocol: Protocol, service: &str) -> Option<(usize, usize)> {
        let (up, all) = self.servers(protocol, service)?;
        (up < all).then_some((up, all))
    }

    /// How many of a service's servers are up, and how many there are; `None` where nothing checks them.
    fn servers(&self, protocol: Protocol, service: &str) -> Option<(usize, usize)> {
        match sight_of(self.service(protocol, in_files(service))?) {
            Sight::Found { servers, .. } => servers,
            Sight::None | Sight::Missing => None,
        }
    }

    /// How far the router of a file has come, and with it its service.
    pub(crate) fn router_state(
        &self,
        protocol: Protocol,
        name: &str,
        service: &str,
        is_in_file: bool,
    ) -> State {
        let sight = match self.verdict(protocol, name) {
            Verdict::Unknown => Sight::None,
            Verdict::Missing => Sight::Missing,
            Verdict::Router(router) => {
                Sight::Found { status: router.status, servers: self.servers(protocol, service) }
            }
        };
        State::of(ObjectKind::Router, is_in_file, sight)
    }

    /// How far an object of a file has come.
    pub(crate) fn state(&self, object: &ObjectRef) -> State {
        let name = &object.name;
        let sight = match (object.kind, object.protocol) {
            (ObjectKind::Service, Some(protocol)) if self.services.is_some() => {
                self.service(protocol, name).map_or(Sight::Missing, sight_of)
            }
            (ObjectKind::Middleware, Some(protocol)) if self.middlewares.is_some() => self
                .middleware(protocol, name)
                .map_or(Sight::Missing, |one| Sight::Found { status: one.status, servers: None }),
            _ => Sight::None,
        };
        State::of(object.kind, true, sight)
    }

    fn says_the_same(&self, other: &Self) -> bool {
        self.reach == other.reach
            && self.routers == other.routers
            && self.services == other.services
            && self.middlewares == other.middlewares
    }
}

fn parsed(version: &Version) -> TraefikVersion {
    TraefikVersion::parse(&version.number).unwrap_or_default()
}

/// What Traefik serves besides the files: its own objects, and those of other providers. Its API shows neither servers
/// transports nor TLS options.
fn running(
    version: &Version,
    services: &[LiveService],
    middlewares: &[LiveMiddleware],
    listens: Option<Vec<String>>,
) -> Running {
    let of_providers = |is_wanted: fn(&str) -> bool| {
        let mut found = Others::default();
        for LiveService { protocol, name, provider, .. } in
            services.iter().filter(|one| is_wanted(&one.provider))
        {
            found.services[*protocol as usize].insert(format!("{name}@{provider}"));
        }
        for LiveMiddleware { protocol, name, provider, .. } in
            middlewares.iter().filter(|one| is_wanted(&one.provider))
        {
            if let Some(set) = found.middlewares.get_mut(*protocol as usize) {
                set.insert(format!("{name}@{provider}"));
            }
        }
        found
    };
    let others = of_providers(|provider| provider != "file" && provider != "internal");
    let internals = of_providers(|provider| provider == "internal");
    Running { version: parsed(version), others: Some(others), internals: Some(internals), listens }
}

/// Keeps Traefik's last answer.
#[derive(Debug)]
pub(crate) struct LiveCell {
    /// When Traefik last answered in full.
    answered: RwLock<Option<Instant>>,
    last: RwLock<(Option<Instant>, Arc<Live>)>,
    /// How often the configuration has changed under an answer.
    changes: AtomicU64,
    asking: tokio::sync::Mutex<()>,
}

impl Default for LiveCell {
    fn default() -> Self {
        Self {
            answered: RwLock::default(),
            last: RwLock::new((None, Arc::new(Live::waiting()))),
            changes: AtomicU64::new(0),
            asking: tokio::sync::Mutex::default(),
        }
    }
}

impl LiveCell {
    /// What Traefik says now, or what it said last when it takes its time or did not answer then.
    pub(crate) async fn soon(self: &Arc<Self>, manager: &Arc<Manager>) -> Arc<Live> {
        let (live, is_present) = self.in_time(manager).await;
        if !is_present && self.is_stale() {
            manager.configuration().observe_silence();
        }
        live
    }

    /// The same before a change, which nothing forbids that Traefik did not have a while ago.
    pub(crate) async fn before_change(self: &Arc<Self>, manager: &Arc<Manager>) -> Arc<Live> {
        let (live, is_present) = self.in_time(manager).await;
        if !is_present {
            manager.configuration().observe_silence();
        }
        live
    }

    /// What Traefik says, and whether it says so now.
    async fn in_time(self: &Arc<Self>, manager: &Arc<Manager>) -> (Arc<Live>, bool) {
        if let Some(live) = self.fresh() {
            return (live, true);
        }
        let last = Arc::clone(&self.read().1);
        let (cell, manager) = (Arc::clone(self), Arc::clone(manager));
        // Asked in a task of its own, so that a slow answer is there for the next page.
        let asked = tokio::spawn(async move { cell.present(&manager).await });
        if matches!(last.reach, Reach::Silent(_)) {
            return (last, false);
        }
        match tokio::time::timeout(PATIENCE, asked).await {
            Ok(Ok(live)) => (live, true),
            _ => (last, false),
        }
    }

    fn is_stale(&self) -> bool {
        let answered = self.answered.read().unwrap_or_else(PoisonError::into_inner);
        answered.is_none_or(|answered| answered.elapsed() >= STALE)
    }

    /// The same for a page, which shows nothing as present that was said too long ago, or before something changed.
    pub(crate) async fn shown(self: &Arc<Self>, manager: &Arc<Manager>) -> Arc<Live> {
        let live = self.soon(manager).await;
        let last = self.read();
        let is_old = last.0.is_none_or(|asked| asked.elapsed() > STALE);
        let is_answer = matches!(live.reach, Reach::Answers(_));
        if is_answer && is_old { Arc::new(Live::late(&live)) } else { live }
    }

    /// What Traefik says now.
    pub(crate) async fn present(&self, manager: &Manager) -> Arc<Live> {
        let _asking = self.asking.lock().await;
        if let Some(live) = self.fresh() {
            return live;
        }
        let changes = self.changes.load(Ordering::Acquire);
        let address = manager.traefik_address();
        let asked = Instant::now();
        let (version, routers, services, middlewares, points) = match &address {
            Ok(address) => {
                let traefik = manager.traefik();
                tokio::join!(
                    traefik.version(address),
                    traefik.routers(address),
                    traefik.services(address),
                    traefik.middlewares(address),
                    traefik.entry_points(address)
                )
            }
            Err(error) => {
                let url = manager.settings().current().traefik_api_url.clone();
                let error = LiveError::Unreachable { url, reason: error.to_string() };
                (Err(error.clone()), Err(error.clone()), Err(error.clone()), Err(error.clone()), Err(error))
            }
        };
        let listens = points.ok().map(|points| points.into_iter().map(|point| point.address).collect());
        let configuration = manager.configuration();
        match (&version, &services, &middlewares) {
            (Ok(version), Ok(services), Ok(middlewares)) => {
                configuration.observe(running(version, services, middlewares, listens));
                *self.answered.write().unwrap_or_else(PoisonError::into_inner) = Some(asked);
            }
            (Ok(version), ..) => {
                configuration.observe(Running { version: parsed(version), ..Running::default() });
            }
            (Err(_), ..) => configuration.observe_silence(),
        }
        let last = Arc::clone(&self.read().1);
        let mut live = Arc::new(Live::new(last.id + 1, version, routers, services, middlewares));
        if live.says_the_same(&last) {
            live = last;
        }
        let mut last = self.last.write().unwrap_or_else(PoisonError::into_inner);
        // An answer to a question from before a change says nothing of what came of it.
        let is_present = self.changes.load(Ordering::Acquire) == changes;
        *last = (is_present.then(Instant::now), Arc::clone(&live));
        live
    }

    /// Makes the next one who asks ask Traefik: what it said is about a configuration that has changed since.
    pub(crate) fn expire(&self) {
        let mut last = self.last.write().unwrap_or_else(PoisonError::into_inner);
        self.changes.fetch_add(1, Ordering::AcqRel);
        last.0 = None;
    }

    fn fresh(&self) -> Option<Arc<Live>> {
        let last = self.read();
        last.0.filter(|asked| asked.elapsed() < FRESH).map(|_| Arc::clone(&last.1))
    }

    fn read(&self) -> std::sync::RwLockReadGuard<'_, (Option<Instant>, Arc<Live>)> {
        self.last.read().unwrap_or_else(PoisonError::into_inner)
    }
}
