//! Traefik's own words and rules.

pub mod access_log;
pub mod certificate;
pub mod duration;
pub mod live;
pub mod name;
pub mod ping;
pub mod reference;
pub mod router;
pub mod rule;
pub mod service;
pub mod state;
pub mod target;

use std::fmt;

use crate::tree::{Kind, NodeRef};

/// The three kinds of routing that Traefik does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Protocol {
    /// Layer 7.
    Http,
    /// Layer 4, streams.
    Tcp,
    /// Layer 4, datagrams.
    Udp,
}

impl Protocol {
    /// All three, in Traefik's order.
    pub const ALL: [Self; 3] = [Self::Http, Self::Tcp, Self::Udp];

    /// `http`, `tcp` or `udp`: the key of its section.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Http => "http",
            Self::Tcp => "tcp",
            Self::Udp => "udp",
        }
    }

    /// The protocol of that name, in lower case.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|protocol| protocol.as_str() == name)
    }
}

impl fmt::Display for Protocol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The texts of a list field as Traefik reads them: a sequence's scalars as they are, a lone scalar split at its
/// commas.
pub fn listed(node: Option<NodeRef<'_>>) -> Vec<&str> {
    match node {
        Some(node) if node.kind() == Kind::Sequence => {
            node.items().filter_map(|item| item.as_str()).collect()
        }
        Some(node) => node
            .as_str()
            .unwrap_or_default()
            .split(',')
            .map(str::trim)
            .filter(|item| !item.is_empty())
            .collect(),
        None => Vec::new(),
    }
}
