//! What each endpoint does: read the request, call the core, show the result.

pub(crate) mod access_log;
pub(crate) mod account;
pub(crate) mod api;
pub(crate) mod api_keys;
pub(crate) mod authentication;
pub(crate) mod backups;
pub(crate) mod certificates;
pub(crate) mod dashboard;
pub(crate) mod dashboard_pages;
pub(crate) mod files;
pub(crate) mod git;
pub(crate) mod git_pages;
pub(crate) mod history;
pub(crate) mod info;
pub(crate) mod middlewares;
pub(crate) mod notification_pages;
pub(crate) mod notifications;
pub(crate) mod object_pages;
pub(crate) mod objects;
pub(crate) mod oidc;
pub(crate) mod oidc_settings;
pub(crate) mod overview;
pub(crate) mod ping;
pub(crate) mod plugins;
pub(crate) mod raw;
pub(crate) mod restarts;
pub(crate) mod route_map;
pub(crate) mod routes;
pub(crate) mod save;
pub(crate) mod schema;
pub(crate) mod search;
pub(crate) mod second_factor;
pub(crate) mod self_route;
pub(crate) mod sessions;
pub(crate) mod settings;
pub(crate) mod settings_pages;
pub(crate) mod setup;
pub(crate) mod sign_in;
pub(crate) mod static_file;
pub(crate) mod static_forms;
pub(crate) mod static_pages;
pub(crate) mod static_section;
pub(crate) mod template_pages;
pub(crate) mod templates;
pub(crate) mod tools;
pub(crate) mod traefik;

use serde::Serialize;
use traefik_manager_core::{
    auth::{Reauthentication, Refusal},
    secret::Secret,
};

use crate::{
    call::{Call, Dialect},
    failure::Failure,
    reply::{self, Done, Message, Reply},
};

/// The answer to a change that was made: a page for browsers, a message for everybody else.
fn done(call: &Call, to: &str, message: &str) -> Reply {
    match call.dialect {
        Dialect::Page => reply::see_other(to),
        Dialect::Fetch | Dialect::Json => Done::reply(Message { message }),
    }
}

/// What somebody who is in shows once more, before a protection is changed.
fn shown_again(call: &Call) -> Result<Reauthentication, Failure> {
    let password = call.fields.text("current_password")?.unwrap_or_default();
    if password.is_empty() {
        return Err(Failure::bad_request("enter the present password").in_field("current_password"));
    }
    Ok(Reauthentication {
        password: Secret::new(password),
        code: call.fields.figure("code")?.chars().filter(|c| !c.is_whitespace()).collect(),
    })
}

/// Why that was not enough. Never 401: whoever asks is signed in, and a script would send them to sign in again.
fn not_shown_again(refusal: Refusal) -> Failure {
    match refusal {
        Refusal::WrongPassword => Failure::forbidden(refusal.to_string()).in_field("current_password"),
        Refusal::WrongCode => Failure::forbidden(refusal.to_string()).in_field("code"),
        refusal => refusal.into(),
    }
}

/// The answer to a change of which there is nothing more to say.
fn plainly_done() -> Reply {
    #[derive(Serialize)]
    struct Nothing {}
    Done::reply(Nothing {})
}
