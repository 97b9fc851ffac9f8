//! The route on which this program itself is reached through Traefik.
//!
//! It is a route like any other and goes through the same engine; where Traefik serves it is asked, and a page that
//! sets it up has it on trial, so that nobody locks himself out. Which one it is, the core knows
//! ([`Snapshot::own_route`](traefik_manager_core::routes::Snapshot::own_route)); nothing else is ever written over or
//! deleted here.

use serde::Serialize;
use traefik_manager_core::{
    auth::SettingsPatch,
    manager::Manager,
    routes::{
        ChangeError, OWN_NAME, ResolverInput, Route, RouteForm, RuleInput, ServerInput, TargetInput, TlsInput,
    },
    settings::{SelfRoute, Settings},
    traefik::{Protocol, router::hosts_in},
};

use crate::{
    call::Call,
    change::{Match, Outcome},
    failure::Failure,
    live::PATIENCE,
    pages::layout::Tab,
    reply::{self, Done, Reply},
    route_input::{NO_RESOLVER, TLS_OFF},
};

/// Where Traefik finds this program in the usual set-up of containers.
const SERVICE: &str = "http://traefik-manager:5000";
/// The file for it, where files can be made.
const FILE: &str = "traefik-manager-self.yml";

/// The route as it is.
#[derive(Debug, Serialize)]
pub(crate) struct OwnRoute {
    pub(crate) domain: String,
    pub(crate) service_url: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(crate) router_name: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(crate) entry_point: String,
    #[serde(skip)]
    pub(crate) resolver: String,
    /// Whether the files have it.
    pub(crate) found: bool,
    #[serde(skip)]
    pub(crate) version: String,
    #[serde(skip)]
    id: String,
}

/// The route to this program, as far as anything tells which one that is.
pub(crate) fn present(manager: &Manager) -> OwnRoute {
    let settings = manager.settings().current();
    let snapshot = manager.configuration().snapshot();
    OwnRoute::of(snapshot.own_route(&settings.self_route), &settings)
}

impl OwnRoute {
    fn of(route: Option<Route<'_>>, settings: &Settings) -> Self {
        let Some(route) = route else {
            return Self {
                domain: String::new(),
                service_url: SERVICE.to_owned(),
                router_name: String::new(),
                entry_point: String::new(),
                resolver: settings.cert_resolvers.first().cloned().unwrap_or_default(),
                found: false,
                version: String::new(),
                id: String::new(),
            };
        };
        let first = |items: Vec<&str>| items.first().map(|item| (*item).to_owned()).unwrap_or_default();
        Self {
            domain: first(hosts_in(route.rule())),
            service_url: first(
                route.service().map(|service| service.servers().collect()).unwrap_or_default(),
            ),
            router_name: route.name().to_owned(),
            entry_point: first(route.entry_points()),
            resolver: match route.tls() {
                None => TLS_OFF.to_owned(),
                Some(tls) if tls.cert_resolver().is_empty() => NO_RESOLVER.to_owned(),
                Some(tls) => tls.cert_resolver().to_owned(),
            },
            found: true,
            version: route.version(),
            id: route.id().to_owned(),
        }
    }
}

/// The names of Traefik's entry points, the likeliest for this first; none while it does not answer.
pub(crate) async fn entry_points(call: &Call) -> Vec<String> {
    let manager = call.app.manager();
    let Ok(at) = manager.traefik_address() else { return Vec::new() };
    let mut found = manager.traefik().entry_points(&at).await.unwrap_or_default();
    found.retain(|point| point.name != "traefik");
    found.sort_by_key(|point| {
        let is_usual = matches!(point.name.as_str(), "websecure" | "https");
        (!is_usual, !point.tls)
    });
    found.into_iter().map(|point| point.name).collect()
}

/// The same for a page, which waits for nobody: where Traefik does not answer at once there are none to choose from.
pub(crate) async fn entry_points_at_once(call: &Call) -> Vec<String> {
    tokio::time::timeout(PATIENCE, entry_points(call)).await.unwrap_or_default()
}

pub(crate) async fn read(call: Call) -> Result<Reply, Failure> {
    #[derive(Serialize)]
    struct Told {
        #[serde(flatten)]
        own: OwnRoute,
        default_entry_point: String,
    }
    let own = present(call.app.manager());
    let points = entry_points(&call).await;
    let default_entry_point = points.into_iter().next().unwrap_or_else(|| "websecure".to_owned());
    let version = own.version.clone();
    let told = Done::reply(Told { own, default_entry_point });
    Ok(if version.is_empty() { told } else { reply::tagged(told, &version) })
}

pub(crate) async fn write(call: Call) -> Result<Reply, Failure> {
    if call.edits_again()? {
        return Ok(reply::see_other("/settings"));
    }
    answer(&call, "/settings?done=saved").await
}

