//! The shapes of the JSON API, written straight from what the core lends.

use std::{cell::RefCell, panic::resume_unwind, thread};

use bytes::Bytes;
use serde::{Serialize, Serializer};
use traefik_manager_core::{
    config::{source::Problem, store::Backup, store::BackupKind},
    manager::Manager,
    routes::{FeatureAccess, HeadersPreset, Middleware, PresetState, Route, Snapshot},
    traefik::{Protocol, live::LiveRouter, live::LiveStatus},
};

/// An iterator that serde writes as an array. It can be written once.
struct Items<I>(RefCell<Option<I>>);

impl<I> Items<I> {
    fn new(items: I) -> Self {
        Self(RefCell::new(Some(items)))
    }
}

impl<I: Iterator<Item: Serialize>> Serialize for Items<I> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.borrow_mut().take().into_iter().flatten())
    }
}

/// What follows the routes in their list.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct BesideRoutes<M: Serialize, E: Serialize> {
    middlewares: M,
    config_errors: E,
    services: Services,
}

struct Services(ServiceNames);
type ServiceNames = [Vec<String>; 3];

impl Serialize for Services {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(Protocol::ALL.iter().map(|protocol| protocol.as_str()).zip(&self.0))
    }
}

/// The answer to `GET /api/routes`.
pub(crate) fn route_list(manager: &Manager, snapshot: &Snapshot) -> Bytes {
    route_list_with(manager, snapshot, &[])
}

/// The answer to `GET /api/routes/all`: the files' routes, and those that Traefik has from elsewhere.
pub(crate) fn route_list_with(manager: &Manager, snapshot: &Snapshot, live: &[LiveRouter]) -> Bytes {
    match written(manager, snapshot, live) {
        Ok(text) => text.into(),
        Err(error) => {
            // Nothing in the list can fail to be written: strings, numbers and arrays of them.
            tracing::error!(%error, "the routes could not be written as JSON");
            Bytes::from_static(b"{}")
        }
    }
}

fn written(manager: &Manager, snapshot: &Snapshot, live: &[LiveRouter]) -> serde_json::Result<Vec<u8>> {
    let mut text = br#"{"ok":true,"success":true,"apps":["#.to_vec();
    let routes = snapshot.routes().map(|route| RouteJson::new(&route));
    let processors = thread::available_parallelism().map_or(1, usize::from);
    let threads = routes.len().div_ceil(EACH).min(processors);
    push_shared(&mut text, &routes, threads)?;
    push(&mut text, live.iter().filter(|router| router.provider != "file").map(ForeignJson::new))?;
    let rest = serde_json::to_vec(&BesideRoutes {
        middlewares: Items::new(
            snapshot.middlewares().map(|middleware| MiddlewareJson::new(manager, &middleware)),
        ),
        config_errors: Items::new(snapshot.problems().map(ProblemJson::new)),
        services: Services(
            Protocol::ALL
                .map(|protocol| snapshot.service_names(protocol).into_iter().map(str::to_owned).collect()),
        ),
    })?;
    text.extend_from_slice(b"],");
    text.extend_from_slice(rest.strip_prefix(b"{").unwrap_or_default());
    Ok(text)
}

/// Routes that one thread writes, in some thirty milliseconds; more are shared out among the processors.
const EACH: usize = 16_384;

/// Writes items into an array that has begun, each thread as many as the others.
fn push_shared<I>(text: &mut Vec<u8>, items: &I, threads: usize) -> serde_json::Result<()>
where
    I: ExactSizeIterator<Item: Serialize> + Clone + Send,
{
    let each = items.len().div_ceil(threads.max(1));
    let share = |number: usize| items.clone().skip(number * each).take(each);
    thread::scope(|scope| {
        let others: Vec<_> = (1..threads)
            .map(|number| {
                let share = share(number);
                scope.spawn(move || {
                    let mut text = Vec::new();
                    push(&mut text, share).map(|()| text)
                })
            })
            .collect();
        push(text, share(0))?;
        for other in others {
            let more = other.join().unwrap_or_else(|panic| resume_unwind(panic))?;
            if !more.is_empty() {
                text.push(b',');
                text.extend_from_slice(&more);
            }
        }
        Ok(())
    })
}

/// Writes what belongs into an array that has begun, or into the rest of one.
fn push(text: &mut Vec<u8>, items: impl Iterator<Item: Serialize>) -> serde_json::Result<()> {
    for item in items {
        if text.last().is_some_and(|last| *last != b'[') {
            text.push(b',');
        }
        serde_json::to_writer(&mut *text, &item)?;
    }
    Ok(())
}

