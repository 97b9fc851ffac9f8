//! The single list of what the server answers.

use std::{collections::BTreeMap, future::Future, pin::Pin};

use hyper::Method;
use percent_encoding::percent_decode_str;
use traefik_manager_core::api_key::{Scope, Scopes};

use crate::{
    body,
    call::Call,
    failure::Failure,
    handlers::{
        access_log, account, api, api_keys, authentication, backups, certificates, dashboard,
        dashboard_pages, files, git, git_pages, history, info, middlewares, notification_pages,
        notifications, object_pages, objects, oidc, oidc_settings, overview, ping, plugins, raw, restarts,
        route_map, routes, save, schema, search, second_factor, self_route, sessions, settings,
        settings_pages, setup, sign_in, static_file, static_forms, static_pages, static_section,
        template_pages, templates, tools, traefik,
    },
    reply::Reply,
    shelf::{Middlewares, Services, Tls, TlsCertificates, TlsOptions, TlsStores, Transports},
};

/// Who may come in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Door {
    /// Anybody, and nothing is changed.
    Public,
    /// Anybody who has the sign-in form.
    SignIn,
    /// Somebody with a session, also while their password is a temporary one.
    Account,
    /// Somebody with a session or an API key.
    Inside,
}

/// What an API key must be good for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Needs {
    /// For nothing in particular: what nobody needs a scope for, or every key may know.
    Any,
    /// [`Scope::Read`].
    Read,
    /// [`Scope::Config`].
    Config,
    /// [`Scope::Static`].
    Static,
    /// [`Scope::Restart`].
    Restart,
    /// [`Scope::Backup`].
    Backup,
    /// [`Scope::App`].
    App,
    /// No key will do: somebody must be signed in.
    Person,
}

impl Needs {
    /// Whether a key with these scopes may come in.
    ///
    /// # Errors
    /// 403, naming the scope that it lacks.
    pub(crate) fn check(self, scopes: Scopes) -> Result<(), Failure> {
        let scope = match self {
            Self::Any => return Ok(()),
            Self::Person => {
                return Err(Failure::forbidden("this needs somebody who is signed in, not an API key"));
            }
            Self::Read => Scope::Read,
            Self::Config => Scope::Config,
            Self::Static => Scope::Static,
            Self::Restart => Scope::Restart,
            Self::Backup => Scope::Backup,
            Self::App => Scope::App,
        };
        if scopes.allow(scope) {
            return Ok(());
        }
        Err(Failure::forbidden(format!("this API key lacks the scope `{}`", scope.as_str())))
    }
}

/// Where whole files come in as they are edited raw.
const OF_WHOLE_FILES: [&str; 4] = ["/static/raw", "/api/static/config", "/api/static/section", "/files/edit"];

/// Answers a request.
pub(crate) type Handler = fn(Call) -> Pin<Box<dyn Future<Output = Result<Reply, Failure>> + Send>>;

/// A method and a path that are answered.
#[derive(Debug, Clone)]
pub struct Endpoint {
    /// The method; `GET` answers `HEAD` too.
    pub method: Method,
    /// The path; `{*id}` stands for an id, which may hold anything, slashes too.
    pub path: &'static str,
    /// Who may come in.
    pub door: Door,
    /// What an API key must be good for.
    pub needs: Needs,
    pub(crate) handler: Handler,
}

impl Endpoint {
    /// The largest body of somebody who is in, in bytes.
    pub(crate) fn body_limit(&self) -> usize {
        if OF_WHOLE_FILES.contains(&self.path) { body::MAX_FILE_BODY } else { body::MAX_BODY }
    }
}

macro_rules! endpoints {
    ($($method:ident $path:literal $door:ident $needs:ident $handler:path;)+) => {
        vec![$(Endpoint {
            method: Method::$method,
            path: $path,
            door: Door::$door,
            needs: Needs::$needs,
            handler: |call| Box::pin($handler(call)),
        }),+]
    };
}

/// Everything that is answered.
pub fn endpoints() -> Vec<Endpoint> {
    let mut all = of_routes_and_people();
    all.extend(of_accounts());
    all.extend(of_settings());
    all.extend(of_what_is_beside());
    all.extend(of_objects());
    all.extend(of_the_static_file());
    all.extend(of_the_running_traefik());
    all
}

