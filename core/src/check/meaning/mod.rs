//! What an object says to Traefik, and whether a running Traefik says the same of it.
//!
//! A file and Traefik's API spell one thing in many ways: `RULE`, `10` and `10s`, `"8080"` and `8080`, a list and a
//! text with commas, `app` and `app@file`. [`Meaning`] is an object read through Traefik's own schema, from either
//! side, so that comparing two of them compares what they mean. A Go template means whatever Traefik made of it and
//! is equal to everything.
//!
//! # What Traefik's API does not show
//!
//! - TLS options, stores, certificates and servers transports: there is no address for them. They have no
//!   [`Meaning`], and are seen only through what else was loaded with them.
//! - Fields that Traefik accepts in a file and forgets (`ignored` in the schema) and fields of a version newer than
//!   the schema. They count for nothing.
//! - `false`, `0` and empty values are left out where they are Go's zero value. A value that the API leaves out
//!   counts as zero.
//! - The position of an entry point in a router's list, which has no effect.
//!
//! # What it shows that no file says
//!
//! Traefik fills in its defaults and what the entry points say for their routers. So a field that the file does not
//! have is no difference by itself. It is one when the file had it before the change and Traefik still has that
//! value; where that value is also what Traefik fills in, nobody can tell ([`Verdict::Undecided`]).

mod compare;
mod read;

use std::fmt;

use super::schema::{
    MIDDLEWARE, ROUTER, SERVICE, Struct, TCP_MIDDLEWARE, TCP_ROUTER, TCP_SERVICE, UDP_ROUTER, UDP_SERVICE,
};
use crate::{
    config::{
        edit::Path,
        object::{ObjectKind, ObjectRef},
        value::Value,
    },
    traefik::Protocol,
    tree::NodeRef,
};
use read::Term;

/// What an object says, in Traefik's terms. `Debug` shows no values, because they hold passwords.
#[derive(Clone, PartialEq)]
pub struct Meaning {
    fields: Vec<(&'static str, Term)>,
    is_http_router: bool,
}

impl fmt::Debug for Meaning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.fields.iter().map(|(name, _)| name)).finish()
    }
}

/// What Traefik says of an object, held against a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// It serves what the file says.
    Serves,
    /// It serves what the file says, and perhaps still what was taken out of the file: it might fill in the same.
    Undecided,
    /// It serves something else; the first place that differs, from the object's own node.
    Other(Path),
}

impl Verdict {
    /// The worse of two verdicts.
    #[must_use]
    pub fn and(self, other: impl FnOnce() -> Self) -> Self {
        match self {
            Self::Other(_) => self,
            Self::Serves => other(),
            Self::Undecided => match other() {
                Self::Serves => Self::Undecided,
                other => other,
            },
        }
    }
}

/// What the entry point of a router adds to it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Setting {
    /// How many middlewares stand in front of the router's own.
    pub middlewares: usize,
    /// Whether routers without TLS get some.
    pub tls: bool,
}

impl Meaning {
    /// Reads the object's node in a file; `None` for kinds that Traefik's API does not show.
    pub fn of_file(object: &ObjectRef, node: NodeRef<'_>) -> Option<Self> {
        let of = schema(object)?;
        Some(Self { fields: read::fields(of, node), is_http_router: is_http_router(object) })
    }

    /// Reads what Traefik's API says of the object; `None` for kinds that it does not show.
    pub fn of_api(object: &ObjectRef, value: &Value) -> Option<Self> {
        let of = schema(object)?;
        Some(Self { fields: read::shown_fields(of, value), is_http_router: is_http_router(object) })
    }

    /// Whether Traefik shows objects of this kind at all.
    pub fn is_shown(object: &ObjectRef) -> bool {
        schema(object).is_some()
    }

    /// Whether `live` is what this object says, where `before` is what it said until now.
    ///
    /// Entry points are left aside where Traefik may split a router by them: see [`Self::entry_points`].
    pub fn served(&self, before: Option<&Self>, live: &Self, setting: Setting) -> Verdict {
        let mut live = live.clone();
        let mut before = before.map_or(Vec::new(), |before| before.fields.clone());
        let mut tls = Verdict::Serves;
        if self.is_http_router {
            read::drop_first(&mut live.fields, "middlewares", setting.middlewares);
            live.fields.retain(|(name, _)| *name != "entryPoints");
            if setting.tls && self.field("tls").is_none() {
                // Whether it is the entry point's or the old one: it shows only where they differ.
                tls = compare::fields(&self.fields, &before, &live.fields, Some("tls"));
                if tls != Verdict::Serves {
                    tls = Verdict::Undecided;
                }
                live.fields.retain(|(name, _)| *name != "tls");
            }
        }
        // The priority that a router has by itself is the length of its rule.
        let own = self.text("rule").map(|rule| Term::Number(i128::try_from(rule.len()).unwrap_or(0)));
        before.retain(|(name, term)| *name != "priority" || Some(term) != own.as_ref());
        let wanted: Vec<_> = self
            .fields
            .iter()
            .filter(|(name, _)| !(self.is_http_router && *name == "entryPoints"))
            .cloned()
            .collect();
        tls.and(|| compare::fields(&wanted, &before, &live.fields, None))
    }

    /// The entry points that the object names, sorted, each once; `None` where it names none or a template does.
    pub fn entry_points(&self) -> Option<Vec<&str>> {
        let Some(Term::Texts(texts)) = self.field("entryPoints") else { return None };
        let mut names = texts.iter().map(Option::as_deref).collect::<Option<Vec<&str>>>()?;
        names.sort_unstable();
        names.dedup();
        Some(names)
    }

    /// The text of a field.
    pub fn text(&self, name: &str) -> Option<&str> {
        match self.field(name)? {
            Term::Text(text) => Some(text),
            _ => None,
        }
    }

    fn field(&self, name: &str) -> Option<&Term> {
        self.fields.iter().find(|(known, _)| *known == name).map(|(_, term)| term)
    }
}

fn is_http_router(object: &ObjectRef) -> bool {
    object.kind == ObjectKind::Router && object.protocol == Some(Protocol::Http)
}

fn schema(object: &ObjectRef) -> Option<&'static Struct> {
    Some(match (object.protocol?, object.kind) {
        (Protocol::Http, ObjectKind::Router) => &ROUTER,
        (Protocol::Http, ObjectKind::Service) => &SERVICE,
        (Protocol::Http, ObjectKind::Middleware) => &MIDDLEWARE,
        (Protocol::Tcp, ObjectKind::Router) => &TCP_ROUTER,
        (Protocol::Tcp, ObjectKind::Service) => &TCP_SERVICE,
        (Protocol::Tcp, ObjectKind::Middleware) => &TCP_MIDDLEWARE,
        (Protocol::Udp, ObjectKind::Router) => &UDP_ROUTER,
        (Protocol::Udp, ObjectKind::Service) => &UDP_SERVICE,
        _ => return None,
    })
}