/// A route of a file. `None` is left out: the phone app takes no `null` where it expects text.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
#[expect(clippy::struct_excessive_bools, reason = "the contract's own fields")]
struct RouteJson<'a> {
    id: &'a str,
    name: &'a str,
    protocol: &'static str,
    enabled: bool,
    rule: &'a str,
    #[serde(rename = "service_name")]
    service_name: &'a str,
    service_type: &'static str,
    target: String,
    servers: Vec<&'a str>,
    middlewares: Vec<&'a str>,
    entry_points: Vec<&'a str>,
    entrypoint_middlewares: Vec<&'a str>,
    tls: TlsJson<'a>,
    cert_resolver: &'a str,
    tls_options_profile: &'a str,
    tls_domains: Vec<TlsDomain<'a>>,
    insecure_skip_verify: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pass_host_header: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    priority: Option<i32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sticky: Option<StickyJson<'a>>,
    sticky_enabled: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    health_check: Option<HealthJson<'a>>,
    streaming: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    headers_preset: Option<HeadersPresetJson>,
    config_file: &'a str,
    provider: &'static str,
}

/// On or off for HTTP, with its details for TCP; an empty `tls` is on.
#[derive(Serialize)]
#[serde(untagged)]
enum TlsJson<'a> {
    Flag(bool),
    #[serde(rename_all = "camelCase")]
    Details {
        passthrough: bool,
        cert_resolver: &'a str,
    },
}

#[derive(Serialize)]
struct TlsDomain<'a> {
    main: &'a str,
    sans: Vec<&'a str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct StickyJson<'a> {
    name: &'a str,
    secure: bool,
    http_only: bool,
    same_site: &'a str,
}

#[derive(Serialize)]
struct HealthJson<'a> {
    path: &'a str,
    interval: &'a str,
    timeout: &'a str,
}

