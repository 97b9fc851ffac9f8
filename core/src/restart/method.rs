//! The three ways to restart Traefik, and what each is trusted with.

use std::fmt;

/// How Traefik is restarted, `RESTART_METHOD`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// `proxy`: a container engine's API behind a proxy that lets only a little of it through.
    Proxy,
    /// `poison-pill`: a file that Traefik's own health check looks for.
    PoisonPill,
    /// `socket`: a container engine's own socket.
    Socket,
}

impl Method {
    /// Every way, the recommended one first.
    pub const ALL: [Self; 3] = [Self::Proxy, Self::PoisonPill, Self::Socket];

    /// The name, as in `RESTART_METHOD`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Proxy => "proxy",
            Self::PoisonPill => "poison-pill",
            Self::Socket => "socket",
        }
    }

    /// The way of that name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|method| method.name() == name)
    }

    /// What this program is trusted with, in a sentence for the operator.
    pub fn trust(self) -> &'static str {
        match self {
            Self::Proxy => {
                "This program can do with the container engine what the proxy in between lets through. \
                 traefik-manager-socket-proxy lets it look at one container and restart it, and nothing else; \
                 a proxy that allows POST and CONTAINERS as a whole lets it become root on the host."
            }
            Self::PoisonPill => {
                "This program can write one file and has no access to the container engine. Traefik's health check \
                 finds the file and ends Traefik, and the engine starts it again."
            }
            Self::Socket => {
                "This program can do everything that the container engine can, which is to be root on the host. \
                 Use a socket proxy instead where you can."
            }
        }
    }
}

impl fmt::Display for Method {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_back_and_others_are_not_known() {
        for method in Method::ALL {
            assert_eq!(Method::parse(method.name()), Some(method));
            assert!(method.trust().ends_with('.'));
        }
        for other in ["", "Proxy", "docker", "poison_pill", "proxy "] {
            assert_eq!(Method::parse(other), None, "{other}");
        }
    }
}
