//! What is said of one object of a kind: whole phrases, since languages decline and order their words.

use maud::Markup;
use traefik_manager_core::{config::object::ObjectKind, routes::User};

use crate::words::{Message, message, t};

/// What the button for a new one says.
pub(crate) fn adding(kind: ObjectKind) -> Message {
    match kind {
        ObjectKind::Router => message!("objects-add-router"),
        ObjectKind::Service => message!("objects-add-service"),
        ObjectKind::Middleware => message!("objects-add-middleware"),
        ObjectKind::ServersTransport => message!("objects-add-transport"),
        ObjectKind::TlsOptions => message!("objects-add-options"),
        ObjectKind::TlsStore => message!("objects-add-store"),
        ObjectKind::TlsCertificate => message!("objects-add-certificate"),
    }
}

/// The title of the form for a new one.
pub(crate) fn adding_one(kind: ObjectKind) -> Message {
    match kind {
        ObjectKind::Router => message!("objects-add-one-router"),
        ObjectKind::Service => message!("objects-add-one-service"),
        ObjectKind::Middleware => message!("objects-add-one-middleware"),
        ObjectKind::ServersTransport => message!("objects-add-one-transport"),
        ObjectKind::TlsOptions => message!("objects-add-one-options"),
        ObjectKind::TlsStore => message!("objects-add-one-store"),
        ObjectKind::TlsCertificate => message!("objects-add-one-certificate"),
    }
}

/// The title of the question before one is deleted.
pub(crate) fn deleting(kind: ObjectKind) -> Message {
    match kind {
        ObjectKind::Router => message!("objects-delete-router"),
        ObjectKind::Service => message!("objects-delete-service"),
        ObjectKind::Middleware => message!("objects-delete-middleware"),
        ObjectKind::ServersTransport => message!("objects-delete-transport"),
        ObjectKind::TlsOptions => message!("objects-delete-options"),
        ObjectKind::TlsStore => message!("objects-delete-store"),
        ObjectKind::TlsCertificate => message!("objects-delete-certificate"),
    }
}

/// What an empty list proposes.
pub(crate) fn adding_the_first(kind: ObjectKind) -> Message {
    match kind {
        ObjectKind::Router => message!("objects-first-router"),
        ObjectKind::Service => message!("objects-first-service"),
        ObjectKind::Middleware => message!("objects-first-middleware"),
        ObjectKind::ServersTransport => message!("objects-first-transport"),
        ObjectKind::TlsOptions => message!("objects-first-options"),
        ObjectKind::TlsStore => message!("objects-first-store"),
        ObjectKind::TlsCertificate => message!("objects-first-certificate"),
    }
}

/// An object that names another, by what it is and its name.
pub(crate) fn named(user: &User, name: Markup) -> Markup {
    match user.object.kind {
        ObjectKind::Router => t!("objects-user-route", name = name),
        ObjectKind::Service => t!("objects-user-service", name = name),
        ObjectKind::Middleware => t!("objects-user-middleware", name = name),
        ObjectKind::ServersTransport => t!("objects-user-transport", name = name),
        ObjectKind::TlsOptions => t!("objects-user-options", name = name),
        ObjectKind::TlsStore => t!("objects-user-store", name = name),
        ObjectKind::TlsCertificate => t!("objects-user-certificate", name = name),
    }
}
