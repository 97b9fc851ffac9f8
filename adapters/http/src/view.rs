//! What lists and answers need of a snapshot, worked out once for each.

use std::{
    collections::HashMap,
    sync::{Arc, OnceLock, PoisonError, RwLock},
};

use bytes::Bytes;
use traefik_manager_core::{
    manager::Manager,
    routes::{Route, Snapshot, Users},
    traefik::{
        Protocol,
        live::{LiveRouter, LiveStatus},
        router::hosts_in,
    },
};

use crate::{
    failure::Failure,
    fields::Fields,
    json::route_list,
    live::{Live, Verdict},
    pages::encoded,
};

/// Routes on one page of the list.
const PAGE: usize = 50;

/// The provider of the routes that can be changed here, in Traefik's own word.
pub(crate) const FILES: &str = "file";

/// A snapshot, ready to be shown.
#[derive(Debug)]
pub(crate) struct View {
    pub(crate) snapshot: Arc<Snapshot>,
    pub(crate) rows: Vec<Row>,
    /// Who uses what, worked out for the first page that asks.
    users: OnceLock<Users>,
    /// How many routes are switched off.
    pub(crate) off: usize,
}

/// A route in the list.
#[derive(Debug)]
pub(crate) struct Row {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) protocol: Protocol,
    pub(crate) enabled: bool,
    pub(crate) rule: String,
    pub(crate) hosts: Vec<String>,
    /// Whether the rule says nothing but these hosts.
    pub(crate) rule_is_hosts: bool,
    pub(crate) service: String,
    pub(crate) target: Option<String>,
    pub(crate) servers: usize,
    pub(crate) entry_points: Vec<String>,
    pub(crate) middlewares: Vec<String>,
    pub(crate) tls: bool,
    pub(crate) file: String,
    /// Everything that a search looks at, in lower case.
    pub(crate) searched: String,
    /// What Traefik says of one that no file of ours has.
    pub(crate) foreign: Option<Foreign>,
}

/// A router that another provider gives Traefik: seen here, changed there.
#[derive(Debug)]
pub(crate) struct Foreign {
    pub(crate) provider: String,
    pub(crate) status: LiveStatus,
    pub(crate) errors: Vec<String>,
}

impl Row {
    fn new(route: &Route<'_>) -> Self {
        let owned = |names: Vec<&str>| names.into_iter().map(str::to_owned).collect::<Vec<_>>();
        let rule = route.rule().to_owned();
        let (hosts, rule_is_hosts) = hosts_of(&rule);
        let target = route.target();
        let servers: Vec<&str> = route.service().into_iter().flat_map(|service| service.servers()).collect();
        let middlewares = owned(route.middlewares());
        let searched = [
            route.name(),
            &rule,
            route.service_name(),
            &servers.join("\n"),
            target.as_deref().unwrap_or_default(),
            &middlewares.join("\n"),
        ]
        .join("\n")
        .to_lowercase();
        Self {
            id: route.id().to_owned(),
            name: route.name().to_owned(),
            protocol: route.protocol(),
            enabled: route.is_enabled(),
            rule_is_hosts,
            hosts,
            service: route.service_name().to_owned(),
            target,
            servers: servers.len(),
            entry_points: owned(route.entry_points()),
            middlewares,
            tls: route.tls().is_some(),
            file: route.file().as_str().to_owned(),
            searched,
            rule,
            foreign: None,
        }
    }

    /// A router of another provider, and the servers that its requests go to.
    fn of(router: &LiveRouter, servers: &[(String, Option<bool>)]) -> Self {
        let (hosts, rule_is_hosts) = hosts_of(&router.rule);
        let (name, provider) = (&router.name, &router.provider);
        let target = servers.first().map(|(url, _)| url.clone());
        let servers_said: Vec<&str> = servers.iter().map(|(url, _)| url.as_str()).collect();
        let searched = [
            name,
            &*router.rule,
            &router.service,
            &servers_said.join("\n"),
            &router.middlewares.join("\n"),
            provider,
        ];
        Self {
            id: format!("{name}@{provider}"),
            name: name.clone(),
            protocol: router.protocol,
            enabled: true,
            rule: router.rule.clone(),
            hosts,
            rule_is_hosts,
            service: router.service.clone(),
            target,
            servers: servers.len(),
            entry_points: router.entry_points.clone(),
            middlewares: router.middlewares.clone(),
            tls: router.tls,
            file: String::new(),
            searched: searched.join("\n").to_lowercase(),
            foreign: Some(Foreign {
                provider: provider.clone(),
                status: router.status,
                errors: router.errors.clone(),
            }),
        }
    }

    /// Whose it is, as a filter says it.
    pub(crate) fn provider(&self) -> &str {
        self.foreign.as_ref().map_or(FILES, |foreign| &foreign.provider)
    }

    fn has_trouble(&self, live: &Live) -> bool {
        if let Some(foreign) = &self.foreign {
            return foreign.status != LiveStatus::Enabled;
        }
        let is_faulty = matches!(live.verdict(self.protocol, &self.name),
            Verdict::Router(router) if router.status != LiveStatus::Enabled);
        self.enabled && (is_faulty || live.failing(self.protocol, &self.service).is_some())
    }

