//! What lists and answers need of a snapshot, worked out once for each.

use std::sync::{Arc, OnceLock, PoisonError, RwLock};

use bytes::Bytes;
use traefik_manager_core::{
    manager::Manager,
    routes::{Route, Snapshot, Users},
    traefik::{Protocol, live::LiveStatus, router::hosts_in},
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
}

impl Row {
    fn new(route: &Route<'_>) -> Self {
        let owned = |names: Vec<&str>| names.into_iter().map(str::to_owned).collect::<Vec<_>>();
        let rule = route.rule().to_owned();
        let hosts: Vec<String> = hosts_in(&rule).into_iter().map(Into::into).collect();
        let spelled = |matcher: &str| {
            hosts.iter().map(|host| format!("{matcher}(`{host}`)")).collect::<Vec<_>>().join(" || ")
        };
        let rule_is_hosts = !hosts.is_empty() && (rule == spelled("Host") || rule == spelled("HostSNI"));
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
        }
    }

    fn is_in_domain(&self, domain: &str) -> bool {
        self.hosts
            .iter()
            .any(|host| host.strip_suffix(domain).is_some_and(|rest| rest.is_empty() || rest.ends_with('.')))
    }
}

/// What was made of the latest snapshot, each part only when it is first asked for.
#[derive(Debug, Default)]
pub(crate) struct Views {
    list: Kept<Bytes>,
    pages: Kept<Arc<View>>,
    all: RwLock<Option<(u64, u64, Bytes)>>,
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
        // By name, so that a route stays where it is when it is switched off.
        rows.sort_by_cached_key(|row| (row.name.to_lowercase(), row.id.clone()));
        let off = rows.iter().filter(|row| !row.enabled).count();
        Self { snapshot, rows, users: OnceLock::new(), off }
    }

    /// Who uses what.
    pub(crate) fn users(&self) -> &Users {
        self.users.get_or_init(|| Users::of(&self.snapshot))
    }

    /// The routes that a query asks for, one page of them.
    pub(crate) fn find(&self, query: &Query, live: &Live) -> Found<'_> {
        let text = query.text.trim().to_lowercase();
        let has_trouble = |row: &Row| {
            row.enabled
                && (matches!(live.verdict(row.protocol, &row.name),
                    Verdict::Router(router) if router.status != LiveStatus::Enabled)
                    || live.failing(row.protocol, &row.service).is_some())
        };
        let rows: Vec<&Row> = self
            .rows
            .iter()
            .filter(|row| query.protocol.is_none_or(|protocol| row.protocol == protocol))
            .filter(|row| query.file.is_empty() || row.file == query.file)
            .filter(|row| query.domain.is_empty() || row.is_in_domain(&query.domain))
            .filter(|row| text.split_whitespace().all(|word| row.searched.contains(word)))
            .filter(|row| match query.status.as_str() {
                "on" => row.enabled,
                "off" => !row.enabled,
                "trouble" => has_trouble(row),
                _ => true,
            })
            .collect();
        let (total, trouble) = (rows.len(), rows.iter().filter(|row| has_trouble(row)).count());
        let pages = total.div_ceil(PAGE).max(1);
        let page = query.page.clamp(1, pages);
        let rows = rows.into_iter().skip((page - 1) * PAGE).take(PAGE).collect();
        Found { rows, total, trouble, page, pages }
    }
}

/// One page of routes.
#[derive(Debug)]
pub(crate) struct Found<'v> {
    pub(crate) rows: Vec<&'v Row>,
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