fn of_routes_and_people() -> Vec<Endpoint> {
    endpoints! {
        GET  "/assets/{*id}"                    Public  Any    info::asset;
        GET  "/static/icons/icon.png"           Public  Any    info::icon;
        GET  "/api/health"                      Public  Any    info::health;
        GET  "/openapi.yaml"                    Public  Any    api::document;
        GET  "/api"                             Inside  Any    api::page;

        GET  "/login"                           SignIn  Any    sign_in::form;
        POST "/login"                           SignIn  Any    sign_in::submit;
        GET  "/login/otp"                       SignIn  Any    sign_in::code_form;
        POST "/login/otp"                       SignIn  Any    sign_in::submit_code;
        GET  "/auth/oidc/login"                 SignIn  Any    oidc::start;
        GET  "/auth/oidc/callback"              SignIn  Any    oidc::callback;

        POST "/logout"                          Account Person account::sign_out;
        GET  "/force-change-password"           Account Person account::forced_form;
        POST "/force-change-password"           Account Person account::choose_password;
        GET  "/password"                        Account Person account::password_form;
        POST "/password"                        Account Person account::choose_password;

        GET  "/settings/oidc"                   Inside  App    oidc_settings::page;
        POST "/settings/oidc"                   Account Person oidc_settings::submit;
        POST "/settings/oidc/test"              Account Person oidc_settings::submit_test;
        GET  "/api/auth/oidc"                   Inside  App    oidc_settings::read;
        POST "/api/auth/oidc"                   Account Person oidc_settings::write;
        POST "/api/auth/oidc/test"              Account Person oidc_settings::test;

        GET  "/"                                Inside  Read   routes::page;
        GET  "/routes/new"                      Inside  Read   save::new_form;
        GET  "/routes/edit"                     Inside  Read   save::edit_form;
        GET  "/routes/delete"                   Inside  Read   save::confirm_delete;
        POST "/routes/toggle"                   Inside  Config routes::toggle_form;
        GET  "/routes/raw"                      Inside  Read   raw::page;
        POST "/routes/raw"                      Inside  Config raw::submit;
        GET  "/files"                           Inside  Read   files::page;
        GET  "/files/edit"                      Inside  Read   files::edit;
        POST "/files/edit"                      Inside  Config files::submit;
        GET  "/backups"                         Inside  Read   backups::page;
        GET  "/backups/restore"                 Inside  Read   backups::confirm_restore;
        GET  "/backups/delete"                  Inside  Read   backups::confirm_delete;
        POST "/backups/create"                  Inside  Backup backups::create_form;
        POST "/backups/restore"                 Inside  Backup backups::restore_form;
        POST "/backups/delete"                  Inside  Backup backups::delete_form;
        GET  "/history"                         Inside  Read   history::page;
        GET  "/history/trial"                   Inside  Read   history::trial;
        POST "/history/undo"                    Inside  Config history::undo_form;
        POST "/history/keep"                    Inside  Config history::keep_form;
        GET  "/keys"                            Inside  App    api_keys::page;
        POST "/keys"                            Inside  App    api_keys::issue_form;
        GET  "/keys/revoke"                     Inside  App    api_keys::confirm_revoke;
        POST "/keys/revoke"                     Inside  App    api_keys::revoke_form;

        POST "/save"                            Inside  Config save::save;
        POST "/delete/{*id}"                    Inside  Config save::delete;
        POST "/save-middleware"                 Inside  Config middlewares::save;
        POST "/delete-middleware/{*id}"         Inside  Config middlewares::delete;

        POST "/api/auth/change-password"        Account Person account::change_password;
        POST "/api/auth/apikey/generate"        Inside  App    api_keys::generate;
        POST "/api/auth/apikey/revoke"          Inside  App    api_keys::revoke;
        GET  "/api/auth/apikey/status"          Inside  Any    api_keys::status;
        GET  "/api/routes"                      Inside  Read   routes::list;
        GET  "/api/routes/all"                  Inside  Read   routes::list_all;
        POST "/api/routes/{*id}/toggle"         Inside  Config routes::toggle;
        GET  "/api/routes/{*id}/raw"            Inside  Read   raw::read;
        POST "/api/routes/{*id}/raw"            Inside  Config raw::write;
        GET  "/api/configs"                     Inside  Read   files::configs;
        GET  "/api/manager/router-names"        Inside  Read   routes::names;
        GET  "/api/manager/version"             Inside  Read   info::version;
        GET  "/api/schema"                      Inside  Any    schema::read;
        POST "/theme"                           Account Person info::choose_theme;
        POST "/language"                        Account Person info::choose_language;
        GET  "/search"                          Inside  Read   search::page;
        GET  "/api/search"                      Inside  Read   search::list;
        GET  "/api/backups"                     Inside  Read   backups::list;
        POST "/api/backup/create"               Inside  Backup backups::create;
        POST "/api/backup/static/create"        Inside  Backup backups::create_static;
        POST "/api/static/backup/create"        Inside  Backup backups::create_static;
        GET  "/api/history"                     Inside  Read   history::list;
        POST "/api/history/{*id}/undo"          Inside  Config history::undo;
        POST "/api/history/{*id}/keep"          Inside  Config history::keep_change;
        POST "/api/restore/{*id}"               Inside  Backup backups::restore;
        POST "/api/backup/delete/{*id}"         Inside  Backup backups::delete;
    }
}

