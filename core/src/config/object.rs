//! The objects of a dynamic configuration file, all kinds alike: what they are called and where they stand.

use std::fmt;

use super::{edit::Path, source::SourceFile};
use crate::{
    traefik::Protocol,
    tree::{Kind, NodeRef},
};

/// What an object of a dynamic configuration file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ObjectKind {
    /// `http.routers`, `tcp.routers`, `udp.routers`.
    Router,
    /// `http.services`, `tcp.services`, `udp.services`.
    Service,
    /// `http.middlewares`, `tcp.middlewares`.
    Middleware,
    /// `http.serversTransports`, `tcp.serversTransports`.
    ServersTransport,
    /// `tls.options`.
    TlsOptions,
    /// `tls.stores`.
    TlsStore,
    /// `tls.certificates`: a list, so its elements go by their `certFile`.
    TlsCertificate,
}

impl ObjectKind {
    /// All of them, in the order in which files usually hold them.
    pub const ALL: [Self; 7] = [
        Self::Router,
        Self::Service,
        Self::Middleware,
        Self::ServersTransport,
        Self::TlsOptions,
        Self::TlsStore,
        Self::TlsCertificate,
    ];

    /// The key of its section.
    pub fn section(self) -> &'static str {
        match self {
            Self::Router => "routers",
            Self::Service => "services",
            Self::Middleware => "middlewares",
            Self::ServersTransport => "serversTransports",
            Self::TlsOptions => "options",
            Self::TlsStore => "stores",
            Self::TlsCertificate => "certificates",
        }
    }

    /// The protocols that have such objects; `None` stands for `tls`, which has none.
    pub fn protocols(self) -> &'static [Option<Protocol>] {
        const HTTP: Option<Protocol> = Some(Protocol::Http);
        const TCP: Option<Protocol> = Some(Protocol::Tcp);
        match self {
            Self::Router | Self::Service => &[HTTP, TCP, Some(Protocol::Udp)],
            Self::Middleware | Self::ServersTransport => &[HTTP, TCP],
            Self::TlsOptions | Self::TlsStore | Self::TlsCertificate => &[None],
        }
    }

    /// What people call it.
    pub fn noun(self) -> &'static str {
        match self {
            Self::Router => "router",
            Self::Service => "service",
            Self::Middleware => "middleware",
            Self::ServersTransport => "servers transport",
            Self::TlsOptions => "TLS options",
            Self::TlsStore => "TLS store",
            Self::TlsCertificate => "TLS certificate",
        }
    }
}

/// Names an object, whatever file it stands in.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ObjectRef {
    /// HTTP, TCP or UDP; `None` for what stands under `tls`.
    pub protocol: Option<Protocol>,
    /// What it is.
    pub kind: ObjectKind,
    /// The key of its entry; the `certFile` of a certificate.
    pub name: String,
}

impl ObjectRef {
    /// An object's name.
    pub fn new(protocol: Option<Protocol>, kind: ObjectKind, name: impl Into<String>) -> Self {
        Self { protocol, kind, name: name.into() }
    }
}

/// ``HTTP service `app` ``, ``TLS options `modern` ``.
impl fmt::Display for ObjectRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(protocol) = self.protocol {
            write!(f, "{} ", protocol.as_str().to_ascii_uppercase())?;
        }
        write!(f, "{} `{}`", self.kind.noun(), self.name)
    }
}

/// An object where it stands in a tree.
#[derive(Debug, Clone, Copy)]
pub struct Entry<'t> {
    /// What it is.
    pub kind: ObjectKind,
    /// HTTP, TCP or UDP; `None` for what stands under `tls`.
    pub protocol: Option<Protocol>,
    /// The key; `None` for a certificate.
    pub key: Option<NodeRef<'t>>,
    /// The place among the entries of its section.
    pub index: usize,
    /// The value.
    pub node: NodeRef<'t>,
}

impl<'t> Entry<'t> {
    /// The name, see [`ObjectRef::name`].
    pub fn name(&self) -> &'t str {
        match self.key {
            Some(key) => key.text(),
            None => self.node.text_of("certFile"),
        }
    }

    /// The object's name with its kind and protocol.
    pub fn to_ref(&self) -> ObjectRef {
        ObjectRef::new(self.protocol, self.kind, self.name())
    }
}

impl SourceFile {
    /// Every object of the file that is a kind of Traefik's own; nothing for a file that cannot be understood.
    pub fn entries(&self) -> impl Iterator<Item = Entry<'_>> {
        ObjectKind::ALL
            .into_iter()
            .flat_map(|kind| kind.protocols().iter().map(move |protocol| (kind, *protocol)))
            .flat_map(|(kind, protocol)| self.entries_of(kind, protocol))
    }

    /// The objects of one section.
    pub fn entries_of(
        &self,
        kind: ObjectKind,
        protocol: Option<Protocol>,
    ) -> impl Iterator<Item = Entry<'_>> {
        let node = self.section(root_key(protocol), kind.section()).map(|(_, node)| node);
        let is_list = kind == ObjectKind::TlsCertificate;
        let listed = node.filter(|node| is_list && node.kind() == Kind::Sequence);
        let keyed = node.filter(|_| !is_list);
        let items = listed.into_iter().flat_map(|node| node.items()).map(|node| (None, node));
        let entries = keyed.into_iter().flat_map(|node| node.entries()).map(|(key, node)| (Some(key), node));
        items.chain(entries).enumerate().map(move |(index, (key, node))| Entry {
            kind,
            protocol,
            key,
            index,
            node,
        })
    }

    /// The path of a section of objects, in the file's own spelling where it is there.
    pub fn path_of_section(&self, kind: ObjectKind, protocol: Option<Protocol>) -> Path {
        self.spelled(root_key(protocol), kind.section())
    }

    /// The path of an object of the file.
    pub fn path_of(&self, entry: &Entry<'_>) -> Path {
        let section = self.path_of_section(entry.kind, entry.protocol);
        match entry.key {
            Some(key) => section.key(key.text()),
            None => section.index(entry.index),
        }
    }
}

/// The key at the root of a file under which the sections of a protocol stand.
pub fn root_key(protocol: Option<Protocol>) -> &'static str {
    protocol.map_or("tls", Protocol::as_str)
}
