//! The single list of what the server answers.

use std::{collections::BTreeMap, future::Future, pin::Pin};

use hyper::Method;
use percent_encoding::percent_decode_str;

use crate::{
    call::Call,
    failure::Failure,
    handlers::{
        account, api_keys, authentication, backups, files, history, info, middlewares, object_pages, objects,
        oidc, oidc_settings, raw, routes, save, schema, self_route, settings, setup, sign_in, static_file,
        static_section,
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
    pub(crate) handler: Handler,
}

macro_rules! endpoints {
    ($($method:ident $path:literal $door:ident $handler:path;)+) => {
        vec![$(Endpoint {
            method: Method::$method,
            path: $path,
            door: Door::$door,
            handler: |call| Box::pin($handler(call)),
        }),+]
    };
}

/// Everything that is answered.
pub fn endpoints() -> Vec<Endpoint> {
    let mut all = of_routes_and_people();
    all.extend(of_settings());
    all.extend(of_objects());
    all.extend(of_the_static_file());
    all
}

fn of_routes_and_people() -> Vec<Endpoint> {
    endpoints! {
        GET  "/assets/{*id}"                    Public  info::asset;
        GET  "/static/icons/icon.png"           Public  info::icon;
        GET  "/api/health"                      Public  info::health;

        GET  "/login"                           SignIn  sign_in::form;
        POST "/login"                           SignIn  sign_in::submit;
        GET  "/login/otp"                       SignIn  sign_in::code_form;
        POST "/login/otp"                       SignIn  sign_in::submit_code;
        GET  "/auth/oidc/login"                 SignIn  oidc::start;
        GET  "/auth/oidc/callback"              SignIn  oidc::callback;

        POST "/logout"                          Account account::sign_out;
        GET  "/force-change-password"           Account account::forced_form;
        POST "/force-change-password"           Account account::choose_password;
        GET  "/password"                        Account account::password_form;
        POST "/password"                        Account account::choose_password;

        GET  "/settings/oidc"                   Inside  oidc_settings::page;
        POST "/settings/oidc"                   Account oidc_settings::submit;
        POST "/settings/oidc/test"              Account oidc_settings::submit_test;
        GET  "/api/auth/oidc"                   Inside  oidc_settings::read;
        POST "/api/auth/oidc"                   Account oidc_settings::write;
        POST "/api/auth/oidc/test"              Account oidc_settings::test;

        GET  "/"                                Inside  routes::page;
        GET  "/routes/new"                      Inside  save::new_form;
        GET  "/routes/edit"                     Inside  save::edit_form;
        GET  "/routes/delete"                   Inside  save::confirm_delete;
        POST "/routes/toggle"                   Inside  routes::toggle_form;
        GET  "/routes/raw"                      Inside  raw::page;
        POST "/routes/raw"                      Inside  raw::submit;
        GET  "/files"                           Inside  files::page;
        GET  "/files/edit"                      Inside  files::edit;
        POST "/files/edit"                      Inside  files::submit;
        GET  "/backups"                         Inside  backups::page;
        GET  "/backups/restore"                 Inside  backups::confirm_restore;
        GET  "/backups/delete"                  Inside  backups::confirm_delete;
        POST "/backups/create"                  Inside  backups::create_form;
        POST "/backups/restore"                 Inside  backups::restore_form;
        POST "/backups/delete"                  Inside  backups::delete_form;
        GET  "/history"                         Inside  history::page;
        GET  "/history/trial"                   Inside  history::trial;
        POST "/history/undo"                    Inside  history::undo_form;
        POST "/history/keep"                    Inside  history::keep_form;
        GET  "/keys"                            Inside  api_keys::page;
        POST "/keys"                            Inside  api_keys::issue_form;
        GET  "/keys/revoke"                     Inside  api_keys::confirm_revoke;
        POST "/keys/revoke"                     Inside  api_keys::revoke_form;

        POST "/save"                            Inside  save::save;
        POST "/delete/{*id}"                    Inside  save::delete;
        POST "/save-middleware"                 Inside  middlewares::save;
        POST "/delete-middleware/{*id}"         Inside  middlewares::delete;

        POST "/api/auth/change-password"        Account account::change_password;
        POST "/api/auth/apikey/generate"        Inside  api_keys::generate;
        POST "/api/auth/apikey/revoke"          Inside  api_keys::revoke;
        GET  "/api/auth/apikey/status"          Inside  api_keys::status;
        GET  "/api/routes"                      Inside  routes::list;
        GET  "/api/routes/all"                  Inside  routes::list_all;
        POST "/api/routes/{*id}/toggle"         Inside  routes::toggle;
        GET  "/api/routes/{*id}/raw"            Inside  raw::read;
        POST "/api/routes/{*id}/raw"            Inside  raw::write;
        GET  "/api/configs"                     Inside  files::configs;
        GET  "/api/manager/router-names"        Inside  routes::names;
        GET  "/api/manager/version"             Inside  info::version;
        GET  "/api/traefik/version"             Inside  info::traefik_version;
        GET  "/api/schema"                      Inside  schema::read;
        GET  "/api/backups"                     Inside  backups::list;
        POST "/api/backup/create"               Inside  backups::create;
        POST "/api/backup/static/create"        Inside  backups::create_static;
        POST "/api/static/backup/create"        Inside  backups::create_static;
        GET  "/api/history"                     Inside  history::list;
        POST "/api/history/{*id}/undo"          Inside  history::undo;
        POST "/api/history/{*id}/keep"          Inside  history::keep_change;
        POST "/api/restore/{*id}"               Inside  backups::restore;
        POST "/api/backup/delete/{*id}"         Inside  backups::delete;
    }
}

/// This program's own settings.
fn of_settings() -> Vec<Endpoint> {
    endpoints! {
        GET  "/setup"                           Inside  setup::page;
        POST "/setup"                           Inside  setup::submit;
        POST "/api/setup/test-connection"       Inside  setup::test;
        GET  "/settings"                        Inside  settings::page;
        POST "/settings"                        Inside  settings::submit;
        POST "/settings/self-route"             Inside  self_route::write;
        GET  "/settings/auth"                   Inside  authentication::page;
        POST "/settings/auth"                   Account authentication::toggle;
        GET  "/api/settings"                    Inside  settings::read;
        POST "/api/settings"                    Inside  settings::write;
        POST "/api/settings/test-connection"    Inside  settings::test;
        GET  "/api/settings/self-route"         Inside  self_route::read;
        POST "/api/settings/self-route"         Inside  self_route::write;
        POST "/api/auth/toggle"                 Account authentication::toggle;
        GET  "/api/diagnostics/client-ip"       Inside  info::client_ip;
    }
}

/// Traefik's own file, and its restarts.
fn of_the_static_file() -> Vec<Endpoint> {
    endpoints! {
        GET  "/static"                          Inside  static_file::page;
        POST "/static"                          Inside  static_file::submit;
        GET  "/static/restart"                  Inside  static_file::progress_page;
        POST "/static/restart"                  Inside  static_file::restart_form;
        GET  "/api/static/available"            Inside  static_file::available;
        GET  "/api/static/config"               Inside  static_file::read;
        POST "/api/static/config"               Inside  static_file::write;
        POST "/api/static/restart"              Inside  static_file::restart;
        POST "/api/static/section"              Inside  static_section::preview;
        GET  "/api/static/status"               Inside  static_file::status;
        GET  "/api/traefik/runtime"             Inside  static_file::runtime;
    }
}

/// Every kind of object is answered by the same handlers.
fn of_objects() -> Vec<Endpoint> {
    endpoints! {
        GET  "/middlewares"                     Inside  object_pages::page::<Middlewares>;
        GET  "/middlewares/new"                 Inside  object_pages::new_form::<Middlewares>;
        GET  "/middlewares/edit"                Inside  object_pages::edit_form::<Middlewares>;
        POST "/middlewares/save"                Inside  object_pages::save::<Middlewares>;
        GET  "/middlewares/delete"              Inside  object_pages::confirm_delete::<Middlewares>;
        POST "/middlewares/delete"              Inside  object_pages::delete::<Middlewares>;
        GET  "/services"                       Inside  object_pages::page::<Services>;
        GET  "/services/new"                   Inside  object_pages::new_form::<Services>;
        GET  "/services/edit"                  Inside  object_pages::edit_form::<Services>;
        POST "/services/save"                  Inside  object_pages::save::<Services>;
        GET  "/services/delete"                Inside  object_pages::confirm_delete::<Services>;
        POST "/services/delete"                Inside  object_pages::delete::<Services>;
        GET  "/transports"                     Inside  object_pages::page::<Transports>;
        GET  "/transports/new"                 Inside  object_pages::new_form::<Transports>;
        GET  "/transports/edit"                Inside  object_pages::edit_form::<Transports>;
        POST "/transports/save"                Inside  object_pages::save::<Transports>;
        GET  "/transports/delete"              Inside  object_pages::confirm_delete::<Transports>;
        POST "/transports/delete"              Inside  object_pages::delete::<Transports>;
        GET  "/tls"                            Inside  object_pages::page::<Tls>;
        GET  "/tls/new"                        Inside  object_pages::new_form::<Tls>;
        GET  "/tls/edit"                       Inside  object_pages::edit_form::<Tls>;
        POST "/tls/save"                       Inside  object_pages::save::<Tls>;
        GET  "/tls/delete"                     Inside  object_pages::confirm_delete::<Tls>;
        POST "/tls/delete"                     Inside  object_pages::delete::<Tls>;
        GET    "/api/services"                   Inside  objects::list::<Services>;
        POST   "/api/services"                   Inside  objects::save::<Services>;
        GET    "/api/services/{*id}"             Inside  objects::read::<Services>;
        DELETE "/api/services/{*id}"             Inside  objects::delete::<Services>;
        GET    "/api/middlewares"                Inside  objects::list::<Middlewares>;
        POST   "/api/middlewares"                Inside  objects::save::<Middlewares>;
        GET    "/api/middlewares/{*id}"          Inside  objects::read::<Middlewares>;
        DELETE "/api/middlewares/{*id}"          Inside  objects::delete::<Middlewares>;
        GET    "/api/transports"                 Inside  objects::list::<Transports>;
        POST   "/api/transports"                 Inside  objects::save::<Transports>;
        GET    "/api/transports/{*id}"           Inside  objects::read::<Transports>;
        DELETE "/api/transports/{*id}"           Inside  objects::delete::<Transports>;
        GET    "/api/tls-options"                Inside  objects::list::<TlsOptions>;
        POST   "/api/tls-options"                Inside  objects::save::<TlsOptions>;
        GET    "/api/tls-options/{*id}"          Inside  objects::read::<TlsOptions>;
        DELETE "/api/tls-options/{*id}"          Inside  objects::delete::<TlsOptions>;
        GET    "/api/tls-stores"                 Inside  objects::list::<TlsStores>;
        POST   "/api/tls-stores"                 Inside  objects::save::<TlsStores>;
        GET    "/api/tls-stores/{*id}"           Inside  objects::read::<TlsStores>;
        DELETE "/api/tls-stores/{*id}"           Inside  objects::delete::<TlsStores>;
        GET    "/api/tls-certificates"           Inside  objects::list::<TlsCertificates>;
        POST   "/api/tls-certificates"           Inside  objects::save::<TlsCertificates>;
        GET    "/api/tls-certificates/{*id}"     Inside  objects::read::<TlsCertificates>;
        DELETE "/api/tls-certificates/{*id}"     Inside  objects::delete::<TlsCertificates>;
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