/// Sessions and the second factor.
fn of_accounts() -> Vec<Endpoint> {
    endpoints! {
        GET  "/sessions"                        Inside  App    sessions::page;
        POST "/sessions/end"                    Inside  Person sessions::end_form;
        POST "/sessions/end-others"             Inside  Person sessions::end_others_form;
        GET  "/account/otp"                     Inside  Read   second_factor::page;
        GET  "/account/otp/setup"               Inside  Read   second_factor::to_page;
        GET  "/account/otp/enable"              Inside  Read   second_factor::to_page;
        GET  "/account/otp/disable"             Inside  Read   second_factor::to_page;
        GET  "/account/otp/recovery"            Inside  Read   second_factor::to_page;
        POST "/account/otp/setup"               Inside  Person second_factor::setup_form;
        POST "/account/otp/enable"              Inside  Person second_factor::enable_form;
        POST "/account/otp/disable"             Inside  Person second_factor::disable_form;
        POST "/account/otp/recovery"            Inside  Person second_factor::renew_form;
        GET  "/api/auth/sessions"               Inside  App    sessions::list;
        POST "/api/auth/sessions/{*id}/revoke"  Inside  Person sessions::revoke;
        POST "/api/auth/sessions/revoke-others" Inside  Person sessions::revoke_others;
        GET  "/api/auth/otp/status"             Inside  Read   second_factor::status;
        POST "/api/auth/otp/setup"              Inside  Person second_factor::setup;
        POST "/api/auth/otp/enable"             Inside  Person second_factor::enable;
        POST "/api/auth/otp/disable"            Inside  Person second_factor::disable;
        POST "/api/auth/otp/recovery"           Inside  Person second_factor::renew;
    }
}

/// This program's own settings.
fn of_settings() -> Vec<Endpoint> {
    endpoints! {
        GET  "/setup"                           Inside  App    setup::page;
        POST "/setup"                           Inside  App    setup::submit;
        POST "/api/setup/test-connection"       Inside  App    setup::test;
        GET  "/settings"                        Inside  App    settings::page;
        POST "/settings"                        Inside  App    settings::submit;
        POST "/settings/self-route"             Inside  App    self_route::write;
        GET  "/settings/interface"              Inside  App    settings_pages::interface;
        POST "/settings/interface"              Inside  App    settings_pages::save_interface;
        GET  "/settings/files"                  Inside  App    settings_pages::files;
        GET  "/settings/backups"                Inside  App    git_pages::settings;
        POST "/settings/backups"                Inside  App    git_pages::submit;
        GET  "/settings/notifications"          Inside  App    notification_pages::settings;
        POST "/settings/notifications"          Inside  App    notification_pages::submit;
        GET  "/settings/about"                  Inside  App    settings_pages::about;
        GET  "/settings/auth"                   Inside  App    authentication::page;
        POST "/settings/auth"                   Account Person authentication::toggle;
        GET  "/api/settings"                    Inside  App    settings::read;
        POST "/api/settings"                    Inside  App    settings::write;
        POST "/api/settings/tabs"               Inside  App    settings::tabs;
        GET  "/api/settings/ui"                 Inside  Read   settings::read_ui;
        POST "/api/settings/ui"                 Inside  App    settings::write_ui;
        POST "/api/settings/test-connection"    Inside  App    settings::test;
        GET  "/api/settings/self-route"         Inside  Read   self_route::read;
        POST "/api/settings/self-route"         Inside  App    self_route::write;
        POST "/api/auth/toggle"                 Account Person authentication::toggle;
        GET  "/api/diagnostics/client-ip"       Inside  Any    info::client_ip;
    }
}