/// The security headers that this program keeps for a route.
#[derive(Serialize)]
struct HeadersPresetJson {
    owned: bool,
    exists: bool,
    state: &'static str,
    toggles: HeadersTogglesJson,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct HeadersTogglesJson {
    #[serde(serialize_with = "permissions")]
    perms: Vec<(&'static str, FeatureAccess)>,
    hsts: bool,
    nosniff: bool,
    frame_deny: bool,
    referrer: &'static str,
}

fn permissions<S: Serializer>(
    perms: &[(&'static str, FeatureAccess)],
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.collect_map(perms.iter().map(|(feature, access)| (feature, access.as_str())))
}

impl HeadersPresetJson {
    fn new(route: &Route<'_>) -> Self {
        let (state, toggles) = match route.headers_preset() {
            PresetState::On(preset) => ("on", preset),
            other => {
                // What a form offers that switches them on.
                let offered = HeadersPreset {
                    permissions: Vec::new(),
                    hsts: true,
                    nosniff: true,
                    frame_deny: true,
                    referrer: Some("strict-origin-when-cross-origin"),
                };
                (if other == PresetState::Off { "off" } else { "custom" }, offered)
            }
        };
        Self {
            owned: route.names_headers_middleware(),
            exists: route.headers_middleware().is_some(),
            state,
            toggles: HeadersTogglesJson {
                perms: toggles.permissions,
                hsts: toggles.hsts,
                nosniff: toggles.nosniff,
                frame_deny: toggles.frame_deny,
                referrer: toggles.referrer.unwrap_or_default(),
            },
        }
    }
}

impl<'a> RouteJson<'a> {
    fn new(route: &Route<'a>) -> Self {
        let (service, tls, protocol) = (route.service(), route.tls(), route.protocol());
        let sticky = service.and_then(|service| service.sticky());
        Self {
            id: route.id(),
            name: route.name(),
            protocol: protocol.as_str(),
            enabled: route.is_enabled(),
            rule: route.rule(),
            service_name: route.service_name(),
            service_type: service.map_or("loadBalancer", |service| service.kind()),
            target: route.target().unwrap_or_else(|| "N/A".to_owned()),
            servers: service.map(|service| service.servers().collect()).unwrap_or_default(),
            middlewares: route.middlewares(),
            entry_points: route.entry_points(),
            entrypoint_middlewares: route.entry_point_middlewares(),
            tls: match (protocol, tls) {
                (Protocol::Tcp, Some(tls)) => {
                    TlsJson::Details { passthrough: tls.passthrough(), cert_resolver: tls.cert_resolver() }
                }
                (_, tls) => TlsJson::Flag(tls.is_some()),
            },
            cert_resolver: tls.map(|tls| tls.cert_resolver()).unwrap_or_default(),
            tls_options_profile: tls.map(|tls| tls.options()).unwrap_or_default(),
            tls_domains: tls
                .map(|tls| tls.domains())
                .unwrap_or_default()
                .into_iter()
                .map(|(main, sans)| TlsDomain { main, sans })
                .collect(),
            insecure_skip_verify: route.skips_tls_verify(),
            pass_host_header: (protocol == Protocol::Http)
                .then(|| service.and_then(|service| service.pass_host_header()).unwrap_or(true)),
            // Beyond 32 bits the phone app would refuse the whole list.
            priority: route
                .router()
                .and_then(|router| router.priority())
                .and_then(|priority| i32::try_from(priority).ok()),
            sticky_enabled: sticky.is_some(),
            sticky: sticky.map(|cookie| StickyJson {
                name: cookie.name,
                secure: cookie.secure,
                http_only: cookie.http_only,
                same_site: cookie.same_site,
            }),
            health_check: service.and_then(|service| service.health_check()).map(|check| HealthJson {
                path: check.path,
                interval: check.interval,
                timeout: check.timeout,
            }),
            streaming: service.is_some_and(|service| service.streams()),
            headers_preset: (protocol == Protocol::Http).then(|| HeadersPresetJson::new(route)),
            config_file: route.file().as_str(),
            provider: "file",
        }
    }
}

/// A route that Traefik has from another provider, and this program cannot edit.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ForeignJson<'a> {
    id: String,
    name: &'a str,
    protocol: &'static str,
    enabled: bool,
    status: &'static str,
    rule: &'a str,
    #[serde(rename = "service_name")]
    service_name: &'a str,
    target: &'static str,
    servers: [&'a str; 0],
    middlewares: &'a [String],
    entry_points: &'a [String],
    tls: bool,
    config_file: &'static str,
    provider: &'a str,
}

impl<'a> ForeignJson<'a> {
    fn new(router: &'a LiveRouter) -> Self {
        Self {
            id: format!("{}@{}", router.name, router.provider),
            name: &router.name,
            protocol: router.protocol.as_str(),
            enabled: router.status != LiveStatus::Disabled,
            status: match router.status {
                LiveStatus::Enabled => "enabled",
                LiveStatus::Warning => "warning",
                LiveStatus::Disabled => "disabled",
            },
            rule: &router.rule,
            service_name: &router.service,
            target: "N/A",
            servers: [],
            middlewares: &router.middlewares,
            entry_points: &router.entry_points,
            tls: router.tls,
            config_file: "",
            provider: &router.provider,
        }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct MiddlewareJson<'a> {
    name: &'a str,
    #[serde(rename = "type")]
    protocol: &'static str,
    kind: &'a str,
    yaml: String,
    config_file: &'a str,
}

impl<'a> MiddlewareJson<'a> {
    fn new(manager: &Manager, middleware: &Middleware<'a>) -> Self {
        Self {
            name: middleware.name(),
            protocol: middleware.protocol().as_str(),
            kind: middleware.kind(),
            yaml: manager.configuration().object_text(&(*middleware).into()).unwrap_or_default(),
            config_file: middleware.file().as_str(),
        }
    }
}

#[derive(Serialize)]
struct ProblemJson<'a> {
    file: &'a str,
    error: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    column: Option<usize>,
}

impl<'a> ProblemJson<'a> {
    fn new(problem: &'a Problem) -> Self {
        Self {
            file: problem.file.as_str(),
            error: &problem.message,
            line: problem.position.map(|at| at.line),
            column: problem.position.map(|at| at.column),
        }
    }
}

/// A backup in `GET /api/backups`.
#[derive(Debug, Serialize)]
pub(crate) struct BackupJson {
    name: String,
    size: u64,
    modified: String,
    kind: &'static str,
    /// The file that it goes back to, where that can be told.
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<String>,
    /// Whether that is not there any more.
    removed: bool,
}

impl BackupJson {
    pub(crate) fn of(backup: Backup, snapshot: &Snapshot) -> Self {
        Self {
            removed: snapshot.lacks(&backup),
            file: backup.origin.as_ref().map(ToString::to_string),
            name: backup.name,
            size: backup.size,
            modified: backup.made_at.to_seconds_text(),
            kind: match backup.kind {
                BackupKind::Routes => "routes",
                BackupKind::Static => "static",
                BackupKind::Records => "switched off",
            },
        }
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn an_array_is_the_same_however_many_write_it() {
        for length in 0..9_u32 {
            let whole = serde_json::to_string(&(0..length).collect::<Vec<_>>()).unwrap();
            for threads in 0..12 {
                let mut text = b"[".to_vec();
                push_shared(&mut text, &(0..length).map(u64::from), threads).unwrap();
                text.push(b']');
                assert_eq!(String::from_utf8(text).unwrap(), whole, "{threads} threads");
            }
        }
    }
}