    /// By name, so that a route stays where it is when it is switched off.
    fn order(&self) -> (String, &str) {
        (self.name.to_lowercase(), &self.id)
    }

    fn is_in_domain(&self, domain: &str) -> bool {
        self.hosts
            .iter()
            .any(|host| host.strip_suffix(domain).is_some_and(|rest| rest.is_empty() || rest.ends_with('.')))
    }
}

/// The hosts of a rule, and whether it says nothing else.
fn hosts_of(rule: &str) -> (Vec<String>, bool) {
    let hosts: Vec<String> = hosts_in(rule).into_iter().map(Into::into).collect();
    let spelled = |matcher: &str| {
        hosts.iter().map(|host| format!("{matcher}(`{host}`)")).collect::<Vec<_>>().join(" || ")
    };
    let is_all = !hosts.is_empty() && (rule == spelled("Host") || rule == spelled("HostSNI"));
    (hosts, is_all)
}

/// What was made of the latest snapshot, each part only when it is first asked for.
#[derive(Debug, Default)]
pub(crate) struct Views {
    list: Kept<Bytes>,
    pages: Kept<Arc<View>>,
    all: RwLock<Option<(u64, u64, Bytes)>>,
    others: RwLock<Option<(u64, Arc<Vec<Row>>)>>,
}

/// Something that is made of a snapshot, once for each.
#[derive(Debug)]
struct Kept<T> {
    latest: RwLock<Option<(u64, T)>>,
    making: tokio::sync::Mutex<()>,
}

impl<T> Default for Kept<T> {
    fn default() -> Self {
        Self { latest: RwLock::default(), making: tokio::sync::Mutex::default() }
    }
}

impl<T: Clone + Send + Sync + 'static> Kept<T> {
    /// What is made of the present snapshot, on a thread for blocking work where it is not made yet.
    async fn of(
        &self,
        manager: &Arc<Manager>,
        make: impl FnOnce(&Manager, Arc<Snapshot>) -> T + Send + 'static,
    ) -> Result<T, Failure> {
        let snapshot = manager.configuration().snapshot();
        let id = snapshot.id();
        if let Some(made) = self.made_of(id) {
            return Ok(made);
        }
        let _making = self.making.lock().await;
        if let Some(made) = self.made_of(id) {
            return Ok(made);
        }
        let manager = Arc::clone(manager);
        let made = tokio::task::spawn_blocking(move || make(&manager, snapshot))
            .await
            .map_err(|error| Failure::internal(&error))?;
        *self.latest.write().unwrap_or_else(PoisonError::into_inner) = Some((id, made.clone()));
        Ok(made)
    }

    fn made_of(&self, snapshot: u64) -> Option<T> {
        let latest = self.latest.read().unwrap_or_else(PoisonError::into_inner);
        latest.as_ref().filter(|(id, _)| *id == snapshot).map(|(_, made)| made.clone())
    }
}

impl Views {
    /// The answer to `GET /api/routes`.
    ///
    /// # Errors
    /// Only when a thread cannot be had.
    pub(crate) async fn list(&self, manager: &Arc<Manager>) -> Result<Bytes, Failure> {
        self.list.of(manager, |manager, snapshot| route_list(manager, &snapshot)).await
    }

    /// The view of the present snapshot, for pages.
    ///
    /// # Errors
    /// Only when a thread cannot be had.
    pub(crate) async fn present(&self, manager: &Arc<Manager>) -> Result<Arc<View>, Failure> {
        self.pages.of(manager, |_, snapshot| Arc::new(View::new(snapshot))).await
    }

    /// The routers that other providers give Traefik, in order, as far as it says so now; its own are left out. Those of
    /// files that are not ours are too: Traefik shows for a moment what was just deleted here.
    pub(crate) fn others(&self, live: &Live) -> Arc<Vec<Row>> {
        let Some(routers) = &live.routers else { return Arc::default() };
        let kept = self.others.read().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some((_, rows)) = kept.filter(|(of, _)| *of == live.id) {
            return rows;
        }
        let services = live.services.iter().flatten();
        let servers: HashMap<(Protocol, &str, &str), &[_]> =
            services.map(|one| ((one.protocol, &*one.name, &*one.provider), &*one.servers)).collect();
        let others = routers.iter().filter(|router| !matches!(&*router.provider, "file" | "internal"));
        let mut rows: Vec<Row> = others
            .map(|router| {
                let (name, provider) =
                    router.service.rsplit_once('@').unwrap_or((&router.service, &router.provider));
                let servers = servers.get(&(router.protocol, name, provider)).copied();
                Row::of(router, servers.unwrap_or_default())
            })
            .collect();
        rows.sort_by_cached_key(|row| (row.name.to_lowercase(), row.id.clone()));
        let rows = Arc::new(rows);
        *self.others.write().unwrap_or_else(PoisonError::into_inner) = Some((live.id, Arc::clone(&rows)));
        rows
    }

