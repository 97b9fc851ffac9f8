//! Traefik's configuration as tables: which fields there are, of what shape, and since which version.
//!
//! The tables follow Traefik's own types, so that what is not in them is refused there too. Traefik reads a field by
//! the name of its Go field, which is why fields that no page documents are listed as well; those marked as
//! ignored it accepts and forgets. They were compared with the types of 3.0.4, 3.2.3, 3.3.6,
//! 3.4.3, 3.5.3, 3.6.15 and 3.7.15; what 3.2 has is taken to be new in it, because no 3.1 could be asked.

pub mod functions;
mod http;
mod install;
mod kubernetes;
mod middlewares;
mod observability;
mod providers;
mod stream;
mod tls;

use super::version::TraefikVersion;
use crate::{
    config::object::{ObjectKind, root_key},
    traefik::Protocol,
};

/// A mapping with fixed keys.
#[derive(Debug)]
pub struct Struct(pub(super) &'static [Field]);

/// One key of a [`Struct`].
#[derive(Debug)]
pub struct Field {
    /// Its usual spelling; Traefik ignores case.
    pub name: &'static str,
    /// What stands under it.
    pub shape: Shape,
    since: u8,
    /// Accepted with anything that has its shape, and forgotten.
    pub(super) is_ignored: bool,
    /// Traefik reads it as any other, and nothing of it comes from a file.
    pub(super) is_unused: bool,
}

/// What the value of a field looks like.
#[derive(Debug, Clone, Copy)]
pub enum Shape {
    /// One text.
    Text,
    /// `true` or `false`.
    Bool,
    /// 64 bits.
    Integer,
    /// 32 bits.
    SmallInteger,
    /// 32 bits without a sign.
    Unsigned,
    /// A number with a point.
    Float,
    /// A length of time, such as `10s`.
    Duration,
    /// A list of texts, or one text with commas.
    Texts,
    /// A list of numbers.
    Floats,
    /// A list of mappings.
    List(&'static Struct),
    /// Names of one's own choice with texts.
    TextMap,
    /// Names of one's own choice with whole numbers.
    IntegerMap,
    /// Names of one's own choice with mappings: routers, services, entry points.
    Objects(&'static Struct),
    /// A mapping that must hold something.
    Section(&'static Struct),
    /// A mapping that may be empty, or `true`.
    Switch(&'static Struct),
    /// Names of plugins, each with settings of any shape.
    Plugins,
}

pub(super) const fn field(name: &'static str, shape: Shape) -> Field {
    Field { name, shape, since: 0, is_ignored: false, is_unused: false }
}

impl Field {
    /// New in this minor version.
    const fn since(self, minor: u8) -> Self {
        Self { since: minor, ..self }
    }

    const fn ignored(self) -> Self {
        Self { is_ignored: true, ..self }
    }

    const fn unused(self) -> Self {
        Self { is_unused: true, ..self }
    }

    /// Whether a Traefik of this version knows it.
    pub fn exists_in(&self, version: TraefikVersion) -> bool {
        self.since <= version.minor()
    }

    /// The version that brought the field, for advice.
    pub(super) fn since_version(&self) -> TraefikVersion {
        TraefikVersion::v3(self.since)
    }
}

impl Struct {
    /// The fields that mean something to a Traefik of this version.
    pub fn fields(&'static self, version: TraefikVersion) -> impl Iterator<Item = &'static Field> {
        self.0.iter().filter(move |field| field.exists_in(version) && !field.is_ignored && !field.is_unused)
    }

    /// The field of that name, in whatever version.
    pub fn field(&'static self, name: &str) -> Option<&'static Field> {
        self.0.iter().find(|field| super::shape::is_spelling_of(name, field.name))
    }
}

impl Shape {
    /// The mapping that stands below, or in each element.
    pub fn inner(self) -> Option<&'static Struct> {
        match self {
            Self::List(of) | Self::Objects(of) | Self::Section(of) | Self::Switch(of) => Some(of),
            _ => None,
        }
    }
}

/// What may stand in a dynamic configuration file.
pub fn dynamic() -> &'static Struct {
    &DYNAMIC
}

/// What may stand in the static configuration.
pub fn static_root() -> &'static Struct {
    &STATIC
}

/// What may stand in an object; `None` where the protocol has none of that kind.
pub fn of(kind: ObjectKind, protocol: Option<Protocol>) -> Option<&'static Struct> {
    DYNAMIC.field(root_key(protocol))?.shape.inner()?.field(kind.section())?.shape.inner()
}

/// A dynamic configuration file.
pub(super) static DYNAMIC: Struct = Struct(&[
    field("http", Shape::Section(&http::HTTP)),
    field("tcp", Shape::Section(&stream::TCP)),
    field("udp", Shape::Section(&stream::UDP)),
    field("tls", Shape::Section(&tls::TLS)),
]);

pub(super) use self::{
    http::{ROUTER, SERVICE},
    install::STATIC,
    middlewares::{HEADERS, MIDDLEWARE},
    stream::{TCP_MIDDLEWARE, TCP_ROUTER, TCP_SERVICE, UDP_ROUTER, UDP_SERVICE},
};