/// Templates, tools, notices and the dashboard.
fn of_what_is_beside() -> Vec<Endpoint> {
    endpoints! {
        GET  "/dashboard"                       Inside  Read   dashboard_pages::page;
        GET  "/dashboard/edit"                  Inside  Read   dashboard_pages::edit;
        POST "/dashboard/groups"                Inside  Config dashboard_pages::save_groups;
        GET  "/dashboard/tile"                  Inside  Read   dashboard_pages::tile;
        POST "/dashboard/tile"                  Inside  Config dashboard_pages::save_tile;
        GET  "/notifications"                   Inside  Read   notification_pages::page;
        POST "/notifications/delete"            Inside  Config notification_pages::remove;
        POST "/notifications/clear"             Inside  Config notification_pages::clear;
        GET  "/middlewares/templates"           Inside  Read   template_pages::page;
        POST "/middlewares/templates"           Inside  Config template_pages::save;
        POST "/middlewares/templates/delete"    Inside  Config template_pages::remove;
        GET  "/tools"                           Inside  Read   template_pages::tools;
        POST "/tools"                           Inside  Config template_pages::make;
        GET  "/backups/git"                     Inside  Read   git_pages::commits;
        GET  "/backups/git/commit"              Inside  Read   git_pages::commit;
        POST "/backups/git/push"                Inside  Backup git_pages::push;
        POST "/backups/git/restore"             Inside  Backup git_pages::restore;
        POST "/api/tools/htpasswd"              Inside  Config tools::basic;
        POST "/api/tools/digestauth"            Inside  Config tools::digest;
        GET  "/api/mw/templates"                Inside  Read   templates::list;
        POST "/api/mw/templates"                Inside  Config templates::add;
        PUT  "/api/mw/templates/{*id}"          Inside  Config templates::change;
        DELETE "/api/mw/templates/{*id}"        Inside  Config templates::remove;
        GET  "/api/notifications"               Inside  Read   notifications::list;
        POST "/api/notifications/delete"        Inside  Config notifications::remove;
        POST "/api/notifications/clear"         Inside  Config notifications::clear;
        POST "/api/notifications/add"           Inside  Config notifications::add;
        POST "/api/notifications/update"        Inside  Config notifications::update;
        POST "/api/settings/webhook-test"       Inside  App    notifications::test;
        GET  "/api/backup/git/status"           Inside  Read   git::status;
        POST "/api/backup/git/push"             Inside  Backup git::push;
        POST "/api/backup/git/test"             Inside  App    git::test;
        GET  "/api/backup/git/commits"          Inside  Read   git::commits;
        GET  "/api/backup/git/commit/{*id}/diff" Inside Read   git::changes;
        POST "/api/backup/git/restore/{*id}"    Inside  Backup git::restore;
        DELETE "/api/backup/git/repo"           Inside  App    git::forget;
        GET  "/api/dashboard/config"            Inside  Read   dashboard::read;
        POST "/api/dashboard/config"            Inside  Config dashboard::write;
        GET  "/api/dashboard/icon/{*id}"        Inside  Read   dashboard::icon;
    }
}

/// Traefik's own file, and its restarts.
fn of_the_static_file() -> Vec<Endpoint> {
    endpoints! {
        GET  "/static"                          Inside  Static static_pages::page;
        GET  "/static/raw"                      Inside  Static static_pages::raw;
        POST "/static/raw"                      Inside  Static static_pages::submit_raw;
        GET  "/static/edit"                     Inside  Static static_forms::form;
        POST "/static/edit"                     Inside  Static static_forms::submit;
        POST "/static/paste"                    Inside  Static static_forms::paste;
        GET  "/static/remove"                   Inside  Static static_forms::confirm_removal;
        POST "/static/remove"                   Inside  Static static_forms::remove;
        GET  "/static/review"                   Inside  Static static_pages::review;
        POST "/static/apply"                    Inside  Static static_pages::apply;
        POST "/static/carry-over"               Inside  Static static_pages::carry_over;
        GET  "/static/discard"                  Inside  Static static_pages::confirm_discard;
        POST "/static/discard"                  Inside  Static static_pages::discard;
        GET  "/static/restart"                  Inside  Read   restarts::progress_page;
        POST "/static/restart"                  Inside  Restart restarts::restart_form;
        GET  "/static/restart/events"           Inside  Read   restarts::events;
        GET  "/api/static/available"            Inside  Any    static_file::available;
        GET  "/api/static/config"               Inside  Static static_file::read;
        POST "/api/static/config"               Inside  Static static_file::write;
        POST "/api/static/restart"              Inside  Restart restarts::restart;
        POST "/api/static/section"              Inside  Static static_section::preview;
        GET  "/api/static/status"               Inside  Read   restarts::status;
        GET  "/api/traefik/runtime"             Inside  Read   restarts::runtime;
        GET  "/api/traefik/plugins"             Inside  Read   plugins::list;
        POST "/api/plugins/install"             Inside  Static plugins::install;
        POST "/api/plugins/{*id}/remove"        Inside  Static plugins::remove;
    }
}