    /// The answer that was made of this snapshot and this state of Traefik.
    pub(crate) fn all_of(&self, snapshot: u64, live: u64) -> Option<Bytes> {
        let all = self.all.read().unwrap_or_else(PoisonError::into_inner);
        all.as_ref()
            .filter(|(of, with, _)| *of == snapshot && *with == live)
            .map(|(_, _, bytes)| bytes.clone())
    }

    pub(crate) fn keep_all(&self, snapshot: u64, live: u64, bytes: Bytes) {
        *self.all.write().unwrap_or_else(PoisonError::into_inner) = Some((snapshot, live, bytes));
    }
}

impl View {
    fn new(snapshot: Arc<Snapshot>) -> Self {
        let mut rows: Vec<Row> = snapshot.routes().map(|route| Row::new(&route)).collect();
        rows.sort_by_cached_key(|row| (row.name.to_lowercase(), row.id.clone()));
        let off = rows.iter().filter(|row| !row.enabled).count();
        Self { snapshot, rows, users: OnceLock::new(), off }
    }

    /// Who uses what.
    pub(crate) fn users(&self) -> &Users {
        self.users.get_or_init(|| Users::of(&self.snapshot))
    }

    /// The routes that a query asks for, one page of them; `others` are those of other providers, in order.
    pub(crate) fn find<'v>(&'v self, query: &Query, live: &Live, others: &[&'v Row]) -> Found<'v> {
        let text = query.text.trim().to_lowercase();
        let is_wanted = |row: &&Row| {
            query.protocol.is_none_or(|protocol| row.protocol == protocol)
                && (query.provider.is_empty() || row.provider() == query.provider)
                && (query.file.is_empty() || row.file == query.file)
                && (query.domain.is_empty() || row.is_in_domain(&query.domain))
                && text.split_whitespace().all(|word| row.searched.contains(word))
                && match query.status.as_str() {
                    "on" => row.enabled,
                    "off" => !row.enabled,
                    "trouble" => row.has_trouble(live),
                    _ => true,
                }
        };
        let mut rows: Vec<&Row> = self.rows.iter().filter(is_wanted).collect();
        let ours = rows.len();
        rows.extend(others.iter().copied().filter(is_wanted));
        if ours < rows.len() {
            // Both are in order, and two such runs are merged in one go.
            rows.sort_by(|a, b| a.order().cmp(&b.order()));
        }
        let (total, trouble) = (rows.len(), rows.iter().filter(|row| row.has_trouble(live)).count());
        let pages = total.div_ceil(PAGE).max(1);
        let page = query.page.clamp(1, pages);
        let rows = rows.into_iter().skip((page - 1) * PAGE).take(PAGE).collect();
        Found { rows, all: self.rows.len() + others.len(), total, trouble, page, pages }
    }
}

/// One page of routes.
#[derive(Debug)]
pub(crate) struct Found<'v> {
    pub(crate) rows: Vec<&'v Row>,
    /// How many routes there are, asked for or not.
    pub(crate) all: usize,
    /// How many routes there are on all pages.
    pub(crate) total: usize,
    /// How many of them Traefik finds fault with.
    pub(crate) trouble: usize,
    pub(crate) page: usize,
    pub(crate) pages: usize,
}

/// How the list is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    Table,
    Cards,
}

/// What the list is asked for.
#[derive(Debug)]
pub(crate) struct Query {
    pub(crate) text: String,
    pub(crate) protocol: Option<Protocol>,
    pub(crate) status: String,
    pub(crate) file: String,
    /// A provider, or [`FILES`] for what can be changed here.
    pub(crate) provider: String,
    pub(crate) domain: String,
    pub(crate) shape: Shape,
    pub(crate) page: usize,
}

impl Query {
    pub(crate) fn read(fields: &Fields) -> Result<Self, Failure> {
        let text = |name| fields.trimmed(name).map(str::to_owned);
        Ok(Self {
            text: text("q")?,
            protocol: Protocol::parse(fields.trimmed("protocol")?),
            status: text("status")?,
            file: text("file")?,
            provider: text("provider")?,
            domain: text("domain")?,
            shape: if fields.trimmed("view")? == "cards" { Shape::Cards } else { Shape::Table },
            page: fields.trimmed("page")?.parse().unwrap_or(1),
        })
    }

    /// The address of the list in another shape or on another page.
    pub(crate) fn address(&self, shape: Shape, page: usize) -> String {
        let protocol = self.protocol.map_or("", Protocol::as_str);
        let view = if shape == Shape::Cards { "cards" } else { "" };
        let page = if page > 1 { page.to_string() } else { String::new() };
        let pairs = [
            ("q", self.text.as_str()),
            ("protocol", protocol),
            ("status", &self.status),
            ("file", &self.file),
            ("provider", &self.provider),
            ("domain", &self.domain),
            ("view", view),
            ("page", &page),
        ];
        let said: Vec<String> = pairs
            .iter()
            .filter(|(_, value)| !value.is_empty())
            .map(|(name, value)| format!("{name}={}", encoded(value)))
            .collect();
        if said.is_empty() { "/".to_owned() } else { format!("/?{}", said.join("&")) }
    }
}
