//! What each endpoint does: read the request, call the core, show the result.

pub(crate) mod account;
pub(crate) mod api_keys;
pub(crate) mod backups;
pub(crate) mod files;
pub(crate) mod history;
pub(crate) mod info;
pub(crate) mod middlewares;
pub(crate) mod object_pages;
pub(crate) mod objects;
pub(crate) mod raw;
pub(crate) mod routes;
pub(crate) mod save;
pub(crate) mod second_factor;
pub(crate) mod sessions;
pub(crate) mod sign_in;

use serde::Serialize;

use crate::{
    call::{Call, Dialect},
    reply::{self, Done, Message, Reply},
};

/// The answer to a change that was made: a page for browsers, a message for everybody else.
fn done(call: &Call, to: &str, message: &str) -> Reply {
    match call.dialect {
        Dialect::Page => reply::see_other(to),
        Dialect::Fetch | Dialect::Json => Done::reply(Message { message }),
    }
}

/// The answer to a change of which there is nothing more to say.
fn plainly_done() -> Reply {
    #[derive(Serialize)]
    struct Nothing {}
    Done::reply(Nothing {})
}