/// Saves the route as the last step of the set-up.
pub(super) async fn save_at_the_end(call: &Call) -> Result<Reply, Failure> {
    answer(call, "/?done=ready").await
}

async fn answer(call: &Call, to: &str) -> Result<Reply, Failure> {
    let outcome = change(call).await?;
    // The route is written, whatever becomes of the note about it.
    if !outcome.is_planned()
        && let Err(failure) = remember(call, &outcome.changed.name).await
    {
        tracing::error!(
            cause = failure.message(),
            "the settings do not say which route leads to this program"
        );
    }
    outcome.reply(call, Tab::Access, to, "the route to this program is saved").await
}

/// Keeps in the settings which route it is, as 1.5.2 does: by its name alone nobody would know it again.
///
/// The version that the client has seen is that of the route; the settings are not asked about it.
async fn remember(call: &Call, written: &str) -> Result<(), Failure> {
    let own = if domain(call)?.is_empty() {
        SelfRoute::default()
    } else {
        let snapshot = call.app.manager().configuration().snapshot();
        let Some(route) = snapshot.live_http_route(written) else { return Ok(()) };
        let own = OwnRoute::of(Some(route), snapshot.settings());
        SelfRoute {
            domain: own.domain,
            service_url: own.service_url,
            router_name: own.router_name,
            entry_point: own.entry_point,
        }
    };
    let patch = SettingsPatch { self_route: Some(own), ..SettingsPatch::default() };
    let (by, client) = (call.principal()?.clone(), call.client.clone());
    call.block(move |manager| manager.access().change_settings(&patch, &by, &client)).await??;
    Ok(())
}

/// Writes the route, or takes it away where the domain is empty.
async fn change(call: &Call) -> Result<Outcome, Failure> {
    let fields = &call.fields;
    let domain = domain(call)?.to_owned();
    let name = fields.trimmed("router_name")?;
    let mut own = present(call.app.manager());
    if !name.is_empty() && name != own.router_name {
        // Another one by that name, which may be somebody else's, is neither written over nor deleted.
        own = OwnRoute::of(None, &call.app.manager().settings().current());
    }
    let version = call.seen_version()?;
    if domain.is_empty() {
        if !own.found {
            return Err(Failure::bad_request("enter the domain of this program").in_field("domain"));
        }
        return call
            .change_of(Match::Object, move |configuration, terms| {
                configuration.delete_route(terms, &own.id, version.as_deref())
            })
            .await;
    }
    let name = if own.found {
        own.router_name.as_str()
    } else if name.is_empty() {
        OWN_NAME
    } else {
        name
    };
    let mut form = RouteForm::new(name, Protocol::Http);
    if own.found {
        form.edit_of = Some(own.id.clone());
        form.version = version;
    } else if call.app.manager().configuration().can_create_files() {
        form.file = Some(FILE.to_owned());
    }
    form.rule = Some(RuleInput::Hosts(vec![domain]));
    let service = either(call, "service_url", "self_route_service")?;
    let service = if service.is_empty() { own.service_url.as_str() } else { service };
    form.target =
        Some(TargetInput::First(ServerInput { host: service.to_owned(), ..ServerInput::default() }));
    let point = either(call, "entry_point", "self_route_entry_point")?;
    form.entry_points = match point {
        "" if own.found => None,
        // Without an answer of Traefik's, the ones that it takes by itself.
        "" => Some(entry_points(call).await.into_iter().take(1).collect()),
        point => Some(vec![point.to_owned()]),
    };
    let on =
        |resolver| TlsInput::On { resolver: Some(resolver), options: None, domain: None, passthrough: None };
    form.tls = match fields.trimmed("certResolver")? {
        "" if own.found => None,
        "" => Some(on(ResolverInput::Default)),
        TLS_OFF => Some(TlsInput::Off),
        NO_RESOLVER => Some(on(ResolverInput::None)),
        name => Some(on(ResolverInput::Named(name.to_owned()))),
    };
    call.change_of(Match::of(own.found), move |configuration, terms| {
        configuration.save_route(terms, &form).map_err(in_own_field)
    })
    .await
}

/// A field by its name, or by that which it has in the form of the set-up.
fn either<'c>(call: &'c Call, name: &str, long: &str) -> Result<&'c str, Failure> {
    match call.fields.trimmed(long) {
        Ok("") => call.fields.trimmed(name),
        other => other,
    }
}

fn domain(call: &Call) -> Result<&str, Failure> {
    either(call, "domain", "self_route_domain")
}

/// A refusal in the words of this form.
fn in_own_field(error: ChangeError) -> Failure {
    let field = match &error {
        ChangeError::Invalid { field, .. } => match *field {
            "rule" | "domains" => "domain",
            "targetIp" | "targetPort" | "scheme" => "service_url",
            "entryPoints" => "entry_point",
            other => other,
        },
        _ => return error.into(),
    };
    Failure::from(error).in_field(field)
}