/// What the running Traefik says.
fn of_the_running_traefik() -> Vec<Endpoint> {
    endpoints! {
        GET  "/api/traefik/overview"            Inside  Read   traefik::overview;
        GET  "/api/traefik/routers"             Inside  Read   traefik::routers;
        GET  "/api/traefik/services"            Inside  Read   traefik::services;
        GET  "/api/traefik/middlewares"         Inside  Read   traefik::middlewares;
        GET  "/api/traefik/entrypoints"         Inside  Read   traefik::entry_points;
        GET  "/api/traefik/router/{*id}"        Inside  Read   traefik::router;
        GET  "/api/traefik/version"             Inside  Read   traefik::version;
        GET  "/api/traefik/ping"                Inside  Read   traefik::ping;
        GET  "/api/ping"                        Inside  Read   ping::ping;
        GET  "/api/agents"                      Inside  Read   info::agents;
        GET  "/api/geoip/status"                Inside  Read   info::geoip;
        GET  "/overview"                        Inside  Read   overview::page;
        GET  "/map"                             Inside  Read   route_map::page;
        GET  "/certificates"                    Inside  Read   certificates::page;
        GET  "/api/traefik/certs"               Inside  Read   certificates::list;
        GET  "/logs"                            Inside  Read   access_log::page;
        GET  "/api/traefik/logs"                Inside  Read   access_log::lines;
    }
}

/// Every kind of object is answered by the same handlers.
fn of_objects() -> Vec<Endpoint> {
    endpoints! {
        GET  "/middlewares"                     Inside  Read   object_pages::page::<Middlewares>;
        GET  "/middlewares/new"                 Inside  Read   object_pages::new_form::<Middlewares>;
        GET  "/middlewares/edit"                Inside  Read   object_pages::edit_form::<Middlewares>;
        POST "/middlewares/save"                Inside  Config object_pages::save::<Middlewares>;
        GET  "/middlewares/delete"              Inside  Read   object_pages::confirm_delete::<Middlewares>;
        POST "/middlewares/delete"              Inside  Config object_pages::delete::<Middlewares>;
        GET  "/services"                       Inside  Read   object_pages::page::<Services>;
        GET  "/services/new"                   Inside  Read   object_pages::new_form::<Services>;
        GET  "/services/edit"                  Inside  Read   object_pages::edit_form::<Services>;
        POST "/services/save"                  Inside  Config object_pages::save::<Services>;
        GET  "/services/delete"                Inside  Read   object_pages::confirm_delete::<Services>;
        POST "/services/delete"                Inside  Config object_pages::delete::<Services>;
        GET  "/transports"                     Inside  Read   object_pages::page::<Transports>;
        GET  "/transports/new"                 Inside  Read   object_pages::new_form::<Transports>;
        GET  "/transports/edit"                Inside  Read   object_pages::edit_form::<Transports>;
        POST "/transports/save"                Inside  Config object_pages::save::<Transports>;
        GET  "/transports/delete"              Inside  Read   object_pages::confirm_delete::<Transports>;
        POST "/transports/delete"              Inside  Config object_pages::delete::<Transports>;
        GET  "/tls"                            Inside  Read   object_pages::page::<Tls>;
        GET  "/tls/new"                        Inside  Read   object_pages::new_form::<Tls>;
        GET  "/tls/edit"                       Inside  Read   object_pages::edit_form::<Tls>;
        POST "/tls/save"                       Inside  Config object_pages::save::<Tls>;
        GET  "/tls/delete"                     Inside  Read   object_pages::confirm_delete::<Tls>;
        POST "/tls/delete"                     Inside  Config object_pages::delete::<Tls>;
        GET    "/api/services"                   Inside  Read   objects::list::<Services>;
        POST   "/api/services"                   Inside  Config objects::save::<Services>;
        GET    "/api/services/{*id}"             Inside  Read   objects::read::<Services>;
        DELETE "/api/services/{*id}"             Inside  Config objects::delete::<Services>;
        GET    "/api/middlewares"                Inside  Read   objects::list::<Middlewares>;
        POST   "/api/middlewares"                Inside  Config objects::save::<Middlewares>;
        GET    "/api/middlewares/{*id}"          Inside  Read   objects::read::<Middlewares>;
        DELETE "/api/middlewares/{*id}"          Inside  Config objects::delete::<Middlewares>;
        GET    "/api/transports"                 Inside  Read   objects::list::<Transports>;
        POST   "/api/transports"                 Inside  Config objects::save::<Transports>;
        GET    "/api/transports/{*id}"           Inside  Read   objects::read::<Transports>;
        DELETE "/api/transports/{*id}"           Inside  Config objects::delete::<Transports>;
        GET    "/api/tls-options"                Inside  Read   objects::list::<TlsOptions>;
        POST   "/api/tls-options"                Inside  Config objects::save::<TlsOptions>;
        GET    "/api/tls-options/{*id}"          Inside  Read   objects::read::<TlsOptions>;
        DELETE "/api/tls-options/{*id}"          Inside  Config objects::delete::<TlsOptions>;
        GET    "/api/tls-stores"                 Inside  Read   objects::list::<TlsStores>;
        POST   "/api/tls-stores"                 Inside  Config objects::save::<TlsStores>;
        GET    "/api/tls-stores/{*id}"           Inside  Read   objects::read::<TlsStores>;
        DELETE "/api/tls-stores/{*id}"           Inside  Config objects::delete::<TlsStores>;
        GET    "/api/tls-certificates"           Inside  Read   objects::list::<TlsCertificates>;
        POST   "/api/tls-certificates"           Inside  Config objects::save::<TlsCertificates>;
        GET    "/api/tls-certificates/{*id}"     Inside  Read   objects::read::<TlsCertificates>;
        DELETE "/api/tls-certificates/{*id}"     Inside  Config objects::delete::<TlsCertificates>;
    }
}

