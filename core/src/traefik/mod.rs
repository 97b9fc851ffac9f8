//! Traefik's own words and rules.

pub mod live;

use std::fmt;

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
