//! The kinds of objects as the pages and the API call them: one row for each kind, and nothing of it anywhere else.

use traefik_manager_core::{config::object::ObjectKind, traefik::Protocol};

use crate::{
    call::Call,
    failure::Failure,
    pages::layout::Tab,
    words::{Message, message},
};

/// Which kinds an endpoint is about.
pub(crate) trait Shelf {
    /// The kinds; with several the request's field `kind` says which.
    const KINDS: &'static [ObjectKind];
}

macro_rules! shelves {
    ($($(#[$about:meta])* $name:ident: $($kind:ident),+;)+) => {
        $($(#[$about])*
        pub(crate) struct $name;
        impl Shelf for $name {
            const KINDS: &'static [ObjectKind] = &[$(ObjectKind::$kind),+];
        })+
    };
}

shelves! {
    /// Services.
    Services: Service;
    /// Middlewares.
    Middlewares: Middleware;
    /// Servers transports.
    Transports: ServersTransport;
    /// TLS options.
    TlsOptions: TlsOptions;
    /// TLS stores.
    TlsStores: TlsStore;
    /// TLS certificates.
    TlsCertificates: TlsCertificate;
    /// Everything under `tls`.
    Tls: TlsOptions, TlsStore, TlsCertificate;
}

/// What a kind is called.
#[derive(Debug)]
pub(crate) struct Words {
    /// One of them, with its article, in English: for what is refused.
    pub(crate) one: &'static str,
    /// The title of a list.
    pub(crate) many: Message,
    /// What they are for.
    pub(crate) about: Message,
    /// Where their pages are.
    pub(crate) page: &'static str,
    /// Their key in an answer.
    pub(crate) key: &'static str,
    /// The tab of their pages.
    pub(crate) tab: Tab,
}

/// What this kind is called.
pub(crate) fn words(kind: ObjectKind) -> Words {
    let (one, many, about, page, key, tab) = match kind {
        ObjectKind::Router => (
            "a router",
            message!("field-http-routers"),
            message!("field-http-routers.hint"),
            "/",
            "routers",
            Tab::Routes,
        ),
        ObjectKind::Service => (
            "a service",
            message!("services"),
            message!("objects-about-services"),
            "/services",
            "services",
            Tab::Services,
        ),
        ObjectKind::Middleware => (
            "a middleware",
            message!("middlewares"),
            message!("objects-about-middlewares"),
            "/middlewares",
            "middlewares",
            Tab::Middlewares,
        ),
        ObjectKind::ServersTransport => (
            "a servers transport",
            message!("objects-transports"),
            message!("objects-about-transports"),
            "/transports",
            "transports",
            Tab::Services,
        ),
        ObjectKind::TlsOptions => (
            "TLS options",
            message!("kind-tls-options"),
            message!("objects-about-options"),
            "/tls",
            "options",
            Tab::Tls,
        ),
        ObjectKind::TlsStore => (
            "a TLS store",
            message!("objects-stores"),
            message!("objects-about-stores"),
            "/tls",
            "stores",
            Tab::Tls,
        ),
        ObjectKind::TlsCertificate => (
            "a certificate",
            message!("certificates"),
            message!("objects-about-certificates"),
            "/tls",
            "certificates",
            Tab::Tls,
        ),
    };
    Words { one, many, about, page, key, tab }
}

/// The kind that a request is about.
///
/// # Errors
/// 400 where several are possible and none of them is named.
pub(crate) fn kind_of<S: Shelf>(call: &Call) -> Result<ObjectKind, Failure> {
    if let [kind] = S::KINDS {
        return Ok(*kind);
    }
    let named = match call.fields.trimmed("kind")? {
        "" => call.query.trimmed("kind")?,
        kind => kind,
    };
    let kind = S::KINDS.iter().find(|kind| kind.section() == named);
    kind.copied().ok_or_else(|| Failure::field("kind", "must be options, stores or certificates"))
}

/// The protocol that a request names; HTTP where it names none, nothing for what has none.
///
/// # Errors
/// 400 for a name that is no protocol.
pub(crate) fn protocol_of(kind: ObjectKind, named: &str) -> Result<Option<Protocol>, Failure> {
    if kind.protocols() == [None] {
        return Ok(None);
    }
    match named {
        "" => Ok(Some(Protocol::Http)),
        name => Protocol::parse(name)
            .map(Some)
            .ok_or_else(|| Failure::field("protocol", "must be http, tcp or udp")),
    }
}