/// Finds the endpoint for a request.
#[derive(Debug)]
pub(crate) struct Router(matchit::Router<Vec<Endpoint>>);

impl Router {
    /// The table as a tree.
    pub(crate) fn new() -> Self {
        let mut paths: BTreeMap<&str, Vec<Endpoint>> = BTreeMap::new();
        for endpoint in endpoints() {
            paths.entry(split(endpoint.path).0).or_default().push(endpoint);
        }
        let mut router = matchit::Router::new();
        for (path, endpoints) in paths {
            if let Err(error) = router.insert(path, endpoints) {
                // Two paths that contradict each other; a test asks for every endpoint.
                tracing::error!(path, %error, "an endpoint is not served");
            }
        }
        Self(router)
    }

    /// The endpoint and the decoded id in the path.
    ///
    /// # Errors
    /// 404, 405 with the methods that there are, or 400 for an id that is not text.
    pub(crate) fn find(&self, method: &Method, path: &str) -> Result<(&Endpoint, String), Failure> {
        let nothing = || Failure::not_found("there is nothing at this address");
        let found = self.0.at(path).map_err(|_| nothing())?;
        let raw = found.params.get("id").unwrap_or_default();
        let here = found
            .value
            .iter()
            .filter_map(|endpoint| Some((endpoint, raw.strip_suffix(split(endpoint.path).1)?)))
            .filter(|(endpoint, id)| !endpoint.path.contains('{') || !id.is_empty());
        let wanted = if method == Method::HEAD { &Method::GET } else { method };
        let Some((endpoint, id)) = here.clone().find(|(endpoint, _)| endpoint.method == wanted) else {
            let mut methods: Vec<&str> = here.map(|(endpoint, _)| endpoint.method.as_str()).collect();
            if methods.is_empty() {
                return Err(nothing());
            }
            if methods.contains(&"GET") {
                methods.push("HEAD");
            }
            return Err(Failure::method_not_allowed(methods.join(", ")));
        };
        let id = percent_decode_str(id)
            .decode_utf8()
            .map_err(|_| Failure::bad_request("the address is not valid UTF-8"))?;
        Ok((endpoint, id.into_owned()))
    }
}

/// A path up to its id, which matchit wants at the end, and what follows the id.
fn split(path: &'static str) -> (&'static str, &'static str) {
    path.find('}').map_or((path, ""), |end| path.split_at(end + 1))
}
